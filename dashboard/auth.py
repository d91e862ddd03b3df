"""Who is signed in, what they may do, and the guard in front of everything.

Denied by default: only the addresses in ``PUBLIC_RULES`` answer without a session. The rest
send a person to the sign-in page and give anything else 401. Signing in is a server-rendered
form; every failure says the same. This module alone reads flask-login's ``current_user``.
"""

import hmac
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import flask_login
from flask import Flask, current_app, redirect, request, session
from flask_limiter import Limiter
from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.exceptions import HTTPException, TooManyRequests
from werkzeug.wrappers import Response

from dashboard.i18n import LANGUAGES, known_language, translator
from dashboard.security import (
    BY_HEADER,
    CSRF_FIELD,
    SAFE_METHODS,
    CsrfError,
    comes_from_elsewhere,
    cookie_name,
    csrf_token,
    init_csrf,
    init_sessions,
    local_target,
)
from dashboard.settings import Settings
from dashboard.theme import TOKENS
from data_access.accounts import SCHOOL_ROLES, Account, Accounts, Role
from data_access.scope import EVERYTHING, NOTHING, Scope

Answer = Response | tuple[str, int] | tuple[str, int, list[tuple[str, str]]]

PUBLIC_RULES = frozenset({"/sign-in", "/language/<language>", "/health", "/ready"})
MACHINES = BY_HEADER
"""Below this no session counts: who asks is known by a token (:mod:`dashboard.api`)."""
NOT_PAGES = ("/_", "/assets/", "/vendor/", "/maps/", "/live/", "/export", "/search", "/api")
ADDRESS_LIMIT = "60 per 5 minutes"  # failed attempts; a whole campus may share one address
USERNAME_LIMIT = "10 per 5 minutes"
ERROR_TEXTS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        403: ("auth.forbidden", "auth.forbidden_text"),
        404: ("auth.not_found", "auth.not_found_text"),
    }
)
OTHER_ERROR = ("auth.failure", "auth.failure_text")


class Permission(StrEnum):
    """What can be allowed; each names something that exists."""

    VIEW = "view"  # open pages, within the scope
    VIEW_ALL_SCHOOLS = "view_all_schools"  # a scope without a limit
    EXPORT = "export"  # take files away, within the scope
    UPLOAD = "upload"  # hand in the own school's return, correct it, give reasons
    SUBMIT = "submit"  # review what somebody else uploaded, and submit it
    DECIDE = "decide"  # accept returns, send them back, withdraw them
    CHECK = "check"  # draw samples, record results, look at what is odd
    CASES = "cases"  # open, judge and close cases
    ANSWER = "answer"  # answer the own school's cases
    AUDIT = "audit"  # read the audit trail


_EVERYONE = frozenset({Permission.VIEW, Permission.EXPORT})
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.LEADER: _EVERYONE | {Permission.VIEW_ALL_SCHOOLS, Permission.AUDIT},
        Role.ANALYST: _EVERYONE
        | {
            *(Permission.VIEW_ALL_SCHOOLS, Permission.DECIDE, Permission.CHECK),
            *(Permission.CASES, Permission.AUDIT),
        },
        Role.SCHOOL_REVIEWER: _EVERYONE | {Permission.SUBMIT, Permission.ANSWER},
        Role.SCHOOL_STAFF: _EVERYONE | {Permission.UPLOAD},
        Role.VIEWER: _EVERYONE,
    }
)


class SignedIn(flask_login.UserMixin):  # type: ignore[misc]
    """What flask-login keeps of an account: its id, good only for the password of today."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        return f"{self.account.id}:{self.account.credential}"


def current_account() -> Account | None:
    """The account of this request, or None."""
    if "_user_id" not in session or not flask_login.current_user.is_authenticated:
        return None
    account: Account = flask_login.current_user.account
    return account


def may(permission: Permission) -> bool:
    """Whether the account of this request has the permission."""
    return permission in current_permissions()


def current_permissions() -> frozenset[Permission]:
    """What the account of this request may do; no account, nothing."""
    account = current_account()
    return frozenset() if account is None else PERMISSIONS[account.role]


def current_scope() -> Scope:
    """The rows that the account of this request may see; no account, no row."""
    account = current_account()
    return NOTHING if account is None else scope_of(account)


def scope_of(account: Account) -> Scope:
    """Every school, the own school, or no row (viewers see releases only)."""
    if Permission.VIEW_ALL_SCHOOLS in PERMISSIONS[account.role]:
        return EVERYTHING
    if account.role in SCHOOL_ROLES and account.school is not None:
        return Scope(frozenset({account.school}))
    return NOTHING


def current_language() -> str:
    """The language of this request: the cookie's, else the server's."""
    asked = request.cookies.get(current_app.config["QUXIANG_LANGUAGE_COOKIE"])
    return known_language(asked, current_app.config["QUXIANG_LANGUAGE"])


def init_auth(server: Flask, accounts: Accounts, settings: Settings) -> "Gate":
    """Puts the guard before every request and adds /sign-in, /sign-out and /language.

    Whenever it is called, the guard runs before any other ``before_request`` function.
    """
    init_sessions(server, settings)
    server.config["QUXIANG_LANGUAGE"] = settings.language
    server.config["QUXIANG_LANGUAGE_COOKIE"] = cookie_name(settings, "language")
    gate = Gate(accounts, settings)
    manager = flask_login.LoginManager()
    manager.session_protection = "strong"
    manager.user_loader(gate.load)
    manager.init_app(server, add_context_processor=False)
    server.before_request_funcs.setdefault(None, []).insert(0, gate.guard)
    init_csrf(server, settings)
    gate.add_pages(server)
    return gate


class Gate:
    """The guard, the sign-in pages and the error pages of one server.

    ``machines`` lets requests below ``MACHINES`` pass or refuses them, ``machine_error`` says
    what went wrong there; without them nothing passes.
    """

    machines: Callable[[], Answer | None] | None = None
    machine_error: Callable[[HTTPException], Answer] | None = None

    def __init__(self, accounts: Accounts, settings: Settings) -> None:
        self._accounts = accounts
        self._settings = settings
        self._pages = Environment(
            loader=PackageLoader("dashboard"), autoescape=True, undefined=StrictUndefined
        )

    def load(self, _user_id: str) -> SignedIn | None:
        """flask-login's user loader."""
        account = self._account(session)
        return None if account is None else SignedIn(account)

    def holds(self, content: Mapping[str, Any]) -> bool:
        """Whether a session's content still stands for an active account (for ``SessionCheck``)."""
        return self._account(content) is not None

    def _account(self, content: Mapping[str, Any]) -> Account | None:
        number, _, credential = str(content.get("_user_id", "")).partition(":")
        age = time.time() - float(content.get("since", 0))
        if not number.isdecimal() or age > self._settings.session_hours * 3600:
            return None
        account = self._accounts.by_id(int(number))
        if account is None or not account.active:
            return None
        return account if hmac.compare_digest(account.credential, credential) else None

    def guard(self) -> Answer | None:
        """None lets the request pass."""
        if request.url_rule is not None and request.url_rule.rule in PUBLIC_RULES:
            return None
        if request.path.startswith(MACHINES):
            return ("", 401) if self.machines is None else self.machines()
        if current_account() is not None:
            return None
        if "_user_id" in session or "_remember" in session:  # ended, closed or from elsewhere
            session.clear()
        if request.method not in SAFE_METHODS or request.path.startswith(NOT_PAGES):
            return "", 401
        here = local_target(request.full_path.rstrip("?"))
        if comes_from_elsewhere(request):
            # A link in a mail: the browser held the strict cookie back. It sends it when our
            # own page goes on to the same address.
            return self._page("continue.html", 200, target=here)
        return redirect("/sign-in" if here == "/" else f"/sign-in?next={quote(here, safe='/')}")

    def add_pages(self, server: Flask) -> None:
        limiter = Limiter(_address, app=server, storage_uri="memory://")
        view: Callable[[], Answer] = self.sign_in
        for limit, key in ((ADDRESS_LIMIT, _address), (USERNAME_LIMIT, _username)):
            view = limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=_failed)(view)
        server.add_url_rule("/sign-in", "sign_in", view, methods=["GET", "POST"])
        server.add_url_rule("/sign-out", "sign_out", self.sign_out, methods=["POST"])
        server.add_url_rule("/language/<language>", "language", self.choose_language)
        server.register_error_handler(HTTPException, self.error)

    def sign_in(self) -> Answer:
        target = local_target(request.values.get("next"))
        if current_account() is not None:
            return redirect(target, 303)
        if request.method != "POST":
            return self._form(200)
        username, password = request.form.get("username", ""), request.form.get("password", "")
        account = self._accounts.authenticate(username, password)
        if account is None:
            known = self._accounts.by_username(username)
            actor = "unknown" if known is None else known.username
            self._accounts.log(actor, "sign_in_failed", {"address": request.remote_addr})
            return self._form(401, "auth.failed")
        session.clear()
        flask_login.login_user(SignedIn(account))
        session["since"] = int(time.time())
        csrf_token()
        self._accounts.log(account.username, "sign_in", {"address": request.remote_addr})
        return redirect(target, 303)

    def sign_out(self) -> Answer:
        account = current_account()
        if account is not None:
            self._accounts.log(account.username, "sign_out", {})
        flask_login.logout_user()
        session.clear()
        return redirect("/sign-in", 303)

    def choose_language(self, language: str) -> Answer:
        answer = redirect(local_target(request.args.get("next")))
        if language in LANGUAGES:
            answer.set_cookie(
                current_app.config["QUXIANG_LANGUAGE_COOKIE"],
                language,
                max_age=365 * 24 * 3600,
                secure=self._settings.cookie_secure,
                httponly=True,
                samesite="Lax",
            )
        return answer

    def error(self, error: HTTPException) -> Answer | HTTPException:
        """A page for people, a bare status for everything else."""
        status = error.code
        if status is None or status < 400:
            return error
        if request.path.startswith(MACHINES) and self.machine_error is not None:
            return self.machine_error(error)
        if request.path == "/sign-in" and isinstance(error, CsrfError):
            return self._form(403, "auth.expired")
        if request.path == "/sign-in" and isinstance(error, TooManyRequests):
            return self._form(429, "auth.too_many")
        kept = [(k, v) for k, v in error.get_headers(request.environ) if k != "Content-Type"]
        if request.path.startswith(NOT_PAGES):
            return "", status, kept
        title, text = ERROR_TEXTS.get(status, OTHER_ERROR)
        return *self._page("error.html", status, title=title, text=text), kept

    def _form(self, status: int, problem: str | None = None) -> Answer:
        target = local_target(request.values.get("next"))
        return self._page(
            "sign_in.html",
            status,
            problem=problem,
            target=target,
            username=request.form.get("username", "")[:64],
            csrf_field=CSRF_FIELD,
            csrf_token=csrf_token(),
        )

    def _page(self, template: str, status: int, **values: Any) -> tuple[str, int]:
        t = translator(current_language())
        other = next(language for language in LANGUAGES if language != t.lang)
        shared = {"t": t, "tokens": TOKENS, "other_language": other}
        return self._pages.get_template(template).render(shared, **values), status


def _address() -> str:
    return request.remote_addr or "unknown"


def _username() -> str:
    return "name:" + request.form.get("username", "").strip().casefold()[:64]


def _failed(answer: Response) -> bool:
    return answer.status_code != 303

"""What every answer and every changing request must have: headers, cookies, CSRF tokens.

The content security policy allows nothing from outside and no script but our own files and
Dash's hashed one. A request that changes something needs the session's token, in a header (Dash
copies it from a readable SameSite=Strict cookie) or in a form field, and must not come from
another site.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from flask import Flask, Request, Response, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.exceptions import Forbidden
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CSRF_HEADER = "X-CSRFToken"
CSRF_FIELD = "csrf_token"
BY_HEADER = "/api/"
"""Requests that no cookie opens: the guard wants a token in a header, which no form can send."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
STATIC_PREFIXES = ("/assets/", "/vendor/", "/maps/", "/_dash-component-suites/")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LARGEST_BODY = 20 * 2**20  # bytes of a request, where its endpoint has no limit of its own
LONGEST_TARGET = 2000  # characters of a local address to return to
_TOKEN = "csrf"  # noqa: S105  (a key of the session, not a secret)
_NOT_IN_PATHS = re.compile(r"[\x00-\x20\x7f\\]")


class CsrfError(Forbidden):
    """A changing request without the session's token, or sent by another site."""


def init_security(
    server: Flask, settings: Settings, script_hashes: Callable[[], Iterable[str]] = tuple
) -> None:
    """Limits what is read of a request, and puts the headers on every answer, errors included.

    ``script_hashes`` gives the CSP hashes of inline scripts (``app.csp_hashes``); it is asked
    once, at the first answer, when every callback is known.
    """
    policies: list[str] = []
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    server.wsgi_app = trust_proxies(server.wsgi_app, settings.proxies)  # type: ignore[method-assign, assignment]

    @server.after_request
    def finish(response: Response) -> Response:
        if not policies:
            policies.append(content_security_policy(script_hashes()))
        response.headers.update(HEADERS)
        response.headers.setdefault("Content-Security-Policy", policies[0])
        if not _is_static(request.path, response):
            response.headers["Cache-Control"] = "no-store"
        return response


def limit_body(server: Flask, endpoint: str, limit: int) -> None:
    """Another limit than ``LARGEST_BODY`` for one endpoint, before anything reads the body."""

    @server.url_value_preprocessor
    def limited(asked: str | None, _values: dict[str, Any] | None) -> None:
        if asked == endpoint:
            request.max_content_length = limit


def content_security_policy(script_hashes: Iterable[str]) -> str:
    """Styles may be inline: the grid, the dropdowns and plotly inject style elements."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _is_static(path: str, response: Response) -> bool:
    return path.startswith(STATIC_PREFIXES) and response.status_code in (200, 206, 304)


def init_sessions(server: Flask, settings: Settings) -> None:
    """Signed session cookies that end with the browser, and after ``session_hours`` at the latest.

    They are not ``permanent`` in Flask's sense: flask-login's strong protection holds only for
    sessions that are not.
    """
    server.secret_key = settings.secret_key
    server.session_interface = Sessions()
    server.config.update(
        SESSION_COOKIE_NAME=cookie_name(settings, "session"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
    )


def cookie_name(settings: Settings, name: str) -> str:
    """Over TLS the ``__Host-`` prefix: browsers then refuse the cookie from any other host."""
    return f"__Host-quxiang-{name}" if settings.cookie_secure else f"quxiang-{name}"


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, which do not make cached files depend on the cookie."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        super().save_session(app, session, response)
        if not session.modified and _is_static(request.path, response):
            response.vary.discard("Cookie")


def init_csrf(server: Flask, settings: Settings) -> None:
    """Checks every changing request, and hands signed-in browsers the token that Dash sends."""
    name = cookie_name(settings, "csrf")
    server.before_request(check_csrf)

    @server.after_request
    def hand_token(response: Response) -> Response:
        token = session.get(_TOKEN) if "_user_id" in session else None
        cookie = request.cookies.get(name)
        if token is not None and cookie != token:
            response.set_cookie(
                name, token, secure=settings.cookie_secure, samesite="Strict", httponly=False
            )
        elif token is None and cookie is not None:
            response.delete_cookie(name, secure=settings.cookie_secure, samesite="Strict")
        return response


def csrf_token() -> str:
    """The session's token for a form, made at first use."""
    if _TOKEN not in session:
        session[_TOKEN] = secrets.token_urlsafe(32)
    return str(session[_TOKEN])


def check_csrf() -> None:
    """Raises ``CsrfError`` for a changing request that does not prove where it comes from."""
    if request.method in SAFE_METHODS or request.path.startswith(BY_HEADER):
        return
    if comes_from_elsewhere(request):
        raise CsrfError
    given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    expected = str(session.get(_TOKEN, ""))
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise CsrfError


def comes_from_elsewhere(asked: Request) -> bool:
    """Whether the browser says that another site sent the request.

    Browsers send ``Sec-Fetch-Site`` only over TLS and to the own machine; elsewhere ``Origin``
    (of changing requests) or ``Referer`` tells. No header at all is no proof.
    """
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    sender = asked.headers.get("Origin") or asked.headers.get("Referer")
    if sender is None:
        return False
    try:
        return urlsplit(sender).netloc != asked.host
    except ValueError:
        return True


def local_target(value: str | None) -> str:
    """The address to return to after sign-in: a path of this server, or "/" for anything else.

    Browsers read ``\\`` as ``/`` and drop tabs and line ends, so ``/\\evil`` and ``/\\t/evil``
    leave the server; so might ``/%2f/evil`` behind a proxy that decodes.
    """
    target = value or "/"
    if len(target) > LONGEST_TARGET:
        return "/"
    seen = ""
    decoded = target
    while decoded != seen:
        if not decoded.startswith("/") or decoded.startswith("//") or _NOT_IN_PATHS.search(decoded):
            return "/"
        seen, decoded = decoded, unquote(decoded.partition("?")[0])
    return target


def trust_proxies(wsgi_app: "WSGIApplication", proxies: int) -> "WSGIApplication":
    """Takes the client's address, scheme and host from that many proxies, and from nobody else.

    The forwarded address is dropped afterwards: flask-login would believe its first entry,
    which the client writes.
    """

    def without_claims(environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        environ.pop("HTTP_X_FORWARDED_FOR", None)
        return wsgi_app(environ, start_response)

    if proxies == 0:
        return without_claims
    return ProxyFix(without_claims, x_for=proxies, x_proto=proxies, x_host=proxies)

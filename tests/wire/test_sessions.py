"""How long somebody stays in: cookies, sessions, roles, the trail, languages and errors."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from flask.sessions import SecureCookieSessionInterface

from dashboard import auth
from dashboard.auth import PERMISSIONS, Permission, scope_of
from dashboard.i18n import LANGUAGES, translator
from dashboard.security import CSRF_FIELD, CSRF_HEADER
from data_access.accounts import Account, Role
from data_access.audit import latest
from data_access.scope import EVERYTHING, NOTHING, Scope
from tests.wire.auth_server import PASSWORD, SCHOOL, Site, events, make_site, who

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine


# ---- cookies


def set_cookies(site: Site) -> dict[str, str]:
    """Name -> flags of every cookie that sign-in and the first page set."""
    client = site.client()
    site.account(Role.ANALYST)
    answer = site.try_sign_in(client, "analyst", PASSWORD)
    pairs = (line.partition("=") for line in answer.headers.getlist("Set-Cookie"))
    return {name: rest.partition(";")[2].strip() for name, _, rest in pairs}


def test_cookie_flags(site: Site) -> None:
    flags = set_cookies(site)
    assert flags == {
        "quxiang-session": "HttpOnly; Path=/; SameSite=Strict",
        "quxiang-csrf": "Path=/; SameSite=Strict",
    }


def test_cookie_flags_over_tls(secure_site: Site) -> None:
    flags = set_cookies(secure_site)
    assert flags == {
        "__Host-quxiang-session": "Secure; HttpOnly; Path=/; SameSite=Strict",
        "__Host-quxiang-csrf": "Secure; Path=/; SameSite=Strict",
    }


def test_over_tls_dash_reads_the_token_under_its_name(secure_site: Site) -> None:
    client = secure_site.signed_in()
    page = client.get("/", base_url="https://localhost").get_data(as_text=True)
    found = re.search(r'id="_dash-config"[^>]*>(.*?)</script>', page)
    assert found is not None
    config = json.loads(found[1])
    assert config["csrf_token_name"] == "__Host-quxiang-csrf"
    assert config["csrf_header_name"] == CSRF_HEADER
    assert secure_site.call_back(client, **secure_site.csrf(client)).status_code == 200


# ---- the end of a session


def test_a_session_ends_after_its_hours_whatever_was_done_in_it(site: Site) -> None:
    client = site.signed_in()
    with client.session_transaction() as session:
        session["since"] -= 8 * 3600 - 60
    assert who(client) == (200, "analyst")
    with client.session_transaction() as session:  # signed anew a moment ago
        session["since"] -= 120
    assert who(client) == (302, "")
    assert client.get_cookie(site.cookie("session")) is None, "and its cookie is taken away"
    assert client.get_cookie(site.cookie("csrf")) is None


def test_an_old_signature_is_not_believed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from itsdangerous import TimestampSigner

    client = site.signed_in()
    with client.session_transaction() as session:
        content = dict(session)
    serializer = SecureCookieSessionInterface().get_signing_serializer(site.server)
    assert serializer is not None
    now = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) - 8 * 3600 - 5)
    old = serializer.dumps(content)
    monkeypatch.undo()
    client.set_cookie(site.cookie("session"), old)
    assert who(client) == (302, "")
    client.set_cookie(site.cookie("session"), serializer.dumps(content))
    assert who(client) == (200, "analyst"), "only the age was wrong"


def close(site: Site, account: Account) -> None:
    site.accounts.deactivate(account.id, actor="test")


def set_password(site: Site, account: Account) -> None:
    site.accounts.set_password(account.id, "quite another password", actor="test")


@pytest.mark.parametrize("change", [close, set_password])
def test_access_ends_at_once(site: Site, change: Callable[[Site, Account], None]) -> None:
    client = site.signed_in()
    header = site.csrf(client)
    other = site.signed_in(Role.LEADER)
    change(site, site.account(Role.ANALYST))
    assert site.call_back(client, **header).status_code == 401
    assert who(client) == (302, "")
    assert who(other) == (200, "leader")


def test_a_forged_cookie_opens_nothing(site: Site) -> None:
    good = site.signed_in().get_cookie(site.cookie("session"))
    assert good is not None
    content, _, signature = good.value.rpartition(".")
    for forged in ("x", "", content, f"{content}.{signature[::-1]}", "e30." + signature):
        client = site.client()
        client.set_cookie(site.cookie("session"), forged)
        assert who(client) == (302, ""), forged


def test_a_stolen_cookie_does_not_work_elsewhere(site: Site) -> None:
    """flask-login's strong protection: it needs sessions that are not "permanent"."""
    good = site.signed_in().get_cookie(site.cookie("session"))
    assert good is not None

    def borrowed(**environ: str) -> int:
        thief = site.client()
        thief.set_cookie(site.cookie("session"), good.value)
        return thief.get("/who", environ_overrides=environ).status_code

    assert borrowed() == 200
    assert borrowed(HTTP_USER_AGENT="another browser") == 302
    assert borrowed(REMOTE_ADDR="10.1.1.1") == 302
    assert borrowed(REMOTE_ADDR="10.1.1.1", HTTP_X_FORWARDED_FOR="127.0.0.1") == 302


def test_sign_out_ends_the_session(site: Site, sqlite_registry: Engine) -> None:
    client = site.signed_in()
    assert client.get("/sign-out").status_code != 303, "a link or a picture cannot sign out"
    assert who(client) == (200, "analyst")
    token = site.csrf(client)[CSRF_HEADER]
    answer = client.post("/sign-out", data={CSRF_FIELD: token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert who(client) == (302, "")
    for name in ("session", "csrf"):
        assert client.get_cookie(site.cookie(name)) is None
    assert ("analyst", "sign_out") in events(sqlite_registry)


def test_the_trail_tells_who_came_and_who_tried(site: Site, sqlite_registry: Engine) -> None:
    client = site.signed_in()
    site.try_sign_in(site.client(), "ANALYST", "wrong-pass-1")
    site.try_sign_in(site.client(), "wrong-pass-2", "typed in the wrong field")
    client.post("/sign-out", data={CSRF_FIELD: site.csrf(client)[CSRF_HEADER]})
    assert events(sqlite_registry) == [
        ("analyst", "sign_in"),
        ("analyst", "sign_in_failed"),
        ("unknown", "sign_in_failed"),
        ("analyst", "sign_out"),
    ]
    with sqlite_registry.connect() as connection:
        text = str(latest(connection, 100))
    assert "wrong" not in text, "passwords are sometimes typed as usernames"
    assert "127.0.0.1" in text


# ---- roles


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.LEADER, None),
        (Role.ANALYST, None),
        (Role.SCHOOL_REVIEWER, [SCHOOL]),
        (Role.SCHOOL_STAFF, [SCHOOL]),
        (Role.VIEWER, []),
    ],
)
def test_a_role_sees_its_scope(site: Site, role: Role, scope: list[str] | None) -> None:
    client = site.signed_in(role)
    seen = client.get("/who").json
    assert seen is not None
    assert seen["scope"] == scope
    assert seen["may"] == [p.value for p in Permission if p in PERMISSIONS[role]]
    shown = site.call_back(client, **site.csrf(client)).json
    assert shown["response"]["out"]["children"] == repr(None if scope is None else tuple(scope))


def test_without_an_account_there_is_no_row_and_no_permission(site: Site) -> None:
    with site.server.test_request_context("/"):
        assert auth.current_account() is None
        assert auth.current_scope() == NOTHING
        assert not any(auth.may(p) for p in Permission)


def test_a_school_role_that_lost_its_school_sees_nothing(site: Site) -> None:
    from dataclasses import replace

    staff = site.account(Role.SCHOOL_STAFF)
    assert scope_of(staff) == Scope(frozenset({SCHOOL}))
    assert scope_of(replace(staff, school=None)) == NOTHING
    assert scope_of(replace(staff, role=Role.LEADER)) == EVERYTHING


def test_every_role_has_its_row_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert set().union(*PERMISSIONS.values()) == set(Permission), "nothing that nobody may do"


def test_two_people_at_once_do_not_mix(site: Site) -> None:
    leader, staff = site.signed_in(Role.LEADER), site.signed_in(Role.SCHOOL_STAFF)
    for _ in range(2):
        assert who(leader) == (200, "leader")
        assert who(staff) == (200, "school_staff")


# ---- language


def test_the_language_is_chosen_by_link_and_kept(site: Site) -> None:
    client = site.client()
    answer = client.get("/language/en?next=/sign-in")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")
    assert "Max-Age=31536000" in answer.headers["Set-Cookie"]
    page = client.get("/sign-in").get_data(as_text=True)
    assert '<html lang="en">' in page
    assert "Sign in" in page
    assert re.search("[\u4e00-\u9fff]", page.replace("中文", "")) is None
    client.get("/language/zh-CN")
    assert '<html lang="zh-CN">' in client.get("/sign-in").get_data(as_text=True)


def test_the_switch_on_the_form_keeps_the_page_to_return_to(site: Site) -> None:
    client = site.client()
    page = client.get("/sign-in?next=" + quote("/flows?a=1&b=2")).get_data(as_text=True)
    link = re.search(r'href="(/language/en[^"]*)"', page)
    assert link is not None
    there = client.get(link[1].replace("&amp;", "&"), follow_redirects=True)
    assert there.request.path == "/sign-in"
    assert 'name="next" value="/flows?a=1&amp;b=2"' in there.get_data(as_text=True)


def test_an_unknown_language_changes_nothing(site: Site) -> None:
    client = site.client()
    assert "Set-Cookie" not in client.get("/language/xx?next=/sign-in").headers
    client.set_cookie(site.cookie("language"), "xx")
    assert '<html lang="zh-CN">' in client.get("/sign-in").get_data(as_text=True)


def test_the_servers_language_is_for_those_who_have_not_chosen(
    sqlite_registry: Engine, tmp_path: Path
) -> None:
    site = make_site(sqlite_registry, tmp_path, QUXIANG_LANGUAGE="en")
    client = site.client()
    assert '<html lang="en">' in client.get("/sign-in").get_data(as_text=True)
    client.get("/language/zh-CN")
    assert '<html lang="zh-CN">' in client.get("/sign-in").get_data(as_text=True)


def test_every_text_of_the_templates_and_accounts_exists_in_both_languages() -> None:
    root = Path(__file__).parents[2]
    sources = [*(root / "dashboard" / "templates").glob("*.html"), root / "dashboard" / "auth.py"]
    sources.append(root / "data_access" / "accounts.py")
    used = {
        key
        for source in sources
        for key in re.findall(r'"(auth\.[a-z_.]+)"', source.read_text(encoding="utf-8"))
    } | {f"auth.role_{role}" for role in Role}
    assert {"auth.title", "auth.failed", "auth.error.school_needed"} <= used
    for language in LANGUAGES:
        keys = translator(language).keys
        assert used <= keys
        assert {k for k in keys if k.startswith("auth.")} - used == {"auth.sign_out"}


# ---- when something goes wrong


@pytest.mark.parametrize(
    ("language", "path", "status", "title"),
    [
        ("zh-CN", "/missing", 404, "页面不存在"),
        ("zh-CN", "/broken", 500, "暂时无法处理"),
        ("en", "/missing", 404, "There is no such page"),
        ("en", "/broken", 500, "This cannot be done right now"),
    ],
)
def test_errors_are_told_in_the_readers_language(
    site: Site, language: str, path: str, status: int, title: str
) -> None:
    client = site.signed_in()
    client.get(f"/language/{language}")
    answer = client.get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in page
    assert "ZeroDivision" not in page


def test_a_forged_form_gets_a_page_that_says_so(site: Site) -> None:
    answer = site.signed_in().post("/sign-out")
    assert answer.status_code == 403
    assert "请求未被接受" in answer.get_data(as_text=True)


def test_what_is_no_page_gets_a_bare_status(site: Site) -> None:
    answer = site.signed_in().get("/export/missing")
    assert (answer.status_code, answer.data) == (404, b"")


def test_a_wrong_method_is_told_which_are_right(site: Site) -> None:
    client = site.signed_in()
    answer = client.post("/who", headers=site.csrf(client))
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]

"""Who gets in: the guard in front of every address, sign-in, sessions, roles and the trail."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from dashboard import auth
from dashboard.auth import PUBLIC_RULES
from dashboard.security import CSRF_FIELD, CSRF_HEADER
from data_access.accounts import Role
from tests.wire.auth_server import FAST, PASSWORD, Site, who

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from werkzeug.routing import Rule


def address(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?\w+>", "some", rule.rule)


def test_an_anonymous_request_gets_nothing_from_any_address(site: Site) -> None:
    """Walks every rule of the server with every method that it takes."""
    client = site.client()
    seen = []
    for rule in site.server.url_map.iter_rules():
        if rule.rule in PUBLIC_RULES:
            continue
        for method in sorted(rule.methods or ()):
            answer = client.open(address(rule), method=method)
            expected = (302, 401) if method in ("GET", "HEAD", "OPTIONS") else (401,)
            assert answer.status_code in expected, (rule.rule, method)
            assert b"secret" not in answer.data
            seen.append(rule.rule)
    assert {"/", "/<path:path>", "/_dash-update-component", "/_dash-layout", "/who"} <= set(seen)


@pytest.mark.parametrize(
    "path",
    [
        "/_dash-layout",
        "/_dash-dependencies",
        "/_dash-component-suites/dash/deps/react.js",
        "/_reload-hash",
        "/_favicon.ico",
        "/assets/some.css",
        "/vendor/plotly.js",
        "/live/version",
        "/export/table.csv",
        "/api/anything",
    ],
)
def test_what_is_no_page_answers_401(site: Site, path: str) -> None:
    answer = site.client().get(path)
    assert answer.status_code == 401
    assert answer.data == b""


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "/sign-in"),
        ("/flows?cohort=2020&school=99001&school=99002",
         "/sign-in?next=/flows%3Fcohort%3D2020%26school%3D99001%26school%3D99002"),
        ("/nowhere/at/all", "/sign-in?next=/nowhere/at/all"),
        ("/sign-in/", "/sign-in?next=/sign-in/"),
        ("/public/../who", "/sign-in?next=/public/../who"),
    ],
)  # fmt: skip
def test_a_page_sends_to_sign_in_and_remembers_itself(site: Site, path: str, target: str) -> None:
    answer = site.client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == target


def test_a_page_that_would_lead_off_the_server_is_not_remembered(site: Site) -> None:
    for path, target in (
        ("//evil.example", "/sign-in?next=/evil.example"),  # a local path by now
        ("/\\evil.example", "/sign-in"),
        ("/\t/evil.example", "/sign-in"),
    ):
        answer = site.client().get("/", environ_overrides={"PATH_INFO": path})
        assert (answer.status_code, answer.headers["Location"]) == (302, target)


def test_the_guard_runs_before_what_was_registered_earlier(
    sqlite_registry: Engine, tmp_path: Path
) -> None:
    from flask import Flask

    from dashboard.settings import Settings
    from data_access.accounts import Accounts

    server = Flask("late", static_folder=None)
    reached: list[str] = []
    server.before_request(lambda: reached.append("reached"))
    settings = Settings.from_env({"QUXIANG_HOME": str(tmp_path)})
    auth.init_auth(server, Accounts(sqlite_registry, FAST), settings)
    assert server.test_client().get("/").status_code == 302
    assert reached == []


def test_public_addresses_answer_without_an_account(site: Site) -> None:
    client = site.client()
    assert {client.get(path).status_code for path in ("/sign-in", "/health", "/ready")} == {200}


def test_a_link_from_another_site_goes_on_by_itself(site: Site) -> None:
    """The browser holds a strict cookie back once; our own page then asks again with it."""
    path = "/flows?cohort=2020&level=bachelor"
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Referer": "http://mail.example/inbox"},  # plain http: no Sec-Fetch headers
    ):
        answer = site.client().get(path, headers=headers)
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
        assert 'content="0;url=/flows?cohort=2020&amp;level=bachelor"' in page
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Referer": "http://localhost/mail"}):
        assert site.client().get(path, headers=headers).status_code == 302


def test_a_link_from_another_site_opens_nothing_else(site: Site) -> None:
    answer = site.client().get("/export/x.csv", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 401
    page = site.client().get(
        "/",
        headers={"Sec-Fetch-Site": "cross-site"},
        environ_overrides={"PATH_INFO": "/\\evil.example/"},
    )
    assert 'content="0;url=/"' in page.get_data(as_text=True)


# ---- signing in


def test_the_form_works_without_javascript_and_names_its_fields(site: Site) -> None:
    page = site.client().get("/sign-in").get_data(as_text=True)
    assert "<script" not in page
    assert re.search(r"\son\w+=", page) is None
    assert "//" not in page.replace("http://www.w3.org/2000/svg", ""), "nothing from outside"
    for name, kind in (("username", "username"), ("password", "current-password")):
        assert f'<label for="{name}">' in page
        assert re.search(rf'<input id="{name}"[^>]*autocomplete="{kind}"', page)
    assert '<html lang="zh-CN">' in page


def test_the_right_password_lets_in_and_returns_to_the_page(site: Site) -> None:
    site.account(Role.ANALYST)
    client = site.client()
    answer = site.try_sign_in(client, "analyst", PASSWORD, next="/flows?cohort=2020")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/flows?cohort=2020")
    assert who(client) == (200, "analyst")


def test_the_form_carries_the_page_to_return_to(site: Site) -> None:
    page = site.client().get("/sign-in?next=" + quote("/flows?a=1&b=<x>")).get_data(as_text=True)
    assert '<input type="hidden" name="next" value="/flows?a=1&amp;b=&lt;x&gt;">' in page


LEAVES = [
    "//evil.example",
    "///evil.example",
    r"\\evil.example",
    r"/\evil.example",
    r"\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "%2f%2fevil.example",
    "/%2fevil.example",
    "/%252f/evil.example",
    "/%5cevil.example",
    "@evil.example",
    "",
    "/" + "x" * 3000,
]


@pytest.mark.parametrize("target", LEAVES)
def test_sign_in_never_leads_off_the_server(site: Site, target: str) -> None:
    site.account(Role.ANALYST)
    client = site.client()
    answer = site.try_sign_in(client, "analyst", PASSWORD, next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    again = client.get("/sign-in?next=" + quote(target))
    assert (again.status_code, again.headers["Location"]) == (303, "/")
    switched = client.get("/language/en?next=" + quote(target))
    assert switched.headers["Location"] == "/"


def without_values(page: str) -> str:
    """The form as it is for everyone: token, typed username and where the cursor stands vary."""
    return re.sub(r' value="[^"]*"| autofocus', "", page)


def test_every_failure_says_the_same(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    closed = site.account(Role.LEADER)
    site.account(Role.ANALYST)
    site.accounts.deactivate(closed.id, actor="test")
    answers = [
        site.try_sign_in(site.client(), username, password)
        for username, password in (
            ("analyst", "wrong"),
            ("nobody", "wrong"),
            ("leader", PASSWORD),
            ("", ""),
            ("analyst' OR '1'='1", "x"),
        )
    ]
    assert {a.status_code for a in answers} == {401}
    assert len({without_values(a.get_data(as_text=True)) for a in answers}) == 1
    assert "用户名或密码不正确" in answers[0].get_data(as_text=True)
    assert caplog.records == [], "an empty username is counted like any other"


def test_the_password_is_never_sent_back(site: Site) -> None:
    answer = site.try_sign_in(site.client(), '"><b>', "my secret pass")
    page = answer.get_data(as_text=True)
    assert "my secret pass" not in page
    assert 'value="&#34;&gt;&lt;b&gt;"' in page, "the username is, and escaped"


def test_fields_that_are_missing_are_only_a_failure(site: Site) -> None:
    client = site.client()
    answer = client.post("/sign-in", data={CSRF_FIELD: site.token(client)})
    assert answer.status_code == 401


def test_a_planted_session_is_not_kept(site: Site) -> None:
    """Session fixation: what was known before sign-in opens nothing afterwards."""
    site.account(Role.ANALYST)
    client = site.client()
    token_before = site.token(client)
    planted = client.get_cookie(site.cookie("session"))
    assert planted is not None
    assert site.try_sign_in(client, "analyst", PASSWORD).status_code == 303
    after = client.get_cookie(site.cookie("session"))
    assert after is not None
    assert after.value != planted.value
    assert site.csrf(client)[CSRF_HEADER] != token_before
    attacker = site.client()
    attacker.set_cookie(site.cookie("session"), planted.value)
    assert who(attacker) == (302, "")


# ---- limits


def test_ten_failures_close_a_username_for_a_while(site: Site) -> None:
    site.account(Role.ANALYST)
    site.account(Role.LEADER)
    for username in ("analyst", "nobody"):
        client = site.client()
        for _ in range(10):
            assert site.try_sign_in(client, username, "wrong").status_code == 401
        answer = site.try_sign_in(client, f" {username.upper()} ", PASSWORD)
        assert answer.status_code == 429
        assert "5 分钟后再试" in answer.get_data(as_text=True)
        assert CSRF_FIELD in answer.get_data(as_text=True), "the form is still there"
    assert site.try_sign_in(site.client(), "leader", PASSWORD).status_code == 303


def test_sixty_failures_close_an_address_for_a_while(site: Site) -> None:
    site.account(Role.ANALYST)
    client = site.client()
    for i in range(60):
        assert site.try_sign_in(client, f"someone{i}", "wrong").status_code == 401
    assert site.try_sign_in(client, "analyst", PASSWORD).status_code == 429
    form = {"username": "analyst", "password": PASSWORD}
    elsewhere = site.server.test_client()
    token = site.token(elsewhere)
    answer = elsewhere.post(
        "/sign-in", data={CSRF_FIELD: token, **form}, environ_base={"REMOTE_ADDR": "127.0.0.2"}
    )
    assert answer.status_code == 303


def test_a_forwarded_address_does_not_lift_the_limit(site: Site) -> None:
    """Without a trusted proxy the client's own word about its address is not believed."""
    client = site.client()
    for i in range(61):
        answer = client.post(
            "/sign-in",
            data={CSRF_FIELD: site.token(client), "username": f"someone{i}", "password": "x"},
            headers={"X-Forwarded-For": f"10.0.0.{i}"},
        )
    assert answer.status_code == 429


def test_successes_are_not_counted(site: Site) -> None:
    for _ in range(12):
        assert who(site.signed_in()) == (200, "analyst")


# ---- tokens


def test_sign_in_without_the_token_is_refused(site: Site) -> None:
    site.account(Role.ANALYST)
    form = {"username": "analyst", "password": PASSWORD}
    for token in (None, "", "x" * 43, "令牌"):
        client = site.client()
        site.token(client)
        answer = client.post(
            "/sign-in", data=form if token is None else {CSRF_FIELD: token, **form}
        )
        assert answer.status_code == 403
        assert "页面已过期" in answer.get_data(as_text=True)
        assert who(client) == (302, "")


def test_a_token_of_another_session_is_refused(site: Site) -> None:
    site.account(Role.ANALYST)
    token = site.token(site.client())
    answer = site.client().post(
        "/sign-in", data={CSRF_FIELD: token, "username": "analyst", "password": PASSWORD}
    )
    assert answer.status_code == 403


def test_a_callback_needs_the_token_in_its_header(site: Site) -> None:
    client = site.signed_in()
    good = site.csrf(client)
    assert site.call_back(client, **good).json == {
        "response": {"out": {"children": "None"}},
        "multi": True,
    }
    assert site.call_back(client).status_code == 403
    assert site.call_back(client, **{CSRF_HEADER: good[CSRF_HEADER][:-1] + "~"}).status_code == 403
    assert site.call_back(client, **{CSRF_HEADER: ""}).status_code == 403
    assert site.call_back(client, **{CSRF_HEADER: "ä"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8051"},
        {"Origin": "http://[broken"},
        {"Referer": "https://evil.example/localhost"},
    ],
)
def test_another_site_cannot_change_anything_even_with_the_token(
    site: Site, headers: dict[str, str]
) -> None:
    client = site.signed_in()
    assert site.call_back(client, **site.csrf(client), **headers).status_code == 403
    token = site.csrf(client)[CSRF_HEADER]
    answer = client.post("/sign-out", data={CSRF_FIELD: token}, headers=headers)
    assert answer.status_code == 403
    assert who(client) == (200, "analyst")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Referer": "http://localhost/flows"},
    ],
)
def test_our_own_pages_can(site: Site, headers: dict[str, str]) -> None:
    client = site.signed_in()
    assert site.call_back(client, **site.csrf(client), **headers).status_code == 200

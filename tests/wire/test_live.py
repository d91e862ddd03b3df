"""The version that open pages ask for, and the two addresses that operators ask for."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner
from werkzeug.test import Client

from dashboard.live import (
    LIVE_PATH,
    MOST_REMEMBERED,
    REMEMBERED_SECONDS,
    LiveVersion,
    SessionCheck,
    init_health,
    opaque,
)
from data_access.accounts import Role
from tests.wire.auth_server import Site, add_school, make_site

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse


@dataclass
class Live:
    """A site with the middleware in front, a clock to turn and a version to raise."""

    site: Site
    now: float = 0.0
    version: int = 7
    asked: int = 0

    def __post_init__(self) -> None:
        self.check = SessionCheck(self.site.server, self.holds, lambda: self.now)
        self.client = Client(
            LiveVersion(
                self.site.server.wsgi_app, opaque("k" * 40, lambda: self.version), self.check
            ),
            use_cookies=False,  # the tests write the header themselves
        )

    def holds(self, content: Any) -> bool:
        self.asked += 1
        return self.site.gate.holds(content)

    def cookie(self, role: Role = Role.ANALYST) -> str:
        found = self.site.signed_in(role).get_cookie(self.site.cookie("session"))
        assert found is not None
        return found.value

    def get(self, cookie: str | None = None, **headers: str) -> TestResponse:
        if cookie is not None:
            headers["Cookie"] = f"other=1; {self.site.cookie('session')}={cookie}; last=2"
        return self.client.get(LIVE_PATH, headers=headers)


@pytest.fixture
def live(sqlite_registry: Engine, tmp_path: Path) -> Live:
    add_school(sqlite_registry)
    return Live(make_site(sqlite_registry, tmp_path))


def test_the_version_is_told_once_and_then_only_that_it_is_the_same(live: Live) -> None:
    cookie = live.cookie()
    first = live.get(cookie)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["Content-Type"] == "text/plain; charset=utf-8"
    tag = first.headers["ETag"]
    assert tag == f'"{first.get_data(as_text=True)}"'
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = live.get(cookie, **{"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
    live.version += 1
    changed = live.get(cookie, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_head_is_answered_without_a_body_and_other_methods_are_not(live: Live) -> None:
    cookie = live.cookie()
    headers = {"Cookie": f"{live.site.cookie('session')}={cookie}"}
    head = live.client.head(LIVE_PATH, headers=headers)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == live.get(cookie).headers["ETag"]
    assert live.client.post(LIVE_PATH, headers=headers).status_code == 405


def test_no_session_no_version(live: Live) -> None:
    form = live.site.client()
    form.get("/sign-in")
    only_seen_the_form = form.get_cookie(live.site.cookie("session"))
    assert only_seen_the_form is not None
    good = live.cookie()
    content, _, signature = good.rpartition(".")
    for cookie in (
        None,
        "",
        "x",
        content,
        f"{content}.{signature[::-1]}",
        only_seen_the_form.value,
        "a" * 5000,
        "\xff\xfe",
    ):
        answer = live.get(cookie)
        assert answer.status_code == 401, cookie
        assert answer.data == b""
        assert "ETag" not in answer.headers
    assert live.get(good).status_code == 200


def test_a_cookie_signed_with_another_key_is_forged(live: Live) -> None:
    with live.site.signed_in().session_transaction() as session:
        content = dict(session)
    other = Flask("other")
    other.secret_key = "another key"
    for interface in (SecureCookieSessionInterface(), live.site.server.session_interface):
        serializer = interface.get_signing_serializer(other)  # type: ignore[attr-defined]
        assert live.get(serializer.dumps(content)).status_code == 401
    serializer = SecureCookieSessionInterface().get_signing_serializer(live.site.server)
    assert serializer is not None
    assert live.get(serializer.dumps(content)).status_code == 200, "only the key was wrong"
    assert live.get(serializer.dumps(["no", "session"])).status_code == 401  # type: ignore[arg-type]


def test_an_expired_cookie_is_refused(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    client = live.site.signed_in()
    with client.session_transaction() as session:
        session["since"] -= 8 * 3600 + 1
        content = dict(session)
    late = client.get_cookie(live.site.cookie("session"))
    assert late is not None
    assert live.get(late.value).status_code == 401, "signed a moment ago, but too long signed in"
    content["since"] += 8 * 3600 + 1
    serializer = SecureCookieSessionInterface().get_signing_serializer(live.site.server)
    assert serializer is not None
    now = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) - 8 * 3600 - 5)
    old = serializer.dumps(content)
    monkeypatch.undo()
    assert live.get(old).status_code == 401
    assert live.get(serializer.dumps(content)).status_code == 200


def test_a_good_cookie_is_believed_for_a_short_while(live: Live) -> None:
    cookie = live.cookie()
    for _ in range(3):
        assert live.get(cookie).status_code == 200
    assert live.asked == 1, "the registry is not asked each second by every open page"
    live.now += REMEMBERED_SECONDS
    assert live.get(cookie).status_code == 200
    assert live.asked == 2


def test_a_closed_account_is_told_no_more_after_that_while(live: Live) -> None:
    cookie = live.cookie()
    assert live.get(cookie).status_code == 200
    live.site.accounts.deactivate(live.site.account(Role.ANALYST).id, actor="test")
    live.now += REMEMBERED_SECONDS
    assert live.get(cookie).status_code == 401
    assert live.get(cookie).status_code == 401


def test_forged_cookies_are_not_remembered_and_good_ones_have_a_limit(live: Live) -> None:
    for i in range(50):
        live.get(f"forged{i}")
    assert live.check._believed_until == {}
    live.check._believed_until |= {str(i): 1e9 for i in range(MOST_REMEMBERED)}
    cookie = live.cookie()
    assert live.get(cookie).status_code == 200
    assert list(live.check._believed_until) == [cookie]


def test_everything_else_goes_on_to_the_server(live: Live) -> None:
    assert live.client.get("/sign-in").status_code == 200
    assert live.client.get("/flows").status_code == 302
    assert live.client.get(LIVE_PATH + "/").status_code in (302, 401)
    assert live.client.get("/live/other").status_code == 401


def test_without_the_middleware_the_address_is_guarded_too(live: Live) -> None:
    assert live.site.client().get(LIVE_PATH).status_code == 401


def test_a_server_without_a_key_cannot_check_sessions() -> None:
    with pytest.raises(ValueError, match="secret key"):
        SessionCheck(Flask("keyless"), lambda _content: True)


# ---- the word


def test_the_word_is_the_same_in_every_process_and_tells_nothing() -> None:
    number = 644_000
    first, second = (opaque("k" * 40, lambda: number) for _ in range(2))
    words = []
    for _ in range(200):
        assert first() == second() == first()
        words.append(first())
        number += 1
    assert len(set(words)) == 200
    assert words != sorted(words), "not even which of two came first"
    assert {len(word) for word in words} == {16}
    assert opaque("another key" * 4, lambda: 644_000)() != words[0]


def test_the_version_word_tells_several_numbers_apart() -> None:
    """A survey has its own number: either one makes a new word, and an old one is known again."""
    now = (5, 1)
    word = opaque("k" * 40, lambda: now)
    first = word()
    now = (5, 2)
    second = word()
    now = (6, 2)
    assert len({first, second, word()}) == 3
    now = (5, 1)
    assert word() == first


# ---- health


def test_health_says_only_that_the_process_answers(live: Live) -> None:
    answer = live.client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_ready_names_the_part_that_is_missing_and_keeps_the_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> None:
        raise ConnectionError("postgresql://q:hunter2@db is down")

    server = Flask("health")
    init_health(server, {"registry": lambda: None, "analytics": broken})
    client = server.test_client()
    with caplog.at_level(logging.ERROR):
        answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "parts": {"registry": True, "analytics": False},
    }
    assert "hunter2" not in answer.get_data(as_text=True)
    assert "analytics" in caplog.text
    assert client.get("/health").status_code == 200, "alive all the same"


def test_ready_asks_the_real_registry(live: Live) -> None:
    answer = live.client.get("/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "parts": {"registry": True}})

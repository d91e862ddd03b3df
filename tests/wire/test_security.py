"""What every answer carries, which addresses are local, and who is believed about addresses."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from dashboard.live import LiveVersion
from dashboard.security import (
    HEADERS,
    comes_from_elsewhere,
    content_security_policy,
    local_target,
    trust_proxies,
)
from tests.wire.auth_server import Site, add_school, make_site

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse


@pytest.fixture
def site(sqlite_registry: Engine, tmp_path: Path) -> Site:
    add_school(sqlite_registry)
    return make_site(sqlite_registry, tmp_path)


def every_kind_of_answer(site: Site) -> list[tuple[str, int, TestResponse]]:
    anonymous, client = site.client(), site.signed_in()
    token = site.csrf(client)
    asked: list[tuple[FlaskClient, str, str, dict[str, str], int]] = [
        (anonymous, "GET", "/sign-in", {}, 200),
        (anonymous, "GET", "/health", {}, 200),
        (anonymous, "GET", "/flows", {}, 302),
        (anonymous, "GET", "/_dash-layout", {}, 401),
        (anonymous, "POST", "/sign-in", {}, 403),
        (client, "GET", "/", {}, 200),
        (client, "GET", "/_dash-layout", {}, 200),
        (client, "GET", "/_dash-dependencies", {}, 200),
        (client, "GET", "/assets/some.css", {}, 200),
        (client, "GET", "/assets/none.css", {}, 404),
        (client, "GET", "/missing", {}, 404),
        (client, "GET", "/export/missing", {}, 404),
        (client, "POST", "/who", token, 405),
        (client, "POST", "/sign-out", {}, 403),
        (client, "GET", "/broken", {}, 500),
    ]
    answers = []
    for who, method, path, headers, status in asked:
        answer = who.open(path, method=method, headers=headers, buffered=True)
        answers.append((f"{method} {path}", status, answer))
    answers.append(("callback", 200, site.call_back(client, **token)))
    return answers


def test_every_answer_has_the_headers_and_pages_are_not_stored(site: Site) -> None:
    for name, status, answer in every_kind_of_answer(site):
        assert answer.status_code == status, name
        assert {k: answer.headers.get(k) for k in HEADERS} == HEADERS, name
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], name
        if name != "GET /assets/some.css":
            assert answer.headers["Cache-Control"] == "no-store", name


def test_files_may_be_kept_and_do_not_depend_on_the_cookie(site: Site) -> None:
    client = site.signed_in()
    client.get("/")
    answer = client.get("/assets/some.css", buffered=True)
    assert "no-store" not in answer.headers.get("Cache-Control", "")
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Cookie" in client.get("/").headers["Vary"]


def test_the_policy_is_strict() -> None:
    policy = dict(
        directive.partition(" ")[::2] for directive in content_security_policy(["'x'"]).split("; ")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self' 'x'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "worker-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


def test_the_policy_allows_exactly_the_inline_scripts_of_the_page(site: Site) -> None:
    answer = site.signed_in().get("/")
    page = answer.get_data(as_text=True)
    page = re.sub("<!--.*?-->", "", page, flags=re.DOTALL)
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    inline = [code for kind, code in scripts if "src=" not in kind and "/json" not in kind]
    assert inline, "the renderer is started by one"
    hashes = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in inline}
    allowed = re.findall(r"'sha256-([^']+)'", answer.headers["Content-Security-Policy"])
    assert set(allowed) == hashes


# ---- local addresses


@pytest.mark.parametrize(
    "target",
    ["/", "/flows", "/flows?cohort=2020&school=99001", "/a/b#c", "/?next=//e", "/%E5%8E%BB"],
)
def test_local_addresses_are_kept(target: str) -> None:
    assert local_target(target) == target


def as_a_browser_reads(target: str) -> str:
    """WHATWG URL: tabs and line ends vanish, outer blanks too, and a backslash is a slash."""
    return re.sub(r"[\t\r\n]", "", target).strip("".join(map(chr, range(33)))).replace("\\", "/")


@given(
    st.one_of(
        st.text(max_size=30),
        st.text(alphabet="/\\%2f5cF:@?#. \t\n\x00ae", max_size=20),
        st.text(alphabet="/\\%2f5cF:@?#. \t\n\x00ae", max_size=20).map("/".__add__),
        st.none(),
    )
)
def test_whatever_is_asked_for_stays_on_the_server(target: str | None) -> None:
    kept = local_target(target)
    assert kept in ("/", target)
    resolved = urlsplit(urljoin("https://quxiang.example/sign-in", as_a_browser_reads(kept)))
    assert (resolved.scheme, resolved.netloc) == ("https", "quxiang.example")


# ---- where a request comes from


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "invented"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, False),
        ({"Origin": "https://quxiang.example:8443"}, False),
        ({"Origin": "https://quxiang.example"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "https://evil.example", "Referer": "https://quxiang.example:8443/"}, True),
        ({"Referer": "https://quxiang.example:8443/flows?a=1"}, False),
        ({"Referer": "https://evil.example/?https://quxiang.example:8443/"}, True),
        ({"Referer": "https://quxiang.example:8443@evil.example/"}, True),
        ({"Origin": "http://[::1"}, True),
    ],
)
def test_who_sent_a_request(headers: dict[str, str], elsewhere: bool) -> None:
    builder = EnvironBuilder(base_url="https://quxiang.example:8443", headers=headers)
    assert comes_from_elsewhere(Request(builder.get_environ())) is elsewhere


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"),
    [(0, "10.0.0.9", "http"), (1, "203.0.113.7", "https"), (2, "198.51.100.1", "http")],
)
def test_only_trusted_proxies_are_believed(proxies: int, address: str, scheme: str) -> None:
    """The client wrote the first entry; each proxy appended the address that it saw."""
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return []

    environ = EnvironBuilder(
        environ_base={"REMOTE_ADDR": "10.0.0.9"},
        headers={
            "X-Forwarded-For": "198.51.100.1, 203.0.113.7",
            "X-Forwarded-Proto": "http, https",
        },
    ).get_environ()
    list(trust_proxies(app, proxies)(environ, lambda *_: lambda _data: None))
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == (address, scheme)
    assert "HTTP_X_FORWARDED_FOR" not in seen, "flask-login would read it"


def test_the_answer_before_flask_has_the_headers_too() -> None:
    got: list[Any] = []
    middleware = LiveVersion(lambda _e, _s: [], lambda: "v", lambda _e: True)
    environ = EnvironBuilder(path="/live/version").get_environ()
    list(middleware(environ, lambda status, headers: got.append((status, dict(headers)))))  # type: ignore[arg-type, func-returns-value]
    status, headers = got[0]
    assert status == "200 OK"
    assert {k: headers.get(k) for k in HEADERS} == HEADERS
    assert headers["Cache-Control"] == "no-store"

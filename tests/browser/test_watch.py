"""The watch and the tools of browser tests find what they are there to find."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.tools import axe, screenshots
from tests.browser.watch import Watch, leaves

POLICY = "default-src 'none'; script-src 'self'; img-src * data:; connect-src *; style-src 'self'"
GOOD = "<title>t</title><main><h1 id=a>甲</h1></main>"


def _document(body: str, lang: str = "zh-CN", script: str = "") -> dict[str, str]:
    tag = "<script src=/script.js></script>" if script else ""
    html = f"<!doctype html><html{f' lang={lang}' if lang else ''}><head>{tag}</head>{body}</html>"
    return {"/": html, "/script.js": script}


Serve = Callable[[dict[str, str]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve these texts by path, under a strict content security policy; the URL."""
    servers: list[ThreadingHTTPServer] = []

    def start(files: dict[str, str]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                text = files.get(self.path)
                self.send_response(200 if text is not None else 404)
                kind = "text/javascript" if self.path.endswith(".js") else "text/html"
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write((text or "").encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def bare(browser: Browser) -> Iterator[tuple[Page, Watch]]:
    """A page whose watch this test reads itself."""
    watch = Watch()
    context = browser.new_context()
    watch.attach(context)
    yield context.new_page(), watch
    context.close()


ICON = "<link rel=icon href=data:,>"


FAULTS = {
    "console error": (GOOD, "zh-CN", "console.error('broken')", "console error: broken"),
    "console warning": (GOOD, "zh-CN", "console.warn('odd')", "console warning: odd"),
    "exception": (GOOD, "zh-CN", "throw new Error('thrown')", "thrown"),
    "rejection": (GOOD, "zh-CN", "Promise.reject(new Error('later'))", "later"),
    "policy": (GOOD, "zh-CN", "eval('1')", "unsafe-eval"),
    "missing file": (GOOD, "zh-CN", "fetch('/missing')", "404"),
    "picture": (f"{GOOD}<img alt='' src=http://192.0.2.1/t.png>", "zh-CN", "", "left this machine"),
    "socket": (GOOD, "zh-CN", "new WebSocket('ws://192.0.2.1/')", "left this machine"),
    "id": (f"{GOOD}<p id=a>乙</p>", "zh-CN", "", "id stands twice: a"),
    "language": (GOOD, "", "", "no lang"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(bare: tuple[Page, Watch], serve: Serve, fault: str) -> None:
    page, watch = bare
    body, lang, script, complaint = FAULTS[fault]
    page.goto(serve(_document(ICON + body, lang, script)), wait_until="networkidle")
    assert complaint in "\n".join(watch.problems())


def test_a_clean_page_has_no_complaint(bare: tuple[Page, Watch], serve: Serve) -> None:
    page, watch = bare
    page.goto(serve(_document(ICON + GOOD, script="console.log('fine')")))
    watch.check(page)
    assert watch.problems() == []


def test_an_expected_message_is_allowed_and_demanded(
    bare: tuple[Page, Watch], serve: Serve
) -> None:
    page, watch = bare
    watch.expect_console("40[34]")
    watch.expect_console("never said")
    page.goto(serve(_document(ICON + GOOD, script="fetch('/missing')")), wait_until="networkidle")
    assert watch.problems() == ["expected in the console: never said"]


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        ("http://127.0.0.1:8050/", False),
        ("data:image/png;base64,AA", False),
        ("blob:http://127.0.0.1/1", False),
        ("https://example.org/", True),
        ("http://127.0.0.1.example.org/", True),
        ("ws://10.0.0.1/", True),
    ],
)
def test_what_leaves_the_machine(url: str, outside: bool) -> None:
    assert leaves(url) is outside


def test_axe_runs_under_a_strict_policy_and_finds_a_grave_violation(
    bare: tuple[Page, Watch], serve: Serve
) -> None:
    page, watch = bare
    page.goto(serve(_document(f"{ICON}{GOOD}<img src=data:,>")))
    with pytest.raises(AssertionError, match="critical image-alt"):
        axe(page)
    assert axe(page, within="main")["violations"] == []
    axe(page, without=("image-alt",))
    assert watch.problems() == []


def test_screenshots_are_taken_at_both_widths(
    bare: tuple[Page, Watch], serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SCREENS", str(tmp_path))
    page, _ = bare
    page.goto(serve(_document(ICON + GOOD)))
    made = screenshots(page, "plain")
    assert [path.name for path in made] == ["plain-1440.png", "plain-390.png"]
    # The width stands in bytes 16 to 20 of a PNG.
    assert [int.from_bytes(path.read_bytes()[16:20], "big") for path in made] == [1440, 390]

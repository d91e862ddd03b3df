"""Fixtures of browser tests: Debian's Chromium, watched contexts, the real server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.tools import SECRET_KEY
from tests.browser.watch import Watch
from tests.server import quxiang, start_server

CHROMIUM = os.environ.get("TEST_CHROMIUM", "/usr/bin/chromium")

FLAGS = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # The browser's own errands.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    # And should a page ask for a name outside, there is none.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

ContextMaker = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of a downloaded one."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk in China. Contexts of one's own are made with the same."""
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
    }


@pytest.fixture
def watch() -> Watch:
    """The complaints of this test's pages; `watch.expect_console(...)` for those it provokes."""
    return Watch()


@pytest.fixture
def new_context(new_context: ContextMaker, watch: Watch) -> Iterator[ContextMaker]:
    """Makes a fresh, watched context: one for each person in the test. `page` is in the first."""

    def make(**options: Any) -> BrowserContext:
        context = new_context(**options)
        watch.attach(context)
        return context

    yield make
    problems = watch.problems()
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="session")
def live_settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings of a store with the demonstration data, made once per run."""
    home = tmp_path_factory.mktemp("live")
    settings = {"QUXIANG_HOME": str(home), "QUXIANG_SECRET_KEY": SECRET_KEY}
    quxiang(settings, "demo")
    return settings


@pytest.fixture(scope="session")
def live_server(live_settings: dict[str, str]) -> Iterator[str]:
    """The URL of `quxiang serve` on the demonstration data, without a slash at the end."""
    with start_server(live_settings) as server:
        yield server.url
        _no_traceback(server.log)


@pytest.fixture(scope="session")
def base_url(live_server: str) -> str:
    """Relative addresses are the live server's, in every context."""
    return live_server


def _no_traceback(log: Path) -> None:
    """A request that failed on the server is a failure, even where the page hid it."""
    text = log.read_text("utf-8", "replace")
    assert "Traceback (most recent call last)" not in text, text[-8000:]

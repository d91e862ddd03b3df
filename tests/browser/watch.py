"""What every page must keep to in every browser test, watched from the first request to the last.

The console is empty, no script fails, no request leaves this machine, no id stands twice, and
the language of the page is said.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

LOUD = frozenset({"error", "warning", "assert"})
"""Console messages that are complaints; log and info are not."""

HARMLESS_SCHEMES = frozenset({"about", "blob", "data"})
HERE = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})

# Runs in the page by way of the debugger, so the page's content security policy does not stop it.
_STATE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return {
    lang: document.documentElement.lang,
    twice: [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))],
  };
}"""


def leaves(url: str) -> bool:
    """Whether a request to this URL would leave the machine."""
    parts = urlsplit(url)
    return parts.scheme not in HARMLESS_SCHEMES and (parts.hostname or "") not in HERE


class Watch:
    """Collects complaints from every page of the contexts attached to it."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._outside: list[str] = []
        self._expected: dict[str, bool] = {}
        self._contexts: list[BrowserContext] = []

    def attach(self, context: BrowserContext) -> None:
        """Watch a context and every page that it opens."""
        self._contexts.append(context)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("page", self._page)

    def expect_console(self, pattern: str) -> None:
        """Allow, and demand, a console message that matches: a refused request is logged there."""
        self._expected[pattern] = False

    def check(self, page: Page) -> None:
        """Fail now if the page, as it stands, has an id twice or does not say its language."""
        problems = self._faults(page)
        assert not problems, "\n".join(problems)

    def problems(self) -> list[str]:
        """Every complaint so far, and the faults of the pages that are open now."""
        open_pages = [page for context in self._contexts for page in context.pages]
        faults = [fault for page in open_pages for fault in self._faults(page)]
        unheard = [
            f"expected in the console: {p}" for p, heard in self._expected.items() if not heard
        ]
        return [*self._heard, *self._outside, *faults, *unheard]

    def _say(self, text: str) -> None:
        for pattern in self._expected:
            if re.search(pattern, text):
                self._expected[pattern] = True
                return
        self._heard.append(text)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in LOUD:
            where = message.location
            self._say(f"console {message.type}: {message.text} ({where['url']})")

    def _error(self, error: WebError) -> None:
        self._say(f"script error: {error.error}")

    def _request(self, request: Request) -> None:
        if leaves(request.url):
            self._outside.append(f"request left this machine: {request.method} {request.url[:200]}")

    def _page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._socket(socket.url))

    def _socket(self, url: str) -> None:
        if leaves(url):
            self._outside.append(f"socket left this machine: {url[:200]}")

    def _faults(self, page: Page) -> list[str]:
        if page.url == "about:blank" or page.is_closed():
            return []
        state = page.evaluate(_STATE)
        faults = [f"id stands twice: {i} ({page.url})" for i in state["twice"]]
        if not state["lang"]:
            faults.append(f"no lang on <html> ({page.url})")
        return faults

"""The whole application on the demonstration store: start, pages, new data, people clicking."""

import gc
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks import first_view
from benchmarks.first_view import Line
from dashboard.app import create_app
from dashboard.security import CSRF_FIELD, CSRF_HEADER, cookie_name
from dashboard.settings import Settings
from data_access.accounts import demo_password
from tests.server import environment, start_server

SECRET = "a key for measuring, long enough and secret to nobody"  # noqa: S105
ROOT = Path(__file__).parents[1]
TOKEN = re.compile(rf'name="{CSRF_FIELD}" value="([^"]+)"')
OPEN_PAGES, PEOPLE, SECONDS = 200, 100, 20


def measure() -> Iterator[Line]:
    """(what, measured, budget, kept) of everything."""
    with tempfile.TemporaryDirectory() as folder:
        given = {"QUXIANG_HOME": folder, "QUXIANG_SECRET_KEY": SECRET}
        yield from _demo(given)
        start = time.perf_counter()
        with start_server(given) as server:
            took = time.perf_counter() - start
            yield "process start, demonstration loaded", f"{took:.1f} s", "≤ 5 s", took <= 5
            port = int(server.url.rpartition(":")[2])
            _wait_for_static_files(Path(folder) / "var" / "static")
            yield from first_view.measure(server.url, SECRET)
            yield from _clicking(port)
            yield from _live(port, given)
        yield from _pages(given)


def _wait_for_static_files(folder: Path) -> None:
    """The very first start compresses the static files in the background; later ones find them."""
    found = -1
    while found != (now := len(list(folder.iterdir()))):
        found = now
        time.sleep(5)


def _demo(given: Mapping[str, str]) -> Iterator[Line]:
    start = time.perf_counter()
    _command(given, "demo")
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    yield "quxiang demo", f"{took:.1f} s", "≤ 60 s", took <= 60
    yield "quxiang demo, memory at its peak", f"{peak:,} MB", "≤ 1,024 MB", peak <= 1024


def _command(given: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "dashboard", *arguments],
        env=environment(given),
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _pages(given: Mapping[str, str]) -> Iterator[Line]:
    """Every callback of a page, one after the other, with an empty cache."""
    settings = Settings.from_env({**given})
    app = create_app(settings)
    client = app.server.test_client()
    token = TOKEN.search(client.get("/sign-in").get_data(as_text=True))
    assert token is not None
    form = {
        CSRF_FIELD: token[1],
        "username": "leader",
        "password": demo_password(SECRET, "leader"),
    }
    client.post("/sign-in", data=form)
    client.get("/health")
    cookie = client.get_cookie(cookie_name(settings, "csrf"))
    assert cookie is not None
    header = {CSRF_HEADER: cookie.value}
    callbacks = client.get("/_dash-dependencies").get_json()
    gc.collect()
    gc.freeze()  # as the served application does (dashboard.app.wsgi)
    for page in PAGES:
        mine = [c for c in callbacks if page in c["output"] and not c.get("clientside_function")]
        taken = []
        for _ in range(5):
            app.store.cache.clear()
            start = time.perf_counter()
            for callback in mine:
                asked = _payload(callback, CHOSEN.get(page, {}))
                answer = client.post("/_dash-update-component", json=asked, headers=header)
                assert answer.status_code in (200, 204), (page, answer.status)
            taken.append(1000 * (time.perf_counter() - start))
        median = statistics.median(taken)
        name = f"whole page {page}, uncached ({len(mine)} callbacks)"
        yield name, f"{median:.0f} ms", "≤ 250 ms", median <= 250
    app.close()


PAGES = (
    *("overview", "destinations", "flows", "disciplines"),
    *("benchmark", "quality", "returns"),
)
CHOSEN = {"benchmark": {"school": "99001"}}
"""What a page needs beside the class."""


def _payload(
    callback: dict[str, Any], chosen: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    def given(part: dict[str, str]) -> dict[str, Any]:
        value = {"cohort": "2020", **chosen} if part["id"] == "selection" else None
        return {**part, "value": value}

    outputs = callback["output"]
    parts = outputs.strip(".").split("...") if outputs.startswith("..") else [outputs]
    named = [dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in parts]
    return {
        "output": outputs,
        "outputs": named if outputs.startswith("..") else named[0],
        "inputs": [given(part) for part in callback["inputs"]],
        "state": [given(part) for part in callback["state"]],
        "changedPropIds": ["selection.data"],
    }


class Browser:
    """One signed-in browser that keeps its connection."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}
        page = self.ask("GET", "/sign-in")[1].decode()
        token = TOKEN.search(page)
        assert token is not None
        form = {
            CSRF_FIELD: token[1],
            "username": "leader",
            "password": demo_password(SECRET, "leader"),
        }
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self.ask("POST", "/sign-in", urllib.parse.urlencode(form), kind)
        self.ask("GET", "/health")

    def twin(self) -> "Browser":
        """The same person in another window."""
        other = object.__new__(Browser)
        other.connection = HTTPConnection("127.0.0.1", self.connection.port, timeout=30)
        other.cookies = dict(self.cookies)
        return other

    def ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, str]:
        """(status, body, entity tag)."""
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, {"Cookie": jar, **(headers or {})})
        answer = self.connection.getresponse()
        data = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, data, answer.headers.get("ETag", "")

    def call(self, callback: dict[str, Any], selection: dict[str, str]) -> int:
        payload = _payload(callback)
        for part in payload["inputs"]:
            if part["id"] == "selection":
                part["value"] = selection
        token = next(v for k, v in self.cookies.items() if k.endswith("csrf"))
        headers = {"Content-Type": "application/json", CSRF_HEADER: token}
        return self.ask("POST", "/_dash-update-component", json.dumps(payload), headers)[0]


def _clicking(port: int) -> Iterator[Line]:
    """A hundred people, each one action (all cards of the overview) every five seconds."""
    first = Browser(port)
    found = json.loads(first.ask("GET", "/_dash-dependencies")[1])
    cards = [c for c in found if "overview" in c["output"] and not c.get("clientside_function")]
    taken: list[float] = []
    failed: list[int] = []
    end = time.perf_counter() + SECONDS

    def person(number: int, browser: Browser) -> None:
        time.sleep(5 * number / PEOPLE)
        turn = 0
        while time.perf_counter() < end:
            turn += 1
            school = f"99{1 + (number * 7 + turn) % 80:03d}"
            start = time.perf_counter()
            for card in cards:
                status = browser.call(card, {"cohort": "2020", "school": school})
                if status not in (200, 204):
                    failed.append(status)
            taken.append(1000 * (time.perf_counter() - start))
            time.sleep(max(0.0, 5 - taken[-1] / 1000))

    _together([threading.Thread(target=person, args=(n, first.twin())) for n in range(PEOPLE)])
    p95 = statistics.quantiles(taken, n=20)[18]
    text = f"p95 {p95:.0f} ms of {len(taken)} actions, {len(failed)} errors"
    yield f"{PEOPLE} people clicking", text, "p95 ≤ 500 ms, 0 errors", p95 <= 500 and not failed


def _live(port: int, given: Mapping[str, str]) -> Iterator[Line]:
    """Two hundred open pages; from the acceptance of a return to new figures on the last one."""
    first = Browser(port)
    found = json.loads(first.ask("GET", "/_dash-dependencies")[1])
    cards = [c for c in found if "overview" in c["output"] and not c.get("clientside_function")]
    seen: list[float] = []
    started = threading.Event()
    stop = time.perf_counter() + 60

    def page(number: int, browser: Browser) -> None:
        tag = browser.ask("GET", "/live/version")[2]
        time.sleep(number / OPEN_PAGES)
        while time.perf_counter() < stop:
            status, _, _ = browser.ask("GET", "/live/version", None, {"If-None-Match": tag})
            if status == 200:
                for card in cards:
                    browser.call(card, {"cohort": "2021"})
                seen.append(time.time())
                return
            started.set()
            time.sleep(1)

    threads = [threading.Thread(target=page, args=(n, first.twin())) for n in range(OPEN_PAGES)]
    for thread in threads:
        thread.start()
    started.wait()
    time.sleep(2)
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "replay", "--days", "1"],
        env=environment(given),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        accepted = time.time()
    for thread in threads:
        thread.join()
    last = max(seen) - accepted if len(seen) == OPEN_PAGES else float("inf")
    text = f"{last:.2f} s on the last of {len(seen)} pages"
    yield f"accepted to visible, {OPEN_PAGES} open pages", text, "≤ 2 s", last <= 2


def _together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

"""Tells open pages cheaply whether there are new numbers, and operators whether we are well.

Every open page asks for ``/live/version`` each second, so it is answered before Flask does any
work: the signed session cookie is checked, the version compared with the browser's ``ETag``, and
that is all. The version is an opaque word: equal means nothing new, and nothing else is told.
"""

import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature

from dashboard.security import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LIVE_PATH = "/live/version"
REMEMBERED_SECONDS = 5.0  # how long a good cookie is believed without looking again
MOST_REMEMBERED = 10_000  # cookies
_SHARED_HEADERS = [*HEADERS.items(), ("Cache-Control", "no-store")]

log = logging.getLogger(__name__)


class LiveVersion:
    """WSGI middleware that answers ``/live/version`` and passes on everything else.

    200 with the version as text and as ``ETag``, 304 where ``If-None-Match`` has it already,
    401 without a session, 405 for other methods.
    """

    def __init__(
        self,
        wsgi_app: "WSGIApplication",
        version: Callable[[], str],
        signed_in: "Callable[[WSGIEnvironment], bool]",
    ) -> None:
        self._app = wsgi_app
        self._version = version
        self._signed_in = signed_in

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != LIVE_PATH:
            return self._app(environ, start_response)
        status, tag, body = self._answer(environ)
        headers = [*_SHARED_HEADERS, ("Content-Length", str(len(body)))]
        if tag:
            headers.append(("ETag", tag))
        if body:
            headers.append(("Content-Type", "text/plain; charset=utf-8"))
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, environ: "WSGIEnvironment") -> tuple[str, str, bytes]:
        """Status line, entity tag (or empty) and body."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return "405 Method Not Allowed", "", b""
        if not self._signed_in(environ):
            return "401 Unauthorized", "", b""
        version = self._version()
        tag = f'"{version}"'
        known = environ.get("HTTP_IF_NONE_MATCH", "").split(",")
        if tag in (one.strip().removeprefix("W/") for one in known):
            return "304 Not Modified", tag, b""
        return "200 OK", tag, version.encode()


def opaque(secret_key: str, read: Callable[[], object]) -> Callable[[], str]:
    """A version word for the numbers that ``read`` gives: the same in every process with this key.

    The numbers themselves (how many movements there are, of all schools) are not told.
    """
    last: tuple[object, str] = (None, "")

    def word() -> str:
        nonlocal last
        known, text = last
        now = read()
        if now != known:
            digest = hmac.digest(secret_key.encode(), f"live:{now}".encode(), hashlib.sha256)
            text = digest.hex()[:16]
            last = (now, text)
        return text

    return word


class SessionCheck:
    """Says from the WSGI environment alone whether its session cookie belongs to an account.

    ``holds`` judges the content of a correctly signed, unexpired cookie (and may ask the
    registry). Its yes is remembered for five seconds; a no never is, so forged cookies cannot
    fill the memory.
    """

    def __init__(
        self,
        server: Flask,
        holds: Callable[[Mapping[str, Any]], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        serializer = server.session_interface.get_signing_serializer(server)  # type: ignore[attr-defined]
        if serializer is None:
            raise ValueError("the server has no secret key")
        self._serializer = serializer
        self._cookie = f"{server.config['SESSION_COOKIE_NAME']}="
        self._longest = int(server.permanent_session_lifetime.total_seconds())
        self._holds = holds
        self._clock = clock
        self._believed_until: dict[str, float] = {}

    def __call__(self, environ: "WSGIEnvironment") -> bool:
        parts = (part.strip() for part in environ.get("HTTP_COOKIE", "").split(";"))
        value = next(
            (p.removeprefix(self._cookie) for p in parts if p.startswith(self._cookie)), ""
        )
        if not value:
            return False
        now = self._clock()
        if self._believed_until.get(value, now) > now:
            return True
        self._believed_until.pop(value, None)
        if not self._is_good(value):
            return False
        if len(self._believed_until) >= MOST_REMEMBERED:
            self._believed_until.clear()
        self._believed_until[value] = now + REMEMBERED_SECONDS
        return True

    def _is_good(self, value: str) -> bool:
        try:
            content = self._serializer.loads(value, max_age=self._longest)
        except BadSignature:  # expired ones too
            return False
        return isinstance(content, Mapping) and self._holds(content)


def init_health(server: Flask, ready: Mapping[str, Callable[[], object]]) -> None:
    """``/health``: the process answers. ``/ready``: each check passes; else 503 with its name.

    A check is a function that raises when its part cannot be reached. Reasons go to the log only.
    """

    @server.get("/health")
    def health() -> ResponseReturnValue:
        return jsonify(status="ok")

    @server.get("/ready")
    def readiness() -> ResponseReturnValue:
        parts = {name: _passes(name, check) for name, check in ready.items()}
        good = all(parts.values())
        return jsonify(status="ok" if good else "unavailable", parts=parts), 200 if good else 503


def _passes(name: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:  # any failure of a part means "not ready"
        log.exception("not ready: %s", name)
        return False
    return True

"""Static files leave the server compressed once, at the best level, and are asked for once.

Why not at a proxy or in front of Flask: the files are behind the sign-in guard like everything
else. ``compress`` works on the *answers* of the application: its ``after_request`` function sees a
file only after the guard has let the request through, and it can never answer a request itself.
Only a 200 answer for a file under one of ``PREFIXES`` is touched:

- the body becomes the brotli or gzip variant of the same bytes, whichever ``Accept-Encoding``
  prefers (browsers offer brotli on https and localhost only);
- a strong ETag names content and encoding, and a matching ``If-None-Match`` becomes a 304;
- a URL with a fingerprint (``?m=`` of an asset, ``.v4_4_1m123.`` of a component file) gets
  ``public, max-age=31536000, immutable``; any other ``no-cache``, which asks with the ETag;
- cookies and ``Vary: Cookie`` are taken off, in a thin WSGI layer because Flask writes the session
  cookie last: a cookie in an answer that shared caches may keep would leak, and ``Vary: Cookie``
  would make a browser fetch everything again after each sign-in.

Variants are stored by content (SHA-256), in memory and in ``cache_dir``, so every worker and every
later start reads what the first one computed. Brotli 11 of all files takes some twenty seconds of
one core, so no visitor waits for it: ``warm`` does it in a background thread of low priority, and
a file asked for before that is compressed quickly (at most about a tenth of a second).

JSON answers of callbacks are compressed quickly (those that are kept: once). HTML is not: the
sign-in form has a token, and compressing a secret together with what the visitor sent gives it
away (BREACH).
"""

import fcntl
import gzip
import hashlib
import os
import re
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli
from flask import Flask, Response, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIXES = ("/assets/", "/maps/", "/_dash-component-suites/")
SUFFIXES = frozenset({".css", ".geojson", ".ico", ".js", ".json", ".map", ".mjs", ".svg", ".txt"})
FINGERPRINT = re.compile(r"\.v[\w-]+m[0-9a-fA-F]+\.")  # as written by dash.fingerprint
SMALLEST = 1000  # bytes; below this the answer fits one packet anyway
NICENESS = 10
QUICK = {"br": 4, "gzip": 5}
BEST = {"br": 11, "gzip": 9}
MARK = "quxiang.static"
# Never requested by this application, and the slowest to compress.
IDLE = re.compile(
    r"plotly\.min\.js$|async-(mathjax|enterprise|highlight|markdown)|\.dev\.js$|\.map$|\.txt$"
    r"|/(dash_table|labextension|nbextension)/|/deps/.*(@16|(?<!\.min)\.js$)"
    r"|/(metadata\.json|package-info\.json|proptypes\.js|extract-meta\.js)$"
)


def shrink(body: bytes, encoding: str, level: int) -> bytes:
    """``body`` in ``encoding`` ("br" or "gzip"); the same input always gives the same bytes."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=level))
    return gzip.compress(body, level, mtime=0)


class Variants:
    """Compressed forms of file contents, kept by the content's digest. Safe between threads."""

    def __init__(self, cache_dir: Path | None) -> None:
        self._folder = cache_dir
        self._best: dict[tuple[str, str], bytes] = {}
        self._quick: dict[tuple[str, str], bytes] = {}
        if cache_dir is not None:
            cache_dir.mkdir(parents=True, exist_ok=True)

    def best(self, digest: str, encoding: str) -> bytes | None:
        """The best variant, if this or another process has made it."""
        key = (digest, encoding)
        if key not in self._best and self._folder is not None:
            path = self._folder / f"{digest}.{encoding}"
            if path.is_file():
                self._keep(key, path.read_bytes())
        return self._best.get(key)

    def make_best(self, digest: str, encoding: str, body: bytes) -> None:
        """Compute the best variant unless it exists; seconds for a megabyte."""
        if self.best(digest, encoding) is not None:
            return
        data = shrink(body, encoding, BEST[encoding])
        if self._folder is not None:
            _write_whole(self._folder / f"{digest}.{encoding}", data)
        self._keep((digest, encoding), data)

    def at_once(self, digest: str, encoding: str, body: Callable[[], bytes]) -> bytes:
        """The best variant if it exists, else one made quickly and kept until then."""
        key = (digest, encoding)
        data = self.best(*key) or self._quick.get(key)
        if data is None:
            data = shrink(body(), encoding, QUICK[encoding])
            self._quick[key] = data
        return data

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time makes variants; the next one then finds them on disk."""
        if self._folder is None:
            yield
            return
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _keep(self, key: tuple[str, str], data: bytes) -> None:
        self._best[key] = data
        self._quick.pop(key, None)


def _write_whole(path: Path, data: bytes) -> None:
    """Whole or not at all: another worker may be reading, the machine may stop."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as scratch:
        scratch.write(data)
    Path(scratch.name).replace(path)


class Compression:
    """What ``compress`` has attached to one application."""

    def __init__(self, variants: Variants, prefixes: tuple[str, ...]) -> None:
        self._variants = variants
        self._prefixes = prefixes
        self._digests: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._lock = threading.Lock()

    def warm(self, files: Iterable[Path], bodies: Iterable[bytes] = ()) -> threading.Thread:
        """Make the best variants in the background; the thread is already started.

        ``bodies`` are answers that are no files but are served as such (map geometry).
        """
        wanted = [path for path in files if _is_worth_it(path)]
        thread = threading.Thread(
            target=self._make_all, args=(wanted, tuple(bodies)), name="static-files", daemon=True
        )
        thread.start()
        return thread

    def _make_all(self, files: list[Path], bodies: tuple[bytes, ...]) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        with self._variants.alone():
            for encoding in ("gzip", "br"):  # gzip takes a fiftieth of the time and serves everyone
                for body in (*(path.read_bytes() for path in files), *bodies):
                    self._variants.make_best(_digest(body), encoding, body)

    def after_request(self, response: Response) -> Response:
        """Swap the body of an answer the application has already decided to give."""
        if response.status_code != 200 or "Content-Encoding" in response.headers:
            return response
        path = request.path
        if path.startswith(self._prefixes) and Path(path).suffix in SUFFIXES:
            return self._file(response)
        if response.mimetype == "application/json" and not response.is_streamed:
            return _json(response)
        return response

    def _file(self, response: Response) -> Response:
        digest = self._digest_of(response)
        encoding = _encoding() if (response.content_length or SMALLEST) >= SMALLEST else None
        response.vary.add("Accept-Encoding")
        response.set_etag(f"{digest[:24]}-{encoding or 'identity'}")
        response.headers.pop("Last-Modified", None)
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if _has_fingerprint() else "no-cache"
        )
        request.environ[MARK] = True
        response.make_conditional(request)
        if response.status_code == 304:
            _replace(response, b"")
        elif encoding is not None:
            data = self._variants.at_once(digest, encoding, lambda: _body(response))
            _replace(response, data)
            response.headers["Content-Encoding"] = encoding
        return response

    def _digest_of(self, response: Response) -> str:
        """Remembered by path and the application's own ETag, so that files are not read again."""
        key = (request.path, response.headers.get("ETag", ""))
        with self._lock:
            digest = self._digests.get(key)
        if digest is None:
            digest = _digest(_body(response))
            with self._lock:
                self._digests[key] = digest
                while len(self._digests) > 512:  # fingerprints are free text in a URL
                    self._digests.popitem(last=False)
        return digest


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _is_worth_it(path: Path) -> bool:
    usable = path.suffix in SUFFIXES and not IDLE.search(path.as_posix())
    return usable and path.stat().st_size >= SMALLEST


def _encoding() -> str | None:
    accepted = request.accept_encodings
    quality = {name: accepted.quality(name) for name in ("br", "gzip")}
    best = max(quality, key=lambda name: quality[name])  # the first of equals: br
    return best if quality[best] > 0 else None


def _has_fingerprint() -> bool:
    return bool(request.args.get("m")) or FINGERPRINT.search(request.path) is not None


def _body(response: Response) -> bytes:
    """The whole body, also of a file that Flask would have passed through."""
    response.direct_passthrough = False
    return response.get_data()


def _replace(response: Response, data: bytes) -> None:
    source = response.response
    response.direct_passthrough = False
    response.set_data(data)
    if hasattr(source, "close"):
        source.close()


def quickly(body: bytes) -> tuple[bytes, str | None]:
    """The body of an answer as this request takes it, and the encoding, if any."""
    encoding = _encoding()
    if encoding is None or len(body) < SMALLEST:
        return body, None
    return shrink(body, encoding, QUICK[encoding]), encoding


def _json(response: Response) -> Response:
    data, encoding = quickly(response.get_data())
    response.vary.add("Accept-Encoding")
    if encoding is not None:
        _replace(response, data)
        response.headers["Content-Encoding"] = encoding
    return response


def _without_cookies(application: "WSGIApplication") -> "WSGIApplication":
    """Takes cookies off the answers that ``Compression`` has marked as files."""

    def wrapped(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if environ.get(MARK):
                headers = [
                    (name, "Accept-Encoding" if name.lower() == "vary" else value)
                    for name, value in headers
                    if name.lower() != "set-cookie"
                ]
            return start_response(status, headers, *rest)

        return application(environ, start)

    return wrapped


def compress(
    server: Flask, *, cache_dir: Path | None = None, prefixes: tuple[str, ...] = PREFIXES
) -> Compression:
    """Attach to ``server``; the guard may be registered before or after, it always comes first.

    ``cache_dir`` keeps variants between starts (None: memory only). ``prefixes`` are URL paths.
    """
    compression = Compression(Variants(cache_dir), prefixes)
    server.after_request(compression.after_request)
    server.wsgi_app = _without_cookies(server.wsgi_app)  # type: ignore[method-assign, assignment]
    return compression


def static_files(folders: Iterable[Path], packages: Iterable[str]) -> list[Path]:
    """Every file to warm: those under ``folders`` and those that component packages bring."""
    places = list(folders)
    for name in packages:
        spec = find_spec(name)
        places.extend(Path(place) for place in (spec and spec.submodule_search_locations) or ())
    return sorted(path for place in places for path in place.rglob("*") if path.is_file())

"""Answers to the questions of a page, kept as they left: a redraw of many pages costs one.

When a return is accepted, every open page asks for the same cards within a second. A card is a
function of its selection, the scope and the language of the person, and the version of the
ledger, and of nothing else; so the whole answer is kept under these, in the encoding the browser
takes, and whoever asks second waits for the first (single flight). The guard has let the request
through before anything here is looked at.

Only callbacks whose inputs are the selection and the version, and that take no state, are kept.
The key holds the request's whole body: no other request can have put an answer there.
"""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from data_access.cache import Cache

ADDRESS = "/_dash-update-component"
ASIDE = b'"sideUpdate"'
"""In an answer that did something else too: the message of a failure, which is not kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The parts of an answer that are the same for everybody who may have it."""

    status: int
    body: bytes
    encoding: str | None

    def response(self) -> Response:
        made = Response(self.body, self.status, mimetype="application/json")
        made.vary.add("Accept-Encoding")
        if self.encoding:
            made.headers["Content-Encoding"] = self.encoding
        return made


def keep_answers(
    server: Flask,
    cache: Cache,
    inputs: frozenset[str],
    person: Callable[[], Hashable],
    encode: Callable[[bytes], tuple[bytes, str | None]],
) -> None:
    """Puts the cache around Dash's own view.

    ``inputs`` are the ids of the only inputs that a kept callback has; ``person`` gives scope,
    language and version of this request; ``encode`` compresses a body for this request and names
    the encoding.
    """
    rule = next(rule for rule in server.url_map.iter_rules() if rule.rule == ADDRESS)
    view: Callable[[], Any] = server.view_functions[rule.endpoint]

    def compute() -> Kept:
        answer = server.make_response(view())
        body = answer.get_data()
        if answer.status_code != 200 or ASIDE in body:
            return Kept(answer.status_code, body, None)
        return Kept(200, *encode(body))

    def answer() -> Any:
        if not _asks(request.get_json(silent=True), inputs):
            return view()
        body = hashlib.sha256(request.get_data()).digest()
        key = (ADDRESS, body, request.headers.get("Accept-Encoding"), person())
        kept = cache.get(key, compute)
        if kept.status != 200 or (kept.encoding is None and ASIDE in kept.body):
            cache.forget(key)
        return kept.response()

    server.view_functions[rule.endpoint] = answer


def _asks(body: Any, inputs: frozenset[str]) -> bool:
    """Whether the request is one for a card: these inputs and no state."""
    if not isinstance(body, dict) or body.get("state"):
        return False
    given = body.get("inputs")
    if not isinstance(given, list):
        return False
    return {one.get("id") for one in given if isinstance(one, dict)} == inputs

"""What a request says: whose token, which class and day, which body. Everything is checked here."""

import datetime as dt
import re
from typing import Final

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard.api.problems import Refused
from data_access.submissions import MAX_BYTES, Handed
from data_access.tokens import Token

MEDIA_TYPES: Final = {
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
PIECE: Final = 1 << 16  # bytes
_BEARER: Final = re.compile(r"[Bb]earer +([^\s]+)")
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_COHORT: Final = re.compile(r"[0-9]{4}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(r"[0-9]{1,15}")


def token_text() -> str:
    """The token of the request, or an empty text. It is never taken from the address."""
    found = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    return found[1] if found else ""


def handed(token: Token) -> Handed:
    """What a ``POST`` hands in. Raises Refused for anything that is missing or too much."""
    suffix = MEDIA_TYPES.get(request.mimetype)
    if suffix is None:
        raise Refused(415, "media-type", "api.media_type", types=", ".join(MEDIA_TYPES))
    cohort, day = request.args.get("cohort", ""), _day(request.args.get("counted_on", ""))
    if not _COHORT.fullmatch(cohort):
        raise Refused(400, "cohort", "api.cohort")
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise Refused(400, "idempotency-key", "api.idempotency_key")
    return Handed(
        school=token.school,
        cohort=int(cohort),
        counted_on=day,
        file_name=f"{cohort}-{day.isoformat()}.{suffix}",
        content=_body(),
        channel="api",
        idempotency_key=key,
    )


def number(name: str, default: int) -> int:
    """A whole number of the address. Raises Refused for anything else."""
    text = request.args.get(name)
    if text is None:
        return default
    if not _NUMBER.fullmatch(text):
        raise Refused(400, name, "api.number", name=name)
    return int(text)


def _day(text: str) -> dt.date:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refused(400, "counted-on", "api.counted_on") from None


def _body() -> bytes:
    """The body, refused as soon as it is known to be too large."""
    too_large = Refused(413, "too-large", "api.too_large", limit=MAX_BYTES >> 20)
    if request.content_length is None and not request.environ.get("wsgi.input_terminated"):
        raise Refused(411, "length", "api.length")
    if (request.content_length or 0) > MAX_BYTES:
        raise too_large
    pieces: list[bytes] = []
    left = MAX_BYTES
    try:
        while piece := request.stream.read(PIECE):
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                raise too_large
    except RequestEntityTooLarge:
        raise too_large from None
    return b"".join(pieces)

"""The hash of what a file says, whatever its format, its order of rows and columns, its name."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

_FIELD, _ROW = "\x1f", "\x1e"


def content_hash(
    *,
    kind: str,
    cohort: int,
    school: str,
    as_of: dt.date,
    level: str | None = None,
    edition: str | None = None,
    rows: Iterable[Sequence[object]],
) -> str:
    """SHA-256 in hexadecimal over the head and the rows in sorted order; None is empty."""
    return digest_of((kind, cohort, school, as_of.isoformat(), level, edition), rows)


def digest_of(head: Iterable[object], rows: Iterable[Sequence[object]]) -> str:
    """SHA-256 in hexadecimal of a head and of rows in any order."""
    digest = hashlib.sha256()
    digest.update(_line(head))
    for line in sorted(map(_line, rows)):
        digest.update(line)
    return digest.hexdigest()


def _line(values: Iterable[object]) -> bytes:
    texts = [v if isinstance(v, str) else "" if v is None else str(v) for v in values]
    return (_FIELD.join(texts) + _ROW).encode()

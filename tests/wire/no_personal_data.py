"""Looks for given strings wherever the application could have left them.

Plant names, identity numbers and telephone numbers in what is handed in, run what is to be
tested with a :class:`LogCapture` around it, then ``found(...)`` says where any of them stands:
every table and column of the registry, every message of the log, every file under home. Text is
looked for as it is, as JSON and percent encoding write it, and inside packed files (xlsx, gz).
"""

from __future__ import annotations

import gzip
import io
import json
import logging
import traceback
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Engine

PACKED_DEEP = 3  # archives in archives


class LogCapture(logging.Handler):
    """Every record of every logger, message and traceback, while it is open."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            text += "".join(traceback.format_exception(*record.exc_info))
        self.lines.append(text)

    def __enter__(self) -> Self:
        self._level = logging.getLogger().level
        logging.getLogger().addHandler(self)
        logging.getLogger().setLevel(logging.DEBUG)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
        logging.getLogger().setLevel(self._level)


def found(
    strings: Sequence[str],
    registry: Engine,
    *,
    log: Iterable[str] = (),
    home: Path | None = None,
    allowed: Iterable[str] = (),
) -> list[str]:
    """Every place of every string: "table.column: string", "log: string", "file: string".

    ``allowed`` are places ("table.column") where these strings may stand.
    """
    places = [*in_registry(strings, registry), *in_log(strings, log)]
    if home is not None:
        places += in_files(strings, home)
    return sorted({p for p in places if p.partition(":")[0] not in set(allowed)})


def in_registry(strings: Sequence[str], registry: Engine) -> Iterator[str]:
    """Tables are those that the database has, known to the code or not.

    Every value of a text or binary column once; of numbers only the whole value.
    """
    tables = sa.MetaData()
    with registry.connect() as connection:
        tables.reflect(connection)
        for table in tables.sorted_tables:
            for column in table.columns:
                values = list(connection.scalars(_values(column, strings)))
                # All texts at once: a column may have a million of them.
                together = "\n".join(value for value in values if isinstance(value, str))
                there = set(_inside(strings, together))
                there |= {s for v in values if not isinstance(v, str) for s in _inside(strings, v)}
                yield from (f"{table.name}.{column.name}: {string}" for string in sorted(there))


def _values(column: sa.Column[Any], strings: Sequence[str]) -> sa.Select[Any]:
    if isinstance(column.type, sa.Date | sa.DateTime | sa.Boolean | sa.Float):
        return sa.select(column).where(sa.false())
    if isinstance(column.type, sa.Integer):
        numbers = [int(s) for s in strings if s.isascii() and s.isdecimal() and len(s) < 19]
        return sa.select(column).where(column.in_(numbers)).distinct()
    return sa.select(column).distinct()


def in_log(strings: Sequence[str], lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        for string in _inside(strings, line):
            yield f"log: {string}"


def in_files(strings: Sequence[str], home: Path) -> Iterator[str]:
    """Names and contents of all files below home; in a database file also what was deleted."""
    for path in sorted(home.rglob("*")):
        name = str(path.relative_to(home))
        for string in _inside(strings, name):
            yield f"{name}: {string}"
        if path.is_file():
            for string in _inside(strings, path.read_bytes()):
                yield f"{name}: {string}"


def _inside(strings: Sequence[str], value: Any) -> list[str]:
    if value is None or isinstance(value, bool | int | float):
        return [string for string in strings if value is not None and str(value) == string]
    raw = (
        bytes(value)
        if isinstance(value, bytes | memoryview)
        else str(value).encode("utf-8", "replace")
    )
    pieces = list(_unpacked(raw, PACKED_DEEP))
    return [
        one for one in strings if any(form in piece for form in _forms(one) for piece in pieces)
    ]


@lru_cache(maxsize=256)
def _forms(string: str) -> set[bytes]:
    """A string as files and records may write it."""
    escaped = json.dumps(string)[1:-1]
    forms = {form.encode() for form in (string, escaped, escaped.upper(), quote(string))}
    forms |= {string.encode("gb18030"), string.encode("utf-16-le")}
    return forms


def _unpacked(raw: bytes, depth: int) -> Iterator[bytes]:
    yield raw
    if depth and raw.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for info in archive.infolist():
                yield info.filename.encode()
                yield from _unpacked(archive.read(info), depth - 1)
    elif depth and raw.startswith(b"\x1f\x8b"):
        yield from _unpacked(gzip.decompress(raw), depth - 1)

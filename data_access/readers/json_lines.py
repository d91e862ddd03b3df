"""Reads rows from JSON lines: one object per graduate, as systems send them.

Every object is a row, its names are the header, so that everything after this is the same as for
a table. The header is row 1 and the object on line n is row n + 1, as if it were one.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from data_access.errors import InputError
from data_access.readers.cells import Row
from data_access.readers.limits import Limits

BEGINNING: Final = b"{"
_MARK: Final = b"\xef\xbb\xbf"


class _NotFlat(ValueError):
    """A name that stands twice, a number that is none, a list or an object as a value."""


class JsonLines:
    """A file of JSON lines as a sheet; names may differ from line to line."""

    other_sheets: tuple[str, ...] = ()

    def __init__(self, path: Path, limits: Limits) -> None:
        """Raises InputError for a line that is no flat object, or more names than columns."""
        self.file = path.name
        self._path = path
        names: dict[str, int] = {}
        for number, record in self._records():
            for name in record:
                names.setdefault(name, len(names))
            if len(names) > limits.max_columns:
                raise InputError(
                    "import.too_many_columns",
                    file=self.file,
                    row=number,
                    limit=limits.max_columns,
                )
        self._names = tuple(names)

    def rows(self, columns: Sequence[int] | None = None) -> Iterator[Row]:
        """The header, then the objects; see ``worksheet_xml.read_rows``."""
        names = self._names
        if columns is not None:
            names = tuple(names[at] if at < len(names) else "" for at in columns)
        yield Row(1, names)
        for number, record in self._records():
            yield Row(number, tuple(record.get(name, "") for name in names))

    def close(self) -> None:
        """Nothing is held between calls of ``rows``."""

    def _records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(row, texts by name) of every line with something on it."""
        with self._path.open("rb") as stream:
            for number, line in enumerate(stream, start=2):
                text = line.removeprefix(_MARK) if number == 2 else line
                if text.strip():
                    yield number, self._record(number, text)

    def _record(self, number: int, line: bytes) -> dict[str, str]:
        try:
            found = json.loads(
                line.decode(),
                object_pairs_hook=_flat,
                parse_int=str,  # as it is printed: no digit is lost and none is too many
                parse_float=str,
                parse_constant=_refuse,
            )
        except (ValueError, RecursionError):  # no UTF-8 and no JSON are ValueErrors too
            found = None
        if not isinstance(found, dict):
            raise InputError("import.json_line", file=self.file, row=number - 1) from None
        return found


def begins_like_one(head: bytes) -> bool:
    """Whether the first bytes of a file are those of JSON lines."""
    return head.removeprefix(_MARK).lstrip().startswith(BEGINNING)


def _flat(pairs: list[tuple[str, Any]]) -> dict[str, str]:
    record = {name.strip(): _text(value) for name, value in pairs}
    if len(record) < len(pairs):
        raise _NotFlat
    for text in (*record, *record.values()):
        text.encode()  # half of a pair of surrogates is no text
        if "\0" in text:
            raise _NotFlat
    return record


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    raise _NotFlat


def _refuse(_constant: str) -> str:
    raise _NotFlat

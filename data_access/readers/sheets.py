"""Opens a file that people call a table, whatever kind it is, as rows of texts.

The kind is decided by the first bytes, not by the name: .xlsx (read by ``workbook``), .xls
(``xls_sheet``), JSON lines (``json_lines``) or text (``text_sheet``). Row numbers are those a
spreadsheet program shows.
Blank rows and lines of dashes are skipped, which never moves a row number.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from data_access.errors import InputError
from data_access.readers.cells import Row
from data_access.readers.json_lines import JsonLines, begins_like_one
from data_access.readers.limits import Limits
from data_access.readers.text_sheet import TextSheet
from data_access.readers.workbook import Workbook
from data_access.readers.xls_sheet import XlsSheet

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_HTML: Final = re.compile(rb"^\s*(<\?xml[^>]*>\s*)?(<!doctype html|<html|<table|<meta|<head)", re.I)
_DASHES: Final = re.compile(r"[-=_—–─][-=_\s—–─]{2,}")
_DASH_CHARACTERS: Final = "-=_—–─"


class _Source(Protocol):
    file: str
    other_sheets: tuple[str, ...]

    def rows(self, columns: Sequence[int] | None = None) -> Iterator[Row]: ...
    def close(self) -> None: ...


class Sheet:
    """One sheet of one file. ``other_sheets`` names sheets with content that are not read."""

    def __init__(self, source: _Source, limits: Limits) -> None:
        self.file = source.file
        self.other_sheets = source.other_sheets
        self._source = source
        self._limits = limits

    def rows(self, columns: Sequence[int] | None = None) -> Iterator[Row]:
        """The rows with something in them, from the first one.

        With ``columns`` (counted from 0) a row has these cells only, in this order; a row whose
        only content is elsewhere comes with empty texts. Raises InputError beyond the limits.
        """
        limits = self._limits
        for row in self._source.rows(columns):
            if row.number > limits.max_rows:
                raise InputError("import.too_many_rows", file=self.file, limit=limits.max_rows)
            if columns is None:
                if not any(row.cells):
                    continue
                if len(row.cells) > limits.max_columns:
                    raise InputError(
                        "import.too_many_columns",
                        file=self.file,
                        row=row.number,
                        limit=limits.max_columns,
                    )
            if not _is_line_of_dashes(row.cells):
                yield row

    def head(self, rows: int) -> list[Row]:
        """The first rows. Raises InputError where the sheet has nothing in it."""
        found = list(itertools.islice(self.rows(), rows))
        if not found:
            raise InputError("import.empty", file=self.file)
        return found

    def close(self) -> None:
        """Lets the memory of the file go; no rows after this."""
        self._source.close()


def open_sheet(path: Path, limits: Limits | None = None) -> Sheet:
    """Opens the first visible sheet of a .csv, .tsv, .txt, .jsonl, .xlsx, .xlsm or .xls file.

    Raises InputError: no such file, empty, too large, encrypted, damaged or of another kind.
    """
    limits = limits or Limits()
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(2048)
    except OSError:
        raise InputError("import.no_such_file", file=path.name) from None
    if not size:
        raise InputError("import.empty", file=path.name)
    if size > limits.max_bytes:
        raise InputError("import.file_too_large", file=path.name)
    return Sheet(_source(path, head, limits), limits)


def _source(path: Path, head: bytes, limits: Limits) -> _Source:
    if head.startswith(_ZIP):
        return Workbook(path, limits)
    if head.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in path.read_bytes():
            raise InputError("import.encrypted", file=path.name)
        return XlsSheet(path, limits)
    if _HTML.match(head):
        raise InputError("import.web_page", file=path.name)
    return JsonLines(path, limits) if begins_like_one(head) else TextSheet(path, limits)


def _is_line_of_dashes(cells: Sequence[str]) -> bool:
    first = next(filter(None, cells), "")
    if first[:1] not in _DASH_CHARACTERS:
        return False
    return bool(first) and all(_DASHES.fullmatch(cell) for cell in cells if cell)

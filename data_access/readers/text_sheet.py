"""Reads rows from text files with separators: csv, tsv, "Unicode text" of spreadsheet programs."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from data_access.errors import InputError
from data_access.readers.cells import Row
from data_access.readers.limits import Limits

SEPARATORS: Final = (",", "\t", ";")
_SNIFFED_LINES: Final = 40
_PIECE: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextSheet:
    """A text file as a sheet. Every record is a row, blank lines count, as in spreadsheets."""

    other_sheets: tuple[str, ...] = ()

    def __init__(self, path: Path, limits: Limits) -> None:
        """Raises InputError where no encoding fits."""
        del limits  # the size on disk, checked before, bounds everything here
        self.file = path.name
        self._path = path
        self.encoding = _encoding(path)
        self.separator = self._separator()

    def rows(self, columns: Sequence[int] | None = None) -> Iterator[Row]:
        """The rows with something in them, cells stripped; see ``worksheet_xml.read_rows``."""
        with self._path.open(encoding=self.encoding, newline="") as stream:
            reader = csv.reader(stream, delimiter=self.separator)
            number = 0
            try:
                for number, record in enumerate(reader, start=1):
                    if columns is None:
                        yield Row(number, tuple(cell.strip() for cell in record))
                    elif any(record):
                        width = len(record)
                        cells = (record[c].strip() if c < width else "" for c in columns)
                        yield Row(number, tuple(cells))
            except csv.Error:
                raise InputError("import.unreadable_line", file=self.file, row=number + 1) from None

    def close(self) -> None:
        """Nothing is held between calls of ``rows``."""

    def _separator(self) -> str:
        """The separator that gives the most lines of one width; among equals the widest."""
        with self._path.open(encoding=self.encoding, newline="") as stream:
            lines = [line for line, _ in zip(stream, range(_SNIFFED_LINES), strict=False)]
        return max(SEPARATORS, key=lambda separator: _regularity(lines, separator))


def _regularity(lines: Sequence[str], separator: str) -> tuple[int, int]:
    try:
        widths = Counter(
            len(record)
            for record in csv.reader(io.StringIO("".join(lines)), delimiter=separator)
            if len(record) > 1
        )
    except csv.Error:
        return 0, 0
    return max(((lines, width) for width, lines in widths.items()), default=(0, 0))


def _encoding(path: Path) -> str:
    """By its mark, else UTF-8 if the whole file is, else GB 18030 (which includes GBK)."""
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _checked(path, encoding)
    return _checked(path, "utf-8", "gb18030")


def _checked(path: Path, *encodings: str) -> str:
    for encoding in encodings:
        if _decodes(path, encoding):
            return encoding
    raise InputError("import.unknown_encoding", file=path.name)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                if "\0" in decoder.decode(piece):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True

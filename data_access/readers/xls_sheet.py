"""Reads old .xls files, in a process of its own (see ``xls_child``)."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from data_access.errors import InputError
from data_access.readers import xls_child
from data_access.readers.cells import Row, number_text
from data_access.readers.limits import Limits

_SECONDS: Final = 120
_MESSAGES: Final = {xls_child.ENCRYPTED: "import.encrypted", xls_child.EMPTY: "import.empty"}


class XlsSheet:
    """The first sheet that is not hidden, of at most 65,536 rows."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Raises InputError where the file is encrypted, damaged or without a sheet."""
        del limits  # the format itself ends at 65,536 rows of 256 columns
        self.file = path.name
        first, *self._lines = self._read(path)
        self.other_sheets: tuple[str, ...] = tuple(json.loads(first))

    def _read(self, path: Path) -> list[str]:
        command = [sys.executable, "-I", str(Path(xls_child.__file__)), str(path.resolve())]
        try:
            done = subprocess.run(  # noqa: S603 - our own program, the path is one argument
                command, capture_output=True, timeout=_SECONDS, check=False, encoding="utf-8"
            )
        except subprocess.TimeoutExpired:
            raise InputError("import.unreadable", file=self.file) from None
        if done.returncode:
            key = _MESSAGES.get(done.returncode, "import.unreadable")
            raise InputError(key, file=self.file)
        return done.stdout.splitlines()

    def rows(self, columns: Sequence[int] | None = None) -> Iterator[Row]:
        """The rows with something in them; see ``worksheet_xml.read_rows``."""
        for line in self._lines:
            number, values = json.loads(line)
            cells = tuple(_text(value) for value in values)
            if columns is None:
                yield Row(number, cells)
            elif any(cells):
                yield Row(number, tuple(cells[c] if c < len(cells) else "" for c in columns))

    def close(self) -> None:
        """Lets the rows go."""
        self._lines = []


def _text(value: str | float) -> str:
    return value.strip() if isinstance(value, str) else number_text(repr(value))

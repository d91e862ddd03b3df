"""Reads an old .xls file with calamine and writes its rows to standard output.

Run as a program of its own, because a damaged or malicious .xls can make the parser ask for any
amount of memory, and that ends a process instead of raising an error. Only the standard library
and calamine are imported. Output: one JSON array per line, first ``[other sheets]``, then
``[row number, [cells]]``. Exit status: 3 encrypted, 4 unreadable, 5 no sheet.
"""

import contextlib
import json
import sys
from datetime import date, datetime, time

from python_calamine import CalamineError, PasswordError, SheetVisibleEnum, load_workbook

MEMORY_BYTES = 1 << 30
ENCRYPTED, UNREADABLE, EMPTY = 3, 4, 5


def cell(value: object) -> str | float:
    """JSON for one value; numbers stay numbers for the caller to write."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        plain = value.replace(microsecond=0)
        return plain.isoformat(" ") if plain.time() != time() else plain.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def main(path: str) -> int:
    """Writes the rows of the first sheet that is not hidden."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        with load_workbook(path) as book:
            visible = [
                s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible
            ]
            if not visible:
                return EMPTY
            sheets = [book.get_sheet_by_name(name) for name in visible]
            write = sys.stdout.write
            write(json.dumps([s.name for s in sheets[1:] if s.height]) + "\n")
            # from A1 on, so that a row's number is its place (iter_rows() is not clear about it)
            for number, values in enumerate(sheets[0].to_python(skip_empty_area=False), start=1):
                write(json.dumps([number, [cell(value) for value in values]]) + "\n")
    except PasswordError:
        return ENCRYPTED
    except CalamineError:
        return UNREADABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

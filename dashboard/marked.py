"""The file of a submission as it came, with the cells marked that were complained about."""

import io
import tempfile
from pathlib import Path
from typing import Any

import xlsxwriter

from dashboard.handed_in import Finding, Shown
from dashboard.i18n import Translator
from data_access.readers.sheets import open_sheet
from data_access.submission_reading import LIMITS

FILL = {"error": "#F6D5D2", "warning": "#FBE7C6", "info": "#DDE8F5"}
GRAVITY = ("error", "warning", "info")


def marked_workbook(content: bytes, found: Shown, t: Translator) -> bytes:
    """An xlsx file: the rows at their places, marked cells, and a last column that says why.

    Texts stay texts, nothing becomes a formula. Raises InputError for a file that cannot be read.
    """
    by_line: dict[int, list[Finding]] = {}
    for one in found.findings:
        if one.line is not None:
            by_line.setdefault(one.line, []).append(one)
    suffix = Path(found.head.file_name).suffix[:8]
    with tempfile.NamedTemporaryFile(suffix=suffix, prefix="quxiang-") as file:
        file.write(content)
        file.flush()
        sheet = open_sheet(Path(file.name), LIMITS)
        try:
            return _written([(row.number, row.cells) for row in sheet.rows()], by_line, t)
        finally:
            sheet.close()


def _written(
    rows: list[tuple[int, tuple[str, ...]]], by_line: dict[int, list[Finding]], t: Translator
) -> bytes:
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        fills = {name: book.add_format({"bg_color": colour}) for name, colour in FILL.items()}
        sheet = book.add_worksheet(t("submissions.marked_sheet"))
        heads: dict[str, int] = {}
        last = max((len(cells) for _, cells in rows), default=0)
        for at, (number, cells) in enumerate(rows):
            if at < 2:  # a header may have two rows of names
                heads |= {cell: place for place, cell in enumerate(cells) if cell}
            complaints = by_line.get(number, [])
            _row(sheet, number - 1, cells, _marks(complaints, heads), fills)
            words = t("submissions.reason_column") if at == 0 else _words(complaints)
            if words:
                sheet.write_string(number - 1, last, words)
        sheet.set_column(last, last, 60)
    return buffer.getvalue()


def _row(sheet: Any, at: int, cells: Any, marks: dict[int, str], fills: dict[str, Any]) -> None:
    for place, cell in enumerate(cells):
        fill = fills[marks[place]] if place in marks else None
        if cell or fill:
            sheet.write_string(at, place, cell, fill)


def _marks(complaints: list[Finding], heads: dict[str, int]) -> dict[int, str]:
    """Column -> the gravest complaint about its cell."""
    found: dict[int, str] = {}
    for one in sorted(complaints, key=lambda c: -GRAVITY.index(c.severity)):
        if one.field in heads:
            found[heads[one.field]] = one.severity
    return found


def _words(complaints: list[Finding]) -> str:
    return "\n".join(dict.fromkeys(one.text for one in complaints))

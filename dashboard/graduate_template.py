"""The empty workbook for a school to fill in its graduates: the columns that are read, and codes.

Headings are those of the national export of 2024, in Chinese whatever the language of the page,
because the file goes by its headings.
"""

import io
from typing import Any, Final

import xlsxwriter

from dashboard.i18n import Translator
from data_access.code_book import CodeBook
from data_access.readers.vocabulary import rows_of

LAYOUT: Final = "export_2024"
IDENTITY: Final = "identity"
TABLES: Final = ("level", "destination", "employer_kind", "industry")
WIDE: Final = 18


def template_headings() -> list[str]:
    """The headings of the columns that are read, the identity number after the student number."""
    rows = rows_of("graduate_columns")
    own = [row["header"] for row in rows if row["layout"] == LAYOUT and row["role"]]
    identity = next(row["header"] for row in rows if row["role"] == IDENTITY)
    return [own[0], identity, *own[1:]]


def graduate_template(codes: CodeBook, t: Translator) -> bytes:
    """An xlsx file: one sheet to fill in, one with the codes and their names."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(t("submissions.template_sheet"))
        for column, heading in enumerate(template_headings()):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, WIDE, text)
        sheet.freeze_panes(1, 1)
        _codes(book.add_worksheet(t("submissions.template_codes")), bold, codes, t)
    return buffer.getvalue()


def _codes(sheet: Any, bold: Any, codes: CodeBook, t: Translator) -> None:
    for place, kind in enumerate(TABLES):
        column = 3 * place
        sheet.write_string(0, column, t(f"submissions.template_{kind}"), bold)
        sheet.write_string(0, column + 1, t("submissions.template_name"), bold)
        sheet.set_column(column + 1, column + 1, WIDE)
        for row, (code, one) in enumerate(codes.tables[kind].items(), start=1):  # type: ignore[index]
            sheet.write_string(row, column, code)
            sheet.write_string(row, column + 1, one.name(t.lang))

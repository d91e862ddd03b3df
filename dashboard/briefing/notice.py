"""The circular on punctuality (通报) as a Word document, made from the board alone."""

import io

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from dashboard.asked import Asked
from dashboard.coverage_questions import board_of, chased
from dashboard.tables import NUMERIC, Table, cell_text

LATIN, CHINESE = "Times New Roman", "FangSong"
MARGIN, BODY = Cm(2.8), Pt(14)


def notice(asked: Asked, head: list[str]) -> bytes:
    """The document; ``head`` are title, selection, stamp and time, as every export carries them."""
    document = _document()
    t, found = asked.t, board_of(asked)
    title = document.add_heading(t("returns.notice_title", cohort=asked.selection.cohort), 0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in title.runs:
        _font(run)
    closed = found.closed
    if closed is None:
        document.add_paragraph(t("returns.no_period"))
        return _bytes(document)
    document.add_paragraph(
        t(
            "returns.notice_text",
            day=t.date(found.periods[closed].day),
            until=t.date(found.periods[closed].until),
            schools=t.count(len(found.schools)),
            on_time=t.count(found.count(closed, "on_time")),
            late=t.count(found.count(closed, "late")),
            missing=t.count(found.count(closed, "missing")),
            covered=t.rate(found.covered(closed)),
        )
    )
    table = chased(asked)
    if table.rows:
        document.add_paragraph(t("returns.notice_ask"))
        _add_table(document, table, asked)
    else:
        document.add_paragraph(t("returns.nobody"))
    for line in head[1:]:
        note = document.add_paragraph(line)
        note.paragraph_format.space_after = Pt(0)
        for run in note.runs:
            run.font.size = Pt(9)
    return _bytes(document)


def _document() -> WordDocument:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = MARGIN
    style = document.styles["Normal"]
    style.font.size = BODY
    _font(style)
    return document


def _font(styled: object) -> None:
    """Latin and Chinese type; without the second, Word chooses Japanese shapes."""
    styled.font.name = LATIN  # type: ignore[attr-defined]
    properties = styled.element.get_or_add_rPr()  # type: ignore[attr-defined]
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), CHINESE)


def _add_table(document: WordDocument, table: Table, asked: Asked) -> None:
    shown = [i for i, column in enumerate(table.columns) if column.kind != "code"]
    grid = document.add_table(rows=1, cols=len(shown), style="Table Grid")
    for cell, i in zip(grid.rows[0].cells, shown, strict=True):
        cell.text = table.columns[i].label
        cell.paragraphs[0].runs[0].bold = True
    for row in table.rows:
        cells = grid.add_row().cells
        for cell, i in zip(cells, shown, strict=True):
            cell.text = cell_text(row[i], asked.t)
            if table.columns[i].kind in NUMERIC:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for row_ in grid.rows:
        for cell in row_.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(11)


def _bytes(document: WordDocument) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()

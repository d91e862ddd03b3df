"""Word documents of an office: A4, official type, tables with every cell in words."""

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from dashboard.i18n import Translator
from dashboard.tables import NUMERIC, Table, cell_text

LATIN, CHINESE = "Times New Roman", "FangSong"
MARGIN, BODY = Cm(2.8), Pt(14)
SHORT, LONG = Cm(21), Cm(29.7)


def document_of(*, landscape: bool = False) -> WordDocument:
    """An empty document."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (LONG, SHORT) if landscape else (SHORT, LONG)
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = Cm(1.5) if landscape else MARGIN
    style = document.styles["Normal"]
    style.font.size = BODY
    font(style)
    return document


def font(styled: object) -> None:
    """Latin and Chinese type; without the second, Word chooses Japanese shapes."""
    styled.font.name = LATIN  # type: ignore[attr-defined]
    properties = styled.element.get_or_add_rPr()  # type: ignore[attr-defined]
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), CHINESE)


def add_title(document: WordDocument, text: str) -> None:
    title = document.add_heading(text, 0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in title.runs:
        font(run)


def add_notes(document: WordDocument, lines: Sequence[str]) -> None:
    """The small lines at the end: selection, stamp, time."""
    for line in lines:
        note = document.add_paragraph(line)
        note.paragraph_format.space_after = Pt(0)
        for run in note.runs:
            run.font.size = Pt(9)


def add_table(document: WordDocument, table: Table, t: Translator, *, size: float = 11) -> None:
    """The rows as a grid, without the columns of codes; ``size`` in points."""
    shown = [i for i, column in enumerate(table.columns) if column.kind != "code"]
    grid = document.add_table(rows=1, cols=len(shown), style="Table Grid")
    for cell, i in zip(grid.rows[0].cells, shown, strict=True):
        cell.text = table.columns[i].label
        cell.paragraphs[0].runs[0].bold = True
    for row in table.rows:
        cells = grid.add_row().cells
        for cell, i in zip(cells, shown, strict=True):
            cell.text = cell_text(row[i], t)
            if table.columns[i].kind in NUMERIC:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for row_ in grid.rows:
        for cell in row_.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(size)


def as_bytes(document: WordDocument) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()

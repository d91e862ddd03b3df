"""Downloads of a table, CSV or XLSX, through the same questions as the page shows.

``GET /export/<question>.<csv|xlsx>?<selection>``. Every file says what it is: selection, day,
definition, version, source, who asked and when.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import xlsxwriter
from flask import Flask, Response, abort, request

from dashboard import url_state
from dashboard.asked import Asked, ask
from dashboard.briefing.case_register import case_register
from dashboard.briefing.notice import notice
from dashboard.checks import verified_share
from dashboard.clock import now
from dashboard.indicators.intervals import Interval
from dashboard.indicators.rates import Rate
from dashboard.indicators.surveys import Measure, MeasureInterval
from dashboard.questions import QUESTIONS
from dashboard.services import Services
from dashboard.tables import NUMERIC, Percent, Table, Value, cell_text

OFFICE = "application/vnd.openxmlformats-officedocument"
MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "docx": f"{OFFICE}.wordprocessingml.document",
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
RecordExport = Callable[[str, dict[str, Any]], None]


def init_exports(server: Flask, services: Services, record: RecordExport) -> None:
    """Adds the route; ``record(action, detail)`` appends the audit event."""

    @server.get("/export/<question>.<kind>")
    def export(question: str, kind: str) -> Response:
        build = QUESTIONS.get(question)
        known = kind in WRITERS or (question, kind) in DOCUMENTS
        if build is None or not known:
            abort(404)
        asked = ask(services, request.args.to_dict(flat=False))
        selection = asked.selection
        table = build(asked)
        title = asked.t(f"export.{question.replace('-', '_')}")
        graduates = services.answers.total(asked.scope, selection).graduates
        head = [
            title,
            services.sentence(selection),
            services.stamp(asked.moment, graduates),
            *_verified(asked),
            *table.notes,
            asked.t("export.made_at", time=now().strftime("%Y-%m-%d %H:%M")),
        ]
        detail = {
            "question": question,
            "format": kind,
            "query": {**url_state.to_query(selection), **asked.state, **asked.lists},
            "rows": len(table.rows),
            "version": asked.moment.version,
        }
        record("export", detail)
        day = asked.moment.as_of.isoformat() if asked.moment.as_of else "empty"
        name = f"quxiang-{question}-{selection.cohort}-{day}.{kind}"
        if document := DOCUMENTS.get((question, kind)):
            return attachment(document(asked, head), name, kind)
        return attachment(WRITERS[kind](table, head, asked.t), name, kind)


def _verified(asked: Asked) -> list[str]:
    """How much of the class is verified; nothing where nobody can be."""
    share = verified_share(asked)
    return [] if share.value is None else [asked.t("export.verified", share=asked.t.rate(share))]


def attachment(body: bytes, name: str, kind: str) -> Response:
    response = Response(body, mimetype=MIMETYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def to_csv(table: Table, head: list[str], t: Any) -> bytes:
    """UTF-8 with a mark (spreadsheets expect it); the stamp stands in comment lines on top."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for line in head:
        writer.writerow([f"# {line}"])
    writer.writerow([column.label for column in table.columns])
    for row in table.rows:
        writer.writerow([plain(value, t) for value in row])
    return text.getvalue().encode("utf-8-sig")


def plain(value: Value, t: Any) -> str:
    """A value for a text file: numbers without separators or units, text made harmless."""
    match value:
        case None:
            return ""
        case Rate():
            return str(value.value) if value.value is not None else t.rate(value)
        case Percent():
            return str(value.value)
        case Decimal() | int():
            return str(value)
        case Measure():
            return str(value.value)
        case Interval() | MeasureInterval():
            return f"{value.low}-{value.high}"
        case dt.date():
            return value.isoformat()
        case str():
            return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def to_xlsx(table: Table, head: list[str], t: Any) -> bytes:
    """One sheet of numbers (rates as numbers in percent), and the stamp above them."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(head[0][:31])
        title = book.add_format({"bold": True, "font_size": 14})
        heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        number = book.add_format({"num_format": "#,##0"})
        percent = book.add_format({"num_format": "0.00"})
        for row, line in enumerate(head):
            sheet.write_string(row, 0, line, title if row == 0 else None)
        top = len(head) + 1
        for column, spec in enumerate(table.columns):
            sheet.write_string(top, column, spec.label, heading)
            sheet.set_column(column, column, 14 if spec.kind in NUMERIC else 26)
        for row, values in enumerate(table.rows, start=top + 1):
            for column, value in enumerate(values):
                _write_cell(sheet, (row, column), value, t, number, percent)
        sheet.freeze_panes(top + 1, 2)
        if table.rows:
            sheet.autofilter(top, 0, top + len(table.rows), len(table.columns) - 1)
    return buffer.getvalue()


def _write_cell(sheet: Any, at: tuple[int, int], value: Value, t: Any, n: Any, p: Any) -> None:
    match value:
        case None:
            sheet.write_blank(*at, None)
        case Rate() if value.value is not None:
            sheet.write_number(*at, float(value.value), p)
        case Percent():
            sheet.write_number(*at, float(value.value))
        case Measure():
            sheet.write_number(*at, float(value.value), n if value.scale == "amount" else p)
        case Decimal():
            sheet.write_number(*at, float(value), p)
        case int():
            sheet.write_number(*at, value, n)
        case _:
            sheet.write_string(*at, cell_text(value, t))


WRITERS = {"csv": to_csv, "xlsx": to_xlsx}
DOCUMENTS = {("chased", "docx"): notice, ("cases", "docx"): case_register}

"""The circular on punctuality (通报) as a Word document, made from the board alone."""

from dashboard.asked import Asked
from dashboard.briefing.word import add_notes, add_table, add_title, as_bytes, document_of
from dashboard.coverage import OWED
from dashboard.coverage_questions import board_of, chased


def notice(asked: Asked, head: list[str]) -> bytes:
    """The document; ``head`` are title, selection, stamp and time, as every export carries them."""
    document = document_of()
    t, found = asked.t, board_of(asked)
    add_title(document, t("returns.notice_title", cohort=asked.selection.cohort))
    closed = found.closed
    if closed is None:
        document.add_paragraph(t("returns.no_period"))
        return as_bytes(document)
    document.add_paragraph(
        t(
            "returns.notice_text",
            day=t.date(found.periods[closed].day),
            until=t.date(found.periods[closed].until),
            schools=t.count(len(found.schools)),
            on_time=t.count(found.count(closed, "on_time")),
            late=t.count(found.count(closed, "late")),
            missing=t.count(found.count(closed, *OWED)),
            covered=t.rate(found.covered(closed)),
        )
    )
    table = chased(asked)
    if table.rows:
        document.add_paragraph(t("returns.notice_ask"))
        add_table(document, table, asked.t)
    else:
        document.add_paragraph(t("returns.nobody"))
    add_notes(document, head[1:])
    return as_bytes(document)

"""The register of cases (台账) as a Word document."""

from dashboard.asked import Asked
from dashboard.briefing.word import add_notes, add_table, add_title, as_bytes, document_of
from dashboard.case_questions import cases

PRINTED = (
    *("case", "school_name", "title", "problem", "people", "responsible", "due_on", "status"),
    *("conclusion", "correction", "corrected_on"),
)


def case_register(asked: Asked, head: list[str]) -> bytes:
    """The document; ``head`` are title, selection, stamp and time, as every export carries them."""
    t, table = asked.t, cases(asked)
    document = document_of(landscape=True)
    add_title(document, t("cases.register_title", cohort=asked.selection.cohort))
    if table.rows:
        add_table(document, table.only(*PRINTED), t, size=9)
    else:
        document.add_paragraph(t("cases.none"))
    add_notes(document, head[1:])
    return as_bytes(document)

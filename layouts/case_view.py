"""How a case looks: a line of the register, and the sheet with everything that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from dashboard.i18n import Translator
from dashboard.tables import Table
from layouts.components import data_table
from layouts.pages import CASES

TAGS = {
    "open": "info",
    "answered": "info",
    "confirmed": "warn",
    "refuted": "good",
    "corrected": "good",
    "closed": "",
}
"""Status -> colour of its tag; the word says it, the colour repeats it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case of the register, in words."""

    number: int
    title: str
    about: str
    status: str
    status_text: str
    due_text: str
    overdue: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing said or done, in words; ``when`` is ISO."""

    when: str
    time_text: str
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class FileLink:
    """One file of evidence."""

    label: str
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSheet:
    """Everything on the sheet of one case, in words. ``stages``: (name, done, current)."""

    title: str
    status: str
    status_text: str
    due_text: str
    overdue: bool
    stages: Sequence[tuple[str, bool, bool]]
    facts: Sequence[tuple[str, str]]
    problem: str
    conclusion: str
    records: Table
    records_note: str
    log: Sequence[LogEntry]
    files: Sequence[FileLink]


def carrying_link(text: str, carry: str) -> html.A:
    """A link on this page that changes something of what it shows (assets/50-selection.js)."""
    return html.A(text, href=CASES.path, **{"data-carry-selection": carry})


def case_list(lines: Sequence[CaseLine]) -> html.Ul:
    """The register as a list of links."""
    return html.Ul([_line(line) for line in lines], className="qx-cases")


def _line(line: CaseLine) -> html.Li:
    current = {"aria-current": "true"} if line.chosen else {}
    return html.Li(
        [
            html.Div(
                [
                    html.A(
                        line.title,
                        href=CASES.path,
                        className="qx-cases__title",
                        **{"data-carry-selection": f"case={line.number}"},
                        **current,
                    ),
                    status_tag(line.status, line.status_text),
                ],
                className="qx-cases__head",
            ),
            html.Div(
                [html.Span(line.about), due_mark(line.due_text, overdue=line.overdue)],
                className="qx-cases__about",
            ),
        ],
        className="qx-cases__one" + (" qx-cases__one--chosen" if line.chosen else ""),
    )


def status_tag(status: str, text: str) -> html.Span:
    """Where a case stands."""
    colour = TAGS.get(status, "")
    return html.Span(text, className="qx-tag" + (f" qx-tag--{colour}" if colour else ""))


def due_mark(text: str, *, overdue: bool) -> Component:
    """When the answer is due; a tag where it is late."""
    return html.Span(text, className="qx-tag qx-tag--bad" if overdue else "")


def sheet(case: CaseSheet, t: Translator) -> list[Component]:
    """The sheet: where it stands, what is known, the records, what was said, the files."""
    return [
        html.Div(
            [
                html.H3(case.title, className="qx-case__title"),
                html.Span(
                    [
                        status_tag(case.status, case.status_text),
                        due_mark(case.due_text, overdue=case.overdue) if case.due_text else None,
                    ],
                    className="qx-case__marks",
                ),
            ],
            className="qx-case__head",
        ),
        _stages(case),
        html.Dl(
            [part for name, text in case.facts for part in (html.Dt(name), html.Dd(text))],
            className="qx-kv",
        ),
        *_part(t("cases.field_problem"), html.P(case.problem, className="qx-case__words")),
        *(
            _part(t("cases.conclusion"), html.P(case.conclusion, className="qx-case__words"))
            if case.conclusion
            else []
        ),
        *_part(
            t("cases.records"),
            html.P(case.records_note, className="qx-muted qx-small"),
            *([data_table(case.records, t, t("cases.records"))] if case.records.rows else []),
        ),
        *_part(t("cases.dialogue"), _log(case.log)),
        *_part(
            t("cases.evidence"),
            _files(case.files)
            if case.files
            else html.P(t("cases.no_evidence"), className="qx-muted qx-small"),
        ),
    ]


def _part(heading: str, *content: Component) -> list[Component]:
    return [html.H3(heading, className="qx-case__part"), *content]


def _stages(case: CaseSheet) -> html.Ol:
    return html.Ol(
        [
            html.Li(
                name,
                className="qx-steps__done" if done else "",
                **({"aria-current": "step"} if current else {}),
            )
            for name, done, current in case.stages
        ],
        className="qx-steps",
    )


def _log(entries: Sequence[LogEntry]) -> html.Ol:
    return html.Ol(
        [
            html.Li(
                [
                    html.Time(entry.time_text, dateTime=entry.when),
                    html.Div(
                        [
                            html.Div(entry.what, className="qx-case__what"),
                            html.P(entry.words, className="qx-case__words"),
                        ]
                    ),
                ]
            )
            for entry in entries
        ],
        className="qx-log",
    )


def _files(files: Sequence[FileLink]) -> html.Ul:
    return html.Ul(
        [
            html.Li(
                [
                    html.A(file.label, href=file.href),
                    html.Span(file.note, className="qx-muted qx-small"),
                ],
                className="qx-case__file",
            )
            for file in files
        ]
    )

"""The cases page: the register of doubts, one of them in full, and what may be done about it."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts import shell
from layouts.components import card_foot, card_head, icon, state_select
from layouts.forms import button, chosen_by_link, field, select
from layouts.ids import Cases
from layouts.pages import CASES
from layouts.selection_bar import DATE_INPUT
from layouts.view import Option, View

NEW = "new"
"""The value of ``case`` that shows the form instead of a case."""
KEEPERS = frozenset({"answer", "cases"})
"""Who has a part in a case (values of ``dashboard.auth.Permission``)."""
MOVES = (
    ("answer", "primary"),
    ("confirm", "primary"),
    ("refute", "primary"),
    ("ask_again", ""),
    ("correct", "primary"),
    ("close_corrected", "primary"),
    ("close_refuted", "primary"),
    ("close_uncorrected", ""),
)
"""The buttons in their order, the keys of ``data_access.cases.MOVES``, and how they look."""
STATUSES = (
    *("current", "overdue", "open", "answered", "confirmed", "refuted", "corrected", "closed"),
    "all",
)


def layout(view: View) -> html.Div:
    """Key figures, the register, and the chosen case or the form for a new one."""
    t, chosen = view.t, view.state.get("case", "")
    opens = chosen == NEW and "cases" in view.allowed
    grid = "qx-grid qx-grid--cases" + (" qx-grid--case" if chosen else "")
    return shell.page(
        view,
        CASES,
        [
            html.Section(
                html.Div(id=Cases.KPIS, className="qx-kpis"),
                className="qx-no-print" if chosen else "",
                **{"aria-label": t("cases.kpis")},
            ),
            chosen_by_link(view, "case"),
            html.Div([_register(view), _new(view) if opens else _case(view)], className=grid),
        ],
    )


def _register(view: View) -> html.Article:
    t = view.t
    options = [Option(value, t(f"state.case_status_{value}")) for value in STATUSES]
    tools: list[Component] = [state_select(view, "case_status", t("state.case_status"), options)]
    if "cases" in view.allowed:
        tools.append(
            html.A(
                [icon("plus-square"), t("cases.open_new")],
                href=CASES.path,
                className="qx-button qx-button--small",
                **{"data-carry-selection": f"case={NEW}"},
            )
        )
    return html.Article(
        [
            card_head(t("cases.register"), tools),
            html.P(id=Cases.LIST_FINDING, className="qx-card__finding"),
            html.P(id=Cases.WAITING, className="qx-cases__waiting"),
            html.Div(id=Cases.LIST),
            card_foot(Cases.LIST_SOURCE, t, question="cases", kinds=("csv", "xlsx", "docx")),
        ],
        className="qx-card qx-col-5 qx-cases-register",
    )


def _case(view: View) -> html.Article:
    t, chosen = view.t, view.state.get("case", "")
    tools: list[Component] = []
    if chosen:
        tools = [
            html.Button(
                [icon("printer"), t("cases.print")],
                type="button",
                className="qx-link",
                **{"data-print": ""},
            ),
            html.A(
                t("cases.back"),
                href=CASES.path,
                className="qx-link",
                **{"data-carry-selection": "case="},
            ),
        ]
    return html.Article(
        [
            card_head(t("cases.case"), tools),
            html.Div(id=Cases.SHEET, className="qx-case"),
            _work(view) if view.allowed & KEEPERS else None,
        ],
        className="qx-card qx-col-7",
    )


def _work(view: View) -> html.Section:
    """What this person may do now; which buttons show follows the case."""
    t = view.t
    return html.Section(
        [
            html.H3(t("cases.work"), className="qx-case__part"),
            html.P(id=Cases.HINT, className="qx-note"),
            _words(Cases.WORDS, t("cases.field_words"), t("cases.words_hint"), 5),
            html.Div(
                [
                    html.Label(t("cases.which_return"), htmlFor=Cases.RETURN),
                    dbc.Select(id=Cases.RETURN, options=[], value="", size="sm"),
                ],
                id=Cases.RETURN_BOX,
                className="qx-field",
                hidden=True,
            ),
            html.Div(
                [
                    *(
                        button(Cases.move(key), t(f"cases.move_{key}"), look, hidden=True)
                        for key, look in MOVES
                    ),
                    button(Cases.REMARK, t("cases.remark")),
                ],
                className="qx-form__actions qx-case__actions",
            ),
            html.P(id=Cases.SAID, role="status", className="qx-case__said"),
            _upload(view),
            dcc.Store(id=Cases.SEEN),
        ],
        id=Cases.WORK,
        className="qx-case__work qx-no-print",
        hidden=True,
        **{"aria-label": t("cases.work")},
    )


def _upload(view: View) -> html.Div:
    """Filled by assets/75-cases.js: no component of ours sends a file with its progress."""
    t, chosen = view.t, view.state.get("case", "")
    texts: dict[str, Any] = {
        "data-evidence": f"/cases/{chosen}/evidence",
        "data-token": view.csrf_token,
        "data-heading": t("evidence.add"),
        "data-label": t("evidence.label"),
        "data-label-hint": t("evidence.label_hint"),
        "data-file": t("evidence.file"),
        "data-file-hint": t("evidence.file_hint"),
        "data-send": t("evidence.send"),
        "data-sending": t("evidence.sending", percent="{percent}"),
        "data-checking": t("evidence.checking"),
        "data-missing": t("evidence.missing"),
        "data-large": t("evidence.large", megabytes="10"),
        "data-failed": t("evidence.failed"),
    }
    return html.Div(className="qx-evidence", **texts)


def _new(view: View) -> html.Article:
    t = view.t
    buttons = [
        button(Cases.NEW, t("cases.open_now"), "primary"),
        html.A(
            t("cases.cancel"),
            href=CASES.path,
            className="qx-button qx-button--quiet",
            **{"data-carry-selection": "case="},
        ),
    ]
    return html.Article(
        [
            card_head(t("cases.open_new")),
            html.P(t("cases.new_finding"), className="qx-card__finding"),
            html.Div(
                [
                    *_new_fields(view),
                    html.Div(buttons, className="qx-form__actions"),
                    html.P(id=Cases.NEW_SAID, role="status", className="qx-case__said"),
                ],
                className="qx-form qx-case__form",
            ),
        ],
        className="qx-card qx-col-7",
    )


def _new_fields(view: View) -> list[Component]:
    t, own = view.t, view.selection.schools
    school = own[0] if own else (view.schools[0].value if view.schools else "")
    cohort = str(view.selection.cohort)
    office = t("cases.responsible_default")
    return [
        field(t("cases.school"), select(Cases.new("school"), view.schools, school)),
        field(t("table.cohort"), select(Cases.new("cohort"), view.cohorts, cohort)),
        field(t("cases.field_title"), _line(Cases.new("title"), 80)),
        _words(Cases.new("problem"), t("cases.field_problem"), t("cases.problem_hint"), 4),
        _words(Cases.new("numbers"), t("cases.numbers"), t("cases.numbers_hint"), 3),
        field(
            t("cases.field_responsible"),
            _line(Cases.new("responsible"), 60, office),
            t("cases.responsible_hint"),
        ),
        field(
            t("cases.due_on"),
            dbc.Input(id=Cases.new("due"), size="sm", required=True, **DATE_INPUT),
            t("cases.due_hint"),
        ),
    ]


def _line(control_id: str, longest: int, value: str = "") -> dbc.Input:
    return dbc.Input(id=control_id, type="text", maxLength=longest, size="sm", value=value)


def _words(control_id: str, label: str, hint: str, rows: int) -> html.Div:
    control = dbc.Textarea(id=control_id, rows=rows, maxLength=60_000, value="")
    return field(label, control, hint)

"""Answers the cases page: key figures, the register, the chosen case and what may be done now."""

from typing import Any

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from callbacks import case_work
from callbacks.cards import CardCallbacks, Content, Stored
from callbacks.case_texts import hint, line, return_text, sheet_of
from dashboard.asked import Asked
from dashboard.case_questions import (
    Register,
    corrections,
    every_class,
    register_of,
    waiting,
)
from dashboard.clock import today
from dashboard.i18n import Translator
from dashboard.services import Services
from data_access import case_reads
from data_access.case_reads import CaseRow
from data_access.cases import MOVES
from layouts import ids
from layouts.case_view import carrying_link, case_list, sheet
from layouts.components import state
from layouts.ids import Cases
from layouts.kpis import Kpi, kpi_panel
from layouts.pages import CASES

SHOWN = 100
"""Cases in the list; files have all of them."""

WORK_OUTPUTS = (
    (Cases.WORK, "hidden"),
    (Cases.HINT, "children"),
    (Cases.SEEN, "data"),
    (Cases.RETURN_BOX, "hidden"),
    (Cases.RETURN, "options"),
    *((Cases.move(move.key), "hidden") for move in MOVES),
)


class CasesPage(CardCallbacks):
    """The parts of the page."""

    def kpis(self, stored: Stored, _version: str | None) -> list[Component]:
        asked = self.asked(stored)
        return kpi_panel(key_figures(asked, register_of(asked)))

    def register(self, stored: Stored, _version: str | None) -> Content:
        """(list, finding, what waits for this person, source)."""
        asked = self.asked(stored)
        t, found = asked.t, register_of(asked)
        chosen = chosen_case(asked)
        lines = [line(row, asked, found.day, chosen) for row in found.shown[:SHOWN]]
        content: Component = case_list(lines) if lines else _no_case(asked)
        finding = t(
            "cases.finding_late" if found.overdue else "cases.finding",
            shown=t.count(len(found.shown)),
            every=t.count(len(found.every)),
            overdue=t.count(found.overdue),
        )
        if len(found.shown) > SHOWN:
            finding = t.sentences([finding, t("cases.cut", most=t.count(SHOWN))])
        source = t("cases.source", date=t.date(found.day), n=t.count(len(found.every)))
        return content, finding, _waiting(asked), source

    def sheet(self, stored: Stored, _version: str | None) -> list[Component]:
        """The chosen case in full."""
        asked = self.asked(stored)
        return self.sheet_of(asked, chosen_case(asked))

    def sheet_of(self, asked: Asked, number: int) -> list[Component]:
        t = asked.t
        if not number:
            return [state("none", t("cases.choose"), t("cases.choose_text"))]
        with asked.answers.store.guarded.connect() as connection:
            found = case_reads.register(connection, asked.scope, case_id=number)
            if not found:
                return [state("none", t("cases.unknown"), t("cases.unknown_text"))]
            steps = case_reads.steps(connection, asked.scope, number)
            files = case_reads.evidence(connection, asked.scope, number)
            records = case_reads.records(connection, asked.scope, number)
        row = found[0]
        texts = sheet_of(
            row,
            asked,
            today(),
            steps=steps,
            files=files,
            records=records,
            returns=corrections(asked, [row]),
        )
        return sheet(texts, t)

    def work(self, stored: Stored, _version: str | None) -> Content:
        """(hidden, hint, newest step seen, no return to choose, returns, each move hidden)."""
        asked = self.asked(stored)
        number, allowed = chosen_case(asked), asked.services.allowed()
        with asked.answers.store.guarded.connect() as connection:
            found = case_reads.register(connection, asked.scope, case_id=number)
            if not number or not found or found[0].status == "closed":
                return (True, "", None, True, [], *(True for _ in MOVES))
            row = found[0]
            seen = case_reads.newest_turn(case_reads.steps(connection, asked.scope, number))
            returns = case_reads.returns_since(connection, asked.scope, row)
        t = asked.t
        possible = {m.key for m in MOVES if m.before == row.status and m.by in allowed}
        corrects = "correct" in possible
        if corrects and not returns:
            possible.remove("correct")
        told = hint(row, allowed, t)
        if corrects and not returns:
            told = t.sentences([told, t("cases.no_return")])
        options = [{"label": t("cases.choose_return"), "value": ""}]
        options += [{"label": return_text(one, t), "value": str(one.id)} for one in returns]
        return (
            *(False, told, seen, not (corrects and returns), options),
            *(move.key not in possible for move in MOVES),
        )


def chosen_case(asked: Asked) -> int:
    """The number of the case in the address; 0 where there is none."""
    text = asked.state.get("case", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def key_figures(asked: Asked, found: Register) -> list[Kpi]:
    """How many are going on, late, and closed this month."""
    t = asked.t
    return [
        Kpi(
            label=t("cases.going"),
            value=t.count(found.going),
            unit=_unit(found.going, t),
            n=t(
                "cases.going_note",
                school=t.count(found.at("open")),
                department=t.count(found.going - found.at("open")),
            ),
            lead=True,
        ),
        Kpi(
            label=t("cases.overdue"),
            value=t.count(found.overdue),
            unit=_unit(found.overdue, t),
            n=t("cases.overdue_note"),
            href=CASES.path,
            carry="case_status=overdue",
        ),
        Kpi(
            label=t("cases.closed_this_month"),
            value=t.count(found.closed_this_month),
            unit=_unit(found.closed_this_month, t),
            n=t(
                "cases.closed_note",
                closed=t.count(found.at("closed")),
                every=t.count(len(found.every)),
            ),
        ),
    ]


def _unit(n: int, t: Translator) -> str:
    return t("cases.unit_one" if n == 1 else "cases.unit")


def _waiting(asked: Asked) -> list[Component | str]:
    """What waits for this person in every class, and where else there is something going on."""
    t = asked.t
    rows = every_class(asked)
    parts: list[Component | str] = []
    n = waiting(asked, rows)
    if n:
        badge = html.Span(t("cases.waiting", count=t.count(n)), className="qx-tag qx-tag--info")
        parts.append(badge)
    links = [_class_link(asked, rows, year) for year in _other_classes(asked, rows)]
    if links:
        parts += [html.Span(t("cases.other_classes")), *links]
    return parts


def _other_classes(asked: Asked, rows: list[CaseRow]) -> list[int]:
    own = asked.selection.cohort
    return sorted({r.cohort for r in rows if r.status != "closed"} - {own}, reverse=True)


def _class_link(asked: Asked, rows: list[CaseRow], year: int) -> html.A:
    t = asked.t
    n = sum(row.cohort == year and row.status != "closed" for row in rows)
    text = t("cases.other_class", cohort=year, count=t.count(n))
    return carrying_link(text, f"cohort={year}&case=&school=")


def _no_case(asked: Asked) -> Component:
    t = asked.t
    return state("none", t("cases.none"), t("cases.none_text"))


def register(app: Dash, services: Services) -> None:
    """Wires the cases page."""
    page = CasesPage(services)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(Output(Cases.KPIS, "children"), *inputs)(page.kpis)
    app.callback(
        Output(Cases.LIST, "children"),
        Output(Cases.LIST_FINDING, "children"),
        Output(Cases.WAITING, "children"),
        Output(Cases.LIST_SOURCE, "children"),
        *inputs,
    )(page.register)
    app.callback(Output(Cases.SHEET, "children"), *inputs)(page.sheet)
    app.callback([Output(*one) for one in WORK_OUTPUTS], *inputs)(page.work)
    case_work.register(app, services, page.sheet, page.work, WORK_OUTPUTS)

"""What is done about cases: every button is one writing transaction, checked on the server."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from dash import Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.cards import Content, Stored
from dashboard.asked import ask
from dashboard.case_questions import DUE_DAYS
from dashboard.clock import today
from dashboard.indicators.calendar import working_days_after
from dashboard.services import Services
from data_access import cases
from data_access.cases import MOVES, Who
from data_access.errors import InputError
from data_access.registry import writing
from layouts import ids
from layouts.case_view import carrying_link
from layouts.ids import Cases

Shown = Callable[[Stored, str | None], Any]
Outputs = tuple[tuple[str, str], ...]

MOST_NUMBERS = 2_000
NAMED = 10  # unknown student numbers that a message names
_BETWEEN = re.compile(r"[\s,;\u3001\uff0c\uff1b]+")
NEW_FIELDS = ("school", "cohort", "title", "problem", "numbers", "responsible", "due")


class CaseWork:
    """Writes; after a write the page shows at once what became of the case."""

    def __init__(self, services: Services, sheet: Shown, work: Shown) -> None:
        self._services = services
        self._sheet = sheet
        self._work = work

    def move(self, key: str) -> Callable[..., Content]:
        """The callback of one move's button."""

        def taken(
            clicks: int | None,
            words: str | None,
            return_id: str | None,
            seen: int | None,
            stored: Stored,
        ) -> Content:
            if not clicks:
                raise PreventUpdate
            who, number = self._who(), self._number(stored)
            with writing(self._services.answers.store.registry) as connection:
                cases.take(
                    connection,
                    who,
                    number,
                    key,
                    words or "",
                    seen=seen if isinstance(seen, int) else None,
                    return_id=_number(return_id),
                )
            return self._shown(stored, self._services.t()(f"cases.done_{key}"))

        return taken

    def remark(self, clicks: int | None, words: str | None, stored: Stored) -> Content:
        """Adds words; the case stays where it is."""
        if not clicks:
            raise PreventUpdate
        who, number = self._who(), self._number(stored)
        with writing(self._services.answers.store.registry) as connection:
            cases.remark(connection, who, number, words or "")
        return self._shown(stored, self._services.t()("cases.done_remark"))

    def open(self, clicks: int | None, *given: str | None) -> Content:
        """(what became of it, title, problem, numbers): opens a case by hand."""
        if not clicks:
            raise PreventUpdate
        values = {name: value or "" for name, value in zip(NEW_FIELDS, given, strict=True)}
        who, t = self._who(), self._services.t()
        school, cohort = values["school"], values["cohort"]
        if "cases" not in who.allowed:
            raise InputError("cases.error.not_allowed")
        if who.scope.schools is not None and school not in who.scope.schools:
            raise InputError("cases.error.school", school=school)
        if not (cohort.isascii() and cohort.isdigit() and len(cohort) == 4):
            raise InputError("cases.error.cohort")
        numbers = list(dict.fromkeys(n for n in _BETWEEN.split(values["numbers"]) if n))
        if len(numbers) > MOST_NUMBERS:
            raise InputError("cases.error.many_numbers", most=t.count(MOST_NUMBERS))
        with writing(self._services.answers.store.registry) as connection:
            known = cases.subjects_by_number(connection, school, int(cohort), numbers)
            unknown = [number for number in numbers if number not in known]
            if unknown:
                raise InputError(
                    "cases.error.numbers",
                    numbers=t.listing(unknown[:NAMED]),
                    count=t.count(len(unknown)),
                )
            number = cases.open_case(
                connection,
                cohort=int(cohort),
                school=school,
                origin="manual",
                title=values["title"],
                problem=values["problem"],
                responsible=values["responsible"],
                due_on=_day(values["due"]),
                subjects=list(known.values()),
                actor=who.actor,
            )
        carry = f"case={number}&cohort={cohort}&case_status="
        link = carrying_link(t("cases.open_link", number=number), carry)
        said: list[Component | str] = [t("cases.done_open", number=number), " ", link]
        return said, "", "", ""

    def due(self, _stored: Stored, value: str | None) -> str:
        """The due date that the form begins with."""
        holidays = self._services.answers.codes.calendar.holidays
        return value or working_days_after(today(), DUE_DAYS, holidays).isoformat()

    def _who(self) -> Who:
        services = self._services
        return Who(services.actor(), services.scope(), services.allowed())

    def _number(self, stored: Stored) -> int:
        return _number(ask(self._services, stored).state.get("case")) or 0

    def _shown(self, stored: Stored, said: str) -> Content:
        """(what became of it, no words, the sheet, the work) as it stands now."""
        return (said, "", self._sheet(stored, None), *self._work(stored, None))


def _number(text: str | None) -> int | None:
    """The number of a row; None for anything else that a browser may send."""
    found = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 9
    return int(text) if found and text else None


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError("cases.error.due") from None


def register(
    app: Dash,
    services: Services,
    sheet: Shown,
    work: Shown,
    work_outputs: Outputs,
) -> None:
    """Wires the buttons; ``work_outputs`` are those of ``work``."""
    done = CaseWork(services, sheet, work)
    shown = [
        Output(Cases.SAID, "children", allow_duplicate=True),
        Output(Cases.WORDS, "value", allow_duplicate=True),
        Output(Cases.SHEET, "children", allow_duplicate=True),
        *(Output(*one, allow_duplicate=True) for one in work_outputs),
    ]
    words, stored = State(Cases.WORDS, "value"), State(ids.SELECTION, "data")
    for move in MOVES:
        app.callback(
            shown,
            Input(Cases.move(move.key), "n_clicks"),
            words,
            State(Cases.RETURN, "value"),
            State(Cases.SEEN, "data"),
            stored,
            prevent_initial_call=True,
        )(done.move(move.key))
    app.callback(shown, Input(Cases.REMARK, "n_clicks"), words, stored, prevent_initial_call=True)(
        done.remark
    )
    app.callback(
        Output(Cases.NEW_SAID, "children"),
        *(Output(Cases.new(name), "value") for name in ("title", "problem", "numbers")),
        Input(Cases.NEW, "n_clicks"),
        *(State(Cases.new(name), "value") for name in NEW_FIELDS),
        prevent_initial_call=True,
    )(done.open)
    app.callback(
        Output(Cases.new("due"), "value"),
        Input(ids.SELECTION, "data"),
        State(Cases.new("due"), "value"),
    )(done.due)

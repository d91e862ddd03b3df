"""Answers the flags page, runs the rules, sets thresholds, makes cases of flags."""

import datetime as dt
from typing import Any

from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from callbacks.cards import CardCallbacks, Content, Stored
from dashboard.asked import Asked
from dashboard.clock import local_text, today
from dashboard.flag_cases import open_from_flag
from dashboard.flag_questions import (
    Board,
    board,
    chosen,
    evidence_table,
    flag_name,
    flags_table,
    may_look,
    problem_of,
    rules_in_force,
    rules_table,
    shown,
    standing_of,
    threshold_of,
    value_of,
)
from dashboard.flagging import run
from dashboard.services import Services
from dashboard.tables import Table
from data_access.errors import InputError
from data_access.flag_ground import MOST_PEOPLE
from data_access.flag_settings import set_rule
from layouts import ids
from layouts.components import data_table, state
from layouts.flags import FILTER_PIXELS, facts_list, flag_columns
from layouts.grids import HEAD_PIXELS, ROW_PIXELS
from layouts.ids import Flags
from layouts.kpis import Kpi, kpi_panel
from layouts.pages import FLAGS

SHOWN_ROWS = 12
NOTHING_NEW = (no_update, no_update)
DUE_IN = 14  # days that a school is given where the person names none


class FlagsPage(CardCallbacks):
    """What is read, and kept."""

    def kpis(self, stored: Stored, _version: str | None) -> tuple[list[Component], str]:
        """(key figures, when the rules were run)."""
        asked = self.asked(stored)
        found = board(asked)
        return kpi_panel(key_figures(asked, found)), last_run(asked, found)

    def grid(self, stored: Stored, _version: str | None) -> Content:
        """(rows, columns, height, finding, source) of the flags."""
        asked = self.asked(stored)
        table = flags_table(asked)
        rows = [
            {
                **cells,
                "people": row[6],
                "people_text": cells["people"],
                "href": FLAGS.path,
                "carry": f"flag={cells['code']}",
            }
            for cells, row in zip(table.records(asked.t), table.rows, strict=True)
        ]
        heads = [(c.key, c.label) for c in table.columns if c.kind != "code"]
        height = HEAD_PIXELS + FILTER_PIXELS + ROW_PIXELS * min(max(len(rows), 3), SHOWN_ROWS)
        finding = flags_finding(asked)
        return rows, flag_columns(heads), {"height": f"{height}px"}, finding, self.source(asked)

    def chosen(self, stored: Stored, _version: str | None) -> Content:
        """(finding, explanation with evidence, whether no case can be made, source)."""
        asked = self.asked(stored)
        found, t = chosen(asked), asked.t
        if found is None:
            nothing = state("none", t("flags.none_chosen"), t("flags.none_chosen_text"))
            return "", nothing, True, self.source(asked)
        rule, table = rules_in_force(asked)[found.rule], evidence_table(asked)
        items = [
            (t("flags.rule"), flag_name(found, asked)),
            (t("table.school"), asked.names("school")[found.school]),
            (t("flags.value"), value_of(found, asked)),
            (t("flags.threshold"), threshold_of(found, asked)),
            (t("flags.explanation"), t.name(rule.explanation_zh, rule.explanation_en)),
            (t("flags.source"), rule.source),
            (t("flags.since"), t.date(found.since)),
            (t("flags.standing"), standing_of(found, asked)),
        ]
        content = html.Div([facts_list(items), *_evidence(table, asked)])
        return problem_of(found, asked), content, False, self.source(asked)

    def rules(self, stored: Stored, _version: str | None) -> Content:
        """(finding, table, source) of the rules in force."""
        asked = self.asked(stored)
        table, t = rules_table(asked), asked.t
        changed = sum(rule.changed for rule in rules_in_force(asked).values())
        counts = {"rules": t.count(len(table.rows)), "changed": t.count(changed)}
        finding = t("flags.rules_finding", **counts) if table.rows else ""
        return finding, data_table(table, t, t("flags.rules")), self.source(asked)


def _evidence(table: Table, asked: Asked) -> list[Component]:
    """The records behind a flag, and what is said where not all of them are kept."""
    t = asked.t
    if not table.rows:
        return [state("none", t("flags.no_records"), t("flags.no_records_text"))]
    many = len(table.rows) >= MOST_PEOPLE
    key = "flags.records_first" if many else "flags.records"
    return [
        html.H3(t(key, count=t.count(len(table.rows))), className="qx-subtitle"),
        html.Div(data_table(table, t, t("flags.chosen")), className="qx-scroll"),
    ]


def key_figures(asked: Asked, found: Board) -> list[Kpi]:
    """Schools with something to look at first; flags, the rules they come from, what is gone."""
    t = asked.t
    if found.run is None:
        return [Kpi(label=t("flags.schools"), value="–", note=t("flags.never_run"), lead=True)]
    schools = {one.school for one in found.standing}
    kinds = {one.rule for one in found.standing}
    cases = sum(one.cases > 0 for one in found.every)
    return [
        Kpi(
            label=t("flags.schools"),
            value=t.count(len(schools)),
            unit=t("flags.schools_unit"),
            n=t("flags.no_verdict"),
            lead=True,
        ),
        Kpi(
            label=t("flags.standing_now"),
            value=t.count(len(found.standing)),
            unit=t("flags.flags_unit"),
            n=t("flags.by_rules", rules=t.count(len(kinds))),
        ),
        Kpi(
            label=t("flags.cases"),
            value=t.count(cases),
            unit=t("flags.flags_unit"),
            n=t("flags.cases_note"),
        ),
        Kpi(
            label=t("flags.gone"),
            value=t.count(len(found.gone)),
            unit=t("flags.flags_unit"),
            n=t("flags.gone_note"),
        ),
    ]


def last_run(asked: Asked, found: Board) -> str:
    """When the rules were run, over what, and whether data have come in since."""
    t, newest = asked.t, found.run
    if not may_look(asked):
        return ""
    if newest is None:
        return t("flags.never_run")
    key = "flags.run_current" if newest.version == asked.answers.store.version else "flags.run_old"
    when = local_text(newest.at)
    numbers = {"version": t.count(newest.version), "day": t.date(newest.counted_on)}
    return t(key, when=when, who=newest.by, **numbers)


def flags_finding(asked: Asked) -> str:
    """How many are shown, of how many schools, and which rule has most."""
    t, flags = asked.t, shown(asked)
    if not may_look(asked):
        return ""
    if not flags:
        return t("flags.nothing")
    counts: dict[str, int] = {}
    for one in flags:
        counts[one.rule] = counts.get(one.rule, 0) + 1
    most = max(counts, key=lambda rule: counts[rule])
    return t(
        "flags.finding",
        flags=t.count(len(flags)),
        schools=t.count(len({one.school for one in flags})),
        rule=asked.names("flag_rule")[most],
        most=t.count(counts[most]),
    )


class FlagActions(CardCallbacks):
    """What is written. An answer is a sentence beside the button that was pressed, and the mark of
    a new version: a page with a chosen day does not follow by itself.
    """

    def _told(self, text: str) -> tuple[str, Any]:
        store = self.services.answers.store
        store.refresh_beside()
        return text, f"own {store.work}"

    def run(self, clicks: Any, stored: Stored) -> Any:
        asked = self.asked(stored)
        if not clicks:
            return NOTHING_NEW
        if not may_look(asked):
            return asked.t("flags.not_allowed"), no_update
        selection, t = asked.selection, asked.t
        try:
            done = run(
                asked.answers, asked.scope, selection.cohort, selection.as_of, self.services.actor()
            )
        except InputError as error:
            return t(error.message_key, **error.params), no_update
        if done.already:
            return self._told(t("flags.already"))
        return self._told(t("flags.done", flags=t.count(done.run.flags), new=t.count(done.new)))

    def values(self, rule: Any, stored: Stored) -> tuple[Any, ...]:
        """(threshold, minimum, active) of the rule in the form."""
        asked = self.asked(stored)
        found = rules_in_force(asked).get(rule) if isinstance(rule, str) else None
        if found is None or not may_look(asked):
            return (no_update,) * 3
        return found.threshold, found.minimum, found.active

    def save(
        self, clicks: Any, rule: Any, threshold: Any, minimum: Any, active: Any, stored: Stored
    ) -> Any:
        asked = self.asked(stored)
        if not clicks:
            return NOTHING_NEW
        if not may_look(asked):
            return asked.t("flags.not_allowed"), no_update
        numbers = _number(threshold), _number(minimum)
        try:
            changed = set_rule(
                asked.answers.store.registry,
                str(rule),
                threshold=numbers[0],
                minimum=int(numbers[1]),
                active=bool(active),
                actor=self.services.actor(),
            )
        except InputError as error:
            return asked.t(error.message_key, **error.params), no_update
        return self._told(asked.t("flags.saved" if changed else "flags.unchanged"))

    def open(self, clicks: Any, responsible: Any, due: Any, remark: Any, stored: Stored) -> Any:
        asked = self.asked(stored)
        if not clicks:
            return NOTHING_NEW
        found = chosen(asked)
        if found is None or not may_look(asked) or "cases" not in asked.services.allowed():
            return asked.t("flags.not_allowed"), no_update
        words = [one if isinstance(one, str) else "" for one in (responsible, remark)]
        try:
            number = open_from_flag(
                asked, found.id, words[0], _day(due), words[1], self.services.actor()
            )
        except InputError as error:
            return asked.t(error.message_key, **error.params), no_update
        return self._told(asked.t("flags.opened", number=number))


def _number(value: Any) -> float:
    """A number in a control; 0, which no rule takes, for anything else."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
    return float(value) if good else 0.0


def _day(value: Any) -> dt.date:
    """The day in a control; two weeks from today where it names none that is to come."""
    try:
        day = dt.date.fromisoformat(value) if isinstance(value, str) else today()
    except ValueError:
        day = today()
    return day if day > today() else today() + dt.timedelta(days=DUE_IN)


def register(app: Dash, services: Services) -> None:
    """Wires the flags page."""
    _register_reading(app, FlagsPage(services))
    _register_actions(app, FlagActions(services))


def _register_reading(app: Dash, page: FlagsPage) -> None:
    read: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(Output(Flags.KPIS, "children"), Output(Flags.RUN_LAST, "children"), *read)(
        page.kpis
    )
    app.callback(
        *(Output(Flags.GRID, name) for name in ("rowData", "columnDefs", "style")),
        Output(Flags.GRID_FINDING, "children"),
        Output(Flags.GRID_SOURCE, "children"),
        *read,
    )(page.grid)
    app.callback(
        *(Output(Flags.CHOSEN_FINDING, "children"), Output(Flags.CHOSEN, "children")),
        *(Output(Flags.CASE, "hidden"), Output(Flags.CHOSEN_SOURCE, "children")),
        *read,
    )(page.chosen)
    app.callback(
        *(Output(Flags.RULES_FINDING, "children"), Output(Flags.RULES, "children")),
        Output(Flags.RULES_SOURCE, "children"),
        *read,
    )(page.rules)


def _register_actions(app: Dash, actions: FlagActions) -> None:
    selection = State(ids.SELECTION, "data")
    newer = Output(ids.LIVE_VERSION, "data", allow_duplicate=True)
    app.callback(
        Output(Flags.RUN_DONE, "children"),
        newer,
        Input(Flags.RUN, "n_clicks"),
        selection,
        running=[
            (Output(Flags.RUN, "disabled"), True, False),
            (Output(Flags.RUN, "aria-busy"), "true", "false"),
        ],
        prevent_initial_call=True,
    )(actions.run)
    app.callback(
        *(Output(Flags.THRESHOLD, "value"), Output(Flags.MINIMUM, "value")),
        Output(Flags.ACTIVE, "value"),
        Input(Flags.RULE, "value"),
        selection,
    )(actions.values)
    app.callback(
        Output(Flags.SAVED, "children"),
        newer,
        Input(Flags.SAVE, "n_clicks"),
        *(State(Flags.RULE, "value"), State(Flags.THRESHOLD, "value")),
        *(State(Flags.MINIMUM, "value"), State(Flags.ACTIVE, "value")),
        selection,
        prevent_initial_call=True,
    )(actions.save)
    app.callback(
        Output(Flags.OPENED, "children"),
        newer,
        Input(Flags.OPEN, "n_clicks"),
        *(State(Flags.RESPONSIBLE, "value"), State(Flags.DUE, "value")),
        *(State(Flags.REMARK, "value"), selection),
        prevent_initial_call=True,
    )(actions.open)

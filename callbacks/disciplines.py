"""Answers the disciplines page: league table, the small ones apart, funnel, one discipline."""

from typing import Any

from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from callbacks.cards import Card, CardCallbacks, Content, Stored, register_cards
from callbacks.overview import (
    mix_figure,
    mix_finding,
    progress_figure,
    progress_finding,
)
from callbacks.school_table import school_table
from dashboard.answer_rows import Line
from dashboard.answers import Rank
from dashboard.asked import Asked
from dashboard.figures.funnel import OUTER, funnel
from dashboard.grid_rows import GridRow, mix_parts, rate_row
from dashboard.indicators.intervals import funnel_limits, place
from dashboard.indicators.rates import rate
from dashboard.questions import rates_of
from dashboard.services import Services
from layouts import drills, ids
from layouts.components import data_table, state
from layouts.disciplines import detail, path_link
from layouts.grids import discipline_columns, grid_style, school_columns
from layouts.ids import Disciplines
from layouts.pages import DISCIPLINES


class DisciplinesPage(CardCallbacks):
    """The parts of the page that are no plain chart cards."""

    def lines(self, asked: Asked, rank: Rank) -> tuple[list[Line], list[Line]]:
        """(those that are ranked, those with fewer graduates than the minimum)."""
        lines = asked.answers.by_discipline(asked.scope, asked.selection, rank)
        least = self.services.minimum_n
        return (
            [line for line in lines if line.graduates >= least],
            [line for line in lines if line.graduates < least],
        )

    def league(self, stored: Stored, _version: str | None) -> Content:
        """(rows, finding, source, the small ones, their source, columns, height, path, rank)."""
        asked = self.asked(stored)
        t, rank = asked.t, asked.rank
        ranked, small = self.lines(asked, rank)
        mixes = asked.answers.mixes(asked.scope, asked.selection, rank)
        rows = [_row(line, mixes.get(line.code, {}), asked) for line in ranked]
        finding = t(
            "disciplines.league_finding",
            ranked=t.count(len(ranked)),
            small=t.count(len(small)),
            minimum=self.services.minimum_n,
        )
        return (
            rows,
            finding,
            self.source(asked),
            self._small(small, asked),
            self.source(asked),
            discipline_columns(t, asked.rate_name),
            grid_style(len(rows)),
            _path(asked),
            rank,
        )

    def _small(self, lines: list[Line], asked: Asked) -> Component:
        t = asked.t
        if not lines:
            return state("none", t("disciplines.no_small"), t("disciplines.no_small_text"))
        table = rates_of(asked, lines, "discipline", t("table.discipline"))
        short = table.only("code", "name", "graduates", "employed", "rate")
        caption = t("disciplines.small", minimum=self.services.minimum_n)
        return html.Div(data_table(short, t, caption, drills.DISCIPLINE), className="qx-scroll")

    def detail(self, stored: Stored, shown: list[Component] | None) -> Any:
        """The cards of one discipline, mounted when one is chosen and taken away with it."""
        asked = self.asked(stored)
        wanted = asked.selection.discipline is not None
        if wanted == bool(shown):
            return no_update
        return detail(asked.t) if wanted else []

    def funnel(self, stored: Stored, _version: str | None) -> Content:
        """(figure, finding, label, table, source) of the funnel."""
        asked = self.asked(stored)
        t = asked.t
        lines = asked.answers.by_discipline(asked.scope, asked.selection, asked.rank)
        names = asked.names("discipline")
        outside = conspicuous(lines)
        finding = t(
            "disciplines.funnel_finding",
            outside=t.count(len(outside)),
            total=t.count(len(lines)),
        )
        title = t("disciplines.funnel")
        table = rates_of(asked, outside, "discipline", t("table.discipline"))
        return (
            funnel(lines, names, asked.rate_name, t),
            finding,
            t("card.figure_label", title=title, finding=finding),
            data_table(table, t, title, drills.DISCIPLINE),
            self.source(asked),
        )

    def schools(self, stored: Stored, _version: str | None) -> Content:
        """The chosen discipline by school, as `school_table`; nobody while none is chosen."""
        asked = self.asked(stored)
        if asked.selection.discipline is None:
            return [], school_columns(asked.t, asked.rate_name), grid_style(0), "", ""
        return *school_table(asked), self.source(asked)


def conspicuous(lines: list[Line]) -> list[Line]:
    """The lines outside the 99.8 % limits around the overall rate."""
    counted = [line for line in lines if line.graduates]
    if not counted:
        return []
    mean = rate(sum(line.employed for line in counted), sum(line.graduates for line in counted))
    limits = funnel_limits(mean, [line.graduates for line in counted], OUTER)
    pairs = zip(counted, limits, strict=True)
    return [line for line, limit in pairs if place(line.rate, limit) != "within"]


def _row(line: Line, mix: dict[str, int], asked: Asked) -> GridRow:
    codes, t = asked.answers.codes, asked.t
    name = asked.names("discipline")[line.code]
    found = codes.get("discipline", line.code)
    parts, words = mix_parts(mix, asked.group_names(), t)
    row = rate_row(
        line,
        name,
        str(found.extra.get("initials", "")),
        f"discipline={line.code}&rank=",
        DISCIPLINES.path,
        t,
    )
    marks = [row["mark"], t("table.flagged") if found.extra.get("flagged") else ""]
    return {
        **row,
        "family": t(f"bar.family_{line.code[0]}"),
        "mix": parts,
        "mix_text": words,
        "mark": " · ".join(mark for mark in marks if mark),
    }


def _path(asked: Asked) -> list[Component]:
    """From all disciplines down to the chosen one, each a link."""
    t, names = asked.t, asked.names("discipline")
    chosen = asked.selection.discipline
    if chosen is None:
        return []
    steps = [("", t("bar.all_disciplines"))]
    steps += [(c, names[c]) for c in reversed(asked.answers.codes.ancestors("discipline", chosen))]
    return [path_link(name, code, chosen=code == chosen) for code, name in steps]


CARDS = (
    Card(
        Disciplines.PROGRESS,
        "progress",
        "overview.progress",
        progress_figure,
        progress_finding,
        drills.day_on(DISCIPLINES.path),
    ),
    Card(
        Disciplines.MIX,
        "mix",
        "overview.mix",
        mix_figure,
        mix_finding,
        drills.destination_group(),
    ),
)


def register(app: Dash, services: Services) -> None:
    """Wires the disciplines page."""
    page = DisciplinesPage(services)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(
        Output(Disciplines.GRID, "rowData"),
        Output(Disciplines.GRID_FINDING, "children"),
        Output(Disciplines.GRID_SOURCE, "children"),
        Output(Disciplines.SMALL, "children"),
        Output(Disciplines.SMALL_SOURCE, "children"),
        Output(Disciplines.GRID, "columnDefs"),
        Output(Disciplines.GRID, "style"),
        Output(Disciplines.PATH, "children"),
        Output(ids.state("rank"), "value"),
        *inputs,
    )(page.league)
    app.callback(
        Output(Disciplines.DETAIL, "children"),
        Input(ids.SELECTION, "data"),
        State(Disciplines.DETAIL, "children"),
    )(page.detail)
    funnel_ids = Disciplines.FUNNEL
    app.callback(
        Output(funnel_ids.graph, "figure"),
        Output(funnel_ids.finding, "children"),
        Output(funnel_ids.figure, "aria-label"),
        Output(funnel_ids.table, "children"),
        Output(funnel_ids.source, "children"),
        *inputs,
    )(page.funnel)
    register_cards(app, page, CARDS)
    app.callback(
        Output(Disciplines.SCHOOLS, "rowData"),
        Output(Disciplines.SCHOOLS, "columnDefs"),
        Output(Disciplines.SCHOOLS, "style"),
        Output(Disciplines.SCHOOLS_FINDING, "children"),
        Output(Disciplines.SCHOOLS_SOURCE, "children"),
        *inputs,
    )(page.schools)

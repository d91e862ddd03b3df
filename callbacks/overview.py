"""Answers the overview: the class in figures, by level, by destination, over time, by school."""

from decimal import Decimal
from typing import Any

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.cards import Card, CardCallbacks, Content, Stored, register_cards
from callbacks.school_table import school_table
from dashboard.answer_rows import Line, Slice
from dashboard.asked import Asked
from dashboard.figures.base import Figure
from dashboard.figures.mix import mix_bars
from dashboard.figures.progress import progress_curves
from dashboard.figures.rates import rate_bars
from dashboard.i18n import Translator
from dashboard.indicators.rates import share
from dashboard.services import Services
from layouts import drills, ids
from layouts.ids import Overview
from layouts.kpis import Change, Kpi, kpi_panel
from layouts.pages import DISCIPLINES, OVERVIEW, path_of

FURTHER_STUDY = frozenset({"further_study", "abroad"})


class OverviewPage(CardCallbacks):
    """The parts of the overview that are no chart cards."""

    def kpis(self, stored: Stored, _version: str | None) -> list[Component]:
        return kpi_panel(key_figures(self.asked(stored)))

    def schools(self, stored: Stored, _version: str | None) -> Content:
        """(rows, columns, height, finding, source) of the table of schools."""
        asked = self.asked(stored)
        return *school_table(asked), self.source(asked)


def key_figures(asked: Asked) -> list[Kpi]:
    """Rate first, then graduates, further study, seeking."""
    t, total = asked.t, asked.answers.total(asked.scope, asked.selection)
    mix = asked.answers.mix(asked.scope, asked.selection)
    seeking = [part for part in mix if part.code == "seeking"]
    studying = [part for part in mix if part.code in FURTHER_STUDY]
    return [
        Kpi(
            label=asked.rate_name,
            value=t.rate(total.rate),
            n=t(
                "overview.employed_of",
                employed=asked.employed_name,
                count=t.count(total.employed),
            ),
            note=t("overview.interval", interval=t.interval(total.interval)),
            changes=changes(total, t),
            href=DISCIPLINES.path,
            lead=True,
        ),
        Kpi(
            label=t("overview.graduates"),
            value=t.count(total.graduates),
            unit=t("overview.people"),
            n=t("overview.of_cohort", cohort=asked.selection.cohort),
            href=DISCIPLINES.path,
        ),
        _share_kpi(t("overview.further_study"), studying, total.graduates, t),
        _share_kpi(t("overview.seeking"), seeking, total.graduates, t, "part=seeking"),
    ]


def changes(total: Line, t: Translator) -> list[Change]:
    """Against last week and against the same day last year, in percentage points."""
    return [
        _change(t("overview.against_week"), total.week, t),
        _change(t("overview.against_year"), total.year, t),
    ]


def _change(label: str, value: Decimal | None, t: Translator) -> Change:
    text = t("overview.change", label=label, points=t.points(value))
    if value is None or value == 0:
        return Change(text=text)
    return Change(text=text, direction="up" if value > 0 else "down", better="up")


def _share_kpi(
    label: str, parts: list[Slice], everybody: int, t: Translator, carry: str = ""
) -> Kpi:
    count = sum(part.count for part in parts)
    return Kpi(
        label=label,
        value=t.rate(share(count, everybody)),
        n=t("overview.count", count=t.count(count)),
        href=path_of("destinations") or "",
        carry=carry,
    )


def levels_figure(asked: Asked) -> Figure:
    lines = asked.answers.by_level(asked.scope, asked.selection)
    codes, names = asked.answers.codes, asked.names("level")
    parts = {line.code for line in lines if codes.get("level", line.code).parent}
    labels = {
        line.code: asked.t("overview.level_part", level=names[line.code])
        if line.code in parts
        else names[line.code]
        for line in lines
    }
    return rate_bars(lines, labels, asked.rate_name, asked.t, parts)


def levels_finding(asked: Asked) -> str:
    """Which level leads, and which is last."""
    lines = [
        line
        for line in asked.answers.by_level(asked.scope, asked.selection)
        if line.rate.value is not None and not asked.answers.codes.get("level", line.code).parent
    ]
    names, t = asked.names("level"), asked.t
    if len(lines) < 2:
        return t("overview.levels_one") if lines else t("card.no_rows")
    ranked = sorted(lines, key=lambda line: line.rate.value or Decimal(0), reverse=True)
    return t(
        "overview.levels_finding",
        first=names[ranked[0].code],
        first_rate=t.rate(ranked[0].rate),
        last=names[ranked[-1].code],
        last_rate=t.rate(ranked[-1].rate),
    )


def mix_figure(asked: Asked) -> Figure:
    slices = asked.answers.mix(asked.scope, asked.selection)
    return mix_bars(slices, asked.group_names(), asked.t)


def mix_finding(asked: Asked) -> str:
    """The largest group among the employed."""
    employed = [p for p in asked.answers.mix(asked.scope, asked.selection) if p.employed]
    if not employed:
        return asked.t("card.no_rows")
    largest = max(employed, key=lambda part: part.count)
    return asked.t(
        "overview.mix_finding",
        group=asked.group_names()[largest.code],
        count=asked.t.count(largest.count),
        share=asked.t.rate(largest.share),
    )


def progress_figure(asked: Asked) -> Figure:
    return progress_curves(asked.answers.curves(asked.scope, asked.selection), asked.t)


def progress_finding(asked: Asked) -> str:
    """Where the class is against the same day last year."""
    t, total = asked.t, asked.answers.total(asked.scope, asked.selection)
    if not total.graduates:
        return t("card.no_rows")
    if total.year is None:
        return t("overview.progress_alone", rate=t.rate(total.rate), name=asked.rate_name)
    key = "overview.progress_finding"
    return t(key, rate=t.rate(total.rate), name=asked.rate_name, points=t.points(total.year))


CARDS = (
    Card(
        Overview.PROGRESS,
        "progress",
        "overview.progress",
        progress_figure,
        progress_finding,
        drills.day_on(OVERVIEW.path),
    ),
    Card(
        Overview.LEVELS,
        "levels",
        "overview.levels",
        levels_figure,
        levels_finding,
        drills.LEVELS,
    ),
    Card(
        Overview.MIX,
        "mix",
        "overview.mix",
        mix_figure,
        mix_finding,
        drills.destination_group(),
    ),
)


def register(app: Dash, services: Services) -> None:
    """Wires the overview."""
    page = OverviewPage(services)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(Output(Overview.KPIS, "children"), *inputs)(page.kpis)
    register_cards(app, page, CARDS)
    app.callback(
        Output(Overview.SCHOOLS, "rowData"),
        Output(Overview.SCHOOLS, "columnDefs"),
        Output(Overview.SCHOOLS, "style"),
        Output(Overview.SCHOOLS_FINDING, "children"),
        Output(Overview.SCHOOLS_SOURCE, "children"),
        *inputs,
    )(page.schools)

"""Answers the benchmark page: the group in force, key figures, the cards of the comparison."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from callbacks.cards import Card, CardCallbacks, Content, Stored, register_cards
from callbacks.page_view import Choices
from dashboard.asked import Asked
from dashboard.benchmark_questions import QUESTIONS, compared
from dashboard.benchmark_rows import Benchmark as Compared
from dashboard.benchmark_rows import Position
from dashboard.benchmark_words import group_sentences
from dashboard.figures import peers as figures
from dashboard.figures.base import Figure, empty
from dashboard.i18n import Translator
from dashboard.peers import own_school
from dashboard.services import Services
from layouts import ids
from layouts.benchmark import CARDS as SHOW_CARDS
from layouts.benchmark import CHOOSER, TO_DISCIPLINE, TO_PEER, cards, chooser, picked
from layouts.components import data_table
from layouts.ids import Benchmark
from layouts.kpis import Kpi, kpi_panel


class BenchmarkPage(CardCallbacks):
    """The parts of the page that are no chart cards."""

    def body(self, stored: Stored, shown: str | None) -> tuple[Any, Any]:
        """The comparison where one school is meant, else the way to choose one."""
        asked = self.asked(stored)
        everybody = asked.scope.schools is None
        one = own_school(asked.scope, asked.selection) is not None or not everybody
        wanted = SHOW_CARDS if one else CHOOSER
        if wanted == shown:
            return no_update, no_update
        if one:
            return cards(asked.t, named=everybody), wanted
        return chooser(asked.t, Choices(self.services, asked.selection).schools()), wanted

    def group(self, stored: Stored, _version: str | None) -> list[Component]:
        """Which group is in force, and why no narrower one."""
        asked = self.asked(stored)
        sentences = group_sentences(compared(asked), asked.selection, asked.t)
        words: list[Component] = [
            html.P(sentence, className="qx-card__finding") for sentence in sentences
        ]
        return [*words, html.P(asked.t("benchmark.explain"), className="qx-muted qx-small")]

    def picked(self, stored: Stored, _version: str | None) -> str:
        """The closed picker of peers in words."""
        asked = self.asked(stored)
        schools = Choices(self.services, asked.selection).schools()
        return picked(schools, asked.lists.get("peer", ()), asked.t)

    def kpis(self, stored: Stored, _version: str | None) -> list[Component]:
        asked = self.asked(stored)
        found = compared(asked)
        return kpi_panel(key_figures(found, asked)) if found else []

    def peers(self, stored: Stored, _version: str | None) -> Content:
        """(finding, table, source): the single schools of the group, for who may see them."""
        asked = self.asked(stored)
        t, found = asked.t, compared(asked)
        table = QUESTIONS["benchmark-peers"](asked)
        finding = t("benchmark.peers_finding", schools=t.count(len(found.peers) if found else 0))
        table = table.only("code", "name", "graduates", "employed", "rate")
        shown = data_table(table, t, t("benchmark.peers"), TO_PEER)
        return finding, shown, self.source(asked)


def key_figures(found: Compared, asked: Asked) -> list[Kpi]:
    """Own rate, median of the peers, difference, place, and what is left when the mix is out."""
    t, total = asked.t, found.total
    spread = total.spread.quartiles
    own = Kpi(
        label=t("benchmark.own_rate", rate=asked.rate_name),
        value=t.rate(total.own),
        n=t("benchmark.n", n=t.count(total.own.denominator)),
        lead=True,
    )
    if spread is None:
        words = t.missing(total.spread.why or "none")
        return [own, Kpi(label=t("benchmark.median"), value=words)]
    return [
        own,
        Kpi(
            label=t("benchmark.median"),
            value=t.percent_as_is(spread.median),
            n=t("benchmark.of_schools", schools=t.count(total.spread.schools)),
            note=t(
                "benchmark.half_between",
                low=t.percent_as_is(spread.low),
                high=t.percent_as_is(spread.high),
            ),
        ),
        Kpi(
            label=t("benchmark.difference"),
            value=t.signed(total.difference or Decimal(0)),
            unit=t("benchmark.points"),
            note=t("benchmark.interval", interval=t.points_interval(total.interval)),
        ),
        Kpi(
            label=t("benchmark.place"),
            value=t("benchmark.place_value", percentile=total.percentile),
            n=t("benchmark.place_text", percentile=total.percentile),
        ),
        _adjusted_figure(found, t),
    ]


def _adjusted_figure(found: Compared, t: Translator) -> Kpi:
    result = found.adjusted[0].result
    label = t("benchmark.adjusted_difference")
    if result.expected is None or result.difference is None:
        return Kpi(label=label, value=t.missing("small"))
    return Kpi(
        label=label,
        value=t.signed(result.difference),
        unit=t("benchmark.points"),
        n=t("benchmark.expected_is", expected=t.percent_as_is(result.expected)),
        note=t("benchmark.interval", interval=t.points_interval(result.interval)),
    )


def distribution_figure(asked: Asked) -> Figure:
    found = compared(asked)
    if found is None:
        return empty(asked.t("figure.empty"))
    return figures.distribution(found.total, found.peers, asked.names("school"), asked.t)


def distribution_finding(asked: Asked) -> str:
    """How far from the median, and above how many of the peers."""
    t, found = asked.t, compared(asked)
    if found is None:
        return t("card.no_rows")
    total = found.total
    if total.spread.quartiles is None or total.difference is None:
        return t("benchmark.withheld")
    key = "benchmark.distribution_above" if total.difference > 0 else "benchmark.distribution_below"
    return t(
        "benchmark.distribution_same" if total.difference == 0 else key,
        rate=t.rate(total.own),
        median=t.percent_as_is(total.spread.quartiles.median),
        points=t.points(abs(total.difference)).lstrip("+"),
        percentile=total.percentile,
    )


def rows_figure(asked: Asked, positions: Sequence[Position], kind: str) -> Figure:
    names = asked.names("discipline") if kind == "discipline" else asked.group_names()
    return figures.rows(positions, names, asked.t)


def disciplines_figure(asked: Asked) -> Figure:
    found = compared(asked)
    return rows_figure(asked, found.disciplines if found else (), "discipline")


def destinations_figure(asked: Asked) -> Figure:
    found = compared(asked)
    return rows_figure(asked, found.destinations if found else (), "group")


def disciplines_finding(asked: Asked) -> str:
    """How many classes differ by more than chance, and how many have no peers to be shown."""
    t, found = asked.t, compared(asked)
    if found is None or not found.disciplines:
        return t("card.no_rows")
    told = [one for one in found.disciplines if one.interval is not None]
    above = sum(one.interval.low > 0 for one in told if one.interval)
    below = sum(one.interval.high < 0 for one in told if one.interval)
    words = t(
        "benchmark.disciplines_finding",
        told=t.count(len(told)),
        above=t.count(above),
        below=t.count(below),
    )
    silent, more = len(found.disciplines) - len(told), len(found.disciplines)
    if silent:
        words += t("benchmark.disciplines_silent", silent=t.count(silent))
    if more > figures.MOST_ROWS:
        words += t("benchmark.disciplines_most", shown=figures.MOST_ROWS)
    return words


def destinations_finding(asked: Asked) -> str:
    """The destination group that differs most."""
    t, found = asked.t, compared(asked)
    told = [one for one in found.destinations if one.difference is not None] if found else []
    if not told:
        return t("card.no_rows" if found is None else "benchmark.withheld")
    most = max(told, key=lambda one: abs(one.difference or Decimal(0)))
    return t(
        "benchmark.destinations_finding",
        group=asked.group_names()[most.code],
        share=t.rate(most.own),
        points=t.points(most.difference),
    )


def adjusted_figure(asked: Asked) -> Figure:
    found = compared(asked)
    if found is None:
        return empty(asked.t("figure.empty"))
    levels = asked.names("level")
    names = {
        line.code: levels[line.code] if line.code else asked.t("benchmark.everybody")
        for line in found.adjusted
    }
    return figures.adjusted(found.adjusted, names, asked.t)


def adjusted_finding(asked: Asked) -> str:
    """Expected against observed, whether chance explains it, and of how many graduates."""
    t, found = asked.t, compared(asked)
    if found is None:
        return t("card.no_rows")
    result = found.adjusted[0].result
    if result.expected is None or result.interval is None:
        return t("benchmark.not_adjusted")
    verdict = (
        t("benchmark.more_than_expected")
        if result.interval.low > 0
        else t("benchmark.less_than_expected")
        if result.interval.high < 0
        else t("benchmark.as_expected")
    )
    words = t(
        "benchmark.adjusted_finding",
        expected=t.percent_as_is(result.expected),
        observed=t.rate(result.observed),
        points=t.points(result.difference),
        verdict=verdict,
        covered=t.count(result.observed.denominator),
        graduates=t.count(result.graduates),
    )
    if result.wider:
        words += t("benchmark.adjusted_wider", wider=t.count(result.wider))
    return words


CARDS = (
    Card(
        Benchmark.DISTRIBUTION,
        "benchmark",
        "benchmark.distribution",
        distribution_figure,
        distribution_finding,
    ),
    Card(
        Benchmark.ADJUSTED,
        "benchmark-adjusted",
        "benchmark.adjusted",
        adjusted_figure,
        adjusted_finding,
    ),
    Card(
        Benchmark.DISCIPLINES,
        "benchmark-disciplines",
        "benchmark.disciplines",
        disciplines_figure,
        disciplines_finding,
        TO_DISCIPLINE,
    ),
    Card(
        Benchmark.DESTINATIONS,
        "benchmark-destinations",
        "benchmark.destinations",
        destinations_figure,
        destinations_finding,
    ),
)


def register(app: Dash, services: Services) -> None:
    """Wires the benchmark page."""
    page = BenchmarkPage(services)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(
        Output(Benchmark.BODY, "children"),
        Output(Benchmark.BODY, "data-shown"),
        Input(ids.SELECTION, "data"),
        State(Benchmark.BODY, "data-shown"),
    )(page.body)
    app.callback(Output(Benchmark.GROUP, "children"), *inputs)(page.group)
    app.callback(Output(f"{ids.state('peer')}-summary", "children"), *inputs)(page.picked)
    app.callback(Output(Benchmark.KPIS, "children"), *inputs)(page.kpis)
    register_cards(app, page, CARDS)
    app.callback(
        Output(Benchmark.PEERS_FINDING, "children"),
        Output(Benchmark.PEERS_TABLE, "children"),
        Output(Benchmark.PEERS_SOURCE, "children"),
        *inputs,
    )(page.peers)

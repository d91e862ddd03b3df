"""Benchmark: one school among its peers; where none is chosen, the way to choose one."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.i18n import Translator
from layouts import ids, shell
from layouts.components import Drill, card_foot, card_head, chart_card, segmented
from layouts.ids import Benchmark
from layouts.pages import BENCHMARK
from layouts.selection_bar import picked_text, picker
from layouts.view import Option, View

CARDS, CHOOSER = "cards", "chooser"
TO_DISCIPLINE = Drill("/disciplines", "discipline={}")
TO_PEER = Drill("/benchmark", "school={}&peer=")


def layout(view: View) -> html.Div:
    """The group of peers, then the comparison."""
    one = len(view.selection.schools) == 1 or not view.sees_all
    shown = CARDS if one else CHOOSER
    return shell.page(
        view,
        BENCHMARK,
        [
            _group(view),
            html.Section(
                cards(view.t, named=view.sees_all) if one else chooser(view.t, view.schools),
                id=Benchmark.BODY,
                className="qx-page",
                **{"data-shown": shown, "aria-label": view.t("benchmark.comparison")},
            ),
        ],
    )


def _group(view: View) -> html.Article:
    t = view.t
    tools = [segmented(view, "group", "auto")]
    if view.sees_all:
        tools.append(_peers_by_hand(view))
    return html.Article(
        [
            card_head(t("benchmark.group"), tools),
            html.Div(id=Benchmark.GROUP),
        ],
        className="qx-card qx-col-12",
    )


def _peers_by_hand(view: View) -> Component:
    t, control = view.t, ids.state("peer")
    return picker(
        t("state.peer"),
        control,
        view.schools,
        view.lists.get("peer", ()),
        t("benchmark.nobody_picked"),
        t("bar.find_school"),
    )


def picked(schools: Sequence[Option], codes: Sequence[str], t: Translator) -> str:
    """What the closed picker of peers says."""
    return picked_text(schools, codes, t("benchmark.nobody_picked"))


def chooser(t: Translator, schools: Sequence[Option]) -> list[Component]:
    """Every school as a link to its comparison."""
    links = [
        html.Li(
            html.A(
                option.label,
                href=BENCHMARK.path,
                **{"data-carry-selection": f"school={option.value}"},
            )
        )
        for option in schools
    ]
    return [
        html.Article(
            [
                card_head(t("benchmark.choose")),
                html.P(t("benchmark.choose_text"), className="qx-card__finding"),
                html.Ul(links, className="qx-columns"),
            ],
            className="qx-card qx-col-12",
        )
    ]


def cards(t: Translator, *, named: bool) -> list[Component]:
    """The comparison; ``named``: with the single schools of the group."""
    place, rest = Benchmark.DISTRIBUTION, Benchmark.ADJUSTED
    to, of = Benchmark.DESTINATIONS, Benchmark.DISCIPLINES
    grid = [
        chart_card(place, t("benchmark.distribution"), t, question="benchmark", width=7),
        chart_card(rest, t("benchmark.adjusted"), t, question="benchmark-adjusted", width=5),
        chart_card(
            to,
            t("benchmark.destinations"),
            t,
            question="benchmark-destinations",
            width=5 if named else 12,
        ),
        *([_peers(t)] if named else []),
        chart_card(
            of,
            t("benchmark.disciplines"),
            t,
            question="benchmark-disciplines",
            width=12,
            drill=TO_DISCIPLINE,
        ),
    ]
    return [
        html.Div(id=Benchmark.KPIS, className="qx-kpis"),
        html.Div(grid, className="qx-grid"),
    ]


def _peers(t: Translator) -> html.Article:
    return html.Article(
        [
            card_head(t("benchmark.peers")),
            html.P(id=Benchmark.PEERS_FINDING, className="qx-card__finding"),
            html.Div(id=Benchmark.PEERS_TABLE, className="qx-scroll"),
            card_foot(Benchmark.PEERS_SOURCE, t, question="benchmark-peers"),
        ],
        className="qx-card qx-col-7",
    )

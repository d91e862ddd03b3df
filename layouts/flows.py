"""The flows: who stays, who comes, where to; map, three stages, matrix, the ten largest."""

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from dashboard.url_state import DEFAULT_STATE
from layouts import shell
from layouts.components import Drill, chart_card, segmented, state_select
from layouts.ids import CardIds, Flows
from layouts.pages import FLOWS
from layouts.view import Option, View

BY_ORIGIN = Drill(FLOWS.path, "origin={}")
BY_WORK = Drill(FLOWS.path, "work_region={}")
ANYWHERE = Drill(FLOWS.path, "{}")
"""The mark itself says what changes: the side that the map shows is not known here."""
BY_FOCUS = Drill(FLOWS.path, "focus={}")


def layout(view: View) -> html.Div:
    """Where we are, indicators, map and groups, three stages, matrix, the ten largest."""
    t = view.t
    view = replace(view, state={**DEFAULT_STATE, **view.state})
    return shell.page(
        view,
        FLOWS,
        [
            html.Nav(id=Flows.PATH, className="qx-path", **{"aria-label": t("flows.path")}),
            html.Div(_node(view), className="qx-flow-node qx-no-print"),
            html.Section(
                html.Div(id=Flows.KPIS, className="qx-kpis"),
                **{"aria-label": t("flows.indicators")},
            ),
            html.Div(
                [_map(view), _groups(view), _stages(view), _matrix(view), *_largest(view)],
                className="qx-grid",
            ),
        ],
    )


def _node(view: View) -> list[Component]:
    t = view.t
    options = [Option(DEFAULT_STATE["node"], t("flows.node_auto"))]
    chosen = view.state["node"]
    if chosen != DEFAULT_STATE["node"]:
        options.append(Option(chosen, chosen))
    return [
        html.Span(t("flows.node"), className="qx-muted", **{"aria-hidden": "true"}),
        state_select(view, "node", t("flows.node"), options),
    ]


def _map(view: View) -> html.Article:
    tools = [segmented(view, "side"), segmented(view, "measure")]
    return chart_card(
        Flows.MAP,
        view.t("flows.map"),
        view.t,
        question="flow-regions",
        width=7,
        drill=ANYWHERE,
        tools=tools,
        variant="map",
    )


def _groups(view: View) -> html.Article:
    t = view.t
    return chart_card(Flows.GROUPS, t("flows.groups"), t, question="flow-groups", width=5)


def _stages(view: View) -> html.Article:
    t = view.t
    everybody = Option(DEFAULT_STATE["focus"], t("flows.focus_all"))
    options = [everybody]
    if view.state["focus"] != everybody.value:
        options.append(Option(view.state["focus"], view.state["focus"]))
    tools = [segmented(view, "grouping"), state_select(view, "focus", t("flows.focus"), options)]
    return chart_card(
        Flows.STAGES,
        t("flows.stages"),
        t,
        question="flow-stages",
        width=12,
        drill=BY_FOCUS,
        tools=tools,
    )


def _matrix(view: View) -> html.Article:
    t = view.t
    # Thirty columns are nothing on a phone: the ten largest flows stand there instead.
    return chart_card(
        Flows.MATRIX,
        t("flows.matrix"),
        t,
        question="flow-matrix",
        width=12,
        drill=BY_ORIGIN,
        tools=[segmented(view, "shares")],
        variant="matrix",
        instead=html.Div(id=Flows.LARGEST, className="qx-flow-largest"),
    )


def _largest(view: View) -> list[html.Article]:
    t = view.t
    cards: list[tuple[CardIds, str, str, Drill]] = [
        (Flows.ORIGIN_CITIES, t("flows.origin_cities"), "flow-origin-cities", BY_ORIGIN),
        (Flows.ORIGIN_PROVINCES, t("flows.origin_provinces"), "flow-origin-provinces", BY_ORIGIN),
        (Flows.WORK_CITIES, t("flows.work_cities"), "flow-work-cities", BY_WORK),
        (Flows.WORK_PROVINCES, t("flows.work_provinces"), "flow-work-provinces", BY_WORK),
    ]
    return [
        chart_card(card, title, t, question=question, width=6, drill=drill)
        for card, title, question, drill in cards
    ]


def path_link(text: str, cleared: str, label: str = "") -> Component:
    """A step of the path: leads on without what is cleared."""
    named = {"aria-label": label} if label else {}
    return html.A(text, href=FLOWS.path, **{"data-carry-selection": cleared}, **named)

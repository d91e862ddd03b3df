"""Answers the flows page: indicators, map, groups, three stages, matrix, the ten largest."""

from typing import Any

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.cards import Card, CardCallbacks, Content, Stored, register_cards
from callbacks.flow_figures import (
    groups_figure,
    map_figure,
    matrix_figure,
    stages_figure,
    top_figure,
)
from callbacks.flow_texts import (
    groups_finding,
    key_figures,
    map_finding,
    map_source,
    matrix_finding,
    stages_finding,
    top_finding,
)
from dashboard.asked import Asked
from dashboard.flow_places import NO_PLACE, STAGES
from dashboard.flow_questions import FlowAsked, largest, map_rows
from dashboard.services import Services
from dashboard.url_state import DEFAULT_STATE
from layouts import ids
from layouts.components import Drill, data_table
from layouts.flows import BY_ORIGIN, BY_WORK, path_link
from layouts.ids import Flows
from layouts.kpis import kpi_panel
from layouts.pages import FLOWS

Options = list[dict[str, str]]


class FlowsPage(CardCallbacks):
    """The parts of the page that are more than plain chart cards."""

    def head(self, stored: Stored, _version: str | None) -> Content:
        """(indicators, where we are, choices of the province)."""
        asked = self.asked(stored)
        found = FlowAsked(asked)
        return kpi_panel(key_figures(found)), _path(found), _provinces(found)

    def map(self, stored: Stored, _version: str | None) -> Content:
        """(figure, finding, label, table, source) of the map."""
        asked = self.asked(stored)
        t, found = asked.t, FlowAsked(asked)
        finding = map_finding(found)
        side = "origin={}" if found.side == "origin" else "work_region={}"
        leads = Drill(FLOWS.path, side, frozenset(NO_PLACE))
        return (
            map_figure(found),
            finding,
            t("card.figure_label", title=t("flows.map"), finding=finding),
            data_table(map_rows(asked), t, t("flows.map"), leads),
            f"{self.source(asked)} · {map_source(asked)}",
        )

    def choices(self, stored: Stored, _version: str | None) -> Options:
        """What the three stages can be read for, under the grouping in force."""
        return _nodes(FlowAsked(self.asked(stored)))

    def largest(self, stored: Stored, _version: str | None) -> Component:
        """The ten largest flows, for phones."""
        asked = self.asked(stored)
        return data_table(largest(asked), asked.t, asked.t("flows.largest"))


def _path(found: FlowAsked) -> list[Component]:
    """What of the regions is chosen, each a link that takes it back."""
    t, selection = found.t, found.asked.selection
    steps: list[Component] = []
    names = found.asked.names("region")
    if selection.origin:
        text = t("common.origin", region=names[selection.origin])
        steps.append(path_link(text, "origin=", t("flows.clear", what=text)))
    if selection.work_region:
        text = t("common.work_region", region=names[selection.work_region])
        steps.append(path_link(text, "work_region=", t("flows.clear", what=text)))
    if found.state("node") != DEFAULT_STATE["node"] and found.mapped:
        text = found.name(found.mapped)
        steps.append(path_link(text, "node=", t("flows.clear", what=text)))
    focus = found.focus
    if focus:
        node = found.answers.nodes(found.grouping)[focus.stage].name(focus.node, t)
        text = t("flows.in_focus", stage=t(f"flows.stage_{focus.stage}"), node=node)
        steps.append(path_link(text, "focus=", t("flows.clear", what=text)))
    if not steps:
        return []
    everything = path_link(t("flows.everything"), "origin=&work_region=&node=&focus=")
    return [everything, *steps]


def _provinces(found: FlowAsked) -> Options:
    t, home = found.t, found.answers.home()
    auto = t("flows.node_auto")
    if home:
        auto = t("flows.node_auto_is", name=found.name(home))
    regions = found.codes.tables["region"]
    provinces = [code for code in regions if found.answers.is_province(code)]
    return [
        {"label": auto, "value": DEFAULT_STATE["node"]},
        *({"label": found.name(code), "value": code} for code in provinces),
    ]


def _nodes(found: FlowAsked) -> Options:
    t, grouping = found.t, found.grouping
    nodes = found.answers.nodes(grouping)
    shown = {(link.stage, link.source) for link in found.answers.links(grouping)} | {
        (link.to_stage, link.target) for link in found.answers.links(grouping)
    }
    options = [{"label": t("flows.focus_all"), "value": DEFAULT_STATE["focus"]}]
    for stage in STAGES:
        for code in nodes[stage].order:
            if (stage, code) in shown:
                label = t(
                    "flows.in_focus",
                    stage=t(f"flows.stage_{stage}"),
                    node=nodes[stage].name(code, t),
                )
                options.append({"label": label, "value": f"{stage}-{code}"})
    return options


def _top(card: ids.CardIds, question: str, title_key: str, drill: Drill) -> Card:
    def figure(asked: Asked) -> Any:
        return top_figure(asked, question)

    def finding(asked: Asked) -> str:
        return top_finding(asked, question)

    return Card(card, question, title_key, figure, finding, drill)


CARDS = (
    Card(Flows.GROUPS, "flow-groups", "flows.groups", groups_figure, groups_finding),
    Card(Flows.STAGES, "flow-stages", "flows.stages", stages_figure, stages_finding),
    Card(Flows.MATRIX, "flow-matrix", "flows.matrix", matrix_figure, matrix_finding),
    _top(Flows.ORIGIN_CITIES, "flow-origin-cities", "flows.origin_cities", BY_ORIGIN),
    _top(Flows.ORIGIN_PROVINCES, "flow-origin-provinces", "flows.origin_provinces", BY_ORIGIN),
    _top(Flows.WORK_CITIES, "flow-work-cities", "flows.work_cities", BY_WORK),
    _top(Flows.WORK_PROVINCES, "flow-work-provinces", "flows.work_provinces", BY_WORK),
)


def register(app: Dash, services: Services) -> None:
    """Wires the flows page."""
    page = FlowsPage(services)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(
        Output(Flows.KPIS, "children"),
        Output(Flows.PATH, "children"),
        Output(ids.state("node"), "options"),
        *inputs,
    )(page.head)
    app.callback(
        Output(Flows.MAP.graph, "figure"),
        Output(Flows.MAP.finding, "children"),
        Output(Flows.MAP.figure, "aria-label"),
        Output(Flows.MAP.table, "children"),
        Output(Flows.MAP.source, "children"),
        *inputs,
    )(page.map)
    app.callback(Output(ids.state("focus"), "options"), *inputs)(page.choices)
    app.callback(Output(Flows.LARGEST, "children"), *inputs)(page.largest)
    register_cards(app, page, CARDS)

"""The destinations: the mix by any cut and code, its changes, its season, and who is behind it."""

from dash import html
from dash.development.base_component import Component

from dashboard.url_state import STATE
from layouts import shell
from layouts.components import Drill, chart_card, segmented, state_select
from layouts.ids import CardIds, Destinations
from layouts.pages import DESTINATIONS
from layouts.view import Option, View

ANY = "any"  # a select whose value is empty looks empty
TO_PART = Drill(DESTINATIONS.path, "part={}", frozenset({"total"}))
TO_KIND = Drill(DESTINATIONS.path, "part=kind.{}", frozenset())
TO_INDUSTRY = Drill(DESTINATIONS.path, "part=industry.{}", frozenset())
PLAIN: dict[str, tuple[CardIds, str, str, Drill]] = {
    "season": (Destinations.SEASON, "destinations.season", "mix-season", TO_PART),
    "changes": (Destinations.CHANGES, "destinations.changes", "mix-changes", TO_PART),
    "codes": (Destinations.CODES, "destinations.codes", "mix-by-code", TO_PART),
    "kinds": (Destinations.KINDS, "destinations.kinds", "employer-kinds", TO_KIND),
    "industries": (Destinations.INDUSTRIES, "destinations.industries", "industries", TO_INDUSTRY),
}
"""Cards without controls of their own: ids, title, question, where their bars lead."""


def layout(view: View) -> html.Div:
    """A bar that was clicked has its answer first; otherwise the mix comes first."""
    drilled = view.state.get("part", ANY) != ANY
    return shell.page(
        view,
        DESTINATIONS,
        [
            html.Div(
                [_control(view, "depth"), _control(view, "unit")],
                className="qx-page-tools qx-no-print",
            ),
            html.Div(
                [*([_behind(view, 12)] if drilled else []), *_cards(view, drilled)],
                className="qx-grid",
            ),
        ],
    )


def _cards(view: View, drilled: bool) -> list[Component]:
    """Side by side stand cards of about the same height."""
    return [
        _mixes(view),
        _card(view, "season", 7),
        _card(view, "changes", 5),
        _card(view, "codes", 7),
        _card(view, "kinds", 5),
        _card(view, "industries", 12 if drilled else 5),
        *([] if drilled else [_behind(view, 7)]),
        _definitions(view),
    ]


def _card(view: View, key: str, width: int) -> Component:
    card, title_key, question, drill = PLAIN[key]
    return chart_card(card, view.t(title_key), view.t, question=question, width=width, drill=drill)


def _control(view: View, name: str) -> html.Div:
    """A control that holds for several cards, with its name beside it."""
    named = html.Span(view.t(f"state.{name}"), className="qx-muted", **{"aria-hidden": "true"})
    return html.Div([named, segmented(view, name, STATE[name][0])], className="qx-page-tools__one")


def _mixes(view: View) -> Component:
    t = view.t
    return chart_card(
        Destinations.MIXES,
        t("destinations.mixes"),
        t,
        question="mix-by-cut",
        width=12,
        drill=TO_PART,
        tools=[segmented(view, "cut", STATE["cut"][0])],
    )


def _behind(view: View, width: int) -> Component:
    """The parts to choose from depend on the definition in force and come with the answer."""
    t, part = view.t, view.state.get("part", ANY)
    options = [Option(ANY, t("destinations.part_any"))]
    if part != ANY:
        options.append(Option(part, part))
    return chart_card(
        Destinations.BEHIND,
        t("destinations.behind"),
        t,
        question="behind",
        width=width,
        tools=[
            state_select(view, "part", t("state.part"), options),
            segmented(view, "behind", STATE["behind"][0]),
        ],
    )


def _definitions(view: View) -> Component:
    t = view.t
    known = [option for option in view.editions if option.value != ANY]
    neighbour = Option(ANY, t("destinations.versus_any"))
    return chart_card(
        Destinations.DEFINITIONS,
        t("destinations.definitions"),
        t,
        question="definitions",
        width=12,
        drill=TO_PART,
        tools=[state_select(view, "versus", t("state.versus"), [neighbour, *known])],
    )

"""The disciplines: league table, funnel plot, and the way down to one discipline."""

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from dashboard.i18n import Translator
from layouts import drills, shell
from layouts.components import card_foot, chart_card, segmented
from layouts.grids import league_grid
from layouts.ids import Disciplines
from layouts.pages import DISCIPLINES
from layouts.view import View


def layout(view: View) -> html.Div:
    """Path, league table, those too small to rank, funnel; below, the chosen discipline."""
    t = view.t
    return shell.page(
        view,
        DISCIPLINES,
        [
            html.Nav(
                id=Disciplines.PATH, className="qx-path", **{"aria-label": t("disciplines.path")}
            ),
            html.Div([_league(view), _small(view), _funnel(view)], className="qx-grid"),
            html.Section(id=Disciplines.DETAIL),
        ],
    )


def _league(view: View) -> html.Article:
    t = view.t
    return html.Article(
        [
            html.Div(
                [
                    html.H2(t("disciplines.league"), className="qx-card__title"),
                    html.Div([_rank(view), _search(view)], className="qx-card__tools qx-no-print"),
                ],
                className="qx-card__head",
            ),
            html.P(id=Disciplines.GRID_FINDING, className="qx-card__finding"),
            html.Div(league_grid(Disciplines.GRID), className="qx-aggrid"),
            card_foot(Disciplines.GRID_SOURCE, t, question="disciplines"),
        ],
        className="qx-card qx-col-12",
    )


def _rank(view: View) -> Component:
    return segmented(view, "rank")


def _search(view: View) -> html.Div:
    t = view.t
    return html.Div(
        [
            html.Label(t("disciplines.search"), htmlFor=Disciplines.SEARCH, className="qx-sr"),
            dbc.Input(
                id=Disciplines.SEARCH,
                type="search",
                placeholder=t("disciplines.search"),
                size="sm",
            ),
        ],
        **{"data-grid-search": Disciplines.GRID},
    )


def _small(view: View) -> html.Article:
    t = view.t
    title = t("disciplines.small", minimum=view.minimum_n)
    return html.Article(
        [
            html.Div(html.H2(title, className="qx-card__title"), className="qx-card__head"),
            html.P(t("disciplines.small_text"), className="qx-card__finding"),
            html.Div(id=Disciplines.SMALL),
            card_foot(Disciplines.SMALL_SOURCE, t, question="disciplines"),
        ],
        className="qx-card qx-col-5",
    )


def _funnel(view: View) -> html.Article:
    t = view.t
    return chart_card(
        Disciplines.FUNNEL,
        t("disciplines.funnel"),
        t,
        question="disciplines",
        width=7,
        drill=drills.DISCIPLINE,
    )


def detail(t: Translator) -> list[Component]:
    """What is shown of one chosen discipline; mounted only then, charts cannot grow in hiding."""
    return [
        html.H2(t("disciplines.detail"), className="qx-section"),
        html.Div(
            [
                chart_card(
                    Disciplines.PROGRESS,
                    t("overview.progress"),
                    t,
                    question="progress",
                    width=7,
                    drill=drills.day_on(DISCIPLINES.path),
                ),
                chart_card(
                    Disciplines.MIX,
                    t("overview.mix"),
                    t,
                    question="mix",
                    width=5,
                    drill=drills.destination_group(),
                ),
                html.Article(
                    [
                        html.Div(
                            html.H2(t("disciplines.by_school"), className="qx-card__title"),
                            className="qx-card__head",
                        ),
                        html.P(id=Disciplines.SCHOOLS_FINDING, className="qx-card__finding"),
                        html.Div(
                            league_grid(Disciplines.SCHOOLS),
                            className="qx-aggrid",
                        ),
                        card_foot(Disciplines.SCHOOLS_SOURCE, t, question="schools"),
                    ],
                    className="qx-card qx-col-12",
                ),
            ],
            className="qx-grid",
        ),
    ]


def path_link(name: str, code: str, *, chosen: bool) -> Component:
    """One step of the path; the last one is where we are."""
    if chosen:
        return html.Span(name, **{"aria-current": "true"})
    return html.A(
        name, href=DISCIPLINES.path, **{"data-carry-selection": f"discipline={code}&rank="}
    )

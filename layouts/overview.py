"""The overview: where the class is today, how sure we are, who is behind."""

from dash import html

from layouts import drills, shell
from layouts.components import card_foot, chart_card
from layouts.grids import league_grid
from layouts.ids import Overview
from layouts.pages import OVERVIEW
from layouts.view import View


def layout(view: View) -> html.Div:
    """KPI panel, rates by level, mix, progress curve, schools."""
    t = view.t
    return shell.page(
        view,
        OVERVIEW,
        [
            html.Section(
                html.Div(id=Overview.KPIS, className="qx-kpis"),
                **{"aria-label": t("overview.kpis")},
            ),
            html.Div(
                [
                    chart_card(
                        Overview.PROGRESS,
                        t("overview.progress"),
                        t,
                        question="progress",
                        width=7,
                        drill=drills.day_on(OVERVIEW.path),
                    ),
                    chart_card(
                        Overview.LEVELS,
                        t("overview.levels"),
                        t,
                        question="levels",
                        width=5,
                        drill=drills.LEVELS,
                    ),
                    chart_card(
                        Overview.MIX,
                        t("overview.mix"),
                        t,
                        question="mix",
                        width=12,
                        drill=drills.destination_group(),
                    ),
                    _schools(view),
                ],
                className="qx-grid",
            ),
        ],
    )


def _schools(view: View) -> html.Article:
    t = view.t
    return html.Article(
        [
            html.Div(
                html.H2(t("overview.schools"), className="qx-card__title"),
                className="qx-card__head",
            ),
            html.P(id=Overview.SCHOOLS_FINDING, className="qx-card__finding"),
            html.Div(league_grid(Overview.SCHOOLS), className="qx-aggrid"),
            card_foot(Overview.SCHOOLS_SOURCE, t, question="schools"),
        ],
        className="qx-card qx-col-12",
    )

"""The returns page: who has handed in by when, how much of the class is covered, whom to chase."""

from dash import html
from dash.development.base_component import Component

from layouts import shell
from layouts.components import card_foot, card_head, chart_card
from layouts.grids import league_grid
from layouts.ids import Returns
from layouts.pages import RETURNS
from layouts.view import View

HIDDEN = {"aria-hidden": "true"}


def layout(view: View) -> html.Div:
    """Key figures, periods, schools to chase, the board."""
    t = view.t
    return shell.page(
        view,
        RETURNS,
        [
            html.Section(
                html.Div(id=Returns.KPIS, className="qx-kpis"), **{"aria-label": t("returns.kpis")}
            ),
            html.Div(
                [
                    chart_card(
                        Returns.PERIODS, t("returns.periods"), t, question="periods", width=7
                    ),
                    _chased(view),
                    _board(view),
                ],
                className="qx-grid",
            ),
        ],
    )


def _chased(view: View) -> html.Article:
    t = view.t
    return html.Article(
        [
            card_head(t("returns.chased")),
            html.P(id=Returns.CHASED_FINDING, className="qx-card__finding"),
            html.Div(id=Returns.CHASED),
            card_foot(Returns.CHASED_SOURCE, t, question="chased", kinds=("docx", "xlsx")),
        ],
        className="qx-card qx-col-5",
    )


def _board(view: View) -> html.Article:
    t = view.t
    return html.Article(
        [
            card_head(t("returns.board")),
            html.P(id=Returns.BOARD_FINDING, className="qx-card__finding"),
            _legend(view),
            html.Div(league_grid(Returns.BOARD), className="qx-aggrid"),
            card_foot(Returns.BOARD_SOURCE, t, question="board"),
        ],
        className="qx-card qx-col-12",
    )


def _legend(view: View) -> Component:
    t = view.t
    return html.Ul(
        [
            html.Li(
                [
                    html.Span(
                        className=f"qx-status qx-status--{status}", **{"aria-hidden": "true"}
                    ),
                    t(f"returns.{status}"),
                ]
            )
            for status in ("on_time", "late", "due", "returned", "missing")
        ],
        className="qx-legend",
    )

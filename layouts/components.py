"""The few building blocks of every page: cards, charts, tables, states."""

import json
from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.i18n import Translator
from dashboard.tables import NUMERIC, Table, cell_text
from layouts.ids import CardIds

Children = Component | str | Sequence[Component | str] | None

GRAPH_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}


def graph(graph_id: str, t: Translator) -> dcc.Graph:
    """The one way to put a chart on a page: no chart sharing, no outside server."""
    locale = "zh-CN" if t.lang == "zh-CN" else "en-US"
    return dcc.Graph(
        id=graph_id,
        config={**GRAPH_CONFIG, "locale": locale},
        figure={"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}},
        className="qx-chart",
    )


def chart_card(
    card: CardIds, title: str, t: Translator, *, question: str, width: int = 6
) -> html.Article:
    """A card that answers one question: finding, chart, the same rows as a table, source."""
    title_id = f"{card.graph}-title"
    return html.Article(
        [
            html.Div(
                html.H2(title, id=title_id, className="qx-card__title"), className="qx-card__head"
            ),
            html.P(id=card.finding, className="qx-card__finding"),
            html.Figure(
                html.Div(graph(card.graph, t), id=card.figure, role="img"),
                className="qx-card__chart",
                **{"aria-labelledby": title_id},
            ),
            html.Details(
                [html.Summary(t("card.as_table")), html.Div(id=card.table)],
                className="qx-card__table",
            ),
            card_foot(card.source, t, question=question, graph_id=card.graph),
        ],
        className=f"qx-card qx-col-{width}",
    )


def card_foot(
    source_id: str, t: Translator, *, question: str, graph_id: str | None = None
) -> html.Footer:
    """The source line of a card and its downloads."""
    links: list[Component] = []
    if graph_id:
        links.append(
            html.Button(
                t("card.picture"),
                type="button",
                className="qx-link",
                **{"data-download-png": graph_id},
            )
        )
    for kind in ("csv", "xlsx"):
        links.append(
            html.A(
                t(f"card.{kind}"),
                href=f"/export/{question}.{kind}",
                className="qx-link",
                **{"data-export": ""},
            )
        )
    return html.Footer(
        [
            html.Span(id=source_id, className="qx-card__source"),
            html.Span(links, className="qx-card__links qx-no-print"),
        ],
        className="qx-card__foot",
    )


def data_table(table: Table, t: Translator, caption: str) -> html.Div:
    """A plain table of the rows; numbers right-aligned, codes left out.

    The cells go to the browser as text and are drawn by ``assets/65-tables.js``: as components, a
    table of a thousand cells held the first view up for two seconds.
    """
    shown = [i for i, column in enumerate(table.columns) if column.kind != "code"]
    cells = {
        "head": [table.columns[i].label for i in shown],
        "numeric": [table.columns[i].kind in NUMERIC for i in shown],
        "rows": [[cell_text(row[i], t) for i in shown] for row in table.rows],
    }
    return html.Div(
        className="qx-table-wrap",
        tabIndex=0,
        role="region",
        **{"aria-label": caption, "data-table": json.dumps(cells, ensure_ascii=False)},
    )


def state(kind: str, title: str, text: str) -> html.Div:
    """One of the states without rows: none, suppressed, not-allowed, not-collected, error."""
    return html.Div(
        [html.P(title, className="qx-empty__title"), html.P(text, className="qx-empty__text")],
        className=f"qx-empty qx-empty--{kind}",
    )


def icon(name: str) -> html.Span:
    """A decorative icon, coloured like the text around it."""
    return html.Span(className=f"qx-icon qx-icon--{name}", **{"aria-hidden": "true"})

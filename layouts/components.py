"""The few building blocks of every page: cards, charts, tables, states."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.i18n import Translator
from dashboard.tables import NUMERIC, Table, cell_text
from dashboard.url_state import STATE
from layouts import ids
from layouts.ids import CardIds
from layouts.view import Option, View

Children = Component | str | Sequence[Component | str] | None

GRAPH_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}


@dataclass(frozen=True, slots=True)
class Drill:
    """Where a bar or a row leads: a page, and what changes in the selection on the way.

    ``carry`` has the form of ``data-carry-selection`` (assets/50-selection.js); ``{}`` in it is
    the code of the bar or row. Codes in ``dead`` lead nowhere. ``row``, where one code does not say
    it: the same of a row of the table, with the keys of its columns in braces.
    """

    path: str
    carry: str
    dead: frozenset[str] = frozenset({"00", "000000", "none", "total"})
    row: str = ""

    def to(self, code: str) -> str | None:
        """What the code changes, or None where it leads nowhere."""
        return None if code in self.dead else self.carry.replace("{}", code)

    def rows(self, table: Table, t: Translator) -> list[str | None]:
        """What each row of a table changes; nothing where the table names no codes."""
        if self.row:
            return [self.row.format(**cells) for cells in table.records(t)]
        codes = [i for i, column in enumerate(table.columns) if column.kind == "code"]
        return [self.to(str(row[codes[0]])) for row in table.rows] if codes else []


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
    card: CardIds,
    title: str,
    t: Translator,
    *,
    question: str,
    width: int = 6,
    drill: Drill | None = None,
    tools: Sequence[Component] = (),
    variant: str = "",
    instead: Component | None = None,
) -> html.Article:
    """A card that answers one question: finding, chart, the same rows as a table, source.

    ``variant`` names a class ``qx-card--…``; ``instead`` stands there on phones, where that class
    says so. With a ``drill`` a click on a mark of the chart leads on; the first of a mark's
    ``customdata`` is its code.
    """
    title_id = f"{card.graph}-title"
    leads = (
        {"data-drill": drill.carry, "data-drill-path": drill.path, "data-drill-dead": _dead(drill)}
        if drill
        else {}
    )
    return html.Article(
        [
            card_head(title, tools, title_id),
            html.P(id=card.finding, className="qx-card__finding"),
            html.Figure(
                html.Div(graph(card.graph, t), id=card.figure, role="img", **leads),
                className="qx-card__chart",
                **{"aria-labelledby": title_id},
            ),
            instead,
            html.Details(
                [html.Summary(t("card.as_table")), html.Div(id=card.table)],
                className="qx-card__table",
            ),
            card_foot(card.source, t, question=question, graph_id=card.graph),
        ],
        className=f"qx-card qx-col-{width}" + (f" qx-card--{variant}" if variant else ""),
    )


def _dead(drill: Drill) -> str:
    return " ".join(sorted(drill.dead))


def card_head(title: str, tools: Sequence[Component] = (), title_id: str = "") -> html.Div:
    """The heading of a card, with its controls."""
    named = {"id": title_id} if title_id else {}
    parts: list[Component] = [html.H2(title, className="qx-card__title", **named)]
    if tools:
        parts.append(html.Div(list(tools), className="qx-card__tools qx-no-print"))
    return html.Div(parts, className="qx-card__head")


def segmented(view: View, name: str, default: str | None = None) -> Component:
    """One of few: a control of the page's own state (:data:`dashboard.url_state.STATE`).

    ``default`` is what the page shows, and the control says, where the address says nothing.
    The message ``state.<name>`` names it, ``state.<name>_<value>`` each of its values.
    """
    t, values = view.t, STATE[name]
    return html.Div(
        dbc.RadioItems(
            id=ids.state(name),
            options=[{"label": t(f"state.{name}_{value}"), "value": value} for value in values],
            value=view.state.get(name) or default,
            inline=True,
            className="qx-segmented",
        ),
        role="group",
        **{"aria-label": t(f"state.{name}")},
    )


def state_select(view: View, name: str, label: str, options: Sequence[Option]) -> Component:
    """One of many: a control of the page's own state."""
    control = ids.state(name)
    return html.Div(
        [
            html.Label(label, htmlFor=control, className="qx-sr"),
            dbc.Select(
                id=control,
                options=[{"label": o.label, "value": o.value} for o in options],
                value=view.state.get(name) or (options[0].value if options else None),
                size="sm",
            ),
        ]
    )


def card_foot(
    source_id: str,
    t: Translator,
    *,
    question: str,
    graph_id: str | None = None,
    kinds: Sequence[str] = ("csv", "xlsx"),
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
    for kind in kinds:
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


def data_table(table: Table, t: Translator, caption: str, drill: Drill | None = None) -> html.Div:
    """A plain table of the rows; numbers right-aligned, codes left out, headings lead on.

    The cells go to the browser as text and are drawn by ``assets/65-tables.js``: as components, a
    table of a thousand cells held the first view up for two seconds.
    """
    shown = [i for i, column in enumerate(table.columns) if column.kind != "code"]
    cells: dict[str, Any] = {
        "head": [table.columns[i].label for i in shown],
        "numeric": [table.columns[i].kind in NUMERIC for i in shown],
        "rows": [[cell_text(row[i], t) for i in shown] for row in table.rows],
    }
    if drill and (carry := drill.rows(table, t)):
        cells["path"] = drill.path
        cells["carry"] = carry
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

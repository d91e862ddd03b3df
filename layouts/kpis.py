"""The figures at the top of a page: the answer first and large."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A difference in words; ``direction`` up, down or same; ``better`` the good direction."""

    text: str
    direction: str = "same"
    better: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One figure: label, value with its unit, what it rests on, its changes, where it leads."""

    label: str
    value: str
    unit: str = ""
    n: str = ""
    note: str = ""
    changes: Sequence[Change] = ()
    href: str = ""
    carry: str = ""
    lead: bool = False


def kpi_panel(figures: Sequence[Kpi]) -> list[Component]:
    """The figures side by side, the leading one first."""
    return [_kpi(figure) for figure in figures]


def _kpi(figure: Kpi) -> html.Div:
    value: list[Component | str] = [figure.value]
    if figure.unit:
        value.append(html.Span(figure.unit, className="qx-unit"))
    label: Component | str = figure.label
    if figure.href:
        label = html.A(figure.label, href=figure.href, **{"data-carry-selection": figure.carry})
    children: list[Component] = [
        html.H2(label, className="qx-kpi__label"),
        html.P(value, className="qx-kpi__value"),
    ]
    if figure.n:
        children.append(html.P(figure.n, className="qx-kpi__n"))
    if figure.note:
        children.append(html.P(figure.note, className="qx-kpi__interval"))
    if figure.changes:
        children.append(html.Ul([_change(c) for c in figure.changes], className="qx-kpi__changes"))
    lead = " qx-kpi--lead" if figure.lead else ""
    return html.Div(children, className=f"qx-kpi{lead}")


def _change(change: Change) -> html.Li:
    judged = ""
    if change.better and change.direction != "same":
        judged = " qx-change--good" if change.direction == change.better else " qx-change--bad"
    return html.Li(
        html.Span(change.text, className=f"qx-change qx-change--{change.direction}{judged}")
    )

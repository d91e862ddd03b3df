"""What forms are made of: labelled controls, buttons, and choices that links make."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from layouts import ids
from layouts.components import icon
from layouts.view import Option, View


def field(label: str, control: Any, hint: str = "") -> html.Div:
    """A control, which has an id, below its label."""
    return html.Div(
        [
            html.Label(label, htmlFor=control.id, className="qx-field__label"),
            control,
            html.P(hint, className="qx-field__hint") if hint else None,
        ],
        className="qx-field",
    )


def button(
    button_id: str | dict[str, str],
    text: str,
    *looks: str,
    icon_name: str = "",
    hidden: bool = False,
) -> html.Button:
    """A button; ``looks`` are those of ``qx-button``: primary, danger, quiet, small."""
    unseen: dict[str, Any] = {"hidden": True} if hidden else {}
    return html.Button(
        [icon(icon_name), html.Span(text)] if icon_name else text,
        id=button_id,
        type="button",
        className=" ".join(("qx-button", *(f"qx-button--{look}" for look in looks if look))),
        **unseen,
    )


def select(control_id: str, options: Sequence[Option], value: str | None) -> dbc.Select:
    """One of many, by name."""
    named = [{"label": option.label, "value": option.value} for option in options]
    return dbc.Select(id=control_id, options=named, value=value, size="sm")


def chosen_by_link(view: View, name: str) -> dbc.Input:
    """A parameter of the page's state that links change; this keeps it in the page's store."""
    return dbc.Input(type="hidden", id=ids.state(name), value=view.state.get(name, ""))

"""The audit trail: what to look for, the events a page at a time, and their file."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids, shell
from layouts.components import card_foot, card_head, icon, state_select
from layouts.forms import button
from layouts.ids import Audit
from layouts.pages import AUDIT
from layouts.selection_bar import DATE_INPUT
from layouts.view import View

QUIET = ("small", "quiet")


def layout(view: View) -> html.Div:
    """The controls, then the trail."""
    return shell.page(
        view,
        AUDIT,
        [
            html.Div([_unfold(view), _filters(view)], className="qx-selection-wrap"),
            _trail(view),
        ],
    )


def _unfold(view: View) -> html.Button:
    return html.Button(
        [icon("funnel"), html.Span(view.t("bar.filters"))],
        type="button",
        className="qx-fold-button",
        **{"aria-controls": Audit.FILTERS, "aria-expanded": "false"},
    )


def _filters(view: View) -> html.Div:
    return html.Div(
        [
            _field(view, "person", _person(view)),
            _field(view, "action", _action(view), labelled=True),
            _field(view, "since", _day(view, "since")),
            _field(view, "until", _day(view, "until")),
            _field(view, "words", _words(view)),
        ],
        id=Audit.FILTERS,
        className="qx-selection qx-no-print",
        role="search",
        **{"aria-label": view.t("audit.search"), "data-open": "false"},
    )


def _field(view: View, name: str, control: Component, *, labelled: bool = False) -> html.Div:
    """A control under its label; ``labelled``: for screen readers it has one of its own."""
    label = view.t(f"state.{name}")
    above = (
        html.Span(label, className="qx-field__label", **{"aria-hidden": "true"})
        if labelled
        else html.Label(label, htmlFor=ids.state(name), className="qx-field__label")
    )
    return html.Div([above, control], className="qx-field")


def _person(view: View) -> html.Div:
    """A name to sign in with, typed or chosen from those there are."""
    known = [
        html.Option(value=option.value, label=option.label)
        for option in view.state_options.get("person", ())
    ]
    return html.Div(
        [
            _text(view, "person", list=Audit.PEOPLE, placeholder=view.t("audit.any_person")),
            html.Datalist(known, id=Audit.PEOPLE),
        ]
    )


def _action(view: View) -> Component:
    return state_select(
        view, "action", view.t("state.action"), view.state_options.get("action", ())
    )


def _day(view: View, name: str) -> dbc.Input:
    return dbc.Input(
        id=ids.state(name),
        value=view.state.get(name, ""),
        size="sm",
        debounce=True,
        required=True,
        **DATE_INPUT,
    )


def _words(view: View) -> dbc.Input:
    return _text(view, "words", placeholder=view.t("audit.words_hint"))


def _text(view: View, name: str, **more: Any) -> dbc.Input:
    return dbc.Input(
        id=ids.state(name),
        type="search",
        value=view.texts.get(name, ""),
        size="sm",
        debounce=True,
        autocomplete="off",
        maxLength=64,
        **more,
    )


def _trail(view: View) -> html.Article:
    t = view.t
    return html.Article(
        [
            card_head(
                t("audit.trail"),
                [
                    button(
                        Audit.NEWEST, t("audit.newest"), "small", "quiet", icon_name="arrow-repeat"
                    )
                ],
            ),
            html.P(id=Audit.FINDING, className="qx-card__finding", role="status"),
            html.Div(id=Audit.TABLE, className="qx-trail"),
            html.Div(
                [
                    button(Audit.NEWER, t("audit.newer"), "small"),
                    button(Audit.OLDER, t("audit.older"), "small"),
                ],
                className="qx-form__actions qx-no-print",
            ),
            card_foot(Audit.SOURCE, t, question="audit"),
            dcc.Store(id=Audit.PLACES, data=[]),
            dcc.Store(id=Audit.NEXT),
        ],
        className="qx-card qx-col-12",
    )

"""The row of what is chosen, each with a button that takes it away."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.i18n import Translator
from layouts.components import icon
from layouts.view import Pick


def picks(chosen: Sequence[Pick], t: Translator) -> list[Component]:
    """Nothing where nothing is chosen. The buttons are heard by assets/50-selection.js."""
    if not chosen:
        return []
    clear = html.Button(t("bar.clear"), type="button", className="qx-link", **{"data-unpick": ""})
    return [
        html.Ul(
            [*(html.Li(_pick(one, t), className="qx-pick") for one in chosen), html.Li(clear)],
            className="qx-picks",
            **{"aria-label": t("bar.chosen")},
        )
    ]


def _pick(one: Pick, t: Translator) -> list[Component]:
    button = html.Button(
        icon("x-lg"),
        type="button",
        title=t("bar.unpick", what=one.text),
        **{"data-unpick": one.choice, "aria-label": t("bar.unpick", what=one.text)},
    )
    return [html.Span(one.text), button]

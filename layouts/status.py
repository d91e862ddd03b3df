"""The line under the selection: what the numbers on the page rest on."""

from collections.abc import Sequence

from dash import html

Fact = tuple[str, str]


def facts(items: Sequence[Fact]) -> html.Dl:
    """Terms and texts in one quiet row."""
    return html.Dl(
        [html.Div([html.Dt(term), html.Dd(text)]) for term, text in items], className="qx-facts"
    )

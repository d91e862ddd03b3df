"""What every figure shares: the template, one empty figure, number formats."""

from typing import Any

import plotly.graph_objects as go

import dashboard.theme  # noqa: F401  (registers the template)

ROW_PIXELS = 34
MARGIN = {"l": 8, "r": 16, "t": 8, "b": 8}


def figure(traces: list[Any], height: int, **layout: Any) -> go.Figure:
    """A figure in the house template; ``height`` in pixels.

    The template is the default that the theme has registered. Naming it would have plotly check
    all of it again for every figure, which takes 4 ms.
    """
    shared = {"height": height, "margin": MARGIN, "showlegend": False}
    return go.Figure(data=traces, layout={**shared, **layout})


def empty(message: str, height: int = 220) -> go.Figure:
    """The shared figure of an answer without rows: one quiet sentence, no axes."""
    note = {
        "text": message,
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "font": {"size": 14},
    }
    hidden = {"visible": False}
    return figure([], height, annotations=[note], xaxis=hidden, yaxis=hidden)

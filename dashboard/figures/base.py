"""What every figure shares: the template, one empty figure, number formats."""

from typing import Any

from dashboard.theme import template

Figure = dict[str, Any]  # plotly's "data" and "layout" as plain values
Trace = dict[str, Any]
ROW_PIXELS = 34
MARGIN = {"l": 8, "r": 16, "t": 8, "b": 8}
TEMPLATE = template()


def figure(traces: list[Trace], height: int, **layout: Any) -> Figure:
    """A figure in the house template; ``height`` in pixels.

    Plain values and no ``go.Figure``, which checks and copies every value of every answer: a third
    of the work of an action. The tests check every figure with it.
    """
    shared = {"height": height, "margin": MARGIN, "showlegend": False, "template": TEMPLATE}
    return {"data": traces, "layout": {**shared, **layout}}


def empty(message: str, height: int = 220) -> Figure:
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

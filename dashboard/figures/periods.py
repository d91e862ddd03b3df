"""How punctual the schools were: one column of schools per reporting period."""

import datetime as dt
from collections.abc import Sequence

from dashboard.figures.base import Figure, empty, figure
from dashboard.i18n import Translator
from dashboard.theme import TOKENS

HEIGHT = 300
PARTS = (
    ("on_time", TOKENS.accent),
    ("late", TOKENS.highlight),
    ("due", TOKENS.accent_line),
    ("missing", TOKENS.line_strong),
)
"""In the order in which they stand on each other; each a key of the counts and its colour."""


def period_columns(
    days: Sequence[dt.date], counts: Sequence[dict[str, int]], t: Translator
) -> Figure:
    """``counts`` has, for each day, the number of schools by how they stand."""
    if not days:
        return empty(t("figure.empty"), HEIGHT)
    labels = [t.day_month(day) for day in days]
    traces = [
        {
            "type": "bar",
            "x": list(range(len(days))),
            "y": [count[part] for count in counts],
            "name": t(f"returns.{part}"),
            "marker": {"color": colour},
            "customdata": [[label] for label in labels],
            "hovertemplate": f"%{{customdata[0]}}<br>{t(f'returns.{part}')} %{{y}}<extra></extra>",
        }
        for part, colour in PARTS
        if any(count[part] for count in counts)
    ]
    step = max(1, -(-len(days) // 8))
    return figure(
        traces,
        HEIGHT,
        barmode="stack",
        bargap=0.25,
        showlegend=True,
        legend={"orientation": "h", "y": 1.12, "x": 0, "traceorder": "normal"},
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
        xaxis={
            "tickmode": "array",
            "tickvals": list(range(len(days)))[::step],
            "ticktext": labels[::step],
            "fixedrange": True,
        },
        yaxis={"fixedrange": True, "rangemode": "tozero"},
    )

"""A ranked list of people as bars: the ten cities most graduates come from."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.base import Figure, empty, figure
from dashboard.figures.mix import wrapped
from dashboard.i18n import Translator
from dashboard.theme import TOKENS

ROW = 27


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: code, name, people, and what stands behind it."""

    code: str
    name: str
    people: int
    text: str


def people_bars(
    bars: Sequence[Bar], t: Translator, *, wrap: bool = False, row: int = ROW
) -> Figure:
    """One horizontal bar each, in the order given; length is people. ``wrap``: long names;
    ``row``: pixels of one."""
    if not bars:
        return empty(t("figure.empty"))
    most = max(bar.people for bar in bars)
    trace = {
        "type": "bar",
        "x": [bar.people for bar in bars],
        "y": [wrapped(bar.name) if wrap else bar.name for bar in bars],
        "orientation": "h",
        "width": 17 / row,
        "text": [bar.text for bar in bars],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": TOKENS.series[0]},
        "customdata": [[bar.code] for bar in bars],
        "hovertemplate": "%{y}<br>%{text}<extra></extra>",
    }
    return figure(
        [trace],
        24 + row * len(bars),
        xaxis={
            "range": [0, max(most, 1) * (2.2 if wrap else 1.75)],
            "visible": False,
            "fixedrange": True,
        },
        yaxis={"autorange": "reversed", "fixedrange": True, "ticks": "", "automargin": True},
    )

"""Several mixes above each other: one stacked bar per row, the same parts in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.figures.base import Figure, Trace, empty, figure
from dashboard.figures.rows import MARGIN, Words, legend, legend_room, rows
from dashboard.i18n import Translator
from dashboard.indicators.rates import share
from dashboard.theme import text_on

Unit = Literal["share", "count"]
THICKNESS = 22
EDGES = 56  # axis and margins


@dataclass(frozen=True, slots=True)
class Segment:
    """One part: its key in the rows' counts, what it is called, its ``#rrggbb``.

    ``code`` is what a click names, where that is not the key.
    """

    key: str
    name: str
    colour: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its name, a quiet note beside it, people by part.

    ``lead`` is appended to the code of a part: what a click changes beside the part; None where
    the row leads nowhere.
    """

    name: str
    note: str
    counts: Mapping[str, int]
    lead: str | None = ""

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def stacked_bars(
    bars: Sequence[Bar], segments: Sequence[Segment], unit: Unit, t: Translator
) -> Figure:
    """The first bar on top; lengths are shares of the row, or people."""
    if not bars or not segments:
        return empty(t("figure.empty"))
    placed = rows([Words(bar.name, note=bar.note) for bar in bars], THICKNESS)
    return figure(
        [_trace(segment, bars, placed.places, unit, t) for segment in segments],
        EDGES + legend_room([segment.name for segment in segments]) + placed.height,
        margin=MARGIN,
        barmode="stack",
        showlegend=True,
        legend=legend(),
        xaxis=_axis(unit),
        yaxis=placed.axis,
        annotations=placed.notes,
    )


def _axis(unit: Unit) -> dict[str, object]:
    if unit == "share":
        return {"range": [0, 100], "ticksuffix": "%", "dtick": 25, "fixedrange": True}
    return {"rangemode": "tozero", "tickformat": ",d", "nticks": 5, "fixedrange": True}


def _trace(
    segment: Segment, bars: Sequence[Bar], places: Sequence[float], unit: Unit, t: Translator
) -> Trace:
    people = [bar.counts.get(segment.key, 0) for bar in bars]
    shares = [share(n, bar.total) for n, bar in zip(people, bars, strict=True)]
    values = people if unit == "count" else [float(one.value or 0) for one in shares]
    words = [t.rate(one) for one in shares] if unit == "share" else [t.count(n) for n in people]
    return {
        "type": "bar",
        "orientation": "h",
        "name": segment.name,
        "x": values,
        "y": list(places),
        "width": THICKNESS,
        "text": [word if n else "" for word, n in zip(words, people, strict=True)],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "insidetextfont": {"color": text_on(segment.colour)},
        "marker": {"color": segment.colour},
        "customdata": [
            [_code(segment, bar), bar.name, t.rate(one), t.count(n)]
            for bar, one, n in zip(bars, shares, people, strict=True)
        ],
        "hovertemplate": f"%{{customdata[1]}}<br><b>{segment.name}</b> %{{customdata[2]}}<br>"
        f"{t('figure.people', n='%{customdata[3]}')}<extra></extra>",
    }


def _code(segment: Segment, bar: Bar) -> str:
    return "" if bar.lead is None else (segment.code or segment.key) + bar.lead

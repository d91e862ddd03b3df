"""Rates of a few groups as bars, with the same day last year as a mark."""

from collections.abc import Collection, Mapping, Sequence

from dashboard.answer_rows import Line
from dashboard.figures.base import ROW_PIXELS, Figure, Trace, empty, figure
from dashboard.i18n import Translator
from dashboard.theme import TOKENS

WIDE, NARROW = 0.56, 0.32


def rate_bars(
    lines: Sequence[Line],
    names: Mapping[str, str],
    rate_name: str,
    t: Translator,
    parts: Collection[str] = (),
) -> Figure:
    """One horizontal bar per line, first line on top; the mark is last year's same day.

    The bars of ``parts`` of another line are thinner and lighter.
    """
    shown = [line for line in lines if line.rate.value is not None]
    if not shown:
        return empty(t("figure.empty"))
    labels = [names[line.code] for line in shown]
    values = [float(line.rate.value or 0) for line in shown]
    texts = [f"<b>{t.rate(line.rate)}</b>" for line in shown]
    bars = {
        "type": "bar",
        "x": values,
        "y": labels,
        "orientation": "h",
        "text": texts,
        "textposition": "none",
        "width": [NARROW if line.code in parts else WIDE for line in shown],
        "marker": {
            "color": [TOKENS.accent_part if line.code in parts else TOKENS.accent for line in shown]
        },
        "customdata": [[line.code, t.count(line.graduates)] for line in shown],
        "hovertemplate": f"%{{y}}<br>{rate_name} %{{text}}<br>"
        f"{t('table.graduates')} %{{customdata[1]}}<extra></extra>",
    }
    height = 56 + ROW_PIXELS * len(shown)
    return figure(
        [bars, *_last_year(shown, labels, t), _values(shown, labels, texts)],
        height,
        margin={"l": 8, "r": 56, "t": 8, "b": 8},
        xaxis={"range": [0, 100], "ticksuffix": "%", "dtick": 25, "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True, "ticks": "", "automargin": True},
    )


def _values(lines: Sequence[Line], labels: Sequence[str], texts: Sequence[str]) -> Trace:
    """The rates in words, right of bar and mark so that neither is covered."""
    ends = [
        max(float(line.rate.value or 0), float((line.rate.value or 0) - (line.year or 0)))
        for line in lines
    ]
    return {
        "type": "scatter",
        "x": [end + 1.5 for end in ends],
        "y": list(labels),
        "text": list(texts),
        "mode": "text",
        "textposition": "middle right",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _last_year(lines: Sequence[Line], labels: Sequence[str], t: Translator) -> list[Trace]:
    marks = [
        (float(line.rate.value) - float(line.year), label, line.code, t.points(line.year))
        for line, label in zip(lines, labels, strict=True)
        if line.rate.value is not None and line.year is not None
    ]
    if not marks:
        return []
    return [
        {
            "type": "scatter",
            "x": [mark[0] for mark in marks],
            "y": [mark[1] for mark in marks],
            "customdata": [[mark[2], mark[3]] for mark in marks],
            "mode": "markers",
            "marker": {
                "symbol": "line-ns",
                "size": 20,
                "line": {"width": 2, "color": TOKENS.ink},
            },
            "hovertemplate": f"{t('figure.last_year')}<br>%{{x:.2f}}%<br>%{{customdata[1]}}"
            "<extra></extra>",
        }
    ]

"""Survey results: a figure and its interval per line, or many groups ranked."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.answer_rows import RuleShare
from dashboard.figures.base import ROW_PIXELS, Figure, Trace, empty, figure
from dashboard.i18n import Translator
from dashboard.indicators.surveys import SHARES, Dot, Estimate, Scale
from dashboard.theme import TOKENS

BESIDE = 0.2  # rows: how far own figure and that of all schools stand apart
RANKED_HEIGHT = 360
HIGHEST_RATING = 5.0
LEAST_SPAN: Mapping[Scale, float] = {"yes": 20.0, "positive": 20.0, "amount": 1000.0}
"""An axis no shorter than this, so that small differences do not look large."""


def profile_dots(
    dots: Sequence[Dot], own: str, t: Translator, *, least_span: float | None = None
) -> Figure:
    """One row per line, first on top: the dot is the figure, the line its 95 % interval.

    A hollow dot below is all schools; ``own`` names the filled ones. All on one scale.
    """
    shown = [dot for dot in dots if dot.own.measure]
    if not shown:
        return empty(t("figure.empty"))
    rows = list(range(len(shown)))
    both = any(dot.reference and dot.reference.measure for dot in shown)
    shift = BESIDE if both else 0.0
    scale = _scale(shown)
    axis = {**_axis(shown, scale, least_span), "fixedrange": True, "side": "bottom"}
    traces = [_dots([(at - shift, dot, dot.own) for at, dot in enumerate(shown)], own, True, t)]
    if both:
        others = [(at + shift, dot, dot.reference) for at, dot in enumerate(shown)]
        traces.append(_dots(others, t("quality.reference"), False, t))
    traces.append(_values(shown, axis["range"][1], t))
    return figure(
        traces,
        (88 if both else 64) + round(1.35 * ROW_PIXELS * len(shown)),
        margin={"l": 8, "r": 76, "t": 8, "b": 8},
        showlegend=both,
        xaxis=axis,
        yaxis={
            "range": [len(shown) - 0.5, -0.5],
            "tickvals": rows,
            "ticktext": [_two_lines(dot.name) for dot in shown],
            "fixedrange": True,
            "ticks": "",
            "automargin": True,
            "showgrid": False,
        },
    )


def ranked_dots(
    dots: Sequence[Dot], what: str, t: Translator, *, least_span: float | None = None
) -> Figure:
    """Many groups from the lowest to the highest, each with its interval; names on pointing.

    Groups whose figure is really a wider group's are left out: they would all be alike.
    """
    shown = [dot for dot in dots if dot.own.measure and not dot.note]
    if not shown:
        return empty(t("quality.none_large_enough"))
    shown.sort(key=lambda dot: (dot.own.measure.value if dot.own.measure else 0, dot.code))
    scale = _scale(shown)
    trace = _dots([(at, dot, dot.own) for at, dot in enumerate(shown)], what, True, t, up=True)
    axis = {**_axis(shown, scale, least_span), "fixedrange": True}
    return figure(
        [trace],
        RANKED_HEIGHT,
        xaxis={
            "range": [-0.5, len(shown) - 0.5],
            "showticklabels": False,
            "ticks": "",
            "showgrid": False,
            "fixedrange": True,
            "title": {"text": t("quality.ranked_axis", groups=t.count(len(shown)))},
        },
        yaxis=axis,
        hovermode="closest",
    )


def rule_bars(shares: Sequence[RuleShare], names: Mapping[str, str], t: Translator) -> Figure:
    """One bar per rule: its share of all graduates, with the same day last year as a mark."""
    shown = [one for one in shares if one.of_graduates.value is not None]
    if not shown:
        return empty(t("figure.empty"))
    labels = [_two_lines(names[one.code]) for one in shown]
    values = [float(one.of_graduates.value or 0) for one in shown]
    last = [v - float(one.year or 0) for v, one in zip(values, shown, strict=True)]
    bars = {
        "type": "bar",
        "x": values,
        "y": labels,
        "orientation": "h",
        "width": 0.5,
        "marker": {"color": TOKENS.accent},
        "customdata": [
            [one.code, t.rate(one.of_graduates), t("figure.people", n=t.count(one.people))]
            for one in shown
        ],
        "hovertemplate": "%{y}<br>%{customdata[1]} · %{customdata[2]}<extra></extra>",
    }
    texts = {
        "type": "scatter",
        "mode": "text",
        "x": [max(pair) for pair in zip(values, last, strict=True)],
        "y": labels,
        "text": [f"  <b>{t.rate(one.of_graduates)}</b>" for one in shown],
        "textposition": "middle right",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    marks = [(x, y) for x, y, one in zip(last, labels, shown, strict=True) if one.year is not None]
    return figure(
        [bars, *_last_year(marks, t), texts],
        64 + round(1.4 * ROW_PIXELS * len(shown)),
        margin={"l": 8, "r": 64, "t": 8, "b": 8},
        xaxis={
            "range": [0, max(*values, *last, 1.0) * 1.12],
            "ticksuffix": "%",
            "nticks": 5,
            "fixedrange": True,
        },
        yaxis={"autorange": "reversed", "fixedrange": True, "ticks": "", "automargin": True},
    )


def _last_year(marks: Sequence[tuple[float, str]], t: Translator) -> list[Trace]:
    if not marks:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [x for x, _ in marks],
            "y": [y for _, y in marks],
            "marker": {
                "symbol": "line-ns",
                "size": 20,
                "line": {"width": 2, "color": TOKENS.ink},
            },
            "hovertemplate": f"{t('figure.last_year')}<br>%{{x:.2f}}%<extra></extra>",
        }
    ]


Placed = tuple[float, Dot, Estimate | None]


def _dots(
    placed: Sequence[Placed], name: str, filled: bool, t: Translator, *, up: bool = False
) -> Trace:
    """Dots with intervals; ``up``: the figure is on the vertical axis."""
    known = [
        (at, dot, found, float(found.measure.value))
        for at, dot, found in placed
        if found and found.measure
    ]
    values, places = [value for *_, value in known], [at for at, *_ in known]
    colour = TOKENS.accent if filled else TOKENS.last_cohort
    high = [float(f.interval.high) - v if f.interval else 0.0 for _, _, f, v in known]
    low = [v - float(f.interval.low) if f.interval else 0.0 for _, _, f, v in known]
    error = {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, x) for x in high],
        "arrayminus": [max(0.0, x) for x in low],
        "color": colour,
        "thickness": 2 if filled else 1.25,
        "width": 0,
    }
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": places if up else values,
        "y": values if up else places,
        "error_y" if up else "error_x": error,
        "marker": {
            "size": (7 if up else 10) if filled else 8,
            "symbol": [
                "circle-open" if dot.note or not filled else "circle" for _, dot, *_ in known
            ],
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        "customdata": [[dot.code, dot.name, *_words(found, dot, t)] for _, dot, found, _ in known],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>%{customdata[3]}"
        "<extra></extra>",
    }


def _words(found: Estimate, dot: Dot, t: Translator) -> tuple[str, str]:
    measure = t.measure(found.measure) if found.measure else ""
    interval = t.measure_interval(found.interval) if found.interval else ""
    value = f"{measure} ({interval})" if interval else measure
    n = t("quality.n_text", n=t.count(found.n))
    return value, f"{n} · {dot.note}" if dot.note and found is dot.own else n


def _values(dots: Sequence[Dot], right: float, t: Translator) -> Trace:
    """The figures in words, in a column of their own where no dot can cover them."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [right] * len(dots),
        "y": list(range(len(dots))),
        "text": [f" <b>{t.measure(dot.own.measure)}</b>" for dot in dots if dot.own.measure],
        "textposition": "middle right",
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _scale(dots: Sequence[Dot]) -> Scale:
    return next(dot.own.measure.scale for dot in dots if dot.own.measure)


def _axis(dots: Sequence[Dot], scale: Scale, least: float | None) -> dict[str, Any]:
    """As much as figures and intervals take, in round steps; ratings up to the highest."""
    ends = [
        float(end) for dot in dots for found in (dot.own, dot.reference) for end in _ends(found)
    ]
    if scale == "rating":
        low = min(min(ends) // 1, HIGHEST_RATING - 2)
        return {"range": [low, HIGHEST_RATING], "dtick": 0.5 if low >= 3 else 1}
    least = LEAST_SPAN[scale] if least is None else least
    span = max(least, max(ends) - min(ends))
    step = (
        500.0
        if scale == "amount"
        else next(x for x in (0.5, 2.0, 5.0, 10.0) if span <= 8 * x or x == 10.0)
    )
    low, high = step * (min(ends) // step), step * -(-max(ends) // step)
    short = max(0.0, least - (high - low))
    low, high = max(0.0, low - short / 2), high + short / 2
    if scale in SHARES:
        high = min(100.0, high)
        return {"range": [low, high], "ticksuffix": "%", "nticks": 6}
    return {"range": [low, high], "tickformat": ",.0f", "nticks": 5}


def _ends(found: Estimate | None) -> tuple[float, ...]:
    if found is None or found.measure is None:
        return ()
    value = float(found.measure.value)
    if found.interval is None:
        return (value,)
    return (float(found.interval.low), value, float(found.interval.high))


def _two_lines(name: str) -> str:
    """A long name of several words on two lines, so that dots keep room on a phone."""
    words = name.split(" ")
    if len(name) <= 18 or len(words) < 2:
        return name
    cut = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(name) / 2))
    return " ".join(words[:cut]) + "<br>" + " ".join(words[cut:])

"""Which differences are noise: rate against n, with limits around the mean."""

from collections.abc import Mapping, Sequence

from dashboard.answer_rows import Line
from dashboard.figures.base import Figure, Trace, empty, figure
from dashboard.i18n import Translator
from dashboard.indicators.intervals import funnel_limits, place
from dashboard.indicators.rates import Rate, rate
from dashboard.theme import TOKENS

HEIGHT = 420
STEPS = 60
INNER, OUTER = 0.95, 0.998
LIMITS = ((INNER, "dash"), (OUTER, "solid"))


def funnel(
    lines: Sequence[Line], names: Mapping[str, str], rate_name: str, t: Translator
) -> Figure:
    """One point per line; outside both limits is more than chance. x is n, on a log scale."""
    shown = [line for line in lines if line.rate.value is not None]
    if not shown:
        return empty(t("figure.empty"), HEIGHT)
    mean = rate(sum(line.employed for line in shown), sum(line.graduates for line in shown))
    sizes = _sizes(min(x.graduates for x in shown), max(x.graduates for x in shown))
    outer = funnel_limits(mean, [line.graduates for line in shown], OUTER)
    outside = [place(x.rate, limit) != "within" for x, limit in zip(shown, outer, strict=True)]
    traces = [
        *_limits(mean, sizes),
        _mean_line(mean, sizes),
        *(
            _points(
                [x for x, out in zip(shown, outside, strict=True) if out == conspicuous],
                names,
                rate_name,
                conspicuous,
                t,
            )
            for conspicuous in (False, True)
        ),
    ]
    return figure(
        traces,
        HEIGHT,
        xaxis={
            "type": "log",
            "title": {"text": t("figure.funnel_x")},
            "tickvals": (ticks := _ticks(sizes[0], sizes[-1])),
            "ticktext": [t.count(n) for n in ticks],
            "fixedrange": True,
        },
        yaxis=_rate_axis(shown),
        hovermode="closest",
    )


def _rate_axis(lines: Sequence[Line]) -> dict[str, object]:
    """As much of 0..100 % as the points take, in steps of ten; at least thirty points high."""
    rates = [float(line.rate.value or 0) for line in lines]
    low, high = 10 * (min(rates) // 10), 10 * -(-max(rates) // 10)
    low, high = max(0.0, min(low, high - 30)), min(100.0, max(high, low + 30))
    step = 25 if high - low > 60 else 10
    return {"range": [low, high], "ticksuffix": "%", "dtick": step, "fixedrange": True}


def _ticks(least: int, most: int) -> list[int]:
    """Powers of ten; their halves and fifths too where the sizes span less than two of them."""
    steps = (1, 2, 5) if most < 100 * least else (1,)
    every = [step * 10**power for power in range(1, 8) for step in steps]
    return [n for n in every if least / 2 <= n <= 2 * most]


def _sizes(least: int, most: int) -> list[int]:
    """About sixty sizes, evenly spread on a log scale, for smooth limits."""
    least = max(least, 1)
    ratio = (most / least) ** (1 / STEPS) if most > least else 1.0
    return sorted({round(least * ratio**step) for step in range(STEPS + 1)} | {least, most})


def _limits(mean: Rate, sizes: Sequence[int]) -> list[Trace]:
    traces = []
    for confidence, dash in LIMITS:
        limits = funnel_limits(mean, sizes, confidence)
        for side in ("low", "high"):
            traces.append(
                {
                    "type": "scatter",
                    "x": list(sizes),
                    "y": [getattr(limit, side) for limit in limits],
                    "mode": "lines",
                    "line": {"color": TOKENS.last_cohort, "width": 1, "dash": dash},
                    "hoverinfo": "skip",
                }
            )
    return traces


def _mean_line(mean: Rate, sizes: Sequence[int]) -> Trace:
    return {
        "type": "scatter",
        "x": [sizes[0], sizes[-1]],
        "y": [float(mean.value or 0)] * 2,
        "mode": "lines",
        "line": {"color": TOKENS.last_cohort, "width": 1.5},
        "hoverinfo": "skip",
    }


def _points(
    lines: Sequence[Line], names: Mapping[str, str], rate_name: str, outside: bool, t: Translator
) -> Trace:
    return {
        "type": "scatter",
        "x": [line.graduates for line in lines],
        "y": [float(line.rate.value or 0) for line in lines],
        "mode": "markers",
        "cliponaxis": False,  # a point at 0 or 100 % is a whole point
        "marker": {
            "size": 8,
            "symbol": "circle" if outside else "circle-open",
            "color": TOKENS.accent if outside else TOKENS.last_cohort,
        },
        "customdata": [
            [line.code, names[line.code], t.rate(line.rate), t.count(line.graduates)]
            for line in lines
        ],
        "hovertemplate": f"<b>%{{customdata[1]}}</b><br>{rate_name} %{{customdata[2]}}<br>"
        f"{t('table.graduates')} %{{customdata[3]}}<extra></extra>",
    }

"""A school among its peers: one distribution, or one row per cut."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dashboard.answer_rows import Line
from dashboard.benchmark_rows import Adjusted, Position
from dashboard.figures.base import ROW_PIXELS, Figure, Trace, empty, figure
from dashboard.i18n import Translator
from dashboard.indicators.distribution import Quartiles
from dashboard.indicators.intervals import Interval, wilson
from dashboard.indicators.rates import Rate
from dashboard.theme import TOKENS

HEIGHT = 240
MOST_ROWS = 20
LONGEST_LABEL = 12
LEGEND_ROOM = 36


def distribution(
    total: Position, peers: Sequence[Line], names: Mapping[str, str], t: Translator
) -> Figure:
    """The middle half of the peers as a box with its median; single schools, where told, as points
    that give way to each other; the own school as a filled diamond with its interval."""
    spread = total.spread.quartiles
    if spread is None or total.own.value is None:
        return empty(t.missing(total.spread.why or "none"), HEIGHT)
    shown = [line for line in peers if line.rate.value is not None]
    values = [float(line.rate.value or 0) for line in shown]
    traces = [_box(spread, 0.0, t, legend=True)]
    if shown:
        traces.append(_points(shown, values, names, t))
    traces += [_median([spread], [0.0], t), _own({"": total.own}, [0.0], [""], t)]
    ends = [*values, float(spread.low), float(spread.high), *_ends([total.own])]
    low, high = _range(ends)
    return figure(
        traces,
        HEIGHT,
        margin={"l": 16, "r": 16, "t": LEGEND_ROOM, "b": 8},
        showlegend=True,
        xaxis={
            "range": [low, high],
            "ticksuffix": "%",
            "dtick": 10,
            "fixedrange": True,
            "showgrid": True,
        },
        yaxis={"visible": False, "range": [-1, 1], "fixedrange": True},
    )


def _range(values: Sequence[float]) -> tuple[float, float]:
    """As much of 0..100 % as is needed, in steps of ten, at least thirty points."""
    low, high = 10 * (min(values) // 10), 10 * -(-max(values) // 10)
    low, high = max(0.0, min(low, high - 30)), min(100.0, max(high, low + 30))
    return low - 2, high + 2


def _ends(rates: Sequence[Rate]) -> list[float]:
    found = [wilson(rate.numerator, rate.denominator) for rate in rates if rate.denominator]
    return [float(end) for interval in found for end in (interval.low, interval.high)]


def _box(spread: Quartiles, at: float, t: Translator, *, legend: bool) -> Trace:
    """The middle half of the peers, as a thick line."""
    return {
        "type": "scatter",
        "x": [float(spread.low), float(spread.high)],
        "y": [at, at],
        "mode": "lines",
        "line": {"width": 56, "color": TOKENS.accent_soft},
        "name": t("benchmark.middle_half"),
        "showlegend": legend,
        "hoverinfo": "skip",
    }


def _points(
    lines: Sequence[Line], values: Sequence[float], names: Mapping[str, str], t: Translator
) -> Trace:
    return {
        "type": "scatter",
        "x": list(values),
        "y": _apart(values),
        "mode": "markers",
        "marker": {
            "size": 9,
            "symbol": "circle-open",
            "color": TOKENS.last_cohort,
            "line": {"width": 1.5},
        },
        "name": t("benchmark.one_peer"),
        "customdata": [
            [line.code, names[line.code], t.rate(line.rate), t.count(line.graduates)]
            for line in lines
        ],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>"
        f"{t('table.graduates')} %{{customdata[3]}}<extra></extra>",
    }


def _apart(values: Sequence[float]) -> list[float]:
    """Heights that keep points of nearly the same rate apart: 0, up, down, further up ..."""
    taken: dict[int, int] = {}
    heights = []
    for value in values:
        place = int(value)
        nth = taken[place] = taken.get(place, -1) + 1
        step = (nth + 1) // 2 * (1 if nth % 2 else -1)
        heights.append(max(-0.9, min(0.9, 0.16 * step)))
    return heights


def _median(
    spreads: Sequence[Quartiles], at: Sequence[float], t: Translator, size: int = 56
) -> Trace:
    return {
        "type": "scatter",
        "x": [float(spread.median) for spread in spreads],
        "y": list(at),
        "mode": "markers",
        "marker": {
            "symbol": "line-ns",
            "size": size,
            "line": {"width": 2, "color": TOKENS.ink_muted},
        },
        "name": t("benchmark.median"),
        "text": [t.percent_as_is(spread.median) for spread in spreads],
        "hovertemplate": f"{t('benchmark.median')} %{{text}}<extra></extra>",
    }


def _own(
    own: Mapping[str, Rate], at: Sequence[float], names: Sequence[str], t: Translator
) -> Trace:
    """The own rates, by code, with their intervals."""
    rates = list(own.values())
    intervals = [wilson(rate.numerator, rate.denominator) for rate in rates]
    return {
        "type": "scatter",
        "x": [float(rate.value or 0) for rate in rates],
        "y": list(at),
        "mode": "markers",
        "marker": {"symbol": "diamond", "size": 11, "color": TOKENS.accent},
        "error_x": _whiskers(rates, intervals),
        "name": t("benchmark.own"),
        "customdata": [
            [code, name, t.rate(rate), t.interval(interval), t.count(rate.denominator)]
            for code, name, rate, interval in zip(own, names, rates, intervals, strict=True)
        ],
        "hovertemplate": f"<b>{t('benchmark.own')}</b> %{{customdata[1]}}<br>%{{customdata[2]}}"
        f"<br>{t('table.interval')} %{{customdata[3]}}"
        f"<br>{t('table.graduates')} %{{customdata[4]}}<extra></extra>",
    }


def _whiskers(rates: Sequence[Rate], intervals: Sequence[Interval]) -> Trace:
    pairs = list(zip(rates, intervals, strict=True))
    zero = Decimal(0)
    return {
        "type": "data",
        "symmetric": False,
        "array": [float(i.high - (rate.value or zero)) for rate, i in pairs],
        "arrayminus": [float((rate.value or zero) - i.low) for rate, i in pairs],
        "color": TOKENS.accent,
        "thickness": 1.5,
        "width": 4,
    }


def rows(
    positions: Sequence[Position], names: Mapping[str, str], t: Translator, most: int = MOST_ROWS
) -> Figure:
    """One row per cut, the first on top: the peers' middle half, their median, the own rate."""
    shown = [one for one in positions if one.own.value is not None][:most]
    if not shown:
        return empty(t("figure.empty"))
    at = [float(place) for place in range(len(shown))]
    told = [(one.spread.quartiles, y) for one, y in zip(shown, at, strict=True)]
    spreads = [(spread, y) for spread, y in told if spread is not None]
    traces = [_bands(spreads, t)] if spreads else []
    if spreads:
        traces.append(_median([s for s, _ in spreads], [y for _, y in spreads], t, size=16))
    labels = [names.get(one.code, one.code) for one in shown]
    traces.append(_own({one.code: one.own for one in shown}, at, labels, t))
    ends = [float(v) for s, _ in spreads for v in (s.low, s.high)]
    return _row_figure(traces, labels, [*ends, *_ends([one.own for one in shown])])


def _bands(spreads: Sequence[tuple[Quartiles, float]], t: Translator) -> Trace:
    """The middle halves as one trace of broken thick lines."""
    x: list[float | None] = []
    y: list[float | None] = []
    for spread, at in spreads:
        x += [float(spread.low), float(spread.high), None]
        y += [at, at, None]
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines",
        "line": {"width": 14, "color": TOKENS.accent_line},
        "name": t("benchmark.middle_half"),
        "hoverinfo": "skip",
    }


def adjusted(lines: Sequence[Adjusted], names: Mapping[str, str], t: Translator) -> Figure:
    """One row per level: the observed rate with its interval, the expected one as a mark."""
    shown = [line for line in lines if line.result.expected is not None]
    if not shown:
        return empty(t.missing("small"))
    at = [float(place) for place in range(len(shown))]
    expected = [line.result.expected or Decimal(0) for line in shown]
    labels = [names[line.code] for line in shown]
    rates = {line.code: line.result.observed for line in shown}
    mark = {
        "type": "scatter",
        "x": [float(value) for value in expected],
        "y": at,
        "mode": "markers",
        "marker": {
            "symbol": "line-ns",
            "size": 22,
            "line": {"width": 3, "color": TOKENS.ink_muted},
        },
        "name": t("benchmark.expected"),
        "text": [t.percent_as_is(value) for value in expected],
        "hovertemplate": f"{t('benchmark.expected')} %{{text}}<extra></extra>",
    }
    ends = [*(float(value) for value in expected), *_ends(list(rates.values()))]
    return _row_figure([mark, _own(rates, at, labels, t)], labels, ends)


def _row_figure(traces: Sequence[Trace], labels: Sequence[str], ends: Sequence[float]) -> Figure:
    low, high = _range(ends)
    return figure(
        list(traces),
        72 + LEGEND_ROOM + ROW_PIXELS * len(labels),
        margin={"l": 8, "r": 16, "t": LEGEND_ROOM, "b": 8},
        showlegend=True,
        xaxis={
            "range": [low, high],
            "ticksuffix": "%",
            "dtick": 20 if high - low > 60 else 10,
            "fixedrange": True,
            "showgrid": True,
        },
        yaxis={
            "range": [len(labels) - 0.4, -0.6],
            "tickvals": list(range(len(labels))),
            "ticktext": [_wrapped(label) for label in labels],
            "fixedrange": True,
            "ticks": "",
            "showgrid": False,
        },
    )


def _wrapped(name: str) -> str:
    """A long name on two lines, so that the rows keep room on a phone."""
    if len(name) <= LONGEST_LABEL:
        return name
    middle = len(name) // 2
    spaces = [i for i, letter in enumerate(name) if letter == " "]
    if spaces:
        cut = min(spaces, key=lambda i: abs(i - middle))
        return name[:cut] + "<br>" + name[cut + 1 :]
    return name[:middle] + "<br>" + name[middle:]

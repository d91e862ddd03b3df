"""The figures of the destinations page that show one mix: its parts, its changes, its season."""

from collections.abc import Mapping, Sequence

from dashboard.answer_rows import Slice
from dashboard.destination_rows import BehindRow, Change, SeasonDay
from dashboard.figures.base import Figure, Trace, empty, figure
from dashboard.figures.progress import months
from dashboard.figures.rows import MARGIN, Rows, Words, legend, legend_room, rows
from dashboard.figures.stacked import Segment, Unit
from dashboard.i18n import Translator
from dashboard.indicators.rates import Rate, share
from dashboard.theme import TOKENS

THICKNESS = 9
SEASON_HEIGHT = 360
MARGINS = 24
AXIS = 56
RISE, FALL = TOKENS.accent, TOKENS.diverging[1]
LIGHT = 0.5  # opacity of what is part of another bar, or within chance


def part_bars(
    parts: Sequence[tuple[Slice, bool]],
    names: Mapping[str, str],
    colours: Mapping[str, str],
    t: Translator,
) -> Figure:
    """One bar per part, in the order given; length is its share of the base.

    Each part with whether it is one by itself, or a part of the one above it: that is drawn light.
    """
    if not parts:
        return empty(t("figure.empty"))
    some = any(not whole for _, whole in parts)
    placed = rows(
        [
            Words(
                names[part.code],
                t.rate(part.share),
                t("figure.people", n=t.count(part.count)),
                heading=some and whole,
            )
            for part, whole in parts
        ],
        THICKNESS,
    )
    shares = [float(part.share.value or 0) for part, _ in parts]
    bars = _bars(shares, placed) | {
        "marker": {
            "color": [colours[part.code] for part, _ in parts],
            "opacity": [1 if whole else LIGHT for _, whole in parts],
        },
        "customdata": [
            [part.code, names[part.code], t.rate(part.share), t.count(part.count)]
            for part, _ in parts
        ],
        "hovertemplate": "%{customdata[1]}<br><b>%{customdata[2]}</b><br>"
        f"{t('figure.people', n='%{customdata[3]}')}<extra></extra>",
    }
    return figure(
        [bars],
        MARGINS + placed.height,
        margin=MARGIN,
        xaxis={"range": [0, max(shares) or 1], "visible": False, "fixedrange": True},
        yaxis=placed.axis,
        annotations=placed.notes,
    )


def _bars(values: list[float], placed: Rows) -> Trace:
    return {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": placed.places,
        "width": placed.thickness,
    }


def change_bars(changes: Sequence[Change], names: Mapping[str, str], t: Translator) -> Figure:
    """Diverging bars in percentage points, in the order given; light where within chance."""
    shown = [(change, change.points) for change in changes if change.points is not None]
    if not shown:
        return empty(t("figure.empty"))
    placed = rows(
        [Words(names[one.part.code], t.signed(points)) for one, points in shown], THICKNESS
    )
    values = [float(points) for _, points in shown]
    reach = max(abs(value) for value in values) or 1.0
    bars = _bars(values, placed) | {
        "marker": {
            "color": [RISE if value >= 0 else FALL for value in values],
            "opacity": [1 if one.beyond else LIGHT for one, _ in shown],
        },
        "customdata": [
            [one.part.code, names[one.part.code], t.rate(one.now), t.rate(one.before)]
            for one, _ in shown
        ],
        "hovertemplate": "%{customdata[1]}<br><b>%{customdata[2]}</b><br>"
        f"{t('figure.last_year')} %{{customdata[3]}}<extra></extra>",
    }
    return figure(
        [bars],
        AXIS + MARGINS + placed.height,
        margin=MARGIN,
        xaxis={
            "range": [-1.1 * reach, 1.1 * reach],
            "title": {"text": t("figure.percentage_points")},
            "zeroline": True,
            "zerolinecolor": TOKENS.line_strong,
            "nticks": 5,
            "fixedrange": True,
        },
        yaxis=placed.axis,
        annotations=placed.notes,
    )


def share_points(
    ranked: Sequence[BehindRow], names: Mapping[str, str], overall: Rate, t: Translator
) -> Figure:
    """One point per row with its 95 % interval, in the order given; the line is everybody."""
    shown = [row for row in ranked if row.interval is not None]
    if not shown:
        return empty(t("figure.empty"))
    placed = rows(
        [
            Words(names[row.code], t.rate(row.share), t("figure.people", n=t.count(row.count)))
            for row in shown
        ],
        THICKNESS,
    )
    shares = [float(row.share.value or 0) for row in shown]
    highs = [float(row.interval.high) for row in shown if row.interval]
    lows = [float(row.interval.low) for row in shown if row.interval]
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": shares,
        "y": placed.places,
        "marker": {"size": THICKNESS, "color": TOKENS.accent},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [high - value for high, value in zip(highs, shares, strict=True)],
            "arrayminus": [value - low for low, value in zip(lows, shares, strict=True)],
            "color": TOKENS.accent_line,
            "thickness": 3,
            "width": 0,
        },
        "customdata": [
            [row.code, names[row.code], t.rate(row.share), t.interval(row.interval)]
            for row in shown
        ],
        "hovertemplate": "%{customdata[1]}<br><b>%{customdata[2]}</b><br>%{customdata[3]}"
        "<extra></extra>",
    }
    return figure(
        [points, _overall(overall, placed)],
        AXIS + placed.height,
        margin=MARGIN,
        xaxis={
            "range": [0, 1.04 * max(*highs, float(overall.value or 0))],
            "ticksuffix": "%",
            "nticks": 6,
            "fixedrange": True,
        },
        yaxis=placed.axis,
        annotations=placed.notes,
    )


def _overall(overall: Rate, placed: Rows) -> Trace:
    """A tick in every row where everybody stands; a line through all would cross their words."""
    reach = placed.thickness * 0.6
    values = [float(overall.value or 0), float(overall.value or 0), None]
    ends = [(place - reach, place + reach, None) for place in placed.places]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": values * len(placed.places),
        "y": [end for pair in ends for end in pair],
        "line": {"color": TOKENS.highlight, "width": 2},
        "hoverinfo": "skip",
    }


def season_areas(
    days: Sequence[SeasonDay], segments: Sequence[Segment], unit: Unit, t: Translator
) -> Figure:
    """Areas stacked in the order given; stepped, because between two returns nothing is known."""
    if not days or not segments:
        return empty(t("figure.empty"), SEASON_HEIGHT)
    return figure(
        [_area(segment, days, unit, t) for segment in segments],
        SEASON_HEIGHT + legend_room([segment.name for segment in segments]) // 2,
        showlegend=True,
        hovermode="x unified",
        legend=legend(),
        xaxis=months(days[0].day, days[-1].day, t),
        yaxis=(
            {"range": [0, 100], "ticksuffix": "%", "dtick": 25, "fixedrange": True}
            if unit == "share"
            else {"rangemode": "tozero", "tickformat": ",d", "fixedrange": True}
        ),
    )


def _area(segment: Segment, days: Sequence[SeasonDay], unit: Unit, t: Translator) -> Trace:
    people = [day.counts.get(segment.key, 0) for day in days]
    shares = [share(n, day.graduates) for n, day in zip(people, days, strict=True)]
    values = people if unit == "count" else [float(one.value or 0) for one in shares]
    return {
        "type": "scatter",
        "mode": "lines",
        "stackgroup": "people",
        "name": segment.name,
        "x": [day.day.isoformat() for day in days],
        "y": values,
        "line": {"width": 0.5, "color": TOKENS.surface, "shape": "hv"},
        "fillcolor": segment.colour,
        "customdata": [
            [segment.key, t.rate(one), t.count(n)] for one, n in zip(shares, people, strict=True)
        ],
        "hovertemplate": f"{segment.name} %{{customdata[1]}} · "
        f"{t('figure.people', n='%{customdata[2]}')}<extra></extra>",
    }

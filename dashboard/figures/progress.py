"""How the rate grew through the season, cohorts aligned by days to 31 August."""

import datetime as dt
from collections.abc import Mapping, Sequence

from dashboard.answer_rows import Point
from dashboard.figures.base import Figure, Trace, empty, figure
from dashboard.i18n import Translator
from dashboard.theme import TOKENS

HEIGHT = 340


def progress_curves(curves: Mapping[int, Sequence[Point]], t: Translator) -> Figure:
    """One stepped line per cohort, the newest thick and labelled at its end.

    The x axis is the calendar of the newest cohort; earlier cohorts are moved so that days at
    the same distance from 31 August lie above each other.
    """
    if not curves:
        return empty(t("figure.empty"), HEIGHT)
    newest = max(curves)
    deadline = dt.date(newest, 8, 31)
    traces = [
        _curve(cohort, points, deadline, cohort == newest, newest - cohort, t)
        for cohort, points in sorted(curves.items())
    ]
    first = min(_aligned(points[0], deadline) for points in curves.values())
    last = max(_aligned(points[-1], deadline) for points in curves.values())
    return figure(
        traces,
        HEIGHT,
        margin={"l": 8, "r": 64, "t": 24, "b": 8},
        hovermode="x unified",
        xaxis=months(first, last, t),
        yaxis={"range": [0, _top(curves)], "ticksuffix": "%", "dtick": 20, "fixedrange": True},
        shapes=[_deadline(deadline)],
        annotations=[_deadline_label(deadline, t), *_end_labels(curves, deadline, t)],
    )


def _top(curves: Mapping[int, Sequence[Point]]) -> int:
    """The next multiple of twenty above every curve, at most 100."""
    highest = max(float(point.rate.value or 0) for points in curves.values() for point in points)
    return min(100, 20 * (int(highest + 4) // 20 + 1))


def _aligned(point: Point, deadline: dt.date) -> dt.date:
    return deadline - dt.timedelta(days=point.to_deadline)


def _curve(
    cohort: int, points: Sequence[Point], deadline: dt.date, newest: bool, age: int, t: Translator
) -> Trace:
    color = (
        TOKENS.this_cohort
        if newest
        else (TOKENS.last_cohort if age == 1 else TOKENS.earlier_cohort)
    )
    dash = "solid" if newest else ("dash" if age == 1 else "dot")
    name = t("figure.cohort", cohort=cohort)
    return {
        "type": "scatter",
        "x": [_aligned(point, deadline).isoformat() for point in points],
        "y": [float(point.rate.value or 0) for point in points],
        "mode": "lines",
        "name": name,
        "line": {"color": color, "width": 3 if newest else 1.6, "dash": dash, "shape": "hv"},
        # The day is a point's code in the newest class alone: the page shows one class.
        "customdata": [
            [point.day.isoformat() if newest else "", t.rate(point.rate), t.date(point.day)]
            for point in points
        ],
        "hovertemplate": f"{name}: %{{customdata[1]}} · %{{customdata[2]}}<extra></extra>",
    }


def months(first: dt.date, last: dt.date, t: Translator) -> dict[str, object]:
    """Month ticks written by us: the library's Chinese month names are shortened wrongly."""
    ticks, month = [], dt.date(first.year, first.month, 1)
    while month <= last:
        ticks.append(month)
        month = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    shown = [tick for tick in ticks if tick >= first][:: 2 if len(ticks) > 8 else 1]
    return {
        "range": [first.isoformat(), last.isoformat()],
        "tickmode": "array",
        "tickvals": [tick.isoformat() for tick in shown],
        "ticktext": [t(f"month.m{tick.month}") for tick in shown],
        "fixedrange": True,
        "hoverformat": t("figure.date_format"),
    }


def _deadline(deadline: dt.date) -> dict[str, object]:
    return {
        "type": "line",
        "x0": deadline.isoformat(),
        "x1": deadline.isoformat(),
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": TOKENS.line, "width": 1},
    }


def _deadline_label(deadline: dt.date, t: Translator) -> dict[str, object]:
    return {
        "x": deadline.isoformat(),
        "y": 1.0,
        "yref": "paper",
        "yanchor": "bottom",
        "text": t("figure.deadline"),
        "showarrow": False,
        "font": {"size": 12, "color": TOKENS.ink_muted},
    }


def _end_labels(
    curves: Mapping[int, Sequence[Point]], deadline: dt.date, t: Translator
) -> list[dict[str, object]]:
    """The cohort's name at the end of its line, moved apart where ends lie close together."""
    ends = sorted(
        ((float(points[-1].rate.value or 0), cohort) for cohort, points in curves.items()),
        reverse=True,
    )
    labels: list[dict[str, object]] = []
    lowest = 200.0
    for value, cohort in ends:
        newest = cohort == max(curves)
        position = min(value, lowest - _top(curves) * 0.07)
        lowest = position
        labels.append(
            {
                "x": _aligned(curves[cohort][-1], deadline).isoformat(),
                "y": position,
                "xanchor": "left",
                "xshift": 6,
                "text": f"<b>{t('figure.cohort', cohort=cohort)}</b>"
                if newest
                else t("figure.cohort", cohort=cohort),
                "showarrow": False,
                "font": {"size": 12, "color": TOKENS.accent if newest else TOKENS.ink_muted},
            }
        )
    return labels

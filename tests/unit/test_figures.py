"""What a figure draws is what its rows say, and without rows it says so."""

import datetime as dt
import json
import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.answer_rows import Line, Point, RuleShare, Slice
from dashboard.benchmark_rows import Adjusted, Position, Spread
from dashboard.figures import peers
from dashboard.figures.funnel import LIMITS, funnel
from dashboard.figures.mix import mix_bars
from dashboard.figures.progress import progress_curves
from dashboard.figures.rates import rate_bars
from dashboard.figures.surveys import profile_dots, ranked_dots, rule_bars
from dashboard.i18n import translator
from dashboard.indicators.distribution import Quartiles
from dashboard.indicators.intervals import wilson
from dashboard.indicators.rates import WhyMissing, rate, share
from dashboard.indicators.standardise import Cell, standardise
from dashboard.indicators.surveys import Dot, Estimate, Measure, MeasureInterval

T = translator("zh-CN")
NAMES = {"a": "甲", "b": "乙", "c": "丙"}


def checked(make: Any, *given: Any) -> go.Figure:
    """The figure, after plotly has checked every name and value in it."""
    made = make(*given)
    json.dumps(made)  # plain values only
    return go.Figure(made)


def line(code: str, employed: int, graduates: int, year: str | None = None) -> Line:
    return Line(
        code,
        graduates,
        employed,
        rate(employed, graduates),
        wilson(employed, graduates) if graduates else None,
        year=None if year is None else Decimal(year),
    )


def trace(figure: Any, mode: str) -> Any:
    """The one trace of this mode, or of this type."""
    found = [t for t in figure.data if mode in (getattr(t, "mode", None), t.type)]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    "figure",
    [
        checked(rate_bars, [], NAMES, "就业率", T),
        checked(rate_bars, [line("a", 0, 0)], NAMES, "就业率", T),
        checked(mix_bars, [], NAMES, T),
        checked(progress_curves, {}, T),
        checked(funnel, [line("a", 0, 0)], NAMES, "就业率", T),
    ],
)
def test_without_rows_a_sentence_and_no_axes(figure: Any) -> None:
    assert figure.data == ()
    assert [note.text for note in figure.layout.annotations] == [T("figure.empty")]
    assert (figure.layout.xaxis.visible, figure.layout.yaxis.visible) == (False, False)


def test_bars_are_as_long_as_the_rates_and_marks_stand_at_last_year() -> None:
    figure = checked(
        rate_bars, [line("a", 1, 4, "-5.00"), line("b", 3, 4), line("c", 0, 0)], NAMES, "就业率", T
    )
    bars = trace(figure, "bar")
    assert (list(bars.y), list(bars.x)) == (["甲", "乙"], [25.0, 75.0])
    marks = trace(figure, "markers")
    assert (list(marks.y), list(marks.x)) == (["甲"], [30.0])
    words = trace(figure, "text")
    assert list(words.text) == ["<b>25.00%</b>", "<b>75.00%</b>"]
    assert words.x[0] > 30, "the text would cover the mark"
    assert words.x[1] > 75
    assert list(figure.layout.xaxis.range) == [0, 100], "rates start at zero"


def test_parts_of_a_level_are_told_from_whole_ones_and_every_mark_has_its_code() -> None:
    lines = [line("a", 1, 4, "-5.00"), line("b", 3, 4, "1.00"), line("c", 1, 2)]
    figure = checked(rate_bars, lines, NAMES, "就业率", T, {"b"})
    bars = trace(figure, "bar")
    assert bars.width[0] == bars.width[2] > bars.width[1]
    assert bars.marker.color[0] == bars.marker.color[2] != bars.marker.color[1]
    assert [row[0] for row in bars.customdata] == ["a", "b", "c"]
    assert [row[0] for row in trace(figure, "markers").customdata] == ["a", "b"]


def test_a_mix_shows_shares_of_everybody_with_their_people() -> None:
    parts = [
        Slice("a", True, 1_500, share(1_500, 2_000)),
        Slice("b", False, 500, share(500, 2_000)),
    ]
    figure = checked(mix_bars, parts, NAMES, T)
    bars = trace(figure, "bar")
    assert list(bars.x) == [75.0, 25.0]
    assert list(bars.text) == ["<b>75.00%</b>  1,500人", "<b>25.00%</b>  500人"]
    assert [one[0] for one in bars.customdata] == ["a", "b"]


def test_curves_lie_above_each_other_by_days_to_the_deadline() -> None:
    curves = {
        2021: [Point(dt.date(2021, 8, 21), 10, rate(30, 100))],
        2020: [
            Point(dt.date(2020, 8, 21), 10, rate(29, 100)),
            Point(dt.date(2020, 8, 31), 0, rate(31, 100)),
        ],
    }
    figure = checked(progress_curves, curves, T)
    older, newest = figure.data
    assert (older.name, newest.name) == ("2020届", "2021届")
    assert older.x[0] == newest.x[0] == "2021-08-21"
    assert older.x[1] == "2021-08-31"
    assert older.line.shape == newest.line.shape == "hv", "between two returns nothing is known"
    assert newest.line.width > older.line.width
    assert [row[0] for row in newest.customdata] == ["2021-08-21"]
    assert [row[0] for row in older.customdata] == ["", ""], "the page shows one class"
    ends = [note for note in figure.layout.annotations if "届" in note.text]
    assert abs(ends[0].y - ends[1].y) >= 0.07 * figure.layout.yaxis.range[1] - 1e-9


def test_a_funnel_marks_what_is_more_than_chance() -> None:
    given = [line("a", 5_000, 10_000), line("b", 9, 10), line("c", 900, 1_000)]
    figure = checked(funnel, given, NAMES, "就业率", T)
    open_ones, filled = (t for t in figure.data if t.mode == "markers")
    mean = 5_909 / 11_010
    far = {
        one.code: abs(one.employed / one.graduates - mean)
        / math.sqrt(mean * (1 - mean) / one.graduates)
        for one in given
    }
    outside = {code for code, z in far.items() if z > 3.09}
    assert {row[0] for row in filled.customdata} == outside == {"a", "c"}
    assert [row[0] for row in open_ones.customdata] == ["b"]
    curves = [t for t in figure.data if t.mode == "lines"]
    assert len(curves) == 2 * len(LIMITS) + 1
    assert figure.layout.xaxis.type == "log"


def position(code: str, own: tuple[int, int], *told: str, why: WhyMissing = "small") -> Position:
    quartiles = Quartiles(*map(Decimal, told)) if told else None
    spread = Spread("kind", 7, quartiles) if quartiles else Spread(None, 0, None, why)
    return Position(code, rate(*own), spread, None, None, None)


def named(figure: Any, key: str) -> Any:
    """The trace with this name."""
    (found,) = [trace for trace in figure.data if trace.name == T(key)]
    return found


def test_the_own_school_stands_among_its_peers() -> None:
    lines = [line("a", 8, 10), line("b", 81, 100), line("c", 5, 10)]
    total = position("", (7, 10), "50", "80", "80.5")
    made = checked(peers.distribution, total, lines, NAMES, T)
    assert named(made, "benchmark.middle_half").x == (50.0, 80.5)
    assert named(made, "benchmark.median").x == (80.0,)
    points = named(made, "benchmark.one_peer")
    assert points.x == (80.0, 81.0, 50.0)
    assert [mark[1] for mark in points.customdata] == ["甲", "乙", "丙"]
    own = named(made, "benchmark.own")
    assert own.x == (70.0,)
    limits = wilson(7, 10)
    assert own.error_x.array == (float(limits.high) - 70,)
    assert own.error_x.arrayminus == (70 - float(limits.low),)


def test_schools_of_one_rate_do_not_cover_each_other() -> None:
    lines = [line(code, 8, 10) for code in "abc"]
    made = checked(peers.distribution, position("", (7, 10), "5", "6", "7"), lines, NAMES, T)
    assert len(set(named(made, "benchmark.one_peer").y)) == 3


def test_without_single_schools_there_are_no_points() -> None:
    made = checked(peers.distribution, position("", (7, 10), "50", "60", "70"), [], NAMES, T)
    assert [trace.name for trace in made.data] == [
        T("benchmark.middle_half"),
        T("benchmark.median"),
        T("benchmark.own"),
    ]


@pytest.mark.parametrize("why", ["small", "not_allowed", "none"])
def test_what_is_withheld_is_said_and_not_drawn(why: WhyMissing) -> None:
    made = checked(peers.distribution, position("", (7, 10), why=why), [], NAMES, T)
    assert made.data == ()
    assert [note.text for note in made.layout.annotations] == [T.missing(why)]


def test_one_row_per_cut_and_no_band_where_it_is_withheld() -> None:
    found = [position("a", (7, 10), "50", "60", "70"), position("b", (1, 4))]
    made = checked(peers.rows, found, NAMES, T)
    assert made.layout.yaxis.ticktext == ("甲", "乙")
    assert named(made, "benchmark.middle_half").x == (50.0, 70.0, None)
    assert named(made, "benchmark.median").y == (0.0,)
    own = named(made, "benchmark.own")
    assert own.x == (70.0, 25.0)
    assert [mark[0] for mark in own.customdata] == ["a", "b"]


def test_the_largest_cuts_are_drawn() -> None:
    found = [position(str(number), (1, 2)) for number in range(30)]
    made = checked(peers.rows, found, {}, T)
    assert len(named(made, "benchmark.own").x) == peers.MOST_ROWS
    assert checked(peers.rows, [position("a", (0, 0))], NAMES, T).data == ()


def test_observed_stands_beside_expected() -> None:
    lines = [Adjusted("a", standardise([Cell(10, 7, 4, 3)])), Adjusted("b", standardise([]))]
    made = checked(peers.adjusted, lines, NAMES, T)
    assert named(made, "benchmark.expected").x == (75.0,)
    assert named(made, "benchmark.own").x == (70.0,)
    assert made.layout.yaxis.ticktext == ("甲",)
    assert checked(peers.adjusted, lines[1:], NAMES, T).data == ()


# ---- surveys


def dot(code: str, value: str, low: str, high: str, note: str = "", scale: Any = "yes") -> Dot:
    interval = MeasureInterval(Decimal(low), Decimal(high), scale)
    own = Estimate(Measure(Decimal(value), scale), interval, 40, 38)
    return Dot(code, NAMES[code], own, note=note)


NOBODY = Estimate(None, None, 0, 0, "small")


def test_a_profile_draws_figures_with_their_intervals_and_all_schools_below() -> None:
    first = replace(dot("a", "70.00", "60.00", "78.00"), reference=dot("b", "65", "64", "66").own)
    figure = checked(profile_dots, [first, dot("b", "40.00", "31.00", "52.00", "扩大")], "所选", T)
    own, reference, words = figure.data
    assert list(own.x) == [70.0, 40.0]
    assert list(own.error_x.array) == [8.0, 12.0]
    assert list(own.error_x.arrayminus) == [10.0, 9.0]
    assert list(own.marker.symbol) == ["circle", "circle-open"], "a wider group's figure is hollow"
    assert [row[0] for row in own.customdata] == ["a", "b"]
    assert own.customdata[1][3].endswith("扩大")
    assert list(reference.x) == [65.0]
    assert reference.y[0] > 0 > own.y[0], "below the own figure"
    assert "70.00%" in words.text[0]
    assert list(figure.layout.yaxis.ticktext) == ["甲", "乙"]
    low, high = figure.layout.xaxis.range
    assert low <= 31 < 78 <= high <= 100


def test_a_profile_alone_has_no_legend_and_leaves_out_what_is_withheld() -> None:
    figure = checked(profile_dots, [dot("a", "4.20", "4.00", "4.40", scale="rating")], "x", T)
    assert not figure.layout.showlegend
    assert tuple(figure.layout.xaxis.range) == (3.0, 5.0)
    nothing = checked(profile_dots, [Dot("a", "甲", NOBODY)], "x", T)
    assert not nothing.data
    assert len(nothing.layout.annotations) == 1


def test_an_axis_is_never_so_short_that_noise_looks_large() -> None:
    figure = checked(profile_dots, [dot("a", "70.10", "70.00", "70.20")], "x", T)
    low, high = figure.layout.xaxis.range
    assert high - low >= 20
    pay = checked(profile_dots, [dot("a", "5000", "4990", "5010", scale="amount")], "x", T)
    assert pay.layout.xaxis.range[1] - pay.layout.xaxis.range[0] >= 1000
    narrow = checked(
        lambda d: profile_dots(d, "x", T, least_span=1.0), [dot("a", "0.2", "0.1", "0.3")]
    )
    assert narrow.layout.xaxis.range[1] - narrow.layout.xaxis.range[0] <= 2


def test_ranked_groups_stand_from_low_to_high_without_those_of_wider_groups() -> None:
    dots = [
        dot("a", "70", "60", "78"),
        dot("b", "40", "31", "52"),
        dot("c", "9", "8", "10", "扩大"),
    ]
    figure = checked(ranked_dots, dots, "对口率", T)
    (trace,) = figure.data
    assert [row[0] for row in trace.customdata] == ["b", "a"]
    assert list(trace.y) == [40.0, 70.0]
    assert list(trace.x) == [0, 1]
    assert not checked(ranked_dots, dots[2:], "对口率", T).data


def test_rules_are_bars_with_last_year_as_a_mark() -> None:
    shares = [
        RuleShare("a", 30, share(30, 100), share(30, 60), Decimal("5.00")),
        RuleShare("b", 1, share(1, 100), share(1, 60), None),
    ]
    figure = checked(rule_bars, shares, NAMES, T)
    bars, mark, words = figure.data
    assert list(bars.x) == [30.0, 1.0]
    assert list(mark.x) == [25.0], "only where there is a year before"
    assert "30.00%" in words.text[0]
    assert not checked(rule_bars, [], NAMES, T).data

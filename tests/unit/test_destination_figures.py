"""The figures of the destinations page draw what their rows say, and leave every word its room."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.answer_rows import Slice
from dashboard.destination_rows import BehindRow, Change, Part, SeasonDay
from dashboard.figures.destinations import change_bars, part_bars, season_areas, share_points
from dashboard.figures.rows import GAP, LINE, NARROW, UNIT, Words, rows, units, wrapped
from dashboard.figures.stacked import Bar, Segment, stacked_bars
from dashboard.i18n import translator
from dashboard.indicators.intervals import wilson
from dashboard.indicators.rates import rate, share

T = translator("zh-CN")
NAMES = {"a": "甲", "b": "乙", "c": "丙"}
COLOURS = {"a": "#1f4e82", "b": "#bf8019", "c": "#6b7683"}
SEGMENTS = [Segment(code, NAMES[code], COLOURS[code]) for code in NAMES]


def checked(make: Any, *given: Any) -> go.Figure:
    """The figure, after plotly has checked every name and value in it."""
    made = make(*given)
    json.dumps(made)  # plain values only
    return go.Figure(made)


@pytest.mark.parametrize(
    "figure",
    [
        checked(stacked_bars, [], SEGMENTS, "share", T),
        checked(stacked_bars, [Bar("甲", "", {})], [], "share", T),
        checked(part_bars, [], NAMES, COLOURS, T),
        checked(change_bars, [], NAMES, T),
        checked(season_areas, [], SEGMENTS, "share", T),
        checked(share_points, [], NAMES, rate(0, 0), T),
    ],
)
def test_without_rows_a_sentence_and_no_axes(figure: Any) -> None:
    assert figure.data == ()
    assert [note.text for note in figure.layout.annotations] == [T("figure.empty")]


BARS = [
    Bar("合计", "8人", {"a": 5, "b": 2, "c": 1}),
    Bar("本科", "4人", {"a": 3, "b": 1}, "&level=bachelor"),
    Bar("女", "4人", {"a": 2, "b": 1, "c": 1}, None),
]


def test_a_stack_of_shares_fills_the_row_and_says_each_share() -> None:
    figure = checked(stacked_bars, BARS, SEGMENTS, "share", T)
    a, b, c = figure.data
    assert list(a.x) == [62.5, 75.0, 50.0]
    assert [sum(part.x[at] for part in (a, b, c)) for at in range(3)] == [100.0] * 3
    assert list(c.text) == ["12.50%", "", "25.00%"], "no word where there is nobody"
    assert [one.name for one in figure.data] == ["甲", "乙", "丙"]
    assert list(figure.layout.xaxis.range) == [0, 100]


def test_a_stack_of_people_is_as_long_as_there_are_people() -> None:
    figure = checked(stacked_bars, BARS, SEGMENTS, "count", T)
    assert [sum(part.x[at] for part in figure.data) for at in range(3)] == [8, 4, 4]
    assert list(figure.data[0].text) == ["5", "3", "2"]


def test_a_click_on_a_row_narrows_to_it_where_there_is_a_filter() -> None:
    figure = checked(stacked_bars, BARS, SEGMENTS, "share", T)
    assert [row[0] for row in figure.data[0].customdata] == ["a", "a&level=bachelor", ""]
    other = Segment("a 甲", "甲", "#1f4e82", "a")
    figure = checked(stacked_bars, [Bar("x", "", {"a 甲": 1})], [other], "share", T)
    assert figure.data[0].customdata[0][0] == "a", "the code, not the key, is what is clicked"


def test_two_rows_of_one_name_are_two_bars() -> None:
    bars = [Bar("计算机类", "1人", {"a": 1}), Bar("计算机类", "1人", {"b": 1})]
    figure = checked(stacked_bars, bars, SEGMENTS, "share", T)
    assert len(set(figure.data[0].y)) == 2


def test_parts_of_a_part_are_light_and_below_it() -> None:
    parts = [
        (Slice("a", True, 3, share(3, 4)), True),
        (Slice("b", True, 2, share(2, 4)), False),
        (Slice("c", False, 1, share(1, 4)), True),
    ]
    figure = checked(part_bars, parts, NAMES, COLOURS, T)
    bars = figure.data[0]
    assert list(bars.x) == [75.0, 50.0, 25.0]
    assert [one == 1 for one in bars.marker.opacity] == [True, False, True]
    assert [row[0] for row in bars.customdata] == ["a", "b", "c"]
    words = [note.text for note in figure.layout.annotations]
    assert words[0].startswith("<b>甲</b>")
    assert words[1].startswith("乙")
    assert "50.00%" in words[1]
    assert "2人" in words[1]


def test_parts_that_are_all_whole_have_no_headings() -> None:
    figure = checked(part_bars, [(Slice("a", True, 3, share(3, 4)), True)], NAMES, COLOURS, T)
    assert figure.layout.annotations[0].text.startswith("甲")


def change(code: str, now: int, before: int, beyond: bool) -> Change:
    a, b = share(now, 1000), share(before, 1000)
    points = (a.value or Decimal(0)) - (b.value or Decimal(0))
    return Change(Part(code, code, True), a, b, points, None, beyond)


def test_changes_point_both_ways_and_chance_is_light() -> None:
    given_in = [change("a", 300, 250, True), change("b", 251, 250, False), change("c", 1, 90, True)]
    figure = checked(change_bars, given_in, NAMES, T)
    bars = figure.data[0]
    assert list(bars.x) == [5.0, 0.1, -8.9]
    assert [one == 1 for one in bars.marker.opacity] == [True, False, True]
    assert bars.marker.color[0] == bars.marker.color[1] != bars.marker.color[2]
    words = [note.text for note in figure.layout.annotations]
    assert ["+5.00" in words[0], "\N{MINUS SIGN}8.90" in words[2]] == [True, True]
    low, high = figure.layout.xaxis.range
    assert low == -high
    assert high > 8.9


def test_no_change_at_all_is_drawn_too() -> None:
    figure = checked(change_bars, [change("a", 10, 10, False)], NAMES, T)
    assert list(figure.data[0].x) == [0.0]


def test_points_stand_at_their_share_with_their_interval_and_everybody_is_marked() -> None:
    ranked = [
        BehindRow("a", 9, share(9, 10), wilson(9, 10), False),
        BehindRow("b", 20, share(20, 100), wilson(20, 100), False),
    ]
    figure = checked(share_points, ranked, NAMES, share(29, 110), T)
    points, everybody = figure.data
    assert list(points.x) == [90.0, 20.0]
    for at, row in enumerate(ranked):
        assert row.interval is not None
        high, low = points.error_x.array[at], points.error_x.arrayminus[at]
        assert points.x[at] + high == pytest.approx(float(row.interval.high))
        assert points.x[at] - low == pytest.approx(float(row.interval.low))
    assert {x for x in everybody.x if x is not None} == {26.36}
    assert figure.layout.xaxis.range[1] >= 98, "the interval of the first ends at 98 percent"


DAYS = [
    SeasonDay(dt.date(2020, 11, 1), 10, {"a": 0, "b": 0, "c": 10}),
    SeasonDay(dt.date(2021, 3, 3), 10, {"a": 3, "b": 1, "c": 6}),
]


def test_the_areas_of_a_day_are_everybody_and_step_from_day_to_day() -> None:
    for unit, whole in (("share", 100.0), ("count", 10)):
        figure = checked(season_areas, DAYS, SEGMENTS, unit, T)
        for at in range(len(DAYS)):
            assert sum(area.y[at] for area in figure.data) == whole
        assert {area.line.shape for area in figure.data} == {"hv"}
        assert len({area.stackgroup for area in figure.data}) == 1
        assert list(figure.data[0].x) == ["2020-11-01", "2021-03-03"]


texts = st.text(st.sampled_from("甲乙丙 （abcABC,/-"), min_size=1, max_size=90)


@given(st.lists(st.builds(Words, name=texts, strong=st.just("12.34%"), note=texts), min_size=1))
def test_no_words_lie_on_a_mark_or_on_other_words(words: list[Words]) -> None:
    made = rows(words, 9)
    heights = [LINE * (1 + note["text"].count("<br>")) for note in made.notes]
    tops = [note["y"] - height for note, height in zip(made.notes, heights, strict=True)]
    assert tops[0] >= 0
    for note, place, height in zip(made.notes, made.places, heights, strict=True):
        assert place - 9 / 2 >= note["y"]
        assert height >= LINE
    for (_, place), (top, _) in pairwise(zip(tops, made.places, strict=True)):
        assert top >= place + 9 / 2
    assert made.height >= made.places[-1] + 9 / 2
    assert made.height - made.places[-1] <= GAP + 9


@given(texts)
def test_a_long_name_is_broken_and_nothing_of_it_is_lost(text: str) -> None:
    lines = wrapped(text, 20)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert units(line) <= 20 or " " not in line.strip(), "only a single long word is longer"


def test_the_longest_industry_fits_on_a_phone() -> None:
    name = "Water conservancy, environment and public facilities management"
    note = rows([Words(name, "1.43%", "1,115")], 9).notes[0]
    for line in note["text"].split("<br>"):
        plain = line.replace("<b>", "").replace("</b>", "").split('">')[-1].replace("</span>", "")
        assert units(plain) * UNIT <= NARROW

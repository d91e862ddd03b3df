"""What the rules of flags measure: thresholds, peers, jumps, falls, standstill, steps."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.indicators import flags as odd
from data_access.codes.files import read_code_tables

MONDAY = dt.date(2020, 4, 6)
LOCALES = Path(__file__).parents[2] / "dashboard" / "locales"
VERDICTS = ("造假", "虚假", "违规", "作假", "弄虚", "伪造", "舞弊")
VERDICTS_EN = ("fraud", "fake", "forged", "cheat", "illegal", "violat", "falsif")


def day(weeks: int, days: int = 0) -> dt.date:
    return MONDAY + dt.timedelta(weeks=weeks, days=days)


@given(part=st.integers(0, 500), whole=st.integers(0, 500), threshold=st.integers(1, 100))
def test_a_share_is_judged_by_whole_numbers(part: int, whole: int, threshold: int) -> None:
    found = odd.share_from(part, whole, threshold, 1)
    assert (found is not None) is (part >= 1 and whole > 0 and 100 * part >= threshold * whole)


def test_a_share_just_below_that_rounds_up_is_below() -> None:
    assert odd.share_from(2_999_999, 100_000_000, 3, 1) is None  # prints as 3.00
    assert odd.share_from(3_000_000, 100_000_000, 3, 1) == Decimal("3.00")


def test_a_school_is_not_its_own_peer() -> None:
    shares = {"a": (90, 100), **{f"p{i}": (10 * i, 100) for i in range(1, 6)}}
    found = odd.above_peers(shares, "a", 60, 1)
    assert found == odd.Peers(Decimal("90.00"), Decimal("30.00"), Decimal("60.00"), 5)
    assert odd.above_peers(shares, "a", 60.01, 1) is None
    assert odd.above_peers({k: shares[k] for k in ("a", "p1", "p2", "p3", "p4")}, "a", 1, 1) is None


def test_peers_without_graduates_are_no_peers() -> None:
    shares = {"a": (90, 100), **{f"p{i}": (0, 0) for i in range(6)}}
    assert odd.above_peers(shares, "a", 1, 1) is None
    assert odd.above_peers({**shares, "a": (0, 0)}, "a", 1, 0) is None


def test_a_jump_needs_four_earlier_weeks_with_changes() -> None:
    changes = [(day(i), 0, 5) for i in (0, 2, 4)] + [(day(6), 0, 60)]
    assert odd.jump(changes, day(6), 2, 10) is None
    changes.insert(0, (day(-2), 0, 5))
    found = odd.jump(changes, day(6), 12, 10)
    assert found == odd.Jump(60, Decimal("5.0"), 4, Decimal("12.0"))
    assert odd.jump(changes, day(6), 12.01, 10) is None
    assert odd.jump(changes, day(6, 3), 2, 10) is None, "the gain is four days old"
    assert odd.jump(changes, day(6, 2), 2, 10) is not None


def test_only_the_newest_eight_weeks_count() -> None:
    changes = [(day(0), 0, 1000), *((day(i), 0, 10) for i in range(1, 9)), (day(9), 0, 40)]
    found = odd.jump(changes, day(9), 4, 10)
    assert found is not None
    assert (found.mean, found.weeks) == (Decimal("10.0"), 8)


def test_a_fall_is_the_lowest_point_before_the_next_date() -> None:
    changes = [(day(0), 0, 100), (day(1), 0, -10), (day(2), 0, 30), (day(3), 0, -90)]
    assert odd.fall(changes, day(0), day(2), 10, 1) == odd.Fall(100, 90, Decimal("10.00"))
    assert odd.fall(changes, day(0), day(2), 10.01, 1) is None
    assert odd.fall(changes, day(1), day(2), 1, 1) is None
    assert odd.fall([], day(0), day(2), 1, 1) is None


def test_a_standstill_ends_with_the_newest_period() -> None:
    changes = [(day(0), 100, 10), (day(4), 0, 1)]
    periods = [day(i) for i in range(4)]
    found = odd.standstill(changes, periods, 4, 100)
    assert found == odd.Standstill(4, day(0), day(3), 10, 100)
    assert odd.standstill(changes, periods, 5, 100) is None
    assert odd.standstill(changes, periods, 4, 101) is None
    assert odd.standstill(changes, [*periods, day(4)], 4, 100) is None
    assert odd.standstill([], [], 1, 1) is None


def test_one_step_is_the_share_of_the_largest_gain() -> None:
    changes = [(day(0), 100, 0), (day(1), 0, 80), (day(2), 0, -30), (day(3), 0, 20)]
    assert odd.one_step(changes, 80, 80) == odd.Step(day(1), 80, 100, Decimal("80.00"))
    assert odd.one_step(changes, 80.01, 80) is None
    assert odd.one_step(changes, 80, 81) is None
    assert odd.one_step([(day(0), 9, 0)], 1, 1) is None


@pytest.mark.parametrize(("given_day", "end"), [(0, 0), (1, 7), (7, 7), (8, None)])
def test_a_return_belongs_to_the_period_that_ends_next(given_day: int, end: int | None) -> None:
    ends = [MONDAY, MONDAY + dt.timedelta(days=7)]
    expected = None if end is None else MONDAY + dt.timedelta(days=end)
    assert odd.period_of(MONDAY + dt.timedelta(days=given_day), ends) == expected


def test_a_flag_is_never_a_verdict() -> None:
    """Neither messages nor rules say that anybody did wrong."""
    said = [*LOCALES.glob("*/flags.json"), *LOCALES.glob("*/state.json")]
    texts = [text for path in said for text in json.loads(path.read_text("utf-8")).values()]
    for row in read_code_tables()["flag_rule"]:
        names = ("name_zh", "name_en", "explanation_zh", "explanation_en")
        texts += [row[name] for name in names]
    assert len(texts) > 200
    wrong = [t for t in texts for word in (*VERDICTS, *VERDICTS_EN) if word in t.lower()]
    assert wrong == []
    assert any("存疑，待核查" in text for text in texts)

"""Rates round as official tables do, and say why they are missing."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.indicators.rates import Rate, missing, percent, points, rate, share

people = st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("employed", "graduates", "printed"),
    [
        (109, 160, "68.13"),  # exactly 68.125: half up, where round() gives 68.12
        (20, 23, "86.96"),  # rows of the quality report of Shanxi for 2020
        (634, 946, "67.02"),
        (136, 187, "72.73"),
        (13, 132, "9.85"),
        (113455, 229416, "49.45"),
        (0, 99, "0.00"),
        (2, 2, "100.00"),
        (1, 20000, "0.01"),  # exactly 0.005
        (1, 20001, "0.00"),
        (19999, 20000, "100.00"),  # 99.995
    ],
)
def test_percent_is_printed_as_in_official_tables(
    employed: int, graduates: int, printed: str
) -> None:
    assert str(percent(employed, graduates)) == printed


def test_percent_of_nothing_is_nothing() -> None:
    assert percent(0, 0) is None
    assert percent(5, 0) is None


def test_percent_may_be_a_growth_rate() -> None:
    assert percent(3690, 11771) == Decimal("31.35")
    assert percent(-1, 20000) == Decimal("-0.01")
    assert percent(30, 20) == Decimal("150.00")


def test_a_negative_denominator_is_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        percent(1, -2)


@pytest.mark.parametrize("count", [1.0, Decimal(1), "1", None])
def test_only_whole_people_are_counted(count: Any) -> None:
    with pytest.raises(TypeError):
        percent(count, 2)


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30))
def test_percent_is_the_nearest_hundredth(numerator: int, denominator: int) -> None:
    assume(abs(numerator) < 10**20 * denominator)
    value = percent(numerator, denominator)
    assert value is not None
    assert value.as_tuple().exponent == -2
    error = Fraction(value) - Fraction(100 * numerator, denominator)
    assert abs(error) <= Fraction(1, 200)
    if abs(error) == Fraction(1, 200):  # a tie goes away from zero
        assert (error > 0) == (numerator > 0)


@given(people, people)
def test_a_rate_lies_between_0_and_100(a: int, b: int) -> None:
    employed, graduates = sorted((a, b))
    found = rate(employed, graduates)
    if graduates == 0:
        assert found == missing("none")
    else:
        assert found.value is not None
        assert 0 <= found.value <= 100
        assert (found.numerator, found.denominator) == (employed, graduates)


@given(people, people, people)
def test_a_rate_is_withheld_exactly_below_the_minimum(a: int, b: int, minimum: int) -> None:
    employed, graduates = sorted((a, b))
    found = rate(employed, graduates, minimum=minimum)
    assert (found.why_missing == "small") == (0 < graduates < minimum)


def test_a_withheld_rate_carries_no_counts() -> None:
    assert rate(3, 9, minimum=10) == Rate(0, 0, None, "small")
    assert "9" not in repr(rate(3, 9, minimum=10))
    assert rate(3, 10, minimum=10).value == Decimal("30.00")


@pytest.mark.parametrize(("employed", "graduates"), [(-1, 5), (6, 5), (0, -1), (1, 0)])
def test_impossible_counts_are_errors(employed: int, graduates: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        rate(employed, graduates)
    with pytest.raises(ValueError, match="no share"):
        share(employed, graduates)
    with pytest.raises(ValueError, match="no share"):
        Rate(employed, graduates, percent(employed, abs(graduates)))


@pytest.mark.parametrize(
    ("numerator", "denominator", "value", "why"),
    [
        (1, 2, Decimal("51.00"), None),
        (1, 2, None, "small"),
        (1, 2, Decimal("50.00"), "small"),
        (0, 0, None, None),
    ],
)
def test_value_counts_and_reason_belong_together(
    numerator: int, denominator: int, value: Decimal | None, why: Any
) -> None:
    with pytest.raises(ValueError, match=r"is not|either"):
        Rate(numerator, denominator, value, why)


def test_shares_of_a_whole() -> None:
    assert share(1, 3).value == Decimal("33.33")
    assert share(0, 0).why_missing == "none"
    assert share(1, 3, minimum=5).why_missing == "small"


def test_points_can_be_checked_by_hand() -> None:
    now, before = rate(2, 3), rate(1, 3)  # printed 66.67 and 33.33; exactly 33.333... apart
    assert points(now, before) == Decimal("33.34")
    assert points(before, now) == Decimal("-33.34")


@pytest.mark.parametrize("why", ["none", "small", "not_collected", "not_allowed"])
def test_points_need_both_rates(why: Any) -> None:
    assert points(rate(1, 2), missing(why)) is None
    assert points(missing(why), rate(1, 2)) is None

"""What may be told about peers: thresholds, the ladder, and that groups cannot be subtracted."""

import statistics
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.indicators.distribution import percentile, quartiles, rounded
from dashboard.indicators.protection import DEPARTMENT, SCHOOL, Climb, Fault, Threshold, climb

LEAST = Threshold(schools=5, graduates=10, largest=50)
rates = st.decimals(0, 100, places=2, allow_nan=False)


def schools(*sizes: int, start: int = 0) -> dict[str, int]:
    return {f"s{start + number}": n for number, n in enumerate(sizes)}


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        (schools(), "few"),
        (schools(20, 20, 20, 20), "few"),  # shrunk to four
        (schools(20, 20, 20, 20, 20), None),  # five are enough
        (schools(1, 1, 2, 2, 3), "small"),  # nine graduates
        (schools(1, 2, 2, 2, 3), None),  # ten
        (schools(40, 10, 10, 10, 10), None),  # exactly half dominates not
        (schools(41, 10, 10, 10, 10), "dominated"),
    ],
)
def test_the_least_that_is_told_of(parts: dict[str, int], fault: Fault | None) -> None:
    assert LEAST.fault(parts) == fault


def test_the_policies_are_those_of_the_design() -> None:
    assert SCHOOL.group == SCHOOL.cell == LEAST
    assert (SCHOOL.digits, SCHOOL.expected_digits) == (0, 1)
    assert (SCHOOL.apart, SCHOOL.named, SCHOOL.regions) == (True, False, False)
    assert (DEPARTMENT.group.schools, DEPARTMENT.cell.schools) == (5, 1)
    assert (DEPARTMENT.digits, DEPARTMENT.named, DEPARTMENT.apart) == (2, True, False)


def test_a_group_of_four_climbs_and_says_why() -> None:
    four, nine = schools(9, 9, 9, 9), schools(*[9] * 9)
    assert climb([four, nine], LEAST, apart=True) == Climb(1, ((0, "few"),))
    assert climb([schools(9, 9, 9, 9, 9), nine], LEAST, apart=False) == Climb(0, ())


def test_a_group_that_differs_by_one_to_four_schools_is_skipped() -> None:
    """Six of nine: the three between them would follow by subtraction."""
    six, nine, fourteen = schools(*[9] * 6), schools(*[9] * 9), schools(*[9] * 14)
    assert climb([six, nine], LEAST, apart=True) == Climb(1, ((0, "apart"),))
    assert climb([six, nine], LEAST, apart=False) == Climb(0, ())
    assert climb([nine, fourteen], LEAST, apart=True) == Climb(0, ())
    assert climb([six, dict(six), fourteen], LEAST, apart=True) == Climb(0, ())


def test_schools_between_two_groups_must_not_be_one_large_one_either() -> None:
    inner = schools(*[9] * 6)
    giant = {**inner, **schools(90, 1, 1, 1, 1, start=6)}
    assert climb([inner, giant], LEAST, apart=True).passed[0] == (0, "apart")


def test_where_no_group_will_do_nothing_is_told() -> None:
    dominated = schools(100, 5, 5, 5, 5)
    assert climb([schools(9), dominated], LEAST, apart=True) == Climb(
        None, ((0, "few"), (1, "dominated"))
    )


@st.composite
def ladders(draw: st.DrawFn) -> list[dict[str, int]]:
    """Groups inside each other, some of whose schools have nobody in the cut."""
    ends = sorted(draw(st.lists(st.integers(0, 30), min_size=4, max_size=4)))
    sizes = draw(st.lists(st.integers(0, 40), min_size=30, max_size=30))
    return [{f"s{i}": n for i, n in enumerate(sizes[:end]) if n} for end in ends]


@given(ladders())
def test_whatever_is_told_of_two_groups_tells_nothing_of_few_schools(
    rungs: list[dict[str, int]],
) -> None:
    """Whoever begins at any group, and compares any two answers."""
    told = {climb(rungs, LEAST, apart=True, start=start).at for start in range(4)} - {None}
    for narrow, wide in combinations(sorted(place for place in told if place is not None), 2):
        between = {s: n for s, n in rungs[wide].items() if s not in rungs[narrow]}
        assert LEAST.fault(rungs[narrow]) is None
        assert not between or LEAST.fault(between) is None


@given(st.lists(rates, min_size=2, max_size=40))
def test_quartiles_are_those_of_the_inclusive_method(given_rates: list[Decimal]) -> None:
    wanted = statistics.quantiles(given_rates, n=4, method="inclusive")
    found = quartiles(given_rates)
    for one, exact in zip((found.low, found.median, found.high), wanted, strict=True):
        assert abs(one - exact) <= Decimal("0.005")
    whole = quartiles(given_rates, 0)
    assert all(v == v.to_integral_value() for v in (whole.low, whole.median, whole.high))


def test_quartiles_by_hand() -> None:
    five = [Decimal(v) for v in ("90", "80", "70.5", "60", "50.4")]
    found = quartiles(five, 0)
    assert (found.low, found.median, found.high) == (60, 71, 80)
    four = quartiles([Decimal(v) for v in (10, 20, 30, 40)])
    assert (four.low, four.median, four.high) == (
        Decimal("17.50"),
        Decimal("25.00"),
        Decimal("32.50"),
    )
    with pytest.raises(ValueError, match="quartiles"):
        quartiles([])


def test_percentile_by_hand() -> None:
    others = [Decimal(v) for v in (10, 20, 30, 40)]
    assert percentile(Decimal(5), others) == 0
    assert percentile(Decimal(20), others) == 38  # one below, one the same: 1.5 of 4 = 37.5
    assert percentile(Decimal(50), others) == 100
    with pytest.raises(ValueError, match="among"):
        percentile(Decimal(5), [])


@given(rates, st.lists(rates, min_size=1, max_size=30))
def test_percentile_rises_with_the_rate(own: Decimal, others: list[Decimal]) -> None:
    found = percentile(own, others)
    assert 0 <= found <= percentile(own + 1, others) <= 100


def test_half_up_away_from_zero() -> None:
    assert [rounded(Decimal(v), 0) for v in ("0.5", "1.5", "-0.5", "-0.4")] == [1, 2, -1, 0]

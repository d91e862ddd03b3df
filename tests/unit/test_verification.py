"""The verified rate: worked by hand, its limits, what it must never do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.indicators.intervals import Interval, wilson
from dashboard.indicators.rates import share
from dashboard.indicators.verification import Cell, verified_rate


@st.composite
def cells(draw: st.DrawFn) -> list[Cell]:
    """Strata, each with a part of its people reached."""
    found = []
    for _ in range(draw(st.integers(1, 6))):
        people = draw(st.integers(0, 400))
        confirmed = draw(st.integers(0, people))
        refuted = draw(st.integers(0, people - confirmed))
        found.append(Cell(draw(st.booleans()), people, confirmed, refuted))
    return found


def test_a_simple_sample_worked_by_hand() -> None:
    """1,000 graduates, 600 reported as employed; 100 drawn, 94 reached.

    Employed: 50 confirmed, 6 refuted: c = 50/56. Others: 36 confirmed, 2 refuted: 1 - d = 2/38.
    0.6 * 0.892857 + 0.4 * 0.052632 = 0.535714 + 0.021053 = 0.556767.
    Score limits: c 0.785316..0.949961, 1 - d 0.014554..0.172855 (Wilson, with bc).
    Down: sqrt((0.6 * 0.107542)^2 + (0.4 * 0.038077)^2) = 0.066298; 0.556767 less it = 0.490469.
    Up: sqrt((0.6 * 0.057104)^2 + (0.4 * 0.120223)^2) = 0.059046; 0.556767 and it = 0.615813.
    """
    found = verified_rate([Cell(True, 600, 50, 6), Cell(False, 400, 36, 2)])
    assert found is not None
    assert wilson(50, 56) == Interval(Decimal("78.53"), Decimal("95.00"))
    assert wilson(2, 38) == Interval(Decimal("1.46"), Decimal("17.29"))
    assert found.value == Decimal("55.68")
    assert found.reported == share(600, 1000)
    assert found.difference == Decimal("-4.32")
    assert found.interval == Interval(Decimal("49.05"), Decimal("61.58"))
    assert found.reached == 94


def test_strata_weigh_as_many_as_they_have() -> None:
    """Two schools of 900 and 100, ten reached of each: 9 of 10 and 5 of 10 confirmed.

    c = 0.9 * 0.9 + 0.1 * 0.5 = 0.86, not 14/20.
    """
    found = verified_rate([Cell(True, 900, 9, 1), Cell(True, 100, 5, 5)])
    assert found is not None
    assert found.value == Decimal("86.00")
    # Weights 90 and 10: (900 + 100)^2 / (900^2 / 10 + 100^2 / 10) = 12.195 equal results.
    assert found.interval == wilson(0.86 * 1e6 / 82_000, 1e6 / 82_000)


def test_a_stratum_nobody_was_reached_of_is_like_the_rest_of_its_group() -> None:
    found = verified_rate([Cell(True, 500, 8, 2), Cell(True, 500, 0, 0), Cell(False, 10, 1, 0)])
    assert found is not None
    # 1,000 of 1,010 at 80 %, the ten others at 0 %.
    assert found.value == Decimal("79.21")


@pytest.mark.parametrize(
    "unknown",
    [
        [],
        [Cell(True, 0, 0, 0)],
        [Cell(True, 10, 0, 0)],
        [Cell(True, 10, 5, 0), Cell(False, 10, 0, 0)],
    ],
)
def test_where_nobody_was_reached_there_is_no_rate(unknown: list[Cell]) -> None:
    assert verified_rate(unknown) is None


def test_counts_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="results of"):
        verified_rate([Cell(True, 3, 2, 2)])
    with pytest.raises(ValueError, match="negative"):
        verified_rate([Cell(True, 3, -1, 2)])


@given(cells())
def test_the_interval_holds_the_rate_and_stays_within_bounds(given_: list[Cell]) -> None:
    found = verified_rate(given_)
    if found is not None:
        assert 0 <= found.interval.low <= found.value <= found.interval.high <= 100
        assert found.difference == found.value - (found.reported.value or 0)


@given(cells())
def test_where_nothing_is_refuted_the_verified_rate_is_the_reported_one(
    given_: list[Cell],
) -> None:
    found = verified_rate([cell._replace(refuted=0) for cell in given_])
    if found is not None:
        assert found.difference == 0


@given(cells())
def test_everybody_checked_is_a_count(given_: list[Cell]) -> None:
    """A census: the employed who are confirmed and the others who are refuted, over all."""
    everybody = [cell._replace(refuted=cell.people - cell.confirmed) for cell in given_]
    found, people = verified_rate(everybody), sum(cell.people for cell in given_)
    if found is not None:
        counted = sum(c.confirmed if c.employed else c.refuted for c in everybody)
        assert found.value == share(counted, people).value


@given(cells(), st.randoms(use_true_random=False))
def test_the_order_of_strata_does_not_matter(given_: list[Cell], shuffle: object) -> None:
    again = list(reversed(given_))
    assert verified_rate(again) == verified_rate(given_)

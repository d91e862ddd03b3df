"""Indirect standardisation, by hand (docs/standardisation.md) and as what must always hold."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.indicators.intervals import Interval
from dashboard.indicators.standardise import Cell, Standardised, standardise

# docs/standardisation.md: own graduates and employed, peers' graduates and employed.
COMPUTING = Cell(120, 96, 1000, 850)
LITERATURE = Cell(80, 52, 400, 240)
MASTERS = Cell(50, 47, 200, 190)
EXAMPLE = (COMPUTING, LITERATURE, MASTERS)


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    own, peers = draw(st.integers(0, 500)), draw(st.integers(0, 5_000))
    return Cell(own, draw(st.integers(0, own)), peers, draw(st.integers(0, peers)))


def test_the_worked_example() -> None:
    """120 * 85 % + 80 * 60 % + 50 * 95 % = 102 + 48 + 47.5 = 197.5 expected; 195 are employed."""
    found = standardise(EXAMPLE)
    assert (found.observed.numerator, found.observed.denominator) == (195, 250)
    assert found.observed.value == Decimal("78.00")
    assert found.expected == Decimal("79.00")
    assert found.difference == Decimal("-1.00")
    # Wilson of 195 in 250: (195 + 1.92) / 253.84 -+ 5.11 points = 72.46 to 82.69.
    assert found.interval == Interval(Decimal("-6.54"), Decimal("3.69"))


def test_a_part_without_peers_is_left_out_on_both_sides() -> None:
    found = standardise((*EXAMPLE, Cell(40, 40, 0, 0)))
    assert found == Standardised(290, *_parts(standardise(EXAMPLE)))


def test_those_compared_with_a_wider_cell_are_counted() -> None:
    wide, alone = Cell(30, 10, 100, 50, wider=True), Cell(40, 40, 0, 0)
    assert standardise((*EXAMPLE, wide, alone)).wider == 30
    assert standardise(EXAMPLE).wider == 0


def _parts(found: Standardised) -> tuple[object, ...]:
    return found.observed, found.expected, found.difference, found.interval


@pytest.mark.parametrize("given_cells", [(), (Cell(0, 0, 5, 5),), (Cell(4, 2, 0, 0),)])
def test_without_anybody_to_compare_there_is_nothing(given_cells: tuple[Cell, ...]) -> None:
    found = standardise(given_cells)
    assert (found.expected, found.difference, found.interval) == (None, None, None)
    assert found.observed.value is None


def test_the_expected_rate_is_rounded_half_up_once() -> None:
    """1/3 of 100 and 1/8 of 100: 33.33... and 12.5; 16.65 % is 16.7, not 16.65 -> 16.6."""
    assert standardise([Cell(3, 1, 3, 1)], 1).expected == Decimal("33.3")
    assert standardise([Cell(8, 1, 8, 1)], 1).expected == Decimal("12.5")
    assert standardise([Cell(1, 1, 2_000, 333)], 1).expected == Decimal("16.7")
    assert standardise([Cell(1, 1, 100_000, 16_649)], 1).expected == Decimal("16.6")


@given(st.lists(cells(), max_size=8), st.integers(1, 50))
def test_who_does_as_the_peers_do_has_no_difference(given_cells: list[Cell], times: int) -> None:
    """Own rates equal to the peers' in each cell: observed - expected is zero."""
    same = [
        Cell(c.graduates, c.employed, c.graduates * times, c.employed * times) for c in given_cells
    ]
    found = standardise(same)
    assert found.difference == (0 if any(c.graduates for c in same) else None)


@given(st.lists(cells(), max_size=8), st.integers(1, 5_000))
def test_a_cell_without_own_graduates_changes_nothing(given_cells: list[Cell], peers: int) -> None:
    assert standardise([*given_cells, Cell(0, 0, peers, peers)]) == standardise(given_cells)


@given(st.lists(cells(), max_size=8), st.randoms())
def test_the_order_of_the_cells_does_not_matter(given_cells: list[Cell], random: object) -> None:
    shuffled = list(given_cells)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert standardise(shuffled) == standardise(given_cells)


@given(st.lists(cells(), max_size=8))
def test_the_expected_rate_is_the_sum_by_hand(given_cells: list[Cell]) -> None:
    """Against fractions, and between the lowest and the highest rate of the peers."""
    compared = [c for c in given_cells if c.graduates and c.peer_graduates]
    found = standardise(given_cells)
    if not compared:
        assert found.expected is None
        return
    rates = [Fraction(100 * c.peer_employed, c.peer_graduates) for c in compared]
    n = sum(c.graduates for c in compared)
    exact = sum((c.graduates * r for c, r in zip(compared, rates, strict=True)), Fraction()) / n
    assert found.expected is not None
    assert abs(Fraction(found.expected) - exact) <= Fraction(1, 200)
    assert min(rates) - 1 < Fraction(found.expected) < max(rates) + 1
    assert found.difference == (found.observed.value or 0) - found.expected
    assert found.interval is not None
    assert found.interval.low <= found.difference <= found.interval.high

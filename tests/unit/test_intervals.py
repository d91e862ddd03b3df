"""Intervals and funnel limits, against published examples and an exact slow calculation."""

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.indicators.intervals import (
    FunnelLimit,
    Interval,
    funnel_limits,
    newcombe,
    place,
    wilson,
    z_score,
)
from dashboard.indicators.rates import missing, rate

CENT = Decimal("0.01")


@st.composite
def shares(draw: st.DrawFn, most: int = 100_000) -> tuple[int, int]:
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


def test_z_is_the_normal_quantile() -> None:
    assert z_score(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert z_score(0.998) == pytest.approx(3.090232, abs=1e-6)


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95])
def test_a_confidence_is_a_proportion(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, confidence)
    with pytest.raises(ValueError, match="confidence"):
        funnel_limits(rate(1, 2), [10], confidence)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [  # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3
        (81, 263, "25.53", "36.62"),
        (15, 148, "6.24", "16.05"),
        (0, 20, "0.00", "16.11"),
        (1, 29, "0.61", "17.18"),
    ],
)
def test_wilson_gives_the_published_intervals(k: int, n: int, low: str, high: str) -> None:
    assert wilson(k, n) == Interval(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [  # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10
        ((56, 70), (48, 80), "5.24", "33.39"),
        ((9, 10), (3, 10), "17.05", "80.90"),
        ((6, 7), (2, 7), "5.82", "80.62"),
        ((5, 56), (0, 29), "-3.81", "19.26"),
        ((0, 10), (0, 20), "-16.11", "27.75"),
        ((0, 10), (0, 10), "-27.75", "27.75"),
        ((10, 10), (0, 20), "67.91", "100.00"),
        ((10, 10), (0, 10), "60.75", "100.00"),
    ],
)
def test_newcombe_gives_the_published_intervals(
    first: tuple[int, int], second: tuple[int, int], low: str, high: str
) -> None:
    assert newcombe(*first, *second) == Interval(Decimal(low), Decimal(high))


@given(shares())
def test_wilson_holds_the_printed_rate_and_stays_in_range(given_share: tuple[int, int]) -> None:
    k, n = given_share
    found, value = wilson(k, n), rate(k, n).value
    assert value is not None
    assert 0 <= found.low <= value <= found.high <= 100
    assert (found.low == 0) if k == 0 else True
    assert (found.high == 100) if k == n else True
    assert "-" not in f"{found.low}{found.high}"


@given(shares())
def test_wilson_of_the_others_is_the_mirror(given_share: tuple[int, int]) -> None:
    k, n = given_share
    found, mirror = wilson(k, n), wilson(n - k, n)
    assert abs(100 - found.low - mirror.high) <= CENT
    assert abs(100 - found.high - mirror.low) <= CENT


@given(shares())
def test_more_confidence_is_wider_and_more_people_narrower(given_share: tuple[int, int]) -> None:
    k, n = given_share
    usual, sure, many = wilson(k, n), wilson(k, n, 0.998), wilson(4 * k, 4 * n)
    assert sure.low <= usual.low <= many.low <= many.high <= usual.high <= sure.high


@given(shares(), shares())
def test_a_difference_changes_its_sign_with_its_order(
    a: tuple[int, int], b: tuple[int, int]
) -> None:
    there, back = newcombe(*a, *b), newcombe(*b, *a)
    assert (there.low, there.high) == (-back.high, -back.low)
    assert -100 <= there.low <= there.high <= 100
    exact = Fraction(*a) - Fraction(*b)
    slack = Fraction(1, 200)
    assert Fraction(there.low) - slack <= 100 * exact <= Fraction(there.high) + slack


def test_a_bound_just_below_zero_is_printed_without_a_sign() -> None:
    assert str(newcombe(22, 1000, 37, 1000).high) == "0.00"


@pytest.mark.parametrize(("k", "n"), [(0, 0), (-1, 5), (6, 5), (1, -1)])
def test_impossible_counts_are_errors(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(k, n)
    with pytest.raises(ValueError, match="no share"):
        newcombe(1, 2, k, n)


def test_an_interval_has_an_order() -> None:
    with pytest.raises(ValueError, match="above"):
        Interval(Decimal(2), Decimal(1))


def exact_tails(k: int, n: int, mean: Fraction) -> tuple[Fraction, Fraction]:
    """P(X <= k) and P(X >= k), in whole fractions."""
    terms = [comb(n, j) * mean**j * (1 - mean) ** (n - j) for j in range(n + 1)]
    return sum(terms[: k + 1], Fraction(0)), sum(terms[k:], Fraction(0))


@settings(deadline=None, max_examples=60)
@given(shares(most=45), st.integers(1, 99), st.sampled_from([0.8, 0.95, 0.998]))
def test_a_group_is_outside_exactly_where_its_tail_is_improbable(
    group: tuple[int, int], mean: int, confidence: float
) -> None:
    k, n = group
    limit = funnel_limits(rate(mean, 100), [n], confidence)[0]
    down, up = exact_tails(k, n, Fraction(mean, 100))
    tail = Fraction((1 - confidence) / 2)
    expected = "below" if down < tail else "above" if up < tail else "within"
    assert place(rate(k, n), limit) == expected


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.998])
@pytest.mark.parametrize(("n", "mean"), [(30, 90), (300, 50), (500, 90), (1000, 95), (1000, 3)])
def test_the_limits_solve_the_interpolated_distribution(
    n: int, mean: int, confidence: float
) -> None:
    def solved(per_cent: int) -> Fraction:
        tail, below = Fraction((1 - confidence) / 2), Fraction(0)
        for k in range(n + 1):
            step = Fraction(comb(n, k) * per_cent**k * (100 - per_cent) ** (n - k), 100**n)
            below += step
            if below >= tail:
                return max(Fraction(0), (k - (below - tail) / step) / n)
        raise AssertionError("a distribution function ends at 1")

    limit = funnel_limits(rate(mean, 100), [n], confidence)[0]
    assert limit.low == pytest.approx(float(100 * solved(mean)), abs=1e-9)
    assert limit.high == pytest.approx(float(100 - 100 * solved(100 - mean)), abs=1e-9)


def test_the_lower_limit_is_interpolated_as_published() -> None:
    # X binomial(10, 0.9): P(X <= 4) = 0.00014690, P(X <= 5) = 0.00163494, so at 0.001
    # r = 5 and (r - alpha) / n = (5 - 0.42669) / 10
    limit = funnel_limits(rate(9, 10), [10], 0.998)[0]
    assert limit.low == pytest.approx(45.7331, abs=1e-3)
    assert limit.high == 100


@settings(deadline=None)
@given(shares(most=5_000), st.lists(st.integers(0, 30_000), max_size=4))
def test_the_limits_hold_the_mean_and_mirror(mean: tuple[int, int], sizes: list[int]) -> None:
    k, n = mean
    limits = funnel_limits(rate(k, n), sizes)
    others = funnel_limits(rate(n - k, n), sizes)
    wide = funnel_limits(rate(k, n), sizes, 0.998)
    assert [limit.size for limit in limits] == sizes
    for limit, other, wider in zip(limits, others, wide, strict=True):
        assert 0 <= limit.low <= limit.high <= 100
        assert limit.low == pytest.approx(100 - other.high)
        assert limit.high == pytest.approx(100 - other.low)
        assert wider.low <= limit.low + 1e-9
        assert wider.high >= limit.high - 1e-9


def test_the_funnel_narrows_and_stays_exact_for_a_whole_nation() -> None:
    small, province, nation = funnel_limits(rate(63, 100), [100, 230_000, 12_000_000])
    widths = [limit.high - limit.low for limit in (small, province, nation)]
    assert widths == sorted(widths, reverse=True)
    normal = 100 * z_score(0.95) * (0.63 * 0.37 / 12_000_000) ** 0.5
    assert nation.high - nation.low == pytest.approx(2 * normal, rel=1e-3)


@pytest.mark.parametrize(("employed", "only"), [(0, 0.0), (50, 100.0)])
def test_a_mean_of_nobody_or_everybody_leaves_no_room(employed: int, only: float) -> None:
    assert funnel_limits(rate(employed, 50), [0, 7]) == [
        FunnelLimit(0, 0.0, 100.0),
        FunnelLimit(7, only, only),
    ]


def test_a_funnel_needs_a_mean_and_possible_sizes() -> None:
    with pytest.raises(ValueError, match="overall rate"):
        funnel_limits(missing("none"), [10])
    with pytest.raises(ValueError, match="negative"):
        funnel_limits(rate(1, 2), [-1])


def test_a_place_is_asked_with_the_limits_of_its_own_size() -> None:
    limit = funnel_limits(rate(1, 2), [10])[0]
    assert place(missing("small"), limit) == "within"
    with pytest.raises(ValueError, match="limits for 10"):
        place(rate(1, 11), limit)

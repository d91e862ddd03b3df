"""How far chance could move a rate: intervals for rates, their differences, and funnel limits.

A class is counted in full, so an interval here is no sampling error. It answers the question
of a league table: how different could the rate of a group of this size be although nothing
about the school or the discipline differs?
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

from dashboard.indicators.rates import Rate

Place = Literal["below", "within", "above"]

_HUNDREDTH = Decimal("0.01")
_NEGLIGIBLE = 1e-14  # of a tail sum: what is left out moves no limit visibly


@dataclass(frozen=True, slots=True)
class Interval:
    """Percent, or percentage points for a difference; half up to two decimals, as rates are."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"{self.low} is above {self.high}")


@dataclass(frozen=True, slots=True)
class FunnelLimit:
    """Where a group of ``size`` people should lie, in percent; not rounded, it is drawn."""

    size: int
    low: float
    high: float


def z_score(confidence: float) -> float:
    """The two-sided normal quantile: 1.96 for 0.95. Raises ValueError outside (0, 1)."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(k: float, n: float, confidence: float = 0.95) -> Interval:
    """The score interval of k out of n (Wilson 1927; Newcombe 1998a, method 3).

    Good for small n and for rates near 0 or 100 %; it never leaves 0..100. Of a weighted sample
    n is the effective size and k that share of it. Raises ValueError for n = 0 or k outside 0..n.
    """
    low, high = score_limits(k, n, z_score(confidence))
    return Interval(printed_share(low), printed_share(high))


def newcombe(k1: int, n1: int, k2: int, n2: int, confidence: float = 0.95) -> Interval:
    """The interval of k1/n1 - k2/n2 in percentage points (Newcombe 1998b, method 10).

    Made of the two Wilson intervals, without continuity correction. Raises ValueError as
    ``wilson`` does.
    """
    z = z_score(confidence)
    (low1, high1), (low2, high2) = score_limits(k1, n1, z), score_limits(k2, n2, z)
    p1, p2 = k1 / n1, k2 / n2
    down = math.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    up = math.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    difference = p1 - p2
    return Interval(
        printed_share(max(-1.0, difference - down)), printed_share(min(1.0, difference + up))
    )


def score_limits(k: float, n: float, z: float) -> tuple[float, float]:
    """What ``wilson`` prints, as shares of 1 and not rounded, to go on reckoning with."""
    if n <= 0 or not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no share")
    middle = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return middle - half, middle + half


def printed_share(proportion: float) -> Decimal:
    """A share of 1 as percent, half up to two decimals."""
    hundredths = Decimal(proportion * 100).quantize(_HUNDREDTH, ROUND_HALF_UP)
    return hundredths + 0  # turns a negative zero into zero


def funnel_limits(mean: Rate, sizes: Sequence[int], confidence: float = 0.95) -> list[FunnelLimit]:
    """The limits around the overall rate for groups of these sizes, in their order.

    Exact binomial limits, interpolated between whole people (Spiegelhalter 2005, Statistics in
    Medicine 24:1185-1202, appendix A.1.1). The upper limit is the mirror of the lower one, so
    that the funnels of the employed and of the others agree; Spiegelhalter's lies one person
    lower. A group lies outside exactly where the probability of its count, or of one further
    from the mean on that side, is below (1 - confidence) / 2. The normal form (mean +- z * se)
    was not taken: with 10 people and a mean of 90 % it puts the lower 99.8 % limit at 61 %,
    where 46 % is right, and would call far too many small groups conspicuous.

    Usual confidences: 0.95 and 0.998. Raises ValueError where the mean is missing, a size is
    negative or the confidence is outside (0, 1).
    """
    if mean.value is None:
        raise ValueError("without an overall rate there is no funnel")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    tail = (1 - confidence) / 2
    return [_limit(mean.numerator, mean.denominator, size, tail) for size in sizes]


def place(rate: Rate, limit: FunnelLimit) -> Place:
    """Where a group lies against the limits of its size; a missing rate is within.

    Raises ValueError where the limits belong to another size.
    """
    if rate.value is None:
        return "within"
    if rate.denominator != limit.size:
        raise ValueError(f"limits for {limit.size} people, rate of {rate.denominator}")
    exact = 100 * rate.numerator / rate.denominator
    if exact < limit.low:
        return "below"
    return "above" if exact > limit.high else "within"


@lru_cache(maxsize=16_384)  # the groups of a page have few sizes, asked again at every redraw
def _limit(employed: int, graduates: int, size: int, tail: float) -> FunnelLimit:
    if size < 0:
        raise ValueError(f"size {size} is negative")
    if size == 0:
        return FunnelLimit(0, 0.0, 100.0)
    if employed in (0, graduates):
        only = 100.0 * (employed == graduates)
        return FunnelLimit(size, only, only)
    low = _lower(size, employed / graduates, tail)
    mirrored = _lower(size, (graduates - employed) / graduates, tail)
    return FunnelLimit(size, 100 * low, 100 - 100 * mirrored)


def _lower(n: int, mean: float, tail: float) -> float:
    """x / n where the interpolated binomial distribution function is ``tail`` at x; 0..1."""
    k = _start(n, mean, tail)
    below = _cumulative(k, n, mean)
    while k > 0 and below >= tail:
        below -= _probability(k, n, mean)
        k -= 1
    while below < tail:
        k += 1
        below += _probability(k, n, mean)
    excess = (below - tail) / _probability(k, n, mean)
    return max(0.0, (k - excess) / n)


def _start(n: int, mean: float, tail: float) -> int:
    """A count near the answer, from the normal approximation."""
    guess = n * mean + NormalDist().inv_cdf(tail) * math.sqrt(n * mean * (1 - mean))
    return min(n, max(0, math.floor(guess)))


def _cumulative(k: int, n: int, mean: float) -> float:
    """P(X <= k) for X binomial(n, mean): terms downwards from k until they no longer count."""
    total = term = _probability(k, n, mean)
    odds = (1 - mean) / mean
    for j in range(k, 0, -1):
        term *= j / (n - j + 1) * odds
        total += term
        if term < total * _NEGLIGIBLE:
            break
    return total


def _probability(k: int, n: int, mean: float) -> float:
    """P(X = k), through logarithms so that a class of a million neither over- nor underflows."""
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + k * math.log(mean) + (n - k) * math.log1p(-mean))

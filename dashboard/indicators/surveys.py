"""Turns sums of weighted answers into shares and means with their intervals, and widens groups.

A survey is a sample, so here an interval is a sampling error: unequal weights make a sample worth
fewer people than answered (Kish), and intervals are those of that effective size.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist
from typing import Literal, NamedTuple, TypeVar

from dashboard.indicators.intervals import wilson
from dashboard.indicators.rates import WhyMissing

Scale = Literal["yes", "positive", "rating", "amount"]
"""yes: share of yes. positive: answers 1 to 5, share of 4 and 5. rating: mean of 1 to 5.
amount: mean of yuan a month."""
SHARES: frozenset[Scale] = frozenset({"yes", "positive"})
FEWEST_FREEDOM = 3.0  # degrees of freedom below which no interval of a mean is given

_STEPS: dict[Scale, Decimal] = {
    "yes": Decimal("0.01"),
    "positive": Decimal("0.01"),
    "rating": Decimal("0.01"),
    "amount": Decimal(1),
}
Group = TypeVar("Group")


class Sums(NamedTuple):
    """Over the answers of a group: how many, and sums of w, w², wv, wv² and of w where v ≥ 4."""

    n: int = 0
    w: float = 0.0
    w2: float = 0.0
    wv: float = 0.0
    wvv: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """A statistic as it is printed: percent and means half up to two decimals, yuan to whole."""

    value: Decimal
    scale: Scale


@dataclass(frozen=True, slots=True)
class MeasureInterval:
    """The 95 % interval of a statistic, printed as the statistic is."""

    low: Decimal
    high: Decimal
    scale: Scale


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic with what it rests on: ``n`` answers, worth ``effective`` equal ones.

    Without a measure, ``why_missing`` says why and the numbers are 0.
    """

    measure: Measure | None
    interval: MeasureInterval | None
    n: int
    effective: int
    why_missing: WhyMissing | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """One line of a dot plot: its own figure, and that of all schools where there is one.

    ``note`` says of which wider group the figure really is; empty where it is its own.
    """

    code: str
    name: str
    own: Estimate
    reference: Estimate | None = None
    note: str = ""


def total(parts: Iterable[tuple[int, float, float, float, float, float]]) -> Sums:
    """The sums of several groups together; the parts are :class:`Sums`, or tuples like them."""
    columns = tuple(zip(*parts, strict=True))
    if not columns:
        return Sums()
    n, *rest = columns
    return Sums(sum(n), *(math.fsum(column) for column in rest))


def kish(w: float, w2: float) -> float:
    """How many equally weighted answers these are worth: (Σw)² / Σw² (Kish 1965, 8.1)."""
    return w * w / w2 if w2 > 0 else 0.0


def estimate(sums: Sums, scale: Scale) -> Estimate:
    """Share or mean, with its 95 % interval."""
    if not sums.n:
        return nothing("none")
    effective = kish(sums.w, sums.w2)
    return Estimate(
        Measure(_printed(_point(sums, scale), scale), scale),
        _share_interval(sums, scale, effective)
        if scale in SHARES
        else _mean_interval(sums, scale, effective),
        sums.n,
        int(Decimal(effective).quantize(Decimal(1), ROUND_HALF_UP)),
    )


def nothing(why: WhyMissing) -> Estimate:
    """No estimate, for this reason; what is withheld keeps its counts too."""
    return Estimate(None, None, 0, 0, why)


def _point(sums: Sums, scale: Scale) -> float:
    """Percent of the weight, or the weighted mean."""
    if scale in SHARES:
        return 100.0 * _proportion(sums, scale)
    return sums.wv / sums.w


def _proportion(sums: Sums, scale: Scale) -> float:
    part = sums.wv if scale == "yes" else sums.high
    return min(1.0, max(0.0, part / sums.w))


def _share_interval(sums: Sums, scale: Scale, effective: float) -> MeasureInterval:
    """Wilson's score interval on the effective size (Korn and Graubard 1998 for the principle)."""
    found = wilson(min(effective, _proportion(sums, scale) * effective), effective)
    return MeasureInterval(found.low, found.high, scale)


def _mean_interval(sums: Sums, scale: Scale, effective: float) -> MeasureInterval | None:
    """Mean ± t · s / √n_eff, with n_eff − 1 degrees of freedom and the weighted variance.

    s² = Σw(v − mean)² / Σw · n_eff / (n_eff − 1). With equal weights this is the usual t interval.
    None where the effective size is too small for one. A rating stays within 1 to 5, pay above 0.
    """
    freedom = effective - 1.0
    if freedom < FEWEST_FREEDOM:
        return None
    mean = sums.wv / sums.w
    variance = max(0.0, sums.wvv / sums.w - mean * mean) * effective / freedom
    half = t_quantile(0.975, freedom) * math.sqrt(variance / effective)
    low, high = mean - half, mean + half
    if scale == "rating":
        low, high = max(1.0, low), min(5.0, high)
    low = max(0.0, low)
    return MeasureInterval(_printed(low, scale), _printed(high, scale), scale)


def t_quantile(p: float, freedom: float) -> float:
    """Student's t quantile, by its expansion in the normal one.

    Abramowitz and Stegun 26.7.5; within 0.005 at 4 degrees of freedom and p = 0.975, better above.
    """
    x = NormalDist().inv_cdf(p)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def _printed(value: float, scale: Scale) -> Decimal:
    # Through repr: 70.125 is meant where binary has 70.12499999999999 or so.
    return Decimal(repr(round(value, 9))).quantize(_STEPS[scale], ROUND_HALF_UP) + 0


def widen(groups: Iterable[tuple[Group, Sums]], minimum: int) -> tuple[Group, Sums] | None:
    """The first group, from narrow to wide, with at least ``minimum`` answers; None if none has.

    The groups may come lazily: those after the first sufficient one are not asked for.
    """
    return next(((group, sums) for group, sums in groups if sums.n >= minimum), None)

"""Makes rates out of counts: the only place that divides.

Official tables round half up to two decimals (109/160 = 68.125 % is printed 68.13, in the
quality report of Shanxi for 2020), which neither ``round`` nor string formatting does.
"""

import operator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

WhyMissing = Literal["none", "small", "not_collected", "not_allowed"]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of people in percent with its two counts, or the reason why there is none.

    ``why_missing``: ``none`` nobody is in the denominator, ``small`` withheld because too few
    are, ``not_collected`` nobody asked, ``not_allowed`` not for this reader. A missing rate
    carries no counts (both are 0 and mean nothing), so that what is withheld cannot leak.
    Raises ValueError for counts and a value that do not belong together.
    """

    numerator: int
    denominator: int
    value: Decimal | None
    why_missing: WhyMissing | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"{self.numerator} of {self.denominator} is no share")
        if self.value != percent(self.numerator, self.denominator):
            raise ValueError(f"{self.value} is not {self.numerator} of {self.denominator}")
        if (self.value is None) is not (self.why_missing is not None):
            raise ValueError("a rate has either a value or a reason why it is missing")


def percent(numerator: int, denominator: int, digits: int = 2) -> Decimal | None:
    """100 * numerator / denominator, half up (away from zero) to so many decimals.

    None where the denominator is 0. The numerator may be negative or larger (for a growth
    rate). Exact for integers of any size. Raises ValueError for a negative denominator.
    """
    above, below = operator.index(numerator), operator.index(denominator)
    if below < 0:
        raise ValueError(f"denominator {below} is negative")
    if below == 0:
        return None
    units = (2 * 10 ** (2 + digits) * abs(above) + below) // (2 * below)
    return Decimal(units if above >= 0 else -units).scaleb(-digits)


def rate(employed: int, graduates: int, *, minimum: int = 0) -> Rate:
    """The employment rate: employed (of an edition) over all graduates.

    Below ``minimum`` graduates it is withheld (``small``); without graduates there is none.
    Formula: Ministry of Education, 2004 No. 7 (employed / all graduates * 100 %), unchanged in
    2014 and 2021; only who counts as employed changed. Raises ValueError for negative counts,
    and where more are employed than graduated.
    """
    return share(employed, graduates, minimum=minimum)


def share(part: int, whole: int, *, minimum: int = 0) -> Rate:
    """Any part of a whole, with the rounding, the limits and the errors of ``rate``."""
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no share")
    if whole == 0:
        return missing("none")
    if whole < minimum:
        return missing("small")
    return Rate(part, whole, percent(part, whole))


def missing(why: WhyMissing) -> Rate:
    """No rate, for this reason."""
    return Rate(0, 0, None, why)


def points(a: Rate, b: Rate) -> Decimal | None:
    """a - b in percentage points, None where either is missing.

    The difference of the two *printed* rates, so that a reader who subtracts them by hand
    gets the same number; it can be 0.01 away from the rounded exact difference.
    """
    if a.value is None or b.value is None:
        return None
    return a.value - b.value

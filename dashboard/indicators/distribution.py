"""Where one rate stands among others: quartiles and percentile, every school counting the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Percent: a quarter, half and three quarters of the schools lie at or below these."""

    low: Decimal
    median: Decimal
    high: Decimal


def quartiles(rates: Sequence[Decimal], digits: int = 2) -> Quartiles:
    """The quartiles of printed rates, half up to so many decimals.

    Interpolated between the two nearest schools (Hyndman and Fan 1996, The American Statistician
    50:361-365, definition 7; QUARTILE.INC of spreadsheets). Raises ValueError without rates.
    """
    if not rates:
        raise ValueError("no rates, no quartiles")
    ordered = sorted(rates)
    return Quartiles(*(rounded(_quarter(ordered, k), digits) for k in (1, 2, 3)))


def _quarter(ordered: Sequence[Decimal], quarters: int) -> Decimal:
    whole, rest = divmod(quarters * (len(ordered) - 1), 4)
    below = ordered[whole]
    return below if rest == 0 else below + (ordered[whole + 1] - below) * rest / 4


def percentile(own: Decimal, rates: Sequence[Decimal]) -> int:
    """Percent of the others whose rate is lower, those with the same rate counting half.

    Whole, half up. Raises ValueError without others.
    """
    if not rates:
        raise ValueError("nobody to stand among")
    halves = sum(2 * (rate < own) + (rate == own) for rate in rates)
    return (100 * halves + len(rates)) // (2 * len(rates))


def rounded(value: Decimal, digits: int) -> Decimal:
    """Half up (away from zero) to so many decimals."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0

"""Indirect standardisation: the rate a school would have if each part of it did as its peers do.

expected = sum over cells of n_own(cell) * peers' rate(cell); the difference observed - expected is
what is left when the mix of disciplines and levels is taken out. It is the expected count of the
standardised mortality ratio (Breslow and Day 1987, Statistical Methods in Cancer Research II,
IARC Scientific Publications 82, section 2.3), shown as a difference of rates because a ratio of
rates near 100 % says little. The peers' rates are taken as fixed, as they are there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dashboard.indicators.intervals import Interval, wilson
from dashboard.indicators.rates import Rate, percent, share


@dataclass(frozen=True, slots=True)
class Cell:
    """One part of a school, and the same part of its peers; no peers, nothing is expected.

    ``wider``: the peers are of a wider group or a wider discipline than was asked for.
    """

    graduates: int
    employed: int
    peer_graduates: int
    peer_employed: int
    wider: bool = False


@dataclass(frozen=True, slots=True)
class Standardised:
    """Observed against expected, both of the graduates in cells that have peers.

    ``graduates`` is everybody, ``observed.denominator`` those who are covered, ``wider`` those of
    them who are compared with wider cells. ``expected`` in percent, ``difference`` and
    ``interval`` in percentage points; None where nobody is covered.
    """

    graduates: int
    observed: Rate
    expected: Decimal | None
    difference: Decimal | None
    interval: Interval | None
    wider: int = 0


def standardise(cells: Iterable[Cell], digits: int = 2) -> Standardised:
    """What the cells add up to; ``digits`` are the decimals of the expected rate.

    The interval is the Wilson interval of the observed rate, less the expected one.
    """
    every = [cell for cell in cells if cell.graduates]
    compared = [cell for cell in every if cell.peer_graduates]
    covered = sum(cell.graduates for cell in compared)
    observed = share(sum(cell.employed for cell in compared), covered)
    graduates = sum(cell.graduates for cell in every)
    count = sum(
        (c.graduates * Fraction(c.peer_employed, c.peer_graduates) for c in compared), Fraction()
    )
    expected = percent(count.numerator, count.denominator * covered, digits)
    if observed.value is None or expected is None:
        return Standardised(graduates, observed, None, None, None)
    difference = observed.value - expected
    wider = sum(cell.graduates for cell in compared if cell.wider)
    return Standardised(
        graduates, observed, expected, difference, shifted(observed, expected), wider
    )


def shifted(rate: Rate, reference: Decimal) -> Interval:
    """The Wilson interval of a rate less a reference in percent that is taken as fixed."""
    found = wilson(rate.numerator, rate.denominator)
    return Interval(found.low - reference, found.high - reference)

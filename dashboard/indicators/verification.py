"""The rate that a sample of checked records supports, with its interval.

The graduates of the population fall into those reported as employed (a share R of them, known
for everybody) and the others. In the sample, of those reached, a share c of the first group and a
share d of the second is confirmed. Who is reported as employed counts as employed only if that is
confirmed; who is not, counts as not employed unless that is refuted:

    verified rate = R * c + (1 - R) * (1 - d)

This is the estimate post-stratified by the reported status (Cochran, Sampling Techniques, 3rd ed.
1977, section 5A.9). The sample's own mix of employed and others, which is chance, does not move
it: where nothing is refuted it equals the reported rate. Within each group the strata of the
sample weigh as many graduates as they have (ibid., section 5.2), and who could not be reached is
taken to be like those of his stratum and group who were; a stratum of which nobody was reached is
taken to be like the rest of the group.

The interval joins the score intervals of c and d, each of the effective size of its group (Kish
1965: the square of the summed weights over the sum of squared weights), by the method of variance
estimates recovery (Newcombe 1998, Statistics in Medicine 17:873-890, method 10; for sums of
weighted shares Zou and Donner 2008, 27:1693-1702). There is no correction for a finite population:
of a large part of a small school it is too wide, never too narrow.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from dashboard.indicators.intervals import Interval, printed_share, score_limits, z_score
from dashboard.indicators.rates import Rate, percent, share


class Cell(NamedTuple):
    """The graduates of one stratum who are reported as employed, or the others.

    ``people`` of the population; ``confirmed`` and ``refuted`` of those in the sample.
    """

    employed: bool
    people: int
    confirmed: int
    refuted: int


@dataclass(frozen=True, slots=True)
class Verified:
    """A verified rate: percent, its interval, what was reported of the same graduates.

    ``difference`` is in percentage points, of the two printed rates; ``reached`` is how many
    results it rests on.
    """

    value: Decimal
    interval: Interval
    reported: Rate
    difference: Decimal
    reached: int


def verified_rate(cells: Iterable[Cell], confidence: float = 0.95) -> Verified | None:
    """The verified rate of a representative sample; None where the sample cannot tell.

    It cannot where nobody is in the population, and where nobody was reached of a group that has
    people. Raises ValueError for negative counts and for more results than people.
    """
    known = [_checked(cell) for cell in cells]
    people = sum(cell.people for cell in known)
    if not people:
        return None
    value, down, up = Fraction(0), 0.0, 0.0
    for employed in (True, False):
        group = [cell for cell in known if cell.employed is employed]
        weight = Fraction(sum(cell.people for cell in group), people)
        if not weight:
            continue
        found = _confirmed(group)
        if found is None:
            return None
        part, size = found
        counted = part if employed else 1 - part
        low, high = score_limits(float(counted * size), float(size), z_score(confidence))
        value += weight * counted
        down += (float(weight) * (float(counted) - low)) ** 2
        up += (float(weight) * (high - float(counted))) ** 2
    printed = percent(value.numerator, value.denominator)
    reported = share(sum(cell.people for cell in known if cell.employed), people)
    assert printed is not None
    assert reported.value is not None
    low, high = float(value) - math.sqrt(down), float(value) + math.sqrt(up)
    return Verified(
        value=printed,
        interval=Interval(printed_share(max(0.0, low)), printed_share(min(1.0, high))),
        reported=reported,
        difference=printed - reported.value,
        reached=sum(cell.confirmed + cell.refuted for cell in known),
    )


def _confirmed(group: Sequence[Cell]) -> tuple[Fraction, Fraction] | None:
    """The confirmed share of a group and the effective number of results it rests on."""
    reached = [cell for cell in group if cell.confirmed + cell.refuted]
    if not reached:
        return None
    people = sum(cell.people for cell in reached)
    part = sum(
        Fraction(cell.people * cell.confirmed, people * (cell.confirmed + cell.refuted))
        for cell in reached
    )
    spread = sum(Fraction(cell.people**2, cell.confirmed + cell.refuted) for cell in reached)
    return Fraction(part), people**2 / Fraction(spread)


def _checked(cell: Cell) -> Cell:
    if min(cell.people, cell.confirmed, cell.refuted) < 0:
        raise ValueError("counts are not negative")
    if cell.confirmed + cell.refuted > cell.people:
        raise ValueError(f"{cell.confirmed + cell.refuted} results of {cell.people} people")
    return cell

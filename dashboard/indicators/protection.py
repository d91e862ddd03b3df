"""What may be told about other schools, and to whom: one policy per audience.

A *cut* is what a number speaks of (a class, a discipline of it); its *parts* are the graduates of
each school in it. A policy is asked before anything is drawn, listed or exported, and what it
refuses is replaced by the same cut of a wider group, or is not told at all.

Subtraction: of two groups for the same cut, one inside the other, everything about the schools
between them follows from the two. So a narrower group is used only where these schools would
themselves be a group that may be told of (complementary suppression).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Audience = Literal["department", "school"]
Fault = Literal["few", "small", "dominated", "apart"]
Parts = Mapping[str, int]  # school -> its graduates in a cut, none of them 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The least that a cut must hold: schools, graduates, and in percent the largest school."""

    schools: int
    graduates: int
    largest: int

    def fault(self, parts: Parts) -> Fault | None:
        """Why nothing may be told of these parts; None where it may."""
        total = sum(parts.values())
        if len(parts) < self.schools:
            return "few"
        if total < self.graduates:
            return "small"
        if 100 * max(parts.values(), default=0) > self.largest * total:
            return "dominated"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one audience is told of the peers of a school.

    ``group`` holds for a group of peers, ``cell`` for one cut of it. ``apart``: a group must
    differ from every wider one by nothing, or by schools of which one may be told too.
    ``digits``: decimals of the quartiles of the peers; ``expected_digits`` of an expected rate.
    ``regions``: whether a filter by region of origin or of work may be laid over the peers.
    ``named``: whether single peers are shown, and may be picked by hand.
    """

    audience: Audience
    group: Threshold
    cell: Threshold
    apart: bool
    digits: int
    expected_digits: int
    regions: bool
    named: bool


DEPARTMENT = Policy(
    audience="department",
    group=Threshold(schools=5, graduates=1, largest=100),
    cell=Threshold(schools=1, graduates=1, largest=100),
    apart=False,
    digits=2,
    expected_digits=2,
    regions=True,
    named=True,
)
_PEERS = Threshold(schools=5, graduates=10, largest=50)
SCHOOL = Policy(
    audience="school",
    group=_PEERS,
    cell=_PEERS,
    apart=True,
    digits=0,
    expected_digits=1,
    regions=False,
    named=False,
)
POLICIES: Mapping[Audience, Policy] = MappingProxyType({"department": DEPARTMENT, "school": SCHOOL})


@dataclass(frozen=True, slots=True)
class Climb:
    """Which of several groups, the narrowest first, a cut is told of: its place, None for none.

    ``passed``: for every group that was passed over, its place and why.
    """

    at: int | None
    passed: tuple[tuple[int, Fault], ...]


def fault(rungs: Sequence[Parts], place: int, threshold: Threshold, *, apart: bool) -> Fault | None:
    """Why the group at this place may not be told of, wider groups standing behind it."""
    parts = rungs[place]
    found = threshold.fault(parts)
    if found is None and apart:
        for wider in rungs[place + 1 :]:
            between = {school: n for school, n in wider.items() if school not in parts}
            if between and threshold.fault(between):
                return "apart"
    return found


def climb(rungs: Sequence[Parts], threshold: Threshold, *, apart: bool, start: int = 0) -> Climb:
    """The narrowest group from ``start`` on of which may be told.

    ``apart`` asks that every group lies inside the next one.
    """
    passed: list[tuple[int, Fault]] = []
    for place in range(start, len(rungs)):
        found = fault(rungs, place, threshold, apart=apart)
        if found is None:
            return Climb(place, tuple(passed))
        passed.append((place, found))
    return Climb(None, tuple(passed))

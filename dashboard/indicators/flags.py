"""When counts are odd enough to be looked at: thresholds, no verdicts.

Every function takes counts and returns what was measured, in the unit of its rule (percent,
percentage points, times, periods), or None where there is nothing to look at.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from dashboard.indicators.distribution import quartiles
from dashboard.indicators.rates import percent

FEWEST_PEERS = 5
"""With fewer schools of the same tier there is no median to stand above."""
DAYS_BEFORE = 3
EARLIER_WEEKS, FEWEST_WEEKS = 8, 4
_DAY = dt.timedelta(days=1)

Change = tuple[dt.date, int, int]
"""day, change of graduates, change of employed; in order of days"""


class Peers(NamedTuple):
    """A share against the median of the others: percent, percent, points, how many others."""

    own: Decimal
    median: Decimal
    above: Decimal
    peers: int


class Jump(NamedTuple):
    """A gain against the mean gain of earlier weeks."""

    gain: int
    mean: Decimal
    weeks: int
    times: Decimal


class Fall(NamedTuple):
    """The employed on a day and at their lowest before the next one."""

    before: int
    lowest: int
    fell: Decimal  # percent


class Standstill(NamedTuple):
    """The same counts over so many periods, up to and including ``last``."""

    periods: int
    first: dt.date
    last: dt.date
    employed: int
    graduates: int


class Step(NamedTuple):
    """The day with the largest gain, and its share of all gains."""

    day: dt.date
    gain: int
    gains: int
    share: Decimal


def share_from(part: int, whole: int, threshold: float, minimum: int) -> Decimal | None:
    """part of whole in percent, if it reaches the threshold and part the minimum.

    Judged by the exact share, not by the rounded one.
    """
    if part < minimum or whole <= 0 or 100 * Decimal(part) < Decimal(str(threshold)) * whole:
        return None
    return percent(part, whole)


def above_peers(
    shares: Mapping[str, tuple[int, int]], own: str, threshold: float, minimum: int
) -> Peers | None:
    """How far a school's share (part, whole) lies above the median of the others.

    ``shares`` are the schools of its tier with the school itself. None with too few others.
    """
    part, whole = shares[own]
    mine = percent(part, whole)
    others = [
        value
        for code, counts in shares.items()
        if code != own and (value := percent(*counts)) is not None
    ]
    if mine is None or part < minimum or len(others) < FEWEST_PEERS:
        return None
    median = quartiles(others).median
    above = mine - median
    return Peers(mine, median, above, len(others)) if above >= Decimal(str(threshold)) else None


def jump(changes: Sequence[Change], end: dt.date, threshold: float, minimum: int) -> Jump | None:
    """The gain of the last three days up to ``end`` as a multiple of the earlier weekly gains.

    Earlier weeks are spans of seven days before these three; those without any change (nobody
    handed in) do not count; of the others the newest eight, of which there must be four with
    a mean gain above zero.
    """
    first = end - (DAYS_BEFORE - 1) * _DAY
    gain = sum(e for day, _, e in changes if first <= day <= end)
    weeks: dict[int, int] = {}
    for day, _, employed in changes:
        if day < first:
            at = (first - _DAY - day).days // 7
            weeks[at] = weeks.get(at, 0) + employed
    newest = [weeks[at] for at in sorted(weeks)[:EARLIER_WEEKS]]
    total = sum(newest)
    if gain < minimum or len(newest) < FEWEST_WEEKS or total <= 0:
        return None
    times = Decimal(gain * len(newest)) / total
    if times < Decimal(str(threshold)):
        return None
    return Jump(gain, _tenths(Decimal(total) / len(newest)), len(newest), _tenths(times))


def fall(
    changes: Sequence[Change], start: dt.date, until: dt.date, threshold: float, minimum: int
) -> Fall | None:
    """How far the employed fell, at their lowest after ``start`` and up to ``until``."""
    before = sum(e for day, _, e in changes if day <= start)
    lowest = now = before
    for day, _, employed in changes:
        if start < day <= until:
            now += employed
            lowest = min(lowest, now)
    fell = share_from(before - lowest, before, threshold, minimum)
    return None if fell is None else Fall(before, lowest, fell)


def standstill(
    changes: Sequence[Change], reported: Sequence[dt.date], threshold: float, minimum: int
) -> Standstill | None:
    """The newest periods in which nothing changed; ``reported``: ends of periods handed in for.

    At least so many periods with the same counts (the first of them counts), of at least
    ``minimum`` graduates of whom somebody is employed, but not everybody.
    """
    ends = sorted(set(reported))
    counts = [_as_of(changes, day) for day in ends]
    if not counts:
        return None
    same = 1
    while same < len(counts) and counts[-same - 1] == counts[-1]:
        same += 1
    graduates, employed = counts[-1]
    if same < threshold or graduates < minimum or not 0 < employed < graduates:
        return None
    return Standstill(same, ends[-same], ends[-1], employed, graduates)


def one_step(changes: Sequence[Change], threshold: float, minimum: int) -> Step | None:
    """The day with the largest gain of employed, if it has most of all gains."""
    gains = [(employed, day) for day, _, employed in changes if employed > 0]
    if not gains:
        return None
    total = sum(gain for gain, _ in gains)
    gain, day = max(gains)
    share = share_from(gain, total, threshold, minimum)
    return None if share is None else Step(day, gain, total, share)


def period_of(day: dt.date, ends: Sequence[dt.date]) -> dt.date | None:
    """The period (its last day) in which a statistical date lies; ``ends`` in order."""
    at = bisect_right(ends, day - _DAY)
    return ends[at] if at < len(ends) else None


def _as_of(changes: Sequence[Change], day: dt.date) -> tuple[int, int]:
    until = [change for change in changes if change[0] <= day]
    return sum(change[1] for change in until), sum(change[2] for change in until)


def _tenths(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)

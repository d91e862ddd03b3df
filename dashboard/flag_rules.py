"""The rules of flags: each asks the ground for counts and says what is odd in them.

A rule is a function (class, rule) -> findings, found in ``RULES`` by its code; its threshold,
minimum and words are data. What is measured is in :mod:`dashboard.indicators.flags`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from dashboard.indicators import flags as odd
from data_access.flag_ground import Ground
from data_access.flag_rows import Finding, Who
from data_access.flag_settings import Rule

Detail = dict[str, str | int]


@dataclass(frozen=True)
class Class:
    """One class as of one day, for the rules: counts by school, periods, peers.

    ``ends`` are the last days of the reporting periods up to the day, in order; ``deadline`` is
    31 August; ``groups`` are destination codes with all below them.
    """

    ground: Ground
    ends: tuple[dt.date, ...]
    deadline: dt.date
    groups: Mapping[str, frozenset[str]]

    @property
    def day(self) -> dt.date:
        return self.ground.about.day

    @cached_property
    def cells(self) -> list[tuple[str, str, str, str, int]]:
        return self.ground.cells()

    @cached_property
    def units(self) -> dict[str, tuple[int, int, int]]:
        return self.ground.in_units()

    @cached_property
    def changes(self) -> dict[str, list[odd.Change]]:
        found: dict[str, list[odd.Change]] = defaultdict(list)
        for school, day, graduates, employed in self.ground.changes():
            found[school].append((day, graduates, employed))
        return found

    def tally(self, codes: frozenset[str], *by: int) -> dict[tuple[str, ...], tuple[int, int]]:
        """(people in these destinations, everybody) by places of a cell: 0 school, 1 level ..."""
        found: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
        for cell in self.cells:
            counts = found[tuple(str(cell[at]) for at in by)]
            counts[0] += cell[4] if cell[3] in codes else 0
            counts[1] += cell[4]
        return {key: (part, whole) for key, (part, whole) in found.items()}


def _finding(
    rule: Rule,
    who: Who,
    subject: str,
    value: Decimal | int,
    people: int,
    detail: Detail,
) -> Finding:
    return Finding(
        rule=rule.code,
        school=who.school,
        subject=subject,
        value=Decimal(value),
        threshold=rule.threshold,
        people=people,
        detail=detail,
        who=who,
    )


def employer_share(found: Class, rule: Rule) -> Iterator[Finding]:
    """One employer with too large a part of a school's graduates in units."""
    for school, employer, name, n in found.ground.employers(rule.minimum):
        whole = found.units[school][0]
        value = odd.share_from(n, whole, rule.threshold, rule.minimum)
        if value is not None:
            who = Who(school=school, employer=employer)
            yield _finding(rule, who, employer, value, n, {"employer": name, "whole": whole})


def many_schools(found: Class, rule: Rule) -> Iterator[Finding]:
    """One employer with many graduates of several schools: one flag per school."""
    rows = found.ground.employers(rule.minimum, together=True)
    schools: dict[str, list[int]] = defaultdict(list)
    for _, employer, _, n in rows:
        schools[employer].append(n)
    for school, employer, name, n in rows:
        counts = schools[employer]
        if len(counts) >= rule.threshold:
            who = Who(school=school, employer=employer)
            detail: Detail = {"employer": name, "together": sum(counts)}
            yield _finding(rule, who, employer, len(counts), n, detail)


def against_peers(group: str) -> "Callable[[Class, Rule], Iterator[Finding]]":
    """A group of destinations with a larger share than in schools of the same tier."""

    def look(found: Class, rule: Rule) -> Iterator[Finding]:
        codes, tiers = found.groups[group], found.ground.tiers()
        by_tier: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        for (school,), counts in found.tally(codes, 0).items():
            by_tier[tiers.get(school, "none")][school] = counts
        for shares in by_tier.values():
            for school in sorted(shares):
                peers = odd.above_peers(shares, school, rule.threshold, rule.minimum)
                if peers is not None:
                    detail: Detail = {
                        "own": str(peers.own),
                        "median": str(peers.median),
                        "peers": peers.peers,
                        "whole": shares[school][1],
                    }
                    who = Who(school=school, destinations=codes)
                    people = shares[school][0]
                    yield _finding(rule, who, group, peers.above, people, detail)

    return look


def last_days(found: Class, rule: Rule) -> Iterator[Finding]:
    """A gain just before the end of a period that is out of proportion."""
    for school, changes in found.changes.items():
        for end in found.ends:
            jump = odd.jump(changes, end, rule.threshold, rule.minimum)
            if jump is not None:
                first = end - dt.timedelta(days=odd.DAYS_BEFORE - 1)
                who = Who(school=school, employed=True, since=(first, end))
                detail: Detail = {"mean": str(jump.mean), "weeks": jump.weeks}
                yield _finding(rule, who, end.isoformat(), jump.times, jump.gain, detail)


def same_day(found: Class, rule: Rule) -> Iterator[Finding]:
    """Many signatures of a school on one day."""
    rows = found.ground.signatures()
    signed: dict[str, int] = defaultdict(int)
    for school, _, n in rows:
        signed[school] += n
    for school, day, n in rows:
        value = odd.share_from(n, signed[school], rule.threshold, rule.minimum)
        if value is not None:
            who = Who(school=school, signed_on=day)
            yield _finding(rule, who, day.isoformat(), value, n, {"whole": signed[school]})


def shrinks(found: Class, rule: Rule) -> Iterator[Finding]:
    """Fewer employed soon after the end of a period, or after 31 August."""
    starts = sorted({*found.ends, found.deadline})
    spans = [
        (start, found.day if start == found.deadline else min(after, found.day))
        for start, after in zip(starts, [*starts[1:], found.day], strict=True)
        if start < found.day
    ]
    for school, changes in found.changes.items():
        for start, until in spans:
            fall = odd.fall(changes, start, until, rule.threshold, rule.minimum)
            if fall is not None:
                since = (start + dt.timedelta(days=1), until)
                who = Who(school=school, employed=False, since=since)
                people = fall.before - fall.lowest
                detail: Detail = {"before": fall.before, "lowest": fall.lowest}
                yield _finding(rule, who, start.isoformat(), fall.fell, people, detail)


def same_rate(found: Class, rule: Rule) -> Iterator[Finding]:
    """The same counts, period after period, of a school that hands in."""
    ends = [end for end in found.ends if end <= found.deadline]
    reported: dict[str, list[dt.date]] = defaultdict(list)
    for school, day in found.ground.handed_in():
        period = odd.period_of(day, ends)
        if period is not None:
            reported[school].append(period)
    for school, periods in sorted(reported.items()):
        changes = found.changes.get(school, [])
        still = odd.standstill(changes, periods, rule.threshold, rule.minimum)
        if still is not None:
            who = Who(school=school, employed=True)
            detail: Detail = {
                "last": still.last.isoformat(),
                "employed": still.employed,
                "graduates": still.graduates,
            }
            first, people = still.first.isoformat(), still.employed
            yield _finding(rule, who, first, still.periods, people, detail)


def kind_name(found: Class, rule: Rule) -> Iterator[Finding]:
    """Names that end in a word which the kind of employer does not fit."""
    for school, word, n in found.ground.unlike_names(rule.code):
        if n >= max(rule.threshold, rule.minimum):
            who = Who(school=school, ends_with=(rule.code, word))
            yield _finding(rule, who, word, n, n, {})


def internship(found: Class, rule: Rule) -> Iterator[Finding]:
    """Employment with an employer whose name speaks of internships."""
    for school, word, n in found.ground.named_like(rule.code):
        if n >= max(rule.threshold, rule.minimum):
            who = Who(school=school, contains=(rule.code, word))
            yield _finding(rule, who, word, n, n, {})


def code_invalid(found: Class, rule: Rule) -> Iterator[Finding]:
    """Credit codes with a wrong check character."""
    for school, n in found.ground.wrong_codes():
        if n >= max(rule.threshold, rule.minimum):
            who = Who(school=school, code="invalid")
            yield _finding(rule, who, "", n, n, {"whole": found.units[school][1]})


def code_missing(found: Class, rule: Rule) -> Iterator[Finding]:
    """Named employers without a credit code."""
    for school, (_, named, blank) in sorted(found.units.items()):
        value = odd.share_from(blank, named, rule.threshold, rule.minimum)
        if value is not None:
            who = Who(school=school, code="missing")
            yield _finding(rule, who, "", value, blank, {"whole": named})


def one_step(found: Class, rule: Rule) -> Iterator[Finding]:
    """A school whose gains all came on one day."""
    for school, changes in found.changes.items():
        step = odd.one_step(changes, rule.threshold, rule.minimum)
        if step is not None:
            who = Who(school=school, employed=True, since=(step.day, step.day))
            detail: Detail = {"whole": step.gains}
            yield _finding(rule, who, step.day.isoformat(), step.share, step.gain, detail)


def full_rate(found: Class, rule: Rule) -> Iterator[Finding]:
    """A level of a school of whom everybody, or nearly, is employed."""
    for (school, level), (employed, graduates) in found.tally(
        found.ground.about.employed, 0, 1
    ).items():
        value = odd.share_from(employed, graduates, rule.threshold, rule.minimum)
        if value is not None:
            who = Who(school=school, level=level, employed=True)
            yield _finding(rule, who, level, value, employed, {"whole": graduates})


def all_flexible(found: Class, rule: Rule) -> Iterator[Finding]:
    """A discipline whose employed are all in flexible work."""
    codes = found.groups["flexible"]
    flexible, employed = (
        found.tally(wanted, 0, 1, 2) for wanted in (codes, found.ground.about.employed)
    )
    for key, (part, _) in flexible.items():
        whole = employed[key][0]
        value = odd.share_from(part, whole, rule.threshold, rule.minimum)
        if value is not None:
            school, level, discipline = key
            who = Who(school=school, level=level, discipline=discipline, destinations=codes)
            detail: Detail = {"level": level, "whole": whole}
            yield _finding(rule, who, f"{level}|{discipline}", value, part, detail)


RULES: Mapping[str, Callable[[Class, Rule], Iterator[Finding]]] = {
    "employer_share": employer_share,
    "many_schools": many_schools,
    "flexible_share": against_peers("flexible"),
    "freelance_share": against_peers("freelance"),
    "business_share": against_peers("business"),
    "last_days": last_days,
    "same_day": same_day,
    "shrinks": shrinks,
    "same_rate": same_rate,
    "kind_name": kind_name,
    "code_invalid": code_invalid,
    "code_missing": code_missing,
    "internship": internship,
    "one_step": one_step,
    "full_rate": full_rate,
    "all_flexible": all_flexible,
}

"""One school against its peers: the one place where a school's user reads beyond the own school.

The peers are read with the scope of the whole authority, whoever asks; nothing leaves this module
but a :class:`Benchmark`, made under the policy of the audience (:mod:`.indicators.protection`).
tests/conventions/test_escalation.py holds that nobody else reads so.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from dashboard.answer_rows import Line, Moment
from dashboard.answers import Answers
from dashboard.benchmark_rows import LADDER, Adjusted, Benchmark, Group, Position, Spread
from dashboard.indicators.distribution import percentile, quartiles
from dashboard.indicators.editions import group_counts
from dashboard.indicators.intervals import wilson
from dashboard.indicators.protection import DEPARTMENT, SCHOOL, Climb, Parts, Policy, climb
from dashboard.indicators.rates import Rate, WhyMissing, percent, rate, share
from dashboard.indicators.standardise import Cell, shifted, standardise
from dashboard.peer_cells import Cells, Counts, Reference, Rungs, rungs_of
from data_access.grain import WHOLE_AUTHORITY
from data_access.outcomes import Filter
from data_access.rows import SchoolCell
from data_access.scope import EVERYTHING, Scope
from data_access.selection import Selection


def own_school(scope: Scope, selection: Selection) -> str | None:
    """The school that is compared: the person's own, or the one chosen; None unless it is one."""
    chosen = frozenset(selection.schools)
    if scope.schools is not None:
        chosen = scope.schools & chosen if chosen else scope.schools
    return next(iter(chosen)) if len(chosen) == 1 else None


def policy_for(scope: Scope) -> Policy:
    """Who sees every school is told everything; everybody else as schools are."""
    return DEPARTMENT if scope.schools is None else SCHOOL


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared with whom, on one day."""

    school: str
    policy: Policy
    moment: Moment
    day: dt.date
    start: str  # the group to begin with; "" the narrowest
    picked: tuple[str, ...]


class Peers:
    """Answers the benchmark page."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._store = answers.store

    def benchmark(
        self, scope: Scope, selection: Selection, start: str = "", picked: Sequence[str] = ()
    ) -> Benchmark | None:
        """The comparison; None where no single school is meant, or it has nobody to compare.

        ``start`` is the narrowest group wanted, ``picked`` peers chosen by hand: only for those
        who may see single schools.
        """
        school, policy = own_school(scope, selection), policy_for(scope)
        moment = self._answers.moment(scope, selection)
        if school is None or moment.as_of is None:
            return None
        by_hand = tuple(sorted(set(picked) - {school})) if policy.named else ()
        asked = Asked(school, policy, moment, moment.as_of, start, by_hand)
        key = ("benchmark", scope.cache_key, selection, asked.day, start, by_hand, moment.version)
        return self._store.cache.get(key, lambda: self._compare(asked))

    def _compare(self, asked: Asked) -> Benchmark | None:
        school, policy = asked.school, asked.policy
        chosen = replace(self._store.leaf_filter(asked.moment.selection), school=None)
        groups, totals = self._groups(chosen, asked)
        if school not in totals:
            return None
        names, rungs = self._ladder(asked)
        found = self._climb(asked, names, rungs_of(totals, rungs))
        cut = Cut(asked, names, rungs, found.at)
        own = self._cells(replace(chosen, school=(school,)), asked)
        around = self._cells(self._categories(chosen, asked, own), asked)
        class_of, category_of = cache(self._class), cache(self._category)
        mine, every = (Cells(rows, class_of, category_of) for rows in (own, around))
        peers = frozenset() if found.at is None else rungs[found.at] & totals.keys()
        return Benchmark(
            school=school,
            audience=policy.audience,
            group=None if found.at is None else names[found.at],
            passed=tuple((names[at], why) for at, why in found.passed),
            total=cut.position("", totals),
            disciplines=_disciplines(mine, every, cut),
            destinations=_destinations(groups, cut),
            adjusted=self._adjusted(asked, mine, every, cut),
            peers=_lines(totals, peers) if policy.named else (),
        )

    def _climb(self, asked: Asked, names: Sequence[str], rungs: Sequence[Parts]) -> Climb:
        selection, policy = asked.moment.selection, asked.policy
        if not policy.regions and (selection.origin or selection.work_region):
            return Climb(None, ())
        start = names.index(asked.start) if asked.start in names else 0
        return climb(rungs, policy.group, apart=policy.apart, start=start)

    def _ladder(self, asked: Asked) -> tuple[tuple[Group, ...], Rungs]:
        """The groups and the schools in each, the narrowest first; nobody is among their peers.

        The level mix is what a school graduates in the whole class: taken of a day, it would
        change groups from one day to the next, and the two days could be subtracted.
        """
        codes, school = self._answers.codes, asked.school
        cohort = asked.moment.selection.cohort
        end = dt.date(cohort + 1, 12, 31)
        rows = self._store.counts(EVERYTHING, Filter(cohort), ("school", "level"), (end,))
        mix: dict[str, set[str]] = {}
        for row in rows:
            mix.setdefault(row.key[0], set()).add(row.key[1])
        about = {code: codes.get("school", code).extra for code in (*mix, school)}
        mine, levels = about[school], mix.get(school, set())
        everyone = frozenset(mix) - {school, WHOLE_AUTHORITY}
        kind = frozenset(c for c in everyone if about[c].get("tier") == mine.get("tier"))
        same = frozenset(c for c in kind if mix[c] == levels)
        city = frozenset(c for c in same if mine.get("city") and about[c]["city"] == mine["city"])
        rungs = (city, same, kind, everyone)
        if not asked.picked:
            return LADDER, rungs
        return ("picked", *LADDER), (everyone & frozenset(asked.picked), *rungs)

    def _groups(self, chosen: Filter, asked: Asked) -> tuple[dict[str, Counts], Counts]:
        """(destination group -> people of each school in it, graduates and employed of each)."""
        edition = asked.moment.edition
        found: dict[str, dict[str, int]] = {}
        rows = self._store.counts(EVERYTHING, chosen, ("school", "destination"), (asked.day,))
        for row in rows:
            found.setdefault(row.key[0], {})[row.key[1]] = row.n[0]
        everybody = {school: sum(n.values()) for school, n in found.items()}
        totals = {
            school: (everybody[school], sum(n.get(code, 0) for code in edition.employed))
            for school, n in found.items()
        }
        groups = {school: group_counts(n, edition) for school, n in found.items()}
        mine = groups.get(asked.school, {})
        shares = {
            code: {school: (everybody[school], n.get(code, 0)) for school, n in groups.items()}
            for code in mine
        }
        return shares, totals

    def _cells(self, chosen: Filter, asked: Asked) -> list[SchoolCell]:
        employed = asked.moment.edition.employed
        return self._store.school_cells(EVERYTHING, chosen, asked.day, employed)

    def _category(self, code: str) -> str:
        return self._answers.codes.ancestors("discipline", code)[-1]

    def _class(self, code: str) -> str:
        return self._answers.discipline_at(self._answers.codes, code, "class")

    def _fine(self, asked: Asked) -> bool:
        """Whether the selection is narrower than a discipline class."""
        code = asked.moment.selection.discipline
        return code is not None and self._class(code) != code and self._category(code) != code

    def _categories(self, chosen: Filter, asked: Asked, own: Sequence[SchoolCell]) -> Filter:
        """The filter around the own disciplines: their whole categories, to climb to."""
        if self._fine(asked):
            return chosen
        roots = {self._category(discipline) for _, _, discipline, _, _ in own}
        codes = self._answers.codes.with_descendants("discipline", roots)
        return replace(chosen, discipline=codes)

    def _adjusted(
        self, asked: Asked, mine: Cells, every: Cells, cut: "Cut"
    ) -> tuple[Adjusted, ...]:
        """Everybody first, then by level where there are several.

        Under a policy that keeps groups apart there is none below a discipline class: a class
        less one of its majors may be a single school.
        """
        policy, school = asked.policy, asked.school
        own = {key: counts[school] for key, counts in sorted(mine.cells.items())}
        if cut.at is None or (policy.apart and self._fine(asked)):
            cells = {key: Cell(*counts, 0, 0) for key, counts in own.items()}
        else:
            reference = Reference(every, cut.rungs, policy, cut.at, self._category)
            cells = {key: reference.cell(key, *counts) for key, counts in own.items()}
        found = [Adjusted("", standardise(cells.values(), policy.expected_digits))]
        there = {level for level, _ in cells}
        for level in self._answers.codes.tables["level"] if len(there) > 1 else ():
            if level in there:
                inside = [cell for key, cell in cells.items() if key[0] == level]
                found.append(Adjusted(level, standardise(inside, policy.expected_digits)))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Cut:
    """Places a school among its peers in any cut, from the group in force on."""

    asked: Asked
    names: Sequence[Group]
    rungs: Rungs
    at: int | None

    def position(self, code: str, counts: Counts) -> Position:
        """The school in these counts (graduates, and those meant) beside its peers."""
        whole, part = counts[self.asked.school]
        own, policy = share(part, whole), self.asked.policy
        if self.at is None:
            selection = self.asked.moment.selection
            closed = not policy.regions and (selection.origin or selection.work_region)
            return _alone(code, own, "not_allowed" if closed else "small")
        among = rungs_of(counts, self.rungs)
        found = climb(among, policy.cell, apart=policy.apart, start=self.at)
        if found.at is None or own.value is None:
            nobody = policy.named and not any(among[self.at :])
            return _alone(code, own, "none" if nobody else "small")
        exact = [percent(counts[s][1], counts[s][0]) for s in among[found.at]]
        rates = [value for value in exact if value is not None]
        spread = quartiles(rates, policy.digits)
        return Position(
            code,
            own,
            Spread(self.names[found.at], len(rates), spread),
            own.value - spread.median,
            shifted(own, spread.median),
            percentile(own.value, rates),
        )


def _alone(code: str, own: Rate, why: WhyMissing) -> Position:
    return Position(code, own, Spread(None, 0, None, why), None, None, None)


def _lines(totals: Counts, peers: frozenset[str]) -> tuple[Line, ...]:
    """Single schools, the highest rate first."""
    found = [Line(c, n, e, rate(e, n), wilson(e, n)) for c, (n, e) in totals.items() if c in peers]
    return tuple(sorted(found, key=lambda line: (-(line.rate.value or 0), line.code)))


def _disciplines(mine: Cells, every: Cells, cut: Cut) -> tuple[Position, ...]:
    """By discipline class, the own classes only, the largest first."""
    found = [cut.position(code, every.classes[code]) for code in sorted(mine.classes)]
    return tuple(sorted(found, key=lambda one: -one.own.denominator))


def _destinations(groups: Mapping[str, Counts], cut: Cut) -> tuple[Position, ...]:
    """By destination group, those where the school or the upper quarter of its peers has people."""
    found = [cut.position(code, counts) for code, counts in groups.items()]
    return tuple(
        one
        for one in found
        if one.own.numerator or (one.spread.quartiles and one.spread.quartiles.high)
    )

"""Attackers with a school's account: everything that is told over many selections, put together.

The attacker knows who is in which group, and how many graduates every school has in every cut;
what must not follow is how many of another school's graduates are employed.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from dashboard.answers import Answers
from dashboard.benchmark_rows import LADDER, Benchmark, Position
from dashboard.demo import schools
from dashboard.indicators.intervals import Interval, wilson
from dashboard.peers import Peers
from data_access.scope import Scope
from data_access.selection import Selection
from tests.wire.app_client import Chosen, Graduate, Site, demo_application, parents, people

DAYS = (dt.date(2020, 8, 26), dt.date(2020, 9, 30))
ATTACKERS: dict[str, tuple[tuple[tuple[str, ...], ...], tuple[str | None, ...]]] = {
    "99001": (
        ((), ("postgraduate",), ("master",), ("bachelor",)),
        (None, "b-08", "b-0809", "b-0802", "b-0502"),
    ),
    "99025": (((), ("diploma",)), (None, "v-44", "v-4401", "v-4403", "v-51", "v-5101")),
}
"""School -> levels and disciplines to ask for. The second has groups that differ by few schools."""
ABOUT = {one.code: one for one in schools()}
Sizes = dict[str, int]


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Told:
    """One answer to the attacker."""

    selection: Selection
    start: str
    found: Benchmark


@pytest.fixture(scope="module")
def told(site: Site) -> list[Told]:
    """Every answer over groups, days, levels and disciplines."""
    peers, found = Peers(Answers(site.app.store)), []
    for school, asked in ATTACKERS.items():
        mine = Scope(frozenset({school}))
        for day, levels, discipline, start in itertools.product(DAYS, *asked, LADDER):
            selection = Selection(2020, day, levels=levels, discipline=discipline)
            answer = peers.benchmark(mine, selection, start)
            if answer is not None:
                found.append(Told(selection, start, answer))
    return found


@pytest.fixture(scope="module")
def everybody(site: Site) -> dict[dt.date, list[Graduate]]:
    return {day: people(site.registry, Chosen(2020, day)) for day in DAYS}


class Truth:
    """Who is in which cut, by hand."""

    def __init__(self, own: str, found: list[Graduate], tree: dict[str, str | None]) -> None:
        self.tree = tree
        self.cells = Counter((one.school, one.level, one.discipline) for one in found)
        levels: dict[str, set[str]] = {}
        for one in found:
            levels.setdefault(one.school, set()).add(one.level)
        mine = ABOUT[own]
        kind = {s for s in levels if ABOUT[s].tier == mine.tier and s != own}
        mix = {s for s in kind if levels[s] == levels[own]}
        city = {s for s in mix if ABOUT[s].city == mine.city}
        self.groups = dict(zip(LADDER, (city, mix, kind, set(levels) - {own}), strict=True))
        self._sizes: dict[object, Sizes] = {}

    def path(self, code: str) -> list[str]:
        steps = [code]
        while (above := self.tree[steps[-1]]) is not None:
            steps.append(above)
        return steps

    def sizes(self, selection: Selection, discipline: str | None) -> Sizes:
        """School -> graduates of a selection, within a discipline too."""
        key = (selection.levels, selection.discipline, discipline)
        if key not in self._sizes:
            wanted = {"postgraduate": {"master", "doctorate"}}
            levels = {x for level in selection.levels for x in wanted.get(level, {level})}
            sizes: Sizes = {}
            for (school, level, code), n in self.cells.items():
                path = self.path(code)
                inside = all(d is None or d in path for d in (selection.discipline, discipline))
                if inside and (not levels or level in levels):
                    sizes[school] = sizes.get(school, 0) + n
            self._sizes[key] = sizes
        return self._sizes[key]

    def parts(self, selection: Selection, discipline: str | None, group: str) -> Sizes:
        sizes = self.sizes(selection, discipline)
        return {s: n for s, n in sizes.items() if s in self.groups[group]}  # type: ignore[index]


Truths = dict[tuple[str, dt.date | None], Truth]


@pytest.fixture(scope="module")
def truths(site: Site, everybody: dict[dt.date, list[Graduate]]) -> Truths:
    tree = parents(site.registry, "discipline")
    return {
        (school, day): Truth(school, found, tree)
        for day, found in everybody.items()
        for school in ATTACKERS
    }


def may_be_told(parts: Sizes) -> bool:
    """The rule of the design, said once more."""
    total = sum(parts.values())
    return len(parts) >= 5 and total >= 10 and 2 * max(parts.values()) <= total


def cuts(one: Told) -> Iterator[tuple[Position, str | None]]:
    """The positions of an answer, and the discipline of each that has one."""
    yield one.found.total, None
    for position in one.found.destinations:
        yield position, None
    for position in one.found.disciplines:
        yield position, position.code


def test_the_attacker_sees_enough(told: list[Told]) -> None:
    assert len(told) > 100
    assert {one.found.group for one in told} >= {"kind", "all"}
    assert sum(one.found.adjusted[0].result.expected is not None for one in told) > 50
    assert any(why == "apart" for one in told for _, why in one.found.passed)


def test_every_distribution_is_of_enough_schools(told: list[Told], truths: Truths) -> None:
    for one in told:
        for position, discipline in cuts(one):
            spread = position.spread
            if spread.quartiles is None:
                assert (spread.schools, position.difference, position.percentile) == (0, None, None)
                continue
            assert spread.group is not None
            truth = truths[one.found.school, one.selection.as_of]
            parts = truth.parts(one.selection, discipline, spread.group)
            assert may_be_told(parts), (one.selection, discipline, parts)
            assert spread.schools == len(parts)


def test_what_is_told_beside_the_quartiles_follows_from_the_own_figures(told: list[Told]) -> None:
    """Differences and intervals carry no decimal of the peers."""
    for one in told:
        assert one.found.peers == ()
        for position, _ in cuts(one):
            spread = position.spread.quartiles
            if spread is None:
                continue
            own = position.own
            assert all(v == v.to_integral_value() for v in (spread.low, spread.median, spread.high))
            assert position.difference == (own.value or 0) - spread.median
            around = wilson(own.numerator, own.denominator)
            shifted = Interval(around.low - spread.median, around.high - spread.median)
            assert position.interval == shifted
        for line in one.found.adjusted:
            result = line.result
            if result.expected is not None:
                assert result.expected == round(result.expected, 1)
                assert result.difference == (result.observed.value or 0) - result.expected


def test_two_groups_for_one_cut_never_leave_a_few_schools(told: list[Told], truths: Truths) -> None:
    """Narrow against wide: what lies between them may be told of itself, or is nothing."""
    seen: dict[tuple[str, Selection, str | None], set[str]] = {}
    for one in told:
        for position, discipline in cuts(one):
            if position.spread.group is not None:
                key = (one.found.school, one.selection, discipline)
                seen.setdefault(key, set()).add(position.spread.group)
    pairs = 0
    for (school, selection, discipline), groups in seen.items():
        for narrow, wide in itertools.combinations(LADDER, 2):
            if {narrow, wide} <= groups:
                truth = truths[school, selection.as_of]
                inner = truth.parts(selection, discipline, narrow)
                outer = truth.parts(selection, discipline, wide)
                between = {s: n for s, n in outer.items() if s not in inner}
                assert not between or may_be_told(between), (selection, discipline, narrow, wide)
                pairs += 1
    assert pairs > 100


def rates_of_schools(found: list[Graduate]) -> set[Decimal]:
    """The exact rate of every other school with more than a handful of graduates, two decimals.

    Whole and half percents are left out: a rounded figure may be one by chance.
    """
    counts: dict[str, list[int]] = {}
    for one in found:
        total = counts.setdefault(one.school, [0, 0])
        total[0] += 1
        total[1] += one.employed
    rates = {
        (Decimal(100 * e) / n).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for s, (n, e) in counts.items()
        if s not in ATTACKERS and n >= 10
    }
    return {rate for rate in rates if rate != round(rate, 1)}


def test_no_figure_and_no_difference_of_two_is_a_rate_of_another_school(
    told: list[Told], everybody: dict[dt.date, list[Graduate]]
) -> None:
    figures: set[Decimal] = set()
    for one in told:
        for position, _ in cuts(one):
            spread = position.spread.quartiles
            if spread is not None:
                figures |= {spread.low, spread.median, spread.high}
                figures |= {Decimal(position.percentile or 0), Decimal(position.spread.schools)}
        expected = [line.result.expected for line in one.found.adjusted]
        figures |= {value for value in expected if value is not None}
    secrets = {rate for found in everybody.values() for rate in rates_of_schools(found)}
    assert len(secrets) > 50
    reached = figures | {a - b for a in figures for b in figures}
    assert not reached & secrets
    assert max(figures) <= 100  # and so no count of a school as large as these


def test_two_days_have_one_group(told: list[Told]) -> None:
    """A group that changed between two days could be subtracted from itself."""
    schools_of: dict[object, set[int]] = {}
    for one in told:
        selection = replace(one.selection, as_of=None)
        if one.found.group and not selection.levels and not selection.discipline:
            key = (one.found.school, selection, one.start, one.found.group)
            schools_of.setdefault(key, set()).add(one.found.total.spread.schools)
    assert schools_of
    assert all(len(sizes) == 1 for sizes in schools_of.values())

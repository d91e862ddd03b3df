"""What a selection means and what the ledger answers, ready for a page, an export or a command.

Counts come from the store, rates from :mod:`dashboard.indicators`; pages, downloads and
``quxiang show`` all call these methods, so they cannot disagree.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from dashboard.answer_rows import Line, Moment, Point, Slice
from dashboard.clock import today
from dashboard.indicators import calendar
from dashboard.indicators.editions import (
    Edition,
    edition_for,
    editions_from_rows,
    group_counts,
)
from dashboard.indicators.intervals import newcombe, wilson
from dashboard.indicators.rates import points, rate, share
from data_access.code_book import CodeBook, Kind
from data_access.outcomes import Dimension, Filter
from data_access.rows import Key, Span, Tally
from data_access.scope import Scope
from data_access.selection import Selection
from data_access.store import Store

Rank = Literal["category", "class", "major"]
RANKS: tuple[Rank, ...] = ("category", "class", "major")
EARLIER_COHORTS = 2

RollUp = Callable[[Key], Iterable[Key]]  # an answer's key -> the keys it counts for
Totals = dict[Key, tuple[int, int]]  # key -> (graduates, employed)

KIND_OF: Mapping[Dimension, Kind] = {
    "school": "school",
    "level": "level",
    "discipline": "discipline",
    "destination": "destination",
    "origin": "region",
    "work_region": "region",
    "employer_kind": "employer_kind",
    "industry": "industry",
}


class Answers:
    """The questions of the pages. Every method takes a scope and a selection."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._editions: tuple[CodeBook, tuple[Edition, ...]] | None = None

    @property
    def codes(self) -> CodeBook:
        return self.store.codes

    def edition_of(self, cohort: int) -> Edition:
        """The definition that a class is counted by."""
        return edition_for(cohort, self.editions)

    @property
    def editions(self) -> tuple[Edition, ...]:
        """Every definition, oldest first."""
        codes = self.codes
        if self._editions is None or self._editions[0] is not codes:
            rows = codes.editions
            self._editions = codes, editions_from_rows(rows.editions, rows.groups, rows.members)
        return self._editions[1]

    def cohorts(self, scope: Scope) -> list[Span]:
        """The cohorts with rows that this scope may see, newest first."""
        return self.store.cohorts(scope)

    def default_cohort(self, scope: Scope) -> int:
        """The newest cohort with rows; this year's where there is none."""
        spans = self.cohorts(scope)
        return int(spans[0].key) if spans else today().year

    def moment(self, scope: Scope, selection: Selection) -> Moment:
        """Resolves the day and the definition of a selection."""
        spans = {int(s.key): s for s in self.cohorts(scope)}
        span = spans.get(selection.cohort)
        chosen = selection.as_of
        return Moment(
            selection=selection,
            as_of=chosen or (span.last if span else None),
            live=chosen is None,
            edition=self._edition(selection),
            version=self.store.version,
            demonstration=self.store.demonstration,
        )

    def _edition(self, selection: Selection) -> Edition:
        for edition in self.editions:
            if edition.code == selection.edition:
                return edition
        return edition_for(selection.cohort, self.editions)

    def total(self, scope: Scope, selection: Selection) -> Line:
        """All graduates of the selection in one line, with its changes.

        Added up from the levels, which every page asks for anyway.
        """
        lines = self._lines(scope, selection, ("level",), lambda key: ((),))
        return lines[0] if lines else _line("", 0, 0)

    def by(self, scope: Scope, selection: Selection, dimension: Dimension) -> list[Line]:
        """One line per leaf code of a dimension, in code table order."""
        return self._lines(scope, selection, (dimension,), lambda key: (key,))

    def by_level(self, scope: Scope, selection: Selection) -> list[Line]:
        """One line per level that occurs, parents (postgraduate) included before children."""
        codes = self.codes
        return self._lines(
            scope,
            selection,
            ("level",),
            lambda key: [(code,) for code in codes.ancestors("level", key[0])],
        )

    def by_discipline(self, scope: Scope, selection: Selection, rank: Rank) -> list[Line]:
        """One line per discipline of this rank; people known only by a higher rank keep it."""
        codes = self.codes
        return self._lines(
            scope,
            selection,
            ("discipline",),
            lambda key: ((self.discipline_at(codes, key[0], rank),),),
        )

    @staticmethod
    def discipline_at(codes: CodeBook, code: str, rank: Rank) -> str:
        """The ancestor of this rank, or the code itself where it stands higher already."""
        for ancestor in codes.ancestors("discipline", code):
            if codes.get("discipline", ancestor).extra.get("rank") == rank:
                return ancestor
        return code

    def by_region(
        self, scope: Scope, selection: Selection, dimension: Dimension, provinces: bool
    ) -> list[Line]:
        """One line per city, or per province, of origin or of work."""
        codes = self.codes
        if not provinces:
            return self.by(scope, selection, dimension)
        return self._lines(
            scope,
            selection,
            (dimension,),
            lambda key: ((codes.ancestors("region", key[0])[-1],),),
        )

    def _lines(
        self,
        scope: Scope,
        selection: Selection,
        by: tuple[Dimension, ...],
        roll_up: RollUp,
    ) -> list[Line]:
        moment = self.moment(scope, selection)
        if moment.as_of is None:
            return []
        now, week = self._tallies(scope, moment, by, moment.as_of, roll_up)
        year = self._a_year_before(scope, moment, by, roll_up)
        lines = [
            _line(key[0] if key else "", *now[key], week.get(key), year.get(key))
            for key in now
            if now[key][0] > 0
        ]
        return self._in_order(lines, by)

    def _tallies(
        self,
        scope: Scope,
        moment: Moment,
        by: tuple[Dimension, ...],
        day: dt.date,
        roll_up: RollUp,
    ) -> tuple[Totals, Totals]:
        """(graduates, employed) per key on the day and a week before it."""
        chosen = self.store.leaf_filter(moment.selection)
        days = (day, calendar.week_before(day))
        rows = self.store.tallies(scope, chosen, by, days, moment.edition.employed)
        return _totals(rows, 0, roll_up), _totals(rows, 1, roll_up)

    def _a_year_before(
        self, scope: Scope, moment: Moment, by: tuple[Dimension, ...], roll_up: RollUp
    ) -> Totals:
        """The cohort before on its same day, under the same definition."""
        before = self.earlier(moment, 1)
        if before is None or before.as_of is None:
            return {}
        chosen = self.store.leaf_filter(before)
        rows = self.store.tallies(scope, chosen, by, (before.as_of,), moment.edition.employed)
        return _totals(rows, 0, roll_up)

    @staticmethod
    def earlier(moment: Moment, years: int) -> Selection | None:
        """The same selection, so many cohorts earlier, on the same day of its season."""
        if moment.as_of is None:
            return None
        cohort = moment.selection.cohort
        day = calendar.same_day(moment.as_of, cohort, cohort - years)
        return replace(moment.selection, cohort=cohort - years, as_of=day)

    def _in_order(self, lines: list[Line], by: tuple[Dimension, ...]) -> list[Line]:
        if not by:
            return lines
        table = self.codes.tables[KIND_OF[by[0]]] if by[0] in KIND_OF else {}
        order = {code: position for position, code in enumerate(table)}
        return sorted(lines, key=lambda line: (order.get(line.code, len(order)), line.code))

    def mix(self, scope: Scope, selection: Selection) -> list[Slice]:
        """The destination groups of the edition, in its order; together they are everybody."""
        moment = self.moment(scope, selection)
        counts = self.destination_counts(scope, selection)
        groups = group_counts(counts, moment.edition)
        total = sum(groups.values())
        return [
            Slice(group.code, group.employed, n, share(n, total))
            for group in moment.edition.groups
            if (n := groups.get(group.code, 0))
        ] + [
            Slice(code, False, n, share(n, total))
            for code, n in groups.items()
            if n and code not in {g.code for g in moment.edition.groups}
        ]

    def destinations(self, scope: Scope, selection: Selection) -> list[Slice]:
        """Every destination code that occurs, in table order."""
        employed = self.moment(scope, selection).edition.employed
        counts = self.destination_counts(scope, selection)
        total = sum(counts.values())
        order = list(self.codes.tables["destination"])
        return [
            Slice(code, code in employed, counts[code], share(counts[code], total))
            for code in sorted(counts, key=order.index)
        ]

    def destination_counts(self, scope: Scope, selection: Selection) -> dict[str, int]:
        """People per destination code on the day."""
        moment = self.moment(scope, selection)
        if moment.as_of is None:
            return {}
        chosen = self.store.leaf_filter(selection)
        rows = self.store.counts(scope, chosen, ("destination",), (moment.as_of,))
        return {row.key[0]: row.n[0] for row in rows}

    def mixes(self, scope: Scope, selection: Selection, rank: Rank) -> dict[str, dict[str, int]]:
        """Discipline of this rank -> people per destination group of the edition."""
        moment = self.moment(scope, selection)
        if moment.as_of is None:
            return {}
        codes, chosen = self.codes, self.store.leaf_filter(selection)
        rows = self.store.counts(scope, chosen, ("discipline", "destination"), (moment.as_of,))
        counts: dict[str, dict[str, int]] = {}
        for row in rows:
            found = counts.setdefault(self.discipline_at(codes, row.key[0], rank), {})
            found[row.key[1]] = found.get(row.key[1], 0) + row.n[0]
        return {code: group_counts(found, moment.edition) for code, found in counts.items()}

    def curves(self, scope: Scope, selection: Selection) -> dict[int, list[Point]]:
        """Progress of the cohort up to the day, and of two earlier ones through their season."""
        moment = self.moment(scope, selection)
        curves: dict[int, list[Point]] = {}
        if moment.as_of is None:
            return curves
        for years in range(EARLIER_COHORTS + 1):
            cohort = selection.cohort - years
            until = moment.as_of if years == 0 else calendar.season(cohort)[1]
            chosen = self.store.leaf_filter(replace(selection, cohort=cohort))
            points_of = self._curve(scope, chosen, until, moment.edition)
            if points_of:
                curves[cohort] = points_of
        return curves

    def _curve(self, scope: Scope, chosen: Filter, until: dt.date, edition: Edition) -> list[Point]:
        graduates = employed = 0
        found: list[Point] = []
        for change in self.store.progress(scope, chosen, (), until, edition.employed):
            graduates += change.graduates
            employed += change.employed
            to_deadline = calendar.days_to_deadline(change.counted_on, chosen.cohort)
            found.append(Point(change.counted_on, to_deadline, rate(employed, graduates)))
        return found

    def school_curves(self, scope: Scope, selection: Selection) -> dict[str, list[float]]:
        """School -> its rate (percent) on every statistical date so far, for small curves."""
        moment = self.moment(scope, selection)
        if moment.as_of is None:
            return {}
        chosen = self.store.leaf_filter(selection)
        changes = self.store.progress(
            scope, chosen, ("school",), moment.as_of, moment.edition.employed
        )
        totals: dict[str, list[int]] = {}
        curves: dict[str, list[float]] = {}
        for change in changes:
            total = totals.setdefault(change.key[0], [0, 0])
            total[0] += change.graduates
            total[1] += change.employed
            if value := rate(total[1], total[0]).value:
                curves.setdefault(change.key[0], []).append(float(value))
        return curves


def _totals(rows: Sequence[Tally], day: int, roll_up: RollUp) -> Totals:
    totals: Totals = {}
    for row in rows:
        for key in roll_up(row.key):
            graduates, employed = totals.get(key, (0, 0))
            totals[key] = (graduates + row.graduates[day], employed + row.employed[day])
    return totals


def _line(
    code: str,
    graduates: int,
    employed: int,
    week: tuple[int, int] | None = None,
    year: tuple[int, int] | None = None,
) -> Line:
    now = rate(employed, graduates)
    return Line(
        code=code,
        graduates=graduates,
        employed=employed,
        rate=now,
        interval=wilson(employed, graduates) if graduates else None,
        week=points(now, rate(week[1], week[0])) if week and week[0] else None,
        year=points(now, rate(year[1], year[0])) if year and year[0] else None,
        behind=bool(year and year[0] and _is_behind((graduates, employed), year)),
    )


def _is_behind(now: tuple[int, int], before: tuple[int, int]) -> bool:
    """True where even the upper end of the 95 % interval of the difference is below zero."""
    if now[0] == 0:
        return False
    return newcombe(now[1], now[0], before[1], before[0]).high < 0

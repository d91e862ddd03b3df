"""Who has handed in what by when: the board of schools and reporting periods, and the coverage.

A period's return is one with a statistical date after the period before and up to its own; for the
last period any later one. A school is expected if it handed in for this cohort or the one before.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboard.answer_rows import Coverage, Moment
from dashboard.clock import today
from dashboard.handed_in import sent_back
from dashboard.indicators import calendar
from dashboard.indicators.calendar import ReportingPeriod, ReportingRule, Status
from dashboard.indicators.rates import Rate, share
from data_access.outcomes import Filter
from data_access.rows import Handed
from data_access.scope import Scope
from data_access.selection import Selection
from data_access.store import Store

CAME: frozenset[Status] = frozenset({"on_time", "late"})
OWED: tuple[Status, ...] = ("missing", "returned")


@dataclass(frozen=True, slots=True)
class SchoolReturns:
    """One school: ``statuses`` has one entry per period, ``last`` is its newest statistical date.

    ``behind``: how many periods it has missed in a row, up to now. ``current``: whether its
    numbers are those of the newest period.
    """

    code: str
    graduates: int
    statuses: tuple[Status, ...]
    last: dt.date | None
    behind: int
    current: bool


@dataclass(frozen=True)
class Board:
    """Schools and the periods that have begun by ``day``, oldest first."""

    day: dt.date
    periods: tuple[ReportingPeriod, ...]
    schools: tuple[SchoolReturns, ...]

    def count(self, period: int, *wanted: Status) -> int:
        """Schools that stand so with one period."""
        return sum(school.statuses[period] in wanted for school in self.schools)

    def covered(self, period: int) -> Rate:
        """The share of the class in schools that have handed in for a period."""
        came = sum(s.graduates for s in self.schools if s.statuses[period] in CAME)
        return share(came, self.graduates)

    @cached_property
    def graduates(self) -> int:
        return sum(school.graduates for school in self.schools)

    @property
    def closed(self) -> int | None:
        """The newest period whose time is over."""
        over = [at for at, period in enumerate(self.periods) if period.until < self.day]
        return over[-1] if over else None

    @property
    def chased(self) -> list[SchoolReturns]:
        """The schools that owe a return whose time is over, those longest behind first."""
        owing = [school for school in self.schools if school.behind]
        return sorted(owing, key=lambda s: (-s.behind, -s.graduates, s.code))

    @property
    def coverage(self) -> Coverage:
        """How much of the class the newest numbers speak of."""
        current = [school for school in self.schools if school.current]
        people = share(sum(school.graduates for school in current), self.graduates)
        due = self.periods[-1].day if self.periods else None
        return Coverage(len(current), len(self.schools), due, people)


def board(store: Store, scope: Scope, moment: Moment) -> Board:
    """The board of a selection's cohort and schools, as it stood on its day."""
    day, selection = seen_on(moment), moment.selection
    key = ("board", selection.cohort, selection.schools, moment.as_of, day)
    return store.cache.get(
        (*key, scope.cache_key, moment.version, store.work),
        lambda: _board(store, scope, moment, day),
    )


def _board(store: Store, scope: Scope, moment: Moment, day: dt.date) -> Board:
    selection = moment.selection
    periods = begun(store, selection.cohort, day)
    handed: dict[str, list[Handed]] = {}
    for one in store.handed_in(scope, selection.cohort, day):
        handed.setdefault(one.school, []).append(one)
    back: dict[str, list[dt.date]] = {}
    for school, counted_on in sent_back(
        store, scope, selection.cohort, None if moment.live else day
    ):
        back.setdefault(school, []).append(counted_on)
    graduates = _graduates(store, scope, moment)
    schools = sorted(_expected(store, scope, selection) | handed.keys() | back.keys())
    return Board(
        day,
        periods,
        tuple(
            _school(
                *(code, graduates.get(code, 0), handed.get(code, []), back.get(code, [])),
                *(periods, day),
            )
            for code in schools
            if not selection.schools or code in selection.schools
        ),
    )


def seen_on(moment: Moment) -> dt.date:
    """The day from which punctuality is judged: the chosen one, else today within the season.

    A demonstration lies in the past: it is seen from its newest statistical date.
    """
    last = calendar.season(moment.selection.cohort).last
    if moment.as_of is not None and (not moment.live or moment.demonstration):
        return moment.as_of
    return min(today(), last)


def begun(store: Store, cohort: int, day: dt.date) -> tuple[ReportingPeriod, ...]:
    """The periods of a cohort whose statistical date is not after a day."""
    rows = store.codes.calendar
    names = ReportingRule.__dataclass_fields__
    rules = [ReportingRule(**{name: row[name] for name in names}) for row in rows.rules]
    every = calendar.reporting_periods(cohort, rules, rows.holidays)
    return tuple(period for period in every if period.day <= day)


def _expected(store: Store, scope: Scope, selection: Selection) -> set[str]:
    """Schools with a return for this cohort, whenever it came, or for the one before."""
    latest = calendar.season(selection.cohort).last
    cohorts = (selection.cohort, selection.cohort - 1)
    return {span.key for cohort in cohorts for span in store.reporting(scope, cohort, latest)}


def _graduates(store: Store, scope: Scope, moment: Moment) -> dict[str, int]:
    if moment.as_of is None:
        return {}
    chosen = Filter(moment.selection.cohort)
    return {
        row.key[0]: row.n[0] for row in store.counts(scope, chosen, ("school",), (moment.as_of,))
    }


def _school(
    code: str,
    graduates: int,
    handed: Sequence[Handed],
    back: Sequence[dt.date],
    periods: Sequence[ReportingPeriod],
    day: dt.date,
) -> SchoolReturns:
    received = _received(handed, periods)
    returned = {_position(counted_on, periods) for counted_on in back if periods}
    statuses = tuple(
        calendar.status(period, received.get(at), day, sent_back=at in returned)
        for at, period in enumerate(periods)
    )
    last = max((one.counted_on for one in handed), default=None)
    behind = 0
    for one, period in zip(reversed(statuses), reversed(periods), strict=True):
        if one in CAME:
            break
        behind += one in OWED and period.until < day
    since = periods[-2].day if len(periods) > 1 else dt.date.min
    return SchoolReturns(code, graduates, statuses, last, behind, last is not None and last > since)


def _received(
    handed: Sequence[Handed], periods: Sequence[ReportingPeriod]
) -> Mapping[int, dt.date]:
    """Position of a period -> the day on which its return came."""
    found: dict[int, dt.date] = {}
    for one in handed if periods else ():
        at = _position(one.counted_on, periods)
        found[at] = min(one.received_on, found.get(at, one.received_on))
    return found


def _position(counted_on: dt.date, periods: Sequence[ReportingPeriod]) -> int:
    """The first period on or after a statistical date, else the last."""
    days = [period.day for period in periods]
    return min(bisect_left(days, counted_on), len(days) - 1)

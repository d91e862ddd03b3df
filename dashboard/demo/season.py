"""A season: one cohort's returns, reporting day by reporting day.

The season knows what each school hands in on each day; it writes nothing. The returns go
through the same acceptance as imported files, which alone makes movements of them.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from dashboard.demo import timing
from dashboard.demo.draws import Flags, Ints
from dashboard.demo.outcomes import DESTINATIONS, decide
from dashboard.demo.placements import INDUSTRIES, KINDS, Employers
from dashboard.demo.plan import Lookup, make_plan
from dashboard.demo.population import LEVELS, SEXES, Population, populate, student_numbers
from dashboard.demo.regions import regions
from dashboard.demo.schools import schools
from dashboard.demo.timeline import Events, Storyteller, events
from data_access.ledger import GraduateEntry, Return


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Season:
    """One cohort's season. ``returns(day)`` may be asked in any order and any number of times."""

    cohort: int
    reporting_days: list[dt.date]
    population: Population
    events: Events
    handed_in: Flags  # (schools, days): who reports when
    delay: Ints  # (schools, days): days between the statistical date and the return
    numbers: list[str]  # (N,) student numbers

    @property
    def graduates(self) -> int:
        return len(self.population)

    def days_until(self, until: dt.date | None = None) -> list[dt.date]:
        """The reporting days up to and including ``until``; all of them for None."""
        return [day for day in self.reporting_days if until is None or day <= until]

    def days_after(self, day: dt.date | None) -> list[dt.date]:
        """The reporting days still to come after ``day``; all of them for None."""
        return [d for d in self.reporting_days if day is None or d > day]

    def size(self, day: dt.date) -> int:
        """Number of entries handed in on that reporting day, over all schools."""
        first, last = self.range(day)
        return last - first

    def total(self, until: dt.date | None = None) -> int:
        """Number of entries of the season up to and including ``until``."""
        return sum(self.size(day) for day in self.days_until(until))

    def returns(self, day: dt.date) -> list[Return]:
        """One return per school that reports on that day, with its new and changed graduates.

        A school that reports and has nothing new hands in an empty return; one that is late
        hands in nothing. Raises ValueError for a day that is no reporting day.
        """
        first, last = self.range(day)
        entries = self._entries(first, last)
        cuts = self._cuts(first, last)
        position = self.reporting_days.index(day)
        made = []
        for i, school in enumerate(schools()):
            if not self.handed_in[i, position]:
                continue
            source = f"demo/{self.cohort}/{school.code}/{day.isoformat()}"
            made.append(
                Return(
                    kind="graduates",
                    cohort=self.cohort,
                    school=school.code,
                    counted_on=day,
                    source=source,
                    content_hash=_content_hash(source, entries[cuts[i] : cuts[i + 1]]),
                    entries=entries[cuts[i] : cuts[i + 1]],
                    synthetic=True,
                    received_on=day + dt.timedelta(days=int(self.delay[i, position])),
                )
            )
        return made

    def range(self, day: dt.date) -> tuple[int, int]:
        """First and last (excluded) event of a reporting day."""
        position = self.reporting_days.index(day)
        first, last = np.searchsorted(self.events.day, [position, position + 1])
        return int(first), int(last)

    def _cuts(self, first: int, last: int) -> list[int]:
        """Where each school's entries begin; graduates are ordered by school."""
        school = self.population.school[self.events.who[first:last]]
        return [int(i) for i in np.searchsorted(school, np.arange(len(schools()) + 1))]

    def _entries(self, first: int, last: int) -> list[GraduateEntry]:
        people, part = self.population, slice(first, last)
        who = self.events.who[part]
        codes = regions().codes
        origin = np.where(self.events.no_origin[part], regions().not_reported, people.origin[who])
        columns = (
            [self.numbers[i] for i in who.tolist()],
            [None] * len(who),
            _texts(LEVELS, people.level[who]),
            _texts(people.disciplines, people.discipline[who]),
            _texts(SEXES, people.sex[who]),
            _texts(codes, origin),
            _texts(DESTINATIONS, self.events.destination[part]),
            _texts(codes, self.events.region[part]),
            _texts(KINDS, self.events.kind[part]),
            _texts(INDUSTRIES, self.events.industry[part]),
        )
        return list(map(GraduateEntry._make, zip(*columns, strict=True)))


def cohort_season(cohort: int, lookup: Lookup, *, scale: float = 1.0) -> Season:
    """Builds a cohort's season; the same arguments give the same season, to the last entry.

    Cohort 2020 at full scale equals the report's tables 1 to 3 as of 30 September 2020.
    ``scale`` < 1 gives a smaller province for tests. Under a second at full scale, about 25 MB
    kept.
    """
    days = timing.reporting_days(cohort)
    plan = make_plan(cohort, scale)
    people = populate(cohort, plan, lookup)
    employers = Employers(cohort, plan, people)
    told = events(Storyteller(cohort, days, people, decide(cohort, plan, people), employers))
    return Season(
        cohort=cohort,
        reporting_days=days,
        population=_small_population(people),
        events=_small_events(told),
        handed_in=timing.open_days(cohort, days),
        delay=timing.delays(cohort, days),
        numbers=student_numbers(cohort, people),
    )


def _small_population(people: Population) -> Population:
    """The same columns in the smallest integers that hold them: a season stays in memory."""
    return replace(
        people,
        school=people.school.astype(np.int16),
        row=people.row.astype(np.int16),
        level=people.level.astype(np.int8),
        discipline=people.discipline.astype(np.int16),
        sex=people.sex.astype(np.int8),
        origin=people.origin.astype(np.int16),
        number=people.number.astype(np.int32),
    )


def _small_events(told: Events) -> Events:
    return replace(
        told,
        day=told.day.astype(np.int16),
        who=told.who.astype(np.int32),
        destination=told.destination.astype(np.int8),
        region=told.region.astype(np.int16),
        kind=told.kind.astype(np.int8),
        industry=told.industry.astype(np.int8),
    )


def _texts(vocabulary: tuple[str, ...], positions: Ints) -> Iterator[str]:
    """The codes at these positions; every code is one shared string."""
    return map(vocabulary.__getitem__, positions.tolist())


def _content_hash(source: str, entries: list[GraduateEntry]) -> str:
    lines = ["\x1f".join((entry[0], *entry[2:])) for entry in entries]
    return hashlib.sha256("\n".join([source, *lines]).encode()).hexdigest()

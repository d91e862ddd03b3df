"""Answers questions about the ledger, always through a scope, each once per version."""

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Engine, Select, Subquery

from data_access import code_book, flows, outcomes
from data_access.by_day import ByDay, Cell
from data_access.cache import Cache
from data_access.code_book import CodeBook
from data_access.outcomes import Dimension, Filter
from data_access.places import visible_places
from data_access.rows import Change, Count, Flow, Handed, SchoolCell, Span, Tally
from data_access.schema import returns, survey
from data_access.scope import Scope, guard, visible_movement, visible_returns
from data_access.selection import Selection
from data_access.workflow_schema import (
    case_step,
    check_result,
    check_sample,
    flag_run,
    flag_setting,
    submission_step,
)

if TYPE_CHECKING:
    from data_access.replica import Analytics

Answer = TypeVar("Answer")
BESIDE = (
    *(survey, submission_step, check_sample, check_result),
    *(flag_run, flag_setting, case_step),
)
"""Append-only tables that pages show beside the movements."""


class Store:
    """The one reader of the ledger. ``version`` names the state every answer is read at."""

    def __init__(self, registry: Engine, analytics: "Analytics") -> None:
        self.registry = registry
        self.analytics = analytics
        self.guarded = guard(registry.execution_options())
        self.cache = Cache()
        self._lock = threading.Lock()
        self._codes: tuple[int, tuple[int, ...], CodeBook, bool] | None = None
        self._beside: tuple[int, ...] | None = None

    @property
    def version(self) -> int:
        return self.analytics.version

    @property
    def surveys(self) -> int:
        """The number of the newest survey known: what ``version`` is to movements."""
        return self._known_beside()[0]

    @property
    def work(self) -> tuple[int, ...]:
        """The same of what is done about returns: steps of submissions, checks, flags, cases."""
        return self._known_beside()[1:]

    def _known_beside(self) -> tuple[int, ...]:
        if self._beside is None:
            self.refresh_beside()
        return self._beside or ()

    def refresh_beside(self) -> bool:
        """Looks for what is new beside the movements; True if there is anything."""
        newest = (sa.select(sa.func.max(table.c.id)).scalar_subquery() for table in BESIDE)
        with self.registry.connect() as connection:
            row = connection.execute(sa.select(*newest)).one()
        with self._lock:  # who looked earlier may arrive later: the numbers only grow
            before = self._beside or (0,) * len(BESIDE)
            found = tuple(
                max(number or 0, known) for number, known in zip(row, before, strict=True)
            )
            changed, self._beside = found != self._beside, found
        return changed

    @property
    def codes(self) -> CodeBook:
        """The code tables as of this version."""
        return self._facts()[2]

    @property
    def demonstration(self) -> bool:
        """True while any synthetic return is loaded."""
        return self._facts()[3]

    def _facts(self) -> tuple[int, tuple[int, ...], CodeBook, bool]:
        facts, version = self._codes, self.version
        if facts is not None and facts[0] == version:
            return facts
        with self._lock, self.registry.connect() as connection:
            mark = code_book.fingerprint(connection)
            old = self._codes
            book = old[2] if old and old[1] == mark else code_book.load(connection)
            synthetic = sa.select(returns.c.id).where(returns.c.synthetic).limit(1)
            demonstration = connection.scalar(synthetic) is not None
            self._codes = (version, mark, book, demonstration)
            return self._codes

    def leaf_filter(self, selection: Selection) -> Filter:
        """The selection in leaf codes: a parent includes everything below it."""
        codes = self.codes
        return Filter(
            cohort=selection.cohort,
            school=selection.schools or None,
            level=codes.with_descendants("level", selection.levels) or None,
            discipline=self._below("discipline", selection.discipline),
            origin=self._below("region", selection.origin),
            work_region=self._below("region", selection.work_region),
        )

    def _below(self, kind: code_book.Kind, code: str | None) -> tuple[str, ...] | None:
        return None if code is None else self.codes.with_descendants(kind, (code,))

    def by_day(self, scope: Scope, chosen: Filter) -> ByDay:
        """A class by level and destination on any day."""
        return self._ask(
            ("by_day", chosen),
            scope,
            lambda rows: outcomes.by_day(rows, chosen),
            lambda rows: ByDay(rows, chosen.fixed),
        )

    def counts(
        self,
        scope: Scope,
        chosen: Filter,
        by: Sequence[Dimension],
        days: Sequence[dt.date],
    ) -> list[Count]:
        """People per cut as of each day."""
        if _has_by_day(chosen, by):
            return self.by_day(scope, chosen).counts(by, days)
        width, asked = len(by), (chosen, tuple(by), tuple(days))
        return self._ask(
            ("counts", *asked),
            scope,
            lambda rows: outcomes.counts(rows, *asked),
            lambda rows: [Count(row[:width], row[width:]) for row in rows],
        )

    def tallies(
        self,
        scope: Scope,
        chosen: Filter,
        by: Sequence[Dimension],
        days: Sequence[dt.date],
        employed: frozenset[str],
    ) -> list[Tally]:
        """Graduates and employed per cut as of each day; ``employed`` are destination codes."""
        if _has_by_day(chosen, by):
            return self.by_day(scope, chosen).tallies(by, days, employed)
        width, middle = len(by), len(by) + len(days)
        asked = (chosen, tuple(by), tuple(days), tuple(sorted(employed)))
        return self._ask(
            ("tallies", *asked),
            scope,
            lambda rows: outcomes.tallies(rows, *asked),
            lambda rows: [Tally(r[:width], r[width:middle], r[middle:]) for r in rows],
        )

    def school_cells(
        self, scope: Scope, chosen: Filter, day: dt.date, employed: frozenset[str]
    ) -> list[SchoolCell]:
        """Tallies by school, level and discipline on one day, as the driver hands them over.

        There are 115,000 of a nation: to make a :class:`Tally` of each takes as long as to count.
        """
        asked = (chosen, ("school", "level", "discipline"), (day,), tuple(sorted(employed)))
        return self._ask(
            ("school_cells", *asked), scope, lambda rows: outcomes.tallies(rows, *asked), list
        )

    def progress(
        self,
        scope: Scope,
        chosen: Filter,
        by: Sequence[Dimension],
        until: dt.date,
        employed: frozenset[str],
    ) -> list[Change]:
        """The changes per cut and statistical date up to ``until``, in order of cut and date."""
        if _has_by_day(chosen, by):
            return self.by_day(scope, chosen).progress(by, until, employed)
        width = len(by)
        asked = (chosen, tuple(by), until, tuple(sorted(employed)))
        return self._ask(
            ("progress", *asked),
            scope,
            lambda rows: outcomes.progress(rows, *asked),
            lambda rows: [Change(row[:width], *row[width:]) for row in rows],
        )

    def handed_in(self, scope: Scope, cohort: int, until: dt.date) -> list[Handed]:
        """What each school had handed in by a day, by school and statistical date."""

        def run() -> list[Handed]:
            statement = outcomes.handed_in(visible_returns(scope), cohort, until)
            with self.guarded.connect() as connection:
                return [Handed._make(row) for row in connection.execute(statement)]

        return self.cache.get(("handed_in", cohort, until, scope.cache_key, self.version), run)

    def flows(
        self,
        scope: Scope,
        chosen: Filter,
        stages: Sequence[flows.Stage],
        day: dt.date,
        employed: frozenset[str],
        units: frozenset[str],
    ) -> list[Flow]:
        """People per place of every stage as of a day; both sets are destination codes."""
        width = len(stages)
        asked = (chosen, tuple(stages), day, tuple(sorted(employed)), tuple(sorted(units)))
        return self._ask(
            ("flows", *asked),
            scope,
            lambda rows: flows.flows(rows, *asked),
            lambda rows: [Flow(row[:width], *row[width:]) for row in rows],
            lambda scope: visible_places(scope, self.analytics.apart),
        )

    def reporting(self, scope: Scope, cohort: int, until: dt.date) -> list[Span]:
        """First and last statistical date, up to a day, that each school has reported for."""
        version = self.version

        def run() -> list[Span]:
            statement = outcomes.reporting(visible_returns(scope), cohort, until)
            with self.guarded.connect() as connection:
                return _spans(connection.execute(statement).all())

        return self.cache.get(("reporting", cohort, until, scope.cache_key, version), run)

    def cohorts(self, scope: Scope) -> list[Span]:
        """First and last statistical date of every cohort, newest first; key is the year."""
        return self._ask(("cohorts",), scope, outcomes.cohorts, _spans)

    def _ask(
        self,
        question: tuple[Any, ...],
        scope: Scope,
        statement: Callable[[Subquery], Select[Any]],
        shape: Callable[[Sequence[Any]], Answer],
        source: Callable[[Scope], Subquery] = visible_movement,
    ) -> Answer:
        version = self.version

        def run() -> Answer:
            select = statement(source(scope))
            with self.analytics.engine.connect() as connection:
                rows = connection.execute(select, {"version": version})
                # The driver's own tuples: SQLAlchemy's rows cost as much again to make.
                return shape(rows.cursor.fetchall())

        return self.cache.get((question, scope.cache_key, version), run)


def _has_by_day(chosen: Filter, by: Sequence[Dimension]) -> bool:
    """Whether the class by day has this cut, so that no other question is needed."""
    return set(by) <= {*Cell._fields, *chosen.fixed}


def _spans(rows: Sequence[Any]) -> list[Span]:
    return [Span(str(row[0]), row[1], row[2]) for row in rows]

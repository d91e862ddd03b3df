"""Answers questions about checks, always through a scope, each once per result or sample kept."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection, Select

from data_access.checks import Word
from data_access.schema import subject
from data_access.scope import Scope
from data_access.store import Store
from data_access.workflow_schema import check_frame, check_item, check_result, check_sample
from data_access.workflow_scope import visible

Answer = TypeVar("Answer")


class Sample(NamedTuple):
    """One sample. To whoever does not see every school it is a number and its own graduates."""

    id: int
    size: int
    title: str = ""
    counted_on: dt.date | None = None
    method: str = ""
    seed: int | None = None
    population: int | None = None
    drawn_at: dt.datetime | None = None
    drawn_by: str = ""


class Item(NamedTuple):
    """One graduate of a sample, as reported on the day of the draw."""

    subject_id: int
    school: str
    key: str
    level: str
    destination: str


class FrameCell(NamedTuple):
    """How many graduates were reported so where a sample was drawn."""

    stratum: str
    school: str
    level: str
    destination: str
    people: int


class Checks:
    """The one reader of checks; the answers are kept with the store's other answers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def samples(self, scope: Scope, cohort: int) -> list[Sample]:
        """The samples of a class, newest first."""
        if scope.schools is None:
            c = visible(check_sample, scope).c
            columns = (c.id, c.size, c.title, c.counted_on, c.method, c.seed)
            told = (*columns, c.population, c.drawn_at, c.drawn_by)
            statement = sa.select(*told).where(c.cohort == cohort).order_by(c.id.desc())
        else:
            items, people = visible(check_item, scope), visible(subject, scope)
            statement = (
                sa.select(items.c.sample_id, sa.func.count())
                .join_from(items, people, people.c.id == items.c.subject_id)
                .where(people.c.cohort == cohort)
                .group_by(items.c.sample_id)
                .order_by(items.c.sample_id.desc())
            )
        key = ("check_samples", cohort)
        return self._ask(key, scope, statement, lambda rows: [Sample(*row) for row in rows])

    def items(self, scope: Scope, sample: int) -> list[Item]:
        """The graduates of a sample, by school and student number."""
        items, people = visible(check_item, scope), visible(subject, scope)
        columns = (items.c.subject_id, items.c.school, people.c.key, items.c.level)
        statement = (
            sa.select(*columns, items.c.destination)
            .join_from(items, people, people.c.id == items.c.subject_id)
            .where(items.c.sample_id == sample)
        )

        def shape(rows: Sequence[Any]) -> list[Item]:
            # In Python: databases do not agree on the order of texts.
            return sorted((Item(*row) for row in rows), key=lambda one: (one.school, one.key))

        return self._ask(("check_items", sample), scope, statement, shape)

    def frame(self, scope: Scope, sample: int) -> list[FrameCell]:
        """Whom a sample was drawn from; nothing where it is not representative."""
        c = visible(check_frame, scope).c
        statement = sa.select(c.stratum, c.school, c.level, c.destination, c.people).where(
            c.sample_id == sample
        )
        key = ("check_frame", sample)
        return self._ask(key, scope, statement, lambda rows: [FrameCell(*row) for row in rows])

    def words(self, scope: Scope, cohort: int, until: dt.date | None) -> list[Word]:
        """The newest result of every channel about every graduate, of those up to a day."""
        results, people = visible(check_result, scope), visible(subject, scope)
        c = results.c
        newest = sa.func.row_number().over(
            partition_by=(c.subject_id, c.channel), order_by=(c.checked_on.desc(), c.id.desc())
        )
        told = (c.subject_id, c.school, c.channel, c.result, c.checked_on, c.destination)
        ranked = sa.select(*told, newest.label("place")).join_from(
            results, people, people.c.id == c.subject_id
        )
        ranked = ranked.where(people.c.cohort == cohort)
        if until is not None:
            ranked = ranked.where(c.checked_on <= until)
        found = ranked.subquery("ranked")
        columns = [found.c[column.name] for column in told]
        statement = sa.select(*columns).where(found.c.place == 1).order_by(*columns[:3])
        key = ("check_words", cohort, until)
        return self._ask(key, scope, statement, lambda rows: [Word(*row) for row in rows])

    def find(
        self, scope: Scope, cohort: int, schools: Collection[str]
    ) -> dict[tuple[str, str], int]:
        """(school, student number) -> graduate, for these schools as far as the scope goes."""
        with self._store.guarded.connect() as connection:
            return find_graduates(connection, scope, cohort, schools)

    def _ask(
        self,
        question: tuple[Any, ...],
        scope: Scope,
        statement: Select[Any],
        shape: Callable[[Sequence[Any]], Answer],
    ) -> Answer:
        store = self._store

        def run() -> Answer:
            with store.guarded.connect() as connection:
                return shape(connection.execute(statement).all())

        return store.cache.get((question, scope.cache_key, store.work), run)


def find_graduates(
    connection: Connection, scope: Scope, cohort: int, schools: Collection[str]
) -> dict[tuple[str, str], int]:
    """(school, student number) -> graduate, for these schools as far as the scope goes."""
    c = visible(subject, scope).c
    # Nobody's number has a bar in it: such keys are cells of published tables.
    people = sa.select(c.school, c.key, c.id).where(
        c.cohort == cohort, c.school.in_(sorted(schools)), ~c.key.contains("|")
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(people)}

"""Where graduates stand on a day, and the rows of a submission beside them.

Both are put into temporary tables that are found by student number: subqueries have no index, and
230,000 rows against as many took minutes.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, MetaData, ScalarSelect, Table

from data_access.schema import CELL, returns, state, subject
from data_access.workflow_schema import submission_row

_temporary = MetaData()


def _table(name: str, *columns: sa.Column[Any]) -> Table:
    cell = [sa.Column(c, sa.Text, nullable=False) for c in CELL]
    return Table(
        name,
        _temporary,
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("person_hash", sa.Text),
        *cell,
        *columns,
        prefixes=["TEMPORARY"],
    )


STANDING: Final = _table("standing")
HANDED: Final = _table("handed", sa.Column("line", sa.Integer, nullable=False))


class Pair(NamedTuple):
    """``standing``: the graduates there; ``handed``: those of the submission, with their lines."""

    standing: Table
    handed: Table

    @property
    def left_out(self) -> ColumnElement[bool]:
        """Of those standing: whoever the submission does not mention."""
        return ~sa.exists().where(self.handed.c.key == self.standing.c.key)


class Head(Protocol):
    """What has to be known of a submission."""

    @property
    def id(self) -> int: ...
    @property
    def school(self) -> str: ...
    @property
    def cohort(self) -> int: ...
    @property
    def counted_on(self) -> dt.date: ...


def newest(who: ColumnElement[int], day: dt.date) -> ScalarSelect[int]:
    """The number of a subject's newest state until a day: one step down the index for each."""
    until = state.alias("until")
    return (
        sa.select(until.c.seq)
        .where(until.c.subject_id == who, until.c.counted_on <= day)
        .order_by(until.c.counted_on.desc(), until.c.seq.desc())
        .limit(1)
        .correlate_except(until)
        .scalar_subquery()
    )


@contextmanager
def side_by_side(connection: Connection, given: Head) -> Iterator[Pair]:
    """The graduates of a submission's class and school as they stand on its day, and its rows.

    Writes temporary tables only, which are gone at the end.
    """
    _temporary.drop_all(connection)
    _temporary.create_all(connection)
    _fill(connection, STANDING, _standing(given))
    _fill(connection, HANDED, _handed(given))
    yield Pair(STANDING, HANDED)
    _temporary.drop_all(connection)


def _fill(connection: Connection, table: Table, rows: sa.Select[Any]) -> None:
    connection.execute(sa.insert(table).from_select(table.columns.keys(), rows))


def _standing(given: Head) -> sa.Select[Any]:
    """Cells of published tables are no graduates."""
    who = (subject.c.key, subject.c.person_hash)
    columns: list[ColumnElement[Any]] = [*who, *(state.c[name] for name in CELL)]
    return (
        sa.select(*columns)
        .select_from(subject)
        .join(state, state.c.seq == newest(subject.c.id, given.counted_on))
        .join(returns, returns.c.id == state.c.return_id)
        .where(
            subject.c.cohort == given.cohort,
            subject.c.school == given.school,
            state.c.n > 0,
            returns.c.kind == "graduates",
        )
    )


def _handed(given: Head) -> sa.Select[Any]:
    c = submission_row.c
    columns: list[ColumnElement[Any]] = [c.key, c.person_hash, *(c[name] for name in CELL), c.line]
    return sa.select(*columns).where(c.submission_id == given.id)

"""The set-based SQL behind the ledger: stage rows, post them as states and movements.

Two temporary tables live for one transaction: ``incoming`` (what was handed in) and
``pending`` (what really changes, with the state it replaces and the day of the next change).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table

from data_access.errors import InputError
from data_access.schema import (
    CELL,
    destination,
    discipline,
    employer_kind,
    industry,
    level,
    movement,
    region,
    state,
    subject,
)

StagedRow = tuple[Any, ...]  # return_id, cohort, school, key, person_hash, counted_on, *CELL, n
BATCH = 50_000

_temporary = MetaData()


def _table(name: str, *columns: sa.Column[Any]) -> Table:
    cell = [sa.Column(c, sa.Text, nullable=False) for c in CELL]
    return Table(
        name,
        _temporary,
        sa.Column("return_id", sa.Integer, nullable=False),
        sa.Column("cohort", sa.Integer, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("counted_on", sa.Date, nullable=False),
        *columns,
        *cell,
        sa.Column("n", sa.Integer, nullable=False),
        prefixes=["TEMPORARY"],
    )


_incoming = _table(
    "incoming",
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("person_hash", sa.Text),
)
_pending = _table(
    "pending",
    sa.Column("subject_id", sa.BigInteger, nullable=False),
    sa.Column("previous", sa.BigInteger),  # state.seq in force on counted_on, if any
    sa.Column("next_on", sa.Date),  # day of the next later state, if any
)
_STAGED = ("return_id", "cohort", "school", "key", "person_hash", "counted_on", *CELL, "n")
_CODE_TABLES: dict[str, Table] = {
    "level": level,
    "discipline": discipline,
    "origin": region,
    "destination": destination,
    "work_region": region,
    "employer_kind": employer_kind,
    "industry": industry,
}


def stage(connection: Connection, rows: Iterable[StagedRow]) -> None:
    """Loads the rows into ``incoming`` and checks them; raises InputError."""
    _temporary.drop_all(connection)
    _temporary.create_all(connection)
    bulk_insert(connection, _incoming, _STAGED, rows)
    _check_codes(connection)
    _check_subjects_once(connection)


def post(connection: Connection) -> dict[int, int]:
    """Posts what was staged; returns the number of movements appended per return id."""
    _add_subjects(connection)
    _find_changes(connection)
    before = connection.scalar(sa.select(sa.func.max(movement.c.seq))) or 0
    _append_movements(connection)
    _append_states(connection)
    _temporary.drop_all(connection)
    added = (
        sa.select(movement.c.return_id, sa.func.count())
        .where(movement.c.seq > before)
        .group_by(movement.c.return_id)
    )
    rows = connection.execute(added).all()
    return {row[0]: row[1] for row in rows}


def bulk_insert(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Iterable[StagedRow],
    day: str = "counted_on",
) -> None:
    """Inserts many rows as fast as the driver can: executemany on SQLite, COPY on PostgreSQL.

    ``day`` is the column with dates.
    """
    names = ", ".join(columns)
    if connection.dialect.name == "postgresql":
        raw: Any = connection.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    iso = _iso_dates(rows, columns.index(day))
    while batch := list(islice(iso, BATCH)):
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", batch)


def _iso_dates(rows: Iterable[StagedRow], day: int) -> Iterator[StagedRow]:
    """SQLite keeps dates as ISO text; the driver's own date adapter is deprecated."""
    texts: dict[dt.date | None, str | None] = {None: None}
    for row in rows:
        date = row[day]
        text = texts.get(date) or texts.setdefault(date, date and date.isoformat())
        yield (*row[:day], text, *row[day + 1 :])


def _check_codes(connection: Connection) -> None:
    for column, table in _CODE_TABLES.items():
        used = sa.select(_incoming.c[column]).distinct().subquery()
        unknown = connection.scalars(
            sa.select(used.c[column]).where(used.c[column].not_in(sa.select(table.c.code)))
        ).all()
        if unknown:
            raise InputError("import.unknown_code", field=column, value=", ".join(sorted(unknown)))


def _check_subjects_once(connection: Connection) -> None:
    who = (_incoming.c.cohort, _incoming.c.school, _incoming.c.key)
    twice = connection.execute(
        sa.select(*who).group_by(*who).having(sa.func.count() > 1).limit(1)
    ).first()
    if twice:
        raise InputError("import.subject_twice", school=twice.school, value=twice.key)


def _is_subject() -> sa.ColumnElement[bool]:
    return sa.and_(
        subject.c.cohort == _incoming.c.cohort,
        subject.c.school == _incoming.c.school,
        subject.c.key == _incoming.c.key,
    )


def _add_subjects(connection: Connection) -> None:
    columns = ("cohort", "school", "key", "person_hash")
    new = sa.select(*(_incoming.c[c] for c in columns)).where(
        ~sa.exists().where(_is_subject()), _incoming.c.n > 0
    )
    connection.execute(sa.insert(subject).from_select(list(columns), new))


def _find_changes(connection: Connection) -> None:
    """Fills ``pending``, leaving out the rows that repeat the state already in force."""
    shared = ("return_id", "cohort", "school", "counted_on", *CELL, "n")
    previous = (
        sa.select(state.c.seq)
        .where(state.c.subject_id == subject.c.id, state.c.counted_on <= _incoming.c.counted_on)
        .order_by(state.c.counted_on.desc(), state.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    next_on = (
        sa.select(sa.func.min(state.c.counted_on))
        .where(state.c.subject_id == subject.c.id, state.c.counted_on > _incoming.c.counted_on)
        .scalar_subquery()
    )
    rows = sa.select(
        *(_incoming.c[c] for c in shared), subject.c.id, previous, next_on
    ).select_from(_incoming.join(subject, _is_subject()))
    names = [*shared, "subject_id", "previous", "next_on"]
    connection.execute(sa.insert(_pending).from_select(names, rows))
    same = [state.c[c] == _pending.c[c] for c in (*CELL, "n")]
    repeats = sa.exists().where(state.c.seq == _pending.c.previous, *same)
    nothing = sa.and_(_pending.c.previous.is_(None), _pending.c.n == 0)
    connection.execute(sa.delete(_pending).where(sa.or_(repeats, nothing)))


def _append_movements(connection: Connection) -> None:
    replaced = _pending.join(state, state.c.seq == _pending.c.previous)
    later = _pending.c.next_on.is_not(None)
    day, back = _pending.c.counted_on, _pending.c.next_on
    parts = [
        _lines(day, _pending, _pending.c.n),
        _lines(day, state, -state.c.n).select_from(replaced),
        _lines(back, _pending, -_pending.c.n).where(later),
        _lines(back, state, state.c.n).select_from(replaced).where(later),
    ]
    line = sa.union_all(*parts).subquery("line")
    keys = [line.c[c] for c in ("return_id", "counted_on", "cohort", "school", *CELL)]
    total = sa.func.sum(line.c.delta)
    net = sa.select(*keys, total).group_by(*keys).having(total != 0).order_by(*keys)
    connection.execute(sa.insert(movement).from_select([*(k.name for k in keys), "delta"], net))


def _lines(day: Any, cell: Table, delta: Any) -> sa.Select[Any]:
    return sa.select(
        _pending.c.return_id,
        day.label("counted_on"),
        _pending.c.cohort,
        _pending.c.school,
        *(cell.c[c] for c in CELL),
        delta.label("delta"),
    )


def _append_states(connection: Connection) -> None:
    names = ["subject_id", "return_id", "counted_on", *CELL, "n"]
    rows = sa.select(*(_pending.c[c] for c in names))
    connection.execute(sa.insert(state).from_select(names, rows))

"""Writes what accepted records say of a job beyond the cell: employer, credit code, signature.

Facts are appended, and only where they differ from what was known as of that day.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, MetaData, Table

from data_access.registry import writing
from data_access.schema import returns, subject
from data_access.staging import bulk_insert
from data_access.workflow_schema import FACT, fact

FactRow = tuple[int, str, str, str, str, dt.date | None]
"""cohort, school, key, employer, credit_code, signed_on"""
OfReturn = tuple[int, dt.date, FactRow]
"""return id, statistical date, and what the return says of one graduate"""

_COLUMNS = ("return_id", "counted_on", "cohort", "school", "key", *FACT)
_temporary = MetaData()
_incoming = Table(
    "incoming_fact",
    _temporary,
    sa.Column("return_id", sa.Integer, nullable=False),
    sa.Column("counted_on", sa.Date, nullable=False),
    sa.Column("cohort", sa.Integer, nullable=False),
    sa.Column("school", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("employer", sa.Text, nullable=False),
    sa.Column("credit_code", sa.Text, nullable=False),
    sa.Column("signed_on", sa.Date),
    prefixes=["TEMPORARY"],
)


def write_facts(
    connection: Connection, return_id: int, counted_on: dt.date, rows: Iterable[FactRow]
) -> int:
    """Appends what one return says; how many facts were new. Needs its graduates posted before.

    A graduate may be in ``rows`` once.
    """
    return write_all(connection, ((return_id, counted_on, row) for row in rows))


def write_by_hash(
    engine: Engine, counted_on: dt.date, rows: Mapping[str, Sequence[FactRow]]
) -> int:
    """What accepted returns of one day say, by their content hashes, in one transaction.

    Returns that were never accepted say nothing.
    """
    with writing(engine) as connection:
        known = sa.select(returns.c.content_hash, returns.c.id)
        ids = {
            row.content_hash: row.id
            for row in connection.execute(known.where(returns.c.content_hash.in_(list(rows))))
        }
        return write_all(
            connection,
            ((ids[name], counted_on, row) for name in rows if name in ids for row in rows[name]),
        )


def write_all(connection: Connection, rows: Iterable[OfReturn]) -> int:
    """The same for several returns of one day at once."""
    _temporary.drop_all(connection)
    _temporary.create_all(connection)
    bulk_insert(connection, _incoming, _COLUMNS, _flat(rows))
    before = connection.scalar(sa.select(sa.func.max(fact.c.seq))) or 0
    connection.execute(sa.insert(fact).from_select(_names(), _new()))
    _temporary.drop_all(connection)
    written = sa.select(sa.func.count()).select_from(fact).where(fact.c.seq > before)
    return connection.scalar(written) or 0


def _flat(rows: Iterable[OfReturn]) -> Iterator[tuple[Any, ...]]:
    """One tuple per fact; the day of signature as text, which both databases take as a date."""
    for return_id, counted_on, (*head, signed_on) in rows:
        yield (return_id, counted_on, *head, signed_on.isoformat() if signed_on else None)


def _names() -> list[str]:
    return ["subject_id", "return_id", "counted_on", *FACT]


def _new() -> sa.Select[Any]:
    """The incoming facts that are not known as of their day; nothing of whom nothing is known."""
    who = sa.and_(*(subject.c[name] == _incoming.c[name] for name in ("cohort", "school", "key")))
    earlier = fact.alias("earlier")
    newest = (
        sa.select(earlier.c.seq)
        .where(earlier.c.subject_id == subject.c.id)
        .where(earlier.c.counted_on <= _incoming.c.counted_on)
        .order_by(earlier.c.counted_on.desc(), earlier.c.seq.desc())
        .limit(1)
        .correlate(subject, _incoming)
        .scalar_subquery()
    )
    same = [fact.c[name].is_not_distinct_from(_incoming.c[name]) for name in FACT]
    says = [_incoming.c.employer != "", _incoming.c.credit_code != ""]
    says.append(_incoming.c.signed_on.is_not(None))
    columns = [_incoming.c[name] for name in ("return_id", "counted_on", *FACT)]
    return (
        sa.select(subject.c.id, *columns)
        .select_from(_incoming.join(subject, who))
        .where(
            ~sa.exists().where(fact.c.seq == newest, *same).correlate(subject, _incoming),
            sa.or_(newest.is_not(None), *says),
        )
    )

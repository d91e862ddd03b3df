"""Keeps what accepted records say of jobs beyond the ledger's cells; facts are only added."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table

from data_access.schema import subject
from data_access.staging import bulk_insert
from data_access.workflow_schema import FACT, fact

_given = Table(
    "given_fact",
    MetaData(),
    sa.Column("cohort", sa.Integer, nullable=False),
    sa.Column("school", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("employer", sa.Text, nullable=False),
    sa.Column("credit_code", sa.Text, nullable=False),
    sa.Column("signed_on", sa.Date),
    prefixes=["TEMPORARY"],
)
_COLUMNS = ("cohort", "school", "key", *FACT)


def write_facts(
    connection: Connection,
    return_id: int,
    counted_on: dt.date,
    rows: Iterable[tuple[object, ...]],
) -> None:
    """Adds (cohort, school, key, employer, credit_code, signed_on) where they say something new.

    What a graduate's newest fact says already, and nothing about a graduate of whom nothing is
    known, is not written. Works in the caller's writing transaction, after the return is posted.
    """
    _given.drop(connection, checkfirst=True)
    _given.create(connection)
    bulk_insert(connection, _given, _COLUMNS, rows, day="signed_on")
    newest = (
        sa.select(fact.c.seq)
        .where(fact.c.subject_id == subject.c.id, fact.c.counted_on <= counted_on)
        .order_by(fact.c.counted_on.desc(), fact.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    known = fact.alias("known")
    was = [sa.func.coalesce(known.c.employer, ""), sa.func.coalesce(known.c.credit_code, "")]
    differs = sa.or_(
        _given.c.employer != was[0],
        _given.c.credit_code != was[1],
        _given.c.signed_on.is_distinct_from(known.c.signed_on),
    )
    is_subject = [_given.c[name] == subject.c[name] for name in ("cohort", "school", "key")]
    values: list[sa.ColumnElement[Any]] = [
        subject.c.id,
        sa.literal(return_id),
        sa.literal(counted_on, sa.Date),
        *(_given.c[name] for name in FACT),
    ]
    new = (
        sa.select(*values)
        .select_from(_given)
        .join(subject, sa.and_(*is_subject))
        .outerjoin(known, known.c.seq == newest)
        .where(differs)
    )
    names = ["subject_id", "return_id", "counted_on", *FACT]
    connection.execute(sa.insert(fact).from_select(names, new))
    _given.drop(connection)

"""The temporary tables under the rules of flags, and how they are filled."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, MetaData, Subquery, Table

from data_access.schema import returns, state, subject
from data_access.workflow_schema import FACT, fact, flag_pattern

_temporary = MetaData()
_FACT = Table(
    "flag_fact",
    _temporary,
    sa.Column("subject_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("employer", sa.Text, nullable=False),
    sa.Column("credit_code", sa.Text, nullable=False),
    sa.Column("signed_on", sa.Date),
    prefixes=["TEMPORARY"],
)
PERSON = Table(
    "flag_person",
    _temporary,
    sa.Column("subject_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("school", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("discipline", sa.Text, nullable=False),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("employer_kind", sa.Text, nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("employed", sa.Boolean, nullable=False),
    sa.Column("in_unit", sa.Boolean, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("employer", sa.Text, nullable=False),
    sa.Column("credit_code", sa.Text, nullable=False),
    sa.Column("wrong_code", sa.Boolean, nullable=False),
    sa.Column("signed_on", sa.Date),
    prefixes=["TEMPORARY"],
)
"""One graduate: ``name`` is the employer's, ``employer`` what tells employers apart."""
_INDEXES = (
    sa.Index("flag_person_school", PERSON.c.school),
    sa.Index("flag_person_code", PERSON.c.credit_code),
    sa.Index("flag_person_employer", PERSON.c.employer),
)
WRONG_CODE = PERSON.c.wrong_code
_WIDE = ((chr(0x3000), ""), (" ", ""), (chr(0xFF08), "("), (chr(0xFF09), ")"))
"""Wide spaces and brackets, and what stands for them."""


def created(connection: Connection) -> None:
    """Empty tables, whatever the connection was used for before."""
    _temporary.drop_all(connection)
    connection.execute(sa.schema.CreateTable(_FACT))
    connection.execute(sa.schema.CreateTable(PERSON))


def fill_facts(connection: Connection, cohort: int, day: dt.date) -> None:
    """The newest fact of every graduate as of the day."""
    newest = (
        sa.select(fact.c.subject_id, *(fact.c[name] for name in FACT), _rank(fact))
        .join(subject, subject.c.id == fact.c.subject_id)
        .where(subject.c.cohort == cohort, fact.c.counted_on <= day)
        .subquery("newest")
    )
    names = ["subject_id", *FACT]
    rows = sa.select(*(newest.c[name] for name in names)).where(newest.c.rank == 1)
    connection.execute(sa.insert(_FACT).from_select(names, rows))


def fill_people(
    connection: Connection,
    cohort: int,
    day: dt.date,
    employed: Collection[str],
    units: Collection[str],
) -> None:
    """Everybody of record-level returns in the state of the day, with the newest fact."""
    cell = ("level", "discipline", "destination", "employer_kind")
    newest = (
        sa.select(
            *(state.c[name] for name in ("subject_id", "counted_on", "n", *cell)),
            subject.c.key,
            subject.c.school,
            returns.c.kind,
            _rank(state),
        )
        .join(subject, subject.c.id == state.c.subject_id)
        .join(returns, returns.c.id == state.c.return_id)
        .where(subject.c.cohort == cohort, state.c.counted_on <= day)
        .subquery("newest")
    )
    name = sa.func.coalesce(_FACT.c.employer, "")
    code = sa.func.upper(sa.func.trim(sa.func.coalesce(_FACT.c.credit_code, "")))
    in_unit = newest.c.destination.in_(sorted(units))
    columns = {
        **{one: newest.c[one] for one in ("subject_id", "key", "school", *cell)},
        "since": newest.c.counted_on,
        "employed": newest.c.destination.in_(sorted(employed)),
        "in_unit": in_unit,
        "name": name,
        "employer": sa.func.coalesce(sa.func.nullif(code, ""), _normal(name)),
        "credit_code": code,
        "wrong_code": sa.false(),
        "signed_on": sa.case((in_unit, _FACT.c.signed_on)),
    }
    rows = (
        sa.select(*(column.label(one) for one, column in columns.items()))
        .select_from(newest.outerjoin(_FACT, _FACT.c.subject_id == newest.c.subject_id))
        .where(newest.c.rank == 1, newest.c.n == 1, newest.c.kind == "graduates")
    )
    connection.execute(sa.insert(PERSON).from_select(list(columns), rows))
    for index in _INDEXES:
        index.create(connection)


def _rank(table: Table | Subquery) -> ColumnElement[int]:
    order = (table.c.counted_on.desc(), table.c.seq.desc())
    window = sa.func.row_number().over(partition_by=table.c.subject_id, order_by=order)
    return window.label("rank")


def _normal(name: ColumnElement[Any]) -> ColumnElement[Any]:
    """A name without spaces, with narrow brackets and small letters."""
    for wide, narrow in _WIDE:
        name = sa.func.replace(name, wide, narrow)
    return sa.func.lower(name)


def matches(rule: str, *, ends: bool) -> ColumnElement[bool]:
    """The employer's name ends with (or contains) a word of the rule; one row per word."""
    first = flag_pattern.alias("first_of_word")
    once = flag_pattern.c.kind == (
        sa.select(sa.func.min(first.c.kind))
        .where(first.c.rule == rule, first.c.word == flag_pattern.c.word)
        .scalar_subquery()
    )
    text = sa.literal("%") + flag_pattern.c.word + ("" if ends else "%")
    return sa.and_(flag_pattern.c.rule == rule, once, PERSON.c.name.like(text))


def latest(source: Subquery, meant: Subquery, name: str) -> Subquery:
    """Of a visible source the newest row of each graduate meant, as of the day meant."""
    ranked = (
        sa.select(source, _rank(source))
        .join(meant, meant.c.subject_id == source.c.subject_id)
        .where(source.c.counted_on <= meant.c.counted_on)
        .subquery(f"{name}_ranked")
    )
    return sa.select(ranked).where(ranked.c.rank == 1).subquery(name)

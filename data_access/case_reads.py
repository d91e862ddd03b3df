"""What pages and downloads read of cases, always through a scope."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.schema import state, subject
from data_access.scope import Scope, visible_returns
from data_access.workflow_schema import case_evidence, case_file, case_step, case_subject
from data_access.workflow_scope import visible

MOST_RECORDS: Final = 200
MOST_RETURNS: Final = 60


class CaseRow(NamedTuple):
    """One line of the register; times are UTC, ``people`` counts the affected records."""

    id: int
    cohort: int
    school: str
    origin: str
    title: str
    problem: str
    responsible: str
    due_on: dt.date
    status: str
    conclusion: str
    return_id: int | None
    opened_by: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    people: int


class Step(NamedTuple):
    """One thing said or done."""

    id: int
    at: dt.datetime
    actor: str
    step: str
    words: str


class Evidence(NamedTuple):
    """One file of a case; ``media_type`` is its kind, such as ``pdf``."""

    id: int
    at: dt.datetime
    actor: str
    label: str
    media_type: str
    size: int
    sha256: str


class Known(NamedTuple):
    """What is reported of one graduate, from which day on and by which return."""

    seq: int
    destination: str
    level: str
    counted_on: dt.date
    return_id: int


@dataclass(frozen=True, slots=True)
class AffectedRecord:
    """One graduate of a case: as reported when it was opened, and as reported now."""

    number: str
    then: Known | None
    now: Known | None


class ReturnHead(NamedTuple):
    """An accepted return that may have put the records right; ``accepted_at`` is UTC."""

    id: int
    counted_on: dt.date
    accepted_at: dt.datetime
    rows: int


def register(
    connection: Connection,
    scope: Scope,
    *,
    cohort: int | None = None,
    schools: Sequence[str] = (),
    case_id: int | None = None,
) -> list[CaseRow]:
    """The cases of a class (of every class), newest first."""
    cases, people = visible(case_file, scope), visible(case_subject, scope)
    counted = (
        sa.select(people.c.case_id, sa.func.count().label("n"))
        .group_by(people.c.case_id)
        .subquery("visible_people_of_cases")
    )
    names = [name for name in CaseRow._fields if name != "people"]
    statement = (
        sa.select(*(cases.c[name] for name in names), sa.func.coalesce(counted.c.n, 0))
        .select_from(cases.outerjoin(counted, counted.c.case_id == cases.c.id))
        .order_by(cases.c.id.desc())
    )
    if cohort is not None:
        statement = statement.where(cases.c.cohort == cohort)
    if schools:
        statement = statement.where(cases.c.school.in_(schools))
    if case_id is not None:
        statement = statement.where(cases.c.id == case_id)
    return [CaseRow._make(row) for row in connection.execute(statement)]


def steps(connection: Connection, scope: Scope, case_id: int) -> list[Step]:
    """What was said and done, oldest first."""
    rows = visible(case_step, scope)
    statement = sa.select(*(rows.c[name] for name in Step._fields)).where(rows.c.case_id == case_id)
    return [Step._make(row) for row in connection.execute(statement.order_by(rows.c.id))]


def evidence(connection: Connection, scope: Scope, case_id: int) -> list[Evidence]:
    """The files of a case, oldest first."""
    rows = visible(case_evidence, scope)
    statement = sa.select(*(rows.c[name] for name in Evidence._fields)).where(
        rows.c.case_id == case_id
    )
    return [Evidence._make(row) for row in connection.execute(statement.order_by(rows.c.id))]


def records(connection: Connection, scope: Scope, case_id: int) -> list[AffectedRecord]:
    """The affected graduates by student number, at most MOST_RECORDS of them."""
    of_case, people = visible(case_subject, scope), visible(subject, scope)
    chosen = connection.execute(
        sa.select(people.c.id, people.c.key, of_case.c.state_seq)
        .join_from(of_case, people, people.c.id == of_case.c.subject_id)
        .where(of_case.c.case_id == case_id)
        .order_by(people.c.key)
        .limit(MOST_RECORDS)
    ).all()
    rows = visible(state, scope)
    known = connection.execute(
        sa.select(rows.c.subject_id, *(rows.c[name] for name in Known._fields))
        .where(rows.c.subject_id.in_([row.id for row in chosen]))
        .order_by(rows.c.counted_on, rows.c.seq)
    )
    by_subject: dict[int, dict[int, Known]] = {}
    for number, *values in known:
        one = Known._make(values)
        by_subject.setdefault(number, {})[one.seq] = one
    found = []
    for row in chosen:
        states = by_subject.get(row.id, {})
        now = list(states.values())[-1] if states else None
        found.append(AffectedRecord(row.key, states.get(row.state_seq), now))
    return found


def returns_since(connection: Connection, scope: Scope, case: CaseRow) -> list[ReturnHead]:
    """The school's returns of the class accepted since the case was opened, newest first."""
    rows = visible_returns(scope)
    statement = (
        sa.select(*(rows.c[name] for name in ReturnHead._fields))
        .where(
            rows.c.school == case.school,
            rows.c.cohort == case.cohort,
            rows.c.status == "accepted",
            rows.c.accepted_at >= case.opened_at,
        )
        .order_by(rows.c.id.desc())
        .limit(MOST_RETURNS)
    )
    return [ReturnHead._make(row) for row in connection.execute(statement)]


def return_heads(
    connection: Connection, scope: Scope, numbers: Collection[int]
) -> dict[int, ReturnHead]:
    """Some returns by their numbers."""
    rows = visible_returns(scope)
    statement = sa.select(*(rows.c[name] for name in ReturnHead._fields)).where(
        rows.c.id.in_(sorted(numbers))
    )
    return {row.id: ReturnHead._make(row) for row in connection.execute(statement)}


def newest_turn(found: Sequence[Step]) -> int:
    """The number of the newest step: what a mover has seen."""
    return max((step.id for step in found), default=0)

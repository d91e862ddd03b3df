"""Reads runs, flags and their evidence, through visible sources only."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Select

from data_access.flag_rows import Key, Run
from data_access.flag_tables import latest
from data_access.schema import state, subject
from data_access.scope import Scope
from data_access.workflow_schema import (
    case_file,
    fact,
    flag,
    flag_run,
    flag_standing,
    flag_subject,
)
from data_access.workflow_scope import visible


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag; ``since`` is the day of the first one that says the same of the same thing.

    ``gone``: it does not stand at the run asked for; ``last`` is the day of the newest run at
    which it stood. ``cases`` counts the cases that were made of it.
    """

    id: int
    rule: str
    cohort: int
    school: str
    counted_on: dt.date
    version: int
    subject: str
    value: float
    threshold: float
    people: int
    detail: Mapping[str, Any]
    since: dt.date
    last: dt.date
    gone: bool
    cases: int

    @property
    def key(self) -> Key:
        return self.rule, self.school, self.subject


@dataclass(frozen=True, slots=True)
class Record:
    """One graduate a flag is about, as the flag's day knows them."""

    number: str
    school: str
    level: str
    discipline: str
    destination: str
    employer: str
    credit_code: str
    signed_on: dt.date | None
    since: dt.date


_COLUMNS = (
    *("id", "rule", "cohort", "school", "counted_on", "version"),
    *("subject", "value", "threshold", "people"),
)


def run_as_of(connection: Connection, scope: Scope, cohort: int, day: dt.date | None) -> Run | None:
    """The newest run of a class for a day not after this one (for any day: None)."""
    runs = visible(flag_run, scope)
    rows = sa.select(runs).where(runs.c.cohort == cohort)
    if day is not None:
        rows = rows.where(runs.c.counted_on <= day)
    row = connection.execute(
        rows.order_by(runs.c.counted_on.desc(), runs.c.id.desc()).limit(1)
    ).first()
    return None if row is None else Run(*row)


def flags_at(connection: Connection, scope: Scope, run: Run) -> list[Flag]:
    """What stood at a run, and what stood at an earlier one and is gone."""
    flags, standing, runs = (visible(t, scope) for t in (flag, flag_standing, flag_run))
    cases = visible(case_file, scope)
    counts = sa.select(cases.c.flag_id, sa.func.count()).group_by(cases.c.flag_id)
    made = {flag_id: n for flag_id, n in connection.execute(counts) if flag_id is not None}
    rows = connection.execute(
        sa.select(flags, runs.c.id.label("run"), runs.c.counted_on.label("stood_on"))
        .select_from(
            standing.join(flags, flags.c.id == standing.c.flag_id).join(
                runs, runs.c.id == standing.c.run_id
            )
        )
        .where(runs.c.cohort == run.cohort, _not_after(runs, run))
        .order_by(runs.c.counted_on, runs.c.id)
    )
    return _newest_of_each(rows.mappings().all(), run, made)


def _not_after(runs: sa.Subquery, run: Run) -> sa.ColumnElement[bool]:
    same_day = sa.and_(runs.c.counted_on == run.counted_on, runs.c.id <= run.id)
    return sa.or_(runs.c.counted_on < run.counted_on, same_day)


def _newest_of_each(rows: Sequence[Any], run: Run, made: Mapping[int, int]) -> list[Flag]:
    """Per rule, school and subject the newest that stood; cases of its forerunners are its own."""
    found: dict[Key, Flag] = {}
    counted: dict[Key, set[int]] = {}
    for row in rows:
        key = (row["rule"], row["school"], row["subject"])
        before = found.get(key)
        seen = counted.setdefault(key, set())
        seen.add(row["id"])
        given = {name: row[name] for name in _COLUMNS}
        found[key] = Flag(
            **given,
            detail=json.loads(row["detail"]),
            since=row["counted_on"] if before is None else before.since,
            last=row["stood_on"],
            gone=row["run"] != run.id,
            cases=sum(made.get(i, 0) for i in seen),
        )
    return sorted(found.values(), key=lambda one: (one.gone, one.rule, -one.value, one.school))


def records(connection: Connection, scope: Scope, flag_id: int) -> list[Record]:
    """The graduates of a flag, by student number; nothing for a flag out of sight."""
    return [Record(*row) for row in connection.execute(_records(scope, flag_id))]


def _records(scope: Scope, flag_id: int) -> Select[Any]:
    flags, about = visible(flag, scope), visible(flag_subject, scope)
    people, facts = visible(subject, scope), visible(fact, scope)
    states = visible(state, scope)
    meant = (
        sa.select(about.c.subject_id, flags.c.counted_on)
        .select_from(about.join(flags, flags.c.id == about.c.flag_id))
        .where(flags.c.id == flag_id)
        .subquery("meant")
    )
    stood = latest(states, meant, "stood")
    known = latest(facts, meant, "known")
    return (
        sa.select(
            people.c.key,
            people.c.school,
            *(stood.c[name] for name in ("level", "discipline", "destination")),
            *(sa.func.coalesce(known.c[name], "") for name in ("employer", "credit_code")),
            known.c.signed_on,
            stood.c.counted_on,
        )
        .select_from(
            meant.join(people, people.c.id == meant.c.subject_id)
            .join(stood, stood.c.subject_id == meant.c.subject_id)
            .outerjoin(known, known.c.subject_id == meant.c.subject_id)
        )
        .order_by(people.c.key)
    )


def subjects_of(connection: Connection, scope: Scope, flag_id: int) -> list[int]:
    """The numbers of a flag's graduates, for a case made of it."""
    about = visible(flag_subject, scope)
    rows = sa.select(about.c.subject_id).where(about.c.flag_id == flag_id)
    return list(connection.scalars(rows.order_by(about.c.subject_id)))

"""Flags: what looks odd, written per run of the rules; read through visible sources.

A run says which flags stood. The same rule, school and subject with unchanged evidence is the
same flag; with other evidence it is a new one that follows it. Nothing is changed or deleted:
what stood once and does not at the newest run is gone, and says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from data_access.audit import record
from data_access.clock import utc_now
from data_access.flag_ground import newest
from data_access.flag_rows import About, Finding, Key, Known, Run, Written
from data_access.registry import writing
from data_access.workflow_schema import (
    flag,
    flag_run,
    flag_standing,
    flag_subject,
)


def already_run(engine: Engine, about: About) -> Written | None:
    """The run that would only be repeated: nothing has come in since."""
    with engine.connect() as connection:
        before = _same_run(connection, about, newest(connection))
    return None if before is None else Written(before, 0, True)


def write_run(
    engine: Engine, about: About, known: Known, findings: Sequence[Finding], actor: str
) -> Written:
    """Appends a run and the flags that are new or have other evidence, in one transaction.

    Where a run of this class and day knew the same movements, facts and settings (somebody else
    was faster, or nothing came in since), that one is the answer and nothing is written.
    """
    with writing(engine) as connection:
        before = _same_run(connection, about, known)
        if before is not None:
            return Written(before, 0, True)
        run = _insert_run(connection, about, known, len(findings), actor)
        stood = _newest_of_key(connection, about.cohort)
        fresh = [one for one in findings if stood.get(one.key, (0, ""))[1] != one.evidence]
        first = (connection.scalar(sa.select(sa.func.max(flag.c.id))) or 0) + 1
        new = {one.key: first + at for at, one in enumerate(fresh)}
        standing = [new.get(one.key) or stood[one.key][0] for one in findings]
        _insert_flags(connection, run, fresh, new)
        _insert(connection, flag_standing, [{"run_id": run.id, "flag_id": i} for i in standing])
        detail = {
            "cohort": about.cohort,
            "counted_on": about.day.isoformat(),
            "version": run.version,
            "flags": run.flags,
            "new": len(fresh),
        }
        record(connection, actor, "run_flags", detail)
    return Written(run, len(fresh), False)


def _same_run(connection: Connection, about: About, known: Known) -> Run | None:
    c = flag_run.c
    same = (
        *(c.cohort == about.cohort, c.counted_on == about.day),
        *(c.version == known.version, c.facts == known.facts, c.setting == known.setting),
    )
    row = connection.execute(sa.select(flag_run).where(*same).order_by(c.id.desc())).first()
    return None if row is None else Run(*row)


def _insert_run(connection: Connection, about: About, known: Known, flags: int, actor: str) -> Run:
    newest = connection.scalar(sa.select(sa.func.max(flag_run.c.id))) or 0
    run = Run(
        *(newest + 1, about.cohort, about.day),
        *(known.version, known.facts, known.setting),
        *(flags, utc_now(), actor),
    )
    columns = [column.name for column in flag_run.c]
    values = (getattr(run, name) for name in Run.__slots__)
    connection.execute(sa.insert(flag_run).values(dict(zip(columns, values, strict=True))))
    return run


def _newest_of_key(connection: Connection, cohort: int) -> dict[Key, tuple[int, str]]:
    """(rule, school, subject) -> number and evidence of the newest flag that says it."""
    columns = (flag.c.rule, flag.c.school, flag.c.subject, flag.c.id, flag.c.evidence)
    rows = connection.execute(
        sa.select(*columns).where(flag.c.cohort == cohort).order_by(flag.c.id)
    )
    return {(rule, school, subject): (i, evidence) for rule, school, subject, i, evidence in rows}


def _insert_flags(
    connection: Connection, run: Run, fresh: Sequence[Finding], numbers: Mapping[Key, int]
) -> None:
    shared = {
        "cohort": run.cohort,
        "counted_on": run.counted_on,
        "version": run.version,
        "found_at": run.at,
    }
    rows = [
        {
            **shared,
            "id": numbers[one.key],
            "rule": one.rule,
            "school": one.school,
            "subject": one.subject,
            "value": float(one.value),
            "threshold": one.threshold,
            "people": one.people,
            "detail": one.text,
            "evidence": one.evidence,
        }
        for one in fresh
    ]
    _insert(connection, flag, rows)
    pairs = [
        {"flag_id": numbers[one.key], "subject_id": subject}
        for one in fresh
        for subject in one.subjects
    ]
    _insert(connection, flag_subject, pairs)


def _insert(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), list(rows))

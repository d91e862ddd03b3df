"""A small class to check, and what the tests of checks look up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.checks import (
    Request,
)
from data_access.ledger import TableEntry, accept
from data_access.registry import writing
from data_access.schema import audit_event, subject
from data_access.workflow_schema import (
    flag,
    flag_rule,
    flag_subject,
)
from tests.sql.bookkeeping import DAYS, SCHOOLS, SEEKING, SIGNED, entry, graduates, table

REQUEST = Request(cohort=2020, counted_on=DAYS[1], method="random", size=6, seed=4)


def fill(engine: Engine) -> None:
    """Two schools of 12 and 6; on the second day number 1 of each has signed, number 0 is gone."""
    entries = [entry(str(n), SEEKING, "master" if n % 3 == 0 else "bachelor") for n in range(12)]
    accept(
        engine,
        [graduates(DAYS[0], entries), graduates(DAYS[0], entries[:6], SCHOOLS[1])],
        accepted_by="t",
    )
    for school in SCHOOLS:
        signed = [entry("1", SIGNED)]
        accept(engine, [graduates(DAYS[1], signed, school)], accepted_by="t")
    accept(engine, [graduates(DAYS[2], [entry("2", SIGNED)])], accepted_by="t")
    accept(engine, [table(DAYS[0], [TableEntry("b-0809", 50, 20)])], accepted_by="t")


def ids(engine: Engine, cohort: int = 2020) -> dict[tuple[str, str], int]:
    c = subject.c
    with engine.connect() as connection:
        rows = connection.execute(sa.select(c.school, c.key, c.id).where(c.cohort == cohort))
        return {(row[0], row[1]): row[2] for row in rows}


def rows(engine: Engine, of: sa.Table) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(of)).mappings()]


def events(engine: Engine) -> list[tuple[str, str, str]]:
    c = audit_event.c
    with engine.connect() as connection:
        found = connection.execute(sa.select(c.actor, c.action, c.detail).order_by(c.id))
        return [tuple(row) for row in found if row.action != "accept_returns"]


def flagged(engine: Engine, *concerned: tuple[str, list[int]]) -> None:
    """A flag per pair of a rule and the graduates it concerns."""
    with writing(engine) as connection:
        for number, (rule, subjects) in enumerate(concerned, 1):
            if connection.scalar(sa.select(flag_rule.c.code).where(flag_rule.c.code == rule)):
                pass
            else:
                connection.execute(sa.insert(flag_rule).values(_rule(rule)))
            values = {"id": number, "rule": rule, "cohort": 2020, "school": SCHOOLS[0]}
            values |= {"counted_on": DAYS[1], "version": 1, "subject": "x", "value": 1.0}
            values |= {"threshold": 0.5, "people": len(subjects), "detail": "{}", "evidence": ""}
            connection.execute(
                sa.insert(flag).values({**values, "found_at": dt.datetime(2020, 4, 1)})  # noqa: DTZ001
            )
            pairs = [{"flag_id": number, "subject_id": who} for who in subjects]
            connection.execute(sa.insert(flag_subject), pairs)


def _rule(code: str) -> dict[str, Any]:
    texts = ("name_zh", "name_en", "explanation_zh", "explanation_en", "unit", "source")
    numbers = {"threshold": 0.5, "minimum": 1, "active": True, "position": 900}
    return {"code": code, **dict.fromkeys(texts, code), **numbers}

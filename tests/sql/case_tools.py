"""What the tests of cases share: two schools, who is who, and the moves in one line each."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from data_access import case_reads
from data_access.cases import Who, open_case, take
from data_access.errors import InputError
from data_access.ledger import accept
from data_access.registry import writing
from data_access.schema import subject
from data_access.scope import EVERYTHING, Scope
from tests.sql.bookkeeping import DAYS, SCHOOLS, SEEKING, SIGNED, entry, graduates

OWN, OTHER = SCHOOLS
DEPARTMENT = Who("analyst", EVERYTHING, frozenset({"view", "cases"}))
SCHOOL = Who("reviewer", Scope(frozenset({OWN})), frozenset({"view", "answer"}))
NEIGHBOUR = Who("neighbour", Scope(frozenset({OTHER})), frozenset({"view", "answer"}))
DUE = dt.datetime.now().astimezone().date() + dt.timedelta(days=14)


def two_schools(registry: Engine) -> Engine:
    """The registry with two schools of two graduates each."""
    for code in SCHOOLS:
        people = [entry(f"{code}-1", SIGNED), entry(f"{code}-2", SEEKING)]
        accept(registry, [graduates(DAYS[0], people, code)], accepted_by="test")
    return registry


def ids(engine: Engine, school: str = OWN) -> list[int]:
    with engine.connect() as connection:
        chosen = sa.select(subject.c.id).where(subject.c.school == school).order_by(subject.c.key)
        return list(connection.scalars(chosen))


def opened(engine: Engine, **other: Any) -> int:
    given: dict[str, Any] = {
        "cohort": 2020,
        "school": OWN,
        "origin": "manual",
        "title": "就业单位核实",
        "problem": "两名毕业生的就业单位相同",
        "responsible": "就业指导中心",
        "due_on": DUE,
        "subjects": ids(engine),
        "actor": "analyst",
    }
    with writing(engine) as connection:
        return open_case(connection, **(given | other))


def moved(engine: Engine, who: Who, case: int, key: str, words: str = "说明", **more: Any) -> None:
    with writing(engine) as connection:
        take(connection, who, case, key, words, **more)


def refused(engine: Engine, who: Who, case: int, key: str, **more: Any) -> str:
    with pytest.raises(InputError) as error:
        moved(engine, who, case, key, **more)
    return error.value.message_key


def standing(engine: Engine, case: int) -> case_reads.CaseRow:
    with engine.connect() as connection:
        return case_reads.register(connection, EVERYTHING, case_id=case)[0]


def said(engine: Engine, case: int) -> list[tuple[str, str, str]]:
    with engine.connect() as connection:
        return [(s.actor, s.step, s.words) for s in case_reads.steps(connection, EVERYTHING, case)]


def at_once(engine: Engine, *attempts: Any) -> list[str]:
    """Runs the attempts side by side; "" for each that went through, else its message."""
    start, told = threading.Barrier(len(attempts)), [""] * len(attempts)

    def run(place: int, attempt: Any) -> None:
        start.wait()
        try:
            attempt()
        except InputError as error:
            told[place] = f"{error.message_key} {error.params.get('actor', '')}"

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told

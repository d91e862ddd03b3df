"""The demonstration's cases: a few, in different states, with what both sides said.

What they say is in ``cases.json``; ``opened``, ``due`` and the number of a step are days before
today (``due`` may lie ahead). Nothing here is beyond what the writer of cases allows.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from data_access.cases import MOVES, Who, open_case, take
from data_access.clock import utc_now
from data_access.registry import writing
from data_access.schema import state, subject
from data_access.scope import Scope
from data_access.workflow_schema import case_file, case_subject

DEPARTMENT, SCHOOL = "analyst", "reviewer"
States = Sequence[Any]


def demo_cases(engine: Engine) -> int:
    """Opens the cases and does what was done about them, once; how many were opened."""
    told = json.loads(files("dashboard.demo").joinpath("cases.json").read_text("utf-8"))
    now = utc_now()
    with writing(engine) as connection:
        if connection.scalar(sa.select(case_file.c.id).limit(1)) is not None:
            return 0
        return sum(_tell(connection, one, now) for one in told)


def _tell(connection: Connection, told: Mapping[str, Any], now: dt.datetime) -> bool:
    """Whether there was anybody to tell of: a province of a few has not everything."""
    people = _people(connection, told)
    if not people:
        return False
    case = open_case(
        connection,
        cohort=told["cohort"],
        school=told["school"],
        origin="manual",
        title=told["title"],
        problem=told["problem"],
        responsible=told["responsible"],
        due_on=(now - dt.timedelta(days=told["due"])).date(),
        subjects=list(people),
        actor=DEPARTMENT,
        at=now - dt.timedelta(days=told["opened"]),
    )
    if told["changed"]:
        _open_before_the_last_return(connection, case, people)
    for key, days, words in told["steps"]:
        by = next(move.by for move in MOVES if move.key == key)
        actor = DEPARTMENT if by == "cases" else SCHOOL
        who = Who(actor, Scope(frozenset({told["school"]})), frozenset({by}))
        at = now - dt.timedelta(days=days)
        newest = [rows[-1].return_id for rows in people.values()]
        number = max(newest) if key == "correct" else None
        take(connection, who, case, key, words, return_id=number, at=at)
    return True


def _people(connection: Connection, told: Mapping[str, Any]) -> dict[int, States]:
    """Subject id -> states of the first graduates that fit, in order of student number.

    With ``changed`` they were reported so before the last change, otherwise they are now.
    """
    rows = connection.execute(
        sa.select(subject.c.id, state.c.seq, state.c.destination, state.c.return_id)
        .join_from(subject, state, state.c.subject_id == subject.c.id)
        .where(subject.c.school == told["school"], subject.c.cohort == told["cohort"])
        .order_by(subject.c.key, state.c.counted_on, state.c.seq)
    )
    histories: dict[int, list[Any]] = {}
    for row in rows:
        histories.setdefault(row.id, []).append(row)
    place = -2 if told["changed"] else -1
    fit = {
        number: states
        for number, states in histories.items()
        if len(states) >= -place
        and states[place].destination in told["destinations"]
        and (not told["changed"] or states[-1].destination not in told["destinations"])
    }
    return dict(list(fit.items())[: told["people"]])


def _open_before_the_last_return(
    connection: Connection, case: int, people: Mapping[int, States]
) -> None:
    """What was in force when the case was opened is what was reported before the last change."""
    for number, states in people.items():
        connection.execute(
            sa.update(case_subject)
            .where(case_subject.c.case_id == case, case_subject.c.subject_id == number)
            .values(state_seq=states[-2].seq)
        )

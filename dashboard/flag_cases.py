"""The one place that knows how a flag becomes a case.

``open_case(connection, *, cohort, school, origin, title, problem, responsible, due_on, subjects,
actor, flag_id, result_id) -> number of the case``
"""

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from dashboard.asked import Asked
from dashboard.flag_questions import board, flag_name, problem_of
from data_access.errors import InputError
from data_access.flag_reading import Flag, subjects_of
from data_access.registry import writing

OpenCase = Callable[..., int]
CASES = "data_access.cases"
LONGEST = 500  # characters of what a person adds


def opener() -> OpenCase | None:
    """What opens cases, where this installation has it."""
    if find_spec(CASES) is None:
        return None
    opened: OpenCase = import_module(CASES).open_case
    return opened


def open_from_flag(
    asked: Asked, flag_id: int, responsible: str, due_on: dt.date, remark: str, actor: str
) -> int:
    """Opens a case of a flag with its graduates; the number of the case.

    Raises InputError where the flag is not there (any more), or somebody has to be named.
    """
    found, open_case = chosen(asked, flag_id), opener()
    if found is None or open_case is None:
        raise InputError("flags.no_flag")
    if not responsible.strip():
        raise InputError("flags.no_responsible")
    problem = " ".join(filter(None, (problem_of(found, asked), remark.strip()[:LONGEST])))
    store, names = asked.answers.store, asked.names("school")
    with store.guarded.connect() as connection:
        subjects = subjects_of(connection, asked.scope, flag_id)
    more: dict[str, Any] = {"flag_id": flag_id, "result_id": None}
    with writing(store.registry) as connection:
        return open_case(
            connection,
            cohort=found.cohort,
            school=found.school,
            origin="flag",
            title=asked.t(
                "flags.case_title", rule=flag_name(found, asked), school=names[found.school]
            ),
            problem=problem,
            responsible=responsible.strip()[:LONGEST],
            due_on=due_on,
            subjects=subjects,
            actor=actor,
            **more,
        )


def chosen(asked: Asked, flag_id: int) -> Flag | None:
    """The flag with this number, among those of the selection's class."""
    return next((one for one in board(asked).every if one.id == flag_id), None)

"""How a flag becomes a case."""

import datetime as dt

from dashboard.asked import Asked
from dashboard.flag_questions import board, flag_name, problem_of
from data_access.cases import open_case
from data_access.errors import InputError
from data_access.flag_reading import Flag, subjects_of
from data_access.registry import writing

LONGEST = 500  # characters of what a person adds


def open_from_flag(
    asked: Asked, flag_id: int, responsible: str, due_on: dt.date, remark: str, actor: str
) -> int:
    """Opens a case of a flag with its graduates; the number of the case.

    Raises InputError where the flag is not there (any more), or somebody has to be named.
    """
    found = chosen(asked, flag_id)
    if found is None:
        raise InputError("flags.no_flag")
    if not responsible.strip():
        raise InputError("flags.no_responsible")
    problem = " ".join(filter(None, (problem_of(found, asked), remark.strip()[:LONGEST])))
    store, names = asked.answers.store, asked.names("school")
    with store.guarded.connect() as connection:
        subjects = subjects_of(connection, asked.scope, flag_id)
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
            flag_id=flag_id,
        )


def chosen(asked: Asked, flag_id: int) -> Flag | None:
    """The flag with this number, among those of the selection's class."""
    return next((one for one in board(asked).every if one.id == flag_id), None)

"""The visible sources of submissions, checks, flags and cases (see :mod:`data_access.scope`).

Whoever is limited to schools sees the rows of these schools; what belongs to a submission, a
case or a flag is seen by whoever sees that. A sample or a run of the rules as such, which tells
of every school, is seen by whoever sees every school.
"""

from functools import lru_cache
from typing import Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Subquery, Table

from data_access.schema import state, subject
from data_access.scope import PREFIX, Scope
from data_access.workflow_schema import (
    OF_CASE,
    OF_EVERYBODY,
    OF_FLAG,
    OF_SUBMISSION,
    WITH_SCHOOL,
    WORKFLOW,
    case_file,
    fact,
    flag,
    submission,
)

_PARENTS: Final[dict[Table, tuple[str, Table]]] = {
    **dict.fromkeys(OF_SUBMISSION, ("submission_id", submission)),
    **dict.fromkeys(OF_CASE, ("case_id", case_file)),
    **dict.fromkeys(OF_FLAG, ("flag_id", flag)),
    fact: ("subject_id", subject),
    state: ("subject_id", subject),
}


@lru_cache(maxsize=512)
def visible(table: Table, scope: Scope) -> Subquery:
    """The rows of a table of the workflow (or ``subject``, ``state``) that this scope may see.

    Raises ValueError for another table.
    """
    if table not in (subject, state, *WORKFLOW):
        raise ValueError(f"{table.name} has no visible source here")
    rows = sa.select(table)
    if scope.schools is not None:
        rows = rows.where(_may_see(table, scope.schools))
    return rows.subquery(f"{PREFIX}{table.name}")


def _may_see(table: Table, schools: frozenset[str]) -> ColumnElement[bool]:
    if table in WITH_SCHOOL or table is subject:
        return table.c.school.in_(sorted(schools))
    if table in OF_EVERYBODY:
        return sa.false()
    key, parent = _PARENTS[table]
    return table.c[key].in_(sa.select(parent.c.id).where(parent.c.school.in_(sorted(schools))))

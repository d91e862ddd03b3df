"""Where the graduates of one school stand on a day: the newest state of each, until that day."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from data_access.schema import CELL, state, subject


def in_force(cohort: int, school: str, day: dt.date) -> sa.Select[Any]:
    """(subject_id, key, person_hash, return_id, n, \\*CELL), one row per subject with a state."""
    order = (state.c.counted_on.desc(), state.c.seq.desc())
    rank = sa.func.row_number().over(partition_by=state.c.subject_id, order_by=order)
    ranked = (
        sa.select(
            *(state.c.subject_id, subject.c.key, subject.c.person_hash, state.c.return_id),
            *(state.c.n, *(state.c[name] for name in CELL)),
            rank.label("rank"),
        )
        .join(subject, subject.c.id == state.c.subject_id)
        .where(
            subject.c.cohort == cohort,
            subject.c.school == school,
            state.c.counted_on <= day,
        )
        .subquery("ranked")
    )
    columns = [column for column in ranked.c if column.name != "rank"]
    return sa.select(*columns).where(ranked.c.rank == 1)

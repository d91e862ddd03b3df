"""What a submission would change: counts before and after, never rates."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.schema import CELL
from data_access.states import in_force
from data_access.submissions import Submission
from data_access.workflow_schema import submission_row


class Shift(NamedTuple):
    """People of one level, discipline and destination, before and after."""

    level: str
    discipline: str
    destination: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Against the states in force on the statistical date.

    ``gone`` are graduates whom the file leaves out; they keep their state unless the submission
    takes them out of the class, and ``shifts`` says what follows.
    """

    new: int
    changed: int
    unchanged: int
    gone: int
    shifts: tuple[Shift, ...]


def compare(connection: Connection, given: Submission) -> Comparison:
    """Raises nothing: a submission without rows changes nobody but those it leaves out."""
    there = in_force(given.cohort, given.school, given.counted_on).cte("there")
    now = sa.select(there).where(there.c.n > 0).cte("now_there")
    row = sa.select(submission_row).where(submission_row.c.submission_id == given.id).cte("handed")
    new, changed, unchanged = connection.execute(_kinds(row, now)).one()
    gone = connection.scalar(_gone(row, now)) or 0
    shifts = connection.execute(_shifts(row, now, removes=given.removes_absent))
    return Comparison(new, changed, unchanged, gone, tuple(Shift(*line) for line in shifts))


def _kinds(row: sa.CTE, now: sa.CTE) -> sa.Select[Any]:
    """(new, changed, unchanged) rows."""
    same = sa.and_(*(row.c[name] == now.c[name] for name in CELL))
    known, count = now.c.key.is_not(None), sa.func.count()
    counts: tuple[sa.ColumnElement[Any], ...] = (
        *(count.filter(~known), count.filter(known, ~same)),
        count.filter(known, same),
    )
    return sa.select(*counts).select_from(row.outerjoin(now, now.c.key == row.c.key))


def _gone(row: sa.CTE, now: sa.CTE) -> sa.Select[Any]:
    named = sa.exists().where(row.c.key == now.c.key)
    return sa.select(sa.func.count()).select_from(now).where(~named)


def _shifts(row: sa.CTE, now: sa.CTE, *, removes: bool) -> sa.Select[Any]:
    """Before: those there. After: those handed in, and those left out unless they are removed."""
    keys = ("level", "discipline", "destination")
    zero, own = sa.literal(0), now.c.n
    parts = [
        sa.select(*(now.c[k] for k in keys), own.label("before"), zero.label("after")),
        sa.select(*(row.c[k] for k in keys), zero.label("before"), sa.literal(1).label("after")),
    ]
    if not removes:
        named = sa.exists().where(row.c.key == now.c.key)
        kept = sa.select(*(now.c[k] for k in keys), zero.label("before"), own.label("after"))
        parts.append(kept.where(~named))
    lines = sa.union_all(*parts).subquery("lines")
    return (
        sa.select(
            *(lines.c[k] for k in keys),
            sa.cast(sa.func.sum(lines.c.before), sa.BigInteger),
            sa.cast(sa.func.sum(lines.c.after), sa.BigInteger),
        )
        .group_by(*(lines.c[k] for k in keys))
        .order_by(*(lines.c[k] for k in keys))
    )

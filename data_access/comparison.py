"""What a submission would change: counts before and after, never rates."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.schema import CELL
from data_access.states import Pair, side_by_side
from data_access.submissions import Submission

SHIFTED = ("level", "discipline", "destination")


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
    with side_by_side(connection, given) as pair:
        new, changed, unchanged = connection.execute(_kinds(pair)).one()
        gone = connection.scalar(_gone(pair)) or 0
        shifts = connection.execute(_shifts(pair, removes=given.removes_absent)).all()
    return Comparison(new, changed, unchanged, gone, tuple(Shift(*line) for line in shifts))


def _kinds(pair: Pair) -> sa.Select[Any]:
    """(new, changed, unchanged) rows."""
    there, row = pair.standing, pair.handed
    same = sa.and_(*(row.c[name] == there.c[name] for name in CELL))
    known, count = there.c.key.is_not(None), sa.func.count()
    counts: tuple[sa.ColumnElement[Any], ...] = (
        *(count.filter(~known), count.filter(known, ~same)),
        count.filter(known, same),
    )
    return sa.select(*counts).select_from(row.outerjoin(there, there.c.key == row.c.key))


def _gone(pair: Pair) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(pair.standing).where(pair.left_out)


def _shifts(pair: Pair, *, removes: bool) -> sa.Select[Any]:
    """Before: those there. After: those handed in, and those left out unless they are removed."""
    zero, person = sa.literal(0), sa.literal(1)

    def people(table: sa.Table, before: Any, after: Any) -> sa.Select[Any]:
        keys = (table.c[name] for name in SHIFTED)
        return sa.select(*keys, before.label("before"), after.label("after"))

    parts = [people(pair.standing, person, zero), people(pair.handed, zero, person)]
    if not removes:
        parts.append(people(pair.standing, zero, person).where(pair.left_out))
    lines = sa.union_all(*parts).subquery("lines")
    keys = [lines.c[name] for name in SHIFTED]
    sums = (sa.cast(sa.func.sum(lines.c[one]), sa.BigInteger) for one in ("before", "after"))
    return sa.select(*keys, *sums).group_by(*keys).order_by(*keys)

"""Nobody is counted twice: which returns may stand beside each other in the ledger.

A cohort is kept either graduate by graduate or by published tables. Among tables, a whole does
not stand beside its parts: neither the authority beside a school, nor a level beside its parent,
for overlapping levels and schools.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.errors import InputError
from data_access.schema import level as level_table
from data_access.schema import returns

Head = tuple[str, int, str, str | None]  # kind, cohort, school, level
WHOLE_AUTHORITY = "00000"


def check(connection: Connection, heads: Sequence[Head]) -> None:
    """Raises InputError if a return would count people a second time."""
    cohorts = {cohort for _, cohort, _, _ in heads}
    known = connection.execute(
        sa.select(returns.c.kind, returns.c.cohort, returns.c.school, returns.c.level)
        .where(returns.c.cohort.in_(cohorts), returns.c.status == "accepted")
        .distinct()
    )
    parents = dict(connection.execute(sa.select(level_table.c.code, level_table.c.parent)).all())
    accepted: list[Head] = [tuple(row) for row in known]  # type: ignore[misc]
    for head in dict.fromkeys(heads):
        for other in accepted:
            if _counts_twice(head, other, parents):
                raise InputError(
                    f"import.counted_twice_{head[0]}",
                    cohort=head[1],
                    school=other[2],
                    level=other[3] or "",
                )
        accepted.append(head)


def _counts_twice(one: Head, other: Head, parents: dict[str, str | None]) -> bool:
    if one[1] != other[1]:
        return False
    if one[0] != other[0]:
        return True
    if one[0] == "graduates":
        return False
    same_level = one[3] == other[3]
    related = (
        one[3] in (other[3], parents.get(other[3] or "")) or parents.get(one[3] or "") == other[3]
    )
    same_school = one[2] == other[2]
    whole = WHOLE_AUTHORITY in (one[2], other[2])
    return (related and whole and not same_school) or (
        related and not same_level and (same_school or whole)
    )

"""Takes an accepted return back: by new states and movements, never by erasing old ones."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access import staging
from data_access.audit import record
from data_access.clock import utc_now
from data_access.errors import InputError
from data_access.schema import CELL, returns, state, subject
from data_access.staging import StagedRow


def withdraw_within(connection: Connection, return_id: int, *, withdrawn_by: str) -> int:
    """Puts every graduate of the return back where the graduate stood before; the movements made.

    What is put back is a return of its own (``status`` "withdrawal") on the same statistical
    date. Works in the caller's writing transaction. Raises InputError for a return that is not
    in force, and where a later return of the class and school was accepted: it may repeat what
    this one said without having left a state of its own.
    """
    found = connection.execute(sa.select(returns).where(returns.c.id == return_id))
    row = found.mappings().one_or_none()
    if row is None or row["status"] != "accepted" or row["kind"] != "graduates":
        raise InputError("submission.not_in_force", number=return_id)
    same = (
        returns.c.cohort == row["cohort"],
        returns.c.school == row["school"],
        returns.c.status == "accepted",
    )
    later = sa.select(returns.c.id).where(*same, returns.c.id > return_id)
    if connection.scalar(later.limit(1)) is not None:
        raise InputError("submission.later_accepted", date=row["counted_on"])
    connection.execute(
        sa.update(returns)
        .where(returns.c.id == return_id)
        .values(status="withdrawn", content_hash=f"{row['content_hash']}:withdrawn:{return_id}")
    )
    number = (connection.scalar(sa.select(sa.func.max(returns.c.id))) or 0) + 1
    rows = list(_states_before(connection, return_id, number))
    now = utc_now()
    values = {
        **row,
        "id": number,
        "content_hash": f"withdrawal:{return_id}",
        "rows": len(rows),
        "status": "withdrawal",
        "accepted_at": now,
        "accepted_by": withdrawn_by,
        "received_on": now.date(),
    }
    connection.execute(sa.insert(returns).values(values))
    staging.stage(connection, rows)
    movements = staging.post(connection).get(number, 0)
    detail = {"return": return_id, "withdrawal": number, "movements": movements}
    record(connection, withdrawn_by, "withdraw_return", detail)
    return movements


def _states_before(connection: Connection, return_id: int, number: int) -> Iterator[StagedRow]:
    """Each graduate of the return as before it: the state it replaced, or with nobody in it."""
    given, older = state.alias("given"), state.alias("older")
    previous = (
        sa.select(older.c.seq)
        .where(
            older.c.subject_id == given.c.subject_id,
            older.c.counted_on <= given.c.counted_on,
            older.c.seq < given.c.seq,
        )
        .order_by(older.c.counted_on.desc(), older.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    before = state.alias("before")
    columns: list[sa.ColumnElement[Any]] = [
        *(subject.c.cohort, subject.c.school, subject.c.key, given.c.counted_on),
        *(sa.func.coalesce(before.c[name], given.c[name]) for name in CELL),
        sa.func.coalesce(before.c.n, 0),
    ]
    statement = (
        sa.select(*columns)
        .select_from(given)
        .join(subject, subject.c.id == given.c.subject_id)
        .outerjoin(before, before.c.seq == previous)
        .where(given.c.return_id == return_id)
    )
    for cohort, school, key, day, *cell, n in connection.execute(statement):
        yield (number, cohort, school, key, None, day, *cell, n)

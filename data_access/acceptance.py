"""The department's decisions: what was handed in becomes movements, or movements are taken back."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.clock import utc_now
from data_access.errors import InputError
from data_access.facts import FactRow, write_facts
from data_access.ledger import GraduateEntry, Return, accept_within
from data_access.new_codes import NewCode
from data_access.registry import writing
from data_access.schema import CELL, returns
from data_access.scope import Scope
from data_access.states import side_by_side
from data_access.submissions import Submission, Submissions, move, needed, note, purge
from data_access.withdrawals import withdraw_within
from data_access.workflow_schema import FACT, submission, submission_new_code, submission_row


def accept_submission(submissions: Submissions, scope: Scope, number: int, actor: str) -> int:
    """Turns a submitted submission into movements, in one transaction; the number of its return.

    Raises InputError: not submitted (any more), or the one who uploaded or submitted it.
    """
    with writing(submissions.registry) as connection:
        given = submissions.visible(connection, scope, number)
        if actor in (given.uploaded_by, given.submitted_by):
            raise InputError("submission.four_eyes_accept")
        made = _return(connection, given)
        (accepted,) = accept_within(connection, [made], accepted_by=actor)
        return_id = accepted.return_id or connection.scalar(
            sa.select(returns.c.id).where(returns.c.content_hash == made.content_hash)
        )
        assert return_id is not None
        write_facts(connection, return_id, given.counted_on, _facts(connection, given))
        who = {"decided_by": actor, "decided_at": utc_now(), "return_id": return_id}
        move(connection, number, ("submitted",), "accepted", **who)
        purge(connection, number)
        detail = {"return": return_id, "movements": accepted.movements}
        note(connection, number, actor, "accepted", audit=detail)
    return return_id


def withdraw_submission(
    submissions: Submissions, scope: Scope, number: int, remark: str, actor: str
) -> None:
    """Takes an accepted submission back with new movements. Raises InputError: no remark, not
    accepted, or a later return of the class and school stands on it."""
    words = needed(remark)
    with writing(submissions.registry) as connection:
        given = submissions.visible(connection, scope, number)
        who = {"decided_by": actor, "decided_at": utc_now()}
        move(connection, number, ("accepted",), "withdrawn", **who)
        assert given.return_id is not None
        movements = withdraw_within(connection, given.return_id, withdrawn_by=actor)
        note(connection, number, actor, "withdrawn", remark=words, audit={"movements": movements})
        for same in _of_return(connection, given.return_id):  # the same content, handed in again
            move(connection, same, ("accepted",), "withdrawn", **who)
            note(connection, same, actor, "withdrawn", remark=words, audit={"movements": 0})


def _of_return(connection: Connection, return_id: int) -> Sequence[int]:
    """The submissions that are this return and say that it counts."""
    c = submission.c
    mine = sa.select(c.id).where(c.return_id == return_id, c.status == "accepted")
    return connection.scalars(mine).all()


def _return(connection: Connection, given: Submission) -> Return:
    removed = _absent(connection, given) if given.removes_absent else ()
    c, new = submission_row.c, submission_new_code.c
    rows = connection.execute(
        sa.select(c.key, c.person_hash, *(c[name] for name in CELL)).where(
            c.submission_id == given.id
        )
    )
    columns: tuple[sa.ColumnElement[Any], ...] = (new.kind, new.code, new.name, new.parent)
    codes = connection.execute(sa.select(*columns).where(new.submission_id == given.id))
    content_hash = connection.scalar(
        sa.select(submission.c.content_hash).where(submission.c.id == given.id)
    )
    if content_hash is None:
        raise InputError(f"submission.is_{given.status}", number=given.id, who=given.uploaded_by)
    return Return(
        kind="graduates",
        cohort=given.cohort,
        school=given.school,
        counted_on=given.counted_on,
        source=given.file_name,
        content_hash=f"{content_hash}:whole" if removed else content_hash,
        entries=[GraduateEntry._make(row) for row in rows],
        new_codes=[NewCode(*row) for row in codes],
        received_on=given.submitted_at.date() if given.submitted_at else None,
        removed=removed,
    )


def _absent(connection: Connection, given: Submission) -> Sequence[GraduateEntry]:
    """The graduates of the class and school whom the file leaves out, as they stand."""
    with side_by_side(connection, given) as pair:
        there = pair.standing.c
        columns = (there.key, *(there[name] for name in CELL))
        found = connection.execute(sa.select(*columns).where(pair.left_out)).all()
    return [GraduateEntry(key, None, *cell) for key, *cell in found]


def _facts(connection: Connection, given: Submission) -> list[FactRow]:
    c = submission_row.c
    found = connection.execute(
        sa.select(c.key, *(c[name] for name in FACT)).where(c.submission_id == given.id)
    )
    return [(given.cohort, given.school, key, *about) for key, *about in found]

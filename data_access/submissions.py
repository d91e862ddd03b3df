"""What schools hand in, from the upload to the decision: a machine of states with four eyes.

    received -> reading -> draft -> submitted -> accepted -> withdrawn
                   |         |         |
               unreadable  discarded  sent_back        (a draft may be sent back by its reviewer)

Every change of state is one transaction that changes exactly one row and appends a step and an
audit event: of two people at once one succeeds, and the other is told what happened. The file
and its rows are kept, encrypted and without names, until it is accepted, discarded or replaced.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, RowMapping

from data_access.audit import record
from data_access.clock import utc_now
from data_access.errors import InputError
from data_access.readers.identity import mask_numbers
from data_access.registry import writing
from data_access.schema import school as school_table
from data_access.scope import EVERYTHING, Scope
from data_access.sealed import Box
from data_access.workflow_schema import (
    OF_SUBMISSION,
    submission,
    submission_file,
    submission_finding,
    submission_reason,
    submission_step,
)
from data_access.workflow_scope import visible
from data_access.written_words import tidy, written

Status = Literal[
    "received",
    "reading",
    "unreadable",
    "draft",
    "submitted",
    "sent_back",
    "accepted",
    "discarded",
    "withdrawn",
]
Channel = Literal["page", "api", "command"]
Before = Literal["draft", "submitted"]

PUSHED: Final[Channel] = "api"
"""Some graduates, not a list of the class: whoever is not mentioned keeps their state."""
REPLACEABLE: Final = ("received", "reading", "unreadable", "draft", "sent_back")
"""A new file of the same class, school and day takes the place of one in these states."""
KEPT_AFTER: Final = (submission_step, submission_finding, submission_reason)
"""What stays of a submission that was decided on; its file and rows do not."""
CLASSES: Final = range(2000, 2101)
MAX_WORDS: Final = 1_000
MAX_NAME: Final = 120
MAX_BYTES: Final = 100 * 2**20


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission as it stands."""

    id: int
    school: str
    cohort: int
    counted_on: dt.date
    channel: str
    status: Status
    file_name: str
    file_size: int
    file_hash: str
    removes_absent: bool
    rows_read: int
    rows_total: int | None
    uploaded_by: str
    uploaded_at: dt.datetime
    submitted_by: str | None
    submitted_at: dt.datetime | None
    decided_by: str | None
    decided_at: dt.datetime | None
    return_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file as it is handed in; ``idempotency_key`` is a machine's own word for it."""

    school: str
    cohort: int
    counted_on: dt.date
    file_name: str
    content: bytes
    channel: Channel = "page"
    idempotency_key: str | None = None


class Submissions:
    """Receives, reviews and closes submissions of one registry.

    The scope says whose submissions a person may touch: of another school's there is none.
    Whether the person may do this at all is the caller's to ask.
    """

    def __init__(self, registry: Engine, box: Box) -> None:
        self.registry = registry
        self.box = box

    def receive(self, scope: Scope, handed: Handed, actor: str) -> Submission:
        """Keeps a file to be read; see :meth:`received`."""
        return self.received(scope, handed, actor)[0]

    def received(self, scope: Scope, handed: Handed, actor: str) -> tuple[Submission, bool]:
        """The submission of a file, and whether it is a new one. The same file for the same
        class, school and day again, or a repeated idempotency key, gives the one that is there.

        A list of the class takes the place of an undecided one of the same day. What a machine
        pushes holds some graduates only, so pushes stand side by side and replace nothing.

        Raises InputError: not the own school, an empty or too large file, a class before or
        after any, a day in the future, one that is with the department already, a key that was
        used for another file.
        """
        _check(scope, handed)
        digest = hashlib.sha256(handed.content).hexdigest()
        with writing(self.registry) as connection:
            if connection.scalar(_school_known(handed.school)) is None:
                raise InputError("import.unknown_school", value=handed.school)
            there = _same(connection, handed, digest)
            if there is not None:
                return there, False
            if handed.channel != PUSHED:
                self._replace(connection, handed, actor)
            number = self._insert(connection, handed, digest, actor)
            detail = {"school": handed.school, "cohort": handed.cohort}
            detail |= {"day": handed.counted_on.isoformat(), "channel": handed.channel}
            note(connection, number, actor, "received", audit=detail)
            return one(connection, number), True

    def _replace(self, connection: Connection, handed: Handed, actor: str) -> None:
        for row in connection.execute(_of_same_day(handed)).mappings():
            if row["channel"] == PUSHED:
                continue
            if row["status"] == "submitted":
                raise InputError("submission.with_department", date=handed.counted_on)
            if row["status"] in REPLACEABLE:
                move(connection, row["id"], (row["status"],), "discarded")
                purge(connection, row["id"])
                note(connection, row["id"], actor, "discarded", audit={})

    def _insert(self, connection: Connection, handed: Handed, digest: str, actor: str) -> int:
        values = {
            "school": handed.school,
            "cohort": handed.cohort,
            "counted_on": handed.counted_on,
            "channel": handed.channel,
            "status": "received",
            "file_name": _name_of(handed.file_name),
            "file_size": len(handed.content),
            "file_hash": digest,
            "idempotency_key": handed.idempotency_key,
            "removes_absent": False,
            "rows_read": 0,
            "attempts": 0,
            "uploaded_by": actor,
            "uploaded_at": utc_now(),
        }
        new = sa.insert(submission).values(values).returning(submission.c.id)
        number: int = connection.execute(new).scalar_one()
        sealed = self.box.seal(handed.content, belongs_to(number))
        connection.execute(sa.insert(submission_file).values(submission_id=number, content=sealed))
        return number

    def content(self, scope: Scope, number: int) -> bytes:
        """The file as it came. Raises InputError where there is none (any more)."""
        with self.registry.connect() as connection:
            one(connection, number, scope)
            sealed = connection.scalar(
                sa.select(submission_file.c.content).where(
                    submission_file.c.submission_id == number
                )
            )
        if sealed is None:
            raise InputError("submission.file_gone")
        return self.box.open(sealed, belongs_to(number))

    def visible(self, connection: Connection, scope: Scope, number: int) -> Submission:
        """The submission, if it is of the scope; raises InputError as for one that is not there."""
        return one(connection, number, scope)

    def remove_absent(self, scope: Scope, number: int, remove: bool, actor: str) -> None:
        """Says whether graduates whom the file leaves out are to be taken out of the class."""
        with writing(self.registry) as connection:
            one(connection, number, scope)
            move(connection, number, ("draft",), "draft", removes_absent=remove)
            words = "remove" if remove else "keep"
            note(connection, number, actor, "absent", audit={"absent": words})

    def give_reason(self, scope: Scope, number: int, rule: str, reason: str, actor: str) -> None:
        """Why the warnings of one rule are in order; an empty text takes a reason back."""
        words = checked_words(reason, "submissions.reason")
        with writing(self.registry) as connection:
            one(connection, number, scope)
            move(connection, number, ("draft",), "draft")
            c = submission_reason.c
            mine = sa.and_(c.submission_id == number, c.rule == rule)
            connection.execute(sa.delete(submission_reason).where(mine))
            if words:
                values = {"submission_id": number, "rule": rule, "reason": words}
                values |= {"given_by": actor, "given_at": utc_now()}
                connection.execute(sa.insert(submission_reason).values(values))
            note(connection, number, actor, "reason", remark=words, audit={"rule": rule})

    def submit(self, scope: Scope, number: int, actor: str) -> None:
        """Hands a draft on to the department. Raises InputError: errors, warnings without a
        reason, or the one who uploaded it."""
        with writing(self.registry) as connection:
            given = one(connection, number, scope)
            if given.uploaded_by == actor:
                raise InputError("submission.four_eyes_submit")
            blocking, unexplained = self._open_findings(connection, number)
            if blocking:
                raise InputError("submission.blocked", count=blocking)
            if unexplained:
                raise InputError("submission.reasons_missing", count=unexplained)
            who = {"submitted_by": actor, "submitted_at": utc_now()}
            move(connection, number, ("draft",), "submitted", **who)
            note(connection, number, actor, "submitted", audit={})

    def _open_findings(self, connection: Connection, number: int) -> tuple[int, int]:
        """(errors, rules whose warnings have no reason)."""
        f, r = submission_finding.c, submission_reason.c
        mine = f.submission_id == number
        errors = sa.select(sa.func.count()).where(mine, f.severity == "error")
        explained = sa.exists().where(r.submission_id == number, r.rule == f.rule)
        rules = sa.select(sa.func.count(f.rule.distinct())).where(
            mine, f.severity == "warning", ~explained
        )
        return connection.scalar(errors) or 0, connection.scalar(rules) or 0

    def send_back(self, scope: Scope, number: int, before: Before, remark: str, actor: str) -> None:
        """The department, or of a draft the reviewer, says what has to be put right."""
        words = needed(remark)
        with writing(self.registry) as connection:
            given = one(connection, number, scope)
            if before == "draft" and given.uploaded_by == actor:
                raise InputError("submission.four_eyes_submit")
            who = {"decided_by": actor, "decided_at": utc_now()}
            move(connection, number, (before,), "sent_back", **who)
            note(connection, number, actor, "sent_back", remark=words, audit={})

    def discard(self, scope: Scope, number: int, actor: str) -> None:
        """The school drops what was not submitted."""
        with writing(self.registry) as connection:
            one(connection, number, scope)
            move(connection, number, REPLACEABLE, "discarded")
            purge(connection, number)
            note(connection, number, actor, "discarded", audit={})


# ---- what every part of the workflow of a submission shares


def one(connection: Connection, number: int, scope: Scope = EVERYTHING) -> Submission:
    """The submission. Raises InputError where the scope has none of this number."""
    rows = visible(submission, scope).c
    head = sa.select(*(rows[name] for name in Submission.__dataclass_fields__))
    row = connection.execute(head.where(rows.id == number)).mappings().one_or_none()
    if row is None:
        raise InputError("submission.unknown", number=number)
    return shaped(row)


def shaped(row: RowMapping) -> Submission:
    return Submission(**{name: row[name] for name in Submission.__dataclass_fields__})


def move(
    connection: Connection, number: int, before: Sequence[str], after: Status, **values: Any
) -> None:
    """Changes the state if it is one of ``before``. Raises InputError with what it is instead."""
    c = submission.c
    done = connection.execute(
        sa.update(submission)
        .where(c.id == number, c.status.in_(before))
        .values(status=after, **values)
    )
    if done.rowcount != 1:
        found = one(connection, number)
        who = found.decided_by or found.submitted_by or found.uploaded_by
        raise InputError(f"submission.is_{found.status}", number=number, who=who)


def note(
    connection: Connection,
    number: int,
    actor: str,
    step: str,
    *,
    remark: str = "",
    audit: dict[str, Any],
) -> None:
    """Appends a step, and its audit event without the remark."""
    connection.execute(
        sa.insert(submission_step).values(
            submission_id=number, at=utc_now(), actor=actor, step=step, remark=remark
        )
    )
    record(connection, actor, f"submission_{step}", {"submission": number, **audit})


def purge(connection: Connection, number: int) -> None:
    """Lets the file and the rows of a submission go that was decided on."""
    for table in OF_SUBMISSION:
        if table not in KEPT_AFTER:
            connection.execute(sa.delete(table).where(table.c.submission_id == number))


def belongs_to(number: int) -> str:
    """What a sealed file is authenticated with."""
    return f"submission {number}"


def needed(remark: str) -> str:
    """A remark that has to be given. Raises InputError as :func:`checked_words`, and for none."""
    words = checked_words(remark, "submissions.remark")
    if not words:
        raise InputError("submission.remark_needed")
    return words


def checked_words(text: str, what: str) -> str:
    """What a person wrote; ``what`` is the message key of its field. An empty text is one.

    Raises InputError for a long text, and for one with a number of a person in it.
    """
    return written(text, what, MAX_WORDS, lines=True) if tidy(text) else ""


def _check(scope: Scope, handed: Handed) -> None:
    if scope.schools is not None and handed.school not in scope.schools:
        raise InputError("submission.other_school", value=handed.school)
    if not handed.content:
        raise InputError("import.empty", file=handed.file_name)
    if len(handed.content) > MAX_BYTES:
        raise InputError("import.file_too_large", file=handed.file_name)
    if handed.cohort not in CLASSES:
        raise InputError("submission.cohort_needed")
    first, last = dt.date(handed.cohort - 1, 9, 1), dt.date(handed.cohort + 1, 12, 31)
    if not first <= handed.counted_on <= last:
        raise InputError("submission.day_outside", date=handed.counted_on, cohort=handed.cohort)
    if handed.counted_on > dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1):
        raise InputError("submission.day_in_future", date=handed.counted_on)


def _name_of(file: str) -> str:
    """The name of a file without its folder, and without numbers of persons in it."""
    return mask_numbers(file.replace("\\", "/").rpartition("/")[2])[-MAX_NAME:]


def _school_known(code: str) -> sa.Select[Any]:
    return sa.select(school_table.c.code).where(school_table.c.code == code)


def _of_same_day(handed: Handed) -> sa.Select[Any]:
    c = submission.c
    columns: tuple[sa.ColumnElement[Any], ...] = (c.id, c.status, c.file_hash, c.channel)
    return sa.select(*columns).where(
        c.school == handed.school,
        c.cohort == handed.cohort,
        c.counted_on == handed.counted_on,
    )


def _same(connection: Connection, handed: Handed, digest: str) -> Submission | None:
    """The submission that this one repeats."""
    c = submission.c
    if handed.idempotency_key is not None:
        row = connection.execute(
            sa.select(c.id, c.file_hash, c.cohort, c.counted_on).where(
                c.school == handed.school, c.idempotency_key == handed.idempotency_key
            )
        ).one_or_none()
        if row is not None:
            if tuple(row)[1:] != (digest, handed.cohort, handed.counted_on):
                raise InputError("submission.key_used")
            return one(connection, row.id)
    for row in connection.execute(_of_same_day(handed)):
        waiting = row.status in ("received", "reading", "draft", "submitted")
        if waiting and row.file_hash == digest:
            return one(connection, row.id)
    return None

"""Cases (台账): a doubt about records, followed to its end by two sides.

The department opens and judges, the school answers; :data:`MOVES` is all that may happen. A move
changes the case only if it stands where the mover saw it, so of two people at once one moves it
and the other is told. Every move is one appended step with words and one audit event without.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.audit import record
from data_access.clock import utc_now
from data_access.errors import InputError
from data_access.schema import returns, school, state, subject
from data_access.scope import Scope
from data_access.workflow_schema import (
    case_file,
    case_step,
    case_subject,
    check_result,
    flag,
)
from data_access.written_words import LONGEST_LABEL, LONGEST_TITLE, LONGEST_WORDS, written

Origin = Literal["flag", "check", "manual"]
Side = Literal["answer", "cases"]

STATUSES: Final = ("open", "answered", "confirmed", "refuted", "corrected", "closed")
BOTH_SIDES: Final = frozenset[Side]({"answer", "cases"})
"""Permissions (values of ``dashboard.auth.Permission``) of those who keep a case going."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One way a case may go: who (a permission), from where, to where.

    ``corrects``: it names the return that put the records right. ``concludes``: its words are
    the conclusion.
    """

    key: str
    by: Side
    before: str
    after: str
    corrects: bool = False
    concludes: bool = False


MOVES: Final = (
    Move(key="answer", by="answer", before="open", after="answered"),
    Move(key="ask_again", by="cases", before="answered", after="open"),
    Move(key="confirm", by="cases", before="answered", after="confirmed"),
    Move(key="refute", by="cases", before="answered", after="refuted"),
    Move(key="correct", by="cases", before="confirmed", after="corrected", corrects=True),
    Move(key="close_corrected", by="cases", before="corrected", after="closed", concludes=True),
    Move(key="close_refuted", by="cases", before="refuted", after="closed", concludes=True),
    Move(key="close_uncorrected", by="cases", before="confirmed", after="closed", concludes=True),
)
"""Confirmed: the doubt is right. Refuted: the record is right."""

_CHUNK: Final = 500  # subjects per statement
_Item = TypeVar("_Item")


class Standing(NamedTuple):
    """A case as it stands."""

    id: int
    school: str
    cohort: int
    status: str
    opened_at: dt.datetime


class Turn(NamedTuple):
    """A step that changed where a case stands."""

    id: int
    step: str
    actor: str


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who does something: name, what they may see, what they may do."""

    actor: str
    scope: Scope
    allowed: frozenset[str]

    def may(self, sides: frozenset[Side]) -> bool:
        return bool(self.allowed & sides)


def open_case(
    connection: Connection,
    *,
    cohort: int,
    school: str,
    origin: Origin,
    title: str,
    problem: str,
    responsible: str,
    due_on: dt.date,
    subjects: Sequence[int],
    actor: str,
    flag_id: int | None = None,
    result_id: int | None = None,
    at: dt.datetime | None = None,
) -> int:
    """Opens a case in the caller's writing transaction and returns its number.

    ``subjects`` are ids and may be none (a doubt about a school as a whole). ``at`` is the time
    in UTC, now if left out. Whether the actor may do this is the caller's to know. Raises
    InputError for a subject of another school or class, an unknown school, a due date that is
    past, and words that are missing, too long or hold a number of a person.
    """
    at = at or utc_now()
    row = {
        "cohort": cohort,
        "school": _known_school(connection, school),
        "origin": origin,
        "flag_id": flag_id,
        "result_id": result_id,
        "title": written(title, "cases.field_title", LONGEST_TITLE),
        "problem": written(problem, "cases.field_problem", LONGEST_WORDS, lines=True),
        "responsible": written(responsible, "cases.field_responsible", LONGEST_LABEL),
        "due_on": due_on,
        "status": "open",
        "conclusion": "",
        "opened_by": actor,
        "opened_at": at,
    }
    if due_on < at.replace(tzinfo=dt.UTC).astimezone().date():
        raise InputError("cases.error.due_past", date=due_on.isoformat())
    chosen = sorted(set(subjects))
    _refuse_foreign(connection, cohort, school, chosen)
    _refuse_foreign_source(connection, school, flag_id, result_id)
    new = sa.insert(case_file).values(row).returning(case_file.c.id)
    case_id = connection.execute(new).scalar_one()
    if chosen:
        seqs = _states_in_force(connection, chosen)
        rows = [{"case_id": case_id, "subject_id": i, "state_seq": seqs.get(i)} for i in chosen]
        connection.execute(sa.insert(case_subject), rows)
    append_step(connection, case_id, actor, "open", str(row["problem"]), at)
    detail = {"case": case_id, "school": school, "cohort": cohort, "origin": origin}
    record(connection, actor, "open_case", {**detail, "people": len(chosen)})
    return case_id


def take(
    connection: Connection,
    who: Who,
    case_id: int,
    key: str,
    words: str,
    *,
    seen: int | None = None,
    return_id: int | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Moves a case in the caller's writing transaction.

    ``key`` is that of a move, ``seen`` the number of the newest step that the mover has seen.
    Raises InputError where it is not allowed, not possible from where the case stands now, where
    words are missing, or where the return does not fit.
    """
    move = next((one for one in MOVES if one.key == key), None)
    if move is None or move.by not in who.allowed:
        raise InputError("cases.error.not_allowed")
    case = visible_case(connection, who, case_id)
    said = written(words, "cases.field_words", LONGEST_WORDS, lines=True)
    at = at or utc_now()
    _refuse_stale(connection, case_id, case, move, seen)
    values: dict[str, object] = {"status": move.after}
    if move.corrects:
        values["return_id"] = _correcting(connection, case, return_id)
    if move.concludes:
        values |= {"conclusion": said, "closed_at": at}
    changed = connection.execute(
        sa.update(case_file)
        .where(case_file.c.id == case_id, case_file.c.status == move.before)
        .values(values)
    )
    if changed.rowcount != 1:
        raise _overtaken(connection, case_id)
    append_step(connection, case_id, who.actor, move.after, said, at)
    detail = {"case": case_id, "school": case.school, "move": key, "status": move.after}
    if move.corrects:
        detail["return"] = return_id
    record(connection, who.actor, "move_case", detail)


def remark(connection: Connection, who: Who, case_id: int, words: str) -> None:
    """Adds words to a case that is not closed; it stays where it stands."""
    case = going(connection, who, case_id)
    said = written(words, "cases.field_words", LONGEST_WORDS, lines=True)
    append_step(connection, case_id, who.actor, "remark", said, utc_now())
    record(connection, who.actor, "remark_case", {"case": case_id, "school": case.school})


def going(connection: Connection, who: Who, case_id: int) -> Standing:
    """The case, if this person may add to it now. Raises InputError otherwise."""
    if not who.may(BOTH_SIDES):
        raise InputError("cases.error.not_allowed")
    case = visible_case(connection, who, case_id)
    if case.status == "closed":
        raise _overtaken(connection, case_id)
    return case


def visible_case(connection: Connection, who: Who, case_id: int) -> Standing:
    """The case as it stands. One out of sight is as unknown as one that is not there."""
    columns = (case_file.c[name] for name in Standing._fields)
    statement = sa.select(*columns).where(case_file.c.id == case_id)
    if who.scope.schools is not None:
        statement = statement.where(case_file.c.school.in_(sorted(who.scope.schools)))
    case = connection.execute(statement).one_or_none()
    if case is None:
        raise InputError("cases.error.unknown", case=case_id)
    return Standing._make(case)


def append_step(
    connection: Connection, case_id: int, actor: str, step: str, words: str, at: dt.datetime
) -> None:
    """Writes down what happened; every open page hears of it."""
    row = {"case_id": case_id, "at": at, "actor": actor, "step": step, "words": words}
    connection.execute(sa.insert(case_step).values(row))


def subjects_by_number(
    connection: Connection, school: str, cohort: int, numbers: Sequence[str]
) -> dict[str, int]:
    """Student number -> subject id, of those that the class has."""
    found: dict[str, int] = {}
    for chunk in _chunks(sorted(set(numbers))):
        rows = connection.execute(
            sa.select(subject.c.key, subject.c.id).where(
                subject.c.school == school, subject.c.cohort == cohort, subject.c.key.in_(chunk)
            )
        )
        found |= {row.key: row.id for row in rows}
    return found


def _chunks(values: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _known_school(connection: Connection, code: str) -> str:
    if connection.scalar(sa.select(school.c.code).where(school.c.code == code)) is None:
        raise InputError("cases.error.school", school=code)
    return code


def _refuse_foreign(connection: Connection, cohort: int, code: str, chosen: Sequence[int]) -> None:
    own = 0
    for chunk in _chunks(chosen):
        own += (
            connection.scalar(
                sa.select(sa.func.count())
                .select_from(subject)
                .where(
                    subject.c.id.in_(chunk), subject.c.school == code, subject.c.cohort == cohort
                )
            )
            or 0
        )
    if own != len(chosen):
        raise InputError("cases.error.foreign", count=len(chosen) - own)


def _refuse_foreign_source(
    connection: Connection, code: str, flag_id: int | None, result_id: int | None
) -> None:
    """A case comes from a flag or a result of its own school."""
    for table, number in ((flag, flag_id), (check_result, result_id)):
        if number is None:
            continue
        if connection.scalar(sa.select(table.c.school).where(table.c.id == number)) != code:
            raise InputError("cases.error.source")


def _states_in_force(connection: Connection, chosen: Sequence[int]) -> dict[int, int]:
    """Subject id -> number of its newest state: latest date, then last entered."""
    found: dict[int, int] = {}
    for chunk in _chunks(chosen):
        rows = connection.execute(
            sa.select(state.c.subject_id, state.c.seq)
            .where(state.c.subject_id.in_(chunk))
            .order_by(state.c.counted_on, state.c.seq)
        )
        found |= {row.subject_id: row.seq for row in rows}
    return found


def _correcting(connection: Connection, case: Standing, number: int | None) -> int:
    """The return, if it is one of the school's that came after the case was opened."""
    found = connection.scalar(
        sa.select(returns.c.id).where(
            returns.c.id == number,
            returns.c.school == case.school,
            returns.c.cohort == case.cohort,
            returns.c.status == "accepted",
            returns.c.accepted_at >= case.opened_at,
        )
    )
    if found is None:
        raise InputError("cases.error.return")
    return int(found)


def _refuse_stale(
    connection: Connection,
    case_id: int,
    case: Standing,
    move: Move,
    seen: int | None,
) -> None:
    """Refuses a move where the case has gone on since the mover looked, even back to the same."""
    newest = _last_turn(connection, case_id)
    if case.status != move.before or (seen is not None and newest.id > seen):
        raise _overtaken(connection, case_id)


def _last_turn(connection: Connection, case_id: int) -> Turn:
    last = connection.execute(
        sa.select(*(case_step.c[name] for name in Turn._fields))
        .where(case_step.c.case_id == case_id, case_step.c.step.in_(STATUSES))
        .order_by(case_step.c.id.desc())
        .limit(1)
    ).one()
    return Turn._make(last)


def _overtaken(connection: Connection, case_id: int) -> InputError:
    """What the one who came second is told: how the case stands now, and by whom."""
    last = _last_turn(connection, case_id)
    return InputError(f"cases.error.now_{last.step}", case=case_id, actor=last.actor)

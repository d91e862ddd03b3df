"""Turns accepted returns into movements: double-entry bookkeeping for people.

A *subject* is a graduate (one person) or one cell of a published table (so many people). Its
*states* say in which cell it stands from a statistical date on, and with how many people ``n``.
A new state entered on day D, where the subject stood in state ``old`` until then and next
changes on day N (if at all), appends

    D: -old.n in old's cell   +new.n in new's cell
    N: +old.n in old's cell   -new.n in new's cell      (only if there is a later change)

netted per return, day and cell. So ``SUM(delta) WHERE counted_on <= D`` is at every date the
sum of the states in force, late returns included, and nothing is ever edited. All of it is
set-based SQL in one transaction, the same on SQLite and PostgreSQL.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from data_access import grain, staging
from data_access.audit import record
from data_access.clock import utc_now
from data_access.new_codes import NewCode, add_new_codes
from data_access.registry import writing
from data_access.schema import returns as returns_table
from data_access.schema import subject
from data_access.staging import StagedRow

EMPLOYED, NOT_EMPLOYED = "1", "2"  # the root destinations of published tables
NOT_REPORTED, NOT_APPLICABLE = "00", "none"
REGION_NOT_REPORTED = "000000"
SEX_NOT_REPORTED = "0"
WHOLE_AUTHORITY = "00000"


class GraduateEntry(NamedTuple):
    """One graduate's state as of the return's statistical date; every field is a code."""

    student_no: str
    person_hash: str | None
    level: str
    discipline: str
    sex: str
    origin: str
    destination: str
    work_region: str
    employer_kind: str
    industry: str


class TableEntry(NamedTuple):
    """One row of a published table: a discipline, its graduates and the employed among them."""

    discipline: str
    graduates: int
    employed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What was handed in for one school (or the whole authority) and one statistical date.

    ``level`` is the level of a published table and None for record-level returns. Graduates
    that are not mentioned keep their state; cells that a later table of the same cohort,
    school and level no longer mentions become empty. ``new_codes`` are names met for the first
    time, added to the code tables (flagged) in the same transaction. ``received_on`` is the day
    it was handed in; None is today. ``removed`` are graduates who are not of the class (any more).
    """

    kind: Literal["graduates", "table"]
    cohort: int
    school: str
    counted_on: dt.date
    source: str
    content_hash: str
    entries: Sequence[GraduateEntry] | Sequence[TableEntry]
    level: str | None = None
    edition: str | None = None
    synthetic: bool = False
    new_codes: Sequence[NewCode] = field(default=())
    received_on: dt.date | None = None
    removed: Sequence[GraduateEntry] = field(default=())


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of one return; ``already`` says that the same content was known before."""

    return_id: int | None
    movements: int
    already: bool


def accept(engine: Engine, returns: Sequence[Return], *, accepted_by: str) -> list[Accepted]:
    """Accepts the returns in one transaction: all of them or none.

    A subject may appear once in one call. Raises ``InputError`` where a code is unknown, where
    a subject appears twice, or where people would be counted twice (a published table beside
    graduates, a whole beside its parts).
    """
    with writing(engine) as connection:
        return accept_within(connection, returns, accepted_by=accepted_by)


def accept_within(
    connection: Connection, returns: Sequence[Return], *, accepted_by: str
) -> list[Accepted]:
    """The same in a writing transaction of the caller's."""
    known = _known_hashes(connection, returns)
    fresh = _without_repeats(returns, known)
    if not fresh:
        return [Accepted(None, 0, True) for _ in returns]
    grain.check(connection, [(r.kind, r.cohort, r.school, r.level) for r in fresh])
    add_new_codes(connection, [code for r in fresh for code in r.new_codes])
    ids = _insert_returns(connection, fresh, accepted_by)
    staging.stage(connection, _staged(connection, fresh, ids))
    counts = staging.post(connection)
    detail = {"returns": list(ids.values()), "movements": sum(counts.values())}
    record(connection, accepted_by, "accept_returns", detail)
    return [
        Accepted(None, 0, True)
        if r.content_hash not in ids
        # a hash met twice in one call is accepted once; the second is "already"
        else Accepted(i := ids.pop(r.content_hash), counts.get(i, 0), False)
        for r in returns
    ]


def _known_hashes(connection: Connection, returns: Sequence[Return]) -> set[str]:
    column = returns_table.c.content_hash
    hashes = [r.content_hash for r in returns]
    return set(connection.scalars(sa.select(column).where(column.in_(hashes))))


def _without_repeats(returns: Sequence[Return], known: set[str]) -> list[Return]:
    fresh: dict[str, Return] = {}
    for r in returns:
        if r.content_hash not in known:
            fresh.setdefault(r.content_hash, r)
    return list(fresh.values())


def _insert_returns(
    connection: Connection, fresh: Sequence[Return], accepted_by: str
) -> dict[str, int]:
    """Content hash -> id of the new return; ids are safe because writers are serialised."""
    first = (connection.scalar(sa.select(sa.func.max(returns_table.c.id))) or 0) + 1
    now = utc_now()
    rows = [
        {
            "id": first + i,
            "kind": r.kind,
            "cohort": r.cohort,
            "school": r.school,
            "level": r.level,
            "counted_on": r.counted_on,
            "edition": r.edition,
            "source": r.source,
            "content_hash": r.content_hash,
            "rows": len(r.entries),
            "status": "accepted",
            "synthetic": r.synthetic,
            "accepted_at": now,
            "accepted_by": accepted_by,
            "received_on": r.received_on or now.date(),
        }
        for i, r in enumerate(fresh)
    ]
    connection.execute(sa.insert(returns_table), rows)
    return {r.content_hash: first + i for i, r in enumerate(fresh)}


def _staged(
    connection: Connection, fresh: Sequence[Return], ids: dict[str, int]
) -> Iterator[StagedRow]:
    # Asked before the first row goes out: a COPY under way takes no other statement.
    stated = {r.content_hash: _table_keys(connection, r) for r in fresh if r.kind == "table"}
    return _rows(fresh, ids, stated)


def _rows(
    fresh: Sequence[Return], ids: dict[str, int], stated: dict[str, Sequence[str]]
) -> Iterator[StagedRow]:
    for r in fresh:
        head = (ids[r.content_hash], r.cohort, r.school)
        if r.kind == "graduates":
            yield from _graduate_rows(head, r)
        else:
            yield from _table_rows(head, r, stated[r.content_hash])


def _graduate_rows(head: tuple[int, int, str], r: Return) -> Iterator[StagedRow]:
    day = r.counted_on
    for key, person_hash, *cell in r.entries:
        yield (*head, key, person_hash, day, *cell, 1)
    for key, person_hash, *cell in r.removed:
        yield (*head, key, person_hash, day, *cell, 0)


def _table_rows(
    head: tuple[int, int, str], r: Return, stated: Sequence[str]
) -> Iterator[StagedRow]:
    """Two cells per printed row, and zero for every cell that the table no longer mentions."""
    if r.level is None:
        raise ValueError("a published table needs its level")
    counts: dict[str, int] = {}
    for entry in r.entries:
        assert isinstance(entry, TableEntry)
        counts[f"{r.level}|{entry.discipline}|{EMPLOYED}"] = entry.employed
        counts[f"{r.level}|{entry.discipline}|{NOT_EMPLOYED}"] = entry.graduates - entry.employed
    for key in stated:
        counts.setdefault(key, 0)
    for key, n in counts.items():
        level, discipline, destination = key.split("|")
        employer = NOT_REPORTED if destination == EMPLOYED else NOT_APPLICABLE
        work_region = REGION_NOT_REPORTED if destination == EMPLOYED else NOT_APPLICABLE
        cell = (level, discipline, SEX_NOT_REPORTED, REGION_NOT_REPORTED, destination)
        yield (*head, key, None, r.counted_on, *cell, work_region, employer, employer, n)


def _table_keys(connection: Connection, r: Return) -> Sequence[str]:
    """The cells that earlier tables of this cohort, school and level have."""
    return connection.scalars(
        sa.select(subject.c.key).where(
            subject.c.cohort == r.cohort,
            subject.c.school == r.school,
            subject.c.key.startswith(f"{r.level}|", autoescape=True),
        )
    ).all()

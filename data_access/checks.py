"""Keeps what checks found: samples drawn, and results by channel. Both are only ever appended.

A result says whether a graduate's reported destination is true. Each channel's newest result is
its word; of the channels that found out anything the most trusted one is believed (``TRUST``), so
that a school's own answer never covers what the department or the ministry found.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, get_args

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from data_access.audit import record
from data_access.clock import utc_now
from data_access.errors import InputError
from data_access.registry import writing
from data_access.sampling import (
    METHODS,
    REPRESENTATIVE,
    Method,
    Person,
    check_request,
    draw,
    stratum_of,
)
from data_access.schema import movement, returns, state, subject
from data_access.states import newest
from data_access.workflow_schema import (
    check_frame,
    check_item,
    check_result,
    check_sample,
    flag,
    flag_subject,
)

Channel = Literal["school", "third_party", "graduate", "department", "ministry"]
Outcome = Literal["confirmed", "refuted", "unreachable"]
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
TRUST: Final[tuple[Channel, ...]] = ("ministry", "department", "third_party", "graduate", "school")
"""Whom to believe, the most trusted first: those who answer for the numbers, then those with no
part in them, then the graduate, who may have been asked to say so, last the school itself."""

LONGEST_TITLE: Final = 60
_AT_ONCE: Final = 10_000  # numbers in one statement; PostgreSQL takes 65,535


class Word(NamedTuple):
    """What one channel says of one graduate: its newest result, about this destination."""

    subject_id: int
    school: str
    channel: Channel
    outcome: Outcome
    checked_on: dt.date
    destination: str


class CheckResult(NamedTuple):
    """A result to be kept; ``sample_id`` is kept where the graduate is in that sample."""

    subject_id: int
    channel: Channel
    outcome: Outcome
    checked_on: dt.date
    sample_id: int | None = None


@dataclass(frozen=True, slots=True)
class Refuted:
    """Graduates of one school whose record a recording refuted for the first time.

    ``results`` are the ids of the results, in the order of ``subjects``.
    """

    cohort: int
    school: str
    subjects: tuple[int, ...]
    results: tuple[int, ...]
    actor: str


OnRefuted = Callable[[Connection, Refuted], object]
"""Called once per class and school, inside the transaction that keeps the results."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a recording: results kept, results that were known, newly refuted."""

    added: int
    known: int
    refuted: int


def believed(words: Iterable[Word]) -> dict[int, Word]:
    """Graduate -> the word that counts; unreachable only where no channel found out anything."""
    rank = {channel: place for place, channel in enumerate(TRUST)}

    def order(word: Word) -> tuple[bool, int]:
        return word.outcome == "unreachable", rank[word.channel]

    found: dict[int, Word] = {}
    for word in words:
        before = found.get(word.subject_id)
        if before is None or order(word) < order(before):
            found[word.subject_id] = word
    return found


# ---- samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A sample that somebody asks for, of a class as it was reported up to a day."""

    cohort: int
    counted_on: dt.date
    method: Method
    size: int
    seed: int
    title: str = ""


def draw_sample(engine: Engine, request: Request, *, actor: str) -> int:
    """Draws a sample and keeps it; returns its number.

    Raises InputError for a request that cannot be met (see :func:`data_access.sampling.draw`) and
    where the same draw over the same ledger is kept already.
    """
    if request.method not in METHODS:
        raise InputError("checks.unknown_method", value=request.method)
    if len(request.title) > LONGEST_TITLE:
        raise InputError("checks.title_too_long", longest=LONGEST_TITLE)
    check_request(request.size, request.seed)
    with engine.connect() as connection:  # a second or two, in which others may write
        version = connection.scalar(sa.select(sa.func.max(movement.c.seq))) or 0
        people = population(connection, request)
    drawn = draw(people, request.method, request.size, request.seed)
    with writing(engine) as connection:
        _refuse_repeat(connection, request, version)
        sample_id = (connection.scalar(sa.select(sa.func.max(check_sample.c.id))) or 0) + 1
        head = {
            "id": sample_id,
            "title": request.title,
            "cohort": request.cohort,
            "counted_on": request.counted_on,
            "method": request.method,
            "seed": request.seed,
            "size": request.size,
            "population": len(people),
            "version": version,
            "drawn_at": utc_now(),
            "drawn_by": actor,
        }
        connection.execute(sa.insert(check_sample).values(head))
        if request.method in REPRESENTATIVE:
            connection.execute(sa.insert(check_frame), _frame(people, request.method, sample_id))
        connection.execute(sa.insert(check_item), [_item(one, sample_id) for one in drawn])
        told = ("cohort", "method", "seed", "size", "population", "version")
        detail = {"sample": sample_id, "day": request.counted_on.isoformat()}
        record(connection, actor, "draw_sample", {**detail, **{name: head[name] for name in told}})
    return sample_id


def population(connection: Connection, request: Request) -> list[Person]:
    """Every graduate of a class with a state on the day, with the flags that concern him.

    Cells of published tables are no graduates. For a sample weighted by flags only; else 0.
    """
    of_graduates = sa.select(returns.c.id).where(returns.c.kind == "graduates")
    who, now = subject.c, state.c
    statement = (
        sa.select(who.id, who.school, who.key, now.level, now.destination)
        .join_from(subject, state, now.seq == newest(who.id, request.counted_on))
        .where(who.cohort == request.cohort, now.n > 0, now.return_id.in_(of_graduates))
    )
    flags = _flags(connection, request.cohort) if request.method == "flagged" else {}
    rows = connection.execute(statement).all()
    return [Person(*row, flags.get(row[0], 0)) for row in rows]


def _flags(connection: Connection, cohort: int) -> dict[int, int]:
    """Graduate -> how many rules concern him, however often they were run."""
    statement = (
        sa.select(flag_subject.c.subject_id, sa.func.count(flag.c.rule.distinct()))
        .join(flag, flag.c.id == flag_subject.c.flag_id)
        .where(flag.c.cohort == cohort)
        .group_by(flag_subject.c.subject_id)
    )
    return {row[0]: int(row[1]) for row in connection.execute(statement)}


def _refuse_repeat(connection: Connection, request: Request, version: int) -> None:
    """The same draw over the same ledger is the same sample: one is enough."""
    c = check_sample.c
    statement = sa.select(c.id).where(
        c.cohort == request.cohort,
        c.counted_on == request.counted_on,
        c.method == request.method,
        c.size == request.size,
        c.seed == request.seed,
        c.version == version,
    )
    known = connection.execute(statement).scalars().first()
    if known is not None:
        raise InputError("checks.drawn_already", number=known)


def _frame(people: Iterable[Person], method: Method, sample_id: int) -> list[dict[str, Any]]:
    cells = Counter((one.school, one.level, one.destination) for one in people)
    return [
        {
            "sample_id": sample_id,
            "stratum": stratum_of(method, school, level),
            "school": school,
            "level": level,
            "destination": destination,
            "people": n,
        }
        for (school, level, destination), n in sorted(cells.items())
    ]


def _item(one: Person, sample_id: int) -> dict[str, Any]:
    return {
        "sample_id": sample_id,
        "subject_id": one.subject_id,
        "school": one.school,
        "level": one.level,
        "destination": one.destination,
    }


# ---- results


def record_results(
    engine: Engine,
    results: Sequence[CheckResult],
    *,
    actor: str,
    on_refuted: OnRefuted | None = None,
) -> Recorded:
    """Keeps results in one transaction: all of them or none.

    What the same channel found on the same day about the same graduate is kept once, however
    often it is handed in. Raises InputError for a graduate that nobody has reported.
    """
    with writing(engine) as connection:
        ids = sorted({one.subject_id for one in results})
        people = _people(connection, ids)
        if len(people) < len(ids):
            raise InputError("checks.unknown_graduate")
        before = _known(connection, ids)
        fresh = {one[:4]: one for one in reversed(results) if one[:4] not in before}
        rows = _rows(connection, list(reversed(fresh.values())), people, actor)
        if rows:
            connection.execute(sa.insert(check_result), rows)
            _record(connection, rows, actor)
        groups = _refuted(rows, people, before.values(), actor)
        for group in groups if on_refuted else ():
            assert on_refuted is not None
            on_refuted(connection, group)
    refuted = sum(len(group.subjects) for group in groups)
    return Recorded(len(rows), len(results) - len(rows), refuted)


def _people(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Graduate -> class and school."""
    c = subject.c
    return {
        row.id: (row.cohort, row.school)
        for some in _parts(ids)
        for row in connection.execute(sa.select(c.id, c.cohort, c.school).where(c.id.in_(some)))
    }


Known = Mapping[tuple[Any, ...], tuple[int, str, str]]


def _known(connection: Connection, ids: Sequence[int]) -> Known:
    """What is kept of these graduates; the value is (graduate, destination, outcome)."""
    c = check_result.c
    columns = (c.subject_id, c.channel, c.result, c.checked_on, c.destination)
    return {
        tuple(row[:4]): (row.subject_id, row.destination, row.result)
        for some in _parts(ids)
        for row in connection.execute(sa.select(*columns).where(c.subject_id.in_(some)))
    }


def _rows(
    connection: Connection,
    fresh: Sequence[CheckResult],
    people: Mapping[int, tuple[int, str]],
    actor: str,
) -> list[dict[str, Any]]:
    first = (connection.scalar(sa.select(sa.func.max(check_result.c.id))) or 0) + 1
    drawn = _drawn(connection, {one.sample_id for one in fresh if one.sample_id is not None})
    stated = _stated(connection, sorted({one.subject_id for one in fresh}))
    now = utc_now()
    return [
        {
            "id": first + place,
            "subject_id": one.subject_id,
            "sample_id": one.sample_id if (one.sample_id, one.subject_id) in drawn else None,
            "school": people[one.subject_id][1],
            "channel": one.channel,
            "result": one.outcome,
            "destination": drawn.get((one.sample_id, one.subject_id)) or stated[one.subject_id],
            "checked_on": one.checked_on,
            "recorded_at": now,
            "recorded_by": actor,
        }
        for place, one in enumerate(fresh)
    ]


def _drawn(connection: Connection, samples: set[int]) -> dict[tuple[int | None, int], str]:
    """(sample, graduate) -> destination on the day of the draw."""
    c = check_item.c
    columns = (c.sample_id, c.subject_id, c.destination)
    rows = connection.execute(sa.select(*columns).where(c.sample_id.in_(sorted(samples))))
    return {(row.sample_id, row.subject_id): row.destination for row in rows}


def _stated(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Graduate -> destination as last reported."""
    c = state.c
    order = (c.counted_on, c.seq)
    return {
        row.subject_id: row.destination
        for some in _parts(ids)
        for row in connection.execute(
            sa.select(c.subject_id, c.destination).where(c.subject_id.in_(some)).order_by(*order)
        )
    }


def _refuted(
    rows: Sequence[dict[str, Any]],
    people: Mapping[int, tuple[int, str]],
    before: Iterable[tuple[int, str, str]],
    actor: str,
) -> list[Refuted]:
    """The graduates whose record was not refuted before, by class and school."""
    told = {(who, what) for who, what, outcome in before if outcome == "refuted"}
    groups: dict[tuple[int, str], dict[int, int]] = {}
    for row in rows:
        who = row["subject_id"]
        if row["result"] == "refuted" and (who, row["destination"]) not in told:
            groups.setdefault(people[who], {}).setdefault(who, row["id"])
    return [
        Refuted(cohort, school, tuple(found), tuple(found.values()), actor)
        for (cohort, school), found in sorted(groups.items())
    ]


def _record(connection: Connection, rows: Sequence[dict[str, Any]], actor: str) -> None:
    detail = {
        "results": len(rows),
        "schools": sorted({row["school"] for row in rows}),
        "by_channel": dict(Counter(row["channel"] for row in rows)),
        "by_result": dict(Counter(row["result"] for row in rows)),
    }
    record(connection, actor, "record_results", detail)


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    pending = iter(ids)
    while some := list(islice(pending, _AT_ONCE)):
        yield some

"""Small returns for the ledger's tests, and the slow obvious count they are checked against."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.ledger import GraduateEntry, Return, TableEntry
from data_access.schema import CELL, movement

SCHOOLS = ("10108", "10112")
DAYS = tuple(dt.date(2020, 3, 4) + dt.timedelta(days=7 * week) for week in range(5))
SEEKING, SIGNED, STUDY = "70", "10", "80"
Cell = tuple[str, ...]  # (school, *CELL)


def entry(number: str, destination: str = SEEKING, level: str = "bachelor") -> GraduateEntry:
    """A graduate of computer science from Taiyuan."""
    works = destination == SIGNED
    return GraduateEntry(
        student_no=number,
        person_hash=None,
        level=level,
        discipline="b-080901",
        sex="1",
        origin="140100",
        destination=destination,
        work_region="110000" if works else "none",
        employer_kind="39" if works else "none",
        industry="34" if works else "none",
    )


def graduates(
    day: dt.date, entries: Sequence[GraduateEntry], school: str = SCHOOLS[0], cohort: int = 2020
) -> Return:
    """A record-level return; equal content gives an equal hash."""
    text = f"{cohort}|{school}|{day}|{sorted(entries)}"
    return Return(
        kind="graduates",
        cohort=cohort,
        school=school,
        counted_on=day,
        source="test.csv",
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        entries=entries,
    )


def table(
    day: dt.date,
    rows: Sequence[TableEntry],
    level: str = "bachelor",
    school: str = "00000",
    cohort: int = 2018,
) -> Return:
    """A published table."""
    text = f"{cohort}|{school}|{level}|{day}|{sorted(rows)}"
    return Return(
        kind="table",
        cohort=cohort,
        school=school,
        counted_on=day,
        level=level,
        source="table.csv",
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        entries=rows,
    )


def ledger_as_of(engine: Engine, day: dt.date, cohort: int = 2020) -> Counter[Cell]:
    """Cell -> people, by adding up every movement up to the day; empty cells left out."""
    keys = [movement.c.school, *(movement.c[name] for name in CELL)]
    total = sa.func.sum(movement.c.delta)
    statement = (
        sa.select(*keys, total)
        .where(movement.c.cohort == cohort, movement.c.counted_on <= day)
        .group_by(*keys)
        .having(total != 0)
    )
    with engine.connect() as connection:
        return Counter({tuple(row[:-1]): int(row[-1]) for row in connection.execute(statement)})


@dataclass
class Notebook:
    """What the ledger should say, kept by hand: every accepted state of every graduate."""

    known: set[str] = field(default_factory=set)
    states: dict[tuple[str, str], list[tuple[dt.date, int, GraduateEntry]]] = field(
        default_factory=dict
    )

    def accept(self, given: Return) -> None:
        """A return met before adds nothing; a state that is in force already is no change."""
        if given.content_hash in self.known:
            return
        self.known.add(given.content_hash)
        for one in given.entries:
            assert isinstance(one, GraduateEntry)
            history = self.states.setdefault((given.school, one.student_no), [])
            current = self.state_on(history, given.counted_on)
            if current is None or current[2:] != one[2:]:
                history.append((given.counted_on, len(history), one))

    @staticmethod
    def state_on(
        history: list[tuple[dt.date, int, GraduateEntry]], day: dt.date
    ) -> GraduateEntry | None:
        """The state entered last among those of the latest date not after the day."""
        until = [item for item in history if item[0] <= day]
        return max(until, key=lambda item: item[:2])[2] if until else None

    def as_of(self, day: dt.date) -> Counter[Cell]:
        counts: Counter[Cell] = Counter()
        for (school, _), history in self.states.items():
            state = self.state_on(history, day)
            if state is not None:
                counts[(school, *state[2:])] += 1
        return counts

"""The slow obvious way to know where people stand: hand in every return, keep the last state."""

import csv
import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import data_access
from dashboard.demo import Season
from data_access.ledger import GraduateEntry, Return

DATA = Path(data_access.__file__).parent
EMPLOYED = {"10", "11", "12", "27", "46", "50", "51", "75", "76", "80", "85"}
UNITS = {"10", "11", "12", "27", "50", "51"}
TARGET = dt.date(2020, 9, 30)
People = dict[tuple[str, str], GraduateEntry]


def code_rows(name: str) -> list[dict[str, str]]:
    with (DATA / "codes" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def replay(season: Season, until: dt.date) -> People:
    """Each graduate's state as of a day, by (school, student number)."""
    return last_states(r for day in season.days_until(until) for r in season.returns(day))


def last_states(returns: Iterable[Return]) -> People:
    people: People = {}
    for handed_in in returns:
        for entry in handed_in.entries:
            assert isinstance(entry, GraduateEntry)
            people[handed_in.school, entry.student_no] = entry
    return people


def share(part: int, whole: int) -> float:
    """Per cent."""
    return 100 * part / whole


def rate(people: People, school: str | None = None) -> float:
    chosen = [e for (at, _), e in people.items() if school in (None, at)]
    return share(sum(e.destination in EMPLOYED for e in chosen), len(chosen))

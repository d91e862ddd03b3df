"""A small class for the rules of flags: returns with facts, and one rule looked at alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Engine

from dashboard.flag_rules import RULES, Class
from data_access import ledger
from data_access.facts import write_facts
from data_access.flag_ground import ground
from data_access.flag_rows import About, Finding
from data_access.flag_settings import rules
from data_access.registry import writing
from data_access.validation.credit_code import check_character
from tests.sql.bookkeeping import entry, graduates

COHORT = 2020
SCHOOL, SECOND = "10108", "10112"
DAY = dt.date(2020, 6, 24)
EMPLOYED = frozenset({"10", "11", "12", "46", "75", "76", "80"})
UNITS = frozenset({"10", "11", "12"})
GROUPS = {
    "flexible": frozenset({"12", "76"}),
    "freelance": frozenset({"76"}),
    "business": frozenset({"75"}),
}
Fact = tuple[str, str, dt.date | None]
CODE = "91140000MA0000001"
VALID = CODE + check_character(CODE)


def hand_in(
    registry: Engine,
    day: dt.date,
    destinations: Mapping[str, str],
    *,
    school: str = SCHOOL,
    facts: Mapping[str, Fact] | None = None,
    kind: str = "39",
    level: str = "bachelor",
) -> int:
    """Accepts what a school says: student number -> destination, and facts of their jobs."""
    entries = [
        entry(number, level=level)._replace(
            destination=to, employer_kind=kind if to in UNITS else "none"
        )
        for number, to in destinations.items()
    ]
    done = ledger.accept(registry, [graduates(day, entries, school)], accepted_by="test")
    number = done[0].return_id
    assert number is not None
    if facts:
        rows = [(COHORT, school, key, *fact) for key, fact in facts.items()]
        with writing(registry) as connection:
            write_facts(connection, number, day, rows)
    return number


def numbered(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{i:03d}" for i in range(count)]


def found(
    registry: Engine,
    rule: str,
    *,
    day: dt.date = DAY,
    ends: Sequence[dt.date] = (),
    threshold: float | None = None,
    minimum: int | None = None,
) -> list[Finding]:
    """What one rule finds, as shipped or with another threshold; with its graduates."""
    about = About(cohort=COHORT, day=day, employed=EMPLOYED, units=UNITS)
    with registry.connect() as connection:
        meant = next(one for one in rules(connection) if one.code == rule)
    if threshold is not None:
        meant = replace(meant, threshold=threshold)
    if minimum is not None:
        meant = replace(meant, minimum=minimum)
    with ground(registry, about) as its:
        seen = Class(its, tuple(ends), dt.date(COHORT, 8, 31), GROUPS)
        return [replace(f, subjects=its.people(f.who)) for f in RULES[rule](seen, meant)]

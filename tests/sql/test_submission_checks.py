"""What a submission looks odd in beside the ledger, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.ledger import GraduateEntry, accept
from data_access.readers.findings import Finding
from data_access.registry import writing
from data_access.schema import CELL
from data_access.submission_checks import MAX_LINES, MAX_NUMBERS, ledger_findings
from data_access.validation.rules import load_rules
from data_access.workflow_schema import submission, submission_row, validation_rule
from tests.sql.bookkeeping import DAYS, SCHOOLS, SEEKING, SIGNED, STUDY, entry, graduates
from tests.unit.import_tools import say

OWN, OTHER = SCHOOLS
DAY = DAYS[2]


def handed_in(
    engine: Engine,
    entries: Sequence[GraduateEntry],
    *,
    day: dt.date = DAY,
    removes_absent: bool = True,
) -> list[Finding]:
    """The findings of a submission with these rows; the first row stands in line 2."""
    cells = [dict(zip(CELL, one[2:], strict=True)) for one in entries]
    with writing(engine) as connection:
        connection.execute(
            sa.insert(submission),
            {
                "id": 1,
                "school": OWN,
                "cohort": 2020,
                "counted_on": day,
                "channel": "page",
                "status": "checked",
                "file_name": "return.csv",
                "file_size": 1,
                "file_hash": "0",
                "removes_absent": removes_absent,
                "rows_read": len(entries),
                "attempts": 0,
                "uploaded_by": "staff",
                "uploaded_at": dt.datetime.combine(day, dt.time(9)),
            },
        )
        connection.execute(
            sa.insert(submission_row),
            [
                {
                    "submission_id": 1,
                    "line": line,
                    "key": one.student_no,
                    "person_hash": one.person_hash,
                    "employer": "",
                    "credit_code": "",
                    "signed_on": None,
                    **cell,
                }
                for line, (one, cell) in enumerate(zip(entries, cells, strict=True), start=2)
            ],
        )
        found = ledger_findings(connection, 1, load_rules(connection))
    assert all(say(found))
    return found


def person(number: str, person_hash: str | None, destination: str = SEEKING) -> GraduateEntry:
    return entry(number, destination)._replace(person_hash=person_hash)


def told(found: Sequence[Finding]) -> list[tuple[str, int | None, str | None]]:
    return [(finding.code, finding.row, finding.printed) for finding in found]


def test_a_first_list_and_an_unchanged_one_have_nothing_odd(registry: Engine) -> None:
    assert handed_in(registry, [person("1", "a"), person("2", None, SIGNED)]) == []


def test_an_unchanged_list_has_nothing_odd(registry: Engine) -> None:
    people = [person("1", "a"), person("2", None, SIGNED)]
    accept(registry, [graduates(DAYS[0], people, OWN)], accepted_by="test")
    assert handed_in(registry, people) == []


def test_a_person_of_another_school_is_named_without_the_school(registry: Engine) -> None:
    elsewhere = [person("x", "a"), person("y", "b"), person("z", "late")]
    accept(registry, [graduates(DAYS[0], elsewhere[:2], OTHER)], accepted_by="test")
    accept(registry, [graduates(DAYS[3], elsewhere[2:], OTHER)], accepted_by="test")
    accept(registry, [graduates(DAYS[0], [person("x", "c")], OTHER, cohort=2019)], accepted_by="t")
    rows = [person("1", "a"), person("2", None), person("3", "c"), person("4", "late")]
    found = handed_in(registry, rows)
    assert told(found) == [("person_at_other_school", 2, "1")]
    assert found[0].severity == "warning"
    assert OTHER not in repr(found)
    assert "'x'" not in repr(found)


def test_a_number_with_another_person_behind_it(registry: Engine) -> None:
    before = [person("1", "a"), person("2", "b"), person("3", None)]
    accept(registry, [graduates(DAYS[0], before, OWN)], accepted_by="test")
    rows = [person("1", "b"), person("2", "b"), person("3", "c")]
    assert told(handed_in(registry, rows)) == [("person_differs", 2, "1")]


def test_graduates_gone_are_counted_and_the_first_named(registry: Engine) -> None:
    numbers = [f"{number:03}" for number in range(200)]
    before = [person(number, None) for number in numbers]
    accept(registry, [graduates(DAYS[0], before, OWN)], accepted_by="test")
    later = [*before, person("900", None)]
    accept(registry, [graduates(DAYS[3], later, OWN)], accepted_by="test")
    (gone,) = [f for f in handed_in(registry, before[:130]) if f.code == "graduates_gone"]
    assert (gone.count, gone.row) == (70, None)
    assert gone.printed == ", ".join(numbers[130 : 130 + MAX_NUMBERS])


def test_who_had_a_destination_and_has_none_is_named_by_line(registry: Engine) -> None:
    before = [person("1", None, SIGNED), person("2", None, STUDY), person("3", None, SIGNED)]
    accept(registry, [graduates(DAYS[0], before, OWN)], accepted_by="test")
    rows = [person("1", None), person("2", None, SIGNED), person("3", None, SIGNED)]
    found = handed_in(registry, rows)
    assert [(f.code, f.row, f.printed, f.computed) for f in found] == [
        ("employment_lost", 2, SIGNED, SEEKING)
    ]
    assert found[0].params == {"number": "1"}


def test_lines_beyond_the_limit_are_counted(registry: Engine) -> None:
    numbers = [f"{number:05}" for number in range(MAX_LINES + 5)]
    before = [person(number, None, SIGNED) for number in numbers]
    accept(registry, [graduates(DAYS[0], before, OWN)], accepted_by="test")
    found = handed_in(registry, [person(number, None) for number in numbers])
    assert sum(finding.code == "employment_lost" for finding in found) == MAX_LINES
    assert next(f.count for f in found if f.code == "more_findings") == 5


def _people(signed: int, of: int, first: int = 0) -> list[GraduateEntry]:
    return [
        person(f"{number:04}", None, SIGNED if number - first < signed else SEEKING)
        for number in range(first, first + of)
    ]


@pytest.mark.parametrize(
    ("signed", "of", "expected"),
    [
        (50, 100, set()),
        (60, 100, set()),  # 10 points are not more than 10
        (61, 100, {"rate_jumps"}),
        (39, 100, {"rate_jumps", "employment_lost"}),
        (81, 100, {"rate_jumps", "destinations_change"}),
        (50, 105, set()),
        (50, 106, {"graduates_change"}),
    ],
)
def test_sudden_changes_speak_above_their_threshold(
    signed: int, of: int, expected: set[str], registry: Engine
) -> None:
    accept(registry, [graduates(DAYS[0], _people(50, 100), OWN)], accepted_by="test")
    assert {f.code for f in handed_in(registry, _people(signed, of))} == expected


def test_who_is_not_mentioned_counts_unless_the_return_removes_the_absent(
    registry: Engine,
) -> None:
    accept(registry, [graduates(DAYS[0], _people(50, 100), OWN)], accepted_by="test")
    found = handed_in(registry, _people(50, 50), removes_absent=False)
    assert {f.code for f in found} == {"graduates_gone"}


def test_who_is_removed_changes_the_rate_and_the_number(registry: Engine) -> None:
    accept(registry, [graduates(DAYS[0], _people(50, 100), OWN)], accepted_by="test")
    found = handed_in(registry, _people(50, 50))
    assert {f.code for f in found} == {"graduates_gone", "rate_jumps", "graduates_change"}


def test_a_small_school_is_not_told_of_sudden_changes(registry: Engine) -> None:
    accept(registry, [graduates(DAYS[0], _people(0, 9), OWN)], accepted_by="test")
    assert handed_in(registry, _people(9, 9)) == []


def test_the_registry_decides_how_grave_and_from_what_size(registry: Engine) -> None:
    rule = validation_rule.c
    with writing(registry) as connection:
        change = sa.update(validation_rule)
        connection.execute(
            change.where(rule.code == "rate_jumps").values(threshold=5, severity="info")
        )
        connection.execute(change.where(rule.code == "graduates_gone").values(active=False))
    accept(registry, [graduates(DAYS[0], _people(50, 101), OWN)], accepted_by="test")
    found = handed_in(registry, _people(57, 100))
    assert [(f.code, f.severity, f.params["threshold"]) for f in found] == [
        ("rate_jumps", "info", "5")
    ]

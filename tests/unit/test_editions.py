"""Who counts as employed: the definition of a cohort, and the tables it is read from."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.indicators.editions import (
    EDITION_COLUMNS,
    GROUP_COLUMNS,
    MEMBER_COLUMNS,
    UNLISTED,
    EditionError,
    edition_for,
    editions_from_rows,
    employed_count,
    group_counts,
)

EDITIONS = [
    ("2021", 2021, "2021口径", "2021 definition", "毕业去向落实率", "placement rate", "", 2),
    ("2014", 2014, "2014口径", "2014 definition", "就业率", "employment rate", "", 1),
]
GROUPS = [
    ("2014", "seeking", "待就业", "seeking", 0, 3),
    ("2014", "unit", "单位就业", "employer", 1, 1),
    ("2014", "study", "升学", "study", 1, 2),
    ("2021", "agreement", "协议和合同就业", "contract", 1, 1),
    ("2021", "flexible", "灵活就业", "flexible", 1, 2),
    ("2021", "seeking", "待就业", "seeking", 0, 3),
]
MEMBERS = [
    ("2014", "10", "unit", 1),
    ("2014", "12", "unit", 1),
    ("2014", "80", "study", 1),
    ("2014", "70", "seeking", 0),
    ("2021", "10", "agreement", 1),
    ("2021", "12", "flexible", 1),
    ("2021", "70", "seeking", 0),
]
OLD, NEW = editions_from_rows(EDITIONS, GROUPS, MEMBERS)


@pytest.mark.parametrize(
    ("cohort", "code"),
    [(2009, "2014"), (2014, "2014"), (2020, "2014"), (2021, "2021"), (2030, "2021")],
)
def test_a_cohort_has_the_latest_definition_that_began_by_then(cohort: int, code: str) -> None:
    assert edition_for(cohort, [NEW, OLD]).code == code


def test_without_any_definition_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="no edition"):
        edition_for(2020, [])


def test_an_edition_holds_what_its_rows_say() -> None:
    assert [group.code for group in OLD.groups] == ["unit", "study", "seeking"]
    assert [group.employed for group in OLD.groups] == [True, True, False]
    assert OLD.employed == {"10", "12", "80"}
    assert OLD.group_of["12"] == "unit"
    assert NEW.group_of["12"] == "flexible"
    assert (OLD.rate_name_zh, NEW.rate_name_zh) == ("就业率", "毕业去向落实率")
    assert hash(OLD) != hash(NEW)
    with pytest.raises(TypeError):
        OLD.group_of["99"] = "unit"  # type: ignore[index]


def test_mappings_and_tuples_give_the_same_editions() -> None:
    def mappings(rows: list[Any], columns: tuple[str, ...]) -> list[Mapping[str, object]]:
        return [{**dict(zip(columns, row, strict=True)), "more": None} for row in rows]

    assert editions_from_rows(
        mappings(EDITIONS, EDITION_COLUMNS),
        mappings(GROUPS, GROUP_COLUMNS),
        mappings(MEMBERS, MEMBER_COLUMNS),
    ) == (OLD, NEW)


def test_counts_fall_into_groups_in_official_order() -> None:
    counts = {"70": 5, "10": 3, "12": 2, "80": 1}
    assert list(group_counts(counts, OLD).items()) == [("unit", 5), ("study", 1), ("seeking", 5)]
    assert employed_count(counts, OLD) == 6


def test_a_destination_outside_the_definition_counts_as_not_employed_and_is_shown() -> None:
    counts = {"10": 3, "81": 4}
    assert group_counts(counts, OLD)[UNLISTED] == 4
    assert employed_count(counts, OLD) == 3
    assert UNLISTED not in group_counts({"10": 3, "81": 0}, OLD)


@given(
    st.dictionaries(
        st.sampled_from(["10", "12", "70", "80", "81", "1", "zz"]), st.integers(-99, 99)
    ),
    st.sampled_from([OLD, NEW]),
)
def test_the_groups_always_add_up_to_everybody(counts: dict[str, int], edition: Any) -> None:
    groups = group_counts(counts, edition)
    assert sum(groups.values()) == sum(counts.values())
    working = [group.code for group in edition.groups if group.employed]
    assert sum(groups[code] for code in working) == employed_count(counts, edition)


@pytest.mark.parametrize(
    ("table", "row", "complaint"),
    [
        (0, ("2014", 2016, "x", "", "y", "", "", 9), "'2014'.* stands twice"),
        (0, ("2016", 2014, "x", "", "y", "", "", 9), "first_cohort .2014.* stands twice"),
        (0, ("2016", 2016, "x", "", "y", "", "", 9), "edition '2016' has no group"),
        (0, ("2016", "2016", "x", "", "y", "", "", 9), "first_cohort cannot be '2016'"),
        (0, ("", 2016, "x", "", "y", "", "", 9), "code cannot be ''"),
        (0, ("2016", 2016), "2 values, not 8"),
        (1, ("2014", "unit", "x", "", 1, 9), "stands twice"),
        (1, ("1999", "unit", "x", "", 1, 9), "edition '1999' is not defined"),
        (1, ("2014", "other", "x", "", 2, 9), "employed cannot be 2"),
        (1, ("2014", UNLISTED, "x", "", 1, 9), "cannot count as employed"),
        (1, {"edition": "2014"}, "code cannot be None"),
        (2, ("2014", "10", "unit", 1), "stands twice"),
        (2, ("1999", "10", "unit", 1), "edition '1999' is not defined"),
        (2, ("2014", "11", "nowhere", 1), "group 'nowhere' is not defined"),
        (2, ("2014", "11", "unit", 0), "employed differs from its group"),
    ],
)
def test_contradicting_tables_are_refused(table: int, row: Any, complaint: str) -> None:
    tables: list[list[Any]] = [list(EDITIONS), list(GROUPS), list(MEMBERS)]
    tables[table].append(row)
    with pytest.raises(EditionError, match=complaint):
        editions_from_rows(*tables)


def test_every_problem_is_reported_at_once() -> None:
    members = [*MEMBERS, ("2014", "11", "unit", 0), ("2014", "13", "nowhere", 1)]
    with pytest.raises(EditionError) as caught:
        editions_from_rows(EDITIONS, GROUPS, members)
    assert len(caught.value.problems) == 2


def test_no_rows_are_refused() -> None:
    with pytest.raises(EditionError, match="no edition"):
        editions_from_rows([], [], [])


def test_a_table_may_name_the_group_of_the_unlisted_itself() -> None:
    groups = [*GROUPS, ("2014", UNLISTED, "未列入", "unlisted", 0, 9)]
    old, _ = editions_from_rows(EDITIONS, groups, MEMBERS)
    assert group_counts({"81": 4}, old) == {"unit": 0, "study": 0, "seeking": 0, UNLISTED: 4}


def shipped(table: str) -> Iterator[dict[str, object]]:
    path = Path(__file__).parents[2] / "data_access" / "codes" / f"{table}.csv"
    whole = {"first_cohort", "position", "employed"}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: int(text) if name in whole else text for name, text in row.items()}


def test_the_shipped_tables_hold_the_three_official_definitions() -> None:
    found = editions_from_rows(
        shipped("edition"), shipped("destination_group"), shipped("edition_member")
    )
    assert [edition.first_cohort for edition in found] == [2014, 2021, 2024]
    assert [edition.rate_name_zh for edition in found] == ["就业率", *["毕业去向落实率"] * 2]
    official = {"10", "11", "12", "27", "46", "50", "51", "75", "76", "80", "85"}
    for edition in found:  # the notice of 2014, No. 1: these eleven, and not these three
        assert {code for code in edition.employed if len(code) == 2} == official
        assert edition.employed.isdisjoint({"70", "71", "72"})
    assert [edition.group_of["12"] for edition in found] == ["unit", "flexible", "unit"]
    assert [edition.group_of["85"] for edition in found] == ["abroad", *["further_study"] * 2]

"""What a change of definition does to each destination: shipped tables and made-up ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import data_access.codes
from dashboard.indicators.definitions import fates
from dashboard.indicators.editions import UNLISTED, Edition, Group, editions_from_rows

CODES = Path(data_access.codes.__file__).parent
EMPLOYED_IN_UNITS = ("10", "11", "27", "271", "46", "50", "501", "502", "503", "51", "511", "512")


def shipped() -> dict[str, Edition]:
    def rows(name: str) -> Iterator[dict[str, Any]]:
        with (CODES / f"{name}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                whole = {"employed", "position", "first_cohort"}
                yield {k: int(v) if k in whole else v for k, v in row.items()}

    found = editions_from_rows(rows("edition"), rows("destination_group"), rows("edition_member"))
    return {edition.code: edition for edition in found}


SHIPPED = shipped()


def edition(*groups: tuple[str, str, bool, tuple[str, ...]]) -> Edition:
    """An edition of (code, name, employed, destinations)."""
    return Edition(
        code="x",
        first_cohort=2000,
        rate_name_zh="",
        rate_name_en="",
        groups=tuple(
            Group(code, name, name, works, at) for at, (code, name, works, _) in enumerate(groups)
        ),
        group_of={to: code for code, _, _, inside in groups for to in inside},
        employed=frozenset(to for _, _, works, inside in groups for to in inside if works),
    )


def test_2014_to_2021_three_destinations_move_and_one_group_is_renamed() -> None:
    found = fates(SHIPPED["2014"], SHIPPED["2021"], SHIPPED["2014"].group_of)
    assert {code for code, fate in found.items() if fate == "moved"} == {"12", "75", "85"}
    assert {code for code, fate in found.items() if fate == "renamed"} == {
        *EMPLOYED_IN_UNITS,
        "519",
    }
    assert found["76"] == "same", "flexible employment keeps its name, and freelance work its place"
    assert "recounted" not in found.values()


def test_2021_to_2024_the_group_is_renamed_back_and_freelance_work_gets_its_own() -> None:
    found = fates(SHIPPED["2021"], SHIPPED["2024"], SHIPPED["2021"].group_of)
    assert {code for code, fate in found.items() if fate == "moved"} == {"12", "76"}
    assert found["10"] == "renamed"
    assert found["85"] == found["75"] == "same"


def test_2014_to_2024_a_group_that_splits_in_halves_is_not_renamed() -> None:
    found = fates(SHIPPED["2014"], SHIPPED["2024"], SHIPPED["2014"].group_of)
    assert {code for code, fate in found.items() if fate == "moved"} == {"75", "76", "85"}
    assert set(found.values()) == {"same", "moved"}


def test_a_code_that_stays_under_another_name_is_renamed() -> None:
    old = edition(("a", "甲", True, ("1", "2", "3")))
    new = edition(("a", "乙", True, ("1", "2", "3")))
    assert fates(old, new, ["1", "2"]) == {"1": "renamed", "2": "renamed"}


def test_another_code_of_the_same_name_is_the_same_group() -> None:
    old, new = edition(("a", "甲", True, ("1",))), edition(("b", "甲", True, ("1",)))
    assert fates(old, new, ["1"]) == {"1": "same"}


def test_who_counts_in_one_definition_only_is_said_first() -> None:
    old, new = edition(("a", "甲", True, ("1",))), edition(("a", "甲", False, ("1",)))
    assert fates(old, new, ["1"]) == {"1": "recounted"}


def test_what_no_definition_lists_stays_and_what_one_lists_moves() -> None:
    old, new = edition(("a", "甲", False, ("1",))), edition(("b", "乙", False, ("2",)))
    assert fates(old, new, ["9", "1"]) == {"9": "same", "1": "moved"}
    assert UNLISTED not in old.group_of


members = st.dictionaries(
    st.sampled_from([str(n) for n in range(12)]), st.sampled_from("abcd"), min_size=1
)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    inside = draw(members)
    named = {
        code: (draw(st.sampled_from("甲乙丙丁戊")), draw(st.booleans()))
        for code in sorted(set(inside.values()))
    }
    return edition(
        *(
            (code, name + code, works, tuple(to for to, group in inside.items() if group == code))
            for code, (name, works) in named.items()
        )
    )


@given(one=editions(), other=editions())
def test_both_ways_the_fate_is_the_same_and_nothing_moves_within_a_definition(
    one: Edition, other: Edition
) -> None:
    codes = [str(n) for n in range(12)]
    assert fates(one, other, codes) == fates(other, one, codes)
    assert set(fates(one, one, codes).values()) == {"same"}


@given(one=editions(), other=editions())
def test_a_group_is_renamed_to_one_group_only(one: Edition, other: Edition) -> None:
    found = fates(one, other, [*one.group_of, *other.group_of])
    pairs = {
        (one.group_of.get(to), other.group_of.get(to))
        for to, fate in found.items()
        if fate == "renamed"
    }
    assert len({before for before, _ in pairs}) == len(pairs) == len({after for _, after in pairs})


@pytest.mark.parametrize("code", sorted(SHIPPED))
def test_the_shipped_definitions_agree_about_who_counts(code: str) -> None:
    """So that a switch moves people between groups and nobody into or out of employment."""
    for other in SHIPPED.values():
        found = fates(SHIPPED[code], other, SHIPPED[code].group_of)
        assert "recounted" not in found.values()

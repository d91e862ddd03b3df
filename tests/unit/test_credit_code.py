"""Credit codes and organisation codes: form and check character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.validation.credit_code import (
    ALPHABET,
    check_character,
    flaw,
    normalised,
    organisation_flaw,
)

letters = st.text(ALPHABET, min_size=1, max_size=1)
codes = st.builds(
    lambda head, region, organisation: head + region + organisation,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("91350100M000100Y43", None),  # the example that goes with GB 32100-2015
        ("91350100M000100Y44", "check"),
        ("91350100M000100Y4", "form"),
        ("91350100M000100Y433", "form"),
        ("9135O100M000100Y43", "form"),
        ("91350100M00010OY43", "form"),
        ("9135010AM000100Y43", "form"),
        ("", "form"),
    ],
)
def test_form_and_check_character(code: str, expected: str | None) -> None:
    assert flaw(code) == expected


@pytest.mark.parametrize("letter", "IOZSV")
def test_letters_like_digits_are_in_no_place(letter: str) -> None:
    assert flaw(f"{letter}1350100M000100Y43") == "form"
    assert letter not in ALPHABET


@given(codes)
def test_the_weighted_sum_of_a_whole_code_is_nothing(first: str) -> None:
    """The standard's own wording of the check, worked out another way."""
    code = first + check_character(first)
    total, weight = 0, 1
    for character in code[:17]:
        total += ALPHABET.index(character) * weight
        weight = weight * 3 % 31
    assert (total + ALPHABET.index(code[17])) % 31 == 0
    assert flaw(code) is None


@given(codes, st.integers(0, 17), letters)
def test_one_wrong_character_is_always_found(first: str, place: int, letter: str) -> None:
    code = first + check_character(first)
    wrong = code[:place] + letter + code[place + 1 :]
    assert (flaw(wrong) is None) == (wrong == code)


@given(codes, st.integers(8, 15))
def test_two_neighbours_exchanged_are_found(first: str, place: int) -> None:
    code = first + check_character(first)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (flaw(wrong) is None) == (wrong == code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("D2143569X", None),  # the example of GB 11714
        ("D21435690", "check"),
        ("d2143569", "form"),
        ("91350100M000100Y43", None),
        ("D214356?X", "form"),
    ],
)
def test_organisation_codes(code: str, expected: str | None) -> None:
    assert organisation_flaw(code) == expected


def test_codes_are_compared_in_capitals_and_half_width() -> None:
    assert normalised("９１350100m000100y４３") == "91350100M000100Y43"
    assert normalised(" D2143569-X ") == "D2143569X"

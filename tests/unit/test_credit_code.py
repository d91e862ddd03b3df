"""The check character of the unified social credit code (GB 32100-2015)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.validation.credit_code import ALPHABET, check_character, is_valid

firsts = st.text(st.sampled_from(ALPHABET), min_size=17, max_size=17)


def test_a_code_whose_check_was_worked_out_by_hand() -> None:
    # 1 at the second place only: weight 3, so 31 - 3 = 28, the 29th character.
    assert check_character("01" + "0" * 15) == "W"
    assert is_valid("01" + "0" * 15 + "W")
    assert is_valid("91350100M000100Y43")  # the example of the standard


@pytest.mark.parametrize(
    "code",
    ["", "91350100M000100Y4", "91350100M000100Y434", "91350100M000100Y44", "91350100m000100y43",
     "91350100M000100Y4O", "9135010OM000100Y43", "91350100M000100Y4\uff13", " 1350100M000100Y43"],
)  # fmt: skip
def test_what_is_no_code(code: str) -> None:
    assert not is_valid(code)


@given(first=firsts)
def test_exactly_one_character_completes_a_code(first: str) -> None:
    assert [c for c in ALPHABET if is_valid(first + c)] == [check_character(first)]


@given(first=firsts, at=st.integers(0, 16), other=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(first: str, at: int, other: str) -> None:
    code = first + check_character(first)
    changed = code[:at] + other + code[at + 1 :]
    assert is_valid(changed) is (changed == code)


@given(text=st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    assert is_valid(text) in (True, False)

"""No number of a person gets into a text, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.errors import InputError
from data_access.written_words import holds_personal_number, tidy, written

IDENTITY, MOBILE = "11010519491231002X", "13800138000"
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@pytest.mark.parametrize(
    "text",
    [
        IDENTITY,
        IDENTITY.lower(),
        IDENTITY.translate(FULL_WIDTH),
        "110105 19491231 002X",
        "110105-19491231-002X",
        "身份证号110105194912310021。",
        "130503670401001",
        MOBILE,
        MOBILE.translate(FULL_WIDTH),
        "138 0013 8000",
        "138-0013-8000",
        "138.0013.8000",
        "+86 13800138000",
        "联系人王某（13800138000）",
        "0351-7654321",
        "（0351）7654321",
        "138\u200b0013\u200b8000",
    ],
)
def test_numbers_of_persons_are_seen(text: str) -> None:
    assert holds_personal_number(text)
    with pytest.raises(InputError, match="personal"):
        written(text, "cases.field_words", 2000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20160101",
        "学号 201612340567",
        "学号 2016123456789",
        "91140100MA0GTXXXXX",
        "912345678901234567",  # a credit code that is all digits
        "2020-09-30 与 2020-10-31 两期",
        "第12号问题，涉及3人，占 49.45%",
        "合同编号 2020-11-0356",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert not holds_personal_number(text)


@given(
    st.text(alphabet=st.sampled_from("字，。 \n"), max_size=20),
    st.sampled_from([IDENTITY, MOBILE]),
    st.text(alphabet=st.sampled_from("字，。 \n"), max_size=20),
    st.lists(st.tuples(st.integers(1, 17), st.sampled_from(" -.·\u200b")), max_size=4),
)
def test_nothing_around_or_inside_hides_one(
    before: str, number: str, after: str, cuts: list[tuple[int, str]]
) -> None:
    for place, between in cuts:
        number = number[:place] + between + number[place:]
    assert holds_personal_number(before + number + after)


@given(st.text(max_size=200))
def test_tidying_once_is_enough_and_leaves_nothing_odd(text: str) -> None:
    clean = tidy(text)
    assert tidy(clean) == clean
    clean.encode()  # no half of a surrogate pair
    assert all(c == "\n" or c >= " " for c in clean)


def test_lines_stay_only_where_lines_are_meant() -> None:
    assert written(" a\r\nb ", "cases.field_problem", 10, lines=True) == "a\nb"
    assert written(" a\r\nb ", "cases.field_title", 10) == "a b"

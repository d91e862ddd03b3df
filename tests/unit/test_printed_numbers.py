"""Counts and rates as people print them, and what half-up rounding makes of the counts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.readers.arithmetic import digits_were_lost, percent, read_count, read_rate
from data_access.readers.rates import RateCell, RateColumn

COUNTS = ((109, 160), (6, 10), (154, 216))  # 68.125, 60 and 71.296 percent


def wrong(rates: Sequence[str], *, header_has_sign: bool = False) -> list[str]:
    cells = [RateCell(0, text, *counts) for text, counts in zip(rates, COUNTS, strict=True)]
    return [d.printed for d in RateColumn(cells, header_has_sign=header_has_sign).differences()]


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        (("68.13", "60", "71.3"), []),
        (("68.12", "60", "71.3"), ["68.12"]),
        (("68.1", "60", "71.3"), []),  # one decimal is the most of this column
        (("68.1", "60", "71.30"), ["68.1"]),
        (("68.13", "60", "71"), ["71"]),
        (("0.6813", "0.6", "0.713"), []),
        (("0.6812", "0.6", "0.713"), ["0.6812"]),
        (("0.68125", "0.6", "0.7129629629629629"), []),
        (("0.6811875123", "0.6", "0.7129629629629629"), ["0.6811875123"]),
        (("68%", "60.0%", "71.30%"), []),
        (("69%", "60.1%", "71.3%"), ["69%", "60.1%"]),
        (("68.13%", "0.6", "0.713"), []),
        (("６８.１３％", "60", "71.3"), []),
        (("68.13", "", "71.3"), []),
        (("68.13", "high", "71.3"), []),
    ],
)
def test_rates_as_percent_or_fraction_to_their_decimals(
    rates: Sequence[str], expected: list[str]
) -> None:
    assert wrong(rates) == expected


def test_a_column_of_small_numbers_is_read_as_what_most_rows_agree_with() -> None:
    def unit(*cells: tuple[str, int, int], sign: bool = False) -> str:
        column = [RateCell(0, text, part, whole) for text, part, whole in cells]
        return RateColumn(column, header_has_sign=sign).unit

    assert unit(("0.5", 1, 2), ("1", 2, 2)) == "fraction"
    assert unit(("0.5", 1, 200), ("1", 2, 200)) == "percent"
    assert unit(("0.5", 1, 200), ("1.5", 3, 2)) == "percent"
    assert unit(("0.9", 1, 3), ("0", 0, 5)) == "fraction"
    assert unit(("0.9", 1, 3), ("0", 0, 5), sign=True) == "percent"
    assert unit(("0", 0, 5)) == "percent"


counts = st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(counts, min_size=1), st.sampled_from(["percent", "signed", "fraction"]))
def test_rates_printed_by_the_rule_are_never_complained_about(
    rows: list[tuple[int, int]], kind: str
) -> None:
    column = []
    for part, whole in rows:
        rate = percent(part, whole)
        text = {"percent": rate, "signed": f"{rate}%", "fraction": rate.scaleb(-2).normalize()}
        column.append(RateCell(0, f"{text[kind]}", part, whole))
    if kind == "percent" and all(Decimal(cell.text) <= 1 for cell in column):
        return  # below one percent everywhere: nothing tells percent from fractions
    assert RateColumn(column, header_has_sign=False).differences() == []


@given(part=st.integers(0, 10**6), whole=st.integers(1, 10**6), places=st.integers(0, 6))
def test_percent_is_half_up(part: int, whole: int, places: int) -> None:
    exact = Decimal(100 * part) / Decimal(whole)
    half = Decimal("0.5").scaleb(-places)
    assert percent(part, whole, places) - half <= exact < percent(part, whole, places) + half


def test_numbers_as_people_print_them() -> None:
    assert percent(109, 160) == Decimal("68.13")
    assert [read_count(text) for text in ("1,234", "１２，３４５", "23.0", " 7 ", "0")] == [
        1234,
        12345,
        23,
        7,
        0,
    ]
    assert read_count("٣") == "import.rule.not_a_number"
    assert read_count("-0") == 0
    assert read_rate("八成") is None
    assert read_rate("-5%") is None
    assert digits_were_lost("1.40105E+17")
    assert not digits_were_lost("202000000017")

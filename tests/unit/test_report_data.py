"""The shipped report agrees with itself where it should, and keeps its contradictions."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest

from data_access import reports
from data_access.codes import (
    FAMILIES,
    FAMILY_OF_LEVEL,
    DisciplineName,
    discipline_code,
    disciplines_by_name,
    not_in_catalogue,
    not_specified,
)
from data_access.codes.files import CodeFileError, read_cells, read_code_tables
from data_access.reports import LEVEL_OF_TABLE, SHANXI_2020, claims, printed_table

TABLES = (1, 2, 3)
CLAIMS = {(c["section"], c["item"], c["label"]): c for c in claims(SHANXI_2020)}


def value(section: str, item: str, label: str) -> Decimal:
    return Decimal(CLAIMS[section, item, label]["value"])


def half_up(part: int, whole: int) -> str:
    rate = Decimal(part * 100) / Decimal(whole)
    return f"{rate.quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


@pytest.mark.parametrize(
    ("table", "rows", "graduates", "employed"),
    [(1, 111, 10_343, 4_877), (2, 80, 129_570, 55_682), (3, 83, 89_503, 52_896)],
)
def test_a_table_has_every_row_and_its_sums(
    table: reports.TableNumber, rows: int, graduates: int, employed: int
) -> None:
    printed = printed_table(SHANXI_2020, table)
    assert [row.number for row in printed] == list(range(1, rows + 1))
    assert max(Counter(row.discipline for row in printed).values()) == 1
    assert sum(row.graduates for row in printed) == graduates
    assert sum(row.employed for row in printed) == employed


def test_the_three_tables_together() -> None:
    printed = [row for table in TABLES for row in printed_table(SHANXI_2020, table)]
    assert len(printed) == 274
    assert sum(row.graduates for row in printed) == 229_416
    assert sum(row.employed for row in printed) == 113_455


@pytest.mark.parametrize("table", TABLES)
def test_every_printed_rate_is_employed_over_graduates_rounded_half_up(
    table: reports.TableNumber,
) -> None:
    for row in printed_table(SHANXI_2020, table):
        assert 0 <= row.employed <= row.graduates
        assert row.rate == half_up(row.employed, row.graduates), row


def test_half_up_and_half_even_differ_in_the_tables() -> None:
    """109 of 160 is 68.125 %: printed 68.13, where Python's own rounding gives 68.12."""
    row = next(r for r in printed_table(SHANXI_2020, 2) if r.graduates == 160)
    assert (row.employed, row.rate, f"{109 / 160:.2%}") == (109, "68.13%", "68.12%")


@pytest.mark.parametrize("table", TABLES)
def test_every_printed_name_has_a_discipline_code(table: reports.TableNumber) -> None:
    rows = read_code_tables()["discipline"]
    by_name = disciplines_by_name(
        DisciplineName(row["code"], row["name_zh"], row["rank"]) for row in rows
    )
    rank = {row["code"]: row["rank"] for row in rows}
    family = FAMILY_OF_LEVEL[LEVEL_OF_TABLE[table]]
    names = [row.discipline for row in printed_table(SHANXI_2020, table)]
    codes = [by_name[family, name] for name in names]
    assert {rank[code] for code in codes} == {"class"}
    assert len(set(codes)) == len(names)


def test_headers_are_those_of_the_report() -> None:
    folder = reports._folder(SHANXI_2020)
    headers = [read_cells(folder / f"table{table}.csv")[0] for table in TABLES]
    tail = ["总人数", "就业人数", "就业率"]
    assert headers == [["序号", name, *tail] for name in ("学科类别", "行标签", "专业")]


def test_claims_are_told_apart_by_their_key_and_say_where_they_stand() -> None:
    rows = claims(SHANXI_2020)
    assert len(rows) == len(CLAIMS) == 111
    for row in rows:
        assert row["report"] == SHANXI_2020
        assert row["cohort"] == 2020
        assert Decimal(row["value"]) > 0
        assert 0 < len(row["source"]) <= 30


def test_headline_graduates_add_up_but_not_to_the_tables() -> None:
    parts = sum(value("一", "graduates", label) for label in ("本科", "专科", "研究生"))
    assert parts == value("一", "graduates", "毕业生") == 229_586
    assert parts - 229_416 == 170


def test_the_tables_count_those_dispatched() -> None:
    sums = [sum(r.employed for r in printed_table(SHANXI_2020, table)) for table in TABLES]
    dispatched = [value("一", "dispatched", label) for label in ("研究生", "本科", "专科")]
    assert sums == dispatched
    assert sum(sums) == value("一", "dispatched", "毕业生")


def test_the_headline_rate_is_the_mean_of_its_levels() -> None:
    labels = ("本科", "专科", "研究生")
    weighted = sum(
        value("一", "graduates", label) * value("二.1", "employment_rate", label)
        for label in labels
    ) / value("一", "graduates", "毕业生")
    printed = value("二.1", "employment_rate", "毕业生")
    assert weighted.quantize(Decimal("0.01"), ROUND_HALF_UP) == printed


def test_what_the_report_contradicts_is_kept() -> None:
    rows = [value("二.2", "discipline_rows", label) for label in ("研究生", "本科", "专科")]
    assert rows == [111, 79, 82]  # the tables have 111, 80 and 83
    undated = [c for c in CLAIMS.values() if c["section"] == "二.3"]
    assert sum(Decimal(c["value"]) for c in undated) == Decimal("100.01")
    assert {c["as_of"] for c in undated} == {None}
    shares = [c for c in CLAIMS.values() if c["section"] == "二.5" and c["unit"] == "percent"]
    employed = [c for c in shares if c["item"] not in ("share.70", "share.71", "share.72")]
    assert len(employed) == value("二.5", "employed_categories", "就业类型") == 11
    assert sum(Decimal(c["value"]) for c in employed) == Decimal("61.76")
    assert sum(Decimal(c["value"]) for c in shares) == Decimal("100.02")
    assert {str(c["as_of"]) for c in shares} == {"2020-09-30"}


def test_shares_by_destination_name_codes_of_the_list() -> None:
    known = {row["code"]: row["name_zh"] for row in read_code_tables()["destination"]}
    for row in CLAIMS.values():
        if row["section"] == "二.5" and row["unit"] == "percent":
            assert known[row["item"].removeprefix("share.")].replace("、", "") == row["label"]


@pytest.mark.parametrize(
    ("item", "count"),
    [
        ("origin_province_rank", 10),
        ("origin_city_rank", 5),
        ("work_province_rank", 10),
        ("work_city_rank", 3),
    ],
)
def test_a_ranked_list_is_complete_and_names_regions(item: str, count: int) -> None:
    listed = [c for c in CLAIMS.values() if c["item"] == item]
    assert [int(c["value"]) for c in listed] == list(range(1, count + 1))
    shorts = {row["short_zh"] for row in read_code_tables()["region"]}
    assert {c["label"] for c in listed} <= shorts


def test_an_unknown_name_has_one_code_that_does_not_change() -> None:
    assert discipline_code("b", "星际工程类") == discipline_code("b", " 星际工程类 ")
    assert discipline_code("b", "星际工程类") == "b-x8f20150d"
    assert discipline_code("g", "星际工程类") == "g-x8f20150d"


def test_every_family_has_its_two_special_categories() -> None:
    rows = {row["code"]: row for row in read_code_tables()["discipline"]}
    for family in FAMILIES:
        for code in (not_specified(family), not_in_catalogue(family)):
            assert (rows[code]["rank"], rows[code]["parent"]) == ("category", None)


def test_a_class_wins_over_the_category_of_its_name() -> None:
    rows = [
        DisciplineName("g-03", "法学", "category"),
        DisciplineName("g-0301", "法学", "class"),
        DisciplineName("b-030101", "法学", "major"),
        DisciplineName("b-03", "法学", "category"),
    ]
    expected = {("g", "法学"): "g-0301", ("b", "法学"): "b-030101"}
    assert disciplines_by_name(rows) == expected
    assert disciplines_by_name(reversed(rows)) == expected


def test_an_unknown_report_is_refused() -> None:
    with pytest.raises(ValueError, match="no report 'shanxi2019'"):
        claims("shanxi2019")


def test_a_broken_line_of_a_table_is_named() -> None:
    with pytest.raises(CodeFileError, match=r"table1\.csv, row 7") as error:
        reports._printed("table1.csv", 7, ["1", "哲学", "12a", "3", "25.00%"])
    assert error.value.row == 7

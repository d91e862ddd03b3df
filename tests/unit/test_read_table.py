"""A published table: what is taken from it, what refuses it, and what is said about it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.codes.files import read_code_tables
from data_access.errors import MAX_PROBLEMS, InputError
from data_access.ledger import TableEntry
from data_access.readers.arithmetic import percent
from data_access.readers.disciplines import unknown_discipline
from data_access.readers.findings import Finding
from data_access.readers.table import TableReading, read_table
from tests.unit.import_tools import say, say_error, shipped_disciplines

REPORT = Path(__file__).parents[2] / "data_access" / "reports" / "shanxi2020"
HEADER = ("序号", "专业类别", "总人数", "就业人数", "就业率")

Table = Sequence[Sequence[object]]

DISCIPLINES = shipped_disciplines()
BACHELOR_CLASSES = [
    row["name_zh"]
    for row in read_code_tables()["discipline"]
    if row["catalogue"] == "bachelor-2025" and row["rank"] == "class"
]


def read(path: Path, **options: Any) -> TableReading:
    given_ = {
        "cohort": 2020,
        "level": "bachelor",
        "as_of": dt.date(2020, 9, 30),
        "edition": "2014",
        "disciplines": DISCIPLINES,
        **options,
    }
    reading = read_table(path, **given_)
    assert all(say(reading.findings))
    return reading


def write(path: Path, table: Table) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(table)
        return path
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    return path


def lines_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def problems(path: Path, **options: Any) -> list[tuple[int | None, str | None, str | None, str]]:
    with pytest.raises(InputError) as caught:
        read(path, **options)
    assert caught.value.message_key == "import.rejected"
    rules = [(p.row, p.column, p.value, p.rule.rpartition(".")[2]) for p in caught.value.problems]
    assert caught.value.total == len(rules)
    assert all(p.file == path.name for p in caught.value.problems)
    assert all(say_error(caught.value))
    return rules


def said(findings: Sequence[Finding]) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(f.code, f.row, f.printed, f.computed) for f in findings]


# ---- the real report


@pytest.mark.parametrize(
    ("table", "level", "rows", "graduates", "employed", "stated"),
    [
        (1, "postgraduate", 111, 10_343, 4_877, (10_855, "61.02", 111)),
        (2, "bachelor", 80, 129_570, 55_682, (128_869, "61.54", 79)),
        (3, "diploma", 83, 89_503, 52_896, (89_862, "65.23", 82)),
    ],
)
def test_the_report_of_shanxi(
    table: int,
    level: str,
    rows: int,
    graduates: int,
    employed: int,
    stated: tuple[int, str, int],
) -> None:
    total, rate, count = stated
    path = REPORT / f"table{table}.csv"
    reading = read(path, level=level, stated_total=total, stated_rate=rate, stated_rows=count)
    assert (len(reading.entries), reading.graduates, reading.employed) == (
        rows,
        graduates,
        employed,
    )
    assert reading.return_.new_codes == ()
    about_rows = [f for f in reading.findings if f.row and f.code != "nobody_employed"]
    assert about_rows == []
    expected = {
        1: [("10855", "10343"), ("61.02%", "47.15%")],
        2: [("128869", "129570"), ("61.54%", "42.97%"), ("79", "80")],
        3: [("89862", "89503"), ("65.23%", "59.10%"), ("82", "83")],
    }
    about_text = [f for f in reading.findings if f.code.startswith("stated_")]
    assert [(f.printed, f.computed) for f in about_text] == expected[table]
    idle = [f.printed for f in reading.findings if f.code == "nobody_employed"]
    assert idle == {1: [], 2: ["公安技术类"], 3: ["公安管理类"]}[table]


def test_the_three_tables_have_274_rows_and_no_wrong_rate() -> None:
    readings = [
        read(REPORT / f"table{table}.csv", level=level)
        for table, level in ((1, "postgraduate"), (2, "bachelor"), (3, "diploma"))
    ]
    assert sum(len(reading.entries) for reading in readings) == 274
    assert sum(reading.graduates for reading in readings) == 229_416
    assert sum(reading.employed for reading in readings) == 113_455
    codes = {finding.code for reading in readings for finding in reading.findings}
    assert codes == {"nobody_employed"}


# ---- formats


counts = st.integers(1, 200_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
tables = st.lists(
    st.tuples(st.sampled_from(BACHELOR_CLASSES), counts),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[0],
)


@settings(max_examples=30)
@given(table=tables, data=st.data())
def test_any_table_is_read_alike_from_every_format_and_order(
    table: list[tuple[str, tuple[int, int]]],
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("table")
    rows = [
        (i, name, graduates, employed, f"{percent(employed, graduates)}%")
        for i, (name, (graduates, employed)) in enumerate(table, 1)
    ]
    plain = read(write(folder / "a.csv", [HEADER, *rows]))
    expected = {(DISCIPLINES.lookup("b", name).code, g, e) for _, name, g, e, _ in rows}
    assert set(plain.entries) == {TableEntry(*row) for row in expected}
    assert [f for f in plain.findings if f.code != "nobody_employed"] == []

    columns = data.draw(st.permutations(range(len(HEADER))))
    shuffled = [
        [row[column] for column in columns] for row in (HEADER, *data.draw(st.permutations(rows)))
    ]
    other = read(write(folder / "b.xlsx", shuffled))
    assert set(other.entries) == set(plain.entries)
    assert other.content_hash == plain.content_hash
    assert said(other.findings) == [] or {f.code for f in other.findings} == {"nobody_employed"}


def test_printed_habits_change_nothing(tmp_path: Path) -> None:
    plain = [HEADER, (1, "安全科学与工程类", 1946, 634, "32.58%"), (2, "兵器类", 717, 0, "0.00%")]
    printed = [
        ("表2  2020届本科毕业生各专业类别就业情况",),
        (),
        ("序 号", "行标签", "毕业生人数（人）", "就业 人数", "就业率（％）", "备注"),
        ("----", "----", "-----", "------", "------", "-----"),
        ("１", "安全科学与工程类　", "１，９４６", " 634 ", "３２.５８％", ""),
        ("序 号", "行标签", "毕业生人数（人）", "就业 人数", "就业率（％）", "备注"),
        ("", "", "", "", "", ""),
        ("2", "兵器", "717.0", "0", "0.00", "公安类"),
        ("合计", "", "2,663", "634", "23.81%", ""),
        ("注：数据截至9月30日",),
    ]
    one, other = (
        read(write(tmp_path / f"{name}.csv", table))
        for name, table in (("a", plain), ("b", printed))
    )
    assert one.entries == other.entries
    assert one.content_hash == other.content_hash
    assert sorted(f.code for f in other.findings) == [
        "columns_ignored",
        "nobody_employed",
        "note_ignored",
    ]


def test_the_hash_is_of_the_content_and_its_head(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEADER[1:4], ("兵器类", 717, 413)])
    base = read(path).content_hash
    assert (
        base == read(write(tmp_path / "b.xlsx", [HEADER[1:4], ("兵器类", 717, 413)])).content_hash
    )
    others = [
        read(path, cohort=2021),
        read(path, level="postgraduate"),
        read(path, as_of=dt.date(2020, 8, 31)),
        read(path, edition="2021"),
        read(path, school="99001"),
        read(write(tmp_path / "c.csv", [HEADER[1:4], ("兵器类", 717, 414)])),
    ]
    assert len({base, *(reading.content_hash for reading in others)}) == len(others) + 1


# ---- what refuses a table


BROKEN = [
    ("总人数", "abc", "not_a_number"),
    ("总人数", "-5", "negative"),
    ("就业人数", "－5", "negative"),
    ("总人数", "99.5", "not_whole"),
    ("就业人数", "1,23", "not_a_number"),
    ("总人数", "", "missing"),
    ("就业人数", "", "missing"),
    ("专业类别", "", "missing"),
    ("就业人数", "99999", "employed_above_graduates"),
    ("总人数", "0", "no_graduates"),
    ("总人数", "1234567890", "too_large"),
]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize(("column", "value", "rule"), BROKEN)
def test_one_broken_cell_is_named_exactly(
    column: str, value: str, rule: str, suffix: str, tmp_path: Path
) -> None:
    rows = lines_of(REPORT / "table2.csv")
    rows[0][1] = "专业类别"
    rows[41][rows[0].index(column)] = value
    found = problems(write(tmp_path / f"broken{suffix}", rows))
    assert (42, column, value, rule) in found
    assert {row for row, *_ in found} == {42}


@settings(max_examples=40)
@given(
    row=st.integers(0, 79),
    column=st.sampled_from([2, 3]),
    value=st.sampled_from(["无", "1 2x", "3.5", "-1", "#DIV/0!", "=1+1"]),
    order=st.permutations(range(5)),
)
def test_a_broken_count_anywhere_is_found_where_it_is(
    row: int, column: int, value: str, order: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = lines_of(REPORT / "table2.csv")
    rows[row + 1][column] = value
    shuffled = [[cells[place] for place in order] for cells in rows]
    path = write(tmp_path_factory.mktemp("t") / "a.csv", shuffled)
    found = problems(path)
    assert [(r, c, v) for r, c, v, _ in found] == [(row + 2, rows[0][column], value)]


def test_every_broken_row_is_listed_and_nothing_is_taken(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        [
            HEADER[1:4],
            ("兵器类", "x", "y"),
            ("材料类", 10, 5),
            ("材料", 11, 5),
            ("", 1, 1),
            ("不在目录里的类", 3, 4),
        ],
    )
    assert problems(path) == [
        (2, "总人数", "x", "not_a_number"),
        (2, "就业人数", "y", "not_a_number"),
        (4, "专业类别", "材料", "discipline_twice"),
        (5, "专业类别", "", "missing"),
        (6, "就业人数", "4", "employed_above_graduates"),
    ]


def test_problems_are_capped_and_all_are_counted(tmp_path: Path) -> None:
    rows = [(f"专业{i}", -1, 0) for i in range(MAX_PROBLEMS + 50)]
    with pytest.raises(InputError) as caught:
        read(write(tmp_path / "a.csv", [HEADER[1:4], *rows]))
    assert len(caught.value.problems) == MAX_PROBLEMS
    assert caught.value.total == caught.value.params["total"] == MAX_PROBLEMS + 50
    text = str(caught.value)
    assert text.startswith(
        f"rejected (a.csv): {MAX_PROBLEMS + 50} problem(s): row 2, column 总人数"
    )
    assert "-1" not in text


@pytest.mark.parametrize(
    ("header", "rule", "row"),
    [
        (("专业", "就业人数", "就业率"), "column_missing", 1),
        (("专业", "毕业生人数", "总人数", "就业人数"), "column_twice", 1),
    ],
)
def test_columns_that_are_missing_or_twice(
    header: Sequence[str], rule: str, row: int, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv", [header, ("兵器类", 7, 5, 4)])
    assert [(p[0], p[3]) for p in problems(path)] == [(row, rule)]


def test_no_header_no_rows_no_such_level(tmp_path: Path) -> None:
    for table, key in (
        ([("兵器类", 7, 5)], "import.no_header"),
        ([HEADER, (), ("合计", "", 7, 5)], "import.no_data_rows"),
    ):
        with pytest.raises(InputError) as caught:
            read(write(tmp_path / "a.csv", table))
        assert caught.value.message_key == key
        assert all(say_error(caught.value))
    with pytest.raises(InputError, match="unknown level"):
        read(tmp_path / "a.csv", level="secondary")


# ---- what is said about a table


def test_what_does_not_add_up_is_reported_with_both_numbers(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        [
            HEADER,
            (1, "兵器类", 160, 109, "68.12%"),
            (2, "材料类", 1712, 1067, "62.3%"),
            ("小计", "", 1872, 1176, "62.82%"),
            (4, "财政学类", 184, 46, "25%"),
            (4, "新兴交叉类", 40, 0, "很低"),
            (7, "数学类", 10, 10, ""),
            ("", "小计", 234, 56, "23.93%"),
            ("", "合  计", 2107, 1232, "58.49%"),
        ],
    )
    reading = read(path)
    unknown = unknown_discipline("b", "新兴交叉类")
    assert said(reading.findings) == [
        ("rate_differs", 2, "68.12%", "68.13%"),
        ("seq_gap", 5, "3, 5, 6", None),
        ("discipline_unknown", 6, "新兴交叉类", unknown.code),
        ("rate_unreadable", 6, "很低", None),
        ("seq_repeated", 6, "4", None),
        ("rate_differs", 9, "58.49%", "58.50%"),
        ("total_differs", 9, "2107", "2106"),
        ("nobody_employed", 6, "新兴交叉类", None),
        ("rate_missing", 7, None, None),
    ]
    assert [entry.graduates for entry in reading.entries] == [160, 1712, 184, 40, 10]
    assert [tuple(code) for code in reading.return_.new_codes] == [
        ("discipline", unknown.code, "新兴交叉类", "b-x")
    ]


def test_a_table_without_rates_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [("major", "total", "employed"), ("数学类", 10, 9)])
    reading = read(path, stated_total=10, stated_rate=Decimal("90.0"), stated_rows=1)
    assert [f.code for f in reading.findings] == ["rate_column_missing"]
    assert reading.entries == [TableEntry("b-0701", 10, 9)]

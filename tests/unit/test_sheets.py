"""A sheet is the same rows of texts, whatever program and format it comes from."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import random
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from data_access.errors import InputError
from data_access.readers.cells import (
    NumberFormat,
    Row,
    column_letters,
    column_number,
    number_format,
    number_text,
)
from data_access.readers.limits import Limits
from data_access.readers.sheets import open_sheet
from tests.unit.import_tools import say_error

XLS = Path(__file__).parents[1] / "data" / "diploma.xls"
"""Written by xlwt 1.3.0: a hidden sheet, then titles, blank rows, numbers and a date from B2."""

Grid = Sequence[Sequence[str]]

texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=";\ufeff\ufffe\uffff"),
    max_size=8,
).map(str.strip)
grids = st.lists(st.lists(texts, min_size=1, max_size=6), min_size=1, max_size=8).filter(
    lambda grid: any(any(row) for row in grid)
)


def write_csv(path: Path, grid: Grid, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(grid)
    return path


def write_xlsx(path: Path, grid: Grid, **options: bool) -> Path:
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(grid):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return path


def refused(path: Path, limits: Limits | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        list(open_sheet(path, limits).rows())
    assert all(say_error(caught.value))
    return caught.value


def expected(grid: Grid) -> list[Row]:
    rows = [Row(number, tuple(row)) for number, row in enumerate(grid, 1) if any(row)]
    return [row for row in rows if not all(re.fullmatch("[-=_—–─]{3,}|", c) for c in row.cells)]


def trimmed(rows: Sequence[Row]) -> list[Row]:
    """Without empty texts at the end, which formats keep or drop."""
    kept = []
    for number, cells in rows:
        last = max(place for place, cell in enumerate(cells) if cell)
        kept.append(Row(number, cells[: last + 1]))
    return kept


# ---- every format


@settings(max_examples=40)
@given(grid=grids)
def test_any_grid_is_read_as_it_was_written(
    grid: Grid, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("grid")
    for path in (
        write_csv(folder / "a.csv", grid),
        write_xlsx(folder / "a.xlsx", grid),
        write_xlsx(folder / "inline.xlsx", grid, in_memory=True, constant_memory=True),
    ):
        assert trimmed(list(open_sheet(path).rows())) == trimmed(expected(grid)), path.name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_files_of_every_encoding_and_separator(
    encoding: str, delimiter: str, tmp_path: Path
) -> None:
    grid = [["毕业生就业情况"], ["专业", "总人数"], ["安全类", "1,234"], ["包装类", "2,146"]]
    path = write_csv(tmp_path / "a.txt", grid, encoding=encoding, delimiter=delimiter)
    assert list(open_sheet(path).rows()) == expected(grid)


def test_an_old_workbook_from_its_first_visible_sheet() -> None:
    sheet = open_sheet(XLS)
    rows = list(sheet.rows())
    assert [row.number for row in rows] == [2, 4, 5, 7, 9, 12]
    assert rows[1].cells == ("", "序号", "专业", "总人数", "就业人数", "就业率")
    assert rows[2].cells[1:5] == ("1", "安全类", "187", "136")
    assert rows[5].cells[1] == "2020-09-30"
    assert sheet.other_sheets == ("其他",)
    assert list(sheet.rows([2, 9]))[2] == Row(5, ("安全类", ""))


def test_a_workbook_of_another_library(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["专业", "总人数"])
    book.active.append(["a<b&c>\"'\n_x4E00_甲_x000D_", 23.0])
    book.active.append([None, 0.25, dt.date(2020, 9, 30), True, "=1+1"])
    book.save(tmp_path / "a.xlsx")
    rows = [row.cells for row in open_sheet(tmp_path / "a.xlsx").rows()]
    assert rows[0] == ("专业", "总人数")
    assert rows[1] == ("a<b&c>\"'\n一甲", "23")
    # the formula was saved without a value, and nobody evaluates it here
    assert rows[2] == ("", "0.25", "2020-09-30", "TRUE", "")


def test_blank_rows_and_lines_of_dashes_do_not_move_row_numbers(tmp_path: Path) -> None:
    grid = [["标题", ""], ["", ""], ["专业", "总人数"], ["----", "---"], ["安全类", "-"]]
    for path in (write_csv(tmp_path / "a.csv", grid), write_xlsx(tmp_path / "a.xlsx", grid)):
        rows = trimmed(list(open_sheet(path).rows()))
        assert rows == [Row(1, ("标题",)), Row(3, ("专业", "总人数")), Row(5, ("安全类", "-"))]


def test_asked_for_columns_come_in_the_asked_order(tmp_path: Path) -> None:
    grid = [["a", "b", "c"], ["d"], ["", "e"], ["", "", "f"]]
    wanted = [("c", "a"), ("", "d"), ("", ""), ("f", "")]
    for path in (write_csv(tmp_path / "a.csv", grid), write_xlsx(tmp_path / "a.xlsx", grid)):
        assert [row.cells for row in open_sheet(path).rows([2, 0])] == wanted


def test_only_the_first_visible_sheet_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        hidden, shown, empty, other = (book.add_worksheet(n) for n in "藏表空余")
        for sheet in (hidden, shown, other):
            sheet.write(0, 0, sheet.name)
        hidden.hide()
        shown.activate()
        shown.set_first_sheet()
        empty.write(0, 0, "")
    sheet = open_sheet(tmp_path / "a.xlsx")
    assert list(sheet.rows()) == [Row(1, ("表",))]
    assert sheet.other_sheets == ("余",)


# ---- numbers


@pytest.mark.parametrize(
    ("raw", "form", "text"),
    [
        ("23", NumberFormat(), "23"),
        ("23.0", NumberFormat(), "23"),
        ("-3", NumberFormat(), "-3"),
        ("0.8696", NumberFormat(), "0.8696"),
        ("1E3", NumberFormat(), "1000"),
        ("140105199901011234", NumberFormat(), "1.40105199901011e+17"),
        ("0.86956521739130432", NumberFormat("percent", 2), "86.96%"),
        ("0.68125", NumberFormat("percent", 2), "68.13%"),
        ("1", NumberFormat("percent", 0), "100%"),
        ("44104", NumberFormat("date"), "2020-09-30"),
        ("44104.5", NumberFormat("date"), "2020-09-30 12:00:00"),
        ("1e99", NumberFormat("date"), "1e99"),
        ("10101", NumberFormat("zeros", 6), "010101"),
        ("nonsense", NumberFormat(), "nonsense"),
    ],
)
def test_a_number_is_the_text_that_a_person_sees(raw: str, form: NumberFormat, text: str) -> None:
    assert number_text(raw, form) == text


@pytest.mark.parametrize(
    ("number", "pattern", "form"),
    [
        (0, None, NumberFormat()),
        (10, None, NumberFormat("percent", 2)),
        (14, None, NumberFormat("date")),
        (164, "0.0%;[Red]-0.0%", NumberFormat("percent", 1)),
        (164, 'yyyy"年"m"月"', NumberFormat("date")),
        (164, "[$-804]General", NumberFormat()),
        (164, "000000", NumberFormat("zeros", 6)),
        (164, '#,##0"人"', NumberFormat()),
        (164, '0.00"%"', NumberFormat()),
    ],
)
def test_number_formats(number: int, pattern: str | None, form: NumberFormat) -> None:
    assert number_format(number, pattern) == form


def test_percent_formats_of_a_real_workbook_are_printed(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, 20 / 23, book.add_format({"num_format": "0.00%"}))
        sheet.write(0, 1, 20 / 23)
        sheet.write_formula(0, 2, "=A1", book.add_format({"num_format": "0%"}), 20 / 23)
    assert list(open_sheet(tmp_path / "a.xlsx").rows()) == [
        Row(1, ("86.96%", "0.8695652173913043", "87%"))
    ]


@given(number=st.integers(0, 20_000))
def test_column_letters_and_numbers(number: int) -> None:
    assert column_number(column_letters(number)) == number


# ---- what is refused


def test_what_is_no_table_is_refused_with_its_reason(tmp_path: Path) -> None:
    files = {
        "empty": b"",
        "web_page": b'\n<html><head><meta charset="gbk"></head><table><tr><td>1</td></tr>',
        "unknown_encoding": b"\x00\x01\x02\xff" * 50,
        "unreadable": b"PK\x03\x04 and nothing more",
        "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
    }
    for name, content in files.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(content)
        error = refused(path)
        assert (error.message_key, error.params["file"]) == (f"import.{name}", path.name)
    assert refused(tmp_path / "absent.csv").message_key == "import.no_such_file"
    (tmp_path / "quote.csv").write_text("a,b\n" + '"' + "x" * 200_000)
    assert refused(tmp_path / "quote.csv").params["row"] == 2


def test_a_zip_that_is_no_workbook_and_a_binary_workbook_are_not_supported(tmp_path: Path) -> None:
    for part in ("content.xml", "xl/workbook.bin"):
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr(part, "<a/>")
        assert refused(tmp_path / "a.xlsx").message_key == "import.not_supported"


def test_limits(tmp_path: Path) -> None:
    grid = [["a", "b", "c"]] * 20
    for path in (write_csv(tmp_path / "a.csv", grid), write_xlsx(tmp_path / "a.xlsx", grid)):
        assert refused(path, Limits(max_rows=19)).message_key == "import.too_many_rows"
        assert refused(path, Limits(max_columns=2)).message_key == "import.too_many_columns"
        assert refused(path, Limits(max_bytes=10)).message_key == "import.file_too_large"
        assert len(list(open_sheet(path, Limits(max_rows=20, max_columns=3)).rows())) == 20
    assert refused(tmp_path / "a.xlsx", Limits(max_unpacked_bytes=99)).message_key == (
        "import.file_too_large"
    )


def test_one_cell_in_the_last_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")
    assert refused(tmp_path / "a.xlsx").message_key == "import.too_many_rows"
    rows = list(open_sheet(tmp_path / "a.xlsx", Limits(max_rows=2_000_000)).rows([0]))
    assert rows == [Row(1, ("a",)), Row(1_048_576, ("",))]


@pytest.mark.parametrize("name", ["a.xlsx", "diploma.xls"])
def test_a_damaged_file_is_read_or_refused_and_nothing_else(name: str, tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "a.xlsx", [["专业", "总人数"], ["安全类", "187"]] * 30)
    data = (XLS if name.endswith("xls") else whole).read_bytes()
    dice = random.Random(20200930)
    path = tmp_path / f"damaged-{name}"
    for _ in range(12 if name.endswith("xls") else 300):
        damaged = bytearray(data)
        for _ in range(dice.choice([1, 3, 30])):
            damaged[dice.randrange(8, len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged[: dice.choice([None, dice.randrange(600, len(damaged))])])
        with contextlib.suppress(InputError):
            assert all(row.number > 0 for row in open_sheet(path).rows())

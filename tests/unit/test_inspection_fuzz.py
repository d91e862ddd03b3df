"""Whatever a file is, a preview has an answer: what it says, or why it cannot be read."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Container
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.errors import InputError
from data_access.readers.inspection import Inspection, inspect_graduates
from data_access.readers.limits import Limits
from data_access.validation.rules import shipped_rules
from tests.unit.graduate_files import CODES, KEY, SCHOOL, UPLOADED, write
from tests.unit.import_tools import say, say_error
from tests.unit.planted_faults import COLUMNS, ROWS, graduate, planted_file

DAY = dt.date(2024, 6, 5)
RULES = shipped_rules()
SMALL = Limits(max_bytes=1 << 20, max_unpacked_bytes=1 << 24, max_rows=5_000, max_columns=100)


def answer(path: Path, limits: Limits | None = None) -> Inspection | InputError:
    """What the preview says; any other exception is the test's failure."""
    refusal: InputError | None = None
    try:
        found = inspect_graduates(
            path,
            cohort=2024,
            as_of=DAY,
            school=SCHOOL,
            codes=CODES,
            hash_key=KEY,
            rules=RULES,
            limits=limits,
            today=DAY,
        )
    except InputError as error:
        refusal = error
    if refusal is not None:
        assert all(say_error(refusal))
        return refusal
    assert all(say(found.findings))
    assert len(found.rows) <= found.total
    assert bool(found.blocking) or len(found.rows) == found.total
    return found


def refused(path: Path, limits: Limits | None = None) -> str:
    error = answer(path, limits)
    assert isinstance(error, InputError)
    return error.message_key


def inspected(path: Path) -> Inspection:
    found = answer(path)
    assert isinstance(found, Inspection), found
    return found


def good_bytes(suffix: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"good{suffix}"
        planted_file(path, cohort=2024, as_of=DAY)
        return path.read_bytes()


GOOD = {suffix: good_bytes(suffix) for suffix in (".csv", ".xlsx")}
TEXT = GOOD[".csv"].decode("gb18030")
edits = st.lists(
    st.tuples(
        st.integers(0, 1 << 20),
        st.sampled_from(("set", "cut", "add", "swap")),
        st.binary(min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=12,
)


def edited(content: bytes, changes: list[tuple[int, str, bytes]]) -> bytes:
    """The content with bytes overwritten, cut out, put in, or two pieces exchanged."""
    data = bytearray(content)
    for place, what, piece in changes:
        at = place % max(1, len(data))
        if what == "set":
            data[at : at + len(piece)] = piece
        elif what == "cut":
            del data[at : at + 40 * len(piece)]
        elif what == "add":
            data[at:at] = piece
        else:
            data = data[at:] + data[:at]
    return bytes(data)


def answer_to(content: bytes, name: str) -> Inspection | InputError:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return answer(path, SMALL)


# ---- damaged and disguised files


@settings(max_examples=150)
@given(edits)
def test_a_damaged_text_file(changes: list[tuple[int, str, bytes]]) -> None:
    answer_to(edited(GOOD[".csv"], changes), "a.csv")


@settings(max_examples=150)
@given(edits)
def test_a_damaged_workbook(changes: list[tuple[int, str, bytes]]) -> None:
    answer_to(edited(GOOD[".xlsx"], changes), "a.xlsx")


def workbook_with(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The good workbook with one part changed before it was packed."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(GOOD[".xlsx"])) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
    return packed.getvalue()


@settings(max_examples=120)
@given(
    st.sampled_from(("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml")), edits
)
def test_a_workbook_that_was_damaged_before_it_was_packed(
    part: str, changes: list[tuple[int, str, bytes]]
) -> None:
    answer_to(workbook_with(part, lambda content: edited(content, changes)), "a.xlsx")


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from((".csv", ".xlsx", ".xls", ".pdf", "")))
def test_any_bytes_under_any_name(content: bytes, suffix: str) -> None:
    assert isinstance(answer_to(content, f"a{suffix}"), InputError)


cells = st.text(max_size=30) | st.sampled_from(
    ("=1+1", "#REF!", "1.4E+17", "45448", "-1", "\x00", "NULL", "１０", "10.0", "　", "\u202e")
)


@settings(max_examples=150)
@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), cells), min_size=1, max_size=8))
def test_any_cells_under_a_good_header(rows: list[dict[str, str]]) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for place, row in enumerate(rows):
        person = {**graduate(place, 2024, DAY), **row}
        writer.writerow([person.get(column, "") for column in COLUMNS])
    answer_to(stream.getvalue().encode("utf-8", "surrogatepass"), "a.csv")


# ---- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_says_the_same(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(TEXT.encode(encoding))
    planted_file(tmp_path / "b.csv", cohort=2024, as_of=DAY)
    one, other = inspected(tmp_path / "a.csv"), inspected(tmp_path / "b.csv")
    assert (one.content_hash, one.findings) == (other.content_hash, other.findings)


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-32", "big5", "shift_jis", "utf-7"])
def test_a_wrong_encoding_is_refused_or_read_but_never_a_fault(
    encoding: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(TEXT.encode(encoding, "replace"))
    answer(tmp_path / "a.csv")


# ---- what people do with spreadsheets


def sheet_with(
    path: Path,
    write_cells: Callable[[xlsxwriter.worksheet.Worksheet], None],
    empty: Container[tuple[int, str]] = (),
) -> Path:
    """A good workbook of one sheet with rows 1 to ``ROWS``; ``write_cells`` changes cells.

    ``empty`` are (row, column) of cells that are left out.
    """
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number in range(ROWS):
            person = graduate(number, 2024, DAY)
            for column, header in enumerate(COLUMNS):
                sheet.write_string(0, column, header)
                text = person.get(header, "")
                if text and (number + 1, header) not in empty:
                    sheet.write_string(number + 1, column, text)
        write_cells(sheet)
    return path


def test_a_formula_counts_as_what_was_saved_with_it(tmp_path: Path) -> None:
    def formulas(sheet: xlsxwriter.worksheet.Worksheet) -> None:
        place = COLUMNS.index("毕业去向类别代码")
        sheet.write_formula(1, place, "=5+5", None, 10)
        sheet.write_formula(2, place, "=A1", None, "")

    found = inspected(sheet_with(tmp_path / "a.xlsx", formulas))
    assert [(f.row, f.code) for f in found.findings] == [(3, "destination_by_name")]
    assert found.rows[0].entry.destination == "10"


def test_dates_as_numbers_are_read_as_the_days_they_are(tmp_path: Path) -> None:
    signed, serial = COLUMNS.index("签约日期"), 45_427  # 2024-05-15

    def numbers(sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_number(1, signed, serial)
        sheet.write_number(2, signed, 7)

    found = inspected(sheet_with(tmp_path / "a.xlsx", numbers))
    assert found.rows[0].fact.signed_on == dt.date(2024, 5, 15)
    assert [(f.row, f.column, f.code) for f in found.findings] == [
        (3, "签约日期", "date_unreadable")
    ]


def test_merged_cells_leave_all_but_the_first_empty(tmp_path: Path) -> None:
    level = COLUMNS.index("学历层次")

    def merged(sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.merge_range(1, level, 3, level, "本科")

    empty = {(2, "学历层次"), (3, "学历层次")}
    found = inspected(sheet_with(tmp_path / "a.xlsx", merged, empty))
    assert [(f.row, f.column, f.code) for f in found.findings if f.code == "missing"] == [
        (3, "学历层次", "missing"),
        (4, "学历层次", "missing"),
    ]


def test_a_workbook_with_macros_is_read_without_them(tmp_path: Path) -> None:
    sheet_with(tmp_path / "a.xlsx", lambda _: None)
    packed = tmp_path / "a.xlsm"
    shutil.copy(tmp_path / "a.xlsx", packed)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub AutoOpen()")
    assert inspected(packed).findings == ()


@pytest.mark.parametrize(("suffix", "name"), [(".csv", "a.xlsx"), (".xlsx", "a.csv")])
def test_a_file_is_what_it_is_and_not_what_it_is_called(
    suffix: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(GOOD[suffix])
    assert inspected(tmp_path / name).total == ROWS


# ---- large files


def rows_of_nothing(count: int) -> Callable[[bytes], bytes]:
    empty = b"".join(b'<row r="%d"/>' % (number + 100) for number in range(count))
    return lambda content: content.replace(b"</sheetData>", empty + b"</sheetData>")


def test_a_million_empty_rows_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook_with("xl/worksheets/sheet1.xml", rows_of_nothing(999_000)))
    start = time.process_time()
    tracemalloc.start()
    found = inspected(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.total == ROWS
    assert peak < 64 << 20
    assert time.process_time() - start < 30


def test_a_workbook_that_unpacks_to_much_more_is_refused_early(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    bomb = b'<row r="200"><c r="A200" t="str"><v>' + b"0" * (64 << 20) + b"</v></c></row>"
    content = workbook_with(
        "xl/worksheets/sheet1.xml",
        lambda sheet: sheet.replace(b"</sheetData>", bomb + b"</sheetData>"),
    )
    path.write_bytes(content)
    assert len(content) < 1 << 20
    tracemalloc.start()
    assert refused(path, SMALL) == "import.file_too_large"
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(SMALL.max_bytes + 1)
    assert refused(path, SMALL) == "import.file_too_large"


def test_a_return_with_too_many_rows_is_refused(tmp_path: Path) -> None:
    rows = [{**UPLOADED, "学号": str(number)} for number in range(40)]
    few = Limits(max_rows=30)
    assert refused(write(tmp_path / "a.csv", rows), few) == "import.too_many_rows"

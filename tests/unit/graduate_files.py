"""Record-level files for tests: the columns of every layout, and one person in them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from data_access.codes.files import read_code_tables
from data_access.errors import InputError
from data_access.ledger import GraduateEntry
from data_access.readers import identity
from data_access.readers.codes import CodeIndex
from data_access.readers.graduates import GraduatesReading, read_graduates
from data_access.readers.vocabulary import rows_of
from tests.unit.import_tools import say, say_error, shipped_disciplines

KEY = b"a key of thirty-two bytes, or so"
SCHOOL, OTHER = "10001", "10002"
IDENTITY = "11010519491231002X"  # the example of GB 11643
SECRETS = ("张三丰", "13800138000", "迎泽大街1号")

LAYOUTS = {
    name: [row for row in rows_of("graduate_columns") if row["layout"] == name]
    for name in ("upload_2014", "national_export_2014", "export_2024")
}


def plain_codes() -> CodeIndex:
    tables = read_code_tables()
    return CodeIndex.from_rows(
        schools=[SCHOOL, OTHER, "00000"],
        destinations=[(r["code"], r["name_zh"], r["flagged"]) for r in tables["destination"]],
        regions=[(r["code"], r["rank"], r["parent"]) for r in tables["region"]],
        employer_kinds=[r["code"] for r in tables["employer_kind"]],
        industries=[r["code"] for r in tables["industry"]],
        disciplines=shipped_disciplines(),
    )


CODES = plain_codes()

UPLOADED = {
    "考生号": "14140105150001",
    "姓名": SECRETS[0],
    "身份证号": "",
    "性别代码": "1",
    "院校代码": SCHOOL,
    "学号": "201601001",
    "学历代码": "31",
    "学历": "本科生毕业",
    "专业代码": "080901",
    "专业": "计算机科学与技术",
    "生源所在地代码": "140105",
    "毕业时间": "202007",
    "毕业去向代码": "10",
    "毕业去向": "签就业协议形式就业",
    "单位名称": "某公司",
    "单位性质代码": "39",
    "单位行业代码": "34",
    "单位所在地代码": "110108",
}
EXPORTED = {
    "学号": "201601001",
    "姓名": SECRETS[0],
    "性别": "男",
    "生源地代码": "140105",
    "学历层次": "本科",
    "专业名称": "计算机科学与技术",
    "专业代码": "080901",
    "毕业日期": "20200701",
    "毕业去向类别代码": "10",
    "毕业去向": "签就业协议形式就业",
    "单位名称": "某公司",
    "单位地址": SECRETS[2],
    "单位性质代码": "39",
    "单位行业代码": "34",
    "单位所在地代码": "110108",
}
ENTRY = GraduateEntry(
    "201601001", None, "bachelor", "b-080901", "1", "140100", "10", "110000", "39", "34"
)


def write(
    path: Path,
    rows: Sequence[Mapping[str, str]],
    layout: str = "upload_2014",
    *,
    columns: Sequence[str] | None = None,
    codes: bool = True,
) -> Path:
    """A file of the layout: two header rows where it has pinyin codes, then one row per person."""
    pinyin = {row["header"]: row["code"] for row in LAYOUTS[layout]}
    headers = list(columns or pinyin)
    grid = [headers, *([row.get(header, "") for header in headers] for row in rows)]
    if codes and layout == "upload_2014":
        grid.insert(0, [pinyin.get(header, "") for header in headers])
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as stream:
            csv.writer(stream).writerows(grid)
        return path
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(grid):
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(number, column, text)
    return path


def read(path: Path, **options: Any) -> GraduatesReading:
    head = {"cohort": 2020, "as_of": dt.date(2020, 8, 31), "codes": CODES, "hash_key": KEY}
    reading = read_graduates(path, **{**head, **options})
    assert all(say(reading.findings))
    return reading


def read_one(tmp_path: Path, **changes: str) -> tuple[GraduateEntry, set[str]]:
    """The entry of one uploaded person with changed cells, and the codes of the findings."""
    path = write(tmp_path / "one.csv", [{**UPLOADED, "身份证号": "", **changes}])
    reading = read(path)
    entry = reading.returns[SCHOOL].entries[0]
    assert isinstance(entry, GraduateEntry)
    return entry, {f.code for f in reading.findings} - {"identity_missing"}


def problems(path: Path, **options: Any) -> list[tuple[int | None, str | None, str | None, str]]:
    with pytest.raises(InputError) as caught:
        read(path, **options)
    assert all(say_error(caught.value))
    return [(p.row, p.column, p.value, p.rule.rpartition(".")[2]) for p in caught.value.problems]


def number_of(prefix: str) -> str:
    """The identity number of 17 digits and their check character."""
    return next(prefix + c for c in "0123456789X" if identity.looks_like_one(prefix + c))

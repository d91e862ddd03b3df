"""A return with twelve planted faults of twelve kinds, and the same return put right.

Nobody in it exists. The file names no school, so any school can hand it in.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

from data_access.validation.credit_code import check_character
from tests.unit.graduate_files import LAYOUTS, number_of, write

COLUMNS = (
    "学号", "姓名", "身份证号", "性别", "生源地代码", "学历层次", "专业名称", "专业代码",
    "入学年月", "毕业日期", "毕业去向类别代码", "毕业去向", "签约日期", "单位名称",
    "统一社会信用代码", "单位性质代码", "单位行业代码", "单位所在地代码",
)  # fmt: skip
ROWS = 24
FIRST_LINE = 2
EVERY = 2  # every second row has a fault, from the first one on


class Planted(NamedTuple):
    """One fault: the line and column in which it has to be found, and its rule."""

    line: int
    column: str
    code: str


def graduate(number: int, cohort: int, as_of: dt.date) -> dict[str, str]:
    """One graduate without a fault: three in four work, the others go on studying."""
    born = dt.date(cohort - 22, 1, 1) + dt.timedelta(days=number)
    order = f"{10 + number:02}{number % 2}"  # an odd last digit is a man's
    first = f"91110108MA0{number:06}"
    studies = number % 4 == 3
    signed = as_of - dt.timedelta(days=30 + number)
    shared = {
        "学号": f"{cohort - 4}{number:06}",
        "姓名": "某某某",
        "身份证号": number_of(f"140105{born:%Y%m%d}{order}"),
        "性别": "男" if number % 2 else "女",
        "生源地代码": "140105",
        "学历层次": "本科",
        "专业名称": "计算机科学与技术",
        "专业代码": "080901",
        "入学年月": f"{cohort - 4}09",
        "毕业日期": f"{cohort}0701",
    }
    if studies:
        return {**shared, "毕业去向类别代码": "80", "毕业去向": "升学", "单位名称": "某某大学"}
    return {
        **shared,
        "毕业去向类别代码": "10",
        "毕业去向": "签就业协议形式就业",
        "签约日期": f"{signed}",
        "单位名称": f"某某信息技术有限公司{number}",
        "统一社会信用代码": first + check_character(first),
        "单位性质代码": "39",
        "单位行业代码": "34",
        "单位所在地代码": "110108",
    }


def _wrong(text: str) -> str:
    """The text with another last digit."""
    return text[:-1] + ("1" if text[-1] == "0" else "0")


def planted_file(
    path: Path, *, cohort: int, as_of: dt.date, corrected: bool = False
) -> list[Planted]:
    """Writes the return (.xlsx or .csv, by the name); the faults that it has, by line."""
    rows = [graduate(number, cohort, as_of) for number in range(ROWS)]
    people = [*rows[::EVERY]]
    work = [row for row in people if row["毕业去向类别代码"] == "10"]
    assert work == people, "every row that gets a fault is of somebody who works"
    faults = (
        ("学历层次", "missing", {"学历层次": ""}),
        ("学号", "student_twice", {"学号": rows[1]["学号"]}),
        ("毕业去向类别代码", "destination_form", {"毕业去向类别代码": "十"}),
        ("身份证号", "identity_checksum", {"身份证号": _wrong(people[3]["身份证号"])}),
        ("性别", "sex_differs", {"性别": "男"}),
        ("统一社会信用代码", "credit_code_check",
         {"统一社会信用代码": _wrong(people[5]["统一社会信用代码"])}),
        ("单位名称", "employer_missing", {"单位名称": ""}),
        ("单位名称", "employer_is_person", {"单位名称": "王小明"}),
        ("签约日期", "signed_before_enrolment", {"签约日期": f"{cohort - 5}-06-01"}),
        ("生源地代码", "region_unknown", {"生源地代码": "999999"}),
        ("专业代码", "discipline_of_other_level", {"学历层次": "专科"}),
        ("单位性质代码", "employer_kind_differs",
         {"毕业去向类别代码": "46", "毕业去向": "应征义务兵", "单位名称": "",
          "统一社会信用代码": "", "签约日期": ""}),
    )  # fmt: skip
    found = []
    for place, (column, code, change) in enumerate(faults):
        if not corrected:
            people[place] |= change
            found.append(Planted(FIRST_LINE + place * EVERY, column, code))
    assert set(COLUMNS) <= {row["header"] for rows in LAYOUTS.values() for row in rows}
    write(path, rows, "export_2024", columns=COLUMNS)
    return found

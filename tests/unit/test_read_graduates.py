"""Record-level files: what becomes of a person's row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.code_book import load
from data_access.ledger import accept
from data_access.readers.codes import code_index, discipline_index
from data_access.readers.disciplines import unknown_discipline

if TYPE_CHECKING:
    from sqlalchemy import Engine

from tests.unit.graduate_files import (
    ENTRY,
    EXPORTED,
    LAYOUTS,
    OTHER,
    SCHOOL,
    UPLOADED,
    problems,
    read,
    read_one,
    write,
)

# ---- layouts


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize(
    ("layout", "person", "codes"),
    [
        ("upload_2014", UPLOADED, True),
        ("upload_2014", UPLOADED, False),
        ("national_export_2014", UPLOADED, False),
        ("export_2024", EXPORTED, False),
    ],
)
def test_every_layout_gives_the_same_entry(
    layout: str, person: Mapping[str, str], codes: bool, suffix: str, tmp_path: Path
) -> None:
    assert len(LAYOUTS["upload_2014"]) == 50
    assert len(LAYOUTS["export_2024"]) == 32
    reading = read(
        write(tmp_path / f"a{suffix}", [person], layout, codes=codes),
        school=SCHOOL if layout == "export_2024" else None,
    )
    assert reading.layout == layout
    assert list(reading.returns) == [SCHOOL]
    assert reading.returns[SCHOOL].entries == [ENTRY]
    assert reading.graduates == 1
    known = {"identity_missing", "column_absent"}
    assert {finding.code for finding in reading.findings} <= known


people = st.builds(
    lambda no, level, destination, origin, sex: {
        **UPLOADED,
        "学号": f"2016{no:05}",
        "学历代码": level,
        "毕业去向代码": destination,
        "毕业去向": "",
        "生源所在地代码": origin,
        "性别代码": sex,
        "专业": "",
        "专业代码": {"31": "080901", "11": "0812", "01": "083500"}[level],
    },
    st.integers(0, 99_999),
    st.sampled_from(["31", "11", "01"]),
    st.sampled_from(["10", "46", "70", "503", "80"]),
    st.sampled_from(["140105", "110101", "469001", ""]),
    st.sampled_from(["1", "2", ""]),
)


@settings(max_examples=25)
@given(rows=st.lists(people, min_size=1, max_size=8, unique_by=lambda p: p["学号"]), data=st.data())
def test_format_and_order_change_neither_entries_nor_hash(
    rows: list[dict[str, str]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("people")
    columns = data.draw(st.permutations([row["header"] for row in LAYOUTS["upload_2014"]]))
    one = read(write(folder / "a.csv", rows)).returns[SCHOOL]
    other = read(
        write(folder / "b.xlsx", data.draw(st.permutations(rows)), columns=columns)
    ).returns[SCHOOL]
    assert set(one.entries) == set(other.entries)
    assert len(one.entries) == len(rows)
    assert one.content_hash == other.content_hash
    later = read(folder / "a.csv", as_of=dt.date(2020, 9, 30)).returns[SCHOOL]
    assert later.content_hash != one.content_hash


def test_a_file_of_several_schools_becomes_one_return_each(tmp_path: Path) -> None:
    rows = [UPLOADED, {**UPLOADED, "院校代码": OTHER}, {**UPLOADED, "学号": "2"}]
    reading = read(write(tmp_path / "a.csv", rows))
    assert {school: len(r.entries) for school, r in reading.returns.items()} == {
        SCHOOL: 2,
        OTHER: 1,
    }
    assert len({r.content_hash for r in reading.returns.values()}) == 2
    assert problems(tmp_path / "a.csv", school=SCHOOL) == [(4, "院校代码", OTHER, "school_differs")]


# ---- what a row says


@pytest.mark.parametrize(
    ("changes", "entry", "findings"),
    [
        ({"生源所在地代码": "469001"}, {"origin": "469001"}, set()),
        ({"生源所在地代码": "110101"}, {"origin": "110000"}, set()),
        ({"生源所在地代码": "371202"}, {"origin": "370100"}, {"region_retired"}),
        ({"生源所在地代码": "341424"}, {"origin": "340500"}, {"region_retired"}),
        ({"生源所在地代码": "341400"}, {"origin": "340000"}, {"region_retired"}),
        ({"生源所在地代码": "652201"}, {"origin": "650500"}, {"region_retired"}),
        ({"生源所在地代码": "141999"}, {"origin": "140000"}, {"region_to_province"}),
        ({"生源所在地代码": "999999"}, {"origin": "000000"}, {"region_unknown"}),
        ({"生源所在地代码": ""}, {"origin": "000000"}, {"not_reported"}),
        ({"性别代码": "", "性别": "女"}, {"sex": "2"}, set()),
        ({"性别代码": "7"}, {"sex": "0"}, {"sex_unknown"}),
        ({"学历代码": "1", "学历": "", "专业代码": "0835", "专业": ""},
         {"level": "doctorate", "discipline": "g-0835"}, set()),
        ({"学历代码": "", "学历": "高职（专科）", "专业代码": "", "专业": "计算机类"},
         {"level": "diploma", "discipline": "v-5102"}, set()),
        ({"学历代码": "33", "学历": "本科生结业"}, {"level": "bachelor"}, {"not_graduated"}),
        ({"单位性质代码": "77", "单位行业代码": "7x"}, {"employer_kind": "00", "industry": "00"},
         {"employer_kind_unknown", "industry_unknown"}),
        ({"单位性质代码": "", "单位所在地代码": ""},
         {"employer_kind": "00", "work_region": "000000"}, {"not_reported"}),
        ({"毕业去向代码": "１０"}, {"destination": "10"}, set()),
        ({"毕业去向代码": ""}, {"destination": "10"}, {"destination_by_name"}),
        ({"毕业去向代码": "503", "毕业去向": "国家基层项目"}, {"destination": "503"}, set()),
        ({"毕业去向代码": "11"}, {"destination": "11"}, {"destination_name_differs"}),
        ({"毕业去向代码": "81", "毕业去向": "升学（非全日制）"}, {"destination": "81"},
         {"destination_unknown"}),
        ({"毕业去向代码": "80", "毕业去向": ""},
         {"work_region": "none", "employer_kind": "none", "industry": "none"}, set()),
        ({"毕业去向代码": "70", "毕业去向": ""},
         {"work_region": "none", "employer_kind": "none", "industry": "none"},
         {"employer_without_work"}),
        ({"毕业时间": "2021-07-01"}, {}, {"graduation_year_differs"}),
        ({"学号": ""}, {"student_no": "14140105150001"}, {"exam_number_used"}),
    ],
)  # fmt: skip
def test_what_a_row_becomes(
    changes: dict[str, str], entry: dict[str, str], findings: set[str], tmp_path: Path
) -> None:
    found, codes = read_one(tmp_path, **changes)
    assert {name: getattr(found, name) for name in entry} == entry
    assert codes == findings


def test_unknown_names_go_with_the_return_as_new_codes(tmp_path: Path) -> None:
    rows = [
        {**UPLOADED, "毕业去向代码": "81", "毕业去向": "升学（非全日制）"},
        {**UPLOADED, "学号": "2", "专业代码": "", "专业": "星际航行"},
        {**UPLOADED, "学号": "3", "专业代码": "", "专业": "星际航行"},
    ]
    reading = read(write(tmp_path / "a.csv", rows))
    discipline = unknown_discipline("b", "星际航行")
    assert {tuple(code) for code in reading.returns[SCHOOL].new_codes} == {
        ("destination", "81", "升学(非全日制)", None),
        ("discipline", discipline.code, "星际航行", "b-x"),
    }
    finding = next(f for f in reading.findings if f.code == "discipline_unknown")
    assert (finding.row, finding.rows, finding.count) == (4, (4, 5), 2)


# ---- with the registry


def test_a_file_goes_into_the_ledger_once(sqlite_registry: Engine, tmp_path: Path) -> None:
    with sqlite_registry.connect() as connection:
        book = load(connection)
    assert discipline_index(book).lookup("b", "兵器类").code == "b-0821"
    rows = [
        {**UPLOADED, "学号": "1", "毕业去向代码": "81", "毕业去向": "升学（规培）"},
        {**UPLOADED, "学号": "2", "专业代码": "", "专业": "星际航行"},
        {**UPLOADED, "学号": "3", "毕业去向代码": "70", "毕业去向": "待就业"},
    ]
    path = write(tmp_path / "a.xlsx", rows)
    reading = read(path, codes=code_index(book))
    returns = list(reading.returns.values())
    first = accept(sqlite_registry, returns, accepted_by="tester")
    assert [(a.movements, a.already) for a in first] == [(3, False)]
    with sqlite_registry.connect() as connection:
        again = read(path, codes=code_index(load(connection)))
    assert "destination_unknown" in {finding.code for finding in again.findings}
    second = accept(sqlite_registry, list(again.returns.values()), accepted_by="tester")
    assert [(a.movements, a.already) for a in second] == [(0, True)]

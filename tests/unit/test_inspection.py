"""A file read for a preview: every fault of every row, in its line and column, and the rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from data_access.errors import InputError
from data_access.readers.every_line import MAX_FINDINGS
from data_access.readers.findings import Finding
from data_access.readers.inspection import NO_FACT, Fact, Inspection, inspect_graduates
from data_access.validation.rules import Rules, shipped_rules
from tests.unit.graduate_files import (
    CODES,
    ENTRY,
    EXPORTED,
    IDENTITY,
    KEY,
    SCHOOL,
    SECRETS,
    UPLOADED,
    number_of,
    read,
    write,
)
from tests.unit.import_tools import say, say_error
from tests.unit.planted_faults import COLUMNS, ROWS, graduate, planted_file

RULES = shipped_rules()
AS_OF, TODAY = dt.date(2020, 8, 31), dt.date(2020, 9, 2)
CREDIT_CODE = "91350100M000100Y43"
LACKING = {"column_absent", "identity_missing"}


def inspect(path: Path, **options: Any) -> Inspection:
    head = {"cohort": 2020, "as_of": AS_OF, "school": SCHOOL, "codes": CODES, "hash_key": KEY}
    found = inspect_graduates(path, **{**head, "rules": RULES, "today": TODAY, **options})
    assert all(say(found.findings))
    return found


def inspect_one(
    tmp_path: Path, layout: str = "export_2024", **changes: str
) -> tuple[Fact, set[tuple[str, str | None]]]:
    """The fact kept of one person, and (rule, column) of what was found."""
    person = {**EXPORTED, "统一社会信用代码": CREDIT_CODE, **changes}
    if layout != "export_2024":
        person = {**UPLOADED, "身份证号": "", **changes}
    found = inspect(write(tmp_path / "one.csv", [person], layout))
    said = {(f.code, f.column) for f in found.findings if f.code not in LACKING}
    return (found.rows[0].fact if found.rows else NO_FACT), said


# ---- a whole return


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_twelve_planted_faults_are_found_in_their_cells_and_no_others(
    suffix: str, tmp_path: Path
) -> None:
    as_of = dt.date(2024, 6, 5)
    planted = planted_file(tmp_path / f"a{suffix}", cohort=2024, as_of=as_of)
    found = inspect(tmp_path / f"a{suffix}", cohort=2024, as_of=as_of, today=as_of)
    assert len({fault.code for fault in planted}) == 12
    seen = sorted((f.row or 0, f.column or "", f.code) for f in found.findings)
    assert seen == sorted((fault.line, fault.column, fault.code) for fault in planted)
    assert (found.total, len(found.rows)) == (ROWS, ROWS - 3)
    assert found.blocking == 6
    assert found.layout == "export_2024"


@pytest.mark.parametrize("cohort", [2020, 2024, 2026])
def test_the_same_return_put_right_has_nothing_to_say(cohort: int, tmp_path: Path) -> None:
    as_of, path = dt.date(cohort, 6, 5), tmp_path / "a.csv"
    assert planted_file(path, cohort=cohort, as_of=as_of, corrected=True) == []
    found = inspect(path, cohort=cohort, as_of=as_of, today=as_of)
    assert found.findings == ()
    first = graduate(0, cohort, as_of)
    assert found.rows[0].line == 2
    assert found.rows[0].fact == Fact(
        employer=first["单位名称"],
        credit_code=first["统一社会信用代码"],
        signed_on=dt.date.fromisoformat(first["签约日期"]),
    )


def test_entries_codes_and_hash_are_those_of_an_import(tmp_path: Path) -> None:
    rows = [
        {**UPLOADED, "学号": "1", "身份证号": number_of("14010519980115123")},
        {**UPLOADED, "学号": "2", "专业代码": "", "专业": "没有的专业"},
        {**UPLOADED, "学号": "3", "毕业去向代码": "81", "毕业去向": "升学（非全日制）"},
        {**UPLOADED, "学号": "4", "毕业去向代码": "70", "毕业去向": "待就业", "单位名称": ""},
    ]
    path = write(tmp_path / "a.csv", rows)
    imported, found = read(path).returns[SCHOOL], inspect(path)
    assert [row.entry for row in found.rows] == list(imported.entries)
    assert [row.line for row in found.rows] == [3, 4, 5, 6]
    assert found.content_hash == imported.content_hash
    assert tuple(found.new_codes) == tuple(imported.new_codes)
    assert found.layout == "upload_2014"


def test_what_refuses_an_import_is_a_finding_beside_the_others(tmp_path: Path) -> None:
    rows = [
        {**UPLOADED, "院校代码": "10002"},
        {**UPLOADED, "学号": "2", "学历代码": "", "学历": "", "毕业去向代码": "", "毕业去向": ""},
        {"姓名": "某"},
        {**UPLOADED, "学号": "3"},
        {**UPLOADED, "学号": "3", "性别代码": "7"},
    ]
    found = inspect(write(tmp_path / "a.csv", rows))
    seen = [(f.row, f.column, f.code, f.severity) for f in found.findings]
    assert [one for one in seen if one[3] == "error"] == [
        (3, "院校代码", "school_differs", "error"),
        (4, "学历代码", "missing", "error"),
        (4, "毕业去向代码", "missing", "error"),
        (5, None, "row_incomplete", "error"),
        (7, "学号", "student_twice", "error"),
    ]
    assert [(row.line, row.entry) for row in found.rows] == [(6, ENTRY._replace(student_no="3"))]
    assert (found.total, found.blocking) == (5, 5)


@pytest.mark.parametrize("columns", [["学号"], ["学号", "姓名", "性别", "学历层次", "专业名称"]])
def test_a_file_that_is_none_is_refused_as_by_an_import(columns: list[str], tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [EXPORTED], "export_2024", columns=columns)
    with pytest.raises(InputError) as caught:
        inspect(path)
    with pytest.raises(InputError) as imported:
        read(path, school=SCHOOL)
    assert say_error(caught.value) == say_error(imported.value)


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        inspect(write(tmp_path / "a.csv", []))
    assert caught.value.message_key == "import.no_data_rows"


def test_progress_is_told_every_two_thousand_rows(tmp_path: Path) -> None:
    rows = [{**UPLOADED, "学号": str(number)} for number in range(4_500)]
    told: list[int] = []
    inspect(write(tmp_path / "a.csv", rows), progress=told.append)
    assert told == [2_000, 4_000]


# ---- how many findings, and how grave


def test_every_line_is_kept_up_to_the_limit_and_the_rest_is_counted(tmp_path: Path) -> None:
    rows = [{**UPLOADED, "学号": str(n), "性别代码": "7"} for n in range(MAX_FINDINGS + 10)]
    rows += [{**UPLOADED, "学号": "1"}, {**UPLOADED, "学号": "x", "生源所在地代码": "999999"}]
    found = inspect(write(tmp_path / "a.csv", rows))
    counts = Counter(finding.code for finding in found.findings)
    assert len(found.findings) == MAX_FINDINGS + 1
    assert (counts["student_twice"], counts["region_unknown"]) == (1, 1)
    last = found.findings[-1]
    total = 2 * (MAX_FINDINGS + 10) + 3  # no sex, no identity number; the latter in the last too
    assert (last.code, last.count) == ("more_findings", total - MAX_FINDINGS)
    assert last.severity == "warning"
    rows_found = [f.row for f in found.findings if f.code == "sex_unknown"]
    assert rows_found == list(range(3, 3 + len(rows_found)))


def test_errors_block_even_where_they_are_not_listed(tmp_path: Path) -> None:
    rows = [{**UPLOADED, "学号": ""} | {"考生号": ""} for _ in range(MAX_FINDINGS + 3)]
    last = inspect(write(tmp_path / "a.csv", rows)).findings[-1]
    assert (last.code, last.severity, last.count) == ("more_findings", "error", 3)


def test_a_rule_can_be_switched_off_or_made_graver(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [{**UPLOADED, "性别代码": "7", "学历代码": "", "学历": ""}])

    def seen(**change: Any) -> dict[str, str]:
        rules = Rules(replace(rule, **change) for rule in RULES.by_code.values())
        return {f.code: f.severity for f in inspect(path, rules=rules).findings}

    assert seen(active=False) == {"missing": "error"}
    assert seen(severity="info")["missing"] == "error"
    ok = write(tmp_path / "b.csv", [{**UPLOADED, "性别代码": "7"}])
    rules = Rules(replace(rule, severity="error") for rule in RULES.by_code.values())
    found = inspect(ok, rules=rules)
    assert {f.code: f.severity for f in found.findings}["sex_unknown"] == "error"
    assert len(found.rows) == 1, "what is only said does not keep a row out"


# ---- what a job is checked for

JOB, SIGNED = "单位名称", "签约日期"
DESTINATION, CODE = "毕业去向类别代码", "统一社会信用代码"
NAMELESS = {"毕业去向": "", CODE: ""}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, set()),
        ({JOB: ""}, {("employer_missing", JOB)}),
        ({DESTINATION: "11", "毕业去向": "", JOB: ""}, {("employer_missing", JOB)}),
        ({DESTINATION: "12", "毕业去向": "", CODE: ""}, {("credit_code_missing", CODE)}),
        ({DESTINATION: "271", **NAMELESS, JOB: ""}, {("project_unit_missing", JOB)}),
        ({DESTINATION: "502", **NAMELESS, JOB: ""}, {("project_unit_missing", JOB)}),
        ({DESTINATION: "512", **NAMELESS, JOB: "某区政府"}, set()),
        ({DESTINATION: "46", **NAMELESS, "单位性质代码": "40", "单位行业代码": "80"},
         {("employer_for_service", JOB)}),
        ({DESTINATION: "46", **NAMELESS, JOB: "", "单位性质代码": "39"},
         {("employer_kind_differs", "单位性质代码")}),
        ({DESTINATION: "75", **NAMELESS, "单位性质代码": "10", "单位行业代码": "45"},
         {("employer_kind_differs", "单位性质代码")}),
        ({DESTINATION: "76", **NAMELESS, JOB: ""}, set()),
        ({DESTINATION: "70", **NAMELESS}, {("employer_without_work", JOB)}),
        ({DESTINATION: "72", **NAMELESS, JOB: "", "单位性质代码": "", "单位所在地代码": ""}, set()),
        ({DESTINATION: "801", **NAMELESS, JOB: "某大学"}, set()),
        ({DESTINATION: "80", **NAMELESS, JOB: ""}, {("study_school_missing", JOB)}),
        ({DESTINATION: "80", **NAMELESS}, {("study_not_a_school", JOB)}),
        ({DESTINATION: "85", **NAMELESS, JOB: ""}, {("abroad_missing", JOB)}),
        ({DESTINATION: "85", **NAMELESS, JOB: "", "留学院校外文名称": "MIT"}, set()),
        ({DESTINATION: "85", **NAMELESS, JOB: "英国"}, set()),
        ({"单位性质代码": "10"}, {("industry_differs", "单位行业代码")}),
        ({"单位性质代码": "10", "单位行业代码": "45"}, set()),
        ({"单位性质代码": "10", "单位行业代码": ""}, set()),
        ({JOB: "王小明"}, {("employer_is_person", JOB)}),
        ({JOB: "某店13800138000"}, {("employer_has_number", JOB)}),
        ({CODE: CREDIT_CODE[:-1]}, {("credit_code_form", CODE)}),
        ({CODE: CREDIT_CODE[:-1] + "4"}, {("credit_code_check", CODE)}),
        ({CODE: CREDIT_CODE.lower()}, set()),
        ({CODE: IDENTITY}, {("credit_code_personal", CODE)}),
        ({CODE: "13800138000"}, {("credit_code_personal", CODE)}),
        ({SIGNED: "2020-08-31"}, set()),
        ({SIGNED: "2020-09-01"}, {("signed_after_date", SIGNED)}),
        ({SIGNED: "2020-09-03"}, {("signed_in_future", SIGNED)}),
        ({SIGNED: "2016-08-31"}, {("signed_too_early", SIGNED)}),
        ({SIGNED: "2016-09-01"}, set()),
        ({SIGNED: "2016-09-01", "入学年月": "201709"}, {("signed_before_enrolment", SIGNED)}),
        ({SIGNED: "2015-09-01", "入学年月": "201509"}, set()),
        ({SIGNED: "六月"}, {("date_unreadable", SIGNED)}),
        ({SIGNED: "2020-06-01", "入学年月": "九月"}, {("date_unreadable", "入学年月")}),
        ({"学号": "13800138000"}, {("student_no_is_telephone", "学号")}),
        ({"学号": "16010010001"}, set()),  # began in 2016
        ({"学号": "138001380001"}, set()),
        ({"学历层次": "专科"}, {("discipline_of_other_level", "专业代码")}),
        ({"专业代码": "", "专业名称": "没有的专业"}, {("discipline_unknown", "专业代码")}),
        ({"专业代码": "", "专业名称": "农林经济管理学"}, {("discipline_unknown", "专业代码")}),
        ({"生源地代码": "371202"}, {("region_retired", "生源地代码")}),
    ],
)  # fmt: skip
def test_what_is_said_of_a_job(
    changes: dict[str, str], said: set[tuple[str, str]], tmp_path: Path
) -> None:
    assert inspect_one(tmp_path, **changes)[1] == said


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({}, Fact("某公司", CREDIT_CODE)),
        ({CODE: "９１３50100m000100Y44"}, Fact("某公司", "91350100M000100Y44")),
        ({SIGNED: "2020年6月5日"}, Fact("某公司", CREDIT_CODE, dt.date(2020, 6, 5))),
        ({JOB: "某" * 130}, Fact("某" * 120, CREDIT_CODE)),
        ({JOB: "王小明"}, Fact("", CREDIT_CODE)),
        ({JOB: "某店13800138000"}, Fact("", CREDIT_CODE)),
        ({CODE: IDENTITY}, Fact("某公司")),
        ({CODE: "联系人 张三"}, Fact("某公司")),
        ({DESTINATION: "46", "毕业去向": ""}, NO_FACT),
        ({DESTINATION: "70", "毕业去向": ""}, NO_FACT),
        ({DESTINATION: "80", "毕业去向": "", JOB: "某大学", CODE: ""}, Fact("某大学")),
    ],
)
def test_what_is_kept_of_a_job(changes: dict[str, str], fact: Fact, tmp_path: Path) -> None:
    assert inspect_one(tmp_path, **changes)[0] == fact


def test_the_older_layouts_know_organisation_codes_and_birth_dates(tmp_path: Path) -> None:
    number = number_of("14010519980115123")
    person = {"身份证号": number, "出生日期": "19980115", "单位组织机构代码": "D2143569X"}
    fact, said = inspect_one(tmp_path, "national_export_2014", **person)
    assert (fact, said) == (Fact("某公司", "D2143569X"), set())
    other = {**person, "出生日期": "1998-01-16", "单位组织机构代码": "D21435690"}
    assert inspect_one(tmp_path, "national_export_2014", **other)[1] == {
        ("birth_date_differs", "出生日期"),
        ("credit_code_check", "单位组织机构代码"),
    }


def test_nothing_about_a_person_is_kept_or_said(tmp_path: Path) -> None:
    number, phone = number_of("14010519980115123"), SECRETS[1]
    everywhere = dict.fromkeys(COLUMNS, f"{phone} {number}")
    rows = [
        {**EXPORTED, "学号": "1", JOB: "张三丰", CODE: number, SIGNED: phone},
        {**EXPORTED, "学号": "2", JOB: f"某店{phone}", CODE: phone},
        {**EXPORTED, "学号": "3", DESTINATION: "80", "毕业去向": "", JOB: "张三丰"},
        {**EXPORTED, "学号": "4", DESTINATION: "46", "毕业去向": "", JOB: "张三丰"},
        {**EXPORTED, "学号": "5", "身份证号": number, "出生日期": "19980101"},
        everywhere,
    ]
    path = write(tmp_path / "a.csv", rows, "export_2024", columns=[*COLUMNS, "出生日期"])
    found = inspect(path)
    kept = [asdict(finding) for finding in found.findings]
    everything = f"{kept}{found.rows}{say(found.findings)}"
    for secret in (number, *SECRETS, "张三丰", "19980101", "19980115"):
        assert secret not in everything
    assert len(found.rows) == 5


def test_findings_are_sorted_gravest_first(tmp_path: Path) -> None:
    planted_file(tmp_path / "a.csv", cohort=2024, as_of=dt.date(2024, 6, 5))
    found: tuple[Finding, ...] = inspect(tmp_path / "a.csv", cohort=2024).findings
    order = ("error", "warning", "info")
    keys = [(order.index(finding.severity), finding.row or 0) for finding in found]
    assert keys == sorted(keys)

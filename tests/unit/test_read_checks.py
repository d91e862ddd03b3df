"""Files of results: what is read, what refuses them, and that nobody's identity gets in."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_access.checks import CHANNELS, CheckResult
from data_access.errors import InputError
from data_access.readers.check_answers import (
    CheckLimits,
    CheckReading,
    day_of,
    read_check_answers,
)
from tests.unit.import_tools import say, say_error

PEOPLE = {("10108", "2016001"): 1, ("10108", "2016002"): 2, ("10112", "2016001"): 3}
DAY = dt.date(2020, 9, 30)


def find(schools: Collection[str]) -> dict[tuple[str, str], int]:
    return {key: who for key, who in PEOPLE.items() if key[0] in schools}


DEPARTMENT = CheckLimits(
    schools=frozenset({"10108", "10112"}),
    channels=frozenset(CHANNELS),
    first=dt.date(2019, 11, 1),
    last=dt.date(2020, 12, 1),
    find=find,
    channel="department",
)
SCHOOL = replace(
    DEPARTMENT,
    schools=frozenset({"10108"}),
    channels=frozenset({"school"}),
    channel="school",
)
HEAD = ["学校代码", "学号", "核查渠道", "核查结果", "核查日期"]
Rows = Sequence[Sequence[str]]


def text_file(folder: Path, rows: Rows, encoding: str = "utf-8-sig") -> Path:
    path = folder / "results.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def read(folder: Path, rows: Rows, limits: CheckLimits = DEPARTMENT) -> CheckReading:
    reading = read_check_answers(text_file(folder, rows), limits=limits)
    say(reading.findings)
    return reading


def refused(folder: Path, rows: Rows, limits: CheckLimits = DEPARTMENT) -> InputError:
    with pytest.raises(InputError) as error:
        read(folder, rows, limits)
    say_error(error.value)
    return error.value


def places(error: InputError) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(p.rule.removeprefix("import.rule."), p.row, p.column, p.value) for p in error.problems]


def test_a_filled_list_is_read(tmp_path: Path) -> None:
    rows = [
        ["# 2020届抽样名单"],
        ["样本编号", *HEAD[:2], "学校", "学历层次", "上报去向", "已有结果", *HEAD[2:]],
        ["4", "10108", "2016001", "甲", "本科", "签约", "", "", "属实", "2020-09-30"],
        ["4", "10108", "2016002", "甲", "本科", "签约", "", "第三方", "否", "2020/9/30"],
        ["", "10112", "2016001", "乙", "本科", "签约", "", "", "无法联系", "20200930"],
    ]
    reading = read(tmp_path, rows)
    assert reading.results == (
        CheckResult(1, "department", "confirmed", DAY, 4),
        CheckResult(2, "third_party", "refuted", DAY, 4),
        CheckResult(3, "department", "unreachable", DAY, None),
    )
    assert reading.rows == 3
    assert reading.findings == ()


def test_rows_without_a_result_are_passed_over_and_counted(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        [HEAD, ["10108", "2016001", "", "属实", "2020-09-30"], ["10108", "nobody", "", "", ""]],
    )
    assert len(reading.results) == 1
    (finding,) = reading.findings
    assert (finding.code, finding.params["unasked"]) == ("no_result_yet", 1)


def test_a_workbook_in_english_with_true_dates(tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["School code", "Student number", "Result", "Checked on"])
        sheet.write_row(1, 0, ["10108", "2016001", "Confirmed"])
        sheet.write_datetime(1, 3, dt.datetime(2020, 9, 30), date)  # noqa: DTZ001
    reading = read_check_answers(path, limits=replace(DEPARTMENT, channel="graduate"))
    assert reading.results == (CheckResult(1, "graduate", "confirmed", DAY),)


def test_every_broken_place_is_told_at_once(tmp_path: Path) -> None:
    good = ["10108", "2016001", "", "属实", "2020-09-30"]
    rows = [
        HEAD,
        ["99999", *good[1:]],
        ["10108", "2.016E+09", *good[2:]],
        ["10108", "", *good[2:]],
        [*good[:2], "邻居", *good[3:]],
        [*good[:3], "大概", good[4]],
        [*good[:4], "2020-02-30"],
        [*good[:4], ""],
        [*good[:4], "2021-01-01"],
        ["10108", "4711", *good[2:]],
    ]
    assert places(refused(tmp_path, rows)) == [
        ("school_unknown", 2, "学校代码", "99999"),
        ("digits_lost", 3, "学号", "2.016E+09"),
        ("missing", 4, "学号", ""),
        ("check_channel", 5, "核查渠道", "邻居"),
        ("check_result", 6, "核查结果", "大概"),
        ("check_day", 7, "核查日期", "2020-02-30"),
        ("missing", 8, "核查日期", ""),
        ("check_day_outside", 9, "核查日期", "2021-01-01"),
        ("graduate_unknown", 10, "学号", "4711"),
    ]


def test_two_results_of_one_channel_and_day_must_agree(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ["10108", "2016001", "", "属实", "2020-09-30"],
        ["10108", "2016001", "毕业生本人", "不属实", "2020-09-30"],
        ["10108", "2016001", "", "不属实", "2020-09-30"],
    ]
    assert places(refused(tmp_path, rows)) == [("result_twice", 4, "核查结果", "2016001")]


def test_a_school_hands_in_its_own_results_about_its_own_graduates(tmp_path: Path) -> None:
    own = [["学号", "结果", "日期"], ["2016001", "属实", "2020-09-30"]]
    assert read(tmp_path, own, SCHOOL).results == (CheckResult(1, "school", "confirmed", DAY),)
    others = [
        HEAD,
        ["10112", "2016001", "", "属实", "2020-09-30"],
        ["10108", "2016001", "主管部门", "属实", "2020-09-30"],
    ]
    assert places(refused(tmp_path, others, SCHOOL)) == [
        ("school_unknown", 2, "学校代码", "10112"),
        ("channel_of_others", 3, "核查渠道", "主管部门"),
    ]


def test_columns_that_say_who_somebody_is_refuse_the_file(tmp_path: Path) -> None:
    rows = [[*HEAD, "姓名", "联系电话"], ["10108", "2016001", "", "属实", "2020-09-30", "张", "1"]]
    error = refused(tmp_path, rows)
    assert error.message_key == "import.personal_in_checks"
    assert [problem.column for problem in error.problems] == ["姓名", "联系电话"]
    assert "张" not in "".join(say_error(error))


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([HEAD], "import.no_data_rows"),
        ([["甲", "乙"], ["1", "2"]], "import.no_header"),
        ([HEAD[:2], ["10108", "2016001"]], "import.rejected"),
    ],
)
def test_files_without_what_is_needed(tmp_path: Path, rows: Rows, key: str) -> None:
    assert refused(tmp_path, rows).message_key == key


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-09-30", DAY),
        ("2020-09-30 00:00:00", DAY),
        ("2020.9.30", DAY),
        ("２０２０年９月３０日", DAY),
        ("2020-13-01", None),
        ("30/9/2020", None),
        ("", None),
    ],
)
def test_days_as_people_write_them(text: str, day: dt.date | None) -> None:
    assert day_of(text) == day


cell = st.one_of(
    st.sampled_from([*HEAD, "10108", "2016001", "属实", "否", "2020-09-30", "姓名", "", "第三方"]),
    st.text(max_size=12),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cell, max_size=7), max_size=6), st.sampled_from(["utf-8", "gb18030"]))
def test_whatever_a_file_says_it_is_read_or_refused(
    tmp_path: Path, rows: list[list[str]], encoding: str
) -> None:
    path = tmp_path / "any.csv"
    with path.open("w", encoding=encoding, newline="", errors="replace") as stream:
        csv.writer(stream).writerows([HEAD, *rows])
    try:
        reading = read_check_answers(path, limits=DEPARTMENT)
    except InputError as error:
        say_error(error)
    else:
        say(reading.findings)
        assert {one.subject_id for one in reading.results} <= set(PEOPLE.values())


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_at_all(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_check_answers(path, limits=DEPARTMENT)
    say_error(error.value)

"""Dates, names of employers, and what the table of rules decides."""

from __future__ import annotations

import ast
import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.codes.files import read_code_tables
from data_access.readers.vocabulary import (
    industries_of_kind,
    kinds_of_destination,
    retired_regions,
)
from data_access.validation import dates, employers
from data_access.validation.rules import ALWAYS, Rules, shipped_rules

ROOT = Path(__file__).parents[2]
DAY = dt.date(2020, 6, 5)

# ---- dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-06-05", DAY),
        ("2020/6/5", DAY),
        ("2020.06.05", DAY),
        ("20200605", DAY),
        ("2020年6月5日", DAY),
        ("２０２０年６月５日", DAY),
        ("2020-06-05 12:30:00", DAY),
        ("2020/6/5 0:00", DAY),
        ("2020-06-05T08:00:00Z", DAY),
        ("43987", DAY),  # what a spreadsheet keeps where the format was lost
        ("2020-13-05", None),
        ("2020-02-30", None),
        ("202006", None),
        ("2020062", None),
        ("12345", None),
        ("去年六月", None),
        ("", None),
    ],
)
def test_a_day_in_every_way_to_write_it(text: str, expected: dt.date | None) -> None:
    assert dates.day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("201609", dt.date(2016, 9, 1)),
        ("2016-9", dt.date(2016, 9, 1)),
        ("2016年9月", dt.date(2016, 9, 1)),
        ("2016", dt.date(2016, 1, 1)),
        ("20160912", dt.date(2016, 9, 12)),
        ("201613", None),
        ("九月", None),
    ],
)
def test_a_month_means_its_first_day(text: str, expected: dt.date | None) -> None:
    assert dates.earliest(text) == expected


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_is_read_back(day: dt.date) -> None:
    assert {dates.day(f"{day}"), dates.day(f"{day:%Y%m%d}")} == {day}
    assert dates.day(f"{day.year}年{day.month}月{day.day}日") == day


def test_the_usual_enrolment_goes_by_level() -> None:
    assert dates.usual_enrolment("bachelor", 2020) == dt.date(2016, 9, 1)
    assert dates.usual_enrolment("diploma", 2020) == dt.date(2017, 9, 1)
    assert set(dates.USUAL_YEARS) == {row["code"] for row in read_code_tables()["level"]}


# ---- employers


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张三丰", "person"),
        ("李 学军", "person"),
        ("欧阳锋", "person"),
        ("欧阳锋雨", "person"),
        ("阿卜杜拉·买买提", "person"),
        ("某公司", None),
        ("王府井百货", None),
        ("李宁公司", None),
        ("张庄村", None),
        ("石油大学", None),
        ("华东建筑设计研究院有限公司", None),
        ("张三丰工作室13800138000", "number"),
        ("某店（电话138 0013 8000）", "number"),
        ("某店0351-4567890", "number"),
        ("14010519980115123X", "number"),
        ("中国人民解放军32100部队", None),
        ("360公司", None),
        ("", None),
    ],
)
def test_names_that_must_not_be_kept(name: str, expected: str | None) -> None:
    assert employers.personal(name) == expected


def test_a_hidden_name_says_who_it_is_to_nobody() -> None:
    assert employers.hidden("张三丰") == "张**"
    assert employers.hidden("某店138 0013 8000") == f"某店{'*' * 11}"


@given(st.text(max_size=200))
def test_a_name_is_kept_or_hidden_whatever_it_is(name: str) -> None:
    employers.personal(name)
    assert len(employers.trimmed(name)) <= employers.LONGEST
    assert not re.search("[0-9]", employers.hidden(name))


@pytest.mark.parametrize("name", ["山西大学", "某职业技术学院", "中国科学院某所", "MIT school"])
def test_places_of_study(name: str) -> None:
    assert employers.is_school(name)


def test_a_company_is_no_place_of_study() -> None:
    assert not employers.is_school("某公司")


# ---- lists


def test_a_retired_region_leads_to_one_in_force() -> None:
    known = {row["code"] for row in read_code_tables()["region"]}
    assert set(retired_regions().values()) <= known
    assert not set(retired_regions()) & known
    for code in retired_regions():  # its city is not in force either, so the list is needed
        assert f"{code[:4]}00" not in known


def test_kinds_and_industries_are_known_codes() -> None:
    tables = read_code_tables()
    kinds = {row["code"] for row in tables["employer_kind"]}
    industries = {row["code"] for row in tables["industry"]}
    destinations = {row["code"] for row in tables["destination"]}
    assert set(kinds_of_destination()) <= destinations
    assert set().union(*kinds_of_destination().values()) <= kinds
    assert set(industries_of_kind()) <= kinds
    assert set().union(*industries_of_kind().values()) <= industries


# ---- the table of rules

OF_RECORDS = (
    "readers/codes.py",
    "readers/disciplines.py",
    "readers/every_line.py",
    "readers/findings.py",
    "readers/graduate_codes.py",
    "readers/graduate_rows.py",
    "readers/graduates.py",
    "readers/header.py",
    "validation/jobs.py",
    "submission_checks.py",
)
CODE = re.compile(r"import\.(?:rule|finding)\.(\w+)")


def codes_in_code() -> set[str]:
    found: set[str] = set()
    for path in OF_RECORDS:
        for node in ast.walk(ast.parse((ROOT / "data_access" / path).read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(CODE.findall(node.value))
    return found


def test_every_code_that_a_file_can_get_is_a_rule_and_no_other() -> None:
    assert set(shipped_rules().by_code) == codes_in_code()


def test_rules_that_keep_a_row_out_are_those_of_the_code() -> None:
    always = set()
    for path in OF_RECORDS:
        text = (ROOT / "data_access" / path).read_text("utf-8")
        always |= set(re.findall(r"import\.rule\.(\w+)", text))
    assert always == ALWAYS
    assert {shipped_rules().severity(code) for code in ALWAYS} == {"error"}


def test_the_table_decides_but_never_lets_an_unreadable_row_in() -> None:
    shipped = shipped_rules().by_code.values()
    off = Rules(replace(rule, active=False) for rule in shipped)
    assert off.severity("credit_code_check") is None
    assert off.severity("student_twice") == "error"
    mild = Rules(replace(rule, severity="info") for rule in shipped)
    assert mild.severity("credit_code_check") == "info"
    assert mild.severity("missing") == "error"
    assert Rules([]).severity("credit_code_check", "warning") == "warning"


def test_rules_with_a_size_have_one() -> None:
    rules = shipped_rules()
    sized = {code for code in rules.by_code if rules.limits(code) != (0, 0)}
    assert sized == {"rate_jumps", "destinations_change", "graduates_change"}

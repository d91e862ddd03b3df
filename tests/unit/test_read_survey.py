"""Survey files: what is read, what refuses them, and that nobody's identity gets in."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from dashboard.i18n import LANGUAGES, translator
from dashboard.survey_template import write_template
from data_access.code_book import Code, CodeBook, EditionRows
from data_access.codes.files import read_code_tables
from data_access.errors import InputError
from data_access.readers.surveys import SurveyReading, read_survey, survey_codes
from data_access.survey_ledger import SurveyKind
from tests.unit.import_tools import say, say_error, shipped_disciplines


def plain_codes() -> Any:
    tables = read_code_tables()
    kinds = ("school", "level", "discipline", "survey_item")
    shared = {"code", "name_zh", "name_en", "parent"}
    book = CodeBook(
        {
            kind: {  # type: ignore[misc]
                row["code"]: Code(
                    row["code"],
                    row["name_zh"],
                    row["name_en"],
                    row.get("parent"),
                    {key: value for key, value in row.items() if key not in shared},
                )
                for row in tables[kind]
            }
            for kind in kinds
        },
        EditionRows((), (), ()),
    )
    return survey_codes(book, shipped_disciplines())


CODES = plain_codes()
HEAD = ["院校代码", "学历层次", "专业", "权重", "专业对口率", "就业满意度", "月收入"]
ROWS = [
    ["10108", "本科", "计算机类", "2", "是", "很满意", "6,500"],
    ["10108", "本科", "080901", "", "否", "2", ""],
    ["10108", "硕士", "", "0.5", "1", "", "9000.0"],
    ["10108", "本科", "b-0809", "3", "", "", ""],
    ["10112", "专科", "", "", "", "", ""],
]


def read(
    folder: Path, rows: Sequence[Sequence[str]], kind: SurveyKind = "graduate", name: str = "s.csv"
) -> SurveyReading:
    path = folder / name
    if name.endswith(".csv"):
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return read_survey(path, kind=kind, cohort=2020, codes=CODES, fielded_on=dt.date(2021, 3, 31))


def test_a_row_is_somebody_asked_and_answers_make_a_respondent(tmp_path: Path) -> None:
    reading = read(tmp_path, [HEAD, *ROWS])
    assert reading.file.invited == {
        ("10108", "bachelor"): 3,
        ("10108", "master"): 1,
        ("10112", "diploma"): 1,
    }
    assert [tuple(r) for r in reading.file.respondents] == [
        ("10108", "bachelor", "b-0809", 2.0, (("match", 1), ("satisfaction", 5), ("pay", 6500))),
        ("10108", "bachelor", "b-080901", 1.0, (("match", 0), ("satisfaction", 2))),
        ("10108", "master", "g-00", 0.5, (("match", 1), ("pay", 9000))),
    ]
    assert say(reading.findings)
    absent = [f.printed for f in reading.findings if f.code == "question_absent"]
    assert absent == ["工作稳定率", "职业发展满意度", "职位晋升率"]


def test_english_headers_questions_and_answers_say_the_same(tmp_path: Path) -> None:
    english = [
        ["School code", "Level", "Major", "Weight", "Do you like it?", "match"],
        ["10108", "Bachelor's degree", "", "", "very much", "Yes"],
        ["10108", "bachelor", "", "", "", "no"],
    ]
    chinese = [
        ["学校代码", "学历", "您目前的工作与所学专业是否对口？"],
        ["10108", "本科", "否"],
        ["10108", "本科", "是"],
    ]
    one, other = read(tmp_path, english), read(tmp_path, chinese)
    assert one.file.content_hash == other.file.content_hash
    assert [f.printed for f in one.findings if f.code == "columns_ignored"] == ["Do you like it?"]
    assert "very much" not in repr(one.file)


def test_the_hash_knows_content_not_form(tmp_path: Path) -> None:
    first = read(tmp_path, [HEAD, *ROWS]).file.content_hash
    assert read(tmp_path, [HEAD, *ROWS], name="s.xlsx").file.content_hash == first
    assert read(tmp_path, [HEAD, *reversed(ROWS)], name="t.csv").file.content_hash == first
    turned = [list(reversed(row)) for row in (HEAD, *ROWS)]
    assert read(tmp_path, turned).file.content_hash == first
    for row, column in [(2, 1), *itertools.product(range(3), (0, 3))]:
        changed = [list(r) for r in ROWS]
        changed[row][column] = {0: "10112", 1: "博士", 3: "7"}[column]
        assert read(tmp_path, [HEAD, *changed]).file.content_hash != first
    assert read(tmp_path, [HEAD, *ROWS[:-1]]).file.content_hash != first, "one fewer was asked"


REFUSED = [
    (0, "", "missing"),
    (0, "123", "school_unknown"),
    (0, "00000", "school_unknown"),
    (1, "", "missing"),
    (1, "小学", "level_unknown"),
    (2, "炼金术", "discipline_unknown"),
    (2, "v-41", "discipline_unknown"),
    (3, "0", "weight"),
    (3, "-1", "weight"),
    (3, "much", "weight"),
    (3, "inf", "weight"),
    (4, "maybe", "answer_yes"),
    (4, "2", "answer_yes"),
    (5, "0", "answer_grade"),
    (5, "6", "answer_grade"),
    (5, "4.5", "answer_grade"),
    (6, "0", "answer_amount"),
    (6, "1000001", "answer_amount"),
    (6, "-500", "answer_amount"),
    (6, "about 5000", "answer_amount"),
]


@pytest.mark.parametrize(("column", "value", "rule"), REFUSED)
def test_a_row_that_breaks_a_rule_refuses_the_file(
    tmp_path: Path, column: int, value: str, rule: str
) -> None:
    rows = [list(row) for row in ROWS]
    rows[1][column] = value
    with pytest.raises(InputError) as error:
        read(tmp_path, [["2020届调查"], HEAD, *rows])
    (problem,) = error.value.problems
    assert problem.rule == f"import.rule.{rule}"
    assert (problem.row, problem.column, problem.value) == (4, HEAD[column], value)
    assert say_error(error.value)


def test_every_broken_place_is_named_at_once(tmp_path: Path) -> None:
    rows = [["10108", "x", "", "0", "?", "9", "-"], ["1", "本科", "", "", "", "", ""]]
    with pytest.raises(InputError) as error:
        read(tmp_path, [HEAD, *rows])
    assert error.value.total == 6
    assert [p.row for p in error.value.problems] == [2] * 5 + [3]


@pytest.mark.parametrize(
    "name",
    [
        "姓名",
        "学生姓名",
        "身份证号",
        "身份证号码",
        "学号",
        "手机号码",
        "联系电话",
        "E-mail",
        "Name",
    ],
)
def test_a_personal_column_refuses_the_file_and_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, [[*HEAD, name], [*ROWS[0], "Zhang Sanfeng"]])
    assert error.value.message_key == "import.personal_data"
    assert [p.column for p in error.value.problems] == [name]
    assert "Zhang Sanfeng" not in "".join(say_error(error.value))


def test_an_employer_is_not_named_either(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, [["院校代码", "单位名称", "overall"], ["10108", "某公司", "5"]], "employer")
    assert error.value.message_key == "import.personal_data"


@pytest.mark.parametrize("missing", ["院校代码", "学历层次"])
def test_a_missing_column_refuses_the_file(tmp_path: Path, missing: str) -> None:
    place = HEAD.index(missing)
    with pytest.raises(InputError) as error:
        read(tmp_path, [[cell for i, cell in enumerate(r) if i != place] for r in (HEAD, *ROWS)])
    assert error.value.problems[0].rule == "import.rule.column_missing"
    assert missing in str(error.value.problems[0].params["expected"])


def test_a_file_without_a_question_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, [HEAD[:4], ROWS[0][:4]])
    assert error.value.problems[0].rule == "import.rule.column_missing"


def test_a_survey_of_employers_has_neither_level_nor_discipline(tmp_path: Path) -> None:
    rows = [
        ["院校代码", "学历层次", "权重", "总体满意度", "政治素养"],
        ["10108", "本科", "12", "5", "4"],
        ["10108", "", "", "", ""],
    ]
    file = read(tmp_path, rows, "employer").file
    assert file.invited == {("10108", "none"): 2}
    assert [tuple(r) for r in file.respondents] == [
        ("10108", "none", "none", 12.0, (("overall", 5), ("political", 4)))
    ]


@pytest.mark.parametrize("kind", ["graduate", "employer"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_is_read_back_without_a_complaint(
    tmp_path: Path, kind: SurveyKind, language: str
) -> None:
    t, path = translator(language), tmp_path / "template.xlsx"
    write_template(path, kind, t)
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == 2
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    allowed = {}
    for rule in sheet.data_validations.dataValidation:
        choices = rule.formula1.strip('"').split(",")
        allowed[names[next(iter(rule.sqref.ranges)).min_col - 1]] = choices
    row = {**dict.fromkeys(names, "3"), names[0]: "10108", t("template.discipline"): ""}
    levels = allowed.get(t("template.level"), ["-"])
    for at, level in enumerate(levels):
        for name, choices in allowed.items():
            row[name] = choices[at % len(choices)]
        row[t("template.level")] = level
        for column, name in enumerate(names, start=1):
            sheet.cell(at + 2, column, row[name])
    book.save(path)
    reading = read_survey(path, kind=kind, cohort=2020, codes=CODES)
    assert sum(reading.file.invited.values()) == len(levels) == len(reading.file.respondents)
    answers = [len(r.answers) for r in reading.file.respondents]
    assert answers == [len(CODES.items[kind])] * len(levels)
    assert [f.code for f in reading.findings] == ["sheets_ignored"]


def test_a_template_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        write_template(tmp_path / "no" / "such.xlsx", "graduate", translator("en"))
    assert say_error(error.value)

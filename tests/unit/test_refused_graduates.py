"""Record-level files: what refuses them, and what never leaves the reader."""

from __future__ import annotations

import hmac
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data_access.errors import InputError
from data_access.ledger import GraduateEntry
from data_access.readers import identity

if TYPE_CHECKING:
    pass

from tests.unit.graduate_files import (
    EXPORTED,
    IDENTITY,
    KEY,
    SCHOOL,
    SECRETS,
    UPLOADED,
    number_of,
    problems,
    read,
    read_one,
    write,
)
from tests.unit.import_tools import say_error

# ---- identity numbers


def test_a_valid_identity_number_leaves_only_its_keyed_hash(tmp_path: Path) -> None:
    number = number_of("14010519980115123")
    entry, codes = read_one(tmp_path, 身份证号=number.lower(), 性别代码="")
    assert entry.person_hash == hmac.digest(KEY, number.encode(), "sha256").hex()
    assert entry.sex == "1"
    assert codes == {"sex_from_identity"}
    assert read_one(tmp_path, 身份证号=number, 性别代码="2")[1] == {"sex_differs"}
    assert identity.flaw(IDENTITY, 1972) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("E12345678", "identity_format"),
        ("140105980115123", "identity_format"),
        ("140105199801151230", "identity_checksum"),
        (number_of("14010519981315123"), "identity_birth_date"),
        (number_of("14010520150115123"), "identity_birth_date"),
        ("1.40105199801152E+17", "identity_digits_lost"),
    ],
)
def test_a_wrong_identity_number_is_reported_masked(number: str, code: str, tmp_path: Path) -> None:
    reading = read(write(tmp_path / "a.csv", [{**UPLOADED, "身份证号": number}]))
    finding = reading.findings[0]
    entry = reading.returns[SCHOOL].entries[0]
    assert isinstance(entry, GraduateEntry)
    assert entry.person_hash is None
    assert (finding.code, finding.row, finding.column) == (code, 3, "身份证号")
    assert finding.printed == f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def test_one_person_under_two_student_numbers_is_reported(tmp_path: Path) -> None:
    number = number_of("14010519980115123")
    rows = [{**UPLOADED, "学号": no, "身份证号": number} for no in ("1", "2")]
    finding = read(write(tmp_path / "a.csv", rows)).findings[0]
    assert (finding.code, finding.severity, finding.row) == ("identity_twice", "error", 4)
    assert finding.params == {"first_row": 3}


def test_nothing_about_a_person_leaves_the_reader(tmp_path: Path) -> None:
    number = number_of("14010519980115123")
    person = {**UPLOADED, "身份证号": number, "家庭住址": SECRETS[2], "手机号码": SECRETS[1]}
    wrong = {**person, "学号": number, "毕业去向代码": number, "学历代码": "", "学历": f"x{number}"}
    secrets = (number, *SECRETS)
    layout = "national_export_2014"
    reading = read(write(tmp_path / "a.xlsx", [person], layout))
    told = repr((reading.findings, [asdict(r) for r in reading.returns.values()]))
    with pytest.raises(InputError) as caught:
        read(write(tmp_path / "b.xlsx", [person, wrong], layout))
    told += repr((caught.value.problems, caught.value.params)) + str(caught.value)
    assert [p.rule.rpartition(".")[2] for p in caught.value.problems] == [
        "student_no_is_identity",
        "level_unknown",
        "destination_form",
    ]
    assert [secret for secret in secrets if secret in told] == []


# ---- what refuses a file


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize(
    ("changes", "column", "value", "rule"),
    [
        ({"学号": "", "考生号": ""}, "学号", "", "missing"),
        ({"学号": "2.01601E+11"}, "学号", "2.01601E+11", "digits_lost"),
        ({"学号": "9" * 41}, "学号", "9" * 41, "too_long"),
        ({"学历代码": "", "学历": ""}, "学历代码", "", "missing"),
        ({"学历代码": "77", "学历": "小学"}, "学历代码", "77 小学", "level_unknown"),
        ({"专业代码": "", "专业": ""}, "专业代码", "", "missing"),
        ({"毕业去向代码": "", "毕业去向": ""}, "毕业去向代码", "", "missing"),
        (
            {"毕业去向代码": "", "毕业去向": "去了"},
            "毕业去向代码",
            "去了",
            "destination_without_code",
        ),
        ({"毕业去向代码": "1"}, "毕业去向代码", "1 签就业协议形式就业", "destination_of_tables"),
        ({"毕业去向代码": "十"}, "毕业去向代码", "十 签就业协议形式就业", "destination_form"),
        ({"院校代码": ""}, "院校代码", "", "missing"),
        ({"院校代码": "00000"}, "院校代码", "00000", "school_unknown"),
        ({"学号": "201600007"}, "学号", "201600007", "student_twice"),
    ],
)
def test_one_broken_cell_is_named_exactly(
    changes: dict[str, str], column: str, value: str, rule: str, suffix: str, tmp_path: Path
) -> None:
    rows = [{**UPLOADED, "学号": f"2016{i:05}"} for i in range(12)]
    rows[9] |= changes
    assert problems(write(tmp_path / f"a{suffix}", rows)) == [(12, column, value, rule)]


def test_a_row_with_nothing_but_a_name_is_not_skipped(tmp_path: Path) -> None:
    for suffix in (".csv", ".xlsx"):
        path = write(tmp_path / f"a{suffix}", [UPLOADED, {"姓名": SECRETS[0]}])
        assert problems(path) == [(4, None, None, "row_incomplete")]


def test_missing_columns_and_ignored_columns(tmp_path: Path) -> None:
    columns = ["学号", "院校代码", "专业", "姓名", "毕业去向代码", "学历", "星座"]
    reading = read(write(tmp_path / "a.csv", [UPLOADED], columns=columns, codes=False))
    told = {(f.code, f.printed) for f in reading.findings if f.code == "columns_ignored"}
    assert told == {("columns_ignored", "星座")}
    assert len([f for f in reading.findings if f.code == "column_absent"]) == 6
    short = write(tmp_path / "b.csv", [UPLOADED], columns=columns[:5], codes=False)
    assert problems(short) == [(1, None, None, "column_missing")]


def test_the_school_has_to_be_known_from_somewhere(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [EXPORTED], "export_2024")
    for school, key in ((None, "import.school_needed"), ("99999", "import.unknown_school")):
        with pytest.raises(InputError) as caught:
            read(path, school=school)
        assert caught.value.message_key == key
        assert all(say_error(caught.value))
    with pytest.raises(ValueError, match="16 bytes"):
        read(path, hash_key=b"short")


def test_many_findings_of_one_kind_are_counted_and_not_all_listed(tmp_path: Path) -> None:
    rows = [{**UPLOADED, "学号": f"{i}", "身份证号": f"{i:03}E12345"} for i in range(260)]
    findings = read(write(tmp_path / "a.csv", rows)).findings
    assert len([f for f in findings if f.code == "identity_format"]) == 200
    assert (findings[-1].code, findings[-1].count) == ("more_of_these", 60)

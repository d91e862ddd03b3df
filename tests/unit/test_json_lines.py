"""JSON lines are read as a table is: the same rows, the same findings, the same return."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.errors import InputError
from data_access.readers.limits import Limits
from data_access.readers.sheets import open_sheet
from data_access.readers.vocabulary import graduate_names, graduate_roles
from tests.unit.graduate_files import LAYOUTS, UPLOADED, read, write
from tests.unit.import_tools import say_error

ROLES = {"student_no": "201601001", "level_code": 31, "destination_code": "10"}


def lines(path: Path, *records: Any) -> Path:
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), "utf-8")
    return path


def rows(path: Path, **limits: int) -> list[tuple[int, tuple[str, ...]]]:
    sheet = open_sheet(path, Limits(**limits))
    return [(row.number, row.cells) for row in sheet.rows()]


def refused(path: Path) -> tuple[str, Any]:
    with pytest.raises(InputError) as caught:
        rows(path)
    assert say_error(caught.value)
    return caught.value.message_key, caught.value.params.get("row")


def test_an_object_is_a_row_and_its_names_are_the_header(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"a": " x ", "b": 1.50}\n\n{"c": null, "a": 12345678901234567890}'
    )
    assert rows(path) == [
        (1, ("a", "b", "c")),
        (2, ("x", "1.50", "")),
        (4, ("12345678901234567890", "", "")),
    ]
    sheet = open_sheet(path)
    assert next(row.cells for row in sheet.rows([2, 0])) == ("c", "a")


@pytest.mark.parametrize(
    "line",
    [
        '{"a": [1]}',
        '{"a": {"b": 1}}',
        '{"a": true}',
        '{"a": NaN}',
        '{"a": 1, "a": 2}',
        '{"a": "\\ud800"}',
        '{"a": "\\u0000"}',
        '{"a": 1',
        '{"a": 1} {"b": 2}',
        "[1]",
        "7",
        '{"a":' * 5000,
        '{"a": ' + "9" * 5000 + "}" + "x",
    ],
)
def test_a_line_that_is_no_flat_object_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n' + line + "\n", "utf-8")
    assert refused(path) == ("import.json_line", 2)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"学号": "1"}'.encode("gb18030"))
    assert refused(path) == ("import.json_line", 1)


def test_limits_are_those_of_tables(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {f"n{i}": 1 for i in range(9)}, {"z": 1}, {"z": 2})
    with pytest.raises(InputError, match="too many columns"):
        rows(path, max_columns=9)
    with pytest.raises(InputError, match="too many rows"):
        rows(path, max_rows=3)


def test_the_same_graduate_by_headers_codes_and_roles(tmp_path: Path) -> None:
    pinyin = {row["header"]: row["code"] for row in LAYOUTS["upload_2014"]}
    roles = graduate_names()
    by_code = {pinyin[name]: value for name, value in UPLOADED.items()}
    by_role = {roles[name]: value for name, value in UPLOADED.items() if roles[name]}
    expected = read(write(tmp_path / "a.csv", [UPLOADED])).returns
    for at, record in enumerate((UPLOADED, by_code, by_role)):
        found = read(lines(tmp_path / f"{at}.jsonl", record)).returns
        assert {k: (r.entries, r.content_hash) for k, r in found.items()} == {
            k: (r.entries, r.content_hash) for k, r in expected.items()
        }


def test_no_role_is_called_like_a_header_of_another() -> None:
    names = graduate_names()
    for role in {role for role in names.values() if role}:
        assert graduate_roles()[role] == role
        assert names.get(role, role) == role


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_a_message(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(b"{" + raw)
    said: InputError | None = None
    try:
        rows(path)
    except InputError as error:
        said = error
    assert said is None or say_error(said)


def test_a_push_of_a_day(tmp_path: Path) -> None:
    given = lines(tmp_path / "a.jsonl", {**UPLOADED, "学号": "1"}, {**UPLOADED, "学号": "2"})
    entries = read(given, as_of=dt.date(2020, 6, 1)).returns["10001"].entries
    assert [entry[0] for entry in entries] == ["1", "2"]

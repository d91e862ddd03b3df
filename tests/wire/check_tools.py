"""What tests of the page of checks share: its forms, and the result that counts."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
from typing import Any

import sqlalchemy as sa

from data_access.schema import subject
from data_access.workflow_schema import check_result
from tests.wire.app_client import (
    Answer,
    Person,
    Site,
    texts,
)

CLASS = {"cohort": "2020"}
FIRST = "cohort=2020&sample=1"
LAST = dt.date(2020, 12, 31)
TRUST = ("ministry", "department", "third_party", "graduate", "school")


def rows(site: Site, of: sa.Table) -> list[dict[str, Any]]:
    with site.registry.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(of)).mappings()]


def believed(site: Site) -> dict[int, dict[str, Any]]:
    """Graduate -> the result that counts, one row after the other."""
    newest: dict[tuple[int, str], dict[str, Any]] = {}
    for row in sorted(rows(site, check_result), key=lambda one: (one["checked_on"], one["id"])):
        newest[row["subject_id"], row["channel"]] = row
    found: dict[int, dict[str, Any]] = {}
    for channel in reversed(TRUST):  # the most trusted comes last and stays
        for (who, by), row in newest.items():
            if by == channel and (row["result"] != "unreachable" or who not in found):
                found[who] = row
    return found


def export(person: Person, question: str, query: str = "cohort=2020") -> list[list[str]]:
    """The rows of a download below its headings."""
    answer = person.get(f"/export/{question}.csv?{query}")
    assert answer.status_code == 200
    found = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    return [row for row in found if row and not row[0].startswith("# ")][1:]


def show(person: Person, output: str, stored: dict[str, Any] | None = None) -> Answer:
    answer = person.call(person.callback(output), {"selection.data": stored or CLASS})
    assert not answer.toast, answer.toast
    return answer


def press(person: Person, output: str, values: dict[str, Any]) -> str:
    """What stands below a form after its button was pressed."""
    answer = person.call(person.callback(output), {"selection.data": CLASS, **values})
    assert answer.status == 200, answer.text
    assert not answer.toast, answer.toast
    return "".join(texts(answer.values[output]))


def draw(person: Person, **given: Any) -> str:
    form = {"method": "stratified", "size": 40, "seed": "5", "sample-title": ""} | given
    values = {f"checks-{name}.value": value for name, value in form.items()}
    return press(person, "checks-drawn.children", {**values, "checks-draw.n_clicks": 1})


def record(person: Person, **given: Any) -> str:
    form = {"channel": "department", "outcome": "confirmed", "day": "2020-11-02"} | given
    values = {f"checks-{name}.value": value for name, value in form.items()}
    return press(person, "checks-recorded.children", {**values, "checks-record.n_clicks": 1})


def hand_in(person: Person, content: bytes, channel: str, name: str = "filled.csv") -> str:
    encoded = base64.b64encode(content).decode()
    values = {
        "checks-file.contents": f"data:text/csv;base64,{encoded}",
        "checks-file.filename": name,
        "checks-file-channel.value": channel,
    }
    return press(person, "checks-file-said.children", values)


def of_school(site: Site, school: str) -> tuple[str, int]:
    """(student number, id) of a graduate of the class that nobody has looked at."""
    looked_at = {row["subject_id"] for row in rows(site, check_result)}
    for row in rows(site, subject):
        if row["cohort"] == 2020 and row["school"] == school and row["id"] not in looked_at:
            return row["key"], row["id"]
    raise AssertionError(school)

"""The audit page and its file against the rows of the trail, and who gets nothing of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from dashboard import audit_questions, importing
from dashboard.audit_words import ACTIONS, DetailWords
from dashboard.commands import add_account
from dashboard.i18n import translator
from data_access import audit
from data_access.audit import AuditEvent
from data_access.errors import InputError
from data_access.registry import writing
from data_access.schema import audit_event
from tests.unit.graduate_files import IDENTITY, SECRETS, UPLOADED, number_of, write
from tests.wire.app_client import (
    OTHER,
    OWN,
    Answer,
    Person,
    Site,
    demo_application,
    table_rows,
    texts,
)
from tests.wire.no_personal_data import LogCapture, found, in_files, in_registry

TRAIL = "audit-table.children"


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def trail(person: Person, places: list[str] | None = None, /, **query: str) -> Answer:
    values = {"selection.data": {"cohort": "2021", **query}, "audit-places.data": places or []}
    return person.call(person.callback(TRAIL), values)


def rows_of(site: Site) -> list[Any]:
    """Every event, newest first."""
    with site.registry.connect() as connection:
        statement = sa.select(audit_event).order_by(
            audit_event.c.at.desc(), audit_event.c.id.desc()
        )
        return list(connection.execute(statement))


def local(at: dt.datetime) -> str:
    return at.replace(tzinfo=dt.UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def file_rows(person: Person, search: str = "") -> tuple[list[str], list[list[str]]]:
    """(lines above the table, its rows) of the file as csv."""
    answer = person.get(f"/export/audit.csv?{search}")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    return [row[0] for row in rows if row[0][:1] == "#"], [r for r in rows if r[0][:1] != "#"][1:]


@pytest.mark.parametrize("username", ["leader", "analyst"])
def test_the_department_reads_the_newest_page(site: Site, username: str) -> None:
    answer = trail(site.person(username))
    rows = table_rows(answer.values[TRAIL])
    newest = rows_of(site)[: audit.PAGE]
    assert rows[0][:2] == [local(newest[0].at), username]
    assert [row[0] for row in rows] == [local(event.at) for event in newest]
    assert rows[0][2] == "登录"
    assert "127.0.0.1" in rows[0][3]


def test_pages_follow_one_another_to_the_end_and_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE", 20)
    person = site.person("leader")
    older, newer = [c for c in person.callbacks() if "audit-places.data@" in c["output"]]
    if any(part["id"] == "audit-newer" for part in older["inputs"]):
        older, newer = newer, older
    expected = [local(event.at) for event in rows_of(site)]
    places: list[str] = []
    seen: list[str] = []
    while True:
        answer = trail(person, places)
        seen += [row[0] for row in table_rows(answer.values[TRAIL])]
        assert answer.values["audit-newer.disabled"] == (places == [])
        if answer.values["audit-older.disabled"]:
            break
        state = {"audit-places.data": places, "audit-next.data": answer.values["audit-next.data"]}
        (places,) = person.call(older, state).values.values()
    assert seen == expected
    assert len(places) == (len(expected) - 1) // 20
    (back,) = person.call(newer, {"audit-places.data": places}).values.values()
    assert back == places[:-1]


def test_another_search_begins_at_the_newest(site: Site) -> None:
    person = site.person("leader")
    reset = person.callback("audit-places.data")
    assert {part["id"] for part in reset["inputs"]} == {"selection", "audit-newest"}
    assert person.call(reset, {"selection.data": {"action": "export"}}).values == {
        "audit-places.data": []
    }


@pytest.mark.parametrize("place", ["", "x", "2026-01-01|x", "|1", "2026-01-01T00:00:00+01:00|1"])
def test_a_place_that_nobody_gave_is_the_newest(site: Site, place: str) -> None:
    answer = trail(site.person("leader"), [place])
    assert (answer.status, answer.toast) == (200, "")
    assert len(table_rows(answer.values[TRAIL])) == min(audit.PAGE, len(rows_of(site)))


def test_filters_on_the_page_and_in_the_file_are_the_same(site: Site) -> None:
    person = site.person("analyst")
    site.person("staff")
    person.get("/export/schools.csv?cohort=2020&school=99003")
    today = dt.datetime.now().astimezone().date()
    tomorrow = (today + dt.timedelta(days=1)).isoformat()
    asked: list[tuple[dict[str, str], Any]] = [
        ({"person": " STAFF "}, lambda e: e.actor == "staff"),
        ({"person": "系统"}, lambda e: e.actor == "system"),
        ({"action": "export"}, lambda e: e.action == "export"),
        ({"action": "accounts"}, lambda e: e.action in ACTIONS["accounts"]),
        (
            {"action": "sign_in", "person": "analyst"},
            lambda e: (e.actor, e.action) == ("analyst", "sign_in"),
        ),
        ({"since": tomorrow}, lambda e: False),
        ({"until": today.isoformat(), "action": "access"}, lambda e: e.action in ACTIONS["access"]),
        ({"until": "2020-01-01"}, lambda e: False),
        ({"words": "99003"}, lambda e: "99003" in e.detail),
        (
            {"words": "schools", "action": "exports"},
            lambda e: e.action == "export" and "schools" in e.detail,
        ),
        ({"action": "never-heard-of"}, lambda e: False),
    ]
    for query, fits in asked:
        before = rows_of(site)
        shown = table_rows(trail(person, **query).values[TRAIL])
        expected = [str(event.id) for event in before if fits(event)]
        _, rows = file_rows(person, urlencode(query))
        assert [row[0] for row in rows] == expected, query
        assert [row[1] for row in rows][: audit.PAGE] == [row[0] for row in shown], query
    assert any(fits(event) for _, fits in asked[:5] for event in rows_of(site))


def test_the_name_of_a_school_finds_its_code(site: Site) -> None:
    person = site.person("leader")
    person.get("/export/levels.csv?cohort=2020&school=99002")
    with site.registry.connect() as connection:
        name = connection.scalar(sa.text("SELECT name_zh FROM school WHERE code = '99002'"))
    rows = table_rows(trail(person, words=str(name)).values[TRAIL])
    assert rows
    assert all(name in row[3] for row in rows), "the code is shown with its name"


def test_a_file_that_cannot_hold_everything_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = site.person("leader")
    newest = rows_of(site)[:30]
    monkeypatch.setattr(audit_questions, "MOST_EXPORTED", 30)
    monkeypatch.setattr("dashboard.audit_export.MOST_EXPORTED", 30)
    head, rows = file_rows(person)
    assert [row[0] for row in rows] == [str(event.id) for event in newest]
    assert "# 仅导出最新的30条，更早的记录请按时间分段导出" in head


def test_the_file_as_a_workbook(site: Site) -> None:
    person = site.person("leader", "en")
    events = rows_of(site)
    answer = person.get("/export/audit.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(i for i, row in enumerate(rows) if row[0] == "Number")
    assert [row[0] for row in rows[top + 1 :]] == [str(event.id) for event in events]
    assert rows[top][3] == "Code of the action"


def test_taking_the_trail_is_an_event_without_what_was_typed(site: Site) -> None:
    person = site.person("leader")
    query = {"person": SECRETS[0], "words": SECRETS[1], "since": "2020-01-01", "action": "access"}
    person.get(f"/export/audit.csv?{urlencode(query)}")
    last = rows_of(site)[0]
    assert (last.actor, last.action) == ("leader", "export")
    assert json.loads(last.detail) == {
        "question": "audit",
        "format": "csv",
        "actions": "access",
        "since": "2020-01-01",
        "searched": ["person", "words"],
        "rows": 0,
    }


@pytest.mark.parametrize("username", ["reviewer", "staff", "viewer"])
def test_nobody_else_gets_any_of_it(site: Site, username: str) -> None:
    person = site.person(username)
    secret = {event.actor for event in rows_of(site)} - {username, "demo", "system", "unknown"}
    for answer in (person.page("/audit"), trail(person), trail(person, words=OWN)):
        assert answer.status == 200
        assert table_rows(answer.values.get(TRAIL)) == []
        assert not [name for name in secret if f'"{name}"' in answer.text]
    assert texts(trail(person).values[TRAIL])[0] == translator("zh-CN")("auth.forbidden")
    assert "/audit" not in person.page("/").text.replace('"pathname": "/audit"', "")
    for kind in ("csv", "xlsx"):
        assert person.get(f"/export/audit.{kind}").status_code == 403
    assert person.get("/export/audit.pdf").status_code == 404


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_event_of_the_demonstration_is_in_words(site: Site, language: str) -> None:
    person = site.person("leader", language)
    person.get("/export/mix.csv?cohort=2020&level=bachelor&school=99002&rank=major&peer=99003")
    _, rows = file_rows(person)
    for row in rows:
        assert not set('{}[]"') & set(row[5]), row
        assert "_" not in row[5].replace("_", "", 0) or row[3] == "import_surveys", row
    assert {row[3] for row in rows} >= {"export", "sign_in", "accept_returns"}


def test_details_in_words() -> None:
    def names(kind: str, code: str) -> str:
        return {"99001": "青禾大学"}.get(code, code)

    def said(lang: str, **detail: Any) -> str:
        when = dt.datetime(2026, 1, 1)  # noqa: DTZ001  (stored without a zone, as UTC)
        return DetailWords(translator(lang), names)(AuditEvent(1, when, "x", "export", detail))

    assert (
        said("zh-CN", school="99001", role="leader") == "学校：青禾大学（99001）；角色：部门负责人"
    )
    assert said("en", school="99009", rows=1234) == "school: 99009; rows: 1,234"
    assert (
        said("en", returns=list(range(1, 12)))
        == "returns 1, 2, 3, 4, 5, 6, 7, 8 and others, 11 in all"
    )
    assert said("zh-CN", question="never-heard-of") == "内容：never-heard-of"
    assert said("en", new_thing={"a": 1, "b": True}) == "new thing: a 1, b yes"
    assert said("en", school=None, surveys=[]) == ""
    asked = {"cohort": "2020", "school": ["99001"], "rank": "major"}
    assert said("zh-CN", query=asked).startswith("条件：2020届 · 青禾大学 · 截至最新统计日期")
    assert said("zh-CN", query=asked).endswith("专业层级：专业")


# ---- nothing personal anywhere

PLANTED = (*SECRETS, IDENTITY, number_of("11010519900307803"), "13912345678")


def test_nothing_personal_stays_behind_after_the_main_paths(site: Site, tmp_path: Path) -> None:
    with LogCapture() as log:
        _hand_in(site, tmp_path)
        person = site.person("leader")
        for secret in PLANTED:
            _type_everywhere(site, person, secret)
    assert log.lines, "the log is listened to"
    assert found(PLANTED, site.registry, log=log.lines, home=site.settings.home) == []


def _hand_in(site: Site, tmp_path: Path) -> None:
    """Files with names, numbers and addresses: one that is taken, one that is refused."""
    from rich.console import Console

    told = io.StringIO()
    person = {**UPLOADED, "院校代码": OWN, "身份证号": PLANTED[4], "联系电话": "13800138000"}
    person |= {"毕业时间": "202107", "单位地址": SECRETS[2], "单位联系电话": "13912345678"}
    good = write(tmp_path / "good.csv", [person])
    bad = write(
        tmp_path / "bad.csv",
        [{**person, "学历代码": "never", "学历": "never", "身份证号": IDENTITY}],
    )
    day = dt.date(2021, 6, 30)
    importing.import_graduates(site.settings, [good], 2021, day, OWN, Console(file=told))
    with pytest.raises(InputError):
        add_account(site.settings, SECRETS[0], "school_staff", SECRETS[0], "no such", SECRETS[0])
    with pytest.raises(InputError):
        importing.import_graduates(site.settings, [bad], 2021, day, OWN, Console(file=told))


def _type_everywhere(site: Site, person: Person, secret: str) -> None:
    """What people put where it does not belong."""
    client = site.app.server.test_client()
    client.post("/sign-in", data={"username": secret, "password": secret})
    typed = quote(secret)
    person.get(f"/export/levels.csv?school={typed}&part={typed}&words={typed}&person={typed}")
    person.get(f"/export/audit.csv?person={typed}&words={typed}&action={typed}")
    person.get(f"/search?q={typed}")
    person.page("/audit", f"?words={typed}&person={typed}")
    trail(person, words=secret, person=secret)
    person.call(person.callback("bar-as-of.value"), {"bar-cohort.value": secret})


def test_the_search_for_personal_data_finds_what_is_planted(site: Site, tmp_path: Path) -> None:
    """In a column, in a log, in a packed file, in what a database deleted."""
    name = "欧阳娜娜"
    with LogCapture() as log, writing(site.registry) as connection:
        __import__("logging").getLogger("any").info("somebody called %s", name)
        audit.record(connection, "leader", "export", {"query": name})
    assert "audit_event.detail: " + name in list(in_registry([name], site.registry))
    write(tmp_path / "book.xlsx", [{**UPLOADED, "姓名": name}])
    write(tmp_path / "gbk.csv", [{**UPLOADED, "姓名": name}])
    assert list(in_files([name], tmp_path)) == [f"book.xlsx: {name}", f"gbk.csv: {name}"]
    places = found([name], site.registry, log=log.lines, home=site.settings.home)
    assert f"audit_event.detail: {name}" in places
    assert f"log: {name}" in places
    assert any(place.startswith("registry.db") for place in places)
    assert found([name], site.registry, allowed=["audit_event.detail"]) == []


def test_a_number_is_found_where_it_is_the_whole_value(site: Site) -> None:
    assert list(in_registry(["99001"], site.registry)), "texts"
    with site.registry.connect() as connection:
        newest = connection.scalar(sa.select(sa.func.max(audit_event.c.id)))
    assert f"audit_event.id: {newest}" in list(in_registry([str(newest)], site.registry))


def test_other_schools_stay_out_of_the_trail_of_a_school(site: Site) -> None:
    staff = site.person("staff")
    site.person("leader").get(f"/export/levels.csv?school={OTHER}")
    assert OTHER not in trail(staff, words=OTHER).text.replace(f'"words": "{OTHER}"', "")

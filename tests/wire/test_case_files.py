"""Evidence by its route: as it came to those who may see it, and nothing of another school."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.schema import audit_event, metadata
from data_access.workflow_schema import case_evidence
from tests.unit.evidence_files import JPEG, PNG, docx, pdf, xlsx
from tests.wire.app_client import OTHER, OWN, Person, Site, demo_application
from tests.wire.case_pages import ROLES, new_case, press, send, shown, standing

LIMIT = 10 * 1024 * 1024
NAMES = {"pdf": b"%PDF", "png": b"\x89PNG", "jpeg": b"\xff\xd8", "xlsx": b"PK", "docx": b"PK"}
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def last(site: Site) -> int:
    with site.registry.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.max(case_evidence.c.id))) or 0)


def added(site: Site, case: int, content: bytes, who: str = "reviewer", label: str = "材料") -> str:
    answer = send(site.person(who), case, content, label)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return f"/cases/{case}/evidence/{last(site)}"


@pytest.mark.parametrize(
    ("kind", "content"),
    [("pdf", pdf()), ("png", PNG), ("jpeg", JPEG), ("xlsx", xlsx()), ("docx", docx())],
)
def test_a_file_comes_back_as_it_came(site: Site, kind: str, content: bytes) -> None:
    case = new_case(site, f"材料 {kind}")
    path = added(site, case, content, label='就业协议"扫描件"; a=b')
    answer = site.person("leader").get(path)
    assert answer.status_code == 200
    assert answer.data == content
    assert answer.headers["Content-Type"] == TYPES[kind]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    said = answer.headers["Content-Disposition"]
    assert said.startswith(f'attachment; filename="evidence-{case}-')
    assert said.isascii()
    assert said.count('"') == 2
    assert f".{kind}" in said
    assert content.startswith(NAMES[kind])
    assert path in shown(site.person("reviewer"), "cases-sheet.children", case=case).text


@pytest.mark.parametrize("role", ROLES)
def test_who_may_add_and_who_may_read(site: Site, role: str) -> None:
    case = new_case(site, f"谁可上传 {role}")
    path = added(site, case, pdf("first"))
    answer = send(site.person(role), case, pdf(role))
    keeps = role in ("analyst", "reviewer")
    assert answer.status_code == (201 if keeps else 422)
    assert standing(site, case)[1] == (3 if keeps else 2)
    assert site.person(role).get(path).status_code == (404 if role == "viewer" else 200)


def test_nothing_of_another_school(site: Site) -> None:
    """A case out of sight reads as one that is not there, whatever is asked of it."""
    case, free = new_case(site, "云杉独有的标题", OTHER), 999_999
    analyst = site.person("analyst")
    assert send(analyst, case, pdf("x"), "云杉独有的材料").status_code == 201
    file = last(site)
    for role in ("reviewer", "staff", "viewer"):
        person = site.person(role)
        asked = [
            *(shown(person, f"cases-{p}.children", case=case) for p in ("sheet", "list", "kpis")),
            shown(person, "cases-work.hidden", case=case),
            person.page("/cases", f"?case={case}&case_status=all&school={OTHER}"),
        ]
        texts = [one.text for one in asked]
        for kind in ("csv", "xlsx", "docx"):
            export = person.get(f"/export/cases.{kind}?cohort=2020&case_status=all")
            assert export.status_code == 200
        plain = person.get("/export/cases.csv?cohort=2020&case_status=all")
        texts.append(plain.data.decode("utf-8-sig"))
        assert not [text for text in texts if "云杉" in text or "独有" in text], role
        assert shown(person, "cases-sheet.children", case=case).values == (
            shown(person, "cases-sheet.children", case=free).values
        )
        for number in (case, free):
            assert person.get(f"/cases/{number}/evidence/{file}").status_code == 404
            refused = send(person, number, pdf("y"))
            assert refused.status_code == 422
            assert "云杉" not in refused.get_data(as_text=True)
        told = [press(person, "cases-move-answer", number).toast for number in (case, free)]
        assert told[0].replace(str(case), "") == told[1].replace(str(free), "")
    assert standing(site, case) == ("open", 2)


def test_a_file_of_another_case_is_not_under_this_one(site: Site) -> None:
    own, other = new_case(site, "本校"), new_case(site, "外校", OTHER)
    added(site, other, pdf("z"), "analyst")
    person = site.person("reviewer")
    assert person.get(f"/cases/{own}/evidence/{last(site)}").status_code == 404
    for path in ("../../../etc/passwd", "0", "-1", "1e3", "99999999999999999999"):
        assert person.get(f"/cases/{own}/evidence/{path}").status_code in (404, 200)
        assert b"root:" not in person.get(f"/cases/{own}/evidence/{path}").data


def test_without_the_token_nothing_is_taken(site: Site) -> None:
    case, person = new_case(site, "令牌"), site.person("reviewer")
    assert send(person, case, pdf(), headers={}).status_code == 403
    wrong = dict.fromkeys(person.headers, "x" * 43)
    assert send(person, case, pdf(), headers=wrong).status_code == 403
    elsewhere = {**person.headers, "Origin": "http://elsewhere.example"}
    assert send(person, case, pdf(), headers=elsewhere).status_code == 403
    stranger = site.person("reviewer")
    stranger.client = site.app.server.test_client()
    assert send(stranger, case, pdf()).status_code == 401
    assert stranger.get(f"/cases/{case}/evidence/1").status_code == 302
    assert standing(site, case) == ("open", 1)


@pytest.mark.parametrize("headers", [None, {}])
def test_a_file_over_the_limit_is_refused_early(site: Site, headers: dict[str, str] | None) -> None:
    """Also without a token, whose check would otherwise read the form to its end."""
    case, person = new_case(site, "过大"), site.person("reviewer")
    given = person.headers if headers is None else headers
    huge = send(person, case, pdf() + b" " * (LIMIT + 200_000), headers=given)
    assert huge.status_code == 413
    if headers is None:
        assert huge.get_json() == {"message": "文件超过10兆字节。"}
        just = send(person, case, pdf() + b" " * LIMIT)
        assert (just.status_code, just.get_json()["message"]) == (422, "文件超过10兆字节。")
    assert standing(site, case) == ("open", 1)


def test_what_is_refused_is_said(site: Site) -> None:
    case, person = new_case(site, "拒收"), site.person("reviewer")
    for content, label, said in (
        (b"MZ\x90\x00" + b"\0" * 64, "材料", "不是可接受的类型"),
        (b"<!DOCTYPE html><html></html>", "材料", "不是可接受的类型"),
        (PNG[:-3], "材料", "已损坏"),
        (b"", "材料", "文件是空的"),
        (pdf(), "", "请填写“材料名称”"),
        (pdf(), "字" * 61, "最多60字"),
        (pdf(), "王某 13800138000 的协议", "含有身份证件号码或电话号码"),
    ):
        answer = send(person, case, content, label, "协议.pdf")
        assert answer.status_code == 422
        assert said in answer.get_json()["message"]
    first = send(person, case, pdf("1"), "甲")
    again = send(person, case, pdf("1"), "乙")
    assert (first.status_code, again.status_code) == (201, 422)
    assert "已作为“甲”上传过" in again.get_json()["message"]
    empty = person.client.post(f"/cases/{case}/evidence", headers=person.headers)
    assert empty.status_code == 422
    english = site.person("reviewer", "en")
    assert send(english, case, b"MZ" * 40).get_json()["message"].startswith("The file is of no")


def test_the_name_a_file_came_with_is_nowhere(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    case, person = new_case(site, "原名"), site.person("reviewer")
    name = "../../李小明13912345678.pdf"
    assert send(person, case, pdf("named"), "协议", name).status_code == 201
    assert send(person, case, b"MZ" * 40, "协议", name).status_code == 422
    with site.registry.connect() as connection:
        stored = [
            str(tuple(row))
            for table in metadata.tables.values()
            if table.name.startswith(("case", "audit"))
            for row in connection.execute(sa.select(table))
        ]
    for text in (*stored, caplog.text):
        assert "李小明" not in text
        assert "13912345678" not in text
    folder = site.settings.home / "var" / "evidence"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert all(len(path.name) == 64 and path.parent.name == path.name[:2] for path in files)
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_changed_file_is_not_given_out(site: Site) -> None:
    case = new_case(site, "改动")
    path = added(site, case, pdf("original"))
    with site.registry.connect() as connection:
        digest = connection.scalar(
            sa.select(case_evidence.c.sha256).where(case_evidence.c.id == last(site))
        )
    file = site.settings.home / "var" / "evidence" / str(digest)[:2] / str(digest)
    person = site.person("reviewer")
    assert person.get(path).status_code == 200
    file.write_bytes(pdf("forged"))
    assert person.get(path).status_code == 404
    file.unlink()
    assert person.get(path).status_code == 404


def test_reading_a_file_is_in_the_trail(site: Site) -> None:
    case = new_case(site, "调阅")
    path = added(site, case, pdf("read"), label="只写一次的名称")
    person: Person = site.person("staff")
    person.get(path)
    with site.registry.connect() as connection:
        events = connection.execute(
            sa.select(audit_event).order_by(audit_event.c.id.desc()).limit(3)
        ).all()
    assert [event.action for event in events] == ["read_evidence", "sign_in", "attach_evidence"]
    assert events[0].actor == "staff"
    assert "只写一次" not in str(events)
    assert OWN in events[2].detail

"""The cases page as people use it: every step by every role, and the numbers counted by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from docx import Document
from openpyxl import load_workbook

from data_access.schema import audit_event, holiday, returns, state, subject
from data_access.workflow_schema import case_file, case_step, case_subject
from tests.wire.app_client import OTHER, OWN, Site, demo_application, table_rows, texts
from tests.wire.case_pages import (
    LONG_AGO,
    ROLES,
    TODAY,
    fill_in,
    new_case,
    press,
    shown,
    standing,
    subjects,
)

SHEET, LIST = "cases-sheet.children", "cases-list.children"
ALLOWED = {
    "answer": ("open", "answered", "reviewer"),
    "ask_again": ("answered", "open", "analyst"),
    "confirm": ("answered", "confirmed", "analyst"),
    "refute": ("answered", "refuted", "analyst"),
    "correct": ("confirmed", "corrected", "analyst"),
    "close_corrected": ("corrected", "closed", "analyst"),
    "close_refuted": ("refuted", "closed", "analyst"),
    "close_uncorrected": ("confirmed", "closed", "analyst"),
}
"""Move -> from, to, the one who may; written down from the rules."""
STATUSES = ("open", "answered", "confirmed", "refuted", "corrected", "closed")


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def a_return(site: Site) -> int:
    with site.registry.connect() as connection:
        chosen = sa.select(sa.func.max(returns.c.id)).where(
            returns.c.school == OWN, returns.c.cohort == 2020
        )
        return int(connection.scalar(chosen) or 0)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("move", sorted(ALLOWED))
def test_every_step_by_every_role(site: Site, move: str, role: str) -> None:
    before, after, who = ALLOWED[move]
    case = new_case(site, f"{move} {role}", status=before)
    steps = standing(site, case)[1]
    button = f"cases-move-{move}"
    answer = press(site.person(role), button, case, number=a_return(site))
    if role == who:
        assert not answer.toast, answer.toast
        assert standing(site, case) == (after, steps + 1)
        assert answer.values["cases-words.value"] == ""
    else:
        assert answer.toast == "无权办理此项。"
        assert standing(site, case) == (before, steps)


@pytest.mark.parametrize("role", ROLES)
def test_remarks_and_opening_by_every_role(site: Site, role: str) -> None:
    case = new_case(site, f"补充 {role}")
    answer = press(site.person(role), "cases-remark", case, words="补充一句")
    assert (answer.toast == "") == (role in ("analyst", "reviewer"))
    assert standing(site, case) == ("open", 2 if answer.toast == "" else 1)
    before = count(site)
    answer = fill_in(site.person(role), **form(title=f"登记 {role}"))
    assert (answer.toast == "") == (role == "analyst")
    assert count(site) == before + (role == "analyst")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", STATUSES)
def test_the_page_offers_exactly_what_may_be_done(site: Site, role: str, status: str) -> None:
    case = new_case(site, f"{status} {role}", status=status)
    values = shown(site.person(role), "cases-work.hidden", case=case).values
    offered = {move for move in ALLOWED if not values[f"cases-move-{move}.hidden"]}
    possible = {m for m, (before, _, who) in ALLOWED.items() if (before, who) == (status, role)}
    assert offered == possible
    keeps = role in ("analyst", "reviewer")
    page = site.person(role).page("/cases", f"?case={case}")
    assert ("cases-words" in page.text) == keeps, "who has no part in it gets no form"
    if status == "closed" or role == "viewer":
        assert values["cases-work.hidden"] is True


def form(**other: str) -> dict[str, str]:
    due = (TODAY + dt.timedelta(days=3)).isoformat()
    given = {"school": OWN, "cohort": "2020", "title": "核实", "problem": "请核实", "due": due}
    return {**given, "numbers": "", "responsible": "就业指导中心", **other}


def count(site: Site) -> int:
    with site.registry.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(case_file)) or 0)


def test_opening_by_hand(site: Site) -> None:
    analyst = site.person("analyst")
    own, other = list(subjects(site, OWN, 3)), list(subjects(site, OTHER, 400))
    foreign = next(number for number in other if number not in subjects(site, OWN, 100_000))
    before = count(site)
    for given, said in (
        ({"numbers": f"{own[0]} 999 {foreign}，888"}, f"没有这些学号：999、{foreign}、888，共3个"),
        ({"title": ""}, "请填写“标题”"),
        ({"problem": "电话 13800138000"}, "“问题”中含有"),
        ({"responsible": "王某 138-0013-8000"}, "“责任单位”中含有"),
        ({"due": "2020-02-30"}, "答复期限填写有误"),
        ({"due": "2020-02-03"}, "答复期限2020-02-03已过"),
        ({"school": "99999"}, "学校代码99999不可用"),
        ({"cohort": "20２0"}, "届别填写有误"),
        ({"cohort": "2019", "numbers": "9"}, "没有这些学号"),
    ):
        assert said in fill_in(analyst, **form(**given)).toast
    assert count(site) == before
    pasted = f"{own[0]}\t{own[1]}\r\n{own[2]}、 {own[0]}；"
    answer = fill_in(analyst, **form(title="粘贴学号", numbers=pasted))
    assert answer.toast == ""
    said = texts(answer.values["cases-new-said.children"])
    with site.registry.connect() as connection:
        newest = connection.execute(sa.select(case_file).order_by(case_file.c.id.desc())).first()
        assert newest is not None
        people = connection.scalars(
            sa.select(subject.c.key)
            .join(case_subject, case_subject.c.subject_id == subject.c.id)
            .where(case_subject.c.case_id == newest.id)
        ).all()
    assert (newest.title, newest.opened_by, newest.origin) == ("粘贴学号", "analyst", "manual")
    assert sorted(people) == sorted(own)
    assert said[0] == f"已登记为第{newest.id}号问题。"


def test_the_form_begins_with_ten_working_days(site: Site) -> None:
    answer = shown(site.person("analyst"), "cases-new-due.value")
    day = dt.date.fromisoformat(answer.values["cases-new-due.value"])
    with site.registry.connect() as connection:
        holidays = set(connection.scalars(sa.select(holiday.c.day)))
    between = [TODAY + dt.timedelta(days=n) for n in range(1, (day - TODAY).days + 1)]
    assert sum(one.weekday() < 5 and one not in holidays for one in between) == 10
    assert day.weekday() < 5


def test_who_comes_second_is_told(site: Site) -> None:
    case = new_case(site, "两人同时", status="answered")
    first, second = site.person("analyst"), site.person("analyst")
    seen = shown(second, "cases-work.hidden", case=case).values["cases-seen.data"]
    assert press(first, "cases-move-confirm", case, seen=seen).toast == ""
    answer = press(second, "cases-move-refute", case, seen=seen)
    assert answer.toast == (
        f"未办理：第{case}号问题现为“属实”，由analyst最后变更，请按最新情况处理。"
    )
    assert standing(site, case)[0] == "confirmed"


def test_a_step_is_seen_by_every_open_page(site: Site) -> None:
    case = new_case(site, "实时")
    site.app.store.refresh_beside()
    before = site.app.store.work
    leader = site.person("leader")
    assert "办理中一句" not in shown(leader, SHEET, case=case).text
    press(site.person("reviewer"), "cases-move-answer", case, words="办理中一句")
    site.app.store.refresh_beside()  # or the watcher was faster
    assert site.app.store.work != before
    assert "办理中一句" in shown(leader, SHEET, case=case).text


def test_the_records_are_those_of_the_states(site: Site) -> None:
    """Then and now, looked up one by one in the table of states."""
    with site.registry.connect() as connection:
        rows = connection.execute(
            sa.select(case_subject.c.case_id, case_subject.c.subject_id, case_subject.c.state_seq)
            .join(case_file, case_file.c.id == case_subject.c.case_id)
            .where(case_file.c.status == "closed", case_file.c.return_id.is_not(None))
        ).all()
        assert rows, "the demonstration has a corrected case"
        wanted = {}
        for row in rows:
            mine = [
                r for r in connection.execute(sa.select(state)) if r.subject_id == row.subject_id
            ]
            now = max(mine, key=lambda r: (r.counted_on, r.seq))
            then = next(r for r in mine if r.seq == row.state_seq)
            key = connection.scalar(sa.select(subject.c.key).where(subject.c.id == row.subject_id))
            wanted[key] = (then.counted_on, then.return_id, now.counted_on, now.return_id)
            assert then.destination != now.destination
    answer = shown(site.person("leader"), SHEET, case=rows[0].case_id)
    found = table_rows(answer.values[SHEET])
    assert {row[0] for row in found} == set(wanted)
    for number, _level, before, before_on, after, after_on in found:
        then_on, then_return, now_on, now_return = wanted[number]
        assert before_on == f"{then_on}（第{then_return}号）"
        assert after_on == f"{now_on}（第{now_return}号）"
        assert before != after
    assert "更正上报" in answer.text


def test_key_figures_and_register_are_counted_by_hand(site: Site) -> None:
    late = new_case(site, "逾期之一", due_on=dt.date(2019, 1, 20))
    new_case(site, "逾期但已答复", status="answered", due_on=dt.date(2019, 1, 20))
    with site.registry.connect() as connection:
        rows = connection.execute(sa.select(case_file).where(case_file.c.cohort == 2020)).all()
    overdue = [r for r in rows if r.status == "open" and r.due_on < TODAY]
    leader = site.person("leader")
    figures = texts(shown(leader, "cases-kpis.children").values["cases-kpis.children"])
    going = sum(row.status != "closed" for row in rows)
    waits = sum(row.status == "open" for row in rows)
    assert figures[:3] == ["在办问题", str(going), "件"]
    assert f"待学校答复{waits}件，待部门处理{going - waits}件" in figures
    assert figures[figures.index("逾期未答复") + 1] == str(len(overdue))
    listed = texts(shown(leader, LIST, case_status="all").values[LIST])
    assert listed[0].startswith(f"第{late}号 逾期之一"), "overdue first"
    late_only = shown(leader, LIST, case_status="overdue")
    assert {r.title for r in rows if r.title in late_only.text} == {r.title for r in overdue}
    for status in STATUSES:
        export = leader.get(f"/export/cases.csv?cohort=2020&case_status={status}")
        lines = list(csv.reader(io.StringIO(export.data.decode("utf-8-sig"))))
        body = [line for line in lines if not line[0].startswith("#")][1:]
        assert {int(line[0]) for line in body} == {r.id for r in rows if r.status == status}


def test_what_waits_for_whom(site: Site) -> None:
    with site.registry.connect() as connection:
        rows = connection.execute(sa.select(case_file)).all()
    own = sum(row.status == "open" and row.school == OWN for row in rows)
    judged = sum(row.status not in ("open", "closed") for row in rows)
    for role, n in (("reviewer", own), ("analyst", judged), ("leader", 0), ("staff", 0)):
        said = texts(shown(site.person(role), LIST).values["cases-waiting.children"])
        assert (said[:1] == [f"待本人处理{n}件"]) == (n > 0), (role, said)


def test_downloads_say_the_same(site: Site) -> None:
    leader = site.person("leader")
    query = "cohort=2020&case_status=closed"
    text = leader.get(f"/export/cases.csv?{query}").data.decode("utf-8-sig")
    lines = [line for line in csv.reader(io.StringIO(text)) if not line[0].startswith("#")]
    head, rows = lines[0], lines[1:]
    assert rows
    assert head[:5] == ["编号", "届别", "代码", "学校", "标题"]
    assert "# 状态：已办结" in text
    book = load_workbook(io.BytesIO(leader.get(f"/export/cases.xlsx?{query}").data))
    cells = [[str(c or "") for c in row] for row in book.active.iter_rows(values_only=True)]
    start = next(i for i, row in enumerate(cells) if row[0] == "编号")
    assert [row[0] for row in cells[start + 1 :]] == [row[0] for row in rows]
    word = Document(io.BytesIO(leader.get(f"/export/cases.docx?{query}").data))
    grid = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    assert [row[0] for row in grid[1:]] == [row[0] for row in rows]
    title = head.index("标题")
    assert [row[2] for row in grid[1:]] == [row[title] for row in rows]
    assert leader.get("/export/cases.docx?cohort=2019").status_code == 200


def test_the_trail_knows_the_steps_and_not_the_words(site: Site) -> None:
    case = new_case(site, "留痕")
    press(site.person("reviewer"), "cases-move-answer", case, words="只此一处的话")
    with site.registry.connect() as connection:
        event = connection.execute(
            sa.select(audit_event).order_by(audit_event.c.id.desc()).limit(1)
        ).one()
        words = connection.scalars(
            sa.select(case_step.c.words).where(case_step.c.case_id == case)
        ).all()
    assert (event.actor, event.action) == ("reviewer", "move_case")
    assert json.loads(event.detail) == {
        "case": case,
        "move": "answer",
        "school": OWN,
        "status": "answered",
    }
    assert words[-1] == "只此一处的话"


def test_junk_in_the_address_is_no_case(site: Site) -> None:
    analyst = site.person("analyst")
    for junk in ("0", "x", "12345678901234567890", "-1", "1.5", "new"):
        answer = shown(analyst, SHEET, case=junk)
        assert answer.status == 200
        assert not answer.toast
        assert "请选择一件问题" in answer.text or "没有这一问题" in answer.text
        assert press(analyst, "cases-move-confirm", junk).toast.startswith("没有第")
    assert LONG_AGO.year == 2019

"""The page of submissions as people use it: who may do what, and what the page says about it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from dashboard.security import LARGEST_BODY
from data_access.registry import writing
from data_access.submissions import MAX_BYTES
from data_access.workflow_schema import submission, submission_finding
from layouts.submissions import LARGEST
from tests.sql.submitting import content
from tests.unit.planted_faults import graduate, planted_file
from tests.wire.app_client import (
    OTHER,
    OWN,
    Answer,
    Chosen,
    Person,
    Site,
    demo_application,
    outputs_of,
    people,
    table_rows,
    texts,
)

STEPS = {
    "submit": "reviewer",
    "review_back": "reviewer",
    "accept": "analyst",
    "send_back": "analyst",
    "withdraw": "analyst",
    "discard": "staff",
    "reason": "staff",
    "absent_keep": "staff",
    "absent_remove": "staff",
}
PEOPLE = ("leader", "analyst", "reviewer", "staff", "viewer")
DAY = "2022-06-30"
FAULTY = [("a1", "70"), ("a1", "10"), ("a2", "10")]
GOOD = [("a1", "70"), ("a2", "10"), ("a3", "80")]


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def upload(person: Person, rows: list[tuple[str, str]], **changes: Any) -> Any:
    """What the form sends; a header of the session's token unless `changes` say otherwise."""
    file = (io.BytesIO(content(rows, OWN)), "graduates.csv")
    fields = {"cohort": "2022", "counted_on": DAY, "file": file, **changes}
    return person.client.post(
        "/submissions/upload",
        data=fields,
        headers={"Accept": "application/json", **person.headers},
    )


def read(site: Site, address: str) -> int:
    """Waits for the reader of the application; the number of the submission."""
    number = int(address.rpartition("=")[2])
    for _ in range(200):
        with site.registry.connect() as connection:
            status = connection.scalar(
                sa.select(submission.c.status).where(submission.c.id == number)
            )
        if status not in ("received", "reading"):
            break
        time.sleep(0.05)
    return number


def act(person: Person, number: int, step: str, words: str = "", rule: str = "") -> Answer:
    """Presses a button of the page."""
    output = "submissions-done.data"
    (callback,) = [c for c in person.callbacks() if output in outputs_of(c["output"])]
    button = {"rule": rule, "submissions-act": step}
    pressed = {"id": button, "property": "n_clicks", "value": 1}
    remark = {"id": {"submissions-remark": "words"}, "property": "value", "value": words}
    reason = {"submissions-reason": rule}
    outputs = [name.rpartition(".") for name in outputs_of(callback["output"])]
    body = {
        "output": callback["output"],
        "outputs": [{"id": name, "property": prop} for name, _, prop in outputs],
        "inputs": [[pressed]],
        "changedPropIds": [json.dumps(button, separators=(",", ":")) + ".n_clicks"],
        "state": [
            {"id": "selection", "property": "data", "value": {"submission": str(number)}},
            [remark],
            [{"id": reason, "property": "value", "value": words}],
            [{"id": reason, "property": "id", "value": reason}],
        ],
    }
    return person.send(callback, body)


def said(answer: Answer) -> str:
    """The message for the person, of a success or of a failure."""
    toasts = [v for name, v in answer.values.items() if name.startswith("toasts")]
    return answer.toast or "".join(texts(toasts))


def shown(person: Person, number: int) -> str:
    """What the page says of one submission."""
    output = "submissions-detail.children"
    values = {"selection.data": {"cohort": "2022", "submission": str(number)}}
    return " ".join(texts(person.call(person.callback(output), values).values[output]))


def rates(person: Person, number: int) -> list[list[str]]:
    """The rows of its tables of rates before and after."""
    output = "submissions-detail.children"
    values = {"selection.data": {"cohort": "2022", "submission": str(number)}}
    return table_rows(person.call(person.callback(output), values).values[output])


def status(site: Site, number: int) -> str:
    with site.registry.connect() as connection:
        return str(
            connection.scalar(sa.select(submission.c.status).where(submission.c.id == number))
        )


def graduates(site: Site) -> Counter[str]:
    everybody = people(site.registry, Chosen(2022, dt.date(2023, 12, 31)))
    return Counter(one.destination for one in everybody)


def submit(site: Site, staff: Person, reviewer: Person, number: int) -> None:
    for rule in warned(site, number):
        assert said(act(staff, number, "reason", "核对无误", rule)) == "说明已保存。"
    assert said(act(reviewer, number, "submit")) == "已提交主管部门。"


def test_from_the_file_to_the_figures_and_back(site: Site) -> None:
    staff, reviewer, analyst = (site.person(name) for name in ("staff", "reviewer", "analyst"))
    bad = read(site, upload(staff, FAULTY).get_json()["address"])
    assert "错误1处" in shown(staff, bad)
    assert "改正后方可提交" in said(act(reviewer, bad, "submit"))
    number = read(site, upload(staff, GOOD).get_json()["address"])
    assert status(site, bad) == "discarded"
    assert "新增 3人" in shown(staff, number)
    assert rates(staff, number)[0] == ["合计", "0", "3", "无对应人员", "66.67%", "–"]
    submit(site, staff, reviewer, number)
    assert said(act(analyst, number, "accept")) == "已接收，统计结果已更新。"
    assert graduates(site) == Counter(["70", "10", "80"])
    assert said(act(analyst, number, "withdraw")) == "请填写意见。"
    assert "已撤销" in said(act(analyst, number, "withdraw", "文件有误"))
    assert "analyst的意见：文件有误" in shown(staff, number)
    assert graduates(site) == Counter()


def test_what_is_sent_back_stands_so_on_the_board(site: Site) -> None:
    staff, reviewer, analyst = (site.person(name) for name in ("staff", "reviewer", "analyst"))
    address = upload(staff, GOOD, counted_on="2022-05-25").get_json()["address"]
    number = read(site, address)
    submit(site, staff, reviewer, number)
    assert said(act(analyst, number, "send_back")) == "请填写意见。"
    assert said(act(analyst, number, "send_back", "缺名单")) == "已退回学校。"
    site.app.store.refresh_beside()
    board = reviewer.get("/export/board.csv?cohort=2022").data.decode("utf-8-sig")
    head, *rows = [row for row in csv.reader(io.StringIO(board)) if row[:1] and row[0][:1] != "#"]
    (own,) = [dict(zip(head, row, strict=True)) for row in rows]
    assert own["5月25日"] == "已退回"
    assert "已退回" not in (own["5月18日"], own["6月1日"])


def test_a_step_is_for_its_role_alone(site: Site) -> None:
    number = read(
        site, upload(site.person("staff"), GOOD, counted_on="2022-05-31").get_json()["address"]
    )
    for step, role in STEPS.items():
        for name in PEOPLE:
            if name != role:
                answer = act(site.person(name), number, step, "x", "r")
                assert said(answer) == "您无权办理此事项。", (step, name)
    assert status(site, number) == "draft"


def test_only_the_schools_staff_hand_in(site: Site) -> None:
    for name in PEOPLE:
        answer = upload(site.person(name), GOOD, counted_on="2022-04-30")
        assert answer.status_code == (200 if name == "staff" else 403), name
    staff = site.person("staff")
    bare = staff.client.post("/submissions/upload", data={"cohort": "2022"})
    assert bare.status_code == 403, "no token"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cohort": "x"}, "届别"),
        ({"counted_on": "2022-13-01"}, "统计日期"),
        ({"counted_on": "2019-01-01"}, "上报期"),
        ({"file": (io.BytesIO(b""), "")}, "选择文件"),
        ({"file": (io.BytesIO(b""), "empty.csv")}, "没有内容"),
    ],
)
def test_what_cannot_be_handed_in_is_said(site: Site, changes: Any, words: str) -> None:
    answer = upload(site.person("staff"), GOOD, **changes)
    assert answer.status_code == 422
    assert words in answer.get_json()["message"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(site: Site) -> None:
    assert LARGEST << 20 == MAX_BYTES
    staff = site.person("staff")

    def answer(path: str, kind: str, length: int) -> Any:
        return staff.client.post(
            path,
            content_type=kind,
            headers={"Accept": "application/json", **staff.headers},
            environ_overrides={"CONTENT_LENGTH": str(length)},
        )

    form = "multipart/form-data; boundary=x"
    told = answer("/submissions/upload", form, MAX_BYTES * 2)
    assert (told.status_code, "100" in told.get_json()["message"]) == (422, True)
    other = answer("/_dash-update-component", "application/json", LARGEST_BODY + 1)
    assert other.status_code == 413


def test_another_school_sees_nothing(site: Site) -> None:
    staff = site.person("staff")
    number = read(site, upload(staff, GOOD, counted_on="2022-03-31").get_json()["address"])
    with writing(site.registry) as connection:
        connection.execute(
            sa.update(submission).where(submission.c.id == number).values(school=OTHER)
        )
    for name in ("staff", "reviewer", "viewer"):
        person = site.person(name)
        assert "未选择报送记录" in shown(person, number)
        assert person.get(f"/submissions/{number}/marked.xlsx").status_code in (403, 404)
    assert said(act(staff, number, "discard")) == "您无权办理此事项。"
    assert "2022" in shown(site.person("analyst"), number)


def test_the_marked_file_is_the_file_with_its_faults(site: Site) -> None:
    staff = site.person("staff")
    address = upload(staff, FAULTY, counted_on="2022-01-31").get_json()["address"]
    number = read(site, address)
    answer = staff.get(f"/submissions/{number}/marked.xlsx")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[1] for row in rows] == ["学号", "a1", "a1", "a2"]
    assert rows[0][-1] == "校验问题"
    assert rows[2][-1], "the second a1 is complained about"
    assert sheet.cell(3, 2).fill.fgColor.rgb == "FFF6D5D2"
    assert sheet.cell(2, 2).fill.fill_type is None
    assert site.person("leader").get(f"/submissions/{number}/marked.xlsx").status_code == 403


def warned(site: Site, number: int) -> list[str]:
    f = submission_finding.c
    with site.registry.connect() as connection:
        return list(
            connection.scalars(
                sa.select(f.rule)
                .where(f.submission_id == number, f.severity == "warning")
                .distinct()
            )
        )


def test_the_template_is_read_as_it_is_filled_in(site: Site, tmp_path: Path) -> None:
    """Every heading is known, none is missing, and a filled row becomes a graduate."""
    staff = site.person("staff")
    answer = staff.get("/submissions/template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.active
    assert sheet is not None
    row = graduate(0, 2022, dt.date(2022, 4, 27))
    heads = [str(cell.value) for cell in sheet[1]]
    assert heads[:3] == ["学号", "身份证号", "性别"]
    assert "姓名" not in heads
    sheet.append([row.get(head, "") for head in heads])
    filled = io.BytesIO()
    book.save(filled)
    filled.seek(0)
    changes = {"counted_on": "2022-04-27", "file": (filled, "filled.xlsx")}
    number = read(site, upload(staff, [], **changes).get_json()["address"])
    assert status(site, number) == "draft"
    assert "已读1行：错误0处" in shown(staff, number)
    assert site.person("reviewer").get("/submissions/template.xlsx").status_code == 403


def test_rules_and_new_disciplines_are_called_by_name(site: Site, tmp_path: Path) -> None:
    """A discipline that no catalogue knows has its printed name before it is entered, and a reason
    is asked for the rule, not for the first sentence of a long list."""
    staff, day = site.person("staff"), dt.date(2022, 2, 28)
    planted_file(tmp_path / "faulty.xlsx", cohort=2022, as_of=day)
    content_of = io.BytesIO((tmp_path / "faulty.xlsx").read_bytes())
    changes = {"counted_on": day.isoformat(), "file": (content_of, "faulty.xlsx")}
    number = read(site, upload(staff, [], **changes).get_json()["address"])
    assert ["计算机科学与技术", "0", "1"] in [row[:3] for row in rates(staff, number)]
    assert "v-" not in shown(staff, number)
    output = "submissions-actions.children"
    values = {"selection.data": {"cohort": "2022", "submission": str(number)}}
    asked = " ".join(texts(staff.call(staff.callback(output), values).values[output]))
    assert "性别与身份证号不符（共1处）" in asked
    assert "单位名称疑似人名（共1处）" in asked

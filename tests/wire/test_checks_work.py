"""What is done on the page of checks, and who may do and see it."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.check_days import days_of
from dashboard.i18n import translator
from dashboard.refuted import refuted_case
from data_access import checks, sampling
from data_access.schema import audit_event
from data_access.workflow_schema import check_item, check_result, check_sample
from layouts import checks as layout
from tests.wire.app_client import (
    OTHER,
    OWN,
    Chosen,
    Site,
    demo_application,
    parts,
    people,
    table_rows,
    texts,
)
from tests.wire.check_tools import (
    CLASS,
    LAST,
    believed,
    draw,
    export,
    hand_in,
    of_school,
    press,
    record,
    rows,
    show,
)


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


# ---- what is done


def test_a_sample_is_drawn_and_stands_on_the_page(site: Site) -> None:
    analyst = site.person("analyst")
    number = len(rows(site, check_sample)) + 1
    assert draw(analyst, seed=1001) == f"已抽取样本{number}。"
    assert draw(analyst, seed=1001) == f"相同条件的抽样已有，为样本{number}。"
    site.app.store.refresh_beside()
    listed = table_rows(show(analyst, "checks-samples.children").values["checks-samples.children"])
    assert listed[0][:3] == [f"样本{number}", "40", "按学校和学历分层"]
    assert listed[-1][:3] == ["样本1", "300", "按学校和学历分层"]
    grid = show(analyst, "checks-list.rowData").values["checks-list.rowData"]
    assert len(grid) == 40
    first = show(analyst, "checks-list.rowData", {**CLASS, "sample": "1"})
    assert len(first.values["checks-list.rowData"]) == 300


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"size": 10**6}, "样本量应为1至10000的整数。"),
        ({"size": ""}, "样本量应为1至10000的整数。"),
        ({"size": 9999}, "样本量9999大于毕业生人数"),
        ({"seed": "-1"}, "随机种子应为0至2147483647的整数。"),
        ({"method": "by hand"}, "没有这种抽样方法。"),
        ({"method": "flagged"}, "没有存疑记录"),
        ({"sample-title": "1 3 8 0 0 1 3 8 0 0 0"}, "样本名称不能含有长号码。"),
    ],
)
def test_a_draw_that_cannot_be_is_refused_beside_the_form(
    site: Site, given: dict[str, Any], said: str
) -> None:
    before = len(rows(site, check_sample))
    assert said in draw(site.person("analyst"), **given)
    assert len(rows(site, check_sample)) == before


def test_an_empty_seed_is_drawn_and_recorded(site: Site) -> None:
    draw(site.person("analyst"), seed="")
    assert 0 <= rows(site, check_sample)[-1]["seed"] <= sampling.LARGEST_SEED


def test_one_result_moves_the_number(site: Site) -> None:
    analyst = site.person("analyst")
    number, who = of_school(site, OTHER)
    before = len(believed(site))
    assert record(analyst, school=OTHER, number=number) == f"已登记学号{number}的核查结果。"
    assert record(analyst, school=OTHER, number=number) == f"学号{number}的该项结果此前已登记。"
    site.app.store.refresh_beside()
    everybody = people(site.registry, Chosen(2020, LAST))
    verified = sum(row["result"] != "unreachable" for row in believed(site).values())
    assert len(believed(site)) == before + 1
    assert believed(site)[who]["recorded_by"] == "analyst"
    told = texts(show(analyst, "checks-kpis.children").values["checks-kpis.children"])
    assert f"已核查{verified}人，毕业生{len(everybody):,}人" in told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"outcome": "maybe"}, "请选择核查结果。"),
        ({"channel": "press"}, "您的账号不能登记该渠道的结果。"),
        ({"day": ""}, "核查日期应在2019-11-01至"),
        ({"day": "2019-10-31"}, "核查日期应在2019-11-01至"),
        ({"number": "nobody"}, "没有这名毕业生。"),
        ({"number": None, "school": None}, "没有这名毕业生。"),
    ],
)
def test_a_result_that_cannot_be_is_refused_beside_the_form(
    site: Site, given: dict[str, Any], said: str
) -> None:
    before = len(rows(site, check_result))
    number, _ = of_school(site, OTHER)
    assert said in record(site.person("analyst"), **({"school": OTHER, "number": number} | given))
    assert len(rows(site, check_result)) == before


def test_the_list_is_filled_in_and_comes_back(site: Site) -> None:
    analyst = site.person("analyst")
    draw(analyst, seed=1002)
    number = len(rows(site, check_sample))
    site.app.store.refresh_beside()
    answer = analyst.get(f"/export/checks-list.csv?cohort=2020&sample={number}")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    top = next(at for at, row in enumerate(lines) if "学号" in row)
    assert len(lines) == top + 41
    head = lines[top]
    for at, row in enumerate(lines[top + 1 :]):
        if at % 2:
            row[head.index("核查结果")] = "不属实" if at == 1 else "属实"
            row[head.index("核查日期")] = "2020/11/3"
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    before = len(rows(site, check_result))
    said = hand_in(analyst, text.getvalue().encode("gb18030"), "ministry")
    assert "共40行，新登记20条，此前已有0条，新增不属实1人" in said
    assert "尚无核查结果的共20行" in said
    kept = rows(site, check_result)[before:]
    assert len(kept) == 20
    assert {(row["channel"], row["sample_id"]) for row in kept} == {("ministry", number)}
    assert "新登记0条，此前已有20条" in hand_in(analyst, text.getvalue().encode(), "ministry")


def test_a_workbook_of_the_list_comes_back_too(site: Site) -> None:
    import openpyxl

    analyst = site.person("analyst")
    answer = analyst.get("/export/checks-list.xlsx?cohort=2020&sample=1")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.active
    assert sheet is not None
    top = next(row for row in sheet.iter_rows() if any(cell.value == "学号" for cell in row))
    columns = {cell.value: cell.column for cell in top}
    line = top[0].row + 1
    sheet.cell(line, columns["核查结果"], "属实")
    sheet.cell(line, columns["核查日期"], dt.datetime(2020, 11, 5))  # noqa: DTZ001
    filled = io.BytesIO()
    book.save(filled)
    assert "新登记1条" in hand_in(analyst, filled.getvalue(), "ministry", "filled.xlsx")


def test_a_broken_file_says_where_and_keeps_nothing(site: Site) -> None:
    number, _ = of_school(site, OTHER)
    text = "学校代码,学号,核查结果,核查日期\n"
    text += f"{OTHER},{number},属实,2020-11-02\n{OTHER},nobody,属实,2020-11-02\n"
    before = len(rows(site, check_result))
    said = hand_in(site.person("analyst"), text.encode(), "department")
    assert "filled.csv未导入：共1处不符合要求。" in said
    assert "第3行 学号“nobody”：本届毕业生中没有该学号" in said
    assert len(rows(site, check_result)) == before


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04junk", b"<html></html>"])
def test_any_bytes_are_a_message(site: Site, content: bytes) -> None:
    person = site.person("analyst")
    values = {
        "checks-file.contents": "data:;base64," + base64.b64encode(content).decode(),
        "checks-file.filename": "../../x\x00.xlsx",
        "checks-file-channel.value": "department",
    }
    assert press(person, "checks-file-said.children", values)
    broken = {**values, "checks-file.contents": "data:;base64,***"}
    assert "无法读取" in press(person, "checks-file-said.children", broken)


def test_draws_and_results_are_remembered_without_words(site: Site) -> None:
    analyst = site.person("analyst")
    number, _ = of_school(site, OTHER)
    draw(analyst, seed=1003, **{"sample-title": "autumn"})
    record(analyst, school=OTHER, number=number, outcome="refuted")
    events = [row for row in rows(site, audit_event) if row["actor"] == "analyst"]
    told = {row["action"]: row["detail"] for row in events}
    assert '"seed": 1003' in told["draw_sample"]
    assert '"refuted": 1' in told["record_results"]
    assert not any("autumn" in detail or number in detail for detail in told.values())


# ---- who may do and see what


def test_who_may_not_draw_or_record(site: Site) -> None:
    before, drawn = len(rows(site, check_result)), len(rows(site, check_sample))
    number, _ = of_school(site, OWN)
    for name in ("leader", "reviewer", "staff", "viewer"):
        assert draw(site.person(name)) == "您的账号不能抽取样本。"
    for name in ("leader", "staff", "viewer"):
        person = site.person(name)
        assert record(person, school=OWN, number=number) == "您的账号不能登记核查结果。"
        assert hand_in(person, b"x", "school") == "您的账号不能登记核查结果。"
    assert len(rows(site, check_sample)) == drawn
    assert len(rows(site, check_result)) == before


def test_a_school_records_its_own_answer_about_its_own_graduates(site: Site) -> None:
    reviewer = site.person("reviewer")
    own, other = of_school(site, OWN)[0], of_school(site, OTHER)[0]
    before = len(rows(site, check_result))
    assert "不能登记该渠道" in record(reviewer, school=OWN, number=own)
    assert "没有这名毕业生" in record(reviewer, school=OTHER, number=other, channel="school")
    text = f"学校代码,学号,核查结果,核查日期\n{OTHER},{other},属实,2020-11-02\n"
    assert "院校代码不在学校名单中" in hand_in(reviewer, text.encode(), "school")
    assert len(rows(site, check_result)) == before
    assert "已登记" in record(reviewer, school=OWN, number=own, channel="school")
    assert rows(site, check_result)[-1]["recorded_by"] == "reviewer"


def test_a_school_sees_its_part_of_a_sample_and_not_how_it_was_drawn(site: Site) -> None:
    reviewer = site.person("reviewer")
    own = [row for row in rows(site, check_item) if (row["school"], row["sample_id"]) == (OWN, 1)]
    listed = export(reviewer, "checks-samples")[-1]
    assert listed == ["1", "样本1", str(len(own)), *[""] * 5]
    found = export(reviewer, "checks-list", "cohort=2020&sample=1")
    assert len(found) == len(own)
    assert {row[1] for row in found} == {OWN}
    text = "".join(answer.text for answer in (show(reviewer, "checks-samples.children"),))
    assert "2020-09-30" not in text, "the day of the draw"
    counts = export(reviewer, "checks-schools")
    assert [row[0] for row in counts] == ["total", OWN]
    assert counts[0][2:] == counts[1][2:]


def test_forms_are_shown_to_those_who_may_use_them(site: Site) -> None:
    def hidden(name: str, control: str) -> bool:
        """Whether the nearest part with a `hidden` around a control is hidden."""
        content = (
            site.person(name).page("/checks", "?cohort=2020").values["_pages_content.children"]
        )
        around = [
            part
            for part in parts(content)
            if "hidden" in part["props"]
            and any(inner["props"].get("id") == control for inner in parts(part))
        ]
        return bool(around[-1]["props"]["hidden"])

    assert not hidden("analyst", "checks-draw")
    assert hidden("leader", "checks-draw")
    assert hidden("leader", "checks-record")
    assert hidden("reviewer", "checks-draw")
    assert not hidden("reviewer", "checks-record")


# ---- what the parts have to agree on


def test_the_forms_offer_what_there_is() -> None:
    assert set(layout.METHODS) == set(sampling.METHODS)
    assert layout.CHANNELS == checks.CHANNELS
    assert layout.OUTCOMES == checks.OUTCOMES


def test_a_refuted_record_opens_a_case_in_words_about_nobody() -> None:
    refuted = checks.Refuted(2020, OWN, (4711, 4712), (9, 10), "ann")
    day = dt.date(2020, 11, 2)
    for language in ("zh-CN", "en"):
        case = refuted_case(refuted, "S", day, translator(language))
        assert (case["cohort"], case["school"], case["origin"]) == (2020, OWN, "check")
        assert (case["subjects"], case["result_id"]) == ((4711, 4712), 9)
        assert case["due_on"] == dt.date(2020, 11, 16)
        assert "4711" not in "".join(str(case[one]) for one in ("title", "problem", "responsible"))


def test_a_class_can_be_checked_from_its_season_on() -> None:
    first, last = days_of(2020)
    assert first == dt.date(2019, 11, 1)
    assert last >= dt.date(2026, 1, 1)

"""From a school's file to a trusted number: five people, six browsers, one return and its doubt."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.tools import axe, settle, sign_in
from tests.unit.planted_faults import ROWS, planted_file

COHORT, DAY, LATER = 2018, dt.date(2018, 8, 31), dt.date(2018, 9, 30)
PATIENCE = 60_000  # milliseconds: files are read in the background on two busy cores
UNIT, ODD_UNIT = "某某信息技术有限公司", "某某实习服务有限公司"
ODD_PEOPLE = 6


def hand_in(page: Page, path: Path, day: dt.date) -> str:
    """Uploads a file as the school's staff; the address of the submission, read to its end."""
    page.goto(f"/submissions?cohort={COHORT}")
    page.locator("input[name=counted_on]").fill(day.isoformat())
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="报送", exact=True).click()
    page.wait_for_url(re.compile(r"submission=\d+"), timeout=PATIENCE)
    expect(page.locator("#submissions-detail")).to_contain_text("待提交", timeout=PATIENCE)
    return page.url


def findings(page: Page) -> set[tuple[str, str]]:
    """(row, column) of every finding in the grid."""
    rows = page.locator("#submissions-findings .ag-center-cols-container .ag-row")
    expect(rows.first).to_be_visible(timeout=PATIENCE)

    def cell(row: Locator, name: str) -> str:
        return row.locator(f"[col-id={name}]").inner_text().strip()

    return {(cell(row, "line"), cell(row, "field")) for row in rows.all()}


def press(page: Page, button: str, said: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".qx-toast")).to_contain_text(said, timeout=PATIENCE)


def work(page: Page, button: str, words: str, said: str) -> None:
    """One move of a case."""
    page.get_by_label("说明", exact=True).fill(words)
    page.locator("#cases-work").get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#cases-said")).to_have_text(said, timeout=PATIENCE)


def doubt(analyst: Page, reviewer: Page) -> str:
    """A flag opens a case, which is answered and confirmed; the address of the case."""
    analyst.goto(f"/flags?cohort={COHORT}&as_of={DAY}")
    analyst.get_by_role("button", name="运行规则").click()
    expect(analyst.locator("#flags-run-done")).to_contain_text("运行完成", timeout=PATIENCE)
    analyst.locator("#flags-grid .ag-row a", has_text="疑似以实习").first.click()
    expect(analyst).to_have_url(re.compile(r"flag=\d+"), timeout=PATIENCE)
    analyst.reload()  # what is typed must not go into the page that is on its way out
    expect(analyst.locator("#flags-chosen-finding")).to_contain_text("实习", timeout=PATIENCE)
    analyst.locator("#flags-responsible").fill("就业指导中心")
    analyst.locator("#flags-due").fill("2099-01-31")
    analyst.locator("#flags-due").blur()
    expect(analyst.locator("#flags-responsible")).to_have_value("就业指导中心")
    analyst.locator("#flags-open").click()
    expect(analyst.locator("#flags-opened")).to_contain_text("台账", timeout=PATIENCE)

    reviewer.goto(f"/cases?cohort={COHORT}")
    reviewer.locator("#cases-list a", has_text="实习").first.click()
    expect(reviewer.locator("#cases-sheet tbody tr")).to_have_count(ODD_PEOPLE, timeout=PATIENCE)
    work(reviewer, "提交答复", "单位名称填写有误，将更正", "已提交答复。")
    case: str = reviewer.url
    analyst.goto(case)
    work(analyst, "认定属实", "单位名称与合同不一致", "已认定问题属实。")
    return case


def test_from_a_file_with_faults_to_a_confirmed_case_and_its_correcting_return(
    page: Page, new_context: Callable[..., Any], tmp_path: Path
) -> None:
    faulty, corrected, final = (tmp_path / name for name in ("a.xlsx", "b.csv", "c.csv"))
    planted = planted_file(faulty, cohort=COHORT, as_of=DAY)
    planted_file(final, cohort=COHORT, as_of=DAY, corrected=True)
    text = final.read_bytes().decode("gb18030")
    odd = text.replace(UNIT, ODD_UNIT, ODD_PEOPLE)
    corrected.write_bytes(odd.encode("gb18030"))

    leader, staff, reviewer, analyst = page, *(new_context().new_page() for _ in range(3))
    sign_in(leader, "leader", f"/?cohort={COHORT}")
    expect(leader.locator("#overview-kpis")).not_to_be_empty(timeout=PATIENCE)
    sign_in(staff, "school_staff")
    sign_in(reviewer, "school_reviewer")
    sign_in(analyst, "analyst")

    hand_in(staff, faulty, DAY)
    expect(staff.locator("#submissions-detail")).to_contain_text("错误6处，提醒6处")
    assert findings(staff) >= {(str(one.line), one.column) for one in planted}
    settle(staff)
    axe(staff)

    address = hand_in(staff, corrected, DAY)
    expect(staff.locator("#submissions-detail")).to_contain_text("错误0处，提醒0处")
    reviewer.goto(address)
    press(reviewer, "审核通过，提交", "已提交主管部门。")
    analyst.goto(address)
    press(analyst, "接收", "已接收，统计结果已更新。")
    expect(leader.locator("#overview-kpis")).to_contain_text(f"{ROWS}", timeout=PATIENCE)
    expect(leader.locator("#status")).to_contain_text("2018年8月31日")

    case = doubt(analyst, reviewer)
    address = hand_in(staff, final, LATER)
    reviewer.goto(address)
    press(reviewer, "审核通过，提交", "已提交主管部门。")
    analyst.goto(address)
    press(analyst, "接收", "已接收，统计结果已更新。")

    reviewer.goto(case)
    expect(reviewer.locator("#cases-sheet")).to_contain_text(
        "单位名称与合同不一致", timeout=PATIENCE
    )

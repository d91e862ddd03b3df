"""Flags in a real browser: run the rules, choose a flag, see its records, set a threshold."""

from __future__ import annotations

import csv
import io
import re

from playwright.sync_api import Page, expect

from tests.browser.tools import axe, settle, sign_in

ADDRESS = "/flags?cohort=2020&as_of=2020-09-30"
PATIENCE = 60_000  # milliseconds: a run over a province on two busy cores


def test_from_a_run_to_the_records_of_a_flag(page: Page) -> None:
    sign_in(page, "analyst", ADDRESS)
    expect(page.locator("h1")).to_have_text("存疑")
    page.get_by_role("button", name="运行规则").click()
    expect(page.locator("#flags-run-done")).to_contain_text(
        re.compile("运行完成|结果不变"), timeout=PATIENCE
    )
    expect(page.locator(".qx-kpi--lead .qx-kpi__value")).to_contain_text("所")
    link = page.locator("#flags-grid .ag-row a", has_text="单位名称与单位性质不符").first
    expect(link).to_be_visible()
    link.click()
    expect(page).to_have_url(re.compile(r"flag=\d+"))
    expect(page.locator("#flags-chosen-finding")).to_contain_text("单位名称与单位性质不符")
    cells = page.locator("#flags-chosen tbody tr").first
    expect(cells).to_be_visible()
    number = cells.locator("th, td").first.inner_text()
    settle(page)
    axe(page)
    with page.expect_download() as waiting:
        page.locator("a[href^='/export/flag-evidence.csv']").click()
    text = waiting.value.path().read_text("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0][:1] != "#"]
    assert number in {row[0] for row in rows[1:]}
    page.reload()
    expect(page.locator("#flags-chosen-finding")).to_contain_text("单位名称与单位性质不符")


def test_a_threshold_is_set_by_keyboard_and_told(page: Page) -> None:
    sign_in(page, "analyst", ADDRESS)
    page.locator("#flags-rule").select_option(label="疑似以实习、见习代替就业")
    expect(page.locator("#flags-threshold")).to_have_value("3")
    page.locator("#flags-threshold").fill("4")
    page.locator("#flags-threshold").blur()
    page.locator("#flags-save").press("Enter")
    expect(page.locator("#flags-saved")).to_contain_text("已保存")
    row = page.locator("#flags-rules tbody tr", has_text="疑似以实习、见习代替就业")
    expect(row).to_contain_text("门槛已调整")
    expect(row).to_contain_text("4人")

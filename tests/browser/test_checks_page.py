"""The page of checks in a browser: draw a sample, record a result, see the number change."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.tools import axe, settle, sign_in

PATIENCE = 30_000  # milliseconds
ADDRESS = "/checks?cohort=2019"  # a class that the demonstration has drawn nothing of


def test_a_sample_is_drawn_and_a_result_changes_the_number(page: Page) -> None:
    sign_in(page, "analyst", ADDRESS)
    lead = page.locator(".qx-kpi--lead")
    expect(lead).to_contain_text("已核查0人", timeout=PATIENCE)
    page.get_by_label("样本量", exact=True).fill("25")
    page.get_by_label("随机种子").fill("8")
    page.get_by_role("button", name="抽取", exact=True).click()
    expect(page.locator("#checks-drawn")).to_contain_text("已抽取样本", timeout=PATIENCE)
    expect(page.locator("#checks-list-finding")).to_contain_text("共25人", timeout=PATIENCE)
    row = page.locator("#checks-list .ag-center-cols-container .ag-row").first
    number = row.locator("[col-id=number]").inner_text()
    row.locator("[col-id=number]").click()
    expect(page.get_by_label("学号", exact=True)).to_have_value(number)
    page.locator("#checks-day").fill("2019-10-15")
    page.locator("#checks-outcome").get_by_text("不属实", exact=True).click()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("#checks-recorded")).to_contain_text(f"已登记学号{number}")
    expect(lead).to_contain_text("已核查1人", timeout=PATIENCE)
    expect(row.locator("[col-id=word_department]")).to_contain_text("不属实")
    expect(page.locator("#status")).to_contain_text(re.compile("其中已核查0.00%"))
    settle(page)
    axe(page)


def test_a_phone_shows_the_page_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "leader", "/checks?cohort=2020")
    expect(page.locator("#checks-list .ag-row").first).to_be_visible(timeout=PATIENCE)
    settle(page)
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wider)
    expect(page.get_by_role("button", name="抽取", exact=True)).to_be_hidden()
    axe(page)

"""The benchmark page in a browser: choosing a school, a group and peers; readable everywhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tools import axe, settle, sign_in

DAY = "/benchmark?cohort=2020&as_of=2020-09-30"
PATIENCE = 30_000  # milliseconds: two busy cores, and a first visit


def ready(page: Page) -> None:
    """Wait until the four charts are drawn."""
    expect(page.locator(".js-plotly-plot .main-svg").nth(4)).to_be_visible(timeout=PATIENCE)
    settle(page)


def test_a_school_a_group_and_peers_are_chosen(page: Page) -> None:
    sign_in(page, "leader", DAY)
    page.get_by_role("link", name="青禾示例大学").click()
    ready(page)
    expect(page).to_have_url(re.compile("school=99001"))
    lead = page.locator(".qx-kpi--lead .qx-kpi__value")
    expect(lead).to_have_text("41.16%")
    group = page.locator("#benchmark-group")
    expect(group).to_contain_text("不足5所")
    page.get_by_text("同类", exact=True).click()
    expect(page).to_have_url(re.compile("group=kind"))
    expect(group).to_contain_text("共23所")
    page.get_by_text("自动", exact=True).click()
    page.locator("#state-peer-summary").click()
    for name in ("云杉", "松涛", "金穗", "厚朴", "明德"):
        page.locator("#state-peer").get_by_label(re.compile(name)).check()
    expect(group).to_contain_text("自选学校，共5所")
    assert len(re.findall("peer=", page.url)) == 5
    page.reload()
    ready(page)
    expect(group).to_contain_text("自选学校，共5所")
    page.go_back()
    expect(page.get_by_role("heading", name="选择一所学校")).to_be_visible()


def test_a_school_sees_its_place_and_no_other_name(page: Page) -> None:
    sign_in(page, "school_reviewer", DAY)
    ready(page)
    expect(page.locator(".qx-kpi--lead .qx-kpi__value")).to_have_text("41.16%")
    expect(page.locator("main")).not_to_contain_text("云杉")
    expect(page.locator("#state-peer")).to_have_count(0)
    expect(page.locator("#benchmark-group")).to_contain_text("不提供个别学校的数据")


@pytest.mark.parametrize(
    ("role", "path"), [("leader", f"{DAY}&school=99001"), ("leader", DAY), ("school_staff", DAY)]
)
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_it_is_accessible_and_fits(
    page: Page, role: str, path: str, width: int, language: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/language/{language}?next=/sign-in")
    sign_in(page, role, path)
    if role == "leader" and path == DAY:
        expect(page.locator(".qx-columns a").first).to_be_visible(timeout=PATIENCE)
    else:
        ready(page)
    axe(page)
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0

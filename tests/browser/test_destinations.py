"""The destinations page in a real browser: into a bar, further down, and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tools import axe, settle, sign_in

PATIENCE = 30_000  # milliseconds: two busy cores, and a first visit
REPORT_DAY = "/destinations?cohort=2020&as_of=2020-09-30"
CARDS = 8
CUT_OFF = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap((plot) => {
  const box = plot.getBoundingClientRect();
  return [...plot.querySelectorAll('text')].filter((text) => {
    const at = text.getBoundingClientRect();
    if (!at.width || getComputedStyle(text).opacity === '0') return false;
    const small = parseFloat(getComputedStyle(text).fontSize) < 11;
    return small || at.left < box.left - 1 || at.right > box.right + 1
      || at.top < box.top - 1 || at.bottom > box.bottom + 1;
  }).map((text) => `${plot.parentElement.id}: ${text.textContent}`);
})"""


def ready(page: Page) -> None:
    """Wait until every chart is drawn."""
    drawn = page.locator(".js-plotly-plot .main-svg:first-child")
    expect(drawn).to_have_count(CARDS, timeout=PATIENCE)
    expect(page.locator(".qx-card__source", has_text=re.compile(r"\d{4}"))).to_have_count(CARDS)
    settle(page)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("state", ["", "&cut=discipline&depth=code&part=kind.31&unit=count"])
def test_the_page_is_accessible_and_nothing_is_cut_off(
    page: Page, width: int, language: str, state: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/language/{language}?next=/sign-in")
    sign_in(page, "leader", REPORT_DAY + state)
    ready(page)
    axe(page)
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.evaluate(CUT_OFF) == []


def test_a_bar_leads_to_the_people_behind_it_and_back_returns(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    # The trace of further study: its bars are 合计 and the levels; the last is 专科.
    bars = page.locator("#destinations-mixes-graph .trace.bars")
    last = bars.nth(2).locator(".point path").last
    last.hover(force=True)  # plotly's own layer lies above its bars
    last.click(force=True)
    expect(page).to_have_url(re.compile(r"level=diploma"))
    expect(page).to_have_url(re.compile(r"part=further_study"))
    ready(page)
    first = page.locator("article.qx-card").first
    expect(first.locator("h2")).to_have_text("谁在其中")
    expect(first.locator(".qx-card__finding")).to_contain_text("升学共")
    first.locator("summary").click()
    school = first.locator("tbody th a").first
    name = school.inner_text()
    school.click()
    expect(page).to_have_url(re.compile(r"school=99\d{3}"))
    expect(page).to_have_url(re.compile(r"behind=discipline"))
    expect(page.locator("#selection-sentence")).to_contain_text(name)
    page.go_back()
    ready(page)
    expect(page.locator("#selection-sentence")).not_to_contain_text(name)
    page.go_back()
    ready(page)
    expect(page).not_to_have_url(re.compile(r"part="))
    expect(page.locator("article.qx-card h2").first).to_have_text("各类毕业生的去向构成")


def test_controls_change_the_cards_in_place_and_the_address(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    page.locator("#state-cut").get_by_text("性别", exact=True).click()
    mixes = page.locator("article", has=page.locator("#destinations-mixes-graph"))
    expect(mixes.locator(".annotation-text", has_text="女")).to_have_count(1)
    page.locator("#state-part").select_option("kind.31")
    behind = page.locator("#destinations-behind-finding")
    expect(behind).to_contain_text("单位性质：国有企业共")
    page.locator("#state-versus").select_option("2024")
    expect(page.locator("#destinations-definitions-finding")).to_contain_text("2024年口径")
    expect(page).to_have_url(re.compile(r"cut=sex.*part=kind\.31.*versus=2024"))
    page.reload()
    ready(page)
    expect(page.locator("#state-cut input:checked + label")).to_have_text("性别")
    expect(behind).to_contain_text("单位性质：国有企业共")
    expect(page.locator("#state-part")).to_have_value("kind.31")

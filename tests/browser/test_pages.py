"""The pages in a real browser: what people do with them, with everything they must never do."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tools import axe, settle, sign_in, username
from tests.browser.watch import Watch
from tests.server import ROOT, environment, quxiang

REPORT_DAY = "/?cohort=2020&as_of=2020-09-30"
PATIENCE = 30_000  # milliseconds: two busy cores, and a first visit
expect.set_options(timeout=15_000)
PAGES = (
    "/",
    "/disciplines",
    "/disciplines?cohort=2020&as_of=2020-09-30&discipline=b-0809",
    "/quality?cohort=2020&school=99002&school=99003",
)


def ready(page: Page) -> None:
    """Wait until charts and tables are drawn, or the flows on a page that has no table."""
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=PATIENCE)
    table = page.locator(".ag-row, .qx-rules li, .sankey-node").first
    expect(table).to_be_visible(timeout=PATIENCE)
    settle(page)


def show(settings: dict[str, str], *arguments: str) -> list[list[str]]:
    """The rows of `quxiang show rates` as CSV, with a heading row."""
    text = quxiang(settings, "show", "rates", *arguments, "--format", "csv")
    return list(csv.reader(io.StringIO(text)))


def test_the_overview_shows_what_the_command_prints(
    page: Page, live_settings: dict[str, str]
) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    expect(page.locator(".qx-kpi--lead .qx-kpi__value")).to_have_text("49.45%")
    expect(page.locator(".qx-kpis")).to_contain_text("229,416")
    rows = show(live_settings, "--cohort", "2020", "--as-of", "2020-09-30", "--by", "level")
    page.locator("#overview-levels-table").locator("xpath=..").locator("summary").click()
    printed = page.locator("#overview-levels-table tbody tr")
    assert [row[4] for row in rows[1:]][:1] == ["47.15"]
    for row in rows[1:]:
        line = printed.filter(has=page.get_by_role("rowheader", name=row[1], exact=True))
        expect(line).to_contain_text(f"{int(row[2]):,}")
        expect(line).to_contain_text(f"{row[4]}%")


def test_a_filter_goes_into_the_address_and_survives_a_reload(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    page.locator("#bar-levels-summary").click()
    page.locator("#bar-levels").get_by_text("本科", exact=True).click()
    expect(page.locator(".qx-kpi--lead .qx-kpi__value")).to_have_text("42.97%")
    expect(page).to_have_url(re.compile(r"level=bachelor"))
    page.reload()
    ready(page)
    expect(page.locator(".qx-kpi--lead .qx-kpi__value")).to_have_text("42.97%")
    expect(page.locator("#selection-sentence")).to_contain_text("本科")


def test_a_junk_address_shows_the_page_all_the_same(page: Page) -> None:
    sign_in(page, "leader", "/?cohort=abc&as_of=2020-02-31&school=%00&level=!&y=1&y=2")
    ready(page)
    expect(page.locator("h1")).to_have_text("总览")


def test_back_and_forward_keep_what_was_chosen(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    page.locator(".qx-nav").get_by_text("专业").click()
    ready(page)
    expect(page.locator("h1")).to_have_text("专业")
    expect(page).to_have_url(re.compile(r"/disciplines\?cohort=2020&as_of=2020-09-30"))
    page.go_back()
    ready(page)
    expect(page.locator("h1")).to_have_text("总览")
    expect(page.locator(".qx-kpi--lead .qx-kpi__value")).to_have_text("49.45%")
    page.go_forward()
    expect(page.locator("h1")).to_have_text("专业")


@pytest.mark.parametrize("typed", ["博雅", "bysl"])
def test_a_school_is_found_by_name_and_by_initials(page: Page, typed: str) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    page.locator("#bar-schools-summary").click()
    page.locator("#bar-schools-find").press_sequentially(typed)
    shown = page.locator("#bar-schools .form-check:visible")
    expect(shown).to_have_count(1)
    shown.locator("label").click()
    expect(page).to_have_url(re.compile(r"school=99\d{3}"))
    expect(page.locator("#selection-sentence")).to_contain_text("博雅示例学院")
    page.keyboard.press("Escape")
    expect(page.locator("#bar-schools")).to_be_hidden()


def test_a_school_row_leads_to_the_school_and_back(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    link = page.locator("#overview-schools .ag-row a").first
    name = link.inner_text()
    link.click()
    expect(page.locator("#selection-sentence")).to_contain_text(name)
    page.go_back()
    expect(page.locator("#selection-sentence")).not_to_contain_text(name)
    expect(page.locator(".qx-kpi--lead .qx-kpi__value")).to_have_text("49.45%")


def test_a_discipline_leads_down_and_its_path_up_again(page: Page) -> None:
    sign_in(page, "leader", "/disciplines?cohort=2020&as_of=2020-09-30&rank=category")
    ready(page)
    page.locator("#disciplines-grid .ag-row a", has_text="工学").first.click()
    expect(page.locator("#disciplines-path")).to_contain_text("工学")
    expect(page.locator("#disciplines-detail .js-plotly-plot").first).to_be_visible()
    expect(page.locator("#disciplines-grid")).to_contain_text("信息与通信工程")
    page.locator("#disciplines-path a", has_text="全部专业").click()
    expect(page.locator("#disciplines-detail .js-plotly-plot")).to_have_count(0)


def test_the_league_table_is_searched_by_initials(page: Page) -> None:
    sign_in(page, "leader", "/disciplines?cohort=2020&as_of=2020-09-30")
    ready(page)
    page.locator("#disciplines-search").press_sequentially("计算机")
    expect(page.locator("#disciplines-grid .ag-center-cols-container .ag-row")).to_have_count(3)


def test_the_language_changes_and_the_address_stays(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    page.locator("[data-language]").click()
    ready(page)
    expect(page.locator("h1")).to_have_text("Overview")
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page).to_have_url(re.compile(r"cohort=2020&as_of=2020-09-30"))
    expect(page.locator(".qx-demo")).to_contain_text("Demonstration data")


def test_an_ended_session_leads_to_the_sign_in_page_and_back(page: Page, watch: Watch) -> None:
    watch.expect_console("401")
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    page.context.clear_cookies()
    page.wait_for_url(re.compile(r"/sign-in\?next="))
    assert "cohort%3D2020" in page.url


def test_the_keyboard_reaches_the_content(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    page.keyboard.press("Tab")
    expect(page.locator(".qx-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_are_accessible_and_fit(page: Page, path: str, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/language/{language}?next=/sign-in")
    axe(page)
    sign_in(page, "leader", path)
    ready(page)
    axe(page)
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    expect(page.locator(".qx-demo")).to_be_visible()


def test_a_phone_folds_its_filters(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "leader", REPORT_DAY)
    expect(page.locator(".qx-kpi--lead .qx-kpi__value")).to_have_text("49.45%")
    expect(page.locator("#selection-bar")).to_be_hidden()
    page.locator("main .qx-fold-button").click()
    expect(page.locator("#bar-cohort")).to_be_visible()


def test_paper_has_no_navigation(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    page.emulate_media(media="print")
    expect(page.locator(".qx-nav")).to_be_hidden()
    expect(page.locator("#selection-bar")).to_be_hidden()
    expect(page.locator("#selection-sentence")).to_be_visible()


def test_two_people_see_their_own(new_context: Any) -> None:
    leader, reviewer = new_context().new_page(), new_context().new_page()
    sign_in(leader, "leader", REPORT_DAY)
    sign_in(reviewer, "school_reviewer", REPORT_DAY + "&school=99002")
    ready(leader)
    expect(leader.locator("#overview-schools .ag-row").nth(5)).to_be_visible()
    expect(reviewer.locator(".qx-kpis")).to_contain_text("无对应人员")
    expect(reviewer.locator("#overview-schools .ag-center-cols-container .ag-row")).to_have_count(0)
    reviewer.goto(REPORT_DAY)
    ready(reviewer)
    expect(reviewer.locator("#bar-schools .form-check")).to_have_count(1)


def test_downloads_hold_what_the_screen_shows(page: Page, tmp_path: Path) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    card = page.locator("article", has=page.locator("#overview-levels-graph"))
    files = {}
    for label in ("CSV", "Excel", "图片"):
        with page.expect_download() as started:
            card.get_by_text(label, exact=True).click()
        path = tmp_path / started.value.suggested_filename
        started.value.save_as(path)
        files[label] = path
    text = files["CSV"].read_text("utf-8-sig")
    assert "2020年9月30日" in text
    assert "演示数据" in text
    assert "研究生,10343,4877,47.15" in text
    with zipfile.ZipFile(files["Excel"]) as book:
        assert "研究生" in book.read("xl/sharedStrings.xml").decode()
    assert files["图片"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_an_open_page_follows_new_data_and_a_fixed_day_does_not(
    new_context: Any, live_settings: dict[str, str]
) -> None:
    """`replay` in another process; the page changes within two seconds, without a reload."""
    live, fixed = new_context().new_page(), new_context().new_page()
    sign_in(live, "leader", "/")
    sign_in(fixed, "leader", "/?cohort=2021&as_of=2021-06-30")
    ready(live)
    ready(fixed)
    before = live.locator("#status").inner_text()
    still = fixed.locator("main").inner_text()
    live.evaluate(
        """() => {
          window.__mark = 1;
          document.getElementById("bar-edition").focus({preventScroll: true});
          window.scrollTo({top: 400, behavior: "instant"});
        }"""
    )
    scrolled = live.evaluate("() => window.scrollY")
    arguments = [sys.executable, "-m", "dashboard", "replay", "--days", "1"]
    with subprocess.Popen(
        arguments,
        cwd=ROOT,
        env=environment(live_settings),
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        assert "2021年7月7日" in told, told + process.stdout.read()
        expect(live.locator("#status")).to_contain_text("2021年7月7日", timeout=2_000)
        expect(live.locator(".qx-live__text")).to_have_text("数据已更新")
    expect(live.locator(".qx-kpi--lead .qx-kpi__value")).not_to_have_text("33.48%")
    assert live.locator("#status").inner_text() != before
    assert live.evaluate("() => window.__mark") == 1
    assert live.evaluate("() => window.scrollY") == scrolled
    expect(live.locator("#bar-edition")).to_be_focused()
    assert fixed.locator("main").inner_text() == still


def test_every_role_signs_in(new_context: Any) -> None:
    for role in ("leader", "analyst", "school_reviewer", "school_staff", "viewer"):
        page = new_context().new_page()
        sign_in(page, role)
        expect(page.locator(".qx-header")).to_contain_text(username(role))

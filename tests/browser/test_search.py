"""Finding things, taking choices away, and the way down to the finest cut and back up again."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from layouts.pages import path_of
from tests.browser.test_pages import PATIENCE, REPORT_DAY, ready
from tests.browser.tools import axe, settle, sign_in

FRAME = {"cohort": ["2020"], "as_of": ["2020-09-30"]}
FILTERED = REPORT_DAY + "&level=bachelor&discipline=b-08&origin=140000"
FLOWS = path_of("flows") or "/"
"""Where a region leads."""
BOYA = "99022"


def chosen(page: Page) -> tuple[str, dict[str, list[str]]]:
    """Path and parameters of the address."""
    parts = urlsplit(page.url)
    return parts.path, parse_qs(parts.query)


def arrived(page: Page, path: str, **query: str) -> bool:
    """Wait until this page is there; whether it shows exactly this, the class and its day aside."""
    wanted = "".join(rf"(?=.*[?&]{name}={code}(&|$))" for name, code in query.items())
    expect(page).to_have_url(re.compile(rf"//[^/]+{re.escape(path)}\?{wanted}"))
    ready(page)
    return chosen(page) == (path, {**FRAME, **{name: [code] for name, code in query.items()}})


def rate(page: Page) -> Locator:
    return page.locator(".qx-kpi--lead .qx-kpi__value")


def figures(page: Page) -> list[str]:
    """What a page says in numbers: its key figures, or the sources of its cards with their n."""
    ready(page)
    found = page.locator(".qx-kpi__value, .qx-card__source")
    return [page.url, page.locator("#selection-sentence").inner_text(), *found.all_inner_texts()]


def find(page: Page, text: str) -> Locator:
    """Type into the search box; the options that are offered."""
    box = page.get_by_role("combobox", name="查找")
    box.click()
    box.press_sequentially(text)
    expect(page.locator("#find-popup")).to_be_visible()
    return page.locator("#find-list").get_by_role("option")


@pytest.mark.parametrize("typed", ["博雅", "bysl", "BoYa", "ｂｏｙａ", "boya example", BOYA])
def test_a_school_is_found_and_nothing_else_stays_chosen(page: Page, typed: str) -> None:
    sign_in(page, "leader", FILTERED)
    ready(page)
    before = figures(page)
    option = find(page, typed).filter(has_text="博雅示例学院")
    expect(option).to_have_count(1)
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    assert arrived(page, "/", school=BOYA)
    expect(page.locator("#selection-sentence")).to_have_text(
        "2020届 · 博雅示例学院 · 截至2020年9月30日"
    )
    expect(page.locator("#find-text")).to_have_value("")
    page.go_back()
    expect(page.locator("#selection-sentence")).to_contain_text("工学")
    assert figures(page) == before


@pytest.mark.parametrize(
    ("typed", "name", "note", "path", "query"),
    [
        ("计算机类", "计算机类", "本科 · 专业类", "/disciplines", {"discipline": "b-0809"}),
        ("kuaijix", "会计学", "本科 · 专业", "/disciplines", {"discipline": "b-120203"}),
        ("tys", "太原市", "就业地 · 山西省", FLOWS, {"work_region": "140100"}),
        ("Taiyuan", "太原市", "生源地 · 山西省", FLOWS, {"origin": "140100"}),
    ],
)
def test_a_discipline_or_a_region_is_opened_with_the_mouse(
    page: Page, typed: str, name: str, note: str, path: str, query: dict[str, str]
) -> None:
    sign_in(page, "leader", REPORT_DAY + "&school=99001&level=bachelor")
    ready(page)
    find(page, typed).filter(has_text=name).filter(has_text=note).first.click()
    expect(page).to_have_url(re.compile(rf"{re.escape(path)}\?"))
    assert arrived(page, path, **query)
    page.go_back()
    expect(page).to_have_url(re.compile(r"school=99001"))
    expect(page.locator("#selection-sentence")).to_contain_text("青禾示例大学")


def test_a_page_is_found_too(page: Page) -> None:
    sign_in(page, "leader", FILTERED)
    ready(page)
    find(page, "zhuanye").filter(has_text=re.compile(r"^专业$")).click()
    assert arrived(page, "/disciplines")


def test_the_box_is_worked_with_the_keyboard_alone(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    box = page.get_by_role("combobox", name="查找")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("shanxi/")
    expect(page.get_by_text("未找到相符的学校、专业或地区")).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Backspace")
    options = page.locator("#find-list").get_by_role("option")
    expect(options.first).to_contain_text("山西省")
    expect(box).to_have_attribute("aria-expanded", "true")
    for step, at in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1)):
        page.keyboard.press(step)
        expect(options.nth(at)).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", f"find-option-{at + 1}")
        expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#find-popup")).to_be_hidden()
    expect(box).to_have_value("shanxi")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("Enter")
    assert arrived(page, FLOWS, work_region="140000")
    expect(page.locator("#find-popup")).to_be_hidden()


def test_enter_waits_for_the_answer_to_what_is_typed(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    find(page, "qinghe").first.wait_for()
    page.locator("#find-text").fill("boya")
    page.keyboard.press("Enter")  # the list is still that of before
    assert arrived(page, "/", school=BOYA)


def test_a_slash_that_is_typed_stays_one(page: Page) -> None:
    sign_in(page, "leader", "/disciplines?cohort=2020&as_of=2020-09-30")
    ready(page)
    page.locator("#disciplines-search").press_sequentially("a/b")
    expect(page.locator("#disciplines-search")).to_have_value("a/b")


def test_a_school_user_finds_the_own_school_only(page: Page) -> None:
    sign_in(page, "school_reviewer", REPORT_DAY)
    ready(page)
    options = find(page, "示例")
    expect(options).to_have_count(1)
    expect(options).to_contain_text("青禾示例大学")
    page.locator("#find-text").fill("99002")
    expect(page.get_by_text("未找到相符的学校、专业或地区")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_open_list_is_accessible_and_fits(page: Page, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/language/{language}?next=/sign-in")
    sign_in(page, "leader", FILTERED)
    ready(page)
    if width < 768:
        expect(page.locator("#find-text")).to_be_hidden()
        page.locator(".qx-header .qx-fold-button").click()
    page.locator("#find-text").click()
    page.keyboard.type("shan")
    expect(page.locator("#find-list").get_by_role("option").first).to_be_visible()
    axe(page)
    for box in (page.locator("#find-popup"), page.locator("#find-text")):
        bounds = box.bounding_box()
        assert bounds is not None
        assert bounds["x"] >= 0
        assert bounds["x"] + bounds["width"] <= width
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.keyboard.press("Enter")
    expect(page.locator("#find-popup")).to_be_hidden()
    expect(page.locator("#find-text")).to_be_visible(visible=width > 768)


def test_a_choice_is_taken_away_from_controls_address_and_numbers(page: Page) -> None:
    schools = "&school=99001&school=99002"
    rest = "&level=bachelor&discipline=b-08&origin=140000&work_region=140000&edition=2021"
    sign_in(page, "leader", REPORT_DAY + schools + rest)
    ready(page)
    picks = page.get_by_role("list", name="已选条件").get_by_role("listitem")
    expect(picks).to_have_text(
        [
            "青禾示例大学",
            "云杉示例理工大学",
            "本科",
            "工学",
            "生源地：山西省",
            "就业地：山西省",
            "2021年口径",
            "清除筛选",
        ]
    )
    _, query = chosen(page)
    for text, name, code, control, left in (
        ("云杉示例理工大学", "school", "99002", "#bar-schools-summary", "青禾示例大学"),
        ("就业地：山西省", "work_region", "140000", "#bar-work-region", "any"),
        ("生源地：山西省", "origin", "140000", "#bar-origin", "any"),
        ("工学", "discipline", "b-08", "#bar-discipline", "any"),
    ):
        page.get_by_role("button", name=f"移除“{text}”").click()
        expect(page.get_by_role("button", name=f"移除“{text}”")).to_have_count(0)
        query[name] = [one for one in query[name] if one != code]
        expect(page).not_to_have_url(re.compile(rf"[?&]{name}={code}"))
        assert chosen(page)[1] == {name: codes for name, codes in query.items() if codes}
        found = page.locator(control)
        is_select = control != "#bar-schools-summary"
        expect(found).to_have_value(left) if is_select else expect(found).to_have_text(left)
    expect(picks).to_have_text(["青禾示例大学", "本科", "2021年口径", "清除筛选"])
    after = rate(page).inner_text()
    page.reload()
    ready(page)
    expect(rate(page)).to_have_text(after)
    page.get_by_role("button", name="清除筛选").click()
    expect(page.get_by_role("list", name="已选条件")).to_have_count(0)
    expect(rate(page)).to_have_text("49.45%")
    assert chosen(page)[1] == FRAME
    expect(page.locator("#bar-levels-summary")).to_have_text("全部层次")


def test_taking_a_choice_away_keeps_the_keyboard_where_it_was(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY + "&level=bachelor&level=diploma&origin=140000")
    ready(page)
    for name, following in (("本科", "专科"), ("专科", "生源地：山西省")):
        page.get_by_role("button", name=f"移除“{name}”").press("Enter")
        expect(page.get_by_role("button", name=f"移除“{name}”")).to_have_count(0)
        expect(page.get_by_role("button", name=f"移除“{following}”")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="已选条件")).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()


def test_regions_are_chosen_in_the_bar(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    expect(page.get_by_role("list", name="已选条件")).to_have_count(0)
    page.locator("#bar-regions-summary").click()
    page.locator("#bar-origin").select_option("140000")
    expect(page).to_have_url(re.compile("origin=140000"))
    page.locator("#bar-origin").select_option("140100")
    expect(page).to_have_url(re.compile("origin=140100"))
    expect(page.locator("#bar-regions-summary")).to_have_text("生源地：太原市")
    page.locator("#bar-work-region").select_option("110000")
    expect(page.locator("#selection-sentence")).to_contain_text("生源地：太原市 · 就业地：北京市")
    axe(page)
    page.reload()
    ready(page)
    expect(page.locator("#bar-origin")).to_have_value("140100")
    expect(page.get_by_role("button", name="移除“就业地：北京市”")).to_be_visible()


def click_mark(page: Page, graph: str, mark: Locator) -> None:
    """Click a mark of a chart, when the chart has noticed the pointer on it."""
    point = page.locator(graph).locator(mark)
    point.scroll_into_view_if_needed()
    settle(page)
    box = point.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    expect(page.locator(f"{graph} .hoverlayer .hovertext").first).to_be_visible()
    page.mouse.down()
    page.mouse.up()


def test_down_to_the_finest_cut_and_back_up_with_the_same_numbers(page: Page) -> None:
    """Level, discipline, class, major, school: each way down is one step of Back."""
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    seen = [figures(page)]

    def down(link: Locator, *query: str) -> None:
        link.click()
        for part in query:
            expect(page).to_have_url(re.compile(part))
        seen.append(figures(page))

    click_mark(page, "#overview-levels-graph", page.locator(".barlayer .point").nth(3))
    expect(page).to_have_url(re.compile("level=bachelor"))
    expect(rate(page)).to_have_text("42.97%")
    seen.append(figures(page))
    down(page.locator(".qx-kpi--lead a"), "/disciplines", "level=bachelor")
    for name, code in (("计算机类", "b-0809"), ("计算机科学与技术", "b-080901")):
        page.locator("#disciplines-search").fill(name)
        link = page.locator("#disciplines-grid .ag-row a", has_text=re.compile(f"^{name}$"))
        down(link.first, f"discipline={code}(&|$)")
    school = page.locator("#disciplines-schools .ag-row a").first
    name = school.inner_text()
    down(school, r"/\?", "school=99", "discipline=b-080901", "level=bachelor")
    expect(page.locator("#selection-sentence")).to_contain_text(name)
    assert set(chosen(page)[1]) == {*FRAME, "level", "discipline", "school"}
    assert len({tuple(one) for one in seen}) == len(seen) == 6
    for before in reversed(seen[:-1]):
        page.go_back()
        expect(page).to_have_url(before[0])
        expect(page.locator("#selection-sentence")).to_have_text(before[1])
        assert figures(page) == before


def test_a_row_of_a_table_and_a_point_lead_on_too(page: Page) -> None:
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    table = page.locator("#overview-progress-table")
    table.locator("xpath=..").locator("summary").click()
    row = table.locator("tbody tr").filter(has_text="2019-08-28").first
    row.get_by_role("link").click()
    expect(page.locator("#selection-sentence")).to_have_text("2019届 · 截至2019年8月28日")
    page.go_back()
    expect(rate(page)).to_have_text("49.45%")
    page.goto("/disciplines?cohort=2020&as_of=2020-09-30&rank=class")
    ready(page)
    click_mark(page, "#disciplines-funnel-graph", page.locator(".scatterlayer .point").first)
    expect(page).to_have_url(re.compile(r"discipline="))
    assert "rank" not in chosen(page)[1]
    expect(page.locator("#disciplines-detail .js-plotly-plot").first).to_be_visible(
        timeout=PATIENCE
    )


def test_the_way_up_to_the_address_one_came_by(page: Page) -> None:
    """The router does not act on an address that it saw last; what was chosen since must go."""
    sign_in(page, "leader", "/disciplines?cohort=2020&as_of=2020-09-30")
    ready(page)
    page.locator("#bar-discipline").select_option("b-08")
    expect(page).to_have_url(re.compile("discipline=b-08"))
    expect(page.locator("#disciplines-detail .js-plotly-plot").first).to_be_visible()
    page.locator("#disciplines-path a", has_text="全部专业").click()
    expect(page).not_to_have_url(re.compile("discipline="))
    expect(page.locator("#selection-sentence")).to_have_text("2020届 · 截至2020年9月30日")
    expect(page.locator("#bar-discipline")).to_have_value("any")
    page.go_back()
    expect(page.locator("#selection-sentence")).to_contain_text("工学")
    expect(page.locator("#bar-discipline")).to_have_value("b-08")


def test_what_only_one_page_knows_stays_behind(page: Page) -> None:
    sign_in(page, "leader", "/disciplines?cohort=2020&as_of=2020-09-30&rank=major&level=bachelor")
    ready(page)
    page.locator(".qx-nav").get_by_text("总览").click()
    assert arrived(page, "/", level="bachelor")
    assert "rank" not in page.locator(".qx-nav").inner_html()
    page.go_back()
    expect(page).to_have_url(re.compile("rank=major"))


def test_an_ended_session_while_one_searches(page: Page, watch: Any) -> None:
    watch.expect_console("401")
    sign_in(page, "leader", REPORT_DAY)
    ready(page)
    page.locator("#find-text").click()
    page.context.clear_cookies()
    page.keyboard.type("boya")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))

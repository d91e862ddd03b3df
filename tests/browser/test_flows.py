"""The flows page in a real browser: the map, the ways in and back, every width and language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.figures.region_map import CHINA_LAT
from dashboard.geometry.shapes import load
from tests.browser.tools import axe, settle, sign_in

FLOWS = "/flows?cohort=2020&as_of=2020-09-30"
PATIENCE = 30_000  # milliseconds: two busy cores, and a first visit
expect.set_options(timeout=15_000)
# In the order of their codes: the path of a region on a pane of the map.
REGION = """([pane, place]) => {
  const map = document.querySelector(`#flows-map-graph .geolayer > ${pane}`);
  const paths = map.querySelectorAll('.choroplethlayer path');
  const { x, y, width, height } = paths[place].getBoundingClientRect();
  return [paths.length, x, y, x + width, y + height];
}"""
TAIWAN, HAINAN = 31, 20
MAIN, INSET = "g:not(.geo2)", "g.geo2"


def ready(page: Page) -> None:
    """Wait until every chart is drawn."""
    shown = page.locator("#flows-map-graph .choroplethlayer path").first
    expect(shown).to_be_attached(timeout=PATIENCE)
    expect(page.locator("#flows-stages-graph .sankey-node").first).to_be_attached(timeout=PATIENCE)
    expect(page.locator("#flows-work-provinces-graph .bars").first).to_be_attached(timeout=PATIENCE)
    settle(page)


def box(page: Page, place: int, pane: str = MAIN) -> list[float]:
    found: list[float] = page.evaluate(REGION, [pane, place])
    assert found[0] == 34, "every province"
    return found[1:]


def overlap(one: list[float], other: list[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_is_accessible_and_fits(page: Page, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/language/{language}?next=/sign-in")
    sign_in(page, "leader", FLOWS)
    ready(page)
    axe(page)
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('.js-plotly-plot text')]
          .filter((text) => text.textContent && text.getBoundingClientRect().width)
          .map((text) => parseFloat(getComputedStyle(text).fontSize)))"""
    )
    assert smallest >= 11


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_covers_taiwan_or_hainan(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "leader", FLOWS)
    ready(page)
    frame: list[float] = page.evaluate(
        """() => {
          const frame = document.querySelector('#flows-map-graph .shapelayer path');
          const { x, y, width, height } = frame.getBoundingClientRect();
          return [x, y, x + width, y + height];
        }"""
    )
    taiwan = box(page, TAIWAN)
    assert taiwan[2] - taiwan[0] > 5, "it is drawn"
    assert not overlap(taiwan, frame)
    hainan = box(page, HAINAN)
    assert hainan[0] < frame[0]
    # The main pane ends where the inset takes over: it has the strokes north of its lower edge.
    north = [s for s in load().lines if min(lat for _, lat in s) > CHINA_LAT[0]]
    assert len(north) >= 3
    assert strokes(page, MAIN) >= len(north)
    assert strokes(page, INSET) == 10


def strokes(page: Page, pane: str) -> int:
    """Strokes of the line that a pane draws."""
    lines = page.locator(f"#flows-map-graph .geolayer > {pane} .scatterlayer path.js-line")
    return (lines.first.get_attribute("d") or "").count("M")


def test_a_region_of_the_map_is_selected_and_back(page: Page) -> None:
    sign_in(page, "leader", FLOWS)
    ready(page)
    page.locator("#state-side").get_by_text("生源地", exact=True).click()
    expect(page).to_have_url(re.compile(r"side=origin"))
    ready(page)
    left, top, right, bottom = box(page, 3)  # Shanxi
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.mouse.click((left + right) / 2, (top + bottom) / 2)
    expect(page).to_have_url(re.compile(r"origin=140000"))
    expect(page.locator("#flows-map-finding")).to_contain_text("吕梁")
    expect(page.locator("#selection-sentence")).to_contain_text("山西")
    page.locator("#flows-path a", has_text="全部地区").click()
    expect(page).not_to_have_url(re.compile(r"origin=140000"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"origin=140000"))


def test_a_node_is_put_in_focus_and_taken_out(page: Page) -> None:
    sign_in(page, "leader", FLOWS)
    ready(page)
    page.locator("#state-focus").select_option("work-110000")
    expect(page).to_have_url(re.compile(r"focus=work-110000"))
    expect(page.locator("#flows-stages-finding")).to_contain_text("只看就业地为北京")
    expect(page.locator("#flows-path")).to_contain_text("就业地：北京")
    page.locator("#flows-path a", has_text="就业地：北京").click()
    expect(page.locator("#flows-stages-finding")).not_to_contain_text("只看")
    expect(page.locator("#state-focus")).to_have_value("all")


def test_the_geometry_is_asked_for_once(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, "leader", FLOWS)
    ready(page)
    maps: list[Any] = [url for url in asked if "/maps/" in url]
    assert len(maps) == 1, "one file for both panes, no city of any province"
    assert "/maps/china.geojson?m=" in maps[0]

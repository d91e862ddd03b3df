"""A case from its opening to its end, by two people in two browsers; on paper and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.tools import axe, settle, sign_in
from tests.browser.watch import Watch
from tests.unit.evidence_files import PNG, pdf

PATIENCE = 30_000
CLASS = "/cases?cohort=2020"


def sheet(page: Page) -> Any:
    return page.locator("#cases-sheet")


def work(page: Page, button: str, words: str, said: str) -> None:
    """Writes words and presses a button; the page says what became of it."""
    page.get_by_label("说明", exact=True).fill(words)
    page.locator("#cases-work").get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#cases-said")).to_have_text(said, timeout=PATIENCE)
    expect(page.get_by_label("说明", exact=True)).to_have_value("")


def upload(page: Page, path: Path, label: str, said: str | re.Pattern[str]) -> None:
    page.get_by_label("材料名称").fill(label)
    page.get_by_label("文件", exact=True).set_input_files(path)
    page.get_by_role("button", name="上传", exact=True).press("Enter")
    expect(page.locator(".qx-evidence [role=status]")).to_have_text(said, timeout=PATIENCE)


def test_a_case_from_its_opening_to_its_end(
    page: Page, new_context: Callable[..., Any], watch: Watch, tmp_path: Path
) -> None:
    """Opened by the department, answered by the school with a file, judged, closed: each sees
    what the other did without a reload."""
    sign_in(page, "analyst", CLASS)
    page.get_by_role("link", name="登记问题").click()
    expect(page.get_by_label("答复期限")).not_to_have_value("", timeout=PATIENCE)
    axe(page)
    page.get_by_label("标题").fill("签约单位核实")
    page.get_by_label("问题", exact=True).fill("两人签约单位相同，请说明")
    page.get_by_label("涉及学生的学号").fill("2020100001 77")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".qx-toast")).to_contain_text("没有这些学号：77，共1个")
    page.get_by_label("涉及学生的学号").fill("2020100001\n2020100003")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("#cases-new-said")).to_contain_text("已登记为第", timeout=PATIENCE)
    page.get_by_role("link", name=re.compile("查看第")).click()
    expect(sheet(page)).to_contain_text("两人签约单位相同", timeout=PATIENCE)
    expect(page.locator("#cases-hint")).to_have_text("正等待学校答复。")
    number = re.search(r"case=(\d+)", page.url)
    assert number is not None

    school: Page = new_context().new_page()
    sign_in(school, "school_reviewer", CLASS)
    school.get_by_role("link", name=f"第{number[1]}号 签约单位核实").press("Enter")
    expect(sheet(school).locator("tbody tr")).to_have_count(2, timeout=PATIENCE)
    program, scan = tmp_path / "合同.pdf", tmp_path / "王某的合同.png"
    program.write_bytes(b"MZ" * 40)
    scan.write_bytes(PNG)
    watch.expect_console("422")
    upload(school, program, "劳动合同", re.compile("不是可接受的类型"))
    upload(school, scan, "劳动合同首页", "已上传，并记入往来说明。")
    expect(sheet(school).get_by_role("link", name="劳动合同首页")).to_be_visible(timeout=PATIENCE)
    expect(sheet(page).get_by_role("link", name="劳动合同首页")).to_be_visible(timeout=PATIENCE)
    work(school, "提交答复", "两人确在同一单位就业", "已提交答复。")
    expect(school.locator("#cases-hint")).to_have_text("正等待主管部门处理。")
    settle(school)
    axe(school)

    expect(sheet(page)).to_contain_text("两人确在同一单位就业", timeout=PATIENCE)
    with page.expect_download() as download:
        sheet(page).get_by_role("link", name="劳动合同首页").click()
    assert Path(download.value.path()).read_bytes() == PNG
    assert download.value.suggested_filename == "劳动合同首页.png"
    settle(page)
    axe(page)
    work(page, "认定属实", "证明不足", "已认定问题属实。")
    expect(page.get_by_role("button", name="登记更正")).to_have_count(0)
    expect(page.locator("#cases-hint")).to_contain_text("立案后尚未接收该校的上报")
    work(page, "不作更正，办结", "学校已书面说明，登记不变", "已办结，未作更正。")
    expect(page.locator("#cases-work")).to_be_hidden()
    expect(sheet(page)).to_contain_text("学校已书面说明，登记不变")
    expect(sheet(school)).to_contain_text("学校已书面说明，登记不变", timeout=PATIENCE)
    expect(school.locator("#cases-work")).to_be_hidden(timeout=PATIENCE)


def test_what_is_written_survives_what_others_do(
    page: Page, new_context: Callable[..., Any]
) -> None:
    """While somebody writes, somebody else's remark arrives: the words stay."""
    sign_in(page, "analyst", f"{CLASS}&case=3")
    expect(sheet(page)).to_contain_text("第3号", timeout=PATIENCE)
    words = page.get_by_label("说明", exact=True)
    words.fill("写到一半")
    other: Page = new_context().new_page()
    sign_in(other, "analyst", f"{CLASS}&case=3")
    expect(sheet(other)).to_contain_text("第3号", timeout=PATIENCE)
    work(other, "补充说明", "同事的一句话", "已补充说明。")
    expect(sheet(page)).to_contain_text("同事的一句话", timeout=PATIENCE)
    expect(words).to_have_value("写到一半")


def test_a_phone_and_paper(page: Page) -> None:
    """The chosen case comes first on a phone; on paper it is alone. Nothing is cut off."""
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "leader", f"{CLASS}&case=1&case_status=all")
    expect(sheet(page)).to_contain_text("第1号", timeout=PATIENCE)
    settle(page)
    axe(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    case, register = sheet(page).bounding_box(), page.locator("#cases-list").bounding_box()
    assert case is not None
    assert register is not None
    assert case["y"] < register["y"]
    page.emulate_media(media="print")
    expect(sheet(page)).to_be_visible()
    for gone in ("#cases-list", "#cases-kpis", "#selection-bar", ".qx-nav"):
        expect(page.locator(gone)).to_be_hidden()


def test_a_large_file_shows_its_progress(page: Page, tmp_path: Path) -> None:
    large, huge = tmp_path / "large.pdf", tmp_path / "huge.pdf"
    large.write_bytes(pdf()[:-6] + b"%" * (9 * 1024 * 1024) + b"\n%%EOF\n")
    huge.write_bytes(b"%PDF-" + b"0" * (11 * 1024 * 1024))
    sign_in(page, "school_reviewer", f"{CLASS}&case=2")
    expect(sheet(page)).to_contain_text("第2号", timeout=PATIENCE)
    upload(page, huge, "扫描件", "文件超过10兆字节。")
    upload(page, large, "扫描件全本", "已上传，并记入往来说明。")
    expect(sheet(page)).to_contain_text("9.0兆字节", timeout=PATIENCE)
    expect(page.get_by_label("材料名称")).to_have_value("")

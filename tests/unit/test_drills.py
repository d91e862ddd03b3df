"""Marks and rows lead down where there is something below them, and nowhere else."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from dashboard.i18n import translator
from dashboard.tables import Column, Table
from layouts import drills, pages
from layouts.components import Drill, data_table
from layouts.pages import OVERVIEW

T = translator("zh-CN")
CODE = Column("code", "代码", "code")
NAME = Column("name", "名称", "text")
DAY = Column("counted_on", "统计日期", "date")
COHORT = Column("cohort", "届别", "text")


def carried(table: Table, drill: Drill | None) -> list[str | None]:
    cells = json.loads(data_table(table, T, "表", drill).to_plotly_json()["props"]["data-table"])
    assert ("path" in cells) == ("carry" in cells)
    found: list[str | None] = cells.get("carry", [])
    return found


def test_a_row_leads_to_what_its_code_stands_for() -> None:
    table = Table((CODE, NAME), (("bachelor", "本科"), ("none", "无"), ("diploma", "专科")))
    assert carried(table, drills.LEVELS) == ["level=bachelor", None, "level=diploma"]
    assert carried(table, None) == []
    assert carried(table.only("name"), drills.LEVELS) == []


def test_a_day_leads_to_the_class_as_of_that_day() -> None:
    table = Table((COHORT, DAY), (("2020", dt.date(2020, 8, 26)), ("2019", dt.date(2019, 8, 28))))
    assert carried(table, drills.day_on("/")) == [
        "cohort=2020&as_of=2020-08-26",
        "cohort=2019&as_of=2019-08-28",
    ]


def test_a_part_of_the_mix_leads_on_once_there_is_a_page_of_destinations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = tuple(page for page in pages.PAGES if page.key != "destinations")
    monkeypatch.setattr(pages, "PAGES", before)
    assert drills.destination_group() is None
    there = replace(OVERVIEW, key="destinations", path="/destinations")
    monkeypatch.setattr(pages, "PAGES", (*before, there))
    assert drills.destination_group() == Drill("/destinations", "part={}")

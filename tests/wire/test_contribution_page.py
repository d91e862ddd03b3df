"""The rules of contribution on the quality page, against graduates counted one by one."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.wire.app_client import (
    Chosen,
    Graduate,
    Person,
    Site,
    demo_application,
    people,
    printed,
    texts,
)

REPORT_DAY = dt.date(2020, 9, 30)


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def exported(person: Person, question: str, **query: Any) -> list[dict[str, str]]:
    """The rows of a download by column heading."""
    answer = person.get(f"/export/{question}.csv?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    head, *found = [row for row in rows if row and not row[0].startswith("#")]
    return [dict(zip(head, row, strict=True)) for row in found]


CENTRAL_WEST = {"14", "34", "36", "41", "42", "43"} | {
    *("15", "45", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65")
}
RULES: dict[str, Callable[[Graduate], bool]] = {
    "key_fields": lambda p: p.industry in ("22", "23", "34", "38"),
    "central_west": lambda p: p.work_region[:2] in CENTRAL_WEST,
    "army": lambda p: p.destination == "46" or p.employer_kind == "40",
    "grassroots": lambda p: p.destination[:2] in ("50", "51") or p.employer_kind in ("55", "56"),
}
CONTRIBUTIONS = [
    Chosen(2020, REPORT_DAY),
    Chosen(2020, dt.date(2020, 6, 30), levels=("bachelor",)),
    Chosen(2021, dt.date(2021, 6, 30), schools=("99002", "99040"), edition="2024"),
    Chosen(2021, dt.date(2021, 6, 30), discipline="b-08", origin="140000"),
]


def query_of(chosen: Chosen) -> dict[str, Any]:
    given = {
        "cohort": chosen.cohort,
        "as_of": chosen.day.isoformat(),
        "school": list(chosen.schools),
        "level": list(chosen.levels),
        "discipline": chosen.discipline,
        "origin": chosen.origin,
        "edition": chosen.edition,
    }
    return {name: value for name, value in given.items() if value}


def year_before(chosen: Chosen) -> Chosen:
    own = {2020: "2014", 2021: "2021"}[chosen.cohort]
    day = dt.date(chosen.cohort - 1, 8, 31) - (dt.date(chosen.cohort, 8, 31) - chosen.day)
    return replace(chosen, cohort=chosen.cohort - 1, day=day, edition=chosen.edition or own)


def numbers(rule: str, found: list[Graduate], before: list[Graduate]) -> tuple[str, ...]:
    """People, graduates, share, employed, share of them, change in percentage points."""

    def counted(group: list[Graduate]) -> int:
        return sum(one.employed and RULES[rule](one) for one in group)

    n, employed = counted(found), sum(one.employed for one in found)
    share = printed(n, len(found))
    change = str(Decimal(share) - Decimal(printed(counted(before), len(before)))) if before else ""
    return (str(n), str(len(found)), share, str(employed), printed(n, employed), change)


@pytest.mark.parametrize("chosen", CONTRIBUTIONS)
def test_contribution_by_rule(site: Site, leader: Person, chosen: Chosen) -> None:
    found, before = people(site.registry, chosen), people(site.registry, year_before(chosen))
    rows = exported(leader, "quality-contribution", **query_of(chosen))
    assert [row["代码"] for row in rows] == list(RULES)
    for row in rows:
        assert tuple(list(row.values())[2:8]) == numbers(row["代码"], found, before)
    words = {row["代码"]: row["统计规则"] for row in rows}
    assert "应征义务兵（46）" in words["army"]
    assert "部队（40）" in words["army"]
    assert words["key_fields"].endswith("（清单待核定）")
    assert "中部地区（6省份）、西部地区（12省份）" in words["central_west"]


def test_contribution_by_group(site: Site, leader: Person) -> None:
    chosen = CONTRIBUTIONS[0]
    found, before = people(site.registry, chosen), people(site.registry, year_before(chosen))
    for cut, rule in itertools.product(("level", "school"), ("army", "grassroots")):
        query = {**query_of(chosen), "across": cut, "rule": rule}
        rows = exported(leader, "quality-contribution-groups", **query)
        assert {row["代码"] for row in rows} == {getattr(one, cut) for one in found}
        for row in rows:
            mine = [one for one in found if getattr(one, cut) == row["代码"]]
            then = [one for one in before if getattr(one, cut) == row["代码"]]
            assert tuple(list(row.values())[2:8]) == numbers(rule, mine, then)


def test_the_rules_stand_on_the_page_with_their_numbers(site: Site, leader: Person) -> None:
    chosen = CONTRIBUTIONS[0]
    found, before = people(site.registry, chosen), people(site.registry, year_before(chosen))
    answer = leader.call(
        leader.callback("quality-rules.children"),
        {"selection.data": {"cohort": "2020", "as_of": "2020-09-30"}},
    )
    lines = [texts(one) for one in answer.values["quality-rules.children"]]
    for rule, line in zip(RULES, lines, strict=True):
        n, graduates, share, employed, of_employed, _ = numbers(rule, found, before)
        assert line[1] == f"{int(n):,}人"
        assert f"占毕业生{int(graduates):,}人的{share}%" in line[2]
        assert f"占就业人数{int(employed):,}人的{of_employed}%" in line[2]

"""The benchmark page, its downloads and its command, against a count by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import statistics
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from dashboard.demo import schools
from tests.server import quxiang
from tests.wire.app_client import (
    OWN,
    SECRET_KEY,
    Chosen,
    Graduate,
    Person,
    Site,
    demo_application,
    parents,
    people,
    printed,
    table_rows,
    texts,
)

DAY = dt.date(2020, 9, 30)
EVERYBODY = Chosen(2020, DAY)
ABOUT = {one.code: one for one in schools()}
SCHOOL_CODES = ("99001", "99013", "99040")


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


@pytest.fixture(scope="module")
def reviewer(site: Site) -> Person:
    return site.person("reviewer")


@pytest.fixture(scope="module")
def everybody(site: Site) -> list[Graduate]:
    return people(site.registry, EVERYBODY)


def exported(person: Person, question: str, **query: Any) -> list[dict[str, str]]:
    """The rows of a download by the heading of their columns."""
    given = {"cohort": "2020", "as_of": DAY.isoformat(), **query}
    answer = person.get(f"/export/{question}.csv?{urlencode(given, doseq=True)}")
    assert answer.status_code == 200
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    head, *rows = [line for line in lines if line and not line[0].startswith("#")]
    return [dict(zip(head, row, strict=True)) for row in rows]


def command(site: Site, *options: str) -> Any:
    url = site.registry.url.render_as_string(hide_password=False)
    given = {
        "QUXIANG_HOME": str(site.settings.home),
        "QUXIANG_DATABASE_URL": url,
        "QUXIANG_SECRET_KEY": SECRET_KEY,
    }
    shown = ("show", "benchmark", "--cohort=2020", f"--as-of={DAY}", "--format=json")
    return json.loads(quxiang(given, *shown, *options))


def peers_by_hand(found: Sequence[Graduate], own: str) -> list[tuple[str, set[str]]]:
    """The ladder: who is of the same city, levels and kind, in one pass over everybody."""
    levels: dict[str, set[str]] = {}
    for one in found:
        levels.setdefault(one.school, set()).add(one.level)
    mine = ABOUT[own]
    kind = {s for s in levels if ABOUT[s].tier == mine.tier and s != own}
    mix = {s for s in kind if levels[s] == levels[own]}
    city = {s for s in mix if ABOUT[s].city == mine.city}
    return [("city", city), ("mix", mix), ("kind", kind), ("all", set(levels) - {own})]


def rates_by_hand(found: Sequence[Graduate], peers: set[str]) -> dict[str, Decimal]:
    groups: dict[str, list[bool]] = {}
    for one in found:
        if one.school in peers:
            groups.setdefault(one.school, []).append(one.employed)
    return {s: Decimal(printed(sum(all_), len(all_))) for s, all_ in groups.items()}


def half_up(value: Decimal, step: str) -> str:
    return str(value.quantize(Decimal(step), ROUND_HALF_UP))


def quartiles_by_hand(rates: Sequence[Decimal], step: str) -> list[str]:
    found = statistics.quantiles(rates, n=4, method="inclusive")
    return [half_up(value, step) for value in found]


@pytest.mark.parametrize("own", SCHOOL_CODES)
def test_the_place_of_a_school_is_the_one_by_hand(
    site: Site, leader: Person, everybody: list[Graduate], own: str
) -> None:
    group, peers = next(
        (name, found) for name, found in peers_by_hand(everybody, own) if len(found) >= 5
    )
    rates = rates_by_hand(everybody, peers)
    mine = [one.employed for one in everybody if one.school == own]
    rate = Decimal(printed(sum(mine), len(mine)))
    low, median, high = quartiles_by_hand(list(rates.values()), "0.01")
    (row,) = exported(leader, "benchmark", school=own)
    assert row["毕业生人数"] == str(len(mine))
    assert row["就业率"] == str(rate)
    assert row["同组学校数"] == str(len(peers))
    assert [row[f"同组{name}"] for name in ("下四分位", "中位数", "上四分位")] == [
        low,
        median,
        high,
    ]
    assert row["与同组中位数之差"] == str(rate - Decimal(median))
    below = sum(2 * (r < rate) + (r == rate) for r in rates.values())
    assert row["百分位"] == half_up(Decimal(100 * below) / (2 * len(rates)), "1")
    listed = exported(leader, "benchmark-peers", school=own)
    assert {line["代码"]: Decimal(line["就业率"]) for line in listed} == rates
    said = command(site, f"--school={own}")
    assert (said["group"], said["total"]["median"]) == (group, median)
    assert {line["code"]: Decimal(line["rate"]) for line in said["peers"]} == rates


def adjusted_by_hand(
    found: Sequence[Graduate], own: str, ladder: Sequence[set[str]], tree: dict[str, str | None]
) -> Fraction:
    """Expected rate, exact: each cell's own graduates times what the peers have in it."""

    def path(code: str) -> list[str]:
        steps = [code]
        while (above := tree[steps[0]]) is not None:
            steps.insert(0, above)
        return steps

    def pooled(level: str, at: str, place: int) -> tuple[int, int]:
        for peers in ladder:
            inside = [
                one.employed
                for one in found
                if one.school in peers and one.level == level and at == spot(one, place)
            ]
            if inside:
                return sum(inside), len(inside)
        return 0, 0

    def spot(one: Graduate, place: int) -> str:
        steps = path(one.discipline)
        return steps[min(place, len(steps) - 1)]

    own_cells: dict[tuple[str, str, str], int] = {}
    for one in found:
        if one.school == own:
            key = (one.level, spot(one, 1), spot(one, 0))
            own_cells[key] = own_cells.get(key, 0) + 1
    total, n = Fraction(), 0
    for (level, class_, category), graduates in own_cells.items():
        employed, peers = pooled(level, class_, 1)
        if not peers:
            employed, peers = pooled(level, category, 0)
        if peers:
            total, n = total + graduates * Fraction(employed, peers), n + graduates
    return total / n


@pytest.mark.parametrize("own", SCHOOL_CODES)
def test_the_expected_rate_is_the_one_by_hand(
    site: Site, leader: Person, everybody: list[Graduate], own: str
) -> None:
    rungs = [peers for _, peers in peers_by_hand(everybody, own)]
    ladder = rungs[next(at for at, peers in enumerate(rungs) if len(peers) >= 5) :]
    exact = adjusted_by_hand(everybody, own, ladder, parents(site.registry, "discipline"))
    wanted = half_up(Decimal(100 * exact.numerator) / Decimal(exact.denominator), "0.01")
    row = exported(leader, "benchmark-adjusted", school=own)[0]
    assert row["预期"] == wanted
    assert row["校正后差异"] == str(Decimal(row["实际"]) - Decimal(wanted))
    assert command(site, f"--school={own}")["adjusted"][0]["expected"] == wanted


def test_page_download_and_command_say_the_same(site: Site, reviewer: Person) -> None:
    stored = {"selection.data": {"cohort": "2020", "as_of": DAY.isoformat()}}
    said = command(site, f"--school={OWN}", "--as=school")
    for card, question, part in (
        ("distribution", "benchmark", [said["total"]]),
        ("disciplines", "benchmark-disciplines", said["disciplines"]),
        ("destinations", "benchmark-destinations", said["destinations"]),
    ):
        name = f"benchmark-{card}-table.children"
        shown = table_rows(reviewer.call(reviewer.callback(name), stored).values[name])
        rows = exported(reviewer, question)
        assert len(shown) == len(rows) == len(part) > 0
        for cells, row, record in zip(shown, rows, part, strict=True):
            assert cells[0] == row[list(row)[1]] == record["name"]
            assert row["毕业生人数"] == str(record["graduates"])
            median = record["median"] or "人数较少，不予显示"
            assert row["同组中位数"] == median
            assert cells[6].rstrip("%") == median
    name = "benchmark-kpis.children"
    words = texts(reviewer.call(reviewer.callback(name), stored).values[name])
    assert f"{said['total']['rate']}%" in words
    assert f"{said['total']['median']}%" in words


def test_a_school_gets_its_own_table_whoever_asked_before(
    site: Site, leader: Person, reviewer: Person
) -> None:
    """What is kept for one audience never answers another, in either order."""
    name = "benchmark-distribution-table.children"
    for first, second in ((leader, reviewer), (reviewer, leader)):
        site.app.store.cache.clear()
        stored = {"selection.data": {"cohort": "2020", "as_of": DAY.isoformat(), "school": [OWN]}}
        answers = {}
        for person in (first, second):
            (row,) = table_rows(person.call(person.callback(name), stored).values[name])
            answers["leader" if person is leader else "reviewer"] = row
        assert answers["reviewer"][6] == f"{int(answers['reviewer'][6].rstrip('%'))}%"
        assert "." in answers["leader"][6]


def test_the_department_is_asked_to_choose(leader: Person, reviewer: Person) -> None:
    found = leader.page("/benchmark", "?cohort=2020")
    assert "选择一所学校" in found.text
    assert "school=99001" in found.text
    assert "选择一所学校" not in reviewer.page("/benchmark", "?cohort=2020").text
    body = leader.callback("benchmark-body.children")
    stored = {"cohort": "2020", "school": ["99001"]}
    shown = leader.call(body, {"selection.data": stored, "benchmark-body.data-shown": "chooser"})
    assert shown.values["benchmark-body.data-shown"] == "cards"
    again = leader.call(body, {"selection.data": stored, "benchmark-body.data-shown": "cards"})
    assert again.values == {}


def test_the_page_says_why_it_widened_the_group(leader: Person) -> None:
    name = "benchmark-group.children"
    stored = {"cohort": "2020", "as_of": DAY.isoformat(), "school": ["99001"]}
    answer = leader.call(leader.callback(name), {"selection.data": stored})
    words = texts(answer.values[name])
    assert words[0].startswith("同城同类同层次学校不足5所，改用")
    picked = {**stored, "peer": ["99002", "99010"]}
    words = texts(leader.call(leader.callback(name), {"selection.data": picked}).values[name])
    assert words[0] == "自选学校不足5所，改用同城同类同层次学校。"


def test_a_list_in_the_address_reaches_the_page_and_its_bar(leader: Person) -> None:
    page = leader.page("/benchmark", "?cohort=2020&school=99001&peer=99002&peer=99010&group=kind")
    assert '"peer": ["99002", "99010"]' in page.text

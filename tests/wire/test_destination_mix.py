"""The mixes of the destinations page, against a count by hand over the table of states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.wire.app_client import (
    Chosen,
    Graduate,
    Person,
    Site,
    demo_application,
    printed,
)
from tests.wire.destination_tools import (
    CARDS,
    CUTS,
    IN_UNITS,
    Hand,
    cut_value,
    downloaded,
    edition_of,
    group_of,
    names_of,
    rows_of,
)
from tests.wire.test_page_numbers import ASKED, before, by, query


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


@pytest.mark.parametrize("chosen", ASKED)
@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("depth", ["group", "code"])
def test_the_mix_of_every_value_of_a_cut(
    site: Site, leader: Person, hand: Hand, chosen: Chosen, cut: str, depth: str
) -> None:
    found = hand(chosen)
    value = cut_value(site, cut, chosen)
    groups: dict[str, list[Graduate]] = {"total": found} if found else {}
    for one in found:
        groups.setdefault(value(one), []).append(one)
    grouped, code_names = group_of(site, edition_of(chosen)), names_of(site, "destination")
    part = grouped if depth == "group" else code_names.__getitem__

    def counted(inside: Sequence[Graduate]) -> Counter[str]:
        # A group and a destination, or two destinations, of one name are told apart by the code.
        return Counter(part(one.destination) for one in inside)

    occurring = set(counted(found))
    for unit in ("count", "share"):
        heads, *rows = downloaded(leader, "mix-by-cut", chosen, cut=cut, depth=depth, unit=unit)
        assert set(heads[3:-1]) == occurring
        assert {row[0]: int(row[2]) for row in rows} == {
            code: len(inside) for code, inside in groups.items()
        }
        shown = {row[0]: dict(zip(heads[3:-1], row[3:-1], strict=True)) for row in rows}
        assert shown == {
            code: {
                name: str(n) if unit == "count" else printed(n, len(inside))
                for name in occurring
                for n in [counted(inside)[name]]
            }
            for code, inside in groups.items()
        }
        for row in rows:
            if unit == "count":
                assert sum(map(int, row[3:-1])) == int(row[2])
            assert (row[-1] == "人数少，不排序") is (int(row[2]) < site.settings.minimum_n)
    assert sum(len(inside) for code, inside in groups.items() if code != "total") == len(found)


@pytest.mark.parametrize("chosen", ASKED)
def test_every_destination_with_its_group(
    site: Site, leader: Person, hand: Hand, chosen: Chosen
) -> None:
    found = hand(chosen)
    grouped = group_of(site, edition_of(chosen))
    working = {one.destination for one in found if one.employed}
    rows = rows_of(leader, "mix-by-code", chosen)
    assert {
        r["代码"]: (r["去向类别"], int(r["人数"]), r["占毕业生比例"], r["统计为"]) for r in rows
    } == {
        code: (
            grouped(code),
            n,
            printed(n, len(found)),
            "就业" if code in working else "未就业",
        )
        for code, n in Counter(one.destination for one in found).items()
    }
    assert sum(int(row["人数"]) for row in rows) == len(found)


@pytest.mark.parametrize("chosen", ASKED)
@pytest.mark.parametrize(
    ("question", "name"), [("employer-kinds", "employer_kind"), ("industries", "industry")]
)
def test_employers_are_of_those_employed_in_units(
    site: Site, leader: Person, hand: Hand, chosen: Chosen, question: str, name: str
) -> None:
    base = [one for one in hand(chosen) if one.destination[:2] in IN_UNITS]
    rows = rows_of(leader, question, chosen)
    assert {r["代码"]: (int(r["人数"]), r["占单位就业毕业生比例"]) for r in rows} == {
        code: (len(inside), printed(len(inside), len(base)))
        for code, inside in by(base, name).items()
    }
    assert sum(int(row["人数"]) for row in rows) == len(base)
    output = f"{CARDS[question]}-finding.children"
    answer = leader.call(leader.callback(output), {"selection.data": query(chosen)})
    said = answer.values[output]
    missing = sum(getattr(one, name) == "00" for one in base)
    if base:
        assert f"在单位就业的毕业生{len(base):,}人" in said
        assert f"未填报{missing:,}人" in said
        last = [row["代码"] for row in rows if row["代码"] == "00"]
        assert len(last) == (missing > 0)
    else:
        assert said == "所选范围内没有在单位就业的毕业生。"


@pytest.mark.parametrize("chosen", ASKED)
@pytest.mark.parametrize("depth", ["group", "code"])
def test_changes_are_differences_of_printed_shares(
    site: Site, leader: Person, hand: Hand, chosen: Chosen, depth: str
) -> None:
    year = before(chosen)[1]
    now, then = hand(chosen), hand(year)
    grouped, code_names = group_of(site, edition_of(chosen)), names_of(site, "destination")
    part = grouped if depth == "group" else code_names.__getitem__
    rows = rows_of(leader, "mix-changes", chosen, depth=depth)
    if not now or not then:
        assert rows == []
        return
    a, b = (Counter(part(one.destination) for one in whole) for whole in (now, then))
    wanted = {}
    for name in {*a, *b}:
        shares = printed(a[name], len(now)), printed(b[name], len(then))
        wanted[name] = (a[name], b[name], *shares, str(Decimal(shares[0]) - Decimal(shares[1])))
    keys = ("人数", "去年同期人数", "占毕业生比例", "去年同期比例", "较去年同期（个百分点）")
    shown = {row["毕业去向"]: tuple(row[key] for key in keys) for row in rows}
    assert shown == {name: tuple(map(str, row)) for name, row in wanted.items()}
    points = [Decimal(row[keys[-1]]) for row in rows]
    assert points == sorted(points, reverse=True)


@pytest.mark.parametrize("chosen", ASKED[:5])
def test_the_season_is_the_mix_of_each_day(
    site: Site, leader: Person, hand: Hand, chosen: Chosen
) -> None:
    grouped = group_of(site, edition_of(chosen))
    rows = rows_of(leader, "mix-season", chosen, unit="count")
    days = [row["统计日期"] for row in rows]
    assert days == sorted(set(days))
    assert days[-1] <= chosen.day.isoformat()
    for row in (rows[0], rows[len(rows) // 2], rows[-1]):
        day = type(chosen.day).fromisoformat(row["统计日期"])
        counts = Counter(grouped(one.destination) for one in hand(replace(chosen, day=day)))
        assert int(row["毕业生人数"]) == counts.total()
        parts = {name: int(n) for name, n in list(row.items())[2:]}
        assert {name: n for name, n in parts.items() if n} == dict(counts)
    whole = hand(chosen)
    assert int(rows[-1]["毕业生人数"]) == len(whole), "the last day of the season is the page's"

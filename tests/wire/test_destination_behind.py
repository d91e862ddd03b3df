"""Who is behind a part, other definitions, downloads: against a count by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from data_access.ledger import accept
from data_access.new_codes import NewCode
from data_access.registry import open_registry
from tests.sql.bookkeeping import entry, graduates
from tests.wire.app_client import (
    SECRET_KEY,
    Chosen,
    Person,
    Site,
    application,
    demo_application,
    demo_file,
    demo_registry,
    printed,
    table_rows,
)
from tests.wire.destination_tools import (
    CARDS,
    IN_UNITS,
    Hand,
    cut_value,
    downloaded,
    edition_of,
    group_of,
    rows_of,
)
from tests.wire.test_page_numbers import ASKED, query


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


PARTS = ("further_study", "seeking", "10", "12", "kind.31", "kind.00", "industry.22")


@pytest.mark.parametrize("chosen", ASKED)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("side", ["school", "discipline"])
def test_who_is_behind_a_part(
    site: Site, leader: Person, hand: Hand, chosen: Chosen, part: str, side: str
) -> None:
    found = hand(chosen)
    prefix, _, code = part.partition(".")
    group_names = {"further_study": "升学", "seeking": "待就业"}
    if prefix in ("kind", "industry"):
        name = "employer_kind" if prefix == "kind" else "industry"
        found = [one for one in found if one.destination[:2] in IN_UNITS]
        is_in = lambda one: getattr(one, name) == code  # noqa: E731
    elif part in group_names:
        grouped = group_of(site, edition_of(chosen))
        is_in = lambda one: grouped(one.destination) == group_names[part]  # noqa: E731
    else:
        is_in = lambda one: one.destination == part  # noqa: E731
    value, groups = cut_value(site, side, chosen), {}
    for one in found:
        groups.setdefault(value(one), []).append(one)
    wanted = {
        key: (n := sum(map(is_in, inside)), len(inside), printed(n, len(inside)))
        for key, inside in groups.items()
    }
    heads, *rows = downloaded(leader, "behind", chosen, part=part, behind=side)
    assert {row[0]: (int(row[2]), int(row[3]), row[4]) for row in rows} == wanted
    assert sum(int(row[2]) for row in rows) == sum(map(is_in, found))
    small = [int(row[3]) < site.settings.minimum_n for row in rows]
    assert small == sorted(small), "the small ones stand last"
    assert [row[6] == "人数少，不排序" for row in rows] == small
    ranked = [Decimal(row[4]) for row in rows[: small.count(False)]]
    assert ranked == sorted(ranked, reverse=True)
    assert heads[3] == ("单位就业毕业生" if "." in part else "毕业生人数")


@pytest.mark.parametrize("part", ["", "any", "nonsense", "kind.zz", "abroad-2", "99"])
def test_without_a_known_part_the_largest_group_of_the_employed(
    site: Site, leader: Person, hand: Hand, part: str
) -> None:
    chosen = ASKED[0]
    found = hand(chosen)
    grouped = group_of(site, edition_of(chosen))
    counts = Counter(grouped(one.destination) for one in found if one.employed)
    rows = rows_of(leader, "behind", chosen, part=part)
    assert sum(int(row["其中人数"]) for row in rows) == counts.most_common(1)[0][1]


@pytest.mark.parametrize("chosen", ASKED)
@pytest.mark.parametrize("versus", ["", "2014", "2021", "2024"])
def test_two_definitions_side_by_side(
    site: Site, leader: Person, hand: Hand, chosen: Chosen, versus: str
) -> None:
    one = edition_of(chosen)
    neighbour = {"2014": "2021", "2021": "2014", "2024": "2021"}[one]
    other = neighbour if versus in ("", one) else versus
    found = hand(chosen)
    here, there = group_of(site, one), group_of(site, other)
    rows = rows_of(leader, "definitions", chosen, versus=versus)
    heads = (f"{one}年口径", f"{other}年口径")
    assert {r["代码"]: (int(r["人数"]), r[heads[0]], r[heads[1]]) for r in rows} == {
        code: (n, here(code), there(code))
        for code, n in Counter(p.destination for p in found).items()
    }
    for row in rows:
        assert (row[heads[0]] == row[heads[1]]) is (row["归类变化"] == "未变")
    output = "destinations-definitions-finding.children"
    stored = {**query(chosen), "versus": versus}
    said = leader.call(leader.callback(output), {"selection.data": stored}).values[output]
    if found:
        other_people = hand(replace(chosen, edition=other))
        for whole in (found, other_people):
            assert f"为{printed(sum(p.employed for p in whole), len(whole))}%" in said
        moved = sum(int(r["人数"]) for r in rows if r["归类变化"] == "归入其他类别")
        expected = f"有{moved:,}人" if moved else "没有毕业生归入其他类别"
        assert expected in said


@pytest.mark.parametrize("question", sorted(CARDS))
@pytest.mark.parametrize(
    "state",
    [
        {},
        {"cut": "school", "depth": "code", "unit": "count", "part": "12", "behind": "discipline"},
        {"cut": "sex", "versus": "2024", "part": "industry.22"},
    ],
)
def test_the_page_shows_what_the_download_holds(
    leader: Person, question: str, state: dict[str, str]
) -> None:
    chosen = ASKED[0]
    output = f"{CARDS[question]}-table.children"
    answer = leader.call(leader.callback(output), {"selection.data": {**query(chosen), **state}})
    assert not answer.toast
    shown = table_rows(answer.values[output])
    _, *rows = downloaded(leader, question, chosen, **state)
    assert len(shown) == len(rows) > 0

    def plain(cell: str) -> str:
        bare = cell.replace("\N{MINUS SIGN}", "-").replace(",", "").removesuffix("%")
        bare = bare.removesuffix(" 个百分点").removeprefix("+").replace("%", "")
        return bare.replace("\N{EN DASH}", "-")

    first = 0 if question == "mix-season" else 1  # the code is not on the screen
    for mine, row in zip(shown, rows, strict=True):
        theirs = [cell.removeprefix("'") for cell in row[first:]]
        assert [plain(cell) for cell in mine] == [plain(cell) for cell in theirs]


def test_a_bar_leads_to_the_people_it_stands_for(site: Site, leader: Person) -> None:
    """What a click on a segment carries, asked again, finds exactly its people."""
    chosen = ASKED[0]
    output = "destinations-mixes-graph.figure"
    for cut in ("level", "school", "discipline"):
        stored = {**query(chosen), "cut": cut, "unit": "count"}
        answer = leader.call(leader.callback(output), {"selection.data": stored})
        traces: list[dict[str, Any]] = answer.values[output]["data"]
        for trace in traces[:3]:
            for (lead, *_), n in list(zip(trace["customdata"], trace["x"], strict=True))[:5]:
                part, *more = lead.split("&")
                changed = dict(pair.split("=") for pair in more)
                search = urlencode(
                    {**query(chosen), "part": part, **changed},
                )
                text = leader.get(f"/export/behind.csv?{search}").data.decode("utf-8-sig")
                rows = [r for r in csv.reader(io.StringIO(text)) if r and r[0][:1] != "#"][1:]
                assert sum(int(row[2]) for row in rows) == n, (cut, lead)


# ---- codes that no definition knows


@pytest.fixture(scope="module")
def odd_site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A class of its own with a local destination code among its graduates."""
    home = tmp_path_factory.mktemp("odd")
    demo_registry(demo_file(sqlite_template, tmp_path_factory), home / "registry.db", SECRET_KEY)
    engine = open_registry(f"sqlite:///{home / 'registry.db'}")
    entries = [
        entry(str(number))._replace(destination=to, employer_kind="00" if to == "10" else "none")
        for number, to in enumerate(["81"] * 3 + ["10"] * 4 + ["70"] * 33)
    ]
    given_in = replace(
        graduates(dt.date(2022, 6, 30), entries, school="99001", cohort=2022),
        new_codes=(NewCode("destination", "81", "升学（非全日制）"),),
    )
    accept(engine, [given_in], accepted_by="t")
    engine.dispose()
    with application(home, f"sqlite:///{home / 'registry.db'}") as running:
        yield running


def test_a_local_code_is_a_row_of_its_own_and_flagged(odd_site: Site) -> None:
    person = odd_site.person("leader")
    chosen = Chosen(2022, dt.date(2022, 6, 30))
    by_code = {row["代码"]: row for row in rows_of(person, "mix-by-code", chosen)}
    assert {code: int(row["人数"]) for code, row in by_code.items()} == {"10": 4, "70": 33, "81": 3}
    local = by_code["81"]
    assert (local["去向类别"], local["统计为"], local["提示"]) == (
        "未列入口径",
        "未就业",
        "未列入目录",
    )
    total = rows_of(person, "mix-by-cut", chosen, unit="count")[0]
    assert (total["未列入口径"], total["毕业生人数"]) == ("3", "40")
    behind = rows_of(person, "behind", chosen, part="unlisted")
    assert [(row["代码"], row["其中人数"], row["所占比例"]) for row in behind] == [
        ("99001", "3", "7.50")
    ]
    output = "destinations-codes-finding.children"
    said = person.call(person.callback(output), {"selection.data": query(chosen)}).values[output]
    assert "另有3人的去向未列入口径，计为未就业。" in said
    kinds = rows_of(person, "employer-kinds", chosen)
    assert [(row["单位性质"], row["人数"]) for row in kinds] == [("未填报", "4")]
    changes = {row["毕业去向"]: row for row in rows_of(person, "mix-changes", chosen)}
    assert changes["未列入口径"]["较去年同期（个百分点）"] == "7.50"

"""Every number of the flows page, its downloads and its command, against a count by hand."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from data_access import schema
from tests.server import quxiang
from tests.wire.app_client import (
    SECRET_KEY,
    Chosen,
    Graduate,
    Person,
    Site,
    demo_application,
    people,
    printed,
    texts,
)
from tests.wire.test_page_numbers import ASKED, query

UNITS = {"10", "11", "12", "27", "271", "46", "50", "51"}
HOME = "140000"
BAY = {"440100", "440300", "440400", "440600", "440700", "441200", "441300", "441900", "442000"}


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


@pytest.fixture(scope="module")
def studied(site: Site) -> dict[str, str]:
    """School -> the province it lies in."""
    with site.registry.connect() as connection:
        rows = connection.execute(sa.select(schema.school.c.code, schema.school.c.province))
        return {row[0]: row[1] or "000000" for row in rows}


def rows(person: Person, question: str, chosen: Chosen, **state: str) -> list[list[str]]:
    search = urlencode({**query(chosen), **state}, doseq=True)
    answer = person.get(f"/export/{question}.csv?{search}")
    assert answer.status_code == 200
    found = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    return [row for row in found if row and not row[0].startswith("#")][1:]


def province(code: str) -> str:
    return code if code == "none" else code[:2] + "0000"


def work(one: Graduate) -> str:
    if one.work_region == "none":
        return "no-region" if one.employed else "not-employed"
    return province(one.work_region)


def known(one: Graduate) -> bool:
    return one.work_region not in ("none", "000000")


@pytest.mark.parametrize("chosen", ASKED)
def test_the_table_of_the_map(site: Site, leader: Person, chosen: Chosen) -> None:
    found = people(site.registry, chosen)
    came = Counter(province(one.origin) for one in found)
    works = Counter(work(one) for one in found)
    leaving = Counter(province(one.origin) for one in found if known(one))
    employed = Counter(province(one.origin) for one in found if one.employed)
    back = Counter(work(one) for one in found if one.employed and work(one) == province(one.origin))
    placed = sum(map(known, found))
    # With one province chosen the map shows its cities; the side that is not filtered shows China.
    side = "origin" if chosen.work_region else "work"
    shown = rows(leader, "flow-regions", chosen, side=side)
    assert {row[0] for row in shown} == {*came, *works}
    for row in shown:
        code, special = row[0], row[0] in ("000000", "no-region", "not-employed")
        assert row[2:5] == [str(came[code]), printed(came[code], len(found)), str(works[code])]
        if special:
            assert row[5:] == [""] * 5
            continue
        share = printed(works[code], placed) if placed else "无对应人员"
        rate = printed(back[code], employed[code]) if employed[code] else "无对应人员"
        assert row[5:7] == [share, str(works[code] - leaving[code])]
        assert row[9] == rate
        assert row[7:9] == [str(back[code]), str(employed[code])]
    assert sum(int(row[2]) for row in shown) == sum(int(row[4]) for row in shown) == len(found)


@pytest.mark.parametrize("chosen", ASKED)
def test_the_matrix(site: Site, leader: Person, chosen: Chosen) -> None:
    found = people(site.registry, chosen)
    cells = Counter((province(one.origin), work(one)) for one in found)
    from_here = Counter(province(one.origin) for one in found if known(one))
    here = Counter(work(one) for one in found if known(one))
    shown = rows(leader, "flow-matrix", chosen)
    assert {(row[0], row[2]): int(row[4]) for row in shown} == cells
    for row in shown:
        placed = row[2] in here
        assert row[5] == (printed(int(row[4]), from_here[row[0]]) if placed else "")
        assert row[6] == (printed(int(row[4]), here[row[2]]) if placed else "")


@pytest.mark.parametrize("chosen", ASKED)
@pytest.mark.parametrize("grouping", ["four_region", "city_group", "province"])
def test_every_stage_is_everybody(
    site: Site, leader: Person, chosen: Chosen, grouping: str
) -> None:
    found = people(site.registry, chosen)
    shown = rows(leader, "flow-stages", chosen, grouping=grouping)
    for stage in ("生源地", "就读地"):
        own = [row for row in shown if row[0] == stage]
        assert sum(int(row[6]) for row in own) == len(found)
        assert sum(int(row[8]) for row in own) == sum(one.employed for one in found)
    idle = sum(int(row[6]) for row in shown if row[4] == "not-employed")
    assert idle == sum(work(one) == "not-employed" for one in found)


@pytest.mark.parametrize("focus", ["work-110000", "work-no-region", "origin-other", "work-other"])
def test_a_focus_is_the_people_of_its_node(site: Site, leader: Person, focus: str) -> None:
    chosen = ASKED[0]
    stage, _, node = focus.partition("-")
    alone = rows(leader, "flow-stages", chosen)
    size = sum(
        int(row[6])
        for row in alone
        if (row[1 if stage == "origin" else 4] == node)
        and row[0] == ("生源地" if stage == "origin" else "就读地")
    )
    assert size > 0
    for name in ("生源地", "就读地"):
        shown = rows(leader, "flow-stages", chosen, focus=focus)
        assert sum(int(row[6]) for row in shown if row[0] == name) == size
    if node == "110000":
        everybody = people(site.registry, chosen)
        assert size == sum(one.work_region.startswith("11") for one in everybody)


@pytest.mark.parametrize("chosen", ASKED)
def test_indicators_name_what_they_divide(
    site: Site, leader: Person, studied: dict[str, str], chosen: Chosen
) -> None:
    found = people(site.registry, chosen)
    own = [one for one in found if studied[one.school] == HOME]
    natives = [one for one in found if province(one.origin) == HOME and one.employed]
    units = [one for one in own if one.destination in UNITS]
    here = [one for one in own if work(one) == HOME and one.employed]
    pairs = [
        (len(here), len(own)),
        (sum(work(one) == HOME for one in units), len(units)),
        (sum(work(one) == HOME for one in natives), len(natives)),
    ]
    net = (
        sum(work(one) == HOME for one in found),
        sum(province(one.origin) == HOME and known(one) for one in found),
    )
    shown = rows(leader, "flow-indicators", chosen)
    if not found:
        assert shown == []
        return
    assert [(int(row[2]), int(row[3])) for row in shown] == [*pairs, net]
    assert [row[4] for row in shown[:3]] == [
        printed(*pair) if pair[1] else "无对应人员" for pair in pairs
    ]
    kpis = leader.callback("flows-kpis.children")
    answer = leader.call(kpis, {"selection.data": query(chosen)}).values["flows-kpis.children"]
    for card, (part, whole) in zip(answer[:3], pairs, strict=True):
        if whole:
            words = texts(card)
            assert words[1] == f"{printed(part, whole)}%"
            assert f"{part:,} 人" in words[2]
            assert f"{whole:,} 人" in words[2]
    difference = net[0] - net[1]
    sign = "+" if difference > 0 else ""
    assert texts(answer[3])[1] == f"{sign}{difference:,}".replace("-", "−")


@pytest.mark.parametrize("chosen", ASKED[:5])
def test_groups_of_regions(site: Site, leader: Person, chosen: Chosen) -> None:
    found = [one for one in people(site.registry, chosen) if known(one)]
    with site.registry.connect() as connection:
        table = schema.region_group_member
        members = connection.execute(sa.select(table.c.group_code, table.c.region)).all()
    shown = {row[0]: row for row in rows(leader, "flow-groups", chosen)}
    assert {"greater_bay", "jingjinji", "changsanjiao", "yangtze_belt", "yellow_river"} <= {*shown}
    for code, row in shown.items():
        own = {region for group, region in members if group == code and code != "northeast"}
        own |= {"210000", "220000", "230000"} if code == "northeast" else set()
        n = sum(one.work_region in own or province(one.work_region) in own for one in found)
        assert row[2:] == [str(n), str(len(found)), printed(n, len(found))], code
    assert int(shown["greater_bay"][2]) == sum(one.work_region in BAY for one in found) + sum(
        province(one.work_region) in ("810000", "820000") for one in found
    )


def test_the_ten_largest(site: Site, leader: Person) -> None:
    chosen = ASKED[0]
    found = people(site.registry, chosen)
    wanted: dict[str, Counter[str]] = {
        "flow-origin-cities": Counter(o.origin for o in found if province(o.origin) == HOME),
        "flow-origin-provinces": Counter(province(o.origin) for o in found),
        "flow-work-cities": Counter(o.work_region for o in found if work(o) == HOME),
        "flow-work-provinces": Counter(work(o) for o in found if known(o)),
    }
    for question, counts in wanted.items():
        for gone in (HOME, "000000"):
            counts.pop(gone, None)
        shown = rows(leader, question, chosen)
        assert [int(row[2]) for row in shown] == sorted(counts.values(), reverse=True)[:10]
        assert all(counts[row[0]] == int(row[2]) for row in shown)


def test_the_map_of_a_province_has_its_cities(site: Site, leader: Person) -> None:
    chosen = ASKED[0]
    found = people(site.registry, chosen)
    shown = rows(leader, "flow-regions", chosen, node=HOME)
    assert {row[0]: (int(row[2]), int(row[4])) for row in shown} == {
        code: (
            sum(one.origin == code for one in found),
            sum(one.work_region == code for one in found),
        )
        for code in {row[0] for row in shown}
    }
    assert len(shown) == 11
    call = leader.callback("flows-map-graph.figure")
    stored = {**query(chosen), "node": HOME, "side": "origin"}
    figure = leader.call(call, {"selection.data": stored}).values["flows-map-graph.figure"]
    assert figure["data"][0]["geojson"].startswith("/maps/140000.geojson?m=")
    assert figure["data"][0]["customdata"][0][0] == "origin=140100"


@pytest.mark.parametrize("chosen", [ASKED[0], ASKED[2]])
def test_the_command_prints_what_the_page_shows(
    site: Site, leader: Person, studied: dict[str, str], chosen: Chosen
) -> None:
    found = people(site.registry, chosen)
    options = ["--cohort", str(chosen.cohort), "--as-of", chosen.day.isoformat()]
    options += [part for code in chosen.schools for part in ("--school", code)]
    options += ["--edition", chosen.edition] if chosen.edition else []
    settings = {"QUXIANG_HOME": str(site.settings.home), "QUXIANG_SECRET_KEY": SECRET_KEY}
    settings["QUXIANG_DATABASE_URL"] = site.settings.database_url

    def show(*more: str) -> list[dict[str, Any]]:
        printed_rows: list[dict[str, Any]] = json.loads(
            quxiang(settings, "show", "flows", *options, *more)
        )
        return printed_rows

    pairs = show("--by", "origin,work_region")
    assert {(row["origin"], row["work_region"]): row["people"] for row in pairs} == Counter(
        (province(one.origin), work(one)) for one in found
    )
    assert {(r[0], r[2]): int(r[4]) for r in rows(leader, "flow-matrix", chosen)} == {
        (row["origin"], row["work_region"]): row["people"] for row in pairs
    }
    stages = show("--by", "origin,work_region", "--stage", "origin,study,work")
    assert sum(row["people"] for row in stages) == len(found)
    assert sum(row["employed"] for row in stages) == sum(one.employed for one in found)
    assert {row["study"] for row in stages} == {studied[one.school] for one in found}
    grouped = show("--stage", "origin,study,work", "--grouping", "four_region")
    assert sum(row["people"] for row in grouped) == len(found)
    assert {row["origin_name"] for row in grouped} >= {"中部地区", "东部地区"}


# ---- the geometry


def test_geometry_is_for_those_who_signed_in_and_is_kept_by_their_browser(
    site: Site, leader: Person
) -> None:
    stranger = site.app.server.test_client()
    geometry = leader.callback("flows-map-graph.figure")
    figure = leader.call(geometry, {"selection.data": query(ASKED[0])}).values
    address = figure["flows-map-graph.figure"]["data"][0]["geojson"]
    assert stranger.get(address).status_code == 401
    answer = leader.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.mimetype == "application/geo+json"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert len(answer.data) < 80_000
    again = leader.client.get(
        address,
        headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304
    assert leader.get("/maps/999999.geojson").status_code == 404

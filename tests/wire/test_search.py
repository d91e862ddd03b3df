"""The search box finds what the person who asks may see, and leads to pages that exist."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import search_route
from dashboard.answers import Answers
from dashboard.demo import schools
from dashboard.map_routes import geometry_of
from dashboard.search import MOST, entry, fold, match, spelling
from dashboard.search_route import Finder, Target
from dashboard.services import Services
from data_access import schema
from data_access.registry import open_registry, writing
from data_access.schema import discipline, movement, region
from data_access.scope import EVERYTHING
from data_access.sealed import Box
from data_access.submissions import Submissions
from layouts.pages import PAGES, path_of
from tests.wire.app_client import (
    OTHER,
    OWN,
    SECRET_KEY,
    Chosen,
    Person,
    Site,
    application,
    demo_file,
    demo_registry,
    parents,
    people,
    texts,
)
from tests.wire.test_page_numbers import REPORT_DAY
from tests.wire.test_scope_walk import leaks, others

LOCAL, LOCAL_NAME = "b-08-local", "量子酿造"
"""A discipline that no catalogue knows and that another school alone has."""


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("search")
    demo_registry(demo_file(sqlite_template, tmp_path_factory), home / "registry.db", SECRET_KEY)
    url = f"sqlite:///{home / 'registry.db'}"
    engine = open_registry(url)
    row = {"code": LOCAL, "name_zh": LOCAL_NAME, "name_en": "", "parent": "b-08", "flagged": True}
    more = {"catalogue": "local", "official_code": "", "rank": "class", "initials": ""}
    last = sa.select(movement).where(movement.c.school == OTHER, movement.c.cohort == 2020)
    with writing(engine) as connection:
        connection.execute(sa.insert(discipline), [{**row, **more}])
        one = connection.execute(last.order_by(movement.c.seq.desc())).mappings().first()
        assert one is not None
        seq = connection.scalar(sa.select(sa.func.max(movement.c.seq))) or 0
        added = {**one, "seq": seq + 1, "discipline": LOCAL, "delta": 1}
        connection.execute(sa.insert(movement), [added])
    engine.dispose()
    with application(home, url) as running:
        yield running


def found(person: Person, typed: str, **more: str) -> list[dict[str, str]]:
    """Everything that is offered, group after group."""
    answer = person.get("/search?" + urlencode({"q": typed, "cohort": "2020", **more}))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return [item for group in answer.get_json()["groups"] for item in group["items"]]


def codes(items: list[dict[str, str]], name: str) -> list[str]:
    """The codes that are offered for one filter."""
    return [code for item in items for code in parse_qs(item["query"]).get(name, [])]


def test_nobody_else_is_answered(site: Site) -> None:
    answer = site.app.server.test_client().get("/search?q=a")
    assert (answer.status_code, answer.get_data()) == (401, b"")


def test_every_school_is_found_by_each_of_its_names(leader: Person) -> None:
    for one in schools()[::3]:
        for typed in (one.name_zh, one.name_en, one.code, "".join(spelling(one.name_zh))):
            items = found(leader, typed)
            assert codes(items, "school")[:1] == [one.code], typed
            assert items[0]["path"] == "/"


def test_a_school_without_returns_is_not_found(site: Site, leader: Person) -> None:
    reported = {one.code for one in schools()}
    with site.registry.connect() as connection:
        rows = connection.execute(sa.select(schema.school)).mappings().all()
    silent = [row for row in rows if row["code"] not in reported and row["code"] != "00000"]
    assert len(silent) > 1_000
    for row in silent[::200]:
        for typed in (row["name_zh"], row["name_en"], row["code"]):
            assert row["code"] not in codes(found(leader, typed), "school")


@pytest.mark.parametrize("username", ["reviewer", "staff", "viewer"])
def test_nobody_finds_a_school_outside_the_scope(site: Site, username: str) -> None:
    person, own = site.person(username), {OWN} if username != "viewer" else set()
    words = others()
    for one in schools()[::4]:
        for typed in (one.name_zh, one.name_zh[:2], one.name_en, one.code):
            answer = person.get("/search?" + urlencode({"q": typed, "school": one.code}))
            items = [item for group in answer.get_json()["groups"] for item in group["items"]]
            assert set(codes(items, "school")) <= own
            text = json.dumps(items, ensure_ascii=False)
            assert not leaks(text, words)
    assert set(codes(found(person, OWN), "school")) == own


def test_a_name_that_one_school_brought_is_found_where_it_is_seen(
    site: Site, leader: Person
) -> None:
    assert codes(found(leader, LOCAL_NAME), "discipline") == [LOCAL]
    assert found(site.person("reviewer"), LOCAL_NAME) == []
    assert found(leader, LOCAL_NAME, cohort="1999") == []


@pytest.mark.parametrize("typed", ["法学", "jsj", "工程", "law", "gongcheng", "08"])
def test_disciplines_with_graduates_come_first_among_equals(
    site: Site, leader: Person, typed: str
) -> None:
    tree = parents(site.registry, "discipline")
    present = set()
    for code in {one.discipline for one in people(site.registry, Chosen(2020, REPORT_DAY))}:
        above: str | None = code
        while above is not None:
            present.add(above)
            above = tree[above]
    with site.registry.connect() as connection:
        rows = {row["code"]: row for row in connection.execute(sa.select(discipline)).mappings()}

    def how(code: str) -> tuple[int, bool]:
        row = rows[code]
        names = (row["name_zh"], row["name_en"])
        thing = entry("discipline", code, names, (code, row["official_code"]))
        closeness = match(thing, fold(typed))
        assert closeness is not None
        return closeness, code not in present

    shown = codes(found(leader, typed), "discipline")
    assert len(shown) > 2
    order = [how(code) for code in shown]
    assert order == sorted(order)


def test_a_place_is_offered_as_origin_and_as_place_of_work(site: Site, leader: Person) -> None:
    path = path_of("flows") or "/"
    with site.registry.connect() as connection:
        rows = connection.execute(sa.select(region).where(region.c.rank != "special"))
        places = rows.mappings().all()
    for row in places[::13]:
        for typed in (row["name_zh"], row["code"], "".join(spelling(row["name_zh"]))):
            items = found(leader, typed)
            for name in ("origin", "work_region"):
                assert row["code"] in codes(items, name), typed
            regions = [item for item in items if "region=" in item["query"]]
            assert {item["path"] for item in regions} == {path}
    assert found(leader, "未填报") == []


def test_pages_are_found_and_only_those_there_are(site: Site, leader: Person) -> None:
    assert {"name": "专业", "note": "", "path": "/disciplines", "query": ""} in found(
        leader, "disciplines"
    )
    english = site.person("leader", "en")
    assert found(english, "总览")[0]["name"] == "Overview"
    paths = {page.path for page in PAGES}
    for typed in ("a", "s", "大", "1", "shan"):
        assert {item["path"] for item in found(leader, typed)} <= paths


def test_a_thing_leads_to_the_first_of_its_pages_that_exists(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def paths(pages: dict[str, str]) -> list[str]:
        groups = Finder(services, pages).groups("taiyuan", {})
        return [item["path"] for group in groups for item in group["items"]]

    services = Services(
        answers=Answers(site.app.store),
        scope=lambda: EVERYTHING,
        language=lambda: "en",
        allowed=frozenset,
        actor=str,
        on_refuted=lambda *_: None,
        submissions=Submissions(site.registry, Box(SECRET_KEY)),
        minimum_n=30,
        geometry=geometry_of(site.settings),
    )
    target = Target("region", ("disciplines", "overview"), "origin={}", note_key="search.origin")
    monkeypatch.setattr(search_route, "TARGETS", (target,))
    assert paths({"overview": "/", "disciplines": "/disciplines"}) == ["/disciplines"]
    assert paths({"overview": "/"}) == ["/"]
    assert paths({}) == []


@settings(max_examples=60, deadline=None)
@given(typed=st.text(max_size=80), cohort=st.text(max_size=6))
def test_anything_may_be_asked(leader: Person, typed: str, cohort: str) -> None:
    clean = typed.encode("utf-8", "surrogatepass")
    answer = leader.get("/search?" + urlencode({"q": clean, "cohort": cohort}, errors="replace"))
    assert answer.status_code == 200
    groups = answer.get_json()["groups"]
    assert all(group["title"] and group["items"] for group in groups)
    assert sum(len(group["items"]) for group in groups) <= MOST


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=%00", "q=%ff%fe", "q=a&q=b", "p=1"])
def test_an_odd_question_is_answered(leader: Person, query: str) -> None:
    answer = leader.get(f"/search?{query}")
    assert answer.status_code == 200
    assert isinstance(answer.get_json()["groups"], list)


def test_a_very_long_question_costs_no_more(leader: Person) -> None:
    assert found(leader, "甲" * 5_000) == []


# ---- what is chosen, and taken away again


def picks(person: Person, stored: dict[str, Any]) -> list[str]:
    callback = person.callback("picks.children")
    answer = person.call(callback, {"selection.data": stored, "live-version.data": "x"})
    return texts(answer.values["picks.children"])


def test_what_is_chosen_is_named_and_a_foreign_school_by_its_code(
    site: Site, leader: Person
) -> None:
    stored = {"cohort": "2020", "school": [OWN, OTHER], "origin": "140100", "edition": "2021"}
    named = ["青禾示例大学", "云杉示例理工大学", "生源地：太原市", "2021年口径", "清除筛选"]
    assert picks(leader, stored) == named
    assert picks(site.person("reviewer"), stored)[:2] == [named[0], OTHER]
    assert picks(leader, {"cohort": "2020", "as_of": "2020-09-30"}) == []
    many = {"cohort": "2020", "school": [one.code for one in schools()][:12]}
    assert picks(leader, many) == ["12所学校", "清除筛选"]


CONTROLS: dict[str, Any] = {
    "bar-schools.value": [OWN, OTHER],
    "bar-levels.value": ["bachelor", "diploma"],
    "bar-discipline.value": "b-08",
    "bar-origin.value": "140000",
    "bar-work-region.value": "110000",
    "bar-edition.value": "2021",
}


@pytest.mark.parametrize(
    ("told", "changed"),
    [
        (f"school={OWN}", {"bar-schools.value": [OTHER]}),
        ("school=", {"bar-schools.value": []}),
        ("school=77777", {}),
        ("level=bachelor", {"bar-levels.value": ["diploma"]}),
        ("discipline=b-08", {"bar-discipline.value": "any"}),
        ("origin=140000", {"bar-origin.value": "any"}),
        ("work_region=110000", {"bar-work-region.value": "any"}),
        ("edition=2021", {"bar-edition.value": "any"}),
        ("junk", {}),
        (
            "",
            {name: [] if isinstance(now, list) else "any" for name, now in CONTROLS.items()},
        ),
    ],
)
def test_one_choice_is_taken_away_and_the_others_stay(
    leader: Person, told: str, changed: dict[str, Any]
) -> None:
    callback = leader.callback("bar-schools.value")
    answer = leader.call(callback, {**CONTROLS, "unpicked.data": [told, 1]})
    assert answer.values == {**CONTROLS, **changed}


@pytest.mark.parametrize("told", [None, 7, {"a": 1}, [], [None], "school="])
def test_junk_takes_nothing_away(leader: Person, told: Any) -> None:
    answer = leader.call(leader.callback("bar-schools.value"), {**CONTROLS, "unpicked.data": told})
    assert not answer.toast
    assert answer.values == CONTROLS


def test_regions_go_into_the_selection_and_their_cities_into_the_choices(leader: Person) -> None:
    values = {**CONTROLS, "bar-cohort.value": "2020", "bar-quick.value": "live"}
    answer = leader.call(leader.callback("bar-origin.options"), {**values, "selection.data": {}})
    selection = answer.values["selection.data"]
    assert (selection["origin"], selection["work_region"]) == ("140000", "110000")
    offered = [one["value"] for one in answer.values["bar-origin.options"]]
    assert offered[0] == "any"
    assert {"110000", "140000", "140100", "710000", "810000"} <= set(offered)
    assert "130100" not in offered, "only the cities of the chosen province"
    assert "000000" not in offered


@pytest.mark.parametrize(
    ("stored", "value", "kept"),
    [
        ({}, "class", None),  # what is shown without a word about it
        ({"discipline": "b-0809"}, "major", None),
        ({"discipline": "b-0809"}, "class", "class"),
        ({"rank": "major"}, "class", "class"),
        ({"rank": "major"}, "major", None),
    ],
)
def test_what_a_page_shows_by_itself_stays_out_of_the_address(
    leader: Person, stored: dict[str, str], value: str, kept: str | None
) -> None:
    fired = [one for one in leader.callbacks() if one["inputs"][0]["id"] == "state-rank"]
    assert len(fired) == 1
    answer = leader.call(fired[0], {"state-rank.value": value, "selection.data": stored})
    assert not answer.toast
    written = [found for name, found in answer.values.items() if name.startswith("selection")]
    assert [one["rank"] for one in written] == ([kept] if kept else [])

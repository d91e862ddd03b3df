"""Flows between places are the count one would make by hand, and every stage is everybody."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable
from itertools import chain, combinations
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from dashboard.answers import Answers
from dashboard.flow_answers import FlowAnswers, Focus
from dashboard.flow_places import GROUPINGS, NO_PLACE, NO_REGION, NOT_EMPLOYED, STAGES
from dashboard.indicators.editions import unit_destinations
from data_access import schema
from data_access.ledger import GraduateEntry, accept
from data_access.places import cities_apart, placed, visible_places
from data_access.registry import writing
from data_access.replica import Analytics
from data_access.rows import Flow
from data_access.scope import EVERYTHING, Scope, UnscopedRead, check_scoped
from data_access.selection import Selection
from data_access.store import Store
from tests.sql.bookkeeping import DAYS, Notebook, graduates

SCHOOLS = {"10108": "140000", "10112": "140000", "10001": "110000", "98765": "000000"}
"""Shanxi twice, Beijing, and a school that lies nowhere we know."""
REGIONS = ("140100", "140200", "140000", "110000", "310000", "440100", "441200", "440200", "710000")
DESTINATIONS = ("10", "12", "46", "70", "71", "75", "80")
UNITS = frozenset({"10", "12", "46"})
Person = dict[str, str]
BAY = {"440100", "441200"}


def an_entry(draw: random.Random, number: int) -> GraduateEntry:
    return GraduateEntry(
        student_no=str(number),
        person_hash=None,
        level=draw.choice(("bachelor", "diploma", "master")),
        discipline=draw.choice(("b-080901", "b-0201")),
        sex="1",
        origin=draw.choice((*REGIONS, "000000")),
        destination=draw.choice(DESTINATIONS),
        work_region=draw.choice((*REGIONS, "none", "none", "000000")),
        employer_kind="none",
        industry="none",
    )


@pytest.fixture
def people(analytics_registry: Engine) -> dict[dt.date, list[Person]]:
    """A random ledger; by hand, everybody as of each day."""
    new = {
        "code": "98765", "name_zh": "示例", "name_en": "", "initials": "", "tier": "bachelor",
        "supervisor": "", "province": "", "city": "", "moe_code": "", "synthetic": True,
        "flagged": True,
    }  # fmt: skip
    with writing(analytics_registry) as connection:
        connection.execute(sa.insert(schema.school), [new])
    draw, book = random.Random(7), Notebook()
    for _ in range(14):
        entries = [an_entry(draw, number) for number in draw.sample(range(40), 16)]
        given = graduates(draw.choice(DAYS), entries, draw.choice(sorted(SCHOOLS)))
        accept(analytics_registry, [given], accepted_by="test")
        book.accept(given)
    names = ("school", *schema.CELL)
    return {
        day: [
            dict(zip(names, cell, strict=True))
            for cell, n in book.as_of(day).items()
            for _ in range(n)
        ]
        for day in DAYS
    }


def place(code: str) -> str:
    """A province, unless the Greater Bay Area names the city apart."""
    if code in BAY or code == "none":
        return code
    return code[:2] + "0000"


def by_hand(person: Person, employed: frozenset[str]) -> dict[str, str]:
    work = place(person["work_region"])
    if work == "none":
        work = NO_REGION if person["destination"] in employed else NOT_EMPLOYED
    return {
        "origin": place(person["origin"]),
        "study": SCHOOLS[person["school"]],
        "work": work,
        "origin_city": person["origin"],
        "work_city": person["work_region"],
    }


def is_meant(person: Person, chosen: Selection, scope: Scope) -> bool:
    def below(code: str, wanted: str | None) -> bool:
        return wanted in (None, code) or (wanted == code[:2] + "0000" and code != "none")

    return (
        (scope.schools is None or person["school"] in scope.schools)
        and (not chosen.schools or person["school"] in chosen.schools)
        and (not chosen.levels or person["level"] in chosen.levels)
        and below(person["origin"], chosen.origin)
        and below(person["work_region"], chosen.work_region)
    )


selections = st.builds(
    Selection,
    cohort=st.just(2020),
    as_of=st.sampled_from(DAYS),
    schools=st.lists(st.sampled_from(sorted(SCHOOLS)), max_size=2).map(tuple),
    levels=st.lists(st.sampled_from(("bachelor", "diploma")), max_size=1).map(tuple),
    origin=st.sampled_from((None, None, "140000", "440000", "440100")),
    work_region=st.sampled_from((None, None, "140000", "310000", "none", "000000")),
    edition=st.sampled_from((None, "2014", "2021", "2024")),
)
scopes = st.sampled_from(
    (EVERYTHING, Scope(frozenset()), Scope(frozenset({"10108"})), Scope(frozenset(SCHOOLS)))
)
stages = st.sampled_from(
    [*chain.from_iterable(combinations(STAGES, n) for n in (1, 2, 3)), ("origin_city", "work")]
)
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def total(rows: Iterable[Flow]) -> int:
    return sum(row.people for row in rows)


@quick
@given(chosen=selections, scope=scopes, asked=stages)
def test_flows_are_the_count_by_hand(
    analytics: Analytics,
    analytics_registry: Engine,
    people: dict[dt.date, list[Person]],
    chosen: Selection,
    scope: Scope,
    asked: tuple[Any, ...],
) -> None:
    analytics.refresh()
    flows = FlowAnswers(Answers(Store(analytics_registry, analytics)), scope, chosen)
    employed = flows.moment.edition.employed
    assert unit_destinations(flows.answers.editions) & set(DESTINATIONS) == UNITS
    assert chosen.as_of is not None
    meant = [person for person in people[chosen.as_of] if is_meant(person, chosen, scope)]
    wanted: dict[Any, list[int]] = {}
    for person in meant:
        key = tuple(by_hand(person, employed)[stage] for stage in asked)
        counts = wanted.setdefault(key, [0, 0, 0])
        counts[0] += 1
        counts[1] += person["destination"] in employed
        counts[2] += person["destination"] in UNITS
    rows = flows.rows(*asked)
    assert {row.key: list(row[1:]) for row in rows} == wanted
    assert len(rows) == len(wanted)


@quick
@given(chosen=selections, scope=scopes, grouping=st.sampled_from(GROUPINGS))
def test_every_stage_matrix_and_map_add_up_to_the_rates(
    analytics: Analytics,
    analytics_registry: Engine,
    people: dict[dt.date, list[Person]],
    chosen: Selection,
    scope: Scope,
    grouping: Any,
) -> None:
    analytics.refresh()
    answers = Answers(Store(analytics_registry, analytics))
    flows = FlowAnswers(answers, scope, chosen)
    line = answers.total(scope, chosen)
    assert sum(part.count for part in answers.mix(scope, chosen)) == line.graduates
    assert total(flows.rows("origin", "work")) == line.graduates
    regions = flows.regions()
    assert sum(region.came for region in regions) == line.graduates
    assert sum(region.works for region in regions) == line.graduates
    if line.graduates and all(r.code != "000000" or not r.came for r in regions):
        assert sum(r.net or 0 for r in regions) == 0, "who comes to one region leaves another"
    links = flows.links(grouping)
    for stage in STAGES[:2]:
        assert sum(x.people for x in links if x.stage == stage) == line.graduates
        assert sum(x.employed for x in links if x.stage == stage) == line.employed
    into, out = Counter[str](), Counter[str]()
    for link in links:
        if link.to_stage == "study":
            into[link.target] += link.people
        if link.stage == "study":
            out[link.source] += link.people
    assert into == out, "who comes to a place of study leaves it"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=selections, scope=scopes, grouping=st.sampled_from(GROUPINGS))
def test_a_node_in_focus_has_the_people_it_has_without(
    analytics: Analytics,
    analytics_registry: Engine,
    people: dict[dt.date, list[Person]],
    chosen: Selection,
    scope: Scope,
    grouping: Any,
) -> None:
    analytics.refresh()
    flows = FlowAnswers(Answers(Store(analytics_registry, analytics)), scope, chosen)
    sizes: Counter[Focus] = Counter()
    for link in flows.links(grouping):
        if link.stage == "origin":
            sizes[Focus("origin", link.source)] += link.people
            sizes[Focus("study", link.target)] += link.people
        else:
            sizes[Focus("work", link.target)] += link.people
    for focus, people_there in sizes.items():
        links = flows.links(grouping, focus)
        for stage in STAGES[:2]:
            found = sum(link.people for link in links if link.stage == stage)
            assert found == people_there, (focus, stage)


def test_the_ledger_by_hand_has_something_of_everything(
    people: dict[dt.date, list[Person]],
) -> None:
    found = [by_hand(person, frozenset({"80", "46"})) for person in people[DAYS[-1]]]
    assert {place["study"] for place in found} == {"140000", "110000", "000000"}
    assert {place["work"] for place in found} >= {*NO_PLACE, "440100", "440000", "140000"}


def test_indicators_of_a_province_are_counted_by_hand(
    analytics: Analytics, analytics_registry: Engine, people: dict[dt.date, list[Person]]
) -> None:
    analytics.refresh()
    answers = Answers(Store(analytics_registry, analytics))
    flows = FlowAnswers(answers, EVERYTHING, Selection(2020, DAYS[-1]))
    assert flows.home() == "140000"
    got = flows.indicators("140000")
    employed = flows.moment.edition.employed
    everybody = people[DAYS[-1]]

    def here(code: str) -> bool:
        return code.startswith("14")

    studied = [p for p in everybody if SCHOOLS[p["school"]] == "140000"]
    works = [p for p in everybody if here(p["work_region"])]
    known = [p for p in everybody if p["work_region"] not in ("none", "000000")]
    natives = [p for p in everybody if here(p["origin"]) and p["destination"] in employed]
    units = [p for p in studied if p["destination"] in UNITS]
    assert (got.stays.numerator, got.stays.denominator) == (
        sum(here(p["work_region"]) and p["destination"] in employed for p in studied),
        len(studied),
    )
    assert (got.stays_in_units.numerator, got.stays_in_units.denominator) == (
        sum(here(p["work_region"]) for p in units),
        len(units),
    )
    assert (got.returns.numerator, got.returns.denominator) == (
        sum(here(p["work_region"]) for p in natives),
        len(natives),
    )
    assert (got.works, got.came) == (len(works), sum(here(p["origin"]) for p in known))
    shares = {group.code: rate for group, rate in flows.group_shares()}
    bay = shares["greater_bay"]
    assert (bay.numerator, bay.denominator) == (
        sum(p["work_region"] in BAY for p in known),
        len(known),
    )
    assert shares["central"].numerator == len(works)
    for city in flows.cities("140000"):
        assert city.came == sum(p["origin"] == city.code for p in everybody)
        assert city.works == sum(p["work_region"] == city.code for p in everybody)


def test_a_school_that_comes_later_has_its_place(
    analytics: Analytics, analytics_registry: Engine, people: dict[dt.date, list[Person]]
) -> None:
    """The copy learns of a new school with the first movements of it."""
    analytics.refresh()
    row = {
        "code": "97531", "name_zh": "示例", "name_en": "", "initials": "", "tier": "bachelor",
        "supervisor": "", "province": "310000", "city": "310000", "moe_code": "",
        "synthetic": True, "flagged": True,
    }  # fmt: skip
    with writing(analytics_registry) as connection:
        connection.execute(sa.insert(schema.school), [row])
    entries = [an_entry(random.Random(1), 900 + number) for number in range(5)]
    accept(analytics_registry, [graduates(DAYS[0], entries, "97531")], accepted_by="test")
    analytics.refresh()
    answers = Answers(Store(analytics_registry, analytics))
    flows = FlowAnswers(answers, Scope(frozenset({"97531"})), Selection(2020, DAYS[-1]))
    assert {row.key: row.people for row in flows.rows("study")} == {("310000",): 5}


def test_the_copy_of_the_ledger_is_protected_too() -> None:
    with pytest.raises(UnscopedRead):
        check_scoped(sa.select(placed.c.study_place))
    check_scoped(sa.select(visible_places(EVERYTHING, None).c.study_place))
    check_scoped(sa.select(visible_places(EVERYTHING, ("440100",)).c.study_place))


def test_cities_apart_are_those_a_grouping_names_without_their_province(
    sqlite_registry: Engine,
) -> None:
    with sqlite_registry.connect() as connection:
        found = cities_apart(connection)
    assert set(found) >= BAY
    assert all(code.startswith("44") and not code.endswith("0000") for code in found)

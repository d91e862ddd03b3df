"""Rules of contribution count, on every engine, the people one would count by hand."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.contributions import contribution_rules
from data_access.ledger import accept
from data_access.registry import writing
from data_access.replica import Analytics
from data_access.schema import contribution_condition, contribution_rule
from data_access.scope import EVERYTHING, NOTHING, Scope
from data_access.selection import Selection
from data_access.store import Store
from tests.sql.bookkeeping import DAYS, SCHOOLS, entry, graduates

DAY = DAYS[-1]
EMPLOYED = frozenset({"10", "46", "501", "50", "80"})
CENTRAL_WEST = {"14", "34", "36", "41", "42", "43"} | {
    *("15", "45", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65")
}
Person = dict[str, Any]


def by_hand(rule: str, person: Person) -> bool:
    """The shipped rules, written out."""
    to, kind = person["destination"], person["employer_kind"]
    return {
        "key_fields": person["industry"] in ("22", "23", "34", "38"),
        "central_west": person["work_region"][:2] in CENTRAL_WEST,
        "army": to == "46" or kind == "40",
        "grassroots": to[:2] in ("50", "51") or kind in ("55", "56"),
    }[rule]


@pytest.fixture
def everybody(analytics_registry: Engine) -> list[Person]:
    """Random graduates, who move once; everybody as of the last day."""
    draw, found = random.Random(7), []
    for day in (DAYS[0], DAYS[2]):
        for school in SCHOOLS:
            made = [
                entry(str(number), level=draw.choice(("master", "bachelor")))._replace(
                    destination=draw.choice(("10", "46", "501", "51", "70", "80")),
                    work_region=draw.choice(("140100", "110000", "610100", "none")),
                    employer_kind=draw.choice(("39", "40", "55", "none")),
                    industry=draw.choice(("22", "34", "42", "none")),
                )
                for number in range(60)
            ]
            if day == DAYS[2]:
                found += [{"school": school, **one._asdict()} for one in made]
            accept(analytics_registry, [graduates(day, made, school)], accepted_by="t")
    return found


@pytest.fixture
def store(analytics: Analytics, analytics_registry: Engine, everybody: list[Person]) -> Store:
    analytics.refresh()
    return Store(analytics_registry, analytics)


def asked(store: Store, scope: Scope, by: Any, day: dt.date = DAY, **chosen: Any) -> Any:
    """Key -> (graduates, employed, the employed who count for each rule)."""
    everybody = store.leaf_filter(Selection(cohort=2020, **chosen))
    counting = [
        {row.key: row.employed[0] for row in store.tallies(scope, meant, by, (day,), EMPLOYED)}
        for rule in contribution_rules(store)
        for meant in (replace(everybody, any_of=rule.conditions),)
    ]
    return {
        row.key: (
            row.graduates[0],
            row.employed[0],
            tuple(people.get(row.key, 0) for people in counting),
        )
        for row in store.tallies(scope, everybody, by, (day,), EMPLOYED)
    }


def expected(store: Store, people: list[Person], by: tuple[str, ...]) -> Any:
    found: dict[tuple[str, ...], list[Person]] = {}
    for one in people:
        found.setdefault(tuple(one[name] for name in by), []).append(one)
    rules = [rule.code for rule in contribution_rules(store)]
    counted = {}
    for key, group in found.items():
        working = [one for one in group if one["destination"] in EMPLOYED]
        numbers = tuple(sum(by_hand(rule, one) for one in working) for rule in rules)
        counted[key] = (len(group), len(working), numbers)
    return counted


@pytest.mark.parametrize("by", [(), ("level",), ("school",), ("school", "level")])
def test_a_rule_counts_the_people_who_meet_it(
    store: Store, everybody: list[Person], by: tuple[str, ...]
) -> None:
    assert asked(store, EVERYTHING, by) == expected(store, everybody, by)
    own = [one for one in everybody if one["school"] == SCHOOLS[0]]
    assert asked(store, Scope(frozenset({SCHOOLS[0]})), by) == expected(store, own, by)
    assert asked(store, NOTHING, by) == {}
    masters = [one for one in everybody if one["level"] == "master"]
    assert asked(store, EVERYTHING, by, levels=("postgraduate",)) == expected(store, masters, by)
    assert asked(store, EVERYTHING, by, dt.date(2020, 1, 1)) == {}


def test_the_shipped_rules_are_written_as_they_count(store: Store) -> None:
    rules = {rule.code: rule for rule in contribution_rules(store)}
    assert list(rules) == ["key_fields", "central_west", "army", "grassroots"]
    regions = dict(rules["central_west"].conditions)["work_region"]
    assert {code[:2] for code in regions} == CENTRAL_WEST
    assert {"140000", "140100", "659001"} <= set(regions)
    assert {c.name_zh: len(c.members) for c in rules["central_west"].written} == {
        "中部地区": 6,
        "西部地区": 12,
    }
    assert set(dict(rules["grassroots"].conditions)["destination"]) == {
        *("50", "501", "502", "503", "51", "511", "512", "519")
    }


def test_a_rule_of_ones_own_counts_at_once(
    store: Store, analytics_registry: Engine, everybody: list[Person]
) -> None:
    """Rules are rows: one by work region and one without any condition."""
    with writing(analytics_registry) as connection:
        for code in ("beijing", "nothing"):
            connection.execute(
                sa.insert(contribution_rule).values(
                    code=code, name_zh=code, name_en=code, verified=False, source="", position=99
                )
            )
        connection.execute(
            sa.insert(contribution_condition).values(
                rule="beijing", field="work_region", code="110000"
            )
        )
    fresh = Store(analytics_registry, store.analytics)
    rules = [rule.code for rule in contribution_rules(fresh)]
    ((_, _, people),) = asked(fresh, EVERYTHING, ()).values()
    counted = dict(zip(rules, people, strict=True))
    assert counted["nothing"] == 0
    assert counted["beijing"] == sum(
        one["work_region"] == "110000" and one["destination"] in EMPLOYED for one in everybody
    )
    assert counted["beijing"] > 0

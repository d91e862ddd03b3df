"""Whatever is asked of a ledger, its answer is the count one would make by hand.

One ledger of random graduates on each analytics engine; hypothesis asks the questions.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from data_access.ledger import GraduateEntry, accept
from data_access.outcomes import DIMENSIONS, Conditions
from data_access.replica import Analytics
from data_access.schema import CELL
from data_access.scope import EVERYTHING, Scope
from data_access.selection import Selection
from data_access.store import Store
from tests.sql.bookkeeping import DAYS, SCHOOLS, Notebook, graduates

LEVELS = ("doctorate", "master", "bachelor", "diploma")
BEFORE, BETWEEN = DAYS[0] - dt.timedelta(days=1), DAYS[2] + dt.timedelta(days=1)
DISCIPLINES = ("b-080901", "b-080902", "b-0809", "g-0812", "b-0201", "b-08")
REGIONS = ("140100", "140200", "110000", "310000")
DESTINATIONS = ("10", "11", "12", "46", "50", "70", "71", "75", "76", "80", "85")
PEOPLE, RETURNS = 60, 24
Row = dict[str, Any]


def an_entry(draw: random.Random, number: int) -> GraduateEntry:
    return GraduateEntry(
        student_no=str(number),
        person_hash=None,
        level=draw.choice(LEVELS),
        discipline=draw.choice(DISCIPLINES),
        sex=draw.choice("12"),
        origin=draw.choice(REGIONS),
        destination=draw.choice(DESTINATIONS),
        work_region=draw.choice((*REGIONS, "none")),
        employer_kind=draw.choice(("10", "39", "none")),
        industry=draw.choice(("11", "34", "none")),
    )


@pytest.fixture
def people(analytics_registry: Engine) -> dict[dt.date, list[Row]]:
    """A random ledger; by hand, everybody as of each day, a dict of codes each."""
    draw, book = random.Random(20), Notebook()
    for _ in range(RETURNS):
        numbers = draw.sample(range(PEOPLE), draw.randint(1, 20))
        entries = [an_entry(draw, number) for number in numbers]
        given_in = graduates(draw.choice(DAYS), entries, draw.choice(SCHOOLS))
        accept(analytics_registry, [given_in], accepted_by="t")
        book.accept(given_in)
    other = graduates(DAYS[0], [an_entry(draw, 1)], cohort=2019)
    accept(analytics_registry, [other], accepted_by="t")
    return {
        day: [
            dict(zip(("school", *CELL), cell, strict=True))
            for cell, n in book.as_of(day).items()
            for _ in range(n)
        ]
        for day in (BEFORE, *DAYS, BETWEEN)
    }


@pytest.fixture
def parents(analytics_registry: Engine) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    with analytics_registry.connect() as connection:
        for name in ("level", "discipline", "region"):
            rows = connection.execute(sa.text(f"SELECT code, parent FROM {name}"))
            found.update({row.code: row.parent for row in rows})
    return found


def is_meant(row: Row, chosen: Selection, scope: Scope, parents: dict[str, str | None]) -> bool:
    def below(code: str, wanted: Sequence[str]) -> bool:
        above: str | None = code
        while above is not None and above not in wanted:
            above = parents.get(above)
        return not wanted or above is not None

    return (
        (scope.schools is None or row["school"] in scope.schools)
        and (not chosen.schools or row["school"] in chosen.schools)
        and below(row["level"], chosen.levels)
        and below(row["discipline"], [chosen.discipline] if chosen.discipline else [])
        and below(row["origin"], [chosen.origin] if chosen.origin else [])
        and below(row["work_region"], [chosen.work_region] if chosen.work_region else [])
    )


def tallied(rows: Sequence[Row], by: Sequence[str], meant: Callable[[Row], bool]) -> dict[Any, int]:
    """Cut -> how many of its rows are meant; a cut with none stays, with 0."""
    counts: dict[Any, int] = {}
    for row in rows:
        key = tuple(row[name] for name in by)
        counts[key] = counts.get(key, 0) + meant(row)
    return counts


selections = st.builds(
    Selection,
    cohort=st.just(2020),
    schools=st.lists(st.sampled_from((*SCHOOLS, "99999")), max_size=2).map(tuple),
    levels=st.lists(st.sampled_from((*LEVELS, "postgraduate", "junk")), max_size=2).map(tuple),
    discipline=st.sampled_from((None, None, "b-08", "b-0809", "b-080901", "g-08", "junk")),
    origin=st.sampled_from((None, None, "140000", "140100", "110000")),
    work_region=st.sampled_from((None, None, "140000", "310000", "none")),
)
scopes = st.sampled_from(
    (EVERYTHING, Scope(frozenset()), Scope(frozenset({SCHOOLS[0]})), Scope(frozenset(SCHOOLS)))
)
days = st.lists(
    st.sampled_from((BEFORE, *DAYS, BETWEEN)),
    min_size=1,
    max_size=3,
    unique=True,
).map(tuple)
cuts = st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True).map(tuple)
employed_sets = st.frozensets(st.sampled_from(DESTINATIONS))


@given(chosen=selections, scope=scopes, by=cuts, asked=days, employed=employed_sets)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_answer_is_the_count_by_hand(
    analytics: Analytics,
    analytics_registry: Engine,
    people: dict[dt.date, list[Row]],
    parents: dict[str, str | None],
    chosen: Selection,
    scope: Scope,
    by: tuple[str, ...],
    asked: tuple[dt.date, ...],
    employed: frozenset[str],
) -> None:
    analytics.refresh()
    store = Store(analytics_registry, analytics)
    found = {
        day: [row for row in people[day] if is_meant(row, chosen, scope, parents)]
        for day in {*asked, *DAYS}
    }

    def tally(day: dt.date, meant: Callable[[Row], bool] = lambda _: True) -> dict[Any, int]:
        return tallied(found[day], by, meant)

    def works(row: Row) -> bool:
        return row["destination"] in employed

    everybody, working = [tally(day) for day in asked], [tally(day, works) for day in asked]
    keys = {key for counts in everybody for key in counts}
    wanted = {key: tuple(counts.get(key, 0) for counts in everybody) for key in keys}
    wanted_working = {key: tuple(counts.get(key, 0) for counts in working) for key in keys}

    chosen_filter = store.leaf_filter(chosen)
    counts = store.counts(scope, chosen_filter, by, asked)  # type: ignore[arg-type]
    assert {row.key: row.n for row in counts} == wanted
    assert len(counts) == len(wanted)

    tallies = store.tallies(scope, chosen_filter, by, asked, employed)  # type: ignore[arg-type]
    assert {row.key: row.graduates for row in tallies} == wanted
    assert {row.key: row.employed for row in tallies} == wanted_working
    assert len(tallies) == len(wanted)

    until = max(asked)
    changes = store.progress(scope, chosen_filter, by, until, employed)  # type: ignore[arg-type]
    assert [(c.key, c.counted_on) for c in changes] == sorted(
        {(c.key, c.counted_on) for c in changes}
    )
    for day in DAYS:
        if day > until:
            continue
        sums: dict[Any, list[int]] = {}
        for change in changes:
            if change.counted_on <= day:
                total = sums.setdefault(change.key, [0, 0])
                total[0] += change.graduates
                total[1] += change.employed
        assert {key: n for key, (n, _) in sums.items() if n} == tally(day)
        assert {key: n for key, (_, n) in sums.items() if n} == {
            key: n for key, n in tally(day, works).items() if n
        }


@given(chosen=selections, scope=scopes, day=st.sampled_from(DAYS), employed=employed_sets)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cells_of_schools_are_the_count_by_hand(
    analytics: Analytics,
    analytics_registry: Engine,
    people: dict[dt.date, list[Row]],
    parents: dict[str, str | None],
    chosen: Selection,
    scope: Scope,
    day: dt.date,
    employed: frozenset[str],
) -> None:
    analytics.refresh()
    store = Store(analytics_registry, analytics)
    found = [row for row in people[day] if is_meant(row, chosen, scope, parents)]
    by = ("school", "level", "discipline")
    everybody = tallied(found, by, lambda _: True)
    working = tallied(found, by, lambda row: row["destination"] in employed)
    cells = store.school_cells(scope, store.leaf_filter(chosen), day, employed)
    assert sorted(cells) == sorted((*key, n, working.get(key, 0)) for key, n in everybody.items())


narrowings = st.fixed_dictionaries(
    {
        "destination": st.none() | st.lists(st.sampled_from(DESTINATIONS), unique=True).map(tuple),
        "employer_kind": st.none() | st.sampled_from(((), ("10",), ("10", "39"))),
        "industry": st.none() | st.sampled_from((("11",), ("34", "none"))),
    }
)
rules = st.none() | st.sampled_from(
    (
        (),
        (("industry", ("11",)),),
        (("destination", ("46", "10")), ("employer_kind", ("39",))),
    )
)


@given(chosen=selections, scope=scopes, by=cuts, asked=days, narrow=narrowings, rule=rules)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_question_narrowed_to_destinations_and_employers(
    analytics: Analytics,
    analytics_registry: Engine,
    people: dict[dt.date, list[Row]],
    parents: dict[str, str | None],
    chosen: Selection,
    scope: Scope,
    by: tuple[str, ...],
    asked: tuple[dt.date, ...],
    narrow: dict[str, tuple[str, ...] | None],
    rule: Conditions | None,
) -> None:
    analytics.refresh()
    store = Store(analytics_registry, analytics)

    def meant(row: Row) -> bool:
        return (
            is_meant(row, chosen, scope, parents)
            and all(codes is None or row[name] in codes for name, codes in narrow.items())
            and (rule is None or any(row[name] in codes for name, codes in rule))
        )

    found = [
        tallied([row for row in people[day] if meant(row)], by, lambda _: True) for day in asked
    ]
    wanted = {key: tuple(c.get(key, 0) for c in found) for key in {key for c in found for key in c}}
    narrowed = replace(store.leaf_filter(chosen), **narrow, any_of=rule)
    counts = store.counts(scope, narrowed, by, asked)  # type: ignore[arg-type]
    assert {row.key: row.n for row in counts} == wanted
    assert len(counts) == len(wanted)


def test_the_ledger_by_hand_has_something_of_everything(people: dict[dt.date, list[Row]]) -> None:
    found = people[DAYS[-1]]
    assert len(found) > PEOPLE
    for name, codes in (("level", LEVELS), ("destination", DESTINATIONS), ("origin", REGIONS)):
        assert {row[name] for row in found} == set(codes)

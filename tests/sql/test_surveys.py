"""Surveys in the registry: kept whole or not at all, once, for good, and seen within a scope."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.errors import InputError
from data_access.ledger import accept
from data_access.readers.surveys import survey_hash
from data_access.registry import writing
from data_access.replica import Analytics
from data_access.schema import (
    SURVEYS,
    survey,
    survey_answer,
    survey_invited,
    survey_respondent,
)
from data_access.scope import EVERYTHING, NOTHING, Scope, UnscopedRead, check_scoped
from data_access.store import Store
from data_access.survey_ledger import Respondent, SurveyFile, SurveyKind, accept_surveys
from data_access.survey_scope import (
    visible_survey_answers,
    visible_survey_authority,
    visible_survey_invited,
    visible_survey_respondents,
    visible_surveys,
)
from data_access.surveys import Surveys
from tests.sql.bookkeeping import DAYS, SCHOOLS, entry, graduates

LEVELS, ITEMS = ("master", "bachelor"), ("match", "satisfaction", "pay")
OWN = Scope(frozenset({SCHOOLS[0]}))


def a_survey(
    seed: int, *schools: str, kind: SurveyKind = "graduate", cohort: int = 2020
) -> SurveyFile:
    """Random people of these schools; about half of those asked answer."""
    draw, invited, people = random.Random(seed), Counter[tuple[str, str]](), []
    for _ in range(40 * len(schools)):
        school, level = draw.choice(schools), draw.choice(LEVELS)
        invited[school, level] += 1
        if draw.random() < 0.5:
            values = {"match": draw.randint(0, 1), "satisfaction": draw.randint(1, 5)}
            values["pay"] = 100 * draw.randint(30, 120)
            said = [(i, float(values[i])) for i in ITEMS if draw.random() < 0.9]
            discipline = draw.choice(("b-0809", "b-080901", "b-0201"))
            weight = draw.choice((1.0, 0.25, 3.5))
            if said:
                people.append(Respondent(school, level, discipline, weight, tuple(said)))
    return SurveyFile(
        kind=kind,
        cohort=cohort,
        title=f"survey {seed}",
        fielded_on=dt.date(2021, 3, seed % 28 + 1),
        source="test.csv",
        content_hash=survey_hash(kind, cohort, f"survey {seed}", None, invited, people),
        invited=invited,
        respondents=people,
    )


def sizes(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        count = sa.select(sa.func.count())
        return [connection.scalar(count.select_from(one)) or 0 for one in SURVEYS]


def test_a_survey_is_kept_as_it_is(registry: Engine) -> None:
    file = a_survey(1, *SCHOOLS)
    (result,) = accept_surveys(registry, [file], imported_by="t")
    assert not result.already
    with registry.connect() as connection:
        kept = connection.execute(
            sa.select(survey_respondent, survey_answer.c.item, survey_answer.c.value)
            .join(survey_answer, survey_answer.c.respondent_id == survey_respondent.c.id)
            .order_by(survey_respondent.c.id)
        ).all()
        asked = {
            (row.school, row.level): row.invited
            for row in connection.execute(sa.select(survey_invited))
        }
    people: dict[int, Any] = {}
    for row in kept:
        head = (row.school, row.level, row.discipline, row.weight)
        people.setdefault(row.id, (*head, set()))[4].add((row.item, row.value))
    found = sorted((*one[:4], tuple(sorted(one[4]))) for one in people.values())
    assert found == sorted((*r[:4], tuple(sorted(r.answers))) for r in file.respondents)
    assert asked == dict(file.invited)


def test_the_order_of_a_file_tells_nobody(registry: Engine) -> None:
    file = a_survey(2, *SCHOOLS)
    accept_surveys(registry, [file], imported_by="t")
    with registry.connect() as connection:
        c = survey_respondent.c
        columns = (c.school, c.level, c.discipline, c.weight)
        kept = connection.execute(sa.select(*columns).order_by(c.id)).all()
    assert [tuple(row) for row in kept] == [r[:4] for r in sorted(file.respondents)]
    assert [tuple(row) for row in kept] != [r[:4] for r in file.respondents]


def test_the_same_again_changes_nothing(registry: Engine) -> None:
    file = a_survey(1, *SCHOOLS)
    accept_surveys(registry, [file], imported_by="t")
    before = sizes(registry)
    results = accept_surveys(registry, [file, replace(file, source="other.csv")], imported_by="t")
    assert [result.already for result in results] == [True, True]
    assert sizes(registry) == before
    both = accept_surveys(registry, [a_survey(3, SCHOOLS[0])] * 2, imported_by="t")
    assert [result.already for result in both] == [False, True]


BAD = [
    lambda r: r._replace(level="kindergarten"),
    lambda r: r._replace(level="none", discipline="none"),
    lambda r: r._replace(discipline="b-9999"),
    lambda r: r._replace(answers=(("overall", 5.0),)),
    lambda r: r._replace(answers=(("no such question", 1.0),)),
]


@pytest.mark.parametrize("spoil", BAD)
def test_one_wrong_code_keeps_all_files_out(registry: Engine, spoil: Any) -> None:
    good, bad = a_survey(1, SCHOOLS[0]), a_survey(2, SCHOOLS[1])
    people = [*bad.respondents[:-1], spoil(bad.respondents[-1])]
    with pytest.raises(InputError, match="unknown code"):
        accept_surveys(registry, [good, replace(bad, respondents=people)], imported_by="t")
    assert sizes(registry) == [0, 0, 0, 0]


def test_no_school_that_nobody_knows_and_no_more_answers_than_people(registry: Engine) -> None:
    file = a_survey(1, SCHOOLS[0])
    with pytest.raises(InputError, match="unknown code"):
        accept_surveys(registry, [replace(file, invited={("1", "master"): 1})], imported_by="t")
    with pytest.raises(ValueError, match="more answers"):
        accept_surveys(registry, [replace(file, invited={})], imported_by="t")
    assert sizes(registry) == [0, 0, 0, 0]


@pytest.mark.parametrize("name", [one.name for one in SURVEYS])
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_a_survey_is_never_changed(registry: Engine, name: str, change: str) -> None:
    accept_surveys(registry, [a_survey(1, *SCHOOLS)], imported_by="t")
    before = sizes(registry)
    columns = {"survey": "id", "survey_respondent": "id", "survey_answer": "item"}
    text = change.format(name, columns.get(name, "school"))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(registry) as connection:
        connection.exec_driver_sql(text)
    assert sizes(registry) == before


# ---- what is read


@pytest.fixture
def store(analytics: Analytics, analytics_registry: Engine) -> Store:
    """Both schools in one file, then the second school anew, and surveys of others beside."""
    for file in FILES:
        accept_surveys(analytics_registry, [file], imported_by="t")
    return Store(analytics_registry, analytics)


FILES = (
    a_survey(1, *SCHOOLS),
    a_survey(2, SCHOOLS[1]),
    a_survey(3, *SCHOOLS, cohort=2019),
)
IN_FORCE = {SCHOOLS[0]: FILES[0], SCHOOLS[1]: FILES[1]}


def people(*schools: str) -> list[Respondent]:
    """The respondents in force, one school after the other."""
    return [r for school in schools for r in IN_FORCE[school].respondents if r.school == school]


def slow_sums(found: list[Respondent], item: str) -> tuple[float, ...]:
    pairs = [(r.weight, v) for r in found for name, v in r.answers if name == item]
    return (
        len(pairs),
        sum(w for w, _ in pairs),
        sum(w * w for w, _ in pairs),
        sum(w * v for w, v in pairs),
        sum(w * v * v for w, v in pairs),
        sum(w for w, v in pairs if v >= 4),
    )


@pytest.mark.parametrize("scope", [EVERYTHING, OWN, NOTHING, Scope(frozenset({"10001"}))])
def test_answers_are_those_of_the_schools_of_the_scope(store: Store, scope: Scope) -> None:
    schools = [s for s in SCHOOLS if scope.schools is None or s in scope.schools]
    cells = Surveys(store).answers(scope, "graduate", 2020, by_discipline=True)
    assert set(cells) == (set(ITEMS) if schools else set())
    for item, found in cells.items():
        wanted = {
            (r.school, r.level, r.discipline) for r in people(*schools) if item in dict(r.answers)
        }
        assert {cell[:3] for cell in found} == wanted
        for cell in found:
            group = [r for r in people(*schools) if r[:3] == cell[:3]]
            assert cell.sums == pytest.approx(slow_sums(group, item))
    together = Surveys(store).answers(scope, "graduate", 2020, by_discipline=False)
    assert together.keys() == cells.keys()
    for item, found in together.items():
        wanted = {(r.school, r.level, "") for r in people(*schools) if item in dict(r.answers)}
        assert {cell[:3] for cell in found} == wanted
        assert len(found) == len(wanted)
        for cell in found:
            group = [r for r in people(*schools) if r[:2] == cell[:2]]
            assert cell.sums == pytest.approx(slow_sums(group, item))


def test_who_was_asked_and_who_answered(store: Store) -> None:
    cells = Surveys(store).asked(EVERYTHING, "graduate", 2020)
    wanted = [
        (school, level, IN_FORCE[school].invited[school, level])
        for school in SCHOOLS
        for level in sorted(LEVELS)
    ]
    assert [cell[:3] for cell in cells] == wanted
    answered = Counter((r.school, r.level) for r in people(*SCHOOLS))
    assert {cell[:2]: cell.responded for cell in cells} == answered
    assert {cell.school for cell in Surveys(store).asked(OWN, "graduate", 2020)} == {SCHOOLS[0]}
    assert Surveys(store).asked(EVERYTHING, "employer", 2020) == []


def test_the_heads_are_those_in_force_for_the_scope(store: Store) -> None:
    surveys = Surveys(store)
    titles = [head.title for head in surveys.heads(EVERYTHING, "graduate", 2020)]
    assert titles == ["survey 2", "survey 1"]
    assert [head.title for head in surveys.heads(OWN, "graduate", 2020)] == ["survey 1"]
    assert surveys.heads(NOTHING, "graduate", 2020) == []


def test_figures_of_all_schools_hold_sums_and_no_school(store: Store) -> None:
    found = Surveys(store).authority(OWN, "graduate", 2020)
    for item, cells in found.items():
        for cell in cells:
            group = [r for r in people(*SCHOOLS) if r.level == cell.level]
            assert cell.sums == pytest.approx(slow_sums(group, item))
            assert cell.schools == len({r.school for r in group if item in dict(r.answers)})
    assert not {"school", "discipline", "respondent_id"} & set(
        visible_survey_authority(OWN, "graduate", 2020).c.keys()
    )
    assert Surveys(store).authority(NOTHING, "graduate", 2020) == {}


def test_a_new_survey_is_seen_after_a_look(store: Store, analytics_registry: Engine) -> None:
    surveys = Surveys(store)
    before = surveys.asked(EVERYTHING, "graduate", 2020)
    accept_surveys(analytics_registry, [a_survey(9, SCHOOLS[0])], imported_by="t")
    assert surveys.asked(EVERYTHING, "graduate", 2020) == before
    assert store.refresh_beside()
    assert not store.refresh_beside()
    after = surveys.asked(EVERYTHING, "graduate", 2020)
    assert {c[:3] for c in after if c.school == SCHOOLS[0]} == {
        (*key, n) for key, n in a_survey(9, SCHOOLS[0]).invited.items()
    }
    assert [c for c in after if c.school != SCHOOLS[0]] == [
        c for c in before if c.school != SCHOOLS[0]
    ]


def test_a_survey_says_nothing_of_the_ledger(analytics_registry: Engine) -> None:
    """And the other way round: a class may have the one without the other."""
    accept(analytics_registry, [graduates(DAYS[0], [entry("1")])], accepted_by="t")
    accept_surveys(analytics_registry, [a_survey(1, *SCHOOLS)], imported_by="t")
    with analytics_registry.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(survey)) == 1


SOURCES = (
    visible_survey_answers,
    visible_survey_authority,
    visible_survey_invited,
    visible_survey_respondents,
    visible_surveys,
)


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.__name__)
def test_only_visible_sources_are_let_through(source: Any) -> None:
    check_scoped(sa.select(source(OWN, "graduate", 2020)))


@pytest.mark.parametrize("table", SURVEYS, ids=lambda table: table.name)
def test_a_survey_table_read_past_the_sources_is_an_error(table: sa.Table) -> None:
    with pytest.raises(UnscopedRead):
        check_scoped(sa.select(table))

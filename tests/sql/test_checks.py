"""Checks in the registry: drawn alike everywhere, kept once and for good, seen within a scope."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from data_access.check_reads import Checks
from data_access.checks import (
    CHANNELS,
    OUTCOMES,
    CheckResult,
    Refuted,
    Request,
    Word,
    believed,
    draw_sample,
    population,
    record_results,
)
from data_access.errors import InputError
from data_access.ledger import TableEntry, accept
from data_access.registry import writing
from data_access.replica import Analytics
from data_access.schema import audit_event, subject
from data_access.scope import EVERYTHING, NOTHING, Scope, UnscopedRead, check_scoped
from data_access.store import Store
from data_access.workflow_schema import (
    check_frame,
    check_item,
    check_result,
    check_sample,
    flag,
    flag_rule,
    flag_subject,
)
from tests.sql.bookkeeping import DAYS, SCHOOLS, SEEKING, SIGNED, entry, graduates, table

OWN = Scope(frozenset({SCHOOLS[0]}))
REQUEST = Request(cohort=2020, counted_on=DAYS[1], method="random", size=6, seed=4)


def fill(engine: Engine) -> None:
    """Two schools of 12 and 6; on the second day number 1 of each has signed, number 0 is gone."""
    entries = [entry(str(n), SEEKING, "master" if n % 3 == 0 else "bachelor") for n in range(12)]
    accept(
        engine,
        [graduates(DAYS[0], entries), graduates(DAYS[0], entries[:6], SCHOOLS[1])],
        accepted_by="t",
    )
    for school in SCHOOLS:
        signed = [entry("1", SIGNED)]
        accept(engine, [graduates(DAYS[1], signed, school)], accepted_by="t")
    accept(engine, [graduates(DAYS[2], [entry("2", SIGNED)])], accepted_by="t")
    accept(engine, [table(DAYS[0], [TableEntry("b-0809", 50, 20)])], accepted_by="t")


def ids(engine: Engine, cohort: int = 2020) -> dict[tuple[str, str], int]:
    c = subject.c
    with engine.connect() as connection:
        rows = connection.execute(sa.select(c.school, c.key, c.id).where(c.cohort == cohort))
        return {(row[0], row[1]): row[2] for row in rows}


def rows(engine: Engine, of: sa.Table) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(of)).mappings()]


def events(engine: Engine) -> list[tuple[str, str, str]]:
    c = audit_event.c
    with engine.connect() as connection:
        found = connection.execute(sa.select(c.actor, c.action, c.detail).order_by(c.id))
        return [tuple(row) for row in found if row.action != "accept_returns"]


def flagged(engine: Engine, *concerned: tuple[str, list[int]]) -> None:
    """A flag per pair of a rule and the graduates it concerns."""
    with writing(engine) as connection:
        for number, (rule, subjects) in enumerate(concerned, 1):
            if connection.scalar(sa.select(flag_rule.c.code).where(flag_rule.c.code == rule)):
                pass
            else:
                connection.execute(sa.insert(flag_rule).values(_rule(rule)))
            values = {"id": number, "rule": rule, "cohort": 2020, "school": SCHOOLS[0]}
            values |= {"counted_on": DAYS[1], "version": 1, "subject": "x", "value": 1.0}
            values |= {"threshold": 0.5, "people": len(subjects), "detail": "{}"}
            connection.execute(
                sa.insert(flag).values({**values, "found_at": dt.datetime(2020, 4, 1)})  # noqa: DTZ001
            )
            pairs = [{"flag_id": number, "subject_id": who} for who in subjects]
            connection.execute(sa.insert(flag_subject), pairs)


def _rule(code: str) -> dict[str, Any]:
    texts = ("name_zh", "name_en", "explanation_zh", "explanation_en", "unit", "source")
    numbers = {"threshold": 0.5, "minimum": 1, "active": True, "position": 900}
    return {"code": code, **dict.fromkeys(texts, code), **numbers}


# ---- samples


def test_the_population_is_everybody_as_reported_on_the_day(registry: Engine) -> None:
    fill(registry)
    with registry.connect() as connection:
        people = population(connection, REQUEST)
    assert len(people) == 18
    signed = {(one.school, one.key) for one in people if one.destination == SIGNED}
    assert signed == {(SCHOOLS[0], "1"), (SCHOOLS[1], "1")}


def test_a_sample_is_kept_with_all_that_repeats_it(registry: Engine) -> None:
    fill(registry)
    number = draw_sample(registry, replace(REQUEST, title="spring"), actor="ann")
    (head,) = rows(registry, check_sample)
    version = head.pop("version")
    assert head.pop("drawn_at") is not None
    assert head == {
        "id": number,
        "title": "spring",
        "cohort": 2020,
        "counted_on": DAYS[1],
        "method": "random",
        "seed": 4,
        "size": 6,
        "population": 18,
        "drawn_by": "ann",
    }
    assert len({item["subject_id"] for item in rows(registry, check_item)}) == 6
    frame = rows(registry, check_frame)
    assert sum(cell["people"] for cell in frame) == 18
    assert {cell["stratum"] for cell in frame} == {""}
    ((actor, action, detail),) = events(registry)
    assert (actor, action) == ("ann", "draw_sample")
    assert f'"version": {version}' in detail
    assert "spring" not in detail


def test_the_same_draw_over_the_same_ledger_is_one_sample(registry: Engine) -> None:
    fill(registry)
    draw_sample(registry, REQUEST, actor="ann")
    with pytest.raises(InputError) as refused:
        draw_sample(registry, REQUEST, actor="bob")
    assert refused.value.message_key == "checks.drawn_already"
    draw_sample(registry, replace(REQUEST, seed=5), actor="bob")
    assert len(rows(registry, check_sample)) == 2


def test_the_same_seed_draws_the_same_people_on_every_database(
    sqlite_registry: Engine, postgres_registry: Engine
) -> None:
    drawn = []
    for engine in (sqlite_registry, postgres_registry):
        fill(engine)
        flagged(engine, ("a", [ids(engine)[SCHOOLS[0], "5"]]))
        for method in ("random", "stratified", "flagged"):
            request = replace(REQUEST, method=method)  # type: ignore[arg-type]
            draw_sample(engine, request, actor="ann")
        numbers = {who: key for key, who in ids(engine).items()}
        drawn.append(
            [
                (item["sample_id"], *numbers[item["subject_id"]], item["destination"])
                for item in rows(engine, check_item)
            ]
        )
    assert sorted(drawn[0]) == sorted(drawn[1])
    assert len(drawn[0]) == 18


def test_strata_have_their_own_part_and_frame(registry: Engine) -> None:
    fill(registry)
    draw_sample(registry, replace(REQUEST, method="stratified"), actor="ann")
    drawn = Counter((i["school"], i["level"]) for i in rows(registry, check_item))
    # 8 and 4 of one school, 4 and 2 of the other: a third of each.
    assert sorted(drawn.values()) == [1, 1, 1, 3] or sorted(drawn.values()) == [1, 1, 2, 2]
    frame: Counter[str] = Counter()
    for cell in rows(registry, check_frame):
        frame[cell["stratum"]] += cell["people"]
    assert frame == {
        f"{SCHOOLS[0]}|bachelor": 8,
        f"{SCHOOLS[0]}|master": 4,
        f"{SCHOOLS[1]}|bachelor": 4,
        f"{SCHOOLS[1]}|master": 2,
    }


def test_flagged_graduates_are_drawn_first_and_make_no_frame(registry: Engine) -> None:
    fill(registry)
    with pytest.raises(InputError) as refused:
        draw_sample(registry, replace(REQUEST, method="flagged"), actor="ann")
    assert refused.value.message_key == "checks.nobody_flagged"
    known = ids(registry)
    odd = [known[SCHOOLS[0], "3"], known[SCHOOLS[0], "4"]]
    flagged(registry, ("a", odd), ("a", odd), ("b", odd[:1]))
    with registry.connect() as connection:
        people = population(connection, replace(REQUEST, method="flagged"))
    # A rule that was run twice is one reason to look.
    assert {one.key: one.flags for one in people if one.flags} == {"3": 2, "4": 1}
    draw_sample(registry, replace(REQUEST, method="flagged", size=3), actor="ann")
    assert set(odd) < {item["subject_id"] for item in rows(registry, check_item)}
    assert rows(registry, check_frame) == []


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"size": 19}, "checks.larger_than_class"),
        ({"size": 0}, "checks.size_out_of_range"),
        ({"seed": 2**31}, "checks.seed_out_of_range"),
        ({"method": "by hand"}, "checks.unknown_method"),
        ({"title": "x" * 61}, "checks.title_too_long"),
        ({"cohort": 2017}, "checks.nobody_to_draw"),
        ({"cohort": 2018}, "checks.nobody_to_draw"),  # a published table only
        ({"counted_on": DAYS[0] - dt.timedelta(days=1)}, "checks.nobody_to_draw"),
    ],
)
def test_a_request_that_cannot_be_met_leaves_nothing(
    registry: Engine, changed: dict[str, Any], key: str
) -> None:
    fill(registry)
    with pytest.raises(InputError) as refused:
        draw_sample(registry, replace(REQUEST, **changed), actor="ann")
    assert refused.value.message_key == key
    assert rows(registry, check_sample) == rows(registry, check_item) == events(registry) == []


def test_two_who_draw_at_once_get_one_sample(registry: Engine) -> None:
    fill(registry)
    said: list[str] = []

    def run(actor: str) -> None:
        try:
            draw_sample(registry, REQUEST, actor=actor)
            said.append("drawn")
        except InputError as error:
            said.append(error.message_key)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("ann", "bob")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["checks.drawn_already", "drawn"]
    assert len(rows(registry, check_item)) == 6


# ---- results


def test_a_result_is_kept_once_however_often_it_is_handed_in(registry: Engine) -> None:
    fill(registry)
    known = ids(registry)
    one = CheckResult(known[SCHOOLS[0], "1"], "department", "confirmed", DAYS[2])
    first = record_results(registry, [one, one], actor="ann")
    again = record_results(registry, [one, one._replace(sample_id=3)], actor="bob")
    assert (first.added, first.known, again.added, again.known) == (1, 1, 0, 2)
    (kept,) = rows(registry, check_result)
    assert kept["destination"] == SIGNED
    assert (kept["school"], kept["recorded_by"], kept["sample_id"]) == (SCHOOLS[0], "ann", None)
    assert len(events(registry)) == 1, "what changes nothing is no event"


def test_a_sample_is_named_only_where_the_graduate_is_in_it(registry: Engine) -> None:
    fill(registry)
    number = draw_sample(registry, REQUEST, actor="ann")
    inside = [item["subject_id"] for item in rows(registry, check_item)]
    outside = next(who for who in ids(registry).values() if who not in inside)
    record_results(
        registry,
        [
            CheckResult(who, "graduate", "confirmed", DAYS[2], number)
            for who in (inside[0], outside)
        ],
        actor="ann",
    )
    kept = {row["subject_id"]: row["sample_id"] for row in rows(registry, check_result)}
    assert kept == {inside[0]: number, outside: None}


def test_the_destination_of_a_result_is_that_of_the_draw(registry: Engine) -> None:
    """Number 2 had not signed on the day of the draw; the list that is checked says so."""
    fill(registry)
    number = draw_sample(registry, replace(REQUEST, size=18), actor="ann")
    who = ids(registry)[SCHOOLS[0], "2"]
    for sample in (number, None):
        one = CheckResult(who, "school" if sample else "graduate", "confirmed", DAYS[3], sample)
        record_results(registry, [one], actor="ann")
    assert {row["channel"]: row["destination"] for row in rows(registry, check_result)} == {
        "school": SEEKING,
        "graduate": SIGNED,
    }


def test_all_results_of_a_recording_or_none(registry: Engine) -> None:
    fill(registry)
    good = CheckResult(ids(registry)[SCHOOLS[0], "1"], "school", "refuted", DAYS[2])
    with pytest.raises(InputError) as refused:
        record_results(registry, [good, good._replace(subject_id=10**6)], actor="ann")
    assert refused.value.message_key == "checks.unknown_graduate"

    def fails(_connection: Connection, _refuted: Refuted) -> None:
        raise InputError("checks.unknown_graduate")

    with pytest.raises(InputError):
        record_results(registry, [good], actor="ann", on_refuted=fails)
    assert rows(registry, check_result) == events(registry) == []


def test_refuted_graduates_are_told_once_per_school(registry: Engine) -> None:
    fill(registry)
    known, told = ids(registry), list[Refuted]()

    def on_refuted(connection: Connection, refuted: Refuted) -> None:
        kept = connection.scalars(sa.select(check_result.c.id)).all()
        assert set(refuted.results) <= set(kept), "inside the transaction, after the results"
        told.append(refuted)

    def refute(*numbers: tuple[str, str], channel: str = "department", day: int = 2) -> int:
        results = [
            CheckResult(known[number], channel, "refuted", DAYS[day])  # type: ignore[arg-type]
            for number in numbers
        ]
        return record_results(registry, results, actor="ann", on_refuted=on_refuted).refuted

    a, b, c = (SCHOOLS[0], "1"), (SCHOOLS[0], "2"), (SCHOOLS[1], "1")
    assert refute(a, b, c) == 3
    assert [(one.school, one.subjects) for one in told] == [
        (SCHOOLS[0], (known[a], known[b])),
        (SCHOOLS[1], (known[c],)),
    ]
    assert refute(a, channel="ministry") == 0, "the same record is refuted already"
    assert len(told) == 2
    accept(registry, [graduates(DAYS[3], [entry("1", "80")])], accepted_by="t")
    assert refute(a, day=4) == 1, "it was corrected, and that is refuted too"
    assert told[-1].subjects == (known[a],)


@pytest.mark.parametrize("of", [check_frame, check_item, check_result])
def test_what_was_drawn_and_found_stays(registry: Engine, of: sa.Table) -> None:
    fill(registry)
    draw_sample(registry, REQUEST, actor="ann")
    who = rows(registry, check_item)[0]["subject_id"]
    record_results(registry, [CheckResult(who, "school", "confirmed", DAYS[2])], actor="ann")
    for change in (sa.update(of).values(school=SCHOOLS[1]), sa.delete(of)):
        with pytest.raises(sa.exc.DBAPIError, match=r"append.only"), writing(registry) as c:
            c.execute(change)


# ---- whom to believe


def slow_belief(results: list[CheckResult]) -> dict[int, str]:
    """The rule in plain words: each channel's newest; the most trusted that found out."""
    found = {}
    for who in {one.subject_id for one in results}:
        words = {}
        for place, one in enumerate(results):
            if one.subject_id == who:
                before = words.get(one.channel)
                if before is None or (one.checked_on, place) > before[:2]:
                    words[one.channel] = (one.checked_on, place, one.outcome)
        order = ("ministry", "department", "third_party", "graduate", "school")
        said = [words[channel][2] for channel in order if channel in words]
        found[who] = next((word for word in said if word != "unreachable"), "unreachable")
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_newest_of_a_channel_and_the_most_trusted_channel_count(
    analytics: Analytics, analytics_registry: Engine, seed: int
) -> None:
    fill(analytics_registry)
    draw, known = random.Random(seed), sorted(ids(analytics_registry).values())
    results = [
        CheckResult(
            draw.choice(known), draw.choice(CHANNELS), draw.choice(OUTCOMES), draw.choice(DAYS)
        )
        for _ in range(120)
    ]
    results = list(dict.fromkeys(results))
    for start in range(0, len(results), 25):
        record_results(analytics_registry, results[start : start + 25], actor="ann")
    checks = Checks(Store(analytics_registry, analytics))
    for until in (None, DAYS[2], DAYS[0]):
        meant = [one for one in results if until is None or one.checked_on <= until]
        words = checks.words(EVERYTHING, 2020, until)
        assert {who: w.outcome for who, w in believed(words).items()} == slow_belief(meant)
    assert checks.words(EVERYTHING, 2019, None) == []


def test_words_are_believed_whatever_their_order() -> None:
    words = [
        Word(1, "s", "school", "confirmed", DAYS[3]),
        Word(1, "s", "department", "refuted", DAYS[0]),
        Word(1, "s", "ministry", "unreachable", DAYS[2]),
    ]
    for _ in range(6):
        random.shuffle(words)
        assert believed(words)[1].channel == "department"


# ---- who sees what


def test_a_school_sees_its_own_graduates_and_no_sample_as_such(
    analytics: Analytics, analytics_registry: Engine
) -> None:
    engine = analytics_registry
    fill(engine)
    number = draw_sample(engine, replace(REQUEST, title="secret", size=18), actor="ann")
    record_results(
        engine,
        [CheckResult(who, "school", "confirmed", DAYS[2]) for who in ids(engine).values()],
        actor="ann",
    )
    checks = Checks(Store(engine, analytics))
    (whole,) = checks.samples(EVERYTHING, 2020)
    assert (whole.title, whole.size, whole.population) == ("secret", 18, 18)
    (own,) = checks.samples(OWN, 2020)
    assert own == own._replace(id=number, size=12, title="", seed=None, population=None)
    assert own.counted_on is None
    for scope, people in ((EVERYTHING, 18), (OWN, 12), (NOTHING, 0)):
        assert len(checks.items(scope, number)) == people
        assert len(checks.words(scope, 2020, None)) == people
        assert sum(cell.people for cell in checks.frame(scope, number)) == people
        assert len(checks.find(scope, 2020, SCHOOLS)) == people
    assert checks.samples(NOTHING, 2020) == []


@pytest.mark.parametrize("of", [check_sample, check_frame, check_item, check_result])
def test_nothing_of_checks_is_read_without_a_scope(of: sa.Table) -> None:
    with pytest.raises(UnscopedRead):
        check_scoped(sa.select(sa.func.count()).select_from(of))


def test_a_new_result_and_a_new_sample_are_news(
    analytics: Analytics, analytics_registry: Engine
) -> None:
    fill(analytics_registry)
    store = Store(analytics_registry, analytics)
    checks, before = Checks(store), store.work
    assert checks.samples(EVERYTHING, 2020) == []
    draw_sample(analytics_registry, REQUEST, actor="ann")
    assert store.refresh_beside()
    drawn = store.work
    assert drawn != before
    assert len(checks.samples(EVERYTHING, 2020)) == 1
    who = checks.items(EVERYTHING, 1)[0].subject_id
    record_results(
        analytics_registry, [CheckResult(who, "school", "confirmed", DAYS[2])], actor="a"
    )
    assert store.refresh_beside()
    assert store.work != drawn

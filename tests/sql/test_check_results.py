"""Results of checks: kept once and for good, believed by channel, seen within a scope."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from data_access.check_reads import Checks
from data_access.checks import (
    CHANNELS,
    OUTCOMES,
    CheckResult,
    Refuted,
    Word,
    believed,
    draw_sample,
    record_results,
)
from data_access.errors import InputError
from data_access.ledger import accept
from data_access.registry import writing
from data_access.replica import Analytics
from data_access.scope import EVERYTHING, NOTHING, Scope, UnscopedRead, check_scoped
from data_access.store import Store
from data_access.workflow_schema import (
    check_frame,
    check_item,
    check_result,
    check_sample,
)
from tests.sql.bookkeeping import DAYS, SCHOOLS, SEEKING, SIGNED, entry, graduates
from tests.sql.check_store import REQUEST, events, fill, ids, rows

OWN = Scope(frozenset({SCHOOLS[0]}))


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
        Word(1, "s", "school", "confirmed", DAYS[3], SIGNED),
        Word(1, "s", "department", "refuted", DAYS[0], SIGNED),
        Word(1, "s", "ministry", "unreachable", DAYS[2], SIGNED),
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

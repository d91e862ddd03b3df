"""Runs of the rules: once per state of the data, gone when no longer met, scoped, append-only."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.errors import InputError
from data_access.facts import write_facts
from data_access.flag_ground import newest
from data_access.flag_reading import Flag, flags_at, records, run_as_of, subjects_of
from data_access.flag_rows import About, Finding, Known, Written
from data_access.flag_settings import rules, set_rule
from data_access.flags import already_run, write_run
from data_access.registry import writing
from data_access.schema import audit_event, subject
from data_access.scope import EVERYTHING, NOTHING, Scope, guard
from data_access.workflow_schema import fact, flag, flag_run, flag_setting, flag_standing
from tests.sql.flag_class import (
    COHORT,
    DAY,
    EMPLOYED,
    SCHOOL,
    SECOND,
    UNITS,
    VALID,
    found,
    hand_in,
    numbered,
)

TRAINEES = ("示例青年见习基地", VALID, dt.date(2020, 6, 1))
FIRM = ("甲有限公司", VALID, dt.date(2020, 6, 1))


def trainees(registry: Engine, count: int, school: str = SCHOOL) -> None:
    people = numbered("A", count)
    facts = dict.fromkeys(people, TRAINEES)
    hand_in(registry, DAY, dict.fromkeys(people, "12"), facts=facts, school=school)


def about(day: dt.date = DAY) -> About:
    return About(cohort=COHORT, day=day, employed=EMPLOYED, units=UNITS)


def known(registry: Engine) -> Known:
    with registry.connect() as connection:
        return newest(connection)


def run(registry: Engine, findings: Sequence[Finding] | None = None, day: dt.date = DAY) -> Written:
    seen = found(registry, "internship", day=day) if findings is None else findings
    return write_run(registry, about(day), known(registry), seen, "analyst")


def at(registry: Engine, written: Written, scope: Scope = EVERYTHING) -> list[Flag]:
    with guard(registry.execution_options()).connect() as connection:
        return flags_at(connection, scope, written.run)


def count(registry: Engine, table: sa.Table) -> int:
    with registry.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_the_same_data_are_run_once(registry: Engine) -> None:
    trainees(registry, 5)
    first, second = run(registry), run(registry)
    assert (first.new, first.already) == (1, False)
    assert (second.run, second.new, second.already) == (first.run, 0, True)
    assert already_run(registry, about()) == second
    assert [count(registry, t) for t in (flag_run, flag, flag_standing)] == [1, 1, 1]


def test_unchanged_evidence_at_a_newer_version_is_no_second_flag(registry: Engine) -> None:
    trainees(registry, 5)
    first = run(registry)
    hand_in(registry, DAY, {"Z1": "70"})
    assert already_run(registry, about()) is None
    second = run(registry)
    assert (second.new, second.already) == (0, False)
    assert second.run.version > first.run.version
    assert [count(registry, t) for t in (flag_run, flag, flag_standing)] == [2, 1, 2]
    (one,) = at(registry, second)
    assert (one.gone, one.version, one.since) == (False, first.run.version, DAY)


def test_other_evidence_is_a_flag_that_follows(registry: Engine) -> None:
    trainees(registry, 5)
    run(registry)
    later = DAY + dt.timedelta(days=7)
    hand_in(registry, later, {"B1": "12"}, facts={"B1": TRAINEES})
    second = run(registry, day=later)
    assert second.new == 1
    (one,) = at(registry, second)
    assert (one.people, one.since, one.counted_on) == (6, DAY, later)


def test_what_is_no_longer_met_is_gone_and_can_come_back(registry: Engine) -> None:
    trainees(registry, 5)
    first = run(registry)
    later, last = DAY + dt.timedelta(days=7), DAY + dt.timedelta(days=14)
    people = numbered("A", 5)
    hand_in(registry, later, dict.fromkeys(people, "10"), facts=dict.fromkeys(people, FIRM))
    second = run(registry, day=later)
    (one,) = at(registry, second)
    assert (one.gone, one.last) == (True, DAY)
    assert [one.gone for one in at(registry, first)] == [False], "seen from its own day it stands"
    hand_in(registry, last, dict.fromkeys(people, "12"), facts=dict.fromkeys(people, TRAINEES))
    third = run(registry, day=last)
    assert third.new == 0, "the same evidence as at first"
    (one,) = at(registry, third)
    assert (one.gone, one.since, one.last) == (False, DAY, last)


def test_the_newest_run_up_to_a_day_is_shown(registry: Engine) -> None:
    trainees(registry, 5)
    early = DAY - dt.timedelta(days=7)
    on_day, before = run(registry), run(registry, [], early)
    with registry.connect() as connection:
        assert run_as_of(connection, EVERYTHING, COHORT, None) == on_day.run
        assert run_as_of(connection, EVERYTHING, COHORT, early) == before.run
        assert run_as_of(connection, EVERYTHING, COHORT, early - dt.timedelta(days=1)) is None
        assert run_as_of(connection, EVERYTHING, COHORT + 1, None) is None
        assert run_as_of(connection, Scope(frozenset({SCHOOL})), COHORT, None) is None


def test_two_at_once_are_one_run(registry: Engine) -> None:
    trainees(registry, 5)
    findings, state = found(registry, "internship"), known(registry)
    start, done = threading.Barrier(2), list[Written]()

    def go(who: str) -> None:
        start.wait()
        done.append(write_run(registry, about(), state, findings, who))

    threads = [threading.Thread(target=go, args=(who,)) for who in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.already for one in done) == [False, True]
    assert done[0].run == done[1].run
    assert [count(registry, t) for t in (flag_run, flag, flag_standing)] == [1, 1, 1]


def test_the_records_of_a_flag_are_seen_by_those_who_see_its_school(registry: Engine) -> None:
    trainees(registry, 4)
    trainees(registry, 3, SECOND)
    written = run(registry)
    flags = {one.school: one for one in at(registry, written)}
    with guard(registry.execution_options()).connect() as connection:
        rows = records(connection, EVERYTHING, flags[SCHOOL].id)
        assert [(r.number, r.school, r.destination) for r in rows] == [
            (number, SCHOOL, "12") for number in numbered("A", 4)
        ]
        assert {(r.employer, r.credit_code, r.signed_on, r.since) for r in rows} == {
            (*TRAINEES, DAY)
        }
        second = Scope(frozenset({SECOND}))
        assert len(records(connection, second, flags[SECOND].id)) == 3
        assert records(connection, second, flags[SCHOOL].id) == []
        assert subjects_of(connection, second, flags[SCHOOL].id) == []
        assert records(connection, NOTHING, flags[SCHOOL].id) == []
        assert len(subjects_of(connection, EVERYTHING, flags[SCHOOL].id)) == 4


def test_records_are_those_of_the_flags_day(registry: Engine) -> None:
    """What became of somebody later does not change what was seen."""
    trainees(registry, 3)
    written = run(registry)
    later = DAY + dt.timedelta(days=7)
    hand_in(registry, later, {"A000": "10"}, facts={"A000": FIRM})
    (one,) = at(registry, written)
    with registry.connect() as connection:
        rows = records(connection, EVERYTHING, one.id)
    assert [(r.destination, r.employer) for r in rows] == [("12", TRAINEES[0])] * 3


def test_nothing_of_it_can_be_changed(registry: Engine) -> None:
    trainees(registry, 3)
    run(registry)
    set_rule(registry, "internship", threshold=9, minimum=9, active=True, actor="analyst")
    for table in (flag_run, flag, flag_standing, flag_setting):
        with pytest.raises(sa.exc.DatabaseError), writing(registry) as connection:
            connection.execute(sa.delete(table))


def test_a_threshold_is_set_and_remembered(registry: Engine) -> None:
    def rule() -> tuple[float, int, bool, bool, str]:
        with registry.connect() as connection:
            one = next(one for one in rules(connection) if one.code == "internship")
        return one.threshold, one.minimum, one.active, one.changed, one.set_by

    def put(threshold: float, minimum: int, active: bool = True) -> bool:
        return set_rule(
            *(registry, "internship"),
            threshold=threshold,
            minimum=minimum,
            active=active,
            actor="analyst",
        )

    assert rule() == (3, 3, True, False, "")
    assert put(7.5, 4) is True
    assert put(7.5, 4) is False
    assert rule() == (7.5, 4, True, True, "analyst")
    with registry.connect() as connection:
        event = connection.execute(sa.select(audit_event).order_by(audit_event.c.id.desc())).first()
    assert event is not None
    assert (event.actor, event.action) == ("analyst", "set_flag_rule")
    assert '"before": {"active": true, "minimum": 3, "threshold": 3.0}' in event.detail
    assert put(3, 3) is True
    assert rule() == (3, 3, True, False, "analyst")
    for threshold, minimum in ((0, 1), (1, 0), (-1, 1), (float("nan"), 1), (2e6, 1)):
        with pytest.raises(InputError):
            put(threshold, minimum)
    with pytest.raises(InputError):
        set_rule(registry, "nobody", threshold=1, minimum=1, active=True, actor="analyst")


def test_another_threshold_is_another_run(registry: Engine) -> None:
    trainees(registry, 5)
    run(registry)
    set_rule(registry, "internship", threshold=6, minimum=3, active=True, actor="analyst")
    assert already_run(registry, about()) is None
    assert [one.gone for one in at(registry, run(registry))] == [True]


def test_a_run_is_in_the_audit_trail_without_words(registry: Engine) -> None:
    trainees(registry, 5)
    run(registry)
    with registry.connect() as connection:
        event = connection.execute(sa.select(audit_event).order_by(audit_event.c.id.desc())).first()
    assert event is not None
    assert event.action == "run_flags"
    assert "示例" not in event.detail
    assert "A000" not in event.detail


def test_evidence_is_equal_only_where_all_of_it_is(registry: Engine) -> None:
    trainees(registry, 5)
    (one,) = found(registry, "internship")
    same = replace(one, subjects=tuple(reversed(one.subjects)))
    assert same.evidence == one.evidence
    others = (
        replace(one, value=one.value + 1),
        replace(one, threshold=4.0),
        replace(one, people=6),
        replace(one, detail={"x": 1}),
        replace(one, subjects=one.subjects[1:]),
    )
    assert len({one.evidence, *(other.evidence for other in others)}) == 6


# ---- facts


def test_a_fact_is_written_only_where_it_differs(registry: Engine) -> None:
    people = numbered("A", 3)
    number = hand_in(registry, DAY, dict.fromkeys(people, "12"))

    def say(day: dt.date, *rows: tuple[str, str]) -> int:
        given = [(COHORT, SCHOOL, key, name, VALID, None) for key, name in rows]
        with writing(registry) as connection:
            return write_facts(connection, number, day, given)

    later, between = DAY + dt.timedelta(days=7), DAY + dt.timedelta(days=3)
    assert say(DAY, ("A000", "x"), ("A001", "y"), ("nobody", "z")) == 2
    assert say(later, ("A000", "x"), ("A001", "z"), ("A002", "x")) == 2
    assert say(later, ("A000", "x"), ("A001", "z"), ("A002", "x")) == 0
    assert say(between, ("A001", "y"), ("A002", "x")) == 1, "as of that day A002 had none"
    with registry.connect() as connection:
        rows = connection.execute(
            sa.select(subject.c.key, fact.c.counted_on, fact.c.employer)
            .join(subject, subject.c.id == fact.c.subject_id)
            .order_by(fact.c.seq)
        ).all()
    assert sorted(tuple(row) for row in rows) == [
        ("A000", DAY, "x"),
        ("A001", DAY, "y"),
        ("A001", later, "z"),
        ("A002", between, "x"),
        ("A002", later, "x"),
    ]


def test_another_school_or_class_has_graduates_of_its_own(registry: Engine) -> None:
    number = hand_in(registry, DAY, {"A000": "12"})
    hand_in(registry, DAY, {"A000": "12"}, school=SECOND)
    with writing(registry) as connection:
        rows = [
            (COHORT, SCHOOL, "A000", "x", "", dt.date(2020, 6, 1)),
            (COHORT + 1, SCHOOL, "A000", "y", "", None),
        ]
        assert write_facts(connection, number, DAY, rows) == 1
        held = connection.execute(sa.select(fact)).one()
        owner = connection.execute(
            sa.select(subject.c.school).where(subject.c.id == held.subject_id)
        ).scalar_one()
    assert (owner, held.employer, held.signed_on) == (SCHOOL, "x", dt.date(2020, 6, 1))

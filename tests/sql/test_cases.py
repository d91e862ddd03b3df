"""Cases on both databases: only allowed moves, each once, each written down, nothing foreign."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from data_access import case_reads
from data_access.audit import latest
from data_access.cases import MOVES, STATUSES, Who, remark, subjects_by_number
from data_access.errors import InputError
from data_access.evidence import EvidenceFolder, attach, find
from data_access.ledger import accept
from data_access.registry import writing
from data_access.schema import returns
from data_access.scope import EVERYTHING, NOTHING, UnscopedRead, guard
from data_access.workflow_schema import case_file, case_step, case_subject
from tests.sql.bookkeeping import DAYS, SEEKING, SIGNED, STUDY, entry, graduates
from tests.sql.case_tools import (
    DEPARTMENT,
    NEIGHBOUR,
    OTHER,
    OWN,
    SCHOOL,
    at_once,
    ids,
    moved,
    opened,
    refused,
    said,
    standing,
    two_schools,
)
from tests.unit.evidence_files import pdf


@pytest.fixture
def engine(registry: Engine) -> Engine:
    return two_schools(registry)


def test_a_case_goes_from_the_question_to_the_correction(engine: Engine) -> None:
    case = opened(engine)
    assert standing(engine, case).status == "open"
    moved(engine, SCHOOL, case, "answer", "第一人已核实")
    moved(engine, DEPARTMENT, case, "ask_again", "请补充第二人的材料")
    moved(engine, SCHOOL, case, "answer", "第二人登记有误")
    moved(engine, DEPARTMENT, case, "confirm", "问题属实，请更正上报")
    correction = graduates(DAYS[1], [entry(f"{OWN}-1", SEEKING)], OWN)
    number = accept(engine, [correction], accepted_by="test")[0].return_id
    moved(engine, DEPARTMENT, case, "correct", "已更正", return_id=number)
    moved(engine, DEPARTMENT, case, "close_corrected", "已按核实结果更正")
    row = standing(engine, case)
    assert (row.status, row.return_id, row.conclusion) == ("closed", number, "已按核实结果更正")
    assert row.closed_at is not None
    assert said(engine, case) == [
        ("analyst", "open", "两名毕业生的就业单位相同"),
        ("reviewer", "answered", "第一人已核实"),
        ("analyst", "open", "请补充第二人的材料"),
        ("reviewer", "answered", "第二人登记有误"),
        ("analyst", "confirmed", "问题属实，请更正上报"),
        ("analyst", "corrected", "已更正"),
        ("analyst", "closed", "已按核实结果更正"),
    ]


def test_the_affected_records_then_and_now(engine: Engine) -> None:
    """Before is what was reported when it was opened, even where a later return is of an
    earlier day; now is what counts now, and each says its day and its return."""
    case = opened(engine)
    late = graduates(DAYS[0] - dt.timedelta(days=7), [entry(f"{OWN}-2", STUDY)], OWN)
    new = graduates(DAYS[2], [entry(f"{OWN}-1", SEEKING)], OWN)
    accept(engine, [late], accepted_by="test")
    number = accept(engine, [new], accepted_by="test")[0].return_id
    with engine.connect() as connection:
        first, second = case_reads.records(connection, EVERYTHING, case)
    assert first.then is not None
    assert first.now is not None
    assert (first.number, first.then.destination, first.then.counted_on) == (
        *(f"{OWN}-1", SIGNED),
        DAYS[0],
    )
    assert (first.now.destination, first.now.counted_on, first.now.return_id) == (
        *(SEEKING, DAYS[2]),
        number,
    )
    assert second.then == second.now
    assert second.now is not None
    assert second.now.destination == SEEKING


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.key)
def test_nobody_but_the_side_whose_turn_it_is(engine: Engine, move: Any) -> None:
    case = opened(engine)
    other = DEPARTMENT if move.by == "answer" else SCHOOL
    assert refused(engine, other, case, move.key) == "cases.error.not_allowed"
    reader = Who("leader", EVERYTHING, frozenset({"view", "audit", "decide", "check"}))
    assert refused(engine, reader, case, move.key) == "cases.error.not_allowed"
    if move.by == "answer":
        assert refused(engine, NEIGHBOUR, case, move.key) == "cases.error.unknown"
    if move.before != "open":
        key = refused(engine, DEPARTMENT, case, move.key)
        assert key == "cases.error.now_open"
    assert len(said(engine, case)) == 1, "nothing was written down"


def test_an_unknown_move_or_case_is_refused(engine: Engine) -> None:
    case = opened(engine)
    assert refused(engine, DEPARTMENT, case, "delete") == "cases.error.not_allowed"
    assert refused(engine, DEPARTMENT, case + 1, "confirm") == "cases.error.unknown"
    nobody = Who("viewer", NOTHING, frozenset({"view"}))
    assert refused(engine, nobody, case, "answer") == "cases.error.not_allowed"


def test_words_are_needed_and_hold_no_number_of_a_person(engine: Engine) -> None:
    case = opened(engine)
    for words, key in (
        ("", "words.empty"),
        (" \n\x00 ", "words.empty"),
        ("字" * 2001, "words.long"),
        ("本人电话 138 0013 8000", "words.personal"),
        ("身份证 11010519491231002X", "words.personal"),
    ):
        assert refused(engine, SCHOOL, case, "answer", words=words) == key
    assert refused(engine, SCHOOL, case, "answer", words="x" * 2001) == "words.long"
    moved(engine, SCHOOL, case, "answer", "  已核实\r\n\x07见附件 ")
    assert said(engine, case)[-1] == ("reviewer", "answered", "已核实\n见附件")


def test_a_correction_is_a_return_of_the_school_that_came_since(engine: Engine) -> None:
    before = accept(
        engine, [graduates(DAYS[1], [entry(f"{OWN}-2", STUDY)], OWN)], accepted_by="test"
    )[0].return_id
    case = opened(engine)
    moved(engine, SCHOOL, case, "answer")
    moved(engine, DEPARTMENT, case, "confirm")
    foreign = accept(
        engine, [graduates(DAYS[2], [entry(f"{OTHER}-1", STUDY)], OTHER)], accepted_by="test"
    )[0].return_id
    year = accept(
        engine, [graduates(DAYS[2], [entry("x", STUDY)], OWN, cohort=2021)], accepted_by="test"
    )[0].return_id
    for number in (None, 10_000, before, foreign, year):
        assert refused(engine, DEPARTMENT, case, "correct", return_id=number) == (
            "cases.error.return"
        )
    good = accept(
        engine, [graduates(DAYS[3], [entry(f"{OWN}-1", STUDY)], OWN)], accepted_by="test"
    )[0].return_id
    with engine.connect() as connection:
        row = case_reads.register(connection, EVERYTHING, case_id=case)[0]
        offered = [r.id for r in case_reads.returns_since(connection, EVERYTHING, row)]
    assert offered == [good]
    with writing(engine) as connection:
        gone = sa.update(returns).where(returns.c.id == good).values(status="withdrawn")
        connection.execute(gone)
    assert refused(engine, DEPARTMENT, case, "correct", return_id=good) == "cases.error.return"


# ---- two at once


def test_two_judges_at_once_judge_once(engine: Engine) -> None:
    case = opened(engine)
    moved(engine, SCHOOL, case, "answer")
    second = Who("second", EVERYTHING, DEPARTMENT.allowed)
    told = at_once(
        engine,
        lambda: moved(engine, DEPARTMENT, case, "confirm"),
        lambda: moved(engine, second, case, "refute"),
    )
    assert sorted(told)[0] == ""
    judged, judge = ("confirmed", "analyst") if told[0] == "" else ("refuted", "second")
    assert sorted(told)[1] == f"cases.error.now_{judged} {judge}"
    assert [step for _, step, _ in said(engine, case)] == ["open", "answered", judged]


def test_who_looked_before_the_case_came_back_is_told(engine: Engine) -> None:
    """Answered, asked again, answered again: what was seen is not what stands there now."""
    case = opened(engine)
    moved(engine, SCHOOL, case, "answer", "第一次")
    with engine.connect() as connection:
        seen = case_reads.newest_turn(case_reads.steps(connection, EVERYTHING, case))
    moved(engine, DEPARTMENT, case, "ask_again")
    moved(engine, SCHOOL, case, "answer", "第二次")
    assert refused(engine, DEPARTMENT, case, "refute", seen=seen) == "cases.error.now_answered"
    with writing(engine) as connection:
        remark(connection, SCHOOL, case, "另有材料")
    moved(engine, DEPARTMENT, case, "refute", seen=seen + 2)


# ---- nothing foreign, nothing forgotten


def test_foreign_records_are_refused(engine: Engine) -> None:
    mixed = [*ids(engine)[:1], *ids(engine, OTHER)[:1]]
    for other in (
        {"subjects": mixed},
        {"subjects": [*ids(engine), 10_000]},
        {"cohort": 2021},
        {"school": OTHER},
    ):
        with pytest.raises(InputError, match="foreign"):
            opened(engine, **other)
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(case_file)) == 0


def test_what_cannot_be_a_case_is_refused(engine: Engine) -> None:
    today = dt.datetime.now().astimezone().date()
    for other, key in (
        ({"school": "99999"}, "cases.error.school"),
        ({"title": " "}, "words.empty"),
        ({"title": "题" * 81}, "words.long"),
        ({"problem": ""}, "words.empty"),
        ({"responsible": "张某 13800138000"}, "words.personal"),
        ({"due_on": today - dt.timedelta(days=1)}, "cases.error.due_past"),
        ({"flag_id": 10_000, "origin": "flag"}, "cases.error.source"),
        ({"result_id": 10_000, "origin": "check"}, "cases.error.source"),
    ):
        with pytest.raises(InputError) as error:
            opened(engine, **other)
        assert error.value.message_key == key
    assert opened(engine, due_on=today, subjects=[]) > 0, "a doubt about a school as a whole"


def test_student_numbers_are_found_within_the_class(engine: Engine) -> None:
    numbers = [f"{OWN}-1", f"{OTHER}-1", "nobody", *(str(i) for i in range(1200))]
    with engine.connect() as connection:
        found = subjects_by_number(connection, OWN, 2020, numbers)
        assert found == {f"{OWN}-1": ids(engine)[0]}
        assert subjects_by_number(connection, OWN, 2021, numbers) == {}


def test_a_scope_sees_its_own_cases_and_all_of_them(engine: Engine, tmp_path: Path) -> None:
    own, other = opened(engine), opened(engine, school=OTHER, subjects=ids(engine, OTHER))
    folder = EvidenceFolder(tmp_path / "evidence")
    with writing(engine) as connection:
        number = attach(connection, folder, NEIGHBOUR, other, "证明", pdf())
    reader = guard(engine.execution_options())
    for scope, seen in (
        (SCHOOL.scope, {own}),
        (NEIGHBOUR.scope, {other}),
        (EVERYTHING, {own, other}),
        (NOTHING, set()),
    ):
        with reader.connect() as connection:
            rows = case_reads.register(connection, scope, cohort=2020)
            assert {row.id for row in rows} == seen
            assert {row.people for row in rows} <= {2}
            for case in (own, other):
                parts = (
                    case_reads.steps(connection, scope, case),
                    case_reads.records(connection, scope, case),
                )
                assert all(bool(part) == (case in seen) for part in parts), (scope, case)
            assert bool(case_reads.evidence(connection, scope, other)) == (other in seen)
            assert (find(connection, scope, other, number) is not None) == (other in seen)
            assert find(connection, scope, own, number) is None, "under another case's address"
    with reader.connect() as connection, pytest.raises(UnscopedRead):
        connection.execute(sa.select(case_file))


def test_filters_of_the_register(engine: Engine) -> None:
    first = opened(engine)
    second = opened(engine, school=OTHER, subjects=[])
    with engine.connect() as connection:

        def numbers(**filters: Any) -> list[int]:
            return [row.id for row in case_reads.register(connection, EVERYTHING, **filters)]

        assert numbers() == [second, first]
        assert numbers(cohort=2020, schools=[OWN]) == [first]
        assert numbers(schools=[OWN, OTHER]) == [second, first]
        assert numbers(cohort=2021) == []
        assert numbers(case_id=second) == [second]


def test_steps_are_for_good(engine: Engine) -> None:
    case = opened(engine)
    moved(engine, SCHOOL, case, "answer")
    for change in (
        sa.update(case_step).values(words="other"),
        sa.delete(case_step).where(case_step.c.case_id == case),
    ):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(engine) as connection:
            connection.execute(change)
    assert [words for _, _, words in said(engine, case)][1] == "说明"


def test_every_step_is_in_the_trail_without_the_words(engine: Engine, tmp_path: Path) -> None:
    case = opened(engine)
    with writing(engine) as connection:
        attach(connection, EvidenceFolder(tmp_path / "e"), SCHOOL, case, "劳动合同扫描件", pdf())
        remark(connection, SCHOOL, case, "两份合同")
    moved(engine, SCHOOL, case, "answer", "已核实")
    with engine.connect() as connection:
        events = [e for e in latest(connection, 50) if e.action != "accept_returns"]
    assert [(e.actor, e.action) for e in reversed(events)] == [
        ("analyst", "open_case"),
        ("reviewer", "attach_evidence"),
        ("reviewer", "remark_case"),
        ("reviewer", "move_case"),
    ]
    text = str(events)
    assert not any(word in text for word in ("合同", "已核实", "毕业生", "指导中心"))
    assert all(e.detail["case"] == case and e.detail["school"] == OWN for e in events)


def test_the_statuses_are_those_of_the_moves() -> None:
    assert {"open", *(m.after for m in MOVES)} == set(STATUSES)
    assert {column.name for column in case_subject.c} == {"case_id", "subject_id", "state_seq"}

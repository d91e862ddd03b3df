"""From a file to movements and back, on SQLite and PostgreSQL: four eyes, and exactly once."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from data_access import submission_reading
from data_access.acceptance import accept_submission, withdraw_submission
from data_access.comparison import Comparison, compare
from data_access.errors import InputError
from data_access.schema import metadata, returns
from data_access.scope import EVERYTHING, Scope
from data_access.states import side_by_side
from data_access.submissions import Handed, Submission, Submissions
from data_access.workflow_schema import (
    WORKFLOW,
    submission,
    submission_file,
    submission_row,
    submission_step,
)
from data_access.workflow_scope import visible
from tests.sql.bookkeeping import DAYS, SCHOOLS, ledger_as_of
from tests.sql.submitting import (
    ANALYST,
    OWN,
    REVIEWER,
    STAFF,
    drafted,
    handed,
    read_all,
    submissions,
    submit,
)

FIRST = [("1", "70"), ("2", "70"), ("3", "10")]
SECOND = [("1", "10"), ("2", "70"), ("4", "70")]


@pytest.fixture
def made(registry: Engine) -> Submissions:
    return submissions(registry)


def accepted(made: Submissions, rows: list[tuple[str, str]], day: dt.date = DAYS[0]) -> Submission:
    one = drafted(made, handed(rows, day))
    submit(made, one.id)
    accept_submission(made, EVERYTHING, one.id, ANALYST)
    return state_of(made, one.id)


def state_of(made: Submissions, number: int) -> Submission:
    with made.registry.connect() as connection:
        return made.visible(connection, EVERYTHING, number)


def people(made: Submissions, day: dt.date = DAYS[0]) -> Counter[str]:
    """Destination -> people."""
    place = 5  # school, level, discipline, sex, origin, destination
    found: Counter[str] = Counter()
    for cell, n in ledger_as_of(made.registry, day).items():
        found[cell[place]] += n
    return found


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(InputError) as error:
        action()
    return error.value.message_key


def count_of(made: Submissions, table: sa.Table) -> int:
    with made.registry.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_file_becomes_movements(made: Submissions) -> None:
    one = drafted(made, handed(FIRST))
    assert (one.status, one.rows_total, one.rows_read) == ("draft", 3, 3)
    assert people(made) == Counter()
    submit(made, one.id)
    number = accept_submission(made, EVERYTHING, one.id, ANALYST)
    assert people(made) == Counter({"70": 2, "10": 1})
    done = state_of(made, one.id)
    assert (done.status, done.return_id, done.decided_by) == ("accepted", number, ANALYST)
    assert (count_of(made, submission_file), count_of(made, submission_row)) == (0, 0)
    with made.registry.connect() as connection:
        steps = connection.scalars(
            sa.select(submission_step.c.step).order_by(submission_step.c.id)
        ).all()
    assert steps == ["received", "read", "submitted", "accepted"]


def test_what_it_would_change_is_said_before(made: Submissions) -> None:
    accepted(made, FIRST)
    one = drafted(made, handed(SECOND, DAYS[1]))

    def said() -> Comparison:
        with made.registry.connect() as connection:
            return compare(connection, made.visible(connection, OWN, one.id))

    found = said()
    assert (found.new, found.changed, found.unchanged, found.gone) == (1, 1, 1, 1)
    assert {s.destination: (s.before, s.after) for s in found.shifts} == {
        "70": (2, 2),
        "10": (1, 2),
    }
    made.remove_absent(OWN, one.id, True, STAFF)
    assert {s.destination: (s.before, s.after) for s in said().shifts} == {
        "70": (2, 2),
        "10": (1, 1),
    }
    submit(made, one.id)
    accept_submission(made, EVERYTHING, one.id, ANALYST)
    assert people(made, DAYS[1]) == Counter({"70": 2, "10": 1})
    assert people(made, DAYS[0]) == Counter({"70": 2, "10": 1}), "the past stays"


def test_nobody_looks_at_the_own_work(made: Submissions) -> None:
    one = drafted(made, handed(FIRST))
    assert refused(lambda: made.submit(OWN, one.id, STAFF)) == "submission.four_eyes_submit"
    assert (
        refused(lambda: made.send_back(OWN, one.id, "draft", "no", STAFF))
        == "submission.four_eyes_submit"
    )
    made.submit(OWN, one.id, REVIEWER)
    for person in (STAFF, REVIEWER):
        refusal = refused(lambda p=person: accept_submission(made, EVERYTHING, one.id, p))
        assert refusal == "submission.four_eyes_accept"
    assert people(made) == Counter()


def test_a_step_out_of_turn_says_what_it_is_now(made: Submissions) -> None:
    one = drafted(made, handed(FIRST))
    refusal = refused(lambda: accept_submission(made, EVERYTHING, one.id, ANALYST))
    assert refusal == "submission.is_draft"
    made.submit(OWN, one.id, REVIEWER)
    assert refused(lambda: made.submit(OWN, one.id, REVIEWER)) == "submission.is_submitted"
    assert refused(lambda: made.discard(OWN, one.id, STAFF)) == "submission.is_submitted"
    assert refused(lambda: made.give_reason(OWN, one.id, "r", "w", STAFF)) == (
        "submission.is_submitted"
    )
    again = refused(lambda: made.receive(OWN, handed(SECOND), STAFF))
    assert again == "submission.with_department"
    assert refused(lambda: made.send_back(EVERYTHING, one.id, "submitted", " ", ANALYST)) == (
        "submission.remark_needed"
    )
    made.send_back(EVERYTHING, one.id, "submitted", "please look at row 3", ANALYST)
    assert state_of(made, one.id).status == "sent_back"
    corrected = drafted(made, handed(SECOND))
    assert corrected.status == "draft"
    assert state_of(made, one.id).status == "discarded"


def test_the_same_file_twice_is_one_submission(made: Submissions) -> None:
    one = made.receive(OWN, handed(FIRST), STAFF)
    assert made.receive(OWN, handed(FIRST), STAFF).id == one.id
    read_all(made)
    assert made.receive(OWN, handed(FIRST), STAFF).id == one.id
    other = made.receive(OWN, handed(SECOND), STAFF)
    assert other.id != one.id
    assert state_of(made, one.id).status == "discarded"


def test_another_school_has_no_submission_of_mine(made: Submissions) -> None:
    one = drafted(made, handed(FIRST))
    stranger = Scope(frozenset({SCHOOLS[1]}))
    for action in (
        lambda: made.submit(stranger, one.id, REVIEWER),
        lambda: made.discard(stranger, one.id, STAFF),
        lambda: made.content(stranger, one.id),
        lambda: made.give_reason(stranger, one.id, "r", "w", STAFF),
        lambda: made.remove_absent(stranger, one.id, True, STAFF),
        lambda: made.send_back(stranger, one.id, "draft", "w", REVIEWER),
        lambda: accept_submission(made, stranger, one.id, ANALYST),
        lambda: withdraw_submission(made, stranger, one.id, "w", ANALYST),
    ):
        assert refused(action) == "submission.unknown"
    assert refused(lambda: made.receive(stranger, handed(FIRST), STAFF)) == (
        "submission.other_school"
    )
    with made.registry.connect() as connection:
        for table in WORKFLOW:
            rows = connection.execute(sa.select(visible(table, stranger))).all()
            assert rows == [], table.name
        assert connection.execute(sa.select(visible(submission, OWN))).all()
    with pytest.raises(ValueError, match="returns"):
        visible(metadata.tables["returns"], EVERYTHING)


def test_a_withdrawn_return_is_undone_by_new_movements(made: Submissions) -> None:
    accepted(made, FIRST)
    before = ledger_as_of(made.registry, DAYS[4])
    one = accepted(made, SECOND, DAYS[1])
    assert ledger_as_of(made.registry, DAYS[4]) != before
    lines = count_of(made, metadata.tables["movement"])
    assert refused(lambda: withdraw_submission(made, EVERYTHING, one.id, "", ANALYST)) == (
        "submission.remark_needed"
    )
    withdraw_submission(made, EVERYTHING, one.id, "wrong file", ANALYST)
    assert ledger_as_of(made.registry, DAYS[4]) == before
    assert count_of(made, metadata.tables["movement"]) > lines, "nothing is erased"
    again = accepted(made, SECOND, DAYS[1])
    assert again.return_id != one.return_id
    assert people(made, DAYS[4]) == Counter({"70": 2, "10": 2})


def test_only_the_newest_return_can_be_withdrawn(made: Submissions) -> None:
    first = accepted(made, FIRST)
    accepted(made, FIRST, DAYS[1])  # says the same: it leaves no state of its own
    refusal = refused(lambda: withdraw_submission(made, EVERYTHING, first.id, "w", ANALYST))
    assert refusal == "submission.later_accepted"
    assert state_of(made, first.id).status == "accepted", "the whole step is undone"


def test_two_analysts_accept_once(made: Submissions) -> None:
    one = drafted(made, handed(FIRST))
    made.submit(OWN, one.id, REVIEWER)
    start, outcomes = threading.Barrier(2), list[str]()

    def accept(analyst: str) -> None:
        start.wait()
        try:
            accept_submission(made, EVERYTHING, one.id, analyst)
            outcomes.append("accepted")
        except InputError as error:
            outcomes.append(error.message_key)

    threads = [threading.Thread(target=accept, args=(f"analyst{i}",)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted", "submission.is_accepted"]
    assert people(made) == Counter({"70": 2, "10": 1})
    assert count_of(made, returns) == 1


def test_two_schools_at_once(made: Submissions) -> None:
    numbers = []
    for school in SCHOOLS:
        own = Scope(frozenset({school}))
        numbers.append(made.receive(own, handed(FIRST, school=school), STAFF).id)
    read_all(made)
    start, failures = threading.Barrier(2), list[Exception]()

    def go(number: int) -> None:
        start.wait()
        try:
            made.submit(EVERYTHING, number, REVIEWER)
            accept_submission(made, EVERYTHING, number, ANALYST)
        except InputError as error:
            failures.append(error)

    threads = [threading.Thread(target=go, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert people(made) == Counter({"70": 4, "10": 2})


def test_a_reader_that_died_is_taken_over_and_given_up_in_the_end(
    made: Submissions, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made.receive(OWN, handed(FIRST), STAFF)
    with monkeypatch.context() as dead:
        dead.setattr(submission_reading, "STALE", -dt.timedelta(seconds=1))
        for _ in range(submission_reading.ATTEMPTS - 1):
            assert submission_reading.claim(made.registry) == (one.id, one.file_size)
    assert submission_reading.claim(made.registry) is None, "somebody is at it"
    with monkeypatch.context() as dead:
        dead.setattr(submission_reading, "STALE", -dt.timedelta(seconds=1))
        assert submission_reading.claim(made.registry) == (one.id, one.file_size)
        assert submission_reading.claim(made.registry) is None
    assert state_of(made, one.id).status == "unreadable"
    again = drafted(made, handed(FIRST))
    assert again.id != one.id
    assert again.status == "draft"


def test_a_file_that_is_no_table_is_unreadable_and_says_why(made: Submissions) -> None:
    given_in = Handed(
        school=SCHOOLS[0],
        cohort=2020,
        counted_on=DAYS[0],
        file_name="C:\\list.xlsx",
        content=b"PK\x03\x04 not a workbook",
    )
    one = drafted(made, given_in)
    assert (one.status, one.file_name) == ("unreadable", "list.xlsx")
    assert count_of(made, submission_file) == 0
    with made.registry.connect() as connection:
        (found,) = connection.execute(
            sa.select(visible(metadata.tables["submission_finding"], OWN))
        ).all()
    assert (found.severity, found.rule) == ("error", "unreadable")


def test_a_machines_word_is_used_once(made: Submissions) -> None:
    def push(rows: list[tuple[str, str]], key: str) -> int:
        one = handed(rows)
        return made.receive(OWN, replace_key(one, key), STAFF).id

    number = push(FIRST, "a")
    assert push(FIRST, "a") == number
    assert refused(lambda: push(SECOND, "a")) == "submission.key_used"
    assert push(SECOND, "b") != number


def replace_key(one: Handed, key: str) -> Handed:
    return replace(one, idempotency_key=key, channel="api")


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (dt.date(2019, 8, 31), "submission.day_outside"),
        (dt.date(2022, 1, 1), "submission.day_outside"),
    ],
)
def test_a_day_has_to_be_of_the_class(made: Submissions, day: dt.date, key: str) -> None:
    assert refused(lambda: made.receive(OWN, handed(FIRST, day), STAFF)) == key


DESTINATIONS = st.sampled_from(["70", "10", "80"])
FILES = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("123456"), DESTINATIONS, min_size=1),
        st.integers(0, 3),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES)
def test_withdrawing_the_newest_is_as_if_it_had_not_been(
    sqlite_registry: Engine, files: list[tuple[dict[str, str], int, bool]]
) -> None:
    """Whatever was accepted before, in whatever order of days: the ledger is what it was."""
    made = submissions(sqlite_registry)
    for rows, day, whole in files:
        before = [ledger_as_of(sqlite_registry, day) for day in DAYS]
        one = drafted(made, handed(sorted(rows.items()), DAYS[day]))
        made.remove_absent(OWN, one.id, whole, STAFF)
        submit(made, one.id)
        with sqlite_registry.connect() as connection:
            newest = connection.scalar(sa.select(sa.func.max(returns.c.id))) or 0
        number = accept_submission(made, EVERYTHING, one.id, ANALYST)
    if number <= newest:
        return  # the same content was accepted before: there is nothing new to withdraw
    with sqlite_registry.connect() as connection, side_by_side(connection, one) as pair:
        now = set(connection.scalars(sa.select(pair.standing.c.key)))
    assert now >= set(rows)
    assert not whole or now == set(rows)
    withdraw_submission(made, EVERYTHING, one.id, "w", ANALYST)
    assert [ledger_as_of(sqlite_registry, day) for day in DAYS] == before


def test_a_warning_needs_a_reason_and_an_error_a_correction(made: Submissions) -> None:
    accepted(made, FIRST)
    one = drafted(made, handed(SECOND, DAYS[1]))  # somebody is left out: a warning
    refusal = refused(lambda: made.submit(OWN, one.id, REVIEWER))
    assert refusal == "submission.reasons_missing"
    submit(made, one.id)
    assert state_of(made, one.id).status == "submitted"
    twice = drafted(made, handed([("1", "70"), ("1", "10")], DAYS[2]))
    assert refused(lambda: made.submit(OWN, twice.id, REVIEWER)) == "submission.blocked"


def test_the_same_content_handed_in_twice_is_one_return_and_withdrawn_as_one(
    made: Submissions,
) -> None:
    first, second = accepted(made, FIRST), accepted(made, FIRST)
    assert first.return_id == second.return_id
    withdraw_submission(made, EVERYTHING, second.id, "wrong class", ANALYST)
    assert state_of(made, first.id).status == "withdrawn", "it does not count any more"
    assert people(made) == Counter()

"""The ways a case may go: whatever is tried, none skips what must come first."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.indicators.calendar import working_days_after
from data_access.cases import BOTH_SIDES, MOVES, STATUSES, Move

MUST_COME_BEFORE = {
    "answered": {"open"},
    "confirmed": {"open", "answered"},
    "refuted": {"open", "answered"},
    "corrected": {"open", "answered", "confirmed"},
}
"""Status -> what a case must have been before it; written from the rules, not from the table."""


def walk(tried: Sequence[Move]) -> list[tuple[Move | None, str]]:
    """(move, status) of a case as these are tried one after the other; impossible ones fail."""
    path: list[tuple[Move | None, str]] = [(None, "open")]
    for move in tried:
        if move.before == path[-1][1]:
            path.append((move, move.after))
    return path


@given(st.lists(st.sampled_from(MOVES), max_size=60))
def test_no_sequence_skips_a_needed_step(tried: list[Move]) -> None:
    path = walk(tried)
    been: set[str] = set()
    for place, (move, status) in enumerate(path):
        assert MUST_COME_BEFORE.get(status, set()) <= been
        been.add(status)
        if status == "closed":
            assert move is not None
            assert move.concludes
            judged = {"confirmed", "refuted"} & been
            assert judged, "closed without a judgement"
            assert path[place - 1][1] in ("corrected", "refuted", "confirmed")
            assert place == len(path) - 1, "a closed case goes nowhere"
        if status == "corrected":
            assert move is not None
            assert move.corrects


@given(st.lists(st.sampled_from(MOVES), max_size=60))
def test_judging_takes_both_sides(tried: list[Move]) -> None:
    """Between any two turns of the department before a judgement the school has answered."""
    path = walk(tried)
    for (_, before), (move, status) in itertools.pairwise(path):
        assert move is not None
        if status in ("confirmed", "refuted"):
            assert before == "answered"
        assert move.by == ("answer" if status == "answered" else "cases")


def test_the_table_is_whole() -> None:
    assert len({move.key for move in MOVES}) == len(MOVES)
    assert {move.by for move in MOVES} == BOTH_SIDES
    assert {move.before for move in MOVES} == set(STATUSES) - {"closed"}
    assert len({(m.before, m.after) for m in MOVES}) == len(MOVES)
    assert all(move.corrects == (move.after == "corrected") for move in MOVES)
    assert all(move.concludes == (move.after == "closed") for move in MOVES)


HOLIDAYS = frozenset({dt.date(2020, 10, day) for day in range(1, 9)})


@pytest.mark.parametrize(
    ("day", "days", "then"),
    [
        (dt.date(2020, 9, 14), 10, dt.date(2020, 9, 28)),  # two weeks, Monday to Monday
        (dt.date(2020, 9, 28), 3, dt.date(2020, 10, 9)),  # over the national holiday
        (dt.date(2020, 9, 12), 1, dt.date(2020, 9, 14)),  # from a Saturday
        (dt.date(2020, 9, 14), 0, dt.date(2020, 9, 14)),
    ],
)
def test_working_days(day: dt.date, days: int, then: dt.date) -> None:
    assert working_days_after(day, days, HOLIDAYS) == then


@given(
    st.dates(dt.date(2019, 1, 1), dt.date(2024, 1, 1)),
    st.integers(0, 40),
    st.sets(st.dates(dt.date(2019, 1, 1), dt.date(2024, 3, 1)), max_size=30),
)
def test_working_days_counted_one_by_one(day: dt.date, days: int, holidays: set[dt.date]) -> None:
    then = working_days_after(day, days, holidays)
    between = [day + dt.timedelta(days=n) for n in range(1, (then - day).days + 1)]
    assert sum(one.weekday() < 5 and one not in holidays for one in between) == days
    if days:
        assert then.weekday() < 5
        assert then not in holidays

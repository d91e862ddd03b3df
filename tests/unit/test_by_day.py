"""A class by day against adding up its rows one by one."""

import datetime as dt
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from data_access.by_day import ByDay
from data_access.rows import Change, Count, Tally

FIRST = dt.date(2020, 3, 1)
EMPLOYED = frozenset({"10", "80"})
rows = st.lists(
    st.tuples(
        st.sampled_from(["master", "bachelor"]),
        st.sampled_from(["10", "70", "80"]),
        st.integers(0, 9).map(lambda n: FIRST + dt.timedelta(n)),
        st.integers(-3, 5),
    ),
    unique_by=lambda row: row[:3],
    max_size=25,
).map(lambda found: sorted(found, key=lambda row: row[2]))
cuts = st.sampled_from(
    [(), ("level",), ("destination",), ("destination", "level"), ("school",), ("school", "level")]
)
days = st.lists(
    st.integers(-1, 11).map(lambda n: FIRST + dt.timedelta(n)), min_size=1, max_size=3
).map(tuple)


def key_of(row: tuple[str, str, dt.date, int], by: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({"level": row[0], "destination": row[1], "school": "99001"}[name] for name in by)


def slow(found: list, by: tuple[str, ...], day: dt.date, only: frozenset[str] | None) -> Counter:  # type: ignore[type-arg]
    total: Counter[tuple[str, ...]] = Counter()
    for row in found:
        if row[2] <= day and (only is None or row[1] in only):
            total[key_of(row, by)] += row[3]
    return total


@given(rows, cuts, days)
def test_people_as_of_any_day(found: list, by: tuple, asked: tuple) -> None:  # type: ignore[type-arg]
    days_of = ByDay(found, {"school": "99001"})
    everybody = [slow(found, by, day, None) for day in asked]
    working = [slow(found, by, day, EMPLOYED) for day in asked]
    keys = {key for total in everybody for key, n in total.items() if n}
    assert sorted(days_of.counts(by, asked)) == sorted(
        Count(key, tuple(total[key] for total in everybody)) for key in keys
    )
    assert sorted(days_of.tallies(by, asked, EMPLOYED)) == sorted(
        Tally(key, tuple(t[key] for t in everybody), tuple(t[key] for t in working)) for key in keys
    )


@given(rows, cuts, days)
def test_the_changes_of_every_day(found: list, by: tuple, asked: tuple) -> None:  # type: ignore[type-arg]
    until = asked[0]
    changes = ByDay(found, {"school": "99001"}).progress(by, until, EMPLOYED)
    assert changes == sorted(changes, key=lambda change: change[:2])
    assert {change[:2] for change in changes} == {
        (key_of(row, by), row[2]) for row in found if row[2] <= until
    }
    for change in changes:
        same = [r for r in found if r[2] == change.counted_on and key_of(r, by) == change.key]
        people = sum(row[3] for row in same)
        assert change == Change(
            change.key, change.counted_on, people, sum(r[3] for r in same if r[1] in EMPLOYED)
        )


def test_nobody() -> None:
    days_of = ByDay([])
    assert days_of.counts((), (FIRST,)) == []
    assert days_of.tallies(("level",), (FIRST,), EMPLOYED) == []
    assert days_of.progress((), FIRST, EMPLOYED) == []

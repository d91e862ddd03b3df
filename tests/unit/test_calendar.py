"""The days of a class: season, deadlines, reporting days, and the days offered for choice."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.indicators.calendar import (
    PERIOD_KEYS,
    QUICK_DATE_KEYS,
    ReportingDay,
    days_to_deadline,
    deadline,
    last_wednesday,
    quick_dates,
    reporting_days,
    same_day,
    season,
    week_before,
)

day_of = dt.date.fromisoformat
cohorts = st.integers(2000, 2100)
days = st.dates(dt.date(1999, 1, 1), dt.date(2101, 12, 31))


def test_a_season_runs_from_november_to_the_end_of_the_next_year() -> None:
    first, last = season(2020)
    assert (first, last) == (dt.date(2019, 11, 1), dt.date(2020, 12, 31))
    assert season(2020).includes(first)
    assert season(2020).includes(last)
    assert not season(2020).includes(dt.date(2019, 10, 31))
    assert not season(2020).includes(dt.date(2021, 1, 1))


@pytest.mark.parametrize(
    ("day", "other", "expected"),
    [
        ("2020-08-31", 2019, "2019-08-31"),
        ("2020-06-15", 2019, "2019-06-15"),
        ("2020-12-31", 2021, "2021-12-31"),
        ("2020-03-01", 2019, "2019-03-01"),
        ("2020-02-29", 2019, "2019-02-28"),  # 184 days before 31 August
        ("2019-11-01", 2019, "2018-10-31"),  # one day longer through 2020
    ],
)
def test_the_same_day_counts_back_from_31_august(day: str, other: int, expected: str) -> None:
    assert same_day(day_of(day), 2020, other) == day_of(expected)


@given(days, cohorts, cohorts)
def test_the_same_day_keeps_its_distance_and_comes_back(
    day: dt.date, cohort: int, other: int
) -> None:
    there = same_day(day, cohort, other)
    assert days_to_deadline(there, other) == days_to_deadline(day, cohort)
    assert same_day(there, other, cohort) == day


def test_days_to_the_deadline() -> None:
    assert days_to_deadline(dt.date(2020, 8, 1), 2020) == 30
    assert days_to_deadline(deadline(2020), 2020) == 0
    assert days_to_deadline(dt.date(2020, 9, 30), 2020) == -30


@given(days)
def test_the_last_wednesday_is_a_wednesday_within_a_week(day: dt.date) -> None:
    found = last_wednesday(day)
    assert found.strftime("%w") == "3"
    assert 0 <= (day - found).days < 7


def test_a_week_before() -> None:
    assert week_before(dt.date(2020, 3, 4)) == dt.date(2020, 2, 26)


@pytest.mark.parametrize(
    ("cohort", "latest", "today", "expected"),
    [
        (2020, None, "2020-09-30", {"live": None}),
        (2020, "2020-05-22", "2020-05-23", {"live": None, "wednesday": "2020-05-20"}),
        (  # returns are older than today: no Wednesday they have not reached
            2020,
            "2020-05-19",
            "2020-05-23",
            {"live": None, "wednesday": "2020-05-13"},
        ),
        (
            2020,
            "2020-09-30",
            "2020-10-30",
            {"live": None, "wednesday": "2020-09-30", "deadline": "2020-08-31"},
        ),
        (
            2020,
            "2020-12-31",
            "2024-06-01",
            {
                "live": None,
                "wednesday": "2020-12-30",
                "deadline": "2020-08-31",
                "year_end": "2020-12-31",
            },
        ),
        (2022, "2022-08-31", "2022-09-01", {"live": None, "deadline": "2022-08-31"}),
        (2020, "2019-11-03", "2019-11-03", {"live": None}),  # Wednesday before the season
        (2020, "2021-02-01", "2021-02-01", {"live": None, "deadline": 1, "year_end": 1}),
        (2020, "2020-12-31", "2020-08-30", {"live": None, "wednesday": "2020-08-26"}),
    ],
)
def test_quick_dates_are_days_that_the_returns_have_reached(
    cohort: int, latest: str | None, today: str, expected: dict[str, str | int | None]
) -> None:
    found = quick_dates(cohort, day_of(latest) if latest else None, day_of(today))
    assert [key for key, _ in found] == list(expected)
    for key, day in found:
        if expected[key] != 1:
            assert (day and day.isoformat()) == expected[key], key


@given(cohorts, st.none() | days, days)
def test_quick_dates_are_named_once_and_in_the_season(
    cohort: int, latest: dt.date | None, today: dt.date
) -> None:
    found = quick_dates(cohort, latest, today)
    assert found[0] == ("live", None)
    later = [day for _, day in found[1:] if day]
    assert len(later) == len(found) - 1 == len(set(later))
    assert all(season(cohort).includes(day) and day <= today for day in later)
    order = list(QUICK_DATE_KEYS)
    assert [key for key, _ in found] == sorted((key for key, _ in found), key=order.index)


def test_reporting_days_of_the_2020_class() -> None:
    found = reporting_days(2020)
    assert [day.isoformat() for day, period in found if period == "monthly"] == [
        "2019-11-30",
        "2019-12-31",
        "2020-01-31",
        "2020-02-29",
        "2020-03-31",
    ]
    weekly = [day for day, period in found if period == "weekly"]
    assert (weekly[0], weekly[-1]) == (dt.date(2020, 3, 4), dt.date(2020, 8, 26))
    assert len(weekly) == 26
    march = {period for day, period in found if day.month == 3}
    assert march == set(PERIOD_KEYS)


def test_a_wednesday_at_the_end_of_march_is_both() -> None:
    both = dt.date(2021, 3, 31)
    assert [entry for entry in reporting_days(2021) if entry.day == both] == [
        ReportingDay(both, "monthly"),
        ReportingDay(both, "weekly"),
    ]


@given(cohorts)
def test_reporting_days_are_in_order_and_weeks_apart(cohort: int) -> None:
    found = reporting_days(cohort)
    assert list(found) == sorted(found)
    assert all(season(cohort).includes(entry.day) for entry in found)
    weekly = [entry.day for entry in found if entry.period == "weekly"]
    assert all((later - day).days == 7 for day, later in pairwise(weekly))
    assert weekly[0] <= dt.date(cohort, 3, 7)
    assert dt.date(cohort, 8, 25) <= weekly[-1] <= deadline(cohort)

"""The days of a class: season, deadlines, reporting days, and the days offered for choice."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.indicators.calendar import (
    QUICK_DATE_KEYS,
    ReportingPeriod,
    ReportingRule,
    days_to_deadline,
    deadline,
    last_wednesday,
    quick_dates,
    reporting_periods,
    same_day,
    season,
    status,
    week_before,
)
from data_access.codes.files import read_code_tables

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


def shipped_rules() -> list[ReportingRule]:
    """The rules that come with the program."""
    names = ReportingRule.__dataclass_fields__
    return [
        ReportingRule(**{name: row[name] for name in names})
        for row in read_code_tables()["reporting_rule"]
    ]


def periods_of(cohort: int, holidays: frozenset[dt.date] = frozenset()) -> list[ReportingPeriod]:
    return list(reporting_periods(cohort, shipped_rules(), holidays))


def test_reporting_periods_of_the_2020_class() -> None:
    found = periods_of(2020)
    assert [one.day.isoformat() for one in found if one.rule == "monthly"] == [
        "2019-11-30",
        "2019-12-31",
        "2020-01-31",
        "2020-02-29",
        "2020-03-31",
    ]
    weekly = [one.day for one in found if one.rule == "weekly"]
    assert (weekly[0], weekly[-1]) == (dt.date(2020, 3, 4), dt.date(2020, 8, 26))
    assert len(weekly) == 26
    assert {one.rule for one in found if one.day.month == 3} == {"monthly", "weekly"}


def test_a_wednesday_at_the_end_of_march_is_one_period_with_the_longer_grace() -> None:
    both = dt.date(2021, 3, 31)
    (found,) = [one for one in periods_of(2021) if one.day == both]
    assert (found.rule, found.until) == ("monthly", dt.date(2021, 4, 2))


@pytest.mark.parametrize(
    ("day", "due", "until"),
    [
        ("2019-11-30", "2019-12-02", "2019-12-04"),  # a Saturday: due on Monday, two days of grace
        ("2020-03-04", "2020-03-04", "2020-03-05"),  # a Wednesday, one day of grace
        ("2020-01-31", "2020-01-31", "2020-02-04"),  # a Friday, the weekend does not count
        ("2020-06-24", "2020-06-24", "2020-06-26"),  # the day after is the Dragon Boat Festival
    ],
)
def test_due_dates_and_grace_keep_to_working_days(day: str, due: str, until: str) -> None:
    holidays = frozenset(row["day"] for row in read_code_tables()["holiday"])
    (found,) = [one for one in periods_of(2020, holidays) if one.day == day_of(day)]
    assert (found.due, found.until) == (day_of(due), day_of(until))


@pytest.mark.parametrize(
    ("received", "seen", "expected"),
    [
        ("2020-03-04", "2020-03-31", "on_time"),
        ("2020-03-05", "2020-03-31", "on_time"),  # within the grace
        ("2020-03-06", "2020-03-31", "late"),
        ("2020-03-06", "2020-03-05", "due"),  # it had not come yet
        ("2020-03-09", "2020-03-06", "missing"),
        (None, "2020-03-05", "due"),
        (None, "2020-03-06", "missing"),
        (None, "2020-03-03", "not_due"),
    ],
)
def test_how_a_school_stands_with_a_period(received: str | None, seen: str, expected: str) -> None:
    (period,) = [one for one in periods_of(2020) if one.day == dt.date(2020, 3, 4)]
    came = day_of(received) if received else None
    assert status(period, came, day_of(seen)) == expected


@given(cohorts, st.frozensets(days, max_size=30))
def test_periods_are_in_order_and_due_after_their_day(
    cohort: int, holidays: frozenset[dt.date]
) -> None:
    found = periods_of(cohort, holidays)
    assert [one.day for one in found] == sorted({one.day for one in found})
    assert all(season(cohort).includes(one.day) for one in found)
    assert all(one.day <= one.due <= one.until for one in found)
    assert all(one.due not in holidays and one.due.weekday() < 5 for one in found)
    wednesdays = [one.day for one in found if one.day.weekday() == 2]
    assert dt.date(cohort, 8, 25) <= wednesdays[-1] <= deadline(cohort)


def test_what_was_sent_back_is_owed_until_it_comes_again() -> None:
    (period,) = [one for one in periods_of(2020) if one.day == dt.date(2020, 3, 4)]
    for day in (dt.date(2020, 3, 5), dt.date(2020, 4, 1)):
        assert status(period, None, day, sent_back=True) == "returned"
        assert status(period, dt.date(2020, 3, 5), day, sent_back=True) == "on_time"

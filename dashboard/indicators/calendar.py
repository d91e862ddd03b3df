"""The days that matter to a graduating class: its season, its deadlines and its reporting days.

Sources: monthly returns at month end from November to March, weekly ones on Wednesdays from
March to August, so March has both (Inner Mongolia, notice on the 2020 class, section 2.1);
first count on 31 August, year-end count on 31 December.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

WEEK = dt.timedelta(days=7)
_DAY = dt.timedelta(days=1)
_WEDNESDAY = 2  # date.weekday() counts from Monday = 0

QuickDate = Literal["live", "wednesday", "deadline", "year_end"]
Period = Literal["monthly", "weekly"]

QUICK_DATE_KEYS: Mapping[QuickDate, str] = {
    "live": "indicators.quick_live",
    "wednesday": "indicators.quick_wednesday",
    "deadline": "indicators.quick_deadline",
    "year_end": "indicators.quick_year_end",
}
PERIOD_KEYS: Mapping[Period, str] = {
    "monthly": "indicators.period_monthly",
    "weekly": "indicators.period_weekly",
}


class Season(NamedTuple):
    """The first and the last day on which a cohort is followed."""

    first: dt.date
    last: dt.date

    def includes(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


class ReportingDay(NamedTuple):
    """A day on which every school hands in, and for which period."""

    day: dt.date
    period: Period


def season(cohort: int) -> Season:
    """1 November of the year before graduation to 31 December of the year itself."""
    return Season(dt.date(cohort - 1, 11, 1), dt.date(cohort, 12, 31))


def deadline(cohort: int) -> dt.date:
    """31 August of the graduating year, the day of the first official count."""
    return dt.date(cohort, 8, 31)


def days_to_deadline(day: dt.date, cohort: int) -> int:
    """Days until 31 August of the graduating year; negative after it."""
    return (deadline(cohort) - day).days


def same_day(day: dt.date, cohort: int, other_cohort: int) -> dt.date:
    """The day of the other cohort that is as many days before (or after) its 31 August.

    Dates of March to December keep month and day; before a leap day they move by one.
    """
    return deadline(other_cohort) - dt.timedelta(days=days_to_deadline(day, cohort))


def week_before(day: dt.date) -> dt.date:
    """Seven days earlier."""
    return day - WEEK


def last_wednesday(day: dt.date) -> dt.date:
    """The latest Wednesday that is not after the day (the day itself if it is one)."""
    return day - dt.timedelta(days=(day.weekday() - _WEDNESDAY) % 7)


def quick_dates(
    cohort: int, latest: dt.date | None, today: dt.date
) -> list[tuple[QuickDate, dt.date | None]]:
    """The days to offer beside the date field, in this order; names in QUICK_DATE_KEYS.

    ``live`` always, as None: it follows the data. Then the last Wednesday, 31 August and
    31 December, each only if it lies in the cohort's season and not after the newest statistical
    date ``latest`` nor after ``today``: a later day would print a date that no return has
    reached. A Wednesday that is one of the two other days is offered once, under their name.
    """
    found: list[tuple[QuickDate, dt.date | None]] = [("live", None)]
    if latest is None:
        return found
    until = min(latest, today)
    fixed: list[tuple[QuickDate, dt.date]] = [
        ("deadline", deadline(cohort)),
        ("year_end", season(cohort).last),
    ]
    named = [day for _, day in fixed]
    wednesday = last_wednesday(until)
    days = fixed if wednesday in named else [("wednesday", wednesday), *fixed]
    found += [(key, day) for key, day in days if season(cohort).includes(day) and day <= until]
    return found


def reporting_days(cohort: int) -> tuple[ReportingDay, ...]:
    """Every reporting day of the cohort, in order; a Wednesday that ends March stands twice."""
    return tuple(sorted([*_month_ends(cohort), *_wednesdays(cohort)]))


def _month_ends(cohort: int) -> Iterator[ReportingDay]:
    after = [(cohort - 1, 12), (cohort, 1), (cohort, 2), (cohort, 3), (cohort, 4)]
    for year, month in after:
        yield ReportingDay(dt.date(year, month, 1) - _DAY, "monthly")


def _wednesdays(cohort: int) -> Iterator[ReportingDay]:
    day = last_wednesday(dt.date(cohort, 3, 7))
    while day <= deadline(cohort):
        yield ReportingDay(day, "weekly")
        day += WEEK

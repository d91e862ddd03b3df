"""The days that matter to a graduating class: its season, its deadlines and its reporting days.

When returns are due is data: rules such as "month end from November to March" and "Wednesdays from
March to August", so that March has both (Inner Mongolia, notice on the 2020 class, section 2.1).
First count on 31 August, year-end count on 31 December.
"""

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

WEEK = dt.timedelta(days=7)
_DAY = dt.timedelta(days=1)
_SATURDAY = 5
_WEDNESDAY = 2  # date.weekday() counts from Monday = 0

QuickDate = Literal["live", "wednesday", "deadline", "year_end"]
Status = Literal["on_time", "late", "missing", "returned", "due", "not_due"]

QUICK_DATE_KEYS: Mapping[QuickDate, str] = {
    "live": "indicators.quick_live",
    "wednesday": "indicators.quick_wednesday",
    "deadline": "indicators.quick_deadline",
    "year_end": "indicators.quick_year_end",
}


class Season(NamedTuple):
    """The first and the last day on which a cohort is followed."""

    first: dt.date
    last: dt.date

    def includes(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingRule:
    """One rhythm of reporting: its statistical dates and how long after them a return may come.

    Years are relative to the cohort's. ``due_days`` are calendar days after the statistical date;
    a due date that is no working day moves to the next one. ``grace_days`` are working days.
    """

    code: str
    every: Literal["month_end", "week", "day"]
    weekday: int | None
    first_year: int
    first_month: int
    last_year: int
    last_month: int
    required: bool
    due_days: int
    grace_days: int


class ReportingPeriod(NamedTuple):
    """A statistical date for which every school hands in; received up to ``until`` is on time."""

    day: dt.date
    rule: str
    due: dt.date
    until: dt.date


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


def reporting_periods(
    cohort: int, rules: Iterable[ReportingRule], holidays: Container[dt.date] = frozenset()
) -> tuple[ReportingPeriod, ...]:
    """Every statistical date for which all schools must report, in order.

    A day that two rules name (a Wednesday that ends March) is one period, due by the later one.
    """
    periods: dict[dt.date, ReportingPeriod] = {}
    for rule in rules:
        if not rule.required:
            continue
        for day in _days(cohort, rule):
            due = _working_day(day + rule.due_days * _DAY, holidays)
            period = ReportingPeriod(day, rule.code, due, _later(due, rule.grace_days, holidays))
            known = periods.get(day)
            if known is None or period.until > known.until:
                periods[day] = period
    return tuple(sorted(periods.values()))


def status(
    period: ReportingPeriod,
    received_on: dt.date | None,
    as_of: dt.date,
    *,
    sent_back: bool = False,
) -> Status:
    """How a school stands with one period, seen from a day.

    ``sent_back``: the department has sent back what the school handed in.
    """
    if received_on is not None and received_on <= as_of:
        return "on_time" if received_on <= period.until else "late"
    if as_of < period.day:
        return "not_due"
    if sent_back:
        return "returned"
    return "due" if as_of <= period.until else "missing"


def working_days_after(
    day: dt.date, days: int, holidays: Container[dt.date] = frozenset()
) -> dt.date:
    """The day that is so many working days later; weekends and holidays do not count."""
    return _later(day, days, holidays)


def _days(cohort: int, rule: ReportingRule) -> Iterator[dt.date]:
    """The statistical dates of a rule: its months in full, the last day of each or each week."""
    first = dt.date(cohort + rule.first_year, rule.first_month, 1)
    end = _next_month(dt.date(cohort + rule.last_year, rule.last_month, 1))
    if rule.every == "month_end":
        while first < end:
            first = _next_month(first)
            yield first - _DAY
        return
    step = _DAY
    if rule.every == "week":
        step = WEEK
        first += dt.timedelta(days=((rule.weekday or 0) - first.weekday()) % 7)
    while first < end:
        yield first
        first += step


def _next_month(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1)


def _working_day(day: dt.date, holidays: Container[dt.date]) -> dt.date:
    while day.weekday() >= _SATURDAY or day in holidays:
        day += _DAY
    return day


def _later(day: dt.date, working_days: int, holidays: Container[dt.date]) -> dt.date:
    for _ in range(working_days):
        day = _working_day(day + _DAY, holidays)
    return day

"""When things happen: the reporting days of a season and the growth of each destination.

A season runs from the entry on 1 November of the year before to 31 December of the cohort's
year: month ends from November to March, every Wednesday from March on, and 31 December.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from dashboard.demo.draws import Flags, Floats, Ints, Stream
from dashboard.demo.plan import REPORT_COHORT
from dashboard.demo.schools import schools, trait

# Share of those employed by the end of September who were so by the end of November,
# December, ..., September (estimates; the season of 2020 was late).
CURVES: dict[str, tuple[float, ...]] = {
    "agreement": (0.05, 0.11, 0.15, 0.17, 0.25, 0.37, 0.50, 0.69, 0.83, 0.95, 1.0),
    "contract": (0.01, 0.03, 0.05, 0.07, 0.13, 0.23, 0.36, 0.57, 0.73, 0.91, 1.0),
    "flexible": (0.01, 0.02, 0.03, 0.04, 0.07, 0.13, 0.24, 0.46, 0.65, 0.88, 1.0),
    "graduate school": (0.0, 0.0, 0.0, 0.0, 0.02, 0.40, 0.82, 0.95, 0.97, 0.99, 1.0),
    "graduate school 2020": (0.0, 0.0, 0.0, 0.0, 0.0, 0.03, 0.36, 0.88, 0.95, 0.98, 1.0),
    "upgrade": (0.0, 0.0, 0.0, 0.0, 0.0, 0.01, 0.08, 0.45, 0.93, 0.99, 1.0),
    "army": (0.0, 0.0, 0.0, 0.0, 0.0, 0.02, 0.03, 0.05, 0.08, 0.20, 1.0),
    "projects": (0.0, 0.0, 0.0, 0.0, 0.01, 0.02, 0.04, 0.10, 0.28, 0.68, 1.0),
    "abroad": (0.0, 0.01, 0.03, 0.05, 0.11, 0.22, 0.38, 0.60, 0.77, 0.93, 1.0),
}
PACE = {2019: 1.22, 2020: 1.0, 2021: 1.02}
LATER_PACE = 1.05
TARGET = (9, 30)


def entry_day(cohort: int) -> dt.date:
    """The day on which the whole class enters as seeking."""
    return dt.date(cohort - 1, 11, 1)


def month_ends(cohort: int) -> list[dt.date]:
    """The last days of November to March before graduation."""
    firsts = [(cohort - 1, 12), *((cohort, month) for month in range(1, 5))]
    return [dt.date(year, month, 1) - dt.timedelta(days=1) for year, month in firsts]


def reporting_days(cohort: int) -> list[dt.date]:
    """Entry, month ends until March, Wednesdays from March, and the last day of the year."""
    march, end = dt.date(cohort, 3, 1), dt.date(cohort, 12, 31)
    wednesday = march + dt.timedelta(days=(2 - march.weekday()) % 7)
    weeks = [wednesday + dt.timedelta(days=7 * i) for i in range((end - wednesday).days // 7 + 1)]
    return sorted({entry_day(cohort), *month_ends(cohort), *weeks, end})


def target_index(cohort: int, days: Sequence[dt.date]) -> int:
    """Position of the last reporting day up to 30 September: in 2020 that day itself."""
    return max(i for i, day in enumerate(days) if day <= dt.date(cohort, *TARGET))


def offsets(cohort: int, days: Sequence[dt.date]) -> Floats:
    """Days since the entry, for each reporting day."""
    return np.array([(day - entry_day(cohort)).days for day in days], dtype=np.float64)


def first_employed(
    cohort: int, days: Sequence[dt.date], curve: str, pace: Floats, u: Floats
) -> Ints:
    """Reporting-day positions (1 to the target) drawn from a growth curve; pace < 1 is later."""
    if curve == "graduate school" and cohort == REPORT_COHORT:
        curve = "graduate school 2020"
    target = target_index(cohort, days)
    ends = [dt.date(cohort + (m == 12), m % 12 + 1, 1) for m in range(4, 10)]
    knots = [*month_ends(cohort), *(day - dt.timedelta(days=1) for day in ends)]
    at = [(min(day, days[target]) - entry_day(cohort)).days for day in knots]
    when = np.interp(u**pace, (0.0, *CURVES[curve]), (0.0, *at))
    index = np.searchsorted(offsets(cohort, days), when, side="left")
    return np.clip(index, 1, target)


def school_pace(cohort: int) -> Floats:
    """(schools,) exponent of the growth curves: the cohort's, the school's own, its troubles."""
    usual = np.exp(0.12 * Stream("pace").normal(len(schools())))
    special = [t.pace * dict(t.pace_of).get(cohort, 1.0) for t in (trait(s) for s in schools())]
    return np.asarray(PACE.get(cohort, LATER_PACE) * usual * np.array(special))


def open_days(cohort: int, days: Sequence[dt.date]) -> Flags:
    """(schools, days) True where the school hands in its return.

    The entry, the month ends and the target day are never missed.
    """
    everyone = schools()
    missed = Stream(cohort, "missed").uniform(len(everyone), len(days))
    handed_in = missed >= np.array([trait(s).skips for s in everyone])[:, None]
    for i, school in enumerate(everyone):
        if spell := trait(school).silent:
            first, last = (dt.date(cohort, *day) for day in spell)
            handed_in[i] &= [not first <= day <= last for day in days]
    always = [day <= dt.date(cohort, 2, 28) or i == target_index(cohort, days)
              for i, day in enumerate(days)]  # fmt: skip
    handed_in[:, always] = True
    return np.asarray(handed_in)


def delays(cohort: int, days: Sequence[dt.date]) -> Ints:
    """(schools, days) days until the return of a statistical date comes in: mostly none.

    A school that misses many returns is late with many others.
    """
    everyone = schools()
    u = Stream(cohort, "delay").uniform(2, len(everyone), len(days))
    late = np.array([0.02 + 1.5 * trait(s).skips for s in everyone])[:, None]
    slow = np.where(u[0] < late, 3 + np.floor(4 * u[1]), 0.0)
    usual = np.where(u[1] < 0.15, 1.0, 0.0)
    return np.asarray(np.maximum(slow, usual).astype(np.int8))


def next_open(handed_in: Flags) -> Ints:
    """(schools, days) position of the next return from that day on; the number of days if none."""
    count = handed_in.shape[1]
    at = np.where(handed_in, np.arange(count), count)
    return np.asarray(np.minimum.accumulate(at[:, ::-1], axis=1)[:, ::-1])

"""The shapes of what :mod:`dashboard.answers` returns."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from dashboard.indicators.editions import Edition
from dashboard.indicators.intervals import Interval
from dashboard.indicators.rates import Rate
from data_access.selection import Selection


@dataclass(frozen=True, slots=True)
class Moment:
    """What a selection means at this version: the day it is read at, and the definition.

    ``live`` says that the page follows new data (no day was chosen); ``as_of`` is None only
    where the cohort has no row that this scope may see.
    """

    selection: Selection
    as_of: dt.date | None
    live: bool
    edition: Edition
    version: int
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of rates.

    ``week`` and ``year`` are differences of the printed rate in percentage points, against
    seven days before and against the same day of the cohort before; None where there is
    nothing to compare with. ``behind``: below last year by more than chance explains.
    """

    code: str
    graduates: int
    employed: int
    rate: Rate
    interval: Interval | None
    week: Decimal | None = None
    year: Decimal | None = None
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a mix: people, and their share of all graduates, or of a base that is named."""

    code: str
    employed: bool
    count: int
    share: Rate


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a progress curve; ``to_deadline`` is the number of days to 31 August."""

    day: dt.date
    to_deadline: int
    rate: Rate


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the expected schools have numbers of the reporting period ``due``, or newer.

    ``share`` is the share of the class in these schools.
    """

    reported: int
    schools: int
    due: dt.date | None
    share: Rate


@dataclass(frozen=True, slots=True)
class RuleShare:
    """People of one rule in one cut, as shares of all graduates and of the employed.

    ``year``: change of the share of graduates against last year's same day, percentage points.
    """

    code: str
    people: int
    of_graduates: Rate
    of_employed: Rate
    year: Decimal | None

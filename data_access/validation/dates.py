"""Dates as schools write them, and the months from which a graduate can have signed."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from data_access.readers.text import fold

# \u5e74, \u6708 and \u65e5 are year, month and day.
_DAY: Final = re.compile(
    r"((?:19|20)[0-9]{2})[-/.\u5e74]?([0-9]{1,2})[-/.\u6708]?([0-9]{1,2})\u65e5?"
)
_TIME: Final = re.compile(r"[\sTt][0-9]{1,2}:[0-9:.]+[Zz]?$")
_MONTH: Final = re.compile(r"((?:19|20)[0-9]{2})(?:[-/.\u5e74]?([0-9]{1,2})\u6708?|\u5e74)?")
_COMPACT: Final = re.compile("[0-9]{8}")
_SERIAL: Final = re.compile("[0-9]{5}")
_EPOCH: Final = dt.date(1899, 12, 30)
_SERIALS: Final = range(36526, 73051)
"""Days of a spreadsheet from 2000 to 2099, where a date has lost its format."""

_AUTUMN: Final = (9, 1)
USUAL_YEARS: Final[Mapping[str, int]] = {
    "postgraduate": 4,
    "doctorate": 4,
    "master": 3,
    "bachelor": 4,
    "diploma": 3,
}
"""The usual length of a course (高等教育法, article 17: 2-3, 4-5, 2-3 and 3-4 years)."""


def day(text: str) -> dt.date | None:
    """2020-06-30, 2020/6/30, 2020.6.30, 20200630, 2020年6月30日, with or without a time."""
    folded = fold(_TIME.sub("", text.strip()))
    if _SERIAL.fullmatch(folded) and int(folded) in _SERIALS:
        return _EPOCH + dt.timedelta(days=int(folded))
    found = _DAY.fullmatch(folded)
    if found is None or (folded.isdecimal() and not _COMPACT.fullmatch(folded)):
        return None
    return _date(int(found[1]), int(found[2]), int(found[3]))


def earliest(text: str) -> dt.date | None:
    """The first day that a day, month or year can mean: 201609 is 2016-09-01, 2016 its first."""
    found = _MONTH.fullmatch(fold(text))
    if found is None:
        return day(text)
    return _date(int(found[1]), int(found[2] or 1), 1)


def usual_enrolment(level: str, cohort: int) -> dt.date:
    """The autumn in which graduates of this level and class usually began."""
    return dt.date(cohort - USUAL_YEARS[level], *_AUTUMN)


def _date(year: int, month: int, of_month: int) -> dt.date | None:
    try:
        return dt.date(year, month, of_month)
    except ValueError:
        return None

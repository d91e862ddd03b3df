"""When the record of a class can have been checked."""

import datetime as dt

from dashboard.clock import today
from dashboard.indicators import calendar


def days_of(cohort: int) -> tuple[dt.date, dt.date]:
    """From the beginning of its season to today."""
    return calendar.season(cohort).first, today()

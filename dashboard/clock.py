"""The server's own time: the day of the office that runs it."""

import datetime as dt


def now() -> dt.datetime:
    """The local time, with its offset."""
    return dt.datetime.now().astimezone()


def today() -> dt.date:
    """The local day."""
    return now().date()

"""The server's own time: the day of the office that runs it."""

import datetime as dt


def now() -> dt.datetime:
    """The local time, with its offset."""
    return dt.datetime.now().astimezone()


def local_text(moment: dt.datetime) -> str:
    """A moment of the store (UTC) as the clock on the wall said it: 2020-09-30 14:05."""
    return f"{moment.replace(tzinfo=dt.UTC).astimezone():%Y-%m-%d %H:%M}"


def today() -> dt.date:
    """The local day."""
    return now().date()


def local(at: dt.datetime) -> dt.datetime:
    """A time of the store (UTC, without an offset) as the office's clock shows it."""
    return at.replace(tzinfo=dt.UTC).astimezone()

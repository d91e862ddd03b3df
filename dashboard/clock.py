"""The server's own time: the day of the office that runs it."""

import datetime as dt


def now() -> dt.datetime:
    """The local time, with its offset."""
    return dt.datetime.now().astimezone()


def today() -> dt.date:
    """The local day."""
    return now().date()


def local(at: dt.datetime) -> dt.datetime:
    """A time of the store (UTC, without an offset) as the office's clock shows it."""
    return at.replace(tzinfo=dt.UTC).astimezone()


def local_text(at: dt.datetime, *, seconds: bool = False) -> str:
    """A time of the store as the clock on the wall said it: 2020-09-30 14:05."""
    return f"{local(at):%Y-%m-%d %H:%M:%S}" if seconds else f"{local(at):%Y-%m-%d %H:%M}"

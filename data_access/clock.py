"""The time as the store keeps it."""

import datetime as dt


def utc_now() -> dt.datetime:
    """Now in UTC, without saying so: as both databases keep times."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)

"""The shapes of answers, one class per shape; ``key`` holds the codes asked for.

Named tuples: a question may have ten thousand rows, and a frozen dataclass takes twice as long.
"""

import datetime as dt
from typing import NamedTuple

Key = tuple[str, ...]


class Count(NamedTuple):
    """People in one cut; one count per day asked for."""

    key: Key
    n: tuple[int, ...]


class Tally(NamedTuple):
    """Graduates and the employed among them in one cut; one number each per day asked for."""

    key: Key
    graduates: tuple[int, ...]
    employed: tuple[int, ...]


SchoolCell = tuple[str, str, str, int, int]
"""School, level, discipline, graduates and the employed among them."""


class Change(NamedTuple):
    """What changed in one cut on one statistical date."""

    key: Key
    counted_on: dt.date
    graduates: int
    employed: int


class Handed(NamedTuple):
    """A statistical date that a school handed in, and the day on which it did."""

    school: str
    counted_on: dt.date
    received_on: dt.date


class Flow(NamedTuple):
    """People who share the place of every stage asked for (``key``).

    ``employed`` and ``in_units`` are those among them with such a destination.
    """

    key: Key
    people: int
    employed: int
    in_units: int


class Span(NamedTuple):
    """The first and last statistical date of a school or a cohort (``key``)."""

    key: str
    first: dt.date
    last: dt.date

"""The shapes of answers: frozen rows, one class per shape. ``key`` holds the codes asked for."""

import datetime as dt
from dataclasses import dataclass

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """People in one cut; one count per day asked for."""

    key: Key
    n: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Graduates and the employed among them in one cut; one number each per day asked for."""

    key: Key
    graduates: tuple[int, ...]
    employed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one cut on one statistical date."""

    key: Key
    counted_on: dt.date
    graduates: int
    employed: int


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last statistical date of a school or a cohort (``key``)."""

    key: str
    first: dt.date
    last: dt.date

"""A class day by day: how many people were in each cell on any day.

One statement reads the changes of a selection by level, destination and day; total, levels,
destinations and progress, on every day and under every definition, are sums over these few
hundred to few thousand numbers. So an overview costs one question a class, and moving the day or
the definition costs none.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from data_access.rows import Change, Count, Key, Tally


class Cell(NamedTuple):
    """What people are told apart by."""

    level: str
    destination: str


Answer = TypeVar("Answer")
Names = Sequence[str]  # dimensions: "level", "destination", or one of ``fixed``
NOBODY: Mapping[str, str] = MappingProxyType({})


class ByDay:
    """The changes of one selection; ``rows`` are (level, destination, day, change).

    ``fixed`` are dimensions in which the whole selection has one code: they may be asked for too.
    The cards of a page ask the same again and again: every answer is worked out once.
    """

    def __init__(
        self, rows: Iterable[tuple[str, str, dt.date, int]], fixed: Mapping[str, str] = NOBODY
    ) -> None:
        self._rows = sorted(rows, key=itemgetter(2))
        self._fixed = dict(fixed)
        self._answers: dict[tuple[Any, ...], list[Any]] = {}
        changes: dict[tuple[str, str], tuple[list[dt.date], list[int]]] = {}
        for level, to, day, change in self._rows:
            known = changes.get((level, to))
            if known is None:
                known = changes[level, to] = ([], [])
            known[0].append(day)
            known[1].append(change)
        self._people = {
            Cell(*key): (days, list(accumulate(people))) for key, (days, people) in changes.items()
        }

    def counts(self, by: Names, days: Sequence[dt.date]) -> list[Count]:
        """People per cut as of each day; cuts that are empty on every day are left out."""
        return self._once(self._counts, by, days)

    def tallies(self, by: Names, days: Sequence[dt.date], employed: frozenset[str]) -> list[Tally]:
        """Graduates and employed per cut as of each day, without empty cuts."""
        return self._once(self._tallies, by, days, employed)

    def progress(self, by: Names, until: dt.date, employed: frozenset[str]) -> list[Change]:
        """The changes per cut and day up to ``until``, in order of cut and day."""
        return self._once(self._progress, by, until, employed)

    def _once(self, work_out: Callable[..., list[Answer]], *asked: Any) -> list[Answer]:
        key = (work_out.__name__, *(tuple(x) if isinstance(x, list | tuple) else x for x in asked))
        if key not in self._answers:
            self._answers[key] = work_out(*asked)
        return self._answers[key]

    def _counts(self, by: Names, days: Sequence[dt.date]) -> list[Count]:
        found: dict[Key, list[int]] = {}
        for cell, people in self._as_of(days):
            total = found.setdefault(self._key(cell, by), [0] * len(days))
            total[:] = map(sum, zip(total, people, strict=True))
        return [Count(key, tuple(n)) for key, n in found.items() if any(n)]

    def _tallies(self, by: Names, days: Sequence[dt.date], employed: frozenset[str]) -> list[Tally]:
        found: dict[Key, tuple[list[int], list[int]]] = {}
        for cell, people in self._as_of(days):
            zeros = [0] * len(days), [0] * len(days)
            graduates, working = found.setdefault(self._key(cell, by), zeros)
            graduates[:] = map(sum, zip(graduates, people, strict=True))
            if cell.destination in employed:
                working[:] = map(sum, zip(working, people, strict=True))
        return [Tally(k, tuple(n), tuple(w)) for k, (n, w) in found.items() if any(n)]

    def _progress(self, by: Names, until: dt.date, employed: frozenset[str]) -> list[Change]:
        keyed = (
            (self._key(cell, by), day, change, change if cell.destination in employed else 0)
            for level, to, day, change in self._rows
            if day <= until
            for cell in (Cell(level, to),)
        )
        rows = sorted(keyed, key=itemgetter(0, 1))
        return [
            Change(key, day, *map(sum, zip(*(row[2:] for row in group), strict=True)))
            for (key, day), group in groupby(rows, key=itemgetter(0, 1))
        ]

    def _as_of(self, days: Sequence[dt.date]) -> Iterator[tuple[Cell, list[int]]]:
        for cell, (known, people) in self._people.items():
            positions = (bisect_right(known, day) for day in days)
            yield cell, [people[at - 1] if at else 0 for at in positions]

    def _key(self, cell: Cell, by: Names) -> Key:
        return tuple(
            self._fixed[name] if name in self._fixed else getattr(cell, name) for name in by
        )

"""The questions about outcomes, as statements: counts only, never rates.

Every statement takes a visible source (:func:`data_access.scope.visible_movement`) and a
:class:`Filter` whose codes are leaf codes already.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, Subquery

Dimension = Literal[
    "school",
    "level",
    "discipline",
    "sex",
    "origin",
    "destination",
    "work_region",
    "employer_kind",
    "industry",
]
DIMENSIONS: tuple[Dimension, ...] = (
    "school",
    "level",
    "discipline",
    "sex",
    "origin",
    "destination",
    "work_region",
    "employer_kind",
    "industry",
)

Conditions = tuple[tuple[Dimension, tuple[str, ...]], ...]
"""Of a rule of contribution: a dimension and the leaf codes that count in it."""

FILTERED: tuple[Dimension, ...] = (
    "school",
    "level",
    "discipline",
    "origin",
    "work_region",
    "destination",
    "employer_kind",
    "industry",
)
KEPT = 512
"""Statements kept: when the ledger grows, open pages ask the same questions again."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A selection in leaf codes; None means no restriction, an empty tuple no row.

    The last four are no part of a selection: a page narrows its question with them. ``any_of``:
    those who have a code of at least one of these conditions.
    """

    cohort: int
    school: tuple[str, ...] | None = None
    level: tuple[str, ...] | None = None
    discipline: tuple[str, ...] | None = None
    origin: tuple[str, ...] | None = None
    work_region: tuple[str, ...] | None = None
    destination: tuple[str, ...] | None = None
    employer_kind: tuple[str, ...] | None = None
    industry: tuple[str, ...] | None = None
    any_of: Conditions | None = None

    @property
    def fixed(self) -> dict[str, str]:
        """The dimensions in which everybody who is meant has the same code."""
        codes = {name: getattr(self, name) for name in FILTERED}
        return {name: few[0] for name, few in codes.items() if few is not None and len(few) == 1}

    def conditions(self, rows: Subquery) -> list[ColumnElement[bool]]:
        """What a row of the ledger must be like to be meant."""
        found = [rows.c.cohort == self.cohort]
        for name in FILTERED:
            codes = getattr(self, name)
            if codes is not None:
                found.append(rows.c[name].in_(codes))
        if self.any_of is not None:
            found.append(sa.or_(sa.false(), *(rows.c[f].in_(codes) for f, codes in self.any_of)))
        return found


def _where(rows: Subquery, chosen: Filter) -> list[ColumnElement[bool]]:
    return chosen.conditions(rows)


@lru_cache(KEPT)
def by_day(rows: Subquery, chosen: Filter) -> Select[Any]:
    """(level, destination, counted_on, change of people), in any order."""
    change = _whole(sa.func.sum(rows.c.delta))
    keys = (rows.c.level, rows.c.destination, rows.c.counted_on)
    return sa.select(*keys, change).where(*_where(rows, chosen)).group_by(*keys)


@lru_cache(KEPT)
def counts(
    rows: Subquery, chosen: Filter, by: tuple[Dimension, ...], days: tuple[dt.date, ...]
) -> Select[Any]:
    """(\\*by, n as of each day): people per cut; cuts that are empty on every day are left out."""
    totals = [_as_of(rows, day, days) for day in days]
    return _select(rows, chosen, by, max(days), map(_whole, totals)).having(
        sa.or_(*(total != 0 for total in totals))
    )


@lru_cache(KEPT)
def tallies(
    rows: Subquery,
    chosen: Filter,
    by: tuple[Dimension, ...],
    days: tuple[dt.date, ...],
    employed: tuple[str, ...],
) -> Select[Any]:
    """(\\*by, graduates as of each day, employed as of each day), empty cuts left out."""
    parts = [_as_of(rows, day, days).label(f"n{at}") for at, day in enumerate(days)]
    cells = _select(rows, chosen, _with_destination(by), max(days), parts).subquery("cells")
    graduates = [sa.func.sum(cells.c[part.name]) for part in parts]
    working = [total.filter(cells.c.destination.in_(employed)) for total in graduates]
    keys = [cells.c[name] for name in by]
    return (
        sa.select(*keys, *map(_whole, graduates), *map(_whole, working))
        .having(sa.or_(*(total != 0 for total in graduates)))
        .group_by(*keys)
    )


@lru_cache(KEPT)
def progress(
    rows: Subquery,
    chosen: Filter,
    by: tuple[Dimension, ...],
    until: dt.date,
    employed: tuple[str, ...],
) -> Select[Any]:
    """(\\*by, counted_on, change of graduates, change of employed), ordered by day."""
    change = sa.func.sum(rows.c.delta).label("change")
    inner = _select(rows, chosen, _with_destination(by), until, [rows.c.counted_on, change])
    cells = inner.group_by(rows.c.counted_on).subquery("cells")
    total = sa.func.sum(cells.c.change)
    keys = [*(cells.c[name] for name in by), cells.c.counted_on]
    return (
        sa.select(*keys, _whole(total), _whole(total.filter(cells.c.destination.in_(employed))))
        .group_by(*keys)
        .order_by(*keys)
    )


def _select(
    rows: Subquery,
    chosen: Filter,
    by: Iterable[Dimension],
    until: dt.date,
    values: Iterable[ColumnElement[Any]],
) -> Select[Any]:
    """The values per cut of what a filter means, up to a day."""
    keys = [rows.c[name] for name in by]
    conditions = (*_where(rows, chosen), rows.c.counted_on <= until)
    return sa.select(*keys, *values).where(*conditions).group_by(*keys)


def _with_destination(by: tuple[Dimension, ...]) -> Iterable[Dimension]:
    """Cells to sum first: a list of destinations is compared per cell, not per movement."""
    return dict.fromkeys((*by, "destination"))


def _as_of(rows: Subquery, day: dt.date, days: tuple[dt.date, ...]) -> ColumnElement[int]:
    """People as of a day; NULL where no movement is meant, which no HAVING lets through."""
    total = sa.func.sum(rows.c.delta)
    return total if day == max(days) else total.filter(rows.c.counted_on <= day)


def _whole(total: ColumnElement[int]) -> ColumnElement[int]:
    return sa.cast(sa.func.coalesce(total, 0), sa.BigInteger)


def reporting(returns: Subquery, cohort: int, until: dt.date) -> Select[Any]:
    """(school, first day, last day) that each school has reported for, up to a day."""
    day = returns.c.counted_on
    return (
        sa.select(returns.c.school, sa.func.min(day), sa.func.max(day))
        .where(returns.c.cohort == cohort, day <= until)
        .group_by(returns.c.school)
        .order_by(returns.c.school)
    )


def handed_in(returns: Subquery, cohort: int, until: dt.date) -> Select[Any]:
    """(school, statistical date, first day of receipt) of what was received up to a day."""
    received = sa.func.min(returns.c.received_on)
    return (
        sa.select(returns.c.school, returns.c.counted_on, received)
        .where(returns.c.cohort == cohort, returns.c.received_on <= until)
        .group_by(returns.c.school, returns.c.counted_on)
        .order_by(returns.c.school, returns.c.counted_on)
    )


@lru_cache(KEPT)
def cohorts(rows: Subquery) -> Select[Any]:
    """(cohort, first day, last day) of every cohort with movements, newest first."""
    day = rows.c.counted_on
    return (
        sa.select(rows.c.cohort, sa.func.min(day), sa.func.max(day))
        .group_by(rows.c.cohort)
        .order_by(rows.c.cohort.desc())
    )

"""The questions about outcomes, as statements: counts only, never rates.

Every statement takes a visible source (:func:`data_access.scope.visible_movement`) and a
:class:`Filter` whose codes are leaf codes already.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Filter:
    """A selection in leaf codes; None means no restriction, an empty tuple no row."""

    cohort: int
    school: tuple[str, ...] | None = None
    level: tuple[str, ...] | None = None
    discipline: tuple[str, ...] | None = None
    origin: tuple[str, ...] | None = None
    work_region: tuple[str, ...] | None = None


def _where(rows: Subquery, chosen: Filter) -> list[ColumnElement[bool]]:
    conditions = [rows.c.cohort == chosen.cohort]
    for name in ("school", "level", "discipline", "origin", "work_region"):
        codes = getattr(chosen, name)
        if codes is not None:
            conditions.append(rows.c[name].in_(codes))
    return conditions


def counts(
    rows: Subquery, chosen: Filter, by: Sequence[Dimension], days: Sequence[dt.date]
) -> Select[Any]:
    """(\\*by, n as of each day): people per cut; cuts that are empty on every day are left out."""
    keys = [rows.c[name] for name in by]
    totals = [_as_of(rows, day, days) for day in days]
    return (
        sa.select(*keys, *totals)
        .where(*_where(rows, chosen), rows.c.counted_on <= max(days))
        .group_by(*keys)
        .having(sa.or_(*(total != 0 for total in totals)))
    )


def tallies(
    rows: Subquery,
    chosen: Filter,
    by: Sequence[Dimension],
    days: Sequence[dt.date],
    employed: Sequence[str],
) -> Select[Any]:
    """(\\*by, graduates as of each day, employed as of each day), empty cuts left out."""
    keys = [rows.c[name] for name in by]
    graduates = [_as_of(rows, day, days) for day in days]
    is_employed = rows.c.destination.in_(employed)
    working = [_as_of(rows, day, days, is_employed) for day in days]
    statement = (
        sa.select(*keys, *graduates, *working)
        .where(*_where(rows, chosen), rows.c.counted_on <= max(days))
        .having(sa.or_(*(total != 0 for total in graduates)))
    )
    return statement.group_by(*keys) if keys else statement


def _as_of(
    rows: Subquery,
    day: dt.date,
    days: Sequence[dt.date],
    only: ColumnElement[bool] | None = None,
) -> ColumnElement[int]:
    total: ColumnElement[int] = sa.func.sum(rows.c.delta)
    conditions = [] if day == max(days) else [rows.c.counted_on <= day]
    if only is not None:
        conditions.append(only)
    if conditions:
        total = sa.func.sum(rows.c.delta).filter(*conditions)
    return sa.cast(sa.func.coalesce(total, 0), sa.BigInteger)


def progress(
    rows: Subquery,
    chosen: Filter,
    by: Sequence[Dimension],
    until: dt.date,
    employed: Sequence[str],
) -> Select[Any]:
    """(\\*by, counted_on, change of graduates, change of employed), ordered by day."""
    keys = [rows.c[name] for name in by]
    working = sa.func.sum(rows.c.delta).filter(rows.c.destination.in_(employed))
    return (
        sa.select(
            *keys,
            rows.c.counted_on,
            sa.cast(sa.func.sum(rows.c.delta), sa.BigInteger),
            sa.cast(sa.func.coalesce(working, 0), sa.BigInteger),
        )
        .where(*_where(rows, chosen), rows.c.counted_on <= until)
        .group_by(*keys, rows.c.counted_on)
        .order_by(*keys, rows.c.counted_on)
    )


def reporting(returns: Subquery, cohort: int, until: dt.date) -> Select[Any]:
    """(school, first day, last day) that each school has reported for, up to a day."""
    day = returns.c.counted_on
    return (
        sa.select(returns.c.school, sa.func.min(day), sa.func.max(day))
        .where(returns.c.cohort == cohort, day <= until)
        .group_by(returns.c.school)
        .order_by(returns.c.school)
    )


def cohorts(rows: Subquery) -> Select[Any]:
    """(cohort, first day, last day) of every cohort with movements, newest first."""
    day = rows.c.counted_on
    return (
        sa.select(rows.c.cohort, sa.func.min(day), sa.func.max(day))
        .group_by(rows.c.cohort)
        .order_by(rows.c.cohort.desc())
    )

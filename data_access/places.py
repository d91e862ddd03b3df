"""Where people come from, study and work, as places: provinces, and the cities of groupings.

A place is a province, except that the cities that some grouping (粤港澳大湾区) counts apart from
their province stand for themselves. ``000000`` is "not reported" and ``none`` "not applicable", as
in the ledger; a school without a known place is "not reported".

The in-memory copy keeps the three places of every movement in columns of their own, worked out
once when it is loaded: string functions and a join over 34 million movements took 0.7 to 1.5
seconds a question, the columns 0.22. PostgreSQL works them out in the statement.
"""

from collections.abc import Iterable
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, ColumnElement, Connection, MetaData, Subquery, Table

from data_access.schema import (
    MovementCols,
    movement,
    region,
    region_group_member,
    school,
)
from data_access.scope import PREFIX, PROTECTED_COPIES, Scope

NOT_REPORTED, NOT_APPLICABLE = "000000", "none"
PLACES = ("origin_place", "study_place", "work_place")


class PlacedCols(MovementCols):
    """A movement as the copy keeps it."""

    origin_place = Column(sa.Text)
    study_place = Column(sa.Text)
    work_place = Column(sa.Text)


placed = Table("movement", MetaData(), PlacedCols)
PROTECTED_COPIES.add(placed)


def cities_apart(connection: Connection) -> tuple[str, ...]:
    """The cities that a grouping names without their province, sorted."""
    cities = (
        sa.select(region_group_member.c.region)
        .join(region, region.c.code == region_group_member.c.region)
        .where(region.c.rank == "city")
        .distinct()
        .order_by(region_group_member.c.region)
    )
    return tuple(connection.scalars(cities))


def place_of(code: str, apart: Iterable[str]) -> str:
    """The place of a region code, as the statements work it out."""
    if code in apart or code == NOT_APPLICABLE:
        return code
    return f"{code[:2]}0000" if code else NOT_REPORTED


@lru_cache(maxsize=64)
def visible_places(scope: Scope, apart: tuple[str, ...] | None) -> Subquery:
    """The movements that this scope may see, each with its places.

    ``apart``: the cities to keep apart where the statement has to work the places out; None where
    the copy has them as columns. See :func:`data_access.scope.visible_movement`.
    """
    version = sa.bindparam("version", type_=BigInteger)
    if apart is None:
        columns = [column for column in placed.c if column.name != "return_id"]
        rows = sa.select(*columns).where(placed.c.seq <= version)
        own = placed.c.school
    else:
        rows = (
            sa.select(
                *(column for column in movement.c if column.name != "return_id"),
                _place(movement.c.origin, apart).label("origin_place"),
                _place(sa.func.coalesce(school.c.province, ""), ()).label("study_place"),
                _place(movement.c.work_region, apart).label("work_place"),
            )
            .select_from(movement.outerjoin(school, school.c.code == movement.c.school))
            .where(movement.c.seq <= version)
        )
        own = movement.c.school
    if scope.schools is not None:
        rows = rows.where(own.in_(sorted(scope.schools)))
    return rows.subquery(f"{PREFIX}places")


def _place(code: ColumnElement[str], apart: tuple[str, ...]) -> ColumnElement[str]:
    return sa.case(
        (code.in_((*apart, NOT_APPLICABLE)), code),
        (code == "", NOT_REPORTED),
        else_=sa.func.substr(code, 1, 2).concat("0000"),
    )

"""From where, over which school, to where: people per place of one to three stages.

A stage is a province by default (see :mod:`data_access.places`) or, for origin and work, the city
of the ledger. The statement sums cells with the destination first, as those of
:mod:`data_access.outcomes` do.
"""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Select, Subquery

from data_access.outcomes import KEPT, Filter

Stage = Literal["origin", "study", "work", "origin_city", "work_city"]
COLUMN: Mapping[Stage, str] = MappingProxyType(
    {
        "origin": "origin_place",
        "study": "study_place",
        "work": "work_place",
        "origin_city": "origin",
        "work_city": "work_region",
    }
)


@lru_cache(KEPT)
def flows(
    rows: Subquery,
    chosen: Filter,
    stages: tuple[Stage, ...],
    day: dt.date,
    employed: tuple[str, ...],
    units: tuple[str, ...],
) -> Select[Any]:
    """(\\*stages, people, employed, employed in units) as of the day, empty ones left out.

    ``rows`` is :func:`data_access.places.visible_places`.
    """
    places = [rows.c[COLUMN[stage]].label(stage) for stage in stages]
    cells = (
        sa.select(*places, rows.c.destination, sa.func.sum(rows.c.delta).label("n"))
        .where(*chosen.conditions(rows), rows.c.counted_on <= day)
        .group_by(*places, rows.c.destination)
        .subquery("cells")
    )
    total = sa.func.sum(cells.c.n)
    keys = [cells.c[stage] for stage in stages]
    counts = [
        total,
        total.filter(cells.c.destination.in_(employed)),
        total.filter(cells.c.destination.in_(units)),
    ]
    whole = [sa.cast(sa.func.coalesce(count, 0), sa.BigInteger) for count in counts]
    return sa.select(*keys, *whole).group_by(*keys).having(total != 0)

"""What the tests of the destinations page count with."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from urllib.parse import urlencode

import sqlalchemy as sa

from data_access import schema
from tests.wire.app_client import (
    Chosen,
    Graduate,
    Person,
    Site,
    parents,
)
from tests.wire.test_page_numbers import query

CUTS = ("level", "school", "discipline", "sex", "origin")
IN_UNITS = {"10", "11", "12", "27", "46", "50", "51"}
OWN_EDITION = {2018: "2014", 2019: "2014", 2020: "2014", 2021: "2021"}
CARDS = {
    "mix-by-cut": "destinations-mixes",
    "mix-by-code": "destinations-codes",
    "employer-kinds": "destinations-kinds",
    "industries": "destinations-industries",
    "mix-changes": "destinations-changes",
    "mix-season": "destinations-season",
    "behind": "destinations-behind",
    "definitions": "destinations-definitions",
}
Row = dict[str, str]
Hand = Callable[[Chosen], list[Graduate]]


def downloaded(person: Person, question: str, chosen: Chosen, **state: str) -> list[list[str]]:
    """Heads and rows of a download."""
    search = urlencode({**query(chosen), **state}, doseq=True)
    answer = person.get(f"/export/{question}.csv?{search}")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    return [row for row in rows if row and not row[0].startswith("#")]


def rows_of(person: Person, question: str, chosen: Chosen, **state: str) -> list[Row]:
    """The rows of a download, by head."""
    heads, *rows = downloaded(person, question, chosen, **state)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def group_of(site: Site, edition: str) -> Callable[[str], str]:
    """Destination -> the name of its group in an edition."""
    group, member = schema.destination_group, schema.edition_member
    statement = (
        sa.select(member.c.destination, group.c.name_zh)
        .join(group, (group.c.edition == member.c.edition) & (group.c.code == member.c.group_code))
        .where(member.c.edition == edition)
    )
    with site.registry.connect() as connection:
        names = dict(connection.execute(statement).all())  # type: ignore[arg-type]
    return lambda code: names.get(code, "未列入口径")


def names_of(site: Site, table: str) -> dict[str, str]:
    columns = schema.metadata.tables[table].c
    with site.registry.connect() as connection:
        rows = connection.execute(sa.select(columns.code, columns.name_zh))
        return {row[0]: row[1] for row in rows}


def edition_of(chosen: Chosen) -> str:
    return chosen.edition or OWN_EDITION[chosen.cohort]


def cut_value(site: Site, cut: str, chosen: Chosen) -> Callable[[Graduate], str]:
    """What tells graduates apart: provinces, classes (majors where a class is chosen)."""
    if cut not in ("origin", "discipline"):
        return lambda one: str(getattr(one, cut))
    tree = parents(site.registry, "region" if cut == "origin" else "discipline")

    def path(code: str) -> list[str]:
        found = [code]
        while (above := tree[found[0]]) is not None:
            found.insert(0, above)
        return found

    if cut == "origin":
        return lambda one: path(one.origin)[0]
    depth = 2 if chosen.discipline and len(path(chosen.discipline)) > 1 else 1
    return lambda one: path(one.discipline)[min(depth, len(path(one.discipline)) - 1)]

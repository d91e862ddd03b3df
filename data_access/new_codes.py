"""Names that a return brings and no catalogue knows: they import, flagged for a person to map."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.schema import destination, discipline


class NewCode(NamedTuple):
    """A code to add; ``parent`` is a known code (of a discipline) or None (of a destination)."""

    kind: Literal["discipline", "destination"]
    code: str
    name: str
    parent: str | None = None


def add_new_codes(connection: Connection, codes: Sequence[NewCode]) -> None:
    """Adds the codes that are not there yet, flagged."""
    wanted = {(c.kind, c.code): c for c in codes}.values()
    disciplines = [c for c in wanted if c.kind == "discipline"]
    destinations = [c for c in wanted if c.kind == "destination"]
    for table, new in ((discipline, disciplines), (destination, destinations)):
        known = set(
            connection.scalars(
                sa.select(table.c.code).where(table.c.code.in_([c.code for c in new]))
            )
        )
        rows = [_row(c) for c in new if c.code not in known]
        if rows:
            connection.execute(sa.insert(table), rows)


def _row(code: NewCode) -> dict[str, object]:
    shared = {
        "code": code.code,
        "name_zh": code.name,
        "name_en": "",
        "parent": code.parent,
        "flagged": True,
    }
    if code.kind == "destination":
        return {**shared, "evidence": "import", "position": 999}
    return {**shared, "catalogue": "local", "official_code": "", "rank": "class", "initials": ""}

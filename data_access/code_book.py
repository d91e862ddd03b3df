"""The code tables in memory: names, trees and what a parent code includes.

A few thousand rows, read once per change of the tables; every question is asked in leaf codes
and rolled up here, so that the analytics engine needs no joins.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access import schema

Kind = Literal[
    "school",
    "discipline",
    "destination",
    "region",
    "employer_kind",
    "industry",
    "level",
    "survey_item",
    "contribution_rule",
    "flag_rule",
    "validation_rule",
]
KINDS: tuple[Kind, ...] = (
    "school",
    "discipline",
    "destination",
    "region",
    "employer_kind",
    "industry",
    "level",
    "survey_item",
    "contribution_rule",
    "flag_rule",
    "validation_rule",
)


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a code table; ``extra`` holds the columns that only its table has."""

    code: str
    name_zh: str
    name_en: str
    parent: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def name(self, lang: str) -> str:
        """The name in this language; Chinese where no English name is known."""
        return self.name_en if lang == "en" and self.name_en else self.name_zh


@dataclass(frozen=True, slots=True)
class RegionGroup:
    """A group of a grouping: the East of the four regions; ``regions`` are provinces or cities."""

    scheme: str
    code: str
    name_zh: str
    name_en: str
    regions: frozenset[str]

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name_zh


class CodeBook:
    """Every code table, by code, in table order (position where a table has one)."""

    def __init__(
        self,
        tables: Mapping[Kind, Mapping[str, Code]],
        editions: "EditionRows",
        region_groups: tuple[RegionGroup, ...] = (),
        calendar: "CalendarRows | None" = None,
    ) -> None:
        self.tables = tables
        self.editions = editions
        self.region_groups = region_groups
        self.calendar = calendar or CalendarRows()
        self._children = {kind: _children(codes) for kind, codes in tables.items()}

    def get(self, kind: Kind, code: str) -> Code:
        """The code's row; a row named by the code itself where the table does not know it."""
        return self.tables[kind].get(code) or Code(code, code, code)

    def name(self, kind: Kind, code: str, lang: str) -> str:
        return self.get(kind, code).name(lang)

    def knows(self, kind: Kind, code: str) -> bool:
        return code in self.tables[kind]

    def children(self, kind: Kind, code: str) -> tuple[str, ...]:
        return self._children[kind].get(code, ())

    def with_descendants(self, kind: Kind, codes: Iterable[str]) -> tuple[str, ...]:
        """The codes and everything below them, sorted, each once."""
        found: set[str] = set()
        pending = list(codes)
        while pending:
            code = pending.pop()
            if code not in found:
                found.add(code)
                pending.extend(self.children(kind, code))
        return tuple(sorted(found))

    def ancestors(self, kind: Kind, code: str) -> tuple[str, ...]:
        """From the code itself up to its root."""
        path = [code]
        while (parent := self.get(kind, path[-1]).parent) and parent not in path:
            path.append(parent)
        return tuple(path)


@dataclass(frozen=True, slots=True)
class EditionRows:
    """The three tables of definitions, as plain rows."""

    editions: tuple[Mapping[str, Any], ...]
    groups: tuple[Mapping[str, Any], ...]
    members: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CalendarRows:
    """When returns are due: the rules as plain rows, and the days on which nobody works."""

    rules: tuple[Mapping[str, Any], ...] = ()
    holidays: frozenset[dt.date] = frozenset()


def _children(codes: Mapping[str, Code]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code in codes.values():
        if code.parent:
            found.setdefault(code.parent, []).append(code.code)
    return {parent: tuple(children) for parent, children in found.items()}


def load(connection: Connection) -> CodeBook:
    """Reads every code table of the registry."""
    tables = {kind: _load_table(connection, kind) for kind in KINDS}
    return CodeBook(
        tables,
        EditionRows(
            _rows(connection, schema.edition),
            _rows(connection, schema.destination_group),
            _rows(connection, schema.edition_member),
        ),
        _region_groups(connection),
        CalendarRows(
            _rows(connection, schema.reporting_rule),
            frozenset(row["day"] for row in _rows(connection, schema.holiday)),
        ),
    )


def _region_groups(connection: Connection) -> tuple[RegionGroup, ...]:
    """The groups of every grouping, those of one grouping in its order."""
    members: dict[tuple[str, str], set[str]] = {}
    for row in _rows(connection, schema.region_group_member):
        members.setdefault((row["scheme"], row["group_code"]), set()).add(row["region"])
    return tuple(
        RegionGroup(
            row["scheme"],
            row["code"],
            row["name_zh"],
            row["name_en"],
            frozenset(members.get((row["scheme"], row["code"]), ())),
        )
        for row in _rows(connection, schema.region_group)
    )


def _load_table(connection: Connection, kind: Kind) -> dict[str, Code]:
    shared = {"code", "name_zh", "name_en", "parent"}
    return {
        row["code"]: Code(
            row["code"],
            row["name_zh"],
            row["name_en"],
            row.get("parent"),
            {key: value for key, value in row.items() if key not in shared},
        )
        for row in _rows(connection, schema.metadata.tables[kind])
    }


def _rows(connection: Connection, table: sa.Table) -> tuple[Mapping[str, Any], ...]:
    order = [table.c.position] if "position" in table.c else []
    statement = sa.select(table).order_by(*order, *table.primary_key.columns)
    return tuple(dict(row) for row in connection.execute(statement).mappings())


def fingerprint(connection: Connection) -> tuple[int, ...]:
    """Changes when a row was added to a table that imports may add to."""
    tables = (schema.school, schema.discipline, schema.destination)
    return tuple(
        connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables
    )

"""Reads the shipped CSV files into rows of their registry tables, or says exactly what is wrong.

A file has a header with the table's columns in any order, UTF-8 and LF. An empty cell is NULL
where the column may be NULL and the empty text where it is text. A fault in a shipped file is a
fault of the program, so the messages are for developers and name file, row, column and value.
"""

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from sqlalchemy import Column, Table

from data_access import schema, workflow_schema

Row = dict[str, Any]
_Parse = Callable[[str], Any]

CODE_TABLES: Final[tuple[Table, ...]] = (
    schema.level,
    schema.region,
    schema.school,
    schema.catalogue,
    schema.discipline,
    schema.destination,
    schema.edition,
    schema.destination_group,
    schema.edition_member,
    schema.region_group,
    schema.region_group_member,
    schema.employer_kind,
    schema.industry,
    schema.reporting_rule,
    schema.holiday,
    schema.survey_item,
    schema.contribution_rule,
    schema.contribution_condition,
    workflow_schema.validation_rule,
    workflow_schema.flag_rule,
    workflow_schema.flag_pattern,
)
"""In an order in which every table follows the tables it refers to."""

_ALLOWED: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("school", "tier"): frozenset({"bachelor", "diploma", "none"}),
    ("discipline", "rank"): frozenset({"category", "class", "major"}),
    ("region", "rank"): frozenset({"country", "province", "city", "special"}),
    ("reporting_rule", "every"): frozenset({"month_end", "week", "day"}),
    ("catalogue", "family"): frozenset({"g", "b", "v", "any"}),
    ("validation_rule", "severity"): frozenset({"error", "warning", "info"}),
    ("survey_item", "kind"): frozenset({"graduate", "employer"}),
    ("survey_item", "scale"): frozenset({"yes", "positive", "rating", "amount"}),
    ("contribution_condition", "field"): frozenset(
        {"destination", "employer_kind", "industry", "work_region", "region_group"}
    ),
    ("flag_rule", "unit"): frozenset(
        {"people", "percent", "points", "times", "periods", "schools"}
    ),
}
_PATTERNS: Final[Mapping[tuple[str, str], re.Pattern[str]]] = {
    ("school", "code"): re.compile(r"[0-9]{5}"),
    ("discipline", "code"): re.compile(r"[gbv]-(?:[0-9]{2,7}|x(?:[0-9a-f]{8})?)"),
    ("destination", "code"): re.compile(r"[0-9]{1,3}"),
    ("region", "code"): re.compile(r"[0-9]{6}|none"),
    ("employer_kind", "code"): re.compile(r"[0-9]{2}|none"),
    ("industry", "code"): re.compile(r"[0-9]{2}|none"),
}
# References that the schema leaves open, because imports may bring codes that nobody knows yet.
_REFERENCES: Final[Mapping[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]]] = {
    ("school", ("province",)): ("region", ("code",)),
    ("school", ("city",)): ("region", ("code",)),
    ("edition_member", ("edition", "group_code")): ("destination_group", ("edition", "code")),
    ("region_group_member", ("scheme", "group_code")): ("region_group", ("scheme", "code")),
}


class CodeFileError(ValueError):
    """One wrong cell of a shipped file; ``row`` counts as a spreadsheet does (header is 1)."""

    def __init__(self, file: str, row: int, column: str, value: str, rule: str) -> None:
        super().__init__(f"{file}, row {row}, column {column}: {value!r} {rule}")
        self.file = file
        self.row = row
        self.column = column
        self.value = value
        self.rule = rule


def read_code_tables(folder: Traversable | None = None) -> dict[str, list[Row]]:
    """Every code table by name, parents before children, all references checked.

    ``folder`` is for tests; without it the files of this package are read.
    Raises :class:`CodeFileError`.
    """
    place = folder or files("data_access.codes")
    tables = {
        table.name: read_rows(place / f"{table.name}.csv", table, key=_primary_key(table))
        for table in CODE_TABLES
    }
    for table in CODE_TABLES:
        _check_references(table, tables)
    _check_conditions(tables)
    return {table.name: _parents_first(tables[table.name]) for table in CODE_TABLES}


def read_rows(file: Traversable, table: Table, *, key: Sequence[str]) -> list[Row]:
    """The rows of one file, typed as the table's columns; ``key`` must be unique and not empty.

    A column of the table that numbers itself (``id``) is not in the file.
    """
    columns = {column.name: column for column in table.columns if column.name != "id"}
    header, lines = read_cells(file)
    if sorted(header) != sorted(columns):
        raise CodeFileError(file.name, 1, "*", ",".join(header), f"must name {','.join(columns)}")
    parsers = [(name, _parser(table, columns[name])) for name in header]
    rows: list[Row] = []
    seen: set[tuple[Any, ...]] = set()
    for number, cells in enumerate(lines, start=2):
        row = _read_row(file.name, number, parsers, cells)
        _check_key(file.name, number, key, row, seen)
        rows.append(row)
    return rows


def read_cells(file: Traversable) -> tuple[list[str], list[list[str]]]:
    """The header and the lines of a CSV file, every line as long as the header."""
    reader = csv.reader(file.read_text(encoding="utf-8").splitlines(), strict=True)
    header = next(reader, [])
    lines = list(reader)
    for number, cells in enumerate(lines, start=2):
        if len(cells) != len(header):
            raise CodeFileError(
                file.name, number, "*", ",".join(cells), f"must have {len(header)} cells"
            )
    return header, lines


def _read_row(
    file: str, number: int, parsers: Sequence[tuple[str, _Parse]], cells: Sequence[str]
) -> Row:
    row: Row = {}
    for (name, parse), cell in zip(parsers, cells, strict=True):
        try:
            row[name] = parse(cell)
        except ValueError as error:
            raise CodeFileError(file, number, name, cell, str(error)) from error
    return row


def _parser(table: Table, column: Column[Any]) -> _Parse:
    """How a cell of this column is read; the function raises ``ValueError`` with the rule."""
    kind: type[Any] = column.type.python_type
    place = (table.name, column.name)
    allowed, pattern = _ALLOWED.get(place), _PATTERNS.get(place)

    def parse(cell: str) -> Any:
        if cell != cell.strip():
            raise ValueError("must not begin or end with a space")
        if cell == "":
            if column.nullable:
                return None
            if kind is not str or column.name == "name_zh":
                raise ValueError("must not be empty")
        if allowed is not None and cell not in allowed:
            raise ValueError(f"must be one of {', '.join(sorted(allowed))}")
        if pattern is not None and not pattern.fullmatch(cell):
            raise ValueError(f"must match {pattern.pattern}")
        return _convert(kind, cell)

    return parse


def _convert(kind: type[Any], cell: str) -> Any:
    if kind is str:
        return cell
    if kind is bool:
        if cell not in {"0", "1"}:
            raise ValueError("must be 0 or 1")
        return cell == "1"
    if kind is dt.date:
        return dt.date.fromisoformat(cell)
    return kind(cell)


def _check_key(
    file: str, number: int, key: Sequence[str], row: Row, seen: set[tuple[Any, ...]]
) -> None:
    value = tuple(row[name] for name in key)
    for name, part in zip(key, value, strict=True):
        if part in (None, ""):
            raise CodeFileError(file, number, name, "", "must not be empty, it is part of the key")
    if value in seen:
        raise CodeFileError(
            file, number, "+".join(key), "+".join(map(str, value)), "must be there once"
        )
    seen.add(value)


def _check_references(table: Table, tables: Mapping[str, Sequence[Row]]) -> None:
    """Every reference of the table's rows leads to a row of a shipped file."""
    for (source, target), known in _targets(table, tables).items():
        for number, row in enumerate(tables[table.name], start=2):
            value = tuple(row[name] for name in source)
            if None not in value and value not in known:
                raise CodeFileError(
                    f"{table.name}.csv",
                    number,
                    "+".join(source),
                    "+".join(map(str, value)),
                    f"is not in {target}.csv",
                )


def _check_conditions(tables: Mapping[str, Sequence[Row]]) -> None:
    """The code of a condition is one of the table that its field names."""
    groups = {f"{row['scheme']}:{row['code']}" for row in tables["region_group"]}
    for number, row in enumerate(tables["contribution_condition"], start=2):
        table = "region" if row["field"] == "work_region" else str(row["field"])
        known = groups if table == "region_group" else {one["code"] for one in tables[table]}
        if row["code"] not in known:
            file = "contribution_condition.csv"
            raise CodeFileError(file, number, "code", row["code"], f"is not in {table}.csv")


def _targets(
    table: Table, tables: Mapping[str, Sequence[Row]]
) -> dict[tuple[tuple[str, ...], str], set[tuple[Any, ...]]]:
    """(own columns, other table) to the values that the other table has."""
    wanted: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {
        (key.parent.name,): (key.column.table.name, (key.column.name,))
        for key in table.foreign_keys
    }
    for (name, own), other in _REFERENCES.items():
        if name == table.name:
            wanted[own] = other
    return {
        (own, target): {tuple(row[name] for name in columns) for row in tables[target]}
        for own, (target, columns) in wanted.items()
    }


def _parents_first(rows: Sequence[Row]) -> list[Row]:
    """The same rows, every parent before its children; raises ``ValueError`` on a circle."""
    if not rows or "parent" not in rows[0]:
        return list(rows)
    ordered: list[Row] = []
    placed: set[str | None] = {None}
    waiting: Iterable[Row] = rows
    while waiting:
        later: list[Row] = []
        before = len(ordered)
        for row in waiting:
            if row["parent"] in placed:
                placed.add(row["code"])
                ordered.append(row)
            else:
                later.append(row)
        if len(ordered) == before:
            raise ValueError(f"parents in a circle: {sorted(row['code'] for row in later)}")
        waiting = later
    return ordered


def _primary_key(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)

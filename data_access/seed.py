"""Fills the registry's code tables and claims from the files that ship with the program.

Run after every migration: it adds what is missing and corrects what differs, in the order of the
references, and leaves alone every row that is not in the files (schools of a demonstration, codes
that an import brought and flagged). A flagged row whose code a file now has becomes the file's
row. What a department decides about a rule (``DECIDED``) stays as it is once the row is there.
Nothing is ever deleted.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from data_access import reports, schema
from data_access.codes.files import CODE_TABLES, Row, read_code_tables

_INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
DECIDED: Final[Mapping[str, frozenset[str]]] = {
    "validation_rule": frozenset({"severity", "threshold", "minimum", "active"}),
}
"""Columns whose value in the registry decides, not the one that ships."""


def fill_code_tables(connection: Connection) -> dict[str, int]:
    """Brings every code table up to the shipped files; how many rows were added or changed.

    The files are checked completely before the first row is written. Works in the caller's
    transaction. Raises :class:`data_access.codes.files.CodeFileError`.
    """
    rows = read_code_tables()
    return {
        table.name: _merge(connection, table, rows[table.name], table.primary_key.columns.keys())
        for table in CODE_TABLES
    }


def fill_claims(connection: Connection) -> int:
    """Brings the printed numbers of the shipped reports into ``claim``; rows added or changed.

    Needs the levels of :func:`fill_code_tables`.
    """
    changed = 0
    for report in reports.REPORTS:
        changed += _merge(connection, schema.claim, reports.claims(report), reports.CLAIM_KEY)
    return changed


def upsert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Adds the rows, or brings those that are there up to date, by primary key."""
    return _merge(connection, table, rows, table.primary_key.columns.keys())


def _merge(connection: Connection, table: Table, rows: Sequence[Row], key: Sequence[str]) -> int:
    """Writes the rows that are missing or different; ``key`` is a unique set of columns."""
    if not rows:
        return 0
    names = list(rows[0])
    decided = DECIDED.get(table.name, frozenset())
    stored = {
        tuple(row[name] for name in key): dict(row)
        for row in connection.execute(sa.select(*(table.c[name] for name in names))).mappings()
    }
    changed = []
    for row in rows:
        known = stored.get(tuple(row[name] for name in key))
        wanted = row if known is None else {**row, **{name: known[name] for name in decided}}
        if known != wanted:
            changed.append(wanted)
    if changed:
        connection.execute(_upsert(connection, table, names, key), changed)
    return len(changed)


def _upsert(
    connection: Connection, table: Table, names: Sequence[str], key: Sequence[str]
) -> sa.Insert:
    """An insert that replaces the other columns of a row that is already there."""
    insert = _INSERT[connection.dialect.name](table)
    others = {name: insert.excluded[name] for name in names if name not in key}
    statement: sa.Insert = (
        insert.on_conflict_do_update(index_elements=list(key), set_=others)
        if others
        else insert.on_conflict_do_nothing(index_elements=list(key))
    )
    return statement

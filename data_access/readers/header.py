"""Finds the header of a sheet and which column plays which role, by name and never by place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from data_access.errors import InputError, Problem
from data_access.readers.cells import Row, column_letters
from data_access.readers.sheets import Sheet
from data_access.readers.text import fold, fold_header, shown

_LOOKED_AT: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """``columns`` are role -> place, ``names`` role -> header as printed.

    ``row`` is the last row of the header, ``unknown`` the headers that no layout has.
    """

    file: str
    row: int
    cells: tuple[str, ...]
    columns: Mapping[str, int]
    names: Mapping[str, str]
    unknown: tuple[str, ...]

    def require(self, roles: Mapping[str, str], *wanted: str) -> None:
        """Raises InputError for every missing role; ``a|b`` asks for one of two."""
        problems = [
            Problem(
                rule="import.rule.column_missing",
                file=self.file,
                row=self.row,
                params={"expected": names},
            )
            for one in wanted
            if (names := self.missing_name(roles, one))
        ]
        if problems:
            raise InputError("import.rejected", problems=problems)

    def missing_name(self, roles: Mapping[str, str], wanted: str) -> str:
        """The headers under which a column is looked for, if the file has none of them."""
        asked = wanted.split("|")
        if any(role in self.columns for role in asked):
            return ""
        return " / ".join(name for name, role in roles.items() if role in asked)

    def name(self, *wanted: str) -> str:
        """The header of the first of these roles that the file has."""
        for role in wanted:
            if role in self.names:
                return self.names[role]
        return ""


def find_header(sheet: Sheet, roles: Mapping[str, str], *, at_least: int) -> Header:
    """The first row in which ``at_least`` columns have a known header.

    A header may have two rows of names (codes above, names below): the lower one counts.
    Raises InputError where there is none, or where two columns play one role.
    """
    rows = sheet.head(_LOOKED_AT)
    for index, row in enumerate(rows):
        if _known(row, roles) >= at_least:
            lower = rows[index + 1] if index + 1 < len(rows) else None
            if lower and lower.cells != row.cells and _known(lower, roles) >= at_least:
                row = lower
            return _header(sheet.file, row, roles)
    raise InputError(
        "import.no_header", file=sheet.file, rows=_LOOKED_AT, expected=_one_of_each(roles)
    )


def _one_of_each(roles: Mapping[str, str]) -> str:
    first: dict[str, str] = {}
    for name, role in roles.items():
        if role:
            first.setdefault(role, name)
    return " / ".join(first.values())


def _known(row: Row, roles: Mapping[str, str]) -> int:
    return len({name for cell in row.cells if (name := _name(cell, roles)) is not None})


def _name(cell: str, roles: Mapping[str, str]) -> str | None:
    return next((name for name in (fold(cell), fold_header(cell)) if name in roles), None)


def _header(file: str, row: Row, roles: Mapping[str, str]) -> Header:
    columns: dict[str, int] = {}
    unknown: list[str] = []
    problems: list[Problem] = []
    for place, cell in enumerate(row.cells):
        name = _name(cell, roles)
        if name is None:
            unknown += [shown(cell)] if cell else []
        elif role := roles[name]:
            if role in columns:
                problems.append(_twice(file, row, columns[role], place))
            columns.setdefault(role, place)
    if problems:
        raise InputError("import.rejected", problems=problems)
    return Header(
        file=file,
        row=row.number,
        cells=row.cells,
        columns=columns,
        names={role: row.cells[place] for role, place in columns.items()},
        unknown=tuple(unknown),
    )


def _twice(file: str, row: Row, first: int, second: int) -> Problem:
    return Problem(
        rule="import.rule.column_twice",
        file=file,
        row=row.number,
        column=column_letters(second),
        value=shown(row.cells[second]),
        params={"other": row.cells[first], "other_column": column_letters(first)},
    )

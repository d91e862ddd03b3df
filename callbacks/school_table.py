"""The schools of a selection as a league table, on every page that has one."""

from typing import Any

from dashboard.answer_rows import Line
from dashboard.asked import Asked
from dashboard.grid_rows import GridRow, rate_row
from layouts.grids import ColumnDef, grid_style, school_columns


def school_table(asked: Asked) -> tuple[list[GridRow], list[ColumnDef], dict[str, Any], str]:
    """(rows, columns, height, finding)."""
    lines = asked.answers.by(asked.scope, asked.selection, "school")
    rows = school_rows(lines, asked)
    behind = sum(line.behind for line in lines)
    finding = asked.t(
        "overview.schools_finding",
        schools=asked.t.count(len(lines)),
        behind=asked.t.count(behind),
    )
    return rows, school_columns(asked.t, asked.rate_name), grid_style(len(rows)), finding


def school_rows(lines: list[Line], asked: Asked) -> list[GridRow]:
    """The schools of the selection as rows of a league table."""
    curves = asked.answers.school_curves(asked.scope, asked.selection)
    return [school_row(line, curves.get(line.code, []), asked) for line in lines]


def school_row(line: Line, curve: list[float], asked: Asked) -> GridRow:
    """One school of a league table, with its small curve; leads to the school's own overview."""
    t = asked.t
    name = asked.names("school")[line.code]
    least = asked.services.minimum_n
    row = rate_row(line, name, "", f"school={line.code}", "/", t, least=least)
    words = t("overview.spark", first=f"{curve[0]:.2f}%", last=f"{curve[-1]:.2f}%") if curve else ""
    return {**row, "spark": curve, "spark_text": words}

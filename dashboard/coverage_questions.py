"""The tables of the returns page: periods, board, and the schools to be chased."""

from collections.abc import Callable, Mapping

from dashboard.asked import Asked
from dashboard.coverage import OWED, Board, SchoolReturns, board
from dashboard.tables import Column, Table, Value


def board_of(asked: Asked) -> Board:
    return board(asked.answers.store, asked.scope, asked.moment)


def periods(asked: Asked) -> Table:
    """One row per period, newest first: when it was due, who came, how much of the class."""
    t, found = asked.t, board_of(asked)
    columns = (
        Column("day", t("returns.period"), "date"),
        Column("rule", t("returns.rule"), "text"),
        Column("until", t("returns.until"), "date"),
        Column("on_time", t("returns.on_time"), "count"),
        Column("late", t("returns.late"), "count"),
        Column("missing", t("returns.missing"), "count"),
        Column("due", t("returns.due"), "count"),
        Column("covered", t("returns.covered"), "rate"),
    )
    names = rule_names(asked)
    rows = tuple(
        (
            period.day,
            names[period.rule],
            period.until,
            found.count(at, "on_time"),
            found.count(at, "late"),
            found.count(at, *OWED),
            found.count(at, "due"),
            found.covered(at),
        )
        for at, period in reversed(list(enumerate(found.periods)) if found.schools else [])
    )
    return Table(columns, rows)


def rule_names(asked: Asked) -> dict[str, str]:
    """The rhythms of reporting by their names."""
    rules = asked.answers.codes.calendar.rules
    return {rule["code"]: asked.t.name(rule["name_zh"], rule["name_en"]) for rule in rules}


def returns_board(asked: Asked) -> Table:
    """One row per school, one column per period, newest first."""
    t, found = asked.t, board_of(asked)
    names = asked.names("school")
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("table.school"), "text"),
        Column("graduates", t("table.graduates"), "count"),
        *(Column(p.day.isoformat(), t.day_month(p.day), "text") for p in reversed(found.periods)),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            one.code,
            names[one.code],
            one.graduates,
            *(t(f"returns.{status}") for status in reversed(one.statuses)),
        )
        for one in found.schools
    )
    return Table(columns, rows)


def chased(asked: Asked) -> Table:
    """The schools that owe a return whose time is over, those longest behind first."""
    t, found = asked.t, board_of(asked)
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("table.school"), "text"),
        Column("last", t("returns.last"), "text"),
        Column("behind", t("returns.behind"), "count"),
        Column("graduates", t("table.graduates"), "count"),
    )
    names = asked.names("school")
    rows = tuple(
        (
            one.code,
            names[one.code],
            last_text(one, asked),
            one.behind,
            one.graduates,
        )
        for one in found.chased
    )
    return Table(columns, rows)


def last_text(one: SchoolReturns, asked: Asked) -> str:
    """The newest statistical date of a school, or that there is none."""
    return one.last.isoformat() if one.last else asked.t("returns.never")


COVERAGE_QUESTIONS: Mapping[str, Callable[[Asked], Table]] = {
    "periods": periods,
    "board": returns_board,
    "chased": chased,
}

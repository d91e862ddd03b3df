"""The register of cases (台账): which are shown, in which order, and as the table of every file."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from dashboard.asked import Asked
from dashboard.clock import local, today
from dashboard.tables import Column, Table
from data_access import case_reads
from data_access.case_reads import CaseRow, ReturnHead
from data_access.cases import MOVES

CURRENT, OVERDUE, ALL = "current", "overdue", "all"
"""What the register may show beside one status."""
DUE_DAYS = 10  # working days that a school has, unless the department says otherwise


@dataclass(frozen=True, slots=True)
class Register:
    """The cases of a selection; ``shown`` are those of the chosen status, overdue ones first."""

    every: tuple[CaseRow, ...]
    shown: tuple[CaseRow, ...]
    day: dt.date

    @property
    def going(self) -> int:
        return sum(row.status != "closed" for row in self.every)

    @property
    def overdue(self) -> int:
        return sum(is_overdue(row, self.day) for row in self.every)

    @property
    def closed_this_month(self) -> int:
        return sum(_closed_in_month(row, self.day) for row in self.every)

    def at(self, status: str) -> int:
        return sum(row.status == status for row in self.every)


def register_of(asked: Asked) -> Register:
    """The register of the selection's class and schools."""
    chosen = asked.selection
    with asked.answers.store.guarded.connect() as connection:
        every = case_reads.register(
            connection, asked.scope, cohort=chosen.cohort, schools=chosen.schools
        )
    day = today()
    wanted = asked.state.get("case_status", CURRENT)
    shown = [row for row in every if _is_wanted(row, wanted, day)]
    return Register(tuple(every), tuple(sorted(shown, key=lambda row: _order(row, day))), day)


def waiting(asked: Asked, rows: Sequence[CaseRow]) -> int:
    """How many of the cases wait for this person."""
    return sum(waits_for(row.status, asked.services.allowed()) for row in rows)


def waits_for(status: str, allowed: Collection[str]) -> bool:
    """Whether somebody with these permissions has the next move."""
    return any(move.before == status and move.by in allowed for move in MOVES)


def every_class(asked: Asked) -> list[CaseRow]:
    """The cases of every class that the person may see."""
    with asked.answers.store.guarded.connect() as connection:
        return case_reads.register(connection, asked.scope)


def is_overdue(row: CaseRow, day: dt.date) -> bool:
    """Whether the answer is late: only the school can be late, and only while it must answer."""
    return row.status == "open" and row.due_on < day


def corrections(asked: Asked, rows: Sequence[CaseRow]) -> dict[int, ReturnHead]:
    """The returns that corrected these cases."""
    numbers = {row.return_id for row in rows if row.return_id is not None}
    with asked.answers.store.guarded.connect() as connection:
        return case_reads.return_heads(connection, asked.scope, numbers) if numbers else {}


def cases(asked: Asked) -> Table:
    """The register as a table; what is shown follows the selection, the status and the scope."""
    t, found = asked.t, register_of(asked)
    returns = corrections(asked, found.shown)
    columns = (
        Column("case", t("cases.number"), "text"),
        Column("cohort", t("table.cohort"), "text"),
        Column("school", t("table.code"), "code"),
        Column("school_name", t("cases.school"), "text"),
        Column("title", t("cases.field_title"), "text"),
        Column("problem", t("cases.field_problem"), "text"),
        Column("origin", t("cases.origin"), "text"),
        Column("people", t("cases.people"), "count"),
        Column("responsible", t("cases.field_responsible"), "text"),
        Column("opened_on", t("cases.opened_on"), "date"),
        Column("due_on", t("cases.due_on"), "date"),
        Column("overdue_days", t("cases.overdue_days"), "count"),
        Column("status", t("cases.status"), "text"),
        Column("conclusion", t("cases.conclusion"), "text"),
        Column("closed_on", t("cases.closed_on"), "date"),
        Column("correction", t("cases.correction"), "text"),
        Column("corrected_on", t("cases.corrected_on"), "date"),
    )
    rows = []
    for row in found.shown:
        head = returns.get(row.return_id or 0)
        rows.append(
            (
                str(row.id),
                str(row.cohort),
                row.school,
                asked.names("school")[row.school],
                row.title,
                row.problem,
                t(f"cases.origin_{row.origin}"),
                row.people,
                row.responsible,
                local(row.opened_at).date(),
                row.due_on,
                (found.day - row.due_on).days if is_overdue(row, found.day) else None,
                t(f"cases.status_{row.status}"),
                row.conclusion,
                local(row.closed_at).date() if row.closed_at else None,
                t("cases.return_number", number=head.id) if head else "",
                head.counted_on if head else None,
            )
        )
    status = t(f"state.case_status_{asked.state.get('case_status', CURRENT)}")
    return Table(columns, tuple(rows), (t("cases.note_status", status=status),))


def _is_wanted(row: CaseRow, wanted: str, day: dt.date) -> bool:
    if wanted == CURRENT:
        return row.status != "closed"
    if wanted == OVERDUE:
        return is_overdue(row, day)
    return wanted in (ALL, row.status)


def _order(row: CaseRow, day: dt.date) -> tuple[int, int, int]:
    """Overdue first, the longest overdue at the top; then by due date; closed ones last."""
    if row.status == "closed":
        closed = row.closed_at or row.opened_at
        return (2, -closed.toordinal(), -row.id)
    return (0 if is_overdue(row, day) else 1, row.due_on.toordinal(), row.id)


def _closed_in_month(row: CaseRow, day: dt.date) -> bool:
    if row.closed_at is None:
        return False
    closed = local(row.closed_at).date()
    return (closed.year, closed.month) == (day.year, day.month)


CASE_QUESTIONS: Mapping[str, Callable[[Asked], Table]] = {"cases": cases}

"""Reads a published table: one row per discipline with its graduates and the employed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from data_access.errors import InputError
from data_access.ledger import WHOLE_AUTHORITY, Return, TableEntry
from data_access.new_codes import NewCode
from data_access.readers import table_checks as checks
from data_access.readers.content import content_hash
from data_access.readers.disciplines import FAMILY_OF_LEVEL, DisciplineIndex, parent_of_unknown
from data_access.readers.findings import Finding, FindingLog, ProblemLog
from data_access.readers.header import find_header
from data_access.readers.limits import Limits
from data_access.readers.sheets import open_sheet
from data_access.readers.table_rows import TableRow, TableRows
from data_access.readers.text import fold
from data_access.readers.vocabulary import table_roles

MAX_ROWS: Final = 20_000
"""A table of disciplines is far below this; the catalogues together have about 2,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReading:
    """A table that can be imported, and what a person should know about it.

    ``return_`` is ready for the ledger; ``graduates`` and ``employed`` are the sums of its rows.
    """

    return_: Return
    findings: tuple[Finding, ...]
    graduates: int
    employed: int

    @property
    def content_hash(self) -> str:
        return self.return_.content_hash

    @property
    def entries(self) -> Sequence[TableEntry]:
        """The rows, in the order of the file."""
        return [entry for entry in self.return_.entries if isinstance(entry, TableEntry)]


def read_table(
    path: Path,
    *,
    cohort: int,
    level: str,
    as_of: dt.date,
    edition: str | None,
    disciplines: DisciplineIndex,
    school: str = WHOLE_AUTHORITY,
    source: str | None = None,
    synthetic: bool = False,
    stated_total: int | None = None,
    stated_rate: str | Decimal | None = None,
    stated_rows: int | None = None,
    limits: Limits | None = None,
) -> TableReading:
    """Reads the table of one level, as of one statistical date, for a school or the authority.

    ``stated_*`` are what the text around the table says (graduates, rate in percent with the
    printed decimals, number of rows); they are only compared. The content hash is the same for
    every format, order of rows and columns, and way of printing the same names and counts.

    Raises InputError with every row that breaks a rule; then nothing of the file is taken.
    """
    if level not in FAMILY_OF_LEVEL:
        raise InputError("import.unknown_level", value=level)
    stated = checks.Stated(stated_total, checks.rate_in_text(stated_rate), stated_rows)
    log = FindingLog()
    rows = _read_rows(path, FAMILY_OF_LEVEL[level], disciplines, log, limits)
    checks.check(rows.disciplines, rows.totals, rows.header, stated, log)
    return_ = _return(
        rows.disciplines,
        cohort=cohort,
        school=school,
        counted_on=as_of,
        level=level,
        edition=edition,
        source=source or path.name,
        synthetic=synthetic,
    )
    return TableReading(
        return_=return_,
        findings=log.findings(),
        graduates=sum(row.graduates for row in rows.disciplines),
        employed=sum(row.employed for row in rows.disciplines),
    )


def _return(
    rows: Sequence[TableRow],
    *,
    cohort: int,
    school: str,
    counted_on: dt.date,
    level: str,
    edition: str | None,
    source: str,
    synthetic: bool,
) -> Return:
    named = [(fold(row.discipline.name), row.graduates, row.employed) for row in rows]
    return Return(
        kind="table",
        cohort=cohort,
        school=school,
        counted_on=counted_on,
        source=source,
        content_hash=content_hash(
            kind="table",
            cohort=cohort,
            school=school,
            as_of=counted_on,
            level=level,
            edition=edition,
            rows=named,
        ),
        entries=[TableEntry(row.discipline.code, row.graduates, row.employed) for row in rows],
        level=level,
        edition=edition,
        synthetic=synthetic,
        new_codes=_new_codes(rows, FAMILY_OF_LEVEL[level]),
    )


def _read_rows(
    path: Path, family: str, disciplines: DisciplineIndex, log: FindingLog, limits: Limits | None
) -> TableRows:
    sheet = open_sheet(path, limits or Limits(max_rows=MAX_ROWS))
    header = find_header(sheet, table_roles(), at_least=2)
    header.require(table_roles(), "discipline", "graduates", "employed")
    problems = ProblemLog(sheet.file)
    rows = TableRows(header, family, disciplines, problems, log)
    for row in sheet.rows():
        if row.number > header.row:
            rows.take(row)
    if not rows.found:
        raise InputError("import.no_data_rows", file=sheet.file)
    problems.raise_if_any()
    if header.unknown:
        log.add("import.finding.columns_ignored", "info", printed=", ".join(header.unknown))
    if sheet.other_sheets:
        log.add("import.finding.sheets_ignored", "info", printed=", ".join(sheet.other_sheets))
    return rows


def _new_codes(rows: Sequence[TableRow], family: str) -> tuple[NewCode, ...]:
    parent = parent_of_unknown(family)
    return tuple(
        NewCode("discipline", row.discipline.code, row.discipline.name, parent)
        for row in rows
        if row.discipline.flagged
    )

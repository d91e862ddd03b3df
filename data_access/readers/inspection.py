"""Reads a record-level file for a preview: everything in it, and everything that is wrong.

The rows are those of ``read_graduates`` and so is the hash, but nothing refuses the file once its
header is known: what breaks a rule is a finding, and a row that can be entered goes on. The
rules of :mod:`data_access.validation` are asked as well.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from data_access.errors import InputError
from data_access.ledger import GraduateEntry
from data_access.new_codes import NewCode
from data_access.readers.codes import CodeIndex
from data_access.readers.content import content_hash
from data_access.readers.every_line import BrokenRules, EveryLine
from data_access.readers.findings import Finding
from data_access.readers.graduate_rows import GraduateRows, Record, SchoolRows
from data_access.readers.graduates import layout_of, note_the_file, open_graduates
from data_access.readers.header import Header
from data_access.readers.limits import Limits
from data_access.readers.sheets import Sheet
from data_access.validation.jobs import NO_FACT, Fact, JobChecks
from data_access.validation.rules import Rules

__all__ = ["NO_FACT", "Fact", "InspectedRow", "Inspection", "inspect_graduates"]

ROWS_PER_REPORT: Final = 2_000


class InspectedRow(NamedTuple):
    """A row that can be entered; ``line`` is its number in the file."""

    line: int
    entry: GraduateEntry
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a file says.

    ``rows`` are those that can be entered: rows that break a rule of ``rules.ALWAYS`` are not
    among them. ``total`` counts the rows found, ``findings`` has one for every cell (at most
    ``every_line.MAX_FINDINGS`` and one that counts the rest).
    """

    layout: str
    rows: Sequence[InspectedRow]
    total: int
    new_codes: Sequence[NewCode]
    findings: tuple[Finding, ...]
    content_hash: str

    @property
    def blocking(self) -> int:
        """How many of the findings are errors: with any, the return cannot be submitted."""
        return sum(finding.severity == "error" for finding in self.findings)


def inspect_graduates(
    path: Path,
    *,
    cohort: int,
    as_of: dt.date,
    school: str,
    codes: CodeIndex,
    hash_key: bytes,
    rules: Rules,
    limits: Limits | None = None,
    progress: Callable[[int], None] | None = None,
    today: dt.date | None = None,
) -> Inspection:
    """Reads the graduates of one school as of one statistical date.

    ``progress`` is told the rows read so far about every ``ROWS_PER_REPORT`` rows; ``today`` is
    the day after which nothing can have been signed (None: the local day).

    Raises InputError where the file as a whole cannot be read: no table, no header, a required
    column missing or twice, protected, too large, no rows. Raises ValueError for a short key.
    """
    sheet, header = open_graduates(path, school, codes, hash_key, limits)
    log = EveryLine(rules)
    rows = _Inspected(
        header,
        codes,
        cohort=cohort,
        school=school,
        hash_key=hash_key,
        problems=BrokenRules(log),
        log=log,
    )
    rows.checks = JobChecks(
        frozenset(header.columns),
        cohort=cohort,
        as_of=as_of,
        today=today or dt.datetime.now().astimezone().date(),
    )
    _take_all(sheet, header, rows, progress)
    if not rows.found:
        raise InputError("import.no_data_rows", file=sheet.file)
    note_the_file(sheet, header, log)
    kept = rows.inspected
    return Inspection(
        layout=layout_of(header),
        rows=kept,
        total=rows.found,
        new_codes=tuple(code for one in rows.schools.values() for code in one.new_codes.values()),
        findings=log.findings(),
        content_hash=content_hash(
            kind="graduates",
            cohort=cohort,
            school=school,
            as_of=as_of,
            rows=(row.entry for row in kept),
        ),
    )


class _Inspected(GraduateRows):
    """Rows that go through the further checks before they are kept."""

    checks: JobChecks

    def __init__(self, header: Header, codes: CodeIndex, **options: Any) -> None:
        super().__init__(header, codes, **options)
        self.inspected: list[InspectedRow] = []

    def _keep(self, _rows: SchoolRows, row: int, record: Record, entry: GraduateEntry) -> None:
        fact, complaints = self.checks.look(record, entry)
        for key, role, printed, computed in complaints:
            column = self._header.name(role)
            self._log.add(
                key, "warning", row=row, column=column, printed=printed, computed=computed
            )
        self.inspected.append(InspectedRow(row, entry, fact))


def _take_all(
    sheet: Sheet, header: Header, rows: GraduateRows, progress: Callable[[int], None] | None
) -> None:
    try:
        for row in sheet.rows(rows.columns):
            if row.number > header.row:
                rows.take(row)
                if progress is not None and rows.found % ROWS_PER_REPORT == 0:
                    progress(rows.found)
    finally:
        sheet.close()

"""Reads record-level files: the national upload of 2014 and the export of 2024.

The upload has 50 columns, pinyin codes in row 1, names in row 2, graduates from row 3; the export
has 32 columns and one row of names; the national export of 2014 (74 columns) has the names of the
upload. Columns are found by name. Identity numbers are checked and leave only a keyed hash.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data_access.errors import InputError
from data_access.ledger import WHOLE_AUTHORITY, Return
from data_access.readers.codes import CodeIndex
from data_access.readers.content import content_hash
from data_access.readers.findings import Finding, FindingLog, Log, ProblemLog
from data_access.readers.graduate_rows import GraduateRows, SchoolRows
from data_access.readers.header import Header, find_header
from data_access.readers.identity import MIN_KEY_BYTES
from data_access.readers.limits import Limits
from data_access.readers.sheets import Sheet, open_sheet
from data_access.readers.text import fold
from data_access.readers.vocabulary import graduate_layouts, graduate_names, graduate_roles

REQUIRED: Final = (
    "student_no|exam_no",
    "level_code|level_name",
    "discipline_code|discipline_name",
    "destination_code|destination_name",
)
EXPECTED: Final = ("origin", "work_region", "employer_kind", "industry", "identity", "sex|sex_code")
"""Without these a file can be imported; what they would say is then not reported for anybody."""

_MIN_KNOWN_HEADERS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class GraduatesReading:
    """A file that can be imported: one return per school, and what a person should know.

    ``layout`` names the structure the header is closest to.
    """

    layout: str
    returns: Mapping[str, Return]
    findings: tuple[Finding, ...]

    @property
    def graduates(self) -> int:
        return sum(len(one.entries) for one in self.returns.values())


def read_graduates(
    path: Path,
    *,
    cohort: int,
    as_of: dt.date,
    codes: CodeIndex,
    hash_key: bytes,
    school: str | None = None,
    source: str | None = None,
    synthetic: bool = False,
    limits: Limits | None = None,
) -> GraduatesReading:
    """Reads graduates as of one statistical date.

    ``school`` is needed where the file has no column of school codes; where both are there they
    have to agree. ``hash_key`` (at least 16 bytes) keys the hash of identity numbers.

    Raises InputError with every row that breaks a rule; then nothing of the file is taken.
    Raises ValueError for a key that is too short.
    """
    sheet, header = open_graduates(path, school, codes, hash_key, limits)
    log, problems = FindingLog(), ProblemLog(sheet.file)
    rows = GraduateRows(
        header,
        codes,
        cohort=cohort,
        school=school,
        hash_key=hash_key,
        problems=problems,
        log=log,
    )
    for row in sheet.rows(rows.columns):
        if row.number > header.row:
            rows.take(row)
    sheet.close()
    if not rows.found:
        raise InputError("import.no_data_rows", file=sheet.file)
    problems.raise_if_any()
    note_the_file(sheet, header, log)
    return GraduatesReading(
        layout=layout_of(header),
        returns={
            code: _return(code, found, cohort, as_of, source or path.name, synthetic=synthetic)
            for code, found in sorted(rows.schools.items())
        },
        findings=log.findings(),
    )


def open_graduates(
    path: Path, school: str | None, codes: CodeIndex, hash_key: bytes, limits: Limits | None
) -> tuple[Sheet, Header]:
    """The sheet and its header, which has every required column.

    Raises InputError for a file that cannot be read as one of graduates and for an unknown
    school, ValueError for a key that is too short.
    """
    if len(hash_key) < MIN_KEY_BYTES:
        raise ValueError(f"the hash key needs at least {MIN_KEY_BYTES} bytes")
    if school is not None and (school not in codes.schools or school == WHOLE_AUTHORITY):
        raise InputError("import.unknown_school", value=school)
    sheet = open_sheet(path, limits)
    header = find_header(sheet, graduate_roles(), at_least=_MIN_KNOWN_HEADERS)
    header.require(graduate_names(), *REQUIRED)
    if school is None and "school" not in header.columns:
        raise InputError("import.school_needed", file=sheet.file)
    return sheet, header


def layout_of(header: Header) -> str:
    """The structure whose names the header is closest to."""
    printed = {fold(cell) for cell in header.cells}
    layouts = graduate_layouts()
    return max(layouts, key=lambda layout: len(layouts[layout] & printed))


def note_the_file(sheet: Sheet, header: Header, log: Log) -> None:
    """Notes what of the file is not read, and which columns it lacks."""
    if header.unknown:
        log.add("import.finding.columns_ignored", "info", printed=", ".join(header.unknown))
    if sheet.other_sheets:
        log.add("import.finding.sheets_ignored", "info", printed=", ".join(sheet.other_sheets))
    for wanted in EXPECTED:
        if missing := header.missing_name(graduate_names(), wanted):
            log.add("import.finding.column_absent", "info", printed=missing)


def _return(
    school: str, rows: SchoolRows, cohort: int, as_of: dt.date, source: str, *, synthetic: bool
) -> Return:
    return Return(
        kind="graduates",
        cohort=cohort,
        school=school,
        counted_on=as_of,
        source=source,
        content_hash=content_hash(
            kind="graduates", cohort=cohort, school=school, as_of=as_of, rows=rows.entries
        ),
        entries=rows.entries,
        synthetic=synthetic,
        new_codes=tuple(rows.new_codes.values()),
    )

"""Reads survey files: one row per person or employer asked, a column per question.

A row without any answer was asked and did not respond, which is where the response rate comes
from. Columns are found by name. A column that says who somebody is refuses the whole file: such
data must not even reach this program; other unknown columns are not read.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from data_access.code_book import CodeBook
from data_access.errors import InputError, Problem
from data_access.ledger import WHOLE_AUTHORITY
from data_access.readers.content import digest_of
from data_access.readers.disciplines import DisciplineIndex
from data_access.readers.findings import Finding, FindingLog, ProblemLog
from data_access.readers.header import Header, find_header
from data_access.readers.limits import Limits
from data_access.readers.sheets import Sheet, open_sheet
from data_access.readers.survey_rows import Item, SurveyCodes, SurveyRows
from data_access.readers.text import fold, fold_header
from data_access.readers.vocabulary import meaning, survey_roles
from data_access.survey_ledger import Respondent, SurveyFile, SurveyKind

_MIN_KNOWN_HEADERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyReading:
    """A file that can be imported, and what a person should know about it."""

    file: SurveyFile
    findings: tuple[Finding, ...]


def survey_codes(book: CodeBook, disciplines: DisciplineIndex) -> SurveyCodes:
    """From the registry's code book."""
    found: dict[SurveyKind, tuple[Item, ...]] = {}
    kinds: tuple[SurveyKind, ...] = ("graduate", "employer")
    for kind in kinds:
        found[kind] = tuple(
            Item(
                one.code,
                one.extra["scale"],
                (one.name_zh, one.name_en, one.extra["question_zh"], one.extra["question_en"]),
            )
            for one in book.tables["survey_item"].values()
            if one.extra["kind"] == kind
        )
    return SurveyCodes(
        schools=frozenset(book.tables["school"]) - {WHOLE_AUTHORITY},
        levels={
            fold(name): one.code
            for one in book.tables["level"].values()
            for name in (one.code, one.name_zh, one.name_en)
        },
        disciplines=disciplines,
        discipline_codes=frozenset(book.tables["discipline"]),
        items=found,
    )


def read_survey(
    path: Path,
    *,
    kind: SurveyKind,
    cohort: int,
    codes: SurveyCodes,
    title: str = "",
    fielded_on: dt.date | None = None,
    source: str | None = None,
    synthetic: bool = False,
    limits: Limits | None = None,
) -> SurveyReading:
    """Reads one survey of one class.

    Raises InputError with every row that breaks a rule, or with the personal columns that the
    file has; then nothing of it is taken.
    """
    sheet = open_sheet(path, limits)
    items = codes.items[kind]
    header = _header(sheet, kind, items)
    log, problems = FindingLog(), ProblemLog(sheet.file)
    rows = SurveyRows(header, kind, codes, cohort, problems)
    for row in sheet.rows():
        if row.number > header.row:
            rows.take(row)
    sheet.close()
    if not rows.found:
        raise InputError("import.no_data_rows", file=sheet.file)
    problems.raise_if_any()
    _note(sheet, header, items, log)
    return SurveyReading(
        file=SurveyFile(
            kind=kind,
            cohort=cohort,
            title=title,
            fielded_on=fielded_on,
            source=source or path.name,
            content_hash=survey_hash(
                kind, cohort, title, fielded_on, rows.invited, rows.respondents
            ),
            invited=rows.invited,
            respondents=rows.respondents,
            synthetic=synthetic,
        ),
        findings=log.findings(),
    )


def survey_hash(
    kind: SurveyKind,
    cohort: int,
    title: str,
    fielded_on: dt.date | None,
    invited: Mapping[tuple[str, str], int],
    respondents: Iterable[Respondent],
) -> str:
    """The same for every format, order of rows and columns, and name of the file."""
    asked = ((*key, str(n)) for key, n in invited.items())
    said = (
        (r.school, r.level, r.discipline, repr(r.weight), *map(str, sorted(r.answers)))
        for r in respondents
    )
    head = (f"survey-{kind}", cohort, title, fielded_on)
    return digest_of(head, [*asked, *said])


@lru_cache(maxsize=8)
def roles(kind: SurveyKind, items: tuple[Item, ...]) -> dict[str, str]:
    """Folded header -> role; a question is found by its code, its names or its wording."""
    found = {
        header: role
        for header, role in survey_roles().items()
        if kind == "graduate" or role in ("school", "weight")
    }
    for item in items:
        for name in (item.code, *item.headers):
            found[fold(name)] = item.code
    return found


def _header(sheet: Sheet, kind: SurveyKind, items: tuple[Item, ...]) -> Header:
    known = roles(kind, items)
    header = find_header(sheet, known, at_least=_MIN_KNOWN_HEADERS)
    _refuse_personal(sheet.file, header, known)
    wanted = ("school", "level") if kind == "graduate" else ("school",)
    header.require(known, *wanted, "|".join(item.code for item in items))
    return header


def _refuse_personal(file: str, header: Header, known: Mapping[str, str]) -> None:
    """Raises InputError naming every column that says who somebody is."""
    problems = [
        Problem(rule="import.rule.personal_column", file=file, row=header.row, column=cell)
        for cell in header.cells
        if cell
        and fold(cell) not in known
        and fold_header(cell) not in known
        and meaning("personal", cell)
    ]
    if problems:
        raise InputError("import.personal_data", problems=problems, file=file)


def _note(sheet: Sheet, header: Header, items: Sequence[Item], log: FindingLog) -> None:
    if header.unknown:
        log.add("import.finding.columns_ignored", "info", printed=", ".join(header.unknown))
    if sheet.other_sheets:
        log.add("import.finding.sheets_ignored", "info", printed=", ".join(sheet.other_sheets))
    for item in items:
        if item.code not in header.columns:
            log.add("import.finding.question_absent", "info", printed=item.headers[0])

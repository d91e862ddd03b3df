"""Turns the rows of a record-level file into entries of the ledger, school by school."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, NamedTuple

from data_access.ledger import WHOLE_AUTHORITY, GraduateEntry
from data_access.new_codes import NewCode
from data_access.readers import identity
from data_access.readers.arithmetic import digits_were_lost
from data_access.readers.cells import Row
from data_access.readers.codes import NOT_APPLICABLE, NOT_REPORTED, CodeIndex
from data_access.readers.disciplines import FAMILY_OF_LEVEL, parent_of_unknown
from data_access.readers.findings import Log, Problems, Severity
from data_access.readers.graduate_codes import SEVERITIES, Answer, Answers
from data_access.readers.header import Header
from data_access.readers.text import narrow

UNEMPLOYED: Final = frozenset({"70", "71", "72"})
WITHOUT_WORK: Final = UNEMPLOYED | {"80", "85"}
"""Roots of destinations to which work region, employer kind and industry do not apply."""

MAX_STUDENT_NO: Final = 40

_NOTHING: Final = Answer("")

_FLAWS: Final[Mapping[identity.Flaw, str]] = {
    "format": "import.finding.identity_format",
    "checksum": "import.finding.identity_checksum",
    "birth_date": "import.finding.identity_birth_date",
}


class Record(NamedTuple):
    """The columns that are read. Names, telephones and addresses are none of them.

    Those after ``work_region`` are only compared, or kept of a job once a return is accepted.
    """

    student_no: str
    exam_no: str
    identity: str
    sex_code: str
    sex: str
    school: str
    level_code: str
    level_name: str
    discipline_code: str
    discipline_name: str
    origin: str
    graduated: str
    destination_code: str
    destination_name: str
    employer: str
    employer_kind: str
    industry: str
    work_region: str
    enrolled: str
    born: str
    signed_on: str
    credit_code: str
    organisation_code: str
    foreign_school: str


@dataclass(slots=True)
class SchoolRows:
    """What the file has of one school."""

    entries: list[GraduateEntry] = field(default_factory=list)
    first_row: dict[str, int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    new_codes: dict[str, NewCode] = field(default_factory=dict)


class GraduateRows:
    """Takes rows of ``columns``; what breaks a rule goes to ``problems``, the rest to ``log``."""

    def __init__(
        self,
        header: Header,
        codes: CodeIndex,
        *,
        cohort: int,
        school: str | None,
        hash_key: bytes,
        problems: Problems,
        log: Log,
    ) -> None:
        self.schools: dict[str, SchoolRows] = {}
        self.found = 0
        present = [role for role in Record._fields if role in header.columns]
        self.columns = [header.columns[role] for role in present]
        absent = len(present)  # the place after the last, where take() adds an empty text
        self._pick = itemgetter(
            *(present.index(role) if role in present else absent for role in Record._fields)
        )
        self._header = header
        self._codes = codes
        self._answers = Answers(codes, cohort)
        self._cohort = cohort
        self._school = school
        self._key = hash_key
        self._problems = problems
        self._log = log

    def take(self, row: Row) -> None:
        """Adds the graduate of this row, or notes why not."""
        self.found += 1
        if not any(row.cells):
            self._problems.add("import.rule.row_incomplete", row=row.number)
            return
        cells = (*row.cells, "")
        record = Record._make(self._pick(cells))
        before, number = self._problems.total, row.number
        rows = self._rows_of(self._school_of(number, record.school))
        handle = self._handle(rows, number, record.student_no, record.exam_no)
        level, discipline, destination = self._what(number, record)
        if self._problems.total != before:
            return
        person, sex = self._who(rows, number, record)
        if discipline.new_name or destination.new_name:
            _add_new_codes(rows, level, discipline, destination)
        entry = GraduateEntry(
            handle,
            person,
            level,
            discipline.code,
            sex,
            self._region(number, "origin", record.origin),
            destination.code,
            *self._work(number, destination.code, record),
        )
        self._keep(rows, number, record, entry)

    def _keep(self, rows: SchoolRows, _row: int, _record: Record, entry: GraduateEntry) -> None:
        rows.entries.append(entry)

    def _what(self, row: int, record: Record) -> tuple[str, Answer, Answer]:
        """Level, discipline, destination."""
        ask, said = self._answers, self._said
        texts = record.level_code, record.level_name
        level = said(row, ask.level(*texts), "level", *texts).code
        discipline = _NOTHING
        if level:
            texts = record.discipline_code, record.discipline_name
            discipline = said(row, ask.discipline(level, *texts), "discipline", *texts)
        texts = record.destination_code, record.destination_name
        destination = said(row, ask.destination(*texts), "destination", *texts)
        if record.graduated:
            said(row, ask.graduated(record.graduated), "graduated", record.graduated)
        return level, discipline, destination

    def _who(self, rows: SchoolRows, row: int, record: Record) -> tuple[str | None, str]:
        """The keyed hash of the identity number, if there is a valid one, and the sex."""
        texts = record.sex_code, record.sex
        sex = self._said(row, self._answers.sex(*texts), "sex", *texts).code
        if record.identity:
            return self._person(rows, row, record.identity, sex)
        if "identity" in self._header.columns:
            self._note("import.finding.identity_missing", "info", row, "identity")
        return None, sex

    def _said(self, row: int, answer: Answer, role: str, *texts: str) -> Answer:
        """Notes what an answer says about the texts it was made from, if anything."""
        if answer.has_more:
            column = self._header.name(f"{role}_code", role, f"{role}_name")
            printed = " ".join(filter(None, texts))
            if answer.rule:
                self._problems.add(answer.rule, row=row, column=column, value=printed)
            else:
                self._log.add(
                    answer.note,
                    SEVERITIES[answer.note],
                    row=row,
                    column=column,
                    printed=printed,
                    computed=answer.computed,
                )
        return answer

    def _note(
        self, key: str, severity: Severity, row: int, role: str, printed: str | None = None
    ) -> None:
        column = self._header.name(role, f"{role}_code")
        self._log.add(key, severity, row=row, column=column, printed=printed)

    def _school_of(self, row: int, text: str) -> str:
        code = narrow(text)
        rule = ""
        if self._school is not None:
            code = code or self._school
            rule = "import.rule.school_differs" if code != self._school else ""
        elif not code:
            rule = "import.rule.missing"
        elif code not in self._codes.schools or code == WHOLE_AUTHORITY:
            rule = "import.rule.school_unknown"
        if rule:
            column = self._header.name("school")
            self._problems.add(rule, row=row, column=column, value=text, school=self._school)
        return code

    def _rows_of(self, school: str) -> SchoolRows:
        rows = self.schools.get(school)
        if rows is None:
            rows = self.schools[school] = SchoolRows()
        return rows

    def _handle(self, rows: SchoolRows, row: int, student_no: str, exam_no: str) -> str:
        """The number the school knows the graduate by; the examination number where it is not."""
        handle = narrow(student_no or exam_no)
        first = rows.first_row.setdefault(handle, row) if handle else row
        rule = ""
        if not handle:
            rule = "import.rule.missing"
        elif digits_were_lost(handle):
            rule = "import.rule.digits_lost"
        elif identity.looks_like_one(handle):
            rule = "import.rule.student_no_is_identity"
        elif len(handle) > MAX_STUDENT_NO:
            rule = "import.rule.too_long"
        elif first != row:
            rule = "import.rule.student_twice"
        if rule:
            column = self._header.name("student_no", "exam_no")
            value = identity.mask(handle) if identity.looks_like_one(handle) else handle
            self._problems.add(rule, row=row, column=column, value=value, first_row=first)
        elif not student_no:
            self._note("import.finding.exam_number_used", "info", row, "exam_no")
        return handle

    def _person(self, rows: SchoolRows, row: int, text: str, sex: str) -> tuple[str | None, str]:
        """The keyed hash of a valid identity number, and the sex, which the number also says."""
        number = narrow(text).upper()
        flaw = identity.flaw(number, self._cohort)
        if flaw is not None:
            lost = digits_were_lost(number)
            key = "import.finding.identity_digits_lost" if lost else _FLAWS[flaw]
            severity: Severity = "warning" if flaw == "format" and not lost else "error"
            self._note(key, severity, row, "identity", identity.mask(number))
            return None, sex
        person = identity.keyed_hash(number, self._key)
        first = rows.persons.setdefault(person, row)
        if first != row:
            self._log.add(
                "import.finding.identity_twice",
                "error",
                row=row,
                column=self._header.name("identity"),
                printed=identity.mask(number),
                first_row=first,
            )
        said = identity.sex(number)
        if sex not in (said, "0"):
            self._note("import.finding.sex_differs", "warning", row, "sex", sex)
        elif sex != said:
            self._note("import.finding.sex_from_identity", "info", row, "identity")
            sex = said
        return person, sex

    def _region(self, row: int, role: str, text: str) -> str:
        if not text and role in self._header.columns:
            self._note("import.finding.not_reported", "info", row, role)
        return self._said(row, self._answers.region(text), role, text).code

    def _work(self, row: int, destination: str, record: Record) -> tuple[str, str, str]:
        """Work region, employer kind, industry."""
        kind, industry = record.employer_kind, record.industry
        root = destination[:2]
        if root in WITHOUT_WORK:
            if root in UNEMPLOYED and (record.employer or kind or record.work_region):
                key = "import.finding.employer_without_work"
                self._note(key, "warning", row, "employer", destination)
            return NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE
        ask = self._answers
        kind_code = industry_code = NOT_REPORTED
        if kind:
            kind_code = self._said(row, ask.employer_kind(kind), "employer_kind", kind).code
        if industry:
            industry_code = self._said(row, ask.industry(industry), "industry", industry).code
        return self._region(row, "work_region", record.work_region), kind_code, industry_code


def _add_new_codes(rows: SchoolRows, level: str, discipline: Answer, destination: Answer) -> None:
    if discipline.new_name:
        parent = parent_of_unknown(FAMILY_OF_LEVEL[level])
        rows.new_codes[discipline.code] = NewCode(
            "discipline", discipline.code, discipline.new_name, parent
        )
    if destination.new_name:
        rows.new_codes[destination.code] = NewCode(
            "destination", destination.code, destination.new_name
        )

"""What a row says of a job, checked against its destination, its dates and the person."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from data_access.ledger import GraduateEntry
from data_access.readers import identity
from data_access.readers.codes import NOT_APPLICABLE, NOT_REPORTED
from data_access.readers.graduate_rows import UNEMPLOYED, Record
from data_access.readers.text import narrow
from data_access.readers.vocabulary import industries_of_kind, kinds_of_destination
from data_access.validation import credit_code, dates, employers

WITH_EMPLOYER: Final = frozenset({"10", "11", "12"})
WITH_PROJECT_UNIT: Final = frozenset({"27", "50", "51"})
SERVICE, STUDY, ABROAD = "46", "80", "85"
WITHOUT_EMPLOYER: Final = UNEMPLOYED | {SERVICE}

_LONGEST_CODE: Final = 20


class Fact(NamedTuple):
    """What is known of a job beyond the cell; never of the person.

    ``employer`` is the name of the unit as printed (at most 120 characters), ``credit_code``
    in capital letters and half width even where it is not valid.
    """

    employer: str = ""
    credit_code: str = ""
    signed_on: dt.date | None = None


class Complaint(NamedTuple):
    """One broken rule: its message key, the role of the column, what is printed and expected."""

    key: str
    role: str
    printed: str | None = None
    computed: str | None = None


NO_FACT: Final = Fact()


class JobChecks:
    """The checks of one file. ``columns`` are the roles of the columns that it has."""

    def __init__(
        self, columns: frozenset[str], *, cohort: int, as_of: dt.date, today: dt.date
    ) -> None:
        self._columns = columns
        self._cohort = cohort
        self._as_of = as_of
        self._today = max(as_of, today)
        self._day = lru_cache(maxsize=1 << 12)(dates.day)
        self._earliest = lru_cache(maxsize=1 << 12)(dates.earliest)
        self._flaw = lru_cache(maxsize=1 << 16)(_flaw)

    def look(self, record: Record, entry: GraduateEntry) -> tuple[Fact, list[Complaint]]:
        """The fact that may be kept, and everything that is wrong."""
        root = entry.destination[:2]
        found = list(self._person(record, entry))
        employer = code = ""
        if "employer" in self._columns:
            found += self._employer(record, root)
            employer = self._kept_name(record.employer, found)
        if text := record.credit_code or record.organisation_code:
            role = "credit_code" if record.credit_code else "organisation_code"
            found += self._credit_code(text, role)
            code = _kept_code(text)
        elif "credit_code" in self._columns and root in WITH_EMPLOYER:
            found.append(Complaint("import.finding.credit_code_missing", "credit_code"))
        signed = None
        if record.signed_on:
            signed, said = self._signed(record, entry.level)
            found += said
        if entry.employer_kind not in (NOT_APPLICABLE, NOT_REPORTED):
            found += _kind(entry, root)
        if root in WITHOUT_EMPLOYER or not (employer or code or signed):
            return NO_FACT, found
        return Fact(employer, code, signed), found

    def _person(self, record: Record, entry: GraduateEntry) -> Iterator[Complaint]:
        number = entry.student_no
        if len(number) == 11 and identity.is_telephone(number):
            began = dates.usual_enrolment(entry.level, self._cohort).year
            if int(number[:2]) not in range(began % 100 - 1, began % 100 + 2):
                key = "import.finding.student_no_is_telephone"
                role = "student_no" if record.student_no else "exam_no"
                yield Complaint(key, role, identity.mask(number))
        if record.born and entry.person_hash:
            born = self._day(record.born)
            said = narrow(record.identity)[6:14]
            if born is None or f"{born:%Y%m%d}" != said:
                yield Complaint("import.finding.birth_date_differs", "born")

    def _employer(self, record: Record, root: str) -> Iterator[Complaint]:
        """Whether there is the name of a unit, and of the kind that the destination asks for."""
        name = record.employer
        if root == ABROAD:
            if not name and not record.foreign_school:
                yield Complaint("import.finding.abroad_missing", "employer")
        elif not name:
            if root in WITH_EMPLOYER:
                yield Complaint("import.finding.employer_missing", "employer")
            elif root in WITH_PROJECT_UNIT:
                yield Complaint("import.finding.project_unit_missing", "employer")
            elif root == STUDY:
                yield Complaint("import.finding.study_school_missing", "employer")
        elif root == SERVICE:
            yield Complaint("import.finding.employer_for_service", "employer", _printed(name))
        elif root == STUDY and not employers.is_school(name):
            yield Complaint("import.finding.study_not_a_school", "employer", _printed(name))

    @staticmethod
    def _kept_name(name: str, found: list[Complaint]) -> str:
        """The name to keep, none where it is somebody's or has somebody's number in it."""
        what = employers.personal(name) if name else None
        if what is None:
            return employers.trimmed(name)
        person, number = "import.finding.employer_is_person", "import.finding.employer_has_number"
        key = person if what == "person" else number
        found.append(Complaint(key, "employer", employers.hidden(name)))
        return ""

    def _credit_code(self, text: str, role: str) -> Iterator[Complaint]:
        flaw = self._flaw(text, role)
        if flaw == "personal":
            printed = employers.hidden(text)
            yield Complaint("import.finding.credit_code_personal", role, printed)
        elif flaw == "form":
            yield Complaint("import.finding.credit_code_form", role, text)
        elif flaw == "check":
            yield Complaint("import.finding.credit_code_check", role, credit_code.normalised(text))

    def _signed(self, record: Record, level: str) -> tuple[dt.date | None, list[Complaint]]:
        """The day of signing, and whether it lies where it can."""
        printed = record.signed_on
        day = self._day(printed)
        if day is None:
            return None, [Complaint("import.finding.date_unreadable", "signed_on", printed)]
        found = []
        enrolled = self._earliest(record.enrolled) if record.enrolled else None
        if record.enrolled and enrolled is None:
            key = "import.finding.date_unreadable"
            found.append(Complaint(key, "enrolled", record.enrolled))
        key = limit = ""
        if day > self._today:
            key, limit = "import.finding.signed_in_future", f"{self._today}"
        elif day > self._as_of:
            key, limit = "import.finding.signed_after_date", f"{self._as_of}"
        elif enrolled is not None:
            if day < enrolled:
                key, limit = "import.finding.signed_before_enrolment", f"{enrolled}"
        elif day < (began := dates.usual_enrolment(level, self._cohort)):
            key, limit = "import.finding.signed_too_early", f"{began}"
        if key:
            found.append(Complaint(key, "signed_on", printed, limit))
        return day, found


def _kind(entry: GraduateEntry, root: str) -> Iterator[Complaint]:
    """Employer kind against destination, industry against kind."""
    kind, industry = entry.employer_kind, entry.industry
    kinds = kinds_of_destination().get(root)
    if kinds is not None and kind not in kinds:
        yield Complaint("import.finding.employer_kind_differs", "employer_kind", kind, _list(kinds))
    if industry in (NOT_APPLICABLE, NOT_REPORTED):
        return
    allowed = industries_of_kind().get(kind)
    if allowed is not None and industry not in allowed:
        yield Complaint("import.finding.industry_differs", "industry", industry, _list(allowed))


def _list(codes: frozenset[str]) -> str:
    return ", ".join(sorted(codes))


def _printed(name: str) -> str:
    return employers.hidden(name) if employers.personal(name) else name


def _flaw(text: str, role: str) -> str | None:
    """``personal`` for somebody's number, else the flaw of the code."""
    code = credit_code.normalised(text)
    if identity.looks_like_one(code) or identity.is_telephone(code):
        return "personal"
    check = credit_code.organisation_flaw if role == "organisation_code" else credit_code.flaw
    return check(code)


def _kept_code(text: str) -> str:
    code = credit_code.normalised(text)
    sound = len(code) <= _LONGEST_CODE and code.isascii() and code.isalnum()
    return code if sound and _flaw(text, "organisation_code") != "personal" else ""

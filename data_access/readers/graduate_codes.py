"""What the cells of a graduate's record mean: each answer is a code, and what to say about it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from data_access.ledger import EMPLOYED, NOT_EMPLOYED, SEX_NOT_REPORTED
from data_access.readers.codes import NOT_REPORTED, CodeIndex
from data_access.readers.disciplines import FAMILY_OF_LEVEL
from data_access.readers.findings import Severity
from data_access.readers.text import fold, narrow
from data_access.readers.vocabulary import degree_levels, meaning

SEVERITIES: Final[Mapping[str, Severity]] = {
    "import.finding.destination_by_name": "info",
    "import.finding.destination_name_differs": "warning",
    "import.finding.destination_unknown": "warning",
    "import.finding.discipline_by_code": "info",
    "import.finding.discipline_code_differs": "info",
    "import.finding.discipline_of_other_level": "warning",
    "import.finding.discipline_unknown": "warning",
    "import.finding.employer_kind_unknown": "warning",
    "import.finding.graduation_year_differs": "warning",
    "import.finding.industry_unknown": "warning",
    "import.finding.not_graduated": "info",
    "import.finding.region_retired": "info",
    "import.finding.region_to_province": "info",
    "import.finding.region_unknown": "warning",
    "import.finding.sex_unknown": "warning",
}

_MISSING: Final = "import.rule.missing"
_TABLE_DESTINATIONS: Final = (EMPLOYED, NOT_EMPLOYED)
_DESTINATION: Final = re.compile("[0-9a-z]{2,8}")
_YEAR: Final = re.compile("((?:19|20)[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Answer:
    """A code; ``rule`` is the message key of the rule that refuses it, ``note`` of the finding.

    ``computed`` is for the finding, ``new_name`` the name of a code that is not known yet.
    """

    code: str
    rule: str = ""
    note: str = ""
    computed: str | None = None
    new_name: str = ""

    has_more: bool = field(init=False)
    """Whether there is anything to say beyond the code (a field: asked millions of times)."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "has_more", bool(self.rule or self.note))


class Answers:
    """Answers each question once per distinct text: a file has few texts and many rows."""

    def __init__(self, codes: CodeIndex, cohort: int) -> None:
        self._codes = codes
        self._cohort = cohort
        self.level: Callable[[str, str], Answer] = cache(_level)
        self.sex: Callable[[str, str], Answer] = cache(_sex)
        self.discipline: Callable[[str, str, str], Answer] = cache(self._discipline)
        self.destination: Callable[[str, str], Answer] = cache(self._destination)
        self.region: Callable[[str], Answer] = cache(self._region)
        self.employer_kind: Callable[[str], Answer] = cache(self._employer_kind)
        self.industry: Callable[[str], Answer] = cache(self._industry)
        self.graduated: Callable[[str], Answer] = cache(self._graduated)

    def _discipline(self, level: str, official_code: str, name: str) -> Answer:
        if not fold(official_code) and not fold(name):
            return Answer("", rule=_MISSING)
        match = self._codes.disciplines.lookup_coded(
            FAMILY_OF_LEVEL[level], official_code, name, self._cohort
        )
        found = match.discipline
        return Answer(
            found.code,
            note=match.note or "",
            computed=found.code if found.flagged else found.name,
            new_name=found.name if found.flagged else "",
        )

    def _destination(self, text: str, name: str) -> Answer:
        code, known = fold(text), self._codes.destinations
        named = self._codes.destination_by_name.get(fold(name))
        if not code:
            if named and named not in _TABLE_DESTINATIONS:
                return Answer(named, note="import.finding.destination_by_name", computed=named)
            named_only = "import.rule.destination_without_code"
            return Answer("", rule=named_only if fold(name) else _MISSING)
        if code in _TABLE_DESTINATIONS:
            return Answer("", rule="import.rule.destination_of_tables")
        if not _DESTINATION.fullmatch(code):
            return Answer("", rule="import.rule.destination_form")
        if code not in known or code in self._codes.flagged_destinations:
            return Answer(
                code,
                note="import.finding.destination_unknown",
                new_name=narrow(name) or known.get(code, code),
            )
        if named and not (named.startswith(code) or code.startswith(named)):
            note = "import.finding.destination_name_differs"
            return Answer(code, note=note, computed=known[code])
        return Answer(code)

    def _region(self, text: str) -> Answer:
        region = self._codes.region(text)
        return Answer(region.code, note=region.rule or "", computed=region.code)

    def _employer_kind(self, text: str) -> Answer:
        note = "import.finding.employer_kind_unknown"
        return _listed(text, self._codes.employer_kinds, note)

    def _industry(self, text: str) -> Answer:
        return _listed(text, self._codes.industries, "import.finding.industry_unknown")

    def _graduated(self, text: str) -> Answer:
        year = _YEAR.match(fold(text))
        if year is None or int(year[1]) == self._cohort:
            return Answer("")
        note = "import.finding.graduation_year_differs"
        return Answer("", note=note, computed=str(self._cohort))


def _level(text: str, name: str) -> Answer:
    code = fold(text)
    level, degree = degree_levels().get(code.zfill(2) if code else "", ("", ""))
    level = level or meaning("level", name) or meaning("level", text) or ""
    if not level:
        return Answer("", rule="import.rule.level_unknown" if code or fold(name) else _MISSING)
    unfinished = meaning("not_graduated", name or degree or text)
    return Answer(level, note="import.finding.not_graduated" if unfinished else "")


def _sex(code: str, text: str) -> Answer:
    if not fold(code) and not fold(text):
        return Answer(SEX_NOT_REPORTED)
    sex = meaning("sex", code) or meaning("sex", text)
    if sex is None:
        return Answer(SEX_NOT_REPORTED, note="import.finding.sex_unknown")
    return Answer(sex)


def _listed(text: str, known: frozenset[str], note: str) -> Answer:
    code = fold(text)
    if not code or code == NOT_REPORTED:
        return Answer(NOT_REPORTED)
    return Answer(code) if code in known else Answer(NOT_REPORTED, note=note)

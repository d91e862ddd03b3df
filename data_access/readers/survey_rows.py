"""Turns the rows of a survey file into respondents, and into counts of those who were asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from data_access.readers.cells import Row
from data_access.readers.disciplines import FAMILY_OF_LEVEL, DisciplineIndex
from data_access.readers.findings import ProblemLog
from data_access.readers.header import Header
from data_access.readers.text import fold, narrow
from data_access.readers.vocabulary import WordKind, meaning
from data_access.survey_ledger import NOT_APPLICABLE, Respondent, SurveyKind

Scale = Literal["yes", "positive", "rating", "amount"]

MAX_AMOUNT: Final = 1_000_000  # yuan a month
MAX_WEIGHT: Final = 1_000_000
_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_GROUPS: Final = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_WORDS: Final[dict[Scale, WordKind]] = {"yes": "yes", "positive": "grade", "rating": "grade"}
_RULES: Final[dict[Scale, str]] = {
    "yes": "import.rule.answer_yes",
    "positive": "import.rule.answer_grade",
    "rating": "import.rule.answer_grade",
    "amount": "import.rule.answer_amount",
}


class Item(NamedTuple):
    """A question: its code, what its answers look like, the headers it may stand under."""

    code: str
    scale: Scale
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyCodes:
    """The codes that a survey may name, and its questions; ``levels`` by folded code and name."""

    schools: frozenset[str]
    levels: Mapping[str, str]
    disciplines: DisciplineIndex
    discipline_codes: frozenset[str]
    items: Mapping[SurveyKind, tuple[Item, ...]]


@dataclass(slots=True)
class SurveyRows:
    """Takes the rows one by one; what breaks a rule goes to ``problems``."""

    header: Header
    kind: SurveyKind
    codes: SurveyCodes
    cohort: int
    problems: ProblemLog
    found: int = 0
    invited: dict[tuple[str, str], int] = field(default_factory=dict)
    respondents: list[Respondent] = field(default_factory=list)

    def take(self, row: Row) -> None:
        """Counts the row as asked, and keeps its answers if it has any."""
        self.found += 1
        before, number = self.problems.total, row.number
        cells = {
            role: row.cells[place] if place < len(row.cells) else ""
            for role, place in self.header.columns.items()
        }
        school = self._school(number, cells["school"])
        level, discipline = self._studied(number, cells)
        weight = self._weight(number, cells.get("weight", ""))
        answers = tuple(
            (item.code, value)
            for item in self.codes.items[self.kind]
            if (value := self._answer(number, item, cells.get(item.code, ""))) is not None
        )
        if self.problems.total != before:
            return
        self.invited[school, level] = self.invited.get((school, level), 0) + 1
        if answers:
            self.respondents.append(Respondent(school, level, discipline, weight, answers))

    def _school(self, row: int, text: str) -> str:
        code = narrow(text)
        if code not in self.codes.schools:
            rule = "import.rule.school_unknown" if code else "import.rule.missing"
            self._problem(rule, row, "school", text)
        return code

    def _studied(self, row: int, cells: dict[str, str]) -> tuple[str, str]:
        """Level and discipline; neither applies to an employer."""
        if self.kind == "employer":
            return NOT_APPLICABLE, NOT_APPLICABLE
        text = cells["level"]
        level = self.codes.levels.get(fold(text)) or meaning("level", text)
        if level is None:
            rule = "import.rule.level_unknown" if fold(text) else "import.rule.missing"
            self._problem(rule, row, "level", text)
            return "", ""
        return level, self._discipline(row, FAMILY_OF_LEVEL[level], cells.get("discipline", ""))

    def _discipline(self, row: int, family: str, text: str) -> str:
        folded = fold(text)
        if not folded:
            return f"{family}-00"
        if folded in self.codes.discipline_codes and folded.startswith(family):
            return folded
        official = folded.rstrip("tk").isdecimal()
        index = self.codes.disciplines
        found = index.lookup_coded(
            family, folded if official else "", "" if official else text, self.cohort
        ).discipline
        if found.flagged:
            self._problem("import.rule.discipline_unknown", row, "discipline", text)
        return found.code

    def _weight(self, row: int, text: str) -> float:
        if not fold(text):
            return 1.0
        value = _number(text)
        if value is None or not 0 < value <= MAX_WEIGHT:
            self._problem("import.rule.weight", row, "weight", text)
            return 1.0
        return value

    def _answer(self, row: int, item: Item, text: str) -> float | None:
        """The answer as a number; None where there is none."""
        if not fold(text):
            return None
        value: float | None
        if item.scale == "amount":
            value = _number(text)
            value = value if value is not None and 0 < value <= MAX_AMOUNT else None
        else:
            said = meaning(_WORDS[item.scale], _without_zeros(text))
            value = None if said is None else float(said)
        if value is None:
            self._problem(_RULES[item.scale], row, item.code, text)
        return value

    def _problem(self, rule: str, row: int, role: str, value: str) -> None:
        self.problems.add(rule, row=row, column=self.header.name(role), value=value)


def _number(text: str) -> float | None:
    plain = _GROUPS.sub("", fold(text))
    return float(plain) if _NUMBER.fullmatch(plain) else None


def _without_zeros(text: str) -> str:
    """4.0 is 4: spreadsheets and statistics programs write whole numbers so."""
    plain = fold(text)
    return plain.rstrip("0").rstrip(".") if re.fullmatch(r"[0-9]+\.0+", plain) else plain

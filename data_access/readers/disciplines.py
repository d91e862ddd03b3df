"""Finds the code of a discipline by the name or official code that a file prints."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from data_access.readers.text import fold, narrow
from data_access.readers.vocabulary import words

Family = Literal["g", "b", "v"]
Rank = Literal["category", "class", "major"]

FAMILIES: Final[tuple[Family, ...]] = ("g", "b", "v")

FAMILY_OF_LEVEL: Final[Mapping[str, Family]] = {
    "postgraduate": "g",
    "doctorate": "g",
    "master": "g",
    "bachelor": "b",
    "diploma": "v",
}
LOCAL: Final = "local"
"""The catalogue of names that no edition knows; what is in it stays flagged."""

_CODES_FROM_COHORT: Final = {"v": 2024}
"""The vocational catalogue of 2021 gave codes of the 2015 one (51 to 59) to other classes; who
graduated before 2024 began under the older one, so that only the name says what it was."""

_COARSE_FIRST: Final = {"class": 0, "major": 1, "category": 2}
_FINE_FIRST: Final = {"major": 0, "class": 1, "category": 2}
_YEAR: Final = re.compile(r"[0-9]{4}$")


class DisciplineRow(NamedTuple):
    """One row of the registry's table of disciplines."""

    code: str
    catalogue: str
    rank: str
    parent: str | None
    name_zh: str
    family: str
    official_code: str = ""


class Discipline(NamedTuple):
    """What a name was taken for. ``flagged``: no catalogue knows it and a person has to look."""

    code: str
    name: str
    flagged: bool


class Match(NamedTuple):
    """A discipline and, if there is something to say, the message key of the finding."""

    discipline: Discipline
    note: str | None = None


class DisciplineIndex:
    """The disciplines of every catalogue edition, by name and by official code."""

    def __init__(self, rows: Iterable[DisciplineRow | tuple[str, ...]]) -> None:
        self._by_name: dict[tuple[str, str], list[DisciplineRow]] = {}
        self._by_code: dict[tuple[str, str], list[DisciplineRow]] = {}
        for row in map(DisciplineRow._make, (_complete(r) for r in rows)):
            if row.catalogue == LOCAL:
                continue  # it would be found under the same code and flagged again
            for name in {fold(row.name_zh), _without_ending(fold(row.name_zh))}:
                self._by_name.setdefault((row.family, name), []).append(row)
            code = fold(row.official_code).rstrip("tk")
            self._by_code.setdefault((row.family, code), []).append(row)

    def lookup(self, family: str, name: str, *, fine: bool = False) -> Discipline:
        """The discipline of this name.

        A name as printed comes before the same name with or without the ending of a class;
        then class before major before category (``fine``: major, class, category, for records
        of persons); then the newest catalogue. Names that no catalogue has get the code
        ``<family>-x<8 hexadecimal digits>`` and are flagged.
        """
        row = self._named(family, name, fine=fine)
        if row is None:
            return unknown_discipline(family, name)
        return Discipline(row.code, row.name_zh, flagged=False)

    def lookup_coded(self, family: str, official_code: str, name: str, cohort: int) -> Match:
        """The discipline of a person's record, by name and official code, the finest rank first.

        The name decides where both are known and differ, because editions use one code for
        different names. An unknown name with a code of a known class counts for the class.
        Codes are compared without the letters T and K, and with a lost leading zero.
        """
        by_code = self._coded(family, official_code, cohort)
        by_name = self._named(family, name, fine=True) if name else None
        if by_name is not None:
            found = Discipline(by_name.code, by_name.name_zh, flagged=False)
            if by_code is None or by_name in by_code or not _is_other(by_name, by_code):
                return Match(found)
            return Match(found, "import.finding.discipline_code_differs")
        if by_code:
            row = min(by_code, key=lambda r: _order(r, _FINE_FIRST))
            note = "import.finding.discipline_by_code" if name else None
            return Match(Discipline(row.code, row.name_zh, flagged=False), note)
        unknown = unknown_discipline(family, name or official_code)
        if self._of_other_level(family, official_code, name, cohort):
            return Match(unknown, "import.finding.discipline_of_other_level")
        return Match(unknown, "import.finding.discipline_unknown")

    def _of_other_level(self, family: str, official_code: str, name: str, cohort: int) -> bool:
        """Whether a discipline its own family does not know is one of another family.

        The code has to be the other family's, and so has the name where that family's majors
        are known. A name alone will do unless it is a diploma's: majors of the vocational
        catalogue do not ship, and some are called as those of bachelors are.
        """
        code = fold(official_code)
        for other in FAMILIES:
            if other == family:
                continue
            named = self._named(other, name, fine=True) if name else None
            exact = named is not None and fold(named.name_zh) == fold(name)
            if code and self._coded(other, code, cohort) and (exact or not name or other == "v"):
                return True
            if exact and not code and family != "v":
                return True
        return False

    def _coded(
        self, family: str, official_code: str, cohort: int
    ) -> Sequence[DisciplineRow] | None:
        """The disciplines with this code, else those with the code of its class."""
        code = fold(official_code).rstrip("tk")
        if not code.isdecimal() or cohort < _CODES_FROM_COHORT.get(family, 0):
            return None
        code = f"0{code}" if len(code) % 2 and (family, code) not in self._by_code else code
        return self._by_code.get((family, code)) or self._by_code.get((family, code[:4]))

    def _named(self, family: str, name: str, *, fine: bool) -> DisciplineRow | None:
        folded = fold(name)
        rows = self._by_name.get((family, folded)) or self._by_name.get(
            (family, _without_ending(folded))
        )
        if not rows:
            return None
        ranks = _FINE_FIRST if fine else _COARSE_FIRST
        return min(rows, key=lambda row: (fold(row.name_zh) != folded, *_order(row, ranks)))


def unknown_discipline(family: str, name: str) -> Discipline:
    """The code of a name that no catalogue has: the same for every way of printing it."""
    printed = narrow(name)
    digest = hashlib.sha256(printed.encode()).hexdigest()[:8]
    return Discipline(f"{family}-x{digest}", printed, flagged=True)


def parent_of_unknown(family: str) -> str:
    """The category that holds the names no catalogue has."""
    return f"{family}-x"


def _complete(row: DisciplineRow | tuple[str, ...]) -> tuple[str, ...]:
    """A row given without its official code has it after the family: ``b-0809``."""
    code, official = row[0], row[6] if len(row) > 6 else ""
    return (*row[:6], official or code.partition("-")[2])


def _order(row: DisciplineRow, ranks: Mapping[str, int]) -> tuple[int, int]:
    year = _YEAR.search(row.catalogue)
    return ranks.get(row.rank, len(ranks)), -int(year[0]) if year else 0


def _is_other(row: DisciplineRow, by_code: Sequence[DisciplineRow]) -> bool:
    """Whether the code leads outside the discipline: its class is no contradiction."""
    return all(other.code != row.parent and other.parent != row.code for other in by_code)


def _without_ending(folded: str) -> str:
    for word in words("class_ending"):
        if len(folded) > len(word.word) + 1:
            folded = folded.removesuffix(word.word)
    return folded

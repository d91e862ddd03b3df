"""The registry's codes as the readers need them: which are known, and what stands for others."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from data_access.code_book import CodeBook
from data_access.readers.disciplines import DisciplineIndex, DisciplineRow
from data_access.readers.text import fold
from data_access.readers.vocabulary import retired_regions

NOT_REPORTED_REGION: Final = "000000"
NOT_REPORTED: Final = "00"
NOT_APPLICABLE: Final = "none"

_SIX_DIGITS: Final = re.compile("[0-9]{6}")


class Region(NamedTuple):
    """The region a code was taken for; ``rule`` is the message key of what was done, if any."""

    code: str
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeIndex:
    """Every code that a file of graduates may name."""

    schools: frozenset[str]
    destinations: Mapping[str, str]
    destination_by_name: Mapping[str, str]
    flagged_destinations: frozenset[str]
    regions: Mapping[str, str]
    provinces_with_cities: frozenset[str]
    employer_kinds: frozenset[str]
    industries: frozenset[str]
    disciplines: DisciplineIndex

    @classmethod
    def from_rows(
        cls,
        *,
        schools: Iterable[str],
        destinations: Iterable[tuple[str, str, bool]],
        regions: Iterable[tuple[str, str, str | None]],
        employer_kinds: Iterable[str],
        industries: Iterable[str],
        disciplines: DisciplineIndex,
    ) -> "CodeIndex":
        """From plain rows.

        ``destinations`` are (code, name, flagged), ``regions`` (code, rank, parent).
        """
        coded = list(destinations)
        places = list(regions)
        return cls(
            schools=frozenset(schools),
            destinations={code: name for code, name, _ in coded},
            destination_by_name={fold(name): code for code, name, _ in reversed(coded)},
            flagged_destinations=frozenset(code for code, _, flagged in coded if flagged),
            regions={code: rank for code, rank, _ in places if rank in ("province", "city")},
            provinces_with_cities=frozenset(
                parent for _, rank, parent in places if rank == "city" and parent
            ),
            employer_kinds=frozenset(employer_kinds) - {NOT_REPORTED, NOT_APPLICABLE},
            industries=frozenset(industries) - {NOT_REPORTED, NOT_APPLICABLE},
            disciplines=disciplines,
        )

    def region(self, text: str) -> Region:
        """The city, or else the province, of a six-digit code; counties belong to their city.

        A code that is no longer in force counts for the city that took its place.
        """
        code = fold(text)
        if not code or code == NOT_REPORTED_REGION:
            return Region(NOT_REPORTED_REGION)
        if code in self.regions:
            return Region(code)
        if _SIX_DIGITS.fullmatch(code):
            city, province = f"{code[:4]}00", f"{code[:2]}0000"
            successor = retired_regions().get(code) or retired_regions().get(city, "")
            if successor in self.regions:
                return Region(successor, "import.finding.region_retired")
            if city in self.regions:
                return Region(city)
            if province in self.regions:
                lost = province in self.provinces_with_cities
                return Region(province, "import.finding.region_to_province" if lost else None)
        return Region(NOT_REPORTED_REGION, "import.finding.region_unknown")


def discipline_index(book: CodeBook) -> DisciplineIndex:
    """The disciplines of the registry's code book."""
    return DisciplineIndex(
        DisciplineRow(
            code.code,
            code.extra["catalogue"],
            code.extra["rank"],
            code.parent,
            code.name_zh,
            code.code.partition("-")[0],
            code.extra["official_code"],
        )
        for code in book.tables["discipline"].values()
    )


def code_index(book: CodeBook) -> CodeIndex:
    """Every code of the registry's code book."""
    tables = book.tables
    return CodeIndex.from_rows(
        schools=tables["school"],
        destinations=(
            (c.code, c.name_zh, bool(c.extra["flagged"])) for c in tables["destination"].values()
        ),
        regions=((c.code, c.extra["rank"], c.parent) for c in tables["region"].values()),
        employer_kinds=tables["employer_kind"],
        industries=tables["industry"],
        disciplines=discipline_index(book),
    )

"""The code tables that ship with the program, and how names become discipline codes.

The tables themselves are the CSV files beside this module; where each comes from, what was
changed and what nobody has confirmed is in ``SOURCES.md``. :mod:`data_access.seed` writes them
into the registry.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Final, Literal, NamedTuple

Family = Literal["g", "b", "v"]
FAMILIES: Final[tuple[Family, ...]] = ("g", "b", "v")
FAMILY_OF_LEVEL: Final[Mapping[str, Family]] = {
    "postgraduate": "g",
    "doctorate": "g",
    "master": "g",
    "bachelor": "b",
    "diploma": "v",
}
WHOLE_AUTHORITY: Final = "00000"
_RANK_ORDER: Final[Mapping[str, int]] = {"class": 0, "major": 1, "category": 2}


class DisciplineName(NamedTuple):
    """What a lookup by name needs to know of one row of the discipline table."""

    code: str
    name_zh: str
    rank: str


def not_specified(family: Family) -> str:
    """The code of graduates whose discipline nobody stated."""
    return f"{family}-00"


def not_in_catalogue(family: Family) -> str:
    """The category that holds the names no catalogue of this family knows."""
    return f"{family}-x"


def discipline_code(family: Family, name: str) -> str:
    """The code of a name that no catalogue has: always the same for the same name.

    Names of older catalogues carry codes of this form too, so a name that came in unknown keeps
    its code when a later version of the program learns where it belongs.
    """
    return f"{not_in_catalogue(family)}{sha256(name.strip().encode()).hexdigest()[:8]}"


def disciplines_by_name(
    rows: Iterable[DisciplineName],
) -> dict[tuple[Family, str], str]:
    """(family, Chinese name) to code; among equal names a class wins, then a major.

    Published tables name classes, so 法学 of the postgraduates is the class 0301 and not the
    category 03. Of two names of the same rank the one whose code sorts first wins.
    """
    ordered = sorted(rows, key=lambda row: (_RANK_ORDER[row.rank], row.code), reverse=True)
    return {(family_of(row.code), row.name_zh): row.code for row in ordered}


def family_of(code: str) -> Family:
    """The family of a discipline code; raises ``ValueError`` for a code of no family."""
    for family in FAMILIES:
        if code.startswith(f"{family}-"):
            return family
    raise ValueError(f"{code!r} is not a discipline code")

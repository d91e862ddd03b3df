"""Names of employers: which are a person's, which have a number in them, which are a school's."""

import re
from functools import lru_cache
from typing import Final, Literal

from data_access.readers.text import fold, narrow
from data_access.readers.vocabulary import meaning

LONGEST: Final = 120

Personal = Literal["person", "number"]

_BETWEEN_DIGITS: Final = re.compile(r"(?<=[0-9])[-\s](?=[0-9])")
_NUMBER: Final = re.compile(r"(?<![0-9])(?:0[0-9]{9,}|[0-9]{11,})(?:[xX])?(?![0-9])")
_SHORT: Final = re.compile(r"[\u4e00-\u9fff]{2,4}")
_TWO_PARTS: Final = re.compile(
    r"[\u4e00-\u9fff]{1,8}[\u00b7\u2022\u2027\u30fb][\u4e00-\u9fff]{1,8}"
)
_DIGIT: Final = re.compile("[0-9]")


@lru_cache(maxsize=1 << 16)
def personal(name: str) -> Personal | None:
    """Whether a name must not be kept: it looks like a person's, or has a long number in it.

    A person's name is two or three characters that begin with a surname (three or four where
    the surname has two), or two parts with a dot between them, without the ending of a unit.
    Telephones, identity numbers and the like are 11 digits and more, or 10 with an area code.
    """
    folded = fold(name)
    if _NUMBER.search(_BETWEEN_DIGITS.sub("", folded)):
        return "number"
    two_parts = _TWO_PARTS.fullmatch(folded)
    if not (two_parts or _SHORT.fullmatch(folded)) or meaning("unit_ending", folded):
        return None
    if two_parts:
        return "person"
    surname = meaning("surname", folded)
    if surname is None:
        return None
    given = len(folded) - (2 if surname == "two" else 1)
    return "person" if given in (1, 2) else None


def hidden(name: str) -> str:
    """A personal name for a message: its first character and stars, every digit a star."""
    short = narrow(name)[:LONGEST]
    return _DIGIT.sub("*", short) if _DIGIT.search(short) else short[:1] + "*" * (len(short) - 1)


@lru_cache(maxsize=1 << 14)
def is_school(name: str) -> bool:
    """Whether the name is that of a place of study."""
    return meaning("school", name) is not None


def trimmed(name: str) -> str:
    """The name as printed, at most ``LONGEST`` characters."""
    return name.strip()[:LONGEST]

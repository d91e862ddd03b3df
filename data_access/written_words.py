"""Words that people write into the store: tidied, limited, and without numbers of persons.

No identity number and no telephone number is kept in any table, so a text that holds one is
refused. Names cannot be told from other words; the forms say that none is wanted.
"""

import re
import unicodedata
from typing import Final

from data_access.errors import InputError

LONGEST_LABEL: Final = 60  # characters
LONGEST_TITLE: Final = 80
LONGEST_WORDS: Final = 2_000

_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[\s.\-\u2010-\u2015()/·]+(?=[\dXx])")
_IDENTITY: Final = re.compile(r"(?<!\d)[1-9]\d{5}(?:(?:18|19|20)\d{9}[\dXx]|\d{9})(?!\d)")
_MOBILE: Final = re.compile(r"(?<!\d)(?:0{0,2}86)?1[3-9]\d{9}(?!\d)")
_LANDLINE: Final = re.compile(r"(?<!\d)0\d{2,3}[\s\-\u2010-\u2015()]{1,3}[2-9]\d{6,7}(?!\d)")
_KEPT_BREAKS: Final = ("\n",)
_DROPPED: Final = ("Cc", "Cf", "Cs", "Co", "Cn")


def tidy(text: str) -> str:
    """The text without control characters and without blanks around it; line ends as LF."""
    whole = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (c for c in whole if c in _KEPT_BREAKS or unicodedata.category(c) not in _DROPPED)
    return "".join(kept).strip()


def holds_personal_number(text: str) -> bool:
    """Whether an identity number (of 18 or 15 digits) or a telephone number stands in the text.

    Full-width digits are digits; blanks, dots and dashes between digits do not hide a number.
    """
    plain = unicodedata.normalize("NFKC", tidy(text))
    joined = _BETWEEN_DIGITS.sub("", plain)
    return any(
        pattern.search(one)
        for pattern, one in (
            *((pattern, one) for pattern in (_IDENTITY, _MOBILE) for one in (plain, joined)),
            (_LANDLINE, plain),
        )
    )


def written(text: str | None, what: str, longest: int, *, lines: bool = False) -> str:
    """The tidied text.

    Raises InputError ``words.empty``, ``words.long`` or ``words.personal``; ``what`` is the message
    key of the field's name, for the person who wrote it.
    """
    found = tidy(text or "")
    if not lines:
        found = " ".join(found.split())
    if not found:
        raise InputError("words.empty", field=what)
    if len(found) > longest:
        raise InputError("words.long", field=what, longest=longest, length=len(found))
    if holds_personal_number(found):
        raise InputError("words.personal", field=what)
    return found

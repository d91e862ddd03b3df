"""Unified social credit codes (GB 32100-2015) and the organisation codes within them (GB 11714).

A credit code has 18 places: two of the registering authority, six digits of its region, nine of
the organisation and a check character. Letters that look like digits (I, O, Z, S, V) are in none
of them. With weights 3^(i-1) modulo 31 the weighted sum of all places is 0 modulo 31.
An organisation code is the nine places alone, with a check character modulo 11.
"""

import re
from typing import Final, Literal

from data_access.readers.text import narrow

Flaw = Literal["form", "check"]

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_FORM: Final = re.compile(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_ORGANISATION: Final = re.compile("[0-9A-Z]{8}[0-9X]")
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


def normalised(text: str) -> str:
    """Half width, capital letters, without spaces and hyphens."""
    return narrow(text).upper().replace("-", "").replace(" ", "")


def flaw(code: str) -> Flaw | None:
    """What is wrong with a normalised credit code; None if nothing."""
    if not _FORM.fullmatch(code):
        return "form"
    return None if check_character(code[:17]) == code[17] else "check"


def organisation_flaw(code: str) -> Flaw | None:
    """The same for a column of organisation codes, where a credit code is as good."""
    if len(code) != 9:
        return flaw(code)
    if not _ORGANISATION.fullmatch(code):
        return "form"
    total = sum(w * int(c, 36) for w, c in zip(_ORGANISATION_WEIGHTS, code[:8], strict=True))
    return None if "0X987654321"[total % 11] == code[8] else "check"


def check_character(first: str) -> str:
    """The last character of a credit code whose other 17 are these, all in the alphabet."""
    total = sum(w * ALPHABET.index(c) for w, c in zip(_WEIGHTS, first, strict=True))
    return ALPHABET[-total % 31]

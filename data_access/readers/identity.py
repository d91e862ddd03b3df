"""Identity numbers: checked, turned into a keyed hash, and forgotten.

GB 11643: six digits of region, eight of birth date, three of order (odd for men) and a check
character, where the weighted sum of all 18 is 1 modulo 11 (ISO 7064, MOD 11-2).
"""

import datetime as dt
import hmac
import re
from operator import mul
from typing import Final, Literal

Flaw = Literal["format", "checksum", "birth_date"]

MIN_KEY_BYTES: Final = 16
_AGE_AT_GRADUATION: Final = range(14, 81)

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS: Final = ord("0") * sum(_WEIGHTS)
_CHECK_CHARACTERS: Final = "10X98765432"
_FORM: Final = re.compile(r"[0-9]{17}[0-9X]")
_MOBILE: Final = re.compile("1[3-9][0-9]{9}")
_TELEPHONE: Final = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?![0-9])")
_INSIDE_TEXT: Final = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx](?![0-9])")


def flaw(number: str, cohort: int) -> Flaw | None:
    """What is wrong with an identity number of a graduate of this cohort; None if nothing.

    ``number`` is in capital letters and half width.
    """
    if not _FORM.fullmatch(number):
        return "format"
    if not _check_character_fits(number):
        return "checksum"
    try:
        born = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "birth_date"
    return None if cohort - born.year in _AGE_AT_GRADUATION else "birth_date"


def looks_like_one(text: str) -> bool:
    """Whether this is an identity number rather than a student number of 18 digits."""
    number = text.upper()
    return bool(_FORM.fullmatch(number)) and _check_character_fits(number)


def is_telephone(text: str) -> bool:
    """Whether this has the form of a mobile telephone number of the mainland."""
    return bool(_MOBILE.fullmatch(text))


def sex(number: str) -> str:
    """The code of the sex that a valid number says: 1 male, 2 female."""
    return "1" if int(number[16]) % 2 else "2"


def keyed_hash(number: str, key: bytes) -> str:
    """HMAC-SHA256 in hexadecimal: the only trace of the number that is kept."""
    return hmac.digest(key, number.encode(), "sha256").hex()


def mask(number: str) -> str:
    """First three and last two characters, the rest as stars; nothing of a short text."""
    hidden = len(number) - 5
    if hidden <= 0:
        return "*" * len(number)
    return f"{number[:3]}{'*' * hidden}{number[-2:]}"


def mask_numbers(text: str) -> str:
    """The text with everything masked that looks like an identity number or a telephone."""
    return _TELEPHONE.sub(lambda match: mask(match[0]), mask_all(text))


def mask_all(text: str) -> str:
    """The text with everything that looks like an identity number masked."""
    return _INSIDE_TEXT.sub(lambda match: mask(match[0]), text)


def _check_character_fits(number: str) -> bool:
    total = sum(map(mul, _WEIGHTS, number.encode())) - _ZEROS
    return _CHECK_CHARACTERS[total % 11] == number[17]

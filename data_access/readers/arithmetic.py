"""Numbers as people print them: counts with separators, percentages, half-up rounding.

Checking a printed rate needs official rounding, and this package may not import the
application's one function for rates; ``percent`` here only ever answers whether a printed
number is the right one. No rate from it is stored or shown as a result.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from data_access.readers.text import fold, narrow

MAX_COUNT_DIGITS: Final = 9

_PLAIN: Final = re.compile(r"[0-9]+(\.0*)?")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.0*)?")
_FRACTION: Final = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?\.[0-9]*[1-9][0-9]*")
_NEGATIVE: Final = re.compile(r"[-−–](?=[0-9.])")
_RATE: Final = re.compile(r"([0-9]{1,9}(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]-?[0-9]{1,2})?(%?)")
_DIGITS_LOST: Final = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,3}")


def read_count(text: str) -> int | str:
    """A whole number of people, or the message key of the rule that the text breaks."""
    digits = fold(text)
    if not digits:
        return "import.rule.missing"
    if _PLAIN.fullmatch(digits) or _GROUPED.fullmatch(digits):
        whole = digits.partition(".")[0].replace(",", "")
        if len(whole.lstrip("0")) > MAX_COUNT_DIGITS:
            return "import.rule.too_large"
        return int(whole)
    if negative := _NEGATIVE.match(digits):
        rest = read_count(digits[negative.end() :])
        return 0 if rest == 0 else "import.rule.negative"
    if _FRACTION.fullmatch(digits):
        return "import.rule.not_whole"
    return "import.rule.not_a_number"


def digits_were_lost(text: str) -> bool:
    """Whether a spreadsheet turned a long number into scientific notation: 1.40105E+17."""
    return bool(_DIGITS_LOST.fullmatch(narrow(text)))


@dataclass(frozen=True, slots=True)
class PrintedRate:
    """A rate as it stands in a cell; ``signed`` means that it has a percent sign."""

    value: Decimal
    decimals: int
    signed: bool


def read_rate(text: str) -> PrintedRate | None:
    """The number in a cell of a rate column; None if it is not a number."""
    match = _RATE.fullmatch(fold(text))
    if not match:
        return None
    value = Decimal(match[0].removesuffix("%"))
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return PrintedRate(value, max(-exponent, 0), bool(match[4]))


def percent(part: int, whole: int, decimals: int = 2) -> Decimal:
    """``part / whole`` in percent, half-up, in whole numbers only: 109 of 160 is 68.13."""
    twice = 2 * 100 * 10**decimals * part
    return Decimal((twice + whole) // (2 * whole)).scaleb(-decimals)

"""How the value of a spreadsheet cell becomes the text that a person sees in it.

Numbers keep their value, whatever their decimals on the screen, with three exceptions: a
percent format prints percent with its decimals, a date format prints the date, and a format of
zeros (``000000``) prints leading zeros. Formulas are never evaluated: the value that the
spreadsheet program saved with the formula is read, and nothing where it saved none.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final, Literal, NamedTuple

EXACT_DIGITS: Final = 15
"""Spreadsheet programs keep 15 digits of a number; what a longer one says is lost."""

_BUILT_IN_PERCENT: Final = {9: 0, 10: 2}
_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_A_PATTERN: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no time zones
_EPOCH_1904: Final = dt.datetime(1904, 1, 1)  # noqa: DTZ001


class Row(NamedTuple):
    """A row of a sheet: its number as the spreadsheet program shows it, and its texts."""

    number: int
    cells: tuple[str, ...]


RowIterator = Iterator[Row]


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What a number format does to the text of a number; ``digits`` are decimals or width."""

    kind: Literal["plain", "percent", "date", "zeros"] = "plain"
    digits: int = 0


PLAIN: Final = NumberFormat()


def number_format(number_id: int, pattern: str | None) -> NumberFormat:
    """The format of a style: ``pattern`` for a custom one, else one of the built-in numbers."""
    if pattern is None:
        if number_id in _BUILT_IN_PERCENT:
            return NumberFormat("percent", _BUILT_IN_PERCENT[number_id])
        return NumberFormat("date") if number_id in _BUILT_IN_DATES else PLAIN
    bare = _NOT_A_PATTERN.sub("", pattern.partition(";")[0]).lower()
    if "%" in bare:
        return NumberFormat("percent", len(re.sub(r"[^0#?]", "", bare.partition(".")[2])))
    if "general" in bare:
        return PLAIN
    if re.search("[ymdhs]", bare):
        return NumberFormat("date")
    return NumberFormat("zeros", len(bare)) if re.fullmatch("0{2,}", bare) else PLAIN


def number_text(raw: str, form: NumberFormat = PLAIN, *, from_1904: bool = False) -> str:
    """The text of a number: ``23.0`` is 23, ``0.8696`` in a percent format 86.96%.

    A whole number of more than 15 digits comes in scientific notation, because a spreadsheet
    has already lost its last digits.
    """
    if form is PLAIN and raw.isdecimal() and len(raw) <= EXACT_DIGITS:
        return raw
    try:
        number = float(raw)
        exact = Decimal(repr(number))
        if form.kind == "percent":
            scale = Decimal(1).scaleb(-form.digits)
            return f"{(exact * 100).quantize(scale, ROUND_HALF_UP):f}%"
        if form.kind == "date":
            return _date_text(number, from_1904=from_1904)
        if not number.is_integer():
            return repr(number)
    except (ValueError, OverflowError, InvalidOperation):
        return raw
    if abs(number) >= 10**EXACT_DIGITS:
        return f"{number:.14e}"
    return str(int(number)).zfill(form.digits)


def _date_text(serial: float, *, from_1904: bool) -> str:
    moment = (_EPOCH_1904 if from_1904 else _EPOCH) + dt.timedelta(days=serial)
    return moment_text(moment.replace(microsecond=0))


def moment_text(moment: dt.datetime) -> str:
    """2020-06-30, with the time only where there is one."""
    has_time = moment.time() != dt.time()
    return moment.isoformat(" ") if has_time else moment.date().isoformat()


def column_number(letters: str) -> int:
    """``A`` is 0, ``AA`` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """0 is ``A``, 26 is ``AA``."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

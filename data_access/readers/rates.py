"""Reads the column of printed rates and finds the rates that the counts do not give.

A cell with a percent sign is compared to its own decimals. Cells without one are read alike in
the whole column: as percent if any is above 1, otherwise as percent or as fraction (0.8696),
whichever more rows agree with. They are compared to the most decimals found in the column,
because spreadsheets drop zeros at the end; a cell with more than 8 decimals is a computed number
and compared as one.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from data_access.readers.arithmetic import PrintedRate, percent, read_rate

Unit = Literal["percent", "fraction"]

_TYPED_DECIMALS: Final = 8
_TOLERANCE: Final = Decimal("1e-9")


class RateCell(NamedTuple):
    """What a row prints as its rate, with the counts it has to follow from."""

    row: int
    text: str
    employed: int
    graduates: int


class Difference(NamedTuple):
    """A printed rate that is not the computed one; both as texts for people."""

    row: int
    printed: str
    computed: str


class RateColumn:
    """The rates of a table, all of one unit."""

    def __init__(self, cells: Sequence[RateCell], *, header_has_sign: bool) -> None:
        self._read = [(cell, read_rate(cell.text)) for cell in cells if cell.text]
        bare = [rate for _, rate in self._read if rate and not rate.signed]
        self._decimals = max(
            (rate.decimals for rate in bare if rate.decimals <= _TYPED_DECIMALS), default=0
        )
        self.unit = self._unit(bare, header_has_sign=header_has_sign)

    def unreadable(self) -> list[RateCell]:
        """Cells with something that is no number."""
        return [cell for cell, rate in self._read if rate is None]

    def differences(self) -> list[Difference]:
        """Every printed rate that half-up rounding of the counts does not give."""
        return [
            Difference(cell.row, cell.text, self._computed(cell, rate))
            for cell, rate in self._read
            if rate and not self._fits(cell, rate, self.unit)
        ]

    def _unit(self, bare: Sequence[PrintedRate], *, header_has_sign: bool) -> Unit:
        if not bare or any(rate.value > 1 for rate in bare):
            return "percent"
        votes = sum(
            self._fits(cell, rate, "fraction") - self._fits(cell, rate, "percent")
            for cell, rate in self._read
            if rate and not rate.signed
        )
        if votes:
            return "fraction" if votes > 0 else "percent"
        between = any(0 < rate.value < 1 for rate in bare)
        return "fraction" if between and not header_has_sign else "percent"

    def _fits(self, cell: RateCell, rate: PrintedRate, unit: Unit) -> bool:
        value = rate.value * 100 if unit == "fraction" and not rate.signed else rate.value
        if rate.decimals > _TYPED_DECIMALS:
            exact = percent(cell.employed, cell.graduates, _TYPED_DECIMALS + 4)
            return abs(value - exact) <= _TOLERANCE
        return value == percent(cell.employed, cell.graduates, self._places(rate, unit))

    def _places(self, rate: PrintedRate, unit: Unit) -> int:
        if rate.signed:
            return rate.decimals
        return max(self._decimals - 2, 0) if unit == "fraction" else self._decimals

    def _computed(self, cell: RateCell, rate: PrintedRate) -> str:
        places = 2 if rate.decimals > _TYPED_DECIMALS else self._places(rate, self.unit)
        return f"{percent(cell.employed, cell.graduates, places)}%"

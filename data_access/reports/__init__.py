"""Published reports that ship with the program, as printed: their tables and their claims.

A printed number is evidence, also where it contradicts another one: nothing here is corrected.
What a report contradicts is written in its ``README.md``.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, Literal, NamedTuple

from data_access import schema
from data_access.codes.files import CodeFileError, Row, read_cells, read_rows

SHANXI_2020: Final = "shanxi2020"
REPORTS: Final = (SHANXI_2020,)
CLAIM_KEY: Final = ("report", "section", "item", "label")
"""The columns that tell two claims apart (a unique constraint of the table)."""

TableNumber = Literal[1, 2, 3]
LEVEL_OF_TABLE: Final[dict[TableNumber, str]] = {1: "postgraduate", 2: "bachelor", 3: "diploma"}


class PrintedRow(NamedTuple):
    """One line of a report's table; ``rate`` is the printed text, such as ``86.96%``."""

    number: int
    discipline: str
    graduates: int
    employed: int
    rate: str


def claims(report: str) -> list[Row]:
    """Every number that the report's text prints, as rows of the ``claim`` table."""
    return read_rows(_folder(report) / "claims.csv", schema.claim, key=CLAIM_KEY)


def printed_table(report: str, number: TableNumber) -> list[PrintedRow]:
    """The lines of one table of the report, in its order, under the report's own headers.

    Raises :class:`CodeFileError` for a line that is not a running number, a name, two counts
    and a rate.
    """
    file = _folder(report) / f"table{number}.csv"
    _, rows = read_cells(file)
    return [_printed(file.name, line, cells) for line, cells in enumerate(rows, start=2)]


def _printed(file: str, line: int, cells: list[str]) -> PrintedRow:
    try:
        number, name, graduates, employed, rate = cells
        return PrintedRow(int(number), name, int(graduates), int(employed), rate)
    except ValueError as error:
        raise CodeFileError(file, line, "*", ",".join(cells), str(error)) from error


def _folder(report: str) -> Traversable:
    if report not in REPORTS:
        raise ValueError(f"no report {report!r}; there is {', '.join(REPORTS)}")
    return files("data_access.reports") / report

"""Reads the rows of one worksheet of an .xlsx file as a stream, in little memory.

Why not calamine, which reads the other spreadsheets here: it builds the whole rectangle of a
sheet. The national upload of a province (230,000 rows of 50 columns) took 770 MB, and a file of
5 kB with one cell in the last corner of the sheet asks for 549 GB, which ends the process.

A worksheet is cut at the ends of its rows into blocks. In the way every common program writes,
where a cell begins with ``<c r="``, the wanted cells of a block are found with one regular
expression; any other valid notation goes to the XML parser, block by block. The tests hold the
two against each other.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final, Protocol
from xml.etree import ElementTree as ET

from data_access.readers.cells import Row, column_letters, column_number

BLOCK_BYTES: Final = 1 << 20
MAX_ROW_BYTES: Final = 1 << 25


class CellTexts(Protocol):
    """What the workbook knows about the texts of its cells."""

    shared: Sequence[str]

    def of(self, kind: str, style: int, raw: str) -> str:
        """The text of a cell by its type, the number of its style and its raw value."""


_SHEET_DATA: Final = re.compile(rb"<((?:\w+:)?)sheetData\s*(/?)>")
_ROOT: Final = re.compile(rb"<((?:\w+:)?)worksheet(\s[^>]*)?>")
_TYPE: Final = re.compile(rb'\bt="(\w+)"')
_STYLE: Final = re.compile(rb'\bs="(\d+)"')
_VALUE: Final = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v>")
_TEXT: Final = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")
_PHONETIC: Final = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
_CELL: Final = (  # letters, attributes, value, text written in the cell itself, any other content
    rb'<c r="(%b)[0-9]++"([^>/]*+)(?:/>|>(?:<v>([^<]*+)</v></c>'
    rb"|<is><t(?:\s[^>]*+)?>([^<]*+)</t></is></c>|(.*?)</c>))"
)
_ANY_CELL: Final = re.compile(rb'<c r="[A-Z]+([0-9]+)"')
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")


class BrokenSheet(ValueError):
    """The worksheet is not what a worksheet has to be."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole rows, and what has to stand around them to make them a document again."""

    data: bytes
    prefix: bytes
    root: bytes

    @property
    def is_common(self) -> bool:
        data = self.data
        return (
            not self.prefix
            and data.count(b"<c") == data.count(b'<c r="')
            and b"<!" not in data  # neither comments nor CDATA
        )

    def document(self) -> bytes:
        name = self.prefix + b"worksheet"
        return b"<%b%b>%b</%b>" % (name, self.root, self.data, name)


def read_rows(
    source: IO[bytes], texts: CellTexts, columns: Sequence[int] | None = None
) -> Iterator[Row]:
    """The rows with something in them, in their order.

    With ``columns`` (counted from 0) a row has these cells only, in this order, and rows whose
    only content is elsewhere come with empty texts; without, every cell up to the last.
    Raises BrokenSheet.
    """
    common = _common_reader(texts, columns)
    last_row = 0
    for block in _blocks(source):
        rows = common(block.data) if block.is_common else _parsed(block, texts, columns, last_row)
        for row in rows:
            last_row = row.number
            yield row


def _blocks(source: IO[bytes]) -> Iterator[_Block]:
    """Cuts the sheet data after the last end of a row in every piece read."""
    waiting = _until_sheet_data(source)
    if waiting is None:
        return
    prefix, root, rest = waiting
    end_of_row = b"</%brow>" % prefix
    end_of_data = b"</%bsheetData>" % prefix
    while True:
        piece = source.read(BLOCK_BYTES)
        rest += piece
        cut = rest.rfind(end_of_row) + len(end_of_row)
        if cut >= len(end_of_row):
            yield _Block(rest[:cut], prefix, root)
            rest = rest[cut:]
        if end_of_data in rest:
            return
        if not piece:
            raise BrokenSheet("the sheet ends in the middle")
        if len(rest) > MAX_ROW_BYTES:
            raise BrokenSheet("a row is too long")


def _until_sheet_data(source: IO[bytes]) -> tuple[bytes, bytes, bytes] | None:
    head = b""
    while not (found := _SHEET_DATA.search(head)):
        piece = source.read(BLOCK_BYTES)
        head += piece
        if not piece or len(head) > MAX_ROW_BYTES:
            raise BrokenSheet("no sheet data")
    root = _ROOT.search(head)
    if not root or b"<!DOCTYPE" in head[: found.start()]:
        raise BrokenSheet("not a worksheet")
    if found[2]:
        return None
    return found[1], root[2] or b"", head[found.end() :]


def _common_reader(
    texts: CellTexts, columns: Sequence[int] | None
) -> Callable[[bytes], Iterator[Row]]:
    wanted = b"[A-Z]+" if columns is None else b"|".join(_letters(c) for c in columns)
    find_cells = re.compile(_CELL % wanted, re.DOTALL).findall
    places = _Places(_letters(c) for c in columns or ())
    kinds = _Kinds()
    shared = texts.shared
    blank = [""] * len(columns or ())

    def rows(data: bytes) -> Iterator[Row]:
        for part in data.split(b"</row>"):
            found = find_cells(part)
            if not found:
                if columns is not None and (b"</v>" in part or b"</t>" in part):
                    yield Row(_row_number(part), tuple(blank))
                continue
            cells = blank.copy() if columns is not None else [""] * places.width_of(found)
            for letters, attributes, value, text, other in found:  # the hot loop: millions of cells
                kind, style = kinds[attributes]
                if value and kind == "s":
                    cells[places[letters]] = shared[int(value)]
                elif raw := unescape((value or text).decode()) or (other and _raw(other)):
                    cells[places[letters]] = texts.of(kind, style, raw)
            yield Row(_row_number(part), tuple(cells))

    return rows


class _Places(dict[bytes, int]):
    """Letters of a column -> place in the row: as asked for, else its number."""

    def __init__(self, wanted: Iterable[bytes]) -> None:
        super().__init__((letters, place) for place, letters in enumerate(wanted))

    def __missing__(self, letters: bytes) -> int:
        self[letters] = place = column_number(letters.decode())
        return place

    def width_of(self, found: Sequence[tuple[bytes, ...]]) -> int:
        return max(self[cell[0]] for cell in found) + 1


class _Kinds(dict[bytes, tuple[str, int]]):
    """Attributes of a cell -> its type and the number of its style; a sheet has few."""

    def __missing__(self, attributes: bytes) -> tuple[str, int]:
        kind, style = _TYPE.search(attributes), _STYLE.search(attributes)
        found = (kind[1].decode() if kind else "n", int(style[1]) if style else 0)
        self[attributes] = found
        return found


def _row_number(part: bytes) -> int:
    cell = _ANY_CELL.search(part)
    if not cell:
        raise BrokenSheet("a value outside a cell")
    return int(cell[1])


def _dense(by_number: dict[int, str]) -> tuple[str, ...]:
    return tuple(by_number.get(number, "") for number in range(max(by_number) + 1))


def _letters(column: int) -> bytes:
    return column_letters(column).encode()


def _raw(content: bytes) -> str:
    """The raw value of a cell's content; inline text in one piece, phonetic hints left out."""
    if value := _VALUE.search(content):
        return unescape(value[1].decode())
    pieces = _TEXT.findall(_PHONETIC.sub(b"", content) if b"<rPh" in content else content)
    return unescape(b"".join(pieces).decode())


def unescape(text: str) -> str:
    """Character references of XML, then the _xHHHH_ that spreadsheets write for others."""
    if "&" in text:
        text = html.unescape(text)
    return plain(text)


def plain(text: str) -> str:
    """The text with the _xHHHH_ of spreadsheets resolved."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _parsed(
    block: _Block, texts: CellTexts, columns: Sequence[int] | None, last_row: int
) -> Iterator[Row]:
    """The same rows by the XML parser: any prefix, order of attributes or missing reference."""
    try:
        root = ET.fromstring(block.document())  # noqa: S314 - the block has no document type
    except ET.ParseError as error:
        raise BrokenSheet(str(error)) from None
    for row in root.iter():
        if _name(row) != "row":
            continue
        last_row = int(row.get("r") or last_row + 1)
        found: dict[int, str] = {}
        column = -1
        for cell in row:
            letters = (cell.get("r") or "").rstrip("0123456789")
            column = column_number(letters) if letters else column + 1
            raw = _parsed_raw(cell)
            kind, style = cell.get("t") or "n", int(cell.get("s") or 0)
            found[column] = texts.of(kind, style, raw) if raw else ""
        if columns is None and found:
            yield Row(last_row, _dense(found))
        elif columns is not None and any(found.values()):
            yield Row(last_row, tuple(found.get(column, "") for column in columns))


def _parsed_raw(cell: ET.Element) -> str:
    for child in cell:
        if _name(child) == "v":
            return plain(child.text or "")
        if _name(child) == "is":
            return plain("".join(_rich_text(child)))
    return ""


def _rich_text(element: ET.Element) -> Iterator[str]:
    """The pieces of a text, without phonetic hints."""
    for child in element:
        if _name(child) == "t":
            yield child.text or ""
        elif _name(child) == "r":
            yield from _rich_text(child)


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]

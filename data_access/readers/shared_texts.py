"""Reads the shared texts of an .xlsx file: every text once, cells point to it by number."""

import re
import zipfile
from typing import IO, Any, Final
from xml.parsers import expat

from data_access.readers.worksheet_xml import BLOCK_BYTES, BrokenSheet, plain, unescape

SHARED_TEXTS: Final = "xl/sharedStrings.xml"

_ITEM: Final = re.compile(rb"<si><t(?: xml:space=\"preserve\")?>([^<]*)</t></si>")
_MAX_ITEM_BYTES: Final = 1 << 22


def read_shared_texts(archive: zipfile.ZipFile) -> list[str]:
    """The texts, stripped, without phonetic hints.

    The common notation of plain texts is read with a regular expression; a file with anything
    else (formatted pieces, prefixes, comments) goes to the XML parser from its beginning.
    Raises BrokenSheet and ``expat.ExpatError``.
    """
    with archive.open(SHARED_TEXTS) as part:
        texts = _common(part)
    if texts is None:
        with archive.open(SHARED_TEXTS) as part:
            texts = _Parsed().read(part)
    return texts


def _common(part: IO[bytes]) -> list[str] | None:
    """The texts, or None where the notation is another one."""
    texts: list[str] = []
    rest = b""
    while piece := part.read(BLOCK_BYTES):
        rest += piece
        cut = rest.rfind(b"</si>") + len(b"</si>")
        if cut < len(b"</si>"):
            if len(rest) > _MAX_ITEM_BYTES:
                return None
            continue
        block, rest = rest[:cut], rest[cut:]
        found = _ITEM.findall(block)
        if block.count(b"<si") != len(found) or b"<!" in block:
            return None
        texts += [unescape(text.decode()).strip() for text in found]
    return None if b"<si" in rest or b":si" in rest else texts


class _Parsed:
    def __init__(self) -> None:
        self._texts: list[str] = []
        self._pieces: list[str] = []
        self._in_text = False
        self._in_phonetic = False

    def read(self, part: IO[bytes]) -> list[str]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _refuse
        parser.ParseFile(part)
        return self._texts

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "t":
            self._in_text = not self._in_phonetic
        elif name == "rPh":
            self._in_phonetic = True

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "t":
            self._in_text = False
        elif name == "si":
            self._texts.append(plain("".join(self._pieces)).strip())
            self._pieces.clear()
        elif name == "rPh":
            self._in_phonetic = False

    def _characters(self, data: str) -> None:
        if self._in_text:
            self._pieces.append(data)


def _refuse(*_: Any) -> None:
    raise BrokenSheet("shared texts with a document type")

"""Opens an .xlsx file: which sheet, which shared texts, which number formats."""

import contextlib
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from data_access.errors import InputError
from data_access.readers.cells import PLAIN, NumberFormat, Row, number_format, number_text
from data_access.readers.limits import Limits
from data_access.readers.shared_texts import SHARED_TEXTS, read_shared_texts
from data_access.readers.worksheet_xml import BrokenSheet, read_rows

_SMALL_PART_BYTES: Final = 1 << 25
_UNREADABLE: Final = (
    BrokenSheet,
    EOFError,
    ET.ParseError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,  # an archive whose places lie outside the file
    UnicodeDecodeError,
    ValueError,
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(slots=True)
class _Texts:
    shared: Sequence[str]
    formats: Sequence[NumberFormat]
    from_1904: bool

    def of(self, kind: str, style: int, raw: str) -> str:
        if kind == "s":
            return self.shared[int(raw)]
        if kind in ("n", "d") and raw:
            form = self.formats[style] if style < len(self.formats) else PLAIN
            return number_text(raw, form, from_1904=self.from_1904)
        if kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        return raw.strip()


class Workbook:
    """The first sheet that is not hidden. ``rows`` may be called again and again."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Raises InputError for a file that is no workbook or too large."""
        self.file = path.name
        self._path = path
        with self._said_for_people(), zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > limits.max_unpacked_bytes:
                raise InputError("import.file_too_large", file=self.file)
            names = set(archive.namelist())
            if "xl/workbook.bin" in names or "xl/workbook.xml" not in names:
                raise InputError("import.not_supported", file=self.file)
            sheets, from_1904 = _sheets(archive)
            if not sheets:
                raise InputError("import.empty", file=self.file)
            self._part = sheets[0][1]
            self.other_sheets = tuple(n for n, part in sheets[1:] if _has_cells(archive, part))
            self._texts = _Texts(
                shared=read_shared_texts(archive) if SHARED_TEXTS in names else (),
                formats=_formats(archive) if "xl/styles.xml" in names else (),
                from_1904=from_1904,
            )

    def rows(self, columns: Sequence[int] | None = None) -> Iterator[Row]:
        """The rows with something in them; raises InputError where the sheet is broken."""
        with (
            self._said_for_people(),
            zipfile.ZipFile(self._path) as archive,
            archive.open(self._part) as part,
        ):
            yield from read_rows(part, self._texts, columns)

    def close(self) -> None:
        """Lets the shared texts go, which are most of the memory; no rows after this."""
        self._texts.shared = ()

    @contextlib.contextmanager
    def _said_for_people(self) -> Iterator[None]:
        try:
            yield
        except _UNREADABLE:
            raise InputError("import.unreadable", file=self.file) from None
        except RuntimeError:  # zipfile's word for an archive with a password
            raise InputError("import.encrypted", file=self.file) from None


def _sheets(archive: zipfile.ZipFile) -> tuple[list[tuple[str, str]], bool]:
    """(name, part) of the sheets that are not hidden, and whether dates count from 1904."""
    book = _small_part(archive, "xl/workbook.xml")
    relations = {
        relation.get("Id"): relation
        for relation in _small_part(archive, "xl/_rels/workbook.xml.rels")
    }
    sheets = []
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        # the attribute is r:id, in one of two namespaces
        relation = relations[next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")]
        if sheet.get("state", "visible") == "visible" and relation.get("Type", "").endswith(
            "/worksheet"
        ):
            part = posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))
            sheets.append((sheet.get("name", ""), part.lstrip("/")))
    properties = book.find("{*}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    return sheets, from_1904


def _has_cells(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as stream:
        head = stream.read(1 << 16)
    return b"</v>" in head or b"</t>" in head


def _formats(archive: zipfile.ZipFile) -> tuple[NumberFormat, ...]:
    styles = _small_part(archive, "xl/styles.xml")
    patterns = {
        int(entry.get("numFmtId", "0")): entry.get("formatCode", "")
        for entry in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    ids = [int(xf.get("numFmtId", "0")) for xf in styles.iterfind("{*}cellXfs/{*}xf")]
    return tuple(number_format(i, patterns.get(i)) for i in ids)


def _small_part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    if archive.getinfo(name).file_size > _SMALL_PART_BYTES:
        raise BrokenSheet(f"{name} is too large")
    data = archive.read(name)
    if b"<!DOCTYPE" in data:
        raise BrokenSheet(f"{name} has a document type")
    return ET.fromstring(data)  # noqa: S314 - no document type, so no entities

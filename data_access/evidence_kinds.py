"""What a file of evidence is, told by its content and by nothing else.

Five kinds are taken: PDF, PNG, JPEG, and Word and Excel without macros. A file must be one kind
and only that: a picture with an archive behind it, a workbook with a program in it, an archive
that only bears the name of a document are refused. What is taken is never opened by us again, and
leaves as an attachment of its own media type.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final
from xml.etree import ElementTree as ET

from data_access.errors import InputError

MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "png": "image/png",
        "jpeg": "image/jpeg",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ZIP: Final = b"PK\x03\x04"
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_END_BYTES: Final = 22
_TYPES_PART: Final = "[Content_Types].xml"
_MAIN_PARTS: Final = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
_MOST_PARTS: Final = 2_000
_MOST_UNPACKED: Final = 200 * 1024 * 1024
_MOST_PART_BYTES: Final = 1024 * 1024
_PROGRAMS: Final = ("macroenabled", "vbaproject", "vbadata", "activex", "oleobject", "macrosheet")
_PROGRAM_ENDINGS: Final = (".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".jar", ".lnk")
_TEMPLATE_PART: Final = "word/_rels/settings.xml.rels"
_PDF_PROGRAMS: Final = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
_MARKUP: Final = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?php", b"#!/")
_BROKEN: Final = (
    *(ET.ParseError, EOFError, KeyError, NotImplementedError, OSError, RuntimeError),
    *(UnicodeDecodeError, ValueError, zipfile.BadZipFile, zlib.error, struct.error),
)


def kind_of(content: bytes) -> str:
    """The kind of the file: a key of MEDIA_TYPES.

    Raises InputError ``evidence.empty``, ``evidence.kind`` (none of the five, or two at once),
    ``evidence.broken`` (begins as one of them and is none) or ``evidence.program``.
    """
    if not content:
        raise InputError("evidence.empty")
    if content.startswith(_ZIP):
        return _office_kind(content)
    kind = _plain_kind(content)
    if kind is None:
        raise InputError("evidence.kind")
    if _ZIP_END in content[-(_ZIP_END_BYTES + 0xFFFF) :] and zipfile.is_zipfile(
        io.BytesIO(content)
    ):
        raise InputError("evidence.kind")
    return kind


def _plain_kind(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(_PNG):
        return _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    return None


def _pdf(content: bytes) -> str:
    """Ends as a PDF, with no markup before its first object and no program in the open."""
    if b"%%EOF" not in content[-2048:]:
        raise InputError("evidence.broken")
    head = content[:1024].lower()
    if any(mark in head for mark in _MARKUP):
        raise InputError("evidence.kind")
    if any(mark in content for mark in _PDF_PROGRAMS):
        raise InputError("evidence.program")
    return "pdf"


def _png(content: bytes) -> str:
    """Chunk after chunk with the right sums, from IHDR to IEND, and nothing behind."""
    at, first = len(_PNG), True
    while at + 12 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + size
        if end > len(content) or first != (name == b"IHDR"):
            break
        (told,) = struct.unpack_from(">I", content, end - 4)
        if zlib.crc32(content[at + 4 : end - 4]) != told:
            break
        if name == b"IEND":
            if end != len(content):
                raise InputError("evidence.kind")
            return "png"
        at, first = end, False
    raise InputError("evidence.broken")


def _jpeg(content: bytes) -> str:
    """Segments up to the picture's data with a frame among them, and an end.

    Cameras write previews and notes behind the end, so something may follow, but no markup.
    """
    at, framed = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (size,) = struct.unpack_from(">H", content, at + 2)
        framed = framed or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC))
        if size < 2 or at + 2 + size > len(content):
            break
        if marker == 0xDA:
            end = content.rfind(b"\xff\xd9")
            if not framed or end < at:
                break
            if any(mark in content[end:].lower() for mark in _MARKUP):
                raise InputError("evidence.kind")
            return "jpeg"
        at += 2 + size
    raise InputError("evidence.broken")


def _office_kind(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _kind_of_archive(archive, content)
    except _BROKEN:
        raise InputError("evidence.broken") from None


def _kind_of_archive(archive: zipfile.ZipFile, content: bytes) -> str:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    _refuse_odd_archive(archive, parts, content)
    lower = [name.lower() for name in names]
    if len(set(lower)) != len(lower) or any(_escapes(name) for name in names):
        raise InputError("evidence.broken")
    if any(_is_program(name) for name in lower):
        raise InputError("evidence.program")
    kinds = [kind for kind, part in _MAIN_PARTS.items() if part in names]
    if _TYPES_PART not in names or len(kinds) != 1:
        raise InputError("evidence.kind")
    types = _content_types(archive)
    if any(word in value.lower() for value in types.values() for word in _PROGRAMS):
        raise InputError("evidence.program")
    main = f"/{_MAIN_PARTS[kinds[0]]}"
    if types.get(main, types.get("xml", "")) != f"{MEDIA_TYPES[kinds[0]]}.main+xml":
        raise InputError("evidence.kind")
    if archive.testzip() is not None:
        raise InputError("evidence.broken")
    _refuse_foreign_template(archive, lower)
    return kinds[0]


def _is_program(name: str) -> bool:
    return name.endswith(_PROGRAM_ENDINGS) or any(word in name for word in _PROGRAMS)


def _refuse_odd_archive(
    archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], content: bytes
) -> None:
    """Bombs, locked parts, and anything before or behind the archive."""
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise InputError("evidence.unpacked")
    ends = content.rfind(_ZIP_END) + _ZIP_END_BYTES + len(archive.comment)
    begins = min((part.header_offset for part in parts), default=-1)
    if begins != 0 or ends != len(content) or any(part.flag_bits & 1 for part in parts):
        raise InputError("evidence.broken")


def _escapes(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name


def _refuse_foreign_template(archive: zipfile.ZipFile, names: list[str]) -> None:
    """A document whose template lies elsewhere takes its macros from there."""
    if _TEMPLATE_PART not in names:
        return
    for element in _small_part(archive, _TEMPLATE_PART):
        if element.get("TargetMode") == "External":
            raise InputError("evidence.program")


def _content_types(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part name (or extension, for what is said of all of them) -> content type."""
    found: dict[str, str] = {}
    for element in _small_part(archive, _TYPES_PART):
        name = element.get("PartName") or element.get("Extension", "").lower()
        found[name] = element.get("ContentType", "")
    return found


def _small_part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    part = next(one for one in archive.infolist() if one.filename.lower() == name.lower())
    if part.file_size > _MOST_PART_BYTES:
        raise InputError("evidence.broken")
    data = archive.read(part)
    if b"<!DOCTYPE" in data or b"\x00" in data:
        raise InputError("evidence.broken")
    return ET.fromstring(data)  # noqa: S314  (one megabyte at most, no entities)

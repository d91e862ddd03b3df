"""Small files of every kind that evidence may be, and some that only look like it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import xlsxwriter
from docx import Document


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)

JPEG = (
    b"\xff\xd8"
    b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    b"\x37\xff\xd9"
)


def pdf(text: str = "") -> bytes:
    """The smallest honest PDF, with a comment that makes it another file."""
    return (
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n%" + text.encode() + b"\n"
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def xlsx() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "1")
    return buffer.getvalue()


def docx() -> bytes:
    buffer = io.BytesIO()
    document = Document()
    document.add_paragraph("1")
    document.save(buffer)
    return buffer.getvalue()


def repacked(
    content: bytes,
    added: Mapping[str, bytes] | None = None,
    replaced: Mapping[str, tuple[bytes, bytes]] | None = None,
    without: str = "",
) -> bytes:
    """An archive with parts added, changed or left out."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            data = before.read(name)
            for old, new in [(replaced or {}).get(name, (b"", b""))]:
                data = data.replace(old, new) if old else data
            if name != without:
                after.writestr(name, data)
        for name, data in (added or {}).items():
            after.writestr(name, data)
    return buffer.getvalue()

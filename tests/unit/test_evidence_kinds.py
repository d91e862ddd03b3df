"""What a file of evidence is, by its content: honest files pass, everything else is refused."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.errors import InputError
from data_access.evidence_kinds import MEDIA_TYPES, kind_of
from tests.unit.evidence_files import JPEG, PNG, chunk, docx, pdf, repacked, xlsx

XLSX, DOCX = xlsx(), docx()
HONEST = {"pdf": pdf(), "png": PNG, "jpeg": JPEG, "xlsx": XLSX, "docx": DOCX}
TYPES = "[Content_Types].xml"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def refused(content: bytes) -> str:
    with pytest.raises(InputError) as error:
        kind_of(content)
    return error.value.message_key


def archive(parts: dict[str, bytes], comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in parts.items():
            made.writestr(name, data)
        made.comment = comment
    return buffer.getvalue()


@pytest.mark.parametrize("kind", sorted(HONEST))
def test_an_honest_file_is_what_it_is(kind: str) -> None:
    assert kind_of(HONEST[kind]) == kind
    assert kind in MEDIA_TYPES


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\0" * 200,  # a program
        b"\x7fELF" + b"\0" * 200,
        b"#!/bin/sh\nrm -rf /\n",
        HTML,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + b"\0" * 50,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,  # the old binary formats
        b"Rar!\x1a\x07\x00",
        b" " + pdf(),
        b"\xef\xbb\xbf" + PNG,
        "姓名,去向\n".encode(),
        b"\x00",
    ],
)
def test_what_is_none_of_the_five_is_refused(content: bytes) -> None:
    assert refused(content) == "evidence.kind"


def test_an_empty_file_is_refused() -> None:
    assert refused(b"") == "evidence.empty"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n" + HTML,
        b"\x89PNG\r\n\x1a\n" + HTML,
        PNG[:-1],
        PNG[:20] + b"\xff" + PNG[21:],  # a wrong sum
        PNG[:8] + PNG[33:],  # no head
        b"\xff\xd8\xff" + HTML,
        JPEG[:-2],
        b"\xff\xd8\xff\xe0\xff\xff",
        XLSX[: len(XLSX) // 2],
        b"PK\x03\x04" + b"\0" * 100,
        XLSX + b"\0",
        XLSX + HTML,
        pdf() + XLSX,
    ],
)
def test_what_only_begins_like_one_is_refused(content: bytes) -> None:
    assert refused(content) == "evidence.broken"


@pytest.mark.parametrize(
    "content",
    [
        PNG + HTML,
        PNG + XLSX,
        JPEG + XLSX,
        JPEG + HTML,
        pdf() + archive({"a": b""}, comment=b"%%EOF"),
        b"%PDF-1.4\n" + HTML + b"\n%%EOF",
        archive({"readme.txt": b"1"}),
        archive({TYPES: b"<Types/>"}),
        archive({"xl/workbook.xml": b"<workbook/>"}),
        archive({TYPES: b"<Types/>", "xl/workbook.xml": b"", "word/document.xml": b""}),
        archive({TYPES: b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
        repacked(XLSX, without="xl/workbook.xml"),
        repacked(XLSX, {"word/document.xml": b"<w/>"}),
    ],
)
def test_what_is_two_things_or_another_is_refused(content: bytes) -> None:
    assert refused(content) == "evidence.kind"


def test_an_archive_before_an_archive_is_refused() -> None:
    assert refused(PNG[:8] + XLSX) in ("evidence.broken", "evidence.kind")
    assert refused(XLSX + XLSX) == "evidence.broken"


@pytest.mark.parametrize(
    "content",
    [
        repacked(XLSX, {"xl/vbaProject.bin": b"x"}),
        repacked(XLSX, {"XL/VBAPROJECT.BIN": b"x"}),
        repacked(XLSX, {"xl/macrosheets/sheet1.xml": b"<x/>"}),
        repacked(DOCX, {"word/activeX/activeX1.bin": b"x"}),
        repacked(DOCX, {"word/embeddings/oleObject1.bin": b"x"}),
        repacked(DOCX, {"word/setup.exe": b"MZ"}),
        repacked(XLSX, replaced={TYPES: (b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")}),
        repacked(
            XLSX, replaced={TYPES: (b"spreadsheetml.sheet.main", b"sheet.macro&#69;nabled.main")}
        ),
        repacked(
            DOCX,
            {
                "word/_rels/settings.xml.rels": b'<R><Relationship Id="a" Type="attachedTemplate" '
                b'Target="file:///x.dotm" TargetMode="External"/></R>'
            },
        ),
        pdf() + b"/JavaScript (app.alert(1))\n%%EOF",
        pdf() + b"/Launch\n%%EOF",
    ],
)
def test_programs_inside_are_refused(content: bytes) -> None:
    assert refused(content) == "evidence.program"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\x", "..\\x", "xl/../../x", "file:x"]
)
def test_path_names_inside_are_refused(name: str) -> None:
    assert refused(repacked(XLSX, {name: b"x"})) == "evidence.broken"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        with bomb.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(201):
                part.write(b"\0" * 1024 * 1024)
        bomb.writestr(TYPES, b"<Types/>")
        bomb.writestr("xl/workbook.xml", b"")
    assert len(buffer.getvalue()) < 1024 * 1024
    assert refused(buffer.getvalue()) == "evidence.unpacked"
    many = archive({f"p{i}": b"" for i in range(2001)})
    assert refused(many) == "evidence.unpacked"


def test_entities_and_other_encodings_are_refused() -> None:
    assert refused(repacked(XLSX, replaced={TYPES: (b"<Types", b"<!DOCTYPE a []><Types")})) == (
        "evidence.broken"
    )
    wide = zipfile.ZipFile(io.BytesIO(XLSX)).read(TYPES).decode().encode("utf-16")
    parts = {TYPES: wide, "xl/workbook.xml": b"<workbook/>"}
    assert refused(archive(parts)) == "evidence.broken"


def test_a_damaged_part_is_refused() -> None:
    damaged = bytearray(XLSX)
    place = XLSX.index(b"xl/workbook.xml") + 40
    damaged[place] ^= 0xFF
    assert refused(bytes(damaged)) == "evidence.broken"


@settings(max_examples=300)
@given(st.sampled_from(sorted(HONEST)), st.integers(0, 2**32), st.integers(1, 8))
def test_a_damaged_file_is_refused_or_still_that_kind(kind: str, seed: int, bytes_: int) -> None:
    """Never a traceback, never another kind than the one it was made as."""
    draw, content = random.Random(seed), bytearray(HONEST[kind])
    for _ in range(bytes_):
        content[draw.randrange(len(content))] = draw.randrange(256)
    with contextlib.suppress(InputError):
        assert kind_of(bytes(content)) == kind


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"%PDF-", PNG[:8], b"\xff\xd8\xff", b"PK\x03\x04"]),
)
def test_noise_is_refused_and_never_raises_anything_else(noise: bytes, start: bytes) -> None:
    try:
        kind = kind_of(start + noise)
    except InputError:
        return
    assert kind in ("pdf", "jpeg"), "noise made a whole file"
    assert b"%%EOF" in noise or b"\xff\xd9" in noise


def test_a_chunk_has_its_sum() -> None:
    assert chunk(b"IEND", b"") == b"\0\0\0\0IEND\xaeB`\x82"

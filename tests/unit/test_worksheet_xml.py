"""The two ways to read a worksheet, and its shared texts, give the same rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.readers.cells import (
    Row,
)
from data_access.readers.shared_texts import SHARED_TEXTS, read_shared_texts
from data_access.readers.worksheet_xml import BrokenSheet, read_rows


def trimmed(rows: Sequence[Row]) -> list[Row]:
    """Without empty texts at the end, which formats keep or drop."""
    kept = []
    for number, cells in rows:
        last = max(place for place, cell in enumerate(cells) if cell)
        kept.append(Row(number, cells[: last + 1]))
    return kept


class Shared:
    shared = ("甲", "乙", "丙")

    def of(self, kind: str, style: int, raw: str) -> str:
        return self.shared[int(raw)] if kind == "s" else f"{raw}|{kind}|{style}"


CELLS = st.sampled_from(
    [
        '<c r="{}"/>',
        '<c r="{}" s="1"></c>',
        '<c r="{}"><v>1.5</v></c>',
        '<c r="{}" s="2" t="s"><v>2</v></c>',
        '<c r="{}" t="str"><f>A1&amp;"&lt;v&gt;"</f><v>a&amp;b&#10;</v></c>',
        '<c r="{}"><f>1/3</f></c>',
        '<c r="{}" t="inlineStr"><is><t xml:space="preserve"> 文 </t></is></c>',
        '<c r="{}" t="inlineStr"><is><r><t>一</t></r><rPh><t>yi</t></rPh><t>_x0041_</t></is></c>',
    ]
)


@given(rows=st.lists(st.dictionaries(st.sampled_from("ABCDE"), CELLS), max_size=5), data=st.data())
def test_the_short_way_and_the_parser_read_the_same(
    rows: list[dict[str, str]], data: st.DataObject
) -> None:
    numbers = data.draw(st.lists(st.integers(1, 99), min_size=5, max_size=5, unique=True))
    body = "".join(
        f'<row r="{number}">'
        + "".join(cell.format(f"{column}{number}") for column, cell in sorted(row.items()))
        + "</row>"
        for number, row in zip(sorted(numbers), rows, strict=False)
    )
    columns = data.draw(st.none() | st.permutations(range(5)))

    def read(sheet_data: str) -> list[Row]:
        document = f'<worksheet xmlns="urn:x"><sheetData>{sheet_data}</sheetData></worksheet>'
        found = read_rows(io.BytesIO(document.encode()), Shared(), columns)
        return [row for row in found if any(row.cells)]

    # the same with attributes in another order, which only the parser understands
    turned = re.sub(r'<c r="(\w+)"( [^/>]*)?', r'<c\2 r="\1"', body).replace("<c r", "<c  r")
    assert trimmed(read(body)) == trimmed(read(turned))


def test_prefixes_and_missing_references_go_to_the_parser() -> None:
    document = (
        b'<?xml version="1.0"?><x:worksheet xmlns:x="urn:x"><x:sheetData><x:row><x:c t="s"><x:v>1'
        b'</x:v></x:c><x:c/><x:c><x:v>7</x:v></x:c></x:row><x:row r="5"><x:c r="B5"><x:v>8</x:v>'
        b"</x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert list(read_rows(io.BytesIO(document), Shared())) == [
        Row(1, ("乙", "", "7|n|0")),
        Row(5, ("", "8|n|0")),
    ]


def test_a_comment_with_a_cell_in_it_is_no_cell() -> None:
    document = (
        b'<worksheet><sheetData><row r="1"><!-- <c r="A1"><v>1</v></c> --><c r="B1"><v>2</v></c>'
        b"</row></sheetData></worksheet>"
    )
    assert list(read_rows(io.BytesIO(document), Shared())) == [Row(1, ("", "2|n|0"))]


def test_a_worksheet_that_ends_in_the_middle_is_broken() -> None:
    with pytest.raises(BrokenSheet):
        list(read_rows(io.BytesIO(b'<worksheet><sheetData><row r="1"><c r="A1">'), Shared()))


def test_rows_are_whole_wherever_the_blocks_end(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 40))
    document = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    for size in (1, 7, 64, 1000):
        monkeypatch.setattr("data_access.readers.worksheet_xml.BLOCK_BYTES", size)
        found = list(read_rows(io.BytesIO(document), Shared(), [0]))
        assert found == [Row(n, (f"{n}|n|0",)) for n in range(1, 40)]


COMMON = '<si><t>a&amp;b</t></si><si><t xml:space="preserve"> 二 </t></si><si><t></t></si>'
RICH = (
    "<si><r><t>a&amp;</t></r><rPh><t>x</t></rPh><r><t>b</t></r></si><si><t>二</t></si><si><t/></si>"
)


@pytest.mark.parametrize(
    "items",
    [
        COMMON,
        RICH,
        COMMON.replace("<", "<x:").replace("<x:/", "</x:"),
        f"<!-- {COMMON} -->{COMMON}",
    ],
)
@pytest.mark.parametrize("size", [1, 50, 1 << 20])
def test_shared_texts_in_every_notation(
    items: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_access.readers.shared_texts.BLOCK_BYTES", size)
    table = f"<sst>{items}</sst>".replace("sst", "x:sst" if "<x:si>" in items else "sst")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(SHARED_TEXTS, table)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert read_shared_texts(archive) == ["a&b", "二", ""]


def test_shared_texts_with_a_document_type_are_broken(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(
            SHARED_TEXTS, '<!DOCTYPE sst [<!ENTITY a "b">]><sst><si><t>&a;</t></si></sst>'
        )
    with zipfile.ZipFile(tmp_path / "a.zip") as archive, pytest.raises(BrokenSheet):
        read_shared_texts(archive)

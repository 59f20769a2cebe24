"""The fast reading of .xlsx: what it knows from other workbooks changes nothing it reads."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
import zlib
from functools import cache
from typing import cast

import pytest
from effort import examples
from reader_kit import by_address, package, row1, worksheet
from returned import clean_return, template
from test_reader_fuzz import sample_xlsx

from toolkit.errors import UnreadableFile
from toolkit.intake.model import CellKind, RawSheet
from toolkit.intake.reader import ooxml as ooxml_module
from toolkit.intake.reader import ooxml_pieces, read_bytes

ROUNDS = int(os.environ.get("BAOCAO_FUZZ_ROUNDS", examples(60, 1200)))

# What is put into a part, at the edge of a tag or anywhere.
_PUT = (
    *(b'<c r="A1"><v>7</v></c>', b'<c r="B2" t="s"><v>0</v></c>'),
    *(b"<!-- x -->", b"</c>", b"<v>1</v>", b"<v/>", b"<v></v>"),
    *(b' hidden="1"', b"<row>", b'<row r="9999999">', b"</row>", b"<is><t>q</t></is>"),
    *(b' t="e"', b' t="s"', b' t="str"', b' s="2"', b"<f>1</f>", b"<f/>", b"&bad;", b"&amp;"),
    *(b"<![CDATA[x]]>", b"<si/>", b"<si><t>w</t></si>", b"999", b"1_0", b"nan", b"\0", b" "),
    *(b'<f t="array" ref="A1:B2">1</f>', b"<sheetData>", b"</sheetData>", b"_x0041_", b"\xff"),
    b'<si><r><rPr><rFont val=".VnTime"/></rPr><t>a</t></r></si>',
)


@cache
def bases() -> tuple[bytes, ...]:
    return sample_xlsx(), clean_return(), template()


def with_changes(data: bytes, draw: random.Random) -> bytes:
    """The workbook with one of its parts changed here and there."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice([n for n in parts if "sheet" in n or "tring" in n])
    part = bytearray(parts[name])
    for _ in range(draw.choice((1, 1, 2, 5))):
        at = draw.randrange(len(part) + 1)
        if draw.random() < 0.7:
            at = max(part.find(draw.choice((b"<", b">")), at), 0) + draw.choice((0, 1))
        kind = draw.random()
        if kind < 0.5:
            # No program looks for cells outside the data of a sheet.
            inside = part.find(b"<sheetData>") < at <= part.rfind(b"</sheetData>")
            part[at:at] = draw.choice(_PUT if inside else _PUT[2:])
        elif kind < 0.75:
            del part[at : at + draw.choice((1, 3, 30, 300))]
        else:
            part[at:at] = part[max(0, at - draw.randrange(1, 400)) : at]
    parts[name] = bytes(part)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for each, content in parts.items():
            archive.writestr(zipfile.ZipInfo(each), content)
    return target.getvalue()


def outcome(data: bytes) -> tuple[RawSheet, ...] | str:
    try:
        return read_bytes(data, "a.xlsx").sheets
    except UnreadableFile as error:
        return error.key


@pytest.mark.parametrize("base", range(3))
def test_fast_and_slow_reading_agree(base: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(base)
    for number in range(ROUNDS):
        data = with_changes(bases()[base], draw)
        fast = outcome(data)
        with monkeypatch.context() as patch:
            patch.setattr(ooxml_module, "read_fast", lambda *_: None)
            slow = outcome(data)
        # The slow one reads all attributes and so refuses some that the fast one passes over.
        assert fast == slow or isinstance(slow, str), number


@pytest.mark.parametrize("base", range(3))
def test_what_is_known_from_others_changes_nothing(base: int) -> None:
    draw = random.Random(100 + base)
    for number in range(ROUNDS // 2):
        data = with_changes(bases()[base], draw)
        warm = outcome(data)
        ooxml_pieces._memory_of.cache_clear()
        ooxml_pieces._last_piece.cache_clear()
        assert outcome(data) == warm, number


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = outcome(clean_return())
    ooxml_pieces._memory_of.cache_clear()
    monkeypatch.setattr(ooxml_pieces, "_KEPT", 3000)
    assert outcome(clean_return()) == before
    assert outcome(clean_return()) == before
    ooxml_pieces._memory_of.cache_clear()


def test_one_number_in_two_styles_and_two_numbers_in_one() -> None:
    rows = row1(
        *('<c r="A1"><v>1</v></c>', '<c r="B1" s="1"><v>1</v></c>', '<c r="C1" s="2"><v>1</v></c>'),
        *('<c r="D1"><f>A1</f><v>1</v></c>', '<c r="E1" t="b"><v>1</v></c>'),
        *('<c r="F1" t="s"><v>1</v></c>', '<c r="G1" t="str"><f>A1</f><v>1</v></c>'),
    )
    strings = "<si><t>không</t></si><si><t>một</t></si>"
    for _ in range(2):
        cells = by_address(read_bytes(package(worksheet(rows), strings=strings), "a.xlsx"))
        assert [(c.kind, c.formula, c.percent) for c in cells.values()] == [
            (CellKind.NUMBER, False, False),
            (CellKind.NUMBER, False, True),
            (CellKind.DATE, False, False),
            (CellKind.NUMBER, True, False),
            (CellKind.BOOLEAN, False, False),
            (CellKind.TEXT, False, False),
            (CellKind.TEXT, True, False),
        ]
        assert cells["F1"].value == "một"
    other = "<si><t>zero</t></si><si><t>one</t></si>"
    again = by_address(read_bytes(package(worksheet(rows), strings=other), "a.xlsx"))
    assert again["F1"].value == "one"


# --- parts of the zip -------------------------------------------------------------------------


def entry(data: bytes, name: str) -> tuple[int, int]:
    """Where a part's local header and its entry in the directory begin."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(name)
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + len(name)] != name.encode():
        at = data.index(b"PK\x01\x02", at + 4)
    return info.header_offset, at


@pytest.mark.parametrize(
    ("local", "offset", "value"),
    [
        (True, 0, b"PK\x03\x05"),  # no local header there
        (True, 30, b"X"),  # another name in it
        (False, 16, b"\1\2\3\4"),  # another checksum
        (False, 42, struct.pack("<I", 0x7FFFFFFF)),  # outside the file
        (False, 8, b"\x20"),  # a compressed patch
        (False, 24, struct.pack("<I", 5)),  # shorter than it is
    ],
)
def test_a_part_that_is_not_what_the_directory_says(local: bool, offset: int, value: bytes) -> None:
    data = bytearray(sample_xlsx())
    at = entry(bytes(data), "xl/worksheets/sheet1.xml")[0 if local else 1] + offset
    data[at : at + len(value)] = value
    assert outcome(bytes(data)) == "reader.damaged"


def test_a_part_stored_as_it_is() -> None:
    sheet = worksheet(row1('<c r="A1"><v>12</v></c>'))
    plain = package(sheet)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            made.writestr(zipfile.ZipInfo(name), source.read(name))  # ZIP_STORED
    assert outcome(target.getvalue()) == outcome(plain)
    data = target.getvalue()
    at = data.index(b"<v>12</v>")
    assert zlib.crc32(sheet.encode()) != 0
    assert outcome(data[:at] + b"<v>13</v>" + data[at + 9 :]) == "reader.damaged"


def test_the_sheets_are_those_of_the_file_given() -> None:
    """Two templates that differ in their last sheet only."""
    one, two = cast("tuple[RawSheet, ...]", outcome(template())), outcome(template("303"))
    assert isinstance(two, tuple)
    assert one[1].name == two[1].name
    assert one != two


def test_what_is_escaped_twice_is_unescaped_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = '<c r="A1" t="str"><f>B1</f><v>_x005F_x0041_ &amp;amp;</v></c>'
    for _ in ("fast", "slow"):
        read = by_address(read_bytes(package(worksheet(row1(cell))), "a.xlsx"))["A1"]
        assert read.value == "_x0041_ &amp;"
        monkeypatch.setattr(ooxml_module, "read_fast", lambda *_: None)

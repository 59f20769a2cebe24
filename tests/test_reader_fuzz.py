"""Damaged files: whatever the bytes, a workbook or UnreadableFile comes out, and soon."""

from __future__ import annotations

import io
import os
import random
import struct
import time
import zipfile
from collections.abc import Callable

import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_kit import (
    FORMULA12,
    biff,
    cell8,
    cell12,
    content,
    formula8,
    ods,
    package,
    row1,
    row12,
    table,
    text8,
    wide,
    worksheet,
    xls,
    xlsb,
    zipped,
)

from toolkit.errors import UnreadableFile
from toolkit.intake.model import RawWorkbook
from toolkit.intake.reader import Limits, read_bytes
from toolkit.messages import text

# per file and kind of damage
ROUNDS = int(os.environ.get("BAOCAO_FUZZ_ROUNDS", examples(60, 1200)))
SECONDS = 60.0  # for one file: a hang is told from a slow or busy machine, speed is not judged
SMALL = Limits(max_cells=50_000)


def sample_xlsx() -> bytes:
    sheet = worksheet(
        "".join(
            f'<row r="{r}" hidden="1"><c r="A{r}" t="s"><v>{r % 3}</v></c>'
            f'<c r="B{r}" s="1"><v>0.{r}</v></c><c r="C{r}" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
            f'<c r="D{r}" s="2"/><c r="E{r}" t="inlineStr"><is><t>x</t></is></c></row>'
            for r in range(1, 12)
        ),
        after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
    )
    strings = "<si><t>Đơn vị</t></si><si><r><t>a</t></r></si><si><t>b&amp;c</t></si>"
    return package(sheet, worksheet(row1('<c r="A1"><v>1</v></c>')), strings=strings)


def sample_xlsb() -> bytes:
    number = struct.pack("<d", 0.5)
    rows = b"".join(
        row12(row)
        + cell12(7, 0, struct.pack("<I", 0))
        + cell12(5, 1, number, 1)
        + cell12(3, 2, b"\x07")
        + cell12(8, 3, wide("đạt") + FORMULA12)
        for row in range(10)
    )
    return xlsb(rows, ["Đơn vị"])


def sample_xls() -> bytes:
    number = struct.pack("<d", 0.5)
    sheet = b"".join(
        cell8(0x203, row, 0, number, 1)
        + cell8(0x204, row, 1, text8("Đơn vị"))
        + cell8(0x205, row, 2, b"\x07\1")
        + formula8(row, 3, b"\0\0\0\0\0\0\xff\xff")
        + biff(0x207, text8("đạt"))
        + cell8(0x27E, row, 4, struct.pack("<i", 7))
        for row in range(10)
    )
    return xls(sheet, sheet)


def sample_table() -> str:
    return table(
        "".join(
            '<table:table-row><table:table-cell office:value-type="float" office:value="0.5" '
            'table:number-columns-repeated="2"/><table:table-cell><text:p>a</text:p>'
            '</table:table-cell><table:table-cell table:formula="of:=1/0" '
            'office:value-type="string" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
            "</table:table-cell></table:table-row><table:table-row "
            'table:number-rows-repeated="100"><table:table-cell/></table:table-row>'
            for _ in range(8)
        )
    )


def sample_fods() -> bytes:
    mimetype = 'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"'
    flat = content(sample_table()).replace("office:document-content", "office:document")
    return flat.replace("<office:document ", f"<office:document {mimetype} ").encode()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "xlsx": sample_xlsx,
    "xlsb": sample_xlsb,
    "xls": sample_xls,
    "ods": lambda: ods(sample_table(), generator="LibreOffice"),
    "fods": sample_fods,
}


def judged(data: bytes) -> RawWorkbook | str:
    """What the reader makes of the bytes; any other end fails the test."""
    started = time.perf_counter()
    try:
        outcome: RawWorkbook | str = read_bytes(data, "a.xlsx", SMALL)
    except UnreadableFile as error:
        outcome = error.key
    assert time.perf_counter() - started < SECONDS
    assert isinstance(outcome, RawWorkbook) or text(outcome, "vi")
    return outcome


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to a few faults of transport or storage."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        if not changed:
            break
        at = chance.randrange(len(changed))
        match chance.randrange(6):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at] = chance.randrange(256)
            case 2:
                del changed[at:]
            case 3:
                del changed[at : at + chance.randrange(1, 64)]
            case 4:
                changed[at:at] = changed[at : at + chance.randrange(1, 64)]
            case _:
                changed[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f"))
    return bytes(changed)


def damaged_within(data: bytes, chance: random.Random) -> bytes:
    """A zip file with one part damaged but the zip itself sound."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    part = parts[name]
    assert isinstance(part, bytes)
    parts[name] = damaged(part, chance)
    return zipped(parts)


def within_records(data: bytes, chance: random.Random) -> bytes:
    """An .xls with its records damaged: the shell has no checksums, any byte will do."""
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = 512 + chance.randrange(2000)
        changed[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return bytes(changed)


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_samples_are_sound(kind: str) -> None:
    outcome = judged(SAMPLES[kind]())
    assert isinstance(outcome, RawWorkbook)
    assert outcome.notes == ()
    assert len(outcome.sheets[0].cells) >= 30


@pytest.mark.parametrize("kind", SAMPLES)
def test_damaged_files(kind: str) -> None:
    data, chance = SAMPLES[kind](), random.Random(kind)
    outcomes = [judged(damaged(data, chance)) for _ in range(ROUNDS)]
    assert any(isinstance(outcome, str) for outcome in outcomes)


@pytest.mark.parametrize(
    ("kind", "damage"),
    [
        ("xlsx", damaged_within),
        ("xlsb", damaged_within),
        ("ods", damaged_within),
        ("xls", within_records),
    ],
)
def test_damaged_parts(kind: str, damage: Callable[[bytes, random.Random], bytes]) -> None:
    data, chance = SAMPLES[kind](), random.Random(f"{kind} within")
    for _ in range(2 * ROUNDS):
        judged(damage(data, chance))


@pytest.mark.parametrize("kind", SAMPLES)
def test_files_cut_off_are_never_read_in_part(kind: str) -> None:
    """Half a return must not pass for a whole one."""
    data = SAMPLES[kind]()
    whole = judged(data)
    assert isinstance(whole, RawWorkbook)
    for cut in range(0, len(data) - 1, max(1, len(data) // 60)):
        outcome = judged(data[:cut])
        if isinstance(outcome, RawWorkbook):
            assert outcome.sheets == whole.sheets


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes(data: bytes) -> None:
    judged(data)


@given(
    st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x00\x04\x00"]),
    st.binary(max_size=1200),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_behind_a_signature(head: bytes, rest: bytes) -> None:
    judged(head + rest)

"""The binary formats, .xls and .xlsb: made record by record, read exactly."""

from __future__ import annotations

import io
import struct
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook
from reader_kit import (
    FORMULA12,
    biff,
    by_address,
    cell8,
    cell12,
    codes,
    compound,
    formula8,
    record,
    row12,
    text8,
    wide,
    workbook_stream,
    xls,
    xlsb,
)

from toolkit.errors import UnreadableFile
from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.reader import Limits, read_bytes

K = CellKind
D = Decimal


def number(value: float) -> bytes:
    return struct.pack("<d", value)


def special(kind: int, value: int = 0) -> bytes:
    """The result of a formula that is no number."""
    return bytes([kind, 0, value, 0, 0, 0, 0xFF, 0xFF])


XLS = [
    # records of row 1, kind, value, formula, percent
    (cell8(0x203, 0, 0, number(0.1)), K.NUMBER, D("0.1"), False, False),
    (cell8(0x203, 0, 0, number(0.125), 1), K.NUMBER, D("0.125"), False, True),
    (cell8(0x203, 0, 0, number(45356), 2), K.DATE, datetime(2024, 3, 5), False, False),
    (cell8(0x27E, 0, 0, struct.pack("<i", 1234 << 2 | 3)), K.NUMBER, D("12.34"), False, False),
    (cell8(0x204, 0, 0, text8("Lũy kế NA")), K.TEXT, "Lũy kế NA", False, False),
    (cell8(0x205, 0, 0, b"\1\0"), K.BOOLEAN, True, False, False),
    (cell8(0x205, 0, 0, b"\x07\1"), K.ERROR, "#DIV/0!", False, False),
    (cell8(0x205, 0, 0, b"\x2a\1"), K.ERROR, "#N/A", False, False),
    (formula8(0, 0, number(2.5), 1), K.NUMBER, D("2.5"), True, True),
    (formula8(0, 0, special(1, 1)), K.BOOLEAN, True, True, False),
    (formula8(0, 0, special(2, 0x17)), K.ERROR, "#REF!", True, False),
    (formula8(0, 0, special(3)), K.TEXT, "", True, False),
    (formula8(0, 0, special(0)) + biff(0x207, text8("đạt")), K.TEXT, "đạt", True, False),
    (formula8(0, 0, special(0)), K.UNCACHED, "", True, False),
    (formula8(0, 0, special(0)) + cell8(0x203, 5, 5, number(1)), K.UNCACHED, "", True, False),
]


@pytest.mark.parametrize(("records", "kind", "value", "formula", "percent"), XLS)
def test_xls_cell(
    records: bytes, kind: CellKind, value: object, formula: bool, percent: bool
) -> None:
    book = read_bytes(xls(records), "a.xls")
    cell = by_address(book)["A1"]
    assert (cell.kind, cell.value, cell.formula, cell.percent) == (kind, value, formula, percent)
    assert book.format == "xls"
    assert book.notes == ()


def test_xls_rows_of_numbers_and_blanks() -> None:
    rks = (
        struct.pack("<HH", 2, 1)
        + b"".join(struct.pack("<Hi", 0, n << 2 | 2) for n in (7, 8, 9))
        + struct.pack("<H", 3)
    )
    blanks = struct.pack("<HH", 3, 0) + struct.pack("<HHH", 0, 0, 0) + struct.pack("<H", 2)
    book = read_bytes(xls(biff(0xBD, rks) + biff(0xBE, blanks)), "a.xls")
    assert {a: c.value for a, c in by_address(book).items()} == {
        "B3": D(7),
        "C3": D(8),
        "D3": D(9),
    }


def test_xls_what_is_hidden_and_merged() -> None:
    row = biff(0x208, struct.pack("<HHHHHHI", 4, 0, 1, 255, 0, 0, 0x20))
    column = biff(0x7D, struct.pack("<HHHHHH", 1, 2, 2048, 0, 1, 0))
    merged = biff(0xE5, struct.pack("<HHHHH", 1, 0, 1, 0, 2))
    body = column + row + cell8(0x203, 4, 0, number(5)) + merged
    book = read_bytes(xls(body, state=1), "a.xls")
    sheet = book.sheets[0]
    assert (sheet.name, sheet.visible) == ("Biểu 1", False)
    assert sheet.hidden_rows == {5}
    assert sheet.hidden_columns == {2, 3}
    assert sheet.merged == ((1, 1, 2, 3),)
    assert by_address(book)["A5"].value == D(5)


def test_xls_1904() -> None:
    book = read_bytes(
        xls(cell8(0x203, 0, 0, number(43894), 2), before=biff(0x22, b"\1\0")), "a.xls"
    )
    assert by_address(book)["A1"].value == datetime(2024, 3, 5)


def test_xls_macros_are_noted() -> None:
    data = xls(cell8(0x203, 0, 0, number(5)), _VBA_PROJECT_CUR=b"x")
    assert codes(read_bytes(data, "a.xls")) == [("reader.macros", "")]


def test_xls_saved_date() -> None:
    moment = datetime(2024, 4, 5, 6, 7, 8, tzinfo=UTC)
    ticks = int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    properties = b"\0" * 44 + struct.pack("<III", 48, 32, 1)
    properties += struct.pack("<II", 13, 16) + struct.pack("<IQ", 64, ticks)
    data = compound(
        {
            "Workbook": workbook_stream(cell8(0x203, 0, 0, number(5))),
            "\x05SummaryInformation": properties,
        }
    )
    assert read_bytes(data, "a.xls").modified == moment


def test_xls_a_cell_stored_twice_is_told() -> None:
    body = cell8(0x203, 0, 0, number(1)) + cell8(0x203, 0, 0, number(2))
    assert codes(read_bytes(xls(body), "a.xls")) == [("reader.duplicate_cell", "A1")]


def test_xls_a_cell_that_xlrd_passes_over_is_told() -> None:
    body = cell8(0x203, 0, 0, number(1)) + cell8(0x0003, 3, 3, b"\0" + number(2))
    assert codes(read_bytes(xls(body), "a.xls")) == [("reader.disagreement", "D4")]


HEAVY = {
    "hyperlink over the sheet": biff(0x1B8, struct.pack("<HHHH", 0, 65535, 0, 255) + b"\0" * 24)
    * 50,
    "columns": biff(0x7D, struct.pack("<HHHHHH", 0, 255, 2048, 0, 1, 0)) * 500,
    "names": biff(0x18, b"\0" * 30) * 1000,
}


@pytest.mark.parametrize("records", HEAVY.values(), ids=HEAVY)
def test_xls_heavy_records_cost_little(records: bytes) -> None:
    started = time.perf_counter()
    book = read_bytes(xls(records + cell8(0x203, 0, 0, number(5))), "a.xls")
    assert by_address(book)["A1"].value == D(5)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(("kind", "style"), [(0x10, 0), (0x1000, 17)])
def test_xls_as_web_programs_write_it(kind: int, style: int) -> None:
    """A few records without a shell: the snippet that many PHP programs export with."""
    records = (
        biff(0x809, struct.pack("<4H", 0, kind, 0, 0))
        + cell8(0x203, 0, 0, number(1250.5), style)
        + cell8(0x204, 1, 1, struct.pack("<H", 3) + b"Tam", style)
        + biff(0x0A)
    )
    book = read_bytes(records, "a.xls")
    cells = {at: (cell.kind, cell.value) for at, cell in by_address(book).items()}
    assert cells == {"A1": (K.NUMBER, D("1250.5")), "B2": (K.TEXT, "Tam")}
    assert book.notes == ()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (xls(b"", before=biff(0x2F, b"\0" * 6)), "reader.encrypted"),
        (xls(cell8(0x203, 0, 60000, number(1))), "reader.damaged"),
        (xls(biff(0xBE, struct.pack("<HH", 0, 250) + b"\0" * 60)), "reader.damaged"),
        (xls(), "reader.no_sheets"),
        (xls(cell8(0x203, 0, 0, number(1)))[:1500], "reader.damaged"),
        (
            xls(b"".join(cell8(0x201, row, 255, b"") for row in range(40000))),
            "reader.too_large",
        ),
    ],
    ids=["password", "column", "blanks", "no sheets", "cut off", "wide"],
)
def test_xls_refused(data: bytes, key: str) -> None:
    started = time.perf_counter()
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, "a.xls")
    assert caught.value.key == key
    assert time.perf_counter() - started < 2


def test_xls_more_cells_than_the_limit() -> None:
    body = b"".join(cell8(0x203, row, 0, number(row)) for row in range(11))
    assert len(read_bytes(xls(body), "a", Limits(max_cells=11)).sheets[0].cells) == 11
    with pytest.raises(UnreadableFile, match="too_many_cells"):
        read_bytes(xls(body), "a", Limits(max_cells=10))


def test_circular_chains_end() -> None:
    data = bytearray(xls(cell8(0x203, 0, 0, number(1))))
    table = data.rfind(struct.pack("<II", 1, 2))
    struct.pack_into("<I", data, table + 4, 0)  # sector 1 leads back to sector 0
    with pytest.raises(UnreadableFile, match="damaged"):
        read_bytes(bytes(data), "a.xls")


# --- .xlsb ----------------------------------------------------------------------------

XLSB = [
    (cell12(7, 0, struct.pack("<I", 0)), K.TEXT, "Đơn vị", False, False),
    (cell12(6, 0, wide("NA")), K.TEXT, "NA", False, False),
    (cell12(62, 0, b"\0" + wide("đậm nhạt")), K.TEXT, "đậm nhạt", False, False),
    (cell12(5, 0, number(0.1)), K.NUMBER, D("0.1"), False, False),
    (cell12(5, 0, number(0.125), 1), K.NUMBER, D("0.125"), False, True),
    (cell12(5, 0, number(45356), 2), K.DATE, datetime(2024, 3, 5), False, False),
    (cell12(2, 0, struct.pack("<i", 1234 << 2 | 3)), K.NUMBER, D("12.34"), False, False),
    (cell12(2, 0, struct.pack("<i", -5 << 2 | 2)), K.NUMBER, D(-5), False, False),
    (cell12(2, 0, number(1.5)[4:]), K.NUMBER, D("1.5"), False, False),
    (cell12(4, 0, b"\1"), K.BOOLEAN, True, False, False),
    (cell12(3, 0, b"\x07"), K.ERROR, "#DIV/0!", False, False),
    (cell12(8, 0, wide("đạt") + FORMULA12), K.TEXT, "đạt", True, False),
    (cell12(8, 0, wide("") + FORMULA12), K.TEXT, "", True, False),
    (cell12(9, 0, number(0.5) + FORMULA12, 1), K.NUMBER, D("0.5"), True, True),
    (cell12(10, 0, b"\0" + FORMULA12), K.BOOLEAN, False, True, False),
    (cell12(11, 0, b"\x17" + FORMULA12), K.ERROR, "#REF!", True, False),
    (cell12(11, 0, b"\x2a" + FORMULA12), K.ERROR, "#N/A", True, False),
]


@pytest.mark.parametrize(("records", "kind", "value", "formula", "percent"), XLSB)
def test_xlsb_cell(
    records: bytes, kind: CellKind, value: object, formula: bool, percent: bool
) -> None:
    book = read_bytes(xlsb(row12(2) + records, ["Đơn vị"]), "a.xlsb")
    cell = by_address(book)["A3"]
    assert (cell.kind, cell.value, cell.formula, cell.percent) == (kind, value, formula, percent)
    assert book.format == "xlsb"
    assert book.notes == ()


def everything() -> bytes:
    rows = b"".join(
        row12(row, hidden=row == 3) + records for row, (records, *_rest) in enumerate(XLSB)
    )
    merged = record(177, struct.pack("<I", 1)) + record(176, struct.pack("<IIII", 4, 5, 0, 2))
    return xlsb(rows, ["Đơn vị"], tail=merged + record(178), state=2)


def shown_by_calamine(data: bytes) -> list[object]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    values = [row[0] for row in sheet.to_python(skip_empty_area=False)]
    return values + [""] * (len(XLSB) - len(values))  # it leaves out rows of errors at the end


def as_calamine(cell: RawCell) -> object:
    """What calamine gives for the cell: errors hidden, days as dates."""
    if cell.kind is K.ERROR or cell.value == "đậm nhạt":
        return ""  # it also passes over texts in several fonts
    if isinstance(cell.value, datetime):
        return cell.value.date()
    return float(cell.value) if isinstance(cell.value, Decimal) else cell.value


def test_xlsb_agrees_with_calamine_but_for_what_it_hides() -> None:
    cells = read_bytes(everything(), "a.xlsb").sheets[0].cells
    assert list(cells) == [(row, 1) for row in range(1, len(XLSB) + 1)]
    assert [as_calamine(cell) for cell in cells.values()] == shown_by_calamine(everything())


def test_xlsb_structure() -> None:
    sheet = read_bytes(everything(), "a.xlsb").sheets[0]
    assert (sheet.name, sheet.visible) == ("Biểu 1", False)
    assert sheet.merged == ((5, 1, 6, 3),)
    assert sheet.hidden_rows == {4}


def test_xlsb_a_text_that_is_not_there_is_never_made_up() -> None:
    book = read_bytes(xlsb(row12(0) + cell12(7, 0, struct.pack("<I", 9)), ["a"]), "a.xlsb")
    assert by_address(book)["A1"].kind is K.ERROR
    assert codes(book) == [("reader.bad_cell", "A1")]


def test_xlsb_a_cell_stored_twice_is_told() -> None:
    rows = row12(0) + cell12(5, 0, number(1)) + cell12(5, 0, number(2))
    assert codes(read_bytes(xlsb(rows), "a.xlsb")) == [("reader.duplicate_cell", "A1")]


@pytest.mark.parametrize(
    "rows",
    [
        cell12(5, 0, number(1)),  # a cell before any row
        row12(0) + cell12(5, 20000, number(1)),
        row12(2_000_000) + cell12(5, 0, number(1)),
        row12(0) + cell12(6, 0, struct.pack("<I", 4_000_000_000)),
        row12(0) + b"\x05\xff\xff\xff\x7f",
    ],
    ids=["no row", "column", "row", "text", "record"],
)
def test_xlsb_damaged(rows: bytes) -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        read_bytes(xlsb(rows), "a.xlsb")

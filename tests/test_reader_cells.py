"""Every cell of an .xlsx as its file holds it, by the fast and by the slow reading."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from reader_kit import (
    RELS,
    STRICT_MAIN,
    STRICT_RELS,
    STYLES,
    by_address,
    codes,
    package,
    row1,
    worksheet,
)

from toolkit.errors import UnreadableFile
from toolkit.intake.model import CellKind, RawCell, RawWorkbook
from toolkit.intake.reader import Limits, read_bytes
from toolkit.intake.reader import ooxml as ooxml_module

K = CellKind
D = Decimal
STRINGS = (
    "<si><t>Đơn vị</t></si>"
    '<si><t xml:space="preserve">  NA </t></si>'
    "<si><t>a &lt; b &amp; c&#10;d_x000D_e</t></si>"
    "<si><t/></si>"
)


def read(data: bytes, name: str = "a.xlsx") -> RawWorkbook:
    return read_bytes(data, name)


def one(cell: str, **parts: object) -> RawCell | None:
    """The cell A1 of a workbook that holds only it."""
    return by_address(read(package(worksheet(row1(cell)), **parts))).get("A1")  # type: ignore[arg-type]


CELLS = [
    # stored, kind, value, formula, percent
    ('<c r="A1"><v>5</v></c>', K.NUMBER, D(5), False, False),
    ('<c r="A1" t="n"><v>-12.50</v></c>', K.NUMBER, D("-12.5"), False, False),
    ('<c r="A1"><v>0.10000000000000001</v></c>', K.NUMBER, D("0.1"), False, False),
    ('<c r="A1"><v>1.2345E+4</v></c>', K.NUMBER, D("12345"), False, False),
    ('<c r="A1"><v>12345678901234567890</v></c>', K.NUMBER, D("1.2345678901234567E+19"), False, False),  # noqa: E501
    ('<c r="A1" s="1"><v>0.125</v></c>', K.NUMBER, D("0.125"), False, True),
    ('<c r="A1" s="3"><v>0.125</v></c>', K.NUMBER, D("0.125"), False, True),
    ('<c r="A1" s="999"><v>7</v></c>', K.NUMBER, D(7), False, None),
    ('<c r="A1" s="2"><v>45356</v></c>', K.DATE, datetime(2024, 3, 5), False, False),
    ('<c r="A1" s="2"><v>-3</v></c>', K.NUMBER, D(-3), False, False),
    ('<c r="A1" s="5"><v>0.5</v></c>', K.DATE, datetime(1899, 12, 31, 12), False, False),
    ('<c r="A1" t="d"><v>2024-03-05T07:30:00</v></c>', K.DATE, datetime(2024, 3, 5, 7, 30), False, False),  # noqa: E501
    ('<c r="A1" t="s"><v>0</v></c>', K.TEXT, "Đơn vị", False, False),
    ('<c r="A1" t="s"><v>1</v></c>', K.TEXT, "  NA ", False, False),
    ('<c r="A1" t="s"><v>2</v></c>', K.TEXT, "a < b & c\nd\re", False, False),
    ('<c r="A1" t="str"><v>NA</v></c>', K.TEXT, "NA", False, False),
    ('<c r="A1" t="inlineStr"><is><t>null</t></is></c>', K.TEXT, "null", False, False),
    ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t> b</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>', K.TEXT, "a b", False, False),  # noqa: E501
    ('<c r="A1" t="b"><v>1</v></c>', K.BOOLEAN, True, False, False),
    ('<c r="A1" t="b"><v>0</v></c>', K.BOOLEAN, False, False, False),
    ('<c r="A1" t="e"><v>#DIV/0!</v></c>', K.ERROR, "#DIV/0!", False, False),
    ('<c r="A1" t="e"><f>1/0</f><v>#REF!</v></c>', K.ERROR, "#REF!", True, False),
    ('<c r="A1"><f>SUM(B1:B2)</f><v>3</v></c>', K.NUMBER, D(3), True, False),
    ('<c r="A1"><f>SUM(B1:B2)</f></c>', K.UNCACHED, "=SUM(B1:B2)", True, False),
    ('<c r="A1"><f>IF(B1&lt;2,1,0)</f><v></v></c>', K.UNCACHED, "=IF(B1<2,1,0)", True, False),
    ('<c r="A1"><f>B1&amp;C1</f><v/></c>', K.UNCACHED, "=B1&C1", True, False),
    ('<c r="A1"><f t="shared" si="0"/></c>', K.UNCACHED, "", True, False),
    ('<c r="A1" t="e"><f>B1</f></c>', K.UNCACHED, "=B1", True, False),
    ('<c r="A1" t="str"><f>IF(1,"","")</f><v></v></c>', K.TEXT, "", True, False),
    ('<c r="A1" t="str"><f>T("x")</f><v> x </v></c>', K.TEXT, " x ", True, False),
    ('<c r="A1" t="b"><f>TRUE()</f><v>1</v></c>', K.BOOLEAN, True, True, False),
    ('<c r="A1" cm="1"><f t="array" ref="A1">SUM(1)</f><v>1</v></c>', K.NUMBER, D(1), True, False),
]  # fmt: skip


@pytest.mark.parametrize("slow", [False, True], ids=["fast", "slow"])
@pytest.mark.parametrize(("stored", "kind", "value", "formula", "percent"), CELLS)
def test_cell(
    stored: str,
    kind: CellKind,
    value: object,
    formula: bool,
    percent: bool | None,
    slow: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if slow:
        monkeypatch.setattr(ooxml_module, "read_fast", lambda *_: None)
    cell = one(stored, strings=STRINGS)
    assert cell is not None
    assert (cell.kind, cell.value, cell.formula, cell.percent) == (kind, value, formula, percent)
    assert type(cell.value) is type(value)


@pytest.mark.parametrize("slow", [False, True], ids=["fast", "slow"])
@pytest.mark.parametrize(
    "stored",
    [
        '<c r="A1"/>',
        '<c r="A1" s="1"></c>',
        '<c r="A1" s="1" t="n"/>',
        '<c r="A1" t="s"><v></v></c>',
        '<c r="A1" t="s"><v>3</v></c>',
        '<c r="A1" t="inlineStr"><is><t></t></is></c>',
    ],
)
def test_blank_cells_are_not_held(stored: str, slow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if slow:
        monkeypatch.setattr(ooxml_module, "read_fast", lambda *_: None)
    assert one(stored, strings=STRINGS) is None


@pytest.mark.parametrize(
    "stored",
    [
        '<c r="A1" t="s"><v>99</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="A1"><v>1,5</v></c>',
        '<c r="A1"><v>1_000</v></c>',
        '<c r="A1"><v>nan</v></c>',
        '<c r="A1"><v>1e999</v></c>',
        '<c r="A1"><v>1-2</v></c>',
        '<c r="A1" t="b"><v>yes</v></c>',
        '<c r="A1" t="d"><v>05/03/2024</v></c>',
        '<c r="A1" t="zz"><v>5</v></c>',
    ],
)
def test_a_value_that_contradicts_its_type_is_never_used(stored: str) -> None:
    book = read(package(worksheet(row1(stored)), strings=STRINGS))
    cell = by_address(book)["A1"]
    assert cell.kind is K.ERROR
    assert f"<v>{cell.value}</v>" in stored
    assert codes(book) == [("reader.bad_cell", "A1")]


@pytest.mark.parametrize(
    ("pr", "serial", "moment"),
    [
        ("", "1", datetime(1900, 1, 1)),
        ("", "59", datetime(1900, 2, 28)),
        ("", "61", datetime(1900, 3, 1)),
        ("", "45356.354166666664", datetime(2024, 3, 5, 8, 30)),
        ("", "2958465", datetime(9999, 12, 31)),
        ('<workbookPr date1904="1"/>', "0", datetime(1904, 1, 1)),
        ('<workbookPr date1904="true"/>', "43894", datetime(2024, 3, 5)),
    ],
)
def test_dates_of_both_systems(pr: str, serial: str, moment: datetime) -> None:
    cell = one(f'<c r="A1" s="2"><v>{serial}</v></c>', workbook_pr=pr)
    assert cell == RawCell(K.DATE, moment, False, False)


IRREGULAR = {
    "attribute order": '<row r="1"><c t="n" r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>',
    "single quotes": "<row r='1'><c r='A1'><v>1</v></c><c r='B1'><v>2</v></c></row>",
    "no addresses": "<row><c><v>1</v></c><c><v>2</v></c></row>",
    "comment": '<row r="1"><!-- x --><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>',
    "nothing but a comment": '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>',
    "CDATA": '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c><c r="B1"><v>2</v></c></row>',
    "CDATA in part": '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v><![CDATA[2]]></v></c></row>',
    "extension": '<row r="1"><c r="A1"><v>1</v><extLst/></c><c r="B1"><v>2</v></c></row>',
    "white space": '\n <row r="1">\n  <c r="A1" ><v>1</v></c>\n <c r="B1"><v>2</v></c></row>\n',
    "small letters": '<row r="1"><c r="a1"><v>1</v></c><c r="$B$1"><v>2</v></c></row>',
}


@pytest.mark.parametrize("rows", IRREGULAR.values(), ids=IRREGULAR)
def test_unusual_xml_is_read_all_the_same(rows: str) -> None:
    cells = by_address(read(package(worksheet(rows, before="<!-- <sheetData> -->"))))
    assert {a: c.value for a, c in cells.items()} == {"A1": D(1), "B1": D(2)}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(encoding: str) -> None:
    text = worksheet(row1('<c r="A1" t="str"><v>Lũy kế</v></c>'))
    text = text.replace('encoding="UTF-8"', 'encoding="UTF-16"') if "16" in encoding else text
    assert by_address(read(package(text.encode(encoding))))["A1"].value == "Lũy kế"


def test_prefixed_namespace() -> None:
    sheet = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", worksheet(row1('<c r="A1"><v>1</v></c>'))[56:])
    sheet = sheet.replace("xmlns=", "xmlns:x=")
    assert by_address(read(package(sheet)))["A1"].value == D(1)


def test_strict_ooxml() -> None:
    sheet = worksheet(row1('<c r="A1" s="1" t="s"><v>0</v></c>'), main=STRICT_MAIN)
    styles = STYLES.replace('xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
                            f'xmlns="{STRICT_MAIN}"')  # fmt: skip
    book = read(package(sheet, strings=STRINGS, styles=styles, main=STRICT_MAIN, rels=STRICT_RELS))
    assert by_address(book)["A1"] == RawCell(K.TEXT, "Đơn vị", False, True, "Times New Roman")


def test_values_under_merged_cells_are_kept() -> None:
    sheet = worksheet(
        row1('<c r="A1"><v>1</v></c>', '<c r="B1"><v>2</v></c>'),
        after='<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="bad"/></mergeCells>',
    )
    book = read(package(sheet))
    assert {a: c.value for a, c in by_address(book).items()} == {"A1": D(1), "B1": D(2)}
    assert book.sheets[0].merged == ((1, 1, 2, 2),)


@pytest.mark.parametrize("slow", [False, True], ids=["fast", "slow"])
def test_what_is_hidden_is_read_and_told(slow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if slow:
        monkeypatch.setattr(ooxml_module, "read_fast", lambda *_: None)
    sheet = worksheet(
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="2" spans="1:2" hidden="1"><c r="A2"><v>2</v></c></row>'
        '<row r="3" hidden="false"/><row r="4" ht="0" customHeight="1"/>',
        before='<cols><col min="2" max="4" hidden="1"/><col min="6" max="6" width="9"/></cols>',
    )
    book = read(package(sheet, sheet, sheet, states={2: "hidden", 3: "veryHidden"}))
    assert [s.visible for s in book.sheets] == [True, False, False]
    assert book.sheets[1].hidden_rows == {2, 4}
    assert book.sheets[1].hidden_columns == {2, 3, 4}
    assert by_address(book, 2)["A2"].value == D(2)


def test_the_last_cell_of_a_sheet_costs_nothing() -> None:
    sheet = worksheet(
        '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>',
        before='<dimension ref="A1:XFD1048576"/>',
    )
    assert by_address(read(package(sheet)))["XFD1048576"].value == D(7)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>', ("reader.duplicate_cell", "A1")),
        ('<c r="A1"><v>1</v></c><c r="XFE1"><v>2</v></c>', ("reader.misplaced_cell", "")),
        ('<c r="A1"><v>1</v></c><c r="A0"><v>2</v></c>', ("reader.misplaced_cell", "")),
    ],
)
def test_cells_without_a_place_of_their_own_are_told(rows: str, expected: tuple[str, str]) -> None:
    assert codes(read(package(worksheet(row1(rows))))) == [expected]


def test_array_formula_covers_its_followers() -> None:
    cells = by_address(
        read(
            package(
                worksheet(
                    row1(
                        '<c r="A1"><f t="array" ref="A1:B1">C1:D1</f><v>1</v></c>',
                        '<c r="B1"><v>2</v></c>',
                        '<c r="C1"><v>3</v></c>',
                    )
                )
            )
        )
    )
    assert {a: c.formula for a, c in cells.items()} == {"A1": True, "B1": True, "C1": False}


# --- styles, fonts, strings -----------------------------------------------------------


@pytest.mark.parametrize(
    ("styles", "note"),
    [
        (None, []),
        (STYLES[: len(STYLES) // 2], [("reader.styles_damaged", "")]),
        ("rubbish", [("reader.styles_damaged", "")]),
        (
            '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>',
            [("reader.styles_damaged", "")],
        ),
        (STYLES.replace('numFmtId="164"', 'numFmtId="x"'), []),
    ],
)
def test_values_survive_damaged_styles(styles: str | None, note: list[tuple[str, str]]) -> None:
    book = read(package(worksheet(row1('<c r="A1" s="1"><v>5</v></c>')), styles=styles))
    assert by_address(book)["A1"].value == D(5)
    assert codes(book) == note


def test_endless_styles_cost_no_value() -> None:
    data = package(
        worksheet(row1('<c r="A1" s="1"><v>5</v></c>')),
        styles=STYLES.replace("</cellXfs>", '<xf numFmtId="0"/>' * 9000 + "</cellXfs>"),
    )
    book = read_bytes(data, "a.xlsx", Limits(max_tree=50_000))
    assert by_address(book)["A1"] == RawCell(K.NUMBER, D(5), False, None)
    assert codes(book) == [("reader.styles_damaged", "")]


def test_legacy_fonts_are_reported_for_texts() -> None:
    strings = (
        "<si><t>Ban D©n vËn</t></si>"
        '<si><r><rPr><rFont val="Arial"/></rPr><t>STT </t></r>'
        '<r><rPr><rFont val="VNI-Times"/></rPr><t>Ban Daân vaän</t></r></si>'
    )
    sheet = worksheet(
        row1(
            '<c r="A1" s="4" t="s"><v>0</v></c>',
            '<c r="B1" t="s"><v>1</v></c>',
            '<c r="C1" t="s"><v>0</v></c>',
        )
    )
    cells = by_address(read(package(sheet, strings=strings)))
    assert {a: c.font for a, c in cells.items()} == {
        "A1": ".VnTime",
        "B1": "VNI-Times",
        "C1": "Times New Roman",
    }
    assert cells["B1"].value == "STT Ban Daân vaän"


@pytest.mark.parametrize(
    "escaped", ["_x000D_", "_x005F_x000D_", "_xD83D__xDE00_", "_xD83D_", "_xZZ_"]
)
def test_escapes_in_strings_leave_sound_text(escaped: str) -> None:
    cell = one('<c r="A1" t="s"><v>0</v></c>', strings=f"<si><t>a{escaped}</t></si>")
    assert cell is not None
    assert str(cell.value).encode("utf-8")
    expected = {"_x000D_": "a\r", "_x005F_x000D_": "a_x000D_", "_xD83D__xDE00_": "a😀"}
    assert cell.value == expected.get(escaped, cell.value)


# --- against the writers --------------------------------------------------------------


def written() -> bytes:
    """A workbook of many kinds of cells by XlsxWriter."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2024, 4, 5, 6, 7, 8)})
        percent = book.add_format({"num_format": "0.0%"})
        date = book.add_format({"num_format": "dd/mm/yyyy"})
        for number in range(3):
            sheet = book.add_worksheet(f"Biểu {number + 1}")
            for row in range(40):
                sheet.write_string(row, 0, f"Nhiệm vụ {row % 7} <&> {number}")
                sheet.write_number(row, 1, row * 1.1)
                sheet.write_number(row, 2, row / 40, percent)
                sheet.write_datetime(row, 3, datetime(2024, 1, 1 + row % 28), date)
                sheet.write_formula(row, 4, f"=B{row + 1}*2", None, row * 2.2)
                sheet.write_boolean(row, 5, row % 2 == 0)
                sheet.write_blank(row, 6, None, percent)
            sheet.write_formula(40, 0, "=1/0", None, "#DIV/0!")
            sheet.write_rich_string(41, 0, "a ", book.add_format({"bold": True}), "b", " c")
    return buffer.getvalue()


def test_agrees_with_openpyxl_cell_by_cell() -> None:
    data = written()
    book = read(data)
    reference = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    for sheet in book.sheets:
        expected = {
            (cell.row, cell.column): cell.value
            for row in reference[sheet.name].iter_rows()
            for cell in row
            if cell.value is not None
        }
        found = {
            at: float(cell.value) if isinstance(cell.value, Decimal) else cell.value
            for at, cell in sheet.cells.items()
        }
        assert found == expected
    assert book.modified == datetime(2024, 4, 5, 6, 7, 8, tzinfo=UTC)
    assert book.notes == ()


def test_openpyxl_saves_formulas_without_results() -> None:
    buffer = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(written()))
    book.save(buffer)
    cells = by_address(read(buffer.getvalue()))
    uncached = {a for a, c in cells.items() if c.kind is K.UNCACHED}
    assert uncached == {f"E{row}" for row in range(1, 41)} | {"A41"}
    assert cells["E3"].value == "=B3*2"


def test_fast_and_slow_reading_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written()
    fast = read(data)
    monkeypatch.setattr(ooxml_module, "read_fast", lambda *_: None)
    assert read(data) == fast


def test_the_fast_reading_is_really_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the slow reading was used for a regular sheet")

    monkeypatch.setattr(ooxml_module, "read_walking", refuse)
    assert len(read(written()).sheets) == 3


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_double_comes_back_exactly(number: float) -> None:
    cell = one(f'<c r="A1"><v>{number!r}</v></c>')
    assert cell is not None
    assert float(cell.value) == number  # type: ignore[arg-type]


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_any_text_comes_back_verbatim(text: str) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write_string(0, 0, text)
    assert by_address(read(buffer.getvalue()))["A1"].value == text


# --- limits and links -----------------------------------------------------------------


def test_macros_and_links_are_noted_and_the_values_read() -> None:
    sheet = worksheet(row1('<c r="A1"><v>5</v></c>'))
    book = read(
        package(sheet, extra={"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": ""})
    )
    assert book.format == "xlsm"
    assert codes(book) == [("reader.macros", ""), ("reader.external_links", "")]
    assert {n.severity.value for n in book.notes} == {"note"}
    assert by_address(book)["A1"].value == D(5)


@pytest.mark.parametrize("slow", [False, True], ids=["fast", "slow"])
def test_more_cells_than_the_limit(slow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if slow:
        monkeypatch.setattr(ooxml_module, "read_fast", lambda *_: None)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 102))
    assert len(read_bytes(package(worksheet(rows)), "a", Limits(max_cells=101)).sheets[0].cells)
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(package(worksheet(rows)), "a", Limits(max_cells=100))
    assert (caught.value.key, caught.value.params) == ("reader.too_many_cells", {"limit": 100})


def test_a_sheet_that_is_not_there_is_damage() -> None:
    data = package(worksheet(""), workbook_pr="")
    data = data.replace(b"worksheets/sheet1.xml", b"worksheets/sheet9.xml", 1)
    with pytest.raises(UnreadableFile, match="damaged"):
        read(data)


def test_relationships_may_be_written_in_any_case() -> None:
    assert RELS.endswith("relationships")
    sheet = worksheet(row1('<c r="A1"><v>5</v></c>'))
    data = package(sheet).replace(b"xl/worksheets/sheet1.xml", b"xl/Worksheets/Sheet1.xml")
    assert by_address(read(data))["A1"].value == D(5)

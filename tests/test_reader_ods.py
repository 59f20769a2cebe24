"""OpenDocument spreadsheets made by hand: what each cell means, and what is never expanded."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from reader_kit import by_address, codes, content, ods, table, zipped

from toolkit.errors import UnreadableFile
from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.reader import Limits, read_bytes

K = CellKind
D = Decimal


def cell(attributes: str = "", inside: str = "") -> str:
    return f"<table:table-cell {attributes}>{inside}</table:table-cell>"


def typed(kind: str, stored: str = "", text: str = "", formula: str = "") -> str:
    """A cell with a type, the attribute that stores its value, and a text shown."""
    attributes = f'office:value-type="{kind}" {stored}'
    if formula:
        attributes += f' table:formula="{formula}"'
    return cell(attributes, f"<text:p>{text}</text:p>" if text else "")


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


P = "<text:p>{}</text:p>"
CALC_ERROR = 'calcext:value-type="error" office:string-value=""'
CELLS = [
    (typed("float", 'office:value="0.1"', "0,1"), K.NUMBER, D("0.1"), False, False),
    (typed("float", 'office:value="1E+3"'), K.NUMBER, D(1000), False, False),
    (typed("percentage", 'office:value="0.125"', "12,5%"), K.NUMBER, D("0.125"), False, True),
    (typed("currency", 'office:value="5"', "5 đ"), K.NUMBER, D(5), False, False),
    (
        typed("date", 'office:date-value="2024-03-05"'),
        K.DATE,
        datetime(2024, 3, 5),
        False,
        False,
    ),
    (
        typed("date", 'office:date-value="2024-03-05T07:30:00.000000001"'),
        K.DATE,
        datetime(2024, 3, 5, 7, 30),
        False,
        False,
    ),
    (
        typed("time", 'office:time-value="PT08H30M00S"'),
        K.DATE,
        datetime(1899, 12, 31, 8, 30),
        False,
        False,
    ),
    (typed("boolean", 'office:boolean-value="true"', "TRUE"), K.BOOLEAN, True, False, False),
    (typed("string", "", "NA"), K.TEXT, "NA", False, False),
    (typed("string", 'office:string-value="a  b"', "a b"), K.TEXT, "a  b", False, False),
    (cell("", P.format("không kiểu")), K.TEXT, "không kiểu", False, False),
    (cell("", P.format("a") + P.format("b")), K.TEXT, "a\nb", False, False),
    (
        cell("", P.format('<text:s text:c="2"/>a<text:tab/>b<text:line-break/>c')),
        K.TEXT,
        "  a\tb\nc",
        False,
        False,
    ),
    (cell("", P.format("a<text:span>b<text:a>c</text:a></text:span>d")), K.TEXT, "abcd", False,
     False),
    (
        cell("", "<office:annotation><text:p>chú ý</text:p></office:annotation>" + P.format("x")),
        K.TEXT,
        "x",
        False,
        False,
    ),
    (typed("string", "", "#REF!"), K.TEXT, "#REF!", False, False),
    (typed("string", CALC_ERROR, "#DIV/0!", "of:=1/0"), K.ERROR, "#DIV/0!", True, False),
    (typed("string", CALC_ERROR, "Err:502", "of:=X()"), K.ERROR, "Err:502", True, False),
    (typed("float", 'office:value="0"', "#N/A", "of:=NA()"), K.ERROR, "#N/A", True, False),
    (typed("float", 'office:value="0"', "Err:508", "of:=("), K.ERROR, "Err:508", True, False),
    (typed("float", 'office:value="3"', "3", "of:=1+2"), K.NUMBER, D(3), True, False),
    (typed("string", "", "đạt", "of:=T()"), K.TEXT, "đạt", True, False),
    (typed("string", "", "", "of:=T()"), K.TEXT, "", True, False),
    (cell('table:formula="of:=SUM([.A1])"'), K.UNCACHED, "=SUM([.A1])", True, None),
    (cell('table:formula="of:=A()" calcext:value-type="float"'), K.UNCACHED, "=A()", True, None),
    (typed("boolean", 'office:boolean-value="-8"', "TRUE"), K.BOOLEAN, True, False, False),
    (typed("boolean", 'office:boolean-value="0"', "FALSE"), K.BOOLEAN, False, False, False),
    (
        typed("time", 'office:time-value="PT967160H20M59.999999916S"', "08:21"),
        K.DATE,
        datetime(2010, 4, 30, 8, 21),
        False,
        False,
    ),
    (
        typed("time", 'office:time-value="PT1045737H51M16S"', "09:51:16"),
        K.DATE,
        datetime(2019, 4, 17, 9, 51, 16),
        False,
        False,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "kind", "value", "formula", "percent"), CELLS)
def test_cell(
    stored: str, kind: CellKind, value: object, formula: bool, percent: bool | None
) -> None:
    book = read_bytes(ods(table(row(stored))), "a.ods")
    found = by_address(book)["A1"]
    assert (found.kind, found.value, found.formula, found.percent) == (
        kind,
        value,
        formula,
        percent,
    )
    assert type(found.value) is type(value)
    assert (book.format, book.notes) == ("ods", ())


def test_an_empty_result_of_libreoffice_is_no_missing_one() -> None:
    data = ods(table(row(cell('table:formula="of:=T()"'))), generator="LibreOffice/7.4")
    book = read_bytes(data, "a.ods")
    assert by_address(book)["A1"] == RawCell(K.TEXT, "", True, False)
    assert book.modified == datetime(2024, 4, 5, 6, 7, 8, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "stored",
    [
        typed("float", 'office:value="1,5"', "1,5"),
        typed("float", "", "5"),
        typed("boolean", 'office:boolean-value="yes"'),
        typed("date", 'office:date-value="05/03/2024"'),
        typed("time", 'office:time-value="8:30"'),
        typed("void"),
    ],
)
def test_a_value_that_contradicts_its_type_is_never_used(stored: str) -> None:
    book = read_bytes(ods(table(row(stored))), "a.ods")
    assert by_address(book)["A1"].kind is K.ERROR
    assert codes(book) == [("reader.bad_cell", "A1")]


ARRAY = 'table:number-matrix-columns-spanned="2" table:number-matrix-rows-spanned="2"'


def test_an_array_formula_fills_the_cells_after_its_own() -> None:
    """Old files store an error there as the number 0: only the text shown tells it."""
    error = typed("float", 'office:value="0"', "Err:502")
    rows = (
        row(typed("float", f'office:value="0" {ARRAY}', "Err:502", "of:=SQRT(-1)"), error, error)
        + row(typed("string", 'office:string-value="#N/A"', "#N/A"))
        + row(typed("float", 'office:value="7"', "7"))
    )
    cells = by_address(read_bytes(ods(table(rows)), "a.ods"))
    assert {at: (found.kind, found.value, found.formula) for at, found in cells.items()} == {
        "A1": (K.ERROR, "Err:502", True),
        "B1": (K.ERROR, "Err:502", True),
        "C1": (K.NUMBER, D(0), False),
        "A2": (K.ERROR, "#N/A", True),
        "A3": (K.NUMBER, D(7), False),
    }


def test_cells_of_another_file_are_no_sheet() -> None:
    """LibreOffice keeps a copy of what formulas ask of another file, under the file's address."""
    five = row(typed("float", 'office:value="5"'))
    other = "'file:///C:/bao%20cao/quy1.ods'#Biểu 1"
    book = read_bytes(ods(table(five) + table(five * 3, other)), "a.ods")
    assert [(sheet.name, len(sheet.cells)) for sheet in book.sheets] == [("Biểu 1", 1)]
    assert codes(book) == [("reader.external_links", "")]


def test_cells_outside_a_sheet_are_told() -> None:
    text = typed("string", "", "x")
    rows = (
        row(text, cell('table:number-columns-repeated="16383"'), text)
        + row(cell(), attributes='table:number-rows-repeated="16777212"')
        + row(text)
    )
    book = read_bytes(ods(table(rows)), "a.ods")
    assert set(by_address(book)) == {"A1"}
    said = [(note.code, note.found) for note in book.notes]
    assert said == [
        ("reader.misplaced_cell", "XFE1: x"),
        ("reader.misplaced_cell", "A16777214: x"),
    ]


@pytest.mark.parametrize(
    ("part", "sealed"),
    [("Basic/Standard/Module1.xml", False), ("content.xml", True), ("encrypted-package", True)],
)
def test_a_password_of_the_macros_is_none_of_the_cells(part: str, sealed: bool) -> None:
    uri = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<m:manifest xmlns:m="{uri}"><m:file-entry m:full-path="content.xml"/>'
        f'<m:file-entry m:full-path="{part}"><m:encryption-data/></m:file-entry></m:manifest>'
    )
    data = zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content(table(row(typed("string", "", "x")))),
            "META-INF/manifest.xml": manifest,
        }
    )
    if sealed:
        with pytest.raises(UnreadableFile, match=r"reader\.encrypted"):
            read_bytes(data, "a.ods")
    else:
        assert by_address(read_bytes(data, "a.ods"))["A1"].value == "x"


def test_a_tag_of_eleven_megabytes_is_passed_over() -> None:
    long = f'<table:shapes table:name="{"x" * 11_000_000}"/>'
    data = ods(table(long + row(typed("string", "", "x"))))
    assert by_address(read_bytes(data, "a.ods", Limits(max_ratio=10**6)))["A1"].value == "x"


def test_repeats_are_expanded_where_they_hold_something() -> None:
    five = typed("float", 'office:value="5" table:number-columns-repeated="2"')
    rows = (
        row(cell('table:number-columns-repeated="3"'), five)
        + row(cell(), attributes='table:number-rows-repeated="10"')
        + row(five, attributes='table:number-rows-repeated="2"')
        + row(cell('table:number-columns-repeated="16384"'),
              attributes='table:number-rows-repeated="1048000"')
    )  # fmt: skip
    cells = by_address(read_bytes(ods(table(rows)), "a.ods"))
    assert set(cells) == {"D1", "E1", "A12", "B12", "A13", "B13"}


def test_merged_hidden_and_grouped() -> None:
    merged = 'table:number-columns-spanned="2" table:number-rows-spanned="2"'
    covered = '<table:covered-table-cell office:value-type="float" office:value="7"/>'
    rows = (
        '<table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
        "<table:table-header-rows>"
        + row(typed("string", merged, "a"), covered)
        + "</table:table-header-rows><table:table-row-group>"
        + row(typed("string", "", "b"), attributes='table:visibility="filter"')
        + "</table:table-row-group>"
        + row(typed("string", "", "c"))
        + row(cell(), attributes='table:visibility="collapse" table:number-rows-repeated="1000000"')
    )
    book = read_bytes(ods(table(rows)), "a.ods")
    assert {a: c.shown() for a, c in by_address(book).items()} == {
        "A1": "a",
        "B1": "7",  # under the merged cell, kept
        "A2": "b",
        "A3": "c",
    }
    sheet = book.sheets[0]
    assert sheet.merged == ((1, 1, 2, 2),)
    assert sheet.hidden_rows == {2}
    assert sheet.hidden_columns == {3, 4}


def test_hidden_sheets_and_tables_within_cells() -> None:
    style = (
        '<style:style style:name="ta2" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    inner = cell("", table(row(typed("float", 'office:value="9"')), "trong ô"))
    hidden = '<table:table table:style-name="ta2" '
    second = table(row(inner), "B").replace("<table:table ", hidden, 1)
    book = read_bytes(ods(table(row(typed("string", "", "a"))) + second, style), "a.ods")
    assert [(s.name, s.visible, len(s.cells)) for s in book.sheets] == [
        ("Biểu 1", True, 1),
        ("B", False, 0),
    ]


def test_legacy_fonts() -> None:
    style = (
        '<style:font-face style:name="VnTime1" fo:font-family="\'.VnTime\'"/>'
        '<style:style style:name="c1" style:family="table-cell">'
        '<style:text-properties style:font-name=".VnTime1"/></style:style>'
        '<style:style style:name="c2" style:family="table-cell" '
        'style:parent-style-name="c1"><style:table-cell-properties/></style:style>'
        '<style:style style:name="c3" style:family="table-cell">'
        '<style:text-properties style:font-name="Arial"/></style:style>'
    )
    text = 'table:style-name="{}"'
    cells = by_address(
        read_bytes(
            ods(
                table(
                    '<table:table-column table:default-cell-style-name="c2" '
                    'table:number-columns-repeated="9"/>'
                    + row(
                        cell(text.format("c1"), P.format("a")),
                        cell(text.format("c2"), P.format("b")),
                        cell(text.format("c3"), P.format("c")),
                        cell("", P.format("d")),
                    )
                ),
                style,
            ),
            "a.ods",
        )
    )
    assert {a: c.font for a, c in cells.items()} == {
        "A1": ".VnTime",
        "B1": ".VnTime",
        "C1": "Arial",
        "D1": ".VnTime",
    }


def test_flat_and_template_forms() -> None:
    body = content(table(row(typed("float", 'office:value="5"'))))
    flat = body.replace("office:document-content", "office:document").replace(
        "<office:document ",
        '<office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet" ',
    )
    template = zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet-template",
            "content.xml": body,
        }
    )
    for data in (flat.encode(), template):
        assert by_address(read_bytes(data, "a.xlsx"))["A1"].value == D(5)


FULL = typed("float", 'office:value="5" table:number-columns-repeated="16384"')


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        (row(FULL, attributes='table:number-rows-repeated="1048576"'), "reader.too_many_cells"),
        (row(FULL) * 100, "reader.too_many_cells"),
        (row(cell('table:number-columns-repeated="many"')), "reader.damaged"),
    ],
    ids=["all cells", "many", "no number"],
)  # fmt: skip
def test_declared_without_end(rows: str, key: str) -> None:
    started = time.perf_counter()
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(ods(table(rows)), "a.ods", Limits(max_cells=100_000))
    assert caught.value.key == key
    assert time.perf_counter() - started < 2


def test_without_tables() -> None:
    with pytest.raises(UnreadableFile, match="no_sheets"):
        read_bytes(ods(""), "a.ods")


def test_entities_are_refused() -> None:
    bad = content(table("")).replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>', 1)
    data = zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": bad}
    )
    with pytest.raises(UnreadableFile, match="unsafe_xml"):
        read_bytes(data, "a.ods")

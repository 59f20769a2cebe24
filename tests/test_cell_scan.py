"""Cells cut out of the text of a sheet are those an XML parser finds, or none are cut out."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.programme import cell_scan

ROOT = Path(__file__).parent.parent
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(rows: str, *, head: str = "", spaces: str = "") -> bytes:
    return (
        f'{head}<worksheet xmlns="{MAIN}"{spaces}><dimension ref="A1"/>'
        f"<sheetData>{rows}</sheetData><mergeCells/></worksheet>"
    ).encode()


def row(cells: str) -> str:
    return f'<row r="1">{cells}</row>'


def parsed(data: bytes) -> list[tuple[str, str, str, str | None, str | None]]:
    """What an XML parser makes of the same: place, style, type, inline text, value."""
    space = f"{{{MAIN}}}"
    return [
        (
            cell.attrib["r"],
            cell.get("s", ""),
            cell.get("t", ""),
            cell.findtext(f"{space}is/{space}t") or "",
            cell.findtext(f"{space}v") or "",
        )
        for cell in ElementTree.fromstring(data).iter(f"{space}c")
    ]


def scanned(data: bytes) -> list[tuple[str, str, str, str, str]] | None:
    found = cell_scan.scan(data)
    if found is None:
        return None
    assert ElementTree.fromstring(found.rest).find(f"{{{MAIN}}}sheetData") is not None
    return [
        (
            letters + number,
            style,
            kind,
            found.meant.get(inline, inline),
            found.meant.get(value, value),
        )
        for letters, number, style, kind, inline, _, value in found.cells
    ]


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("workbook_templates/*.xlsx")), ids=lambda p: p.stem
)
def test_every_sheet_of_a_standard_programme(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/s")]
    assert parts
    for data in parts:
        assert scanned(data) == parsed(data)


@pytest.mark.parametrize(
    "rows",
    [
        "",
        row(""),
        '<row r="1" ht="12.5" customHeight="1"/>',
        row('<c r="A1"/><c r="B1" s="3"></c><c r="C1" t="n"><v/></c><c r="D1"><v>1</v></c>'),
        row('<c r="A1" t="inlineStr"><is><t>M&#7909;c &lt;1&gt; &amp;amp;</t></is></c>'),
        row('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a\n\tb </t></is></c>'),
        row('<c r="A1"><f>IF(B1&gt;0,"a","&#233;")</f><v>2</v></c><c r="B1"><f/><v>3</v></c>'),
        row('<c r="A1" t="str"><f t="shared" ref="A1:A2" si="0">1</f><v>a &amp; b</v></c>'),
        row('<c r="AAA1048576" s="12" t="s"><v>7</v></c>'),
    ],
)
def test_what_programs_write_is_cut_out(rows: str) -> None:
    data = sheet(rows)
    assert scanned(data) == parsed(data)


def test_the_namespace_of_excel_is_known_only_where_it_is_declared() -> None:
    rows = '<row r="1" spans="1:2" x14ac:dyDescent="0.25"><c r="A1"><v>1</v></c></row>'
    assert scanned(sheet(rows)) is None
    data = sheet(rows, spaces=' xmlns:x14ac="http://a"')
    assert scanned(data) == parsed(data) == [("A1", "", "", "", "1")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<sheetData></sheetData>\xff",
        sheet(row('<c t="n" r="A1"><v>1</v></c>')),  # another order
        sheet(row('<c r="A1"><v>1</v><v>2</v></c>')),
        sheet(row('<c r="A1"><v>1</v></c> ')),
        sheet(row('<c r="A1"><v>a & b</v></c>')),
        sheet(row('<c r="A1"><v>&eacute;</v></c>')),
        sheet(row('<c r="A1"><v>]]></v></c>')),
        sheet(row('<c r="A1"><v><![CDATA[1]]></v></c>')),
        sheet(row('<c r="A1"><v>1</v></c>') + "<!-- -->"),
        sheet(row('<c r="A1"><v>1\x01</v></c>')),
        sheet(row('<c r="A1"><v>1\r\n2</v></c>')),
        sheet(row('<c r="A1"><v>1\uffff</v></c>')),
        sheet(row('<c r="A0"><v>1</v></c>')),
        sheet(row('<c r="A1"><v>1</v></c>').removesuffix("</row>")),
        sheet(row('<c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c>')),
        sheet(row('<c r="A1" t="inlineStr"><is><t>a</t><rPh/></is></c>')),
        sheet(row('<c r="A1"><v>1</v><extLst/></c>')),
        sheet(row(""), head='<?xml version="1.0" encoding="windows-1252"?>'),
        sheet("<sheetData></sheetData>"),
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(data: bytes) -> None:
    assert scanned(data) is None


@given(st.lists(st.text(max_size=12), max_size=6))
def test_any_text_comes_out_as_a_parser_reads_it(texts: list[str]) -> None:
    cells = "".join(
        f'<c r="A{n}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for n, text in enumerate(texts, start=1)
    )
    try:
        data = sheet(row(cells))
        expected = parsed(data)
    except (UnicodeEncodeError, ElementTree.ParseError):
        return  # no XML
    assert scanned(data) in (expected, None)
    if all(text.isprintable() for text in texts):
        assert scanned(data) == expected

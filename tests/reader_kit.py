"""Workbooks made part by part, for the tests of the reader."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from toolkit.intake.model import RawCell, RawWorkbook
from toolkit.intake.reader.values import a1

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# Cell styles: 0 general, 1 percent, 2 date, 3 custom percent, 4 legacy font, 5 time.
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="0.0%"/>'
    '<numFmt numFmtId="165" formatCode="dd/mm/yyyy;@"/></numFmts>'
    '<fonts count="2"><font><name val="Times New Roman"/></font>'
    '<font><name val=".VnTime"/></font></fonts>'
    '<cellXfs count="6"><xf numFmtId="0" fontId="0"/><xf numFmtId="9" fontId="0"/>'
    '<xf numFmtId="165" fontId="0"/><xf numFmtId="164" fontId="0"/>'
    '<xf numFmtId="0" fontId="1"/><xf numFmtId="20" fontId="0"/></cellXfs></styleSheet>'
)


def zipped(parts: Mapping[str, str | bytes], stored: Iterable[str] = ()) -> bytes:
    """A zip file of the parts, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), part, method)
    return buffer.getvalue()


def worksheet(rows: str, *, before: str = "", after: str = "", main: str = MAIN) -> str:
    """A worksheet part around its rows."""
    return (
        f'{HEAD}<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def row1(*cells: str) -> str:
    """One row with number 1."""
    return f'<row r="1">{"".join(cells)}</row>'


def package(
    *sheets: str | bytes,
    strings: str | None = None,
    styles: str | bytes | None = STYLES,
    workbook_pr: str = "",
    states: Mapping[int, str] | None = None,
    extra: Mapping[str, str | bytes] | None = None,
    main: str = MAIN,
    rels: str = RELS,
) -> bytes:
    """An .xlsx of the worksheet parts given."""
    states = states or {}
    entries = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"'
        + (f' state="{states[n]}"' if n in states else "")
        + "/>"
        for n in range(1, len(sheets) + 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{rels}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts: dict[str, str | bytes] = {
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{main}" xmlns:r="{rels}">{workbook_pr}'
        f"<sheets>{entries}</sheets></workbook>",
    }
    if styles is not None:
        links += f'<Relationship Id="rIdS" Type="{rels}/styles" Target="styles.xml"/>'
        parts["xl/styles.xml"] = styles
    if strings is not None:
        links += f'<Relationship Id="rIdT" Type="{rels}/sharedStrings" Target="/xl/strings.xml"/>'
        parts["xl/strings.xml"] = f'{HEAD}<sst xmlns="{main}">{strings}</sst>'
    parts["xl/_rels/workbook.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}">{links}</Relationships>'
    )
    for number, sheet in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet
    parts.update(extra or {})
    return zipped(parts)


def by_address(book: RawWorkbook, sheet: int = 0) -> dict[str, RawCell]:
    """The cells of a sheet by A1 address."""
    return {a1(*position): cell for position, cell in book.sheets[sheet].cells.items()}


def codes(book: RawWorkbook) -> list[tuple[str, str]]:
    """The notes of the reading as (code, cell)."""
    return [(note.code, note.address.cell) for note in book.notes]


# --- .xlsb ----------------------------------------------------------------------------


def record(number: int, data: bytes = b"") -> bytes:
    """One BIFF12 record."""
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = len(data), b""
    while True:
        byte, size = size & 0x7F, size >> 7
        length += bytes([byte | (0x80 if size else 0)])
        if not size:
            return head + length + data


def wide(text: str) -> bytes:
    """A counted UTF-16 text."""
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def cell12(number: int, column: int, data: bytes, style: int = 0) -> bytes:
    """A cell record of .xlsb."""
    return record(number, struct.pack("<II", column, style) + data)


def row12(row: int, *, hidden: bool = False) -> bytes:
    """A row header record of .xlsb, 0-based."""
    flags = 0x10 if hidden else 0
    return record(
        0, struct.pack("<IIHBBBI", row, 0, 300, 0, flags, 0, 1) + struct.pack("<II", 0, 10)
    )


# BrtFmla: grbitFlags, then the parsed expression "1" (ptgInt 1) and no extra data.
FORMULA12 = struct.pack("<HI", 0, 3) + b"\x1e\x01\x00" + struct.pack("<I", 0)


def xlsb(rows: bytes, strings: Iterable[str] = (), *, tail: bytes = b"", state: int = 0) -> bytes:
    """An .xlsb with one sheet of the rows given; cell style 1 is a percentage, 2 a date."""
    texts = list(strings)
    dimension = record(148, struct.pack("<IIII", 0, 20, 0, 10))
    sheet = record(129) + dimension + record(145) + rows + record(146) + tail + record(130)
    book = (
        record(131)
        + record(153, struct.pack("<II", 0, 0) + wide(""))
        + record(143)
        + record(156, struct.pack("<II", state, 1) + wide("rId1") + wide("Biểu 1"))
        + record(144)
        + record(132)
    )
    sst = record(159, struct.pack("<II", len(texts), len(texts)))
    sst += b"".join(record(19, b"\0" + wide(text)) for text in texts) + record(160)
    xf = struct.Struct("<HHHHHBBHBB")
    xfs = b"".join(record(47, xf.pack(0, fmt, 0, 0, 0, 0, 0, 0, 0, 0)) for fmt in (0, 9, 14))
    font = struct.pack("<HHHHBBBB", 220, 0, 400, 0, 0, 0, 0, 0) + b"\0" * 8 + b"\0"
    styles = (
        record(278)
        + record(611, struct.pack("<I", 1))
        + record(43, font + wide("Times New Roman"))
        + record(612)
        + record(617, struct.pack("<I", 3))
        + xfs
        + record(618)
        + record(279)
    )
    types = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    return zipped(
        {
            "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/'
            f'2006/content-types"><Default Extension="bin" ContentType="{types}"/>'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.bin" '
            'ContentType="application/vnd.ms-excel.worksheet"/>'
            '<Override PartName="/xl/sharedStrings.bin" '
            'ContentType="application/vnd.ms-excel.sharedStrings"/>'
            '<Override PartName="/xl/styles.bin" '
            'ContentType="application/vnd.ms-excel.styles"/></Types>',
            "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{RELS}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
            "xl/_rels/workbook.bin.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">'
            f'<Relationship Id="rId1" Type="{RELS}/worksheet" Target="worksheets/sheet1.bin"/>'
            f'<Relationship Id="rId2" Type="{RELS}/sharedStrings" Target="sharedStrings.bin"/>'
            f'<Relationship Id="rId3" Type="{RELS}/styles" Target="styles.bin"/></Relationships>',
            "xl/workbook.bin": book,
            "xl/worksheets/sheet1.bin": sheet,
            "xl/sharedStrings.bin": sst,
            "xl/styles.bin": styles,
        }
    )


def save(path: Path, data: bytes) -> Path:
    """Write the bytes and give the path back."""
    path.write_bytes(data)
    return path


# --- .xls -----------------------------------------------------------------------------

_END = 0xFFFFFFFE


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (OLE2) with the streams at its root."""
    names = list(streams)
    body, starts = b"", []
    for name in names:
        data = streams[name]
        starts.append(len(body) // 512 if data else _END)
        # Streams under 4096 bytes would have to lie in the mini stream: fill them up.
        size = max(len(data), 4096) if data else 0
        body += data.ljust(size, b"\0").ljust(-(-size // 512) * 512, b"\0")
    directory = b""
    for number, name in enumerate(["Root Entry", *names]):
        raw = name.encode("utf-16-le")
        right = number + 1 if 0 < number < len(names) else 0xFFFFFFFF
        child = 1 if number == 0 and names else 0xFFFFFFFF
        size = 0 if number == 0 else max(len(streams[name]), 4096) if streams[name] else 0
        start = _END if number == 0 else starts[number - 1]
        directory += raw.ljust(64, b"\0")
        directory += struct.pack("<HBB", len(raw) + 2, 5 if number == 0 else 2, 1)
        directory += struct.pack("<III", 0xFFFFFFFF, right, child) + b"\0" * 36
        directory += struct.pack("<II", start, size) + b"\0" * 4
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\0")
    data_sectors, directory_sectors = len(body) // 512, len(directory) // 512
    table = []
    for name, start in zip(names, starts, strict=True):
        count = -(-max(len(streams[name]), 4096) // 512) if streams[name] else 0
        table += [start + n + 1 for n in range(count - 1)] + ([_END] if count else [])
    table += [data_sectors + n + 1 for n in range(directory_sectors - 1)] + [_END]
    table_sectors = -(-(len(table) + 1) // 127)
    first = data_sectors + directory_sectors
    table += [0xFFFFFFFD] * table_sectors
    table += [0xFFFFFFFF] * (table_sectors * 128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    head += struct.pack("<IIIIIIII", table_sectors, data_sectors, 0, 4096, _END, 0, _END, 0)
    heads = [first + n for n in range(table_sectors)]
    head += struct.pack("<109I", *heads, *[0xFFFFFFFF] * (109 - len(heads)))
    return head + body + directory + struct.pack(f"<{len(table)}I", *table)


def biff(number: int, data: bytes = b"") -> bytes:
    """One BIFF8 record."""
    return struct.pack("<HH", number, len(data)) + data


def cell8(number: int, row: int, column: int, data: bytes, style: int = 0) -> bytes:
    """A cell record of .xls, 0-based."""
    return biff(number, struct.pack("<HHH", row, column, style) + data)


def formula8(row: int, column: int, result: bytes, style: int = 0) -> bytes:
    """A formula record of .xls with the eight bytes of its result; the formula is ``1``."""
    return cell8(6, row, column, result + b"\0" * 6 + b"\x03\x00\x1e\x01\x00", style)


def text8(text: str) -> bytes:
    """A counted text of BIFF8."""
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def workbook_stream(*sheets: bytes, before: bytes = b"", state: int = 0) -> bytes:
    """A Workbook stream; cell style 1 is a percentage, 2 a date."""
    bof = struct.Struct("<HHHHII")
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x05\x00Arial"
    head = biff(0x809, bof.pack(0x600, 5, 0, 0, 0, 0)) + before + biff(0x31, font)
    head += b"".join(biff(0xE0, struct.pack("<HH", 0, fmt) + b"\0" * 16) for fmt in (0, 9, 14))
    names = [f"Biểu {n}" for n in range(1, len(sheets) + 1)]
    entry = struct.Struct("<IBBBB")
    offset = len(head) + sum(12 + 2 * len(name) for name in names) + 4
    bodies = b""
    for name, sheet in zip(names, sheets, strict=True):
        head += biff(
            0x85,
            entry.pack(offset + len(bodies), state, 0, len(name), 1) + name.encode("utf-16-le"),
        )
        bodies += biff(0x809, bof.pack(0x600, 0x10, 0, 0, 0, 0)) + sheet + biff(0x0A)
    return head + biff(0x0A) + bodies


def xls(*sheets: bytes, before: bytes = b"", state: int = 0, **streams: bytes) -> bytes:
    """An .xls of the sheets' records."""
    stream = workbook_stream(*sheets, before=before, state=state)
    return compound({"Workbook": stream, **streams})


# --- .ods -----------------------------------------------------------------------------

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def content(tables: str, styles: str = "") -> str:
    """A content.xml around its tables."""
    spaces = "".join(
        f' xmlns:{short}="{ODF}{name}:1.0"'
        for short, name in [
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
            ("fo", "xsl-fo-compatible"),
        ]
    )
    calc = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} '
        f'xmlns:calcext="{calc}"><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )


def ods(tables: str, styles: str = "", *, generator: str = "") -> bytes:
    """An .ods of its tables."""
    parts: dict[str, str | bytes] = {
        "mimetype": ODS_TYPE,
        "content.xml": content(tables, styles),
        "META-INF/manifest.xml": "<manifest/>",
    }
    if generator:
        parts["meta.xml"] = (
            f'<office:document-meta xmlns:office="{ODF}office:1.0" xmlns:meta="{ODF}meta:1.0" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
            f"<meta:generator>{generator}</meta:generator>"
            "<dc:date>2024-04-05T06:07:08.123456789</dc:date></office:meta></office:document-meta>"
        )
    return zipped(parts, stored=["mimetype"])


def table(rows: str, name: str = "Biểu 1") -> str:
    """A table of its rows."""
    return f'<table:table table:name="{name}">{rows}</table:table>'

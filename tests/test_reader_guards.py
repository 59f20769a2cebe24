"""What is no readable workbook is refused with a key that says what it is, and in time."""

from __future__ import annotations

import contextlib
import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from reader_kit import (
    HEAD,
    MAIN,
    PACKAGE,
    RELS,
    by_address,
    compound,
    package,
    row1,
    worksheet,
    zipped,
)

from toolkit.errors import UnreadableFile
from toolkit.intake.reader import Limits, read_bytes, read_workbook
from toolkit.messages import catalogue, text

SHEET = worksheet(row1('<c r="A1"><v>5</v></c>'))
GOOD = package(SHEET)
DTD = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def key_of(data: bytes, name: str = "báo cáo.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, name, limits or Limits())
    for lang in ("vi", "en"):
        assert "{" not in text(caught.value.key, lang, **caught.value.params)
    return caught.value.key


def flagged_encrypted(data: bytes) -> bytes:
    """The zip with the flag of a password on every part."""
    marked = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(signature)
        while at >= 0:
            marked[at + offset] |= 1
            at = marked.find(signature, at + 4)
    return bytes(marked)


ODS = {
    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
    "content.xml": "<x/>",
    "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument'
    ':xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml">'
    "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
}

WRONG = {
    "empty": (b"", "reader.empty"),
    "only zero bytes": (b"\0" * 4096, "reader.zeroed"),
    "web page": (b"<!DOCTYPE html><html><body>404</body></html>", "reader.is_html"),
    "web page with BOM": ("\ufeff\n<HTML><head>".encode(), "reader.is_html"),
    "web page in UTF-16": ("\ufeff<html><table>".encode("utf-16-le"), "reader.is_html"),
    "single file web page": (b"MIME-Version: 1.0\nContent-Type: multipart", "reader.is_html"),
    "JSON": (b'{"error": "not found"}', "reader.is_json"),
    "JSON list": (b'[\n {"a": 1}]', "reader.is_json"),
    "CSV": ("STT;Chỉ tiêu;ĐVT\n1;Mô hình;cái\n".encode(), "reader.is_csv"),
    "TSV": (b"a\tb\n1\t2\n", "reader.is_csv"),
    "text": ("Kính gửi Ban Dân vận".encode(), "reader.is_text"),
    "XML": (b"<?xml version='1.0'?><a/>", "reader.is_xml"),
    "XML spreadsheet": (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "reader.is_xml_spreadsheet",
    ),
    "PDF": (b"%PDF-1.7\n", "reader.is_pdf"),
    "RTF": (b"{\\rtf1", "reader.is_word"),
    "picture": (b"\xff\xd8\xff\xe0", "reader.is_image"),
    "rar": (b"Rar!\x1a\x07", "reader.is_archive"),
    "program": (b"MZ\x90\0", "reader.is_program"),
    "binary": (b"\x01\x02\x00\x03\xfe" * 99, "reader.unknown"),
    "zip of workbooks": (zipped({"a.xlsx": GOOD}), "reader.is_archive"),
    "zip without anything": (zipped({}), "reader.is_archive"),
    "docx": (
        zipped(
            {
                "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" '
                f'Type="{OFFICE}" Target="word/document.xml"/></Relationships>',
                "word/document.xml": "<w/>",
            }
        ),
        "reader.is_word",
    ),
    "pptx": (zipped({"ppt/presentation.xml": "<p/>"}), "reader.is_slides"),
    "odt": (
        zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
        "reader.is_word",
    ),
    "doc": (compound({"WordDocument": b""}), "reader.is_word"),
    "ppt": (compound({"PowerPoint Document": b""}), "reader.is_slides"),
    "another compound file": (compound({"Something": b""}), "reader.not_workbook"),
    "encrypted xlsx": (
        compound({"EncryptionInfo": b"", "EncryptedPackage": b""}),
        "reader.encrypted",
    ),
    "encrypted ods": (zipped(ODS), "reader.encrypted"),
    "zip with a password": (flagged_encrypted(GOOD), "reader.encrypted"),
    "half a workbook": (GOOD[: len(GOOD) // 2], "reader.damaged"),
    "beginning of a workbook": (GOOD[:40], "reader.damaged"),
    "sheet cut off": (package(SHEET[:-20]), "reader.damaged"),
    "sheet cut off in its cells": (package(SHEET[:-40]), "reader.damaged"),
    "unknown entity": (package(SHEET.replace("<v>5", "<v>&x;5")), "reader.damaged"),
    "no sheets": (package(), "reader.no_sheets"),
    "entities": (package(SHEET.replace("<worksheet", DTD + "<worksheet")), "reader.unsafe_xml"),
    "external entity": (
        package(SHEET.replace("<worksheet", XXE + "<worksheet").replace("<v>5", "<v>&x;")),
        "reader.unsafe_xml",
    ),
    "entities in the strings": (
        package(SHEET, strings="<si/>", extra={"xl/strings.xml": DTD + "<sst/>"}),
        "reader.unsafe_xml",
    ),
    "entities in UTF-16": (
        package((HEAD.replace("UTF-8", "UTF-16") + XXE + SHEET[56:]).encode("utf-16")),
        "reader.unsafe_xml",
    ),
    "not a workbook part": (
        package(SHEET, extra={"xl/workbook.xml": f'<other xmlns="{MAIN}"/>'}),
        "reader.not_workbook",
    ),
}


@pytest.mark.parametrize(("data", "key"), WRONG.values(), ids=WRONG)
def test_named_for_what_it_is(data: bytes, key: str) -> None:
    assert key_of(data) == key


@pytest.mark.parametrize("name", ["~$báo cáo.xlsx", ".~lock.báo cáo.xlsx#"])
def test_lock_files(name: str) -> None:
    assert key_of(b"\x06Nguyen" + b" " * 158, name) == "reader.lock_file"


def test_the_name_proves_nothing() -> None:
    for name in ("a.xls", "a.ods", "a.pdf", "a", "~$a.xlsx", "a\u202exslx.exe"):
        assert read_bytes(GOOD, name).format == "xlsx"


# --- size -----------------------------------------------------------------------------


def bomb(size: int) -> bytes:
    return package(worksheet(" " * size))


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (GOOD, Limits(max_bytes=len(GOOD) - 1)),
        (GOOD, Limits(max_uncompressed=1000)),
        (GOOD, Limits(max_part=100)),
        (GOOD, Limits(max_entries=2)),
        (package(SHEET, SHEET, SHEET), Limits(max_sheets=2)),
        (bomb(20_000_000), Limits()),
        (bomb(3_000_000), Limits(max_part=1_000_000)),
    ],
    ids=["file", "total", "part", "entries", "sheets", "ratio", "bomb"],
)
def test_beyond_the_limits(data: bytes, limits: Limits) -> None:
    started = time.perf_counter()
    assert key_of(data, limits=limits) == "reader.too_large"
    assert time.perf_counter() - started < 2


def test_a_zip_that_lies_about_its_sizes() -> None:
    data = bytearray(bomb(20_000_000))
    at = data.find(struct.pack("<I", len(worksheet(" " * 20_000_000))))
    while at >= 0:
        struct.pack_into("<I", data, at, 1000)
        at = data.find(struct.pack("<I", len(worksheet(" " * 20_000_000))))
    assert key_of(bytes(data)) in ("reader.too_large", "reader.damaged")


def test_thousands_of_parts() -> None:
    data = zipped({f"xl/worksheets/sheet{n}.xml": b"" for n in range(6000)})
    assert key_of(data) == "reader.too_large"


def test_two_parts_of_one_name() -> None:
    buffer = io.BytesIO(GOOD)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("XL/worksheets/sheet1.xml", SHEET.replace("<v>5", "<v>6"))
    assert key_of(buffer.getvalue()) == "reader.damaged"


def test_paths_in_the_archive_lead_nowhere() -> None:
    extra = {"../../evil.txt": "x", "/etc/passwd": "x", "xl\\con": "x", "C:/x": "x"}
    assert by_address(read_bytes(package(SHEET, extra=extra), "a.xlsx"))["A1"].value == 5


def test_links_out_of_the_file_are_not_followed() -> None:
    links = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELS}/worksheet" '
        'Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    parts = {}
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    parts["xl/_rels/workbook.xml.rels"] = links.encode()
    assert key_of(zipped(parts)) == "reader.damaged"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1">' + '<c r="A1" s="1"/>' * 300_000 + "</row>",
        "".join(f'<row r="{n}" hidden="1"/>' for n in range(1, 200_000)),
        '<row r="1"><f ' + 't="array" ' * 200_000 + "</row>",
        "<row hidden=1" * 200_000,
        '<row r="1"><c r="A1"><v>' + "1" * 3_000_000 + "</v></c></row>",
        "<c><is>" * 100_000,
    ],
    ids=["blank cells", "hidden rows", "long tag", "broken tags", "long number", "deep"],
)
def test_heavy_sheets_end_in_time(rows: str) -> None:
    started = time.process_time()
    with contextlib.suppress(UnreadableFile):
        read_bytes(package(worksheet(rows)), "a.xlsx", Limits(max_ratio=100_000))
    assert time.process_time() - started < 3


# --- paths and words ------------------------------------------------------------------


def test_read_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "Lê Chân.xlsx"
    path.write_bytes(GOOD)
    book = read_workbook(path)
    assert (book.file, book.format, len(book.sha256)) == ("Lê Chân.xlsx", "xlsx", 64)
    assert read_workbook(path, Limits()) == book


def test_a_path_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "not there.xlsx", tmp_path):
        with pytest.raises(UnreadableFile) as caught:
            read_workbook(path)
        assert caught.value.key == "reader.cannot_open"
        assert caught.value.params["reason"]


def test_size_is_looked_at_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(GOOD)
    with pytest.raises(UnreadableFile, match="too_large"):
        read_workbook(path, Limits(max_bytes=10))


def test_interrupts_pass_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("toolkit.intake.reader.entry.read_ooxml", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read_bytes(GOOD, "a.xlsx")


def test_every_key_is_in_both_catalogues() -> None:
    source = "".join(
        path.read_text("utf-8")
        for path in (Path(__file__).parent.parent / "toolkit/intake/reader").glob("*.py")
    )
    for lang in ("vi", "en"):
        keys = {key for key in catalogue(lang) if key.startswith("reader.")}
        assert keys
        assert {key for key in keys if f'"{key}"' not in source} == set()

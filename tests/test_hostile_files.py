"""A folder full of hostile files: one outcome and one plain message each, none stops the others."""

from __future__ import annotations

import io
import os
import re
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from programmes import SMALL_PROGRAMME
from reader_kit import HEAD, ODS_TYPE, PACKAGE, RELS, compound, package, row1, worksheet, zipped
from returned import clean_return, judged, opened, saved, sheet
from test_reader_guards import DTD, GOOD, SHEET, XXE

from toolkit.cli import run
from toolkit.folder import Folder
from toolkit.intake.model import Outcome
from toolkit.programme.build import build_workbook
from toolkit.programme.recognise import is_programme
from toolkit.register.store import Register
from toolkit.workflow import load_programme, receive
from toolkit.workflow.returns import Received


def with_parts(**parts: str | bytes) -> bytes:
    """The clean return with parts added or replaced; ``__`` in a name is a slash."""
    with zipfile.ZipFile(io.BytesIO(clean_return())) as archive:
        made: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    made |= {name.replace("__", "/"): part for name, part in parts.items()}
    return zipped(made)


def other(sheet: str) -> bytes:
    """A workbook that is no return."""
    return package(sheet, extra={"[Content_Types].xml": "<Types/>"})


def styles_without_end() -> bytes:
    xfs = '<xf numFmtId="0" fontId="0"/>' * 70_000
    part = f'<styleSheet xmlns="urn:x"><cellXfs count="9">{xfs}</cellXfs></styleSheet>'
    return with_parts(**{"xl__styles.xml": part})


def nested() -> bytes:
    data = clean_return()
    for _ in range(5):
        data = zipped({"a.zip": data})
    return zipped({"b.zip": data})


def directory_that_lies() -> bytes:
    made = bytearray(zipped({"a.xlsx": GOOD}))
    struct.pack_into("<I", made, made.rfind(b"PK\x05\x06") + 12, 0x7FFFFFFF)
    return bytes(made)


def name_that_is_no_utf8() -> bytes:
    return zipped({"đ.xlsx": GOOD}).replace("đ.xlsx".encode(), b"\xff\xfe.xlsx")


def paths() -> bytes:
    names = ("../../evil.xlsx", "/etc/evil.xlsx", "C:\\evil.xlsx", "CON.xlsx", "b\x01.xlsx")
    return zipped({n: str(at) for at, n in enumerate((*names, "a\u202exslx.exe"))})


LINKS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
    f'Type="{RELS}/externalLinkPath" Target="http://evil.example/x.xlsx" TargetMode="External"/>'
    "</Relationships>"
)
DDE = '<externalLink xmlns="urn:x"><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'

# What is given, and what must be said of it; "" for a return that counts all the same.
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb.xlsx": (
        lambda: with_parts(**{"xl__worksheets__sheet1.xml": worksheet(" " * 20_000_000)}),
        "reader.too_large",
    ),
    "nested.zip": (nested, "collect.nested_zip"),
    "rows.xlsx": (
        lambda: other(worksheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "identify.no",
    ),
    "declared.ods": (
        lambda: zipped({"mimetype": ODS_TYPE, "content.xml": "<x/>"}),
        "reader",
    ),
    "styles.xlsx": (styles_without_end, ""),
    "no styles.xlsx": (lambda: with_parts(**{"xl__styles.xml": "<styleSheet"}), ""),
    "entities.xlsx": (
        lambda: other(SHEET.replace("<worksheet", DTD + "<worksheet")),
        "reader.unsafe_xml",
    ),
    "external.xlsx": (
        lambda: other(SHEET.replace("<worksheet", XXE + "<worksheet")),
        "reader.unsafe_xml",
    ),
    "cut.xlsx": (lambda: clean_return()[:5000], "reader.damaged"),
    "flipped.xlsx": (
        lambda: clean_return()[:3000] + b"\x55" * 40 + clean_return()[3040:],
        "reader.damaged",
    ),
    "web page.xls": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "reader.is_html"),
    "paper.xlsx": (lambda: b"%PDF-1.4", "reader.is_pdf"),
    "empty.xlsx": (lambda: b"", "reader.empty"),
    "locked.xlsx": (
        lambda: compound({"EncryptionInfo": b"", "EncryptedPackage": b"x"}),
        "reader.encrypted",
    ),
    "macros.xlsm": (lambda: with_parts(**{"xl__vbaProject.bin": b"\xd0\xcf\x11\xe0"}), ""),
    "links.xlsx": (
        lambda: with_parts(
            **{
                "xl__externalLinks__externalLink1.xml": DDE,
                "xl__externalLinks___rels__externalLink1.xml.rels": LINKS,
            }
        ),
        "",
    ),
    "lies.zip": (directory_that_lies, "collect.zip_members"),
    "names.zip": (name_that_is_no_utf8, "collect.bad_zip"),
    "paths.zip": (paths, "reader.is_text"),
    "lock/~$a.xlsx": (lambda: b"x", "collect.lock_file"),
    "program.xlsx": (lambda: b"MZ\x90\0", "reader.is_program"),
    "a\u202ecod.xlsx": (lambda: b"{}", "reader.is_json"),
    "control\x1b[31m.xlsx": (lambda: b"[]", "reader.is_json"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    root = tmp_path_factory.mktemp("hostile") / "o"
    shutil.copytree(SMALL_PROGRAMME, root / "csv")
    build_workbook(root / "csv", root / "chuong-trinh.xlsx")
    shutil.rmtree(root / "csv")
    incoming = root / "nhan-ve"
    for name, (make, _) in FILES.items():
        (incoming / name).parent.mkdir(parents=True, exist_ok=True)
        (incoming / name).write_bytes(make())
    outside = root.parent / "outside.xlsx"
    outside.write_bytes(clean_return())
    (incoming / "link.xlsx").symlink_to(outside)
    return Folder(root, root)


@pytest.fixture(scope="module")
def received(place: Folder) -> list[Received]:
    return receive(place, load_programme(place))


def test_every_file_has_one_outcome_and_says_why(received: list[Received]) -> None:
    said: dict[str, set[str]] = {}
    for one in received:
        top = one.judgement.file.split("/")[0]
        codes = {finding.code for finding in one.findings}
        said.setdefault(top, set()).update(codes)
        if one.judgement.outcome is Outcome.UNREADABLE:
            assert len(one.judgement.findings) == 1
    for name, (_, code) in FILES.items():
        shown = re.sub("[\u202e\x1b]", "_", name).split("/")[0]
        found = said.pop(shown)
        if code:
            assert any(one.startswith(code) for one in found), (name, found)
        else:
            assert not any(one.startswith(("reader.damaged", "judging.")) for one in found), name
    assert said == {"link.xlsx": {"collect.link_outside"}}


def test_values_are_read_beneath_broken_styles(place: Folder, received: list[Received]) -> None:
    assert received
    with Register(place.register, read_only=True) as register:
        held = {one.submission.file: one for one in register.archived()}
    for name in ("styles.xlsx", "no styles.xlsx", "macros.xlsm", "links.xlsx"):
        judged = held[name].submission
        assert (judged.unit, judged.period) == ("305", "2024-Q1"), name
        values = {(a.form, a.row, a.field): a.value for a in held[name].answers}
        assert values["CT", "CT3", "luy_ke"] == 7


def test_members_lie_below_their_archive(received: list[Received]) -> None:
    names = [one.judgement.file for one in received if one.judgement.file.startswith("paths.zip")]
    assert sorted(names) == [
        "paths.zip/C_/evil.xlsx",
        "paths.zip/_CON.xlsx",
        "paths.zip/a_xslx.exe",
        "paths.zip/b_.xlsx",
        "paths.zip/etc/evil.xlsx",
        "paths.zip/evil.xlsx",
    ]


def test_the_command_says_it_plainly(place: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    for lang in ("vi", "en"):
        assert run(["-C", str(place.root), "--lang", lang, "check", str(place.incoming)]) == 1
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", said.out)
        for name in FILES:
            assert re.sub("[\u202e\x1b]", "_", name).split("/")[-1] in said.out
    assert "password" in said.out


@pytest.mark.skipif(os.name == "nt", reason="thousands of small files take long there")
def test_thousands_of_files_in_one_archive(place: Folder, tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    path.write_bytes(
        zipped({f"{number}.xlsx": b"%PDF" + str(number).encode() for number in range(700)})
    )
    done = receive(Folder(place.root, tmp_path / "out"), load_programme(place), [path])
    assert [one.findings[0].code for one in done] == ["reader.is_pdf"] * 700


@pytest.mark.parametrize(
    "listed",
    ["<sheet " * 140_000, "<a" * 400_000, '<sheet name="' * 70_000, "<x:sheet name=" * 70_000],
    ids=["open tags", "names", "quotes", "prefixes"],
)
def test_a_programme_is_told_from_a_return_in_time(listed: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(zipped({"xl/workbook.xml": listed, "x": row1()}))
    assert not is_programme(path)


DAMAGES = [name_that_is_no_utf8, directory_that_lies, lambda: b"PK\x03\x04"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_zip_is_no_programme(damage: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(damage())
    assert not is_programme(path)


@pytest.mark.parametrize("key", ["1" * 5000, "9" * 400, "٣", "-1", "1e9"])
def test_a_row_key_that_is_no_number_of_ours(key: str) -> None:
    """Typed over by a sender who shows the hidden column: the row is read all the same."""
    book = opened(clean_return())
    rows = sheet(book, "MH")
    rows["A10"].value, rows["A10"].data_type = key, "s"
    before = {(a.field, a.address.cell): a.value for a in judged(clean_return()).answers}
    after = judged(saved(book))
    assert {(a.field, a.address.cell): a.value for a in after.answers} == before
    assert all(len(answer.row) < 20 for answer in after.answers)

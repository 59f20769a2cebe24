"""Chasing: who is written to, in which words, and that the files are what they should be."""

from __future__ import annotations

import email
import hashlib
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import openpyxl
import pytest
from decided import NOW, broken, missing, new_folder, put
from docx import Document
from programmes import small_programme

from toolkit.cli import run
from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.messages import LANGUAGES
from toolkit.programme.model import Profile
from toolkit.report.remind import ChaseKind, Chasing, chat, letter, state, subject
from toolkit.report.remind_document import write_document
from toolkit.report.remind_mail import draft, recipients
from toolkit.report.remind_sheet import write_sheet
from toolkit.workflow import accept, remind, send_back
from toolkit.workflow.remind import who

ON = date(2024, 4, 15)  # five days after the due date
LE_CHAN = "305_Quan-Le-Chan_2024-Q1"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_folder(tmp_path_factory.mktemp("built")).root


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Folder:
    """305 has errors, 311 is late, 303 and the city have sent nothing."""
    shutil.copytree(built, tmp_path / "f")
    made = Folder(tmp_path / "f", tmp_path / "f")
    put(made, broken(), missing(), file="2024-04-05/Lê Chân.xlsx")
    put(made, unit="311", received=date(2024, 4, 12), file="TN.xlsx")
    return made


def chasing(folder: Folder, on: date = ON, by: date | None = None) -> Chasing:
    programme = small_programme()
    return who(folder, programme, programme.period("2024-Q1"), on, by)


def of(whole: Chasing) -> dict[str, str]:
    return {chase.unit.code: chase.kind.value for chase in whole.chases}


# --- who --------------------------------------------------------------------------------------


def test_who_is_written_to(folder: Folder) -> None:
    whole = chasing(folder)
    assert of(whole) == {"HP": "missing", "303": "missing", "305": "returned", "311": "late"}
    assert (whole.expected, whole.received) == (4, 2)
    assert [whole.count(kind) for kind in ChaseKind] == [2, 1, 1]


def test_nobody_is_written_to_who_was_accepted_or_is_in_order(folder: Folder) -> None:
    put(folder, unit="303", received=date(2024, 4, 10), file="HB.xlsx")
    accept(folder, "305", "2024-Q1", "x", ["CT-01", "answer.missing"], now=NOW)
    accept(folder, "311", "2024-Q1", "x", now=NOW)
    assert of(chasing(folder)) == {"HP": "missing"}
    send_back(folder, "303", "2024-Q1", "Thiếu chữ ký", now=NOW)
    whole = chasing(folder)
    assert of(whole) == {"HP": "missing", "303": "returned"}
    assert "- Thiếu chữ ký" in letter(whole, whole.chases[1], "vi")


def test_what_is_missing_are_the_forms_the_unit_owes(folder: Folder) -> None:
    city, district, *_ = chasing(folder).chases
    assert city.forms == ("Đối thoại trực tiếp với Nhân dân",)
    assert len(district.forms) == 4
    assert [f.code for f in chasing(folder).chases[2].errors] == ["rule.broken", "answer.missing"]


@pytest.mark.parametrize(
    ("on", "by", "due_in", "wanted", "words"),
    [
        (date(2024, 4, 1), None, 9, date(2024, 4, 10), "còn 9 ngày"),
        (date(2024, 4, 10), None, 0, date(2024, 4, 10), "hôm nay, ngày 10/04/2024"),
        (date(2024, 4, 11), None, -1, None, "đã quá hạn 1 ngày"),
        (date(2024, 4, 11), date(2024, 4, 20), -1, date(2024, 4, 20), "đã quá hạn 1 ngày"),
        (date(2024, 4, 1), date(2024, 4, 5), 9, date(2024, 4, 5), "còn 9 ngày"),
    ],
)
def test_by_when(
    folder: Folder, on: date, by: date | None, due_in: int, wanted: date | None, words: str
) -> None:
    whole = chasing(folder, on, by)
    chase = whole.chases[1]
    assert (chase.due_in, chase.by) == (due_in, wanted)
    said = letter(whole, chase, "vi")
    assert words in said
    ask = f"chậm nhất ngày {wanted:%d/%m/%Y}" if wanted else "ngay khi nhận được thông báo này"
    assert ask in said


def test_without_a_due_date(folder: Folder) -> None:
    programme = small_programme()
    no_due = replace(programme.period("2024-Q1"), due=None)
    periods = (no_due, *programme.periods[1:])
    whole = who(folder, replace(programme, periods=periods), no_due, ON)
    assert of(whole) == {"HP": "missing", "303": "missing", "305": "returned"}
    assert whole.chases[0].due_in is None
    assert "quá hạn" not in letter(whole, whole.chases[0], "vi")


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_letter_is_whole(folder: Folder, lang: str) -> None:
    whole = chasing(folder)
    for chase in whole.chases:
        for said in (letter(whole, chase, lang), chat(whole, chase, lang)):
            assert "{" not in said
            assert chase.unit.name in said
            assert ("quý I/2024" if lang == "vi" else "Quý I/2024") in said
            assert "Ban Dân vận Thành ủy" in said
        assert len(chat(whole, chase, lang)) < len(letter(whole, chase, lang)) + 1
        assert chase.unit.name in subject(whole, chase, lang)
        assert state(chase, lang)


def test_the_letter_of_a_return_names_cell_fault_and_next_step(folder: Folder) -> None:
    whole = chasing(folder, by=date(2024, 4, 18))
    said = letter(whole, whole.chases[2], "vi")
    assert "(tệp Lê Chân.xlsx)" in said
    assert "- Trang CT Chỉ tiêu, ô G9: Số lũy kế không thể nhỏ hơn số trong quý." in said
    assert "Đề nghị đơn vị sửa trong tệp đã gửi và gửi lại chậm nhất ngày 18/04/2024." in said


def test_a_late_unit_need_not_send_again(folder: Folder) -> None:
    whole = chasing(folder)
    said = letter(whole, whole.chases[3], "vi")
    assert "chậm 2 ngày so với hạn nộp là ngày 10/04/2024" in said
    assert "không phải gửi lại" in said
    assert "quá hạn" not in said


def test_many_faults_are_counted(folder: Folder) -> None:
    many = [missing(f"G{n}") for n in range(10, 40)]
    put(folder, *many, unit="303", received=date(2024, 4, 8), file="HB.xlsx")
    whole = chasing(folder)
    chase = whole.chases[1]
    assert letter(whole, chase, "vi").count("- Trang CT") == 20
    assert "… và 10 chỗ khác" in letter(whole, chase, "vi")
    assert "… và 25 chỗ khác" in chat(whole, chase, "vi")


# --- the message ----------------------------------------------------------------------------------


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def test_the_message_opens_as_a_draft(folder: Folder) -> None:
    whole = chasing(folder)
    data = draft(whole, whole.chases[2], "vi")
    assert data.isascii()  # goes through every mail server
    assert b"\r\n" in data
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    message = parsed(data)
    assert message["To"] == "lechan@example.vn"
    assert message["Subject"] == "Đề nghị bổ sung báo cáo quý I/2024 – Quận Lê Chân"
    assert message["X-Unsent"] == "1"
    assert (message["From"], message["Date"]) == (None, None)
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    expected = letter(whole, whole.chases[2], "vi")
    assert message.get_content().replace("\r\n", "\n") == expected


def test_without_an_address_the_line_is_blank(folder: Folder) -> None:
    message = parsed(draft(chasing(folder), chasing(folder).chases[1], "vi"))
    assert message["To"] == ""


def test_the_copy_to_mend_is_attached_to_the_one_who_is_to_mend(folder: Folder) -> None:
    place = folder.out / "tra-lai" / "2024-Q1"
    place.mkdir(parents=True)
    for stem in (LE_CHAN, "303_Quan-Hong-Bang_2024-Q1"):
        (place / f"{stem}.xlsx").write_bytes(b"PK\x03\x04 " + stem.encode())
    whole = chasing(folder)
    assert [chase.correction is not None for chase in whole.chases] == [False, False, True, False]
    message = parsed(draft(whole, whole.chases[2], "vi"))
    body, attached = message.iter_parts()
    assert isinstance(body, EmailMessage)
    assert f"Tệp kèm theo ({LE_CHAN}.xlsx)" in body.get_content()
    assert isinstance(attached, EmailMessage)
    assert attached.get_filename() == f"{LE_CHAN}.xlsx"
    assert attached.get_content() == b"PK\x03\x04 " + LE_CHAN.encode()
    assert attached.get_content_type().endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a@b.vn", "a@b.vn"),
        ("a@b.vn; c.d+e@f-g.gov.vn", "a@b.vn, c.d+e@f-g.gov.vn"),
        ("a@b.vn,c@d.vn", "a@b.vn, c@d.vn"),
        ("", ""),
        ("lechan", ""),
        ("lê@example.vn", ""),
        ("a@b.vn\r\nBcc: x@y.vn", "a@b.vn, x@y.vn"),
        ("Lê Chân <a@b.vn>", ""),
    ],
)
def test_addresses(cell: str, expected: str) -> None:
    assert recipients(cell) == expected


# --- the files ------------------------------------------------------------------------------------


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_what_is_written(folder: Folder) -> None:
    done = remind(folder, "quý 1/2024", on=ON)
    assert done.folder == folder.out / "don-doc" / "2024-Q1"
    stems = [
        "303_Quan-Hong-Bang_2024-Q1",
        LE_CHAN,
        "311_Huyen-Thuy-Nguyen_2024-Q1",
        "HP_Thanh-pho-Hai-Phong_2024-Q1",
    ]
    names = {f"{stem}.{ending}" for stem in stems for ending in ("eml", "txt")}
    assert set(digests(done.folder)) == names | {"don-doc.docx", "don-doc.xlsx"}
    data = (done.folder / f"{LE_CHAN}.txt").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    words = data.decode("utf-8-sig").replace("\r\n", "\n")
    assert words == chat(done.chasing, done.chasing.chases[2], "vi")


def test_the_same_day_gives_the_same_bytes(folder: Folder, tmp_path: Path) -> None:
    for name in ("one", "two"):
        remind(folder, "2024-Q1", tmp_path / name, on=ON)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    remind(folder, "2024-Q1", tmp_path / "three", on=date(2024, 4, 16))
    assert digests(tmp_path / "one") != digests(tmp_path / "three")


def test_a_message_that_is_no_longer_due_is_taken_away(folder: Folder) -> None:
    done = remind(folder, "2024-Q1", on=ON)
    own = done.folder / "của tôi.eml"
    own.write_bytes(b"x")
    put(folder, file="b.xlsx", received=date(2024, 4, 9))
    remind(folder, "2024-Q1", on=ON)
    names = set(digests(done.folder))
    assert f"{LE_CHAN}.eml" not in names
    assert f"{LE_CHAN}.txt" not in names
    assert {"303_Quan-Hong-Bang_2024-Q1.eml", own.name} <= names


def tables(path: Path) -> list[list[list[str]]]:
    return [[[c.text for c in row.cells] for row in t.rows] for t in Document(str(path)).tables]


def test_the_word_document_of_the_party(folder: Folder, tmp_path: Path) -> None:
    write_document(chasing(folder), tmp_path / "d.docx")
    head, listed, foot = tables(tmp_path / "d.docx")
    assert head[0][0].split("\n") == [
        "THÀNH ỦY HẢI PHÒNG",
        "BAN DÂN VẬN THÀNH ỦY",
        "BỘ CHỈ HUY QUÂN SỰ",
        "THÀNH PHỐ",
        "*",
        "Số:            ",
    ]
    assert head[0][1].startswith("ĐẢNG CỘNG SẢN VIỆT NAM")
    assert head[0][1].endswith("ngày 15 tháng 4 năm 2024")
    assert [row[1] for row in listed[1:]] == [
        "Thành phố Hải Phòng",
        "Quận Hồng Bàng",
        "Quận Lê Chân",
        "Huyện Thủy Nguyên",
    ]
    assert [row[2] for row in listed[1:]] == [
        "Chưa gửi, quá hạn 5 ngày",
        "Chưa gửi, quá hạn 5 ngày",
        "Trả lại để bổ sung",
        "Gửi chậm 2 ngày",
    ]
    assert [row[4] for row in listed[1:]] == ["Gửi ngay", "Gửi ngay", "Gửi ngay", "—"]
    assert "ô G9" in listed[3][3]
    assert [cell.split("\n")[0] for cell in foot[0]] == [
        "Nơi nhận:",
        "BAN DÂN VẬN THÀNH ỦY",
        "BỘ CHỈ HUY QUÂN SỰ THÀNH PHỐ",
    ]
    document = Document(str(tmp_path / "d.docx"))
    words = "\n".join(p.text for p in document.paragraphs)
    assert "Tính đến ngày 15/04/2024: 4 đơn vị phải gửi báo cáo" in words
    (section,) = document.sections
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(m.mm) for m in margins if m is not None] == [20, 20, 30, 15]


def test_the_word_document_of_the_state(folder: Folder, tmp_path: Path) -> None:
    whole = chasing(folder, on=date(2024, 2, 5))
    programme = replace(whole.programme, profile=Profile.STATE, issuers=("Sở Nội vụ",))
    write_document(replace(whole, programme=programme), tmp_path / "d.docx")
    head, _, foot = tables(tmp_path / "d.docx")
    assert head[0][1].split("\n")[:2] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert head[0][1].endswith("ngày 05 tháng 02 năm 2024")
    assert "*" not in head[0][0]
    assert len(foot[0]) == 2


def test_the_workbook(folder: Folder, tmp_path: Path) -> None:
    nasty = Finding("answer.missing", Severity.ERROR, Address("x", "=1+1", "A1"), "\x01", {})
    put(folder, nasty, unit="303", received=date(2024, 4, 9), file="=cmd.xlsx")
    write_sheet(chasing(folder, by=date(2024, 4, 18)), tmp_path / "l.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "l.xlsx").worksheets[0]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=7)]
    assert [row[1] for row in rows] == ["HP", "303", "305", "311"]
    assert [row[5] for row in rows] == [5, 0, 0, 2]
    assert [row[7] if row[7] == "—" else row[7].date() for row in rows] == [
        date(2024, 4, 18),
        date(2024, 4, 18),
        date(2024, 4, 18),
        "—",
    ]
    assert rows[1][6].startswith("- Trang =1+1, ô A1")
    assert all(c.data_type != "f" for row in sheet.iter_rows() for c in row)
    assert sheet.page_setup.orientation == "landscape"


def test_control_characters_do_not_break_the_document(folder: Folder, tmp_path: Path) -> None:
    nasty = Finding(
        "number.unreadable", Severity.ERROR, Address("x", "B\x02", "A1"), "1\x01\x0b2", {}
    )
    put(folder, nasty, unit="303", received=date(2024, 4, 9), file="a\x03.xlsx")
    write_document(chasing(folder), tmp_path / "d.docx")
    assert len(tables(tmp_path / "d.docx")[1]) == 5
    with zipfile.ZipFile(tmp_path / "d.docx") as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- at the command line ------------------------------------------------------------------------


def test_at_the_command_line(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder.out / "ra"
    words = ["remind", "-p", "q1", "--on", "15/04/2024", "--out", str(out), "-C", str(folder.root)]
    assert run(words) == 0
    said = capsys.readouterr().out
    assert "2 đơn vị chưa gửi, 1 đơn vị phải bổ sung, 1 đơn vị gửi chậm." in said
    assert "  305  Quận Lê Chân  Trả lại để bổ sung (lechan@example.vn)" in said
    assert "  303  Quận Hồng Bàng  Chưa gửi, quá hạn 5 ngày (chưa có địa chỉ thư)" in said
    assert str(out) in said
    assert (out / "don-doc.docx").is_file()
    assert run([*words, "--lang", "en"]) == 0
    assert "2 units missing, 1 to correct, 1 late." in capsys.readouterr().out


def test_when_there_is_nobody_to_chase(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    for unit in ("HP", "303", "305", "311"):
        if unit in ("HP", "303"):
            put(folder, unit=unit)
        waive = ["CT-01", "answer.missing"] if unit == "305" else []
        accept(folder, unit, "2024-Q1", "x", waive, now=NOW)
    assert run(["remind", "-p", "2024-Q1", "-C", str(folder.root)]) == 0
    assert capsys.readouterr().out == "Quý I/2024: không có đơn vị nào phải đôn đốc.\n"
    assert not (folder.out / "don-doc").exists()


@pytest.mark.parametrize(
    ("period", "key"), [("2024", "error.not_collected"), ("x", "error.unknown_period")]
)
def test_a_period_that_cannot_be_told(folder: Folder, period: str, key: str) -> None:
    with pytest.raises(ToolkitError) as refused:
        remind(folder, period)
    assert refused.value.key == key


@pytest.mark.soffice
def test_the_documents_open_in_libreoffice(folder: Folder, tmp_path: Path) -> None:
    done = remind(folder, "2024-Q1", on=ON)
    for file in (done.document, done.sheet):
        profile = f"-env:UserInstallation=file://{tmp_path}/lo"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir"]
        subprocess.run([*command, str(tmp_path), str(file)], check=True, capture_output=True)
        target = tmp_path / f"{file.stem}.pdf"
        assert target.stat().st_size > 5000
        target.unlink()

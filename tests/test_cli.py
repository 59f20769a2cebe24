"""Every command end to end, as a person types it: what it prints, writes and exits with."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path

import click
import openpyxl
import pyarrow.parquet as pq
import pytest
from conftest import SAMPLE
from docx import Document
from pptx import Presentation

from toolkit.cli import CANNOT, CLEAN, baocao, run
from toolkit.cli import COMMANDS as PLACES
from toolkit.messages import LANGUAGES, catalogue
from toolkit.programme.standard import standard_programmes
from toolkit.shell import FINDINGS

INCOMING = SAMPLE / "nhan-ve"
CLEAN_RETURN = INCOMING / "2024-04-05" / "303_Quan-Hong-Bang_2024-Q1.xlsx"
LATE_RETURN = INCOMING / "2024-04-15" / "Báo cáo quý I - Huyện Cát Hải.xlsx"
FAULTY_RETURN = INCOMING / "2024-07-06" / "316_Huyen-Vinh-Bao_2024-Q2.xlsx"
MENDED_RETURN = INCOMING / "2024-07-09" / "(gửi lại) 316_Huyen-Vinh-Bao_2024-Q2.xlsx"
WEB_PAGE = INCOMING / "2025-01-10" / "Bao cao.xlsx"

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command line: exit code, standard output, standard error."""

    def command(*argv: object) -> tuple[int, str, str]:
        code = run([str(word) for word in argv])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the sample's programme and nothing received."""
    place = tmp_path / "hp"
    place.mkdir()
    shutil.copyfile(SAMPLE / "chuong-trinh.xlsx", place / "chuong-trinh.xlsx")
    return place


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a few returns are on record; not to be written to but by outputs."""
    place = tmp_path_factory.mktemp("cli") / "hp"
    place.mkdir()
    shutil.copyfile(SAMPLE / "chuong-trinh.xlsx", place / "chuong-trinh.xlsx")
    files = (CLEAN_RETURN, LATE_RETURN, FAULTY_RETURN)
    for day, file in zip(("2024-04-05", "2024-04-15", "2024-07-06"), files, strict=True):
        assert run(["-C", str(place), "receive", str(file), "--received-at", day]) in (0, 1)
    return place


# --- starting -------------------------------------------------------------------------------


def test_templates(say: Say) -> None:
    code, out, err = say("templates")
    assert (code, err) == (CLEAN, "")
    assert "ke-hoach-dan-van" in out
    assert "Bắt đầu: baocao new TÊN THƯ_MỤC --year NĂM" in out
    assert say("new") == (code, out, err)
    titles = [line for line in out.splitlines() if line.startswith("  ")]
    assert len(titles) == len(set(titles)) == len(standard_programmes())


def test_new_from(say: Say, tmp_path: Path) -> None:
    code, out, err = say("-C", tmp_path, "new", "bc", "--from", "phoi-hop-2024", "-y", "2025")
    assert (code, err) == (CLEAN, "")
    assert f"Đã lập thư mục {tmp_path / 'bc'} cho năm 2025." in out
    assert say("-C", tmp_path / "bc", "distribute", "-p", "2025-KH", "-u", "305-DV")[0] == CLEAN


def test_new(say: Say, tmp_path: Path) -> None:
    place = tmp_path / "mới"
    code, out, err = say("new", "ke-hoach-dan-van", place, "--year", "2027")
    assert (code, err) == (CLEAN, "")
    assert f"Đã lập thư mục {place} cho năm 2027." in out
    sheet = openpyxl.load_workbook(place / "chuong-trinh.xlsx")["Kỳ báo cáo"]
    codes = {str(row[0].value) for row in sheet.iter_rows(min_row=2)}
    assert {"2027-Q1", "2027-Q4", "2027"} <= codes
    again = say("new", "ke-hoach-dan-van", place)
    assert again[0] == CANNOT
    assert again[1] == ""


def test_import_plan(say: Say, tmp_path: Path) -> None:
    plan = Path(__file__).parent / "data" / "plans" / "phuong-2024.txt"
    target = tmp_path / "nhiem-vu.xlsx"
    code, out, err = say("import-plan", plan, "-o", target)
    assert (code, err) == (CLEAN, "")
    assert out.startswith(f"Đã đọc 34 nhiệm vụ vào trang Nhiệm vụ của {target}.")
    assert "  ô B19: Số 2.3 đã có ở dòng 18. Giữ như văn bản in, hoặc sửa lại số." in out
    assert "  ô B26: Số 4.4 đứng sau số 4.2: thiếu số ở giữa." in out
    code, out, err = say("import-plan", plan, "-o", target)
    assert (code, out) == (CANNOT, "")
    assert err.startswith(f"Đã có tệp {target}; không ghi đè.")


def test_distribute(say: Say, folder: Path) -> None:
    code, out, err = say(
        "-C", folder, "distribute", "-p", "2024-Q1", "-u", "305", "-u", "311", "--zip"
    )
    assert (code, err) == (CLEAN, "")
    made = folder / "gui-di" / "2024-Q1"
    names = ["305_Quan-Le-Chan_2024-Q1.xlsx", "311_Huyen-Thuy-Nguyen_2024-Q1.xlsx"]
    assert sorted(p.name for p in made.iterdir()) == names
    assert out.splitlines() == [
        f"Quý I/2024: 2 biểu mẫu trong {made}",
        f"  Tệp gộp: {folder / 'gui-di' / '2024-Q1.zip'}",
        "Đã tạo 2 biểu mẫu.",
    ]
    archive = folder / "gui-di" / "2024-Q1.zip"
    with zipfile.ZipFile(archive) as zipped:
        assert zipped.namelist() == names
        assert zipped.read(names[0]) == (made / names[0]).read_bytes()
        assert {info.external_attr >> 16 for info in zipped.infolist()} == {0o100644}
    before = {p: p.read_bytes() for p in (archive, *made.iterdir())}
    say("-C", folder, "distribute", "-p", "2024-Q1", "-u", "305", "-u", "311", "--zip")
    assert {p: p.read_bytes() for p in before} == before


def test_distribute_every_period_of_a_unit(say: Say, folder: Path) -> None:
    code, out, _ = say("-C", folder, "distribute", "--unit", "305")
    assert code == CLEAN
    assert out.splitlines()[-1] == "Đã tạo 4 biểu mẫu."
    assert len(list((folder / "gui-di").rglob("*.xlsx"))) == 4


# --- receiving ------------------------------------------------------------------------------


def test_receive_files_a_folder_and_a_zip(say: Say, folder: Path, tmp_path: Path) -> None:
    code, out, err = say("-C", folder, "receive", CLEAN_RETURN, "--received-at", "05/04/2024")
    assert (code, err) == (CLEAN, "")
    assert out.splitlines() == [
        "✔ 303_Quan-Hong-Bang_2024-Q1.xlsx: Quận Hồng Bàng, Quý I/2024, đã ghi sổ",
        "Tổng số 1 tệp: 1 ghi sổ mới.",
    ]
    code, out, _ = say("-C", folder, "receive", LATE_RETURN.parent.parent / "2024-04-15")
    assert code == CLEAN
    assert "đã ghi sổ, chậm 5 ngày" in out
    zipped = tmp_path / "gop.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(FAULTY_RETURN, "a/b.xlsx")
        archive.write(CLEAN_RETURN, "trung.xlsx")
        archive.write(WEB_PAGE, "c.xlsx")
    code, out, _ = say("-C", folder, "receive", zipped, "--received-at", "2024-07-06")
    assert code == FINDINGS
    lines = out.splitlines()
    assert sum(line.startswith(("✔", "✘")) for line in lines) == 3
    assert lines[-1] == "Tổng số 3 tệp: 1 ghi sổ mới, 1 trùng, 1 không đọc được."
    assert "LỖI: trang DT Đối thoại trực tiếp với Nhân, ô E9: chưa điền" in out
    code, out, _ = say("-C", folder, "receive", MENDED_RETURN, "--received-at", "2024-07-09")
    assert code == CLEAN
    assert "thay bản cũ (thay bản " in out


def test_receive_takes_nhan_ve(say: Say, folder: Path) -> None:
    code, out, err = say("-C", folder, "receive")
    assert (code, err) == (CLEAN, "")
    assert out.startswith("Không có tệp nào để nhận. Hãy chép báo cáo gửi về vào thư mục nhan-ve")
    (folder / "nhan-ve" / "2024-04-05").mkdir(parents=True)
    shutil.copy(CLEAN_RETURN, folder / "nhan-ve" / "2024-04-05")
    code, out, _ = say("-C", folder, "receive")
    assert code == CLEAN
    assert out.splitlines()[0].startswith(f"✔ 2024-04-05/{CLEAN_RETURN.name}: ")
    stored = list((folder / "luu-tru").rglob("*.xlsx"))
    assert [p.stem for p in stored] == [hashlib.sha256(CLEAN_RETURN.read_bytes()).hexdigest()]


# --- checking -------------------------------------------------------------------------------

JUDGEMENT = ["file", "sha256", "programme", "unit", "period", "outcome", "findings", "cells"]
FINDING = ["code", "severity", "sheet", "cell", "found", "message"]
STATUS = ["period", "expected", "received", "on_time", "late", "accepted", "units"]
STATUS_UNIT = ["unit", "name", "state", "received_at", "late_days", "errors", "warnings"]


def test_check_records_nothing(say: Say, folder: Path) -> None:
    code, out, err = say("-C", folder, "check", CLEAN_RETURN)
    assert (code, err) == (CLEAN, "")
    assert out.splitlines()[0].endswith("Quận Hồng Bàng, Quý I/2024: không có lỗi")
    assert re.search(r"Ô có dữ liệu: (\d+) = \d+ dùng \+ \d+ bỏ qua", out)
    code, out, _ = say("-C", folder, "check", FAULTY_RETURN, CLEAN_RETURN)
    assert code == FINDINGS
    assert "1 lỗi, 0 cảnh báo" in out
    assert sorted(p.name for p in folder.iterdir()) == ["chuong-trinh.xlsx"]


def test_check_json_is_the_contract(say: Say, folder: Path) -> None:
    code, out, err = say("check", FAULTY_RETURN, WEB_PAGE, "--json", "-C", folder)
    assert (code, err) == (FINDINGS, "")
    shapes = json.loads(out)
    assert [list(shape) for shape in shapes] == [JUDGEMENT, JUDGEMENT]
    returned, page = shapes
    assert [list(f) for f in returned["findings"]] == [FINDING]
    assert list(returned["cells"]) == ["nonempty", "used", "ignored", "rejected"]
    cells = returned["cells"]
    assert cells["nonempty"] == cells["used"] + cells["ignored"] + cells["rejected"] > 0
    assert {k: returned[k] for k in ("file", "unit", "period", "outcome")} == {
        "file": FAULTY_RETURN.name,
        "unit": "316",
        "period": "2024-Q2",
        "outcome": "findings",
    }
    assert returned["findings"][0]["code"] == "answer.missing"
    assert returned["findings"][0]["cell"] == "E9"
    assert returned["sha256"] == hashlib.sha256(FAULTY_RETURN.read_bytes()).hexdigest()
    assert (page["outcome"], page["unit"]) == ("unreadable", "")


def test_check_finds_the_programme_above_the_file(say: Say, folder: Path) -> None:
    (folder / "nhan-ve").mkdir()
    file = Path(shutil.copy(CLEAN_RETURN, folder / "nhan-ve"))
    assert say("check", file)[0] == CLEAN


def test_a_programme_is_checked_as_one(say: Say, folder: Path) -> None:
    code, out, _ = say("check", folder / "chuong-trinh.xlsx")
    assert code == CLEAN
    assert "chương trình KH-DANVAN-HP-2024 không có lỗi" in out
    code, out, _ = say("check", folder / "chuong-trinh.xlsx", "--json")
    assert [list(shape) for shape in json.loads(out)] == [JUDGEMENT]


def spoil(programme: Path) -> None:
    """Three faults on three sheets."""
    book = openpyxl.load_workbook(programme)
    book["Đơn vị"]["A4"] = book["Đơn vị"]["A3"].value  # a code twice
    fields = book["Cột"]
    kinds = next(c.column for c in fields[1] if c.value == "kiểu")
    fields.cell(row=3, column=kinds).value = "chữ số"
    periods = book["Kỳ báo cáo"]
    due = next(c.column for c in periods[1] if c.value == "hạn nộp")
    periods.cell(row=2, column=due).value = "ba mươi"
    book.save(programme)


@pytest.mark.parametrize(
    "command",
    [
        ["distribute"],
        ["receive"],
        ["status"],
        ["consolidate"],
        ["charts"],
        ["page"],
        ["export"],
        ["run"],
    ],
    ids=lambda c: c[0],
)
def test_nothing_is_produced_from_a_faulty_programme(
    say: Say, folder: Path, command: list[str]
) -> None:
    spoil(folder / "chuong-trinh.xlsx")
    argv = ["run", folder] if command == ["run"] else ["-C", folder, *command]
    code, out, err = say(*argv)
    assert code == CANNOT
    places = set(re.findall(r"trang ([^,]+), ô ([A-Z]+\d+)", out))
    assert {sheet for sheet, _ in places} >= {"Đơn vị", "Cột", "Kỳ báo cáo"}
    assert ("Đơn vị", "A4") in places
    assert "Chưa tạo ra kết quả nào" in err
    assert sorted(p.name for p in folder.iterdir()) == ["chuong-trinh.xlsx"]


def test_a_faulty_programme_checked(say: Say, folder: Path) -> None:
    spoil(folder / "chuong-trinh.xlsx")
    code, out, _ = say("check", folder / "chuong-trinh.xlsx")
    assert code == FINDINGS
    assert out.count("LỖI: trang ") >= 3


# --- status and outputs ---------------------------------------------------------------------


def test_status(say: Say, received: Path) -> None:
    code, out, err = say("-C", received, "status", "--period", "2024-Q1")
    assert (code, err) == (CLEAN, "")
    lines = out.splitlines()
    assert lines[0] == (
        "Quý I/2024: đã gửi 2/15 (13,3%), đúng hạn 1, gửi chậm 1, phải sửa 0, hạn nộp 10/04/2024"
    )
    assert len(lines) == 16
    assert "  303  Quận Hồng Bàng  đúng hạn, nhận 05/04/2024" in lines
    assert "  317  Huyện Cát Hải  gửi chậm, nhận 15/04/2024, chậm 5 ngày" in lines
    assert "  305  Quận Lê Chân  chưa gửi" in lines
    for asked, periods in (([], 4), (["-p", "2024-H1"], 2)):
        lines = say("-C", received, "status", *asked)[1].splitlines()
        assert sum(line.startswith("Quý") for line in lines) == periods


def test_status_json_is_the_contract(say: Say, received: Path) -> None:
    code, out, _ = say("-C", received, "status", "--period", "2024-Q2", "--json")
    assert code == CLEAN
    shape = json.loads(out)
    assert list(shape) == STATUS
    assert {tuple(unit) for unit in shape["units"]} == {tuple(STATUS_UNIT)}
    assert {k: shape[k] for k in STATUS[:-1]} == {
        "period": "2024-Q2",
        "expected": 15,
        "received": 1,
        "on_time": 1,
        "late": 0,
        "accepted": 0,
    }
    one = next(unit for unit in shape["units"] if unit["unit"] == "316")
    assert one == {
        "unit": "316",
        "name": "Huyện Vĩnh Bảo",
        "state": "returned",
        "received_at": "2024-07-06",
        "late_days": 0,
        "errors": 1,
        "warnings": 0,
    }
    # Without a period: the latest that has returns.
    assert json.loads(say("-C", received, "status", "--json")[1])["period"] == "2024-Q2"


def test_status_as_a_workbook(say: Say, received: Path, tmp_path: Path) -> None:
    target = tmp_path / "tinh-hinh.xlsx"
    code, out, err = say("-C", received, "status", "--xlsx", target, "--json")
    assert code == CLEAN
    json.loads(out)
    assert err == f"Đã ghi: {target}\n"
    assert len(openpyxl.load_workbook(target).sheetnames) == 2


def test_consolidate(say: Say, received: Path) -> None:
    code, out, err = say("-C", received, "consolidate", "-p", "2024-Q1", "-p", "2024-H1")
    assert (code, err) == (CLEAN, "")
    reports = received / "bao-cao"
    assert out.splitlines()[:2] == [
        f"Quý I/2024: {reports / '2024-Q1' / 'tong-hop.xlsx'}",
        "  2/15 báo cáo; còn thiếu: Ngô Quyền; Lê Chân; Hải An; Kiến An; Đồ Sơn; Dương Kinh; "
        "Thuỷ Nguyên; An Dương; An Lão; Kiến Thuỵ; Tiên Lãng; Vĩnh Bảo; Bạch Long Vĩ",
    ]
    assert "  3/30 báo cáo; còn thiếu: Ngô Quyền (Quý I/2024); " in out
    assert (reports / "2024-H1" / "tong-hop.xlsx").is_file()


def test_consolidate_what_has_data(say: Say, received: Path) -> None:
    code, out, _ = say("-C", received, "consolidate")
    assert code == CLEAN
    names = [line.split(":")[0] for line in out.splitlines() if not line.startswith(" ")]
    assert names == ["Quý I/2024", "Quý II/2024", "Năm 2024"]


def test_page(say: Say, received: Path) -> None:
    code, out, err = say("-C", received, "page", "--period", "2024-Q1")
    assert (code, err) == (0, "")
    made = received / "bao-cao" / "2024-Q1" / "trang.html"
    assert out == f"Quý I/2024: {made}\n"
    assert made.read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("command", "name"), [("report", "bao-cao.docx"), ("slides", "trinh-chieu.pptx")]
)
def test_a_document_is_written_checked_and_kept(
    say: Say, received: Path, command: str, name: str, tmp_path: Path
) -> None:
    shutil.copytree(received, tmp_path / "hp")
    asked = ("-C", tmp_path / "hp", command, "--period", "2024-Q1")
    made = tmp_path / "hp" / "bao-cao" / "2024-Q1" / name
    code, out, err = say(*asked)
    assert (code, err) == (CLEAN, "")
    assert out.splitlines()[:2] == [
        f"Quý I/2024: đã viết {made}",
        "  Mọi con số đều khớp với bản tổng hợp và chương trình.",
    ]
    assert "chỗ tô vàng phải tự viết" in out
    first = made.read_bytes()
    code, out, _ = say(*asked, "--lang", "en")
    assert (code, made.read_bytes()) == (CLEAN, first)
    assert "The earlier file" not in out
    other = "slides" if command == "report" else "report"
    code, out, err = say("-C", tmp_path / "hp", other, "-p", "2024-Q1", "--check", made)
    assert (code, out) == (CANNOT, "")
    assert err.startswith(f"Không mở được {made}")
    edit(made, "2/15", "977/15")
    code, out, _ = say(*asked, "--check", made)
    assert code == FINDINGS
    assert "số 977 không có trong bản tổng hợp" in out
    edited = made.read_bytes()
    code, out, _ = say(*asked)
    kept = made.with_stem(f"{made.stem}-da-sua-1")
    assert f"được giữ lại thành: {kept}" in out
    assert (kept.read_bytes(), made.read_bytes()) == (edited, first)


def edit(path: Path, old: str, new: str) -> None:
    """Change a text and save, as a person does in Word or PowerPoint."""
    if path.suffix == ".docx":
        document = Document(str(path))
        runs = [run for p in document.paragraphs for run in p.runs]
    else:
        document = Presentation(str(path))
        frames = [s.text_frame for each in document.slides for s in each.shapes if s.has_text_frame]
        runs = [run for frame in frames for p in frame.paragraphs for run in p.runs]
    hit = next(run for run in runs if old in run.text)
    hit.text = hit.text.replace(old, new)
    document.core_properties.modified = datetime(2025, 1, 2)
    document.save(str(path))


def test_the_template_of_the_report(say: Say, received: Path, tmp_path: Path) -> None:
    shutil.copytree(received, tmp_path / "hp")
    place = tmp_path / "hp"
    template = place / "bao-cao" / "mau.docx"
    code, out, err = say("-C", place, "report-template", "--profile", "nha-nuoc")
    assert (code, err) == (CLEAN, "")
    assert out.startswith(f"Đã ghi mẫu báo cáo: {template}.")
    code, out, err = say("-C", place, "report-template")
    assert (code, out) == (CANNOT, "")
    assert err.startswith("Đã có mẫu báo cáo")
    target = tmp_path / "x.docx"
    code, out, _ = say("-C", place, "report", "-p", "2024", "-o", target)
    assert code == CLEAN
    assert f"Viết theo mẫu của cơ quan: {template}" in out
    heads = [c.text for r in Document(str(target)).tables[0].rows for c in r.cells]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in heads[1]


def test_charts_for_print(say: Say, received: Path, tmp_path: Path) -> None:
    shutil.copytree(received, tmp_path / "hp")
    code, _, err = say("-C", tmp_path / "hp", "charts", "-p", "2024-Q1", "--format", " pdf,png")
    assert (code, err) == (CLEAN, "")
    made = tmp_path / "hp" / "bao-cao" / "2024-Q1" / "bieu-do"
    assert {p.suffix for p in made.iterdir()} == {".pdf", ".png"}
    code, _, err = say("-C", tmp_path / "hp", "charts", "--format", "png,gif")
    assert code == CANNOT
    assert '"gif" không nằm trong các giá trị có thể dùng: png, svg, pdf' in err


def test_charts(say: Say, received: Path) -> None:
    code, out, err = say("-C", received, "charts", "--period", "2024-Q1")
    assert (code, err) == (CLEAN, "")
    made = received / "bao-cao" / "2024-Q1" / "bieu-do"
    assert out == f"Quý I/2024: 10 biểu đồ trong {made}\n"
    names = {f"BD{n}{suffix}" for n in range(1, 6) for suffix in (".png", ".svg")}
    assert {p.name for p in made.iterdir()} == names


HEAD = ["period", "unit", "form", "row", "field", "state", "value", "file", "sheet", "cell"]
HEAD += ["raw", "fault", "counted"]


def test_export(say: Say, received: Path, tmp_path: Path) -> None:
    code, out, err = say("-C", received, "export")
    assert (code, err) == (CLEAN, "")
    plain = received / "bao-cao" / "so-lieu.csv"
    lines = plain.read_text("utf-8-sig").splitlines()
    assert lines[0].split(",") == HEAD
    assert out == f"Đã xuất {len(lines) - 1} dòng số liệu ra {plain}.\n"
    say("-C", received, "export", "--format", "parquet", "-o", tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert (table.column_names, table.num_rows) == (HEAD, len(lines) - 1)
    say(
        "-C",
        received,
        "export",
        "--format",
        "xlsx",
        "--period",
        "2024-Q1",
        "-o",
        tmp_path / "a.xlsx",
    )
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [c.value for c in sheet[1]] == HEAD
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == {"2024-Q1"}


def test_run(say: Say, folder: Path, tmp_path: Path) -> None:
    for file in (CLEAN_RETURN, FAULTY_RETURN):
        day = folder / "nhan-ve" / file.parent.name
        day.mkdir(parents=True)
        shutil.copy(file, day)
    before = sorted(p.relative_to(folder) for p in folder.rglob("*"))
    code, out, err = say("run", folder, "--out", tmp_path / "kq")
    assert (code, err) == (FINDINGS, "")
    assert sorted(p.relative_to(folder) for p in folder.rglob("*")) == before
    files = [f"bao-cao/{p}/tong-hop.xlsx" for p in ("2024-Q1", "2024-Q2", "2024")]
    charts = [f"bao-cao/{p}/bieu-do" for p in ("2024-Q1", "2024-Q2", "2024")]
    names = ("Quý I/2024", "Quý II/2024", "Năm 2024")
    assert out.replace("\\", "/").splitlines()[-9:] == [
        f"Kết quả trong {tmp_path / 'kq'}:",
        *(f"  Tổng hợp {n}: {f}" for n, f in zip(names, files, strict=True)),
        *(f"  Biểu đồ: 10 hình trong {c}" for c in charts),
        "  Tình hình nộp: bao-cao/tinh-hinh-nop.xlsx",
        "  Sổ nhận: baocao.db; bản gốc lưu ở luu-tru/",
    ]
    for name in ("baocao.db", "luu-tru", "bao-cao/2024-Q1/tong-hop.xlsx", "bao-cao/2024/bieu-do"):
        assert (tmp_path / "kq" / name).exists()


# --- what is typed wrongly ------------------------------------------------------------------


def named(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else ""


USAGE = [  # argv, what is said
    (["xem"], 'Không có lệnh "xem". Các lệnh: templates, new,'),
    (["statsu"], 'Không có lệnh "statsu". Có phải ý là "status"?'),
    (["--lang", "vi"], "Thiếu tên lệnh. Các lệnh: templates,"),
    (["status", "--thang", "1"], "Không có tùy chọn --thang."),
    (["status", "--period"], "Sau --period phải ghi một giá trị."),
    (["status", "--json=1"], "Tùy chọn --json không kèm giá trị."),
    (["new", "--from", "ke-hoach-dan-van"], "Thiếu TÊN."),
    (["new", "a", "b", "--from", "c"], "Lệnh chưa đúng: đã có --from thì chỉ ghi một thư mục."),
    (["new", "ke-hoach-dan-van"], "Thiếu THƯ_MỤC."),
    (["new", "a", "b", "c d"], "Thừa: c d."),
    (["new", "a", "b", "--year", "hai nghìn"], 'Giá trị của --year không hợp lệ: "hai nghìn"'),
    (["new", "a", "b", "--year", "1800"], '"1800" không phải là năm từ 1990 đến 2100.'),
    (["check"], "Thiếu TỆP."),
    (["receive", "--received-at", "31/02/2024"], '"31/02/2024" không phải là ngày;'),
    (["export", "--format", "pdf"], '"pdf" không nằm trong các giá trị có thể dùng: csv, parquet'),
    (["--lang", "fr", "status"], '"fr" không nằm trong các giá trị có thể dùng: vi, en.'),
]


@pytest.mark.parametrize(("argv", "said"), USAGE, ids=named)
def test_a_wrong_command_line(say: Say, argv: list[str], said: str) -> None:
    code, out, err = say(*argv)
    assert (code, out) == (CANNOT, "")
    assert said in err
    assert err.count("\n") == 1
    assert re.search(r'Gõ "baocao( \w+)? --help" để xem cách dùng\.$', err.strip())


WRONG = [  # argv after -C FOLDER, what is said
    (["distribute", "-p", "2024-Q9"], 'Không có kỳ "2024-Q9" trong chương trình.'),
    (["distribute", "-u", "999"], 'Không có đơn vị nào là "999"'),
    (["distribute", "-u", "HP"], "Không có biểu mẫu nào để phát"),
    (["receive", "khong-co.xlsx"], "Không thấy khong-co.xlsx."),
    (["check", "khong-co.xlsx"], "Không thấy khong-co.xlsx."),
    (["status", "-p", "2024-Q9"], 'Không có kỳ "2024-Q9"'),
    (["status", "-p", "2024", "--json"], 'Kỳ "2024" là kỳ tổng hợp'),
    (["consolidate"], "Chưa có báo cáo nào được ghi sổ."),
    (["consolidate", "-p", "2024-Q9"], "Chưa có báo cáo nào được ghi sổ."),
    (["charts"], "Chưa có báo cáo nào được ghi sổ."),
    (["report", "-p", "2024"], "Chưa có báo cáo nào được ghi sổ."),
    (["report", "-p", "2024-Q9"], 'Không có kỳ "2024-Q9"'),
    (["slides", "-p", "2024"], "Chưa có báo cáo nào được ghi sổ."),
    (["page"], "Chưa có báo cáo nào được ghi sổ."),
    (["export"], "Chưa có báo cáo nào được ghi sổ."),
]


@pytest.mark.parametrize(("argv", "said"), WRONG, ids=named)
def test_a_wrong_value(say: Say, folder: Path, argv: list[str], said: str) -> None:
    code, out, err = say("-C", folder, *argv)
    assert (code, out) == (CANNOT, "")
    assert err.startswith(said)
    assert "Traceback" not in err
    assert sorted(p.name for p in folder.iterdir()) == ["chuong-trinh.xlsx"]


def test_no_data_for_a_period(say: Say, received: Path) -> None:
    for command in ("consolidate", "charts", "page", "report", "slides"):
        code, _, err = say("-C", received, command, "-p", "2024-Q4")
        assert code == CANNOT
        assert err == 'Kỳ "2024-Q4" chưa có báo cáo nào được ghi sổ.\n'


def test_no_such_programme(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = say("new", "ke-hoach-khac", tmp_path / "x")
    assert (code, out) == (CANNOT, "")
    assert "ke-hoach-khac" in err
    assert "ke-hoach-dan-van" in err
    assert not (tmp_path / "x").exists()
    monkeypatch.chdir(tmp_path)
    assert "Không thấy tệp chuong-trinh.xlsx trong" in say("status")[2]
    assert "Không thấy tệp chuong-trinh.xlsx trong thư mục" in say("-C", tmp_path, "status")[2]
    assert "Không thấy tệp chuong-trinh.xlsx trong thư mục" in say("run", tmp_path)[2]
    lost = shutil.copy(CLEAN_RETURN, tmp_path)
    assert "Không thấy tệp chuong-trinh.xlsx" in say("check", lost)[2]


def test_a_file_given_as_a_folder(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "tep"
    file.write_text("x")
    for argv in (["-C", file, "status"], ["run", file], ["new", "ke-hoach-dan-van", file]):
        code, out, err = say(*argv)
        assert (code, out) == (CANNOT, "")
        assert err.count("\n") == 1
        assert "ngoài dự kiến" not in err
    code, _, err = say("run", SAMPLE, "--out", file)
    assert code == CANNOT
    assert "ngoài dự kiến" not in err


def test_what_cannot_be_written(say: Say, received: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    code, _, err = say("-C", received, "export", "-o", tmp_path / "a.csv")
    assert code == CANNOT
    assert err.startswith("Không ghi được ")
    code, _, err = say("-C", received, "status", "--xlsx", tmp_path / "a.csv")
    assert code == CANNOT
    assert err.startswith("Không ghi được ")


def test_a_file_that_is_no_programme(say: Say, tmp_path: Path) -> None:
    (tmp_path / "chuong-trinh.xlsx").write_bytes(b"khong phai excel")
    code, out, err = say("-C", tmp_path, "status")
    assert code == CANNOT
    assert "ngoài dự kiến" not in err
    assert (out + err).strip()


# --- language, debugging, help --------------------------------------------------------------


@pytest.mark.parametrize("argv", [["--lang", "en", "status"], ["status", "--lang=en"]])
def test_language_before_and_after_the_command(say: Say, received: Path, argv: list[str]) -> None:
    code, out, _ = say("-C", received, *argv, "-p", "2024-Q1")
    assert code == CLEAN
    assert "  303  Quận Hồng Bàng  on time, received 2024-04-05" in out
    assert "đúng hạn" not in out


def test_language_of_the_environment(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOCAO_LANG", "en")
    assert say("xem")[2].startswith('There is no command "xem".')
    assert say("--lang", "vi", "xem")[2].startswith('Không có lệnh "xem".')
    monkeypatch.setenv("BAOCAO_LANG", "xx")
    assert say("xem")[2].startswith('Không có lệnh "xem".')


def test_the_folder_after_the_command(say: Say, received: Path) -> None:
    assert say("status", "-C", received)[0] == CLEAN


def test_debug_shows_where(say: Say, tmp_path: Path) -> None:
    for argv in (["--debug", "-C", tmp_path, "status"], ["-C", tmp_path, "status", "--debug"]):
        code, _, err = say(*argv)
        assert code == CANNOT
        assert "Traceback (most recent call last)" in err
        assert "ToolkitError" in err
    assert "Traceback" not in say("-C", tmp_path, "status")[2]


def test_a_fault_of_ours_is_said_plainly(
    say: Say, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise faults.pop()

    faults: list[BaseException] = [KeyboardInterrupt(), RuntimeError("hỏng")]
    monkeypatch.setattr("toolkit.workflow.status", broken)
    code, out, err = say("-C", folder, "status")
    assert (code, out) == (CANNOT, "")
    assert err.startswith("Có sự cố ngoài dự kiến (RuntimeError: hỏng).")
    assert say("-C", folder, "status")[2].strip().startswith("Đã dừng theo yêu cầu.")


COMMANDS = [name for names in PLACES.values() for name in names]


def command_of(name: str) -> click.Command:
    found = baocao.get_command(click.Context(baocao), name)
    assert found is not None
    return found


def test_each_module_has_the_commands_that_are_looked_for_there() -> None:
    for module, names in PLACES.items():
        assert tuple(command.name for command in import_module(module).COMMANDS) == names


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(say: Say, command: str, lang: str) -> None:
    code, out, err = say(*([command] if command else []), "--help", "--lang", lang)
    assert (code, err) == (CLEAN, "")
    words = catalogue(lang)
    flat = "".join(out.split())  # lines are broken at hyphens too
    assert out.startswith(words["usage.prefix"])
    name = command or "baocao"
    for paragraph in words[f"help.{name}"].split("\n\n"):
        assert "".join(paragraph.split()) in flat
    options = (command_of(command) if command else baocao).params
    for option in options:
        for flag in (o for o in option.opts if o.startswith("-")):
            assert flag in out
    if not command:
        for known in COMMANDS:
            assert "".join(words[f"short.{known}"].split()) in flat
    if lang == "vi":
        english = r"\b(Usage|Options|Commands|default|required|Show|this|message|and|exit|the)\b"
        assert re.findall(english, re.sub(r"--\w+", "", out)) == []


def test_every_option_is_explained() -> None:
    for lang in LANGUAGES:
        words = catalogue(lang)
        for command in (baocao, *map(command_of, COMMANDS)):
            assert f"help.{command.name}" in words
            for param in command.params:
                if getattr(param, "help", None) is not None:
                    assert f"option.{param.help}" in words  # type: ignore[attr-defined]
                else:
                    assert param.metavar, (command.name, param.name)


def test_alone_it_shows_the_help_page(say: Say) -> None:
    assert say() == say("--help")


def test_version(say: Say) -> None:
    code, out, _ = say("--version")
    assert code == CLEAN
    assert re.fullmatch(r"baocao \d+\.\d+\.\d+\n", out)


def test_a_closed_pipe_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(lines: Sequence[str]) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("toolkit.cli_work.show", closed)
    monkeypatch.setattr("os.dup2", lambda *_: None)
    assert run(["templates"]) == CANNOT

"""baocao score, as a head office uses it: make the file, fill it in, take it back, consolidate."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from conftest import SAMPLE

from toolkit.cli import CANNOT, CLEAN, run
from toolkit.shell import FINDINGS

RETURN = SAMPLE / "nhan-ve" / "2024-04-05" / "303_Quan-Hong-Bang_2024-Q1.xlsx"
CRITERIA = [
    ("mã", "nội dung", "điểm tối đa", "cách tính", "công thức"),
    (
        "TC1",
        "Thông tin, báo cáo",
        10,
        "công thức",
        "[Số báo cáo đúng hạn]/[Số báo cáo phải nộp]*10",
    ),
    ("TC2", "Chỉ tiêu", 20, "công thức", "MIN([CT1 / Tỷ lệ]/[CT1 / Chỉ tiêu giao];1)*20"),
]
BANDS = [("tên", "từ điểm"), ("Tốt", 20), ("Khá", 0)]


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's programme with criteria, one return on record."""
    place = tmp_path_factory.mktemp("score") / "hp"
    place.mkdir()
    book = openpyxl.load_workbook(SAMPLE / "chuong-trinh.xlsx")
    for name, rows in (("Tiêu chí", CRITERIA), ("Xếp loại", BANDS)):
        if name in book.sheetnames:
            del book[name]
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(place / "chuong-trinh.xlsx")
    assert run(["-C", str(place), "receive", str(RETURN), "--received-at", "2024-04-05"]) in (0, 1)
    return place


def score(place: Path, *more: str) -> int:
    return run(["-C", str(place), "score", *more])


def test_the_whole_way(received: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "hp"
    shutil.copytree(received, place)
    assert score(place) == CLEAN
    file = place / "cham-diem" / "2024.xlsx"
    out = capsys.readouterr().out
    assert "cham-diem/2024.xlsx" in out
    assert "30 dòng; 0 tiêu chí tự chấm chưa thẩm định; 14 tiêu chí chưa đủ căn cứ" in out
    data = json.loads((place / "bao-cao" / "2024" / "danh-gia.json").read_text("utf-8"))
    first = data["units"][0]
    assert (first["unit"], first["state"], first["rank"]) == ("303", "provisional", 1)
    assert {unit["rank"] for unit in data["units"][1:]} == {None}

    book = openpyxl.load_workbook(file)
    assert [book.active[c].value for c in ("A2", "C2", "F2")] == ["303", "TC1", 2.5]
    book.active["H2"], book.active["H3"] = 8, 99
    book.save(file)
    kept = file.read_bytes()
    assert score(place, "-p", "2024") == FINDINGS
    out = capsys.readouterr().out
    assert "ô H3" in out
    assert "được giữ nguyên" in out
    assert file.read_bytes() == kept
    assert run(["-C", str(place), "consolidate", "-p", "2024"]) == FINDINGS

    book.active["H3"] = 15
    book.save(file)
    assert score(place) == CLEAN
    assert openpyxl.load_workbook(file).active["H3"].value == 15
    assert run(["-C", str(place), "consolidate", "-p", "2024"]) == CLEAN
    summary = openpyxl.load_workbook(place / "bao-cao" / "2024" / "tong-hop.xlsx", data_only=True)[
        "Chấm điểm, xếp loại"
    ]
    assert [cell.value for cell in summary[8]][3:5] == [8, 15]
    assert [cell.value for cell in summary[8]][6:8] == [23, "Tốt"]


def test_what_cannot_be_scored(received: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score(received, "-p", "2024-Q1") == CANNOT
    assert "2024" in capsys.readouterr().err


def test_a_programme_without_criteria(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "hp"
    place.mkdir()
    shutil.copyfile(SAMPLE / "chuong-trinh.xlsx", place / "chuong-trinh.xlsx")
    assert score(place) == CANNOT
    assert "Tiêu chí" in capsys.readouterr().err


def test_an_edition_keeps_the_reviewed_scores_it_was_made_with(
    received: Path, tmp_path: Path
) -> None:
    place = tmp_path / "hp"
    shutil.copytree(received, place)
    file = place / "cham-diem" / "2024.xlsx"
    assert score(place) == CLEAN
    book = openpyxl.load_workbook(file)
    book.active["H2"], book.active["H3"] = 8, 15
    book.save(file)
    assert run(["-C", str(place), "close", "2024", "--why", "Thử"]) == CLEAN
    shelf = next((place / "an-ban").glob("2024*"))
    assert (shelf / "cham-diem.xlsx").read_bytes() == file.read_bytes()
    published = (shelf / "tong-hop.xlsx").read_bytes()

    book.active["H2"] = 1
    book.save(file)
    for path in shelf.iterdir():
        path.unlink()
    assert run(["-C", str(place), "rebuild", "2024"]) == CLEAN
    assert (shelf / "tong-hop.xlsx").read_bytes() == published
    sheet = openpyxl.load_workbook(shelf / "tong-hop.xlsx", data_only=True)["Chấm điểm, xếp loại"]
    assert sheet["D8"].value == 8


def test_a_comparison_names_the_scores_and_subtotals_that_changed(
    received: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "hp"
    shutil.copytree(received, place)
    file = place / "cham-diem" / "2024.xlsx"
    assert score(place) == CLEAN
    book = openpyxl.load_workbook(file)
    book.active["H2"], book.active["H3"] = 8, 15
    book.save(file)
    assert run(["-C", str(place), "close", "2024", "--why", "Thử"]) == CLEAN
    book.active["H2"] = 1
    book.save(file)
    capsys.readouterr()
    assert run(["-C", str(place), "compare", "2024/1", "now", "--json"]) == CLEAN
    found = json.loads(capsys.readouterr().out)["figures"]
    changed = {
        (f["row"], f["measure"]): (f["before"]["value"], f["after"]["value"], f["why"])
        for f in found
        if f["whose"] == "303"
    }
    assert changed == {
        ("", "points"): ("23", "16", ["review"]),
        ("", "band"): ("Tốt", "Khá", ["review"]),
        ("TC1", "points"): ("8", "1", ["review"]),
        ("TC1", "reviewed"): ("8", "1", ["review"]),
    }
    for lang, words in (("vi", "điểm thẩm định đã đổi"), ("en", "reviewed points changed")):
        assert run(["-C", str(place), "compare", "2024/1", "now", "--lang", lang]) == CLEAN
        assert words in capsys.readouterr().out
    kept = (place / "an-ban" / "2024-so-1" / "con-so.csv").read_text("utf-8-sig").splitlines()
    groups = [line.split(",") for line in kept if ",group," in line]
    assert {line[4] for line in groups} == {"type:quận", "type:huyện"}
    assert all(line[3] == "group" for line in groups)

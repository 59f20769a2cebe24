"""From a figure down to the cells: names as people type them, the chain, cells of a summary."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from test_workflow import filled, programme_in

from toolkit import workflow
from toolkit.cli import run
from toolkit.folder import Folder
from toolkit.programme.load import load
from toolkit.workflow import Day

Say = Callable[..., tuple[int, str, str]]
CT = "CT Kết quả thực hiện chỉ tiêu"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command line: exit code, standard output, standard error."""

    def command(*argv: object) -> tuple[int, str, str]:
        code = run([str(word) for word in argv])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two units' first quarter (a number as text, a cell nobody can read), a second quarter."""
    made = programme_in(tmp_path_factory.mktemp("trace"))
    files = {
        "303.xlsx": filled(made, unit="303", changes={("CT", "F9"): "03", ("CT", "F10"): "vài"}),
        "305.xlsx": filled(made),
        "305 q2.xlsx": filled(made, "2024-Q2", changes={("CT", "F9"): 4, ("CT", "G9"): 7}),
    }
    programme = workflow.load_programme(made)
    for name, data in files.items():
        path = made.root / name
        path.write_bytes(data)
        day = date(2024, 7, 5) if "q2" in name else date(2024, 4, 5)
        workflow.receive(made, programme, [path], day=Day(day))
    workflow.consolidate(made)
    return made


@pytest.fixture(autouse=True)
def loaded_once(place: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same programme for every command: to read its workbook is most of their time."""
    programme = _loaded(place.programme)
    module = sys.modules["toolkit.workflow.trace"]
    monkeypatch.setattr(module, "load_programme", lambda _: programme)


_loaded = cache(load)


def chain(say: Say, place: Folder, *words: str) -> dict[str, object]:
    code, out, err = say("-C", place.root, "trace", *words, "--json")
    assert (code, err) == (0, "")
    found: dict[str, object] = json.loads(out)
    return found


def test_the_chain_in_words(say: Say, place: Folder) -> None:
    code, out, err = say("-C", place.root, "trace", "CT", "CT1", "trong_ky", "-p", "2024-Q1")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:3] == [
        'Kết quả thực hiện chỉ tiêu (CT, CT1 Xã có mô hình "Dân vận khéo", Trong quý), Quý I/2024',
        "Tổng: 6. Cách tính: cộng; 2/3 đơn vị, tạm tính, còn thiếu: Thủy Nguyên",
        "303 Quận Hồng Bàng: 3 (có tính)",
    ]
    assert lines[3].startswith("    Quý I/2024: 3  (303.xlsx, nhận 05/04/2024; bản gốc luu-tru/")
    assert lines[4] == f"      trang {CT}, ô F9: ghi 03, hiểu là 3"
    assert lines[5].startswith("        Lưu ý: ")
    assert lines[-1] == "311 Huyện Thủy Nguyên: chưa gửi (chưa tính: thiếu số liệu)"


def test_the_chain_in_english(say: Say, place: Folder) -> None:
    asked = ("trace", "CT", "CT2", "trong_ky", "303", "2024-Q1", "--lang", "en")
    code, out, _ = say("-C", place.root, *asked)
    assert code == 0
    assert "(not counted: the cell is faulty)" in out
    assert f"sheet {CT}, cell F10: holds vài, read as" in out
    assert "(not counted)" in out
    assert "Error" in out or "ERROR" in out


def test_over_periods_each_period_and_its_cell(say: Say, place: Folder) -> None:
    found = chain(say, place, "CT", "CT1", "luy_ke", "305", "2024")
    assert (found["period"], found["over_periods"]) == ("2024", "last")
    (unit,) = found["units"]
    assert (unit["unit"], unit["value"], unit["standing"]) == ("305", "7", "partial")
    cells = {
        p["period"]: [(c["cell"], c["raw"], c["counts"]) for c in p["cells"]]
        for p in unit["periods"]
    }
    assert cells == {
        "2024-Q1": [("G9", "3", True)],
        "2024-Q2": [("G9", "7", True)],
        "2024-Q3": [],
        "2024-Q4": [],
    }
    overtaken = {p["period"]: p["overtaken"] for p in unit["periods"] if p["file"]}
    assert overtaken == {"2024-Q1": True, "2024-Q2": False}
    out = say("-C", place.root, "trace", "CT", "CT1", "luy_ke", "305", "2024")[1]
    assert "Quý I/2024: 3 – không lấy, vì đã có số kỳ sau" in out


def test_a_recomputed_rate_shows_its_inputs(say: Say, place: Folder) -> None:
    found = chain(say, place, "CT", "CT1", "Tỷ lệ", "-p", "2024-Q1")
    assert found["formula"] == "[Lũy kế từ đầu năm]/[Tổng số]"
    assert [one["field"] for one in found["inputs"]] == ["luy_ke", "tong_so"]
    by_unit = {u["unit"]: [(c["field"], c["cell"]) for c in u["inputs"]] for u in found["units"]}
    assert by_unit == {
        "303": [("luy_ke", "G9"), ("tong_so", "E9")],
        "305": [("luy_ke", "G9"), ("tong_so", "E9")],
        "311": [],
    }
    over, under = (one["entered"] for one in found["inputs"])
    assert float(found["total"]["value"]) == pytest.approx(int(over) / int(under))


@pytest.mark.parametrize(
    ("words", "cells"),
    [
        (("MH", "2", "so_ho", "305"), [("2", "G11", "45")]),
        (("MH", "tất cả", "so_ho", "305"), [("1", "G10", "120"), ("2", "G11", "45")]),
        (("MH", "so ho tham gia", "305"), [("1", "G10", "120"), ("2", "G11", "45")]),
        (("DT", "so_cuoc", "305"), [("so_cuoc", "E8", "2")]),
        (("DT", "Số cuộc đối thoại", "so_cuoc", "Q. Lê Chân"), [("so_cuoc", "E8", "2")]),
    ],
    ids=lambda one: " ".join(one) if isinstance(one[0], str) else "",
)
def test_lists_and_questions(
    say: Say, place: Folder, words: tuple[str, ...], cells: list[tuple[str, str, str]]
) -> None:
    found = chain(say, place, *words, "--period", "2024-Q1")
    ((period,),) = ([p["cells"] for p in u["periods"]] for u in found["units"])
    given = [(c["row"], c["cell"], c["raw"]) for c in period if c["state"] != "missing"]
    assert given == cells


@pytest.mark.parametrize(
    "words",
    [
        ("CT", "CT1", "luy_ke", "305", "2024-Q1"),
        ("ct", "ct1", "LUY_KE", "Quận Lê Chân", "Quý I/2024"),
        ("Kết quả thực hiện chỉ tiêu", "1.1", "Lũy kế từ đầu năm", "lê chân", "quý 1"),
        ("ket qua thuc hien chi tieu", 'Xã có mô hình "Dân vận khéo"', "luy ke tu dau nam", "305"),
        ("CT", "CT1", "luy_ke", "quý 1", "305"),
        ("CT", "CT1", "luy_ke", "-u", "305"),
    ],
    ids=" ".join,
)
def test_names_and_codes(say: Say, place: Folder, words: tuple[str, ...]) -> None:
    more = () if {"2024-Q1", "Quý I/2024", "quý 1"} & {*words} else ("-p", "2024-Q1")
    found = chain(say, place, *words, *more)
    shown = (found["form"], found["row"], found["field"], found["period"])
    assert shown == ("CT", "CT1", "luy_ke", "2024-Q1")
    assert [unit["unit"] for unit in found["units"]] == ["305"]


def test_without_a_period_it_is_the_latest(say: Say, place: Folder) -> None:
    assert chain(say, place, "CT", "CT1", "luy_ke")["period"] == "2024-Q2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Thiếu BIỂU DÒNG CỘT [ĐƠN_VỊ] [KỲ]."),
        (("CT",), "Thiếu dòng của biểu CT. Các dòng: CT1, CT2, CT3."),
        (("CT", "CT1"), "Thiếu cột của biểu CT. Các cột: noi_dung,"),
        (("MH", "1"), "Thiếu cột của biểu MH."),
        (("XX", "CT1", "luy_ke"), 'Không có biểu "XX". Các biểu: NV, CT, MH, DT.'),
        (("CT", "CT1", "Lũy kế tu đầu nam"), 'Không có cột "Lũy kế tu đầu nam". Có phải là: Lũy'),
        (("CT", "CT9", "luy_ke"), 'Không có dòng "CT9". Có phải là: '),
        (("NV", "2", "tien_do"), '"2" có thể là dòng: Tổng kết'),
        (("CT", "CT1", "luy_ke", "Quận Lê Chan"), "Không có đơn vị nào là"),
        (("CT", "CT1", "luy_ke", "305", "2024-Q9"), 'Không có kỳ "2024-Q9"'),
        (("CT", "CT1", "luy_ke", "305", "2024-Q1", "x"), "Thừa: x."),
        (("MH", "tất cả", "so_ho", "-p", "2024-Q2"), 'Đăng ký mô hình "Dân vận khéo" không có số'),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_wrong_names(say: Say, place: Folder, words: tuple[str, ...], said: str) -> None:
    code, out, err = say("-C", place.root, "trace", *words)
    assert (code, out) == (2, "")
    assert err.startswith(said), err


# --- a cell of the summary ------------------------------------------------------------------


def where(place: Folder, period: str, sheet: str, label: str, after: str = "") -> str:
    """The row of the summary that bears a label, below the row that bears another."""
    book = openpyxl.load_workbook(place.summary(period), read_only=True)
    labels = [str(row[1].value) for row in book[sheet].iter_rows(min_row=1, max_col=2)]
    start = next(n for n, words in enumerate(labels) if words.startswith(after)) if after else 0
    return str(next(n for n in range(start, len(labels)) if labels[n].startswith(label)) + 1)


@pytest.mark.parametrize(
    ("label", "column", "expected"),
    [
        ("Xã có mô hình", "E", ("CT1", "luy_ke", "6", ["303", "305", "311"])),
        ("Quận Lê Chân", "E", ("CT1", "luy_ke", "6", ["305"])),
        ("Xã có mô hình", "D", ("CT1", "trong_ky", "6", ["303", "305", "311"])),
    ],
)
def test_a_cell_of_the_summary(
    say: Say, place: Folder, label: str, column: str, expected: tuple[object, ...]
) -> None:
    row = where(place, "2024-Q1", CT, label, "Xã có")
    found = chain(say, place, str(place.summary("2024-Q1")), f"'{CT}'!${column}${row}")
    units = [unit["unit"] for unit in found["units"]]
    assert (found["row"], found["field"], found["total"]["value"], units) == expected


def test_cells_that_cannot_be_traced(say: Say, place: Folder, tmp_path: Path) -> None:
    book = place.summary("2024-Q1")
    row = where(place, "2024-Q1", CT, "Xã có mô hình")
    stray = tmp_path / "tong-hop.xlsx"
    other = tmp_path / "2024-Q1" / "tong-hop.xlsx"
    other.parent.mkdir()
    stray.write_bytes(book.read_bytes())
    changed = openpyxl.load_workbook(book)
    changed[CT][f"E{row}"].value = 99
    changed.save(other)
    table = [
        ((book, "E9"), '"E9" không phải là một ô'),
        ((book, "Không có!E9"), 'Tệp tổng hợp Quý I/2024 không có trang biểu "Không có"'),
        ((book, f"{CT}!B{row}"), f"Ô B{row} của trang {CT} không chứa con số"),
        ((stray, f"{CT}!E{row}"), f"Không rõ tệp {stray} là của kỳ nào."),
        ((other, f"{CT}!E{row}"), f"Tệp {other} không còn khớp với sổ nhận"),
        ((tmp_path / "x.xlsx", "A!B1"), "Không thấy "),
    ]
    for words, said in table:
        code, _, err = say("-C", place.root, "trace", *words)
        assert (code, err.startswith(said)) == (2, True), err
    code, _, _ = say("-C", place.root, "trace", stray, f"{CT}!E{row}", "-p", "2024-Q1")
    assert code == 0

"""The correction copy in LibreOffice: its marks live, and mended there it comes back clean."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from faulting import FILLER, ODS, XLS, XLSX, python_with_uno
from openpyxl.workbook import Workbook
from programmes import small_programme
from returned import NAME, clean_return, judged, opened, saved, sheet
from test_correction import CASES, FAULT_LIST, REST, added_sheet, both, moved, put, read

from toolkit.correction.write import write_correction
from toolkit.findings import Severity
from toolkit.intake.judge import judge
from toolkit.intake.model import Judgement, Outcome
from toolkit.intake.reader import read_bytes

pytestmark = pytest.mark.soffice

SENT = both(
    added_sheet,
    *(
        CASES[name].fault
        for name in (
            "answer missing",
            "text that is no number",
            "ambiguous number",
            "error value",
            "unknown choice",
            "rule broken",
        )
    ),
    moved("MH", "A11:H22", rows=1),
    put("MH", C11="Mới", D11="Kinh tế", E11="31/02/2024", G11=True),
    put("NV", H11=1.5, H12=datetime(2024, 3, 5)),
    put("CT", G9=2.5, K10="ghi thêm"),
)
# How a clerk mends it: by form, the cell of the copy and what is typed there.
MENDED: Mapping[str, Mapping[str, object]] = {
    "CT": {"F11": 7, "F9": 3, "G9": 3, "G10": 2},
    "DT": {"E12": 12.5, "E8": 2},
    "NV": {"G10": "Đã hoàn thành", "H11": 0.5, "H12": 0},
    "MH": {"E11": datetime(2024, 2, 28), "G11": 30},
}


@pytest.fixture(scope="module")
def sent() -> Judgement:
    return judged(faulty())


def faulty() -> bytes:
    book: Workbook = opened(clean_return())
    SENT(book)
    return saved(book)


def copy_bytes() -> bytes:
    target = BytesIO()
    data = faulty()
    write_correction(small_programme(), judged(data), read_bytes(data, NAME), target)
    return target.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy opened in LibreOffice and saved as it is, and mended in three formats."""
    root = tmp_path_factory.mktemp("correction")
    copy = root / "can-sua.xlsx"
    copy.write_bytes(copy_bytes())
    book = opened(copy.read_bytes())
    steps = [
        step(sheet(book, form).title, cell, value)
        for form, cells in MENDED.items()
        for cell, value in cells.items()
    ]
    jobs = [{"source": str(copy), "target": str(root / "nguyen.xlsx"), "format": XLSX, "steps": []}]
    jobs += [
        {"source": str(copy), "target": str(root / f"sua.{f}"), "format": f, "steps": steps}
        for f in (XLSX, ODS, XLS)
    ]
    (root / "jobs.json").write_text(json.dumps(jobs), "utf-8")
    subprocess.run(
        [python_with_uno(), str(FILLER), str(root / "jobs.json")], check=True, timeout=240
    )
    return root


def step(title: str, cell: str, value: object) -> list[object]:
    place = [title, int(cell[1:]), ord(cell[0]) - 64]
    if isinstance(value, datetime):
        return ["date", *place, value.date().isoformat()]
    return ["text" if isinstance(value, str) else "number", *place, value]


def states(path: Path) -> list[str]:
    """What the list of faults says of each: the last column, under its heading."""
    ws = read_bytes(path.read_bytes(), NAME).sheet(FAULT_LIST)
    assert ws is not None
    head, column = next(p for p, c in ws.cells.items() if c.shown() == "Tình trạng")
    cells = sorted((row, c.shown()) for (row, at), c in ws.cells.items() if at == column)
    return [said for row, said in cells if row > head]


def counted(path: Path) -> str:
    ws = read_bytes(path.read_bytes(), NAME).sheet(FAULT_LIST)
    assert ws is not None
    return next(c.shown() for c in ws.cells.values() if c.shown().startswith("Lỗi phải sửa"))


def test_the_faulty_return_has_all_these_errors(sent: Judgement) -> None:
    errors = [f.code for f in sent.findings if f.severity is Severity.ERROR]
    assert len(errors) == 11


def test_every_place_says_that_it_is_as_it_was_sent(folder: Path, sent: Judgement) -> None:
    said = states(folder / "nguyen.xlsx")
    watched = [word for word in said if word != "Xem lại"]
    assert set(watched) == {"Chưa sửa"}
    errors = sum(f.severity is Severity.ERROR for f in sent.findings)
    assert len(watched) == errors
    assert counted(folder / "nguyen.xlsx").endswith(f"như tệp đã gửi: {errors}.")


def test_every_place_says_that_it_was_changed(folder: Path) -> None:
    said = states(folder / "sua.xlsx")
    assert set(said) == {"Đã thay đổi", "Xem lại"}
    assert counted(folder / "sua.xlsx").endswith("như tệp đã gửi: 0.")


@pytest.mark.parametrize("suffix", [XLSX, ODS, XLS])
def test_mended_and_received_again_it_is_clean(folder: Path, suffix: str, sent: Judgement) -> None:
    again = judge((folder / f"sua.{suffix}").read_bytes(), f"sua.{suffix}", small_programme())
    assert [f for f in again.findings if f.severity is not Severity.NOTE] == []
    assert again.outcome is Outcome.CLEAN
    assert (again.unit, again.period) == (sent.unit, sent.period)
    clean = read(judged(clean_return()))
    added = {key for key in read(again) if key[:2] == ("MH", "13")}
    assert len(added) == 4
    assert {k: v for k, v in read(again).items() if k not in added} == clean
    assert not {FAULT_LIST, REST} & set(again.ledgers)


def test_sent_back_as_it_is_it_is_as_faulty_as_before(folder: Path, sent: Judgement) -> None:
    again = judge((folder / "nguyen.xlsx").read_bytes(), NAME, small_programme())
    assert faulty_cells(again) == faulty_cells(sent)


def faulty_cells(judgement: Judgement) -> list[tuple[str, str]]:
    errors = (f.address for f in judgement.findings if f.severity is Severity.ERROR)
    return sorted((where.sheet, where.cell) for where in errors)

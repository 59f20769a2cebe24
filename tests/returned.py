"""Returns for the tests: the distributed template, filled, damaged and judged."""

from __future__ import annotations

import pickle
from datetime import datetime
from functools import cache
from io import BytesIO

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from programmes import small_programme

from toolkit.findings import Severity
from toolkit.intake.judge import judge
from toolkit.intake.model import Judgement
from toolkit.template.layout import WorkbookLayout, layout
from toolkit.template.write import write

NAME = "bao-cao.xlsx"

# What a careful office writes, by form and cell of the template of unit 305 in 2024-Q1.
CLEAN: dict[str, dict[str, object]] = {
    "NV": {
        "G10": "Đã hoàn thành",
        "H10": 1,
        "G11": "Đang thực hiện",
        "H11": 0.5,
        "G12": "Chưa triển khai",
        "H12": 0,
    },
    "CT": {"F9": 3, "G9": 3, "F10": 2, "G10": 2, "F11": 7, "G11": 7},
    "MH": {
        "C10": "Tổ dân vận số 5 khéo vận động hiến đất",
        "D10": "Kinh tế",
        "E10": datetime(2024, 1, 15),
        "F10": datetime(2024, 12, 15),
        "G10": 120,
        "C11": "Dòng họ tự quản",
        "D11": "Văn hóa - xã hội",
        "E11": datetime(2024, 2, 1),
        "G11": 45,
        "C12": "Camera an ninh khu phố",
        "D12": "Quốc phòng - an ninh",
        "E12": datetime(2024, 3, 1),
    },
    "DT": {
        "E8": 2,
        "E9": 40,
        "E10": 36,
        "E12": 12.5,
        "E13": datetime(2024, 3, 20),
        "E14": "Đề nghị tập huấn thêm",
    },
}


@cache
def layout_of(unit: str = "305", period: str = "2024-Q1") -> WorkbookLayout:
    programme = small_programme()
    return layout(programme, programme.unit(unit), programme.period(period))


@cache
def template(unit: str = "305", period: str = "2024-Q1") -> bytes:
    """The distributed workbook."""
    target = BytesIO()
    write(layout_of(unit, period), target)
    return target.getvalue()


def opened(data: bytes) -> Workbook:
    """The workbook, to be changed; that of the clean return is parsed once."""
    if data is clean_return():
        book: Workbook = pickle.loads(_clean_workbook())
        return book
    return openpyxl.load_workbook(BytesIO(data))


@cache
def _clean_workbook() -> bytes:
    return pickle.dumps(openpyxl.load_workbook(BytesIO(clean_return())))


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def sheet(book: Workbook, form: str) -> Worksheet:
    """The sheet of a form, by its mark: also after renaming."""
    for candidate in book.worksheets:
        if candidate["A1"].value == f"baocao:{form}":
            return candidate
    raise KeyError(form)


@cache
def clean_return() -> bytes:
    """The template of 305 for 2024-Q1, filled as :data:`CLEAN` says."""
    book = openpyxl.load_workbook(BytesIO(template()))
    for form, cells in CLEAN.items():
        for cell, value in cells.items():
            sheet(book, form)[cell].value = value
    return saved(book)


def judged(data: bytes, name: str = NAME) -> Judgement:
    return judge(data, name, small_programme())


def flat(judgement: Judgement, *, notes: bool = True) -> list[tuple[str, str, str]]:
    """The findings as (code, form or sheet, cell), in order."""
    names = {s.sheet: s.form.code for s in layout_of().sheets}
    return [
        (f.code, names.get(f.address.sheet, f.address.sheet), f.address.cell)
        for f in judgement.findings
        if notes or f.severity is not Severity.NOTE
    ]

"""Who has sent what: states, days late, counts; the JSON and the workbook that show them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.programmes import small_programme
from toolkit.consolidate.model import PeriodStatus, ReturnState
from toolkit.consolidate.status import late_days, period_status, programme_status, strangers
from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import Judgement, Ledger, Outcome
from toolkit.messages import LANGUAGES, message, text
from toolkit.programme.model import Programme
from toolkit.register.model import Submission
from toolkit.report.public_json import judgement_json, status_json
from toolkit.report.status_sheet import write_status
from toolkit.template.metrics import line_count

DUE = date(2024, 4, 10)


@pytest.fixture
def programme() -> Programme:
    """Due date of the first quarter: 10 April 2024; 303, 305 and 311 owe a return."""
    whole = small_programme()
    below = {unit.type for unit in whole.units if unit.parent}
    forms = tuple(replace(form, unit_types=tuple(sorted(below))) for form in whole.forms)
    loaded = replace(whole, forms=forms)  # the city itself sends nothing
    assert loaded.period("2024-Q1").due == DUE
    assert [u.code for u in loaded.units_for(loaded.period("2024-Q1"))] == ["303", "305", "311"]
    return loaded


def sent(
    unit: str = "303",
    received: date = DUE,
    *,
    period: str = "2024-Q1",
    errors: int = 0,
    warnings: int = 0,
    current: bool = True,
    file: str = "",
) -> Submission:
    return Submission(
        id=1,
        sha256="ab",
        file=file or f"{unit}.xlsx",
        stored="luu-tru/ab/ab.xlsx",
        programme="CT",
        fingerprint="f",
        unit=unit,
        period=period,
        received=received,
        modified=None,
        outcome=Outcome.FINDINGS if errors else Outcome.CLEAN,
        errors=errors,
        warnings=warnings,
        current=current,
    )


def first_quarter(programme: Programme, *submissions: Submission) -> PeriodStatus:
    return period_status(programme, programme.period("2024-Q1"), submissions)


@pytest.mark.parametrize(
    ("received", "errors", "state", "late"),
    [
        (date(2024, 4, 1), 0, ReturnState.ON_TIME, 0),
        (DUE, 0, ReturnState.ON_TIME, 0),
        (date(2024, 4, 11), 0, ReturnState.LATE, 1),
        (date(2024, 5, 1), 0, ReturnState.LATE, 21),
        (DUE, 2, ReturnState.RETURNED, 0),
        (date(2024, 4, 13), 1, ReturnState.RETURNED, 3),
    ],
)
def test_states(
    programme: Programme, received: date, errors: int, state: ReturnState, late: int
) -> None:
    one = first_quarter(programme, sent("303", received, errors=errors, warnings=4)).units[0]
    assert (one.state, one.late_days, one.received) == (state, late, received)
    assert (one.errors, one.warnings, one.file) == (errors, 4, "303.xlsx")


def test_without_a_due_date_nothing_is_late() -> None:
    assert late_days(None, date(2099, 1, 1)) == 0


def test_missing_units_are_there_in_official_order(programme: Programme) -> None:
    status = first_quarter(
        programme,
        sent("311", date(2024, 4, 12), errors=1),
        sent("305", date(2024, 4, 11)),
        sent("305", DUE, current=False, file="older.xlsx"),
        sent("303", period="2024-Q2"),
    )
    assert [(u.unit.code, u.state.value) for u in status.units] == [
        ("303", "missing"),
        ("305", "late"),
        ("311", "returned"),
    ]
    assert (status.expected, status.received, status.on_time, status.late, status.returned) == (
        3,
        2,
        0,
        2,
        1,
    )
    assert status.units[0].received is None


def test_every_collected_period_has_a_status(programme: Programme) -> None:
    submissions = [sent("303"), sent("305", date(2024, 7, 12), period="2024-Q2")]
    statuses = programme_status(programme, submissions)
    assert [s.period.code for s in statuses] == ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]
    assert statuses == tuple(period_status(programme, s.period, submissions) for s in statuses)
    assert [s.received for s in statuses] == [1, 1, 0, 0]


def test_returns_nobody_asked_for_are_named(programme: Programme) -> None:
    asked, of_city = sent("303"), sent("HP")
    unknown, no_period = sent("999"), sent("303", period="2023-Q1")
    whole_year, older = sent("303", period="2024"), sent("998", current=False)
    found = strangers(programme, [unknown, asked, of_city, no_period, whole_year, older])
    assert found == (no_period, whole_year, unknown, of_city)


# --- the public JSON ------------------------------------------------------------------------


def test_status_json_is_the_contract(programme: Programme) -> None:
    status = first_quarter(
        programme, sent("303", date(2024, 4, 12), warnings=1), sent("305", DUE, errors=2)
    )
    shown = json.loads(json.dumps(status_json(status)))
    assert shown == {
        "period": "2024-Q1",
        "expected": 3,
        "received": 2,
        "on_time": 1,
        "late": 1,
        "accepted": 0,
        "units": [
            {
                "unit": "303",
                "name": "Quận Hồng Bàng",
                "state": "late",
                "received_at": "2024-04-12",
                "late_days": 2,
                "errors": 0,
                "warnings": 1,
            },
            {
                "unit": "305",
                "name": "Quận Lê Chân",
                "state": "returned",
                "received_at": "2024-04-10",
                "late_days": 0,
                "errors": 2,
                "warnings": 0,
            },
            {
                "unit": "311",
                "name": "Huyện Thủy Nguyên",
                "state": "missing",
                "received_at": None,
                "late_days": 0,
                "errors": 0,
                "warnings": 0,
            },
        ],
    }
    assert list(shown) == [
        "period",
        "expected",
        "received",
        "on_time",
        "late",
        "accepted",
        "units",
    ]
    assert status_json(status, "en") == status_json(status, "vi")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_judgement_json_is_the_contract(lang: str) -> None:
    found = Finding(
        "register.other_name",
        Severity.WARNING,
        Address("a.xlsx", "Biểu 1", "D5"),
        "mười hai",
        {"file": "a.xlsx", "other": "b.xlsx"},
    )
    judgement = Judgement(
        file="a.xlsx",
        sha256="ab12",
        size=9,
        outcome=Outcome.FINDINGS,
        programme="CT",
        unit="303",
        period="2024-Q1",
        findings=(found,),
        ledgers={"Biểu 1": Ledger(5, 3, 1, 1), "Bìa": Ledger(2, 0, 2, 0)},
    )
    shown = json.loads(json.dumps(judgement_json(judgement, lang)))
    assert shown == {
        "file": "a.xlsx",
        "sha256": "ab12",
        "programme": "CT",
        "unit": "303",
        "period": "2024-Q1",
        "outcome": "findings",
        "findings": [
            {
                "code": "register.other_name",
                "severity": "warning",
                "sheet": "Biểu 1",
                "cell": "D5",
                "found": "mười hai",
                "message": message(found, lang),
            }
        ],
        "cells": {"nonempty": 7, "used": 3, "ignored": 3, "rejected": 1},
    }


# --- the workbook ---------------------------------------------------------------------------


def quarters(programme: Programme) -> Sequence[PeriodStatus]:
    return programme_status(
        programme,
        [
            sent("303", DUE, file="=cmd|' /c calc'!A1.xlsx"),
            sent("305", date(2024, 4, 13)),
            sent("311", date(2024, 4, 13), errors=2, warnings=1),
            sent("311", date(2024, 7, 1), period="2024-Q2", errors=1),
        ],
    )


def test_the_matrix(programme: Programme, tmp_path: Path) -> None:
    target = tmp_path / "new" / "status.xlsx"
    write_status(programme, quarters(programme), target)
    book = openpyxl.load_workbook(target, data_only=True)
    sheet = book.worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(min_row=5, max_row=17, values_only=True)]
    assert rows[0] == [
        "TT",
        "Đơn vị",
        "Quý I/2024\nHạn 10/04/2024",
        "Quý II/2024\nHạn 10/07/2024",
        "Quý III/2024\nHạn 10/10/2024",
        "Quý IV/2024\nHạn 10/01/2025",
        "Phải gửi",
        "Đã gửi",
        "Đúng hạn",
    ]
    no = "Chưa gửi"
    assert rows[1:4] == [
        [1, "Quận Hồng Bàng", "Đúng hạn\n10/04/2024", no, no, no, 4, 1, 1],
        [2, "Quận Lê Chân", "Gửi chậm 3 ngày\n13/04/2024", no, no, no, 4, 1, 0],
        [
            3,
            "Huyện Thủy Nguyên",
            "Trả lại để bổ sung\n13/04/2024, chậm 3 ngày",
            "Trả lại để bổ sung\n01/07/2024",
            no,
            no,
            4,
            2,
            1,
        ],
    ]
    totals = {row[0]: row[2:7] for row in rows[4:]}
    assert totals == {
        "Phải gửi": [3, 3, 3, 3, 12],
        "Đã gửi": [3, 1, 0, 0, 4],
        "Đúng hạn": [1, 1, 0, 0, 2],
        "Gửi chậm": [2, 0, 0, 0, 2],
        "Trả lại để bổ sung": [1, 1, 0, 0, 2],
        "Đã tiếp nhận": [0, 0, 0, 0, 0],
        "Chưa gửi": [0, 2, 3, 3, 8],
        "Tỷ lệ đã gửi": [1, pytest.approx(1 / 3), 0, 0, pytest.approx(1 / 3)],
        "Tỷ lệ đúng hạn": [pytest.approx(1 / 3), pytest.approx(1 / 3), 0, 0, pytest.approx(1 / 6)],
    }
    assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
    assert sheet.print_title_rows == "$5:$5"
    fills = [sheet.cell(row, 3).fill.start_color.rgb for row in (6, 7, 8)]
    assert len({*fills, sheet.cell(6, 4).fill.start_color.rgb}) == 4
    fonts = {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value}
    assert fonts == {"Times New Roman"}


def test_the_list(programme: Programme, tmp_path: Path) -> None:
    target = tmp_path / "status.xlsx"
    write_status(programme, quarters(programme), target)
    book = openpyxl.load_workbook(target)
    sheet = book.worksheets[1]
    rows = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert len(rows) == 12
    due = datetime(2024, 4, 10)
    assert rows[0] == [
        "Quý I/2024",
        due,
        "303",
        "Quận Hồng Bàng",
        "Đúng hạn",
        due,
        0,
        0,
        0,
        "=cmd|' /c calc'!A1.xlsx",
    ]
    assert sheet["J2"].data_type == "s"  # a file's name is never a formula
    assert rows[2][4:9] == ["Trả lại để bổ sung", datetime(2024, 4, 13), 3, 2, 1]
    assert rows[3][4:] == ["Chưa gửi", None, None, None, None, None]
    assert sheet.auto_filter.ref == "A1:J13"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_of_one_period(programme: Programme, tmp_path: Path, lang: str) -> None:
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    statuses = quarters(programme)[:1]
    for target in (one, two):
        write_status(programme, statuses, target, lang)
    assert one.read_bytes() == two.read_bytes()
    sheet = openpyxl.load_workbook(one).worksheets[0]
    assert sheet.title == text("status_sheet.sheet", lang)
    assert sheet["C5"].value.startswith("Quý I/2024")
    assert sheet["D5"].value is None
    # As wide as a page, each row on one line; long texts get the lines they need.
    widths = {c: sheet.column_dimensions[c].width for c in "ABC"}
    assert sum(widths.values()) == pytest.approx(85, abs=3)
    assert "\n" not in str(sheet["C6"].value)
    for row in sheet.iter_rows(min_row=1):
        for cell in row:
            if isinstance(cell.value, str):
                merged = next((m for m in sheet.merged_cells.ranges if cell.coordinate in m), None)
                columns = (
                    "ABC"[merged.min_col - 1 : merged.max_col] if merged else cell.column_letter
                )
                room = sum(widths[c] for c in columns) * 7 - 14
                needed = line_count(cell.value, room, 11)
                high = sheet.row_dimensions[cell.row].height or 15
                assert needed * 15 <= high + 1, cell.coordinate


def test_a_unit_that_owes_nothing_in_a_period_and_a_period_without_due_date(
    programme: Programme, tmp_path: Path
) -> None:
    first, second = quarters(programme)[:2]
    without = replace(first, units=first.units[1:])
    no_due = replace(second.period, due=None)
    second = replace(
        second, period=no_due, units=tuple(replace(u, period=no_due) for u in second.units)
    )
    empty = replace(second, units=())
    write_status(programme, [without, second, empty], tmp_path / "s.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "s.xlsx", data_only=True).worksheets[0]
    assert sheet["C6"].value == "Không phải gửi"
    assert sheet["D5"].value == "Quý II/2024\nKhông đặt hạn"
    assert sheet["E9"].value == 0
    assert sheet["E16"].value in (None, "")  # no rate over nothing
    assert [sheet.cell(6, column).value for column in (6, 7, 8)] == [1, 0, 0]


def test_a_target_that_cannot_be_written(programme: Programme, tmp_path: Path) -> None:
    (tmp_path / "status.xlsx").mkdir()
    with pytest.raises(ToolkitError) as refused:
        write_status(programme, quarters(programme), tmp_path / "status.xlsx")
    assert refused.value.key == "export.cannot_write"
    assert [p.name for p in tmp_path.iterdir()] == ["status.xlsx"]

"""When a task is due, from the words of real plans."""

from __future__ import annotations

from datetime import date

import pytest

from toolkit.programme.due import DueKind, Reported, due_of, reported_state


def days(*ends: str) -> list[date]:
    return [date(2024, *map(int, end.split("-"))) for end in ends]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Quý I", ["3-31"]),
        ("quí 2", ["6-30"]),
        ("Q.III", ["9-30"]),
        ("Q4", ["12-31"]),
        ("Quý I, III", ["3-31", "9-30"]),
        ("Quý I và Quý II", ["3-31", "6-30"]),
        ("Quý I - III", ["9-30"]),
        ("Từ quý I đến quý III", ["9-30"]),
        ("Quý II/2024", ["6-30"]),
        ("Quý II năm 2024", ["6-30"]),
        ("Tháng 6", ["6-30"]),
        ("Tháng 02/2024", ["2-29"]),
        ("tháng 6, 12", ["6-30", "12-31"]),
        ("Tháng 3 - tháng 5", ["5-31"]),
        ("10/2024", ["10-31"]),
        ("6 tháng đầu năm", ["6-30"]),
        ("6 tháng cuối năm", ["12-31"]),
        ("9 tháng", ["9-30"]),
        ("3, 6, 9, 12 tháng", ["3-31", "6-30", "9-30", "12-31"]),
        ("6 tháng, năm", ["6-30", "12-31"]),
        ("Năm 2024", ["12-31"]),
        ("Cả năm", ["12-31"]),
        ("Cuối năm", ["12-31"]),
        ("Trước ngày 15/12/2024", ["12-15"]),
        ("Trước 25/7", ["7-25"]),
        ("ngày 03 tháng 02 năm 2024", ["2-3"]),
        ("15/6/2024; Quý IV", ["6-15", "12-31"]),
        ("Thường xuyên, tổng kết trong Quý IV", ["12-31"]),
    ],
)
def test_deadlines(text: str, ends: list[str]) -> None:
    due = due_of(text, 2024)
    assert (due.kind, list(due.days)) == (DueKind.DATED, days(*ends))
    assert due.last == days(*ends)[-1]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", DueKind.NONE),
        ("  ", DueKind.NONE),
        ("Thường xuyên", DueKind.ONGOING),
        ("Hằng năm", DueKind.ONGOING),
        ("Hàng quý", DueKind.ONGOING),
        ("Khi có hướng dẫn", DueKind.UNCLEAR),
        ("31/02/2024", DueKind.UNCLEAR),
        ("Quý V", DueKind.UNCLEAR),
    ],
)
def test_no_deadline(text: str, kind: DueKind) -> None:
    assert due_of(text, 2024).kind is kind
    assert due_of(text, 2024).last is None


def test_a_year_that_is_named_counts() -> None:
    assert due_of("Quý IV/2023", 2024).last == date(2023, 12, 31)
    assert due_of("Quý IV/2023, Quý I/2024", 2024).days == (date(2023, 12, 31), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("Đã hoàn thành", Reported.DONE),
        ("đang  thực hiện", Reported.UNDER_WAY),
        ("Chưa triển khai", Reported.NOT_STARTED),
        ("Không thực hiện", Reported.NOT_STARTED),
        ("Chậm tiến độ", Reported.BEHIND),
        ("Quá hạn", Reported.OVERDUE),
        ("Tạm dừng", None),
    ],
)
def test_reported_states(words: str, meaning: Reported | None) -> None:
    assert reported_state(words) is meaning

"""Choices: matched by normalised text, never by likeness."""

from __future__ import annotations

import pytest
from value_cells import asked, codes, number, text, truth

from toolkit.intake.model import State
from toolkit.intake.values import read_cell
from toolkit.programme.model import FieldType

CHOICE = asked(FieldType.CHOICE)
STATUS = (
    "Chưa triển khai",
    "Đang thực hiện",
    "Đã hoàn thành",
    "Chậm tiến độ",
    "Quá hạn",
    "Không thực hiện",
)
FIELDS = ("Kinh tế", "Văn hóa - xã hội", "Quốc phòng - an ninh", "Xây dựng hệ thống chính trị")
YES_NO = ("Có", "Không")
BANDS = ("Tốt", "Tốt vượt mức", "1", "2")

MATCHED = [  # typed, choices, the choice; a note unless it stands there letter by letter
    ("Đang thực hiện", STATUS, "Đang thực hiện"),
    ("ĐANG  THỰC HIỆN", STATUS, "Đang thực hiện"),
    ("đang thực hiện.", STATUS, "Đang thực hiện"),
    ("đang", STATUS, "Đang thực hiện"),
    ("Chưa", STATUS, "Chưa triển khai"),
    ("quá", STATUS, "Quá hạn"),
    ("Da hoan thanh", STATUS, "Đã hoàn thành"),
    ("da hoan", STATUS, "Đã hoàn thành"),
    ("- Đã hoàn thành", STATUS, "Đã hoàn thành"),
    ("3. Đã hoàn thành", STATUS, "Đã hoàn thành"),
    ("Văn hoá - xã hội", FIELDS, "Văn hóa - xã hội"),
    ("§ang thùc hiÖn", STATUS, "Đang thực hiện"),
    ("Tốt", BANDS, "Tốt"),
    ("tốt", BANDS, "Tốt"),
    ("có", YES_NO, "Có"),
    ("x", YES_NO, "Có"),
    ("✓", YES_NO, "Có"),
    ("yes", YES_NO, "Có"),
    ("không", YES_NO, "Không"),
    ("Khong", YES_NO, "Không"),
    ("ko", YES_NO, "Không"),
    ("không có", YES_NO, "Không"),
    ("N", YES_NO, "Không"),
]


@pytest.mark.parametrize(("typed", "choices", "choice"), MATCHED)
def test_matched_by_normalised_text(typed, choices, choice):
    reading = read_cell(text(typed), CHOICE, choices)
    assert (reading.state, reading.value, reading.raw) == (State.VALUE, choice, typed)
    noted = [code for code in codes(reading) if code != "text.legacy"]
    exact = typed == choice or "text.legacy" in codes(reading)
    assert noted == ([] if exact else ["choice.matched"])


@pytest.mark.parametrize(
    ("cell", "choices", "choice"),
    [(number("1"), BANDS, "1"), (truth(True), YES_NO, "Có"), (truth(False), YES_NO, "Không")],
)
def test_cells_that_are_no_text(cell, choices, choice):
    assert read_cell(cell, CHOICE, choices).value == choice


NOT_MATCHED = [
    ("Đã hoàn thnàh", STATUS, "choice.unknown"),
    ("Đá hoàn thành", STATUS, "choice.unknown"),
    ("Hoàn thành", STATUS, "choice.unknown"),
    ("Đã hoàn thành một phần", STATUS, "choice.unknown"),
    ("Đ", STATUS, "choice.unknown"),
    ("Đan", STATUS, "choice.unknown"),  # a word cut in two is no beginning
    ("Có, đang làm", YES_NO, "choice.unknown"),
    ("Đã hoàn thành; Quá hạn", STATUS, "choice.several"),
    ("Kinh tế, Quốc phòng - an ninh", FIELDS, "choice.several"),
    ("Không", STATUS, "choice.ambiguous"),  # nil, or "Không thực hiện"?
    ("Ch", ("Ch 1", "Ch 2"), "choice.ambiguous"),
    ("tot", ("Tốt", "Tột"), "choice.ambiguous"),
]


@pytest.mark.parametrize(("typed", "choices", "code"), NOT_MATCHED)
def test_close_is_not_equal(typed, choices, code):
    reading = read_cell(text(typed), CHOICE, choices)
    assert (reading.state, reading.value, codes(reading)) == (State.UNREADABLE, None, [code])


def test_the_nearest_choice_is_suggested_first():
    finding = read_cell(text("Hoàn thành"), CHOICE, STATUS).findings[0]
    assert finding.params["options"].startswith("“Đã hoàn thành”; ")


@pytest.mark.parametrize(
    ("typed", "choices", "state"),
    [
        ("-", STATUS, State.NIL),
        ("không áp dụng", STATUS, State.NOT_APPLICABLE),
        ("x", STATUS, State.NOT_APPLICABLE),
        ("chưa có số liệu", STATUS, State.NOT_AVAILABLE),
        ("-", YES_NO, State.NIL),
        ("", STATUS, State.MISSING),
    ],
)
def test_words_for_nothing(typed, choices, state):
    reading = read_cell(text(typed), CHOICE, choices)
    assert (reading.state, reading.value) == (state, None)

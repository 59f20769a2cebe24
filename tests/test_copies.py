"""Copies of another unit's return, and honest returns that look alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from programmes import small_programme
from returned import CLEAN, clean_return, judged, opened, saved, sheet, template

from toolkit.findings import Severity
from toolkit.intake.copies import copied_from, copies_of, signs_of
from toolkit.intake.model import Answer, Judgement, State

NV, CT, MH, DT = "NV", "CT", "MH", "DT"
Table = dict[str, dict[str, object]]


@dataclass(frozen=True)
class OnRecord:
    unit: str
    period: str
    file: str


@dataclass(frozen=True)
class Kept:
    submission: OnRecord
    answers: tuple[Answer, ...]


def kept(judgement: Judgement, file: str = "truoc.xlsx") -> Kept:
    return Kept(OnRecord(judgement.unit, judgement.period, file), judgement.answers)


def sent(unit: str, table: Table, period: str = "2024-Q1") -> Judgement:
    """The template of ``unit`` with ``table`` typed in."""
    book = opened(template(unit, period))
    for form, cells in table.items():
        for cell, value in cells.items():
            sheet(book, form)[cell].value = value
    return judged(saved(book), f"{unit}.xlsx")


def changed(**cells: object) -> Table:
    table = {form: dict(held) for form, held in CLEAN.items()}
    for key, value in cells.items():
        form, cell = key.split("_")
        table[form][cell] = value
    return table


QUIET: Table = {
    NV: {"G10": "Đã hoàn thành", "H10": 1, "G11": "Đang thực hiện", "H11": 0.5,
         "G12": "Đang thực hiện", "H12": 0.5},
    CT: {"F9": 1, "G9": 1, "F10": 0, "G10": 0, "F11": 2, "G11": 2},
    MH: {"C10": "Không có"},
    DT: {"E8": 1, "E9": 3, "E10": 3, "E12": 5, "E14": "Không"},
}  # fmt: skip
NOTHING: Table = {
    NV: {f"{c}{r}": v for r in (10, 11, 12) for c, v in (("G", "Chưa triển khai"), ("H", 0))},
    CT: {f"{c}{r}": 0 for r in (9, 10, 11) for c in "FG"},
    DT: {"E8": 0, "E9": 0, "E10": 0, "E12": 0},
}
# What the head office assigned to Lê Chân, reported as reached to the last one.
AS_ASSIGNED: Table = {
    **QUIET,
    CT: {"F9": 15, "G9": 15, "F10": 10, "G10": 10, "F11": 80, "G11": 80},
}


@pytest.mark.parametrize(
    ("mine", "theirs", "copied"),
    [
        (CLEAN, CLEAN, True),
        (changed(CT_F9=4), CLEAN, True),  # a cell corrected afterwards
        (changed(DT_E14="Không có ý kiến gì thêm"), CLEAN, True),  # or a sentence
        (changed(MH_C10="ĐỀ ÁN KHÁC HẲN CỦA QUẬN", MH_C11="Một dòng họ khác hẳn"), CLEAN, False),
        (NOTHING, NOTHING, False),  # two offices that did nothing
        (QUIET, QUIET, False),  # two that did little
        (AS_ASSIGNED, AS_ASSIGNED, False),  # two that did what they were told
    ],
)
def test_a_copy_and_what_only_looks_like_one(mine: Table, theirs: Table, copied: bool) -> None:
    found = copied_from(small_programme(), sent("303", mine), [kept(sent("305", theirs))])
    assert (found is not None) is copied


def test_what_is_said_of_a_copy() -> None:
    found = copied_from(small_programme(), sent("303", CLEAN), [kept(judged(clean_return()))])
    assert found is not None
    assert (found.code, found.severity) == ("cross.same_as_unit", Severity.ERROR)
    assert (found.address.file, found.address.cell) == ("303.xlsx", "")
    assert found.params["unit"] == "Quận Lê Chân"
    assert found.params["file"] == "truoc.xlsx"


def test_ones_own_earlier_return_is_no_copy() -> None:
    mine = sent("305", CLEAN)
    assert copied_from(small_programme(), mine, [kept(judged(clean_return()))]) is None


def test_another_period_is_not_compared() -> None:
    other = kept(judged(clean_return()))
    other = replace(other, submission=replace(other.submission, period="2024-Q2"))
    assert copied_from(small_programme(), sent("303", CLEAN), [other]) is None


def test_of_several_the_likest_is_named_whatever_their_order() -> None:
    others = [kept(sent("305", CLEAN), "a.xlsx"), kept(sent("311", changed(CT_F9=4)), "b.xlsx")]
    for given in (others, others[::-1]):
        found = copied_from(small_programme(), sent("303", CLEAN), given)
        assert found is not None
        assert found.params["file"] == "a.xlsx"


def test_nobody_else_on_record() -> None:
    assert copied_from(small_programme(), sent("303", CLEAN), []) is None


def answer(row: str, field: str, value: Decimal | date | str) -> Answer:
    return Answer(CT, row, field, State.VALUE, value, "", judged(clean_return()).answers[0].address)


@pytest.mark.parametrize(
    ("answers", "weight"),
    [
        ([answer("CT1", "trong_ky", Decimal(1))], 1),
        ([answer("CT1", "trong_ky", Decimal(120))], 4),  # 12
        ([answer("CT1", "trong_ky", Decimal(1234567))], 21),
        ([answer("CT1", "trong_ky", Decimal(7)), answer("CT1", "luy_ke", Decimal(7))], 3),
        ([answer("CT1", "luy_ke", Decimal(7)), answer("CT2", "luy_ke", Decimal(7))], 3),
        ([answer("CT1", "luy_ke", Decimal(7)), answer("CT2", "trong_ky", Decimal(7))], 6),
        ([answer("CT1", "tong_so", Decimal(7)), answer("CT1", "luy_ke", Decimal(7))], 0),
        ([answer("CT1", "ty_le", Decimal("0.123"))], 0),  # computed
    ],
)
def test_what_a_sign_weighs(answers: list[Answer], weight: int) -> None:
    assert signs_of(small_programme(), "305", "2024-Q1", "x", answers).weight == weight


def test_signs_can_be_kept_and_compared_without_the_answers() -> None:
    programme = small_programme()
    kept_signs = [
        signs_of(programme, unit, "2024-Q1", unit, sent(unit, CLEAN).answers)
        for unit in ("305", "311")
    ]
    mine = signs_of(programme, "303", "2024-Q1", "303", sent("303", CLEAN).answers)
    assert [s.unit for s in copies_of(mine, kept_signs)] == ["305", "311"]


def test_days_count() -> None:
    days = {"E10": datetime(2024, 1, 17), "E11": datetime(2024, 2, 3)}
    one = signs_of(
        small_programme(),
        "303",
        "2024-Q1",
        "x",
        sent(
            "303", {MH: {"C10": "Một", "D10": "Kinh tế", "C11": "Hai", "D11": "Kinh tế", **days}}
        ).answers,
    )
    assert one.weight == 10  # fmt: skip

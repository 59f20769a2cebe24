"""Copies of another unit's return, and honest returns that look alike."""

from __future__ import annotations

import random
import time
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programmes import small_programme
from returned import CLEAN, clean_return, judged, opened, saved, sheet, template

from toolkit.findings import Severity
from toolkit.intake.copies import Sign, Signs, say_copied, signs_of, sources, telling
from toolkit.intake.model import Answer, Judgement, Outcome, State
from toolkit.workflow.told import told

NV, CT, MH, DT = "NV", "CT", "MH", "DT"
Table = dict[str, dict[str, object]]


def signs(judgement: Judgement, file: str = "truoc.xlsx", period: str = "") -> Signs:
    return signs_of(
        small_programme(), judgement.unit, period or judgement.period, file, judgement.answers
    )


def source(mine: Judgement, *others: Signs) -> Signs | None:
    """What ``mine`` is a copy of, after ``others`` came in that order."""
    return list(sources([*others, signs(mine, mine.file)]))[-1]


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
    assert (source(sent("303", mine), signs(sent("305", theirs))) is not None) is copied


def test_what_is_said_of_a_copy() -> None:
    theirs, mine = signs(judged(clean_return())), signs(sent("303", CLEAN), "303.xlsx")
    found = say_copied(small_programme(), mine, theirs)
    assert (found.code, found.severity) == ("cross.same_as_unit", Severity.ERROR)
    assert (found.address.file, found.address.cell) == ("303.xlsx", "")
    assert found.params == {"unit": "Quận Lê Chân", "file": "truoc.xlsx", "count": "20"}


def test_ones_own_earlier_return_is_no_copy() -> None:
    mine = sent("305", CLEAN)
    first = signs(judged(clean_return()))
    assert source(mine, first) is None
    assert source(mine, first, signs(sent("303", CLEAN), "303.xlsx")) is not None


def test_another_period_is_not_compared() -> None:
    assert source(sent("303", CLEAN), signs(judged(clean_return()), period="2024-Q2")) is None


def test_of_several_the_likest_is_named_then_the_oldest() -> None:
    like, likest = signs(sent("311", changed(CT_F9=4)), "b.xlsx"), signs(sent("305", CLEAN))
    also = signs(sent("311", CLEAN), "c.xlsx")
    cases = [([like, likest], likest), ([likest, like], likest), ([likest, also], likest)]
    for others, named in [*cases, ([also, likest], also)]:
        assert source(sent("303", CLEAN), *others) == named


def test_nobody_else_on_record() -> None:
    assert source(sent("303", CLEAN)) is None


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


def made_up(unit: int, figures: list[int]) -> Signs:
    bits = {("CT", f"CT{n}", "luy_ke", str(f)): f.bit_length() for n, f in enumerate(figures)}
    return Signs(str(unit), "2024-Q1", f"{unit}.xlsx", bits, sum(bits.values()))


@pytest.mark.parametrize("equal", [True, False])
def test_thousands_of_units_take_no_longer_each(equal: bool) -> None:
    """All alike, or none: the pairs of four thousand returns would take minutes."""
    figures = random.Random(3)
    same = [figures.randrange(100, 999) for _ in range(20)]
    returns = [
        made_up(unit, same if equal else [figures.randrange(100, 999) for _ in range(20)])
        for unit in range(4000)
    ]
    start = time.process_time()
    found = list(sources(returns))
    assert time.process_time() - start < 4
    assert [s.unit if s else "" for s in found] == ["", *["0" if equal else ""] * 3999]


@given(st.lists(st.lists(st.integers(1000, 1003), min_size=4, max_size=4), max_size=12))
def test_the_index_finds_what_comparing_every_pair_finds(tables: list[list[int]]) -> None:
    returns = [made_up(unit, table) for unit, table in enumerate(tables)]
    for place, (mine, found) in enumerate(zip(returns, sources(returns), strict=True)):

        def common(other: Signs, mine: Signs = mine) -> int:
            return len(mine.bits.keys() & other.bits.keys())

        alike = [o for o in returns[:place] if common(o) == 4]  # 30 of 40 bits are too few
        assert found == (alike[0] if alike else None)


@given(
    st.lists(st.integers(90, 3000), min_size=1, max_size=9),
    st.lists(st.tuples(st.integers(0, 8), st.integers(90, 3000)), max_size=3),
)
def test_each_copy_has_a_sign_of_every_telling_group(
    figures: list[int], edits: list[tuple[int, int]]
) -> None:
    other = list(figures)
    for place, figure in edits:
        other[place % len(other)] = figure
    mine, theirs = made_up(1, figures), made_up(2, other)
    groups = telling(mine)
    assert len({sign for group in groups for sign in group}) == sum(map(len, groups))
    if list(sources([theirs, mine]))[1] is not None:
        assert groups
        for group in groups:
            assert set(group) & theirs.bits.keys()


def test_what_is_kept_of_a_judgement() -> None:
    """What may go back to its unit stays whole; of the rest what tells copies, once for all."""
    clean = judged(clean_return(), "a.xlsx")
    known: dict[Sign, Sign] = {}
    kept = told(small_programme(), clean, known)
    assert (kept.judgement.answers, kept.judgement.findings) == ((), clean.findings)
    assert kept.signs == signs(clean, "a.xlsx")
    again = told(small_programme(), clean, known)
    assert again.signs is not None
    assert all(any(sign is one for one in known) for sign in again.signs.bits)
    faulty = sent("305", changed(CT_G9="nhiều"))
    assert faulty.outcome is Outcome.FINDINGS
    assert told(small_programme(), faulty, known).judgement is faulty
    nobody = judged(b"", "c.xlsx")
    assert told(small_programme(), nobody, known).signs is None


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

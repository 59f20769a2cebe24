"""The answers of a return: one for each slot, with value, state and address; the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO

import openpyxl
import pytest
from effort import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from programmes import small_programme
from returned import NAME, clean_return, flat, judged, layout_of, opened, saved, sheet, template

from toolkit.errors import ToolkitError
from toolkit.findings import Address
from toolkit.intake.cells import a1
from toolkit.intake.extract import extract
from toolkit.intake.judge import judge_workbook
from toolkit.intake.ledger import Fates
from toolkit.intake.model import (
    Answer,
    CellKind,
    Fate,
    Judgement,
    Ledger,
    RawCell,
    RawSheet,
    RawWorkbook,
    State,
)
from toolkit.intake.reader import read_bytes
from toolkit.programme.model import Field, FieldType, FormKind
from toolkit.template.layout import SlotKind

V, Z, M = State.VALUE, State.ZERO, State.MISSING


def answers(judgement: Judgement, form: str) -> dict[tuple[str, str], Answer]:
    return {(a.row, a.field): a for a in judgement.answers if a.form == form}


# --- a clean return -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "row", "field", "state", "value", "cell"),
    [
        ("NV", "NV1", "trang_thai", V, "Đã hoàn thành", "G10"),
        ("NV", "NV2", "tien_do", V, Decimal("0.5"), "H11"),
        ("NV", "NV3", "tien_do", Z, Decimal(0), "H12"),
        ("CT", "CT2", "chi_tieu", V, Decimal("0.4"), "D10"),  # the head office's
        ("CT", "CT2", "tong_so", V, Decimal(10), "E10"),
        ("CT", "CT2", "luy_ke", V, Decimal(2), "G10"),
        ("CT", "CT2", "ty_le", V, Decimal("0.2"), "H10"),  # computed again
        ("MH", "1", "bat_dau", V, date(2024, 1, 15), "E10"),
        ("MH", "3", "ket_thuc", M, None, "F12"),
        ("DT", "ty_le", "ty_le", V, Decimal("0.9"), "E11"),
        ("DT", "kinh_phi", "kinh_phi", V, Decimal("12.5"), "E12"),
        ("DT", "kien_nghi", "kien_nghi", V, "Đề nghị tập huấn thêm", "E14"),
    ],
)
def test_each_answer_has_its_value_and_address(
    form: str, row: str, field: str, state: State, value: object, cell: str
) -> None:
    answer = answers(judged(clean_return()), form)[row, field]
    assert (answer.state, answer.value) == (state, value)
    assert answer.address.cell == cell
    assert answer.address.sheet == layout_of().sheet_for(form).sheet
    assert answer.address.file == NAME


def test_every_slot_has_exactly_one_answer() -> None:
    judgement = judged(clean_return())
    expected = [
        (sheet.form.code, slot.row_key, slot.field.code)
        for sheet in layout_of().sheets
        for slot in sheet.slots()
        if not (slot.field.prefill and not slot.field.is_numeric)
        and not (sheet.form.kind is FormKind.OPEN and int(slot.row_key) > 3)
    ]
    assert [(a.form, a.row, a.field) for a in judgement.answers] == expected


def test_the_ledger_of_a_clean_return() -> None:
    judgement = judged(clean_return())
    names = {s.form.code: s.sheet for s in layout_of().sheets}
    assert judgement.ledgers == {
        names["NV"]: Ledger(6, 6),
        names["CT"]: Ledger(6, 6),
        names["MH"]: Ledger(12, 12),
        names["DT"]: Ledger(6, 6),
    }
    assert judgement.ledger == Ledger(30, 30)


def test_an_untouched_template_holds_nothing() -> None:
    judgement = judged(template())
    assert judgement.ledger == Ledger()
    assert flat(judgement) == [
        ("form.empty", "NV", ""),
        ("form.empty", "CT", ""),
        ("form.blank", "MH", ""),
        ("form.empty", "DT", ""),
    ]
    own = {a.state for a in judgement.answers if a.field not in ("chi_tieu", "tong_so")}
    assert own == {State.MISSING}


# --- kinds of nothing and what is computed from them ---------------------------------------


def with_cells(form: str, **cells: object) -> Judgement:
    book = opened(clean_return())
    for cell, value in cells.items():
        sheet(book, form)[cell].value = value
    return judged(saved(book))


@pytest.mark.parametrize(
    ("written", "state", "value", "rate_state", "rate"),
    [
        (0, State.ZERO, Decimal(0), State.ZERO, Decimal(0)),
        ("không", State.NIL, Decimal(0), State.ZERO, Decimal(0)),
        ("-", State.NIL, Decimal(0), State.ZERO, Decimal(0)),
        ("không áp dụng", State.NOT_APPLICABLE, None, State.NOT_APPLICABLE, None),
        ("chưa có số liệu", State.NOT_AVAILABLE, None, State.NOT_AVAILABLE, None),
        (None, State.MISSING, None, State.MISSING, None),
        ("nhiều lắm", State.UNREADABLE, None, State.UNREADABLE, None),
    ],
)
def test_kinds_of_nothing_stay_apart(
    written: object, state: State, value: object, rate_state: State, rate: object
) -> None:
    told = answers(with_cells("CT", F10=0, G10=written), "CT")
    assert (told["CT2", "luy_ke"].state, told["CT2", "luy_ke"].value) == (state, value)
    assert (told["CT2", "ty_le"].state, told["CT2", "ty_le"].value) == (rate_state, rate)


def test_a_division_by_zero_has_no_value() -> None:
    told = answers(with_cells("DT", E9=0, E10=0), "DT")
    assert told["ty_le", "ty_le"].state is State.MISSING


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Không có", "form.said_nothing"),
        ("không áp dụng", "form.said_nothing"),
        ("chưa có số liệu", "form.said_not_available"),
        ("Đang tổng hợp", "form.said_not_available"),
    ],
)
def test_a_list_that_says_why_it_lists_nothing(written: str, code: str) -> None:
    book = opened(clean_return())
    for row in range(10, 13):
        for column in range(3, 8):
            sheet(book, "MH").cell(row, column).value = None
    sheet(book, "MH")["C10"].value = written
    judgement = judged(saved(book))
    assert answers(judgement, "MH") == {}
    assert flat(judgement) == [(code, "MH", "C10")]
    assert judgement.ledgers[layout_of().sheet_for("MH").sheet] == Ledger(1, 1)


def test_the_head_offices_figure_counts_whatever_the_file_says() -> None:
    told = answers(with_cells("CT", E9=5), "CT")
    assert told["CT1", "tong_so"].value == 15
    assert told["CT1", "tong_so"].raw == "5"
    assert told["CT1", "ty_le"].value == Decimal("0.2")


# --- what is not there, what is not asked ---------------------------------------------------


def test_answers_of_a_missing_sheet_are_missing() -> None:
    book = opened(clean_return())
    book.remove(sheet(book, "DT"))
    told = answers(judged(saved(book)), "DT")
    assert {a.state for a in told.values()} == {State.MISSING}
    assert {a.address.cell for a in told.values()} == {""}
    assert len(told) == 7


def test_answers_of_a_missing_row_are_missing_without_a_cell() -> None:
    book = opened(clean_return())
    for column in range(1, 9):
        sheet(book, "CT").cell(11, column).value = None
    told = answers(judged(saved(book)), "CT")
    assert told["CT3", "luy_ke"].state is State.MISSING
    assert told["CT3", "luy_ke"].address.cell == ""
    assert told["CT3", "tong_so"].value == 80  # the head office's own


@pytest.mark.parametrize(
    ("form", "cells", "expected"),
    [
        ("CT", {"F10": "nhiều"}, Ledger(6, 5, 0, 1)),
        ("CT", {"F10": None}, Ledger(5, 5)),
        ("CT", {"C13": "Chỉ tiêu riêng", "F13": 4}, Ledger(8, 6, 2)),
        ("CT", {"I9": 4, "I10": 5}, Ledger(8, 6, 2)),
        ("CT", {"E9": 5}, Ledger(7, 6, 1)),
        ("CT", {"H9": 0.99}, Ledger(7, 6, 1)),
        ("CT", {"F12": 100}, Ledger(7, 6, 1)),
        ("CT", {"C11": "Cơ sở được lập hồ sơ đăng ký"}, Ledger(6, 4, 0, 2)),
        ("CT", {"F7": "Lũy kế từ đầu năm"}, Ledger(6, 3, 0, 3)),
        ("MH", {"B13": "Cộng", "G13": 165}, Ledger(14, 12, 2)),
        ("DT", {"E10": "  "}, Ledger(5, 5)),
        ("DT", {"E14": "<p></p>"}, Ledger(6, 5, 1)),
    ],
)
def test_every_cell_ends_used_ignored_or_rejected(
    form: str, cells: Mapping[str, object], expected: Ledger
) -> None:
    judgement = with_cells(form, **cells)
    assert judgement.ledgers[layout_of().sheet_for(form).sheet] == expected


def test_sheets_nobody_asked_for_are_in_the_balance() -> None:
    book = opened(clean_return())
    book.create_sheet("Khác")["B2"].value = 5
    assert judged(saved(book)).ledgers["Khác"] == Ledger(1, 0, 1)


def test_a_lost_cell_is_a_failure_of_the_programme() -> None:
    cells = {(1, 1): RawCell(CellKind.TEXT, "a"), (1, 2): RawCell(CellKind.TEXT, "b")}
    fates = Fates("x.xlsx", RawSheet("S", cells))
    fates.use((1, 1))
    with pytest.raises(ToolkitError, match="imbalance"):
        fates.ledger()
    with pytest.raises(ToolkitError, match="imbalance"):
        fates.use((1, 1))
    fates.keep((1, 2))
    assert fates.ledger() == Ledger(1, 1)


def test_previous_answers_are_only_asked_for_by_key() -> None:
    raw = read_bytes(clean_return(), NAME)
    assert extract(raw, layout_of()).answers == extract(raw, layout_of(), {}).answers


# --- any table of answers reads back equal ---------------------------------------------------

WORDS = st.sampled_from(("Đẩy", "mạnh", "vận", "động", "hiến", "hoà", "thủy", "05", "xã,", "<50"))
TEXTS = st.lists(WORDS, min_size=2, max_size=6).map(" ".join)
DAYS = st.integers(0, 365).map(lambda n: date(2024, 1, 1) + timedelta(days=n))


def _limit(value: object, otherwise: Decimal) -> Decimal:
    return value if isinstance(value, Decimal) else otherwise


def values_of(field: Field) -> st.SearchStrategy[object]:
    """Everything an office may rightly type into a field, and the blank."""
    low = _limit(field.minimum, Decimal(-(10**6)))
    if field.type is FieldType.CHOICE:
        some: st.SearchStrategy[object] = st.sampled_from(
            small_programme().choice_list(field.choices).values
        )
    elif field.type is FieldType.DATE:
        some = DAYS
    elif field.type is FieldType.INTEGER:
        high = _limit(field.maximum, Decimal(10**9))
        some = st.integers(int(low), int(high)).map(Decimal)
    elif field.type in (FieldType.DECIMAL, FieldType.RATE):
        high = _limit(field.maximum, Decimal(10**6))
        some = st.decimals(low, high, places=4, allow_nan=False, allow_infinity=False)
    else:
        some = TEXTS
    return st.none() | some


@st.composite
def tables(draw: st.DrawFn) -> dict[tuple[str, str, str], object]:
    """Answers for any of the input slots."""
    return {
        (sheet.form.code, slot.row_key, slot.field.code): value
        for sheet in layout_of().sheets
        for slot in sheet.slots()
        if slot.kind is SlotKind.INPUT
        and not (sheet.form.kind is FormKind.OPEN and int(slot.row_key) > 4)
        and (value := draw(values_of(slot.field))) is not None
    }


def raw_cell(value: object) -> RawCell:
    if isinstance(value, Decimal):
        return RawCell(CellKind.NUMBER, value, percent=True)
    if isinstance(value, date):
        return RawCell(CellKind.DATE, datetime(value.year, value.month, value.day))
    return RawCell(CellKind.TEXT, str(value))


@cache
def raw_template() -> RawWorkbook:
    return read_bytes(template(), NAME)


def filled(table: Mapping[tuple[str, str, str], object]) -> RawWorkbook:
    """The template as the reader gives it, with the table typed in."""
    raw = raw_template()
    sheets = {s.name: dict(s.cells) for s in raw.sheets}
    for form in layout_of().sheets:
        for slot in form.slots():
            value = table.get((form.form.code, slot.row_key, slot.field.code))
            if value is not None:
                percent = slot.field.shows_percent
                cell = raw_cell(value)
                sheets[form.sheet][slot.row, slot.column] = RawCell(
                    cell.kind, cell.value, percent=percent
                )
    done = tuple(
        RawSheet(s.name, sheets[s.name], s.visible, s.merged, s.hidden_rows, s.hidden_columns)
        for s in raw.sheets
    )
    return RawWorkbook(raw.file, raw.sha256, raw.format, done, raw.modified, raw.notes)


def read_back(judgement: Judgement) -> dict[tuple[str, str, str], object]:
    inputs = {
        (form.code, field.code)
        for form in small_programme().forms
        for field in form.fields
        if field.is_input
    }
    return {
        (a.form, a.row, a.field): a.value
        for a in judgement.answers
        if (a.form, a.field) in inputs and a.value is not None
    }


@settings(max_examples=examples(40, 300), deadline=None)
@given(tables())
def test_any_table_reads_back_equal(table: dict[tuple[str, str, str], object]) -> None:
    judgement = judge_workbook(filled(table), 1, small_programme())
    assert read_back(judgement) == table
    assert judgement.ledger == Ledger(len(table), len(table))


@settings(max_examples=8, deadline=None)
@given(tables())
def test_any_table_typed_into_the_file_reads_back_equal(
    table: dict[tuple[str, str, str], object],
) -> None:
    book: Workbook = openpyxl.load_workbook(BytesIO(template()))
    for form in layout_of().sheets:
        for slot in form.slots():
            value = table.get((form.form.code, slot.row_key, slot.field.code))
            typed = float(value) if isinstance(value, Decimal) else value
            if typed is not None:
                book[form.sheet].cell(slot.row, slot.column).value = typed
    assert read_back(judged(saved(book))) == table


# --- whatever is done to a file ---------------------------------------------------------------

ANYTHING = st.one_of(
    st.sampled_from(
        (
            "Tổng cộng",
            "@total",
            "1",
            "²",
            "13",
            "CT1",
            "baocao:CT",
            "so_ho",
            "Chỉ tiêu",
            "TT",
            "-",
            "x",
        )
    ).map(lambda text: RawCell(CellKind.TEXT, text)),
    st.integers(-5, 10**6).map(lambda n: RawCell(CellKind.NUMBER, Decimal(n))),
    st.just(RawCell(CellKind.ERROR, "#REF!", formula=True)),
    st.just(RawCell(CellKind.UNCACHED, "=A1", formula=True)),
    st.just(RawCell(CellKind.BOOLEAN, True)),
    st.just(RawCell(CellKind.DATE, datetime(2024, 3, 1))),
)
LINES = st.integers(1, 26)
DAMAGE = st.one_of(
    st.tuples(st.just("write"), LINES, st.integers(1, 10), ANYTHING),
    st.tuples(st.just("delete row"), LINES),
    st.tuples(st.just("insert row"), LINES),
    st.tuples(st.just("delete column"), st.integers(1, 10)),
    st.tuples(st.just("insert column"), st.integers(1, 10)),
    st.tuples(st.just("swap rows"), LINES, LINES, st.integers(1, 3)),
    st.tuples(st.just("merge"), LINES, st.integers(1, 8), st.integers(0, 2), st.integers(0, 2)),
)


def damaged(raw: RawSheet, kind: str, *where: object) -> RawSheet:
    """The sheet after one thing a sender can do to it."""
    cells, merged = dict(raw.cells), raw.merged
    n = where[0] if isinstance(where[0], int) else 0
    if kind == "write":
        cells[n, where[1]] = where[2]  # type: ignore[index, assignment]
    elif kind == "delete row":
        cells = {(r - (r > n), c): v for (r, c), v in cells.items() if r != n}
    elif kind == "insert row":
        cells = {(r + (r >= n), c): v for (r, c), v in cells.items()}
    elif kind == "delete column":
        cells = {(r, c - (c > n)): v for (r, c), v in cells.items() if c != n}
    elif kind == "insert column":
        cells = {(r, c + (c >= n)): v for (r, c), v in cells.items()}
    elif kind == "swap rows":
        to = {n: where[1], where[1]: n}
        first = where[2]
        cells = {
            (to.get(r, r) if c >= first else r, c): v  # type: ignore[operator, misc]
            for (r, c), v in cells.items()
        }
    else:
        column, high, wide = where[1:]
        merged = (*merged, (n, column, n + high, column + wide))  # type: ignore[operator, assignment]
    return RawSheet(raw.name, cells, raw.visible, merged, raw.hidden_rows, raw.hidden_columns)


@cache
def raw_clean() -> RawWorkbook:
    return read_bytes(clean_return(), NAME)


@pytest.mark.parametrize("row", [9, 10])
def test_a_row_of_answers_is_no_row_of_sums(row: int) -> None:
    """Whatever was written over its hidden key: its figures are answers, each told once."""
    raw, sheets = raw_clean(), list(raw_clean().sheets)
    sheets[2] = damaged(sheets[2], "write", row, 1, RawCell(CellKind.TEXT, "@total"))
    workbook = RawWorkbook(raw.file, raw.sha256, raw.format, tuple(sheets))
    judgement = judge_workbook(workbook, 1, small_programme())
    whole = judge_workbook(raw, 1, small_programme())
    assert [(a.row, a.field, a.value) for a in judgement.answers] == [
        (a.row, a.field, a.value) for a in whole.answers
    ]
    assert judgement.ledger == whole.ledger


@settings(max_examples=examples(100, 1000), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), DAMAGE), min_size=1, max_size=6))
def test_nothing_done_to_a_file_loses_a_cell(damages: list[tuple[int, tuple[str, object]]]) -> None:
    sheets = list(raw_clean().sheets)
    for place, damage in damages:
        sheets[place] = damaged(sheets[place], *damage)
    raw = raw_clean()
    workbook = RawWorkbook(raw.file, raw.sha256, raw.format, tuple(sheets))
    judgement = judge_workbook(workbook, 1, small_programme())
    assert all(ledger.balanced for ledger in judgement.ledgers.values())
    assert sum(judgement.ledgers.values(), Ledger()) == judgement.ledger
    left_out = Counter((c.address.sheet, c.fate) for c in judgement.left_out)
    for name, ledger in judgement.ledgers.items():
        assert left_out[name, Fate.IGNORED] == ledger.ignored
        assert left_out[name, Fate.REJECTED] == ledger.rejected
        assert ledger.used == ledger.nonempty - ledger.ignored - ledger.rejected
    assert {c.address.sheet for c in judgement.left_out} <= judgement.ledgers.keys()
    told = {(f.code, f.address) for f in judgement.findings}
    assert {(c.code, c.said_at) for c in judgement.left_out} <= told
    assert len({c.address for c in judgement.left_out}) == len(judgement.left_out)
    keys = [(a.form, a.row, a.field) for a in judgement.answers]
    assert len(keys) == len(set(keys))
    places = [a.address for a in judgement.answers if a.address.cell]
    assert len(places) == len(set(places))
    assert judgement == judge_workbook(workbook, 1, small_programme())


STRANGE = st.sampled_from(
    (
        RawCell(CellKind.NUMBER, Decimal(987654)),
        RawCell(CellKind.TEXT, "số liệu lạ 7"),
        RawCell(CellKind.DATE, datetime(2024, 3, 3)),
        RawCell(CellKind.ERROR, "#REF!"),
        RawCell(CellKind.BOOLEAN, True),
    )
)


def is_free(raw: RawSheet, place: tuple[int, int]) -> bool:
    """Whether the clean return has nothing there, and no merge covers it."""
    row, column = place
    return place not in raw.cells and not any(
        top <= row <= bottom and left <= column <= right for top, left, bottom, right in raw.merged
    )


@settings(max_examples=examples(100, 1000), deadline=None)
@given(st.integers(0, 4), st.tuples(st.integers(1, 32), st.integers(1, 12)), STRANGE)
def test_what_is_typed_anywhere_is_taken_or_told_of(
    sheet_place: int, place: tuple[int, int], cell: RawCell
) -> None:
    sheets = list(raw_clean().sheets)
    own = sheets[sheet_place]
    assume(is_free(own, place))
    sheets[sheet_place] = replace(own, cells={**own.cells, place: cell})
    judgement = judge_workbook(replace(raw_clean(), sheets=tuple(sheets)), 1, small_programme())
    where = Address(NAME, own.name, a1(*place))
    answered = {answer.address for answer in judgement.answers}
    assert where in answered | {left.address for left in judgement.left_out}

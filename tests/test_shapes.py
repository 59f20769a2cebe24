"""A sheet of known shape is judged as one that is looked at cell by cell."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from unittest.mock import patch

import pytest
from programmes import small_programme
from returned import clean_return, flat, judged, layout_of, opened, saved, sheet, template

from toolkit.errors import ToolkitError
from toolkit.intake import extract as extract_module
from toolkit.intake.judge import judge_workbook
from toolkit.intake.model import CellKind, Judgement, RawCell, RawSheet, RawWorkbook
from toolkit.intake.own_checks import without_checks
from toolkit.intake.reader import read_bytes
from toolkit.intake.shapes import around, find
from toolkit.intake.wording import own_words
from toolkit.template.layout import COVER_SHEET, META_SHEET

ROUNDS = int(os.environ.get("BAOCAO_SHAPE_ROUNDS", "80"))

# What a sender's hand puts into cells: figures, words, and what reads like a part of a table.
_TYPED = (
    *(RawCell(CellKind.NUMBER, Decimal(n)) for n in ("0", "1", "2", "7", "0.5", "1250")),
    *(
        RawCell(CellKind.TEXT, text)
        for text in (
            *("Tổng cộng", "Cộng", "TT", "Ghi chú", "(1)", "(2)", "1", "3", "baocao:CT", "@total"),
            *("NV1", "Người lập", "Hải Phòng, ngày 5 tháng 4 năm 2024", "Quận Lê Chân", "Quý I"),
            *("Đơn vị báo cáo: Quận Ngô Quyền", "không", "x", " ", "kết quả"),
        )
    ),
    RawCell(CellKind.DATE, datetime(2024, 3, 5)),
    RawCell(CellKind.ERROR, "#REF!"),
    RawCell(CellKind.BOOLEAN, True),
    RawCell(CellKind.UNCACHED, "=A1", formula=True),
    RawCell(CellKind.NUMBER, Decimal(9), formula=True),
)


@cache
def clean() -> RawWorkbook:
    return read_bytes(clean_return(), "bao-cao.xlsx")


@contextmanager
def unknown() -> Iterator[None]:
    """No sheet is of a known shape."""
    with patch.object(extract_module, "find", lambda *_: None):
        yield


def judgement(raw: RawWorkbook) -> Judgement | str:
    try:
        return judge_workbook(raw, 1, small_programme())
    except ToolkitError as error:
        return error.key


def changed(raw: RawWorkbook, draw: random.Random) -> RawWorkbook:
    """The workbook after a few changes by a careless or a malicious hand."""
    places = [n for n, s in enumerate(raw.sheets) if s.name not in (COVER_SHEET, META_SHEET)]
    at = draw.choice(places)
    cells = dict(raw.sheets[at].cells)
    for _ in range(draw.choice((1, 1, 2, 4))):
        _change(cells, raw.sheets[at], draw)
    made = replace(raw.sheets[at], cells=cells)
    return replace(raw, sheets=(*raw.sheets[:at], made, *raw.sheets[at + 1 :]))


def answered(raw: RawWorkbook, draw: random.Random) -> RawWorkbook:
    """The same workbook with other answers: where a sheet was learned, its shape is known."""
    sheets = []
    slots = {s.sheet: [(x.row, x.column) for x in s.slots()] for s in layout_of().sheets}
    for one in raw.sheets:
        cells = dict(one.cells)
        for place in draw.sample(slots.get(one.name, []), 3 if one.name in slots else 0):
            if draw.random() < 0.3:
                cells.pop(place, None)
            else:
                cells[place] = draw.choice((*_TYPED, *one.cells.values()))
        sheets.append(replace(one, cells=cells))
    return replace(raw, sheets=tuple(sheets))


def _change(cells: dict[tuple[int, int], RawCell], whole: RawSheet, draw: random.Random) -> None:
    known = sorted(whole.cells)
    place = draw.choice(known)
    if draw.random() < 0.4:
        bottom, right = max(r for r, _ in known) + 2, max(c for _, c in known) + 1
        place = draw.randint(1, bottom), draw.randint(1, right)
    kind = draw.random()
    if kind < 0.15:
        cells.pop(place, None)
    elif kind < 0.35:
        cells[place] = whole.cells[draw.choice(known)]  # the text of another cell
    elif kind < 0.5:
        other = draw.choice(known)
        cells[place], cells[other] = whole.cells[other], cells.get(place, whole.cells[other])
    elif kind < 0.6:
        row, by = place[0], draw.choice((1, 1, 2))
        moved = {(r + by if r >= row else r, c): cell for (r, c), cell in cells.items()}
        cells.clear()
        cells.update(moved)
    else:
        cells[place] = draw.choice(_TYPED)


@pytest.mark.parametrize("seed", range(4))
def test_the_same_is_said_with_and_without_knowing_the_shape(seed: int) -> None:
    draw = random.Random(seed)
    judgement(clean())  # now its shapes are known
    for number in range(ROUNDS):
        raw = changed(clean(), draw)
        for one in (raw, answered(raw, draw)):
            known = judgement(one)
            with unknown():
                looked_at = judgement(one)
            assert known == looked_at, (seed, number)


def shapes_of(raw: RawWorkbook) -> list[bool]:
    layout = layout_of()
    by_name = {s.name: s for s in without_checks(raw).sheets}
    words = own_words(layout)
    return [find(around(by_name[s.sheet], s), words) is not None for s in layout.sheets]


def test_a_clean_return_makes_its_shapes_known() -> None:
    judgement(clean())
    assert shapes_of(clean()) == [True] * len(layout_of().sheets)


def test_other_answers_have_the_same_shape_and_an_added_column_has_not() -> None:
    judgement(clean())
    book = opened(clean_return())
    sheet(book, "CT")["F9"].value = 2
    assert all(shapes_of(read_bytes(saved(book), "bao-cao.xlsx")))
    sheet(book, "CT").cell(9, 30).value = "xem thêm"
    assert shapes_of(read_bytes(saved(book), "bao-cao.xlsx")).count(False) == 1


@pytest.mark.parametrize("words", ["Tổng cộng", "TT"])
def test_an_answer_that_reads_like_a_part_of_the_table_is_looked_at(words: str) -> None:
    judgement(clean())
    book = opened(clean_return())
    sheet(book, "MH")["C11"].value = words
    assert shapes_of(read_bytes(saved(book), "bao-cao.xlsx")).count(False) == 1


def test_what_is_amiss_is_never_learned() -> None:
    book = opened(template("303"))
    for row in (9, 10, 11):
        sheet(book, "CT").cell(row, 30).value = f"ghi thêm {row}"
    data = saved(book)
    first, second = judged(data), judged(data)
    assert first == second
    assert ("outside.column", "CT", "AD9") in flat(second)

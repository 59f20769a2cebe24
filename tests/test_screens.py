"""What the sender's screen shows is what is read: headings, labels and figures that moved.

The oracle looks at a returned sheet as its sender does: the nearest heading over a cell and
the label of its row say what a figure means. Nothing that is read may contradict that unless
a warning or an error says so, and no figure typed anywhere may stay unmentioned.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from programmes import small_programme
from returned import clean_return, layout_of

from toolkit.findings import Finding, Severity
from toolkit.intake.cells import a1
from toolkit.intake.judge import judge_workbook
from toolkit.intake.model import Answer, CellKind, Judgement, RawCell, RawSheet, RawWorkbook
from toolkit.intake.reader import read_bytes
from toolkit.template.layout import SheetLayout
from toolkit.text import match_key

Cells = dict[tuple[int, int], RawCell]
Area = tuple[int, int, int, int]  # first row, first column, last row, last column
ROUNDS = 100
FIRST_TYPED = 70_001  # no honest figure is that large


@cache
def clean() -> RawWorkbook:
    return read_bytes(clean_return(), "bao-cao.xlsx")


def changed(form: str, change: Callable[[Cells], None]) -> RawWorkbook:
    """The clean return after a change to the cells of one form's sheet."""
    name = layout_of().sheet_for(form).sheet
    sheets = []
    for sheet in clean().sheets:
        cells = dict(sheet.cells)
        if sheet.name == name:
            change(cells)
        sheets.append(replace(sheet, cells=cells))
    return replace(clean(), sheets=tuple(sheets))


def judged(raw: RawWorkbook) -> Judgement:
    return judge_workbook(raw, 1, small_programme())


def swap(cells: Cells, one: Area, other: Area) -> None:
    """Cut and paste two rectangles of one size into each other's place."""
    top, left, bottom, right = one
    down, across = other[0] - top, other[1] - left
    pairs = [
        ((r, c), (r + down, c + across))
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
    ]
    held = {there: cells.pop(here) for here, there in pairs if here in cells}
    back = {here: cells.pop(there) for here, there in pairs if there in cells}
    cells |= held | back


def inserted(cells: Cells, column: int) -> None:
    """A column inserted: what stands right of it moves along."""
    moved = {(r, c + (c >= column)): cell for (r, c), cell in cells.items()}
    cells.clear()
    cells |= moved


def figure(value: int) -> RawCell:
    return RawCell(CellKind.NUMBER, Decimal(value))


# --- the oracle -----------------------------------------------------------------------------


def seen_heading(sheet: RawSheet, layout: SheetLayout, row: int, column: int) -> str | None:
    """The heading a reader takes the cell by: the nearest one over it."""
    titles = {match_key(h.text) for h in layout.headings if h.column == h.last_column}
    for above in range(row - 1, 0, -1):
        cell = sheet.cells.get((above, column))
        if cell is not None and match_key(cell.shown()) in titles:
            return match_key(cell.shown())
    return None


def seen_labels(sheet: RawSheet, layout: SheetLayout, row: int) -> set[str]:
    """The keys of the rows whose label stands in that row."""
    if layout.answer_column:
        labels = {match_key(layout.form.field(r.key).title): r.key for r in layout.rows}
    else:
        labels = {match_key(r.item.text): r.key for r in layout.rows if r.item}
    keys = {match_key(cell.shown()) for (r, _), cell in sheet.cells.items() if r == row}
    return {labels[key] for key in keys & labels.keys()}


def said_of(judgement: Judgement, answer: Answer) -> list[Finding]:
    """What warns of an answer: at its cell, or of the shape of its sheet."""
    return [
        f
        for f in judgement.findings
        if f.severity is not Severity.NOTE
        and f.address.sheet == answer.address.sheet
        and (f.address.cell == answer.address.cell or f.code.startswith("structure."))
    ]


def misread(raw: RawWorkbook, judgement: Judgement) -> Iterator[Answer]:
    """The answers that are not what the screen shows, with nothing that warns of them."""
    sheets = {sheet.name: sheet for sheet in raw.sheets}
    for answer in judgement.answers:
        layout = layout_of().sheet_for(answer.form)
        field = layout.form.field(answer.field)
        if not (field.is_input and answer.state.counts) or said_of(judgement, answer):
            continue
        sheet = sheets[answer.address.sheet]
        row, column = next(p for p in sheet.cells if a1(*p) == answer.address.cell)
        heading = seen_heading(sheet, layout, row, column)
        wanted = next((c.heading for c in layout.columns if c.field.code == answer.field), None)
        labels = seen_labels(sheet, layout, row)
        if (wanted and heading not in (None, match_key(wanted))) or (
            labels and answer.row not in labels
        ):
            yield answer


def unmentioned(raw: RawWorkbook, judgement: Judgement) -> Iterator[str]:
    """The figures typed that are neither an answer nor told of."""
    said = {(a.address.sheet, a.address.cell) for a in judgement.answers}
    said |= {(c.address.sheet, c.address.cell) for c in judgement.left_out}
    said |= {(f.address.sheet, f.address.cell) for f in judgement.findings}
    for sheet in raw.sheets:
        for place, cell in sheet.cells.items():
            typed = isinstance(cell.value, Decimal) and cell.value >= FIRST_TYPED
            if typed and (sheet.name, a1(*place)) not in said:
                yield f"{sheet.name}!{a1(*place)}"


# --- random hands -----------------------------------------------------------------------------


def _disturb(cells: Cells, layout: SheetLayout, draw: random.Random) -> None:
    rows, head, right = [r.index for r in layout.rows[:4]], layout.head_row, layout.last_column
    match draw.choice(("sort", "columns", "insert", "figure", "figure", "label", "shift")):
        case "sort":
            one, other = draw.sample(rows, 2)
            swap(cells, (one, 2, one, right), (other, 2, other, right))
        case "columns" if layout.columns:
            one, other = draw.sample([c.index for c in layout.columns], 2)
            last = layout.last_row
            swap(cells, (head, one, last, one), (head, other, last, other))
        case "insert":
            inserted(cells, draw.randint(2, right))
        case "figure":
            place = draw.randint(2, layout.last_row + 3), draw.randint(2, right + 3)
            cells[place] = figure(FIRST_TYPED + draw.randrange(1000))
        case "label":
            one, other = draw.sample(rows, 2)
            swap(cells, (one, 3, one, 3), (other, 3, other, 3))
        case _:
            column = draw.randint(3, right)
            swap(cells, (rows[0], column, rows[0], column), (rows[1], column, rows[1], column))


def test_nothing_is_read_otherwise_than_the_screen_shows_it() -> None:
    """Sorting, moving, inserting and typing at random, one to three times."""
    draw = random.Random(3)
    codes = set()
    for _ in range(ROUNDS):
        layout = draw.choice(layout_of().sheets)
        seed = draw.random()
        times = draw.randint(1, 3)

        def change(
            cells: Cells, layout: SheetLayout = layout, seed: float = seed, times: int = times
        ) -> None:
            hand = random.Random(seed)
            for _ in range(times):
                _disturb(cells, layout, hand)

        raw = changed(layout.form.code, change)
        judgement = judged(raw)
        assert list(misread(raw, judgement)) == [], (layout.form.code, seed, times)
        assert list(unmentioned(raw, judgement)) == [], (layout.form.code, seed, times)
        assert judgement.ledger.balanced
        codes |= {f.code for f in judgement.findings}
    assert len(codes) > 15  # the hands did reach into every corner


# --- one by one -------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [(7, 6), (4, 5)])
def test_a_column_under_a_group_changed_places_with_one_beside_it(one: int, other: int) -> None:
    """Its heading stands one row lower than that of the other: no title in its own row."""
    raw = changed("MH", lambda cells: swap(cells, (7, one, 21, one), (7, other, 21, other)))
    judgement = judged(raw)
    errors = [(f.code, f.address.cell) for f in judgement.findings if f.severity == "error"]
    assert {code for code, _ in errors} == {"structure.heading_contradicts"}
    assert {cell[0] for _, cell in errors} == {a1(1, one)[0], a1(1, other)[0]}


@pytest.mark.parametrize("form", ["NV", "CT", "DT"])
@pytest.mark.parametrize("column", [2, 3])
def test_a_column_inserted_before_the_labels_hides_no_sorting(form: str, column: int) -> None:
    rows = [row.index for row in layout_of().sheet_for(form).rows][:2]
    right = layout_of().sheet_for(form).last_column + 1

    def change(cells: Cells) -> None:
        inserted(cells, column)
        swap(cells, (rows[0], 2, rows[0], right), (rows[1], 2, rows[1], right))

    judgement = judged(changed(form, change))
    assert "structure.rows_resorted" in {f.code for f in judgement.findings}


@pytest.mark.parametrize("number", [1, 2, 12, 120])
def test_rows_of_a_list_may_be_numbered_anew(number: int) -> None:
    raw = changed("MH", lambda cells: cells.update({(10, 2): figure(number)}))
    assert [f.code for f in judged(raw).findings] == []


@pytest.mark.parametrize(("form", "place"), [("NV", (10, 2)), ("CT", (11, 2)), ("DT", (8, 2))])
def test_known_rows_may_be_numbered_anew(form: str, place: tuple[int, int]) -> None:
    raw = changed(form, lambda cells: cells.update({place: figure(3)}))
    assert [f.code for f in judged(raw).findings] == []

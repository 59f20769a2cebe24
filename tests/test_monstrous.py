"""Numbers no office means, in every kind of cell: one finding each, and the run goes on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from returned import clean_return, flat, judged, opened, saved, sheet
from test_workflow import filled, programme_in, put, receive

from toolkit.cli import CANNOT, run
from toolkit.intake.model import CellKind, RawCell, State
from toolkit.intake.values import read_cell
from toolkit.programme.model import Field, FieldType

MONSTERS = (1e15, -1e15, 1e20, 1e29, 1e300, -1e300, 1.7e308)
TINY = (1e-12, 1e-30, 5e-324)
NUMERIC = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.RATE)


@pytest.mark.parametrize("type_", NUMERIC)
@pytest.mark.parametrize("number", MONSTERS)
def test_a_number_that_no_spreadsheet_keeps_is_an_error(type_: FieldType, number: float) -> None:
    cell = RawCell(CellKind.NUMBER, Decimal(repr(number)), percent=type_ is FieldType.RATE)
    read = read_cell(cell, Field("F", "a", "Số", type_))
    assert (read.state, [f.code for f in read.findings]) == (State.UNREADABLE, ["number.too_long"])
    assert len(read.findings[0].params["value"]) < 12


@pytest.mark.parametrize("text", ["1000000000000000", "1.000.000.000.000.000", "9" * 20])
def test_so_is_a_text(text: str) -> None:
    read = read_cell(RawCell(CellKind.TEXT, text), Field("F", "a", "Số", FieldType.INTEGER))
    assert [f.code for f in read.findings] == ["number.too_long"]


def test_fifteen_digits_are_a_number() -> None:
    cell = RawCell(CellKind.NUMBER, Decimal("999999999999999"))
    assert read_cell(cell, Field("F", "a", "Số", FieldType.INTEGER)).value == 999999999999999


@pytest.mark.parametrize("number", [*MONSTERS, *TINY])
def test_typed_over_what_is_computed_or_assigned(number: float) -> None:
    book = opened(clean_return())
    for cell in ("E9", "H9", "F12"):  # assigned, computed, a sum
        sheet(book, "CT")[cell].value = number
    codes = [code for code, _, _ in flat(judged(saved(book)), notes=False)]
    assert codes == ["prefill.changed", "computed.differs", "total.differs"]


def test_every_output_is_made_all_the_same(tmp_path: Path) -> None:
    """In returns of two units, a monster of each kind in each numeric column."""
    place = programme_in(tmp_path)
    cells = (("CT", "F9"), ("CT", "G10"), ("NV", "H10"), ("DT", "E12"), ("MH", "G10"))
    big = dict(zip(cells, MONSTERS[2:], strict=True))
    small = dict(zip(cells, (*TINY, *TINY), strict=False))
    for name, unit, changes in (("a", "305", big), ("b", "303", small)):
        data = filled(place, unit=unit, changes=changes)
        receive(place, put(place, f"{name}.xlsx", data), day=date(2024, 4, 5))
    period = ("-p", "2024-Q1")
    for command in (
        ("consolidate", *period),
        ("page", *period),
        ("report", *period),
        ("export", "--format", "csv"),
        ("trace", "CT", "CT1", "trong_ky", *period),
    ):
        assert run(["-C", str(tmp_path), *command]) != CANNOT, command

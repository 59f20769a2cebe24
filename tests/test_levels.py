"""Subtotals by superior unit and by type: at every depth, nobody twice, no mean of means."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from consolidate_cases import (
    BAD,
    NA,
    Cell,
    form,
    grid,
    number,
    programme,
    ratio,
    returned,
)
from summary_cases import summary

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.model import LevelLine, TableRow
from toolkit.messages import text
from toolkit.programme.model import FormKind, Programme, Unit

D = Decimal

# Ministry M, cities P and Q, district P1 that reports itself, wards, a party cell.
TREE = (
    Unit("M", "Bộ", "Bộ", "bộ"),
    Unit("P", "Thành phố P", "P", "thành phố", "M"),
    Unit("P1", "Quận P1", "P1", "quận", "P"),
    Unit("w1", "Phường một", "w1", "phường", "P1"),
    Unit("w2", "Phường hai", "w2", "phường", "P1"),
    Unit("c1", "Chi bộ một", "c1", "chi bộ", "w2"),
    Unit("P2", "Quận P2", "P2", "quận", "P"),
    Unit("w3", "Phường ba", "w3", "phường", "P2"),
    Unit("Q", "Thành phố Q", "Q", "thành phố", "M"),
    Unit("w4", "Phường bốn", "w4", "phường", "Q"),
)
REPORTING = ("quận", "phường", "chi bộ")


def tree(*fields, **more) -> Programme:
    return programme(form(*fields, unit_types=REPORTING, **more), units=TREE)


def row_of(prog: Programme, table: dict[str, list[Cell]], period: str = "Q1") -> TableRow:
    return consolidate(prog, prog.period(period), grid(table)).tables[0].rows[0]


def shown(lines: tuple[LevelLine, ...], code: str = "x") -> list[tuple[str, int, object]]:
    return [(line.code or line.name, line.depth, line.totals[code].value) for line in lines]


VALUES: dict[str, list[Cell]] = {
    "P1": [100],
    "w1": [1],
    "w2": [2],
    "c1": [4],
    "P2": [200],
    "w3": [8],
    "w4": [16],
}


def test_subtotals_at_each_level_with_nobody_twice() -> None:
    row = row_of(tree(number("x")), VALUES)
    assert shown(row.superiors) == [
        ("M", 0, 331),
        ("P", 1, 315),
        ("P1", 2, 107),  # itself, two wards and the cell below one of them
        ("w2", 3, 6),
        ("P2", 2, 208),
        ("Q", 1, 16),
    ]
    assert shown(row.types) == [("quận", 0, 300), ("phường", 0, 27), ("chi bộ", 0, 4)]
    assert row.totals["x"].value == 331
    assert [line.units for line in row.superiors if line.code == "P1"] == [("P1", "w1", "w2", "c1")]


def test_a_mean_is_of_the_units_and_no_mean_of_means() -> None:
    row = row_of(tree(number("x", "mean")), VALUES)
    assert {c: v for c, _, v in shown(row.superiors)}["P"] == D(315) / 6


def test_a_weighted_mean_and_a_rate_are_made_of_the_units() -> None:
    prog = tree(
        number("x"),
        number("y", "weighted_mean", "weighted_mean", weight="x"),
        ratio("r", "x", "z"),
        number("z"),
    )
    details = [
        returned(unit, "Q1", {"I": {"x": 10 * n, "y": n, "z": 20, "r": None}})
        for n, unit in enumerate(("w1", "w2", "w3"), 1)
    ]
    row = consolidate(prog, prog.period("Q1"), details).tables[0].rows[0]
    by_code = {line.code: line.totals for line in row.superiors}
    assert by_code["P1"]["y"].value == D(50) / 30  # (10·1 + 20·2) / 30
    assert by_code["P1"]["r"].value == D(30) / 40
    assert by_code["P"]["y"].value == D(140) / 60
    assert by_code["P"]["r"].value == 1


def test_each_subtotal_has_its_coverage() -> None:
    row = row_of(tree(number("x")), {"w1": [1], "w2": [BAD], "c1": [NA], "w3": [8]})
    cover = {line.code: line.totals["x"].coverage for line in row.superiors}
    assert cover["P1"].counted == ("w1",)
    assert (cover["P1"].missing, cover["P1"].unreadable) == (("P1",), ("w2",))
    assert cover["P1"].denominator == 3  # the cell left it
    assert cover["Q"].missing == ("w4",)
    assert not cover["P"].complete
    assert row.superiors[-1].totals["x"].value is None


def test_a_subtotal_over_periods() -> None:
    row = row_of(tree(number("x"), number("y", "sum", "last")), {"w1": [1, 2, 4], "w3": [8]}, "Y")
    assert {c: v for c, _, v in shown(row.superiors)}["P1"] == 7
    (p1,) = [line for line in row.superiors if line.code == "P1"]
    assert p1.totals["x"].coverage.partial == {"w1": ("Q4",)}


def test_lists_and_questions_have_subtotals() -> None:
    listed = tree(number("x"), kind=FormKind.OPEN, source="")
    details = [returned(u, "Q1", {"1": {"x": 3}, "2": {"x": 4}}) for u in ("w1", "w4")]
    row = consolidate(listed, listed.period("Q1"), details).tables[0].rows[0]
    assert [(c, v) for c, _, v in shown(row.superiors, "#")][:2] == [("M", 4), ("P", 2)]
    asked = tree(number("x"), number("y"), kind=FormKind.QUESTIONS, source="")
    details = [returned(u, "Q1", {"x": {"x": 3}, "y": {"y": 5}}) for u in ("w1", "w4")]
    first, second = consolidate(asked, asked.period("Q1"), details).tables[0].rows
    assert set(first.superiors[0].totals) == {"x"}
    assert shown(second.superiors, "y")[0] == ("M", 0, 10)


@pytest.mark.parametrize(
    "units",
    [
        [Unit(c, c, c, "quận") for c in "ABC"],
        [Unit("T", "T", "T", "thành phố"), *(Unit(c, c, c, "quận", "T") for c in "ABC")],
    ],
    ids=["flat", "one superior over all"],
)
def test_one_flat_level_has_none(units: list[Unit], tmp_path: Path) -> None:
    prog = programme(form(number("x"), unit_types=("quận",)), units=units)
    row = row_of(prog, {"A": [1]})
    assert (row.superiors, row.types) == ((), ())
    names = summary(prog, "Q1", grid({"A": [1]}), tmp_path).cached.sheetnames
    assert not {text("report.sheet.levels"), text("report.sheet.types")} & set(names)


def test_the_sheets_of_levels(tmp_path: Path) -> None:
    book = summary(tree(number("x")), "Q1", grid(VALUES), tmp_path)
    written, cached = (
        {row[1].value: row for row in b["Theo cấp"].iter_rows() if row[1].value}
        for b in (openpyxl.load_workbook(book.path), book.cached)
    )
    assert cached["Quận P1"][4].value == 107
    assert written["Quận P1"][4].value == "=SUM('F Biểu F'!C9:C12)"
    assert written["Việc một"][4].value == "='F Biểu F'!$C$8"
    assert cached["Quận P1"][2].value == "4/4 đơn vị"
    sheet = book.cached["Theo cấp"]
    levels = {row[1].value: sheet.row_dimensions[row[0].row].outlineLevel for row in sheet}
    assert [levels[n] for n in ("Việc một", "Bộ", "Thành phố P", "Quận P1", "Phường hai")] == [
        *(0, 1, 2, 3, 4)
    ]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    types = book.cached["Theo loại đơn vị"]
    assert [row[1].value for row in types.iter_rows(min_row=6) if row[1].value][-3:] == [
        *("Quận", "Phường", "Chi bộ")
    ]

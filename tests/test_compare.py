"""Comparisons: growth and points, like for like, what does not match, last year's folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import SampleRun
from consolidate_cases import (
    ITEM,
    NA,
    PERIODS,
    UNITS,
    Cell,
    choice,
    day,
    form,
    grid,
    number,
    programme,
    ratio,
    returned,
    words,
)
from summary_cases import summary

from toolkit.cli import baocao
from toolkit.consolidate.compare import (
    change,
    compare,
    period_before,
    same_period_last_year,
    targets,
)
from toolkit.consolidate.compared import Against, Change, Compared, Comparison, NoGrowth
from toolkit.consolidate.consolidate import consolidate
from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.messages import text
from toolkit.programme.model import FormKind, Item, Programme, Role, Unit
from toolkit.register.model import SubmissionDetail
from toolkit.workflow.comparisons import last_year

D = Decimal


# --- one figure -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "points", "difference", "growth", "why"),
    [
        (D(12), D(10), False, D(2), D("0.2"), None),
        (D(8), D(10), False, D(-2), D("-0.2"), None),
        (D(0), D(10), False, D(-10), D(-1), None),
        (D(5), D(0), False, D(5), None, NoGrowth.ZERO),
        (D(0), D(0), False, D(0), None, NoGrowth.ZERO),
        (D(5), D(-1), False, D(6), None, NoGrowth.NEGATIVE),
        (D("0.45"), D("0.4"), True, D("0.05"), None, None),
        (D("0.45"), D(0), True, D("0.45"), None, None),
        (None, D(10), False, None, None, NoGrowth.NOW),
        (D(5), None, False, None, None, NoGrowth.BASE),
    ],
)
def test_a_change(
    now: Decimal | None,
    before: Decimal | None,
    points: bool,
    difference: Decimal | None,
    growth: Decimal | None,
    why: NoGrowth | None,
) -> None:
    assert change(now, before, points=points) == Change(now, before, difference, growth, why)


# --- consolidations -------------------------------------------------------------------------


def against_before(
    prog: Programme,
    details: Sequence[SubmissionDetail],
    now: str = "Q2",
    then: Programme | None = None,
) -> Comparison:
    period = prog.period(now)
    other = then or prog
    base = period_before(other, period)
    assert base is not None
    made = consolidate(prog, period, details, keep=True)
    return compare(made, consolidate(other, base, details, keep=True), Against.PREVIOUS)


def only(comparison: Comparison, code: str = "x") -> Compared:
    (found,) = [one for one in comparison.rows if one.code == code]
    return found


def test_like_for_like_leaves_out_who_is_not_in_both() -> None:
    prog = programme(form(number("x")))
    found = only(against_before(prog, grid({"A": [10, 12], "B": [None, 7], "C": [5, "no return"]})))
    assert (found.plain.now, found.plain.before) == (19, 15)
    assert found.units == ("A",)
    assert (found.same.now, found.same.before, found.same.growth) == (12, 10, D("0.2"))
    assert found.provisional


def test_the_rate_of_those_in_both_is_recomputed() -> None:
    prog = programme(form(number("a"), number("b"), ratio("r", "a", "b")))
    cells: Mapping[tuple[str, str], tuple[Cell, Cell]] = {
        ("A", "Q1"): (1, 2),
        ("A", "Q2"): (3, 4),
        ("B", "Q1"): (1, 10),
        ("B", "Q2"): (5, 20),
        ("C", "Q2"): (90, 100),
    }
    details = [
        returned(unit, period, {"I": {"a": a, "b": b, "r": None}})
        for (unit, period), (a, b) in cells.items()
    ]
    found = only(against_before(prog, details), "r")
    assert found.points
    assert found.units == ("A", "B")
    assert found.same.now == D("0.3333333333333333333333333333")  # 8/24: no mean of 3/4 and 1/4
    assert found.same.before == D("0.1666666666666666666666666667")
    assert found.same.growth is None
    assert found.plain.now == D(98) / D(124)


def test_nobody_in_both() -> None:
    found = only(against_before(programme(form(number("x"))), grid({"A": [10], "B": [None, 3]})))
    assert found.same.why is NoGrowth.NOBODY
    assert found.units == ()
    assert found.plain.growth == D("-0.7")


def test_not_applicable_is_in_neither() -> None:
    found = only(against_before(programme(form(number("x"))), grid({"A": [4, 5], "B": [NA, 5]})))
    assert found.units == ("A",)


def test_texts_choices_and_dates_are_not_compared() -> None:
    prog = programme(form(words("t"), choice("c"), day("d"), number("n", "none", "none")))
    rows = {"I": {"t": "x", "c": "Xong", "d": date(2024, 1, 5), "n": 3}}
    details = [returned(unit, period, rows) for unit in "AB" for period in ("Q1", "Q2")]
    assert against_before(prog, details).rows == ()


def test_rows_of_a_list_are_counted() -> None:
    prog = programme(form(number("x"), kind=FormKind.OPEN, source=""))
    details = [
        returned("A", "Q1", {"1": {"x": 1}}),
        returned("A", "Q2", {"1": {"x": 1}, "2": {"x": 5}}),
    ]
    found = only(against_before(prog, details), "#")
    assert (found.plain.now, found.plain.before, found.plain.growth) == (2, 1, 1)


def test_no_return_at_all_before() -> None:
    found = against_before(programme(form(number("x"))), grid({"A": ["no return", 5]}))
    assert found == Comparison(Against.PREVIOUS, PERIODS[0], ())


def test_the_periods_compared_with() -> None:
    prog = programme(form(number("x")))
    assert period_before(prog, prog.period("Q1")) is None
    assert period_before(prog, prog.period("Q3")) == prog.period("Q2")
    assert period_before(prog, prog.period("Y")) is None
    before = year_earlier(prog)
    assert same_period_last_year(before, prog.period("Q1")) == before.period("Q1")
    assert same_period_last_year(before, prog.period("H1")) == before.period("H1")
    assert same_period_last_year(prog, prog.period("Q1")) is None
    assert period_before(before, prog.period("Q1")) == before.period("Q4")


def year_earlier(prog: Programme, **changes: object) -> Programme:
    periods = tuple(
        replace(p, start=p.start.replace(year=2023), end=p.end.replace(year=2023))
        for p in prog.periods
    )
    return replace(prog, code="P23", year=2023, periods=periods, **changes)


# --- what does not match --------------------------------------------------------------------


def last_years(prog: Programme, then: Programme, cells: Sequence[Cell] = (4, 8)) -> Comparison:
    details = [returned(u.code, "Q1", {"I": {"x": cells[0]}}) for u in then.units]
    before = consolidate(then, then.period("Q1"), details, keep=True)
    details = [returned(u.code, "Q1", {"I": {"x": cells[1]}}) for u in prog.units]
    now = consolidate(prog, prog.period("Q1"), details, keep=True)
    return compare(now, before, Against.LAST_YEAR)


def said(comparison: Comparison) -> list[tuple[str, str]]:
    return [(one.kind.value, one.code) for one in comparison.unmatched]


def test_units_are_known_by_code_else_by_a_name_of_theirs() -> None:
    prog = programme(form(number("x")))
    units = (
        UNITS[0],
        replace(UNITS[1], code="B2", name="Huyện B cũ", short="", aliases=("QUẬN  B",)),
        Unit("Z", "Huyện Z", "Z", "huyện"),
    )
    found = last_years(prog, year_earlier(prog, units=units))
    assert only(found).units == ("A", "B")
    assert (only(found).plain.before, only(found).same.before) == (12, 8)
    assert said(found) == [("unit_now", "C"), ("unit_then", "Z")]


def test_a_code_used_for_another_name_is_said() -> None:
    prog = programme(form(number("x")))
    units = (*UNITS[:2], replace(UNITS[2], name="Gia Sàng", short="Gia Sàng"))
    found = last_years(prog, year_earlier(prog, units=units))
    assert said(found) == [("unit_name", "C")]


@pytest.mark.parametrize(
    ("then", "expected", "compared"),
    [
        ("Việc một", [], True),
        ("Công tác tôn giáo", [("row", "I")], False),
        ("Việc một và hai", [("row_text", "I")], True),
    ],
)
def test_a_row_is_the_same_by_code_and_wording(
    then: str, expected: list[tuple[str, str]], compared: bool
) -> None:
    prog = programme(form(number("x")))
    before = year_earlier(prog, item_lists={"tasks": (replace(ITEM, text=then),)})
    found = last_years(prog, before)
    assert said(found) == expected
    assert bool(found.rows) is compared


def test_a_year_in_the_wording_is_no_difference() -> None:
    prog = programme(form(number("x")), items=[Item("I", "1", "Nhiệm vụ năm 2024")])
    before = year_earlier(prog, item_lists={"tasks": (Item("I", "1", "Nhiệm vụ năm 2023"),)})
    assert said(last_years(prog, before)) == []


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (number("x", unit_of_measure="hộ"), ("meaning", "F.x")),
        (number("x", "mean"), ("meaning", "F.x")),
        (number("y"), ("field", "F.x")),
    ],
)
def test_a_field_is_the_same_by_code_and_meaning(then, expected) -> None:
    prog = programme(form(number("x")))
    found = last_years(prog, year_earlier(prog, forms=(form(then),)))
    assert said(found) == [expected]
    assert found.rows == ()


def test_a_form_that_was_not_asked() -> None:
    prog = programme(form(number("x")))
    found = last_years(prog, year_earlier(prog, forms=(form(number("x"), code="G"),)))
    assert ("form", "F") in said(found)


# --- targets --------------------------------------------------------------------------------


def test_targets_by_points_and_by_share() -> None:
    items = [
        replace(ITEM, target=D(40)),
        Item("J", "2", "Tỷ lệ", target=D("0.5"), target_is_rate=True),
        Item("K", "3", "Không giao"),
    ]
    fields = [
        replace(number("x"), role=Role.ACTUAL),
        number("b"),
        ratio("r", "x", "b", role=Role.RATE),
    ]
    prog = programme(form(*fields), items=items)
    cells: Mapping[str, Cell] = {"x": 10, "b": 25, "r": None}
    details = [returned(u, "Q1", {i.code: cells for i in items}) for u in "ABC"]
    first, second = targets(consolidate(prog, prog.period("Q1"), details))
    assert (first.actual, first.difference, first.attained) == (30, -10, D("0.75"))
    assert (second.actual, second.difference, second.attained) == (D("0.4"), D("-0.1"), None)
    assert not first.provisional


# --- the sheet ------------------------------------------------------------------------------


def test_the_sheet_says_why_there_is_no_growth(tmp_path: Path) -> None:
    prog = programme(form(number("x"), number("y")))
    details = [
        returned("A", "Q1", {"I": {"x": 0, "y": None}}),
        returned("A", "Q2", {"I": {"x": 5, "y": 2}}),
    ]
    book = summary(prog, "Q2", details, tmp_path, compared=True)
    rows = book.rows("So sánh", first=1)
    seen = [cell for row in rows for cell in row if cell is not None]
    assert text("report.no_growth.zero") in seen
    assert text("report.no_growth.base") in seen
    assert text("report.no_growth.nobody") in seen
    assert not any("#" in str(cell) for cell in seen)


def test_no_sheet_where_there_is_nothing_to_compare(tmp_path: Path) -> None:
    book = summary(programme(form(number("x"))), "Q1", grid({"A": [1]}), tmp_path, compared=True)
    assert not {"So sánh", "Theo cấp", "Theo loại đơn vị"} & set(book.cached.sheetnames)


# --- last year's folder ---------------------------------------------------------------------


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    prog = programme(form(number("x")))
    here = Folder(tmp_path, tmp_path)
    assert last_year(here, prog, None) is None
    for named in (replace(prog, last_year="../nam-truoc"), prog):
        with pytest.raises(ToolkitError) as refused:
            last_year(here, named, None if named.last_year else tmp_path / "no")
        assert refused.value.key == "error.last_year"


def test_last_year_on_the_command_line(sample: SampleRun, tmp_path: Path) -> None:
    """The sample against itself, a year on: every figure the same, every growth 0."""
    from conftest import SAMPLE

    for name in ("nay", "truoc"):
        shutil.copytree(sample.out, tmp_path / name, ignore=shutil.ignore_patterns("bao-cao"))
        shutil.copy(SAMPLE / "chuong-trinh.xlsx", tmp_path / name)
    runner = CliRunner()
    args = ["-C", str(tmp_path / "nay"), "consolidate", "--period", "2024-Q2", "--json"]
    result = runner.invoke(baocao, [*args, "--last-year", str(tmp_path / "truoc")])
    assert result.exit_code == 0, result.output
    (shown,) = json.loads(result.output)
    against = {row["against"] for row in shown["comparisons"]}
    assert against == {"target", "previous"}  # the periods of the copy are of this very year
    rates = [r for r in shown["comparisons"] if r["points"] == "yes"]
    assert rates
    assert all(r["growth"] is None or r["against"] == "target" for r in rates)
    figures = {(f["form"], f["row"], f["field"], f["level"], f["code"]) for f in shown["figures"]}
    assert ("DT", "so_cuoc", "so_cuoc", "type", "quận") in figures


@pytest.mark.parametrize("table", ["figures", "comparisons"])
def test_tables_for_other_programs(sample: SampleRun, tmp_path: Path, table: str) -> None:
    from conftest import SAMPLE

    shutil.copytree(sample.out, tmp_path / "a", ignore=shutil.ignore_patterns("bao-cao"))
    shutil.copy(SAMPLE / "chuong-trinh.xlsx", tmp_path / "a")
    target = tmp_path / "x.csv"
    result = CliRunner().invoke(
        baocao,
        ["-C", str(tmp_path / "a"), "export", "--table", table, "-p", "2024-Q3", "-o", str(target)],
    )
    assert result.exit_code == 0, result.output
    lines = target.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("period,")
    assert len(lines) > 30

"""Consolidation held against tables worked out by hand."""

from __future__ import annotations

import gc
import random
from dataclasses import replace
from datetime import date
from decimal import Context
from decimal import Decimal as D

import pytest
from consolidate_cases import (
    BAD,
    ITEM,
    LATER,
    NA,
    NIL,
    UNITS,
    answer,
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

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.model import (
    ROWS,
    Coverage,
    Figure,
    FormTable,
    ReturnState,
    TableRow,
    UnplacedReason,
)
from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import State
from toolkit.programme.language.tree import (
    Binary,
    Call,
    CountRows,
    Expression,
    Prev,
    Ref,
    Span,
    UnitValue,
)
from toolkit.programme.model import Field, FieldType, FormKind, Item, Role, Unit

NONE = "no return"
V, Z = State.VALUE, State.ZERO
MISSING = State.MISSING


def table(prog, period, details) -> FormTable:
    return consolidate(prog, prog.period(period), details).tables[0]


def only_row(prog, period, details) -> TableRow:
    (row,) = table(prog, period, details).rows
    return row


def total(prog, period, details, field="x") -> Figure:
    return only_row(prog, period, details).totals[field]


def groups(figure: Figure) -> dict[str, object]:
    """The coverage without what is empty: unit codes written together."""
    cover = figure.coverage
    assert cover is not None
    named = {
        "counted": cover.counted,
        "missing": cover.missing,
        "unreadable": cover.unreadable,
        "n/a": cover.not_applicable,
    }
    found: dict[str, object] = {name: "".join(codes) for name, codes in named.items() if codes}
    return found | ({"partial": dict(cover.partial)} if cover.partial else {})


# --- numbers over units and periods ---------------------------------------------------------

ONE_QUARTER = [
    # over units, answers of A, B, C in Q1, state, value, coverage
    ("sum", [1, 2, 3], V, 6, {"counted": "ABC"}),
    ("sum", [1, 0, NIL], V, 1, {"counted": "ABC"}),
    ("sum", [0, 0, NIL], Z, 0, {"counted": "ABC"}),
    ("sum", [NIL, NIL, NIL], NIL, 0, {"counted": "ABC"}),
    ("sum", [5, -5, NA], Z, 0, {"counted": "AB", "n/a": "C"}),
    ("sum", [1, None, 3], V, 4, {"counted": "AC", "missing": "B"}),
    ("sum", [1, LATER, 3], V, 4, {"counted": "AC", "missing": "B"}),
    ("sum", [1, BAD, NONE], V, 1, {"counted": "A", "unreadable": "B", "missing": "C"}),
    ("sum", [None, None, NONE], MISSING, None, {"missing": "ABC"}),
    ("sum", [None, BAD, NA], BAD, None, {"missing": "A", "unreadable": "B", "n/a": "C"}),
    ("sum", [LATER, LATER, NA], LATER, None, {"missing": "AB", "n/a": "C"}),
    ("sum", [NA, NA, NA], NA, None, {"n/a": "ABC"}),
    ("sum", [D("NaN"), 2, 3], V, 5, {"counted": "BC", "unreadable": "A"}),
    ("sum", ["abc", 2, 3], V, 5, {"counted": "BC", "unreadable": "A"}),
    ("mean", [1, 2, NONE], V, D("1.5"), {"counted": "AB", "missing": "C"}),
    ("mean", [1, 0, NIL], V, D("0.3333333333333333333333333333"), {"counted": "ABC"}),
    ("mean", [1, NA, 3], V, 2, {"counted": "AC", "n/a": "B"}),
    ("max", [1, -2, NIL], V, 1, {"counted": "ABC"}),
    ("min", [1, -2, None], V, -2, {"counted": "AB", "missing": "C"}),
    ("min", [1, 2, NIL], Z, 0, {"counted": "ABC"}),
    ("last", [1, 2, NONE], V, 2, {"counted": "AB", "missing": "C"}),
    ("count", [7, 0, NIL], V, 3, {"counted": "ABC"}),
    ("count", [7, None, NA], V, 1, {"counted": "A", "missing": "B", "n/a": "C"}),
    ("count", [None, BAD, NONE], BAD, None, {"missing": "AC", "unreadable": "B"}),
    ("none", [1, 2, None], NA, None, {"counted": "AB", "missing": "C"}),
]


@pytest.mark.parametrize(("how", "cells", "state", "value", "cover"), ONE_QUARTER)
def test_over_units(how, cells, state, value, cover):
    prog = programme(form(number("x", how, "none")))
    figure = total(prog, "Q1", grid({u: [c] for u, c in zip("ABC", cells, strict=True)}))
    assert (figure.state, figure.value, groups(figure)) == (state, value, cover)


YEAR = [
    # over periods, a unit's four quarters, its figure, the periods lacking
    ("sum", [1, 2, 3, 4], 10, None),
    ("sum", [1, NIL, 0, 4], 5, None),
    ("sum", [1, None, 3, NONE], 4, ("Q2", "Q4")),
    ("sum", [1, NA, BAD, LATER], 1, ("Q3", "Q4")),
    ("sum", [NA, NA, 3, NA], 3, None),
    # A running total, a stock: never added, and only what came after can be lacking.
    ("last", [1, 3, 6, 10], 10, None),
    ("last", [None, None, 6, 10], 10, None),
    ("last", [1, 3, 6, None], 6, ("Q4",)),
    ("last", [1, BAD, NONE, LATER], 1, ("Q2", "Q3", "Q4")),
    ("last", [1, 3, 6, NA], 6, None),
    ("max", [1, 9, None, 4], 9, ("Q3",)),
    ("min", [3, 9, 2, 4], 2, None),
    ("mean", [1, 2, NONE, 6], 3, ("Q3",)),
    ("count", [1, 0, NIL, None], 3, ("Q4",)),
]


@pytest.mark.parametrize(("how", "cells", "value", "lacking"), YEAR)
def test_over_periods(how, cells, value, lacking):
    prog = programme(form(number("x", "sum", how)), units=UNITS[:1])
    row = only_row(prog, "Y", grid({"A": cells}))
    assert row.lines[0].figures["x"].value == value
    assert row.totals["x"].value == value
    expected = {"partial": {"A": lacking}} if lacking else {"counted": "A"}
    assert groups(row.totals["x"]) == expected


@pytest.mark.parametrize(
    ("cells", "state", "cover"),
    [
        ([None, NONE, LATER, NA], MISSING, {"missing": "A"}),
        ([None, BAD, NONE, NONE], BAD, {"unreadable": "A"}),
        ([NA, NA, NA, NA], NA, {"n/a": "A"}),
    ],
)
def test_nothing_over_periods_is_never_zero(cells, state, cover):
    prog = programme(form(number("x")), units=UNITS[:1])
    row = only_row(prog, "Y", grid({"A": cells}))
    assert (row.lines[0].figures["x"].state, row.lines[0].figures["x"].value) == (state, None)
    assert (row.totals["x"].value, groups(row.totals["x"])) == (None, cover)


def test_units_first_over_periods_then_over_units():
    prog = programme(form(number("x", "sum", "last"), number("y", "max", "sum")))
    details = [
        returned(unit, f"Q{n}", {"I": {"x": n * k, "y": n * k}})
        for k, unit in enumerate("ABC", 1)
        for n in (1, 2, 3, 4)
    ]
    row = only_row(prog, "Y", details)
    assert row.totals["x"].value == 4 + 8 + 12  # the stocks at the end of the year
    assert row.totals["y"].value == 30  # the largest of the sums 10, 20, 30
    half = only_row(prog, "H1", details)
    assert (half.totals["x"].value, half.totals["y"].value) == (2 + 4 + 6, 9)


def test_nothing_declared_over_periods_gives_no_figure_but_for_the_single_period():
    prog = programme(form(number("x", "sum", "none")))
    details = grid({"A": [1, 2], "B": [3, 4], "C": [5, 6]})
    assert total(prog, "Q2", details).value == 12
    year = only_row(prog, "H1", details)
    assert (year.totals["x"].state, year.totals["x"].value) == (NA, None)
    assert year.lines[0].figures["x"].value is None
    assert groups(year.totals["x"]) == {"counted": "ABC"}
    assert year.lines[0].by_period["Q2"]["x"].value == 2


def test_sums_are_exact():
    prog = programme(form(number("x")))
    details = grid({"A": [D("1E+40")], "B": [D("0.1")], "C": [D("-1E+40")]})
    assert total(prog, "Q1", details).value == D("0.1")


# --- texts, choices, dates ------------------------------------------------------------------


def test_share_counts_every_choice_in_order():
    prog = programme(form(choice("x")))
    figure = total(prog, "Q1", grid({"A": ["Chưa"], "B": ["Chưa"], "C": [None]}))
    assert list(figure.shares.items()) == [("Xong", 0), ("Chưa", 2)]
    assert (figure.value, groups(figure)) == (2, {"counted": "AB", "missing": "C"})


def test_share_takes_the_last_status_of_each_unit():
    prog = programme(form(choice("x")))
    details = grid({"A": ["Chưa", "Xong"], "B": ["Chưa", "Chưa"], "C": ["Chưa", None]})
    figure = total(prog, "H1", details)
    assert dict(figure.shares) == {"Xong": 1, "Chưa": 2}
    assert groups(figure) == {"counted": "AB", "partial": {"C": ("Q2",)}}


@pytest.mark.parametrize("over_periods", ["share", "sum"])
def test_share_over_periods_counts_all_answers(over_periods):
    prog = programme(form(choice("x", "share", over_periods)))
    row = only_row(prog, "H1", grid({"A": ["Chưa", "Xong"], "B": ["Chưa", "Chưa"], "C": [NIL]}))
    assert dict(row.lines[1].figures["x"].shares) == {"Xong": 0, "Chưa": 2}
    # A confirmed nil is an answer that chose nothing: kept apart, so that it adds up.
    assert dict(row.totals["x"].shares) == {"Xong": 1, "Chưa": 3, "": 1}
    assert row.totals["x"].value == 5


def test_share_without_answers_keeps_the_choices_and_no_value():
    prog = programme(form(choice("x")))
    figure = total(prog, "Q1", [])
    assert (figure.state, figure.value) == (MISSING, None)
    assert dict(figure.shares) == {"Xong": 0, "Chưa": 0}


def test_a_choice_that_left_the_list_is_still_counted():
    prog = programme(form(choice("x")))
    figure = total(prog, "Q1", grid({"A": ["Cũ"], "B": ["Xong"], "C": ["Xong"]}))
    assert list(figure.shares.items()) == [("Xong", 2), ("Chưa", 0), ("Cũ", 1)]


def test_list_names_the_unit_keeps_order_and_duplicates():
    prog = programme(form(words("x")))
    details = grid({"A": ["một", "hai"], "B": ["một", NIL], "C": [None, "ba"]})
    figure = total(prog, "H1", details)
    assert figure.texts == (("A", "một"), ("A", "hai"), ("B", "một"), ("C", "ba"))
    assert figure.value == "một\nhai\nmột\nba"
    assert groups(figure) == {"counted": "AB", "partial": {"C": ("Q1",)}}


def test_list_of_nils_is_nil():
    prog = programme(form(words("x")))
    figure = total(prog, "Q1", grid({"A": [NIL], "B": [NIL], "C": [NIL]}))
    assert (figure.state, figure.value, figure.texts) == (NIL, None, ())


def test_count_of_answers_over_both_axes():
    prog = programme(form(words("x", "count", "count")))
    figure = total(prog, "H1", grid({"A": ["a", "b"], "B": ["c", None], "C": [None, None]}))
    assert figure.value == 3
    assert groups(figure) == {"counted": "A", "partial": {"B": ("Q2",)}, "missing": "C"}


def test_count_of_units_that_answered():
    prog = programme(form(number("x", "count", "sum")))
    assert total(prog, "H1", grid({"A": [5, 6], "B": [0, None], "C": [None, None]})).value == 2


def test_latest_date():
    prog = programme(form(day("x")))
    details = grid({"A": [date(2024, 3, 5)], "B": [date(2024, 2, 28)], "C": [NIL]})
    figure = total(prog, "Q1", details)
    assert (figure.value, groups(figure)) == (date(2024, 3, 5), {"counted": "ABC"})


def test_what_has_no_meaning_for_a_type_is_no_total():
    prog = programme(form(day("x", "sum", "sum"), words("y", "max", "max")))
    details = [returned("A", "Q1", {"I": {"x": date(2024, 1, 1), "y": "b"}})]
    row = only_row(prog, "Q1", details)
    assert {row.totals[code].state for code in "xy"} == {NA}


# --- who is expected ------------------------------------------------------------------------


def test_a_period_in_which_a_unit_did_not_exist_is_not_expected():
    young = replace(UNITS[1], valid_from=date(2024, 4, 1))
    gone = replace(UNITS[2], valid_to=date(2024, 3, 31))
    prog = programme(form(number("x")), units=(UNITS[0], young, gone))
    row = only_row(prog, "H1", grid({"A": [1, 2], "B": [NONE, 4], "C": [5, NONE]}))
    assert (row.totals["x"].value, groups(row.totals["x"])) == (12, {"counted": "ABC"})
    assert [tuple(line.by_period) for line in row.lines] == [("Q1", "Q2"), ("Q2",), ("Q1",)]
    first = only_row(prog, "Q1", grid({"A": [1], "C": [5]}))
    assert [line.unit.code for line in first.lines] == ["A", "C"]


def test_items_and_forms_asked_of_some_types_only():
    ward = Unit("W", "Phường W", "W", "phường")
    school = Unit("S", "Trường S", "S", "trường")
    items = (ITEM, Item("J", "2", "Việc hai", unit_types=("phường",)))
    prog = programme(
        form(number("x"), unit_types=("quận", "phường")),
        units=(*UNITS[:1], ward, school),
        items=items,
    )
    details = [
        returned("A", "Q1", {"I": {"x": 1}, "J": {"x": 50}}),
        returned("W", "Q1", {"I": {"x": 2}, "J": {"x": 3}}),
        returned("S", "Q1", {"I": {"x": 70}}),
    ]
    found = consolidate(prog, prog.period("Q1"), details)
    one, two = found.tables[0].rows
    assert (one.totals["x"].value, groups(one.totals["x"])) == (3, {"counted": "AW"})
    assert (two.totals["x"].value, groups(two.totals["x"])) == (3, {"counted": "W"})
    # What was not asked is no part of a total, and is said.
    assert [(u.reason, u.part.unit, u.part.value) for u in found.unplaced] == [
        (UnplacedReason.ROW, "A", 50),
        (UnplacedReason.FORM, "S", 70),
    ]


def test_a_row_that_a_return_does_not_hold_is_missing():
    prog = programme(form(number("x")), items=(ITEM, Item("J", "2", "Việc hai")))
    one, two = table(prog, "Q1", grid({"A": [1], "B": [2], "C": [3]})).rows
    assert one.totals["x"].value == 6
    assert (two.totals["x"].value, groups(two.totals["x"])) == (None, {"missing": "ABC"})


def test_a_prefilled_figure_the_office_left_blank_is_not_asked():
    prog = programme(
        form(number("x", prefill="allotment")), allotments={("I", "A"): D(9), ("I", "B"): D(8)}
    )
    figure = total(prog, "Q1", grid({"A": [9], "B": [NONE], "C": [None]}))
    assert (figure.value, groups(figure)) == (9, {"counted": "A", "missing": "B", "n/a": "C"})


def test_a_prefilled_text_is_the_offices_own_and_nobodys_gap():
    prog = programme(form(replace(words("x"), prefill="text"), number("y")))
    row = only_row(prog, "Q1", [returned("A", "Q1", {"I": {"y": 1}})])
    assert groups(row.totals["x"]) == {"n/a": "ABC"}


# --- rates ----------------------------------------------------------------------------------

RATE = (number("a"), number("b"), ratio("r", "a", "b"))


def over(a: int, b: int) -> D:
    """A quotient as formulas and means give it: 28 digits."""
    return Context(prec=28).divide(D(a), D(b))


def rates(table_: dict[str, list[tuple[object, object]]]):
    return [
        returned(unit, f"Q{n}", {"I": {"a": a, "b": b}})
        for unit, quarters in table_.items()
        for n, (a, b) in enumerate(quarters, 1)
    ]


def test_a_rate_is_the_ratio_of_sums_not_the_mean_of_rates():
    prog = programme(form(*RATE))
    details = rates({"A": [(1, 2), (3, 4)], "B": [(10, 100), (0, 0)], "C": [(1, 1), (1, 1)]})
    row = only_row(prog, "H1", details)
    assert [line.figures["r"].value for line in row.lines] == [over(4, 6), over(10, 100), 1]
    assert row.totals["r"].value == over(16, 108)
    assert groups(row.totals["r"]) == {"counted": "ABC"}


def test_a_rate_takes_numerator_and_denominator_from_the_same_units():
    prog = programme(form(*RATE))
    details = rates({"A": [(1, 2)], "B": [(None, 100)], "C": [(50, BAD)]})
    row = only_row(prog, "Q1", details)
    assert (row.totals["a"].value, row.totals["b"].value) == (51, 102)
    assert row.totals["r"].value == D("0.5")
    assert groups(row.totals["r"]) == {"counted": "A", "missing": "B", "unreadable": "C"}
    assert [part.value for part in row.totals["r"].parts] == [1, 2]


def test_a_rate_takes_numerator_and_denominator_from_the_same_periods():
    prog = programme(form(*RATE), units=UNITS[:1])
    row = only_row(prog, "H1", rates({"A": [(1, 2), (None, 100)]}))
    assert row.lines[0].figures["r"].value == D("0.5")
    assert groups(row.totals["r"]) == {"partial": {"A": ("Q2",)}}


def test_a_plan_for_the_year_is_the_last_known_and_not_added():
    fields = (number("a"), number("b", "sum", "last"), ratio("r", "a", "b"))
    prog = programme(form(*fields), units=UNITS[:2])
    details = rates({"A": [(10, 100), (20, None)], "B": [(5, 50), (5, 60)]})
    row = only_row(prog, "H1", details)
    assert [line.figures["r"].value for line in row.lines] == [D("0.3"), over(10, 60)]
    assert row.totals["r"].value == D("0.25")  # (30 + 10) / (100 + 60)
    assert groups(row.totals["r"]) == {"counted": "B", "partial": {"A": ("Q2",)}}


def test_the_plan_is_the_last_known_even_where_the_actual_is_missing():
    fields = (number("a"), number("b", "sum", "last"), ratio("r", "a", "b"))
    prog = programme(form(*fields), units=UNITS[:1])
    row = only_row(prog, "H1", rates({"A": [(10, 100), (None, 50)]}))
    assert row.lines[0].figures["r"].value == D("0.2")
    assert groups(row.totals["r"]) == {"partial": {"A": ("Q2",)}}


def test_a_rate_over_nothing_is_not_applicable():
    prog = programme(form(*RATE), units=UNITS[:2])
    row = only_row(prog, "Q1", rates({"A": [(5, 0)], "B": [(1, 10)]}))
    assert (row.lines[0].figures["r"].state, row.lines[0].figures["r"].value) == (NA, None)
    # Its inputs are in the ratio of sums all the same.
    assert row.totals["r"].value == D("0.6")
    assert groups(row.totals["r"]) == {"counted": "AB"}
    assert only_row(prog, "Q1", rates({"A": [(5, 0)], "B": [(1, 0)]})).totals["r"].state is NA


def test_a_unit_for_which_an_input_does_not_apply_leaves_the_denominator():
    prog = programme(form(*RATE), units=UNITS[:2])
    row = only_row(prog, "Q1", rates({"A": [(None, NA)], "B": [(1, 10)]}))
    assert groups(row.totals["r"]) == {"counted": "B", "n/a": "A"}


def test_a_rate_averaged_because_the_programme_says_so_uses_the_answers():
    prog = programme(form(number("a"), number("b"), ratio("r", "a", "b", "mean", "recompute")))
    row = only_row(prog, "Q1", rates({"A": [(1, 2)], "B": [(5, 0)], "C": [(1, 4)]}))
    assert row.totals["r"].value == D("0.375")
    assert groups(row.totals["r"]) == {"counted": "AC", "n/a": "B"}


def test_formulas_of_formulas_and_spans():
    summed = Expression("SUM([a]:[b])", Call("SUM", (Span("a", "b", ("a", "b")),)))
    share = Expression("[a]/[s]", Binary("/", Ref("a"), Ref("s")))
    recompute = {"over_units": RATE[2].over_units, "over_periods": RATE[2].over_periods}
    prog = programme(
        form(
            *RATE[:2],
            Field("F", "s", "s", FieldType.FORMULA, formula=summed, **recompute),
            Field("F", "r", "r", FieldType.FORMULA, formula=share, **recompute),
        )
    )
    row = only_row(prog, "Q1", rates({"A": [(1, 3)], "B": [(2, 2)], "C": [(None, 7)]}))
    assert (row.totals["s"].value, row.totals["r"].value) == (8, D("0.375"))
    assert groups(row.totals["r"]) == {"counted": "AB", "missing": "C"}
    assert [part.value for part in row.totals["r"].parts] == [1, 2, 3, 2]


def test_a_formula_that_looks_back_is_shown_as_returned_and_never_added_up():
    growth = Expression("[a]-PREV([a])", Binary("-", Ref("a"), Prev("a")))
    recompute = {"over_units": RATE[2].over_units, "over_periods": RATE[2].over_periods}
    prog = programme(
        form(number("a"), Field("F", "g", "g", FieldType.FORMULA, formula=growth, **recompute))
    )
    details = [returned("A", "Q2", {"I": {"a": 5, "g": 2}})]
    row = only_row(prog, "Q2", details)
    assert (row.lines[0].figures["g"].value, row.totals["g"].state) == (2, NA)
    assert only_row(prog, "Y", details).lines[0].figures["g"].state is NA


def test_countrows_and_a_units_own_figure():
    quota = Expression("COUNTROWS(L)/UNIT(I)", Binary("/", CountRows("L"), UnitValue("I")))
    recompute = {"over_units": RATE[2].over_units, "over_periods": RATE[2].over_periods}
    asked = form(
        Field("F", "q", "q", FieldType.FORMULA, formula=quota, **recompute),
        kind=FormKind.QUESTIONS,
    )
    listed = form(words("ten"), kind=FormKind.OPEN, code="L")
    prog = programme(asked, listed, allotments={("I", "A"): D(4), ("I", "B"): D(6)})
    rows = [answer("L", str(n), "ten", "x") for n in (1, 2, 3)]
    details = [
        returned("A", "Q1", more=rows[:2]),
        returned("A", "Q2", more=rows[:1]),
        returned("B", "Q1", more=rows),
        returned("C", "Q1", more=rows),
    ]
    figure = total(prog, "H1", details, "q")
    assert figure.value == D("0.6")  # (2 + 1 + 3) / (4 + 6)
    assert groups(figure) == {"counted": "A", "partial": {"B": ("Q2",)}, "missing": "C"}


# --- questions ------------------------------------------------------------------------------


def test_questions_are_a_row_each_and_one_row_to_their_formulas():
    prog = programme(form(*RATE, words("t"), kind=FormKind.QUESTIONS), units=UNITS[:2])
    details = [
        returned("A", "Q1", {"a": {"a": 1}, "b": {"b": 4}, "t": {"t": "khó khăn"}}),
        returned("B", "Q1", {"a": {"a": 1}, "b": {"b": 6}, "t": {"t": None}}),
    ]
    rows = {row.key: row for row in table(prog, "Q1", details).rows}
    assert list(rows) == ["a", "b", "r", "t"]
    assert rows["r"].totals["r"].value == D("0.2")
    assert rows["t"].totals["t"].texts == (("A", "khó khăn"),)
    assert [line.figures["b"].value for line in rows["b"].lines] == [4, 6]
    assert list(rows["a"].lines[0].by_period["Q1"]) == ["a"]


# --- lists ----------------------------------------------------------------------------------

LIST = form(words("ten"), number("ho"), choice("lv", "share", "sum"), kind=FormKind.OPEN)
BLANK = {"ten": None, "ho": None, "lv": None}


def listed(unit: str, period: str, *rows: tuple[object, object, object], **more):
    cells = {
        str(n): dict(zip(("ten", "ho", "lv"), row, strict=True)) for n, row in enumerate(rows, 1)
    }
    return returned(unit, period, {**cells, str(len(rows) + 1): BLANK}, **more)


def test_lists_gather_the_rows_of_all_units_and_periods():
    prog = programme(LIST)
    details = [
        listed("A", "Q1", ("m1", 10, "Xong"), ("m2", 5, "Chưa")),
        listed("A", "Q2", ("m3", 1, "Xong")),
        listed("B", "Q1"),
        listed("B", "Q2", ("m4", 4, "Xong")),
        listed("C", "Q1", (NIL, None, None)),
        listed("C", "Q2"),
    ]
    found = table(prog, "H1", details)
    (row,) = found.rows
    assert row.key == ""
    assert (row.totals[ROWS].value, groups(row.totals[ROWS])) == (4, {"counted": "ABC"})
    assert row.totals["ho"].value == 20
    assert dict(row.totals["lv"].shares) == {"Xong": 3, "Chưa": 1}
    assert row.totals["ten"].texts == (("A", "m1"), ("A", "m2"), ("A", "m3"), ("B", "m4"))
    a, b, c = row.lines
    assert [line.figures[ROWS].value for line in row.lines] == [3, 1, 0]
    assert (a.by_period["Q1"]["ho"].value, a.by_period["Q1"][ROWS].value) == (15, 2)
    assert (b.by_period["Q1"]["ho"].state, b.by_period["Q1"]["ho"].value) == (Z, 0)
    assert (c.by_period["Q1"][ROWS].state, c.by_period["Q1"][ROWS].value) == (NIL, 0)
    assert [(e.unit.code, e.period.code, e.row) for e in found.entries] == [
        ("A", "Q1", "1"),
        ("A", "Q1", "2"),
        ("A", "Q2", "1"),
        ("B", "Q2", "1"),
    ]
    assert found.entries[0].answers["ten"].value == "m1"


def test_an_empty_list_is_zero_only_when_it_came_without_fault():
    prog = programme(LIST)
    fault = Finding("structure.x", Severity.ERROR, Address("B-Q1.xlsx", "F", "C3"))
    details = [
        listed("A", "Q1", ("m1", 10, "Xong")),
        listed("B", "Q1", findings=[fault]),
    ]
    row = only_row(prog, "Q1", details)
    for code in (ROWS, "ho", "lv"):
        assert groups(row.totals[code]) == {"counted": "A", "unreadable": "B", "missing": "C"}
    assert row.lines[1].figures[ROWS].value is None


def said(code: str, sheet: str, cell: str = "", **params: str) -> Finding:
    bad = code in ("structure.sheet_duplicated", "structure.sheet_missing", "structure.x")
    severity = Severity.ERROR if bad else Severity.NOTE
    return Finding(code, severity, Address("A-Q1.xlsx", sheet, cell), "", params)


@pytest.mark.parametrize(
    ("sheets", "findings", "state", "value"),
    [
        # The intake reads no answer from a list without rows: its sheet's balance tells.
        (["F Biểu F"], [], Z, 0),
        (["F biểu f"], [said("form.blank", "F biểu f")], Z, 0),
        (["F Biểu F"], [said("structure.x", "Other")], Z, 0),
        (["F Biểu F"], [said("form.said_nothing", "F Biểu F", "C7")], NIL, 0),
        (["F Biểu F"], [said("form.said_not_available", "F Biểu F", "C7")], LATER, None),
        (["Mới"], [said("structure.sheet_renamed", "Mới", expected="F Biểu F")], Z, 0),
        (["F Biểu F"], [said("structure.x", "F Biểu F", "C7")], BAD, None),
        (
            ["F Biểu F", "F (2)"],
            [said("structure.sheet_duplicated", "F (2)", other="F Biểu F")],
            BAD,
            None,
        ),
        (["Khác"], [said("structure.sheet_missing", "F Biểu F")], MISSING, None),
        ([], [], MISSING, None),
    ],
)
def test_a_list_without_rows(sheets, findings, state, value):
    prog = programme(LIST, units=UNITS[:1])
    row = only_row(prog, "Q1", [returned("A", "Q1", sheets=sheets, findings=findings)])
    for code in (ROWS, "ho"):
        assert (row.totals[code].state, row.totals[code].value) == (state, value)
    cells = [(part.sheet, part.cell, part.state) for part in row.totals[ROWS].parts]
    assert cells == ([("F Biểu F", "C7", state)] if state in (NIL, LATER) else [])


def test_a_row_without_the_figure_makes_its_unit_partial():
    prog = programme(LIST, units=UNITS[:2])
    details = [
        listed("A", "Q1", ("m1", 10, "Xong"), ("m2", None, "Xong")),
        listed("B", "Q1", ("m3", BAD, "Chưa")),
    ]
    row = only_row(prog, "Q1", details)
    assert row.totals["ho"].value == 10
    assert groups(row.totals["ho"]) == {"partial": {"A": ("Q1",)}, "unreadable": "B"}
    assert groups(row.totals["lv"]) == {"counted": "AB"}
    assert row.totals[ROWS].value == 3


def test_lists_restated_each_period_count_the_last_one():
    fields = (words("ten", "list", "last"), number("ho", "sum", "last"))
    prog = programme(form(*fields, kind=FormKind.OPEN), units=UNITS[:2])
    details = [
        returned("A", "Q1", {"1": {"ten": "m1", "ho": 1}}),
        returned("A", "Q2", {"1": {"ten": "m1", "ho": 2}, "2": {"ten": "m2", "ho": 3}}),
        returned("B", "Q1", {"1": {"ten": "m3", "ho": 7}}),
    ]
    found = table(prog, "H1", details)
    row = found.rows[0]
    assert (row.totals[ROWS].value, row.totals["ho"].value) == (3, 12)
    assert row.totals["ten"].texts == (("A", "m1"), ("A", "m2"), ("B", "m3"))
    assert groups(row.totals["ho"]) == {"counted": "A", "partial": {"B": ("Q2",)}}
    assert len(found.entries) == 4


@pytest.mark.parametrize(("how", "value"), [("sum", 0), ("max", None), ("list", None)])
def test_a_restated_list_that_is_empty_now_forgets_what_was_in_it(how, value):
    prog = programme(form(number("x", how, "last"), kind=FormKind.OPEN), units=UNITS[:1])
    details = [
        returned("A", "Q1", {"1": {"x": 5}}),
        returned("A", "Q2", {"1": {"x": None}}),
    ]
    row = only_row(prog, "H1", details)
    assert (row.totals["x"].value, row.totals[ROWS].value) == (value, 0)


def test_rows_of_a_list_stand_in_the_order_of_the_sheet():
    prog = programme(LIST, units=UNITS[:1])
    rows = {key: {"ten": f"m{key}", "ho": 1, "lv": "Xong"} for key in ("10", "9", "1")}
    found = table(prog, "Q1", [returned("A", "Q1", rows)])
    assert [entry.row for entry in found.entries] == ["1", "9", "10"]
    assert [text for _, text in found.rows[0].totals["ten"].texts] == ["m1", "m9", "m10"]


@pytest.mark.parametrize(
    ("over_units", "over_periods", "of_a", "of_all"),
    [
        ("sum", "sum", 16, 21),
        ("sum", "max", 10, 15),  # A's quarters: 10 and 6
        ("sum", "mean", 8, D("10.5")),  # B: 5 and, of no rows, 0
        ("mean", "sum", 4, D("4.2")),  # of all rows: 3, 7, 1, 5 / and 5
        ("mean", "mean", 4, D("4.5")),  # A's quarters: 5 and 3; of A 4 and B 5
        ("max", "sum", 7, 7),
        ("min", "last", 1, 1),
        ("count", "sum", 4, 5),
        ("count", "max", 2, 3),
        ("last", "sum", 5, 5),
    ],
)
def test_numbers_of_lists(over_units, over_periods, of_a, of_all):
    prog = programme(form(number("x", over_units, over_periods), kind=FormKind.OPEN))
    details = [
        returned("A", "Q1", {"1": {"x": 3}, "2": {"x": 7}}),
        returned("A", "Q2", {"1": {"x": 1}, "2": {"x": 5}}),
        returned("B", "Q1", {"1": {"x": 5}}),
        returned("B", "Q2", {"1": {"x": None}}),
    ]
    row = only_row(prog, "H1", details)
    assert row.lines[0].figures["x"].value == of_a
    assert row.totals["x"].value == of_all


def test_there_is_no_largest_of_no_rows():
    prog = programme(form(number("x", "max", "max"), kind=FormKind.OPEN), units=UNITS[:2])
    details = [
        returned("A", "Q1", {"1": {"x": None}}),
        returned("B", "Q1", {"1": {"x": 5}}),
    ]
    row = only_row(prog, "Q1", details)
    assert (row.lines[0].figures["x"].state, row.totals["x"].value) == (NA, 5)
    assert groups(row.totals["x"]) == {"counted": "B", "n/a": "A"}


def test_a_rate_of_a_list_is_like_for_like_row_by_row():
    prog = programme(form(words("t"), *RATE, kind=FormKind.OPEN), units=UNITS[:2])
    rows = {"1": {"t": "x", "a": 1, "b": 2}, "2": {"t": "y", "a": 9, "b": None}}
    details = [returned("A", "Q1", rows), returned("B", "Q1", {"1": {"t": "z", "a": 2, "b": 4}})]
    row = only_row(prog, "Q1", details)
    assert (row.lines[0].figures["r"].value, row.totals["r"].value) == (D("0.5"), D("0.5"))
    assert (row.totals["a"].value, row.totals["b"].value) == (12, 6)
    assert groups(row.totals["r"]) == {"counted": "B", "partial": {"A": ("Q1",)}}


def test_a_rate_of_a_restated_list_is_that_of_its_last_state():
    fields = (number("a", "sum", "last"), number("b", "sum", "last"), ratio("r", "a", "b"))
    prog = programme(form(*fields, kind=FormKind.OPEN), units=UNITS[:2])
    details = [
        returned("A", "Q1", {"1": {"a": 9, "b": 9}}),
        returned("A", "Q2", {"1": {"a": 1, "b": 4}}),
        returned("B", "Q2", {"1": {"a": 1, "b": 4}}),
    ]
    row = only_row(prog, "H1", details)
    assert [line.figures["r"].value for line in row.lines] == [D("0.25"), D("0.25")]
    # What never came in the first quarter would not have been used.
    assert groups(row.totals["r"]) == {"counted": "AB"}


# --- targets --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "floor", "reached"),
    [(95, True, False), (96, True, True), (95, False, True), (96, False, False)],
)
def test_a_rate_is_held_against_its_target_unrounded(actual, floor, reached):
    item = replace(ITEM, target=D("0.4"), target_is_rate=True, target_is_floor=floor)
    rate = replace(RATE[2], role=Role.RATE)
    prog = programme(form(*RATE[:2], rate), units=UNITS[:1], items=(item,))
    held = only_row(prog, "Q1", rates({"A": [(actual, 239)]})).attainment
    assert (held.target, held.reached, held.provisional) == (D("0.4"), reached, False)


@pytest.mark.parametrize(
    ("cells", "actual", "reached", "provisional"),
    [
        ([5, 5, 5], 15, True, False),
        ([5, 5, 4], 14, False, False),
        ([9, 9, NONE], 18, True, True),
        ([NA, 9, 9], 18, True, False),
        ([None, BAD, NONE], None, None, True),
    ],
)
def test_a_number_is_held_against_its_target(cells, actual, reached, provisional):
    item = replace(ITEM, target=D(15))
    prog = programme(form(number("x", role=Role.ACTUAL)), items=(item,))
    row = only_row(prog, "Q1", grid({u: [c] for u, c in zip("ABC", cells, strict=True)}))
    held = row.attainment
    assert (held.actual, held.reached, held.provisional) == (actual, reached, provisional)


def test_no_target_or_nothing_to_hold_against_it_is_no_attainment():
    prog = programme(form(number("x", role=Role.ACTUAL)))
    assert only_row(prog, "Q1", []).attainment is None
    prog = programme(form(number("x")), items=(replace(ITEM, target=D(1)),))
    assert only_row(prog, "Q1", []).attainment is None


# --- provenance, order, what has no place ---------------------------------------------------


def test_every_figure_carries_its_parts():
    prog = programme(form(number("x")))
    figure = total(prog, "Q1", grid({"A": [1], "B": [None], "C": [NONE]}))
    assert [(p.unit, p.period, p.row, p.state, p.value) for p in figure.parts] == [
        ("A", "Q1", "I", V, 1),
        ("B", "Q1", "I", MISSING, None),
    ]
    first = figure.parts[0]
    assert (first.file, first.sheet, first.cell) == ("A-Q1.xlsx", "F", "I.x")
    assert first.stored == "luu-tru/A-Q1.xlsx"


def test_the_part_of_a_stock_is_the_one_taken():
    prog = programme(form(number("x", "sum", "last")), units=UNITS[:1])
    figure = total(prog, "Y", grid({"A": [1, 3, BAD, NONE]}))
    assert [(p.period, p.state) for p in figure.parts] == [("Q2", V), ("Q3", BAD)]


def test_the_order_of_the_returns_does_not_matter():
    prog = programme(form(number("x"), words("t"), *RATE), LIST_TOO)
    details = [
        returned(
            unit,
            period,
            {"I": {"x": n, "t": f"{unit}{n}", "a": n, "b": 7}},
            more=[answer("L", "1", "ten", f"{unit}{n}"), answer("gone", "1", "x", 5)],
        )
        for unit in "ABC"
        for n, period in enumerate(("Q1", "Q2", "Q3"), 1)
    ]
    expected = consolidate(prog, prog.period("Y"), details)
    for seed in range(5):
        shuffled = random.Random(seed).sample(details, len(details))
        assert consolidate(prog, prog.period("Y"), shuffled) == expected


LIST_TOO = form(words("ten"), kind=FormKind.OPEN, code="L")


def test_answers_without_a_place_are_said_not_dropped():
    prog = programme(form(number("x")))
    more = [
        answer("F", "I", "x", 99),
        answer("F", "I", "old", 1),
        answer("F", "gone", "x", 2),
        answer("G", "I", "x", 3),
        answer("F", "gone too", "x", None),
    ]
    details = [
        returned("A", "Q1", {"I": {"x": 1}}, more=more),
        returned("Z", "Q1", {"I": {"x": 4}}),
        returned("A", "Q9", {"I": {"x": 5}}),
    ]
    found = consolidate(prog, prog.period("Q1"), details)
    assert found.tables[0].rows[0].totals["x"].value == 1
    assert [(u.reason.value, u.form, u.field, u.part.value) for u in found.unplaced] == [
        ("twice", "F", "x", 99),
        ("field", "F", "old", 1),
        ("row", "F", "x", 2),
        ("form", "G", "x", 3),
        ("unit", "F", "x", 4),
        ("period", "F", "x", 5),
    ]
    assert [(s.unit, s.period) for s in found.sources] == [("A", "Q1"), ("Z", "Q1")]


def test_superseded_returns_do_not_count():
    prog = programme(form(number("x")), units=UNITS[:1])
    details = [
        returned("A", "Q1", {"I": {"x": 1}}, current=False),
        returned("A", "Q1", {"I": {"x": 2}}),
    ]
    assert total(prog, "Q1", details).value == 2
    with pytest.raises(ValueError, match="two current returns"):
        total(prog, "Q1", [details[1], details[1]])


def test_the_year_is_made_of_the_shortest_periods_and_counts_nothing_twice():
    prog = programme(
        form(number("x"), periods=("Q1", "Q2", "Q3", "Q4", "H1")),
        form(number("y"), periods=("Y",), code="G"),
    )
    details = [
        *grid({"A": [1, 2, 3, 4]}),
        returned("A", "H1", {"I": {"x": 300}}),
        returned("A", "Y", {"I": {"y": 7}}, form_code="G"),
    ]
    found = consolidate(prog, prog.period("Y"), details)
    assert [t.rows[0].totals[c].value for t, c in zip(found.tables, "xy", strict=True)] == [10, 7]
    assert [p.code for p in found.tables[0].periods] == ["Q1", "Q2", "Q3", "Q4"]
    assert found.unplaced == ()
    half = consolidate(prog, prog.period("H1"), details)
    assert [t.rows[0].totals["x"].value for t in half.tables] == [300]
    assert [(s.unit, s.period) for s in half.sources] == [("A", "H1")]


def test_status_covers_each_collected_period_within():
    prog = programme(form(number("x")))
    details = [
        returned("A", "Q1", {"I": {"x": 1}}),
        returned("B", "Q1", {"I": {"x": 1}}, received=date(2024, 4, 3)),
        returned("A", "Q2", {"I": {"x": BAD}}, errors=1),
    ]
    found = consolidate(prog, prog.period("H1"), details)
    assert [s.period.code for s in found.status] == ["Q1", "Q2"]
    states = [[u.state for u in status.units] for status in found.status]
    assert states == [
        [ReturnState.ON_TIME, ReturnState.LATE, ReturnState.MISSING],
        [ReturnState.RETURNED, ReturnState.MISSING, ReturnState.MISSING],
    ]


def test_a_form_with_nothing_to_say_of_the_period_has_no_table():
    prog = programme(form(number("x"), periods=("Q1",)))
    assert consolidate(prog, prog.period("Q2"), []).tables == ()


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(enabled):
    prog = programme(form(number("x")))
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        consolidate(prog, prog.period("Q1"), [])
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_coverage_groups_never_overlap():
    prog = programme(form(number("x")))
    figure = total(prog, "H1", grid({"A": [1, None], "B": [NA, NA], "C": [BAD, NONE]}))
    assert figure.coverage == Coverage(
        expected=("A", "B", "C"),
        counted=(),
        unreadable=("C",),
        not_applicable=("B",),
        partial={"A": ("Q2",)},
    )
    assert (figure.coverage.denominator, figure.coverage.complete) == (2, False)


# --- what is not added over time ------------------------------------------------------------


@pytest.mark.parametrize(("period", "shown"), [("Q1", 3), ("H1", 9), ("Y", 27)])
def test_a_running_total_is_not_added_over_quarters(period: str, shown: int) -> None:
    prog = programme(form(number("x", "sum", "last", role=Role.CUMULATIVE)))
    details = grid({"A": [1, 3, 6, 10], "B": [2, 6, 9, 17]})
    assert total(prog, period, details).value == shown


def test_a_stock_is_not_summed_over_time_and_its_age_is_said() -> None:
    prog = programme(form(number("x", "sum", "last")))
    figure = total(prog, "Y", grid({"A": [50, 52, 51, 49], "B": [20, 30]}))
    assert figure.value == 79  # 49 and, the last that is known, 30
    assert figure.coverage is not None
    assert figure.coverage.partial == {"B": ("Q3", "Q4")}
    assert not figure.coverage.complete


# --- weighted means and what is different ---------------------------------------------------

WEIGHED = (number("w"), number("x", "weighted_mean", "weighted_mean", weight="w"))


def weighed(*cells: tuple[str, str, object, object]):
    return [returned(u, p, {"I": {"x": x, "w": w}}) for u, p, x, w in cells]


def test_a_weighted_mean_is_of_all_answers_by_their_weights() -> None:
    details = weighed(("A", "Q1", 10, 1), ("A", "Q2", 20, 3), ("B", "Q1", 40, 6))
    figure = total(programme(form(*WEIGHED)), "H1", details)
    assert figure.value == (10 + 60 + 240) / D(10)
    (a, b, _) = only_row(programme(form(*WEIGHED)), "H1", details).lines
    assert (a.figures["x"].value, b.figures["x"].value) == (D("17.5"), 40)


def test_an_answer_without_its_weight_is_not_in_the_mean() -> None:
    details = weighed(("A", "Q1", 10, None), ("B", "Q1", 40, 6), ("C", "Q1", NA, 5))
    figure = total(programme(form(*WEIGHED)), "Q1", details)
    assert figure.value == 40
    assert groups(figure) == {"counted": "B", "missing": "A", "n/a": "C"}


def test_a_unit_is_weighed_by_its_own_figure_of_the_weight() -> None:
    fields = (number("w", "sum", "last"), number("x", "weighted_mean", "last", weight="w"))
    details = weighed(("A", "Q1", 10, 99), ("A", "Q2", 20, 1), ("B", "Q2", 40, 3))
    assert total(programme(form(*fields)), "H1", details).value == 35


def test_without_any_weight_there_is_no_mean() -> None:
    figure = total(programme(form(*WEIGHED)), "Q1", weighed(("A", "Q1", 10, 0)))
    assert (figure.value, figure.state) == (None, State.NOT_APPLICABLE)


def test_different_answers_are_counted_once_over_units_and_periods() -> None:
    prog = programme(form(words("x", "distinct", "distinct")))
    details = grid({"A": ["Xã An", "xã  an"], "B": ["Xã Bình", NIL], "C": ["Xã An", None]})
    figure = total(prog, "H1", details)
    assert figure.value == 2
    assert figure.shares == {"xã an": 3, "xã bình": 1}
    assert figure.coverage is not None
    assert figure.coverage.partial == {"C": ("Q2",)}
    assert [line.figures["x"].value for line in only_row(prog, "H1", details).lines] == [1, 1, 1]


def test_nobody_named_anything() -> None:
    figure = total(
        programme(form(words("x", "distinct", "last"))), "Q1", grid({"A": [NIL], "B": [NIL]})
    )
    assert (figure.value, figure.state) == (0, State.NIL)

"""The data behind the charts, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from consolidate_cases import (
    BAD,
    ITEM,
    NA,
    NIL,
    QUARTERS,
    UNITS,
    choice,
    form,
    grid,
    number,
    programme,
    ratio,
    returned,
    words,
)

from toolkit.consolidate.chartdata import (
    ACTUAL,
    NO_RETURN,
    NOT_STATED,
    TARGET,
    UNREADABLE,
    ChartData,
    MatrixCell,
    chart_data,
)
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.model import ROWS, ReturnState
from toolkit.programme.model import Chart, ChartKind, FormKind, Item, Role, Unit

NONE = "no return"


def drawn(prog, period, details, kind, lang="vi", **asked) -> ChartData:
    chart = Chart("BD", "Biểu đồ", ChartKind(kind), form="F", **asked)
    whole = prog.period(period)
    return chart_data(chart, prog, whole, details, consolidate(prog, whole, details), lang=lang)


def lines(data: ChartData) -> dict[str, list[object]]:
    return {series.key: list(series.values) for series in data.series}


# --- periods --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "drawn_over"),
    [
        ("Q1", ["Q1"]),
        ("Q3", ["Q1", "Q2", "Q3"]),
        ("Q4", ["Q1", "Q2", "Q3", "Q4"]),
        ("H1", ["Q1", "Q2"]),
        ("Y", ["Q1", "Q2", "Q3", "Q4"]),
    ],
)
@pytest.mark.parametrize("kind", ["status", "progress"])
def test_a_chart_over_time_shows_the_year_up_to_its_period(kind, period, drawn_over):
    prog = programme(form(number("x"), choice("tt")), items=(ITEM,))
    details = [
        returned(unit, f"Q{n}", {"I": {"x": n, "tt": "Xong"}})
        for unit in "ABC"
        for n in (1, 2, 3, 4)
    ]
    data = drawn(prog, period, details, kind, category="tt", values=("x",))
    assert list(data.keys) == drawn_over
    if kind == "progress":  # runs up, and nothing of a later period enters
        sums = [3, 9, 18, 30]
        assert lines(data) == {"I": sums[: len(drawn_over)]}
    else:
        assert lines(data)["Xong"] == [3] * len(drawn_over)


def test_a_form_asked_by_quarter_and_by_year_keeps_its_year_alone():
    asked = replace(form(number("x")), periods=("Q1", "Q2", "Q3", "Q4", "Y"))
    prog = programme(asked, items=(ITEM,))
    details = [returned("A", "Q1", {"I": {"x": 1}}), returned("A", "Y", {"I": {"x": 7}})]
    data = drawn(prog, "Y", details, "progress", values=("x",))
    assert (list(data.keys), lines(data)) == (["Y"], {"I": [7]})


# --- status ---------------------------------------------------------------------------------

STATUS = programme(form(choice("tt")), items=(ITEM, Item("J", "2", "Việc hai")))


def test_status_counts_answers_by_choice_and_period():
    details = [
        returned("A", "Q1", {"I": {"tt": "Xong"}, "J": {"tt": "Chưa"}}),
        returned("B", "Q1", {"I": {"tt": "Xong"}, "J": {"tt": None}}),
        returned("A", "Q2", {"I": {"tt": "Xong"}, "J": {"tt": "Xong"}}),
    ]
    data = drawn(STATUS, "H1", details, "status")
    assert data.categories == ("Quý 1/2024", "Quý 2/2024")
    assert lines(data) == {"Xong": [2, 2], "Chưa": [1, 0], NO_RETURN: [3, 4]}
    assert [series.name for series in data.series] == ["Xong", "Chưa", "Chưa có báo cáo"]
    assert data.notes == ()


def test_status_shows_what_could_not_be_read_and_says_what_it_leaves_out():
    details = grid({"A": [BAD], "B": [NA], "C": [NIL]}, field="tt")
    data = drawn(STATUS, "Q1", details, "status", items=("I",))
    assert lines(data) == {
        "Xong": [0],
        "Chưa": [0],
        NOT_STATED: [1],
        UNREADABLE: [1],
        NO_RETURN: [0],
    }
    assert data.notes == ('Không tính 1 câu trả lời "không áp dụng".',)


def test_status_of_a_list_counts_rows_and_lists_that_never_came():
    prog = programme(form(words("t"), choice("tt", "share", "sum"), kind=FormKind.OPEN))
    rows = {"1": {"t": "x", "tt": "Xong"}, "2": {"t": "y", "tt": None}}
    data = drawn(prog, "Q1", [returned("A", "Q1", rows)], "status", category="tt")
    assert lines(data) == {"Xong": [1], "Chưa": [0], NO_RETURN: [3]}


# --- target ---------------------------------------------------------------------------------

RATE = Item("R", "1", "Tỷ lệ", target=D("0.4"), target_is_rate=True)
COUNT = Item("C", "2", "Số mô hình", target=D(30), unit_of_measure="mô hình")
FREE = Item("X", "3", "Không giao")
FIELDS = (
    number("a", role=Role.ACTUAL),
    number("b"),
    replace(ratio("r", "a", "b"), role=Role.RATE),
)


def test_target_beside_actual_each_in_its_own_measure():
    prog = programme(form(*FIELDS), items=(RATE, COUNT, FREE), units=UNITS[:2])
    cells = {"R": {"a": 95, "b": 239}, "C": {"a": 20}, "X": {"a": 1}}
    data = drawn(prog, "Q1", [returned("A", "Q1", cells)], "target")
    assert data.categories == ("Tỷ lệ", "Số mô hình")
    target, actual = data.series
    assert (target.key, target.values) == (TARGET, (40, 30))
    assert actual.key == ACTUAL
    assert [round(value, 3) for value in actual.values] == [D("39.749"), 20]
    assert actual.provisional == (True, True)
    assert data.measures == ("%", "mô hình")
    assert data.reached == (False, False)
    assert data.notes == ("Số liệu tạm tính; chưa đủ số liệu của: B.",)


def test_target_of_the_field_the_chart_names_and_of_items_without_a_target():
    fields = (number("p", role=Role.TARGET), number("x"), number("y", role=Role.ACTUAL))
    prog = programme(form(*fields), items=(COUNT, FREE), units=UNITS[:1])
    cells = {key: {"p": 7, "x": 31, "y": 6} for key in ("C", "X")}
    data = drawn(prog, "Q1", [returned("A", "Q1", cells)], "target", values=("x",))
    assert lines(data) == {TARGET: [30, 7], ACTUAL: [31, 6]}
    assert data.reached == (True, False)
    assert data.notes == ()


def test_no_figure_is_none_and_no_chart_says_so():
    prog = programme(form(*FIELDS), items=(COUNT,), units=UNITS[:1])
    data = drawn(prog, "Q1", [], "target")
    assert lines(data) == {TARGET: [30], ACTUAL: [None]}
    assert data.reached == (None,)
    empty = drawn(prog, "Q1", [], "target", items=("other",))
    assert (empty.series, empty.notes) == (
        (),
        ("Chưa có số liệu cho biểu đồ này trong Quý 1/2024.",),
    )


# --- punctuality ----------------------------------------------------------------------------


def test_punctuality_is_a_matrix_of_units_and_periods():
    young = replace(UNITS[2], valid_from=date(2024, 4, 1), short="")
    prog = programme(form(number("x")), units=(*UNITS[:2], young))
    details = [
        returned("A", "Q1", {}),
        returned("B", "Q1", {}, received=date(2024, 4, 5)),
        returned("A", "Q2", {}, received=date(2024, 7, 1), errors=2),
    ]
    data = drawn(prog, "H1", details, "punctuality")
    assert [series.name for series in data.series] == ["A", "B", "Quận C"]
    assert lines(data) == {"A": [0, 1], "B": [5, None], "C": [None, None]}
    assert data.matrix == (
        (MatrixCell(ReturnState.ON_TIME, 0), MatrixCell(ReturnState.RETURNED, 1)),
        (MatrixCell(ReturnState.LATE, 5), MatrixCell(ReturnState.MISSING, 0)),
        (MatrixCell(None, 0), MatrixCell(ReturnState.MISSING, 0)),
    )


# --- progress -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("over_periods", "values"),
    [("sum", [6, 12, 15, None]), ("last", [6, 6, 7, None]), ("max", [6, 6, 7, None])],
)
def test_progress_runs_up_as_the_field_aggregates(over_periods, values):
    prog = programme(form(number("x", "sum", over_periods)))
    # In Q3 only A has sent (its 3); in Q4 nobody.
    details = grid({"A": [2, 2, 3], "B": [2, 2, NONE], "C": [2, 2, None]})
    data = drawn(prog, "Y", details, "progress", values=("x",))
    (line,) = data.series
    assert (line.key, line.name, list(line.values)) == ("I", "Việc một", values)
    assert line.provisional == (False, False, True, True)
    assert data.keys == QUARTERS
    assert data.notes == ("Số liệu tạm tính; chưa đủ số liệu của: A; B; C.",)


def test_progress_of_a_rate_is_that_of_the_figures_so_far_in_percent():
    prog = programme(form(*FIELDS), units=UNITS[:1])
    details = [
        returned("A", "Q1", {"I": {"a": 1, "b": 4}}),
        returned("A", "Q2", {"I": {"a": 3, "b": 4}}),
    ]
    data = drawn(prog, "H1", details, "progress", values=("r", "a"))
    assert lines(data) == {"I.r": [25, 50], "I.a": [1, 4]}
    assert [series.name for series in data.series] == ["Việc một – r", "Việc một – a"]
    assert [series.measure for series in data.series] == ["%", ""]


def test_progress_of_a_list_counts_its_rows():
    prog = programme(form(words("t"), kind=FormKind.OPEN), units=UNITS[:1])
    details = [
        returned("A", "Q1", {"1": {"t": "x"}, "2": {"t": "y"}}),
        returned("A", "Q2", {"1": {"t": "z"}}),
    ]
    assert lines(drawn(prog, "H1", details, "progress")) == {ROWS: [2, 3]}


def test_progress_of_items_asked_for_only():
    prog = programme(form(number("x", role=Role.CUMULATIVE)), items=(ITEM, Item("J", "2", "Hai")))
    details = [returned(u, "Q1", {"I": {"x": 1}, "J": {"x": 9}}) for u in "ABC"]
    assert lines(drawn(prog, "Q1", details, "progress", items=("J",))) == {"J": [27]}


# --- breakdown ------------------------------------------------------------------------------


def test_breakdown_counts_rows_by_choice_and_unit():
    prog = programme(form(words("t"), choice("lv", "share", "sum"), kind=FormKind.OPEN))
    details = [
        returned("A", "Q1", {"1": {"t": "x", "lv": "Xong"}, "2": {"t": "y", "lv": "Xong"}}),
        returned("A", "Q2", {"1": {"t": "z", "lv": "Chưa"}, "2": {"t": "w", "lv": None}}),
        returned("B", "Q1", {"1": {"t": None, "lv": None}}),
        returned("B", "Q2", {"1": {"t": None, "lv": None}}),
    ]
    data = drawn(prog, "H1", details, "breakdown", category="lv")
    assert data.categories == ("A", "B", "C")
    assert lines(data) == {
        "Xong": [2, 0, None],
        "Chưa": [1, 0, None],
        NOT_STATED: [1, 0, None],
    }
    assert data.notes == ("Số liệu tạm tính; chưa đủ số liệu của: C.",)


def test_breakdown_of_a_restated_list_counts_the_last_period():
    prog = programme(
        form(words("t", "list", "last"), choice("lv", "share", "last"), kind=FormKind.OPEN),
        units=UNITS[:1],
    )
    details = [
        returned("A", "Q1", {"1": {"t": "x", "lv": "Xong"}}),
        returned("A", "Q2", {"1": {"t": "x", "lv": "Xong"}, "2": {"t": "y", "lv": "Chưa"}}),
    ]
    data = drawn(prog, "H1", details, "breakdown", category="lv")
    assert lines(data) == {"Xong": [1], "Chưa": [1]}


def test_breakdown_of_answers_in_rows_of_items():
    details = [
        returned("A", "Q1", {"I": {"tt": "Xong"}, "J": {"tt": "Xong"}}),
        returned("B", "Q1", {"I": {"tt": "Xong"}, "J": {"tt": "Chưa"}}),
    ]
    data = drawn(STATUS, "Q1", details, "breakdown", category="tt")
    assert lines(data) == {"Xong": [2, 1, None], "Chưa": [0, 1, None]}


# --- any ------------------------------------------------------------------------------------


def test_a_consolidation_of_another_period_is_not_used():
    details = grid({"A": ["Xong", "Chưa"]}, field="tt")
    quarter = consolidate(STATUS, STATUS.period("Q1"), details)
    chart = Chart("BD", "Biểu đồ", ChartKind.STATUS, form="F")
    data = chart_data(chart, STATUS, STATUS.period("H1"), details, quarter)
    assert data.keys == ("Q1", "Q2")


def test_many_lacking_units_are_counted_not_named():
    units = [Unit(f"U{n}", f"Xã {n}", f"X{n}", "xã") for n in range(20)]
    prog = programme(form(*FIELDS), items=(COUNT,), units=units)
    details = [returned("U0", "Q1", {"C": {"a": 5}})]
    assert drawn(prog, "Q1", details, "target").notes == (
        "Số liệu tạm tính; chưa đủ số liệu của 19/20 đơn vị.",
    )
    assert drawn(prog, "Q1", details, "target", lang="en").notes == (
        "Provisional: figures are lacking from 19 of 20 units.",
    )


@pytest.mark.parametrize("kind", list(ChartKind))
def test_every_kind_of_chart_is_empty_without_its_form(kind):
    prog = programme()
    assert drawn(prog, "Q1", [], kind).series == ()

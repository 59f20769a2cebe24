"""The consolidation by the units of today: mergers, splits, renames, stocks, rates, lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from consolidate_cases import (
    NIL,
    PERIODS,
    choice,
    form,
    number,
    programme,
    ratio,
    returned,
    words,
)
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.divide import apportion
from toolkit.consolidate.model import ROWS, Consolidation, Figure, FormTable
from toolkit.programme.model import (
    Field,
    FieldType,
    FormKind,
    Programme,
    Succession,
    SuccessionKind,
    Unit,
)
from toolkit.register.model import SubmissionDetail

D = Decimal
EVE, DAY = date(2024, 6, 30), date(2024, 7, 1)
MERGE, SPLIT = SuccessionKind.MERGE, SuccessionKind.SPLIT


def unit(code: str, *, until: date | None = None, since: date | None = None) -> Unit:
    return Unit(code, f"Đơn vị {code}", code, "quận", valid_from=since, valid_to=until)


# A and B become P; C goes to P and Q; N goes nowhere that is known; D stays
UNITS = (
    unit("A", until=EVE),
    unit("B", until=EVE),
    unit("C", until=EVE),
    unit("N", until=EVE),
    unit("D"),
    unit("P", since=DAY),
    unit("Q", since=DAY),
)
ROWS_OF_SHEET = (
    Succession("A", "P", DAY, MERGE),
    Succession("B", "P", DAY, MERGE),
    Succession("C", "P", DAY, SPLIT, D("0.6")),
    Succession("C", "Q", DAY, SPLIT, D("0.4")),
    Succession("N", "P", DAY, SPLIT),
    Succession("N", "Q", DAY, SPLIT),
)


def whole_number(code: str, over_units: str = "sum", over_periods: str = "sum") -> Field:
    return replace(number(code, over_units, over_periods), type=FieldType.INTEGER)


def with_rows(made: Programme, rows: Sequence[Succession] = ROWS_OF_SHEET) -> Programme:
    return replace(made, successions=tuple(rows))


def fixed(*fields: Field) -> Programme:
    return with_rows(programme(form(*fields), units=UNITS))


def sent(cells: dict[str, Sequence[object]], field: str = "x") -> list[SubmissionDetail]:
    """unit -> its cells of the quarters it owes; "-" for no return."""
    first = {"P": 2, "Q": 2}
    quarters = ("Q1", "Q2", "Q3", "Q4")
    return [
        returned(code, quarter, {"I": {field: cell}})  # type: ignore[dict-item]
        for code, row in cells.items()
        for quarter, cell in zip(quarters[first.get(code, 0) :], row, strict=False)
        if cell != "-"
    ]


def made(plan: Programme, details: Sequence[SubmissionDetail], period: str = "Y") -> Consolidation:
    return consolidate(plan, next(p for p in PERIODS if p.code == period), details)


def now(found: Consolidation, place: int = 0) -> FormTable:
    assert found.present is not None
    return found.present.tables[place]


def lines(table: FormTable, field: str = "x") -> dict[str, object]:
    return {line.unit.code: line.figures[field].value for line in table.rows[0].lines}


def totals(found: Consolidation, field: str = "x") -> tuple[Figure, Figure]:
    return found.tables[0].rows[0].totals[field], now(found).rows[0].totals[field]


YEAR = {
    "A": (1, 2),
    "B": (10, 20),
    "C": (101, 7),
    "N": (1000, 2000),
    "D": (3, 3, 3, 3),
    "P": (40, 50),
    "Q": (400, 500),
}


def test_without_the_sheet_or_after_it_there_is_nothing_to_show() -> None:
    plan = fixed(whole_number("x"))
    assert made(replace(plan, successions=()), sent(YEAR)).present is None
    assert made(plan, sent(YEAR), "Q3").present is None
    assert made(plan, sent(YEAR), "Q1").present is not None


def test_sums_are_carried_and_the_total_stays() -> None:
    found = made(fixed(whole_number("x")), sent(YEAR))
    # 101 = 60,6 + 40,4 -> 61 + 40;  7 = 4,2 + 2,8 -> 4 + 3
    assert lines(now(found)) == {
        "C": None,
        "N": D(3000),
        "D": D(12),
        "P": D(3 + 30 + 61 + 4 + 90),
        "Q": D(40 + 3 + 900),
    }
    was, present = totals(found)
    assert was.value == present.value
    assert found.present is not None
    assert found.present.rounded == {("F", "I", "P", "x"), ("F", "I", "Q", "x")}
    assert [u.code for u in found.present.divided] == ["C", "N"]
    carried = [(c.predecessor.code, c.unit.code, c.share) for c in found.present.carried]
    assert carried == [
        ("A", "P", None),
        ("B", "P", None),
        ("C", "P", D("0.6")),
        ("C", "Q", D("0.4")),
    ]
    assert {tuple(p.code for p in c.periods) for c in found.present.carried} == {("Q1", "Q2")}


def test_amounts_are_divided_exactly() -> None:
    found = made(fixed(number("x")), sent({**YEAR, "C": (D("0.1"), 7)}))
    assert lines(now(found))["Q"] == D("0.04") + D("2.8") + 900
    assert found.present is not None
    assert not found.present.rounded


def test_a_stock_is_the_last_one_and_that_of_a_divided_unit_is_gone() -> None:
    found = made(fixed(whole_number("x", "sum", "last")), sent(YEAR))
    assert lines(now(found)) == {"C": None, "N": None, "D": D(3), "P": D(50), "Q": D(500)}
    assert totals(found)[1].value == D(553)


def test_a_stock_of_the_old_units_stands_in_until_the_successor_reports() -> None:
    found = made(fixed(whole_number("x", "sum", "last")), sent({**YEAR, "P": ()}))
    assert lines(now(found))["P"] == D(2 + 20 + 4)
    cover = totals(found)[1].coverage
    assert cover is not None
    assert dict(cover.partial) == {"P": ("Q3", "Q4")}


def taken(figure: Figure) -> tuple[object, set[str], tuple[str, ...]]:
    """Value, the units in it, and those that left theirs to their successors."""
    cover = figure.coverage
    assert cover is not None
    assert set(cover.succeeded) <= set(cover.not_applicable)
    return figure.value, {*cover.counted, *cover.partial}, cover.succeeded


def test_a_stock_is_not_added_beside_that_of_the_successors() -> None:
    """As reported too: 50 + 500 + 3 is what there is, not 2 + 20 + 7 + 2000 more."""
    found = made(fixed(whole_number("x", "sum", "last")), sent(YEAR))
    was, present = totals(found)
    assert taken(was) == (D(553), {"D", "P", "Q"}, ("A", "B", "C", "N"))
    assert was.value == present.value == totals_of_period(YEAR, "Q4")
    assert was.coverage is not None
    assert was.coverage.complete
    assert was.coverage.denominator == 3
    # what the old units had stays to be seen on their lines, with its cells
    own = {line.unit.code: line.figures["x"] for line in found.tables[0].rows[0].lines}
    assert {code: own[code].value for code in "ABCN"} == {
        "A": D(2),
        "B": D(20),
        "C": D(7),
        "N": D(2000),
    }
    assert all(own[code].parts for code in "ABCN")
    assert {part.unit for part in was.parts} == {"D", "P", "Q"}


def totals_of_period(cells: dict[str, Sequence[object]], period: str) -> object:
    """The stock of a single period: it is the one of a year that ends with it."""
    plan = fixed(whole_number("x", "sum", "last"))
    return made(plan, sent(cells), period).tables[0].rows[0].totals["x"].value


@pytest.mark.parametrize(
    ("silent", "expected", "left"),
    [
        ({"P": ()}, 2 + 20 + 500 + 3, ("C", "N")),  # nobody else speaks for A and B
        ({"P": (None, None)}, 2 + 20 + 500 + 3, ("C", "N")),
        ({"P": (), "Q": ()}, 2 + 20 + 7 + 2000 + 3, ()),
        ({"P": (40, None)}, 40 + 500 + 3, ("A", "B", "C", "N")),  # the last one known
        ({"P": (NIL, NIL)}, 500 + 3, ("A", "B", "C", "N")),  # "none" is an answer
    ],
)
def test_a_stock_stays_until_a_successor_answers_and_the_total_is_provisional(
    silent: dict[str, Sequence[object]], expected: int, left: tuple[str, ...]
) -> None:
    found = made(fixed(whole_number("x", "sum", "last")), sent({**YEAR, **silent}))
    was = totals(found)[0]
    assert (was.value, taken(was)[2]) == (D(expected), left)
    assert was.coverage is not None
    assert was.coverage.complete is (silent == {"P": (NIL, NIL)})


def test_what_is_left_to_others_goes_through_every_link_and_into_a_unit_that_was_there() -> None:
    rows = (Succession("A", "B", DAY, MERGE), Succession("B", "D", date(2024, 10, 1), MERGE))
    units = (unit("A", until=EVE), unit("B", until=date(2024, 9, 30)), unit("D"))
    plan = with_rows(programme(form(whole_number("x", "sum", "last")), units=units), rows)
    cells = {"A": (1, 2), "B": (10, 20, 30), "D": (100, 200, 300, 400)}
    was = totals(made(plan, sent(cells)))[0]
    assert taken(was) == (D(400), {"D"}, ("A", "B"))
    # D was there before: only its answers after the others ended stand for them
    was = totals(made(plan, sent({**cells, "D": (100, 200, 300)})))[0]
    assert taken(was) == (D(300 + 30), {"B", "D"}, ("A",))


def test_a_unit_that_ends_without_a_successor_keeps_its_last_figure() -> None:
    plan = with_rows(fixed(whole_number("x", "sum", "last")), ROWS_OF_SHEET[:4])
    was = totals(made(plan, sent(YEAR)))[0]
    assert taken(was) == (D(2553), {"N", "D", "P", "Q"}, ("A", "B", "C"))


@pytest.mark.parametrize("how", ["max", "min", "mean", "count"])
def test_no_comparison_of_stocks_knows_a_unit_that_is_gone(how: str) -> None:
    was = totals(made(fixed(number("x", how, "last")), sent(YEAR)))[0]
    expected = {"max": D(500), "min": D(3), "mean": D(553) / 3, "count": D(3)}[how]
    assert abs(was.value - expected) < D("1e-20")  # type: ignore[operator]


def test_a_rate_over_stocks_has_each_thing_once() -> None:
    """What was done all year by all, over the stock at the end: that of the successors."""
    cells = {
        ("A", "Q1"): (1, 10),
        ("A", "Q2"): (1, 10),
        ("B", "Q2"): (2, 30),
        ("P", "Q4"): (4, 40),
        ("D", "Q4"): (8, 60),
    }
    plan = fixed(number("x"), number("y", "sum", "last"), ratio("r", "x", "y"))
    was = totals(made(plan, rate_returns(cells)), "r")[0]
    assert was.value == D(16) / D(100)
    both = fixed(number("x", "sum", "last"), number("y", "sum", "last"), ratio("r", "x", "y"))
    was = totals(made(both, rate_returns(cells)), "r")[0]
    assert taken(was) == (D(12) / D(100), {"P", "D"}, ("A", "B", "C", "N"))


def test_a_choice_that_says_where_things_stand_is_counted_once() -> None:
    cells = {"A": ("Chưa", "Chưa"), "B": ("Xong",), "P": ("Chưa", "Xong")}
    was = totals(made(fixed(choice("x", "share", "last")), sent(cells)))[0]
    assert dict(was.shares) == {"Xong": 1, "Chưa": 0}


def test_a_list_repeated_each_period_is_that_of_the_successor() -> None:
    fields = (words("ten", "list", "last"), whole_number("x", "sum", "last"))
    plan = with_rows(programme(form(*fields, kind=FormKind.OPEN, source=""), units=UNITS))

    def rows(*values: int) -> dict[str, dict[str, object]]:
        return {str(n): {"ten": f"mô hình {v}", "x": v} for n, v in enumerate(values, 1)}

    details = [
        returned("A", "Q2", rows(1, 2), sheets=["Biểu F"]),  # type: ignore[arg-type]
        returned("B", "Q2", rows(4), sheets=["Biểu F"]),  # type: ignore[arg-type]
        returned("P", "Q3", rows(1, 2, 4), sheets=["Biểu F"]),  # type: ignore[arg-type]
        returned("D", "Q4", rows(8), sheets=["Biểu F"]),  # type: ignore[arg-type]
    ]
    found = made(plan, details)
    assert totals(found)[0].value == D(15)
    assert totals(found, ROWS)[0].value == D(4)
    assert totals(found, ROWS)[1].value == D(4)


STOCK = st.one_of(st.integers(0, 50), st.sampled_from([None, "-"]))


@settings(max_examples=examples(25, 500), deadline=None)
@given(
    cells=st.fixed_dictionaries(
        {
            u.code: st.lists(STOCK, min_size=n, max_size=n)
            for u, n in zip(UNITS, (2, 2, 2, 2, 4, 2, 2), strict=True)
        }
    )
)
def test_no_stock_is_added_beside_its_successors(cells: dict[str, list[object]]) -> None:
    heirs = {"A": "P", "B": "P", "C": "PQ", "N": "PQ"}
    last = {u: [v for v in row if isinstance(v, int)][-1:] for u, row in cells.items()}
    expected = {
        u: found[0]
        for u, found in last.items()
        if found and not any(last[heir] for heir in heirs.get(u, ""))
    }
    was = totals(made(fixed(whole_number("x", "sum", "last")), sent(cells)))[0]
    value, inside, _ = taken(was)
    assert inside == set(expected)
    assert value == (D(sum(expected.values())) if expected else None)


@pytest.mark.parametrize(("how", "expected"), [("max", 50), ("min", 10), ("mean", 25)])
def test_comparisons_first_over_units_then_over_periods(how: str, expected: int) -> None:
    cells = {"A": (10, 10), "B": (30, 30), "P": (50, 10), "D": (1, 1, 1, 1)}
    plan = fixed(number("x", how, how))
    # mean: (20 + 20 + 50 + 10) / 4; C and N sent nothing
    assert lines(now(made(plan, sent(cells))))["P"] == D(expected)


def test_an_answer_lacking_among_those_made_one_is_known() -> None:
    found = made(fixed(whole_number("x")), sent({**YEAR, "B": ("-", 20)}))
    was, present = totals(found)
    assert was.value == present.value
    assert present.coverage is not None
    assert dict(present.coverage.partial) == {"P": ("Q1",)}
    assert "P" not in present.coverage.counted


def test_texts_and_choices_are_taken_one_by_one() -> None:
    cells = {"A": ("một", NIL), "B": ("hai", "ba"), "C": ("bốn", None), "P": ("năm", "sáu")}
    found = made(fixed(words("x")), sent(cells))
    texts = {line.unit.code: line.figures["x"].texts for line in now(found).rows[0].lines}
    assert texts["P"] == (("A", "một"), ("B", "hai"), ("B", "ba"), ("P", "năm"), ("P", "sáu"))
    assert texts["C"] == (("C", "bốn"),)  # a text is not divided
    assert len(totals(found)[0].texts) == len(totals(found)[1].texts) == 6
    shares = made(
        fixed(choice("x", "share", "share")),
        sent({"A": ("Xong", "Chưa"), "B": ("Xong",), "P": ("Xong", "Xong")}),
    )
    line = next(one for one in now(shares).rows[0].lines if one.unit.code == "P")
    assert dict(line.figures["x"].shares) == {"Xong": 4, "Chưa": 1}
    assert totals(shares)[0].shares == totals(shares)[1].shares


def rate_returns(cells: dict[tuple[str, str], tuple[object, object]]) -> list[SubmissionDetail]:
    return [
        returned(code, period, {"I": {"x": over, "y": under}})  # type: ignore[dict-item]
        for (code, period), (over, under) in cells.items()
    ]


def test_a_rate_is_recomputed_from_returns_that_have_both_inputs() -> None:
    plan = fixed(number("x"), number("y"), ratio("r", "x", "y"))
    cells = {("A", "Q1"): (1, 4), ("B", "Q1"): (100, None), ("P", "Q3"): (3, 4)}
    found = made(plan, rate_returns(cells))
    assert lines(now(found), "r")["P"] == D("0.5")
    assert lines(now(found), "x")["P"] == D(104)
    assert totals(found, "r")[0].value == totals(found, "r")[1].value == D("0.5")


def test_a_rate_of_a_divided_unit_is_that_of_its_parts() -> None:
    plan = fixed(number("x"), number("y"), ratio("r", "x", "y"))
    found = made(plan, rate_returns({("C", "Q1"): (10, 40), ("Q", "Q3"): (0, 4)}))
    assert lines(now(found), "r")["Q"] == D(4) / D(20)
    assert lines(now(found), "r")["C"] is None
    assert totals(found, "r")[0].value == totals(found, "r")[1].value


def test_the_rows_of_a_list_stay_whole() -> None:
    fields = (words("ten"), whole_number("x"))
    plan = with_rows(programme(form(*fields, kind=FormKind.OPEN, source=""), units=UNITS))

    def rows(*values: int) -> dict[str, dict[str, object]]:
        return {str(n): {"ten": f"mô hình {v}", "x": v} for n, v in enumerate(values, 1)}

    details = [
        returned("A", "Q1", rows(1, 2), sheets=["Biểu F"]),  # type: ignore[arg-type]
        returned("B", "Q1", rows(4), sheets=["Biểu F"]),  # type: ignore[arg-type]
        returned("C", "Q1", rows(8, 16), sheets=["Biểu F"]),  # type: ignore[arg-type]
        returned("P", "Q3", rows(32), sheets=["Biểu F"]),  # type: ignore[arg-type]
    ]
    found = made(plan, details)
    assert lines(now(found), ROWS) == {
        "C": D(2),
        "N": None,
        "D": None,
        "P": D(4),
        "Q": None,
    }
    assert lines(now(found))["P"] == D(39)
    assert totals(found)[0].value == totals(found)[1].value == D(63)
    assert totals(found, ROWS)[0].value == totals(found, ROWS)[1].value == D(6)


def test_questions_are_carried_like_rows() -> None:
    questions = form(whole_number("x"), words("y"), kind=FormKind.QUESTIONS, source="")
    plan = with_rows(programme(questions, units=UNITS))
    details = [
        returned("A", "Q1", {"x": {"x": 5}, "y": {"y": "một"}}),
        returned("C", "Q1", {"x": {"x": 3}, "y": {"y": "hai"}}),
    ]
    found = made(plan, details, "Q1")
    # 3 = 1,8 + 1,2 -> 2 + 1
    assert lines(now(found)) == {"C": None, "N": None, "D": None, "P": D(7), "Q": D(1)}
    assert found.present is not None
    assert found.present.rounded == {("F", "x", "P", "x"), ("F", "x", "Q", "x")}


@given(
    value=st.integers(-10_000, 10_000),
    cuts=st.sets(st.integers(1, 999), max_size=6),
)
def test_parts_of_a_count_are_counts_and_add_up(value: int, cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), 1000]
    shares = [D(high - low) / 1000 for low, high in pairwise(edges)]
    parts = apportion(D(value), shares, whole=True)
    assert sum(parts) == value
    assert all(part == part.to_integral_value() for part in parts)
    assert all(abs(part - value * share) < 1 for part, share in zip(parts, shares, strict=True))
    exact = apportion(D(value), shares, whole=False)
    assert list(exact) == [value * share for share in shares]


CELL = st.one_of(st.integers(-50, 50), st.sampled_from([None, NIL, "-"]))


@settings(max_examples=examples(25, 500), deadline=None)
@given(
    cells=st.fixed_dictionaries(
        {
            u.code: st.lists(CELL, min_size=n, max_size=n)
            for u, n in zip(UNITS, (2, 2, 2, 2, 4, 2, 2), strict=True)
        }
    ),
    order=st.randoms(use_true_random=False),
    period=st.sampled_from(["Y", "H1", "Q1"]),
)
def test_added_figures_have_the_same_total_both_ways(
    cells: dict[str, list[object]], order: object, period: str
) -> None:
    details = sent(cells)
    found = made(fixed(whole_number("x")), details, period)
    was, present = totals(found)
    # where nothing counts a unit that answered "not applicable" may leave the denominator
    assert was.value == present.value
    by_line = [v for v in lines(now(found)).values() if v is not None]
    assert sum(by_line, D(0)) == (present.value or 0)
    assert all(value == int(value) for value in by_line)  # type: ignore[call-overload]
    order.shuffle(details)  # type: ignore[attr-defined]
    assert made(fixed(whole_number("x")), details, period).present == found.present

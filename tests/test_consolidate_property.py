"""Random programmes and returns, consolidated twice: every figure must be equal.

The second consolidation (``second_consolidation``) has nothing but the export: value, state,
counts per choice, texts and who is in it, of the totals and of every subtotal.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from assert_twice import assert_levels, assert_row
from consolidate_cases import (
    BAD,
    CHOICES,
    ITEM,
    LATER,
    NA,
    NIL,
    choice,
    day,
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
from second_consolidation import (
    GOOD,
    Second,
)

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.counted import counted
from toolkit.findings import Address, Finding, Severity
from toolkit.programme.model import (
    Aggregation,
    FaultyAnswers,
    Field,
    FieldType,
    Form,
    FormKind,
    Item,
    Programme,
    Unit,
)
from toolkit.register.model import SubmissionDetail
from toolkit.register.reading import AnswerRow
from toolkit.report.export import export_rows, write_csv

# --- random programmes and returns ----------------------------------------------------------

Pick = Callable[[Sequence], Any]  # one of several

OF_NUMBERS = (Aggregation.RECOMPUTE, Aggregation.WEIGHTED_MEAN)
HOWS = [how.value for how in Aggregation if how not in OF_NUMBERS]
NUMBER_HOWS = ["sum", "last", "max", "min", "mean", "count"]
WEIGHED_HOWS = ["weighted_mean", "weighted_mean", "distinct", *NUMBER_HOWS]
RATIOS = [
    ("recompute", "recompute"),
    ("recompute", "recompute"),
    ("mean", "recompute"),
    ("sum", "recompute"),
    ("recompute", "last"),
]
NOTHINGS = [None, NIL, NA, LATER, BAD]
NUMBERS = [0, 1, 2, 3, 5, -2, Decimal("0.05"), Decimal("-7.25"), Decimal("1E+6")]
BY_TYPE = {
    FieldType.DECIMAL: NUMBERS,
    FieldType.FORMULA: NUMBERS,
    FieldType.TEXT: ["một", "hai", "Một"],
    FieldType.CHOICE: [*CHOICES.values, "Cũ"],
    FieldType.DATE: [date(2024, 1, 5), date(2024, 2, 9), date(2024, 3, 1)],
}
Case = tuple[Programme, str, list[SubmissionDetail]]


def a_programme(pick: Pick) -> Programme:
    def over(units: Sequence[str], periods: Sequence[str]) -> tuple[str, str]:
        return pick(units), pick(periods)

    fields = [
        number("a", *over(NUMBER_HOWS, NUMBER_HOWS)),
        number("b", *over(NUMBER_HOWS, NUMBER_HOWS)),
        number("n", *over([*NUMBER_HOWS, "none"], NUMBER_HOWS)),
        number("w", "sum", pick(["sum", "last", "max", "min", "mean"])),
        number("x", *over([*WEIGHED_HOWS, "none"], WEIGHED_HOWS), weight="w"),
        words("t", *over(HOWS, HOWS)),
        choice("c", *over(HOWS, HOWS)),
        day("d", *over(HOWS, HOWS)),
        ratio("r", "a", "b", *pick(RATIOS)),
        ratio("m", "a", "b", *over([*NUMBER_HOWS, "none"], NUMBER_HOWS)),
    ]
    units = [
        Unit(
            code,
            code,
            code,
            pick(["quận", "huyện"]),
            pick(["", "", *"ABCD"[:place]]),
            valid_from=pick([None, None, None, date(2024, 4, 1), date(2024, 9, 30)]),
            valid_to=pick([None, None, date(2024, 9, 30)]),
        )
        for place, code in enumerate("ABCDE"[: pick([1, 2, 3, 4, 5])])
    ]
    items = [ITEM, Item("J", "2", "Việc hai", unit_types=("huyện",))]
    kind, types = pick(list(FormKind)), pick([(), ("huyện",)])
    made = programme(form(*fields, kind=kind, unit_types=types), units=units, items=items)
    return replace(made, faulty_answers=pick(list(FaultyAnswers)))


def a_case(pick: Pick) -> Case:
    prog = a_programme(pick)
    (asked,) = prog.forms
    details = [
        with_faults(pick, returned(unit.code, period.code, some_rows(pick, prog, asked, unit)))
        for unit in prog.units
        for period in prog.collected_periods()
        if prog.forms_for(unit, period) and pick(range(6))
    ]
    return prog, pick(["Q1", "Q3", "H1", "Y", "Y"]), details


def with_faults(pick: Pick, detail: SubmissionDetail) -> SubmissionDetail:
    """The return with an error at some of its cells, where it has any."""
    if not detail.answers or pick(range(3)):
        return detail
    found = []
    for answer in (pick(detail.answers) for _ in range(2)):
        where = Address(answer.address.file, answer.address.sheet, answer.address.cell)
        told = {"value": pick(["7,5", "-3"])} if answer.state is BAD else {}
        code = "number.too_large" if told else "number.odd"
        found.append(Finding(code, Severity.ERROR, where, "", told))
    return replace(detail, findings=tuple(found))


def some_rows(pick: Pick, prog: Programme, asked: Form, unit: Unit):
    def cells(fields: Sequence[Field]):
        return {
            f.code: pick(BY_TYPE[f.type]) if pick(range(4)) else pick(NOTHINGS)
            for f in fields
            if pick(range(10))
        }

    if asked.kind is FormKind.QUESTIONS:
        return {f.code: cells([f]) for f in asked.fields}
    if asked.kind is FormKind.FIXED:
        return {i.code: cells(asked.fields) for i in prog.items(asked, unit)}
    blank = {f.code: None for f in asked.fields}
    keys = ["10", "2", "3"][: pick(range(4))]
    return {**{key: cells(asked.fields) for key in keys}, "99": {**blank, "t": pick([None, NIL])}}


@st.composite
def cases(draw) -> Case:
    return a_case(lambda options: draw(st.sampled_from(options)))


# --- twice ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("export") / "so-lieu.csv"


def exported(
    prog: Programme, details: Sequence[SubmissionDetail], target: Path
) -> list[dict[str, str]]:
    """The rows of the CSV that ``baocao export`` would write of these returns."""
    rows: list[AnswerRow] = [
        (
            *(d.submission.period, d.submission.unit, a.form, a.row, a.field, a.state.value),
            *(a.value, a.raw, a.address.file, a.address.sheet, a.address.cell, ""),
        )
        for d in details
        for a in d.answers
    ]
    held = counted(prog, prog.collected_periods(), details)
    write_csv(export_rows(prog, [*rows, *held.lists], held.faulty), target)
    with target.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@settings(max_examples=examples(30, 500), deadline=None)
@given(case=cases())
def test_every_figure_equals_the_second_one(case, target):
    assert_equal_twice(*case, target)


@pytest.mark.parametrize("block", range(8))
def test_every_figure_equals_the_second_one_on_crowded_cases(block, target):
    """Evenly random, as hypothesis with its liking for the simple seldom is."""
    seeds = examples(20, 200)
    for seed in range(block * seeds, (block + 1) * seeds):
        assert_equal_twice(*a_case(random.Random(seed).choice), target)


def assert_equal_twice(
    prog: Programme, code: str, details: Sequence[SubmissionDetail], target: Path
) -> None:
    period = prog.period(code)
    (asked,) = prog.forms
    second = Second(prog, period, exported(prog, details, target))
    found = consolidate(prog, period, details)
    assert found.unplaced == ()
    if not second.members(asked):
        assert found.tables == ()
        return
    for row in found.tables[0].rows:
        second.only = None
        assert_row(second, asked, row, row.totals)
        assert_levels(second, asked, row)


@settings(max_examples=examples(20, 500), deadline=None)
@given(cases(), st.integers(0, 9))
def test_the_order_of_returns_changes_nothing(case, seed):
    prog, code, details = case
    shuffled = random.Random(seed).sample(details, len(details))
    period = prog.period(code)
    assert consolidate(prog, period, shuffled) == consolidate(prog, period, details)


@settings(max_examples=examples(20, 500), deadline=None)
@given(cases())
def test_every_answer_of_the_period_is_in_a_figure_or_said(case):
    """Nothing is lost: each filled answer is a part of its unit's figure, or of its period's."""
    prog, code, details = case
    found = consolidate(prog, prog.period(code), details)
    (table,) = found.tables
    seen = {
        (part.unit, part.period, part.sheet, part.cell)
        for row in table.rows
        for line in row.lines
        for cells in line.by_period.values()
        for figure in cells.values()
        for part in figure.parts
    }
    seen |= {
        (part.unit, part.period, part.sheet, part.cell)
        for entry in table.entries
        for part in entry.answers.values()
    }
    members = {period.code for period in table.periods}
    computed = {f.code for f in table.form.fields if not f.is_input}
    for detail in details:
        for a in detail.answers:
            if table.form.kind is FormKind.OPEN and a.field in computed:
                continue  # the computed cells of a row that nobody filled say nothing
            if detail.submission.period in members and a.state in GOOD:
                key = (detail.submission.unit, detail.submission.period)
                assert (*key, a.address.sheet, a.address.cell) in seen

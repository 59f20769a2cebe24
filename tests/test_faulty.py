"""Answers returned with an error: kept out or taken in and marked, never silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from consolidate_cases import (
    BAD,
    Cell,
    choice,
    day,
    form,
    number,
    programme,
    ratio,
    returned,
)
from summary_cases import summary

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.model import Figure
from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import State
from toolkit.programme.model import Aggregation, FaultyAnswers, FormKind, Programme
from toolkit.register.model import Decision, Ruling, SubmissionDetail

D = Decimal
OUT, IN = FaultyAnswers.EXCLUDE, FaultyAnswers.INCLUDE


def at(cell: str, code: str = "number.boolean", **params: str) -> Finding:
    severity = Severity.WARNING if code == "number.doubt" else Severity.ERROR
    return Finding(code, severity, Address("A-Q1.xlsx", "F", cell), "", params)


def broken(cells: str) -> Finding:
    first = cells.split(", ")[0]
    return at(first, "rule.broken", rule="R1", message="", cells=cells)


def faulty(
    choice_made: FaultyAnswers,
    fields: Sequence,
    cells: Mapping[str, Cell],
    findings: Sequence[Finding],
    **more: object,
) -> tuple[Programme, list[SubmissionDetail]]:
    """Unit A with these answers and findings, B without a fault, C without a return."""
    prog = replace(programme(form(*fields, **more)), faulty_answers=choice_made)
    key = {"1": cells} if more.get("kind") is FormKind.OPEN else {"I": cells}
    if more.get("kind") is FormKind.QUESTIONS:
        key = {code: {code: cell} for code, cell in cells.items()}
    good: dict[str, dict[str, Cell]] = {
        row: {code: None if code == "r" else 1 for code in held} for row, held in key.items()
    }
    found = [place_cells(f, "1" if "1" in key else "I", more.get("kind")) for f in findings]
    return prog, [returned("A", "Q1", key, findings=found), returned("B", "Q1", good)]


def place_cells(finding: Finding, row: str, kind: object) -> Finding:
    """The tests' cells are "row.field"; findings name fields."""

    def cell(name: str) -> str:
        return f"{name}.{name}" if kind is FormKind.QUESTIONS else f"{row}.{name}"

    params = dict(finding.params)
    return replace(
        finding, address=replace(finding.address, cell=cell(finding.address.cell)), params=params
    )


def totals(case: tuple[Programme, list[SubmissionDetail]]) -> dict[str, Figure]:
    prog, details = case
    (table,) = consolidate(prog, prog.period("Q1"), details).tables
    return {code: figure for row in table.rows for code, figure in row.totals.items()}


X = (number("x"), number("y"))


@pytest.mark.parametrize("kind", [FormKind.FIXED, FormKind.OPEN, FormKind.QUESTIONS])
def test_kept_out_and_counted(kind: FormKind) -> None:
    more = {"kind": kind, "source": "tasks" if kind is FormKind.FIXED else ""}
    found = totals(faulty(OUT, X, {"x": 5, "y": 7}, [at("x")], **more))
    x = found["x"]
    assert x.value == 1
    assert (x.coverage.unreadable, x.coverage.missing) == (("A",), ("C",))
    assert x.coverage.faulty == ()
    assert found["y"].value == 8
    (part,) = [part for part in x.parts if part.unit == "A"]
    assert (part.state, part.value, part.fault) == (State.UNREADABLE, D(5), "number.boolean")


@pytest.mark.parametrize("kind", [FormKind.FIXED, FormKind.OPEN, FormKind.QUESTIONS])
def test_taken_in_and_marked(kind: FormKind) -> None:
    more = {"kind": kind, "source": "tasks" if kind is FormKind.FIXED else ""}
    found = totals(faulty(IN, X, {"x": 5, "y": 7}, [at("x")], **more))
    assert found["x"].value == 6
    assert found["x"].coverage.faulty == ("A",)
    assert not found["x"].coverage.complete
    assert found["y"].coverage.faulty == ()


def test_a_warning_is_no_fault() -> None:
    assert totals(faulty(OUT, X, {"x": 5, "y": 7}, [at("x", "number.doubt")]))["x"].value == 6


@pytest.mark.parametrize(
    ("finding", "shown"),
    [
        (at("x", "number.too_large", value="1234,5", limit="100"), D("1235.5")),
        (at("x", "number.too_small", value="-3", limit="0"), D(-2)),
        (at("x", "number.unreadable"), D(1)),
        (at("x", "number.not_integer", value="1,5"), D(1)),
    ],
)
def test_only_what_can_be_read_is_taken_in(finding: Finding, shown: Decimal) -> None:
    kept = totals(faulty(OUT, X, {"x": BAD, "y": 1}, [finding]))["x"]
    assert (kept.value, kept.coverage.unreadable) == (1, ("A",))
    taken = totals(faulty(IN, X, {"x": BAD, "y": 1}, [finding]))["x"]
    assert taken.value == shown
    assert (taken.coverage.faulty == ("A",)) is (shown != 1)


def test_a_day_and_a_rate_beyond_their_limits() -> None:
    rate = replace(number("x", "mean", "last"), type="rate")
    fields = (rate, day("y", "max", "max"))
    findings = [
        at("x", "number.too_large", value="125%", limit="100%"),
        at("y", "date.too_late", value="03/02/2031", limit="31/12/2026"),
    ]
    prog, details = faulty(IN, fields, {"x": BAD, "y": BAD}, findings)
    found = totals((prog, details[:1]))
    assert found["x"].value == D("1.25")
    assert found["y"].value == date(2031, 2, 3)


def test_every_cell_of_a_broken_rule_and_what_rests_on_it() -> None:
    fields = (number("x"), number("y"), ratio("r", "x", "y"), number("z"))
    cells: dict[str, Cell] = {"x": 5, "y": 10, "r": D("0.5"), "z": 3}
    prog, details = faulty(OUT, fields, cells, [])
    rule = Finding(
        "rule.broken",
        Severity.ERROR,
        Address("A-Q1.xlsx", "F", "I1"),
        "",
        {"rule": "R", "message": "", "cells": "I1, I2"},
    )
    # real cells: A1 style addresses for the two inputs
    moved = tuple(
        replace(a, address=replace(a.address, cell={"x": "I1", "y": "I2"}.get(a.field, "K9")))
        for a in details[0].answers
    )
    details[0] = replace(details[0], answers=moved, findings=(rule,))
    found = totals((prog, details))
    for code in ("x", "y", "r"):
        assert found[code].coverage.unreadable == ("A",), code
    assert found["r"].value == 1
    assert found["z"].coverage.unreadable == ()
    # a rule on the rate alone: what it is computed from cannot be right either
    details[0] = replace(details[0], findings=(replace(rule, params={"cells": "K9"}),))
    answers = [a for a in details[0].answers if a.field != "z"]
    details[0] = replace(details[0], answers=tuple(answers))
    assert totals((prog, details))["x"].coverage.unreadable == ("A",)


def test_what_the_head_office_filled_in_is_never_at_fault() -> None:
    fields = (number("x", prefill="allotment"), number("y"))
    case = faulty(OUT, fields, {"x": 5, "y": 7}, [at("x"), at("y")])
    found = totals(case)
    assert found["x"].coverage.unreadable == ()
    assert found["y"].coverage.unreadable == ("A",)


def test_what_the_officer_accepted_is_no_fault() -> None:
    prog, (first, second) = faulty(OUT, X, {"x": 5, "y": 7}, [at("x"), at("y", "number.other")])
    ruled = Decision(
        "A", "Q1", "s", Ruling.ACCEPT, datetime(2024, 5, 1, tzinfo=UTC), "vì", ("number.boolean",)
    )
    first = replace(first, submission=replace(first.submission, decision=ruled))
    found = totals((prog, [first, second]))
    assert found["x"].value == 6
    assert found["y"].value == 1


def test_missing_stays_missing() -> None:
    found = totals(faulty(IN, X, {"x": None, "y": 7}, [at("x", "answer.missing")]))
    assert found["x"].coverage.missing == ("A", "C")


def test_every_fault_is_listed() -> None:
    for made, included in ((OUT, False), (IN, True)):
        prog, details = faulty(made, X, {"x": 5, "y": 7}, [at("x")])
        (one,) = consolidate(prog, prog.period("Q1"), details).faulty
        assert (one.form, one.field, one.part.unit, one.included) == ("F", "x", "A", included)


@pytest.mark.parametrize("how", [a.value for a in Aggregation if a.value != "recompute"])
def test_marked_whatever_the_way_of_adding_up(how: str) -> None:
    made = choice("x", how) if how == "share" else number("x", how, "last", weight="y")
    cell: Cell = "Xong" if how == "share" else 5
    prog, details = faulty(IN, (made, number("y")), {"x": cell, "y": 2}, [at("x")])
    good = returned("B", "Q1", {"I": {"x": cell, "y": 2}})
    assert totals((prog, [details[0], good]))["x"].coverage.faulty == ("A",)


@pytest.mark.parametrize(
    ("made", "said", "value"), [(OUT, "A (có lỗi)", 1), (IN, "A (có lỗi, vẫn tính)", 6)]
)
def test_the_summary_says_so(made: FaultyAnswers, said: str, value: int, tmp_path: Path) -> None:
    prog, details = faulty(made, X, {"x": 5, "y": 7}, [at("x")])
    book = summary(prog, "Q1", details, tmp_path)
    total = book.rows("F Biểu F")[0]
    assert total[2] == value
    assert "(tạm tính)" in str(total[4])
    assert said in str(total[5])
    details_sheet = book.rows("Chi tiết", first=5)
    states = {str(row[5]) for row in details_sheet if row[1] == "Quận A" and row[4] == "x"}
    assert states == {"có lỗi" if made is OUT else "có số liệu (có lỗi, vẫn tính)"}

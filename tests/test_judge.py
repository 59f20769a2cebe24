"""The judgement on one file: its outcome, rules, the order of findings, contradictions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from programmes import small_programme
from returned import NAME, clean_return, flat, judged, opened, saved, sheet

from toolkit.console import checked
from toolkit.findings import Address, Severity
from toolkit.intake.check import check, previous_period
from toolkit.intake.cross import unchanged
from toolkit.intake.judge import judge, judge_file
from toolkit.intake.model import Answer, Judgement, Outcome, State
from toolkit.programme.language.tree import (
    Binary,
    Call,
    CountRows,
    Expression,
    Node,
    Number,
    Prev,
    Ref,
    Text,
    UnitValue,
)
from toolkit.programme.load import load_folder
from toolkit.programme.model import PeriodKind, Programme, Rule
from toolkit.programme.standard import templates_folder
from toolkit.workflow import Checked


def test_a_clean_return() -> None:
    judgement = judged(clean_return())
    assert judgement.outcome is Outcome.CLEAN
    assert judgement.findings == ()
    assert (judgement.programme, judgement.unit, judgement.period) == ("DV-2024", "305", "2024-Q1")
    assert judgement.fingerprint == small_programme().fingerprint
    assert judgement.size == len(clean_return())
    assert len(judgement.sha256) == 64


@pytest.mark.parametrize(
    "data", [b"", b"Kinh gui Ban Dan van", b"PK\x03\x04 torn", b"%PDF-1.7", b"\x00" * 600]
)
def test_a_file_that_is_no_workbook_is_unreadable_with_one_error(data: bytes) -> None:
    judgement = judged(data, "tep.xlsx")
    assert judgement.outcome is Outcome.UNREADABLE
    assert [f.severity for f in judgement.findings] == [Severity.ERROR]
    assert judgement.findings[0].address == Address("tep.xlsx")
    assert judgement.size == len(data)
    assert len(judgement.sha256) == 64
    assert (judgement.unit, judgement.period, judgement.answers) == ("", "", ())


def test_another_programmes_return_is_unidentified() -> None:
    other = replace(small_programme(), code="KHAC-2024")
    judgement = judge(clean_return(), NAME, other)
    assert judgement.outcome is Outcome.UNIDENTIFIED
    assert [f.code for f in judgement.findings] == ["identify.other_programme"]
    assert (judgement.programme, judgement.unit, judgement.answers) == ("DV-2024", "", ())


def test_the_same_file_is_judged_the_same(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(clean_return())
    assert judge_file(tmp_path / NAME, small_programme()) == judged(clean_return())


def test_findings_stand_in_the_order_of_sheets_rows_and_columns() -> None:
    book = opened(clean_return())
    for form, cells in {
        "DT": {"E9": None},
        "CT": {"G10": None, "F10": None, "F9": "nhiều", "F11": "x3y"},
        "NV": {"H12": None},
    }.items():
        for cell, value in cells.items():
            sheet(book, form)[cell].value = value
    judgement = judged(saved(book))
    assert judgement.outcome is Outcome.FINDINGS
    assert flat(judgement) == [
        ("answer.missing", "NV", "H12"),
        ("number.unreadable", "CT", "F9"),
        ("answer.missing", "CT", "F10"),
        ("answer.missing", "CT", "G10"),
        ("number.unreadable", "CT", "F11"),
        ("answer.missing", "DT", "E9"),
    ]


# --- rules ----------------------------------------------------------------------------------


def rule(form: str, root: Node, severity: Severity = Severity.ERROR) -> Rule:
    return Rule("QT", form, Expression("…", root), severity, "Sai.")


def compared(op: str, left: Node, right: Node) -> Binary:
    return Binary(op, left, right)


def ruled(*rules: Rule) -> Programme:
    return replace(small_programme(), rules=rules)


def broken(programme: Programme, **more: object) -> list[tuple[str, str, str]]:
    judgement = judge(clean_return(), NAME, programme, **more)  # type: ignore[arg-type]
    return flat(judgement)


def test_a_broken_rule_names_its_cells_and_values() -> None:
    programme = ruled(rule("CT", compared("<", Ref("luy_ke"), Ref("tong_so"))))
    book = opened(clean_return())
    sheet(book, "CT")["G10"].value = 11
    (found,) = judge(saved(book), NAME, programme).findings
    assert found.address.cell == "G10"
    assert found.found == "Lũy kế từ đầu năm: 11; Tổng số: 10"
    assert found.params == {"rule": "QT", "message": "Sai.", "cells": "G10, E10"}


@pytest.mark.parametrize(
    ("form", "root", "expected"),
    [
        ("MH", compared(">=", CountRows("MH"), Number(Decimal(5))), [("rule.broken", "MH", "")]),
        ("MH", compared(">=", CountRows("MH"), Number(Decimal(3))), []),
        ("CT", compared("<", UnitValue("CT1"), Number(Decimal(15))), [("rule.broken", "CT", "")]),
        ("CT", compared("<>", Ref("noi_dung"), Text("Đơn thư tồn đọng")),
         [("rule.broken", "CT", "")]),
        ("DT", compared("<", Ref("giai_quyet"), Ref("so_cuoc")), [("rule.broken", "DT", "E10")]),
        ("MH", Call("NOT", (Call("ISBLANK", (Ref("so_ho"),)),)), [("rule.broken", "MH", "G12")]),
        ("MH", compared(">", Ref("so_ho"), Number(Decimal(50))), [("rule.broken", "MH", "G11")]),
        ("DT", compared("=", Ref("kien_nghi"), Number(Decimal(1))), [("rule.failed", "DT", "E14")]),
    ],
)  # fmt: skip
def test_rules_of_every_kind(form: str, root: Node, expected: list[tuple[str, str, str]]) -> None:
    assert broken(ruled(rule(form, root))) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"unit_types": ("huyện",)}, []),
        ({"unit_types": ("quận",)}, [("rule.broken", "MH", "")]),
        ({"periods": ("2024-Q2",)}, []),
        ({"periods": ("2024-Q1",)}, [("rule.broken", "MH", "")]),
    ],
)
def test_a_rule_holds_for_its_units_and_periods(
    changes: dict[str, tuple[str, ...]], expected: list[tuple[str, str, str]]
) -> None:
    five = rule("MH", compared(">=", CountRows("MH"), Number(Decimal(5))))
    assert broken(ruled(replace(five, **changes))) == expected  # type: ignore[arg-type]


def test_a_blank_that_is_an_error_already_breaks_no_rule() -> None:
    asked = rule("CT", Call("NOT", (Call("ISBLANK", (Ref("luy_ke"),)),)))
    book = opened(clean_return())
    sheet(book, "CT")["G10"].value = None
    assert flat(judge(saved(book), NAME, ruled(asked))) == [("answer.missing", "CT", "G10")]


def test_a_warning_rule_leaves_the_return_clean() -> None:
    five = rule("MH", compared(">=", CountRows("MH"), Number(Decimal(5))), Severity.WARNING)
    assert judge(clean_return(), NAME, ruled(five)).outcome is Outcome.CLEAN


def answer(form: str, row: str, field: str, value: Decimal | date | str) -> Answer:
    where = Address("truoc.xlsx", form, "A1")
    return Answer(form, row, field, State.VALUE, value, str(value), where)


def test_prev_asks_the_return_of_the_period_before() -> None:
    grows = rule("CT", compared(">=", Ref("luy_ke"), Prev("luy_ke")))
    asked: list[tuple[str, str]] = []

    def history(unit: str, period: str) -> Iterable[Answer]:
        asked.append((unit, period))
        return [answer("CT", "CT2", "luy_ke", Decimal(3))]

    programme = ruled(grows)
    q1 = programme.period("2024-Q1")
    before = replace(q1, code="2023-Q4", start=date(2023, 10, 1), end=date(2023, 12, 31))
    programme = replace(programme, periods=(before, *programme.periods))
    assert broken(programme, history=history) == [("rule.broken", "CT", "G10")]
    assert asked == [("305", "2023-Q4")]
    assert broken(programme) == []


def test_the_period_before_is_of_the_same_kind() -> None:
    programme = small_programme()

    def before(code: str) -> str | None:
        found = previous_period(programme, programme.period(code))
        return found.code if found else None

    assert before("2024-Q3") == "2024-Q2"
    assert before("2024-Q1") is None
    assert before("2024-H1") is None
    assert programme.period("2024").kind is PeriodKind.YEAR


@pytest.mark.parametrize(
    ("name", "period", "expected"),
    [
        ("cong-tac-nam", "2023-3M", None),
        ("cong-tac-nam", "2023-6M", "2023-3M"),
        ("cong-tac-nam", "2023-9M", "2023-6M"),
        ("cong-tac-nam", "2023", "2023-9M"),
        ("ke-hoach-phuong", "2024", "2024-H1"),
        ("phoi-hop-2021", "2021-Q3", "2021-Q2"),
        ("phoi-hop-2021", "2021", None),
        ("dan-van-kheo", "2023-H1", None),
    ],
)
def test_returns_that_run_from_the_beginning_of_the_year(
    name: str, period: str, expected: str | None
) -> None:
    programme = load_folder(templates_folder() / name)
    found = previous_period(programme, programme.period(period))
    assert (found.code if found else None) == expected


def test_check_alone_speaks_of_answers_with_their_addresses() -> None:
    programme = small_programme()
    judgement = judged(clean_return())
    wrong = [
        replace(a, value=Decimal(9)) if (a.row, a.field) == ("CT2", "trong_ky") else a
        for a in judgement.answers
    ]
    found = check(programme, programme.unit("305"), programme.period("2024-Q1"), wrong)
    assert [(f.code, f.address.cell) for f in found] == [("rule.broken", "G10")]


# --- between returns --------------------------------------------------------------------------


def figures(judgement: Judgement, change: int = 0) -> list[Answer]:
    """The answers with the first ``change`` typed figures made larger by one."""
    changed = []
    for a in judgement.answers:
        own = a.field in ("trong_ky", "luy_ke", "so_ho", "tien_do") and isinstance(a.value, Decimal)
        if own and change > 0 and isinstance(a.value, Decimal):
            changed.append(replace(a, value=a.value + 1, state=State.VALUE))
            change -= 1
        else:
            changed.append(a)
    return changed


@pytest.mark.parametrize(
    ("change", "codes"), [(0, ["cross.unchanged"]), (1, ["cross.unchanged"]), (3, [])]
)
def test_last_periods_figures_sent_again(change: int, codes: list[str]) -> None:
    programme = small_programme()
    judgement = judged(clean_return())
    before = programme.period("2024-Q2")
    found = unchanged(programme, NAME, judgement.answers, before, figures(judgement, change))
    assert [f.code for f in found] == codes
    if found and not change:
        assert found[0].params == {
            "share": "100%", "equal": "14", "count": "14", "period": "Quý II/2024"
        }  # fmt: skip


def test_few_figures_prove_nothing() -> None:
    programme = small_programme()
    few = [a for a in judged(clean_return()).answers if a.form == "DT"]
    assert unchanged(programme, NAME, few, programme.period("2024-Q2"), few) == []


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "vi",
            [
                "  Ô có dữ liệu: 56 = 29 dùng + 26 bỏ qua (có lý do) + 1 bị loại",
                "  Các ô không được dùng (lý do là mục đã nêu ở trên):",
                "    loại 1 ô, trang {sheet}: F9 “nhiều lắm” – "
                "lý do nêu ở trang {sheet}, ô F9 [number.unreadable]",
                "    bỏ qua 26 ô, trang {sheet}: K30 “ghi nhanh”; {eleven}; … và 14 ô nữa – "
                "lý do nêu ở trang {sheet}, ô K30 [outside.signature]",
            ],
        ),
        (
            "en",
            [
                "  Cells with data: 56 = 29 used + 26 ignored (with reason) + 1 rejected",
                "  Cells not used (the reason is an entry above):",
                "    1 rejected, sheet {sheet}: F9 “nhiều lắm” – "
                "reason given at sheet {sheet}, cell F9 [number.unreadable]",
                "    26 ignored, sheet {sheet}: K30 “ghi nhanh”; {eleven}; … and 14 more cells – "
                "reason given at sheet {sheet}, cell K30 [outside.signature]",
            ],
        ),
    ],
)
def test_check_prints_every_cell_left_out_with_its_reason(lang: str, expected: list[str]) -> None:
    book = opened(clean_return())
    ws = sheet(book, "CT")
    ws["F9"].value = "nhiều lắm"
    ws["K30"].value = "ghi nhanh"
    for row in range(40, 65):
        ws.cell(row, 4).value = "dòng  thừa"
    lines = checked([Checked(judged(saved(book)), small_programme())], lang)
    eleven = "; ".join(f"D{row} “dòng thừa”" for row in range(40, 51))
    assert lines[-4:] == [line.format(sheet=ws.title, eleven=eleven) for line in expected]


def test_check_prints_nothing_of_cells_where_none_was_left_out() -> None:
    lines = checked([Checked(judged(clean_return()), small_programme())], "vi")
    assert lines[-1].endswith("0 bỏ qua (có lý do) + 0 bị loại")

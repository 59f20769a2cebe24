"""A rule tried on what is on record: who would fail, rules that never or always fire."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from decided import CT, add_waivers, missing, new_folder, number, put
from programmes import small_programme

from toolkit.cli import run
from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.intake.check import check
from toolkit.intake.model import Answer, State
from toolkit.programme.model import Programme, Waiver
from toolkit.register.store import Register
from toolkit.workflow import rehearse
from toolkit.workflow.rehearse import Rehearsed, Showing, failing, rehearse_on


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return new_folder(tmp_path)


def row(in_quarter: int | None, total: int | None, number_: int = 1) -> tuple[Answer, Answer]:
    """The two answers of a row of CT that the rule CT-01 holds against each other."""
    code, place = f"CT{number_}", number_ + 8

    def value(given: int | None) -> Decimal | None:
        return None if given is None else Decimal(given)

    return (
        number(value(in_quarter), row=code, field="trong_ky", cell=f"F{place}"),
        number(value(total), row=code, cell=f"G{place}"),
    )


def one(folder: Folder, code: str = "CT-01") -> Rehearsed:
    (rehearsed,) = rehearse(folder, code).rules
    return rehearsed


def figures(done: Rehearsed) -> tuple[int, int, int, int, int]:
    """returns, rows, passed, failed, silent."""
    return done.returns, done.rows, done.passed, len(done.failed), done.silent


# (answers of 305, answers of 303): figures, what they come to
CASES = [
    ([row(1, 2)], [row(2, 2)], (2, 6, 2, 0, 4), Showing.NEVER),
    ([row(3, 2)], [row(2, 2)], (2, 6, 1, 1, 4), Showing.SOME),
    ([row(3, 2)], [row(4, 2)], (2, 6, 0, 2, 4), Showing.EVERYONE),
    # one row that passes does not save the return
    ([row(3, 2), row(1, 2, 2)], [row(4, 2)], (2, 6, 1, 2, 3), Showing.EVERYONE),
    # a return without the answers has no say
    ([row(3, 2)], [], (2, 6, 0, 1, 5), Showing.EVERYONE),
    ([row(3, None)], [row(None, 2)], (2, 6, 0, 0, 6), Showing.SILENT),
]


@pytest.mark.parametrize(("mine", "theirs", "expected", "showing"), CASES)
def test_figures(
    folder: Folder,
    mine: list[tuple[Answer, Answer]],
    theirs: list[tuple[Answer, Answer]],
    expected: tuple[int, int, int, int, int],
    showing: Showing,
) -> None:
    put(folder, unit="305", answers=[a for pair in mine for a in pair])
    put(folder, unit="303", answers=[a for pair in theirs for a in pair])
    done = one(folder)
    assert (figures(done), done.showing) == (expected, showing)
    assert done.rows == done.passed + len(done.failed) + done.silent + len(done.raised)


def test_who_would_fail_and_where(folder: Folder) -> None:
    put(folder, unit="305", answers=(*row(3, 2), *row(5, 1, 3)))
    put(folder, unit="303", answers=row(1, 2))
    ((submission, hits),) = failing(one(folder))
    assert (submission.unit, submission.period) == ("305", "2024-Q1")
    assert [(hit.sheet, hit.cells, hit.found) for hit in hits] == [
        (CT, "G9, F9", "Lũy kế từ đầu năm: 2; Trong quý: 3"),
        (CT, "G11, F11", "Lũy kế từ đầu năm: 1; Trong quý: 5"),
    ]


def test_returns_that_no_longer_count_are_tried_too(folder: Folder) -> None:
    put(folder, file="a.xlsx", answers=row(3, 2))
    put(folder, file="b.xlsx", received=date(2024, 4, 8), answers=row(3, 3))
    done = one(folder)
    assert (done.returns, done.broken, done.showing) == (2, 1, Showing.SOME)
    assert [hit.submission.current for hit in done.failed] == [False]


def test_a_rule_is_asked_of_its_units_and_periods_only(folder: Folder) -> None:
    put(folder, unit="311", answers=row(1, 900))
    assert figures(one(folder, "CT-02")) == (0, 0, 0, 0, 0)  # of quận only
    assert one(folder, "CT-02").showing is Showing.UNASKED
    put(folder, unit="303", answers=row(1, 900))
    assert figures(one(folder, "CT-02")) == (1, 3, 0, 1, 2)
    assert one(folder, "MH-01").showing is Showing.UNASKED  # of the third quarter only


def test_a_cell_with_an_error_of_its_own_silences_the_rule(folder: Folder) -> None:
    limit = Finding("number.too_small", Severity.ERROR, Address("a.xlsx", CT, "G9"))
    put(folder, limit, answers=row(3, 2))
    assert figures(one(folder)) == (1, 3, 0, 0, 3)
    was = replace(limit, severity=Severity.NOTE, params={"waived": "x", "waived_from": "error"})
    put(folder, was, unit="303", answers=row(3, 2))
    assert figures(one(folder)) == (2, 6, 0, 0, 6)


def test_it_says_what_the_intake_says(folder: Folder) -> None:
    """The same verdicts as the check of a return, for every rule of the programme."""
    programme = small_programme()
    status = ("Đã hoàn thành", "Đang thực hiện", "Đã hoàn thành")
    answers = [*row(3, 2), *row(1, 99, 2), *row(4, 3, 3)]
    for place, said in enumerate(status, 1):
        for field, value in (("trang_thai", said), ("tien_do", Decimal("0.5"))):
            at = Address("a.xlsx", "NV", f"G{place}")
            answers.append(Answer("NV", f"NV{place}", field, State.VALUE, value, str(value), at))
    put(folder, answers=answers)
    unit, period = programme.unit("305"), programme.period("2024-Q1")
    broken = [f.params["rule"] for f in check(programme, unit, period, answers)]
    with Register(folder.register, read_only=True) as register:
        done = rehearse_on(programme, programme.rules, register.archived())
    assert [r.rule.code for r in done.rules for _ in r.failed] == broken
    assert sorted(broken) == ["CT-01", "CT-01", "CT-02", "NV-01", "NV-01"]


def test_prev_is_the_return_that_counts_for_the_period_before(folder: Folder) -> None:
    programme = with_rule(folder, "[Lũy kế từ đầu năm] >= PREV([Lũy kế từ đầu năm])")
    put(folder, file="a.xlsx", period="2024-Q1", answers=row(1, 9), programme=programme)
    put(
        folder,
        file="b.xlsx",
        period="2024-Q1",
        received=date(2024, 4, 8),
        answers=row(1, 4),
        programme=programme,
    )
    put(folder, period="2024-Q2", answers=row(1, 5), programme=programme)
    done = one(folder, "MOI")
    assert figures(done) == (3, 9, 1, 0, 8)


def with_rule(folder: Folder, source: str) -> Programme:
    """The programme of the folder with one more rule, MOI."""
    book = openpyxl.load_workbook(folder.programme)
    for column, value in enumerate(("MOI", "CT", source, "lỗi", "x"), 1):
        book["Quy tắc"].cell(6, column).value = value
    book.save(folder.programme)
    book.close()
    return small_programme()


def test_a_new_rule_of_the_programme_is_tried_before_anything_is_judged_again(
    folder: Folder,
) -> None:
    put(folder, answers=row(1, 2))
    with_rule(folder, "[Trong quý]=5")
    before = folder.register.read_bytes()
    done = one(folder, "moi")
    assert (figures(done), done.showing) == ((1, 3, 0, 1, 2), Showing.EVERYONE)
    assert folder.register.read_bytes() == before


def test_an_answer_of_another_kind_is_a_fault_of_the_rule_and_never_a_pass(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = row(1, 2)
    put(folder, answers=(replace(first, value="một"), second))
    done = one(folder)
    assert (done.showing, len(done.raised), done.passed) == (Showing.RAISED, 1, 0)
    assert run(["rehearse", "CT-01", "-C", str(folder.root)]) == 1
    assert "không tính được" in capsys.readouterr().out


def test_what_the_programme_has_no_place_for_is_counted(folder: Folder) -> None:
    put(folder, answers=row(1, 2))
    put(folder, unit="999")
    put(folder, period="2023-Q1")
    done = rehearse(folder)
    assert (done.returns, done.unplaced, len(done.rules)) == (3, 2, 4)


def test_waived_rows_are_marked(folder: Folder) -> None:
    put(folder, answers=row(3, 2))
    add_waivers(folder, ("305", "CT-01", None, "x"))
    (hit,) = one(folder).failed
    assert hit.waived
    programme = replace(small_programme(), waivers=(Waiver("303", "CT-01", "x"),))
    with Register(folder.register, read_only=True) as register:
        done = rehearse_on(programme, programme.rules[1:2], register.archived())
    assert not done.rules[0].failed[0].waived


@pytest.mark.parametrize(("rule", "key"), [("CT-99", "rehearse.unknown_rule")])
def test_a_rule_there_is_not(folder: Folder, rule: str, key: str) -> None:
    put(folder)
    with pytest.raises(ToolkitError) as refused:
        rehearse(folder, rule)
    assert refused.value.key == key


def test_with_nothing_on_record_there_is_nothing_to_try(folder: Folder) -> None:
    with pytest.raises(ToolkitError) as refused:
        rehearse(folder)
    assert refused.value.key == "error.nothing_received"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("vi", ["Báo lỗi với mọi báo cáo: CT-01", "Chưa bao giờ báo lỗi: CT-02", "MH-01"]),
        ("en", ["Fire on every return: CT-01", "Never fire: CT-02", "Asked of no return: MH-01"]),
    ],
)
def test_what_is_printed(
    folder: Folder, capsys: pytest.CaptureFixture[str], lang: str, words: list[str]
) -> None:
    put(folder, missing(), answers=row(3, 2))
    before = folder.register.read_bytes()
    assert run(["rehearse", "-C", str(folder.root), "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in words), out
    assert "G9, F9: Lũy kế từ đầu năm: 2; Trong quý: 3" in out
    assert folder.register.read_bytes() == before

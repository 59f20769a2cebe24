"""The line of versions: which cells changed, which flagged ones did not, which others did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from decided import CT, NOW, broken, missing, new_folder, number, put
from hypothesis import given
from hypothesis import strategies as st
from programmes import small_programme
from returned import clean_return, opened, saved, sheet

from toolkit import workflow
from toolkit.cli import run
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.intake.model import Answer, Outcome, State
from toolkit.register.changes import Changes, compare
from toolkit.register.model import Submission, SubmissionDetail
from toolkit.workflow import accept, history, send_back

TYPED = frozenset({("CT", "luy_ke"), ("CT", "trong_ky")})


def detail(*answers: Answer, findings: tuple[Finding, ...] = ()) -> SubmissionDetail:
    at = Submission(
        id=1,
        sha256="ab",
        file="a.xlsx",
        stored="x",
        programme="DV-2024",
        fingerprint="f",
        unit="305",
        period="2024-Q1",
        received=date(2024, 4, 5),
        modified=None,
        outcome=Outcome.CLEAN,
        errors=0,
        warnings=0,
        current=True,
    )
    return SubmissionDetail(at, answers, findings, ())


def keys(changes: Changes) -> tuple[list[str], list[str], list[str]]:
    """mended, unmended and unasked, each by cell."""
    groups = (changes.mended, changes.unmended, changes.unasked)
    return tuple([change.place.cell for change in group] for group in groups)  # type: ignore[return-value]


ONE, TWO_ = number(Decimal(1)), number(Decimal(2))
BLANK, WORDS = number(None), number(None, raw="hai")
AS_TEXT = replace(TWO_, raw="hai (2)")
FLAG, WARN = broken(), broken(severity=Severity.WARNING)
NOTE = broken(severity=Severity.NOTE)

# older answer, newer answer, findings on the older: (mended, unmended, unasked)
CASES = [
    (ONE, TWO_, (FLAG,), (["G9"], [], [])),
    (ONE, ONE, (FLAG,), ([], ["G9"], [])),
    (ONE, TWO_, (), ([], [], ["G9"])),
    (ONE, ONE, (), ([], [], [])),
    (ONE, TWO_, (WARN,), (["G9"], [], [])),
    (ONE, TWO_, (NOTE,), ([], [], ["G9"])),
    # the same number typed in another way: a mended cell, but no change nobody asked for
    (AS_TEXT, TWO_, (WARN,), (["G9"], [], [])),
    (AS_TEXT, TWO_, (), ([], [], [])),
    (number(Decimal("1.50"), raw="1,50"), number(Decimal("1.5"), raw="1,5"), (), ([], [], [])),
    (BLANK, TWO_, (missing("G9"),), (["G9"], [], [])),
    (BLANK, BLANK, (missing("G9"),), ([], ["G9"], [])),
    (TWO_, BLANK, (), ([], [], ["G9"])),
    (WORDS, number(None, raw="ba"), (), ([], [], ["G9"])),
    (WORDS, WORDS, (), ([], [], [])),
    (WORDS, number(None, raw=" hai "), (FLAG,), ([], ["G9"], [])),
    (number(Decimal(0)), replace(number(Decimal(0)), state=State.NIL), (), ([], [], ["G9"])),
    (None, TWO_, (), ([], [], ["G9"])),
    (TWO_, None, (), ([], [], ["G9"])),
    (None, BLANK, (), ([], [], [])),
    (TWO_, None, (FLAG,), (["G9"], [], [])),
]


@pytest.mark.parametrize(("old", "new", "findings", "expected"), CASES)
def test_one_cell(
    old: Answer | None,
    new: Answer | None,
    findings: tuple[Finding, ...],
    expected: tuple[list[str], list[str], list[str]],
) -> None:
    before = detail(*([old] if old else []), findings=findings)
    after = detail(*([new] if new else []))
    assert keys(compare(before, after, TYPED)) == expected


def test_a_rule_flags_every_cell_it_uses() -> None:
    first = number(Decimal(3), field="trong_ky", cell="F9")
    before = detail(first, ONE, findings=(FLAG,))
    mended = detail(first, number(Decimal(4)))
    assert keys(compare(before, mended, TYPED)) == (["G9"], ["F9"], [])


def test_a_computed_answer_changes_with_what_it_is_made_of_and_is_not_told() -> None:
    before = detail(ONE, number(Decimal("0.1"), field="ty_le", cell="H9"))
    after = detail(TWO_, number(Decimal("0.2"), field="ty_le", cell="H9"))
    assert keys(compare(before, after, TYPED)) == ([], [], ["G9"])


def test_a_cell_that_moved_is_followed_by_its_code() -> None:
    moved = replace(TWO_, address=Address("b.xlsx", "Trang khác", "K20"))
    changes = compare(detail(ONE, findings=(FLAG,)), detail(moved), TYPED)
    assert keys(changes) == (["K20"], [], [])


def test_a_changed_cell_that_is_still_wrong_says_so() -> None:
    changes = compare(detail(ONE, findings=(FLAG,)), detail(TWO_, findings=(missing("G9"),)), TYPED)
    (change,) = changes.mended
    assert [f.code for f in change.findings] == ["rule.broken"]
    assert [f.code for f in change.still] == ["answer.missing"]


def test_what_was_said_of_no_answer_and_still_holds() -> None:
    sheet_gone = Finding("structure.sheet_missing", Severity.ERROR, Address("a.xlsx", "MH"))
    outside = Finding("outside.cell", Severity.WARNING, Address("a.xlsx", CT, "Z9"), "x")
    other = replace(outside, address=Address("b.xlsx", CT, "Y9"))
    before = detail(ONE, findings=(sheet_gone, outside, FLAG))
    after = detail(ONE, findings=(replace(sheet_gone, address=Address("b.xlsx", "MH")), other))
    changes = compare(before, after, TYPED)
    assert [f.code for f in changes.others] == ["structure.sheet_missing"]


@given(
    old=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    new=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    flagged=st.sets(st.integers(0, 3)),
)
def test_property_every_changed_and_every_flagged_cell_is_told_once(
    old: list[int], new: list[int], flagged: set[int]
) -> None:
    def version(values: list[int], findings: tuple[Finding, ...] = ()) -> SubmissionDetail:
        made = [number(Decimal(v), row=f"CT{n}", cell=f"G{n}") for n, v in enumerate(values)]
        return detail(*made, findings=findings)

    findings = tuple(broken(f"G{n}", cells=f"G{n}") for n in flagged)
    mended, unmended, unasked = keys(compare(version(old, findings), version(new), TYPED))
    changed = {n for n in range(4) if old[n] != new[n]}
    assert set(mended) == {f"G{n}" for n in changed & flagged}
    assert set(unmended) == {f"G{n}" for n in flagged - changed}
    assert set(unasked) == {f"G{n}" for n in changed - flagged}
    assert len(mended) + len(unmended) + len(unasked) == len(changed | flagged)


# --- the whole line ---------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return new_folder(tmp_path)


def three_versions(folder: Folder) -> None:
    put(
        folder,
        broken(),
        missing("G10"),
        file="một.xlsx",
        received=date(2024, 4, 9),
        answers=(
            number(Decimal(3), field="trong_ky", cell="F9"),
            number(Decimal(2)),
            number(None, row="CT2", cell="G10"),
            number(Decimal(7), row="CT3", cell="G11"),
        ),
    )
    send_back(folder, "305", "2024-Q1", "xem lại lũy kế", now=NOW)
    put(
        folder,
        missing("G10"),
        file="hai.xlsx",
        received=date(2024, 4, 12),
        answers=(
            number(Decimal(3), field="trong_ky", cell="F9"),
            number(Decimal(3)),
            number(None, row="CT2", cell="G10"),
            number(Decimal(8), row="CT3", cell="G11"),
        ),
    )
    accept(folder, "305", "2024-Q1", "đủ", ["answer.missing"], now=NOW)


def test_the_line_of_versions(folder: Folder) -> None:
    three_versions(folder)
    line = history(folder, "Lê Chân", "quý 1/2024")
    assert (line.unit.code, line.period.code) == ("305", "2024-Q1")
    first, second = line.versions
    assert (first.changes, first.late_days, second.late_days) == (None, 0, 2)
    assert [d.ruling.value for d in first.decisions] == ["return"]
    assert [d.ruling.value for d in second.decisions] == ["accept"]
    assert second.changes is not None
    assert keys(second.changes) == (["G9"], ["F9", "G10"], ["G11"])


def test_what_history_prints(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    three_versions(folder)
    assert run(["history", "305", "2024-Q1", "-C", str(folder.root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    day = f"{NOW.astimezone():%d/%m/%Y %H:%M}"
    assert lines == [
        "Quận Lê Chân, Quý I/2024: 2 bản đã nhận",
        "1. 09/04/2024  một.xlsx  bản cũ; 2 lỗi, 0 cảnh báo",
        f"   {day}  trả lại: xem lại lũy kế",
        "2. 12/04/2024  hai.xlsx  đang tính, đã tiếp nhận, chậm 2 ngày; 1 lỗi, 0 cảnh báo",
        f"   {day}  tiếp nhận: đủ (miễn answer.missing)",
        "   So với bản 1:",
        "     Ô được nhắc, đã đổi (1):",
        '       CT, CT1 Xã có mô hình "Dân vận khéo", Lũy kế từ đầu năm, ô G9: 2 → 3',
        "     Ô được nhắc, chưa đổi (2):",
        '       CT, CT1 Xã có mô hình "Dân vận khéo", Trong quý, ô F9: 3',
        "       CT, CT2 Cơ sở được lập hồ sơ đăng ký, Lũy kế từ đầu năm, ô G10: (trống)",
        "     Ô không được nhắc, đã đổi (1):",
        "       CT, CT3 Đơn thư tồn đọng, Lũy kế từ đầu năm, ô G11: 7 → 8",
    ]
    assert run(["history", "305", "2024-Q1", "-C", str(folder.root), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "2 → 3" in out
    assert "Flagged and not changed (2):" in out


def test_many_changes_are_counted_and_shown_when_asked(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    def list_of(number_: int) -> tuple[Answer, ...]:
        return tuple(
            Answer(
                "MH",
                str(row),
                "so_ho",
                State.VALUE,
                Decimal(number_),
                str(number_),
                Address("a.xlsx", "MH", f"G{row + 9}"),
            )
            for row in range(1, 31)
        )

    put(folder, file="a.xlsx", answers=list_of(1))
    put(folder, file="b.xlsx", received=date(2024, 4, 8), answers=list_of(2))
    words = ["history", "305", "2024-Q1", "-C", str(folder.root)]
    assert run(words) == 0
    short = capsys.readouterr().out
    assert short.count("1 → 2") == 20
    assert "… và 10 ô nữa" in short
    assert run([*words, "--all"]) == 0
    assert capsys.readouterr().out.count("1 → 2") == 30


def test_from_workbooks_received(tmp_path: Path) -> None:
    """Two real workbooks of one unit: read, recorded and compared."""
    folder = new_folder(tmp_path)
    for name, cells in (
        ("2024-04-05/mot.xlsx", {"F9": 3, "G9": 2, "F10": 2, "G10": 2}),
        ("2024-04-08/hai.xlsx", {"F9": 3, "G9": 3, "F10": 2, "G10": 5}),
    ):
        book = opened(clean_return())
        for cell, value in cells.items():
            sheet(book, "CT")[cell].value = value
        target = folder.incoming / name
        target.parent.mkdir(parents=True)
        target.write_bytes(saved(book))
    workflow.receive(folder, small_programme())
    first, second = history(folder, "305", "2024-Q1").versions
    assert (first.detail.submission.errors > 0, second.detail.submission.current) == (True, True)
    assert second.changes is not None
    told = {
        name: [change.key for change in getattr(second.changes, name)]
        for name in ("mended", "unasked")
    }
    assert ("CT", "CT1", "luy_ke") in told["mended"]
    assert told["unasked"] == [("CT", "CT2", "luy_ke")]

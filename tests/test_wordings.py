"""The sheet Cách ghi: a programme says what its offices write for nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from programmes import SMALL_PROGRAMME, small_programme
from returned import NAME, clean_return, flat, opened, saved, sheet

from toolkit.intake.judge import judge
from toolkit.intake.model import State
from toolkit.intake.values import DEFAULT_RULES, with_wordings
from toolkit.programme.build import build_workbook
from toolkit.programme.fingerprint import fingerprint, judging_key
from toolkit.programme.load import load_folder_with_findings, load_with_findings
from toolkit.programme.model import Programme

WORDINGS = (
    ("k/p/s", "nil"),
    ("chờ báo cáo", "not_available"),
    ("bỏ", "missing"),
    ("không", "zero"),
)


def programme_with(*lines: str, folder: Path, heading: str = "cách ghi,nghĩa là") -> Path:
    """The small programme in ``folder`` with that sheet Cách ghi."""
    for source in SMALL_PROGRAMME.glob("*.csv"):
        (folder / source.name).write_bytes(source.read_bytes())
    (folder / "cach-ghi.csv").write_text("\n".join([heading, *lines]) + "\n", "utf-8")
    return folder


@pytest.mark.parametrize("heading", ["cách ghi,nghĩa là", "Wording,Meaning"])
def test_the_sheet_is_read(tmp_path: Path, heading: str) -> None:
    folder = programme_with(
        "k/p/s,không có",
        "chờ báo cáo,chưa có số liệu",
        "n.a.,không áp dụng",
        "zero,bằng 0",
        "???,Để trống",
        folder=tmp_path,
        heading=heading,
    )
    programme, findings = load_folder_with_findings(folder)
    assert findings == ()
    assert programme is not None
    assert programme.wordings == (
        ("k/p/s", "nil"),
        ("chờ báo cáo", "not_available"),
        ("n.a.", "not_applicable"),
        ("zero", "zero"),
        ("???", "missing"),
    )


def test_the_built_workbook_says_the_same(tmp_path: Path) -> None:
    folder = programme_with("k/p/s,không có", folder=tmp_path)
    build_workbook(folder, tmp_path / "chuong-trinh.xlsx")
    programme, findings = load_with_findings(tmp_path / "chuong-trinh.xlsx")
    assert findings == ()
    assert programme is not None
    assert programme.wordings == (("k/p/s", "nil"),)


@pytest.mark.parametrize(
    ("lines", "code", "cell"),
    [
        (["k/p/s,tùy ý"], "programme.keyword.bad", "B2"),
        (["k/p/s,"], "programme.value.missing", "B2"),
        ([",không có"], "programme.value.missing", "A2"),
        (["12,không có"], "programme.wording.number", "A2"),
        (["k/p/s,không có", "K/P/S,bằng 0"], "programme.wording.twice", "A3"),
    ],
)
def test_a_faulty_row_is_told_at_its_cell(
    tmp_path: Path, lines: list[str], code: str, cell: str
) -> None:
    programme, findings = load_folder_with_findings(programme_with(*lines, folder=tmp_path))
    assert programme is None
    assert [(f.code, f.address.cell) for f in findings] == [(code, cell)]


def test_another_wording_judges_anew_but_makes_no_template_older() -> None:
    programme = small_programme()
    changed = replace(programme, wordings=WORDINGS)
    assert fingerprint(changed) == fingerprint(programme)
    assert judging_key(changed) != judging_key(programme)


def told(programme: Programme, form: str, cell: str, written: str) -> tuple[State, object, list]:
    book = opened(clean_return())
    sheet(book, form)[cell].value = written
    judgement = judge(saved(book), NAME, programme)
    answer = next(a for a in judgement.answers if a.raw == written)
    return answer.state, answer.value, [code for code, _, _ in flat(judgement)]


@pytest.mark.parametrize(
    ("form", "cell", "written", "state", "value", "codes"),
    [
        ("CT", "F10", "K/P/S", State.NIL, Decimal(0), ["nothing.nil"]),
        ("CT", "F10", "Chờ  báo cáo", State.NOT_AVAILABLE, None, ["nothing.not_available"]),
        ("CT", "F10", "không", State.ZERO, Decimal(0), ["nothing.zero"]),  # nil by default
        ("CT", "F10", "bỏ", State.MISSING, None, ["answer.missing", "nothing.missing"]),
        ("DT", "E14", "k/p/s", State.NIL, "k/p/s", []),
        ("DT", "E13", "chờ báo cáo", State.NOT_AVAILABLE, None, ["nothing.not_available"]),
        ("CT", "F10", "không có", State.NIL, Decimal(0), ["nothing.nil"]),  # still
    ],
)
def test_the_programmes_words_go_over_the_usual_ones(
    form: str, cell: str, written: str, state: State, value: object, codes: list[str]
) -> None:
    programme = replace(small_programme(), wordings=WORDINGS)
    assert told(programme, form, cell, written) == (state, value, codes)


def test_without_the_sheet_the_usual_words_hold() -> None:
    assert told(small_programme(), "CT", "F10", "k/p/s")[2] == ["number.unreadable"]
    assert with_wordings(DEFAULT_RULES, ()) == DEFAULT_RULES


def test_a_tick_stays_text_in_a_text_field() -> None:
    rules = with_wordings(DEFAULT_RULES, (("x", "zero"),))
    assert rules.state_of("x") is State.ZERO
    assert rules.state_of("x", in_text=True) is None


def test_a_meaning_must_be_a_kind_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        with_wordings(DEFAULT_RULES, (("x", "value"),))

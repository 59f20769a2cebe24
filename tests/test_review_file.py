"""The review file: written, filled in, read back; faults at their cells; nothing written over."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from score_cases import criterion, quarters, return_of, review, scoring

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.score_model import ScoreTable
from toolkit.programme.model import Programme
from toolkit.programme.reviews import Review, read_reviews
from toolkit.report.review_file import write_review_file

UNIT, CRITERION, OWN, POINTS, DIFFERENCE, REMARK = "A", "C", "F", "H", "I", "J"


def made() -> tuple[Programme, ScoreTable]:
    programme = scoring((criterion("C1", 20, "[I1 / x]/3"), criterion("S1", 15)))
    details = [*quarters("A", "I1.x", 5, 5, 5, 5), return_of("A", "Y", own={"S1": "12,5"})]
    details[-1] = return_of("A", "Y", own={"S1": Decimal("12.5")})
    table = consolidate(programme, programme.period("Y"), details).scores
    assert table is not None
    return programme, table


@pytest.fixture
def written(tmp_path: Path) -> tuple[Programme, Path]:
    programme, table = made()
    path = tmp_path / "cham-diem" / "Y.xlsx"
    assert write_review_file(table, (), path) == 6
    return programme, path


def typed(path: Path, cells: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(path)
    for cell, value in cells.items():
        book.active[cell] = value
    book.save(path)


def test_an_untouched_file_says_nothing(written: tuple[Programme, Path]) -> None:
    programme, path = written
    assert read_reviews(path, programme) == ((), [])
    assert read_reviews(path.with_name("none.xlsx"), programme) == ((), [])


def test_what_is_typed_is_read_with_its_cell(written: tuple[Programme, Path]) -> None:
    programme, path = written
    typed(path, {"H2": 5, "H3": "8,5", "J3": "Thiếu minh chứng", "H4": 0})
    reviews, findings = read_reviews(path, programme)
    assert findings == []
    assert [(r.unit, r.criterion, r.points, r.address.cell, r.remark) for r in reviews] == [
        ("A", "C1", Decimal(5), "H2", ""),
        ("A", "S1", Decimal("8.5"), "H3", "Thiếu minh chứng"),
        ("B", "C1", Decimal(0), "H4", ""),
    ]
    assert reviews[1].seen == Decimal("12.5")


@pytest.mark.parametrize(
    ("cells", "code", "at"),
    [
        ({"H3": 16}, "programme.review.points", "H3"),
        ({"H3": -1}, "programme.review.points", "H3"),
        ({"H3": "50%"}, "programme.review.points", "H3"),
        ({"H3": "tốt"}, "programme.number.bad", "H3"),
        ({"H3": 5, "A3": "ZZ"}, "programme.reference.unit", "A3"),
        ({"H3": 5, "C3": "ZZ"}, "programme.reference.criterion", "C3"),
        ({"H2": 5, "H3": 5, "C3": "C1"}, "programme.review.twice", "C3"),
        ({"H1": "điểm"}, "programme.heading.unknown", "H1"),
    ],
)
def test_faults_stand_at_their_cell_and_give_no_points(
    written: tuple[Programme, Path], cells: dict[str, Any], code: str, at: str
) -> None:
    programme, path = written
    typed(path, cells)
    reviews, findings = read_reviews(path, programme)
    assert [(f.code, f.address.cell) for f in findings] == [(code, at)]
    assert [r.points for r in reviews] in ([], [None])
    assert all(r.faulty for r in reviews)


def test_what_was_typed_stays_when_the_file_is_made_anew(
    written: tuple[Programme, Path], tmp_path: Path
) -> None:
    programme, path = written
    typed(path, {"H3": 8.5, "J3": "=1+1 là công thức", "J5": "'ghi chú"})
    before, _ = read_reviews(path, programme)
    write_review_file(made()[1], before, path)
    after, findings = read_reviews(path, programme)
    assert findings == []
    kept = [(r.unit, r.criterion, r.points, r.remark) for r in before]
    assert [(r.unit, r.criterion, r.points, r.remark) for r in after] == kept
    book = openpyxl.load_workbook(path)
    assert book.active["J3"].data_type == "s"
    assert openpyxl.load_workbook(path, data_only=True).active["I3"].value == -4
    first = path.read_bytes()
    write_review_file(made()[1], after, path)
    assert path.read_bytes() == first


def test_the_file_is_guarded(written: tuple[Programme, Path]) -> None:
    sheet = openpyxl.load_workbook(written[1]).active
    assert sheet.protection.sheet
    assert not sheet["H2"].protection.locked
    assert not sheet["J2"].protection.locked
    assert sheet["F2"].protection.locked
    limits = {str(v.sqref): (v.formula1, v.formula2) for v in sheet.data_validations.dataValidation}
    assert limits["H3"] == ("0", "15.0")
    assert [sheet.cell(1, c).value for c in (1, 3, 8)] == [
        "mã đơn vị",
        "mã tiêu chí",
        "điểm thẩm định",
    ]


def test_a_review_of_what_is_lacking_is_kept(tmp_path: Path) -> None:
    """A remark without points, and points for a unit that sent nothing, survive."""
    programme, table = made()
    path = tmp_path / "Y.xlsx"
    given: list[Review] = [review("B", "S1", 3), review("C", "S1", None, remark="Chờ báo cáo")]
    write_review_file(table, given, path)
    found = {(r.unit, r.criterion): (r.points, r.remark) for r in read_reviews(path, programme)[0]}
    assert found == {("B", "S1"): (Decimal(3), ""), ("C", "S1"): (None, "Chờ báo cáo")}

"""The sheets of scores, tasks, opinions and duplicates, read back; and what is exported."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from consolidate_cases import NA, UNITS, answer, form, returned, words
from score_cases import criterion, quarters, return_of, review, scoring
from test_summary_soffice import calculated, formulas_of

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.model import Consolidation
from toolkit.programme.model import FormKind, Unit
from toolkit.report.judgement_export import SCORES, judgements, write_judgements
from toolkit.report.summary.book import write_summary

MODEL = ("Tuyến đường hoa", "Tổ 5, phường An Biên")


def consolidation() -> Consolidation:
    """Four units: one complete, one equal to it, one not reviewed, one that lacks a return."""
    units = (*UNITS, Unit("D", "Huyện D", "D", "huyện", order=3))
    criteria = (
        criterion("C1", 60, "MIN([I1 / x]/80;1)*60"),
        criterion("C2", 20, "[I2 / x]"),
        criterion("S1", 15),
        criterion("E1", 5, "IF([I1 / x]>=80;5;0)", bonus=True),
    )
    bands = [
        ("Tốt", 80, "[Tỷ lệ điểm thấp nhất] >= 50%", "50%"),
        ("Tốt hơn", 70, "", ""),
        ("Kém", 0, "", ""),
    ]
    programme = scoring(criteria, bands, units)
    listed = form(words("ten"), words("dia_chi"), code="L", name="Mô hình", kind=FormKind.OPEN)
    asked = form(words("kn"), code="Q", name="Kiến nghị", kind=FormKind.QUESTIONS)
    forms = tuple(listed if f.code == "L" else f for f in programme.forms)
    programme = replace(programme, forms=(*forms, asked))
    details = []
    for unit, each in {"A": 20, "B": 20, "C": 7, "D": 10}.items():
        for n in (1, 2, 3, 4):
            if (unit, n) == ("D", 4):
                continue
            figures = {"I1.x": each, "I2.x": NA if unit == "C" else 4}
            tasks = {"V1": ("Đã hoàn thành", 1), "V3": ("Đang thực hiện", Decimal("0.4"))}
            detail = return_of(unit, f"Q{n}", figures, tasks)
            more = [answer("Q", "kn", "kn", "Thiếu kinh phí" if unit < "C" else f"=Ý {unit}")]
            if n == 1 and unit < "C":
                more += [
                    answer("L", "1", code, cell)
                    for code, cell in zip(("ten", "dia_chi"), MODEL, strict=True)
                ]
            details.append(replace(detail, answers=(*detail.answers, *more)))
        details.append(return_of(unit, "Y", own={"S1": 12}))
    reviews = [review(unit, "S1", points) for unit, points in {"A": 11, "B": 11, "D": 9}.items()]
    return consolidate(programme, programme.period("Y"), details, reviews)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Consolidation, Path]:
    found = consolidation()
    path = tmp_path_factory.mktemp("judged") / "bao-cao" / "Y" / "tong-hop.xlsx"
    write_summary(found, (), (), path, "vi")
    return found, path


def rows(path: Path, sheet: str, first: int, last: int) -> list[list[object]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [
        [cell.value for cell in row] for row in book[sheet].iter_rows(min_row=first, max_row=last)
    ]


def test_the_table_of_scores(made: tuple[Consolidation, Path]) -> None:
    found = rows(made[1], "Chấm điểm, xếp loại", 8, 11)
    # TT, unit, type, C1, C2, S1, E1, own total, total, band, rank in type, rank of all, remark
    assert found[0][3:12] == [60, 16, 11, 5, 93, 92, "Tốt", 1, 1]
    assert found[1][3:12] == [60, 16, 11, 5, 93, 92, "Tốt", 1, 1]
    # C2 does not apply to C; S1 is not reviewed: (21 + 12) of 75, put on 95.
    assert found[2][3:7] == [21, "–", 12, 0]
    assert found[2][8] == pytest.approx(33 * 95 / 75)
    assert found[2][9:12] == ["Kém", 3, 4]
    # The fourth quarter of D is lacking: 30 of 80, provisional.
    assert found[3][8:12] == [22.5 + 12 + 9, "Kém", 1, 3]
    assert "Chưa thẩm định 1 tiêu chí." in str(found[2][12])
    assert "Số liệu thiếu kỳ" in str(found[3][12])


def test_the_bands_are_counted(made: tuple[Consolidation, Path]) -> None:
    found = rows(made[1], "Chấm điểm, xếp loại", 13, 17)
    counts = {row[0]: row[9] for row in found[2:]}
    assert counts == {"Tốt": 2, "Tốt hơn": 0, "Kém": 2}


def test_the_matrix_of_tasks(made: tuple[Consolidation, Path]) -> None:
    found = {row[0]: row for row in rows(made[1], "Tiến độ nhiệm vụ", 9, 21) if row[0]}
    assert found["1"][3:13] == ["●", "●", "●", "●", 4, 0, 0, 0, 0, 0]
    assert found["3"][3:13] == ["▼", "▼", "▼", "?", 0, 0, 0, 0, 3, 1]
    assert found["2"][3:7] == ["?", "?", "?", "?"]


def test_opinions_and_duplicates(made: tuple[Consolidation, Path]) -> None:
    said = [row[1:5] for row in rows(made[1], "Ý kiến, kiến nghị", 6, 12)]
    assert ["Thiếu kinh phí", 2, "A; B", ""] in said
    assert ["=Ý C", 1, "C", ""] in said
    book = openpyxl.load_workbook(made[1])
    texts = [c for row in book["Ý kiến, kiến nghị"] for c in row if str(c.value).startswith("=Ý")]
    assert [cell.data_type for cell in texts] == ["s", "s"]
    head, first, second = rows(made[1], "Nghi đăng ký trùng", 6, 8)
    assert "2 dòng của 2 đơn vị" in str(head[0])
    assert [str(row[0]) for row in (first, second)] == ["1.1", "1.2"]
    assert [row[1:3] for row in (first, second)] == [
        ["Quận A", "Quý 1/2024"],
        ["Quận B", "Quý 1/2024"],
    ]
    assert first[4] in ("", None)
    assert str(second[4]).startswith("Dòng 1.1: ")


def test_without_criteria_there_is_no_such_sheet(tmp_path: Path) -> None:
    programme = scoring(())
    details = [returned("A", "Q1")]
    path = tmp_path / "bao-cao" / "Q1" / "tong-hop.xlsx"
    write_summary(consolidate(programme, programme.period("Q1"), details), (), (), path, "vi")
    names = openpyxl.load_workbook(path, read_only=True).sheetnames
    assert {"Chấm điểm, xếp loại", "Ý kiến, kiến nghị", "Nghi đăng ký trùng"}.isdisjoint(names)


def test_many_units_are_named_instead_of_drawn(tmp_path: Path) -> None:
    units = tuple(Unit(f"U{n:03}", f"Xã {n}", f"Xã {n}", "xã", order=n) for n in range(120))
    programme = scoring((), units=units)
    details = [return_of("U000", "Q1", tasks={"V1": ("Đã hoàn thành", 1)})]
    path = tmp_path / "bao-cao" / "Q1" / "tong-hop.xlsx"
    write_summary(consolidate(programme, programme.period("Q1"), details), (), (), path, "vi")
    [line] = [row for row in rows(path, "Tiến độ nhiệm vụ", 9, 21) if row[0] == "1"]
    assert line[3:9] == [1, 0, 0, 0, 0, 119]
    assert "Xã 119" in str(line[9])
    assert "Xã 0;" not in str(line[9])


@pytest.mark.soffice
def test_recalculated_sheets_are_what_is_stored(
    made: tuple[Consolidation, Path], tmp_path: Path
) -> None:
    expected = formulas_of(made[1])
    [found] = calculated([made[1]], tmp_path)
    assert set(found) == set(expected)
    for at, (formula, value) in expected.items():
        assert float(found[at][1]) == pytest.approx(float(value), rel=1e-12, abs=1e-12), formula


def test_the_same_as_data(made: tuple[Consolidation, Path], tmp_path: Path) -> None:
    files = write_judgements(made[0], tmp_path, "vi")
    assert [f.name for f in files] == [
        "danh-gia.json",
        "diem-tieu-chi.csv",
        "xep-loai.csv",
        "tien-do-nhiem-vu.csv",
        "y-kien.csv",
    ]
    tables = json.loads(files[0].read_text("utf-8"))
    assert tables == judgements(made[0])
    with files[1].open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert tuple(lines[0]) == SCORES
    by_pair = {(line["unit"], line["criterion"]): line for line in lines}
    assert by_pair["A", "S1"]["difference"] == "-1"
    assert (by_pair["C", "C2"]["points"], by_pair["C", "C2"]["state"]) == ("", "not_applicable")
    assert by_pair["A", "C2"]["cells"].count("|F|") == 4
    assert [unit["rank"] for unit in tables["units"]] == [1, 1, 3, 1]
    opinions = (tmp_path / "y-kien.csv").read_text("utf-8-sig")
    assert "'=Ý C" in opinions  # no formula for a spreadsheet program


def test_totals_are_those_of_a_plain_recomputation_from_the_exported_scores(
    made: tuple[Consolidation, Path],
) -> None:
    tables = judgements(made[0])
    for unit in tables["units"]:
        own = [s for s in tables["scores"] if s["unit"] == unit["unit"] and s["points"] is not None]
        basic = [s for s in own if not s["bonus"]]
        reachable = sum(float(str(s["maximum"])) for s in basic)
        points = sum(float(str(s["points"])) for s in basic) * 95 / reachable
        points += sum(float(str(s["points"])) for s in own if s["bonus"])
        assert float(str(unit["total"])) == pytest.approx(points)


def test_no_order_of_returns_matters(tmp_path: Path) -> None:
    programme = scoring((criterion("C1", 60, "[I1 / x]/2"), criterion("S1", 15)))
    details = [*quarters("A", "I1.x", 1, 2, 3, 4), *quarters("B", "I1.x", 4, 3, 2, 1)]
    period = programme.period("Y")
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    write_summary(consolidate(programme, period, details), (), (), first, "vi")
    write_summary(consolidate(programme, period, details[::-1]), (), (), second, "vi")
    assert first.read_bytes() == second.read_bytes()

"""Scores and comparisons in the report, the slides and on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

import pytest
from consolidate_cases import Cell, form, number, programme, returned
from docx import Document
from page_cases import Page
from pptx import Presentation
from programmes import small_programme
from report_cases import facts, filled
from score_cases import criterion, return_of, review, scoring
from summary_cases import came
from test_summary import FULL

from toolkit.consolidate.compare import Comparisons
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.facts import Facts, facts_of
from toolkit.findings import Severity
from toolkit.programme.fingerprint import fingerprint
from toolkit.programme.load import load_folder
from toolkit.programme.model import Profile, Programme
from toolkit.report.numbers.check import in_text
from toolkit.report.numbers.decks import check_deck
from toolkit.report.numbers.documents import check_document
from toolkit.report.numbers.known import known_of
from toolkit.report.official.changes import change_words
from toolkit.report.official.write import write_report
from toolkit.report.page.write import write_page
from toolkit.report.slides.deck import write_deck
from toolkit.workflow.comparisons import Archive, comparisons

STANDARD = Path(__file__).parent.parent / "workbook_templates"
BANDS = (("Tốt", 80, "", ""), ("Khá", 50, "", ""))


def scored() -> Facts:
    """A with 90 points, B with 60 (not reviewed), C lacking."""
    own = scoring([criterion("C1", 100)], BANDS)
    details = [
        return_of("A", "Y", own={"C1": 95}),
        return_of("B", "Y", own={"C1": 60}),
    ]
    reviews = [review("A", "C1", 90, 95)]
    return facts_of(consolidate(own, own.period("Y"), details, reviews))


def paragraphs(path: Path) -> list[str]:
    return [p.text for p in Document(str(path)).paragraphs]


def errors(found: Sequence[object]) -> list[str]:
    return [f.found for f in found if f.severity is Severity.ERROR]  # type: ignore[attr-defined]


def test_the_report_tells_bands_by_name_and_ranks_in_an_annex(tmp_path: Path) -> None:
    made = scored()
    path = tmp_path / "x.docx"
    write_report(made, Profile.PARTY, path)
    said = paragraphs(path)
    assert "- Tốt: 1 đơn vị (33,3%): A." in said
    assert "- Khá: 1 đơn vị (33,3%): B." in said
    assert "- Chưa đủ căn cứ để chấm điểm: 1 đơn vị: C." in said
    assert "KẾT QUẢ CHẤM ĐIỂM, XẾP LOẠI CÁC ĐƠN VỊ" in said
    assert not any("Tự chấm:" in words for words in said)  # no mean of what units gave themselves
    table = next(
        t for t in Document(str(path)).tables if any("Xếp loại" in c.text for c in t.rows[0].cells)
    )
    rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[-1][1].endswith("C")  # without a total, and so without a rank
    assert {"95", "90"} <= set(rows[0])
    assert any(cell.startswith("Tốt") for cell in rows[0])
    assert errors(check_document(path, known_of(made))) == []


def test_a_rank_or_a_count_that_was_changed_is_found(tmp_path: Path) -> None:
    made = scored()
    known = known_of(made)
    assert in_text("Tốt: 1 đơn vị (33,3%): A.", known) == []
    assert [s.number for s in in_text("Tốt: 17 đơn vị (33,4%): A.", known)] == ["17", "33,4%"]
    path = tmp_path / "x.docx"
    write_report(made, Profile.PARTY, path)
    document = Document(str(path))
    cell = next(
        run
        for t in document.tables
        for row in t.rows
        for c in row.cells
        for p in c.paragraphs
        for run in p.runs
        if run.text == "90"
    )
    cell.text = "91"
    document.save(str(path))
    assert errors(check_document(path, known)) == ["91"]


def test_the_slide_of_scores_stands_where_there_are_no_lists(tmp_path: Path) -> None:
    made = scored()
    write_deck(made, tmp_path / "x.pptx")
    deck = Presentation(str(tmp_path / "x.pptx"))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(titles) == 10
    assert titles[5] == "Chấm điểm, xếp loại các đơn vị"
    (chart,) = [s.chart for s in deck.slides[5].shapes if s.has_chart]
    points = {s.name: [v for v in s.values if v is not None] for s in chart.plots[0].series}
    assert points == {"Tốt": [90], "Khá": [60]}
    assert errors(check_deck(tmp_path / "x.pptx", known_of(made))) == []


def test_the_page_has_points_bands_and_the_cells_behind(tmp_path: Path) -> None:
    made = scored().consolidation
    path = tmp_path / "bao-cao" / "Y" / "trang.html"
    write_page(made, (), (), (), path, tmp_path)
    page = Page(path, made)
    rows = page.still("scores")
    assert [row[0] for row in rows] == [one.unit.name for one in made.scores.units]  # type: ignore[union-attr]
    assert "90" in rows[0]
    data = page.data("scores")["r"]
    (criterion_,) = data[0][1]
    assert criterion_[0][0].startswith("C1. Tiêu chí C1")
    assert criterion_[2][0][4] == "A1"  # the cell of the unit's own points
    assert page.tree.xpath("//section[@id='xep-loai']")


# --- comparisons --------------------------------------------------------------------------------


def compared(then: Sequence[Cell | None], now: Sequence[Cell | None]) -> Facts:
    """x of units A, B, C in Q1 and Q2; None: no return."""
    own = programme(form(number("x")))
    details = [
        returned(unit, period, {"I": {"x": cell}})
        for period, cells in (("Q1", then), ("Q2", now))
        for unit, cell in zip("ABC", cells, strict=True)
        if cell is not None
    ]
    made = consolidate(own, own.period("Q2"), details, keep=True)
    found = comparisons(Archive(own, details), made, None)
    return facts_of(made, found.periods)


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        ((10, 20, 20), (20, 20, 16), ", tăng 12% so với kỳ trước (quý 1/2024: 50)"),
        ((10, 20, 20), (10, 20, 19), ", giảm 2% so với kỳ trước (quý 1/2024: 50)"),
        ((10, 20, 20), (20, 20, 10), ", bằng kỳ trước (quý 1/2024: 50)"),
        ((0, 0, 0), (1, 2, 3), ", tăng 6 so với kỳ trước (quý 1/2024: 0)"),
        (
            (10, 20, 20),
            (20, 20, None),
            "; tính riêng 2 đơn vị có đủ số liệu hai kỳ, tăng 33,3% so với kỳ trước "
            "(quý 1/2024: 30)",
        ),
        (
            (10, 20, None),
            (20, 20, 5),
            "; tính riêng 2 đơn vị có đủ số liệu hai kỳ: 40, tăng 33,3% so với kỳ trước "
            "(quý 1/2024: 30)",
        ),
        ((None, None, 4), (1, 2, None), ""),  # no unit in both
        ((None, None, None), (1, 2, 3), ""),
    ],
)
def test_a_figure_says_how_it_changed(
    then: Sequence[Cell | None], now: Sequence[Cell | None], words: str
) -> None:
    made = compared(then, now)
    (one,) = made.figures
    assert change_words(made, one.form, one.row, one.field) == words
    label = one.label
    assert in_text(f"{label}: {words}", known_of(made)) == []


def test_a_change_that_was_changed_is_found() -> None:
    known = known_of(compared((10, 20, 20), (20, 20, 16)))
    for wrong in ("tăng 13% so với", "quý 1/2024: 51"):
        assert in_text(f"- Kết quả: 56, {wrong} kỳ trước.", known)


def test_the_report_of_a_quarter_compares_its_indicators(tmp_path: Path) -> None:
    own = small_programme()
    more = {**FULL, ("DT", "y_kien", "y_kien"): 50, ("CT", "CT1", "ty_le"): D(6) / 9}
    details = [
        came(unit, period, answers)
        for unit in ("303", "305", "311", "HP")
        for period, answers in (("2024-Q1", FULL), ("2024-Q2", more))
    ]
    made = consolidate(own, own.period("2024-Q2"), details, keep=True)
    found = comparisons(Archive(own, details), made, None)
    told = facts_of(made, found.periods)
    path = tmp_path / "x.docx"
    write_report(told, own.profile, path)
    said = paragraphs(path)
    assert any("tăng 25% so với kỳ trước (quý I/2024: " in words for words in said)
    assert "- Số cuộc đối thoại: 8 cuộc, bằng kỳ trước (quý I/2024: 8 cuộc)." in said
    assert errors(check_document(path, known_of(told))) == []


def test_the_page_sets_both_periods_side_by_side(tmp_path: Path) -> None:
    made = compared((10, 20, 20), (20, 20, 16))
    both = Comparisons((), made.compared)
    path = tmp_path / "trang.html"
    write_page(made.consolidation, (), (), (), path, tmp_path, "vi", both)
    (row,) = Page(path).data("compare-previous")["r"]
    shown = [str(cell[0] if isinstance(cell, list) else cell) for cell in row[0]]
    assert shown[2:6] == ["56", "50", "+6", "+12,0%"]


# --- tasks, lists, returns -----------------------------------------------------------------------


def test_tasks_on_slides_go_by_name(tmp_path: Path) -> None:
    write_deck(facts(), tmp_path / "x.pptx")
    deck = Presentation(str(tmp_path / "x.pptx"))
    (chart,) = [s.chart for s in deck.slides[3].shapes if s.has_chart]
    names = [str(name) for name in chart.plots[0].categories]
    whole = [task.row.label for task in facts().tasks[0].tasks]
    assert all(
        one.startswith(name.rstrip("…").rstrip()) for name, one in zip(names, whole, strict=True)
    )
    assert not any(name.startswith("Nhiệm vụ ") for name in names)


def test_a_task_that_nobody_is_asked_is_none_of_the_forms(tmp_path: Path) -> None:
    own: Programme = load_folder(STANDARD / "cong-tac-nam")
    made = facts("2023", filled(own), own)
    assert [len(tasks.tasks) for tasks in made.tasks] == [38, 5]
    write_report(made, own.profile, tmp_path / "x.docx")
    assert not any(words.endswith("): .") for words in paragraphs(tmp_path / "x.docx"))


def test_a_thing_followed_over_months_is_counted_once() -> None:
    own = load_folder(STANDARD / "dan-van-kheo")
    made = facts("2023", filled(own), own)
    followed = next(one for one in made.lists if "Theo dõi" in one.form.name)
    assert followed.figure.value is not None
    assert followed.rows < D(str(followed.figure.value))
    assert sum(n for _, n in followed.by_unit) == followed.rows
    ((_, tally),) = followed.shares
    assert sum(tally.values()) + followed.unstated(followed.shares[0][0]) == followed.rows


# --- optional periods -----------------------------------------------------------------------------


def test_nobody_is_missing_in_an_optional_period() -> None:
    own = programme(form(number("x")))
    periods = tuple(replace(p, optional=p.code == "Q2") for p in own.periods)
    own = replace(own, periods=periods)
    details = [returned(u, "Q1", {"I": {"x": 10}}) for u in "ABC"]
    details.append(returned("B", "Q2", {"I": {"x": 5}}))
    made = consolidate(own, own.period("H1"), details)
    expected = {status.period.code: status.expected for status in made.status}
    assert expected == {"Q1": 3, "Q2": 1}
    figure = made.tables[0].rows[0].totals["x"]
    assert (figure.value, figure.coverage.complete) == (35, True)  # type: ignore[union-attr]
    obliged = replace(own, periods=tuple(replace(p, optional=False) for p in periods))
    figure = consolidate(obliged, own.period("H1"), details).tables[0].rows[0].totals["x"]
    assert list(figure.coverage.partial) == ["A", "C"]  # type: ignore[union-attr]


def test_whether_a_period_is_optional_leaves_templates_valid() -> None:
    own = load_folder(STANDARD / "dan-van-kheo")
    assert [p.code for p in own.periods if p.optional] == ["2023-DK2"]
    obliged = replace(own, periods=tuple(replace(p, optional=False) for p in own.periods))
    assert fingerprint(obliged) == own.fingerprint

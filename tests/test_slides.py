"""The deck: ten slides, native charts, texts that fit, numbers that are checked."""

from __future__ import annotations

import os
import shutil
import subprocess
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Inches
from report_cases import facts, one_issuer
from summary_cases import came
from test_summary import FULL

from toolkit.consolidate.facts import Facts
from toolkit.report.numbers.decks import check_deck
from toolkit.report.numbers.known import known_of
from toolkit.report.slides.deck import write_deck
from toolkit.report.slides.page import Box, bullets, fitting, new_slide
from toolkit.template.metrics import line_count


def deck_of(made: Facts, folder: Path) -> Any:
    write_deck(made, folder / "x.pptx")
    return Presentation(str(folder / "x.pptx"))


def shown(slide: Any) -> str:
    return "\n".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)


@pytest.mark.parametrize("period", ["2024-Q1", "2024", "2024-Q3"])
def test_ten_slides_with_titles_in_widescreen(period: str, tmp_path: Path) -> None:
    deck = deck_of(facts(period), tmp_path)
    assert len(deck.slides) == 10
    assert (deck.slide_width, deck.slide_height) == (Inches(13.333), Inches(7.5))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[1:] == [
        "Kết quả chung",
        "Tình hình gửi báo cáo",
        "Tiến độ thực hiện các nhiệm vụ",
        "Kết quả thực hiện các chỉ tiêu",
        "Mô hình, điển hình",
        "Hạn chế, tồn tại",
        "Kiến nghị, đề xuất",
        "Nhiệm vụ trọng tâm thời gian tới",
        "TRÂN TRỌNG CẢM ƠN!",
    ]
    # A year is not torn from its number at the end of a line.
    time = {"2024": "NĂM\N{NO-BREAK SPACE}2024"}.get(period, "QUÝ\N{NO-BREAK SPACE}I")
    assert f"CÔNG TÁC DÂN VẬN {time}" in titles[0]


def test_the_charts_are_native_and_hold_the_figures(tmp_path: Path) -> None:
    deck = deck_of(facts(), tmp_path)
    charts = {
        number: [s.chart for s in slide.shapes if s.has_chart]
        for number, slide in enumerate(deck.slides, 1)
    }
    assert {n: len(c) for n, c in charts.items() if c} == {3: 1, 4: 1, 5: 1, 6: 2}

    def series(number: int, place: int = 0) -> dict[str, list[float]]:
        plot = charts[number][place].plots[0]
        return {s.name: list(s.values) for s in plot.series}

    assert series(3) == {"Đúng hạn": [2], "Gửi chậm": [0], "Chưa gửi": [2]}
    assert series(4)["Đã hoàn thành"] == [2, 0, 0]
    assert series(4)["Chưa có báo cáo"] == [1, 1, 1]
    assert series(5)["Kết quả (%)"] == [41.7, 37.5, 2.5]
    assert series(6) == {"mô hình": [2, 2]}
    assert all(c.plots[0].categories for every in charts.values() for c in every)


def test_every_picture_has_a_text_for_those_who_do_not_see_it(tmp_path: Path) -> None:
    for slide in deck_of(facts(), tmp_path).slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert next(shape._element.iter(qn("p:cNvPr"))).get("descr")


def test_nothing_to_show_is_said(tmp_path: Path) -> None:
    deck = deck_of(facts(details=[], programme=one_issuer()), tmp_path)
    assert len(deck.slides) == 10
    assert "Trong kỳ không có số liệu" in shown(deck.slides[3])


@pytest.mark.parametrize("period", ["2024-Q1", "2024"])
def test_the_numbers_are_those_of_the_consolidation(period: str, tmp_path: Path) -> None:
    made = facts(period)
    deck_of(made, tmp_path)
    found = check_deck(tmp_path / "x.pptx", known_of(made))
    assert [f.code for f in found] == ["official.to_write"]


def test_a_tampered_number_is_found(tmp_path: Path) -> None:
    made = facts()
    deck = deck_of(made, tmp_path)
    card = next(s for s in deck.slides[1].shapes if s.has_text_frame and "2/4" in s.text_frame.text)
    card.text_frame.paragraphs[0].runs[0].text = "397/4"
    table = next(s for s in deck.slides[4].shapes if s.has_table).table
    table.cell(1, 3).text_frame.paragraphs[0].runs[0].text = "99,9%"
    chart = next(s for s in deck.slides[2].shapes if s.has_chart).chart
    next(iter(chart._chartSpace.iter(qn("c:ser")))).find(
        f"{qn('c:val')}/{qn('c:numRef')}/{qn('c:numCache')}/{qn('c:pt')}/{qn('c:v')}"
    ).text = "398"
    deck.save(str(tmp_path / "y.pptx"))
    found = [f for f in check_deck(tmp_path / "y.pptx", known_of(made)) if f.found]
    assert [(f.params["slide"], f.found) for f in found] == [
        ("2", "397"),
        ("3", "398"),
        ("5", "99,9%"),
    ]


def test_the_same_facts_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = facts()
    write_deck(made, tmp_path / "a.pptx")
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 1, 2, 3, 4, 5, 3, 2, 0))
    write_deck(made, tmp_path / "b.pptx")
    assert (tmp_path / "a.pptx").read_bytes() == (tmp_path / "b.pptx").read_bytes()


# --- text that fits -----------------------------------------------------------------------------


@pytest.mark.parametrize("points", [1, 5, 40, 200])
@pytest.mark.parametrize("length", [3, 60])
def test_points_never_leave_their_box(points: int, length: int) -> None:
    deck = Presentation()
    slide = new_slide(deck, "Tiêu đề rất dài " * 10)
    box = Box(0.6, 1.35, 12.1, 5.6)
    given = [f"Ý kiến thứ {n}: " + "đề nghị cấp trên quan tâm " * length for n in range(points)]
    bullets(slide, box, given)
    frame = slide.shapes[-1].text_frame
    sizes = {run.font.size.pt for p in frame.paragraphs for run in p.runs}
    assert len(sizes) == 1
    (size,) = sizes
    assert size >= 12
    rows = sum(line_count(p.text, (box.width - 0.2) * 96 / 1.1, size) for p in frame.paragraphs)
    assert rows * size * 1.2 / 72 <= box.height
    told = sum(p.text.startswith("•") for p in frame.paragraphs)
    if told < points:
        assert frame.paragraphs[-1].text == "… và các nội dung khác, xem báo cáo."


def test_fitting_takes_the_largest_size() -> None:
    assert fitting(["Ngắn"], Box(0, 0, 10, 5)) == (24, 1)
    size, kept = fitting(["Dài " * 400] * 3, Box(0, 0, 5, 2))
    assert size == 12
    assert kept < 3


def test_a_long_answer_is_clipped_and_still_known(tmp_path: Path) -> None:
    long = "Đề nghị bố trí 977 triệu đồng " + "để tổ chức các lớp tập huấn " * 30
    answers = {**FULL, ("DT", "kien_nghi", "kien_nghi"): long, ("DT", "kinh_phi", "kinh_phi"): D(1)}
    made = facts(details=[came("303", "2024-Q1", answers)])
    deck = deck_of(made, tmp_path)
    assert "…" in shown(deck.slides[7])
    assert [f for f in check_deck(tmp_path / "x.pptx", known_of(made)) if f.found] == []


@pytest.mark.soffice
def test_it_can_be_opened(tmp_path: Path) -> None:
    deck_of(facts(), tmp_path)
    profile = f"-env:UserInstallation=file://{tmp_path}/lo"
    program = shutil.which("soffice") or "soffice"
    done = subprocess.run(
        [program, "--headless", profile, "--convert-to", "pdf", "x.pptx"],
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
    )
    lacks = not (tmp_path / "x.pdf").exists() and b"could not be loaded" in done.stderr
    if lacks and os.environ.get("CI") != "true":
        pytest.skip("LibreOffice Impress is not installed")
    assert (tmp_path / "x.pdf").read_bytes().count(b"/Type/Page\n") in (0, 10)

"""The check of the numbers in a document: nothing false alarmed, every tampering found."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest
from docx import Document
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import strategies as st
from report_cases import facts, filled

from toolkit.consolidate.facts import Facts
from toolkit.errors import ToolkitError
from toolkit.findings import Finding, Severity
from toolkit.programme.load import load_folder
from toolkit.programme.model import PeriodKind, Profile
from toolkit.report.numbers.check import in_text
from toolkit.report.numbers.decks import check_deck
from toolkit.report.numbers.documents import check_document
from toolkit.report.numbers.known import Known, known_of
from toolkit.report.numbers.written import Kind, Numbers, tokens
from toolkit.report.official.write import write_report
from toolkit.report.slides.deck import write_deck
from toolkit.text import figure_text

GOLDEN = facts()
KNOWN = known_of(GOLDEN)


def errors(found: list[Finding]) -> list[tuple[str, str]]:
    return [(f.code, f.found) for f in found if f.severity is Severity.ERROR]


# --- reading numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kinds", "values"),
    [
        ("1.234,5 và 12,5%", ["number", "percent"], [D("1234.5"), D("12.5")]),
        ("ngày 05/03/2024", ["date"], [date(2024, 3, 5)]),
        ("31/02/2024", ["date"], [None]),
        ("12/15 đơn vị", ["number", "number"], [D(12), D(15)]),
        ("1,234.5", ["unreadable"], [None]),
        ("94 %", ["percent"], [D(94)]),
        ("kết quả -5, mục 2-3", ["number"] * 3, [D(-5), D(2), D(3)]),
        ("không có số", [], []),
    ],
)
def test_numbers_as_they_are_written(text: str, kinds: list[str], values: list[object]) -> None:
    found = list(tokens(text))
    assert [t.kind.value for t in found] == kinds
    assert [t.value for t in found] == values


@given(
    st.decimals(min_value=0, max_value=10**9, places=3),
    st.integers(min_value=1, max_value=3),
)
def test_what_is_written_is_known_again(value: D, places: int) -> None:
    (token,) = tokens(figure_text(value, "vi", places))
    assert Numbers(plain=frozenset({value})).holds(token)


def test_a_percentage_is_no_count() -> None:
    (token,) = tokens("94%")
    assert not Numbers(plain=frozenset({D(94)})).holds(token)
    assert Numbers(percents=frozenset({D("93.6")})).holds(token)
    assert token.kind is Kind.PERCENT


# --- paragraphs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("- Số cuộc đối thoại: 2 cuộc.", []),
        ("- Số cuộc đối thoại: 3.000 cuộc.", ["3.000"]),
        ("- Kinh phí: 12,5 triệu đồng.", []),
        ("- Kinh phí: 12,6 triệu đồng.", ["12,6"]),
        # 30 is the number of opinions settled, not of dialogues.
        ("Số ý kiến đã giải quyết: 30 ý kiến", []),
        ("Số cuộc đối thoại: 30 cuộc", ["30"]),
        ("Đã nhận 2/4 báo cáo (đạt 50%)", []),
        ("Đã nhận 2/4 báo cáo (đạt 51%)", ["51%"]),
        ("1. Tình hình gửi báo cáo", []),
        ("2.1) Nội dung", []),
        ("Hạn nộp ngày 10/04/2024", []),
        ("Hạn nộp ngày 11/04/2024", ["11/04/2024"]),
        ("Thực hiện Nghị quyết số 43-NQ/TW, ngày 24/11/2023 của Trung ương", []),
        ("Nhiệm vụ 2 được Lê Chân hoàn thành", []),
        ("giai đoạn 2024-2025", []),
        ("năm 2031", ["2031"]),
        ("Xã có 1,234.5 hộ", ["1,234.5"]),
    ],
)
def test_a_paragraph(text: str, stray: list[str]) -> None:
    assert [s.number for s in in_text(text, KNOWN)] == stray


def test_the_number_and_day_of_the_document_itself_stand_in_its_head_only() -> None:
    head = "Số 977-BC/BDV, ngày 31 tháng 12 năm 2031"
    assert in_text(head, KNOWN, head=True) == []
    assert in_text("Ngày 31 tháng 12 năm 2031", KNOWN) != []


def test_an_answer_of_digits_alone_excuses_nothing() -> None:
    known = known_of(GOLDEN, ["977", "Chỉ thị 978"])
    assert [s.number for s in in_text("tổng cộng 977", known)] == ["977"]
    assert in_text("theo Chỉ thị 978 của Ban", known) == []
    assert [s.number for s in in_text("Chỉ thị 9785", known)] == ["9785"]


# --- documents ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("report") / "bao-cao.docx"
    write_report(GOLDEN, Profile.PARTY, target)
    return target


@pytest.mark.parametrize("period", ["2024-Q1", "2024-H1", "2024", "2024-Q2"])
@pytest.mark.parametrize("profile", Profile)
def test_what_is_written_here_is_never_faulted(
    period: str, profile: Profile, tmp_path: Path
) -> None:
    made: Facts = facts(period)
    write_report(made, profile, tmp_path / "x.docx")
    found = check_document(tmp_path / "x.docx", known_of(made))
    assert errors(found) == []
    assert [f.code for f in found] == ["official.to_write"]


STANDARD = Path(__file__).parent.parent / "workbook_templates"


@pytest.mark.parametrize("came", ["half", "nothing"])
@pytest.mark.parametrize(
    "name", ["cong-tac-nam", "ke-hoach-phuong", "phoi-hop-2024", "chuong-trinh-trong"]
)
def test_every_kind_of_programme_has_its_report(name: str, came: str, tmp_path: Path) -> None:
    """Tasks in two forms, numbers that repeat, many periods: no number is out of place."""
    programme = load_folder(STANDARD / name)
    year = next(p for p in programme.periods if p.kind is PeriodKind.YEAR)
    made = facts(year.code, filled(programme) if came == "half" else [], programme)
    write_report(made, programme.profile, tmp_path / "x.docx")
    write_deck(made, tmp_path / "x.pptx")
    known = known_of(made)
    assert errors(check_document(tmp_path / "x.docx", known)) == []
    assert errors(check_deck(tmp_path / "x.pptx", known)) == []


def edited(report: Path, folder: Path, old: str, new: str) -> Path:
    """The report with one text changed, in a paragraph or a cell, as a person would."""
    document = Document(str(report))
    everywhere: list[Paragraph] = list(document.paragraphs)
    for table in document.tables:
        everywhere += [p for row in table.rows for cell in row.cells for p in cell.paragraphs]
    hit = next(run for p in everywhere for run in p.runs if old in run.text)
    hit.text = hit.text.replace(old, new, 1)
    target = folder / "sua.docx"
    document.save(str(target))
    return target


@pytest.mark.parametrize(
    ("old", "new", "code", "number"),
    [
        ("Đã nhận 2/4", "Đã nhận 2/5", "official.number_paragraph", "2/5"),
        ("(đạt 50%)", "(đạt 76%)", "official.number_paragraph", "76%"),
        ("12,5 triệu", "125 triệu", "official.number_paragraph", "125"),
        ("41,7% (10/24)", "41,9% (10/24)", "official.number_paragraph", "41,9%"),
        ("41,7% (10/24)", "41,7% (10/42)", "official.number_paragraph", "42"),
        ("≥ 40%", "≥ 45%", "official.number_table", "45%"),
        # The figure of another unit in this one's row; of another indicator in this column.
        ("44,4% (4/9)", "40% (6/15)", "official.number_table", "40%"),
        ("2,5% (3/120)", "37,5% (3/8)", "official.number_table", "37,5%"),
    ],
)
def test_a_tampered_number_is_found(
    report: Path, old: str, new: str, code: str, number: str, tmp_path: Path
) -> None:
    found = errors(check_document(edited(report, tmp_path, old, new), KNOWN))
    assert found
    assert {c for c, _ in found} == {code}
    assert any(number.split("/")[-1] in said for _, said in found)


def test_a_figure_changed_in_the_register_makes_the_old_report_false(report: Path) -> None:
    other = known_of(facts(details=[]))
    assert len(errors(check_document(report, other))) > 10


@pytest.mark.parametrize("check", [check_document, check_deck])
def test_a_file_that_is_none(check: object, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"no")
    for path in (tmp_path / "x", tmp_path / "absent"):
        with pytest.raises(ToolkitError) as error:
            check(path, KNOWN)  # type: ignore[operator]
        assert error.value.key.startswith("official.not_")


def test_known_holds_rows_apart() -> None:
    known: Known = KNOWN
    assert len(set(known.labels.values())) == len(known.rows)

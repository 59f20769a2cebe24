"""The Word report: its official form, its sentences, an office's own template."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Pt
from programmes import small_programme
from report_cases import facts, one_issuer, two_returns
from summary_cases import came
from test_summary import FULL

from toolkit.consolidate.facts import Facts, is_done
from toolkit.consolidate.model import Coverage
from toolkit.errors import ToolkitError
from toolkit.programme.model import Profile, Programme
from toolkit.report.numbers.documents import check_document
from toolkit.report.numbers.known import known_of
from toolkit.report.official import telling
from toolkit.report.official.form import FORMS
from toolkit.report.official.marks import Mark, paragraphs
from toolkit.report.official.parts import balanced
from toolkit.report.official.write import write_report, write_template

PARTY, STATE = Profile.PARTY, Profile.STATE


@pytest.fixture(scope="module")
def golden() -> Facts:
    return facts()


def written(
    made: Facts, folder: Path, profile: Profile = PARTY, template: Path | None = None
) -> Doc:
    target = folder / "bao-cao.docx"
    write_report(made, profile, target, template)
    return Document(str(target))


def texts(document: Doc) -> list[str]:
    return [p.text for p in paragraphs(document) if p.text.strip()]


def run_of(document: Doc, words: str) -> tuple[float | None, bool]:
    """Size and weight of the first run that holds the words."""
    for paragraph in paragraphs(document):
        for run in paragraph.runs:
            if words in " ".join(run.text.split()):
                size = run.font.size or paragraph.style.font.size
                return (size.pt if size else None), bool(run.bold)
    raise AssertionError(words)


# --- the official form --------------------------------------------------------------------------


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("whose", [small_programme, one_issuer])
def test_page_font_and_margins(profile: Profile, whose: object, tmp_path: Path) -> None:
    programme = whose()  # type: ignore[operator]
    document = written(facts(programme=programme), tmp_path, profile)
    first = document.sections[0]
    assert [round(side.mm) for side in (first.page_width, first.page_height)] == [210, 297]
    sides = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    assert [round(side.mm) for side in sides] == [20, 20, 30, 15]
    normal = document.styles["Normal"]
    assert normal.font.name == "Times New Roman"
    assert normal.element.rPr.rFonts.get(qn("w:cs")) == "Times New Roman"
    low, high = (14, 15) if profile is PARTY else (13, 14)  # points of the body
    assert low <= normal.font.size.pt <= high
    assert first.different_first_page_header_footer
    assert "PAGE" in first.header._element.xml
    assert "PAGE" not in first.first_page_header._element.xml
    turned = [s for s in document.sections if s.orientation == WD_ORIENT.LANDSCAPE]
    assert turned
    for section in turned:
        assert [round(s.mm) for s in (section.page_width, section.page_height)] == [297, 210]


@pytest.mark.parametrize(
    ("profile", "heads"),
    [
        (
            PARTY,
            {
                "ĐẢNG CỘNG SẢN VIỆT NAM": (15, True),
                "THÀNH ỦY HẢI PHÒNG": (14, False),
                "BAN DÂN VẬN THÀNH ỦY": (14, True),
                "Tổng kết công tác dân vận năm 2024": (14, True),
                "Nơi nhận:": (14, False),
            },
        ),
        (
            STATE,
            {
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": (12.5, True),
                "Độc lập - Tự do - Hạnh phúc": (14, True),
                "THÀNH ỦY HẢI PHÒNG": (13, False),
                "BỘ CHỈ HUY QUÂN SỰ THÀNH PHỐ": (13, True),
                "Tổng kết công tác dân vận năm 2024": (14, True),
                "Nơi nhận:": (12, True),
            },
        ),
    ],
)
def test_head_title_and_recipients(
    profile: Profile, heads: dict[str, tuple[float, bool]], tmp_path: Path
) -> None:
    document = written(facts("2024"), tmp_path, profile)
    assert {words: run_of(document, words) for words in heads} == heads
    said = texts(document)
    assert ("ĐẢNG CỘNG SẢN VIỆT NAM" in said) is (profile is PARTY)
    assert any(words.startswith("Số" if profile is PARTY else "Số:") for words in said)
    title = next(p for p in document.paragraphs if p.text == "BÁO CÁO")
    assert title.runs[0].font.size == Pt(FORMS[profile].title)
    assert any(words.startswith("[Địa danh], ngày") for words in said)


@pytest.mark.parametrize("whose", [small_programme, one_issuer])
@pytest.mark.parametrize(("profile", "sign"), [(PARTY, "T/M"), (STATE, "TM.")])
def test_each_issuer_signs_and_no_name_is_there(
    whose: object, profile: Profile, sign: str, tmp_path: Path
) -> None:
    programme: Programme = whose()  # type: ignore[operator]
    document = written(facts(programme=programme), tmp_path, profile)
    cells = [
        c.text for t in document.tables for r in t.rows for c in r.cells if "NGƯỜI KÝ" in c.text
    ]
    assert len(cells) == len(programme.issuers)
    for cell, issuer in zip(cells, programme.issuers, strict=True):
        lines = [words for words in cell.split("\n") if words]
        assert sign in lines[0]
        assert " ".join(lines[1:-1]) == issuer.upper()  # broken into lines of like length
        assert lines[-1] == "[CHỨC VỤ NGƯỜI KÝ]"


@pytest.mark.parametrize(
    ("name", "room", "lines"),
    [
        ("BAN DÂN VẬN THÀNH ỦY HẢI PHÒNG", 80, ["BAN DÂN VẬN", "THÀNH ỦY HẢI PHÒNG"]),
        ("BAN DÂN VẬN TỈNH ỦY", 80, ["BAN DÂN VẬN TỈNH ỦY"]),
        (
            "BỘ CHỈ HUY QUÂN SỰ THÀNH PHỐ HẢI PHÒNG",
            80,
            ["BỘ CHỈ HUY QUÂN SỰ", "THÀNH PHỐ HẢI PHÒNG"],
        ),
    ],
)
def test_long_names_are_broken_where_offices_break_them(
    name: str, room: float, lines: list[str]
) -> None:
    assert balanced(name, 14, room).split("\n") == lines


def test_what_a_person_writes_is_yellow_and_nothing_else(golden: Facts, tmp_path: Path) -> None:
    document = written(golden, tmp_path)
    yellow = [
        run.text
        for p in paragraphs(document)
        for run in p.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]
    assert len(yellow) > 8
    assert all(words.startswith("[") and words.endswith("]") for words in yellow)
    assert "[[" not in "".join(texts(document))


def test_the_annexes_are_numbered_and_begin_anew(golden: Facts, tmp_path: Path) -> None:
    document = written(golden, tmp_path)
    names = [p.text for p in document.paragraphs if p.text.startswith("Phụ lục ")]
    assert names == [f"Phụ lục {n}" for n in ("I", "II", "III", "IV", "V")]
    assert len(document.sections) == 6
    for section in list(document.sections)[1:]:
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    for table in document.tables:
        if table.style.name == "Table Grid":
            assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
            widths = sum(cell.width.mm for cell in table.rows[0].cells)
            assert widths == pytest.approx(165, abs=1) or widths == pytest.approx(257, abs=1)


def test_the_same_facts_give_the_same_bytes(golden: Facts, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(golden, PARTY, tmp_path / name / "x.docx")
    assert (tmp_path / "a/x.docx").read_bytes() == (tmp_path / "b/x.docx").read_bytes()


# --- sentences ----------------------------------------------------------------------------------


def test_the_sentences_of_a_quarter(golden: Facts, tmp_path: Path) -> None:
    said = texts(written(golden, tmp_path))
    for words in (
        "Có 4 đơn vị phải gửi báo cáo quý I/2024. Đã nhận 2/4 báo cáo (đạt 50%), đều đúng hạn; "
        "còn 2 báo cáo chưa gửi. Chi tiết tại Phụ lục IV.",
        "Có 3 nhiệm vụ được theo dõi. Trong 6 kết quả do các đơn vị báo cáo: 2 kết quả “Chưa "
        "triển khai” (33,3%); 2 kết quả “Đang thực hiện” (33,3%); 2 kết quả “Đã hoàn thành” "
        "(33,3%).",
        "- Kinh phí: 12,5 triệu đồng.",
        "- Số ý kiến đã giải quyết: 30 ý kiến; số liệu của 1/4 đơn vị, chưa gồm: Hải Phòng, Lê "
        "Chân, Thủy Nguyên.",
        "Các số liệu nêu trên, trừ những số đã ghi chú riêng, là số tạm tính: số liệu của 2/4 "
        "đơn vị, chưa gồm: Hải Phòng, Thủy Nguyên.",
        "- Chưa gửi báo cáo: Hải Phòng, Thủy Nguyên.",
        "- Mở lớp tập huấn (Hồng Bàng).",
    ):
        assert any(words in one for one in said), words


def test_nothing_came_and_everything_came(tmp_path: Path) -> None:
    empty = texts(written(facts(details=[]), tmp_path))
    assert any("Đến nay chưa nhận được báo cáo nào." in one for one in empty)
    assert "Có 3 nhiệm vụ được theo dõi; chưa đơn vị nào báo cáo tiến độ." in empty
    assert "Có 3 chỉ tiêu được giao; chưa có số liệu để đánh giá." in empty
    whole = [came(unit, "2024-Q1", FULL) for unit in ("HP", "303", "305", "311")]
    made = facts(details=whole)
    full = texts(written(made, tmp_path))
    assert any("Đã nhận đủ 4/4 báo cáo, tất cả đều đúng hạn." in one for one in full)
    assert "- Các đơn vị gửi đủ báo cáo, đúng hạn; không có báo cáo phải trả lại." in full
    assert not any("tạm tính" in one for one in full)


def test_late_and_to_mend(tmp_path: Path) -> None:
    first, second = two_returns()
    late = replace(first, submission=replace(first.submission, received=date(2024, 4, 15)))
    bad = replace(second, submission=replace(second.submission, errors=2))
    said = texts(written(facts(details=[late, bad]), tmp_path))
    assert "- Gửi chậm: Hồng Bàng (chậm 5 ngày)." in said
    assert "- Báo cáo còn lỗi, phải sửa, bổ sung: Lê Chân." in said
    assert any("trong đó 1 báo cáo đúng hạn, 1 báo cáo gửi chậm" in one for one in said)


@pytest.mark.parametrize(
    ("fraction", "against", "shown"),
    [
        ("0.125", None, "12,5%"),
        ("1", None, "100%"),
        ("0.9996", "1", "99,96%"),
        ("0.9996", None, "100%"),
        ("0.39748953974895397", "0.4", "39,7%"),
        ("0.39996", "0.4", "39,996%"),
        ("1", "1", "100%"),
        ("0.00004", None, "0,004%"),
    ],
)
def test_a_percentage_never_looks_like_the_target_it_misses(
    fraction: str, against: str | None, shown: str
) -> None:
    assert telling.percent(D(fraction), D(against) if against else None) == shown


@pytest.mark.parametrize(
    ("cover", "words"),
    [
        (Coverage(("303", "305"), ("303", "305")), ""),
        (
            Coverage(("303", "305", "311"), ("303",), missing=("305",), unreadable=("311",)),
            "số liệu của 1/3 đơn vị, chưa gồm: Lê Chân, chưa tính số liệu còn lỗi của: Thủy Nguyên",
        ),
        (
            Coverage(("303", "305"), ("303",), partial={"305": ("2024-Q1", "2024-Q2")}),
            "số liệu đầy đủ của 1/2 đơn vị, còn thiếu: Lê Chân (quý I/2024; quý II/2024)",
        ),
        (
            Coverage(("303", "305"), ("303",), not_applicable=("305",), faulty=("303",)),
            "số liệu của 1/1 đơn vị, gồm cả số liệu còn lỗi của: Hồng Bàng",
        ),
    ],
)
def test_a_provisional_figure_says_what_is_lacking(
    golden: Facts, cover: Coverage, words: str
) -> None:
    assert telling.coverage(golden, cover) == words


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Quý II/2024", "quý II/2024"),
        ("Công tác dân vận", "công tác dân vận"),
        ("6 tháng đầu năm", "6 tháng đầu năm"),
        ("Ban Dân vận", "Ban Dân vận"),
        ("Quỳnh Lưu", "Quỳnh Lưu"),
    ],
)
def test_a_name_within_a_sentence(name: str, inside: str) -> None:
    assert telling.within(name) == inside


@pytest.mark.parametrize(
    ("period", "subject"),
    [
        ("2024", "Tổng kết công tác dân vận năm 2024"),
        ("2024-H1", "Sơ kết công tác dân vận 6 tháng đầu năm 2024"),
        ("2024-Q1", "Kết quả thực hiện công tác dân vận quý I/2024"),
    ],
)
def test_the_subject(period: str, subject: str) -> None:
    assert telling.subject(facts(period)) == subject


@pytest.mark.parametrize(
    ("state", "done"),
    [
        ("Đã hoàn thành", True),
        ("Hoàn thành", True),
        ("Chưa hoàn thành", False),
        ("Không hoàn thành", False),
        ("Đang thực hiện", False),
    ],
)
def test_which_status_is_done(state: str, done: bool) -> None:
    assert is_done(state) is done


def test_hostile_answers_are_text(tmp_path: Path) -> None:
    evil = 'A\x00\x0b<w:p/>&amp;{{KẾT QUẢ}}[x]"=1+1\x1f'
    answers = {**FULL, ("DT", "kien_nghi", "kien_nghi"): evil, ("MH", "1", "ten"): evil}
    made = facts(details=[came("303", "2024-Q1", answers)])
    document = written(made, tmp_path)
    said = "\n".join(p.text for p in paragraphs(document))
    assert said.count('A  <w:p/>&amp;{{KẾT QUẢ}}[x]"=1+1') >= 2
    assert not any(
        "[x]" in run.text and run.font.highlight_color
        for p in paragraphs(document)
        for run in p.runs
    )
    check_document(tmp_path / "bao-cao.docx", known_of(made))


# --- an office's own template -------------------------------------------------------------------


@pytest.mark.parametrize("profile", Profile)
def test_the_template_filled_unchanged_is_the_report(
    golden: Facts, profile: Profile, tmp_path: Path
) -> None:
    write_template(small_programme(), profile, tmp_path / "mau.docx")
    plain = texts(written(golden, tmp_path / "a", profile))
    assert texts(written(golden, tmp_path / "b", profile, tmp_path / "mau.docx")) == plain
    assert not any("{{" in words for words in plain)


def changed(tmp_path: Path, change: object) -> Path:
    target = tmp_path / "mau.docx"
    write_template(small_programme(), PARTY, target)
    document = Document(str(target))
    change(document)  # type: ignore[operator]
    document.save(str(target))
    return target


def test_a_changed_template_is_followed(golden: Facts, tmp_path: Path) -> None:
    def change(document: Doc) -> None:
        for paragraph in document.paragraphs:
            if paragraph.text.startswith("I. "):
                paragraph.runs[0].text = "PHẦN THỨ NHẤT"
            if paragraph.text == Mark.RESULTS.written:  # as Word splits what is typed over
                paragraph.runs[0].text = "{{KẾT"
                paragraph.add_run(" quả}}").italic = True
                paragraph.runs[0].font.size = Pt(13)
            if paragraph.text == Mark.MODELS.written:
                paragraph.runs[0].text = "Chỉ thị 05 năm {{NĂM}} của {{KỲ BÁO CÁO}}"

    target = changed(tmp_path, change)
    made = write_report(golden, PARTY, tmp_path / "x.docx", target)
    assert made.left_out == (Mark.MODELS.written,)
    document = Document(str(tmp_path / "x.docx"))
    said = texts(document)
    assert "PHẦN THỨ NHẤT" in said
    assert "Chỉ thị 05 năm 2024 của Quý I/2024" in said
    assert run_of(document, "Có 4 đơn vị phải gửi")[0] == 13


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("{{KẾT QỦA XẤU}}", "official.mark_unknown"),
        ("Xem: {{KẾT QUẢ}}", "official.mark_not_alone"),
    ],
)
def test_a_wrong_mark_is_named(golden: Facts, words: str, key: str, tmp_path: Path) -> None:
    target = changed(tmp_path, lambda document: document.add_paragraph(words))
    with pytest.raises(ToolkitError) as error:
        write_report(golden, PARTY, tmp_path / "x.docx", target)
    assert error.value.key == key
    assert error.value.params["mark"] in words
    assert not (tmp_path / "x.docx").exists()


def test_a_template_that_is_no_word_document(golden: Facts, tmp_path: Path) -> None:
    (tmp_path / "mau.docx").write_bytes(b"no")
    with pytest.raises(ToolkitError) as error:
        write_report(golden, PARTY, tmp_path / "x.docx", tmp_path / "mau.docx")
    assert error.value.key == "official.template_unreadable"


# --- printed ------------------------------------------------------------------------------------


@pytest.mark.soffice
def test_word_processors_open_it(golden: Facts, tmp_path: Path) -> None:
    written(golden, tmp_path)
    profile = f"-env:UserInstallation=file://{tmp_path}/lo"
    subprocess.run(
        [
            shutil.which("soffice") or "soffice",
            "--headless",
            profile,
            "--convert-to",
            "pdf",
            "bao-cao.docx",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert (tmp_path / "bao-cao.pdf").read_bytes().startswith(b"%PDF")

"""Reading plans as they were issued: the five source plans, other forms of them, hostile files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.document import Document

from toolkit.errors import ToolkitError, UnreadableFile
from toolkit.plan import Plan, Task, read_plan
from toolkit.plan.wash import unmark, wash
from toolkit.programme.load import load_book
from toolkit.programme.read import read_workbook
from toolkit.workflow import import_plan, new

PLANS = Path(__file__).parent / "data" / "plans"
NAMES = sorted(p.stem for p in PLANS.glob("*.txt"))


def flat(task: Task) -> list[str]:
    parts = (*task.parts, "", "")
    doubts = "; ".join(f"{d.attr}:{d.code}" for d in task.doubts)
    return [
        task.number, task.group, task.text, task.lead, parts[0], parts[1], task.due, doubts
    ]  # fmt: skip


def expected(name: str) -> list[list[str]]:
    with (PLANS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def doubts(plan: Plan) -> list[tuple[str, str, str]]:
    return [(t.number, d.attr, d.code) for t in plan.tasks for d in t.doubts]


@pytest.mark.parametrize("name", NAMES)
def test_the_source_plans(name: str) -> None:
    assert [flat(task) for task in read_plan(PLANS / f"{name}.txt").tasks] == expected(name)


def test_how_many_tasks_each_plan_has() -> None:
    counts = {name: len(read_plan(PLANS / f"{name}.txt").tasks) for name in NAMES}
    assert counts == {
        "cong-tac-nam-2023": 43,
        "dan-van-kheo-2023": 18,
        "phoi-hop-2021": 9,
        "phoi-hop-2024": 8,
        "phuong-2024": 34,
    }


def test_the_coordination_plan() -> None:
    plan = read_plan(PLANS / "phoi-hop-2024.txt")
    assert plan.agencies == ("Ban Dân vận Thành ủy", "Bộ Chỉ huy Quân sự thành phố")
    assert plan.headers == 3
    assert [t.due for t in plan.tasks] == [
        "Quý I", "", "Quý II", "Thường xuyên", "Thường xuyên", "Thường xuyên", "Quý III", "Quý IV"
    ]  # fmt: skip
    assert plan.tasks[2].parts[0].count("\n- ") == 3  # four points that had run into one line
    assert "<" not in "".join(t.text + "".join(t.parts) for t in plan.tasks)


def test_the_ward_plan_keeps_its_numbers() -> None:
    plan = read_plan(PLANS / "phuong-2024.txt")
    numbers = [t.number for t in plan.tasks if "." in t.number]
    assert numbers == [
        "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2.1", "2.2", "2.3", "2.3", "2.4", "2.5", "2.6",
        "2.7", "4.1", "4.2", "4.4", "5.1", "5.2", "5.3", "6.1", "6.2", "6.3", "6.4", "6.5", "6.6",
    ]  # fmt: skip
    assert ("2.3", "number", "repeated") in doubts(plan)
    assert ("2.3", "number", "other_section") in doubts(plan)
    assert ("4.4", "number", "gap") in doubts(plan)
    assert [heading for heading, _ in plan.skipped] == [
        "I. MỤC ĐÍCH, YÊU CẦU", "IV. TỔ CHỨC THỰC HIỆN"
    ]  # fmt: skip


def test_no_name_of_a_signatory_is_read() -> None:
    for name in NAMES:
        said = [t.text + t.group for t in read_plan(PLANS / f"{name}.txt").tasks]
        assert not [s for s in said if "Nơi nhận" in s or "T/M" in s]


# --- the same plan from other programs --------------------------------------------------------

HEADS = [
    ["Stt", "Nội dung", "Phân công nhiệm vụ", "", "Thời gian"],
    ["", "", "Ban Dân vận", "Ban CHQS", ""],
]
ROWS = [
    ["I", "Công tác tuyên truyền", "", "", ""],
    ["1", "Tổ chức hội nghị", "Chủ trì tổ chức", "Phối hợp", "Quý I"],
    ["2", "Ký kế hoạch", "Chủ trì, soạn thảo", "- Chủ trì ký", ""],
    ["II", "Công tác kiểm tra", "", "", ""],
    ["4", "Kiểm tra các xã,", "Phối hợp", "Chủ trì", "Quý II"],
    ["", "phường trọng điểm", "", "với cấp ủy", ""],
]


def assert_small(plan: Plan) -> None:
    assert plan.agencies == ("Ban Dân vận", "Ban CHQS")
    assert [(t.number, t.group, t.text, t.lead, t.parts, t.due) for t in plan.tasks] == [
        ("1", "I Công tác tuyên truyền", "Tổ chức hội nghị", "Ban Dân vận",
         ("Chủ trì tổ chức", "Phối hợp"), "Quý I"),
        ("2", "I Công tác tuyên truyền", "Ký kế hoạch", "",
         ("Chủ trì, soạn thảo", "- Chủ trì ký"), ""),
        ("4", "II Công tác kiểm tra", "Kiểm tra các xã, phường trọng điểm", "Ban CHQS",
         ("Phối hợp", "Chủ trì với cấp ủy"), "Quý II"),
    ]  # fmt: skip
    assert doubts(plan) == [
        ("2", "lead", "two_leads"),
        ("2", "due", "no_time"),
        ("4", "text", "joined"),
        ("4", "part2", "joined"),
        ("4", "number", "gap"),
    ]
    assert plan.headers == 1


def saved(document: Document, path: Path) -> Path:
    document.save(str(path))
    return path


def test_a_table_in_word(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("KẾ HOẠCH")
    for rows in (ROWS[:3], ROWS[3:]):
        table = document.add_table(rows=0, cols=5)
        for row in HEADS + rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
        table.cell(0, 2).merge(table.cell(0, 3))
        table.cell(0, 0).merge(table.cell(1, 0))
    assert_small(read_plan(saved(document, tmp_path / "ke-hoach.docx")))


def test_a_table_in_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    ws = book.worksheets[0]
    ws.append(["KẾ HOẠCH"])
    for row in [*HEADS, ["(1)", "(2)", "(3)", "(4)", "(5)"], *ROWS[:3], *HEADS, *ROWS[3:]]:
        ws.append([text or None for text in row])
    book.save(tmp_path / "ke-hoach.xlsx")
    assert_small(read_plan(tmp_path / "ke-hoach.xlsx"))


def test_a_table_pasted_as_text(tmp_path: Path) -> None:
    def lines(rows: Sequence[Sequence[str]]) -> list[str]:
        return ["\t".join(row) for row in rows]

    text = "\r\n".join(["KẾ HOẠCH", "", *lines(HEADS + ROWS[:3]), "", *lines(HEADS + ROWS[3:])])
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        (tmp_path / "ke-hoach.txt").write_bytes(text.encode(encoding))
        assert_small(read_plan(tmp_path / "ke-hoach.txt"))


def test_numbered_paragraphs_of_word(tmp_path: Path) -> None:
    """Numbers typed, and numbers that Word counts itself."""
    document = docx.Document()
    document.add_paragraph("I. MỤC ĐÍCH")
    document.add_paragraph("1. Nâng cao nhận thức.")
    document.add_paragraph("II. NHIỆM VỤ")
    for text in ("Tổ chức tuyên truyền.", "Nắm tình hình Nhân dân."):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("Nơi nhận: như trên.")
    document.add_paragraph("1. Đồng chí ký tên.")
    plan = read_plan(saved(document, tmp_path / "ke-hoach.docx"))
    assert [(t.number, t.group, t.text) for t in plan.tasks] == [
        ("1", "II. NHIỆM VỤ", "Tổ chức tuyên truyền."),
        ("2", "II. NHIỆM VỤ", "Nắm tình hình Nhân dân."),
    ]
    assert {code for _, _, code in doubts(plan)} == {"counted"}


def test_a_further_column_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "TT\tNhiệm vụ\tCơ quan chủ trì\tCơ quan phối hợp\tSản phẩm\tThời hạn\n"
        "1\tRà soát\tVăn phòng\tCác phòng\tBáo cáo\t15/6/2024\n",
        "utf-8",
    )
    (task,) = read_plan(tmp_path / "a.txt").tasks
    assert (task.lead, task.due) == ("Văn phòng", "15/6/2024")
    assert task.extra == {"Cơ quan phối hợp": "Các phòng", "Sản phẩm": "Báo cáo"}
    done = import_plan(tmp_path / "a.txt", output=tmp_path / "a.xlsx")
    held = openpyxl.load_workbook(done.file)["Nhiệm vụ"]
    headings = [cell.value for cell in held[1]]
    assert held.cell(2, headings.index("Sản phẩm") + 1).value == "Báo cáo"


# --- texts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text", "had_markup", "cut"),
    [
        ("<p>Tổ chức &amp; triển khai</p>", "Tổ chức & triển khai", True, False),
        ("<ul style='x'> - Một - Hai", "- Một\n- Hai", True, True),
        ("<ul><li>Một</li><li>Hai</li></ul>", "- Một\n- Hai", True, False),
        ("dòng<br/>dưới", "dòng\ndưới", True, False),
        ("<tên đơn vị> a < b &amp; c", "<tên đơn vị> a < b &amp; c", False, False),
        ("(22/12/1989 - 22/12/2024)", "(22/12/1989 - 22/12/2024)", False, False),
        ("- Xã - phường - Ban hành", "- Xã - phường\n- Ban hành", False, False),
        ("  nhiều \u00a0 khoảng  ", "nhiều khoảng", False, False),
        ("=HYPERLINK(\"x\")", "=HYPERLINK(\"x\")", False, False),
    ],
)  # fmt: skip
def test_markup_is_washed_out(raw: str, text: str, had_markup: bool, cut: bool) -> None:
    washed = wash(raw)
    assert (washed.text, washed.had_markup, washed.cut) == (text, had_markup, cut)


def test_markdown_marks_go() -> None:
    assert unmark("### **3. Công tác *dân vận***") == "3. Công tác dân vận"
    assert unmark(r"\* 1\. Một") == " 1. Một"


# --- the command ------------------------------------------------------------------------------


def test_the_doubts_stand_in_the_workbook(tmp_path: Path) -> None:
    target = tmp_path / "ra" / "nhiem-vu.xlsx"
    done = import_plan(PLANS / "phuong-2024.txt", output=target)
    ws = openpyxl.load_workbook(target)["Nhiệm vụ"]
    assert done.tasks == ws.max_row - 1 == 34
    doubtful = {
        cell.coordinate
        for row in ws.iter_rows(min_row=2)
        for cell in row
        if cell.comment is not None
    }
    assert doubtful == {f.address.cell for f in done.findings}
    assert {"B19", "B26", "C16"} <= doubtful
    assert all(ws[cell].fill.fgColor.rgb == "FFFFF2AB" for cell in doubtful)
    assert ws["B18"].fill.fill_type is None
    assert "Số 2.3 đã có ở dòng 18" in ws["B19"].comment.text


def test_into_a_programme(tmp_path: Path, small: Path) -> None:
    before = (small / "chuong-trinh.xlsx").read_bytes()
    done = import_plan(PLANS / "phoi-hop-2024.txt", programme=small)
    assert done.file.parent == small
    assert done.replaced == 3
    assert (small / "chuong-trinh.xlsx").read_bytes() == before
    programme, findings = load_book(read_workbook(done.file))
    # Forms and units are the programme's; the column of the source it prefilled has gone.
    assert {f.code for f in findings if f.severity == "error"} == {"programme.prefill.unknown"}
    assert programme is None
    with pytest.raises(ToolkitError) as caught:
        import_plan(PLANS / "phoi-hop-2024.txt", programme=small)
    assert caught.value.key == "plan.error.exists"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    from programmes import SMALL_PROGRAMME

    from toolkit.programme.build import build_workbook

    build_workbook(SMALL_PROGRAMME, tmp_path / "chuong-trinh.xlsx")
    return tmp_path


@pytest.mark.parametrize("name", ["phoi-hop-2024", "phuong-2024"])
def test_into_the_blank_programme(name: str, tmp_path: Path) -> None:
    """What comes out is a programme: the forms ask the plan's tasks at once."""
    new("chuong-trinh-trong", tmp_path / "moi", None)
    done = import_plan(PLANS / f"{name}.txt", programme=tmp_path / "moi")
    programme, findings = load_book(read_workbook(done.file))
    assert findings == ()
    assert programme is not None
    items = programme.items(programme.form("NV"), programme.unit("01"))
    assert [(i.number, i.group, i.text) for i in items] == [tuple(r[:3]) for r in expected(name)]
    assert done.replaced == 2


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "co-san.xlsx"
    target.write_bytes(b"quan trong")
    with pytest.raises(ToolkitError) as caught:
        import_plan(PLANS / "phuong-2024.txt", output=target)
    assert caught.value.key == "plan.error.exists"
    assert target.read_bytes() == b"quan trong"


# --- files of strangers -----------------------------------------------------------------------


def document_with(body: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return file.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (document_with('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "reader.unsafe_xml"),
        (document_with(f"<w:document {W}><w:body>"), "reader.damaged"),
        (document_with(f"<w:document {W}>{' ' * 30_000_000}</w:document>"), "reader.too_large"),
        (document_with(f"<w:document {W}/>"), "plan.error.no_tasks"),
        (b"PK\x03\x04 nothing", "reader.damaged"),
        (b"%PDF-1.7", "reader.is_pdf"),
        (b"", "reader.empty"),
        ("Kế hoạch".encode("utf-16")[2:], "reader.unknown"),
        (b"K\xfa ho\xff", "plan.error.not_utf8"),
        (b"chi co chu", "plan.error.no_tasks"),
        (b"a\tb\n" * 10, "plan.error.no_tasks"),
        (b"1. x\n" * 1_50_000, "reader.too_large"),
        (b"1. x\n" * 6_000, "reader.too_large"),
    ],
)
def test_what_cannot_be_read_is_named(data: bytes, key: str, tmp_path: Path) -> None:
    (tmp_path / "la.docx").write_bytes(data)
    with pytest.raises(ToolkitError) as caught:
        read_plan(tmp_path / "la.docx")
    assert caught.value.key == key
    assert isinstance(caught.value, UnreadableFile) or key.startswith("plan.")


def test_a_long_text_without_numbers_is_read_at_once(tmp_path: Path) -> None:
    """Page breaks are joined in one go, not text by text."""
    (tmp_path / "a.txt").write_text("1. Bắt đầu\n" + "tiếp theo\n" * 50_000, "utf-8")
    (task,) = read_plan(tmp_path / "a.txt").tasks
    assert task.text.count("tiếp theo") == 50_000


def test_a_sheet_with_far_columns_is_narrow(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    ws = book.worksheets[0]
    ws["A1"], ws["B1"], ws["XFD1"] = "Stt", "Nội dung", "Thời gian"
    for row in range(2, 100):
        ws.cell(row, 1).value, ws.cell(row, 2).value = row - 1, f"Việc {row}"
        ws.cell(row, 16384).value = "Quý I"
    book.save(tmp_path / "a.xlsx")
    tasks = read_plan(tmp_path / "a.xlsx").tasks
    assert [(t.number, t.due) for t in tasks] == [(str(n), "Quý I") for n in range(1, 99)]


def test_a_cell_never_becomes_a_formula(tmp_path: Path) -> None:
    text = 'Stt\tNội dung\tThời gian\n1\t=cmd|"/c calc"!A1\t+1\n2\t@SUM(A1)\thttp://x.vn\n'
    (tmp_path / "a.txt").write_text(text, "utf-8")
    target = import_plan(tmp_path / "a.txt", output=tmp_path / "a.xlsx").file
    ws = openpyxl.load_workbook(target)["Nhiệm vụ"]
    assert [(ws[c].data_type, ws[c].hyperlink) for c in ("C2", "H2", "C3", "H3")] == [
        ("s", None)
    ] * 4

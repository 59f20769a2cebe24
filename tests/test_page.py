"""The HTML page: the figures of the summary workbook, traced to their cells, and nothing that
a cell holds ever becomes markup or script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP
from decimal import Decimal as D
from pathlib import Path

import pytest
from consolidate_cases import BAD, NA, NIL, choice, form, number, programme, words
from page_cases import Page, kids, nodes, origins, page
from page_cases import words as said
from programmes import small_programme
from summary_cases import Answers, Book, came, summary

from toolkit.consolidate.headline import Indicators, indicators, returns, task_states
from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding, Severity
from toolkit.programme.model import ChoiceList, FormKind, Item, Unit
from toolkit.register.model import SubmissionDetail
from toolkit.report.page.origins import link
from toolkit.report.page.write import write_page
from toolkit.report.shown import shown

Q1: Answers = {
    ("NV", "NV1", "trang_thai"): "Đã hoàn thành",
    ("NV", "NV1", "tien_do"): 1,
    ("NV", "NV2", "trang_thai"): "Đang thực hiện",
    ("NV", "NV2", "tien_do"): D("0.335"),
    ("CT", "CT1", "tong_so"): 1239,
    ("CT", "CT1", "trong_ky"): 4,
    ("CT", "CT1", "luy_ke"): 4,
    ("CT", "CT1", "ty_le"): D(4) / 1239,
    ("CT", "CT2", "tong_so"): 8,
    ("CT", "CT2", "luy_ke"): 8,
    ("CT", "CT2", "ty_le"): 1,
    ("MH", "1", "ten"): "Ngõ văn minh",
    ("MH", "1", "linh_vuc"): "Kinh tế",
    ("MH", "1", "so_ho"): 1240,
    ("DT", "so_cuoc", "so_cuoc"): 2,
    ("DT", "y_kien", "y_kien"): 40,
    ("DT", "giai_quyet", "giai_quyet"): 30,
    ("DT", "ty_le", "ty_le"): D("0.75"),
    ("DT", "kinh_phi", "kinh_phi"): D("1012.5"),
    ("DT", "ngay", "ngay"): date(2024, 3, 20),
    ("DT", "kien_nghi", "kien_nghi"): "Mở lớp tập huấn",
}
GAPS: Answers = {
    **Q1,
    ("NV", "NV2", "trang_thai"): None,
    ("CT", "CT1", "trong_ky"): None,
    ("CT", "CT2", "luy_ke"): BAD,
    ("MH", "1", "linh_vuc"): BAD,
    ("DT", "so_cuoc", "so_cuoc"): 0,
    ("DT", "y_kien", "y_kien"): NA,
    ("DT", "kinh_phi", "kinh_phi"): NIL,
    ("DT", "kien_nghi", "kien_nghi"): NIL,
}


def returns_of_two_quarters() -> list[SubmissionDetail]:
    return [came("303", "2024-Q1", Q1), came("305", "2024-Q1", GAPS), came("303", "2024-Q2", Q1)]


@pytest.fixture(scope="module", params=["2024-Q1", "2024"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    folder = tmp_path_factory.mktemp("page")
    made, details = small_programme(), returns_of_two_quarters()
    return page(made, request.param, details, folder), summary(made, request.param, details, folder)


SIGNED = ("NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Page:
    folder = tmp_path_factory.mktemp("year")
    return page(small_programme(), "2024", returns_of_two_quarters(), folder)


# --- the same figures as the workbook -------------------------------------------------------


def as_excel_shows(cell: object) -> str:
    """A cell of the workbook by its value and number format, independently of our code."""
    value, look = cell.value, cell.number_format  # type: ignore[attr-defined]
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    positive, *others = look.split(";")
    if others and not value:
        return others[-1].strip('"')
    parts = re.fullmatch(r'(?:"([^"]*)")?([#,0.]*)(%?)(?:"([^"]*)")?', positive)
    assert parts, look
    before, digits, percent, after = (part or "" for part in parts.groups())
    if not digits:
        return before
    _, _, places = digits.partition(".")
    number = D(repr(value)) * (100 if percent else 1)
    number = number.quantize(D(1).scaleb(-len(places)), ROUND_HALF_UP)
    if places.endswith("#"):
        number = number.normalize()
    marks = str.maketrans(",.", ".,")
    return before + f"{number:,f}".translate(marks) + percent + after


def sheets_of(book: Book, page: Page) -> dict[str, str]:
    """Name of a table on the page -> name of the form's sheet."""
    tables = page.consolidation.tables
    names = book.cached.sheetnames
    return {
        f"form-{n}": next(
            s for s in names if s.startswith(f"{t.form.code} ") and "theo kỳ" not in s
        )
        for n, t in enumerate(tables, 1)
    }


def test_every_figure_is_that_of_the_workbook(both: tuple[Page, Book]) -> None:
    made, book = both
    compared = 0
    for name, sheet in sheets_of(book, made).items():
        table = made.data(name)
        rows = [node for root in table["r"] for node in (root, *kids(root))]
        written = list(book.cached[sheet].iter_rows(min_row=8, max_col=len(table["k"])))
        while not any(cell.value for cell in written[-1]) or written[-1][0].value in SIGNED:
            written.pop()  # the signatures below an annex, and the line above them
        assert len(rows) == len(written)
        for node, line in zip(rows, written, strict=True):
            mine = [said(cell) for cell in node[0]] + [""] * (len(line) - len(node[0]))
            theirs = [as_excel_shows(cell) for cell in line]
            assert [flat(m) for m in mine] == [flat(t) for t in theirs], (sheet, line[1].value)
            compared += sum(bool(t) for t in theirs)
    assert compared > 100


def flat(shown_words: str) -> str:
    return " ".join(shown_words.split())


def test_the_totals_stand_without_javascript(year: Page) -> None:
    for place, table in enumerate(year.consolidation.tables, 1):
        still = year.still(f"form-{place}")
        data = year.data(f"form-{place}")
        assert len(still) == len(data["r"]) > 0, table.form.code
        for row, node in zip(still, data["r"], strict=True):
            shown_row = [said(cell) + ("*" if starred(cell) else "") for cell in node[0]]
            assert row == shown_row + [""] * (len(row) - len(shown_row))


def starred(cell: object) -> bool:
    return isinstance(cell, list) and len(cell) > 2 and cell[2] == "p"


def test_every_provisional_total_is_marked_and_no_other(year: Page) -> None:
    marked = complete = 0
    for place, table in enumerate(year.consolidation.tables, 1):
        if table.form.kind is FormKind.QUESTIONS:
            pairs = [
                (row.totals[row.key], node)
                for row, node in zip(
                    [r for r in table.rows if table.form.field(r.key).over_units != "none"],
                    year.data(f"form-{place}")["r"],
                    strict=True,
                )
            ]
            for figure, node in pairs:
                if isinstance(figure.value, D):
                    assert starred(node[0][2]) is not figure.coverage.complete
                    marked += starred(node[0][2])
                    complete += not starred(node[0][2])
    assert marked
    for node in year.data("figures")["r"]:
        assert starred(node[0][1]) is ("(tạm tính)" in said(node[0][3])) or said(
            node[0][1]
        ).startswith("chưa")


def test_nothing_is_never_zero(tmp_path: Path) -> None:
    made = page(programme(form(number("x"))), "Q1", [came("A", "Q1", {("F", "I", "x"): None})],
                tmp_path)  # fmt: skip
    (total,) = made.data("form-1")["r"]
    assert total[0][2][:1] == ["để trống"]
    assert [said(kid[0][2]) for kid in kids(total)] == ["để trống", "chưa gửi", "chưa gửi"]
    assert all(kid[0][2][2] == "x" for kid in kids(total))


# --- every figure traced to its cell ----------------------------------------------------------


def test_every_answer_is_there_with_its_cell_and_what_stood_in_it(year: Page) -> None:
    strings = year.data("shared")["strings"]
    found = {
        (strings[one[3]], one[4])
        for place in range(1, len(year.consolidation.tables) + 1)
        for name in (f"form-{place}", f"rows-{place}")
        if year.tree.xpath(f"//script[@id='d-{name}']")
        for node in nodes(year.data(name)["r"])
        for one in origins(node)
    }
    asked = {
        (a.address.sheet, a.address.cell) for d in returns_of_two_quarters() for a in d.answers
    }
    assert found == asked


def test_the_way_down_to_a_cell(year: Page) -> None:
    table, shared = year.data("form-2"), year.data("shared")
    (total,) = [n for n in table["r"] if n[0][0] == "1.1"] or table["r"][:1]
    unit = kids(total)[0]
    quarter = kids(unit)[0]
    assert said(quarter[0][1]) == "Quý I/2024"
    source = shared["sources"][quarter[3][0]]
    assert source == ["303-2024-Q1.xlsx", "../../luu-tru/303/3032024-Q1.xlsx", "02/01/2024",
                      said(unit[0][1]), "Quý I/2024"]  # fmt: skip
    seen = {shared["strings"][o[0]]: o for o in origins(quarter)}
    cell = seen["Tổng số"]
    assert (cell[1], cell[2], shared["strings"][cell[3]], cell[4]) == ("1.239", "1239", "CT", "A5")


def test_a_finding_stands_at_its_cell(tmp_path: Path) -> None:
    finding = Finding("number.text", Severity.NOTE, Address("A-Q1.xlsx", "F", "A1"), "1.250")
    detail = replace(came("A", "Q1", {("F", "I", "x"): 1250}), findings=(finding,))
    made = page(programme(form(number("x"))), "Q1", [detail], tmp_path)
    (total,) = made.data("form-1")["r"]
    (origin,) = origins(kids(total)[0])
    assert origin[5] == [0]
    assert made.data("shared")["findings"][0][:2] == ["note", "Lưu ý"]
    assert [said(c) for c in made.data("findings")["r"][0][0][:6]] == [
        "Quận A", "Quý 1/2024", "Lưu ý", "F", "A1", "1.250",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page_file", "expected"),
    [
        ("bao-cao/2024/trang.html", "../../luu-tru/a%23b/t%E1%BB%87p%20%3F1.xlsx"),
        ("trang.html", "luu-tru/a%23b/t%E1%BB%87p%20%3F1.xlsx"),
        ("x/y/z/trang.html", "../../../luu-tru/a%23b/t%E1%BB%87p%20%3F1.xlsx"),
    ],
)
def test_links_are_relative_and_quoted(page_file: str, expected: str, tmp_path: Path) -> None:
    assert link("luu-tru/a#b/tệp ?1.xlsx", tmp_path / page_file, tmp_path) == expected


# --- what cells hold stays text ---------------------------------------------------------------

NASTY = (
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"><svg/onload=window.hacked=1>',
    "javascript:window.hacked=1",
    "<!-- ]]> &lt; &amp;",
    "dòng\u2028mới\u2029",
    "\x00\x1f\ud800",
    "__proto__",
)


@pytest.mark.parametrize("nasty", NASTY)
def test_a_text_never_becomes_markup(nasty: str, tmp_path: Path) -> None:
    unit = Unit("A", nasty, nasty, "quận")
    fields = [number("x"), words("w"), choice("c")]
    forms = [
        form(*fields, name=nasty),
        form(*fields, kind=FormKind.OPEN, code="L", source="", name="Biểu L"),
        form(words("q"), kind=FormKind.QUESTIONS, code="H", source="", name="Biểu H"),
    ]
    made = replace(
        programme(*forms, units=(unit,), items=(Item("I", nasty, nasty),)),
        choices=(ChoiceList("tt", (nasty, "Xong")),),
        issuers=(nasty,),
        name=nasty,
    )
    cells: dict = {("H", "q", "q"): nasty}
    for code, row in (("F", "I"), ("L", "1")):
        cells |= {(code, row, "x"): 1, (code, row, "w"): nasty, (code, row, "c"): nasty}
    finding = Finding("choice.unknown", Severity.ERROR, Address("a", "F", "A1"), nasty)
    detail = replace(came("A", "Q1", cells, file=nasty), findings=(finding,))
    written = page(made, "Q1", [detail], tmp_path)
    only_ours(written)
    body = "".join(written.tree.xpath("//body")[0].itertext())
    shared = written.data("shared")
    plain = nasty.replace("\ud800", "?")
    assert shared["sources"][0][0] == plain
    assert plain in {said(c) for n in nodes(written.data("rows-2")["r"]) for c in n[0]}
    assert "hacked" not in nasty or "hacked" in body


KINDS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "script", "noscript", "a", "header", "nav"}
    | {"main", "section", "footer", "h1", "h2", "h3", "p", "ul", "li", "div", "span", "b", "i"}
    | {"small", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "details"}
    | {"summary", "svg", "rect", "text", "line", "circle", "polyline"}
)


def only_ours(written: Page) -> None:
    """The elements and attributes are those that the page itself makes."""
    tree = written.tree
    assert {e.tag for e in tree.iter() if isinstance(e.tag, str)} <= KINDS
    attributes = {name for e in tree.iter() for name in e.attrib}
    assert not [name for name in attributes if name.startswith("on") or name in ("src", "style")]
    assert all(a.get("href").startswith("#") for a in tree.xpath("//a"))
    scripts = tree.xpath("//script")
    assert [s.get("type") for s in scripts if s.get("type") != "application/json"] == [None]
    assert all(
        link.startswith("../../luu-tru/") for _, link, *_ in written.data("shared")["sources"]
    )
    assert not [
        s for s in scripts if set(s.text) & {"\u2028", "\u2029", "<", ">"} and s.get("type")
    ]


def test_nothing_runs_but_our_own_script(year: Page) -> None:
    (policy,) = year.tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for name, element in (("script-src", "//script[not(@type)]"), ("style-src", "//style")):
        (own,) = year.tree.xpath(element)
        digest = hashlib.sha256(own.text.encode("utf-8")).digest()
        assert rules[name] == f"'sha256-{base64.b64encode(digest).decode()}'"
    only_ours(year)
    assert not re.search(r"https?://|@import|url\(|\beval\b|innerHTML|Function\(", year.source)


# --- the page as a whole ----------------------------------------------------------------------


def test_the_same_returns_give_the_same_bytes(year: Page, tmp_path: Path) -> None:
    again = page(small_programme(), "2024", returns_of_two_quarters()[::-1], tmp_path)
    assert again.path.read_bytes() == year.path.read_bytes()


def test_the_sections_and_how_they_are_reached(year: Page) -> None:
    tree = year.tree
    assert tree.get("lang") == "vi"
    names = tree.xpath("//main/section/@id")
    assert tree.xpath("//nav//a/@href") == [f"#{name}" for name in names]
    assert names == ["tong-quan", "tinh-hinh", "bieu-do", "bieu-1", "bieu-2", "bieu-3", "bieu-4",
                     "y-kien", "ket-qua-kiem-tra", "nguon"]  # fmt: skip
    assert tree.xpath("//a[@class='skip']/@href") == ["#chinh"]
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for section in tree.xpath("//main/section"):
        assert section.get("aria-labelledby") in ids


def test_english(tmp_path: Path) -> None:
    made = page(small_programme(), "2024-Q1", returns_of_two_quarters(), tmp_path, "en")
    assert made.tree.get("lang") == "en"
    texts = " ".join(made.tree.xpath("//main")[0].itertext())
    assert "Returns received" in texts
    assert "Ngõ văn minh" in json.dumps(made.data("rows-3"), ensure_ascii=False)
    words_shown = {said(c) for n in nodes(made.data("form-2")["r"]) for c in n[0]}
    assert "1,239" in words_shown
    assert "1.239" not in words_shown


def test_a_page_that_cannot_be_written(year: Page, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ToolkitError) as raised:
        write_page(year.consolidation, (), (), (), tmp_path / "file" / "trang.html", tmp_path)
    assert raised.value.key == "export.cannot_write"


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "look", "vi", "en"),
    [
        (D("1234567.8"), "#,##0.0", "1.234.567,8", "1,234,567.8"),
        (D("0.395"), "0.0%", "39,5%", "39.5%"),
        (D("0.0005"), "0.0%", "0,1%", "0.1%"),
        (D("-1234"), "#,##0", "-1.234", "-1,234"),
        (D("-0.4"), "#,##0", "0", "0"),
        (D("0.5"), "#,##0", "1", "1"),
        (D("2.5"), "#,##0", "3", "3"),
        (D("95.60"), "#,##0.##", "95,6", "95.6"),
        (D("95"), "#,##0.##", "95", "95"),
        (D("0.4"), '"≥ "0%', "≥ 40%", "≥ 40%"),
        (D(0), '#,##0;-#,##0;"không có"', "0", "0"),
        (1250, "#,##0", "1.250", "1,250"),
        (date(2024, 3, 5), "dd/mm/yyyy", "05/03/2024", "2024-03-05"),
        ("1.250", "#,##0", "1.250", "1.250"),
    ],
)
def test_a_value_under_a_number_format(value: object, look: str, vi: str, en: str) -> None:
    assert shown(value, look, "vi") == vi  # type: ignore[arg-type]
    assert shown(value, look, "en") == en  # type: ignore[arg-type]


# --- the head figures -------------------------------------------------------------------------


def test_the_head_figures(year: Page) -> None:
    made = year.consolidation
    counted = returns(made)
    status = made.status
    assert counted.received == 3
    assert counted.expected == sum(len(s.units) for s in status)
    assert counted.missing == counted.expected - 3
    assert counted.on_time + counted.late == counted.received
    held = indicators(made)
    assert isinstance(held, Indicators)
    verdicts = [row.attainment.reached for t in made.tables for row in t.rows if row.attainment]
    assert (held.reached, held.not_reached) == (verdicts.count(True), verdicts.count(False))
    assert held.total == len(verdicts)
    assert held.provisional


def test_tasks_by_state_add_up_to_what_was_asked(year: Page) -> None:
    (tasks,) = task_states(year.consolidation)
    assert tasks.states["Đã hoàn thành"] == 2  # both units of NV1
    assert tasks.states["Đang thực hiện"] == 1  # NV2; the other left it blank
    assert sum(tasks.states.values()) + tasks.lacking == tasks.asked


def test_no_indicator_no_card(tmp_path: Path) -> None:
    made = page(programme(form(number("x"))), "Q1", [], tmp_path)
    assert indicators(made.consolidation) is None
    assert len(made.tree.xpath("//ul[@class='cards']/li")) == 1

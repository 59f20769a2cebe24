"""The checks in a template: what is written, what is stored, what the intake passes over."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from check_cases import PREVIOUS, checks_programme, laid_out
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from returned import clean_return, flat, judged, opened, saved, template

from toolkit.findings import Severity
from toolkit.intake.judge import judge
from toolkit.intake.model import Outcome, State
from toolkit.intake.own_checks import without_checks
from toolkit.intake.reader import read_bytes
from toolkit.intake.values import DEFAULT_RULES
from toolkit.programme.model import Waiver
from toolkit.template.content import Content, FormContent, Given
from toolkit.template.layout import (
    CHECK_GAP,
    CHECK_KEY,
    CHECK_SHEET,
    HelperKind,
    SheetLayout,
    WorkbookLayout,
    layout,
    looks_back,
    rules_for,
)
from toolkit.template.verdicts import accepted_keys
from toolkit.template.words import (
    IN_NUMBERS,
    IN_TEXTS,
    NIL,
    NIL_IN_TEXT,
    NO_VALUE,
    NO_VALUE_IN_TEXT,
)
from toolkit.template.write import write

# All of Excel 2007; none volatile.
FUNCTIONS = {
    "AND", "AVERAGE", "CHAR", "CHOOSE", "COLUMN", "COUNT", "COUNTIF", "DAY", "EXACT", "FALSE",
    "HYPERLINK", "IF", "IFERROR", "INDEX", "INT", "ISBLANK", "ISERROR", "ISNUMBER", "LEN",
    "LOWER", "MATCH", "MAX", "MONTH", "NA", "NOT", "OR", "RIGHT", "ROUND", "ROW",
    "ROWS", "SUBSTITUTE", "SUM", "SUMPRODUCT", "TRIM", "YEAR",
}  # fmt: skip


def written(workbook: WorkbookLayout, *, lang: str = "vi", content: Content | None = None) -> bytes:
    target = io.BytesIO()
    write(workbook, target, lang, **({"content": content} if content else {}))
    return target.getvalue()


@pytest.fixture(scope="module")
def made() -> bytes:
    return written(laid_out())


@pytest.fixture
def book(made: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(made))


@pytest.fixture(scope="module")
def stored(made: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(made), data_only=True)


def sheet_of(book: Workbook, form: str) -> tuple[Worksheet, SheetLayout]:
    placed = laid_out().sheet_for(form)
    return book[placed.sheet], placed


# --- what is written ----------------------------------------------------------------------------


def formulas(book: Workbook) -> list[str]:
    found = []
    for sheet in book:
        found += [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        for area in sheet.conditional_formatting:
            found += [formula for rule in area.rules for formula in rule.formula]
    return found


def bare(formula: str) -> str:
    """A formula without its texts and sheet names."""
    return re.sub(r"""'(?:[^']|'')*'!|"(?:[^"]|"")*\"""", "", formula)


def test_formulas_are_plain_and_steady(book: Workbook) -> None:
    everything = formulas(book)
    assert len(everything) > 200
    for formula in everything:
        assert set(re.findall(r"([A-Z][A-Z.]*)\(", bare(formula))) <= FUNCTIONS, formula
        assert len(formula) < 8192
        assert "{" not in bare(formula)
        levels = deepest = 0
        for char in bare(formula):
            levels += (char == "(") - (char == ")")
            deepest = max(deepest, levels)
        assert deepest < 60
        assert levels == 0


def test_no_check_speaks_of_whole_columns(book: Workbook) -> None:
    for form in laid_out().sheets:
        sheet = book[form.sheet]
        for row in sheet.iter_rows(min_col=form.check_column):
            for cell in row:
                if cell.data_type == "f":
                    assert not re.search(r"\$?[A-Z]+:\$?[A-Z]+(?![A-Z0-9$])", bare(cell.value))


def test_conditions_speak_of_their_own_sheet_only(book: Workbook) -> None:
    # Excel 2007 and 2010 take nothing else there
    for sheet in book:
        for area in sheet.conditional_formatting:
            assert not any("!" in bare(f) for rule in area.rules for f in rule.formula)


def test_texts_that_look_like_new_functions_stay_texts() -> None:
    whole = checks_programme()
    rule = replace(whole.rules[0], message="Xem SORT(A1) và UNIQUE(B1)")
    whole = replace(whole, rules=(rule, *whole.rules[1:]))
    workbook = layout(whole, whole.unit("305"), whole.period("2024-Q2"))
    book = openpyxl.load_workbook(io.BytesIO(written(workbook)))
    assert not any("_xlfn" in formula for formula in formulas(book))
    texts = {c.value for row in book[CHECK_SHEET].iter_rows() for c in row}
    assert "Xem SORT(A1) và UNIQUE(B1)" in texts


def test_the_column_stands_beside_the_table_and_its_helpers_are_hidden(book: Workbook) -> None:
    for form in laid_out().sheets:
        sheet = book[form.sheet]
        assert sheet.cell(1, form.check_column).value == CHECK_KEY
        assert sheet.cell(form.head_row, form.check_column).value == "Kiểm tra"
        letters = sheet.cell(1, form.check_column).column_letter
        assert 13 <= sheet.column_dimensions[letters].width <= 15
        # not printed
        last = sheet.print_area.rpartition(":")[2]
        assert last.startswith(f"${sheet.cell(1, form.last_column).column_letter}$")
        first = form.helpers[0].index
        assert first == form.check_column + CHECK_GAP + 1
        area = sheet.column_dimensions[sheet.cell(1, first).column_letter]
        assert area.hidden
        assert (area.min, area.max) == (first, form.helpers[-1].index)
        for helper in form.helpers:
            assert sheet.cell(1, helper.index).value == helper.key
            assert helper.key.startswith(CHECK_KEY)


def test_all_of_it_is_locked(book: Workbook) -> None:
    for form in laid_out().sheets:
        for row in book[form.sheet].iter_rows(min_col=form.check_column):
            assert all(cell.protection.locked for cell in row)


def test_helpers_by_form() -> None:
    kinds = {
        form.form.code: [(h.kind.value, h.code) for h in form.helpers] for form in laid_out().sheets
    }
    assert kinds["CT"] == [
        ("first", ""),
        *(("field", c) for c in ("trong_ky", "luy_ke", "kinh_te", "van_hoa", "quoc_phong")),
        *(("rule", f"CT-0{n}") for n in (1, 2, 3, 4)),
        ("before", "luy_ke"),
    ]
    assert kinds["MH"][:2] == [("first", ""), ("row", "")]
    assert kinds["DT"] == [
        ("first", ""),
        ("field", "@answer"),
        ("rule", "DT-01"),
        ("rule", "DT-02"),
        ("before", "so_cuoc"),
    ]
    # in the first quarter no rule looks back
    whole = checks_programme()
    first = layout(whole, whole.unit("305"), whole.period("2024-Q1"))
    assert not any(looks_back(form) for form in first.sheets)
    assert [looks_back(form) for form in laid_out().sheets] == [False, True, False, True]


def test_faulty_cells_are_marked(book: Workbook) -> None:
    sheet, _ = sheet_of(book, "CT")
    rules = {
        str(area.sqref): [(rule.formula[0], rule.dxf.fill.bgColor.rgb[2:]) for rule in area.rules]
        for area in sheet.conditional_formatting
        if area.rules[0].dxf.fill is not None
    }
    assert rules["E9:E10"] == [
        ("OR($U9>2,$Z9=3,$AA9=3,$AB9=3)", "F4A6A0"),
        ("$U9=2", "FBE3D8"),
        ("$U9=-1", "FFE08A"),
    ]
    assert rules["G9:G10"] == [("$AC9=-1", "FFE08A")]  # computed: what the rule speaks of
    questions, _ = sheet_of(book, "DT")
    marked = {str(a.sqref): a.rules[0].formula[0] for a in questions.conditional_formatting}
    assert marked["E9"] == "OR($Q$9>2,$R$10=3)"


# --- what is stored -----------------------------------------------------------------------------


def test_the_blank_template_stores_what_is_missing(stored: Workbook) -> None:
    sheet, form = sheet_of(stored, "TH")
    shown = [sheet.cell(row.index, form.check_column).value for row in form.rows]
    assert shown == ["chưa điền: Trạng thái"] * 3
    sheet, form = sheet_of(stored, "MH")
    assert [sheet.cell(row.index, form.check_column).value for row in form.rows] == [None] * 8
    assert (
        sheet.cell(form.check_row, form.check_column).value
        == "Mới đăng ký 0 mô hình, chỉ tiêu giao là 2."
    )
    cover = stored["Bìa"]
    assert [
        [cover.cell(row, col).value for col in (2, 4, 5, 6, 7, 8)] for row in range(18, 23)
    ] == [
        ["TH", "0/12 ô", 6, 0, 0, "Còn 6 chỗ cần sửa"],
        ["CT", "0/10 ô", 4, 0, 0, "Còn 4 chỗ cần sửa"],
        ["MH", "0 dòng", 0, 1, 0, "Còn 1 chỗ cần sửa"],
        ["DT", "0/7 ô", 3, 0, 0, "Còn 3 chỗ cần sửa"],
        ["Toàn bộ báo cáo", None, 13, 1, 0, "Còn 14 chỗ cần sửa"],
    ]


def test_english_says_it_in_english() -> None:
    whole = checks_programme()
    workbook = layout(whole, whole.unit("305"), whole.period("2024-Q2"), lang="en")
    book = openpyxl.load_workbook(io.BytesIO(written(workbook, lang="en")), data_only=True)
    sheet = book[workbook.sheets[0].sheet]
    assert sheet.cell(7, workbook.sheets[0].check_column).value == "Check"
    assert sheet.cell(10, workbook.sheets[0].check_column).value == "missing: Trạng thái"
    assert book["Bìa"]["H22"].value == "14 still to mend"


def test_with_answers_in_place_results_are_left_to_be_computed() -> None:
    given = {(10, 4): Given("Đã hoàn thành"), (10, 5): Given(Decimal("0.5"))}
    content = Content({"TH": FormContent(given)})
    book = openpyxl.load_workbook(io.BytesIO(written(laid_out(), content=content)), data_only=True)
    sheet, form = sheet_of(book, "TH")
    assert sheet["E10"].value == 0.5
    assert {sheet.cell(row.index, form.check_column).value for row in form.rows} == {None}
    assert {sheet.cell(10, h.index).value for h in form.helpers} == {None}
    assert book["Bìa"]["H22"].value is None


# --- the period before --------------------------------------------------------------------------


def test_previous_answers_travel_hidden_and_are_shown_with_the_hint(book: Workbook) -> None:
    sheet, form = sheet_of(book, "CT")
    (before,) = form.helpers_of(HelperKind.BEFORE)
    assert [sheet.cell(row.index, before.index).value for row in form.rows] == ["=1", "=3"]
    prompts = {str(v.sqref): v.prompt for v in sheet.data_validations.dataValidation}
    assert prompts["F9"].startswith("Kỳ trước: 1. Bắt buộc ghi.")
    assert prompts["F10"].startswith("Kỳ trước: 3. ")
    assert not prompts["E9:E10"].startswith("Kỳ trước")
    questions, placed = sheet_of(book, "DT")
    (before,) = placed.helpers_of(HelperKind.BEFORE)
    column = [questions.cell(row.index, before.index).value for row in placed.rows]
    assert column == ["=4", *[None] * 7]


def test_without_previous_answers_a_rule_about_them_is_silent() -> None:
    whole = checks_programme()
    workbook = layout(whole, whole.unit("305"), whole.period("2024-Q2"))
    sheet = openpyxl.load_workbook(io.BytesIO(written(workbook)))[workbook.sheets[1].sheet]
    (before,) = workbook.sheets[1].helpers_of(HelperKind.BEFORE)
    assert [sheet.cell(row, before.index).value for row in (9, 10)] == [None, None]
    prompts = [v.prompt for v in sheet.data_validations.dataValidation]
    assert not any("Kỳ trước" in prompt for prompt in prompts)


@pytest.mark.parametrize(
    ("value", "source"),
    [
        (Decimal("-1.5"), "=-1.5"),
        (Decimal(0), "=0"),
        (date(2024, 3, 31), "=45382"),
        ('nói "x"', '="nói ""x"""'),
        ("=1+1", '="=1+1"'),
        ("x" * 600, '="' + "x" * 250 + '"&"' + "x" * 250 + '"&"' + "x" * 100 + '"'),
    ],
)
def test_previous_answers_of_every_kind(value: Decimal | date | str, source: str) -> None:
    whole = checks_programme()
    previous = {("CT", "CT1", "luy_ke"): value}
    workbook = layout(whole, whole.unit("305"), whole.period("2024-Q2"), previous=previous)
    (before,) = workbook.sheet_for("CT").helpers_of(HelperKind.BEFORE)
    sheet = openpyxl.load_workbook(io.BytesIO(written(workbook)))[workbook.sheet_for("CT").sheet]
    assert sheet.cell(9, before.index).value == source


# --- exceptions of a unit -----------------------------------------------------------------------


def test_a_waived_rule_is_not_checked() -> None:
    waivers = (
        Waiver("305", "MH-03", "Đơn vị mới thành lập", ("2024-Q2",)),
        Waiver("303", "MH-01", "Lý do khác"),
    )
    whole = replace(checks_programme(), waivers=waivers)
    unit, form = whole.unit("305"), whole.form("MH")
    rules = {
        code: [rule.code for rule in rules_for(whole, form, unit, whole.period(code))]
        for code in ("2024-Q2", "2024-Q3")
    }
    assert rules == {"2024-Q2": ["MH-01", "MH-02"], "2024-Q3": ["MH-01", "MH-02", "MH-03"]}


def test_where_blanks_are_waived_nothing_is_missing() -> None:
    waivers = (Waiver("305", "answer.missing", "Đơn vị mới thành lập"),)
    whole = replace(checks_programme(), waivers=waivers)
    workbook = layout(whole, whole.unit("305"), whole.period("2024-Q2"))
    book = openpyxl.load_workbook(io.BytesIO(written(workbook)), data_only=True)
    assert [book["Bìa"].cell(row, 5).value for row in range(18, 23)] == [0, 0, 0, 0, 0]


# --- words --------------------------------------------------------------------------------------

_NO_VALUE = {State.NOT_APPLICABLE, State.NOT_AVAILABLE}


@pytest.mark.parametrize(
    ("words", "in_text", "states"),
    [
        (NIL, False, {State.NIL}),
        (NO_VALUE, False, _NO_VALUE),
        (NIL_IN_TEXT, True, {State.NIL}),
        (NO_VALUE_IN_TEXT, True, _NO_VALUE),
    ],
)
def test_words_for_nothing_are_the_intakes(
    words: tuple[str, ...], in_text: bool, states: set[State]
) -> None:
    for word in words:
        assert DEFAULT_RULES.state_of(word, in_text=in_text) in states, word
        assert word == word.lower()


def test_no_word_for_nothing_is_left_out() -> None:
    assert {word for word, _ in DEFAULT_RULES.words} <= set(IN_TEXTS) & set(IN_NUMBERS)
    assert {word for word, _ in DEFAULT_RULES.not_in_text} <= set(IN_NUMBERS)


@pytest.mark.parametrize(
    ("values", "taken", "refused"),
    [
        (("Kinh tế", "Hòa giải"), {"kinh tế", "hoà giải", "không", "x", "chưa"}, set()),
        (("Chưa triển khai", "Không thực hiện"), {"không áp dụng"}, {"không", "chưa", "ko."}),
        (("Có", "Không"), {"có", "không", "không có"}, set()),
    ],
)
def test_a_word_that_a_choice_begins_with_is_not_taken_for_nothing(
    values: tuple[str, ...], taken: set[str], refused: set[str]
) -> None:
    keys = set(accepted_keys(values))
    assert taken <= keys
    assert not (refused - {"ko."}) & keys


# --- what the intake passes over ----------------------------------------------------------------


def test_the_intake_sees_nothing_of_the_checks() -> None:
    raw = without_checks(read_bytes(template(), "a.xlsx"))
    assert CHECK_SHEET not in [sheet.name for sheet in raw.sheets]
    for sheet in raw.sheets:
        assert not any(cell.shown().startswith(CHECK_KEY) for cell in sheet.cells.values())
        if sheet.name == "Bìa":
            assert not any(cell.formula for cell in sheet.cells.values())
    assert flat(judged(clean_return())) == []


def _checks_removed(data: bytes) -> bytes:
    """The return as if made on a template without checks."""
    book = opened(data)
    del book[CHECK_SHEET]
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            keyed = [c.column for c in sheet[1] if str(c.value or "").startswith(CHECK_KEY)]
            for cell in row:
                on_cover = sheet.title == "Bìa" and cell.data_type == "f"
                if cell.row > 1 and (cell.column in keyed or on_cover) and cell.value is not None:
                    cell.value = None
    for sheet in book.worksheets:
        for cell in sheet[1]:
            if str(cell.value or "").startswith(CHECK_KEY):
                cell.value = None
    return saved(book)


def test_a_template_without_checks_is_read_as_ever() -> None:
    with_checks, without = judged(clean_return()), judged(_checks_removed(clean_return()))
    assert without.outcome is with_checks.outcome is Outcome.CLEAN
    assert [(a.state, a.value, a.address.cell) for a in without.answers] == [
        (a.state, a.value, a.address.cell) for a in with_checks.answers
    ]
    assert without.ledger == with_checks.ledger


def test_checks_are_known_by_their_heading_where_the_keys_are_gone() -> None:
    book = opened(clean_return())
    for sheet in book.worksheets:
        for cell in sheet[1]:
            if str(cell.value or "").startswith(CHECK_KEY):
                cell.value = None
    assert judged(saved(book)).outcome is Outcome.CLEAN
    assert flat(judged(saved(book))) == []


def test_a_remark_typed_over_the_checks_is_told() -> None:
    book = opened(clean_return())
    sheet = next(s for s in book.worksheets if s["A1"].value == "baocao:NV")
    (column,) = [c.column for c in sheet[1] if c.value == CHECK_KEY]
    sheet.cell(10, column).value = "Đã gửi bản giấy"
    judgement = judged(saved(book))
    assert [(f.code, f.found) for f in judgement.findings] == [
        ("outside.column", "Đã gửi bản giấy")
    ]


def test_a_broken_rule_in_the_sheet_is_broken_to_the_intake() -> None:
    """The judgement does not rest on what the sheet computed."""
    book = openpyxl.load_workbook(io.BytesIO(written(laid_out())))
    sheet, _ = sheet_of(book, "CT")
    for cell, value in (("E9", 5), ("F9", 4), ("E10", 1), ("F10", 4)):
        sheet[cell] = value
    data = saved(book)
    judgement = judge(data, "a.xlsx", checks_programme())
    codes = {f.params["rule"] for f in judgement.findings if f.code == "rule.broken"}
    assert codes == {"CT-01", "CT-04", "MH-03"}
    errors = [f for f in judgement.findings if f.severity is Severity.ERROR]
    assert errors
    assert PREVIOUS  # not given here: CT-02 is silent

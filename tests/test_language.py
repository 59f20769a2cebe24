"""The language of formulas and rules: parsing, faults, evaluation, sheet formulas, labels."""

from __future__ import annotations

import re
import string
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_cases import SCOPE, fields, number, numbers, parsed

from toolkit.messages import LANGUAGES, catalogue, text
from toolkit.programme.language.excel import to_excel
from toolkit.programme.language.faults import LanguageFault
from toolkit.programme.language.parse import parse, parse_formula, parse_rule
from toolkit.programme.language.render import to_label, to_source
from toolkit.programme.language.scope import Scope, ScopeField
from toolkit.programme.language.tree import (
    Binary,
    Boolean,
    Call,
    CountRows,
    Expression,
    Node,
    Number,
    Prev,
    Ref,
    Span,
    Text,
    Unary,
    UnitValue,
)
from toolkit.programme.language.walk import (
    calculation_order,
    cycle_fault,
    find_cycles,
    needs_outside,
    previous_references,
    references,
)
from toolkit.programme.model import FieldType

KH, TH, TL = Ref("kh"), Ref("th"), Ref("tl")
YES, NO = Boolean(True), Boolean(False)
SPAN = Span("kt", "qp", ("kt", "vh", "qp"))


LEAP_DAY = Call("DATE", (number("2024"), number("2"), number("29")))

# --- parsing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("[Thực hiện] <= [Kế hoạch]", Binary("<=", TH, KH)),
        ("[Thực hiện]/[Kế hoạch]", Binary("/", TH, KH)),
        ("=[th]/[kh]", Binary("/", TH, KH)),
        ("[THỰC  HIỆN]÷[ kế\u00a0hoạch ]", Binary("/", TH, KH)),
        ("[Kê\u0301 hoạch]", KH),
        ("[Luỹ kế]", Ref("lk")),
        ("[Văn hoá - xã hội]", Ref("vh")),
        ("[Quý II / Số lượng]", Ref("sl2")),
        ("[Lĩnh vực: Kinh tế]", Ref("kt")),
        (
            'IF([Trạng thái]="Đã hoàn thành",[Tỷ lệ]=100%,TRUE)',
            Call(
                "IF",
                (
                    Binary("=", Ref("tt"), Text("Đã hoàn thành")),
                    Binary("=", TL, number("1", True)),
                    YES,
                ),
            ),
        ),
        ("SUM([Kinh tế]:[Quốc phòng])=[Tổng số]", Binary("=", Call("SUM", (SPAN,)), Ref("ts"))),
        ("sum([qp]:[kt])", Call("SUM", (Span("qp", "kt", ("kt", "vh", "qp")),))),
        (
            "COUNTROWS(Mô hình) >= UNIT(Chỉ tiêu mô hình (2024))",
            Binary(">=", CountRows("mh"), UnitValue("ct1")),
        ),
        ('COUNTROWS("mô hình")+UNIT([ct1])', Binary("+", CountRows("mh"), UnitValue("ct1"))),
        ("COUNTROWS(Đối thoại; gặp gỡ)", CountRows("dt")),
        ("MAX(1,UNIT(Đối thoại, tiếp dân))", Call("MAX", (number("1"), UnitValue("ct2")))),
        (
            "[Lũy kế] = PREV([Lũy kế])+[Thực hiện]",
            Binary("=", Ref("lk"), Binary("+", Prev("lk"), TH)),
        ),
        ("NẾU([th]>0;ĐÚNG;SAI)", Call("IF", (Binary(">", TH, number("0")), YES, NO))),
        ("tổng([th];[kh])", Call("SUM", (TH, KH))),
        ("TONG([th],[kh])", Call("SUM", (TH, KH))),
        ("Làm tròn([th];1)", Call("ROUND", (TH, number("1")))),
        ("LÀM_TRÒN([th],-1)", Call("ROUND", (TH, Unary("-", number("1"))))),
        (
            "VÀ(TRỐNG([gc]),HOẶC(TRUE(),false))",
            Call("AND", (Call("ISBLANK", (Ref("gc"),)), Call("OR", (YES, NO)))),
        ),
        ('[gc]=""', Call("ISBLANK", (Ref("gc"),))),
        ('""<>[th]', Call("NOT", (Call("ISBLANK", (TH,)),))),
        ("-2^2", Binary("^", Unary("-", number("2")), number("2"))),
        ("1-2-3", Binary("-", Binary("-", number("1"), number("2")), number("3"))),
        ("1+2*3", Binary("+", number("1"), Binary("*", number("2"), number("3")))),
        (
            "[th]−1 ≥ 2×3",
            Binary(">=", Binary("-", TH, number("1")), Binary("*", number("2"), number("3"))),
        ),
        ("[th]=>1", Binary(">=", TH, number("1"))),
        ('[gc]=“nói "x”', Binary("=", Ref("gc"), Text('nói "x'))),
        ('[gc]="a ""b"""', Binary("=", Ref("gc"), Text('a "b"'))),
        ("KHÔNG TRÙNG([gc];[bd])", Call("UNIQUE", (Ref("gc"), Ref("bd")))),
        ("KHÔNG(duy_nhất([th]))", Call("NOT", (Call("UNIQUE", (TH,)),))),
        ("[bd]=NGÀY(2024;2;29)", Binary("=", Ref("bd"), LEAP_DAY)),
    ],
)
def test_parse(source: str, tree: Node) -> None:
    expression = parsed(source)
    assert expression.root == tree
    assert expression.source == source


@pytest.mark.parametrize(
    ("source", "value", "percent"),
    [
        ("12.5", "12.5", False),
        ("12,5", "12.5", False),
        ("12,5%", "0.125", True),
        ("12.5 %", "0.125", True),
        ("(12,5)", "12.5", False),
        ("0.125", "0.125", False),
        ("0,125", "0.125", False),
        ("1234.567", "1234.567", False),
        ("1.2345", "1.2345", False),
        ("1000", "1000", False),
    ],
)
def test_numbers_alone(source: str, value: str, percent: bool) -> None:
    assert parsed(source).root == number(value, percent)


@pytest.mark.parametrize(
    ("source", "args"),
    [
        ("MAX(12.5,2)", ("12.5", "2")),
        ("MAX(12,5,2)", ("12", "5", "2")),
        ("MAX(12,5;2)", ("12.5", "2")),
        ("MAX(12.5;2)", ("12.5", "2")),
        ("MAX(1.234,2)", ("1.234", "2")),
        ("MAX(1,234;2)", ("1.234", "2")),
        ("MAX((12,5),2)", ("12.5", "2")),
    ],
)
def test_separators_tell_the_decimal_sign(source: str, args: tuple[str, ...]) -> None:
    assert parsed(source).root == Call("MAX", tuple(map(number, args)))


def test_kinds_of_fields_travel_for_the_sheet() -> None:
    root = parsed("AND([tt]=[gc],[bd]=PREV([xong]),[th]=[kh])").root
    assert isinstance(root, Call)
    sides = [(pair.left.kind, pair.right.kind) for pair in root.args]  # type: ignore[union-attr]
    assert sides == [("text", "text"), ("date", "date"), ("number", "number")]


# --- faults ----------------------------------------------------------------------------------

FAULTS = [
    ("", "empty", 0, {}),
    (" = ", "empty", 0, {}),
    ("1+" * 1999 + "1", "too_complex", 0, {}),
    ("(" * 60 + "1" + ")" * 60, "too_complex", 51, {}),
    ("-" * 200 + "1", "too_complex", 0, {}),
    ("+".join(["[th]"] * 110), "too_complex", 0, {}),
    (f'[gc]="{"x" * 300}"', "too_complex", 0, {}),
    ("[th]>", "ends_early", 5, {"found": "[th]>"}),
    ("[th]+*2", "expected_operand", 6, {"found": "*"}),
    ("IF([th]>1,,2)", "expected_operand", 11, {"found": ","}),
    ("[th] [kh]", "expected_operator", 6, {"found": "[kh]"}),
    ("[th]=1;2", "expected_operator", 7, {"found": ";"}),
    ("1.234,5", "ambiguous_number", 1, {"found": "1.234,5"}),
    ("5 mô hình", "expected_operator", 3, {"found": "mô hình"}),
    ("COUNTROWS()", "expected_name", 11, {"found": ")"}),
    ("[th]>1 AND [kh]>2", "infix", 8, {"function": "AND"}),
    ("[th]>1 hoặc ([kh]>2)", "infix", 8, {"found": "hoặc", "function": "OR"}),
    ("NOT [th]>1", "missing_parenthesis", 5, {"function": "NOT"}),
    ("1+sum", "missing_parenthesis", 3, {"function": "SUM"}),
    ("[th] # 2", "bad_character", 6, {"found": "#"}),
    ("[th])", "extra_parenthesis", 5, {}),
    ("([th]", "unclosed_parenthesis", 1, {}),
    ("SUM([th],(1+2)", "unclosed_parenthesis", 4, {}),
    ("[th", "unclosed_bracket", 1, {}),
    ("th]", "unclosed_bracket", 3, {}),
    ('[gc]="abc', "unclosed_quote", 6, {}),
    ("SUM([th];[kh],2)", "mixed_separators", 14, {}),
    ("SUM(1;2, 3)", "mixed_separators", 8, {}),
    ("[th]<=1.234", "ambiguous_number", 7, {"found": "1.234"}),
    ("[th]<=1,234", "ambiguous_number", 7, {"found": "1,234"}),
    ("SUM(1.234;2)", "ambiguous_number", 5, {"found": "1.234"}),
    ("1.234.567<[th]", "ambiguous_number", 1, {"found": "1.234.567"}),
    ("MAX([tl],12,5%)", "ambiguous_number", 10, {"found": "12,5%"}),
    ("[kt]:[qp]", "span_outside", 5, {"functions": "SUM, MIN, MAX, AVERAGE"}),
    ("ABS([kt]:[qp])", "span_outside", 1, {}),
    ("SUM([ts]:[gc])", "span_not_numbers", 5, {"field": "Trạng thái"}),
    ("xuất sắc", "bare_name", 1, {"name": "xuất sắc"}),
    ("Kế hoạch>1", "bare_name_suggest", 1, {"name": "Kế hoạch", "suggestion": "[Kế hoạch]"}),
    ("[xyz]=1", "unknown_field", 1, {"name": "xyz"}),
    ("[]=1", "unknown_field", 1, {"name": ""}),
    ("1=[Kế hoach]", "unknown_field_suggest", 3, {"suggestion": "Kế hoạch"}),
    ("COUNTROWS(zzz)", "unknown_form", 1, {"name": "zzz"}),
    ("COUNTROWS(Mô hin)", "unknown_form_suggest", 1, {"suggestion": "Mô hình"}),
    ("UNIT(zzz)", "unknown_item", 1, {"name": "zzz"}),
    ("UNIT(Đối thoại tiếp dân)", "unknown_item_suggest", 1, {"suggestion": "Đối thoại, tiếp dân"}),
    ("QQQQQ([th])", "unknown_function", 1, {"name": "QQQQQ"}),
    ("SUMM([th])", "unknown_function_suggest", 1, {"suggestion": "SUM"}),
    ("TRONG([th])", "unknown_function_suggest", 1, {"name": "TRONG"}),
    ("[Số lượng]>1", "ambiguous_field", 1, {"codes": "sl1, sl2"}),
    ("COUNTROWS(biểu chung)", "ambiguous_form", 1, {"codes": "x1, x2"}),
    ("UNIT(A)", "ambiguous_item", 1, {"codes": "c3, c4"}),
    ("IF([th]>1,2)", "argument_count", 1, {"function": "IF", "least": "3", "given": "2"}),
    ("AND()", "argument_least", 1, {"least": "1", "given": "0"}),
    ("PREV(1)", "needs_field", 1, {"operator": "PREV", "operand": "1"}),
    ("UNIQUE([th]+1)", "needs_field", 8, {"operator": "UNIQUE", "operand": "[th]+1"}),
    ("UNIQUE()", "argument_least", 1, {"least": "1"}),
    ("UNIQUE([kt]:[qp])", "span_outside", 1, {}),
    ("ISBLANK([th]+1)", "needs_field", 9, {"operand": "[th]+1"}),
    ('[th]+"a"', "needs_number", 6, {"operator": "+", "operand": '"a"'}),
    ("SUM([th],[gc])", "needs_number", 10, {"operator": "SUM", "operand": "[gc]"}),
    ("-([th]>1)", "needs_number", 3, {"operator": "-"}),
    ("[gc]&1", "needs_text", 6, {"operator": "&", "operand": "1"}),
    ("AND([th],TRUE)", "needs_truth", 5, {"operator": "AND", "operand": "[th]"}),
    ("IF([th],1,2)", "needs_truth", 4, {"operator": "IF"}),
    ("ROUND([th],[kh])", "needs_whole", 12, {"operator": "ROUND", "least": "-9", "most": "9"}),
    ("[th]^0.5", "needs_whole", 6, {"operator": "^", "least": "1", "most": "9"}),
    ("[bd]=DATE(2023,2,29)", "no_date", 11, {"found": "2023, 2, 29"}),
    ("[bd]=DATE(1024,2,2)", "no_date", 11, {}),
    ("[th]=[gc]", "not_comparable", 1, {"left": "[th]", "right": "[gc]"}),
    ('[bd]>"1/1/2024"', "not_comparable", 1, {}),
    ('IN([tt],"a",1)', "not_comparable", 4, {"right": "1"}),
    ('[gc]<"b"', "no_order", 1, {"operator": "<"}),
    ("[th]<[kh]<[ts]", "chain", 1, {"found": "[th]<[kh]"}),
    ("[tl]<=100", "rate_literal", 7, {"found": "100", "field": "[tl]"}),
    ("50>[Tỷ lệ]", "rate_literal", 1, {"found": "50"}),
    ('IF([th]>1,1,"a")', "branches_differ", 11, {"left": "1", "right": '"a"'}),
]


@pytest.mark.parametrize(("source", "code", "position", "params"), FAULTS)
def test_fault(source: str, code: str, position: int, params: dict[str, str]) -> None:
    faults = parse(source, SCOPE)
    assert isinstance(faults, tuple)
    assert [(f.code, f.position) for f in faults] == [(f"formula.{code}", position)]
    assert params.items() <= faults[0].params.items()
    for lang in LANGUAGES:
        assert "{" not in text(faults[0].code, lang, **faults[0].params)


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("[xyz]+[uvw]=COUNTROWS(zzz)", ["unknown_field"] * 2 + ["unknown_form"]),
        ('AND([th]+"a">1,[xyz],[gc]>"b")', ["needs_number", "unknown_field", "no_order"]),
        ("IF([xyz],1,2)+1", ["unknown_field"]),  # nothing follows from a fault
        ("([th])) + [1.234", ["extra_parenthesis", "unclosed_bracket"]),
    ],
)
def test_all_faults_at_once(source: str, codes: list[str]) -> None:
    faults = parse(source, SCOPE)
    assert isinstance(faults, tuple)
    assert [f.code for f in faults] == [f"formula.{code}" for code in codes]


@pytest.mark.parametrize(
    ("source", "rule", "formula"),
    [
        ("[th]>1", None, "formula.formula_not_number"),
        ("[th]+1", "formula.rule_not_truth", None),
        ("[gc]", "formula.rule_not_truth", "formula.formula_not_number"),
        ("[bd]", "formula.rule_not_truth", "formula.formula_not_number"),
        ("IF([th]>1,TRUE,[kh]>1)", None, "formula.formula_not_number"),
        ("[xong]-[bd]", "formula.rule_not_truth", None),
        ("[xyz]", "formula.unknown_field", "formula.unknown_field"),
    ],
)
def test_a_rule_is_a_truth_and_a_formula_a_number(
    source: str, rule: str | None, formula: str | None
) -> None:
    for parse_as, code in ((parse_rule, rule), (parse_formula, formula)):
        result = parse_as(source, SCOPE)
        codes = [f.code for f in result] if isinstance(result, tuple) else [None]
        assert codes == [code]


def test_a_code_wins_over_a_heading() -> None:
    scope = Scope(
        (ScopeField("a", "b", FieldType.INTEGER), ScopeField("b", "a", FieldType.INTEGER))
    )
    assert parsed("[a]", scope).root == Ref("a")


def _placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_texts_of_both_languages() -> None:
    keys = [{k for k in catalogue(lang) if k.startswith("formula.")} for lang in LANGUAGES]
    assert keys[0] == keys[1]
    for key in keys[0]:
        vi, en = (_placeholders(catalogue(lang)[key]) for lang in LANGUAGES)
        assert vi == en, key
    shown = {f"formula.{code}" for _, code, _, _ in FAULTS}
    others = {"rule_not_truth", "formula_not_number", "cycle", "evaluation"}
    others |= {"unclosed_brace", "truth_shown", "unique_alone"}  # of a rule: test_programme_faults
    assert keys[0] == shown | {f"formula.{code}" for code in others}


@given(st.text(alphabet='[]()",;.%:+-*/<>=&^#“” thkxAI1 ế'))
def test_any_source_is_parsed_or_faulted(source: str) -> None:
    result = parse(source, SCOPE)
    assert isinstance(result, Expression) or (result and isinstance(result[0], LanguageFault))
    if isinstance(result, tuple):
        assert all(0 <= f.position <= len(source) for f in result)


# --- printing back ---------------------------------------------------------------------------

_spans = st.sampled_from([SPAN, Span("kh", "th", ("kh", "th"))])


def _compound(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    exponents = st.integers(1, 9).map(lambda n: Number(Decimal(n)))
    conditions = st.builds(Binary, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), inner, inner)
    return st.one_of(
        st.builds(Binary, st.sampled_from("+-*/"), inner, inner),
        st.builds(Binary, st.just("^"), inner, exponents),
        st.builds(Unary, st.sampled_from("+-"), inner),
        st.builds(
            lambda name, args: Call(name, tuple(args)),
            st.sampled_from(["SUM", "MIN", "MAX", "AVERAGE"]),
            st.lists(st.one_of(inner, _spans), min_size=1, max_size=3),
        ),
        st.builds(lambda c, a, b: Call("IF", (c, a, b)), conditions, inner, inner),
    )


_trees = st.recursive(st.one_of(numbers, fields), _compound, max_leaves=12)


@given(_trees)
@settings(max_examples=150)
def test_printed_source_gives_the_same_tree(root: Node) -> None:
    source = to_source(Expression("", root))
    result = parse(source, SCOPE)
    if isinstance(result, tuple):  # only for being too long for Excel
        assert [f.code for f in result] == ["formula.too_complex"]
    else:
        assert result.root == root


@pytest.mark.parametrize(
    "source",
    [
        'IF([tt] = "Đã ""xong""", [tl] = 100%, TRUE)',
        "NOT(ISBLANK([gc]))",
        "COUNTROWS([mh]) >= UNIT([ct1])",
        "-([th] + 1) * 2 ^ 3",
        "[th] - ([kh] - 1)",
        "IN([bd], DATE(2024, 1, 2))",
        "SUM([kt]:[qp], PREV([lk])) = 1.2340",
    ],
)
def test_canonical_source(source: str) -> None:
    assert to_source(parsed(source)) == source


# --- the sheet's formula ---------------------------------------------------------------------

CELLS = dict(zip([f.code for f in SCOPE.fields], [f"{c}5" for c in "CDEFGHIJKLMNOP"], strict=True))
C = 'IF(ISNUMBER(C5),C5,IF(OR(TRIM(C5)="-",TRIM(C5)="không",TRIM(C5)="không có"),0,NA()))'
D = C.replace("C5", "D5")


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        ("[th]/[kh]", f"{D}/{C}"),
        ("[th]<=[kh]", f"ROUND({D},9)<=ROUND({C},9)"),
        ("[th]>=12,5%", f"ROUND({D},9)>=12.5%"),
        ("([th]-1)/(2*[kh])", f"({D}-1)/(2*{C})"),
        ("-[th]^2", f"(-{D})^2"),
        ("ROUND([th],1)", f"ROUND(ROUND({D},9),1)"),
        ("ISBLANK([th])", 'IF(ISERROR(D5),FALSE,LEN(TRIM(SUBSTITUTE(D5,"\u00a0"," ")))=0)'),
        ("[xong]-[bd]", "IF(ISNUMBER(N5),INT(N5),NA())-IF(ISNUMBER(M5),INT(M5),NA())"),
        ("[th]+PREV([th])", f"{D}+NA()"),
        (
            "SUM([kt]:[qp])",
            'SUM(IF(SUMPRODUCT(ISNUMBER(G5:I5)+(TRIM(G5:I5)="-")+(TRIM(G5:I5)="không")'
            '+(TRIM(G5:I5)="không có"))=3,SUM(G5:I5),NA()))',
        ),
        (
            "OR([th]>1,[kh]>1)",
            f"CHOOSE(MAX(IFERROR(IF(ROUND({D},9)>1,2,0),1),"
            f"IFERROR(IF(ROUND({C},9)>1,2,0),1))+1,FALSE,NA(),TRUE)",
        ),
        (
            '[gc]="Hoà ""x"""',
            'EXACT(SUBSTITUTE(LOWER(TRIM(SUBSTITUTE(SUBSTITUTE(IF(LEN(TRIM(SUBSTITUTE(L5,"\u00a0"'
            '," ")))=0,NA(),L5),"\u00a0"," "),CHAR(10)," "))),"òa","oà"),"hoà ""x""")',
        ),
    ],
)
def test_sheet_formula(source: str, formula: str) -> None:
    assert to_excel(parsed(source), CELLS.__getitem__) == f'IFERROR({formula},"")'


def test_what_lies_outside_is_given_by_the_caller() -> None:
    formula = to_excel(
        parsed("COUNTROWS(mh)>=UNIT(ct1)+1"),
        CELLS.__getitem__,
        lambda node: "COUNTA(M!B5:B9)" if isinstance(node, CountRows) else "5",
    )
    assert formula == 'IFERROR(ROUND((COUNTA(M!B5:B9)),9)>=ROUND((5)+1,9),"")'


def test_cells_out_of_line_are_summed_one_by_one() -> None:
    cells = {**CELLS, "vh": "'B 2'!A1"}
    formula = to_excel(parsed("SUM([kt]:[qp])"), cells.__getitem__)
    assert "SUMPRODUCT" not in formula
    assert all(cell in formula for cell in ("G5", "'B 2'!A1", "I5"))


def test_sums_down_a_form_of_questions() -> None:
    cells = {"kt": "$D$7", "vh": "$D$8", "qp": "$D$9"}
    assert "SUM($D$7:$D$9)" in to_excel(parsed("SUM([kt]:[qp])"), cells.__getitem__)


@given(_trees)
@settings(max_examples=100)
def test_sheet_formula_uses_old_steady_functions_only(root: Node) -> None:
    formula = to_excel(Expression("", root), lambda _: "E5")
    used = set(re.findall(r"([A-Z]+)\(", re.sub(r'"[^"]*"', "", formula)))
    assert used <= {
        "IF", "IFERROR", "ISNUMBER", "OR", "TRIM", "NA", "ROUND", "SUM", "MIN", "MAX", "AVERAGE",
        "SUMPRODUCT",
    }  # fmt: skip
    assert formula.count("(") == formula.count(")")
    assert ";" not in formula


# --- labels ----------------------------------------------------------------------------------

NUMBERS = {field.code: index for index, field in enumerate(SCOPE.fields, 1)}


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("[th]/[kh]", "(2)/(1)"),
        ("ROUND([th]/[kh],3)", "(2)/(1)"),
        ("[th]/[kh]*12,5%", "(2)/(1)*12,5%"),
        ("([th]-[kh])/[kh]", "((2)-(1))/(1)"),
        ("[th]-([kh]-[ts])", "(2)-((1)-(8))"),
        ("SUM([kt]:[qp])", "(5)+(6)+(7)"),
        ("SUM([kh]:[ts])", "(1)+…+(8)"),
        ("SUM([kt],[vh])/[ts]", "((5)+(6))/(8)"),
        ("-([th]+1)", "-((2)+1)"),
        ("[lk]+PREV([lk])", ""),
        ("IF([th]>1,1,2)", ""),
        ("MAX([th],[kh])", ""),
    ],
)
def test_label(source: str, label: str) -> None:
    assert to_label(parsed(source), NUMBERS.__getitem__) == label


# --- references and cycles -------------------------------------------------------------------


def test_references() -> None:
    expression = parsed("IF([th]>PREV([lk]),SUM([kt]:[qp]),[th]+[ts]*UNIT(ct1))")
    assert references(expression) == ("th", "kt", "vh", "qp", "ts")
    assert previous_references(expression) == ("lk",)
    assert needs_outside(expression)
    assert not needs_outside(parsed("[th]+SUM([kt]:[qp])"))


@pytest.mark.parametrize(
    ("formulas", "cycles"),
    [
        ({"lk": "[th]+1", "ts": "[lk]*2"}, ()),
        ({"lk": "PREV([lk])+[th]"}, ()),
        ({"lk": "[lk]+[th]"}, (("lk",),)),
        ({"lk": "[ts]+1", "ts": "[kh]-[lk]"}, (("lk", "ts"),)),
        ({"kh": "[th]", "th": "[ts]", "ts": "[lk]", "lk": "[th]"}, (("th", "ts", "lk"),)),
        ({"vh": "SUM([kt]:[qp])"}, (("vh",),)),
        ({"kh": "[kh]", "th": "[ts]", "ts": "[th]"}, (("kh",), ("th", "ts"))),
    ],
)
def test_cycles(formulas: dict[str, str], cycles: tuple[tuple[str, ...], ...]) -> None:
    trees = {code: parsed(source) for code, source in formulas.items()}
    assert find_cycles(trees) == cycles
    if cycles:
        with pytest.raises(ValueError, match="cycle"):
            calculation_order(trees)


def test_fault_of_a_cycle_names_the_headings() -> None:
    found = cycle_fault(("lk", "ts"), SCOPE)
    assert found.code == "formula.cycle"
    assert found.params["chain"] == "[Lũy kế] → [Tổng số] → [Lũy kế]"
    assert found.params["chain"] in text(found.code, "vi", **found.params)


def test_calculation_order() -> None:
    trees = {c: parsed(s) for c, s in {"lk": "[ts]+[kt]", "ts": "[vh]+[kt]", "kt": "[kh]"}.items()}
    assert calculation_order(trees) == ("kt", "ts", "lk")

"""What expressions are worth: verdicts, computed numbers, silence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_cases import BLANK, Answers, Placed, fields, number, numbers, pair, parsed, row

from toolkit.intake.model import State
from toolkit.intake.values.nothings import DEFAULT_RULES
from toolkit.messages import text
from toolkit.programme.language import evaluate as evaluation
from toolkit.programme.language.evaluate import EvaluationError, compute, evaluate, judge
from toolkit.programme.language.excel import NIL_TEXTS
from toolkit.programme.language.tree import (
    Binary,
    Call,
    CountRows,
    Expression,
    Node,
    Number,
    Prev,
    Ref,
    Unary,
)


@pytest.mark.parametrize(
    ("source", "answers", "verdict"),
    [
        ("[th]<=[kh]", row(th=3, kh=5), True),
        ("[th]<=[kh]", row(th=6, kh=5), False),
        ("[th]<=[kh]", row(th=6), None),
        ("[th]<=[kh]", row(th=6, kh=State.NOT_APPLICABLE), None),
        ("[th]<=[kh]", row(th=6, kh=State.NOT_AVAILABLE), None),
        ("[th]<=[kh]", row(th=State.UNREADABLE, kh=1), None),
        ("[th]<=[kh]", row(th=State.NIL, kh=State.ZERO), True),
        ("[th]=0", Answers({"th": (State.NIL, None)}), True),
        # only what is needed
        ('IF([tt]="Xong",[tl]=100%,TRUE)', row(tt="Đang làm"), True),
        ('IF([tt]="Xong",[tl]=100%,TRUE)', row(tt="XONG"), None),
        ('IF([tt]="Xong",[tl]=100%,TRUE)', row(tl=1), None),
        ('IF([tt]="Xong",[tl]=100%,TRUE)', row(tt=" xong ", tl=1), True),
        ('IF([tt]="Xong",[tl]=100%,TRUE)', row(tt="xong", tl=Decimal("0.99")), False),
        ("AND([th]>1,[kh]>1)", row(th=0), False),
        ("AND([kh]>1,[th]>1)", row(th=0), False),
        ("AND([th]>1,[kh]>1)", row(th=2), None),
        ("OR([kh]>1,[th]>1)", row(th=2), True),
        ("OR([th]>1,[kh]>1)", row(th=0), None),
        ("NOT([th]>1)", row(th=0), True),
        ("NOT([th]>1)", row(), None),
        ("IN([kt],1,[vh])", row(kt=1), True),
        ("IN([kt],2,[vh])", row(kt=1), None),
        ("IN([kt],2,[vh])", row(kt=1, vh=3), False),
        # blank
        ("ISBLANK([th])", row(), True),
        ("ISBLANK([th])", row(th=State.NIL), False),
        ("ISBLANK([th])", row(th=State.UNREADABLE), False),
        ("ISBLANK([th])", row(th=State.NOT_APPLICABLE), False),
        ('IF([tt]="Quá hạn",[gc]<>"",TRUE)', row(tt="Quá hạn"), False),
        ('IF([tt]="Quá hạn",[gc]<>"",TRUE)', row(tt="Quá hạn", gc="thiếu vốn"), True),
        # spans
        ("SUM([kt]:[qp])=[ts]", row(kt=1, vh=2, qp=3, ts=6), True),
        ("SUM([kt]:[qp])=[ts]", row(kt=1, vh=2, qp=3, ts=7), False),
        ("SUM([kt]:[qp])=[ts]", row(kt=1, qp=3, ts=4), None),
        ("SUM([kt]:[qp])=[ts]", row(kt=1, vh=State.NIL, qp=3, ts=4), True),
        # numbers
        ("[th]=0.3", row(th=Decimal("0.1") + Decimal("0.2")), True),
        ("1/3*3=1", row(), True),
        ("[th]=[kh]/3", row(th=Decimal("0.333333333"), kh=1), True),
        ("[th]=[kh]/3", row(th=Decimal("0.33333333"), kh=1), False),
        ("[th]>=40%*239", row(th=96), True),
        ("[th]>=40%*239", row(th=95), False),
        ("[th]/[kh]>0", row(th=1, kh=0), None),
        # texts
        ('[gc]="hoà  bình"', row(gc=" HÒA bình"), True),
        ("[gc]<>[tt]", row(gc="thuỷ", tt="Thủy"), False),
        ('[gc]="a"', row(gc=State.NIL), None),
        ('[tt]&[gc]="ab"', row(tt="A", gc="B"), True),
        # dates
        ("[xong]>=[bd]", row(xong=date(2024, 3, 5), bd=date(2024, 3, 6)), False),
        ("[xong]-[bd]<=30", row(xong=date(2024, 3, 5), bd=date(2024, 2, 28)), True),
        ("[bd]>=DATE(2024,1,1)", row(bd=date(2023, 12, 31)), False),
        ("([kt]>1)=([vh]>1)", row(kt=2, vh=3), True),
    ],
)
def test_verdict(source: str, answers: Answers, verdict: bool | None) -> None:
    assert judge(parsed(source), answers) is verdict


@pytest.mark.parametrize(
    ("source", "others", "verdict"),
    [
        ("UNIQUE([gc])", [], True),
        ("UNIQUE([gc])", [{"gc": "Hiến đất ở"}, {}], True),
        ("UNIQUE([gc])", [{"gc": "hiến  ĐẤT"}], False),
        ("UNIQUE([th])", [{"th": Decimal("1.5000000001")}], False),
        ("UNIQUE([th])", [{"th": Decimal("1.50001")}, {"th": State.UNREADABLE}], True),
        ("UNIQUE([bd])", [{"bd": date(2024, 1, 1)}], False),
        ("UNIQUE([gc],[bd])", [{"gc": "hiến đất", "bd": date(2024, 1, 2)}], True),
        ("UNIQUE([gc],[bd])", [{"gc": "hiến đất", "bd": date(2024, 1, 1)}], False),
        ("UNIQUE([kt])", [{"kt": State.ZERO}], False),
        # not compared: a nil, what is missing or does not apply
        ("UNIQUE([vh])", [{"vh": State.NIL}], None),
        ("UNIQUE([ts])", [{"ts": 1}], None),
        ("UNIQUE([gc],[ts])", [{"gc": "hiến đất"}], None),
        ("NOT(UNIQUE([gc]))", [{"gc": "Hiến đất"}], True),
        ("OR(UNIQUE([ts]),[th]>1)", [], True),
    ],
)
def test_uniqueness(source: str, others: list[dict[str, object]], verdict: bool | None) -> None:
    own = {
        "gc": pair("Hiến đất"),
        "th": pair(Decimal("1.5")),
        "bd": pair(date(2024, 1, 1)),
        "kt": pair(State.ZERO),
        "vh": pair(State.NIL),
    }
    table: list[Answers] = [row(**other) for other in others]
    placed = Placed(own, table=table)
    table.append(placed)
    assert judge(parsed(source), placed) is verdict


def test_without_other_rows_nothing_is_known_of_repetitions() -> None:
    assert judge(parsed("UNIQUE([gc])"), row(gc="Hiến đất")) is None


@pytest.mark.parametrize("source", ["[xong]-[bd]<5", "[xong]>=[bd]", "[bd]=DATE(2024,1,1)"])
def test_a_nil_among_dates_is_no_value_and_no_fault(source: str) -> None:
    answers = Answers({"bd": (State.NIL, None), "xong": pair(date(2024, 1, 5))})
    assert judge(parsed(source), answers) is None


@pytest.mark.parametrize(
    ("around", "verdict"),
    [
        (Answers({"lk": pair(7), "th": pair(3)}, before={"lk": pair(4)}), True),
        (Answers({"lk": pair(8), "th": pair(3)}, before={"lk": pair(4)}), False),
        (Answers({"lk": pair(3), "th": pair(3)}), None),
        (Answers({"lk": pair(3), "th": pair(3)}, before={"lk": pair(State.NIL)}), True),
    ],
)
def test_previous_period(around: Answers, verdict: bool | None) -> None:
    assert judge(parsed("[Lũy kế] = PREV([Lũy kế])+[Thực hiện]"), around) is verdict


@pytest.mark.parametrize(
    ("rows", "units", "verdict"),
    [
        ({"mh": 5}, {"ct1": Decimal(5)}, True),
        ({"mh": 4}, {"ct1": Decimal(5)}, False),
        ({"mh": 0}, {"ct1": Decimal(1)}, False),
        ({}, {"ct1": Decimal(5)}, None),
        ({"mh": 5}, {}, None),
    ],
)
def test_rows_and_own_targets(
    rows: dict[str, int], units: dict[str, Decimal], verdict: bool | None
) -> None:
    rule = parsed("COUNTROWS(Mô hình) >= UNIT(Chỉ tiêu mô hình (2024))")
    assert judge(rule, Answers(rows=rows, units=units)) is verdict


@pytest.mark.parametrize(
    ("source", "answers", "result"),
    [
        ("[th]/[kh]", row(th=1, kh=8), "0.125"),
        ("[th]/[kh]", row(th=1, kh=0), None),
        ("[th]/[kh]", row(th=0, kh=State.NIL), None),
        ("[th]/[kh]", row(th=State.NIL, kh=4), "0"),
        ("[th]/[kh]", row(th=1), None),
        ("ROUND([th],0)", row(th=Decimal("2.5")), "3"),
        ("ROUND([th],0)", row(th=Decimal("-2.5")), "-3"),
        ("ROUND([th],-2)", row(th=1250), "1300"),
        ("ROUND([th]*100,0)", row(th=Decimal("0.285")), "29"),
        ("AVERAGE([kt]:[qp],6)", row(kt=1, vh=2, qp=3), "3"),
        ("MAX([kt]:[qp])-MIN([kt],[vh])", row(kt=1, vh=-2, qp=3), "5"),
        ("MIN([kt]:[qp])", row(kt=1, vh=State.NIL, qp=3), "0"),
        ("ABS(-[th])", row(th=-4), "4"),
        ("-[th]^2", row(th=3), "9"),
        ("0-[th]^2", row(th=3), "-9"),
        ("[xong]-[bd]", row(xong=date(2024, 3, 1), bd=date(2024, 2, 1)), "29"),
        ("0.1+0.2", row(), "0.3"),
        ("1/3", row(), "0." + "3" * 28),
        ("[th]^9", row(th=10**6), "1" + "0" * 54),
        ("ROUND([th]^9,2)", row(th=10**6), "1" + "0" * 54),
    ],
)
def test_computed(source: str, answers: Answers, result: str | None) -> None:
    value = compute(parsed(source), answers)
    assert value == (None if result is None else Decimal(result))


@pytest.mark.parametrize(
    ("source", "shown"), [("0*-3", "0"), ("ROUND(1250,-2)", "1300"), ("ROUND(1.25,1)", "1.3")]
)
def test_a_number_is_written_plainly(source: str, shown: str) -> None:
    assert str(compute(parsed(source), row())) == shown


@pytest.mark.parametrize(
    ("source", "answers"),
    [("[th]+1", row(th="ba")), ("[th]>1", row(th="ba")), ('[gc]="a"', row(gc=5))],
)
def test_a_value_of_another_kind_never_passes(source: str, answers: Answers) -> None:
    with pytest.raises(EvaluationError) as raised:
        evaluate(parsed(source), answers)
    assert source in text(raised.value.key, "vi", **raised.value.params)


def test_judge_and_compute_refuse_the_other_kind() -> None:
    with pytest.raises(EvaluationError):
        judge(parsed("[th]"), row(th=1))
    with pytest.raises(EvaluationError):
        compute(parsed("[th]>0"), row(th=1))


def test_states_are_spelled_as_the_intake_spells_them() -> None:
    assert {state.value for state in State if state.counts} == evaluation.COUNTING
    assert (evaluation.MISSING, evaluation.NIL) == (State.MISSING, State.NIL)


def test_what_is_nil_in_a_sheet_is_nil_to_the_intake() -> None:
    assert {DEFAULT_RULES.state_of(word) for word in NIL_TEXTS} == {State.NIL}


_VALUES = {"kh": Fraction(7), "th": Fraction(-5, 2), "kt": Fraction(3), "lk": Fraction(1, 4)}
_BEFORE, _ROWS = Fraction(9, 4), 6


def _plain(node: Node) -> Fraction:
    """The same arithmetic in plain Python, over fractions."""
    if isinstance(node, Number):
        return Fraction(node.value)
    if isinstance(node, Ref):
        return _VALUES[node.field]
    if isinstance(node, Prev):
        return _BEFORE
    if isinstance(node, CountRows):
        return Fraction(_ROWS)
    if isinstance(node, Unary):
        return -_plain(node.operand) if node.op == "-" else _plain(node.operand)
    if isinstance(node, Binary):
        a, b = _plain(node.left), _plain(node.right)
        return {
            "+": lambda: a + b,
            "-": lambda: a - b,
            "*": lambda: a * b,
            "/": lambda: a / b,
            "^": lambda: a ** int(b),
        }[node.op]()
    assert isinstance(node, Call)
    args = [_plain(arg) for arg in node.args]
    if node.name == "AVERAGE":
        return sum(args, Fraction(0)) / len(args)
    return sum(args, Fraction(0)) if node.name == "SUM" else _extreme(node.name, args)


def _extreme(name: str, numbers: list[Fraction]) -> Fraction:
    return min(numbers) if name == "MIN" else max(numbers)


def _arithmetic(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    small = st.integers(1, 3).map(lambda n: Number(Decimal(n)))
    return st.one_of(
        st.builds(Binary, st.sampled_from("+-*/"), inner, inner),
        st.builds(Binary, st.just("^"), inner, small),
        st.builds(Unary, st.sampled_from("+-"), inner),
        st.builds(
            lambda name, args: Call(name, tuple(args)),
            st.sampled_from(["SUM", "MIN", "MAX", "AVERAGE"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
    )


@given(st.recursive(st.one_of(numbers, fields), _arithmetic, max_leaves=6))
@settings(max_examples=150)
def test_arithmetic_is_python_s(root: Node) -> None:
    around = Answers(
        {code: (State.VALUE, _decimal(value)) for code, value in _VALUES.items()},
        {"th": (State.VALUE, _decimal(_BEFORE))},
        {"mh": _ROWS},
    )
    got = compute(Expression("", root), around)
    try:
        expected = _plain(root)
    except ZeroDivisionError:
        assert got is None
        return
    assert got is not None
    assert abs(Fraction(got) - expected) <= max(abs(expected), 1) * Fraction(1, 10**25)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


_truths = st.recursive(
    st.sampled_from(["kt", "vh", "qp", "ts"]).map(lambda code: Binary(">", Ref(code), number("0"))),
    lambda inner: st.one_of(
        st.builds(lambda a: Call("NOT", (a,)), inner),
        st.builds(lambda args: Call("AND", tuple(args)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda args: Call("OR", tuple(args)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda c, a, b: Call("IF", (c, a, b)), inner, inner, inner),
    ),
    max_leaves=8,
)


@given(_truths, st.lists(st.sampled_from([0, 1, None]), min_size=4, max_size=4))
def test_a_verdict_holds_whatever_the_missing_answers_turn_out_to_be(
    root: Node, values: list[int | None]
) -> None:
    """Silence is only ever broken by what is there: filling a blank never turns a verdict."""
    codes = ("kt", "vh", "qp", "ts")
    given_ = {c: BLANK if v is None else pair(v) for c, v in zip(codes, values, strict=True)}
    verdict = judge(Expression("", root), Answers(given_))
    for filling in (0, 1):
        filled = {c: pair(filling) if a is BLANK else a for c, a in given_.items()}
        final = judge(Expression("", root), Answers(filled))
        assert final is not None
        assert verdict in (None, final)

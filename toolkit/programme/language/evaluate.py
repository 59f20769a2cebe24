"""The value of an expression for one row of a return.

What a missing answer does
    A part has *no value* (None) where an answer it really needs is missing, not applicable,
    not available or unreadable. No value spreads through arithmetic, comparisons and
    functions. A rule without value is SILENT: it says nothing, neither pass nor fault. A
    computed field without value is MISSING.
What is really needed
    IF needs its condition and the chosen branch only. AND is false as soon as one part is
    false, OR is true as soon as one is true, whatever the others lack and in whatever order
    they stand; so with IN, once a member is equal. ISBLANK never needs its answer: it is true
    for MISSING alone (an unreadable or "not applicable" cell is not blank). ``[A]=""`` is
    ISBLANK([A]).
Nil
    A confirmed nil ("không", "-") counts as 0 in a field of numbers. In a field of dates or
    choices, and in a text field that kept no text, it has no value.
Spans
    SUM, MIN, MAX and AVERAGE need every answer of a span. Unlike Excel they never pass over a
    blank: the sum of what happened to be there is not the sum that was asked for.
Numbers
    Decimals with 50 digits, a result with 28; sums, differences and products of answers are
    exact. Division by zero has no value. Comparisons round both sides to 9 places, half away
    from zero, and ROUND(x, n) rounds x to 9 places first: so ``1/3*3 = 1`` is true, and Excel,
    where 0.1+0.2 is not 0.3, comes to the same verdict with the same two roundings
    (``excel``). The two can differ only beyond the 15 digits Excel holds.
Texts
    Equal when their matching keys are (:func:`toolkit.text.match_key`): case, outer and
    doubled spaces and tone position do not matter.
Dates
    Compare with dates; the difference of two is a number of days.
UNIQUE
    UNIQUE([A]) is true where no other row of the form holds the same answer in A, UNIQUE([A],
    [B]) where none holds the same in A and in B; same means what = means. Values and zeros are
    compared alone: two rows that both say "không có" are no repetition, and a row whose own
    answer is missing, nil or not applicable has no value. Where there are no rows to compare
    with (an aggregated figure, a single row) it has none either.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from typing import Protocol, TypeAlias, runtime_checkable

from toolkit.errors import ToolkitError
from toolkit.programme.language.check import date_of, whole_of
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
from toolkit.text import match_key

# Comparisons and ROUND look at this many places, here and in Excel.
PLACES = 9
# What a message shows where its value is wanting.
NO_VALUE = "…"

Value: TypeAlias = Decimal | str | bool | date
AnswerPair: TypeAlias = tuple[str, Decimal | date | str | None]

# The states as ``intake.model.State`` spells them; that room lies above this one, and a test
# holds the two equal.
MISSING = "missing"
NIL = "nil"
COUNTING = frozenset({"value", "zero", NIL})
_COMPARED = COUNTING - {NIL}  # by UNIQUE

_CONTEXT = Context(prec=50, traps=[DivisionByZero, InvalidOperation, Overflow])
_RESULT = Context(prec=28)
# Above this exponent no decimal place is left to round within 50 digits.
_NO_PLACES = 30


class Row(Protocol):
    """The answers around one row, as the evaluation asks for them.

    An answer is its state (a ``State`` of the intake, which is a str) and its value. KeyError
    for a code that does not exist: a programme that was loaded has none such.
    """

    def answer(self, field: str) -> AnswerPair:
        """The answer of a field in this row."""

    def previous(self, field: str) -> AnswerPair:
        """The unit's answer in the same row of the period before; MISSING if there is none."""

    def count_rows(self, form: str) -> int | None:
        """How many rows of that form are filled in this return; None if it is not in it."""

    def unit_value(self, name: str) -> Decimal | None:
        """The unit's own figure of that item; None if it has none."""


@runtime_checkable
class AmongRows(Protocol):
    """A row that knows the other rows of its form: UNIQUE needs one."""

    def repeats(
        self, fields: tuple[str, ...], alike: Callable[[AnswerPair], Hashable | None]
    ) -> int:
        """How many rows of the form, this one included, hold what this one holds in ``fields``.

        Two answers are the same where ``alike`` gives the same for both; a row with an answer
        for which it gives None is not counted. 0 where that is so in this row.
        """


class EvaluationError(ToolkitError):
    """A value of another kind than the programme declares came in: never a silent pass."""


def evaluate(expression: Expression, row: Row) -> Value | None:
    """The value of the expression in the row, or None where it has none.

    Raises EvaluationError when an answer is not of the kind its field declares, or is a
    number beyond all reckoning.
    """
    with localcontext(_CONTEXT):
        try:
            value = _value(expression.root, row)
        except (TypeError, ArithmeticError) as error:
            raise EvaluationError(
                "formula.evaluation", source=expression.source, reason=str(error)
            ) from error
    return _RESULT.plus(value) if isinstance(value, Decimal) else value


def judge(expression: Expression, row: Row) -> bool | None:
    """The verdict of a rule: True passes, False is a fault, None is silent.

    Raises EvaluationError as :func:`evaluate` does, and when the value is no truth value.
    """
    verdict = evaluate(expression, row)
    if verdict is None or isinstance(verdict, bool):
        return verdict
    raise EvaluationError("formula.evaluation", source=expression.source, reason=repr(verdict))


def compute(expression: Expression, row: Row) -> Decimal | None:
    """The number of a computed field, unrounded (28 digits); None where it is MISSING.

    Raises EvaluationError as :func:`evaluate` does, and when the value is no number.
    """
    value = evaluate(expression, row)
    if value is None or isinstance(value, Decimal):
        return value
    raise EvaluationError("formula.evaluation", source=expression.source, reason=repr(value))


def rounded(number: Decimal, places: int = PLACES) -> Decimal:
    """``number`` to so many places (before the point if negative), half away from zero."""
    if number.adjusted() > _NO_PLACES:
        return number
    nearest = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return nearest if places >= 0 else nearest.quantize(Decimal(1))  # 1300, not 1.3E+3


def _value(node: Node, row: Row) -> Value | None:
    if isinstance(node, Number | Text | Boolean):
        return node.value
    if isinstance(node, Ref):
        return _answered(row.answer(node.field), node.kind)
    if isinstance(node, Prev):
        return _answered(row.previous(node.field), node.kind)
    if isinstance(node, CountRows):
        count = row.count_rows(node.form)
        return None if count is None else Decimal(count)
    if isinstance(node, UnitValue):
        return row.unit_value(node.name)
    if isinstance(node, Unary):
        number = _number(_value(node.operand, row))
        return number if node.op == "+" or number is None else -number
    if isinstance(node, Binary):
        return _binary(node.op, _value(node.left, row), _value(node.right, row))
    if isinstance(node, Call):
        return _FUNCTIONS[node.name](node.args, row)
    raise TypeError("a span stands outside a function")


def _answered(answer: AnswerPair, kind: str) -> Value | None:
    state, value = answer
    if state not in COUNTING:
        return None
    if state == NIL and (value is None or isinstance(value, Decimal)):
        # 0 among numbers; in a field of dates or choices no value
        return Decimal(0) if kind == "number" else None
    return value


def _number(value: Value | None) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    raise TypeError(f"not a number: {value!r}")


def _truth(value: Value | None) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise TypeError(f"not a truth value: {value!r}")


def _binary(op: str, left: Value | None, right: Value | None) -> Value | None:
    if left is None or right is None:
        return None
    if op in _COMPARE:
        return _compare(op, left, right)
    if op == "&":
        return _join(left, right)
    if isinstance(left, date) and isinstance(right, date) and op == "-":
        return Decimal((left - right).days)
    a, b = _number(left), _number(right)
    assert a is not None
    assert b is not None
    try:
        return _ARITHMETIC[op](a, b)
    except (DivisionByZero, InvalidOperation, Overflow):
        return None


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a ** int(b),
}

# Of -1, 0, 1 for less, equal, greater: which a comparison accepts.
_COMPARE: dict[str, tuple[int, ...]] = {
    "=": (0,),
    "<>": (-1, 1),
    "<": (-1,),
    "<=": (-1, 0),
    ">": (1,),
    ">=": (0, 1),
}


def _compare(op: str, left: Value, right: Value) -> bool:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        a, b = rounded(left), rounded(right)
        return (a > b) - (a < b) in _COMPARE[op]
    if isinstance(left, date) and isinstance(right, date):
        return (left > right) - (left < right) in _COMPARE[op]
    if isinstance(left, str) and isinstance(right, str):
        return (match_key(left) != match_key(right)) in _COMPARE[op]
    if isinstance(left, bool) and isinstance(right, bool):
        return (left != right) in _COMPARE[op]
    raise TypeError(f"cannot compare {left!r} with {right!r}")


def _join(left: Value, right: Value) -> str:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    raise TypeError(f"not texts: {left!r}, {right!r}")


def _if(args: tuple[Node, ...], row: Row) -> Value | None:
    condition = _truth(_value(args[0], row))
    if condition is None:
        return None
    return _value(args[1] if condition else args[2], row)


def _any(found: Iterable[bool | None], settled: bool) -> bool | None:
    """``settled`` if a part is that, None if one has no value, else the opposite."""
    unknown = False
    for part in found:
        if part is settled:
            return settled
        unknown = unknown or part is None
    return None if unknown else not settled


def _and(args: tuple[Node, ...], row: Row) -> bool | None:
    return _any((_truth(_value(arg, row)) for arg in args), settled=False)


def _or(args: tuple[Node, ...], row: Row) -> bool | None:
    return _any((_truth(_value(arg, row)) for arg in args), settled=True)


def _not(args: tuple[Node, ...], row: Row) -> bool | None:
    truth = _truth(_value(args[0], row))
    return None if truth is None else not truth


def _in(args: tuple[Node, ...], row: Row) -> bool | None:
    asked = _value(args[0], row)
    equal = (_truth(_binary("=", asked, _value(arg, row))) for arg in args[1:])
    return _any(equal, settled=True)


def _is_blank(args: tuple[Node, ...], row: Row) -> bool:
    asked = args[0]
    if not isinstance(asked, Ref):
        raise TypeError("ISBLANK asks for a field")
    return row.answer(asked.field)[0] == MISSING


def _unique(args: tuple[Node, ...], row: Row) -> bool | None:
    fields = []
    for asked in args:
        if not isinstance(asked, Ref):
            raise TypeError("UNIQUE asks for fields")
        fields.append(asked.field)
    if not isinstance(row, AmongRows):
        return None
    count = row.repeats(tuple(fields), _alike)
    return None if count == 0 else count == 1


def _alike(answer: AnswerPair) -> Hashable | None:
    """What two answers have in common where ``=`` between them is true; None: not compared."""
    state, value = answer
    if state not in _COMPARED or value is None:
        return None
    if isinstance(value, Decimal):
        return "number", rounded(value)
    return ("text", match_key(value)) if isinstance(value, str) else ("date", value)


def _numbers(args: tuple[Node, ...], row: Row) -> list[Decimal] | None:
    """The numbers of the arguments and spans, or None where any has no value."""
    numbers: list[Decimal] = []
    for arg in args:
        parts = [Ref(code) for code in arg.fields] if isinstance(arg, Span) else [arg]
        for part in parts:
            number = _number(_value(part, row))
            if number is None:
                return None
            numbers.append(number)
    return numbers


def _over(
    reduce: Callable[[list[Decimal]], Decimal],
) -> Callable[[tuple[Node, ...], Row], Value | None]:
    def function(args: tuple[Node, ...], row: Row) -> Value | None:
        numbers = _numbers(args, row)
        return None if numbers is None else reduce(numbers)

    return function


def _round(args: tuple[Node, ...], row: Row) -> Decimal | None:
    number, places = _number(_value(args[0], row)), whole_of(args[1])
    if places is None:
        raise TypeError("the places of ROUND are not a whole number")
    return None if number is None else rounded(rounded(number), places)


def _date(args: tuple[Node, ...], row: Row) -> date | None:
    del row
    return date_of(args)


_FUNCTIONS: dict[str, Callable[[tuple[Node, ...], Row], Value | None]] = {
    "IF": _if,
    "AND": _and,
    "OR": _or,
    "NOT": _not,
    "IN": _in,
    "ISBLANK": _is_blank,
    "UNIQUE": _unique,
    "SUM": _over(lambda numbers: sum(numbers, Decimal(0))),
    "MIN": _over(min),
    "MAX": _over(max),
    "AVERAGE": _over(lambda numbers: sum(numbers, Decimal(0)) / len(numbers)),
    "ABS": _over(lambda numbers: abs(numbers[0])),
    "ROUND": _round,
    "DATE": _date,
}

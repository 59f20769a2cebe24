"""The kinds of values and what may be done with each: an operator or function at a time.

Numbers (a rate is one), texts, dates and truth values never turn into one another. A kind of
None stands for a part that is faulted already: nothing more is said about what contains it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from toolkit.programme.language.faults import LanguageFault, fault
from toolkit.programme.language.tree import Binary, Node, Number, Ref, Text, Unary
from toolkit.programme.model import FieldType

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
# Exponents and places are written out as whole numbers, so that a result is exact.
EXPONENTS = (1, 9)
PLACES = (-9, 9)
# A rate is a fraction: comparing one with 100 instead of 100% is a slip, not a wish.
_NO_RATE = Decimal(2)


class Kind(StrEnum):
    """The kind of a value."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    TRUTH = "truth"
    SPAN = "span"  # several numbers; only as an argument of SUM, MIN, MAX, AVERAGE


@dataclass(frozen=True, slots=True)
class Typed:
    """A part of a formula: its tree, its kind and the slice of source it was written in.

    ``rate`` tells that it is a field of type rate; ``depth`` is the height of its tree.
    """

    node: Node
    kind: Kind | None
    start: int
    source: str
    rate: bool = False
    depth: int = 1


Checked = tuple[Kind | None, LanguageFault | None]


def kind_of(type_: FieldType) -> Kind:
    """The kind of the answers of a field."""
    if type_ in (FieldType.TEXT, FieldType.CHOICE):
        return Kind.TEXT
    return Kind.DATE if type_ is FieldType.DATE else Kind.NUMBER


def check_binary(op: str, left: Typed, right: Typed) -> Checked:
    """The kind of ``left op right``, or the fault of it."""
    if left.kind is None or right.kind is None:
        return None, None
    if op in COMPARISONS:
        return _check_comparison(op, left, right)
    if op == "&":
        return _need(Kind.TEXT, op, (left, right), Kind.TEXT)
    if op == "-" and left.kind is right.kind is Kind.DATE:
        return Kind.NUMBER, None  # days
    if op == "^" and not _whole_within(right.node, EXPONENTS):
        return None, _whole_fault(op, right, EXPONENTS)
    return _need(Kind.NUMBER, op, (left, right), Kind.NUMBER)


def check_unary(op: str, operand: Typed) -> Checked:
    """The kind of a signed part, or the fault of it."""
    return _need(Kind.NUMBER, op, (operand,), Kind.NUMBER)


def check_call(name: str, args: Sequence[Typed]) -> Checked:
    """The kind of a call whose number of arguments is right, or the fault of it.

    ``args`` must be of known kind. COUNTROWS, UNIT and PREV are not calls of the tree.
    """
    check = _CALLS.get(name)
    if check is not None:
        return check(name, args)
    if name in ("AND", "OR", "NOT"):
        return _need(Kind.TRUTH, name, args, Kind.TRUTH)
    return _need(Kind.NUMBER, name, args, Kind.NUMBER)


def _check_comparison(op: str, left: Typed, right: Typed) -> Checked:
    if left.kind is Kind.TRUTH and right.kind is not Kind.TRUTH and _compares(left.node):
        return None, fault("chain", left.start + 1, found=left.source)
    if left.kind is not right.kind:
        return None, fault("not_comparable", left.start + 1, left=left.source, right=right.source)
    if op not in ("=", "<>") and left.kind not in (Kind.NUMBER, Kind.DATE):
        return None, fault("no_order", left.start + 1, operand=left.source, operator=op)
    for rate, other in ((left, right), (right, left)):
        if rate.rate and _is_no_rate(other.node):
            return None, fault(
                "rate_literal", other.start + 1, found=other.source, field=rate.source
            )
    return Kind.TRUTH, None


def _is_no_rate(node: Node) -> bool:
    return isinstance(node, Number) and not node.percent and node.value >= _NO_RATE


def _compares(node: Node) -> bool:
    return isinstance(node, Binary) and node.op in COMPARISONS


def _need(kind: Kind, operator: str, args: Sequence[Typed], result: Kind) -> Checked:
    """``result`` if every part has that kind; a span is as good as numbers."""
    for arg in args:
        given = Kind.NUMBER if arg.kind is Kind.SPAN else arg.kind
        if given is not kind and given is not None:
            code = f"needs_{kind.value}"
            return None, fault(code, arg.start + 1, operator=operator, operand=arg.source)
    return result, None


def _check_if(_: str, args: Sequence[Typed]) -> Checked:
    condition, then, otherwise = args
    kind, wrong = _need(Kind.TRUTH, "IF", (condition,), Kind.TRUTH)
    if kind is None:
        return None, wrong
    if then.kind is not otherwise.kind:
        return None, fault(
            "branches_differ", then.start + 1, left=then.source, right=otherwise.source
        )
    return then.kind, None


def _check_in(_: str, args: Sequence[Typed]) -> Checked:
    for member in args[1:]:
        kind, wrong = _check_comparison("=", args[0], member)
        if kind is None:
            return None, wrong
    return Kind.TRUTH, None


def _check_round(_: str, args: Sequence[Typed]) -> Checked:
    if not _whole_within(args[1].node, PLACES):
        return None, _whole_fault("ROUND", args[1], PLACES)
    return _need(Kind.NUMBER, "ROUND", args[:1], Kind.NUMBER)


def _check_isblank(_: str, args: Sequence[Typed]) -> Checked:
    if isinstance(args[0].node, Ref):
        return Kind.TRUTH, None
    return None, fault("needs_field", args[0].start + 1, operator="ISBLANK", operand=args[0].source)


def _check_unique(_: str, args: Sequence[Typed]) -> Checked:
    for arg in args:
        if not isinstance(arg.node, Ref):
            return None, fault("needs_field", arg.start + 1, operator="UNIQUE", operand=arg.source)
    return Kind.TRUTH, None


def _check_date(_: str, args: Sequence[Typed]) -> Checked:
    if date_of([arg.node for arg in args]) is None:
        written = ", ".join(arg.source for arg in args)
        return None, fault("no_date", args[0].start + 1, found=written)
    return Kind.DATE, None


_CALLS: dict[str, Callable[[str, Sequence[Typed]], Checked]] = {
    "IF": _check_if,
    "IN": _check_in,
    "ROUND": _check_round,
    "ISBLANK": _check_isblank,
    "UNIQUE": _check_unique,
    "DATE": _check_date,
}


def date_of(args: Sequence[Node]) -> date | None:
    """The day DATE(year, month, day) means; None unless all are literals of a real day.

    Excel knows no day before 1900.
    """
    numbers = [whole_of(arg) for arg in args]
    if None in numbers or (numbers[0] or 0) < 1900:
        return None
    try:
        return date(*(number or 0 for number in numbers))
    except ValueError:
        return None


def whole_of(node: Node) -> int | None:
    """The whole number a literal stands for, its sign included; None for anything else."""
    if isinstance(node, Unary):
        inner = whole_of(node.operand)
        return None if inner is None else (-inner if node.op == "-" else inner)
    if isinstance(node, Number) and not node.percent and node.value == int(node.value):
        return int(node.value)
    return None


def _whole_within(node: Node, limits: tuple[int, int]) -> bool:
    number = whole_of(node)
    return number is not None and limits[0] <= number <= limits[1]


def _whole_fault(operator: str, part: Typed, limits: tuple[int, int]) -> LanguageFault:
    return fault(
        "needs_whole",
        part.start + 1,
        operator=operator,
        operand=part.source,
        least=str(limits[0]),
        most=str(limits[1]),
    )


def blank_test(op: str, left: Typed, right: Typed) -> Ref | None:
    """The field that ``[A]=""`` or ``[A]<>""`` asks about, as Excel users write ISBLANK.

    Without this the rule would be silent exactly where the answer is missing.
    """
    if op not in ("=", "<>"):
        return None
    for asked, empty in ((left.node, right.node), (right.node, left.node)):
        if isinstance(asked, Ref) and empty == Text(""):
            return asked
    return None

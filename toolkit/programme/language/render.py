"""An expression as text: its canonical source, and the label of a column-number row."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from toolkit.programme.language.check import COMPARISONS
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

_LEVELS = {**dict.fromkeys(COMPARISONS, 1), "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_SIGN = 6
# A sum over more columns than this is shortened in a label: (2)+…+(9).
_SUM_SHOWN = 4


def to_source(expression: Expression) -> str:
    """The expression in canonical form: codes, English names, ``,`` and ``.``.

    Parsing it again in the same scope gives the same tree.
    """
    return _source(expression.root)


def to_label(expression: Expression, number_of: Callable[[str], int]) -> str:
    """What stands behind the sign in ``(3)=(2)/(1)``: here ``(2)/(1)``.

    ``number_of`` gives the number of a field's column. Only plain arithmetic has a label
    (columns, literals, ``+ - * /``, SUM; a ROUND around it is left out); for anything else
    the answer is "" and the column shows its bare number.
    """
    root = expression.root
    while isinstance(root, Call) and root.name == "ROUND":
        root = root.args[0]
    return _label(root, number_of) or ""


def _source(node: Node) -> str:
    if isinstance(node, Number):
        return _literal(node)
    if isinstance(node, Text):
        return '"' + node.value.replace('"', '""') + '"'
    if isinstance(node, Boolean):
        return "TRUE" if node.value else "FALSE"
    if isinstance(node, Ref):
        return f"[{node.field}]"
    if isinstance(node, Span):
        return f"[{node.first}]:[{node.last}]"
    if isinstance(node, Prev):
        return f"PREV([{node.field}])"
    if isinstance(node, CountRows):
        return f"COUNTROWS([{node.form}])"
    if isinstance(node, UnitValue):
        return f"UNIT([{node.name}])"
    if isinstance(node, Unary):
        return node.op + _operand(node.operand, _SIGN)
    if isinstance(node, Binary):
        level = _LEVELS[node.op]
        return f"{_operand(node.left, level)} {node.op} {_operand(node.right, level + 1)}"
    return f"{node.name}({', '.join(map(_source, node.args))})"


def _operand(node: Node, least: int) -> str:
    source = _source(node)
    return f"({source})" if isinstance(node, Binary) and _LEVELS[node.op] < least else source


def _literal(node: Number) -> str:
    value = node.value.scaleb(2) if node.percent else node.value
    digits = format(_trimmed(value), "f")
    if len(digits.partition(".")[2]) == 3:
        digits += "0"  # 1.234 alone could be read as a thousand and is refused
    return digits + ("%" if node.percent else "")


def _trimmed(value: Decimal) -> Decimal:
    return value.normalize() if value else Decimal(0)


def _label(node: Node, number_of: Callable[[str], int]) -> str | None:
    if isinstance(node, Ref):
        return f"({number_of(node.field)})"
    if isinstance(node, Number):
        return _literal(node).replace(".", ",")
    if isinstance(node, Unary):
        inner = _label(node.operand, number_of)
        grouped = isinstance(node.operand, Binary)
        return inner and f"{node.op}({inner})" if grouped else inner and f"{node.op}{inner}"
    if isinstance(node, Binary) and node.op in "+-*/":
        return _binary_label(node, number_of)
    if isinstance(node, Call) and node.name == "SUM":
        terms = [_term(arg, number_of) for arg in node.args]
        return "+".join(term for term in terms if term) if all(terms) else None
    return None


def _binary_label(node: Binary, number_of: Callable[[str], int]) -> str | None:
    level = _LEVELS[node.op]
    parts = []
    for part, least in ((node.left, level), (node.right, level + 1)):
        shown = _label(part, number_of)
        if shown is None:
            return None
        binds = _LEVELS[part.op] if isinstance(part, Binary) else _SIGN
        if isinstance(part, Call):
            binds = _LEVELS["+"]  # a SUM, written out
        parts.append(f"({shown})" if binds < least else shown)
    return node.op.join(parts)


def _term(node: Node, number_of: Callable[[str], int]) -> str | None:
    """An argument of SUM, a span written out: ``(2)+(3)+(4)`` or ``(2)+…+(9)``."""
    if not isinstance(node, Span):
        return _label(node, number_of)
    numbers = [f"({number_of(code)})" for code in node.fields]
    if len(numbers) > _SUM_SHOWN:
        numbers = [numbers[0], "…", numbers[-1]]
    return "+".join(numbers)

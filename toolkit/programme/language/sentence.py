"""A message with answers in it: ``Thực hiện ({Thực hiện}) lớn hơn kế hoạch ({Kế hoạch}).``

In braces stands the heading or code of a field, or any formula of the language:
``{[Kế hoạch]-[Thực hiện]}``, ``{PREV([Lũy kế])}``, ``{COUNTROWS(Mô hình)}``. What has no value
shows as "…". The same sentence is said at intake (:func:`say`) and, by a formula, in the
column of checks of the template (``template.check_sheet``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from toolkit.programme.language.evaluate import NO_VALUE, PLACES, Row, Value, evaluate
from toolkit.programme.language.faults import fault
from toolkit.programme.language.parse import Faults, parse_value
from toolkit.programme.language.scope import Scope
from toolkit.programme.language.tree import (
    Binary,
    Call,
    Expression,
    Hole,
    Node,
    Prev,
    Ref,
    Sentence,
    Unary,
)
from toolkit.text import figure_text

# So much fixed text makes a message known by it; what fills a hole is not longer than this.
_TELLING = 12
_FILLED = ".{1,80}"
_BRACES = re.compile(r"\{([^{}]*)\}")
_PLAIN_NAME = re.compile(r"[^\[\]()\"{}]+")
_OF_ITS_ARGUMENTS = ("SUM", "MIN", "MAX", "AVERAGE", "ABS", "ROUND")


def parse_sentence(
    source: str, scope: Scope, is_percent: Callable[[str], bool]
) -> Sentence | Faults:
    """The message as its texts and holes, or all that is wrong with it.

    ``is_percent`` tells of a field's code whether its numbers are fractions shown as %.
    """
    pieces: list[str | Hole] = []
    found: Faults = ()
    at = 0
    for match in _BRACES.finditer(source):
        pieces.append(source[at : match.start()])
        at = match.end()
        parsed = parse_value(_formula(match[1], scope), scope)
        if isinstance(parsed, Expression):
            expression = Expression(match[1], parsed.root)
            pieces.append(Hole(expression, _percent(parsed.root, is_percent)))
        else:
            found += parsed
    pieces.append(source[at:])
    if any(isinstance(piece, str) and ("{" in piece or "}" in piece) for piece in pieces):
        found += (fault("unclosed_brace", found=source),)
    return found or tuple(piece for piece in pieces if piece != "")


def _formula(inside: str, scope: Scope) -> str:
    """A bare name means the field: only what cannot be one is read as a formula."""
    name = inside.strip()
    if scope.find_field(name) or _PLAIN_NAME.fullmatch(name):
        return f"[{name}]"
    return name


def _percent(node: Node, is_percent: Callable[[str], bool]) -> bool:
    """Whether a value is a fraction: made of nothing but fractions, and not their quotient."""
    if isinstance(node, Ref | Prev):
        return is_percent(node.field)
    if isinstance(node, Unary):
        return _percent(node.operand, is_percent)
    if isinstance(node, Binary):
        return node.op in "+-" and all(_percent(n, is_percent) for n in (node.left, node.right))
    if isinstance(node, Call) and node.name in _OF_ITS_ARGUMENTS:
        return _percent(node.args[0], is_percent)
    return False


def holes(sentence: Sentence) -> Iterator[Hole]:
    """The places that are filled, in order."""
    return (piece for piece in sentence if isinstance(piece, Hole))


def say(sentence: Sentence, row: Row) -> str:
    """The message about one row. Raises EvaluationError, as a rule does."""
    return "".join(
        shown(evaluate(piece.expression, row), percent=piece.percent)
        if isinstance(piece, Hole)
        else piece
        for piece in sentence
    )


def shown(value: Value | None, *, percent: bool = False) -> str:
    """A value as a message writes it, in Vietnamese: 1.234,5; 12,5%; 31/12/2024."""
    if value is None:
        return NO_VALUE
    if isinstance(value, Decimal):
        number = figure_text(value * 100 if percent else value, "vi", PLACES)
        return f"{number}%" if percent else number
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return str(value)


def in_words(sentence: Sentence) -> str:
    """The message where there is no row to speak of: each hole named as it was typed."""
    return "".join(
        f"“{piece.expression.source.strip()}”" if isinstance(piece, Hole) else piece
        for piece in sentence
    )


def pattern(sentence: Sentence, key: Callable[[str], str]) -> re.Pattern[str] | None:
    """What the message looks like whatever stands in its holes; ``key`` brings texts to the
    form they are compared in. None where too little of it is fixed to be told from other text.
    """
    fixed = [key(piece) for piece in sentence if isinstance(piece, str)]
    if sum(map(len, fixed)) < _TELLING:
        return None
    parts = (_FILLED if isinstance(piece, Hole) else re.escape(key(piece)) for piece in sentence)
    return re.compile(r"\s*".join(parts), re.DOTALL)

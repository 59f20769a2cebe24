"""The typed tree of a formula or rule."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _field
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; ``12,5%`` is Decimal("0.125") with ``percent`` set (for printing back)."""

    value: Decimal
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text."""

    value: str


@dataclass(frozen=True, slots=True)
class Boolean:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class Ref:
    """The answer of a field in the same row, by code (resolved from code or heading).

    ``kind`` is what its answers are: "number", "text" or "date". The sheet's formula depends
    on it; it follows from the field and takes no part in comparing trees.
    """

    field: str
    kind: str = _field(default="number", compare=False)


@dataclass(frozen=True, slots=True)
class Span:
    """``[A]:[B]``: the answers of all fields from A to B in the form's column order.

    ``fields`` are the codes of all of them, both ends included, as the parser found them.
    """

    first: str
    last: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prev:
    """PREV([A]): the unit's answer in the period before, same row; ``kind`` as in Ref."""

    field: str
    kind: str = _field(default="number", compare=False)


@dataclass(frozen=True, slots=True)
class CountRows:
    """COUNTROWS(form): the filled rows of that form in the same return."""

    form: str


@dataclass(frozen=True, slots=True)
class UnitValue:
    """UNIT(name): the unit's own figure (an allotment) by item code."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign: ``-`` or ``+``."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """``+ - * / ^ & = <> < <= > >=``."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its English upper-case name (Vietnamese aliases resolved by the parser)."""

    name: str
    args: tuple[Node, ...]


Node: TypeAlias = (
    Number | Text | Boolean | Ref | Span | Prev | CountRows | UnitValue | Unary | Binary | Call
)


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed formula: its source as typed and its tree, names resolved to codes."""

    source: str
    root: Node


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a message that is filled with a value; ``percent``: a fraction shown as %."""

    expression: Expression
    percent: bool = False


# A message: its texts and the values among them (``sentence``).
Sentence: TypeAlias = tuple[str | Hole, ...]

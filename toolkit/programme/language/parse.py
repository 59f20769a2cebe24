"""Source to tree: ``parse``, ``parse_rule`` and ``parse_formula``.

Source is normalised to NFC, separators and decimal signs are settled (``literals``), the
grammar (``grammar.lark``, LALR) gives a tree, ``_Builder`` resolves its names and checks its
kinds. Faults are returned, as many as can be told apart; none is raised.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources

from lark import Lark, Token, Transformer_NonRecursive, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.tree import Meta

from toolkit.programme.language.check import (
    Kind,
    Typed,
    blank_test,
    check_binary,
    check_call,
    check_unary,
    kind_of,
)
from toolkit.programme.language.excel import fits_excel
from toolkit.programme.language.faults import LanguageFault, fault
from toolkit.programme.language.functions import (
    FUNCTIONS,
    Function,
    find_boolean,
    find_function,
    suggest_function,
)
from toolkit.programme.language.literals import settle
from toolkit.programme.language.scope import Scope, find_named, suggest_named
from toolkit.programme.language.tree import (
    Binary,
    Boolean,
    Call,
    CountRows,
    Expression,
    Number,
    Prev,
    Ref,
    Span,
    Text,
    Unary,
    UnitValue,
)
from toolkit.programme.model import FieldType

# Longer or deeper is not a formula but a program; the limits keep every walk shallow.
MAX_LENGTH = 4000
MAX_DEPTH = 120
_SHOWN = 60  # characters of source quoted in a message

Faults = tuple[LanguageFault, ...]

_OPERATORS = {
    "=<": "<=",
    "=>": ">=",
    "==": "=",
    "!=": "<>",
    "≤": "<=",
    "≥": ">=",
    "≠": "<>",
    "−": "-",
    "–": "-",
    "×": "*",
    "÷": "/",
}


def parse(source: str, scope: Scope) -> Expression | Faults:
    """The expression ``source`` means in ``scope``, of any kind, or all its faults."""
    expression, _, faults = _analyse(source, scope)
    return faults or expression


def parse_rule(source: str, scope: Scope) -> Expression | Faults:
    """As :func:`parse`; a fault too when the expression is not true or false."""
    expression, kind, faults = _analyse(source, scope)
    if not faults and kind is not Kind.TRUTH:
        return (fault("rule_not_truth", found=_shown(source)),)
    return faults or expression


def parse_formula(source: str, scope: Scope) -> Expression | Faults:
    """As :func:`parse`; a fault too when the expression is not a number."""
    expression, kind, faults = _analyse(source, scope)
    if not faults and kind is not Kind.NUMBER:
        return (fault("formula_not_number", found=_shown(source)),)
    return faults or expression


def parse_value(source: str, scope: Scope) -> Expression | Faults:
    """As :func:`parse`; a fault too when the expression is true or false, nothing to show."""
    expression, kind, faults = _analyse(source, scope)
    if not faults and kind is Kind.TRUTH:
        return (fault("truth_shown", found=_shown(source)),)
    return faults or expression


def _analyse(source: str, scope: Scope) -> tuple[Expression, Kind | None, Faults]:
    """The expression, its kind and the faults; the expression is whole only without any."""
    nothing = Expression(source, Text(""))
    composed = unicodedata.normalize("NFC", source)
    if not composed.strip(" \t\r\n\u00a0="):
        return nothing, None, (fault("empty"),)
    if len(composed) > MAX_LENGTH:
        return nothing, None, (fault("too_complex"),)
    settled, faults = settle(composed)
    if faults:
        return nothing, None, faults
    try:
        tree = _grammar().parse(settled)
    except UnexpectedInput as error:
        return nothing, None, (_syntax_fault(error, composed),)
    builder = _Builder(composed, scope)
    typed: Typed = builder.transform(tree)
    if builder.faults:
        ordered = sorted(builder.faults, key=lambda found: found.position)
        return nothing, None, tuple(ordered)
    expression = Expression(source, typed.node)
    if typed.depth > MAX_DEPTH or not fits_excel(expression):
        return nothing, None, (fault("too_complex"),)
    return expression, typed.kind, ()


def _shown(source: str) -> str:
    flat = " ".join(source.split())
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"


@cache
def _grammar() -> Lark:
    return Lark(
        resources.files(__package__).joinpath("grammar.lark").read_text("utf-8"),
        parser="lalr",
        lexer="contextual",
        propagate_positions=True,
        maybe_placeholders=False,
        lexer_callbacks={"FUNCTION": _mark_name_function},
    )


def _mark_name_function(token: Token) -> Token:
    function = find_function(str(token))
    if function is not None and function.takes_name:
        return token.update(type="NAMEFUNCTION")
    return token


def _syntax_fault(error: UnexpectedInput, source: str) -> LanguageFault:
    """What the parser stumbled over, said as what a person would write there instead."""
    if isinstance(error, UnexpectedCharacters):
        start = error.pos_in_stream or 0
        return fault("bad_character", start + 1, found=source[start : start + 1])
    if not isinstance(error, UnexpectedToken):  # nothing else is raised for LALR
        raise error
    token, expected = error.token, error.accepts or error.expected
    if token.type == "$END":
        return fault("ends_early", len(source), found=_shown(source[-_SHOWN:]))
    start = token.start_pos or 0
    if token.type == "BARENAME":
        return fault("bad_character", start + 1, found=str(token)[:1])
    before = error.token_history[-1] if error.token_history else None
    if before is not None and before.type == "WORD" and (called := find_function(str(before))):
        return fault("missing_parenthesis", start + 1, function=called.name)
    found = _shown(source[start : token.end_pos])
    function = find_function(str(token))
    if token.type == "COLON":
        return fault("span_outside", start + 1, functions=_span_functions())
    if "NUMBER" in expected:
        return fault("expected_operand", start + 1, found=found)
    if function is not None and function.name in ("AND", "OR"):
        return fault("infix", start + 1, found=found, function=function.name)
    if "BARENAME" in expected:
        return fault("expected_name", start + 1, found=found)
    return fault("expected_operator", start + 1, found=found)


def _span_functions() -> str:
    return ", ".join(function.name for function in FUNCTIONS if function.takes_spans)


@v_args(meta=True)
class _Builder(Transformer_NonRecursive[Token, Typed]):
    """One method per rule of the grammar, bottom up; faults are gathered on the way."""

    def __init__(self, source: str, scope: Scope) -> None:
        super().__init__()
        self.source = source
        self.scope = scope
        self.faults: list[LanguageFault] = []

    def number(self, meta: Meta, children: list[Token]) -> Typed:
        digits, percent, _ = str(children[0]).partition("%")
        value = Decimal(digits.strip())
        node = Number(value / 100 if percent else value, percent=bool(percent))
        return self._typed(node, Kind.NUMBER, meta)

    def text(self, meta: Meta, children: list[Token]) -> Typed:
        return self._typed(Text(self._unquoted(children[0])), Kind.TEXT, meta)

    def word(self, meta: Meta, children: list[Token]) -> Typed:
        value = find_boolean(str(children[0]))
        if value is not None:
            return self._typed(Boolean(value), Kind.TRUTH, meta)
        word = self._slice(children[0])
        function = find_function(word)
        if function is not None:
            self._fault("missing_parenthesis", meta, function=function.name)
        else:
            closest = word if self.scope.find_field(word) else self.scope.suggest_field(word)
            self._unknown("bare_name", meta, word, closest and f"[{closest}]")
        return self._typed(Boolean(False), None, meta)

    def ref(self, meta: Meta, children: list[Token]) -> Typed:
        code = self._field(children[0])
        if code is None:
            return self._typed(Ref(""), None, meta)
        type_ = self.scope.field(code).type
        rate = type_ is FieldType.RATE
        kind = kind_of(type_)
        return self._typed(Ref(code, kind.value), kind, meta, rate=rate)

    def span(self, meta: Meta, children: list[Token]) -> Typed:
        first, last = self._field(children[0]), self._field(children[2])
        if first is None or last is None:
            return self._typed(Span("", ""), None, meta)
        order = [field.code for field in self.scope.fields]
        low, high = sorted((order.index(first), order.index(last)))
        fields = self.scope.fields[low : high + 1]
        for field in fields:
            if kind_of(field.type) is not Kind.NUMBER:
                self._fault("span_not_numbers", meta, field=field.title or field.code)
                return self._typed(Span("", ""), None, meta)
        node = Span(first, last, tuple(field.code for field in fields))
        return self._typed(node, Kind.SPAN, meta)

    def unary(self, meta: Meta, children: list[Token | Typed]) -> Typed:
        op, operand = str(children[0]), children[1]
        assert isinstance(operand, Typed)
        op = _OPERATORS.get(op, op)
        kind, wrong = check_unary(op, operand)
        self._note(wrong)
        kind = kind if operand.kind else None
        return self._typed(Unary(op, operand.node), kind, meta, depth=operand.depth + 1)

    def binary(self, meta: Meta, children: list[Token | Typed]) -> Typed:
        left, op, right = children[0], str(children[1]), children[2]
        assert isinstance(left, Typed)
        assert isinstance(right, Typed)
        op = _OPERATORS.get(op, op)
        depth = max(left.depth, right.depth) + 1
        asked = blank_test(op, left, right)
        if asked is not None and left.kind and right.kind:
            blank = Call("ISBLANK", (asked,))
            node = blank if op == "=" else Call("NOT", (blank,))
            return self._typed(node, Kind.TRUTH, meta, depth=depth)
        kind, wrong = check_binary(op, left, right)
        self._note(wrong)
        return self._typed(Binary(op, left.node, right.node), kind, meta, depth=depth)

    def call(self, meta: Meta, children: list[Token | Typed]) -> Typed:
        name = self._slice(children[0])
        args = [child for child in children[1:] if isinstance(child, Typed)]
        function = find_function(name)
        value = find_boolean(name)
        if value is not None and not args:  # TRUE() as Excel writes it too
            return self._typed(Boolean(value), Kind.TRUTH, meta)
        if function is None:
            self._unknown("unknown_function", meta, name, suggest_function(name))
            return self._typed(Boolean(False), None, meta)
        if not self._takes(function, args, meta):
            return self._typed(Boolean(False), None, meta)
        depth = max(arg.depth for arg in args) + 1
        if function.name == "PREV":
            return self._previous(args[0], meta)
        kind, wrong = check_call(function.name, args)
        self._note(wrong)
        node = Call(function.name, tuple(arg.node for arg in args))
        return self._typed(node, kind, meta, depth=depth)

    def namecall(self, meta: Meta, children: list[Token]) -> Typed:
        function, given = find_function(str(children[0])), children[1]
        raw = self._slice(given)
        name = self._unquoted(given) if given.type == "TEXT" else raw.strip("[] \t\r\n\u00a0")
        if function is not None and function.name == "COUNTROWS":
            code = self._named("form", name, self.scope.forms, meta)
            return self._typed(CountRows(code or ""), Kind.NUMBER if code else None, meta)
        code = self._named("item", name, self.scope.items, meta)
        return self._typed(UnitValue(code or ""), Kind.NUMBER if code else None, meta)

    def _previous(self, arg: Typed, meta: Meta) -> Typed:
        if not isinstance(arg.node, Ref):
            self._fault("needs_field", meta, operator="PREV", operand=arg.source)
            return self._typed(Prev(""), None, meta)
        node = Prev(arg.node.field, arg.node.kind)
        return self._typed(node, arg.kind, meta, rate=arg.rate)

    def _takes(self, function: Function, args: list[Typed], meta: Meta) -> bool:
        """Whether the arguments are as many as the function takes, and of known kind."""
        if len(args) < function.least or (function.most and len(args) > function.most):
            most = "" if function.most is None else str(function.most)
            exact = function.least == function.most
            code = "argument_count" if exact else "argument_least"
            counts = {"least": str(function.least), "most": most, "given": str(len(args))}
            self._fault(code, meta, function=function.name, **counts)
            return False
        if not function.takes_spans and any(arg.kind is Kind.SPAN for arg in args):
            self._fault("span_outside", meta, functions=_span_functions())
            return False
        return all(arg.kind is not None for arg in args)

    def _field(self, token: Token) -> str | None:
        name = self._slice(token)[1:-1].strip()
        codes = self.scope.find_field(name)
        if len(codes) == 1:
            return codes[0]
        position = (token.start_pos or 0) + 1
        if codes:
            self.faults.append(
                fault("ambiguous_field", position, name=name, codes=", ".join(codes))
            )
        else:
            suggestion = self.scope.suggest_field(name)
            self._unknown_at("unknown_field", position, name, suggestion)
        return None

    def _named(self, what: str, name: str, things: Mapping[str, str], meta: Meta) -> str | None:
        codes = find_named(name, things)
        if len(codes) == 1:
            return codes[0]
        if codes:
            self._fault(f"ambiguous_{what}", meta, name=name, codes=", ".join(codes))
        else:
            self._unknown(f"unknown_{what}", meta, name, suggest_named(name, things))
        return None

    def _unknown(self, code: str, meta: Meta, name: str, suggestion: str | None) -> None:
        self._unknown_at(code, meta.start_pos + 1, name, suggestion)

    def _unknown_at(self, code: str, position: int, name: str, suggestion: str | None) -> None:
        if suggestion is None:
            self.faults.append(fault(code, position, name=name))
        else:
            self.faults.append(fault(f"{code}_suggest", position, name=name, suggestion=suggestion))

    def _fault(self, code: str, meta: Meta, **params: str) -> None:
        self.faults.append(fault(code, meta.start_pos + 1, **params))

    def _note(self, wrong: LanguageFault | None) -> None:
        if wrong is not None:
            self.faults.append(wrong)

    def _slice(self, token: object) -> str:
        assert isinstance(token, Token)
        return self.source[token.start_pos : token.end_pos]

    def _unquoted(self, token: Token) -> str:
        return re.sub('""', '"', self._slice(token)[1:-1])

    def _typed(
        self, node: object, kind: Kind | None, meta: Meta, *, rate: bool = False, depth: int = 1
    ) -> Typed:
        source = _shown(self.source[meta.start_pos : meta.end_pos])
        return Typed(node, kind, meta.start_pos, source, rate, depth)  # type: ignore[arg-type]

"""Separators and decimal signs: settled before the grammar sees the source.

Excel's arguments are separated by ``,`` where numbers are written ``12.5`` and by ``;``
where they are written ``12,5`` (a Vietnamese Excel). Both are understood:

- A ``;`` anywhere makes the formula a *semicolon* formula: ``;`` separates, a comma between
  two digits is the decimal sign, any other comma is a fault (``formula.mixed_separators``).
- Otherwise a comma directly inside a function's parentheses separates arguments. A comma
  between two digits anywhere else (``[Tỷ lệ] <= 12,5%``) is the decimal sign.
- A point between digits is a decimal sign. Grouping (``1.234.567``) is never accepted, and
  ``1.234`` is refused (``formula.ambiguous_number``) unless the separators tell which of the
  two it is: nobody shall find one and a quarter where a thousand was meant. Refused for the
  same reason is ``MAX([A],12,5%)``, which reads as two arguments and looks like one.

The source is rewritten character for character (``,`` separates, ``.`` is decimal), so every
position stays what the user sees. Brackets and quotes are checked on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from toolkit.programme.language.faults import LanguageFault, fault
from toolkit.programme.language.functions import find_function

# Parentheses deeper than any formula a person reads; keeps every later walk shallow.
MAX_DEPTH = 50

_PIECE = re.compile(
    r"""
    (?P<text>"(?:[^"]|"")*"|“[^”]*”)
  | (?P<field>\[[^\[\]]*\])
  | (?P<call>[^\W\d_]\w*(?:[\ \u00a0._]+\w+)*\s*\()
  | (?P<word>[^\W\d_]\w*)
  | (?P<number>[0-9]+(?:[.,][0-9]+)*(?:\s*%)?)
  | (?P<open>\()
  | (?P<close>\))
  | (?P<separator>[,;])
  | (?P<unclosed>["“”\[\]])
    """,
    re.VERBOSE,
)


class _Style(Enum):
    """What the separators of a formula say about its decimal sign."""

    UNTOLD = ""
    COMMA = ","
    SEMICOLON = ";"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A number or separator; ``in_call``: its innermost parentheses are a function's."""

    kind: str
    start: int
    text: str
    in_call: bool


def settle(source: str) -> tuple[str, tuple[LanguageFault, ...]]:
    """The source with ``,`` as separator and ``.`` as decimal sign, and what is wrong so far.

    The text returned has the length of ``source``; it is fit for the grammar only where
    there is no fault. A leading ``=``, as Excel users type it, becomes a space.
    """
    source = re.sub(r"^\s*=", lambda found: " " * len(found.group()), source)
    pieces: list[_Piece] = []
    faults: list[LanguageFault] = []
    for step in _steps(source):
        if isinstance(step, _Piece):
            pieces.append(step)
        else:
            faults.append(step)
    style = _style(pieces)
    settled = list(source)
    for piece in pieces:
        plain = _rewrite(piece, style)
        if isinstance(plain, LanguageFault):
            faults.append(plain)
        else:
            settled[piece.start : piece.start + len(piece.text)] = plain
    return "".join(settled), tuple(faults)


def _steps(source: str) -> Iterator[_Piece | LanguageFault]:
    """Numbers and separators in order, and the faults of nesting."""
    opened: list[tuple[int, bool]] = []  # position, whether a function's
    position = 0
    while match := _PIECE.search(source, position):
        kind, start, position = match.lastgroup or "", match.start(), match.end()
        if kind == "call":
            opened.append((position - 1, True))
            if _takes_name(match.group()[:-1]):
                position = _skip_name(source, position)
        elif kind == "open":
            opened.append((start, False))
        elif kind == "close":
            if not opened:
                yield fault("extra_parenthesis", start + 1)
            else:
                opened.pop()
        elif kind in ("number", "separator"):
            yield _Piece(kind, start, match.group(), bool(opened) and opened[-1][1])
        elif kind == "unclosed":
            bracket = match.group() in "[]"
            yield fault("unclosed_bracket" if bracket else "unclosed_quote", start + 1)
            return  # where the name or text ends can only be guessed
        if len(opened) > MAX_DEPTH:
            yield fault("too_complex", start + 1)
            return
    for start, _ in opened:
        yield fault("unclosed_parenthesis", start + 1)


def _takes_name(word: str) -> bool:
    function = find_function(word)
    return function is not None and function.takes_name


def _skip_name(source: str, position: int) -> int:
    """The position of the parenthesis that closes ``COUNTROWS(…``: a name is never split."""
    depth = 0
    for index in range(position, len(source)):
        if source[index] == "(":
            depth += 1
        elif source[index] == ")":
            if depth == 0:
                return index
            depth -= 1
    return len(source)


def _style(pieces: list[_Piece]) -> _Style:
    if any(piece.text == ";" for piece in pieces):
        return _Style.SEMICOLON
    if any("," in piece.text and piece.in_call for piece in pieces):
        return _Style.COMMA
    return _Style.UNTOLD


def _rewrite(piece: _Piece, style: _Style) -> str | LanguageFault:
    """The piece in the grammar's own signs, or what is wrong with it."""
    if piece.kind == "separator":
        if piece.text == "," and style is _Style.SEMICOLON:
            return fault("mixed_separators", piece.start + 1)
        return ","
    splits = "," in piece.text and piece.in_call and style is not _Style.SEMICOLON
    digits, percent, _ = piece.text.partition("%")
    numbers = digits.strip().split(",") if splits else [digits.strip()]
    if (splits and percent) or not all(_is_clear(number, style) for number in numbers):
        return fault("ambiguous_number", piece.start + 1, found=piece.text)
    return piece.text if splits else piece.text.replace(",", ".")


def _is_clear(number: str, style: _Style) -> bool:
    """Whether only one value can be meant by the digits and their sign."""
    whole, *rest = re.split(r"[.,]", number)
    if not rest:
        return True
    if len(rest) > 1:
        return False
    looks_grouped = re.fullmatch(r"[1-9][0-9]{0,2}", whole) and len(rest[0]) == 3
    decimal_sign = {_Style.COMMA: ".", _Style.SEMICOLON: ",", _Style.UNTOLD: ""}[style]
    return not looks_grouped or number[len(whole)] == decimal_sign

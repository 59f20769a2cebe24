"""An expression as a formula of Excel 2010, equal to ``evaluate`` row by row.

How "no value" is carried
    Inside the formula a part without value is an Excel error (``NA()`` for a blank, #DIV/0!
    by itself), which spreads as "no value" does. AND, OR and IN, where a missing part may not
    matter, count with 2 = true, 1 = no value, 0 = false: AND is MIN, OR is MAX. The whole is
    ``IFERROR(…,"")``: a cell shows a number, TRUE, FALSE or nothing, never an error.
What a cell holds
    A number; or a word for nil (``Words``, else one of ``NIL_TEXTS``), which is 0 where a
    number is asked; any other text in a numeric cell (a number typed as text too) has no value,
    as a blank has none. A text is compared by LOWER, single spaces and tone position; in a
    text cell the words of ``Words`` have no value.
Numbers
    Both sides of a comparison stand in ROUND(…,9), see ``evaluate``.
UNIQUE
    Counts the cells of the column that equal the row's own, in SUMPRODUCT. What cannot be
    compared (a text where a number is asked, an error) is made an error and not counted.
Known differences from ``evaluate``
    More than 15 digits. Numbers typed as text, which the intake reads: the sheet stays blank
    there. In a *text* cell, decomposed Unicode is another text to the sheet.

No function younger than Excel 2007, no volatile one, no array constant (a conditional format
or a validation takes none).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from toolkit.programme.language.check import COMPARISONS, whole_of
from toolkit.programme.language.evaluate import NO_VALUE, PLACES, rounded
from toolkit.programme.language.tree import (
    Binary,
    Boolean,
    Call,
    CountRows,
    Expression,
    Hole,
    Node,
    Number,
    Prev,
    Ref,
    Span,
    Text,
    Unary,
    UnitValue,
)
from toolkit.text import TONE_PAIRS, match_key

# What means "nothing, and that is confirmed" in a numeric cell, whatever its case.
NIL_TEXTS = ("-", "không", "không có")

# Excel's limits are 8192 characters, 64 levels and 255 characters in a literal.
_MAX_LENGTH = 8000
_MAX_LEVELS = 60
_MAX_LITERAL = 255
_ANY_CELL = "$AAA$10000"
_ANY_RANGE = f"{_ANY_CELL}:INDEX({_ANY_CELL}:{_ANY_CELL},ROWS({_ANY_CELL}:{_ANY_CELL})-1)"
_ANY_WORDS = "_kiemtra!$AA$100:$AA$999"
_NO_VALUE = "NA()"
# A row number that is put in later: ``resolve`` may give ``"E" + ANY_ROW``, so that one formula
# serves every row of a table. No source and no sheet can hold this character.
ANY_ROW = "\x01"

Resolve: TypeAlias = Callable[[str], str]
Outside: TypeAlias = Callable[[Prev | CountRows | UnitValue], str | None]


@dataclass(frozen=True, slots=True)
class Words:
    """Where a workbook keeps the words for nothing of a field: columns of cells, lower case.

    A cell with one of ``blank`` is 0 in a field of numbers and has no value in one of texts;
    ``nothing`` are all that stand for some kind of nothing: UNIQUE passes over them.
    """

    blank: str
    nothing: str


@dataclass(frozen=True, slots=True)
class Around:
    """What a formula can reach besides the cells of its row; what is not given has no value.

    ``outside`` gives Excel source for PREV, COUNTROWS and UNIT, or None where the workbook
    cannot know it. ``column`` gives the cells of a field in all rows of the form, for UNIQUE;
    None where a form has one row only. ``words`` gives the words for nothing of a field.
    """

    outside: Outside = lambda _: None
    column: Callable[[str], str | None] = lambda _: None
    words: Callable[[str], Words | None] = lambda _: None


_ALONE = Around()


def to_excel(
    expression: Expression,
    resolve: Resolve,
    outside: Outside | None = None,
    *,
    around: Around = _ALONE,
) -> str:
    """The formula without its leading ``=``; English names, ``,`` between arguments.

    ``resolve`` gives the cell of a field of the same row (``"E12"``, ``"$E12"``, also with a
    sheet). ``outside`` is short for ``around`` with nothing else in it. A part that the
    workbook cannot know has no value and the cell stays blank.
    """
    if outside is not None:
        around = Around(outside)
    return f'IFERROR({_Writer(resolve, around).plain(expression.root)},"")'


def to_verdict(
    expression: Expression, resolve: Resolve, around: Around = _ALONE, *, broken: str = "1"
) -> str:
    """A rule as a formula that gives ``broken`` (Excel source) where it fails, else 0."""
    return f"IFERROR(IF({_Writer(resolve, around).plain(expression.root)},0,{broken}),0)"


def to_text(hole: Hole, resolve: Resolve, around: Around = _ALONE) -> str:
    """What fills a hole of a message, as ``sentence.shown`` but for the points between
    thousands; "…" where it has no value.

    Without TEXT(…): its format codes are those of the reader's own language.
    """
    value = _Writer(resolve, around).plain(hole.expression.root)
    kind = _kind(hole.expression.root)
    if kind == "date":
        shown = f'RIGHT("0"&DAY({value}),2)&"/"&RIGHT("0"&MONTH({value}),2)&"/"&YEAR({value})'
    elif kind == "text":
        shown = f"TRIM({value})"
    else:
        # joined to a text, a number is written as the reader's own language does
        number = f"({value})*100" if hole.percent else value
        shown = f'ROUND({number},{PLACES})&"{"%" if hole.percent else ""}"'
    return f"IFERROR({shown},{quoted(NO_VALUE)})"


def text_length(hole: Hole) -> int:
    """The most characters ``to_text`` can take, wherever it is placed."""
    return len(to_text(hole, _far_away, _FAR_AROUND))


def fits_excel(expression: Expression) -> bool:
    """Whether the formula stays within Excel's limits wherever it is placed."""
    formula = f'IFERROR({_Writer(_far_away, _FAR_AROUND).plain(expression.root)},"")'
    bare = re.sub(r'"(?:[^"]|"")*"', '""', formula)
    depth = levels = 0
    for char in bare:
        depth += (char == "(") - (char == ")")
        levels = max(levels, depth)
    literals = re.findall(r'"((?:[^"]|"")*)"', formula)
    longest = max((len(literal) for literal in literals), default=0)
    return len(formula) <= _MAX_LENGTH and levels <= _MAX_LEVELS and longest <= _MAX_LITERAL


def _far_away(_: object) -> str:
    """The longest cell name there can be, for a formula's worst length."""
    return _ANY_CELL


_FAR_AROUND = Around(_far_away, lambda _: _ANY_RANGE, lambda _: Words(_ANY_WORDS, _ANY_WORDS))


def quoted(text: str) -> str:
    """A text literal of Excel."""
    return '"' + text.replace('"', '""') + '"'


# How tightly an operator binds, loosest first; an operand that binds less gets parentheses.
_LEVELS = {**dict.fromkeys(COMPARISONS, 1), "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}


class _Writer:
    """The two forms of a part: ``plain`` (a value or an error), ``counted`` (2, 1, 0)."""

    __slots__ = ("around", "resolve")

    def __init__(self, resolve: Resolve, around: Around) -> None:
        self.resolve = resolve
        self.around = around

    def plain(self, node: Node) -> str:
        if isinstance(node, Number):
            return _number(node)
        if isinstance(node, Text):
            return quoted(node.value)
        if isinstance(node, Boolean):
            return "TRUE" if node.value else "FALSE"
        if isinstance(node, Ref):
            return _READ[node.kind](self.resolve(node.field), self.around.words(node.field))
        if isinstance(node, Prev | CountRows | UnitValue):
            known = self.around.outside(node)
            return _NO_VALUE if known is None else f"({known})"
        if isinstance(node, Unary):
            return f"({node.op}{self.operand(node.operand, 6)})"
        if isinstance(node, Binary):
            return self.binary(node)
        if isinstance(node, Call):
            return self.call(node)
        raise TypeError("a span stands outside a function")

    def counted(self, node: Node) -> str:
        """A truth value as 2 (true), 1 (no value) or 0 (false)."""
        if isinstance(node, Boolean):
            return "2" if node.value else "0"
        if isinstance(node, Call) and node.name in ("AND", "OR"):
            least_or_most = "MIN" if node.name == "AND" else "MAX"
            return f"{least_or_most}({','.join(map(self.counted, node.args))})"
        if isinstance(node, Call) and node.name == "IN":
            equal = (Binary("=", node.args[0], member) for member in node.args[1:])
            return f"MAX({','.join(map(self.counted, equal))})"
        if isinstance(node, Call) and node.name == "NOT":
            return f"(2-{self.counted(node.args[0])})"
        if isinstance(node, Call) and node.name == "ISBLANK":
            return f"IF({self.plain(node)},2,0)"
        return f"IFERROR(IF({self.plain(node)},2,0),1)"

    def operand(self, node: Node, least: int) -> str:
        """``node``, in parentheses where it binds less than ``least``."""
        plain = self.plain(node)
        if isinstance(node, Binary) and _LEVELS[node.op] < least:
            return f"({plain})"
        return plain

    def binary(self, node: Binary) -> str:
        if node.op in COMPARISONS:
            return self.comparison(node)
        level = _LEVELS[node.op]
        left, right = self.operand(node.left, level), self.operand(node.right, level + 1)
        return f"{left}{node.op}{right}"

    def comparison(self, node: Binary) -> str:
        kinds = (_kind(node.left), _kind(node.right))
        if "text" in kinds:
            equal = f"EXACT({self.key(node.left, node.right)},{self.key(node.right, node.left)})"
            return equal if node.op == "=" else f"NOT({equal})"
        if "number" in kinds:
            return f"{self.comparable(node.left)}{node.op}{self.comparable(node.right)}"
        return f"{self.operand(node.left, 2)}{node.op}{self.operand(node.right, 2)}"

    def comparable(self, node: Node) -> str:
        if isinstance(node, Number) and node.value == rounded(node.value):
            return _number(node)
        return f"ROUND({self.plain(node)},{PLACES})"

    def key(self, node: Node, other: Node) -> str:
        """What ``match_key`` makes of a text.

        Against a literal only those tones need to be moved that the literal's key has.
        """
        if isinstance(node, Text):
            return quoted(match_key(node.value))
        wanted = match_key(other.value) if isinstance(other, Text) else None
        return folded(self.plain(node), wanted)

    def call(self, node: Call) -> str:
        if node.name in ("AND", "OR", "IN"):
            return f"CHOOSE({self.counted(node)}+1,FALSE,{_NO_VALUE},TRUE)"
        if node.name == "ISBLANK":
            asked = node.args[0]
            if not isinstance(asked, Ref):
                raise TypeError("ISBLANK asks for a field")
            cell = self.resolve(asked.field)
            return f"IF(ISERROR({cell}),FALSE,{is_blank(cell)})"
        if node.name == "UNIQUE":
            return self.unique(node)
        if node.name == "ROUND":
            return f"ROUND(ROUND({self.plain(node.args[0])},{PLACES}),{whole_of(node.args[1])})"
        args = (self.argument(node.name, arg) for arg in node.args)
        return f"{node.name}({','.join(args)})"

    def argument(self, function: str, node: Node) -> str:
        """An argument; a span becomes its cells, for SUM one range where they are in line."""
        if not isinstance(node, Span):
            return self.plain(node)
        cells = [self.resolve(code) for code in node.fields]
        words = self.around.words(node.fields[0]) if node.fields else None
        area = _area(cells, down=words is None) if function == "SUM" else None
        if area is None:
            return ",".join(_read_number(cell, words) for cell in cells)
        if words is None:
            nils = "".join(f"+(TRIM({area})={quoted(nil)})" for nil in NIL_TEXTS)
            found = f"SUMPRODUCT(ISNUMBER({area}){nils})"
        else:
            found = f"SUMPRODUCT(--ISNUMBER({area}))+{_count_words(area, words.blank)}"
        return f"IF({found}={len(cells)},SUM({area}),{_NO_VALUE})"

    def unique(self, node: Call) -> str:
        """Whether no other row holds the same; no value where the row's own answers have none."""
        there: list[str] = []
        equal: list[str] = []
        for asked in node.args:
            if not isinstance(asked, Ref):
                raise TypeError("UNIQUE asks for fields")
            cell, cells = self.resolve(asked.field), self.around.column(asked.field)
            there.append(_is_comparable(cell, asked.kind, self.around.words(asked.field)))
            if cells is not None:
                equal.append(_EQUAL[asked.kind](cells, cell))
        count = f"SUMPRODUCT(--ISNUMBER(1/({'*'.join(equal)})))<=1" if equal else "TRUE"
        return f"IF(AND({','.join(there)}),{count},{_NO_VALUE})"


def _number(node: Number) -> str:
    shown = node.value.scaleb(2).normalize() if node.percent else node.value
    plain = format(shown, "f") + ("%" if node.percent else "")
    return f"({plain})" if shown < 0 else plain


def is_blank(cell: str) -> str:
    """Whether nothing can be seen in a cell: Excel source that is TRUE or FALSE, or the error
    the cell holds."""
    return f"LEN(TRIM({_plain_spaces(cell)}))=0"


def has_word(cell: str, words: str) -> str:
    """Whether a cell holds one of the words that stand in the cells ``words``."""
    return f"{_count_words(cell, words)}>0"


def folded(text: str, wanted: str | None = None) -> str:
    """Excel source for the matching key of a text (Excel source too).

    Of the tones only those are moved that the key ``wanted`` has, where one is given.
    """
    made = f'LOWER(TRIM(SUBSTITUTE({_plain_spaces(text)},CHAR(10)," ")))'
    for typed, meant in TONE_PAIRS.items():
        if wanted is None or meant in wanted:
            made = f'SUBSTITUTE({made},"{typed}","{meant}")'
    return made


def _plain_spaces(text: str) -> str:
    return f'SUBSTITUTE({text},"\u00a0"," ")'


def _count_words(cells: str, words: str) -> str:
    # EXACT: MATCH and COUNTIF would take a typed "?" or "*" for any word.
    return f"SUMPRODUCT(--EXACT({words},LOWER(TRIM({_plain_spaces(cells)}))))"


def _read_number(cell: str, words: Words | None) -> str:
    if words is not None:
        nil = has_word(cell, words.blank)
    else:
        nil = f"OR({','.join(f'TRIM({cell})={quoted(word)}' for word in NIL_TEXTS)})"
    return f"IF(ISNUMBER({cell}),{cell},IF({nil},0,{_NO_VALUE}))"


def _read_text(cell: str, words: Words | None) -> str:
    nothing = is_blank(cell)
    if words is not None:
        nothing = f"OR({nothing},{has_word(cell, words.blank)})"
    return f"IF({nothing},{_NO_VALUE},{cell})"


def _read_date(cell: str, words: Words | None) -> str:
    del words  # none of them is a date
    return f"IF(ISNUMBER({cell}),INT({cell}),{_NO_VALUE})"


_READ = {"number": _read_number, "text": _read_text, "date": _read_date}


def _is_comparable(cell: str, kind: str, words: Words | None) -> str:
    if kind != "text":
        return f"ISNUMBER({cell})"
    if words is not None:
        return f"NOT({is_blank(cell)}),NOT({has_word(cell, words.nothing)})"
    return ",".join(f"LOWER(TRIM({cell}))<>{quoted(word)}" for word in ("", *NIL_TEXTS))


_EQUAL: dict[str, Callable[[str, str], str]] = {
    "number": lambda cells, cell: (
        f"ISNUMBER({cells})*(ROUND({cells},{PLACES})=ROUND({cell},{PLACES}))"
    ),
    "date": lambda cells, cell: f"ISNUMBER({cells})*(INT({cells})=INT({cell}))",
    "text": lambda cells, cell: f"EXACT({folded(cells)},{folded(cell)})",
}


def _kind(node: Node) -> str:
    """The kind of a part of a tree whose kinds were checked."""
    if isinstance(node, Ref | Prev):
        return node.kind
    if isinstance(node, Text):
        return "text"
    if isinstance(node, Boolean):
        return "truth"
    if isinstance(node, Binary):
        return "truth" if node.op in COMPARISONS else "text" if node.op == "&" else "number"
    if isinstance(node, Call):
        if node.name == "IF":
            return _kind(node.args[1])
        if node.name in ("AND", "OR", "NOT", "IN", "ISBLANK", "UNIQUE"):
            return "truth"
        return "date" if node.name == "DATE" else "number"
    return "number"


def _area(cells: Sequence[str], *, down: bool) -> str | None:
    """``B2:E2`` for three or more cells side by side (or one below the other), else None."""
    places = [re.fullmatch(rf"\$?([A-Z]{{1,3}})\$?([0-9]+|{ANY_ROW})", cell) for cell in cells]
    if len(cells) < 3 or None in places:
        return None
    spots = [(_column(place[1]), place[2]) for place in places if place]
    column, row = spots[0]
    across = [(column + step, row) for step in range(len(spots))]
    line = spots == across
    if down and row != ANY_ROW:
        line = line or spots == [(column, str(int(row) + step)) for step in range(len(spots))]
    return f"{cells[0]}:{cells[-1]}" if line else None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number

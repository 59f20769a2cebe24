"""Numbers as offices write them: which number a text stands for, or why that cannot be told.

A text is first taken apart (:func:`parse`) into its value with a decimal comma and with a
decimal point, then :func:`settle` decides between the two. Nothing is guessed: where both
are possible and the column proves neither, the cell is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal

from toolkit.intake.cleaning import clean
from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.values.reading import (
    ColumnHints,
    NumberStyle,
    Reading,
    ReadingFinding,
    error,
    note,
    number_reading,
    show,
    show_percent,
    unreadable,
    warning,
)
from toolkit.programme.model import Field, FieldType
from toolkit.text import match_key

_MOST_DIGITS = 20  # a longer row of digits is an account or a code, no figure
_TOO_MANY_DIGITS = Decimal("1e15")
_FIFTEEN_DIGITS = Context(prec=15)  # what Excel shows and keeps of a number

_QUOTES = "'\"`´‘’“”"
_RUN = re.compile(r"[.,]?[0-9](?:[0-9.,]|\ (?=[0-9]))*")
_COMMA = re.compile(
    r"(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]*)(?:,[0-9]+)?"
)
_POINT = re.compile(
    r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]*)(?:\.[0-9]+)?"
)
_DATE = re.compile(
    r"[0-9]{1,2}([./-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})|[0-9]{4}([/-])[0-9]{1,2}\2[0-9]{1,2}"
)
_SUM = re.compile(r"[0-9)]\s*[+*×:÷=]\s*[0-9(]|[0-9]\s+x\s+[0-9]|^=")
_LOOKALIKE = re.compile(r"[0-9oOlI|.,]*[0-9][0-9oOlI|.,]*")
_LETTERS_FOR_DIGITS = str.maketrans("oOlI|", "00111")
_EXPONENT = re.compile(r"[0-9.,]+[eE][+-]?[0-9]+")
_PERCENT = re.compile(r"^\s*(?:%|phần trăm\b|percent\b)", re.IGNORECASE)
_BRACKETS = re.compile(r"\(\s*([0-9][0-9., ]*)\s*\)(.*)", re.DOTALL)
_IN_WORDS = re.compile(r"\([^()0-9]*\)")  # "05 (năm) mô hình"

_BEFORE = frozenset(("", "+", "có", "đạt", "được", "tổng", "tổng số", "tổng cộng", "cộng", "là"))
# "trên 50" is more than 50; "50 mô hình trên địa bàn" is exactly 50.
_ABOUT = re.compile(
    r"[~≈<>≤≥]|\b(?:khoảng|gần|hơn|trên|dưới|ước|ước đạt|xấp xỉ|tối thiểu|tối đa|ít nhất|"
    r"không quá|about|over|nearly|at least|more than|less than|up to)\b"
)
_OR_MORE = re.compile(r"^\s*\+|[~≈<>≤≥]|\b(?:khoảng|ước|xấp xỉ|trở lên|trở xuống|or more)\b")
_SCALE_WORD = re.compile(
    r"(?:^|[\s(])(?:trăm|nghìn|ngàn|vạn|triệu|tr|tỷ|tỉ|tá|k|hundred|thousand|million|billion)\b"
)
_AREAS_AND_LENGTHS = ("km", "m", "cm", "mm", "ha", "km2", "m2", "m3", "m²", "m³", "mẫu", "sào")
_WEIGHTS = ("kg", "g", "tấn", "tạ", "yến", "lít")
_MONEY_AND_TIME = ("đ", "đồng", "vnđ", "vnd", "usd", "$", "giờ", "phút")
_MEASURES = frozenset((*_AREAS_AND_LENGTHS, *_WEIGHTS, *_MONEY_AND_TIME))


@dataclass(frozen=True, slots=True)
class Written:
    """A number text taken apart. None where the text is no number in that style."""

    comma: Decimal | None
    point: Decimal | None
    percent: bool = False
    brackets: bool = False
    words: str = ""  # what follows the number, as a matching key


@dataclass(frozen=True, slots=True)
class Settled:
    """The number decided on; ``by_column`` where the other cells decided."""

    value: Decimal
    by_column: bool = False


def parse(text: str, unit_of_measure: str = "") -> Written | ReadingFinding:
    """The number written in a cleaned text, or the finding that says why there is none."""
    text = re.sub(" +", " ", text.strip().strip(_QUOTES).strip())
    if sum(char.isdigit() for char in text) > _MOST_DIGITS:
        return error("number.unreadable")
    if _DATE.fullmatch(text):
        return error("number.is_date")
    if _EXPONENT.fullmatch(text):
        return error("number.unreadable")
    if _LOOKALIKE.fullmatch(text) and not re.fullmatch("[0-9.,]+", text):
        return error("number.lookalike", suggestion=text.translate(_LETTERS_FOR_DIGITS))
    if _SUM.search(text):
        return error("number.expression")
    text, unit_follows = _without_measure(text, unit_of_measure)
    bracketed = _BRACKETS.fullmatch(text)
    if bracketed:
        text = bracketed[1].rstrip() + bracketed[2]
    runs = list(_RUN.finditer(text))
    if len(runs) != 1:
        return error("number.several" if runs else "number.unreadable")
    before, after = text[: runs[0].start()], text[runs[0].end() :]
    return _parts(
        runs[0].group(), before, f"{after} {unit_follows}".rstrip(), bracketed is not None
    )


def _without_measure(text: str, unit_of_measure: str) -> tuple[str, str]:
    """A measure that holds a digit (m2, km2) cut off the end: its digit is no number."""
    for measure in (unit_of_measure.strip(), "km2", "m2", "m3"):
        if any(char.isdigit() for char in measure) and text.lower().endswith(measure.lower()):
            return text[: -len(measure)].rstrip(), measure
    return text, ""


def _parts(run: str, before: str, after: str, brackets: bool) -> Written | ReadingFinding:
    if re.fullmatch(r"[0-9., ]*[0-9][.,]", run) and not after.strip():
        run = run[:-1]  # the full stop of a sentence
    elif run[-1:] in (".", ","):
        run, after = run[:-1], run[-1] + after
    percent = _PERCENT.match(after)
    if percent:
        after = after[percent.end() :]
    lead, rest = match_key(before).rstrip(": "), match_key(after)
    if _ABOUT.search(lead) or _OR_MORE.search(rest):
        return error("number.approximate")
    words = _words_after(rest)
    dash = lead in ("-", "−", "–", "—")
    if (dash and (before != lead or words or lead in "–—")) or (brackets and words):
        return error("number.sign")  # a list entry, a remark in brackets, or a minus?
    if (not dash and lead not in _BEFORE) or not _is_wording(words):
        return error("number.unreadable")
    sign = -1 if dash or brackets else 1
    comma, point = _value(run, _COMMA, ","), _value(run, _POINT, ".")
    if comma is None and point is None:
        return error("number.several" if " " in run else "number.grouping")
    return Written(
        None if comma is None else comma * sign,
        None if point is None else point * sign,
        percent is not None,
        brackets,
        words,
    )


def _is_wording(words: str) -> bool:
    return not words or "$" in words or any(char.isalpha() for char in words)


def _words_after(rest: str) -> str:
    """The words after a number, without the number in words: ``05 (năm) mô hình``."""
    spoken = rest if _SCALE_WORD.search(rest) else _IN_WORDS.sub(" ", rest)
    if spoken.count("(") == spoken.count(")"):
        spoken = spoken.replace("(", " ").replace(")", " ")
    return " ".join(spoken.split()).strip(" .;,")


def _value(run: str, style: re.Pattern[str], decimal_sign: str) -> Decimal | None:
    if not style.fullmatch(run):
        return None
    thousands = "." if decimal_sign == "," else ","
    return Decimal(run.replace(" ", "").replace(thousands, "").replace(decimal_sign, "."))


def settle(
    written: Written, hints: ColumnHints, *, integer: bool = False
) -> Settled | ReadingFinding:
    """Which of the two readings it is. In an integer field ``1.234`` is grouped by thousands."""
    comma, point = written.comma, written.point
    if comma is None or point is None or comma == point:
        value = comma if comma is not None else point
        assert value is not None  # parse hands out no Written without a value
        return Settled(value)
    whole, part = sorted((comma, point), key=abs, reverse=True)
    by_style = {NumberStyle.COMMA: comma, NumberStyle.POINT: point}
    if integer:
        # The other cells may prove the very opposite: then nobody can tell.
        if hints.style is None or by_style[hints.style] == whole:
            return Settled(whole)
        return error("number.ambiguous", whole=show(whole), part=show(part))
    if hints.style is None:
        return error("number.ambiguous", whole=show(whole), part=show(part))
    return Settled(by_style[hints.style], by_column=True)


def style_of(written: Written) -> NumberStyle | None:
    """The style a text proves by itself: ``12,5`` and ``1.234.567`` prove the comma."""
    if (written.comma is None) == (written.point is None):
        return None
    return NumberStyle.POINT if written.comma is None else NumberStyle.COMMA


def column_style(cells: Iterable[RawCell], field: Field) -> NumberStyle | None:
    """The style the texts of a column prove; None where there is no proof or two of them."""
    styles = set()
    for cell in cells:
        if cell.kind is CellKind.TEXT:
            written = parse(clean(str(cell.value), cell.font).text, field.unit_of_measure)
            if isinstance(written, Written):
                styles.add(style_of(written))
    styles.discard(None)
    return styles.pop() if len(styles) == 1 else None


def as_shown(value: Decimal) -> Decimal:
    """A number with the 15 digits that Excel shows: 0.30000000000000004 is 0.3."""
    if len(value.as_tuple().digits) <= 15:
        return value
    return value.normalize(_FIFTEEN_DIGITS)


def read_number_cell(cell: RawCell, value: Decimal, field: Field) -> Reading:
    """A real number in an integer, decimal or formula field."""
    if cell.percent and value != 0:
        if field.unit_of_measure.strip() != "%":
            return unreadable(cell.shown(), error("number.percent"))
        # The field counts in per cent and the screen showed "12,5%".
        points = as_shown(value).scaleb(2)
        return finish(
            points, field, cell.shown(), (note("number.percent_points", value=show(points)),)
        )
    return finish(as_shown(value), field, cell.shown())


def read_number_text(text: str, raw: str, field: Field, hints: ColumnHints) -> Reading:
    """A text in an integer, decimal or formula field."""
    written = parse(text, field.unit_of_measure)
    if isinstance(written, ReadingFinding):
        return unreadable(raw, written)
    if written.percent and field.unit_of_measure.strip() != "%":
        return unreadable(raw, error("number.percent"))
    settled = settle(written, hints, integer=field.type is FieldType.INTEGER)
    if isinstance(settled, ReadingFinding):
        return unreadable(raw, settled)
    said = assumption(written, settled, field)
    if said.severity == "error":
        return unreadable(raw, said)
    return finish(settled.value, field, raw, (said,))


def assumption(written: Written, settled: Settled, field: Field) -> ReadingFinding:
    """The one finding that says what was assumed in reading a text as a number."""
    value = show(settled.value)
    if written.words:
        judged = _judge_words(written.words, match_key(field.unit_of_measure), value)
        if judged is not None:
            return judged
    if written.brackets:
        return warning("number.brackets", value=value)
    if settled.by_column:
        return note("number.by_column", value=value)
    return note("number.text", value=value)


def _judge_words(words: str, unit: str, value: str) -> ReadingFinding | None:
    """What the words after a number do to it: nothing, if they are the unit of measure."""
    if words == unit or (unit and (_begins(words, unit) or _begins(unit, words))):
        return None
    if _SCALE_WORD.search(words):
        return error("number.scale_word")
    if unit and (words in _MEASURES or unit in _MEASURES):
        return error("number.wrong_unit", unit=unit)
    if unit:
        return warning("number.other_unit", value=value, unit=unit)
    return note("number.words", value=value)


def _begins(words: str, start: str) -> bool:
    return words.startswith(f"{start} ")


def finish(
    value: Decimal, field: Field, raw: str, findings: tuple[ReadingFinding, ...] = ()
) -> Reading:
    """The reading of a number once it is known: whole where it must be, within the limits."""
    if field.type is FieldType.INTEGER:
        if value != value.to_integral_value():
            return unreadable(raw, error("number.not_integer", value=show(value)))
        value = Decimal(int(value))
    broken = beyond_limits(value, field)
    return unreadable(raw, broken) if broken else number_reading(raw, value, findings)


def beyond_limits(value: Decimal, field: Field) -> ReadingFinding | None:
    """The finding for a number outside the field's limits; both limits are allowed values.

    From 16 digits on a spreadsheet does not keep a number as it was typed.
    """
    shown = show_percent if field.shows_percent else show
    low, high = field.minimum, field.maximum
    if abs(value) >= _TOO_MANY_DIGITS:
        return error("number.too_long", value=f"{value:.2E}".replace(".", ","))
    if isinstance(low, Decimal) and value < low:
        return error("number.too_small", value=shown(value), limit=shown(low))
    if isinstance(high, Decimal) and value > high:
        return error("number.too_large", value=shown(value), limit=shown(high))
    return None

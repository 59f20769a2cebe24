"""From a raw cell to an answer: numbers, rates, dates, choices, texts and kinds of nothing.

Every reading that needed an assumption says so in a finding; what could be read in two ways
that change a total is unreadable, with an error. Whether an answer is *required* is not
judged here, and neither is anything that needs a second answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from toolkit.intake.cleaning import CleanText, clean
from toolkit.intake.model import AnswerValue, CellKind, RawCell, State
from toolkit.intake.values.choices import read_choice
from toolkit.intake.values.dates import (
    column_swaps,
    read_date_cell,
    read_date_text,
    read_serial,
)
from toolkit.intake.values.nothings import DEFAULT_RULES, ValueRules, with_wordings
from toolkit.intake.values.numbers import (
    beyond_limits,
    column_style,
    read_number_cell,
    read_number_text,
)
from toolkit.intake.values.rates import column_scale, read_rate_cell, read_rate_text
from toolkit.intake.values.reading import (
    NO_HINTS,
    ColumnHints,
    NumberStyle,
    RateScale,
    Reading,
    ReadingFinding,
    error,
    note,
    show,
    show_percent,
    unreadable,
)
from toolkit.programme.model import Field, FieldType, Period

__all__ = [
    "DEFAULT_RULES",
    "NO_HINTS",
    "ColumnHints",
    "NumberStyle",
    "RateScale",
    "Reading",
    "ReadingFinding",
    "ValueRules",
    "column_hints",
    "read_cell",
    "show",
    "show_percent",
    "with_wordings",
]

# "3.2024", typed for March 2024, became a number.
_MONTH_AND_YEAR = re.compile(r"\d{1,2}\.\d{4}")
_BLANK = Reading(State.MISSING, None, "")


def column_hints(cells: Iterable[RawCell], field: Field) -> ColumnHints:
    """What the input cells of one column prove together about numbers, rates and dates.

    For ambiguous cells only: a cell that is clear by itself is read as it stands.
    """
    if not field.is_numeric and field.type is not FieldType.DATE:
        return NO_HINTS
    held = tuple(cells)
    if field.type is FieldType.DATE:
        return ColumnHints(swapped_dates=True) if column_swaps(held, field) else NO_HINTS
    style = column_style(held, field)
    if not field.shows_percent:
        return ColumnHints(style) if style else NO_HINTS
    scale = column_scale(held, field, ColumnHints(style))
    return ColumnHints(style, scale)


def read_cell(
    cell: RawCell | None,
    field: Field,
    choices: tuple[str, ...] = (),
    *,
    period: Period | None = None,
    column: ColumnHints | None = None,
    rules: ValueRules = DEFAULT_RULES,
) -> Reading:
    """A cell as the answer of ``field``; None stands for a blank cell.

    ``choices`` are the allowed answers of a CHOICE field, ``period`` is that of the return,
    ``column`` what :func:`column_hints` made of the cells around.
    """
    if cell is None:
        return _BLANK
    hints = column or NO_HINTS
    if cell.kind is CellKind.TEXT:
        return _read_text(cell, field, choices, period, hints, rules)
    infinite = isinstance(cell.value, Decimal) and not cell.value.is_finite()
    if infinite or cell.kind in (CellKind.ERROR, CellKind.UNCACHED):
        code = "cell.uncached" if cell.kind is CellKind.UNCACHED else "cell.error"
        return unreadable(cell.shown(), error(code, content=cell.shown()))
    if field.type is FieldType.TEXT:
        return Reading(State.VALUE, _as_text(cell), cell.shown())
    if field.type is FieldType.CHOICE:
        return _read_choice(_as_text(cell), cell.shown(), choices, rules)
    if field.type is FieldType.DATE:
        return _read_date(cell, field, period, hints)
    return _read_numeric(cell, field, hints)


def _as_text(cell: RawCell) -> str:
    """What the screen showed of a cell that is no text."""
    if isinstance(cell.value, Decimal) and cell.percent:
        return show_percent(cell.value)
    return cell.shown()


def _read_date(cell: RawCell, field: Field, period: Period | None, hints: ColumnHints) -> Reading:
    if isinstance(cell.value, datetime):
        return read_date_cell(cell.value, cell.shown(), field, period, hints)
    if isinstance(cell.value, Decimal) and cell.value == cell.value.to_integral_value():
        return read_serial(int(cell.value), cell.shown(), field, period)
    if _MONTH_AND_YEAR.fullmatch(cell.shown()):
        return read_date_text(cell.shown(), cell.shown(), field, period)
    return unreadable(cell.shown(), error("date.unreadable"))


def _read_numeric(cell: RawCell, field: Field, hints: ColumnHints) -> Reading:
    if isinstance(cell.value, bool):
        return unreadable(cell.shown(), error("number.boolean"))
    if isinstance(cell.value, datetime):
        return unreadable(cell.shown(), error("number.is_date"))
    value = Decimal(cell.value)
    if field.shows_percent:
        return read_rate_cell(cell, value, field, hints)
    return read_number_cell(cell, value, field)


def _read_text(
    cell: RawCell,
    field: Field,
    choices: tuple[str, ...],
    period: Period | None,
    hints: ColumnHints,
    rules: ValueRules,
) -> Reading:
    raw = str(cell.value)
    cleaned = clean(raw, cell.font)
    if not cleaned.text:
        reading = Reading(State.MISSING, None, raw)
    elif field.type is FieldType.TEXT:
        reading = _read_words(cleaned.text, raw, rules)
    elif field.type is FieldType.CHOICE:
        reading = _read_choice(cleaned.text, raw, choices, rules)
    elif (state := _nothing(cleaned.text, field, rules)) is not None:
        reading = _nothing_reading(state, raw, field)
    elif field.type is FieldType.DATE:
        reading = read_date_text(cleaned.text, raw, field, period)
    elif field.shows_percent:
        reading = read_rate_text(cleaned.text, raw, field, hints)
    else:
        reading = read_number_text(cleaned.text, raw, field, hints)
    return _with_notes(reading, cleaned)


def _with_notes(reading: Reading, cleaned: CleanText) -> Reading:
    """The reading with what was done to its text; an error stands alone: one mistake."""
    if reading.state is State.UNREADABLE or not (cleaned.html or cleaned.legacy):
        return reading
    said = []
    if cleaned.legacy:
        encoding = cleaned.legacy.encoding.upper()
        said.append(note("text.legacy", value=cleaned.text, encoding=encoding))
    if cleaned.html:
        said.append(note("text.html", value=cleaned.text))
    return Reading(reading.state, reading.value, reading.raw, (*said, *reading.findings))


def _read_words(text: str, raw: str, rules: ValueRules) -> Reading:
    """A text in a text field. "Không có" is a confirmed nil, its words are kept."""
    state = rules.state_of(text, in_text=True)
    if state is None:
        return Reading(State.VALUE, text, raw)
    if state is State.NIL:
        return Reading(state, text, raw)
    return Reading(state, None, raw, (note(f"nothing.{state.value}"),))


def _read_choice(text: str, raw: str, choices: tuple[str, ...], rules: ValueRules) -> Reading:
    if not choices:
        return _read_words(text, raw, rules)
    chosen = read_choice(text, raw, choices, rules)
    if isinstance(chosen, Reading):
        return chosen
    return Reading(chosen, None, raw, (note(f"nothing.{chosen.value}"),))


def _nothing(text: str, field: Field, rules: ValueRules) -> State | None:
    if field.is_numeric and rules.is_nil_of(text, field.unit_of_measure):
        return State.NIL
    return rules.state_of(text)


def _nothing_reading(state: State, raw: str, field: Field) -> Reading:
    """A word for nothing. A nil of a numeric field is a 0 that counts, within the limits."""
    said = note(f"nothing.{state.value}")
    value: AnswerValue = None
    if field.is_numeric and state in (State.NIL, State.ZERO):
        value = Decimal(0)
        broken = beyond_limits(value, field)
        if broken is not None:
            return unreadable(raw, broken)
    return Reading(state, value, raw, (said,))

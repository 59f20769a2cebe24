"""What reading a cell gives, and the signs in its column that help to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from toolkit.findings import Severity
from toolkit.intake.model import AnswerValue, State
from toolkit.record import record


@dataclass(frozen=True, slots=True)
class ReadingFinding:
    """Something said about one reading; the caller adds the address and ``found`` (the raw)."""

    code: str
    severity: Severity
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


@record()
class Reading:
    """A cell read as the answer of a field. ``raw`` is what stood there ("" in a blank cell).

    A reading with a finding of severity error is UNREADABLE and holds no value: a faulted
    answer never enters a total.
    """

    state: State
    value: AnswerValue
    raw: str
    findings: tuple[ReadingFinding, ...] = ()


class NumberStyle(StrEnum):
    """Which sign is the decimal one: ``1.234,5`` or ``1,234.5``."""

    COMMA = "comma"
    POINT = "point"


class RateScale(StrEnum):
    """How the plain numbers of a rate column are meant: 0.125 or 12.5 for one eighth."""

    FRACTION = "fraction"
    PERCENT = "percent"
    MIXED = "mixed"  # both occur: nothing can be concluded


@dataclass(frozen=True, slots=True)
class ColumnHints:
    """What the cells of one column prove together; None where they prove nothing.

    ``swapped_dates``: the column bears the mark of a spreadsheet program that takes the
    month first (:func:`~toolkit.intake.values.dates.column_swaps`).
    """

    style: NumberStyle | None = None
    scale: RateScale | None = None
    swapped_dates: bool = False


NO_HINTS = ColumnHints()


def note(code: str, **params: str) -> ReadingFinding:
    """An assumption that was made in reading."""
    return ReadingFinding(code, Severity.NOTE, params)


def warning(code: str, **params: str) -> ReadingFinding:
    """A reading that stands but that somebody should look at."""
    return ReadingFinding(code, Severity.WARNING, params)


def error(code: str, **params: str) -> ReadingFinding:
    """What makes a cell unreadable."""
    return ReadingFinding(code, Severity.ERROR, params)


def unreadable(raw: str, finding: ReadingFinding) -> Reading:
    """The reading of a cell that cannot be read."""
    return Reading(State.UNREADABLE, None, raw, (finding,))


def number_reading(raw: str, value: Decimal, findings: tuple[ReadingFinding, ...] = ()) -> Reading:
    """The reading of a number: zero is a state of its own."""
    if value == 0:
        return Reading(State.ZERO, Decimal(0), raw, findings)
    return Reading(State.VALUE, _canonical(value), raw, findings)


def _canonical(value: Decimal) -> Decimal:
    """A number without idle zeros (1.00 is 1) and without exponent, its value unchanged."""
    short = value.normalize()
    if short != value or short.adjusted() > 20:  # more digits than the context carries
        return value
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def show(value: Decimal) -> str:
    """A number for a message: decimal comma, no thousands signs that could be misread."""
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.replace(".", ",")


def show_percent(fraction: Decimal) -> str:
    """A fraction for a message: ``12,5%``."""
    return f"{show(fraction.scaleb(2))}%"

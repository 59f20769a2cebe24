"""An answer as a figure of its own: the smallest figure there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto

from toolkit.consolidate.aggregate import (
    MISSING,
    NIL,
    NO_SHARES,
    NOT_APPLICABLE,
    UNREADABLE,
    VALUE,
    ZERO,
    text_of,
)
from toolkit.consolidate.model import Figure, Part
from toolkit.intake.model import Answer, AnswerValue, State
from toolkit.programme.model import Field, FieldType
from toolkit.record import record
from toolkit.register.model import Submission

Cells = Mapping[str, Figure]  # field code -> the answer as a figure

# A cell of a return that never came, or of a row it does not hold: it has no address.
BLANK = Figure(MISSING, None)
NOT_ASKED = Figure(NOT_APPLICABLE, None)

_NUMBER_ZERO = Decimal(0)


class AnswerKind(Enum):
    """What an answer is to arithmetic."""

    NUMBER = auto()
    DATE = auto()
    TEXT = auto()


_NUMBER, _DATE, _TEXT = AnswerKind.NUMBER, AnswerKind.DATE, AnswerKind.TEXT


@record()
class FormReturn:
    """One form of one return.

    ``rows`` by row key; of an OPEN form only the filled ones, in order. ``nothing`` is what
    an OPEN form without rows says: ZERO (left empty), NIL (confirmed) or NOT_AVAILABLE (no
    figures yet; both as said in ``nil_parts``) when the form came without fault, UNREADABLE
    when the form has an error, else MISSING.
    """

    rows: Mapping[str, Cells]
    nothing: State = MISSING
    nil_parts: tuple[Part, ...] = ()


def kind_of(field: Field) -> AnswerKind:
    """What the answers of a field are."""
    if field.is_numeric:
        return _NUMBER
    return _DATE if field.type is FieldType.DATE else _TEXT


def part(answer: Answer, submission: Submission, state: State) -> Part:
    """The answer with its origin, in the state it is counted as."""
    address = answer.address
    return Part(
        submission.unit,
        submission.period,
        answer.row,
        state,
        answer.value,
        address.file,
        address.sheet,
        address.cell,
        submission.stored,
    )


def figure(answer: Answer, kind: AnswerKind, submission: Submission) -> Figure:
    """The answer as its field's type has it now.

    A programme may have changed since the return was read: a value that is no number where
    a number is asked is unreadable, and kept out.
    """
    state, value = answer.state, answer.value
    if state is VALUE:
        # The common case first: this runs for every answer there is.
        if kind is _NUMBER:
            if type(value) is not Decimal or not value.is_finite():
                state, value = UNREADABLE, None
        elif kind is _TEXT:
            value = value if isinstance(value, str) else text_of(value)
        elif isinstance(value, datetime):
            value = value.date()
        elif not isinstance(value, date):
            state, value = UNREADABLE, None
    elif state is not MISSING:
        value = _without_value(state, value, kind)
    return Figure(state, value, (part(answer, submission, state),), None, NO_SHARES)


def _without_value(state: State, value: AnswerValue, kind: AnswerKind) -> AnswerValue:
    """What the states other than VALUE and MISSING hold: 0 where a zero or nil is counted."""
    if state is not ZERO and state is not NIL:
        return None
    if kind is _NUMBER:
        return _NUMBER_ZERO
    return (text_of(value) or None) if kind is _TEXT else None

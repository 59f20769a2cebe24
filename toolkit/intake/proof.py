"""The proof that the figures on record are those in the cells of the original.

It is made while the file is read: a digest of the figures with their places, but only where
each cell that an answer names as its source holds that very figure, and no cell of a missing
answer holds a number. Later the digest of what
is on record, next to the hash of the archived original, shows that all three are the same
without reading the workbook again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from decimal import Decimal

from toolkit.intake.control import Column, figure_in, is_lost
from toolkit.intake.model import Answer, RawWorkbook
from toolkit.places import place_of
from toolkit.programme.model import FieldType, Form, Programme

# Raised whenever the readers or the reading of numbers change: older proofs are none then.
_VERSION = "2"
_PLAIN_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)


def plain_columns(programme: Programme) -> frozenset[Column]:
    """The columns of plain numbers that units type: those that control totals may be of."""
    return frozenset(column for form in programme.forms for column in _columns(form))


def _columns(form: Form) -> Iterable[Column]:
    return [(form.code, f.code) for f in form.fields if f.is_input and f.type in _PLAIN_NUMBERS]


def proof_in(raw: RawWorkbook, answers: Iterable[Answer], columns: Collection[Column]) -> str:
    """The digest of the figures of ``columns``; "" where a cell does not hold its figure.

    Also where a number stands in the cell of a missing answer: it would be in no total.
    """
    sheets = {sheet.name: sheet.cells for sheet in raw.sheets}
    held = []
    for answer in answers:
        if (answer.form, answer.field) not in columns or not answer.address.cell:
            continue
        cell = sheets.get(answer.address.sheet, {}).get(place_of(answer.address.cell))
        if _is_figure(answer):
            if cell is None or figure_in(cell, answer) != answer.value:
                return ""
            held.append(answer)
        elif is_lost(cell, answer):
            return ""
    return _digest(held)


def proof_of(answers: Iterable[Answer], columns: Collection[Column]) -> str:
    """The digest of the figures of ``columns`` as they are on record."""
    return _digest([a for a in answers if (a.form, a.field) in columns and _is_figure(a)])


def _is_figure(answer: Answer) -> bool:
    return isinstance(answer.value, Decimal) and answer.state.counts


def _digest(held: Iterable[Answer]) -> str:
    lines = [
        f"{a.form}\t{a.row}\t{a.field}\t{a.address.sheet}\t{a.address.cell}\t{a.value}"
        for a in held
    ]
    return hashlib.sha256("\n".join((_VERSION, *lines)).encode()).hexdigest()

"""The answers of a return as formulas and rules see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from toolkit.intake.model import Answer, AnswerValue, State
from toolkit.programme.language.walk import references
from toolkit.programme.model import Field, Form, FormKind, Item, Programme, Unit
from toolkit.template.prefill import prefilled

Key = tuple[str, str, str]  # form, row, field
Pair = tuple[str, AnswerValue]

_BLANK: Pair = (State.MISSING, None)


@dataclass(frozen=True, slots=True)
class ReturnContext:
    """All answers of one return by form, row and field, and what they may be held against.

    ``answers`` may still grow while computed fields are added to it. ``previous`` are those
    of the unit's return of the period before.
    """

    programme: Programme
    unit: Unit
    answers: dict[Key, Answer]
    previous: Mapping[Key, Answer]
    forms: frozenset[str]  # the forms of this return

    def row(self, form: Form, row_key: str, item: Item | None = None) -> RowView:
        """The view of one row; a form of QUESTIONS is one row, whatever ``row_key``."""
        return RowView(self, form, row_key, item)

    def filled_rows(self, form: Form) -> int:
        """How many rows of the form hold an answer of the unit's own."""
        inputs = {field.code for field in form.fields if field.is_input}
        return len(
            {
                row
                for (code, row, field), answer in self.answers.items()
                if code == form.code and field in inputs and answer.state is not State.MISSING
            }
        )


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a return: the ``Row`` that the language evaluates against."""

    context: ReturnContext
    form: Form
    row_key: str
    item: Item | None = None

    def key(self, field: str) -> Key:
        """Where the answer of a field of this row is kept."""
        questions = self.form.kind is FormKind.QUESTIONS
        return self.form.code, field if questions else self.row_key, field

    def answer(self, field: str) -> Pair:
        """The answer of a field in this row; a prefilled text is the programme's."""
        given = self.context.answers.get(self.key(field))
        if given is not None:
            return given.state, given.value
        asked = self.form.field(field)
        if asked.prefill:
            content = prefilled(self.context.programme, self.context.unit, asked, self.item)
            return _BLANK if content is None else (State.VALUE, content)
        return _BLANK

    def previous(self, field: str) -> Pair:
        """The answer of the period before."""
        given = self.context.previous.get(self.key(field))
        return _BLANK if given is None else (given.state, given.value)

    def count_rows(self, form: str) -> int | None:
        """The filled rows of a form of the same return; None where it is not part of it."""
        if form not in self.context.forms:
            return None
        return self.context.filled_rows(self.context.programme.form(form))

    def unit_value(self, name: str) -> Decimal | None:
        """The unit's own figure of an item."""
        return self.context.programme.allotments.get((name, self.context.unit.code))

    def state_without_value(self, field: Field) -> State:
        """Why a computed field has no value: the gravest state among what it uses."""
        if field.formula is None:
            return State.MISSING
        states = {self.answer(code)[0] for code in references(field.formula)}
        for state in (State.UNREADABLE, State.NOT_APPLICABLE, State.NOT_AVAILABLE):
            if state in states:
                return state
        return State.MISSING


def by_key(answers: Iterable[Answer]) -> dict[Key, Answer]:
    """Answers by form, row and field."""
    return {(a.form, a.row, a.field): a for a in answers}

"""The answers of a return as formulas and rules see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.intake.model import Answer, AnswerValue, State
from toolkit.programme.language.walk import references
from toolkit.programme.model import Field, Form, FormKind, Item, Programme, Unit
from toolkit.record import record
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
    # how often the rows of a form hold the same in some fields: for UNIQUE, counted once
    counted: dict[Hashable, Counter[Hashable]] = field(default_factory=dict, compare=False)

    def row(self, form: Form, row_key: str, item: Item | None = None) -> RowView:
        """The view of one row; a form of QUESTIONS is one row, whatever ``row_key``."""
        return RowView(self, form, row_key, item)

    def rows(self, form: Form) -> Iterator[RowView]:
        """The view of each row of a form that answers are known of."""
        items = {item.code: item for item in self.programme.items(form, self.unit)}
        for key in dict.fromkeys(row for code, row, _ in self.answers if code == form.code):
            yield self.row(form, key, items.get(key))

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


@record()
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

    def repeats(self, fields: tuple[str, ...], alike: Callable[[Pair], Hashable | None]) -> int:
        """How many rows of the form hold what this one holds in ``fields``; see ``AmongRows``."""

        def content(row: RowView) -> tuple[Hashable | None, ...]:
            return tuple(alike(row.answer(code)) for code in fields)

        own = content(self)
        if None in own:
            return 0
        if self.form.kind is FormKind.QUESTIONS:
            return 1
        # answers may still be added while computed fields are
        key = self.form.code, fields, len(self.context.answers)
        counts = self.context.counted.get(key)
        if counts is None:
            rows = self.context.rows(self.form)
            counts = self.context.counted[key] = Counter(map(content, rows))
        return counts[own]

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

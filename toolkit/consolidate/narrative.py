"""Narrative answers gathered per question: what the units wrote, the same said once.

Which answers
    The text answers of forms of questions, and the text columns of forms with fixed rows,
    where the programme says they are listed over units (``liệt kê``). Rows of lists are
    things, not prose, and have a sheet of their own.
What is folded
    Passages that are the same but for case, spacing, tone position and punctuation become
    one, in the words of the unit that comes first, with all units named. Passages that are
    nearly the same keep their places and point at each other; nothing is ever dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from toolkit.consolidate.alike import MOST_COMPARED, near_pairs, passage_key
from toolkit.consolidate.model import Consolidation, FormTable, Part, TableRow
from toolkit.intake.model import State
from toolkit.programme.model import Aggregation, Field, FieldType, Form, FormKind, Item, Unit

# The forms in which units write; a list is of things and is not gathered here.
PROSE = (FormKind.FIXED, FormKind.QUESTIONS)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text, once, with every answer that says it; ``near`` are the numbers (from 1, within
    the heading) of passages that are nearly the same."""

    number: int
    text: str  # as the first unit wrote it, its line breaks kept
    units: tuple[Unit, ...]  # in official order, each once
    parts: tuple[Part, ...]  # every answer, with its file, sheet and cell
    near: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A question (or a column of a row) with everything that was answered to it.

    ``nothing`` are the units that confirmed there is nothing to say; ``silent`` those asked
    of which there is no readable answer at all.
    """

    form: Form
    field: Field
    item: Item | None  # of a form with fixed rows
    passages: tuple[Passage, ...]
    nothing: tuple[Unit, ...]
    silent: tuple[Unit, ...]

    @property
    def compared(self) -> bool:
        """Whether passages that are nearly the same were looked for: not among very many."""
        return len(self.passages) <= MOST_COMPARED

    @property
    def title(self) -> str:
        """The question, of a fixed row its text first."""
        return f"{self.item.text} – {self.field.title}" if self.item else self.field.title


def gathered(
    consolidation: Consolidation, kinds: Collection[FormKind] = PROSE
) -> tuple[Heading, ...]:
    """Every heading in the order of forms, rows and columns; those nobody answered too.

    Only of forms of these ``kinds``, which are among PROSE.
    """
    return tuple(
        _heading(table, row, field)
        for table in consolidation.tables
        if table.form.kind in kinds
        for row, field in _asked(table)
    )


def _asked(table: FormTable) -> Iterator[tuple[TableRow, Field]]:
    for row in table.rows:
        for code in row.totals:
            field = table.form.field(code)
            listed = field.over_units is Aggregation.LIST
            if listed and field.is_input and field.type is FieldType.TEXT:
                yield row, field


def _heading(table: FormTable, row: TableRow, field: Field) -> Heading:
    said: dict[str, list[tuple[Unit, Part]]] = {}
    nothing: list[Unit] = []
    silent: list[Unit] = []
    keys: dict[str, str] = {}
    for line in row.lines:
        parts = line.figures[field.code].parts
        silence = True
        for part in parts:
            if part.state is State.VALUE and (words := _text(part)):
                silence = False
                if (key := keys.get(words)) is None:
                    # What holds no word or number ("…") is itself, not the same as all others.
                    key = keys[words] = passage_key(words) or words
                said.setdefault(key, []).append((line.unit, part))
        if silence:
            states = {part.state for part in parts}
            nil = states & {State.NIL, State.ZERO, State.NOT_APPLICABLE}
            (nothing if nil else silent).append(line.unit)
    return Heading(table.form, field, row.item, _passages(said), tuple(nothing), tuple(silent))


def _text(part: Part) -> str:
    return part.value.strip() if isinstance(part.value, str) else ""


def _passages(said: dict[str, list[tuple[Unit, Part]]]) -> tuple[Passage, ...]:
    near: dict[int, list[int]] = {}
    compared = [passage_key(key) for key in said] if len(said) <= MOST_COMPARED else []
    for first, second, _ in near_pairs(compared):
        near.setdefault(first + 1, []).append(second + 1)
        near.setdefault(second + 1, []).append(first + 1)
    return tuple(
        Passage(
            number=number,
            text=_text(answers[0][1]),
            units=tuple(dict.fromkeys(unit for unit, _ in answers)),
            parts=tuple(part for _, part in answers),
            near=tuple(sorted(near.get(number, ()))),
        )
        for number, answers in enumerate(said.values(), 1)
    )

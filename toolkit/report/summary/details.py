"""Every answer that was asked for and returned, with its source: return by return.

The list needs no totals, so that it can be written while these are made.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.consolidate.cells import FormReturn
from toolkit.consolidate.model import Part
from toolkit.intake.model import State
from toolkit.programme.model import Form, FormKind, Programme
from toolkit.report.summary.lists import ListColumn
from toolkit.report.summary.names import Voice
from toolkit.report.summary.spill import Row

COLUMNS = (
    ListColumn("period", 13),
    ListColumn("unit", 20),
    ListColumn("form", 36),
    ListColumn("row", 42),
    ListColumn("field", 22),
    ListColumn("state", 13, centred=True),
    ListColumn("value", 44),
    ListColumn("file", 46),
    ListColumn("sheet", 27),
    ListColumn("cell", 8, centred=True),
)
LINKED = len(COLUMNS) - 1
_LABEL_LENGTH = 48  # letters of a row's name: one line; it stands whole on the form's sheet

# A return by the codes of its unit and period, and its forms by code.
Return = tuple[tuple[str, str], Mapping[str, FormReturn]]


def detail_rows(voice: Voice, returns: Iterable[Return]) -> Iterator[Row]:
    """A row of ``COLUMNS`` for each answer of the returns, in the order of the programme."""
    programme = voice.programme
    units = {unit.code: unit.name for unit in programme.units}
    periods = {period.code: period.name for period in programme.periods}
    plans = [_plan(programme, form) for form in programme.forms]
    words: dict[tuple[State, bool], str] = {}
    for (unit, period), forms in returns:
        for plan in plans:
            came = forms.get(plan.code)
            if came is None:
                continue
            names = (periods[period], units[unit], plan.name)
            for label, title, part in plan.answers(came):
                state = (part.state, bool(part.fault))
                said = words.get(state)
                if said is None:
                    said = words[state] = _state_words(part, voice)
                value = part.value if part.value is not None else ""
                yield (*names, label, title, said, value, part.file, part.sheet, part.cell), part


@dataclass(frozen=True, slots=True)
class _Plan:
    """A form: its rows by key (none of a list, whose rows are the units'), its fields by code."""

    code: str
    name: str
    rows: Sequence[tuple[str, str]] | None
    fields: Sequence[tuple[str, str]]

    def answers(self, came: FormReturn) -> Iterator[tuple[str, str, Part]]:
        """The names of row and field of each answer, and the answer."""
        rows = self.rows
        if rows is None:
            rows = [(key, f"#{key}") for key in came.rows]
        for key, label in rows:
            cells = came.rows.get(key)
            if cells is None:
                continue
            for code, title in self.fields:
                figure = cells.get(code)
                if figure is not None:
                    for part in figure.parts:
                        yield label, title, part


def _plan(programme: Programme, form: Form) -> _Plan:
    fields = [(field.code, field.title) for field in form.fields]
    rows: list[tuple[str, str]] | None = None
    if form.kind is FormKind.FIXED:
        rows = [(i.code, _row_name(i.number, i.text)) for i in programme.items(form)]
    elif form.kind is FormKind.QUESTIONS:
        rows = [(field.code, _row_name("", field.title)) for field in form.fields]
    return _Plan(form.code, form.name, rows, fields)


def _row_name(number: str, words: str) -> str:
    start = f"{number}. " if number else ""
    return start + textwrap.shorten(words, _LABEL_LENGTH, placeholder=" …")


def _state_words(part: Part, voice: Voice) -> str:
    """The state of an answer, and that it is at fault where it was taken in all the same."""
    words = voice.say(f"state.{part.state}")
    return f"{words} ({voice.say('state.taken')})" if part.fault and part.state.counts else words

"""The names of the sheets of a summary workbook: each once, within Excel's limits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from toolkit.consolidate.model import FormTable
from toolkit.messages import text
from toolkit.programme.model import FormKind, Programme
from toolkit.template.names import SHEET_NAME_LIMIT, sheet_names

_OWN = (
    "overview",
    "index",
    "status",
    "trend",
    "present",
    "levels",
    "types",
    "compare",
    "side",
    "follow",
    "scores",
    "score_details",
    "tasks",
    "opinions",
    "twins",
    "charts",
    "details",
    "findings",
    "waivers",
    "sources",
)
# Rows of units on the sheets of all forms: beyond, the workbook would open slowly, and nobody
# unfolds them; each unit's answers are in the list of details.
MOST_UNIT_ROWS = 20_000
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\s]+")


class Voice(Protocol):
    """Whoever knows the programme and the language: a Pen, or :class:`Spoken`."""

    @property
    def programme(self) -> Programme:
        """The programme whose forms have sheets."""

    def say(self, key: str, **params: object) -> str:
        """A text of this room's catalogue."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language without anything to draw with."""

    programme: Programme
    lang: str

    def say(self, key: str, **params: object) -> str:
        """A text of this room's catalogue."""
        return text(f"report.{key}", self.lang, **params)


@dataclass(frozen=True, slots=True)
class FormSheets:
    """The sheets of one form; "" for one it does not have. ``units``: each row has its units."""

    form: str
    by_period: str
    listed: str
    units: bool = True


@dataclass(frozen=True, slots=True)
class SheetNames:
    """The names of all sheets: the workbook's own by key, those of the forms by code."""

    own: Mapping[str, str]
    forms: Mapping[str, FormSheets]


def name_sheets(tables: Sequence[FormTable], pen: Voice) -> SheetNames:
    """The names; a form has the name it has in the templates."""
    own = {key: pen.say(f"sheet.{key}") for key in _OWN}
    plain = sheet_names(pen.programme.forms, tuple(own.values()))
    taken = {name.casefold() for name in (*own.values(), *plain.values())}
    forms = {}
    units = unit_rows(tables) <= MOST_UNIT_ROWS
    for table in tables:
        form = table.form
        several, listed = len(table.periods) > 1 and units, form.kind is FormKind.OPEN
        forms[form.code] = FormSheets(
            plain[form.code],
            _unique(pen, "by_period", form.code, taken) if several else "",
            _unique(pen, "listed", form.code, taken) if listed else "",
            units,
        )
    return SheetNames(own, forms)


def unit_rows(tables: Sequence[FormTable]) -> int:
    """How many rows of units the sheets of the forms would have."""
    return sum(len(row.lines) for table in tables for row in table.rows)


def _unique(pen: Voice, key: str, code: str, taken: set[str]) -> str:
    """A name out of the form's code, shortened or numbered where it must be."""
    tail = pen.say(f"sheet.{key}", code="")
    start = _FORBIDDEN.sub(" ", code).strip("' ")
    number = 1
    while True:
        mark = f" ({number})" if number > 1 else ""
        name = (start[: SHEET_NAME_LIMIT - len(tail) - len(mark)] + mark + tail).strip()
        if name.casefold() not in taken:
            taken.add(name.casefold())
            return name
        number += 1

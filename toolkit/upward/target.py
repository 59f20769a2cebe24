"""The template received from above: whose it is, and where each of its answers stands.

Its programme is not at hand; the hidden codes that travel with it say enough: A1 of a form
sheet names the form, row 1 the fields, column A the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from toolkit.errors import ToolkitError
from toolkit.intake.cells import is_blank
from toolkit.intake.model import RawCell, RawSheet, RawWorkbook
from toolkit.intake.reader import read_bytes
from toolkit.intake.sheets import mark_place
from toolkit.template.layout import (
    ANSWER_KEY,
    CHECK_KEY,
    CORRECTION_MARK,
    FORM_MARK,
    META_SHEET,
    TOTAL_KEY,
)
from toolkit.upward.package import Place, unlocked_cells

_FORMATS = ("xlsx", "xlsm")


@dataclass(frozen=True, slots=True)
class TargetForm:
    """A form sheet: rows and columns (1-based) by their codes."""

    code: str
    sheet: RawSheet
    rows: Mapping[str, int]
    columns: Mapping[str, int]
    unlocked: frozenset[Place] | None = None  # None: every cell may be typed into

    def may_type(self, place: Place) -> bool:
        """Whether the superior leaves the cell to be typed."""
        return self.unlocked is None or place in self.unlocked

    def place(self, row: str, field: str) -> Place | None:
        """Where an answer stands; None where the form has no such row or field."""
        column = self.columns.get(field, self.columns.get(ANSWER_KEY))
        at = self.rows.get(row)
        return None if at is None or column is None else (at, column)

    def content(self, place: Place) -> RawCell | None:
        """What stands in a cell already; None where it is blank."""
        cell = self.sheet.cells.get(place)
        return None if is_blank(cell) else cell

    @property
    def is_list(self) -> bool:
        """Whether its rows are numbered blank rows."""
        return bool(self.rows) and all(key.isdecimal() for key in self.rows)


@dataclass(frozen=True, slots=True)
class Target:
    """The template: the codes of its programme, unit and period, and its forms."""

    file: str
    programme: str
    unit: str
    period: str
    forms: Mapping[str, TargetForm]


def read_target(data: bytes, file: str) -> Target:
    """The template in a file.

    Raises UnreadableFile, and ToolkitError where it is no template of ours
    (``upward.not_a_template``) or saved in a format that cannot be filled
    (``upward.format``).
    """
    raw = read_bytes(data, file)
    meta = _meta(raw)
    forms = {form.code: form for form in map(_form, raw.sheets) if form is not None}
    if not (meta.get("programme") and meta.get("period") and forms):
        raise ToolkitError("upward.not_a_template", file=file)
    if raw.format not in _FORMATS:
        raise ToolkitError("upward.format", file=file, format=raw.format)
    unlocked = unlocked_cells(data)
    forms = {c: replace(f, unlocked=unlocked.get(f.sheet.name)) for c, f in forms.items()}
    return Target(file, meta["programme"], meta.get("unit", ""), meta["period"], forms)


def _meta(raw: RawWorkbook) -> Mapping[str, str]:
    sheet = raw.sheet(META_SHEET)
    if sheet is None:
        return {}
    return {
        cell.shown().strip(): value.shown().strip()
        for (row, column), cell in sheet.cells.items()
        if column == 1 and (value := sheet.cells.get((row, 2))) is not None
    }


def _form(sheet: RawSheet) -> TargetForm | None:
    place = mark_place(sheet)
    if place is None:
        return None
    code = sheet.cells[place].shown().removeprefix(FORM_MARK).strip()
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        key = cell.shown().strip()
        if not key or (row, column) == place:
            continue
        if column == place[1] and key != TOTAL_KEY:
            rows.setdefault(key, row)
        elif row == place[0] and not key.startswith((CHECK_KEY, CORRECTION_MARK)):
            columns.setdefault(key, column)
    return TargetForm(code, sheet, rows, columns)

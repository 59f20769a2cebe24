"""The cover and the hidden sheet of a return: who and when, and nothing that is consolidated.

Cells that the template does not have there are left out, each with a finding: a figure typed
on the cover is in no total.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.findings import Address, Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.cells import a1, is_blank, key_of, keys_of, shortened
from toolkit.intake.ledger import Fates, Place
from toolkit.intake.model import CellKind, RawSheet, RawWorkbook
from toolkit.intake.names import periods_named, units_named, units_within
from toolkit.intake.sheets import mark_place
from toolkit.intake.wording import is_wording, own_words
from toolkit.messages import LANGUAGES, text
from toolkit.template.layout import (
    COVER,
    COVER_SHEET,
    META_SHEET,
    WorkbookLayout,
    issue_columns,
    issue_rows,
)
from toolkit.text import match_key

_NUMBER = re.compile(r"\d{1,2}\.?")  # of a line of the contents or of a step


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the cover and the cell that its answer stands in on a fresh template."""

    texts: tuple[str, ...]  # the beginnings of matching keys, in every language
    place: Place


def _label(key: str, place: Place, *others: str) -> Label:
    written = [match_key(text(key, lang)).rstrip(": ") for lang in LANGUAGES]
    return Label((*written, *others), place)


UNIT = _label("template.cover.unit", COVER.unit, "đơn vị")
PERIOD = _label("template.cover.period", COVER.period, "kỳ")


# What stands where unit or period belong, and names neither the right one nor another.
_UNCLEAR_UNIT, _UNCLEAR_PERIOD = "identify.cover_unit_unclear", "identify.cover_period_unclear"

_COUNTS = 3  # missing, wrong, to look at
# The first words of the panel of checks and those of its last line.
_PANEL = tuple(
    {match_key(text(f"template.cover.{key}", lang)) for lang in LANGUAGES}
    for key in ("panel", "panel_whole")
)


def cover_sheet(raw: RawWorkbook) -> RawSheet | None:
    """The cover: the sheet of that name, else one that bears the cover's title."""
    wanted = match_key(COVER_SHEET)
    named = next((sheet for sheet in raw.sheets if match_key(sheet.name) == wanted), None)
    if named is not None:
        return named
    titles = {match_key(text("template.cover.title", lang)) for lang in LANGUAGES}
    for sheet in raw.sheets:
        if mark_place(sheet) is None and titles & set(keys_of(sheet).values()):
            return sheet
    return None


def labelled(sheet: RawSheet, label: Label) -> Iterator[tuple[str, Place]]:
    """The texts that stand right of a label or in its cell, else where the answer belongs.

    The label is looked for first: it moves along when rows are inserted on the cover.
    """
    found = sorted(p for p, key in keys_of(sheet).items() if key.startswith(label.texts))
    for row, column in found:
        cell = sheet.cells[row, column]
        if cell.kind is not CellKind.TEXT:
            continue
        inside = cell.shown().partition(":")[2].strip()
        if inside:
            yield inside, (row, column)
            continue
        right = [(c, other) for (r, c), other in sheet.cells.items() if r == row and c > column]
        if right:
            nearest, other = min(right, key=lambda pair: pair[0])
            if other.shown().strip():
                yield other.shown().strip(), (row, nearest)
    there = sheet.cells.get(label.place)
    if there is not None and there.shown().strip():
        yield there.shown().strip(), label.place


def settle_cover(
    raw: RawWorkbook, layout: WorkbookLayout, *, older: bool
) -> tuple[dict[str, Fates], list[Finding]]:
    """The fates of the cells on cover and hidden sheet, of those sheets that hold others."""
    settled: dict[str, Fates] = {}
    findings: list[Finding] = []
    cover, meta = cover_sheet(raw), raw.sheet(META_SHEET)
    for sheet, added in (
        (cover, _added_to_cover(cover, layout, older=older) if cover else {}),
        (meta, _added_to_meta(meta, layout, older=older) if meta else {}),
    ):
        if sheet is None or not added:
            continue
        fates = Fates(raw.file, sheet)
        for place, cell in sheet.cells.items():
            if place not in added and not is_blank(cell):
                fates.keep(place)
        for place, code in sorted(added.items()):
            where = Address(raw.file, sheet.name, a1(*place))
            hidden = {_UNCLEAR_UNIT: layout.unit.name, _UNCLEAR_PERIOD: layout.period.name}
            named = {"hidden": hidden[code]} if code in hidden else {}
            said = finding(code, where, shortened(sheet.cells[place].shown()), **named)
            fates.ignore(place, said)
            findings.append(said)
        settled[sheet.name] = fates
    return settled, findings


def _added_to_cover(sheet: RawSheet, layout: WorkbookLayout, *, older: bool) -> Mapping[Place, str]:
    """The cells the template's cover does not have, with the code of what is said of each.

    The cover of an older issue may be worded otherwise: there only figures are told.
    """
    own = own_words(layout)
    panel = _panel(sheet)
    added = {}
    for place, cell in sheet.cells.items():
        if is_blank(cell) or place in panel:
            continue
        if cell.kind is not CellKind.TEXT:
            added[place] = "outside.cell"
        elif not (older or _is_own(sheet, place, own)):
            added[place] = "outside.cover"
    if added:
        for place in _owner_places(sheet, layout):
            added.pop(place, None)
        for label, code in ((UNIT, _UNCLEAR_UNIT), (PERIOD, _UNCLEAR_PERIOD)):
            answers = (place for _, place in labelled(sheet, label))
            added.update(dict.fromkeys((p for p in answers if p in added), code))
    return added


def _panel(sheet: RawSheet) -> set[Place]:
    """The counts in the panel of checks, in a copy of values only: three in each of its rows."""
    ends = [
        min((row for (row, _), key in keys_of(sheet).items() if key in words), default=0)
        for words in _PANEL
    ]
    counts: dict[int, set[Place]] = {}
    for place, key in keys_of(sheet).items():
        if ends[0] < place[0] <= ends[1] and key.isdecimal():
            counts.setdefault(place[0], set()).add(place)
    return {place for row in counts.values() if len(row) == _COUNTS for place in row}


def _is_own(sheet: RawSheet, place: Place, own: frozenset[str]) -> bool:
    key = keys_of(sheet)[place]
    if key in own or is_wording(key):
        return True
    return bool(_NUMBER.fullmatch(key)) and not any(
        (place[0], column) in sheet.cells for column in range(1, place[1])
    )


def _owner_places(sheet: RawSheet, layout: WorkbookLayout) -> Iterator[Place]:
    """Where the cover names unit and period, in whatever spelling."""
    for words, place in labelled(sheet, UNIT):
        named = units_named(words, layout.programme)
        if layout.unit in named or units_within(words, layout.programme) == (layout.unit,):
            yield place
    for words, place in labelled(sheet, PERIOD):
        if layout.period in periods_named(words, layout.programme):
            yield place


def _added_to_meta(sheet: RawSheet, layout: WorkbookLayout, *, older: bool) -> Mapping[Place, str]:
    """What somebody typed on the hidden sheet beside its keys, values and choice lists."""
    own = {key for key, _ in layout.meta}
    of_forms = (issue_columns(""), issue_rows(""))  # also of a form that is no more asked
    lists = {match_key(v) for choices in layout.programme.choices for v in choices.values}
    lists |= {match_key(choices.code) for choices in layout.programme.choices}
    added = {}
    for (row, column), cell in sheet.cells.items():
        key = sheet.cells.get((row, 1))
        name = "" if key is None else key.shown().strip()
        known = column <= 2 and (name in own or (older and name.startswith(of_forms)))
        if not (known or is_blank(cell)):
            listed = cell.kind is CellKind.TEXT and (older or key_of(cell) in lists)
            if column <= 2 or not listed:
                added[row, column] = "outside.cell"
    return added

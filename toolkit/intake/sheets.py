"""Which sheet of a returned file holds which form.

The mark in the hidden corner says it and travels with the sheet. Where it is gone, the
sheet's name does, then the headings on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.findings import Address, Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.cells import a1, is_blank, key_of, shortened
from toolkit.intake.model import CellKind, RawSheet, RawWorkbook
from toolkit.intake.names import names_another_year, periods_named, units_named
from toolkit.kept import by_identity
from toolkit.template.layout import (
    CHECK_SHEET,
    CORRECTION_MARK,
    FORM_MARK,
    KEY_COLUMN,
    KEY_ROW,
    META_SHEET,
    SheetLayout,
    WorkbookLayout,
)
from toolkit.text import match_key

_OWN = (META_SHEET, CHECK_SHEET)
# The share of a form's headings that must stand on a sheet to take it for that form.
_ENOUGH_HEADINGS = 0.6
# The line under a form's title: "Đơn vị báo cáo: …  –  Kỳ báo cáo: …".
_OWNER_LINE = re.compile(
    r"^(?:đơn vị|reporting unit)[^:]*:(.+?)[\s–-]+(?:kỳ|period)[^:]*:(.+)$", re.IGNORECASE
)
_LINE_STARTS = ("đơn vị", "Đơn vị", "ĐƠN VỊ", "reporting", "Reporting", "REPORTING")
_LOWEST_LINE = 20  # it stands above the table, also where rows were inserted


@dataclass(frozen=True, slots=True)
class Found:
    """The sheets of the forms, by form code.

    ``doubtful`` are forms that two differing sheets claim or whose sheet is another unit's or
    period's, with the finding that says so: nobody can tell what holds. ``copies`` are the
    sheets not taken for that reason or because they are the same again, ``others`` those that
    belong to no form asked for.
    """

    sheets: Mapping[str, RawSheet]
    doubtful: Mapping[str, Finding]
    copies: tuple[tuple[RawSheet, Finding], ...]
    others: tuple[RawSheet, ...]
    findings: tuple[Finding, ...]


def mark_place(sheet: RawSheet) -> tuple[int, int] | None:
    """Where the form's mark stands: A1, or wherever inserted rows and columns moved it."""
    return _mark_place(sheet)


def _find_mark(sheet: RawSheet) -> tuple[int, int] | None:
    first = sheet.cells.get((KEY_ROW, KEY_COLUMN))
    if first is not None and first.shown().startswith(FORM_MARK):
        return KEY_ROW, KEY_COLUMN
    places = [
        place
        for place, cell in sheet.cells.items()
        if isinstance(cell.value, str) and cell.value.startswith(FORM_MARK)
    ]
    return min(places, default=None)


_mark_place = by_identity(_find_mark, 64)  # asked at every step of a judgement


def _marked_form(sheet: RawSheet) -> str | None:
    place = mark_place(sheet)
    if place is None:
        return None
    return sheet.cells[place].shown()[len(FORM_MARK) :].strip()


def without_correction_lists(raw: RawWorkbook) -> RawWorkbook:
    """The workbook without the sheets that a correction copy has beside its forms.

    What stands on them is ours, not the sender's: neither an answer nor anything to tell of.
    """
    sheets = tuple(sheet for sheet in raw.sheets if not _is_correction_list(sheet))
    return raw if len(sheets) == len(raw.sheets) else replace(raw, sheets=sheets)


def _is_correction_list(sheet: RawSheet) -> bool:
    """Whether the sheet bears the mark, in A1 or where inserted rows and columns moved it."""
    first = sheet.cells.get((KEY_ROW, KEY_COLUMN))
    if first is not None and first.shown() == CORRECTION_MARK:
        return True
    if mark_place(sheet) is not None:
        return False
    return any(cell.value == CORRECTION_MARK for cell in sheet.cells.values())


def find_sheets(raw: RawWorkbook, layout: WorkbookLayout, cover: RawSheet | None) -> Found:
    """Assign the sheets of ``raw`` to the forms asked for; each missing form is an error."""
    rest = [sheet for sheet in raw.sheets if sheet is not cover and sheet.name not in _OWN]
    marked: dict[str, list[RawSheet]] = {}
    for sheet in rest:
        code = _marked_form(sheet)
        if code is not None:
            marked.setdefault(code, []).append(sheet)
    sheets: dict[str, RawSheet] = {}
    doubtful: dict[str, Finding] = {}
    copies: list[tuple[RawSheet, Finding]] = []
    findings: list[Finding] = []
    for wanted in layout.sheets:
        claims = marked.get(wanted.form.code, [])
        if claims:
            sheet, renamed, again = _choose(raw.file, wanted, claims)
            sheets[wanted.form.code] = sheet
            findings += [*renamed, *(said for _, said in again)]
            copies += again
            for _, said in again:
                if said.code == "structure.sheet_duplicated":
                    doubtful[wanted.form.code] = said
    taken = {id(sheet) for claims in marked.values() for sheet in claims}
    free = [sheet for sheet in rest if id(sheet) not in taken]
    for wanted in layout.sheets:
        if wanted.form.code not in sheets:
            findings.append(_without_mark(raw.file, wanted, free, sheets))
    for code, sheet in sheets.items():
        alien = _another_owner(raw.file, sheet, layout)
        if alien is not None and code not in doubtful:
            doubtful[code] = alien
            findings.append(alien)
    used = {id(sheet) for sheet in sheets.values()}
    claimed = {id(sheet) for code in sheets for sheet in marked.get(code, [])}
    others = tuple(s for s in rest if id(s) not in claimed | used)
    return Found(sheets, doubtful, tuple(copies), others, tuple(findings))


def owner_lines(sheet: RawSheet) -> Iterator[tuple[tuple[int, int], str, str]]:
    """Where a form's sheet says whose it is: the place, the unit and the period it names."""
    for place, cell in sheet.cells.items():
        if place[0] > _LOWEST_LINE or not isinstance(cell.value, str):
            continue
        if not cell.value.lstrip().startswith(_LINE_STARTS):
            continue
        line = _OWNER_LINE.match(" ".join(cell.value.split()))
        if line:
            yield place, line[1].strip(), line[2].strip()


def _another_owner(file: str, sheet: RawSheet, layout: WorkbookLayout) -> Finding | None:
    """The error for a sheet that came out of another unit's or another period's return."""
    for place, unit, period in sorted(owner_lines(sheet)):
        where = Address(file, sheet.name, a1(*place))
        units = units_named(unit, layout.programme)
        if units and layout.unit not in units:
            return finding("structure.sheet_of_unit", where, unit, hidden=layout.unit.name)
        periods = periods_named(period, layout.programme)
        if names_another_year(period, layout.period) or (periods and layout.period not in periods):
            return finding("structure.sheet_of_period", where, period, hidden=layout.period.name)
    return None


def _choose(
    file: str, wanted: SheetLayout, claims: Sequence[RawSheet]
) -> tuple[RawSheet, list[Finding], list[tuple[RawSheet, Finding]]]:
    """The sheet that holds the form, what its name says, and the other sheets that claim it."""
    named = [s for s in claims if match_key(s.name) == match_key(wanted.sheet)]
    sheet = (named or list(claims))[0]
    findings = []
    if not named:
        findings.append(
            finding("structure.sheet_renamed", Address(file, sheet.name), expected=wanted.sheet)
        )
    again = []
    for copy in claims:
        if copy is sheet:
            continue
        same = _contents(copy) == _contents(sheet)
        code = "structure.sheet_copied" if same else "structure.sheet_duplicated"
        said = finding(code, Address(file, copy.name), copy.name, other=sheet.name)
        again.append((copy, said))
    return sheet, findings, again


def _contents(sheet: RawSheet) -> dict[tuple[int, int], str]:
    return {place: cell.shown() for place, cell in sheet.cells.items() if not is_blank(cell)}


def _without_mark(
    file: str, wanted: SheetLayout, free: list[RawSheet], sheets: dict[str, RawSheet]
) -> Finding:
    """Take a sheet by its name or its headings; the finding says which, or that none is."""
    named = [s for s in free if match_key(s.name) == match_key(wanted.sheet)]
    if named:
        free.remove(named[0])
        sheets[wanted.form.code] = named[0]
        return finding("structure.sheet_by_name", Address(file, named[0].name))
    likely = [s for s in free if _heading_share(s, wanted) >= _ENOUGH_HEADINGS]
    if likely:
        best = max(likely, key=lambda s: _heading_share(s, wanted))
        free.remove(best)
        sheets[wanted.form.code] = best
        return finding(
            "structure.sheet_by_headings", Address(file, best.name), expected=wanted.sheet
        )
    return finding(
        "structure.sheet_missing",
        Address(file, wanted.sheet),
        expected=wanted.sheet,
        form=shortened(wanted.form.name),
    )


def _heading_share(sheet: RawSheet, wanted: SheetLayout) -> float:
    texts = {key_of(cell) for cell in sheet.cells.values() if cell.kind is CellKind.TEXT}
    if wanted.answer_column:
        asked = {match_key(field.title) for field in wanted.form.fields}
    else:
        asked = {match_key(heading.text) for heading in wanted.headings}
    return len(asked & texts) / len(asked) if asked else 0.0


def other_sheet(file: str, sheet: RawSheet) -> Finding | None:
    """What is said of a sheet that belongs to no form asked for; None where it is blank."""
    filled = sorted(place for place, cell in sheet.cells.items() if not is_blank(cell))
    if not filled:
        return None
    code = _marked_form(sheet)
    first = sheet.cells[filled[0]]
    return finding(
        "structure.sheet_unknown" if code is None else "structure.sheet_not_asked",
        Address(file, sheet.name, a1(*filled[0])),
        shortened(first.shown()),
        sheet=sheet.name,
        count=str(len(filled)),
        form=code or "",
    )

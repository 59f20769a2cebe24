"""Whose return a file is, and of which period.

The hidden sheet of the template says it. What the cover and the file's name say is held
against it: where they name another unit or period, nobody can tell whose figures these are,
and the return belongs to no unit until the sender or the officer says so. Where the hidden
sheet is gone (sheets copied into a new workbook, an export from the web) the cover decides,
then the file's name, and a note says so. A close spelling is offered, never taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePath

from toolkit.findings import Address, Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.cells import a1, keys_of
from toolkit.intake.cover import PERIOD, UNIT, cover_sheet, labelled
from toolkit.intake.model import CellKind, RawSheet, RawWorkbook
from toolkit.intake.names import (
    close_units,
    names_another_year,
    period_in_file_name,
    periods_named,
    units_in_file_name,
    units_named,
    units_within,
)
from toolkit.intake.sheets import owner_lines
from toolkit.intake.versions import OtherIssue, other_issue
from toolkit.programme.lineage import Owing, owed
from toolkit.programme.model import Period, Programme, Unit
from toolkit.template.layout import FORM_MARK, META_SHEET
from toolkit.text import match_key


class How(StrEnum):
    """What the identification rests on, the surest first."""

    HIDDEN_SHEET = "hidden sheet"
    COVER = "cover"
    COVER_AND_FILE_NAME = "cover and file name"
    FILE_NAME = "file name"
    NOT = "not identified"


@dataclass(frozen=True, slots=True)
class Identity:
    """Unit and period of a return, or None for both with the reason in ``findings``.

    ``fingerprint`` and ``issue`` are those of the template that was sent out ("" where the
    file no longer tells).
    """

    unit: Unit | None
    period: Period | None
    programme: str
    fingerprint: str
    issue: str
    how: How
    findings: tuple[Finding, ...]
    # the issue of the template it was made from; None: it is the current one
    other_issue: OtherIssue | None = None

    @property
    def known(self) -> bool:
        """Whether the return belongs to a unit and a period."""
        return self.unit is not None and self.period is not None


_NOWHERE = Address("")


@dataclass(frozen=True, slots=True)
class _Said:
    """What one source says: its text and where, the units and periods it may mean."""

    unit_text: str = ""
    unit_cell: Address = _NOWHERE
    units: tuple[Unit, ...] = ()
    period_text: str = ""
    period_cell: Address = _NOWHERE
    periods: tuple[Period, ...] = ()


def identify(raw: RawWorkbook, programme: Programme, file_name: str) -> Identity:
    """Say whose return ``raw`` is; every reason for not knowing is a finding."""
    meta = _meta(raw)
    if meta.get("programme"):
        return _by_hidden_sheet(raw, programme, file_name, meta)
    return _by_what_is_written(raw, programme, file_name)


# --- the hidden sheet ---------------------------------------------------------------------


def _meta(raw: RawWorkbook) -> Mapping[str, str]:
    sheet = raw.sheet(META_SHEET)
    if sheet is None:
        return {}
    return {
        cell.shown().strip(): value.shown().strip()
        for (row, column), cell in sheet.cells.items()
        if column == 1 and (value := sheet.cells.get((row, 2))) is not None
    }


def _by_hidden_sheet(
    raw: RawWorkbook, programme: Programme, file_name: str, meta: Mapping[str, str]
) -> Identity:
    here = Address(raw.file, META_SHEET)

    def answer(unit: Unit | None, period: Period | None, *findings: Finding) -> Identity:
        known = unit is not None and period is not None
        return Identity(
            unit if known else None,
            period if known else None,
            meta["programme"],
            meta.get("fingerprint", ""),
            meta.get("issue", ""),
            How.HIDDEN_SHEET if known else How.NOT,
            findings,
        )

    if meta["programme"] != programme.code:
        return answer(
            None,
            None,
            finding(
                "identify.other_programme",
                here,
                meta["programme"],
                expected=programme.code,
                name=programme.name,
            ),
        )
    unit = next((u for u in programme.units if u.code == meta.get("unit")), None)
    period = next((p for p in programme.periods if p.code == meta.get("period")), None)
    if unit is None:
        return answer(None, None, finding("identify.unknown_unit", here, meta.get("unit", "")))
    if period is None:
        return answer(None, None, finding("identify.unknown_period", here, meta.get("period", "")))
    against = _contradictions(raw, programme, file_name, unit, period)
    if against:
        return answer(None, None, *against)
    if not programme.forms_for(unit, period):
        return answer(None, None, _not_asked(here, programme, unit, period))
    doubts = _year_in_file_name(raw, file_name, period)
    if meta.get("fingerprint") == programme.fingerprint:
        return answer(unit, period, *doubts)
    note = finding("template.older_version", here, issue=meta.get("issue", ""))
    return replace(answer(unit, period, note, *doubts), other_issue=other_issue(meta))


def _year_in_file_name(raw: RawWorkbook, file_name: str, period: Period) -> list[Finding]:
    """A warning where a file's name spells a period of another year: last year's, sent again?

    No more than that: a plan's number or an old name may have left the year there.
    """
    stem = PurePath(file_name).stem
    if not names_another_year(stem, period):
        return []
    return [finding("identify.file_name_year", Address(raw.file), stem, hidden=period.name)]


def _not_asked(where: Address, programme: Programme, unit: Unit, period: Period) -> Finding:
    """Why the unit owes no such return, and which unit's template to use in its place."""
    found = owed(programme, unit, period)
    names = {"unit": unit.name, "period": period.name}
    if found.owing not in (Owing.ENDED, Owing.NOT_YET) or found.day is None:
        return finding("identify.not_asked", where, unit.name, **names)
    names["day"] = f"{found.day:%d/%m/%Y}"
    if not found.others:
        return finding(f"identify.{found.owing}", where, unit.name, **names)
    others = "; ".join(other.name for other in found.others)
    return finding(f"identify.{found.owing}_others", where, unit.name, **names, others=others)


def _contradictions(
    raw: RawWorkbook, programme: Programme, file_name: str, unit: Unit, period: Period
) -> list[Finding]:
    """Where the cover or the file's name names another unit or period than the hidden sheet.

    One finding each for unit and period: the cover is what people read, so it goes first.
    A text on the cover that names nobody is no contradiction, but the period of another year
    is one, and so is a text that another unit's name stands in.
    """
    cover = _cover(raw, programme)
    if not cover.units:
        cover = replace(cover, units=units_within(cover.unit_text, programme))
    name = _file_name(raw, programme, file_name)
    found: list[Finding] = []
    for said, code in ((cover, "identify.cover_unit"), (name, "identify.file_name_unit")):
        others = [u for u in said.units if u.code != unit.code]
        if others and len(others) == len(said.units):
            found.append(
                finding(
                    code, said.unit_cell, said.unit_text, hidden=unit.name, other=others[0].name
                )
            )
            break
    for said, code in ((cover, "identify.cover_period"), (name, "identify.file_name_period")):
        another_year = not said.periods and names_another_year(said.period_text, period)
        if another_year or (said.periods and period not in said.periods):
            other = said.period_text if another_year else said.periods[0].name
            found.append(
                finding(code, said.period_cell, said.period_text, hidden=period.name, other=other)
            )
            break
    return found


# --- without the hidden sheet -------------------------------------------------------------


def _by_what_is_written(raw: RawWorkbook, programme: Programme, file_name: str) -> Identity:
    def refuse(*findings: Finding) -> Identity:
        return Identity(None, None, "", "", "", How.NOT, findings)

    if not any(_looks_like_a_form(sheet, programme) for sheet in raw.sheets):
        return refuse(finding("identify.not_a_return", Address(raw.file), name=programme.name))
    cover = _cover(raw, programme)
    name = _file_name(raw, programme, file_name)
    by_cover = (bool(cover.unit_text), bool(cover.period_text))
    periods = cover.periods if cover.period_text else name.periods
    units = cover.units if cover.unit_text else name.units
    period = periods[0] if len(periods) == 1 else None
    if period is not None and len(units) > 1:
        # One name, two lives of a unit (Huyện, later Thành phố Thuỷ Nguyên): the one alive.
        units = tuple(u for u in units if u.valid_on(period.end)) or units
    unit = units[0] if len(units) == 1 else None
    if unit is None or period is None:
        return refuse(*_unknown(raw, programme, cover, name, unit, period))
    against = _contradictions(raw, programme, file_name, unit, period)
    if against:
        return refuse(*against)
    where = Address(raw.file, *_cover_name(raw))
    if not programme.forms_for(unit, period):
        return refuse(_not_asked(where, programme, unit, period))
    how = {(True, True): How.COVER, (False, False): How.FILE_NAME}.get(
        by_cover, How.COVER_AND_FILE_NAME
    )
    code = "identify.by_cover" if how is How.COVER else "identify.by_file_name"
    note = finding(code, where, unit=unit.name, period=period.name)
    doubts = _year_in_file_name(raw, file_name, period)
    return Identity(unit, period, programme.code, "", "", how, (note, *doubts))


def _unknown(
    raw: RawWorkbook,
    programme: Programme,
    cover: _Said,
    name: _Said,
    unit: Unit | None,
    period: Period | None,
) -> Iterator[Finding]:
    """Why unit or period cannot be told, with a suggestion where one is close."""
    if unit is None:
        said = cover if cover.unit_text else name
        where = said.unit_cell if said.unit_text else Address(raw.file)
        close = said.units or close_units(said.unit_text, programme)
        if said.units:
            names = "; ".join(u.name for u in close)
            yield finding("identify.unit_ambiguous", where, said.unit_text, names=names)
        elif close:
            names = "; ".join(u.name for u in close)
            yield finding("identify.unit_suggestion", where, said.unit_text, suggestion=names)
        else:
            yield finding("identify.no_unit", where, said.unit_text)
    if period is None:
        said = cover if cover.period_text else name
        where = said.period_cell if said.period_text else Address(raw.file)
        yield finding("identify.no_period", where, said.period_text)


def _looks_like_a_form(sheet: RawSheet, programme: Programme) -> bool:
    """Whether the sheet bears a form's mark, or most headings of one of the forms."""
    keys = keys_of(sheet)
    texts = {keys[at] for at, cell in sheet.cells.items() if cell.kind is CellKind.TEXT}
    if any(text.startswith(FORM_MARK) for text in texts):
        return True
    lines = texts | {match_key(line) for text in texts for line in text.split("(")[:1]}
    for form in programme.forms:
        titles = {match_key(field.title) for field in form.fields}
        if titles and 2 * len(titles & lines) > len(titles):
            return True
    return False


# --- what the cover and the file's name say ------------------------------------------------


def _cover_name(raw: RawWorkbook) -> tuple[str, ...]:
    sheet = cover_sheet(raw)
    return (sheet.name,) if sheet else ()


def _cover(raw: RawWorkbook, programme: Programme) -> _Said:
    sheet = cover_sheet(raw)
    if sheet is None:
        return _form_line(raw, programme)
    unit_text, unit_cell = "", Address(raw.file, sheet.name)
    units: tuple[Unit, ...] = ()
    for text, place in labelled(sheet, UNIT):
        if not unit_text or not units:
            found = units_named(text, programme)
            if found or not unit_text:
                unit_text, unit_cell, units = text, _address(raw, sheet, place), found
    period_text, period_cell = "", Address(raw.file, sheet.name)
    periods: tuple[Period, ...] = ()
    for text, place in labelled(sheet, PERIOD):
        if not period_text or not periods:
            said = periods_named(text, programme)
            if said or not period_text:
                period_text, period_cell, periods = text, _address(raw, sheet, place), said
    return _Said(unit_text, unit_cell, units, period_text, period_cell, periods)


def _form_line(raw: RawWorkbook, programme: Programme) -> _Said:
    """What the line under the title of a form says, where the cover is gone.

    Where the forms say different things there are two returns in one file: several units.
    """
    said: list[_Said] = []
    for sheet in raw.sheets:
        for place, unit, period in sorted(owner_lines(sheet))[:1]:
            where = _address(raw, sheet, place)
            units, periods = units_named(unit, programme), periods_named(period, programme)
            said.append(_Said(unit, where, units, period, where, periods))
    if not said:
        return _Said()
    first = said[0]
    units = tuple(dict.fromkeys(u for s in said for u in s.units))
    periods = tuple(dict.fromkeys(p for s in said for p in s.periods))
    return replace(first, units=units, periods=periods)


def _address(raw: RawWorkbook, sheet: RawSheet, place: tuple[int, int]) -> Address:
    return Address(raw.file, sheet.name, a1(*place))


def _file_name(raw: RawWorkbook, programme: Programme, file_name: str) -> _Said:
    here = Address(raw.file)
    units = units_in_file_name(file_name, programme)
    periods = period_in_file_name(file_name, programme)
    return _Said(
        file_name if units else "", here, units, file_name if periods else "", here, periods
    )

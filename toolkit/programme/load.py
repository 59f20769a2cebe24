"""Loading a programme: all of its faults at once, or a programme that is whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from toolkit.errors import ProgrammeError
from toolkit.findings import Finding
from toolkit.places import place_of
from toolkit.programme.basics import Head, read_choices, read_head, read_units
from toolkit.programme.criteria import (
    criterion_items,
    read_bands,
    read_criteria,
    settle_criteria,
)
from toolkit.programme.desk import Desk, spread
from toolkit.programme.faults import Faults
from toolkit.programme.fingerprint import fingerprint
from toolkit.programme.forms import FormDraft, read_forms
from toolkit.programme.items import read_allotments, read_items
from toolkit.programme.model import Programme
from toolkit.programme.outputs import read_charts, read_rules
from toolkit.programme.read import RawBook, read_folder, read_workbook
from toolkit.programme.schema import SHEETS, find_sheet
from toolkit.programme.successions import read_successions
from toolkit.programme.times import read_periods
from toolkit.programme.transfers import read_transfers
from toolkit.programme.waivers import read_waivers
from toolkit.programme.whole import check_whole
from toolkit.programme.wordings import read_wordings


def load(path: Path) -> Programme:
    """The programme of a workbook ``chuong-trinh.xlsx``.

    Raises ProgrammeError with every fault found when there is an error among them.
    """
    return _whole(load_with_findings(path))


def load_folder(folder: Path) -> Programme:
    """The programme of a folder with one CSV file a sheet.

    Raises ProgrammeError with every fault found when there is an error among them.
    """
    return _whole(load_folder_with_findings(folder))


def load_with_findings(path: Path) -> tuple[Programme | None, tuple[Finding, ...]]:
    """The programme of a workbook with all findings; None when one of them is an error."""
    return load_book(read_workbook(path))


def load_folder_with_findings(folder: Path) -> tuple[Programme | None, tuple[Finding, ...]]:
    """As :func:`load_with_findings`, for a folder with one CSV file a sheet."""
    return load_book(read_folder(folder))


def _whole(loaded: tuple[Programme | None, tuple[Finding, ...]]) -> Programme:
    programme, findings = loaded
    if programme is None:
        raise ProgrammeError(findings)
    return programme


def load_book(book: RawBook) -> tuple[Programme | None, tuple[Finding, ...]]:
    """The programme of raw tables with all findings; None when one of them is an error."""
    faults = Faults()
    for finding in book.findings:
        faults.put(finding)
    if not book.tables and faults.fatal:
        return None, faults.findings
    desk = spread(book, faults)
    programme, drafts = _read(desk)
    check_whole(desk, programme, drafts)
    findings = tuple(sorted(faults.findings, key=_place))
    if faults.fatal:
        return None, findings
    return replace(programme, fingerprint=fingerprint(programme)), findings


def _place(finding: Finding) -> tuple[int, int, int]:
    """Sheet, row and column: the order in which a reader goes through the workbook."""
    sheet = find_sheet(finding.address.sheet)
    position = SHEETS.index(sheet) if sheet is not None else len(SHEETS)
    if not finding.address.cell:
        return position, 0, 0
    row, column = place_of(finding.address.cell)
    return position, row, column


def _read(desk: Desk) -> tuple[Programme, list[FormDraft]]:
    """Every sheet in the order in which they refer to each other.

    The programme is only whole when no error was recorded.
    """
    head: Head = read_head(desk)
    units = read_units(desk)
    periods = read_periods(desk)
    choices = read_choices(desk)
    lists = read_items(desk)
    scored = read_criteria(desk)
    lists |= criterion_items(scored)
    allotments = read_allotments(desk)
    drafts = read_forms(desk, periods, lists)
    rules = read_rules(desk, periods, drafts, lists)
    criteria = settle_criteria(desk, scored, drafts, lists)
    bands = read_bands(desk, criteria, drafts, lists)
    charts = read_charts(desk, drafts, lists)
    waivers = read_waivers(desk, units, periods, rules)
    programme = Programme(
        code=head.code,
        name=head.name,
        year=head.year,
        issuers=head.issuers,
        superior=head.superior,
        profile=head.profile,
        recipients=head.recipients,
        issue=head.issue,
        units=units,
        periods=periods,
        forms=tuple(draft.whole for draft in drafts),
        choices=choices,
        item_lists=lists,
        rules=rules,
        charts=charts,
        allotments=allotments,
        fingerprint="",
        waivers=waivers,
        wordings=read_wordings(desk),
        transfers=read_transfers(desk, drafts, lists),
        successions=read_successions(desk, units),
        criteria=criteria,
        bands=bands,
        faulty_answers=head.faulty_answers,
        last_year=head.last_year,
    )
    return programme, drafts

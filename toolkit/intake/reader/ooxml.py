"""An OOXML workbook (.xlsx, .xlsm; for .xlsb the package around it): parts and properties."""

from __future__ import annotations

import posixpath
from datetime import UTC, datetime
from typing import NamedTuple

from lxml import etree

from toolkit.errors import UnreadableFile
from toolkit.findings import Finding, Severity
from toolkit.intake.model import RawSheet
from toolkit.intake.reader import xml
from toolkit.intake.reader.archive import Archive
from toolkit.intake.reader.limits import Limits
from toolkit.intake.reader.ooxml_cells import Context
from toolkit.intake.reader.ooxml_pieces import CellMaker
from toolkit.intake.reader.ooxml_sheet import SheetData, read_fast
from toolkit.intake.reader.ooxml_styles import (
    LOST_STYLES,
    NO_STYLES,
    Strings,
    Styles,
    read_strings,
    read_styles,
)
from toolkit.intake.reader.ooxml_walk import read_walking
from toolkit.intake.reader.values import Budget, a1, iso_moment, note


class Reading(NamedTuple):
    """What a format's reader hands back."""

    format: str
    sheets: tuple[RawSheet, ...]
    modified: datetime | None
    notes: tuple[Finding, ...]


class Links(NamedTuple):
    """The relationships of a part: targets by identifier and by the end of their type."""

    by_id: dict[str, str]
    by_type: dict[str, str]


class _Sheet(NamedTuple):
    name: str
    visible: bool
    link: str


class _Book(NamedTuple):
    sheets: tuple[_Sheet, ...]
    date1904: bool


def workbook_part(archive: Archive, limits: Limits) -> str | None:
    """The main part of the package by its relationships; None where there is none."""
    if "_rels/.rels" in archive:
        target = links(archive, "", limits).by_type.get("officeDocument")
        if target is not None and target in archive:
            return target
    return next((n for n in ("xl/workbook.xml", "xl/workbook.bin") if n in archive), None)


def links(archive: Archive, part: str, limits: Limits) -> Links:
    """The relationships of a part, targets resolved to names of parts; external ones left out."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in archive:
        return Links({}, {})
    return _read_links(archive.read(rels), folder, limits)


@xml.remembered
def _read_links(data: bytes, folder: str, limits: Limits) -> Links:
    found = Links({}, {})
    for each in xml.parse(data, limit=limits.max_tree):
        if each.get("TargetMode") == "External":
            continue
        target = (each.get("Target") or "").replace("\\", "/")
        target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        found.by_id[each.get("Id") or ""] = target
        found.by_type.setdefault((each.get("Type") or "").rpartition("/")[2], target)
    return found


def read_ooxml(archive: Archive, part: str, file: str, limits: Limits) -> Reading:
    """Read the package whose workbook part is ``part``.

    Raises UnreadableFile; zip and XML errors pass through to the caller.
    """
    book = _read_book(archive.read(part), limits)
    related = links(archive, part, limits)
    context = Context(
        _styles(archive, related, limits),
        _strings(archive, related, limits),
        book.date1904,
    )
    notes = package_notes(archive, file)
    if not context.styles.sound:
        notes.append(note("reader.styles_damaged", Severity.WARNING, file))
    budget = Budget(limits.max_cells)
    maker = CellMaker(context)
    sheets = []
    for entry in book.sheets:
        target = related.by_id.get(entry.link)
        data = SheetData({})
        if target is not None and target in archive:
            data = _read_sheet(archive.read(target), maker, limits, budget)
        elif target is not None or entry.link:
            raise UnreadableFile("reader.damaged")
        notes += _sheet_notes(data, context, file, entry.name)
        sheets.append(
            RawSheet(
                entry.name,
                data.cells,
                entry.visible,
                data.merged,
                data.hidden_rows,
                data.hidden_columns,
            )
        )
    if not sheets:
        raise UnreadableFile("reader.no_sheets")
    name = "xlsm" if "xl/vbaproject.bin" in archive else "xlsx"
    return Reading(name, tuple(sheets), modified(archive, limits), tuple(notes))


def _read_sheet(data: bytes, maker: CellMaker, limits: Limits, budget: Budget) -> SheetData:
    before = budget.left
    read = read_fast(data, maker, limits, budget)
    if read is not None:
        return read
    budget.spend(budget.left - before)  # give back what the abandoned pass took
    return read_walking(data, maker.context, limits, budget)


@xml.remembered
def _read_book(data: bytes, limits: Limits) -> _Book:
    """The workbook part; UnreadableFile where it is none."""
    root = xml.parse(data, limit=limits.max_tree)
    if xml.local(root) != "workbook":
        raise UnreadableFile("reader.not_workbook")
    parent = xml.child(root, "sheets")
    sheets = tuple(
        _Sheet(
            each.get("name") or "",
            (each.get("state") or "visible") == "visible",
            xml.attribute(each, "id"),
        )
        for each in (parent if parent is not None else ())
        if xml.local(each) == "sheet"
    )
    if len(sheets) > limits.max_sheets:
        raise UnreadableFile("reader.too_large")
    properties = xml.child(root, "workbookPr")
    return _Book(sheets, properties is not None and xml.truth(properties.get("date1904")))


def _styles(archive: Archive, related: Links, limits: Limits) -> Styles:
    """The styles; a workbook without any has the default style, which is no damage."""
    target = related.by_type.get("styles")
    if target is None:
        return NO_STYLES
    if target not in archive:
        return LOST_STYLES
    return read_styles(archive.read(target), limits)


def _strings(archive: Archive, related: Links, limits: Limits) -> Strings:
    target = related.by_type.get("sharedStrings")
    if target is None or target not in archive:
        return Strings([], {})
    return read_strings(archive.read(target), limits)


def package_notes(archive: Archive, file: str) -> list[Finding]:
    """What the package carries beside its sheets: macros (never run), links to other files."""
    notes = []
    if "xl/vbaproject.bin" in archive or archive.any_under("xl/macrosheets/"):
        notes.append(note("reader.macros", Severity.NOTE, file))
    if archive.any_under("xl/externallinks/"):
        notes.append(note("reader.external_links", Severity.NOTE, file))
    return notes


def _sheet_notes(data: SheetData, context: Context, file: str, sheet: str) -> list[Finding]:
    found = [
        note("reader.duplicate_cell", Severity.ERROR, file, sheet, a1(*address))
        for address in data.duplicates
    ]
    found += [
        note("reader.misplaced_cell", Severity.ERROR, file, sheet, found=shown)
        for shown in data.misplaced
    ]
    damaged = {id(cell) for cell in context.contradictions}
    found += [
        note("reader.bad_cell", Severity.WARNING, file, sheet, a1(*address), found=cell.shown())
        for address, cell in (data.cells.items() if damaged else ())
        if id(cell) in damaged
    ]
    return found


def modified(archive: Archive, limits: Limits) -> datetime | None:
    """When the document was last saved, in UTC, as docProps/core.xml says."""
    if "docprops/core.xml" not in archive:
        return None
    try:
        root = xml.parse(archive.read("docprops/core.xml"), limit=limits.max_tree)
    except (etree.LxmlError, UnreadableFile):
        return None  # the properties are not worth a file
    element = xml.child(root, "modified")
    moment = iso_moment(element.text or "") if element is not None else None
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

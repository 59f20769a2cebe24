"""The package of a template, typed into without touching anything else in it.

A library that loads and saves a workbook loses what it does not know; here only the cells that
are filled change, and the stored results of formulas go, so that every program computes them
anew from what is typed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from lxml import etree

from toolkit.errors import UnreadableFile
from toolkit.intake.reader import xml
from toolkit.intake.reader.archive import Archive
from toolkit.intake.reader.limits import DEFAULTS
from toolkit.intake.reader.ooxml import links, workbook_part
from toolkit.places import column_letters
from toolkit.template.metrics import line_count

Place = tuple[int, int]
Typed = Decimal | date | str

_DAY_ZERO = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_LIMITS = DEFAULTS
# Of a column without a width of its own; pixels a character; a line in letter sizes.
_WIDTH, _PIXELS_PER_CHARACTER, _SIZE, _LINE = 8.43, 7.0, 12.0, 1.3
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def unlocked_cells(data: bytes) -> Mapping[str, frozenset[Place] | None]:
    """By name of sheet, the cells that may be typed into; None where the sheet is not
    protected. Raises UnreadableFile."""
    with Archive(data, _LIMITS) as archive:
        free = _unlocked_styles(archive)
        return {name: _unlocked(_tree(archive, part), free) for name, part in _sheets(archive)}


def _unlocked(root: etree._Element, free: frozenset[str]) -> frozenset[Place] | None:
    if xml.child(root, "sheetProtection") is None:
        return None
    return frozenset(
        _place(cell.get("r") or "") for cell in _cells(root) if (cell.get("s") or "0") in free
    )


def _unlocked_styles(archive: Archive) -> frozenset[str]:
    """The numbers of the cell styles that are not locked."""
    part = workbook_part(archive, _LIMITS) or ""
    styles = links(archive, part, _LIMITS).by_type.get("styles")
    if styles is None or styles not in archive:
        return frozenset()
    formats = xml.child(_tree(archive, styles), "cellXfs")
    found = set()
    for number, look in enumerate(formats if formats is not None else ()):
        protection = xml.child(look, "protection")
        if protection is not None and protection.get("locked") in ("0", "false"):
            found.add(str(number))
    return frozenset(found)


def filled(data: bytes, content: Mapping[str, Mapping[Place, Typed]]) -> bytes:
    """The workbook with ``content`` typed in, by name of sheet and (row, column).

    The same input gives the same bytes. Raises UnreadableFile.
    """
    with Archive(data, _LIMITS) as archive:
        part = workbook_part(archive, _LIMITS) or ""
        book = _tree(archive, part)
        properties = xml.child(book, "workbookPr")
        is_1904 = properties is not None and xml.truth(properties.get("date1904"))
        changed = {part: _compute_on_load(book)}
        for name, sheet in _sheets(archive):
            root = _tree(archive, sheet)
            _forget_results(root)
            for place, value in sorted(content.get(name, {}).items()):
                cell = _cell_at(root, place)
                _type(cell, value, zero=_DAY_ZERO[is_1904])
                if isinstance(value, str):
                    _make_room(root, cell, value)
            changed[sheet] = root
    return _replaced(data, changed)


def _make_room(root: etree._Element, cell: etree._Element, text: str) -> None:
    """Make a row high enough for a text, unless a person has set its height."""
    row = cell.getparent()
    if row is None or xml.truth(row.get("customHeight")):
        return
    column = _place(cell.get("r") or "")[1]
    spans = xml.child(root, "cols")
    widths = [
        float(span.get("width") or 0)
        for span in (spans if spans is not None else ())
        if int(span.get("min") or 0) <= column <= int(span.get("max") or 0)
    ]
    pixels = (widths[0] if widths else _WIDTH) * _PIXELS_PER_CHARACTER
    needed = line_count(text, pixels, _SIZE) * _SIZE * _LINE + 4
    if needed > float(row.get("ht") or 0):
        row.set("ht", f"{needed:g}")


def _replaced(data: bytes, changed: Mapping[str, etree._Element]) -> bytes:
    """The zip with some parts written anew, the others byte for byte."""
    made = io.BytesIO()
    parts = {name.lower(): root for name, root in changed.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            root = parts.get(info.filename.replace("\\", "/").lstrip("/").lower())
            content = old.read(info) if root is None else _written(root)
            member = zipfile.ZipInfo(info.filename, info.date_time)
            member.external_attr = info.external_attr
            member.create_system = info.create_system
            new.writestr(member, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def _tree(archive: Archive, part: str) -> etree._Element:
    try:
        return xml.parse(archive.read(part), limit=_LIMITS.max_part)
    except etree.LxmlError as error:
        raise UnreadableFile("reader.damaged") from error


def _sheets(archive: Archive) -> Iterator[tuple[str, str]]:
    """The worksheets: name and part."""
    part = workbook_part(archive, _LIMITS)
    if part is None:
        raise UnreadableFile("reader.damaged")
    related = links(archive, part, _LIMITS)
    sheets = xml.child(_tree(archive, part), "sheets")
    for each in sheets if sheets is not None else ():
        target = related.by_id.get(xml.attribute(each, "id"))
        if target is not None and target in archive and "worksheets/" in target:
            yield each.get("name") or "", target


def _compute_on_load(book: etree._Element) -> etree._Element:
    settings = xml.child(book, "calcPr")
    if settings is None:
        # after the defined names, where the schema has it: else Excel calls the file damaged
        settings = etree.Element(_like(book, "calcPr"))
        before = ("definedNames", "externalReferences", "sheets")
        anchor = next(found for n in before if (found := xml.child(book, n)) is not None)
        anchor.addnext(settings)
    settings.set("fullCalcOnLoad", "1")
    return book


def _cells(root: etree._Element) -> Iterator[etree._Element]:
    rows = xml.child(root, "sheetData")
    for row in rows if rows is not None else ():
        for cell in row:
            if xml.local(cell) == "c":
                yield cell


def _forget_results(root: etree._Element) -> None:
    for cell in _cells(root):
        if xml.child(cell, "f") is not None:
            for part in list(cell):
                if xml.local(part) != "f":
                    cell.remove(part)
            cell.attrib.pop("t", "")


def _cell_at(root: etree._Element, place: Place) -> etree._Element:
    """The cell element of a place, made where it is not there, rows and cells in order."""
    data = xml.child(root, "sheetData")
    if data is None:
        raise UnreadableFile("reader.damaged")
    row = _find(data, "row", str(place[0]), place[0])
    return _find(row, "c", f"{column_letters(place[1])}{place[0]}", place[1])


def _find(parent: etree._Element, name: str, reference: str, number: int) -> etree._Element:
    """The child with that row or column number, made in its order where it is not there."""
    at = len(parent)
    for index, element in enumerate(parent):
        label = element.get("r") or ""
        found = _place(label)[1] if name == "c" else int(label or 0)
        if found == number:
            return element
        if found > number:
            at = index
            break
    made = etree.Element(_like(parent, name), r=reference)
    parent.insert(at, made)
    return made


def _like(element: etree._Element, name: str) -> str:
    """A tag in the namespace of an element: Strict and Transitional files differ in it."""
    return str(etree.QName(etree.QName(element).namespace, name))


def _type(cell: etree._Element, value: Typed, *, zero: date) -> None:
    for part in list(cell):
        cell.remove(part)
    cell.attrib.pop("t", "")
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, _like(cell, "is")), _like(cell, "t"))
        text.set(_SPACE, "preserve")
        text.text = value
        return
    number = format(value, "f") if isinstance(value, Decimal) else str((value - zero).days)
    etree.SubElement(cell, _like(cell, "v")).text = number


def _place(reference: str) -> Place:
    """Row and column of a reference such as ``AB12``; (0, 0) for none."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return (int(digits), column) if digits else (0, 0)

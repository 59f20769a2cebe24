"""What one ``table:table-cell`` of an OpenDocument spreadsheet means."""

from __future__ import annotations

import re
from datetime import UTC
from decimal import Decimal

from lxml import etree

from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.reader.values import date_of, decimal_of_text, iso_moment

ODS_ROWS = 1_048_576
ODS_COLUMNS = 16_384

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_PARAGRAPH = _TEXT + "p"
_HEADING = _TEXT + "h"
_SPACES, _TAB, _BREAK = _TEXT + "s", _TEXT + "tab", _TEXT + "line-break"
_SKIPPED = frozenset([_OFFICE + "annotation", _TEXT + "note", _TEXT + "ruby-text"])

_ERROR = re.compile(r"#[A-Z][A-Z0-9/]*[!?]?|Err:[0-9]{3}")
_DURATION = re.compile(
    r"P(?:([0-9]{1,7})D)?T(?:([0-9]{1,8})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:[.,]([0-9]+))?S)?"
)
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_MS_OF_DAY = 86_400_000
_MOST_SPACES = 10_000


def read_ods_cell(
    element: etree._Element, font: str, *, computes: bool, follows: bool = False
) -> tuple[RawCell | None, bool]:
    """The raw cell (None where blank) and whether its stored value fits its type.

    ``computes`` tells that the program that wrote the file stores the result of every formula:
    then a formula with nothing beside it has an empty text as result (so LibreOffice writes
    it), else it has no stored result. ``follows`` tells that the array formula of another cell
    fills this one. A value that contradicts its type becomes an ERROR cell holding what is
    stored: it is never passed off as a value.
    """
    get = element.get
    kind = get(_OFFICE + "value-type") or get(_CALC + "value-type") or ""
    formula = get(_TABLE + "formula")
    computed = formula is not None or follows
    if kind in ("", "string"):
        formula = "" if formula is None and follows else formula
        return _text_cell(element, kind, formula, font, computes), True
    text = _paragraphs(element) if computed else ""
    if get(_CALC + "value-type") == "error" or (computed and _ERROR.fullmatch(text.strip())):
        return RawCell(CellKind.ERROR, text.strip(), computed, False), True
    if kind == "float" and text in ("TRUE", "FALSE"):
        # LibreOffice writes a truth value so that it has not given a format of its own yet.
        return RawCell(CellKind.BOOLEAN, text == "TRUE", True, False), True
    stored, cell = _typed(element, kind, computed)
    if cell is not None:
        return cell, True
    if formula is not None and not stored and not text:
        # A type alone: LibreOffice writes so what it had not come to compute.
        return RawCell(CellKind.UNCACHED, _plain_formula(formula), True, None), True
    return RawCell(CellKind.ERROR, stored, computed, None), False


def _text_cell(
    element: etree._Element, kind: str, formula: str | None, font: str, computes: bool
) -> RawCell | None:
    text = _paragraphs(element)
    computed = formula is not None
    if element.get(_CALC + "value-type") == "error":
        return RawCell(CellKind.ERROR, text.strip(), computed, False)
    if not kind and computed and not text and not computes:
        return RawCell(CellKind.UNCACHED, _plain_formula(formula or ""), True, None)
    stored = element.get(_OFFICE + "string-value")
    if stored is not None and (stored or not text):
        text = stored
    if computed and _ERROR.fullmatch(text.strip()):
        return RawCell(CellKind.ERROR, text.strip(), True, False)
    if not text and not computed:
        return None
    return RawCell(CellKind.TEXT, text, computed, False, font)


def _plain_formula(formula: str) -> str:
    """``of:=SUM([.A1])`` without the prefix that names its language."""
    return formula[formula.index("=") :] if "=" in formula else formula


def _typed(element: etree._Element, kind: str, computed: bool) -> tuple[str, RawCell | None]:
    """What is stored, and the cell it makes if it fits its type."""
    get = element.get
    match kind:
        case "float" | "percentage" | "currency":
            stored = get(_OFFICE + "value") or ""
            number = decimal_of_text(stored)
            if number is not None:
                percent = kind == "percentage"
                return stored, RawCell(CellKind.NUMBER, number, computed, percent)
        case "boolean":
            stored = get(_OFFICE + "boolean-value") or ""
            if stored in ("true", "false") or _INTEGER.fullmatch(stored):
                # LibreOffice writes a number shown as a truth value as it is: 0 alone is false.
                true = stored == "true" or stored.strip("-0") not in ("", "false")
                return stored, RawCell(CellKind.BOOLEAN, true, computed, False)
        case "date":
            stored = get(_OFFICE + "date-value") or ""
            moment = iso_moment(stored)
            if moment is not None:
                naive = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
                return stored, RawCell(CellKind.DATE, naive, computed, False)
        case "time":
            stored = get(_OFFICE + "time-value") or ""
            length = _duration(stored)
            # As serial days of the 1900 system: a date shown as time of day is stored so too.
            point = date_of(length, date1904=False) if length is not None else None
            if point is not None:
                return stored, RawCell(CellKind.DATE, point, computed, False)
        case _:
            stored = kind
    return stored, None


def _duration(text: str) -> Decimal | None:
    """The length of an ISO 8601 duration in days, to the millisecond."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[:4])
    milliseconds = round(float(f"0.{match[5] or 0}") * 1000)
    whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return Decimal(whole * 1000 + milliseconds) / _MS_OF_DAY


def _paragraphs(element: etree._Element) -> str:
    """The text shown in the cell: paragraphs joined by line breaks, comments left out."""
    found = [_flat(part) for part in element if part.tag in (_PARAGRAPH, _HEADING)]
    return found[0] if len(found) == 1 else "\n".join(found)


def _flat(element: etree._Element) -> str:
    if not len(element):
        return _collapsed(element.text)
    parts = [_collapsed(element.text)]
    for part in element:
        if part.tag == _SPACES:
            count = part.get(_TEXT + "c") or "1"
            number = int(count) if count.isascii() and count.isdigit() else 1
            parts.append(" " * min(number, _MOST_SPACES))
        elif part.tag == _TAB:
            parts.append("\t")
        elif part.tag == _BREAK:
            parts.append("\n")
        elif part.tag not in _SKIPPED and isinstance(part.tag, str):
            parts.append(_flat(part))
        parts.append(_collapsed(part.tail))
    return "".join(parts)


_WHITE = re.compile(r"[ \t\r\n]+")


def _collapsed(text: str | None) -> str:
    """White space as OpenDocument counts it (part 3, 6.1.2): runs of it are one space."""
    if not text:
        return ""
    return _WHITE.sub(" ", text) if "\n" in text or "  " in text or "\t" in text else text

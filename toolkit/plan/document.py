"""A Word document (.docx): its paragraphs and tables, the numbers that Word counts included.

Read from the XML behind the intake's guards, as no document of a stranger is to be trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from toolkit.errors import UnreadableFile
from toolkit.intake.reader import xml
from toolkit.intake.reader.archive import Archive
from toolkit.intake.reader.limits import Limits
from toolkit.plan.model import Block, Grid, Line, Paragraph, Place

_MAIN = "word/document.xml"
_NUMBERING = "word/numbering.xml"
_STYLES = "word/styles.xml"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST_COLUMNS = 63  # as many as a table of Word can have


def is_document(archive: Archive) -> bool:
    """Whether the zip is a Word document."""
    return _MAIN in archive


def read_document(archive: Archive, limits: Limits) -> tuple[Block, ...]:
    """The paragraphs and tables of the body, in order; text struck by a revision left out.

    Raises UnreadableFile and what broken XML raises.
    """
    root = xml.parse(archive.read(_MAIN), limit=limits.max_tree)

    def part(name: str) -> etree._Element | None:
        return xml.parse(archive.read(name), limit=limits.max_tree) if name in archive else None

    counters = _Counters(_levels(part(_NUMBERING)), _styled(part(_STYLES)))
    body = xml.child(root, "body")
    return tuple(_blocks(body, counters)) if body is not None else ()


def _blocks(body: etree._Element, counters: _Counters) -> Iterator[Block]:
    paragraphs = tables = 0
    for element in _flat(body):
        if xml.local(element) == "p":
            paragraphs += 1
            text, counted = _paragraph(element, counters)
            for part in (line for line in text.split("\n") if line.strip()):
                yield Paragraph(part, Place("paragraph", paragraphs), counted)
                counted = False
        elif xml.local(element) == "tbl":
            tables += 1
            yield Grid(tuple(_rows(element, counters, tables)))


def _flat(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables, also those inside content controls and insertions."""
    for element in parent:
        if xml.local(element) in ("p", "tbl"):
            yield element
        elif xml.local(element) in ("sdt", "sdtContent", "ins", "customXml", "smartTag"):
            yield from _flat(element)


def _rows(table: etree._Element, counters: _Counters, number: int) -> Iterator[Line]:
    rows = [e for e in table.iter("{*}tr") if _owner(e) is table]
    for index, row in enumerate(rows, start=1):
        cells: list[str] = []
        for cell in (e for e in row.iter("{*}tc") if _owner(e) is table):
            properties = xml.child(cell, "tcPr")
            continues = False
            span = 1
            if properties is not None:
                merge = xml.child(properties, "vMerge")
                continues = merge is not None and xml.attribute(merge, "val") != "restart"
                wide = xml.child(properties, "gridSpan")
                span = min(_whole(wide), _MOST_COLUMNS) if wide is not None else 1
            texts = [_paragraph(p, counters)[0] for p in cell.iter("{*}p")]
            text = "\n".join(text for text in texts if text.strip())
            cells += ["" if continues else text, *[""] * (span - 1)]
            if len(cells) > _MOST_COLUMNS:
                raise UnreadableFile("reader.damaged")
        yield Line(tuple(cells), Place("table", number, index))


def _owner(element: etree._Element) -> etree._Element | None:
    """The nearest table around it: rows of a table within a table are not its own."""
    return next(element.iterancestors("{*}tbl"), None)


def _whole(element: etree._Element) -> int:
    value = xml.attribute(element, "val")
    return int(value) if value.isascii() and value.isdigit() and int(value) > 0 else 1


def _paragraph(element: etree._Element, counters: _Counters) -> tuple[str, bool]:
    """The text of a paragraph, and whether its number was counted by Word."""
    pieces: list[str] = []
    for part in element.iter("{*}t", "{*}tab", "{*}br", "{*}cr", "{*}noBreakHyphen"):
        match xml.local(part):
            case "t":
                pieces.append(part.text or "")
            case "noBreakHyphen":
                pieces.append("-")
            case "tab":
                # A tab stop of the paragraph's set-up is no character.
                pieces.append("" if _in(part, "tabs") else " ")
            case _:
                pieces.append("\n")
    text = "".join(pieces)
    label = counters.label(element) if text.strip() else ""
    return (f"{label} {text.lstrip()}" if label else text), bool(label)


def _in(element: etree._Element, name: str) -> bool:
    parent = element.getparent()
    return parent is not None and xml.local(parent) == name


# --- numbers that Word counts -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Level:
    kind: str  # decimal, upperRoman, bullet …
    pattern: str  # "%1.%2."
    start: int


_Lists = Mapping[str, Mapping[int, _Level]]


def _styled(root: etree._Element | None) -> Mapping[str, tuple[str, int]]:
    """The list and level a paragraph style numbers with, by the style's id."""
    found: dict[str, tuple[str, int]] = {}
    for style in root if root is not None else ():
        properties = xml.child(style, "pPr")
        at = _list_of(properties) if properties is not None else None
        if at is not None:
            found[xml.attribute(style, "styleId")] = at
    return found


def _list_of(properties: etree._Element) -> tuple[str, int] | None:
    """The list and level that paragraph properties name themselves."""
    numbered = xml.child(properties, "numPr")
    if numbered is None:
        return None
    which, depth = xml.child(numbered, "numId"), xml.child(numbered, "ilvl")
    name = xml.attribute(which, "val") if which is not None else ""
    return name, _number(depth, "val") if depth is not None else 0


def _levels(root: etree._Element | None) -> _Lists:
    """The levels of each list by its numId."""
    abstract: dict[str, dict[int, _Level]] = {}
    lists: dict[str, Mapping[int, _Level]] = {}
    for element in root if root is not None else ():
        if xml.local(element) == "abstractNum":
            levels = (e for e in element if xml.local(e) == "lvl")
            known = {_number(e, "ilvl"): _level(e) for e in levels}
            abstract[xml.attribute(element, "abstractNumId")] = known
        elif xml.local(element) == "num":
            points = xml.child(element, "abstractNumId")
            if points is not None:
                name = xml.attribute(points, "val")
                lists[xml.attribute(element, "numId")] = abstract.get(name, {})
    return lists


def _level(element: etree._Element) -> _Level:
    def value(name: str, default: str) -> str:
        found = xml.child(element, name)
        return xml.attribute(found, "val") if found is not None else default

    start = value("start", "1")
    return _Level(
        value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1
    )


def _number(element: etree._Element, name: str) -> int:
    value = xml.attribute(element, name)
    return int(value) if value.isascii() and value.isdigit() else 0


@dataclass(slots=True)
class _Counters:
    """Where each list stands, as the document is walked through."""

    lists: _Lists
    styles: Mapping[str, tuple[str, int]]
    at: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, paragraph: etree._Element) -> str:
        """The number Word shows before the paragraph; "" where it shows none."""
        properties = xml.child(paragraph, "pPr")
        if properties is None:
            return ""
        style = xml.child(properties, "pStyle")
        by_style = self.styles.get(xml.attribute(style, "val")) if style is not None else None
        at = _list_of(properties) or by_style
        if at is None:
            return ""
        name, level = at
        levels = self.lists.get(name, {})
        if level not in levels:
            return ""
        here = self.at.setdefault(name, {})
        here[level] = here.get(level, levels[level].start - 1) + 1
        for deeper in [known for known in here if known > level]:
            del here[deeper]
        if levels[level].kind == "bullet":
            return "-"
        shown = levels[level].pattern
        for depth_ in range(level + 1):
            spec = levels.get(depth_, levels[level])
            shown = shown.replace(f"%{depth_ + 1}", _shown(here.get(depth_, spec.start), spec.kind))
        return shown


def _shown(number: int, kind: str) -> str:
    if kind in ("upperRoman", "lowerRoman") and 0 < number < 40:
        left, roman = number, ""
        for value, letters in _ROMAN:
            while left >= value:
                roman, left = roman + letters, left - value
        return roman.upper() if kind == "upperRoman" else roman
    if kind in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        letter = chr(ord("a") + number - 1)
        return letter.upper() if kind == "upperLetter" else letter
    return str(number)

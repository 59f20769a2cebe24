"""Styles and shared strings of an OOXML workbook, read so that damage costs no value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from toolkit.errors import UnreadableFile
from toolkit.intake.reader import xml
from toolkit.intake.reader.formats import Style, any_legacy, is_legacy, style_of
from toolkit.intake.reader.limits import DEFAULTS, Limits


@dataclass(frozen=True, slots=True, eq=False)  # read once for many files: known by identity
class Styles:
    """The cell styles by index; ``sound`` tells whether the part could be read whole."""

    cells: tuple[Style, ...]
    legacy: bool = False  # the workbook uses .VnTime or VNI- fonts
    sound: bool = True


class Strings(NamedTuple):
    """The shared strings, and the legacy font of those whose runs name one."""

    texts: list[str]
    fonts: dict[int, str]


NO_STYLES = Styles(())
LOST_STYLES = Styles((), sound=False)


@xml.remembered
def read_styles(data: bytes, limits: Limits) -> Styles:
    """The styles part. A damaged or endless one gives what can be had of it."""
    try:
        try:
            root, sound = xml.parse(data, limit=limits.max_tree), True
        except etree.LxmlError:
            root, sound = xml.parse(data, limit=limits.max_tree, recover=True), False
    except (etree.LxmlError, UnreadableFile, ValueError):
        return LOST_STYLES
    codes = _codes(root)
    fonts = _fonts(root)
    legacy = any_legacy(fonts)
    xfs = xml.child(root, "cellXfs")
    cells = tuple(
        _style(xf, codes, fonts if legacy else []) for xf in (xfs if xfs is not None else ())
    )
    return Styles(cells, legacy, sound)


def _codes(root: etree._Element) -> dict[int, str]:
    parent = xml.child(root, "numFmts")
    codes = {}
    for fmt in parent if parent is not None else ():
        number = _integer(fmt.get("numFmtId"))
        if number is not None:
            codes[number] = unescape_x(fmt.get("formatCode") or "")
    return codes


def _fonts(root: etree._Element) -> list[str]:
    parent = xml.child(root, "fonts")
    names = []
    for font in parent if parent is not None else ():
        name = xml.child(font, "name")
        names.append("" if name is None else name.get("val") or "")
    return names


def _style(xf: etree._Element, codes: Mapping[int, str], fonts: list[str]) -> Style:
    number = _integer(xf.get("numFmtId")) or 0
    font = _integer(xf.get("fontId"))
    name = fonts[font] if font is not None and 0 <= font < len(fonts) else ""
    return style_of(number, codes.get(number), name)


def _integer(text: str | None) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        return None


# --- shared strings -----------------------------------------------------------------

_PLAIN = re.compile(rb"\s*+<si><t(?: xml:space=\"preserve\")?+(?:/>|>([^<]*+)</t>)")
_ITEM_END = b"</si>"
_KEPT_ITEM = 2048  # the longest string item that is kept in mind
_START = re.compile(rb"<sst\b[^<>]*>")
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")


def read_strings(data: bytes, limits: Limits) -> Strings:
    """The shared strings, phonetic guides left out.

    Raises UnreadableFile for more strings than a file may have cells, etree.LxmlError for
    a broken part.
    """
    start, end = _START.search(data), data.rfind(b"</sst>")
    if start is None or end < 0 or data[end + 6 :].strip() or b"<!" in data:
        return _all_strings(data, limits)
    if not xml.is_utf8(data):
        return _all_strings(data, limits)
    return _cut_strings(data[start.end() : end], limits) or _all_strings(data, limits)


def _cut_strings(body: bytes, limits: Limits) -> Strings | None:
    """The strings of a regular part, or None.

    The part is cut at the end of each item, so that none can be passed over.
    """
    *items, rest = body.split(_ITEM_END)
    if rest.strip() or len(items) > 2 * limits.max_cells:
        return None
    try:
        read = [_kept_item(i) if len(i) <= _KEPT_ITEM else _read_item(i, limits) for i in items]
    except (ValueError, etree.LxmlError):
        return None
    fonts = {index: font for index, (_, font) in enumerate(read) if font}
    return Strings([text for text, _ in read], fonts)


def _read_item(item: bytes, limits: Limits = DEFAULTS) -> tuple[str, str]:
    """The text of a string item without its end tag, and its legacy font if its runs name one.

    Raises ValueError for what is no string item, etree.LxmlError where it is not well-formed.
    """
    plain = _PLAIN.fullmatch(item)
    if plain is not None:
        return (text_of(plain[1]) if plain[1] else ""), ""
    root = xml.parse(item + _ITEM_END, limit=limits.max_tree)
    if xml.local(root) != "si":
        raise ValueError("no string item")
    return rich_text(root)


# The texts of a template come again in every return, and what offices choose from lists.
_kept_item = lru_cache(maxsize=4096)(_read_item)


def _all_strings(data: bytes, limits: Limits) -> Strings:
    found = Strings([], {})
    for _event, item in xml.events(data, ("end",), ("{*}si",)):
        text, font = rich_text(item)
        if font:
            found.fonts[len(found.texts)] = font
        found.texts.append(text)
        if len(found.texts) > 2 * limits.max_cells:
            raise UnreadableFile("reader.too_many_cells", limit=limits.max_cells)
        xml.drop(item)
    return found


def rich_text(item: etree._Element) -> tuple[str, str]:
    """The text of a string item, and the legacy font of most of it if runs name one."""
    parts: list[str] = []
    weight: dict[str, int] = {}
    for piece in item:
        name = xml.local(piece)
        if name == "t":
            parts.append(piece.text or "")
        elif name == "r":
            text = "".join(t.text or "" for t in piece if xml.local(t) == "t")
            parts.append(text)
            font = _run_font(piece)
            weight[font] = weight.get(font, 0) + len(text)
    legacy = sorted((font for font in weight if is_legacy(font)), key=lambda f: (-weight[f], f))
    return unescape_x("".join(parts)), legacy[0] if legacy else ""


def _run_font(run: etree._Element) -> str:
    properties = xml.child(run, "rPr")
    font = None if properties is None else xml.child(properties, "rFont")
    return "" if font is None else font.get("val") or ""


def text_of(raw: bytes) -> str:
    """A text as Excel means it. Raises ValueError for an entity that XML has not."""
    return unescape_x(characters(raw))


def characters(raw: bytes) -> str:
    """Character data as XML means it. Raises ValueError for an entity that XML has not."""
    text = raw.decode("utf-8")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        if text.count("&") != len(_ENTITY.findall(text)):
            raise ValueError("unknown entity")
        text = _ENTITY.sub(_entity, text)
    return text


def _entity(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000:
        return chr(code)
    raise ValueError("character that XML forbids")


def unescape_x(text: str) -> str:
    """Excel's ``_x000D_`` for characters that XML cannot hold (ECMA-376 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(_unescape, text)


def _unescape(match: re.Match[str]) -> str:
    codes = [int(code[2:6], 16) for code in re.findall(r"_x[0-9A-Fa-f]{4}_", match[0])]
    return b"".join(code.to_bytes(2, "little") for code in codes).decode("utf-16-le", "replace")

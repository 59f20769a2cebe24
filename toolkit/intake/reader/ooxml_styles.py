"""Styles and shared strings of an OOXML workbook, read so that damage costs no value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

from toolkit.errors import UnreadableFile
from toolkit.intake.reader import xml
from toolkit.intake.reader.formats import Style, any_legacy, is_legacy, style_of
from toolkit.intake.reader.limits import Limits


class Styles(NamedTuple):
    """The cell styles by index; ``sound`` tells whether the part could be read whole."""

    cells: tuple[Style, ...]
    legacy: bool = False  # the workbook uses .VnTime or VNI- fonts
    sound: bool = True


class Strings(NamedTuple):
    """The shared strings, and the legacy font of those whose runs name one."""

    texts: list[str]
    fonts: dict[int, str]


NO_STYLES = Styles((), sound=False)


def read_styles(data: bytes, limits: Limits) -> Styles:
    """The styles part. A damaged or endless one gives what can be had of it."""
    try:
        try:
            root, sound = xml.parse(data, limit=limits.max_tree), True
        except etree.LxmlError:
            root, sound = xml.parse(data, limit=limits.max_tree, recover=True), False
    except (etree.LxmlError, UnreadableFile, ValueError):
        return NO_STYLES
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

_SIMPLE = re.compile(
    rb"\s*+(?:<si><t(?: xml:space=\"preserve\")?(?:/>|>([^<]*+)</t>)</si>|<si ?/>)"
)
_START = re.compile(rb"<sst\b[^<>]*>")
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")


def read_strings(data: bytes, limits: Limits) -> Strings:
    """The shared strings, phonetic guides left out.

    Raises UnreadableFile for more strings than a file may have cells, etree.LxmlError for
    a broken part.
    """
    return _tiled_strings(data, limits) or _all_strings(data, limits)


def _tiled_strings(data: bytes, limits: Limits) -> Strings | None:
    """The strings of a regular part, or None.

    Plain strings are cut out, those in several fonts parsed one by one; together they must
    cover the part to the last byte, so that none can be passed over.
    """
    start, end = _START.search(data), data.rfind(b"</sst>")
    if start is None or end < 0 or data[end + 6 :].strip() or b"<!" in data:
        return None
    if not xml.is_utf8(data):
        return None
    found = Strings([], {})
    position = start.end()
    try:
        while position < end:
            match = _SIMPLE.match(data, position, end)
            if match is not None:
                found.texts.append(text_of(match[1]) if match[1] else "")
                position = match.end()
                continue
            close = data.find(b"</si>", position, end) + len(b"</si>")
            if close < position:
                break
            _add(found, xml.parse(data[position:close], limit=limits.max_tree))
            position = close
    except (ValueError, etree.LxmlError):
        return None
    if data[position:end].strip() or len(found.texts) > 2 * limits.max_cells:
        return None
    return found


def _add(strings: Strings, item: etree._Element) -> None:
    if xml.local(item) != "si":
        raise ValueError("no string item")
    text, font = rich_text(item)
    if font:
        strings.fonts[len(strings.texts)] = font
    strings.texts.append(text)


def _all_strings(data: bytes, limits: Limits) -> Strings:
    found = Strings([], {})
    for _event, item in xml.events(data, ("end",), ("{*}si",)):
        _add(found, item)
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
    """Character data as XML means it. Raises ValueError for an entity that XML has not."""
    text = raw.decode("utf-8")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        if text.count("&") != len(_ENTITY.findall(text)):
            raise ValueError("unknown entity")
        text = _ENTITY.sub(_entity, text)
    return unescape_x(text)


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

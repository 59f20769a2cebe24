"""What the reader needs of OpenDocument styles: hidden sheets, legacy fonts, percentages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from toolkit.intake.reader import xml
from toolkit.intake.reader.formats import is_legacy

_LEGACY = re.compile(rb"[\"'](?:&apos;|&quot;)?(?:\.[Vv][Nn]|[Vv][Nn][Ii])")
_DEPTH = 20  # of styles that build on others


@dataclass(slots=True)
class OdsStyles:
    """Styles by name. Fonts are only collected where the file uses legacy fonts."""

    hidden_tables: set[str] = field(default_factory=set)
    _fonts: dict[str, str] = field(default_factory=dict)
    _parents: dict[str, str] = field(default_factory=dict)
    _faces: dict[str, str] = field(default_factory=dict)
    legacy: bool = False

    def note(self, element: etree._Element) -> None:
        """Take in a ``style:style`` or ``style:font-face`` element."""
        name = xml.attribute(element, "name")
        if xml.local(element) == "font-face":
            self._faces[name] = _bare(xml.attribute(element, "font-family"))
            return
        family = xml.attribute(element, "family")
        for part in element:
            kind = xml.local(part)
            if kind == "table-properties" and xml.attribute(part, "display") == "false":
                self.hidden_tables.add(name)
            elif kind == "text-properties" and family == "table-cell":
                face = xml.attribute(part, "font-name") or xml.attribute(part, "font-family")
                if face:
                    self._fonts[name] = _bare(face)
        if family == "table-cell":
            self._parents[name] = xml.attribute(element, "parent-style-name")

    def font(self, name: str) -> str:
        """The font of a cell style, where the file uses legacy fonts; else ""."""
        if not self.legacy:
            return ""
        for _ in range(_DEPTH):
            face = self._fonts.get(name)
            if face:
                return self._faces.get(face) or face
            if name not in self._parents:
                break
            name = self._parents[name]
        face = self._fonts.get("Default", "")
        return self._faces.get(face) or face


def uses_legacy(*parts: bytes) -> bool:
    """Whether a legacy Vietnamese font is named anywhere in the parts."""
    return any(_LEGACY.search(part) for part in parts)


def _bare(face: str) -> str:
    """A font name without the quotes and suffixes of CSS and LibreOffice."""
    bare = face.strip().strip("'\"")
    # LibreOffice tells faces of one family apart by a number: ".VnTime1" is ".VnTime".
    return bare.rstrip("0123456789") if is_legacy(bare) else bare

"""The text of a cell without what its sender never saw: one Unicode form, plain spaces, no HTML.

Nothing that shows on the screen is changed; words and inner line breaks stay as they are.
"""

from __future__ import annotations

import html
import re
import unicodedata

from toolkit.intake.legacy import Decoded, decode
from toolkit.record import record

# Zero-width and direction marks, the byte-order mark, the soft hyphen (in TCVN3 it is the
# letter ư, so text is decoded before), controls except tab and line feed.
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]")
_LINE_BREAK = re.compile("_x000[dD]_\n?|\r\n?|[\x85\u2028\u2029]")
# Only real tags: "a < b" and "<50" are text.
_TAGS = (
    "p|br|ul|ol|li|div|span|b|strong|i|em|u|font|table|thead|tbody|tr|td|th|a|h[1-6]|"
    "sup|sub|img|hr|pre|blockquote|o:p"
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_HIDDEN = re.compile(r"<!--.*?-->|<(style|script)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAKING = re.compile(r"<br\s*/?>|</(?:p|li|div|tr|h[1-6]|ul|ol|table)\s*>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|amp|lt|gt|quot|apos|nbsp);")


@record()
class CleanText:
    """A text as read: ``html`` tells that markup was stripped, ``legacy`` what was decoded."""

    text: str
    html: bool = False
    legacy: Decoded | None = None


def clean(raw: str, font: str = "") -> CleanText:
    """The text of a cell, NFC, without markup, invisible characters and outer blanks."""
    if raw.isascii() and raw.isprintable() and "<" not in raw and "&" not in raw:
        text = raw.strip()
        return CleanText(text) if "_x000" not in text else CleanText(_plain(text))
    legacy = decode(raw, font)
    text = legacy.text if legacy else raw
    stripped = _strip_html(text)
    return CleanText(_plain(stripped), stripped != text, legacy)


def _plain(text: str) -> str:
    text = _LINE_BREAK.sub("\n", text)
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    lines = [line.rstrip() for line in text.split("\n")]
    return unicodedata.normalize("NFC", "\n".join(lines).strip())


def _strip_html(text: str) -> str:
    """``text`` without tags and entities; unchanged where it holds none."""
    if "<" in text and (_TAG.search(text) or _HIDDEN.search(text)):
        text = _HIDDEN.sub("", text)
        text = _CELL_END.sub(" ", _BREAKING.sub("\n", text))
        text = re.sub(r"\n\s*\n+", "\n", _TAG.sub("", text))
        return html.unescape(text)
    if "&" in text and _ENTITY.search(text):
        return _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    return text

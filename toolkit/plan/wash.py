"""Text as it was pasted: web markup, Markdown marks and run-on lists taken apart."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from toolkit.programme.read import clean

# Named, so that "<tên đơn vị>" or "a < b" stay what they are.
_TAG_NAMES = (
    "a|abbr|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|figure|font|h[1-6]|head|hr|html|"
    "i|img|input|label|li|meta|ol|p|pre|s|script|small|span|strike|strong|style|sub|sup|table|"
    "tbody|td|tfoot|th|thead|title|tr|u|ul|o:p"
)
_TAG = re.compile(rf"<(/?)({_TAG_NAMES})(?:\s[^<>]{{0,2000}})?/?>", re.IGNORECASE)
_BREAKING = {"br", "p", "div", "ul", "ol", "tr", "table"}
# Tags whose end was lost show that the text was cut where it was copied.
_PAIRED = ("p", "ul", "ol", "div", "table")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_HEADING_MARK = re.compile(r"^\s*#{1,6}\s+")
_ESCAPED = re.compile(r"\\([*_#\-.])")
# "- first - Second": a list whose line breaks were lost. A range of dates is none.
_RUN_ON = re.compile(r"\s+[-–]\s+(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Washed:
    """The text, and whether markup was taken out of it or stands open in it."""

    text: str
    had_markup: bool = False
    cut: bool = False


def wash(raw: str) -> Washed:
    """The text without markup; a list in one line gets its lines back."""
    tags = [(found[1], found[2].lower()) for found in _TAG.finditer(raw)]
    text = _ENTITY.sub(lambda m: html.unescape(m[0]), _TAG.sub(_instead, raw)) if tags else raw
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    text = "\n".join(line for line in lines if line)
    if text.startswith(("- ", "– ")):
        text = _RUN_ON.sub(_new_line, text)
    cut = any(tags.count(("", name)) > tags.count(("/", name)) for name in _PAIRED)
    return Washed(text, bool(tags), cut)


def _new_line(found: re.Match[str]) -> str:
    # Only before a capital: "- xã - phường" is one point.
    following = found.string[found.end()]
    return "\n- " if following.isupper() else found[0]


def _instead(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if name == "li":
        return "" if tag[1] else "\n- "
    return "\n" if name in _BREAKING else ""


def unmark(line: str) -> str:
    """A line of Markdown as text: heading marks, bold, italic and escapes gone."""
    bare = _ESCAPED.sub(lambda m: "" if m[1] in "*_" else m[1], _HEADING_MARK.sub("", line))
    return bare.replace("*", "")

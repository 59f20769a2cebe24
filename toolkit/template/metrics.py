"""How wide a text is and how many lines it takes, without a screen to draw it on.

Widths of Times New Roman (Liberation Serif and Tinos have the same), in thousandths of the
font size, read from the font's own table. A Vietnamese letter is as wide as its base letter;
only ơ and ư are wider than o and u.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Excel rounds every letter to whole pixels and a printer to its own grid, so that a line can
# come out a little longer than the font says.
_SLACK = 1.06
_PIXELS_PER_POINT = 96 / 72
_DEFAULT = 500  # any letter not in the table: digits and most small letters

_REGULAR = {
    180: "'",
    200: "|",
    250: ",. ",
    278: "/:;\\ijlt",
    333: "!()-I[]`fr‘’",
    350: "•",
    389: "Js",
    408: '"',
    444: "?acez“”",
    480: "{}",
    529: "ơ",
    542: "ư",
    556: "FPS≥≤",
    564: "+<=>×~",
    611: "ELTZ",
    667: "BCR",
    722: "ADGHKNOQUVXYwĐƠ",
    778: "&mƯ",
    833: "%",
    889: "M",
    944: "W@",
    1000: "—…",
}
_BOLD = {
    250: ",. |",
    278: "'/\\il",
    333: "!()-:;[]`fjt‘’",
    389: "Is•{}",
    444: "cerz",
    556: 'Sbdhknpquđơ"',
    600: "ư+<=>×~",
    611: "FP",
    667: "BELTZ",
    722: "ACDNRUVXYwĐ",
    778: "GHKOQƠƯ",
    833: "&m",
    944: "M@",
    1000: "%W—…",
}


def _table(classes: dict[int, str]) -> dict[str, int]:
    return {char: width for width, chars in classes.items() for char in chars}


_WIDTHS = {False: _table(_REGULAR), True: _table(_BOLD)}


def _base(char: str) -> str:
    """The letter that carries the width: ``ế`` -> ``e``, ``ự`` -> ``ư``."""
    decomposed = unicodedata.normalize("NFD", char)
    horn = "\u031b" if "\u031b" in decomposed else ""  # ơ and ư
    return unicodedata.normalize("NFC", decomposed[0] + horn)


class _Advances(dict[str, int]):
    """How wide each letter is, found out when it is first met."""

    def __init__(self, bold: bool) -> None:
        super().__init__()
        self._known = _WIDTHS[bold]

    def __missing__(self, char: str) -> int:
        wide = 0 if unicodedata.combining(char) else self._known.get(_base(char), _DEFAULT)
        self[char] = wide
        return wide


@lru_cache(maxsize=2)
def _advances(bold: bool) -> _Advances:
    return _Advances(bold)


@lru_cache(maxsize=16384)
def _word(word: str, bold: bool) -> int:
    return sum(map(_advances(bold).__getitem__, unicodedata.normalize("NFC", word)))


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels (96 per inch) that the text takes on one line at ``size`` points."""
    return _word(text, bold) * size * _PIXELS_PER_POINT * _SLACK / 1000


@lru_cache(maxsize=8192)
def line_count(text: str, width: float, size: float, bold: bool = False) -> int:
    """How many lines the text takes wrapped at words in ``width`` pixels; at least one.

    A word longer than a line goes on in the next, as Excel breaks it.
    """
    unit = size * _PIXELS_PER_POINT * _SLACK / 1000
    room = max(width / unit, 1.0)
    space = _advances(bold)[" "]
    lines = 0
    for paragraph in text.split("\n"):
        lines += 1
        used = 0.0
        for word in paragraph.split(" "):
            length = float(_word(word, bold))
            if used and used + space + length <= room:
                used += space + length
                continue
            if used:
                lines += 1
            while length > room:
                lines += 1
                length -= room
            used = length
    return lines

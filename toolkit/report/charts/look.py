"""The look of the charts: colours told apart by the colour-blind, patterns in grey print."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, TypeAlias

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.font_manager import fontManager, get_font

LineStyle: TypeAlias = Literal["-", "--", "-.", ":"]

# Okabe and Ito's palette, ordered so that neighbours differ in lightness too.
_COLOURS = ("#0072B2", "#F0E442", "#009E73", "#E69F00", "#D55E00", "#56B4E9", "#555555", "#CC79A7")
_HATCHES = ("", "//", "..", "\\\\", "xx", "--", "oo", "++")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_LINES: tuple[LineStyle, ...] = ("-", "--", "-.", ":")

# Liberation Serif and Tinos have the widths of Times New Roman. Old versions of some of them
# lack Vietnamese letters, so a font is taken only after a look at what it has; DejaVu Serif
# comes with matplotlib and has them all.
_FAMILIES = ("Times New Roman", "Tinos", "Liberation Serif")
_NEEDED = "ĂÂĐÊÔƠƯẠẶỆỘỢỰỶỹữ"
_OWN_NAME = "baocao serif"

WIDTH = 10.6  # inches: A4 landscape less its margins
DPI = 200


@dataclass(frozen=True, slots=True)
class Style:
    """How one series looks."""

    colour: str
    hatch: str
    marker: str
    line: LineStyle


def style(place: int) -> Style:
    """The look of the series at a place; past the last colour, with other patterns."""
    # Three on: then no two of the first sixteen are alike in grey and pattern.
    turn = 3 * (place // len(_COLOURS))
    return Style(
        _COLOURS[place % len(_COLOURS)],
        _HATCHES[(place + turn) % len(_HATCHES)],
        _MARKERS[(place + turn) % len(_MARKERS)],
        _LINES[(place + turn) % len(_LINES)],
    )


# Series that are no answer of the programme: what is missing is pale, what is faulty dark.
NOTHING = Style("#FFFFFF", "", "o", "-")
FAULTY = Style("#BBBBBB", "xxxx", "o", "-")


@cache
def _fonts() -> list[str]:
    """The families to use, in order.

    Files of one family can differ in the letters they have (two versions installed side by
    side): those that have all are known to matplotlib under a name of their own.
    """
    for family in _FAMILIES:
        whole = [e for e in fontManager.ttflist if e.name == family and _has_letters(e.fname)]
        if whole:
            fontManager.ttflist.extend(replace(entry, name=_OWN_NAME) for entry in whole)
            return [_OWN_NAME, "DejaVu Serif"]
    return ["DejaVu Serif"]


def _has_letters(file: str) -> bool:
    try:
        letters = get_font(file).get_charmap()
    except (OSError, RuntimeError):  # a font file that is gone or damaged
        return False
    return all(ord(letter) in letters for letter in _NEEDED)


@contextmanager
def settings() -> Iterator[None]:
    """matplotlib's settings while a chart is drawn; the same data give the same bytes."""
    with mpl.rc_context(
        {
            "font.family": "serif",
            "font.serif": _fonts(),
            "font.size": 11,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "hatch.linewidth": 0.6,
            "svg.hashsalt": "baocao",
            "svg.fonttype": "path",
            "pdf.fonttype": 42,  # letters that can be searched and copied
        }
    ):
        yield


def wrapped(label: str, width: int, lines: int = 3) -> str:
    """A label in at most so many lines; what does not fit is marked with an ellipsis."""
    return "\n".join(
        textwrap.wrap(label, width, max_lines=lines, placeholder=" …", break_long_words=True)
    )


def plain_axes(axes: Axes, *, horizontal: bool) -> None:
    """A light grid along the values only."""
    axes.grid(axis="x" if horizontal else "y", color="#D9D9D9", linewidth=0.7)
    axes.tick_params(length=0)

"""What a document is made of, before it is put on paper: paragraphs, tables, annexes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# Words left for a person to write stand between these in the catalogue of documents.
_OPEN = re.compile(r"\[\[(.+?)\]\]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text; ``open`` when a person is to write there (shown yellow)."""

    words: str
    open: bool = False


class Look(StrEnum):
    """How a paragraph looks."""

    BODY = "body"
    BULLET = "bullet"
    HEADING = "heading"  # a heading below those of the sections
    NOTE = "note"
    LEAD = "lead"  # stays with what follows it


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph."""

    spans: tuple[Span, ...]
    look: Look = Look.BODY

    @property
    def words(self) -> str:
        """Its text as it is printed."""
        return "".join(f"[{s.words}]" if s.open else s.words for s in self.spans)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, ``width`` mm wide."""

    head: str
    width: float
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a heading row that repeats; ``strong`` are rows in bold, from 0."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()
    size: float = 0  # points; 0 for the size of cells of the form


Block = Para | Grid


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex, on pages of its own. ``number`` is Roman."""

    number: str
    title: str
    blocks: tuple[Block, ...]
    landscape: bool = True


def spans(words: str) -> tuple[Span, ...]:
    """A text of the catalogue, with the stretches left open told apart.

    Only for texts of the catalogue with no answer of a unit filled in: brackets typed by a
    unit are text.
    """
    found: list[Span] = []
    end = 0
    for hole in _OPEN.finditer(words):
        if hole.start() > end:
            found.append(Span(words[end : hole.start()]))
        found.append(Span(hole.group(1), open=True))
        end = hole.end()
    if end < len(words):
        found.append(Span(words[end:]))
    return tuple(found)


def body(words: str, look: Look = Look.BODY) -> Para:
    """A paragraph that is all text."""
    return Para((Span(words),), look)


def bullet(words: str) -> Para:
    """One of several points."""
    return body(words, Look.BULLET)


def heading(words: str) -> Para:
    """A heading within a section."""
    return body(words, Look.HEADING)


def lead(words: str) -> Para:
    """A line that introduces the points after it."""
    return body(words, Look.LEAD)


def open_words(words: str) -> Para:
    """A paragraph of the catalogue that is for a person to write, in whole or in part."""
    return Para(spans(words))


def roman(number: int) -> str:
    """1 -> I; annexes are numbered so. For numbers up to 39."""
    return (
        "X" * (number // 10)
        + (("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10])
    )


def fitted(columns: Sequence[Column], width: float) -> tuple[Column, ...]:
    """The columns in the same proportions, together ``width`` mm wide."""
    share = width / sum(column.width for column in columns)
    return tuple(Column(c.head, c.width * share, c.centred) for c in columns)

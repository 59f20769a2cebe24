"""What is read from a plan: paragraphs and tables first, then its tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the plan something stands; ``kind`` is the end of a text's key.

    "line" (first: line of a text), "paragraph" (first: paragraph of a document), "table"
    (first: table, second: row in it) or "sheet" (name: sheet, second: row).
    """

    kind: str
    first: int = 0
    second: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph outside tables. ``counted`` tells that Word made its number itself."""

    text: str
    place: Place
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table, a text per column; what a merged cell covers is empty."""

    cells: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it stands."""

    lines: tuple[Line, ...]


Block: TypeAlias = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the office has to settle: ``code`` below ``plan.doubt``, about ``attr``.

    ``attr`` is a column of the sheet Nhiệm vụ (``programme.schema.TASKS``).
    """

    code: str
    attr: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the plan. ``number`` as printed; ``parts`` of the agencies, in their order.

    ``extra`` holds further columns of the plan's table by their heading.
    """

    number: str
    text: str
    place: Place
    group: str = ""
    lead: str = ""
    parts: tuple[str, ...] = ()
    due: str = ""
    doubts: tuple[Doubt, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """The tasks of a plan, in its order.

    ``agencies`` are the headings of the columns with the agencies' parts; ``skipped`` the
    headings of sections that hold no tasks, with how many paragraphs each; ``headers`` counts
    the headings of the table that were repeated on later pages and left out.
    """

    file: str
    tasks: tuple[Task, ...]
    agencies: tuple[str, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()
    headers: int = 0
    has_times: bool = False

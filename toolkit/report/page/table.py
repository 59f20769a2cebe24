"""The one kind of table on the page: columns, and rows that unfold into rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from toolkit.report.page.markup import Markup, join, tag


class Look(StrEnum):
    """How a cell looks; the words in it say the same without the look."""

    NOTHING = "x"  # words where there is no figure
    PROVISIONAL = "p"  # a figure in which something asked for is lacking
    LACKING = "q"  # words that say so
    GOOD = "g"
    BAD = "b"
    ON_TIME = "on_time"
    LATE = "late"
    RETURNED = "returned"
    MISSING = "missing"
    ACCEPTED = "accepted"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Kind(StrEnum):
    """What a column holds, for its alignment and its order."""

    TEXT = "t"
    NUMBER = "n"
    WORD = "w"  # short, centred
    COVERAGE = "c"  # who is in a figure, in small letters


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell. ``order`` is for sorting only; None sorts last in numbers.

    ``hint`` is said by a screen reader and shown on a figure that is provisional.
    """

    words: str
    order: Decimal | int | None = None
    look: Look | None = None
    hint: str = ""


EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class Column:
    """``group`` is the heading above several columns."""

    title: str
    kind: Kind = Kind.TEXT
    group: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """A cell of a return behind a figure, its texts as they stand in the file.

    ``findings`` and ``source`` are places in the lists of the page (``origins.Origins``).
    """

    title: str
    read: str
    raw: str
    sheet: str
    cell: str
    findings: tuple[int, ...] = ()
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A row; ``kids`` unfold below it, ``origins`` and ``sources`` are shown at its end."""

    cells: tuple[Cell, ...]
    kids: tuple[Node, ...] = ()
    origins: tuple[Origin, ...] = ()
    sources: tuple[int, ...] = ()


class By(StrEnum):
    """What a filter compares."""

    TEXT = "text"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the table. By TEXT it offers what stands in the columns; by LOOK the
    ``options`` (word, look)."""

    label: str
    columns: tuple[int, ...]
    by: By = By.TEXT
    options: tuple[tuple[str, Look], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """``name`` is unique on the page. ``label`` is the column with the unfolding buttons.

    ``still`` tables have their rows in the HTML as well, for a browser without the script.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Node, ...]
    filters: tuple[Filter, ...] = ()
    label: int = 0
    still: bool = False
    note: str = ""
    foot: tuple[tuple[Cell, ...], ...] = field(default=())


# --- HTML ---------------------------------------------------------------------------------------


def html(table: Table, empty: str, provisional: str) -> Markup:
    """The table; the script fills in the rows of one that is not ``still``.

    ``empty`` is said where there is no row, ``provisional`` behind a provisional figure.
    """
    if not table.rows:
        return tag("p", empty, class_="empty")
    rows = [_row(table, node.cells, provisional) for node in table.rows] if table.still else []
    foot = [_row(table, cells, provisional) for cells in table.foot]
    return tag(
        "div",
        tag(
            "div",
            tag(
                "table",
                tag("caption", table.caption, class_="vh"),
                tag("thead", _heads(table)),
                tag("tbody", rows),
                tag("tfoot", foot) if foot else None,
            ),
            class_="scroll",
            role="region",
            tabindex="0",
            aria_label=table.caption,
        ),
        tag("p", table.note, class_="note") if table.note else None,
        class_="table",
        data_table=table.name,
    )


def _heads(table: Table) -> Markup:
    grouped = any(column.group for column in table.columns)
    upper: list[Markup] = []
    lower: list[Markup] = []
    for index, span in _groups(table.columns):
        column = table.columns[index]
        if span:
            upper.append(tag("th", column.group, colspan=span, scope="colgroup"))
            lower += [
                _head(c, index + place) for place, c in enumerate(table.columns[index:][:span])
            ]
        else:
            upper.append(_head(column, index, rowspan=2 if grouped else None))
    return join(tag("tr", upper), tag("tr", lower) if grouped else None)


def _groups(columns: Sequence[Column]) -> Iterator[tuple[int, int]]:
    """(first column, how many) of each group; 0 for a column that belongs to none."""
    index = 0
    while index < len(columns):
        span = 0
        group = columns[index].group
        while group and index + span < len(columns) and columns[index + span].group == group:
            span += 1
        yield index, span
        index += span or 1


def _head(column: Column, index: int, rowspan: int | None = None) -> Markup:
    return tag(
        "th",
        column.title,
        scope="col",
        rowspan=rowspan,
        data_c=index,
        class_=_classes(column),
    )


def _classes(column: Column) -> str:
    return f"k-{column.kind}{' wide' if column.wide else ''}"


def _row(table: Table, cells: Sequence[Cell], provisional: str) -> Markup:
    return tag(
        "tr",
        [
            tag(
                "th" if place == table.label else "td",
                _figure(cell, provisional),
                scope="row" if place == table.label else None,
                class_=_classes(column) + (f" l-{cell.look}" if cell.look else ""),
            )
            for place, (cell, column) in enumerate(zip(cells, table.columns, strict=True))
        ],
        class_="d0",
    )


def _figure(cell: Cell, provisional: str) -> Markup:
    if cell.look is not Look.PROVISIONAL:
        return join(cell.words)
    said = f"{provisional}: {cell.hint}" if cell.hint else provisional
    return join(
        cell.words,
        tag("span", "*", class_="prov", title=said, aria_hidden="true"),
        tag("span", f" ({said})", class_="vh"),
    )


# --- JSON ---------------------------------------------------------------------------------------

Json: TypeAlias = "str | int | float | list[Json] | dict[str, Json] | None"


class Strings:
    """Texts that come again and again, each held once; a place stands for each."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, words: str) -> int:
        """The place of the text."""
        return self._places.setdefault(words, len(self._places))

    def listed(self) -> list[Json]:
        """The texts in the order of their places."""
        return list(self._places)


def packed(table: Table, strings: Strings) -> dict[str, Json]:
    """The table for the script: rows in ``r``, what they unfold into in ``u``, place by place."""
    return {
        "k": "".join(column.kind for column in table.columns),
        "w": "".join("1" if column.wide else "0" for column in table.columns),
        "l": table.label,
        "f": [_filter(one) for one in table.filters],
        "r": [_node(node, strings) for node in table.rows],
    }


def _filter(one: Filter) -> Json:
    return {
        "label": one.label,
        "cols": list(one.columns),
        "by": one.by.value,
        "opts": [[words, look.value] for words, look in one.options],
    }


def _node(node: Node, strings: Strings) -> Json:
    """[cells], [cells, kids], or [cells, kids, origins, sources]; what is empty at the end
    is left out."""
    cells: list[Json] = [_cell(cell) for cell in node.cells]
    while cells and cells[-1] == "":
        cells.pop()
    made: list[Json] = [cells, [_node(kid, strings) for kid in node.kids]]
    made += [[_origin(one, strings) for one in node.origins], list(node.sources)]
    while made and made[-1] == []:
        made.pop()
    return made


def _cell(cell: Cell) -> Json:
    """A plain text; a small number that shows as itself; else [words, order, look, hint]."""
    order = cell.order
    if not cell.look and not cell.hint:
        if order is None:
            return cell.words
        if cell.words == str(order) and order == int(order):
            return int(order)
    made: list[Json] = [cell.words, _ordinal(order), cell.look, cell.hint]
    while made[-1] in (None, ""):
        made.pop()
    return made


def _ordinal(order: Decimal | int | None) -> Json:
    """A number for sorting; the twelfth digit decides no order that matters."""
    if order is None:
        return None
    if order == int(order):
        return int(order)
    return float(f"{order:.12g}")


def _origin(one: Origin, strings: Strings) -> Json:
    raw = 0 if one.raw == one.read else one.raw
    made: list[Json] = [strings.place(one.title), one.read, raw, strings.place(one.sheet), one.cell]
    if one.findings or one.source is not None:
        made.append(list(one.findings))
    if one.source is not None:
        made.append(one.source)
    return made

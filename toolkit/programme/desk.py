"""The desk of one load: the bound tables, the faults and the codes declared so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.findings import Address
from toolkit.programme.faults import Faults, listed, near
from toolkit.programme.read import RawBook
from toolkit.programme.schema import SHEETS, Sheet, find_sheet, ignored_sheet
from toolkit.programme.table import Codes, Row, Table, bind


class Desk:
    """What the steps of one load share. Made by :func:`spread`, gone when the load ends."""

    def __init__(self, file: str, faults: Faults) -> None:
        self.file = file
        self.faults = faults
        self.tables: dict[str, Table] = {}
        self.units = Codes()
        self.periods = Codes()
        self.forms = Codes()
        self.items = Codes()
        self.choices = Codes()
        self.unit_types: tuple[str, ...] = ()

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet; none where the sheet is absent or has no headings."""
        table = self.tables.get(sheet.key)
        return table.rows(self.faults) if table else iter(())

    def whole(self, sheet: Sheet) -> Address:
        """The address of a sheet as the file names it."""
        table = self.tables.get(sheet.key)
        return table.raw.whole if table else Address(self.file, sheet.vi)

    def coded(self, sheet: Sheet, codes: Codes) -> list[tuple[Row, str]]:
        """The rows of a sheet with their codes, declared in ``codes``.

        The code is "" where it is missing, impossible or taken; the row is not sound then.
        """
        table = self.tables.get(sheet.key)
        if sheet.required and (table is None or "code" not in table.columns):
            codes.unreadable = True
        found = []
        for row in self.rows(sheet):
            code = row.code("code")
            if code and not codes.declare(code, row.address("code"), self.faults):
                row.sound = False
                code = ""
            found.append((row, code))
        return found


def spread(book: RawBook, faults: Faults) -> Desk:
    """Bind every table of the book to its sheet and record what is missing or unknown."""
    desk = Desk(book.file, faults)
    present: set[str] = set()
    for raw in book.tables:
        sheet = find_sheet(raw.sheet)
        if sheet is None:
            if raw.cells and not ignored_sheet(raw.sheet):
                names = [known.vi for known in SHEETS]
                faults.warn("sheet.unknown", raw.whole, raw.sheet, allowed=near(raw.sheet, names))
            continue
        if sheet.key in present:
            faults.add("sheet.twice", raw.whole, raw.sheet, name=sheet.vi)
            continue
        present.add(sheet.key)
        if not raw.cells and not sheet.required:
            continue
        table = bind(raw, sheet, faults)
        if table is not None:
            desk.tables[sheet.key] = table
            _check_filled(table, faults)
    for sheet in SHEETS:
        if sheet.required and sheet.key not in present:
            known = listed(raw.sheet for raw in book.tables)
            faults.add("sheet.missing", Address(book.file, sheet.vi), sheet.vi, present=known)
    return desk


def _check_filled(table: Table, faults: Faults) -> None:
    if table.sheet.required and next(table.rows(faults), None) is None:
        faults.add("sheet.empty", table.raw.whole, table.sheet.vi)


def find_circles(graph: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The circles of a graph of codes, each once, from its member that comes first."""
    circles: list[tuple[str, ...]] = []
    settled: set[str] = set()
    for start in graph:
        ways: list[tuple[str, ...]] = [(start,)]
        seen = {start}
        for way in ways:
            for step in graph.get(way[-1], ()):
                if step == start and not settled & set(way):
                    circles.append(way)
                    settled.update(way)
                elif step not in seen and step not in settled:
                    seen.add(step)
                    ways.append((*way, step))
        settled.add(start)
    return circles

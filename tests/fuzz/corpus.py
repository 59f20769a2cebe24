"""Every workbook of a folder, read by us and by the readers that everybody uses.

    python tests/fuzz/corpus.py FOLDER [--show 3]

Prints how the files end and where another reader shows what we do not: a cell that we have
not, a value that differs, a file that we refuse. What only we show (error cells, formulas
without a result) is no disagreement. For public collections of test workbooks, by hand: what
remains in the list is to be explained. Exits with 1 where the reading of a file failed.
"""

from __future__ import annotations

import argparse
import io
import math
import re
import resource
import signal
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import openpyxl
import python_calamine
import xlrd

from toolkit.errors import UnreadableFile
from toolkit.intake.model import CellKind, RawCell, RawWorkbook
from toolkit.intake.reader import read_workbook
from toolkit.intake.reader.values import a1

SUFFIXES = frozenset([".xlsx", ".xlsm", ".xltx", ".xlsb", ".xls", ".ods", ".fods"])
SECONDS, BYTES = 60, 4 << 30  # for all readers of one file
DAY = timedelta(days=1)
ZERO = datetime(1899, 12, 30)
# Excel's days before March 1900 and the system of 1904: readers differ there, and say so.
SHIFTS = (0, 1, -1, 1462, -1462)
ENDED = "THE READING WAS ENDED"
_ERROR = "#"  # every error of a peer
Shown = dict[tuple[str, int, int], object]


def by_calamine(path: Path) -> Shown:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return {
        (name, row, column): value
        for name in book.sheet_names
        for row, values in enumerate(
            book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1
        )
        for column, value in enumerate(values, 1)
        if value not in ("", None)
    }


def by_openpyxl(path: Path) -> Shown:
    return {
        (sheet.title, cell.row, cell.column): _ERROR if cell.data_type == "e" else cell.value
        for sheet in openpyxl.load_workbook(path, data_only=True).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def by_xlrd(path: Path) -> Shown:
    nothing = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
    return {
        (sheet.name, row + 1, column): _ERROR if kind == xlrd.XL_CELL_ERROR else value
        for sheet in xlrd.open_workbook(path, logfile=io.StringIO(), ragged_rows=True).sheets()
        for row in range(sheet.nrows)
        for column, (value, kind) in enumerate(
            zip(sheet.row_values(row), sheet.row_types(row), strict=True), 1
        )
        if kind not in nothing
    }


PEERS: dict[str, tuple[Callable[[Path], Shown], frozenset[str]]] = {
    "calamine": (by_calamine, SUFFIXES - {".fods"}),
    "openpyxl": (by_openpyxl, frozenset([".xlsx", ".xlsm", ".xltx"])),
    "xlrd": (by_xlrd, frozenset([".xls"])),
}


@dataclass(slots=True)
class Found:
    """What came of one file: how it ends, and by kind what there is to explain."""

    end: str = ""
    seconds: float = 0.0
    cells: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    odd: list[tuple[str, str]] = field(default_factory=list)


def look(path: Path) -> Iterator[Found]:
    """What came of our reading; then the same with what the peers show otherwise."""
    found = Found()
    started = time.process_time()
    raw: RawWorkbook | None = None
    try:
        raw = read_workbook(path)
        found.end = f"read as {raw.format}"
        found.cells = sum(len(sheet.cells) for sheet in raw.sheets)
        found.notes.update(note.code for note in raw.notes)
    except UnreadableFile as error:
        found.end = error.key
    found.seconds = time.process_time() - started
    yield found
    for peer, (read, suffixes) in PEERS.items():
        if path.suffix.lower() in suffixes:
            try:
                shown = read(path)
            except BaseException as error:  # Rust panics are no Exception
                if raw is not None:
                    found.odd.append((f"{peer} fails where we read", type(error).__name__))
                continue
            found.odd += [(f"{peer}: {what}", where) for what, where in against(raw, shown)]
    yield found


def against(raw: RawWorkbook | None, shown: Shown) -> Iterator[tuple[str, str]]:
    """Where a peer shows what we do not."""
    if raw is None:
        if shown:
            yield "reads what we refuse", f"{len(shown)} cells"
        return
    mine = {(s.name, *at): cell for s in raw.sheets for at, cell in s.cells.items()}
    sheets = {sheet.name for sheet in raw.sheets}
    for name in sorted({place[0] for place in shown} - sheets):
        yield "a sheet that we have not", name
    for place, value in shown.items():
        cell = mine.get(place)
        where = f"{place[0]}!{a1(place[1], place[2])}"
        if place[0] in sheets and cell is None and str(value).strip():
            yield "a cell that we have not", f"{where} {value!r:.60}"
        elif cell is not None and not same(cell, value):
            yield f"another {cell.kind}", f"{where} ours {cell.shown()!r:.60} theirs {value!r:.60}"


def same(cell: RawCell, value: object) -> bool:
    """Whether a peer shows what we read; days and truth values may come as numbers."""
    mine = cell.value
    if cell.kind in (CellKind.ERROR, CellKind.UNCACHED):
        return isinstance(value, str) and value.startswith("#")
    if isinstance(mine, str):
        return isinstance(value, str) and (mine == value or _plain(mine) == _plain(value))
    theirs = _number(value)
    if isinstance(mine, bool) or theirs is None:
        return theirs is not None and bool(theirs) == mine
    ours = float(mine) if isinstance(mine, Decimal) else (mine - ZERO) / DAY
    exact = isinstance(mine, Decimal) and isinstance(value, (int, float))
    shifts = (0,) if exact else SHIFTS
    near = 0.0 if exact else 2e-8  # a millisecond
    return any(math.isclose(ours, theirs + n, rel_tol=1e-15, abs_tol=near) for n in shifts)


def _number(value: object) -> float | None:
    match value:
        case bool() | int() | float():
            return float(value)
        case datetime():
            return (value - ZERO) / DAY
        case date():
            return float((value - ZERO.date()).days)
        case clock():
            return (datetime.combine(ZERO, value) - ZERO) / DAY
        case timedelta():
            return value / DAY
    return None


def _plain(text: str) -> str:
    return re.sub(r"\s+|_x000D_", " ", text).strip()


# --- one process for each file ------------------------------------------------------------


def _serve(path: Path, answer: Connection) -> None:
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    signal.alarm(SECONDS)
    for found in look(path):
        answer.send(found)


def found_in(folder: Path) -> Iterator[tuple[Path, Found]]:
    """What came of each workbook of a folder, in the order of their names."""
    context = get_context("fork")
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_serve, args=(path, theirs))
        process.start()
        theirs.close()
        found = Found(ENDED)
        try:
            found = ours.recv()
            found = ours.recv()
        except EOFError:
            if found.end != ENDED:
                found.odd.append(("a peer takes too much time or memory", ""))
        process.join()
        yield path, found


def main() -> None:
    """Run as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=3, help="files named for each line")
    options = parser.parse_args()
    ends: Counter[str] = Counter()
    odd: dict[str, list[str]] = defaultdict(list)
    cells, slowest = 0, 0.0
    for path, found in found_in(options.folder):
        ends[found.end] += 1
        cells += found.cells
        slowest = max(slowest, found.seconds)
        for what in found.notes:
            odd[what].append(str(path))
        for what, where in dict(reversed(found.odd)).items():
            odd[what].append(f"{path}: {where}")
    for end, count in ends.most_common():
        print(f"{count:6}  {end}")
    print(f"{sum(ends.values())} files, {cells} cells, the slowest {slowest:.1f} s of CPU\n")
    for what, places in sorted(odd.items()):
        print(f"{what}: {len(places)} files")
        for place in places[: options.show]:
            print(f"    {place}")
    sys.exit(1 if ends[ENDED] else 0)


if __name__ == "__main__":
    main()

"""Damaging filled returns: one list of steps per fault, done by openpyxl or by LibreOffice.

A step is what ``samples/uno_fill.py`` takes, with the code of a form where that has the name
of a sheet. LibreOffice does all of them in one sitting and saves each result as .ods and .xls.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from returned import CLEAN, clean_return, layout_of, opened, saved, template

Step = tuple[object, ...]
Steps = tuple[Step, ...]
Said = tuple[str, str, str]  # the code, the form or sheet, the cell

FILLER = Path(__file__).resolve().parents[1] / "samples" / "uno_fill.py"
XLSX, ODS, XLS = "xlsx", "ods", "xls"
FORMATS = (XLSX, ODS, XLS)
# How an error comes about: Excel stores it, LibreOffice computes it.
_ERRORS = {"#DIV/0!": "=1/0", "#REF!": "=#REF!", "#N/A": "=NA()", "#VALUE!": '="a"+1'}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: what is done, what must be said of it, in which formats it can be."""

    name: str
    steps: Steps
    expected: tuple[Said, ...]
    formats: tuple[str, ...] = FORMATS
    file: str = ""  # the name it is sent under, without its ending


# --- the steps ------------------------------------------------------------------------------


def put(form: str, /, **cells: object) -> Steps:
    """Type something into cells; None empties them, ``#REF!`` is an error, ``=`` a formula."""
    return tuple(_typed(form, *coordinate_to_tuple(cell), value) for cell, value in cells.items())


def _typed(form: str, row: int, column: int, value: object) -> Step:
    place = (form, row, column)
    if value is None:
        return ("clear", *place)
    if isinstance(value, bool):
        return ("truth", *place, value)
    if isinstance(value, datetime):
        return ("date", *place, value.date().isoformat())
    if isinstance(value, str):
        kind = "error" if value in _ERRORS else "formula" if value.startswith("=") else "text"
        return (kind, *place, value)
    return ("number", *place, value)


def all_of(*steps: Steps) -> Steps:
    """Several steps one after the other."""
    return tuple(step for some in steps for step in some)


def one(kind: str, form: str, *rest: object) -> Steps:
    """One step."""
    return ((kind, form, *rest),)


def sheet_name(form: str) -> str:
    """The template's sheet of a form; any other name is a sheet's own."""
    return next((s.sheet for s in layout_of().sheets if s.form.code == form), form)


# --- openpyxl -------------------------------------------------------------------------------


def damaged(steps: Steps, base: bytes | None = None) -> bytes:
    """The clean return after the steps, as openpyxl saves it."""
    book = opened(base or clean_return())
    for kind, name, *rest in steps:
        _apply(book, str(kind), sheet_name(str(name)), *rest)
    return saved(book)


def _apply(book: Workbook, kind: str, name: str, *rest: object) -> None:
    if kind == "add_sheet":
        book.create_sheet(name)
        return
    ws = book[name]
    if kind in ("number", "text", "formula", "error", "truth"):
        ws.cell(rest[0], rest[1]).value = rest[2]
    elif kind == "date":
        ws.cell(rest[0], rest[1]).value = datetime.fromisoformat(rest[2])
    elif kind == "clear":
        ws.cell(rest[0], rest[1]).value = None
    elif kind == "font":
        ws.cell(rest[0], rest[1]).font = Font(name=rest[2])
    elif kind == "format":
        ws.cell(rest[0], rest[1]).number_format = rest[2]
    elif kind in ("insert_rows", "remove_rows", "insert_columns", "remove_columns"):
        _lines(ws, kind, *rest)
    elif kind == "hide_row":
        ws.row_dimensions[rest[0]].hidden = True
    elif kind == "hide_column":
        ws.column_dimensions[get_column_letter(rest[0])].hidden = True
    elif kind == "hide_sheet":
        ws.sheet_state = "hidden"
    elif kind == "rename":
        ws.title = rest[0]
    elif kind == "remove_sheet":
        book.remove(ws)
    elif kind == "copy_sheet":
        copy = book.create_sheet(rest[0])
        for cell in (cell for row in ws.iter_rows() for cell in row if cell.value is not None):
            copy[cell.coordinate].value = cell.value
    elif kind == "move_sheet":
        book.move_sheet(ws, rest[0] - 1 - book.index(ws))
    else:
        _areas(ws, kind, *rest)


def _lines(ws: Worksheet, kind: str, first: int, count: int = 1) -> None:
    """What Excel does: what lies below or right moves along, merges are taken apart here."""
    for area in list(ws.merged_cells.ranges):
        ws.unmerge_cells(str(area))
    if kind.startswith("remove"):
        (ws.delete_rows if "rows" in kind else ws.delete_cols)(first, count)
        return
    corner = f"A{first}" if "rows" in kind else f"{get_column_letter(first)}1"
    area = f"{corner}:{get_column_letter(ws.max_column)}{ws.max_row}"
    ws.move_range(area, rows=count if "rows" in kind else 0, cols=0 if "rows" in kind else count)


def _areas(ws: Worksheet, kind: str, area: str, other: str = "") -> None:
    left, top, right, bottom = range_boundaries(area)
    places = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
    if kind == "merge":
        kept = ws.cell(top, left).value
        ws.merge_cells(area)
        ws.cell(top, left).value = kept
    elif kind == "clear_area":
        for r, c in places:
            ws.cell(r, c).value = None
    else:
        to_left, to_top = range_boundaries(other)[:2]
        for r, c in places:
            here, there = ws.cell(r, c), ws.cell(r - top + to_top, c - left + to_left)
            if kind == "swap_areas":
                here.value, there.value = there.value, here.value
            else:
                there.value = here.value


# --- LibreOffice ----------------------------------------------------------------------------


def python_with_uno() -> str:
    """A Python that can drive LibreOffice."""
    for candidate in ("/usr/bin/python3", shutil.which("python3") or ""):
        if (
            candidate
            and not subprocess.run(
                [candidate, "-c", "import uno"], capture_output=True, check=False
            ).returncode
        ):
            return candidate
    raise FileNotFoundError("no Python with LibreOffice's module uno (Debian: python3-uno)")


def for_office(steps: Iterable[Step]) -> list[list[object]]:
    """The steps with sheet names, as ``uno_fill.py`` takes them."""
    told: list[list[object]] = []
    for kind, name, *rest in steps:
        place = [sheet_name(str(name)), *rest]
        if kind == "error":
            told.append(["formula", *place[:-1], _ERRORS[str(rest[-1])]])
        elif kind == "truth":
            told.append(["formula", *place[:-1], "=TRUE()" if rest[-1] else "=FALSE()"])
            told.append(["format", *place[:-1], "BOOLEAN"])
        else:
            told.append([kind, *place])
    return told


def unprotected() -> list[list[object]]:
    """Steps that take the protection off every sheet, as any sender can."""
    return [["unprotect", name] for name in ("Bìa", "_baocao", *map(sheet_name, CLEAN))]


def _hard(steps: Steps) -> bool:
    """Whether more is done than typing: after that the filler opens the workbook anew."""
    return any(kind not in ("number", "text", "date", "clear") for kind, *_ in steps)


Job = tuple[Steps, tuple[str, ...]]  # what is done, and the formats it is saved in


def in_office(folder: Path, kinds: Mapping[str, Job]) -> None:
    """Make ``folder/name.format`` for each kind in one sitting of LibreOffice.

    The distributed template is filled there first, then each fault is put into that.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bieu-mau.xlsx").write_bytes(template())
    filled = folder / "da-dien" / "bao-cao.ods"
    jobs: list[dict[str, object]] = [
        {
            "source": str(folder / "bieu-mau.xlsx"),
            "target": str(filled),
            "format": ODS,
            "steps": unprotected()
            + for_office(s for form, cells in CLEAN.items() for s in put(form, **cells)),
        }
    ]
    jobs += [
        {
            "source": str(filled),
            "targets": [[str(folder / f"{name}.{suffix}"), suffix] for suffix in formats],
            "steps": for_office(steps),
        }
        for name, (steps, formats) in sorted(kinds.items(), key=lambda kind: _hard(kind[1][0]))
    ]
    (folder / "jobs.json").write_text(json.dumps(jobs), "utf-8")
    subprocess.run(
        [python_with_uno(), str(FILLER), str(folder / "jobs.json")], check=True, timeout=300
    )


def shared_folder(
    tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]
) -> Path:
    """A folder that is made once for all workers of a test run."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = root / name, root / f"{name}.done"
    try:
        os.close(os.open(root / f"{name}.lock", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        for _ in range(3000):
            if done.exists():
                break
            time.sleep(0.1)
        assert done.read_text() == "", "LibreOffice failed in another worker"
        return folder
    said = "failed"
    try:
        make(folder)
        said = ""
    finally:
        done.write_text(said)
    return folder


# --- surgery --------------------------------------------------------------------------------

_COMPUTED = re.compile(
    rb'(<table:table-cell[^>]*table:formula="of:=1\+1")[^>]*>.*?</table:table-cell>'
)
_GENERATOR = re.compile(rb"(<meta:generator>)[^<]*")


def without_result(ods: bytes) -> bytes:
    """The file with the stored result of ``=1+1`` taken out, as by a program that has none."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(ods)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "content.xml":
                data, count = _COMPUTED.subn(rb"\1/>", data)
                assert count == 1
            elif entry.filename == "meta.xml":
                data = _GENERATOR.sub(rb"\1Exporter/1.0", data)
            new.writestr(entry, data)
    return target.getvalue()

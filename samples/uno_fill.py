"""Fill workbooks the way a person does: in a running LibreOffice, cell by cell.

Run by a Python that has LibreOffice's ``uno`` module (Debian: python3-uno):

    python3 uno_fill.py JOBS.json

JOBS.json is a list of ``{"source", "target", "format": "xlsx"|"xls"|"ods", "steps": [...]}``;
with ``"targets": [[target, format], ...]`` instead one result is saved several times.
A step is a list; rows and columns count from 1:

    ["number", sheet, row, column, 12.5]       a number
    ["text", sheet, row, column, "1.234"]      a text, also where it looks like a number
    ["date", sheet, row, column, "2024-03-05"] a day
    ["formula", sheet, row, column, "=1/0"]    a formula (English names)
    ["clear", sheet, row, column]              emptied
    ["unprotect", sheet]
    ["insert_rows", sheet, row, count]  ["remove_rows", sheet, row, count]
    ["insert_columns", sheet, column, count]   ["remove_columns", sheet, column, count]
    ["rename", sheet, name]  ["remove_sheet", sheet]  ["show_sheet", sheet]
    ["hide_sheet", sheet]  ["hide_row", sheet, row]  ["hide_column", sheet, column]
    ["add_sheet", name]  ["copy_sheet", sheet, name]  ["move_sheet", sheet, place]
    ["merge", sheet, "F9:F10"]  ["clear_area", sheet, "A1:A30"]
    ["font", sheet, row, column, name]  ["format", sheet, row, column, "0%"]
    ["copy_area", sheet, "B9:H9", "B13"]       copied and pasted
    ["swap_areas", sheet, "B9:H9", "B10:H10"]  cut and pasted, as sorting does

All jobs are done by one LibreOffice with a profile of its own.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import Locale
from com.sun.star.table.CellContentType import EMPTY, TEXT, VALUE

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}
# LibreOffice counts days from here, whatever the file's own date system.
EPOCH = date(1899, 12, 30)
CONTENTS = 1 | 2 | 4 | 16  # numbers, dates, texts, formulas: not the formats


def prop(name, value):
    """A UNO property."""
    return PropertyValue(Name=name, Value=value)


@contextlib.contextmanager
def office():
    """The desktop of a headless LibreOffice of our own."""
    with tempfile.TemporaryDirectory() as profile:
        pipe = f"baocao{time.monotonic_ns()}"
        process = subprocess.Popen(
            [
                shutil.which("soffice") or "soffice",
                "--headless",
                "--norestore",
                "--nologo",
                f"--accept=pipe,name={pipe};urp;",
                f"-env:UserInstallation={Path(profile).as_uri()}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        context = uno.getComponentContext()
        resolver = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", context
        )
        try:
            for _ in range(600):
                try:
                    remote = resolver.resolve(
                        f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
                    )
                    break
                except NoConnectException:
                    time.sleep(0.1)
            else:
                raise SystemExit("LibreOffice did not start within a minute")
            desktop = remote.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", remote
            )
            yield desktop
            with contextlib.suppress(Exception):  # it closes the bridge while answering
                desktop.terminate()
        finally:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def step(document, kind, sheet_name, *rest):
    """Do one step in an open document."""
    sheets = document.Sheets
    if kind == "add_sheet":
        sheets.insertNewByName(sheet_name, sheets.Count)
        return
    sheet = sheets.getByName(sheet_name)
    if kind in _CELL:
        cell_step(document, sheet.getCellByPosition(rest[1] - 1, rest[0] - 1), kind, *rest[2:])
    elif kind in _LINES:
        lines_step(sheet, kind, *rest)
    elif kind in _AREA:
        area_step(sheet, kind, *rest)
    elif kind == "unprotect":
        sheet.unprotect("")
    elif kind == "rename":
        sheet.Name = rest[0]
    elif kind == "remove_sheet":
        sheets.removeByName(sheet_name)
    elif kind == "copy_sheet":
        sheets.copyByName(sheet_name, rest[0], sheets.Count)
    elif kind == "move_sheet":
        sheets.moveByName(sheet_name, rest[0] - 1)
    elif kind in ("show_sheet", "hide_sheet"):
        sheet.IsVisible = kind == "show_sheet"
    else:
        raise SystemExit(f"unknown step {kind!r}")


_CELL = ("number", "text", "date", "formula", "clear", "font", "format")


def cell_step(document, cell, kind, value=None):
    """Do a step on one cell."""
    if kind == "number":
        cell.Value = value
    elif kind == "text":
        cell.String = value
    elif kind == "date":
        cell.Value = (date.fromisoformat(value) - EPOCH).days
    elif kind == "formula":
        cell.Formula = value
    elif kind == "clear":
        cell.clearContents(CONTENTS)
    elif kind == "font":
        cell.CharFontName = value
    else:
        formats, locale = document.NumberFormats, Locale("en", "US", "")
        key = formats.queryKey(value, locale, False)
        cell.NumberFormat = formats.addNew(value, locale) if key == -1 else key


_LINES = (
    "insert_rows",
    "remove_rows",
    "insert_columns",
    "remove_columns",
    "hide_row",
    "hide_column",
)


def lines_step(sheet, kind, first, count=1):
    """Do a step on whole rows or columns."""
    lines = sheet.Rows if "row" in kind else sheet.Columns
    if kind.startswith("hide"):
        lines.getByIndex(first - 1).IsVisible = False
    elif kind.startswith("insert"):
        lines.insertByIndex(first - 1, count)
    else:
        lines.removeByIndex(first - 1, count)


_AREA = ("merge", "clear_area", "copy_area", "swap_areas")


def area_step(sheet, kind, area, other=None):
    """Do a step on a rectangle of cells."""
    cells = sheet.getCellRangeByName(area)
    if kind == "merge":
        cells.merge(True)
    elif kind == "clear_area":
        cells.clearContents(CONTENTS)
    elif kind == "copy_area":
        sheet.copyRange(sheet.getCellRangeByName(other).CellAddress, cells.RangeAddress)
    else:
        there = sheet.getCellRangeByName(other)
        aside = sheet.getCellByPosition(cells.RangeAddress.StartColumn, 500)
        first, second = corner(sheet, cells), corner(sheet, there)
        width = cells.RangeAddress.EndColumn - cells.RangeAddress.StartColumn
        height = cells.RangeAddress.EndRow - cells.RangeAddress.StartRow
        sheet.moveRange(aside.CellAddress, cells.RangeAddress)
        sheet.moveRange(first, there.RangeAddress)
        column, row = aside.CellAddress.Column, aside.CellAddress.Row
        parked = sheet.getCellRangeByPosition(column, row, column + width, row + height)
        sheet.moveRange(second, parked.RangeAddress)


def corner(sheet, cells):
    """The address of the first cell of a rectangle."""
    place = cells.RangeAddress
    return sheet.getCellByPosition(place.StartColumn, place.StartRow).CellAddress


_TYPED = ("number", "text", "date", "clear")


def typed_only(job):
    """Whether the steps only type into cells, which can be taken back without a trace."""
    return all(kind in _TYPED for kind, *_ in job["steps"])


def held(cell):
    """What a cell holds and how it is shown, for :func:`taken_back`."""
    kind = cell.Type
    value = cell.Value if kind == VALUE else cell.String if kind == TEXT else cell.Formula
    return kind, value, cell.NumberFormat


def taken_back(cells):
    """Give cells what they held: pairs of a cell and what :func:`held` said of it."""
    for cell, (kind, value, shown) in cells:
        if kind == EMPTY:
            cell.clearContents(CONTENTS)
        elif kind == VALUE:
            cell.Value = value
        elif kind == TEXT:
            cell.String = value
        else:
            cell.Formula = value
        if cell.NumberFormat != shown:  # a text typed over a date takes its format away
            cell.NumberFormat = shown


class Opened:
    """The workbook of the job before, as it was read, for the next job on the same file.

    Reading takes longer than all else; what was only typed is taken back instead.
    """

    def __init__(self, desktop):
        self.desktop, self.source, self.document = desktop, None, None

    def __call__(self, source):
        """The document of a file."""
        if source != self.source:
            self.close()
            url = Path(source).resolve().as_uri()
            self.document = self.desktop.loadComponentFromURL(
                url, "_blank", 0, (prop("Hidden", True),)
            )
            self.source = source
        return self.document

    def close(self):
        """Close what is open."""
        if self.document is not None:
            self.document.close(True)
        self.source, self.document = None, None


def touched(document, steps):
    """The cells that the steps type into, each once, with what they hold."""
    places = dict.fromkeys((name, row, column) for _, name, row, column, *_ in steps)
    sheets = document.Sheets
    cells = [sheets.getByName(n).getCellByPosition(c - 1, r - 1) for n, r, c in places]
    return [(cell, held(cell)) for cell in cells]


def main(jobs_file):
    """Do the jobs of a file."""
    jobs = json.loads(Path(jobs_file).read_text("utf-8"))
    with office() as desktop:
        opened = Opened(desktop)
        for job in jobs:
            document = opened(job["source"])
            before = touched(document, job["steps"]) if typed_only(job) else None
            for one in job["steps"]:
                step(document, *one)
            document.calculateAll()
            for name, kind in job.get("targets") or [[job["target"], job["format"]]]:
                target = Path(name).resolve()
                target.parent.mkdir(parents=True, exist_ok=True)
                how = prop("FilterName", FILTERS[kind]), prop("NoThumbnail", True)
                document.storeToURL(target.as_uri(), how)
            if before is None:
                opened.close()
            else:
                taken_back(before)
        opened.close()


if __name__ == "__main__":
    main(sys.argv[1])

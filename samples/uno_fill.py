"""Fill workbooks the way a person does: in a running LibreOffice, cell by cell.

Run by a Python that has LibreOffice's ``uno`` module (Debian: python3-uno):

    python3 uno_fill.py JOBS.json

JOBS.json is a list of ``{"source", "target", "format": "xlsx"|"xls"|"ods", "steps": [...]}``.
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

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}
# LibreOffice counts days from here, whatever the file's own date system.
EPOCH = date(1899, 12, 30)


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
    sheet = sheets.getByName(sheet_name)
    if kind in ("number", "text", "date", "formula", "clear"):
        cell = sheet.getCellByPosition(rest[1] - 1, rest[0] - 1)
        value = rest[2] if len(rest) > 2 else None
        if kind == "number":
            cell.Value = value
        elif kind == "text":
            cell.String = value
        elif kind == "date":
            cell.Value = (date.fromisoformat(value) - EPOCH).days
        elif kind == "formula":
            cell.Formula = value
        else:
            cell.clearContents(1 | 2 | 4 | 16)
    elif kind == "unprotect":
        sheet.unprotect("")
    elif kind in ("insert_rows", "remove_rows"):
        act = sheet.Rows.insertByIndex if kind[0] == "i" else sheet.Rows.removeByIndex
        act(rest[0] - 1, rest[1])
    elif kind in ("insert_columns", "remove_columns"):
        act = sheet.Columns.insertByIndex if kind[0] == "i" else sheet.Columns.removeByIndex
        act(rest[0] - 1, rest[1])
    elif kind == "rename":
        sheet.Name = rest[0]
    elif kind == "remove_sheet":
        sheets.removeByName(sheet_name)
    elif kind == "show_sheet":
        sheet.IsVisible = True
    else:
        raise SystemExit(f"unknown step {kind!r}")


def main(jobs_file):
    """Do the jobs of a file."""
    jobs = json.loads(Path(jobs_file).read_text("utf-8"))
    with office() as desktop:
        for job in jobs:
            source = Path(job["source"]).resolve().as_uri()
            document = desktop.loadComponentFromURL(source, "_blank", 0, (prop("Hidden", True),))
            try:
                for one in job["steps"]:
                    step(document, *one)
                document.calculateAll()
                target = Path(job["target"]).resolve()
                target.parent.mkdir(parents=True, exist_ok=True)
                document.storeToURL(target.as_uri(), (prop("FilterName", FILTERS[job["format"]]),))
            finally:
                document.close(True)


if __name__ == "__main__":
    main(sys.argv[1])

"""Telling a programme workbook from a return, without reading either."""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from pathlib import Path

from toolkit.programme.schema import FIELDS, FORMS, PROGRAMME, find_sheet

# A return holds none of these tables.
_TABLES = {PROGRAMME, FORMS, FIELDS}
_SHEET = re.compile(r"""<(?:\w+:)?sheet\b[^>]*?\bname=["']([^"']*)["']""")
_MOST_BYTES = 1_000_000


def is_programme(path: Path) -> bool:
    """Whether the file is an .xlsx workbook with the tables of a programme.

    A damaged or foreign file is not one; what is wrong with it is for the intake to say.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as stream:
            listed = stream.read(_MOST_BYTES).decode("utf-8", "replace")
    except (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False
    return {find_sheet(html.unescape(name)) for name in _SHEET.findall(listed)} >= _TABLES

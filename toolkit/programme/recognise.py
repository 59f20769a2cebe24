"""Telling a programme workbook from a return, without reading either."""

from __future__ import annotations

import html
import io
import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path

from toolkit.programme.schema import FIELDS, FORMS, PROGRAMME, find_sheet

# A return holds none of these tables.
_TABLES = {PROGRAMME, FORMS, FIELDS}
_SHEET = re.compile(r"""<(?:\w+:)?sheet\b[^<>]*?\bname=["']([^"']*)["']""")
_MOST_BYTES, _MOST_FILE, _MOST_PARTS = 1_000_000, 30_000_000, 5_000
# What zipfile raises on broken bytes, also of methods that no spreadsheet program uses.
_BROKEN = (
    *(OSError, LookupError, ValueError, ArithmeticError, RuntimeError, EOFError, MemoryError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
)


def is_programme(path: Path) -> bool:
    """Whether the file is an .xlsx workbook with the tables of a programme.

    A damaged or foreign file is not one; what is wrong with it is for the intake to say.
    """
    try:
        if path.stat().st_size > _MOST_FILE:
            return False
        data = path.read_bytes()
        if data.count(b"PK\x01\x02") > _MOST_PARTS:  # each takes memory when the zip is opened
            return False
        with (
            zipfile.ZipFile(io.BytesIO(data)) as archive,
            archive.open("xl/workbook.xml") as stream,
        ):
            listed = stream.read(_MOST_BYTES).decode("utf-8", "replace")
    except _BROKEN:
        return False
    return {find_sheet(html.unescape(name)) for name in _SHEET.findall(listed)} >= _TABLES

"""Telling a programme workbook from a return, without reading either."""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from pathlib import Path

from toolkit.text import match_key

# Any of its two names is enough for a sheet; a return holds none of these tables.
_TABLES = (("chương trình", "programme"), ("biểu", "forms"), ("cột", "fields"))
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
    names = {match_key(html.unescape(name)) for name in _SHEET.findall(listed)}
    return all(any(match_key(n) in names for n in known) for known in _TABLES)

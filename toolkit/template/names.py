"""Names of the sheets of a template."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from toolkit.programme.model import Form

SHEET_NAME_LIMIT = 31  # Excel's limit, in UTF-16 units


@lru_cache(maxsize=64)
def sheet_names(forms: tuple[Form, ...], reserved: tuple[str, ...]) -> Mapping[str, str]:
    """The sheet name of each form by its code: code and as much of the name as there is room.

    Unique without regard to case, within Excel's 31 characters and without the characters it
    forbids; none is one of ``reserved``. Names depend on the forms of the programme alone,
    so that a form has the same sheet name in every unit's workbook.
    """
    taken = {name.casefold() for name in (*reserved, "History")}  # Excel keeps "History"
    names: dict[str, str] = {}
    for form in forms:
        wanted = _clean(f"{form.code} {form.name}") or "_"
        name = _shorten(wanted, SHEET_NAME_LIMIT)
        again = 2
        while name.casefold() in taken:
            tail = f" ({again})"
            name = _shorten(wanted, SHEET_NAME_LIMIT - len(tail)) + tail
            again += 1
        taken.add(name.casefold())
        names[form.code] = name
    return names


def _clean(name: str) -> str:
    """Without what Excel forbids in a sheet's name, white space collapsed, composed."""
    kept = "".join(
        " " if char in "[]:*?/\\" or unicodedata.category(char)[0] in "CZ" else char
        for char in unicodedata.normalize("NFC", name)
    )
    return " ".join(kept.split()).strip("' ")


def _shorten(name: str, limit: int) -> str:
    """At most ``limit`` UTF-16 units of the name, at the end of a word where one fits."""
    if _units(name) <= limit:
        return name
    cut = name
    while _units(cut) > limit:
        cut = cut[:-1]
    if not name[len(cut)].isspace() and " " in cut[limit // 3 :]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" '-–,.;") or cut.strip("' ")


def _units(name: str) -> int:
    return len(name.encode("utf-16-le")) // 2

"""Units named in a cell: by code, else by a name that means one unit only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.programme.desk import Desk
from toolkit.programme.model import Unit
from toolkit.programme.table import Row
from toolkit.text import match_key


def unit_names(units: Sequence[Unit]) -> Mapping[str, str]:
    """The codes of the units by each of their names that means one unit only."""
    meant: dict[str, set[str]] = {}
    for unit in units:
        for name in (unit.name, unit.short, *unit.aliases):
            meant.setdefault(match_key(name), set()).add(unit.code)
    return {name: codes.pop() for name, codes in meant.items() if name and len(codes) == 1}


def unit_of(desk: Desk, row: Row, attr: str, names: Mapping[str, str]) -> str:
    """The code of the unit a cell means, "" where blank; an unknown one is faulted."""
    text = row.line(attr)
    if desk.units.find(text) is None and match_key(text) in names:
        return names[match_key(text)]
    return row.reference(attr, desk.units, "unit")

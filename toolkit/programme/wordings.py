"""The sheet Cách ghi: what offices write for nothing, and which kind of nothing it is."""

from __future__ import annotations

from toolkit.programme.desk import Desk
from toolkit.programme.keywords import MEANINGS
from toolkit.programme.schema import WORDINGS
from toolkit.programme.values import parse_quantity
from toolkit.text import match_key


def read_wordings(desk: Desk) -> tuple[tuple[str, str], ...]:
    """The sheet Cách ghi; a figure cannot be declared to be nothing."""
    found: dict[str, tuple[str, str]] = {}
    for row in desk.rows(WORDINGS):
        wording, meaning = row.line("wording"), row.keyword("meaning", MEANINGS)
        if not wording or meaning is None:
            continue
        key = match_key(wording)
        if not isinstance(parse_quantity(wording), str):
            row.fault("wording.number", "wording", wording)
        elif key in found:
            row.fault("wording.twice", "wording", wording)
        else:
            found[key] = (wording, meaning.value)
    return tuple(found.values())

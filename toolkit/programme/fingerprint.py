"""The fingerprint of a programme: its content, however the workbook was saved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from toolkit.programme.language.tree import Expression
from toolkit.programme.model import ASIDE, LATER, Programme
from toolkit.programme.read import plain


def fingerprint(programme: Programme) -> str:
    """SHA-256 (hexadecimal) over the canonical form of everything the programme says.

    Independent of the order of columns, of styles and of who saved the workbook; the order
    of rows counts, because it is the order on the templates. The programme's own
    ``fingerprint`` is left out, and so are waivers, wordings, criteria and bands: they judge
    what was written into the same template, and a return made before them is not of an
    earlier issue; criteria that are rows of a form are among the item lists. What is passed
    on to a superior body has nothing to do with the own templates, and successions only say
    how figures are carried to the units of today. So it is with what only bears on the
    figures made of returns.
    """
    content = canonical(programme)
    assert isinstance(content, dict)
    content.pop("fingerprint")
    content.pop("waivers")
    content.pop("wordings")
    content.pop("transfers")
    content.pop("successions")
    content.pop("criteria")
    content.pop("bands")
    content.pop("faulty_answers")
    content.pop("last_year")
    return _digest(content)


def judging_key(programme: Programme) -> str:
    """What a judgement depends on: the fingerprint, and waivers and wordings if there are any.

    A return judged under another key is to be judged again.
    """
    judged_by = (programme.waivers, programme.wordings)
    if not any(judged_by):
        return programme.fingerprint
    return _digest([programme.fingerprint, *map(canonical, judged_by)])


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@cache
def _fields(kind: type[Any]) -> tuple[tuple[str, ...], Mapping[str, object]]:
    """The fields of a dataclass that count, and what those of them hold that came later."""
    known = [f for f in fields(kind) if f.compare and not ASIDE.items() <= f.metadata.items()]
    later = {f.name: f.default for f in known if LATER.items() <= f.metadata.items()}
    return tuple(f.name for f in known), later


_AS_IT_IS = frozenset({str, int, bool, type(None)})  # most of what a programme holds


def canonical(value: object) -> object:
    """Plain lists, dicts and texts; numbers without trailing zeros, dates as ISO."""
    # The commonest first: a whole country is a hundred thousand of them.
    if type(value) in _AS_IT_IS or isinstance(value, str):  # members of an enumeration too
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return [canonical(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Expression):
        return value.source
    if is_dataclass(value):
        return _of_dataclass(value)
    if isinstance(value, Mapping):
        pairs = ((_key(key), canonical(held)) for key, held in value.items())
        return dict(sorted(pairs))
    if isinstance(value, float):
        return plain(Decimal(repr(value)))
    return value


def _of_dataclass(value: object) -> dict[str, object]:
    kind: Any = type(value)
    names, later = _fields(kind)
    content: dict[str, object] = {}
    for name in names:
        held = getattr(value, name)
        # What a programme does not use yet must not change the fingerprint it has: templates
        # out there carry it.
        if name not in later or held != later[name]:
            content[name] = held if type(held) in _AS_IT_IS else canonical(held)
    return content


def _key(key: object) -> str:
    return "\t".join(key) if isinstance(key, tuple) else str(key)

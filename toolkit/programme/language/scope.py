"""The names a formula may use, and how a name as typed finds its meaning.

Names are compared by :func:`toolkit.text.match_key`: case, spacing, Unicode form and tone
position do not matter. A code wins over a heading; a heading that stands over two fields is
ambiguous, and is made clear with its group: ``[Quý I / Kế hoạch]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from toolkit.programme.model import FieldType
from toolkit.text import match_key

# Below this likeness (0..100) a suggestion would only puzzle the reader.
_LIKE_ENOUGH = 60.0


@dataclass(frozen=True, slots=True)
class ScopeField:
    """A field as formulas see it. ``title`` is its heading, ``group`` the heading above."""

    code: str
    title: str
    type: FieldType
    group: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything a formula of one form can name.

    ``fields`` are the form's, in the order of its columns (spans run along it). ``forms``
    maps code to name for COUNTROWS, ``items`` code to text for UNIT.
    """

    fields: tuple[ScopeField, ...]
    forms: Mapping[str, str] = field(default_factory=dict, hash=False)
    items: Mapping[str, str] = field(default_factory=dict, hash=False)

    def field(self, code: str) -> ScopeField:
        """The field of that very code; KeyError where there is none."""
        for candidate in self.fields:
            if candidate.code == code:
                return candidate
        raise KeyError(code)

    def find_field(self, name: str) -> tuple[str, ...]:
        """The codes of the fields meant by ``name``: one, none, or several if ambiguous."""
        codes = _matching(name, ((f.code, f.code) for f in self.fields))
        if codes:
            return codes
        titles = _matching(name, ((f.title, f.code) for f in self.fields))
        if titles:
            return titles
        grouped = [(f"{f.group} {f.title}", f.code) for f in self.fields if f.group]
        return _matching(_without_separators(name), grouped, _without_separators)

    def suggest_field(self, name: str) -> str | None:
        """The heading or code closest to ``name``, as it is written in the programme."""
        return closest(name, [n for f in self.fields for n in (f.title, f.code)])


def find_named(name: str, things: Mapping[str, str]) -> tuple[str, ...]:
    """The codes whose code, else whose name, is ``name``: one, none or several."""
    codes = _matching(name, ((code, code) for code in things))
    return codes or _matching(name, ((label, code) for code, label in things.items()))


def suggest_named(name: str, things: Mapping[str, str]) -> str | None:
    """The name or code of ``things`` closest to ``name``, or None."""
    return closest(name, [n for code, label in things.items() for n in (label, code)])


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like ``name`` (the first of equals), or None if none is like it."""
    from rapidfuzz import fuzz, process  # a while to load, and asked for by a slip only

    found = process.extractOne(
        name,
        [c for c in candidates if c],
        scorer=fuzz.ratio,
        processor=match_key,
        score_cutoff=_LIKE_ENOUGH,
    )
    return found[0] if found else None


def _without_separators(name: str) -> str:
    return re.sub(r"[/:>\-–]+", " ", name)


def _matching(
    name: str, named: Iterable[tuple[str, str]], prepare: Callable[[str], str] = str
) -> tuple[str, ...]:
    """The codes of all ``(name, code)`` whose name has the key of ``name``."""
    key = match_key(name)
    if not key:
        return ()
    return tuple(code for label, code in named if match_key(prepare(label)) == key)

"""Choices: the answer of a list that a text means. Close spelling is suggested, never taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from toolkit.intake.model import State
from toolkit.intake.values.nothings import ValueRules
from toolkit.intake.values.reading import Reading, ReadingFinding, error, note, unreadable
from toolkit.text import match_key

_NUMBERING = re.compile(r"^(?:[-+*•–]\s*|(?:\d{1,2}|[a-zđ])[.)]\s+)+")
_SEVERAL = re.compile(r"\s*[;,/+\n]\s*|\s+và\s+")
_SHOWN = 6  # how many choices a message names; the nearest come first

# Other ways to say yes and no, where a list offers just that.
_YES = frozenset(("có", "yes", "y", "x", "v", "✓", "✔", "☑", "đúng", "true", "1", "rồi"))
_NO = frozenset(("không", "no", "n", "ko", "k", "khong", "false", "0", "chưa", "không có"))


@dataclass(frozen=True, slots=True)
class _Offer:
    """A choice list made ready for matching, each form of a text to the choices it may be."""

    by_key: Mapping[str, tuple[str, ...]]
    by_plain: Mapping[str, tuple[str, ...]]
    yes: str | None
    no: str | None


def _plain(key: str) -> str:
    """A key without diacritics: ``da hoan thanh``."""
    decomposed = unicodedata.normalize("NFD", key.replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for key, choice in pairs:
        grouped[key] = (*grouped.get(key, ()), choice)
    return grouped


@lru_cache(maxsize=256)
def _offer(choices: tuple[str, ...]) -> _Offer:
    keys = {match_key(choice): choice for choice in choices}
    yes = next((keys[word] for word in ("có", "yes") if word in keys), None)
    no = next((keys[word] for word in ("không", "no", "chưa") if word in keys), None)
    return _Offer(
        _grouped([(match_key(choice), choice) for choice in choices]),
        _grouped([(_plain(match_key(choice)), choice) for choice in choices]),
        yes if no else None,
        no if yes else None,
    )


def read_choice(
    text: str, raw: str, choices: tuple[str, ...], rules: ValueRules
) -> Reading | State:
    """A cleaned text as one of ``choices``, or the kind of nothing it stands for.

    In this order: the very choice; its matching key; the key without numbering and full
    stop; typed without diacritics; yes and no in other words; a word for nothing; the
    beginning of exactly one choice.
    """
    if text in choices:
        return Reading(State.VALUE, text, raw)
    offer, key = _offer(choices), match_key(text)
    bare = _NUMBERING.sub("", key).rstrip(" .;,")
    candidates = offer.by_key.get(key) or offer.by_key.get(bare)
    if not candidates and bare.isascii():
        candidates = offer.by_plain.get(bare)
    if not candidates and offer.yes and offer.no:
        candidates = (offer.yes,) if bare in _YES else (offer.no,) if bare in _NO else None
    prefixed = _beginning_with(bare, offer)
    state = None if candidates else rules.state_of(text)
    if state is not None and not prefixed:
        return state
    if state is State.NIL:
        # "Không" beside the choice "Không thực hiện": an answer, or none?
        return unreadable(raw, error("choice.ambiguous", options=_named(prefixed)))
    candidates = candidates or prefixed
    if len(candidates) > 1:
        return unreadable(raw, error("choice.ambiguous", options=_named(candidates)))
    if candidates:
        return Reading(
            State.VALUE, candidates[0], raw, (note("choice.matched", value=candidates[0]),)
        )
    return unreadable(raw, _unknown(text, bare, choices, offer))


def _beginning_with(key: str, offer: _Offer) -> tuple[str, ...]:
    """The choices that begin with ``key``, a word that is not cut in two."""
    table, start = (offer.by_key, key) if not key.isascii() else (offer.by_plain, key)
    found: list[str] = []
    for whole, choices in table.items() if len(start) > 1 else ():
        if whole.startswith(start) and not whole[len(start) :][:1].isalnum():
            found.extend(choices)
    return tuple(found)


def _unknown(text: str, key: str, choices: tuple[str, ...], offer: _Offer) -> ReadingFinding:
    parts = [match_key(part) for part in _SEVERAL.split(text.strip(" ;,.")) if part]
    if len(parts) > 1 and all(part in offer.by_key for part in parts):
        return error("choice.several")
    return error("choice.unknown", options=_named(_nearest(key, choices)))


def _nearest(key: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    """The choices, those spelt most like ``key`` first; equally near ones in their order."""
    return tuple(sorted(choices, key=lambda choice: -fuzz.ratio(key, match_key(choice))))


def _named(choices: tuple[str, ...]) -> str:
    named = "; ".join(f"“{choice}”" for choice in choices[:_SHOWN])
    return f"{named}; …" if len(choices) > _SHOWN else named

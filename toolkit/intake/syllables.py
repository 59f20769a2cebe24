"""What a Vietnamese syllable can look like: the test that tells proper text from mojibake.

A syllable is an onset and a rhyme (``syllables.toml``) with at most one tone mark; a rhyme
that ends in a stop (c, ch, p, t) bears only sắc or nặng.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import product

_SAC, _NANG = "\u0301", "\u0323"
TONES = ("", "\u0300", _SAC, "\u0303", "\u0309", _NANG)
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_STOP = re.compile("(?:c|ch|p|t)$")
_FRONT = ("i", "e", "ê", "y")


@cache
def toneless_syllables() -> frozenset[str]:
    """Every onset + rhyme that can stand together, in lower case and without tone."""
    table = tomllib.loads(
        resources.files(__package__).joinpath("syllables.toml").read_text("utf-8")
    )
    data = {name: tuple(str(words).split()) for name, words in table.items()}
    plain = [onset for onset in ("", *data["onsets"]) if onset not in ("gi", "qu")]
    pairs = [pair for pair in product(plain, data["rhymes"]) if _can_stand(*pair, data)]
    pairs += product([""], data["y_alone"])
    pairs += product(data["y_onsets"], ["y"])
    pairs += product(["qu"], data["qu_rhymes"])
    pairs += product(["gi"], data["gi_rhymes"])
    pairs += product(["g"], data["g_i_rhymes"])
    return frozenset(onset + rhyme for onset, rhyme in pairs)


def _can_stand(onset: str, rhyme: str, data: Mapping[str, tuple[str, ...]]) -> bool:
    """The spelling rule: k, gh, ngh before a front vowel, c, g, ng before the others."""
    if rhyme.startswith(_FRONT):
        return onset not in data["never_front"]
    return onset not in data["front_only"]


def is_syllable(word: str) -> bool:
    """Whether ``word`` (any case, NFC, either tone position) is a possible syllable."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = _TONE.findall(decomposed)
    if len(tones) > 1:
        return False
    toneless = unicodedata.normalize("NFC", _TONE.sub("", decomposed))
    if toneless not in toneless_syllables():
        return False
    return not _STOP.search(toneless) or tones in ([_SAC], [_NANG])


def has_proper_case(word: str) -> bool:
    """Whether the capitals stand as people write them: ``dân``, ``Dân`` or ``DÂN``."""
    return word in (word.lower(), word.capitalize(), word.upper())

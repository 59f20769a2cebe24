"""Text typed in the fonts of before Unicode, TCVN3 (``.VnTime``) and VNI (``VNI-Times``).

Such a font draws Vietnamese letters in the places of Latin-1, so the file holds
``Ban D©n vËn`` where the screen showed ``Ban Dân vận``. The tables are those of the domain
facts (``legacy_encodings.json``). The cell's font is the strongest sign. Without it a
decoding is accepted only where the syllables prove it: proper text is never touched.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from toolkit.intake.syllables import has_proper_case, is_syllable

TCVN3, VNI = "tcvn3", "vni"
ENCODINGS = (TCVN3, VNI)

# Share of a decoded text's words that must be syllables (domain facts), and how much that
# must exceed the share before. A paragraph in a legacy font gains half its words.
_ENOUGH = 0.8
_CLEARLY_MORE = 0.2

# Letters that no legacy text holds: where one stands, the text is Unicode already.
_UNICODE_VIETNAMESE = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300\u0301\u0303\u0309\u0323]")
_LEGACY_BYTE = re.compile("[\u00a1-\u00ff]")
_WORD = re.compile("[^\\s!-@\\[-`{-~“”‘’–—…\u00a0]+")
_ABBREVIATION = re.compile("[A-Z]{2,6}|[A-Z]+[a-z]?[A-Z]+|[b-df-hj-np-tv-xz]+|[a-zA-Z]")
# Latin-1 letters that Vietnamese does not know.
_FOREIGN = re.compile("[äåæçëîïðñöøûüþßÄÅÆÇËÎÏÐÑÖØÛÜÞ]")
_MIN_WORD = 3  # a lone "µm" or "x·" proves nothing


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text brought to Unicode, the encoding it stood in and whether the font told so."""

    text: str
    encoding: str
    by_font: bool


@cache
def table(encoding: str) -> Mapping[str, str]:
    """The letters of one encoding, legacy -> Unicode; VNI letters take one or two places.

    In VNI the mark after a capital letter may be typed small (``Aù`` for Á): both are held.
    """
    source = resources.files(__package__).joinpath("legacy_encodings.json").read_text("utf-8")
    letters: dict[str, str] = json.loads(source)[encoding]
    small_marks = {
        legacy[0] + legacy[1].lower(): letter
        for legacy, letter in letters.items()
        if len(legacy) == 2 and legacy[0].isupper()
    }
    return small_marks | letters


@cache
def _pattern(encoding: str) -> re.Pattern[str]:
    longest_first = sorted(table(encoding), key=lambda legacy: (-len(legacy), legacy))
    return re.compile("|".join(map(re.escape, longest_first)))


def _transcribe(text: str, encoding: str) -> str:
    letters = table(encoding)
    return _pattern(encoding).sub(lambda match: letters[match.group()], text)


def encoding_of_font(font: str) -> str | None:
    """The encoding a font's name stands for, or None for any other font."""
    name = font.strip().lower()
    if name.startswith(".vn"):
        return TCVN3
    return VNI if name.startswith("vni-") else None


def is_capitals_font(font: str) -> bool:
    """Whether the font draws small letters as capitals (``.VnTimeH``)."""
    return encoding_of_font(font) == TCVN3 and font.strip().endswith("H")


def _share_of_syllables(words: list[str]) -> float:
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


def _words(text: str) -> list[str]:
    """The words that can be judged; abbreviations (UBND, tp, CTr) and single letters cannot."""
    return [
        word
        for word in _WORD.findall(text)
        if not _ABBREVIATION.fullmatch(word) or (len(word) > 1 and is_syllable(word))
    ]


def _share_before(text: str) -> float:
    """How much of ``text`` is Vietnamese as it stands; ``tÕ`` is not: no word is so written."""
    words = _words(text)
    proper = [word for word in words if is_syllable(word) and has_proper_case(word)]
    return len(proper) / len(words) if words else 0.0


def _share_after(text: str, encoding: str) -> float:
    """How much of ``text`` is Vietnamese once decoded; ``YÔNG`` does not become ``YễNG``."""
    pairs = [(word, _transcribe(word, encoding)) for word in _words(text)]
    proper = [
        now
        for was, now in pairs
        if is_syllable(now) and (has_proper_case(now) or not has_proper_case(was))
    ]
    return len(proper) / len(pairs) if pairs else 0.0


def decode(text: str, font: str = "") -> Decoded | None:
    """``text`` (as the file holds it, soft hyphens included) in Unicode, or None to keep it.

    None for ASCII, for text that is Unicode Vietnamese already, and wherever it cannot be
    told: a text left as it stands can be read by a person, one wrongly decoded cannot.
    """
    if text.isascii() or not _LEGACY_BYTE.search(text):
        return None
    composed = unicodedata.normalize("NFC", text)
    if _UNICODE_VIETNAMESE.search(composed):
        return None
    if encoding := encoding_of_font(font):
        return _decode_by_font(composed, encoding, font)
    return _decode_by_syllables(composed)


def _decode_by_font(text: str, encoding: str, font: str) -> Decoded | None:
    decoded = _transcribe(text, encoding)
    if decoded == text or _share_of_syllables(_words(decoded)) < _share_before(text):
        return None  # the font is an old one, the text was typed in Unicode
    return Decoded(decoded.upper() if is_capitals_font(font) else decoded, encoding, True)


def _decode_by_syllables(text: str) -> Decoded | None:
    before = _share_before(text)
    if before + _CLEARLY_MORE > 1:
        return None
    shares = {}
    for encoding in ENCODINGS:
        if text.isupper() and not _transcribe(text, encoding).isupper():
            continue  # PÔ KÔ: capitals do not turn small
        share = _share_after(text, encoding)
        if share >= max(_ENOUGH, before + _CLEARLY_MORE) and _has_proof(text, encoding):
            shares[encoding] = share
    best = [encoding for encoding in shares if shares[encoding] == max(shares.values())]
    if len(best) != 1:
        return None  # neither, or both: "ñi" is ủi in TCVN3 and đi in VNI
    return Decoded(_transcribe(text, best[0]), best[0], False)


def _has_proof(text: str, encoding: str) -> bool:
    """Whether more than a sign (½, ×, µm) turned into a word: a longer word, or two words."""
    words = _WORD.findall(text)
    changed = [
        word
        for word in words
        if len(word) > 1 and word != (now := _transcribe(word, encoding)) and is_syllable(now)
    ]
    return (
        len(changed) > 1
        or any(len(word) >= _MIN_WORD for word in changed)
        or (len(words) > 1 and any(map(_is_no_proper_word, changed)))
    )


def _is_no_proper_word(word: str) -> bool:
    """``tÕ``, ``tæ``: letters or capitals that neither Vietnamese nor English has."""
    return bool(_FOREIGN.search(word)) or not has_proper_case(word)

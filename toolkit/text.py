"""Text as offices type it, brought to a form that can be compared or put in a file name.

The bottom layer: imports nothing of ours. The rules come from the domain facts ("How offices
really fill the cells"): composed and decomposed Unicode, NBSP and doubled spaces, capitals,
and the two places of a tone mark (``hoà``/``hòa``) all occur for one name.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

# Characters without width that come along with text pasted from the web or from PDF. The
# soft hyphen U+00AD is *not* among them: in the legacy encoding TCVN3 it is the letter ư.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\u180e\ufeff"))

# Room for the digits of any number a workbook can hold.
_ROOM = Context(prec=1000)
_TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng

# What steers a terminal or turns the order of letters round (Unicode TR 36): control
# characters but for tab and line feed, line separators, marks of writing direction.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _shifted_pairs() -> dict[str, str]:
    """``òa`` -> ``oà`` and so on: the tone moved from the first vowel to the second."""
    return {
        unicodedata.normalize("NFC", first + tone) + second: first
        + unicodedata.normalize("NFC", second + tone)
        for first, second in ("oa", "oe", "uy")
        for tone in _TONES
    }


TONE_PAIRS = _shifted_pairs()
_PAIR = re.compile("|".join(TONE_PAIRS))
_HIDDEN = re.compile(f"[{''.join(map(chr, _INVISIBLE))}]")


def match_key(text: str) -> str:
    """The key under which two spellings of one name are the same.

    Zero-width characters out, NFC, lower case, every run of white space (NBSP too) one
    space, the tone of ``oa``, ``oe``, ``uy`` put on the second vowel (``hòa`` -> ``hoà``,
    ``thủy`` -> ``thuỷ``). After q the u belongs to the consonant and the tone stands on the
    y already: ``quý`` stays, and only the slip ``qúy`` is moved. ``đ`` stays ``đ``, accents
    stay: ``ban`` and ``bản`` are two words. The key of a key is itself.
    """
    return _kept_key(text) if len(text) <= _KEPT else _key(text)


def _key(text: str) -> str:
    if _HIDDEN.search(text):  # hardly ever, and to take nothing out takes as long
        text = text.translate(_INVISIBLE)
    composed = unicodedata.normalize("NFC", text)
    lowered = unicodedata.normalize("NFC", composed.lower())
    folded = _PAIR.sub(lambda pair: TONE_PAIRS[pair.group()], " ".join(lowered.split()))
    return unicodedata.normalize("NFC", folded)


# The texts of a template come again in every return; a task may be a paragraph.
_KEPT = 1500
_kept_key = lru_cache(maxsize=1 << 14)(_key)


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """``text`` as an ASCII part of a file name: ``Quận Lê Chân`` -> ``Quan-Le-Chan``.

    Letters lose their marks and keep their case, đ becomes d; everything that is not a
    letter or digit becomes one hyphen between words. Empty where nothing is left.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_INVISIBLE))
    plain = plain.replace("đ", "d").replace("Đ", "D")
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")


def figure_text(value: Decimal, lang: str, places: int = 1) -> str:
    """A number as it is written in the language: 1.234,5 or 1,234.5; no needless places.

    What is not zero never shows as 0: it gets as many places as it takes.
    """
    if value and abs(value) < Decimal(1).scaleb(-places):
        places = -value.adjusted()
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _ROOM)
    if rounded == rounded.to_integral_value():
        rounded = rounded.to_integral_value()
    shown = f"{rounded:,f}"
    if "." in shown:
        shown = shown.rstrip("0")
    return shown.translate(str.maketrans(",.", ".,")) if lang == "vi" else shown


def harmless(text: str, instead: str = "\ufffd") -> str:
    """A stranger's text as it may be shown: nothing in it steers a terminal or hides an ending."""
    return _STEERING.sub(instead, text)


def harmless_json(text: str) -> str:
    """JSON that says the same with such characters written as escapes."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

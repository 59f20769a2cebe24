"""A finding in two parts: why, and what to do — as somebody who holds the copy can do it.

The texts of the catalogue say both, in this order. Where the copy itself has mended a thing
(a row is there again, an error value is taken out), the catalogue of this room says what is
left to do instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from toolkit.findings import Finding, Severity
from toolkit.messages import catalogue, message, text

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_CLAUSE = re.compile(r"(?<=;)\s+")


@dataclass(frozen=True, slots=True)
class Said:
    """Why something is to be mended, and how."""

    why: str
    how: str

    def note(self, severity: Severity, lang: str) -> str:
        """Both, as a note at the cell says them."""
        return text(f"correction.note.{severity.value}", lang, why=self.why, how=self.how).rstrip()


def said_of(finding: Finding, lang: str, params: Mapping[str, str]) -> Said:
    """The two parts of a finding's text; ``params`` override its own (addresses in the copy)."""
    whole = message(replace(finding, params={**finding.params, **params}), lang)
    why, how = _parted(whole, _beginnings(lang))
    instead = f"correction.how.{finding.code}"
    kind = finding.code.split(".")[0]
    texts = catalogue(lang)
    for key in (instead, f"correction.how.{kind}.any"):
        if key in texts:
            how = text(key, lang, **finding.params, **params)
            break
    if not how and finding.severity is not Severity.NOTE:
        how = text(f"correction.how.default_{finding.severity.value}", lang)
    return Said(_capital(why), _capital(how))


def _beginnings(lang: str) -> tuple[str, ...]:
    """How a sentence begins that says what to do."""
    return tuple(text("correction.how_begins", lang).split("|"))


def _parted(whole: str, beginnings: tuple[str, ...]) -> tuple[str, str]:
    """The sentences at the end that say what to do, apart from those before them.

    What to do may also be the last clause of the one sentence, after a semicolon.
    """
    for pattern in (_SENTENCE, _CLAUSE):
        parts = pattern.split(whole)
        first = len(parts)
        while first > 1 and parts[first - 1].lower().startswith(beginnings):
            first -= 1
        if first < len(parts):
            why = " ".join(parts[:first]).rstrip(";")
            return _ended(why), " ".join(parts[first:])
    return _ended(whole), ""


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "…", "!", "?")) else f"{sentence}."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

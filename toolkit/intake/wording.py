"""The words of a template that are no answer: titles, labels, instructions, signatures.

What a template says comes from its catalogue, in either language, and from the programme. A
text that is neither was added by the sender.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from toolkit.intake.rows import is_signature
from toolkit.messages import LANGUAGES, catalogue
from toolkit.programme.model import Programme
from toolkit.template.layout import WorkbookLayout
from toolkit.text import match_key

_PARTS = tuple(f"template.{part}." for part in ("cover", "head", "step", "form", "signature"))
_FOOTERS = ("footer_left", "footer_right")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_GAP = "\ue000"  # stands for a placeholder while the text is made a key
_DAY = r"\d{2}/\d{2}/\d{4}"
_FILLED = {"count": r"\d+", "total": r"\d+", "start": _DAY, "end": _DAY}
_ANYTHING = ".+"
_RULE = re.compile(r"[*—]+")


@cache
def _patterns(*prefixes: str) -> re.Pattern[str]:
    """The texts of the catalogues under these prefixes as one pattern of matching keys."""
    found = {
        _pattern(words)
        for lang in LANGUAGES
        for key, words in catalogue(lang).items()
        if key.startswith(prefixes) and not key.endswith(_FOOTERS)
    }
    return re.compile("|".join(sorted(found)))


def _pattern(words: str) -> str:
    names = _PLACEHOLDER.findall(words)
    literal = _PLACEHOLDER.sub(_GAP, words)
    # A day alone ("{due}") must not let every text pass.
    filled = _FILLED | {"due": _DAY if len(literal) < 8 else ".*", "recipients": ".*"}
    parts = [re.escape(part) for part in match_key(literal).split(_GAP)]
    holes = [filled.get(name, _ANYTHING) for name in names]
    return "".join(part + hole for part, hole in zip(parts, [*holes, ""], strict=True))


@lru_cache(maxsize=8192)
def is_wording(key: str) -> bool:
    """Whether a matching key is that of a text of every template, or of a signature block."""
    return bool(_RULE.fullmatch(key) or _patterns(*_PARTS).fullmatch(key) or is_signature(key))


@lru_cache(maxsize=8192)
def is_check(key: str) -> bool:
    """Whether a matching key is that of what the column of checks says, or of its heading."""
    return bool(_patterns("template.check.", "template.heading.check").fullmatch(key))


def own_words(layout: WorkbookLayout) -> frozenset[str]:
    """The matching keys of what the programme says on cover and forms, outside the tables."""
    return _programme_words(_named(layout.programme)) | {
        match_key(layout.unit.name),
        match_key(layout.period.name),
    }


def _named(programme: Programme) -> tuple[str, ...]:
    forms = [words for form in programme.forms for words in (form.code, form.name, form.guidance)]
    return (
        programme.name,
        programme.superior,
        *programme.issuers,
        " - ".join(programme.issuers),
        "\n".join(programme.recipients),
        *forms,
    )


@lru_cache(maxsize=8)
def _programme_words(named: tuple[str, ...]) -> frozenset[str]:
    return frozenset(match_key(words) for words in named)

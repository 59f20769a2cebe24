"""Texts in Vietnamese and English, keyed by code.

The catalogues are the TOML files ``vi/*.toml`` and ``en/*.toml`` beside this module, one
file per room and the same keys in both languages (held by a test). A key is dotted
(``"number.text"``); a text holds ``{placeholders}``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from toolkit.findings import Finding

LANGUAGES = ("vi", "en")


def _flatten(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{key}.")
        else:
            yield key, str(value)


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All texts of one language by dotted key.

    Raises ValueError for a language there is no catalogue of, and for a key that stands in
    two files.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no catalogue for language {lang!r}")
    texts: dict[str, str] = {}
    folder = resources.files(__package__) / lang
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".toml"):
            continue
        for key, value in _flatten(tomllib.loads(entry.read_text("utf-8"))):
            if key in texts:
                raise ValueError(f"{entry.name}: key {key!r} stands twice")
            texts[key] = value
    return texts


class _Params(dict[str, object]):
    """A missing placeholder stays visible instead of hiding the whole message."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def text(key: str, lang: str = "vi", /, **params: object) -> str:
    """The text of ``key`` in ``lang`` with its placeholders filled.

    Raises KeyError for a key that is in no catalogue: a text is never invented.
    """
    return catalogue(lang)[key].format_map(_Params(params))


def message(finding: Finding, lang: str = "vi") -> str:
    """The sentence for a finding: what is wrong and what to do, without its address.

    Of a waived one (``toolkit.intake.waivers``) the reason of the waiver follows.
    """
    said = text(finding.code, lang, **{"found": finding.found, **finding.params})
    reason = finding.params.get("waived")
    return f"{said} {text('waiver.said', lang, reason=reason)}" if reason else said

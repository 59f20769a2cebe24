"""The words of official documents, which exist in Vietnamese only.

The language of a run is that of its messages; a report to a superior is an official document
and its wording is set by custom. The texts stand in ``documents.toml`` beside this module.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def phrases() -> Mapping[str, str]:
    """All texts by ``part.name``."""
    words = tomllib.loads((resources.files(__package__) / "documents.toml").read_text("utf-8"))
    return {f"{part}.{name}": said for part, texts in words.items() for name, said in texts.items()}


def said(key: str, /, **params: object) -> str:
    """The text of ``key`` with its placeholders filled.

    Raises KeyError for a text or a placeholder that is not there: a document with a hole
    is never written.
    """
    return phrases()[key].format_map(params)

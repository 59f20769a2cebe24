"""The three lines over a sheet: who issues it, what it is, of which period."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.consolidate.model import Consolidation


def frame_titles(consolidation: Consolidation) -> tuple[str, str]:
    """Issuers and period of a consolidation."""
    return " – ".join(consolidation.programme.issuers), consolidation.period.name


def titles_of(frame: Sequence[str], title: str) -> tuple[str, str, str]:
    """Issuers, ``title``, period."""
    return frame[0], title, frame[1]

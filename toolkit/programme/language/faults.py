"""What can be wrong with a formula: values, never exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LanguageFault:
    """One fault of a formula or rule.

    ``code`` is the key of its text (``formula.*``) and ``params`` fill the placeholders.
    ``position`` is the 1-based character of the source (in NFC) the fault was found at, 0
    where the whole formula is meant; it is in ``params`` too.
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    position: int = 0


def fault(code: str, position: int = 0, /, **params: str) -> LanguageFault:
    """A fault of code ``formula.<code>`` at a 1-based position (0: the whole formula)."""
    return LanguageFault(f"formula.{code}", {"position": str(position), **params}, position)

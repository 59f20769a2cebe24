"""What is on record of a unit, for rules that look at the period before."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from toolkit.intake.model import Answer

# Gives the answers on record of a unit (its code) in a period (its code).
History = Callable[[str, str], Iterable[Answer]]


def no_history(unit: str, period: str) -> tuple[Answer, ...]:
    """The history where nothing is on record, or no rule asks: PREV has no value then."""
    del unit, period
    return ()

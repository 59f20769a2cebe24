"""What is kept of a judgement that is on record: enough for what is said when all are in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.findings import has_errors

if TYPE_CHECKING:
    from toolkit.intake.copies import Sign, Signs
    from toolkit.intake.model import Judgement
    from toolkit.programme.model import Programme


@dataclass(frozen=True, slots=True)
class Told:
    """A judgement, and what tells copies of that return.

    The answers and left out cells of a judgement without errors are let go: the register has
    them, nothing goes back to the unit, and a whole country's take half a gigabyte.
    """

    judgement: Judgement
    signs: Signs | None  # None where the return has no unit and period


def told(programme: Programme, judgement: Judgement, known: dict[Sign, Sign]) -> Told:
    """What is kept of ``judgement``; ``known`` holds one copy of what many returns have."""
    from toolkit.intake.copies import signs_of

    signs = None
    if judgement.unit and judgement.period:
        signs = signs_of(
            programme, judgement.unit, judgement.period, judgement.file, judgement.answers
        )
        signs = replace(signs, bits={known.setdefault(s, s): n for s, n in signs.bits.items()})
    if not has_errors(judgement.findings):
        judgement = replace(judgement, answers=(), left_out=())
    return Told(judgement, signs)

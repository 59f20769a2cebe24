"""The words every output says of a figure: what is lacking, what stands for nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.consolidate.model import Consolidation, Figure
from toolkit.intake.model import State
from toolkit.messages import text
from toolkit.programme.model import Period, Programme, Unit


@dataclass(frozen=True, slots=True)
class Voice:
    """The programme and the language of its words."""

    programme: Programme
    lang: str
    returned: frozenset[tuple[str, str]]  # (unit, period) of the returns that count

    def say(self, key: str, **params: object) -> str:
        """A text of this room's catalogue."""
        return text(f"report.{key}", self.lang, **params)

    def came(self, units: Iterable[Unit], periods: Iterable[Period]) -> bool:
        """Whether any of the units has sent a return of any of the periods."""
        asked = list(periods)
        return any((u.code, p.code) in self.returned for u in units for p in asked)

    def state_words(self, figure: Figure, *, came: bool) -> str:
        """The words shown where nothing counts; a blank is told from a return that is not
        there (``came``)."""
        if figure.state is State.MISSING and not came:
            return self.say("state.no_return")
        return self.say(f"state.{figure.state}")


def returned(consolidation: Consolidation) -> frozenset[tuple[str, str]]:
    """(unit, period) of the returns that count, both by code."""
    return frozenset((s.unit, s.period) for s in consolidation.sources)

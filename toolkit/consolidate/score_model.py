"""The types of scores: points with their parts and reasons, totals, bands, ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from toolkit.consolidate.model import Part
from toolkit.programme.model import Period, Unit
from toolkit.programme.score_types import Band, Criterion


class ScoreState(StrEnum):
    """How far a score can be relied on."""

    FINAL = "final"
    PROVISIONAL = "provisional"  # not reviewed yet, or out of some of the periods only
    INCOMPLETE = "incomplete"  # chưa đủ căn cứ: no points, and not 0
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Note:
    """A reason: the key of a text below ``score.note``, with what it names."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """One criterion of one unit.

    ``own`` is what the unit gave itself, or what the formula came to; ``reviewed`` what the
    head office gave. ``points`` are those that count: None where there are none. ``parts``
    are the answers behind ``own``.
    """

    criterion: Criterion
    state: ScoreState
    points: Decimal | None
    own: Decimal | None = None
    reviewed: Decimal | None = None
    evidence: str = ""
    remark: str = ""
    parts: tuple[Part, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """Reviewed less own; None where either is lacking."""
        if self.own is None or self.reviewed is None:
            return None
        return self.reviewed - self.own


@dataclass(frozen=True, slots=True)
class UnitScore:
    """All points of one unit.

    ``total`` is None where a criterion is INCOMPLETE; ``known`` adds up what there is all the
    same. ``converted`` tells that criteria not applicable to the unit were left out and the
    rest was put on the full scale. ``rank`` is among the units of its type, ``rank_all``
    among all; ``band`` is None where none fits or it cannot be told.
    """

    unit: Unit
    criteria: tuple[CriterionScore, ...]
    state: ScoreState
    known: Decimal
    total: Decimal | None
    converted: bool = False
    rank: int | None = None
    rank_all: int | None = None
    rank_provisional: bool = False
    band: Band | None = None
    band_provisional: bool = False
    notes: tuple[Note, ...] = ()

    def of(self, criterion: str) -> CriterionScore:
        """The score on the criterion of that code; KeyError where there is none."""
        for score in self.criteria:
            if score.criterion.code == criterion:
                return score
        raise KeyError(criterion)

    @property
    def own_total(self) -> Decimal | None:
        """The sum of the unit's own (or computed) scores; None where one is lacking."""
        return _sum([s.own for s in self.criteria if s.state is not ScoreState.NOT_APPLICABLE])

    @property
    def unreviewed(self) -> int:
        """How many self-scored criteria the head office has not reviewed yet."""
        return sum(
            s.criterion.self_scored
            and s.reviewed is None
            and s.state is not ScoreState.NOT_APPLICABLE
            for s in self.criteria
        )

    @property
    def incomplete(self) -> int:
        """How many criteria have no points yet."""
        return sum(s.state is ScoreState.INCOMPLETE for s in self.criteria)


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """The scored units in official order, on the criteria of the programme."""

    period: Period
    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...]
    units: tuple[UnitScore, ...]

    @property
    def types(self) -> tuple[str, ...]:
        """The types of the scored units, in official order."""
        return tuple(dict.fromkeys(score.unit.type for score in self.units))


def _sum(values: list[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total

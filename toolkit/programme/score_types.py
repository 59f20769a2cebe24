"""How units are scored: the types of the rows of Tiêu chí and Xếp loại."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from toolkit.programme.language.tree import Expression


@dataclass(frozen=True, slots=True)
class Criterion:
    """A row of Tiêu chí. ``formula`` gives points out of a unit's figures of the whole period.

    ``self_scored``: the unit scores itself and the head office reviews; the self-score is the
    field in the role SELF_SCORE of a form whose rows are the criteria, unless ``formula``
    names another. Where ``condition`` is false the criterion scores 0. A ``bonus`` is no part
    of the maximum that a unit is measured against.
    """

    code: str
    text: str
    maximum: Decimal
    group: str = ""
    self_scored: bool = False
    formula: Expression | None = None
    condition: Expression | None = None
    bonus: bool = False
    unit_types: tuple[str, ...] = ()  # empty: every unit that reports


@dataclass(frozen=True, slots=True)
class Band:
    """A row of Xếp loại: from how many points on, on what condition, for how many units.

    ``share`` is the largest part of the scored units that may be in it, a fraction.
    """

    name: str
    least: Decimal
    condition: Expression | None = None
    share: Decimal | None = None
    unit_types: tuple[str, ...] = ()  # empty: all

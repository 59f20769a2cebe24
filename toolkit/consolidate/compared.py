"""The types of a comparison: with the period before, with the same period last year, with
the targets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from toolkit.consolidate.model import ROWS, TableRow
from toolkit.programme.model import Field, Form, Period


class Against(StrEnum):
    """What a period is compared with."""

    PREVIOUS = "previous"  # the last period of the same kind before
    LAST_YEAR = "last_year"  # the same period a year before


class NoGrowth(StrEnum):
    """Why there is no rate of growth; never an infinite one."""

    NOW = "now"  # no figure of this period
    BASE = "base"  # no figure to compare with
    ZERO = "zero"  # the figure to compare with is 0
    NEGATIVE = "negative"  # … is below 0
    NOBODY = "nobody"  # no unit is in both


@dataclass(frozen=True, slots=True)
class Change:
    """Two figures of one thing. ``growth`` is a fraction of ``before`` (0.25: a quarter more).

    Rates (fractions) differ by points: they have a ``difference`` and no growth.
    """

    now: Decimal | None
    before: Decimal | None
    difference: Decimal | None
    growth: Decimal | None
    why: NoGrowth | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure in two periods: of all units, and like for like.

    ``units`` are the codes of those that are wholly in both figures; ``same`` is over them
    alone. ``field`` is None for how many rows of a list are filled. ``provisional``: one of the
    two plain figures lacks a unit.
    """

    form: Form
    row: TableRow
    field: Field | None
    plain: Change
    same: Change
    units: tuple[str, ...]
    provisional: bool

    @property
    def points(self) -> bool:
        """Whether it is a rate, which differs by percentage points."""
        return self.field is not None and self.field.shows_percent

    @property
    def code(self) -> str:
        """The code of the field, ROWS for the count of rows."""
        return self.field.code if self.field is not None else ROWS


class Mismatch(StrEnum):
    """What could not be set side by side, or only with a remark."""

    UNIT_NOW = "unit_now"  # a unit that was not there then
    UNIT_THEN = "unit_then"  # a unit that is not here now
    UNIT_NAME = "unit_name"  # the same code under another name: compared
    FORM = "form"  # a form that was not asked then
    ROW = "row"  # a row that was not asked then, or of the same code and another text
    ROW_TEXT = "row_text"  # the same code, the text changed: compared
    FIELD = "field"  # a column that was not asked then
    MEANING = "meaning"  # the same code with another type, unit of measure or way to add up


@dataclass(frozen=True, slots=True)
class Unmatched:
    """One thing that is said beside a comparison. ``then`` is what stood there then, if known."""

    kind: Mismatch
    code: str
    now: str
    then: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A consolidation against another period; ``rows`` is empty where that has no returns."""

    against: Against
    period: Period
    rows: tuple[Compared, ...]
    unmatched: tuple[Unmatched, ...] = ()


@dataclass(frozen=True, slots=True)
class Targeted:
    """An indicator against its target. ``attained`` is the fraction of the target reached.

    For a target that is a rate ``difference`` counts in points as a fraction (0.05: five) and
    ``attained`` is None; so it is without a figure or with a target of 0.
    """

    form: Form
    row: TableRow
    field: Field
    target: Decimal
    is_rate: bool
    actual: Decimal | None
    difference: Decimal | None
    attained: Decimal | None
    reached: bool | None
    provisional: bool

"""The types of a consolidation: every figure with its coverage and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from toolkit.findings import Finding
from toolkit.intake.model import AnswerValue, Ledger, State
from toolkit.programme.model import Form, Item, Period, Programme, Unit
from toolkit.record import record
from toolkit.register.model import Decision

if TYPE_CHECKING:
    from toolkit.consolidate.place import Placement
    from toolkit.consolidate.score_model import ScoreTable

# The pseudo field of OPEN forms, in ``TableRow.totals`` and ``UnitLine``: how many rows were
# filled in. No field of a programme has this code.
ROWS = "#"


# What UnitStatus.shown says of a return the officer has accepted.
ACCEPTED = "accepted"


class ReturnState(StrEnum):
    """Where a unit's return of a period stands."""

    MISSING = "missing"  # chưa gửi
    ON_TIME = "on_time"  # đúng hạn
    LATE = "late"  # gửi chậm
    RETURNED = "returned"  # trả lại để bổ sung: its current return has errors, or was sent back
    # đã tiếp nhận is a decision of the officer (accept), counted apart; see UnitStatus.shown


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """One unit in one period. ``late_days`` is 0 when on time or when there is no due date."""

    unit: Unit
    period: Period
    state: ReturnState
    received: date | None = None
    late_days: int = 0
    errors: int = 0
    warnings: int = 0
    file: str = ""
    sha256: str = ""
    accepted: bool = False
    decision: Decision | None = None  # the officer's, about this return and in force

    @property
    def shown(self) -> str:
        """The one word for where the return stands: "accepted" goes before the state."""
        return ACCEPTED if self.accepted else self.state.value


@dataclass(frozen=True, slots=True)
class PeriodStatus:
    """All units that owe a return of one period, in official order."""

    period: Period
    units: tuple[UnitStatus, ...]

    @property
    def expected(self) -> int:
        """How many returns are owed."""
        return len(self.units)

    @property
    def received(self) -> int:
        """How many have a return on record, whatever its state."""
        return sum(u.received is not None for u in self.units)

    @property
    def on_time(self) -> int:
        """How many came by the due date (a return sent back for correction counts too)."""
        return sum(u.received is not None and u.late_days == 0 for u in self.units)

    @property
    def late(self) -> int:
        """How many came after the due date."""
        return sum(u.late_days > 0 for u in self.units)

    @property
    def returned(self) -> int:
        """How many are to be corrected."""
        return sum(u.state is ReturnState.RETURNED for u in self.units)

    @property
    def accepted(self) -> int:
        """How many the officer has accepted."""
        return sum(u.accepted for u in self.units)

    @property
    def share_received(self) -> Decimal | None:
        """The received as a fraction of those owed; None where none is."""
        return Decimal(self.received) / self.expected if self.expected else None


@record()
class Part:
    """An answer that enters a figure (or is kept out of it), with its origin.

    ``fault`` is the code of the error at its cell that makes it a faulty answer: kept out
    where its state is UNREADABLE (``value`` is then what it would have been, if that is
    known), else taken in and marked.
    """

    unit: str
    period: str
    row: str  # row key in the return
    state: State
    value: AnswerValue
    file: str
    sheet: str
    cell: str
    stored: str  # path of the archived original inside the folder
    fault: str = ""


@record()
class Coverage:
    """Who is in a figure. Units by code, in official order; the groups do not overlap.

    ``expected`` are the units asked; a unit that answered "not applicable" leaves the
    denominator. For a figure over periods a unit is counted when all periods it owed are in
    (for LAST: the latest of them). In a recomputed figure a unit is counted when all inputs
    of the formula are in; in an OPEN form a row that lacks the answer makes its period one
    that is missing.
    """

    expected: tuple[str, ...]
    counted: tuple[str, ...]
    missing: tuple[str, ...] = ()  # no return, or blank, or not yet available
    unreadable: tuple[str, ...] = ()  # returned, but the answer is faulted: kept out
    not_applicable: tuple[str, ...] = ()
    faulty: tuple[str, ...] = ()  # in the figure with a faulted answer, by the office's choice
    # of those not applicable: gone, and their successors' figures stand in place of theirs
    succeeded: tuple[str, ...] = ()
    # units whose answers are in for some but not all periods they owe -> the missing periods
    partial: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def denominator(self) -> int:
        """How many units the figure should rest on."""
        return len(self.expected) - len(self.not_applicable)

    @property
    def complete(self) -> bool:
        """Whether nothing that was asked for is lacking; if not, the figure is provisional."""
        return not (self.missing or self.unreadable or self.partial or self.faulty)


@record()
class Figure:
    """A value of one field: of one unit over its periods, or of all units.

    ``value`` is None when nothing counts. ``shares`` holds the counts per choice for the
    aggregation SHARE, ``texts`` the (unit, text) pairs for LIST. ``state`` is VALUE, ZERO or
    NIL when something counts, else the kind of nothing.
    """

    state: State
    value: AnswerValue
    parts: tuple[Part, ...] = ()
    coverage: Coverage | None = None  # only of figures over units
    shares: Mapping[str, int] = field(default_factory=dict, hash=False)
    texts: tuple[tuple[str, str], ...] = ()


class Totals(Protocol):
    """One field of one row over its units, ready for any choice of them.

    ``places`` are those of units in official order, from 0.
    """

    def total(self, places: Sequence[int] | None, *, traced: bool) -> Figure:
        """The figure of these units (None: of all), with its parts where ``traced``."""


@record()
class LevelLine:
    """A subtotal of one row: of a superior unit, or of a type of unit.

    ``units`` are the codes of those it is over: below the superior at any depth, and itself
    where it reports. ``code`` is the superior's, "" for a type; ``depth`` is 0 at the top.
    The figures, by field code, have their coverage but no parts.
    """

    code: str
    name: str
    depth: int
    units: tuple[str, ...]
    totals: Mapping[str, Figure]


@record()
class UnitLine:
    """One unit's figures in one row: by field code, for the period; and by member period."""

    unit: Unit
    figures: Mapping[str, Figure]
    by_period: Mapping[str, Mapping[str, Figure]]  # period code -> field code -> figure


@dataclass(frozen=True, slots=True)
class Attainment:
    """An indicator against its target, compared unrounded."""

    target: Decimal
    target_is_rate: bool
    actual: Decimal | None
    reached: bool | None  # None when there is no figure to compare
    provisional: bool


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a form consolidated: the totals by field code and each unit's line.

    FIXED forms have one per item (``key`` the item's code), forms of QUESTIONS one per
    field, OPEN forms exactly one with key "" that stands for all the rows together.
    """

    key: str
    label: str
    item: Item | None
    totals: Mapping[str, Figure]
    lines: tuple[UnitLine, ...]
    attainment: Attainment | None = None
    superiors: tuple[LevelLine, ...] = ()  # each before those below it
    types: tuple[LevelLine, ...] = ()
    # By field code, where they were asked to be kept; the units are those of ``lines``.
    over: Mapping[str, Totals] = field(default_factory=dict, compare=False, repr=False)


@record()
class Entry:
    """One filled row of an OPEN form, as the unit sent it."""

    unit: Unit
    period: Period
    row: str
    answers: Mapping[str, Part]  # by field code


@dataclass(frozen=True, slots=True)
class FormTable:
    """A form consolidated over the units and over ``periods`` (its member periods)."""

    form: Form
    periods: tuple[Period, ...]
    rows: tuple[TableRow, ...]
    entries: tuple[Entry, ...] = ()  # OPEN forms only


class UnplacedReason(StrEnum):
    """Why an answer on record has no place in the programme as it is now."""

    UNIT = "unit"  # the unit is unknown
    PERIOD = "period"  # the period is unknown
    FORM = "form"  # no such form is asked of the unit in that period
    ROW = "row"  # the form has no such row for the unit
    FIELD = "field"  # the form has no such field
    TWICE = "twice"  # the return answers the same row and field a second time


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A non-blank answer that no figure can take up: said, never dropped."""

    reason: UnplacedReason
    form: str
    field: str
    part: Part


@dataclass(frozen=True, slots=True)
class Faulty:
    """An answer that was returned with an error at its cell, and what became of it."""

    form: str
    field: str
    part: Part

    @property
    def included(self) -> bool:
        """Whether it is in the figures, marked."""
        return self.part.state.counts


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A return that counts, with the balance of its cells and the findings on it."""

    unit: str
    period: str
    file: str
    stored: str
    sha256: str
    received: date
    ledgers: Mapping[str, Ledger] = field(default_factory=dict, hash=False)
    findings: tuple[Finding, ...] = ()

    @property
    def balance(self) -> Ledger:
        """The balance over all sheets of the file."""
        return sum(self.ledgers.values(), Ledger())


@dataclass(frozen=True, slots=True)
class Carried:
    """Answers of one unit that stand with another today.

    ``share`` is None where they are carried whole. ``day`` is the day from which on the
    successor stands for the predecessor.
    """

    predecessor: Unit
    unit: Unit
    periods: tuple[Period, ...]
    day: date
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PresentUnits:
    """The same answers by the units of today, as the sheet Kế thừa has it.

    ``tables`` are those of the consolidation, form by form and row by row, with other lines.
    ``divided`` are units that were split: they keep a line for what is not divided.
    ``rounded`` are (form, row, unit, field) of counts whose shares were rounded so that their
    sum is kept.
    """

    tables: tuple[FormTable, ...]
    carried: tuple[Carried, ...]
    divided: tuple[Unit, ...] = ()
    rounded: frozenset[tuple[str, str, str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Consolidation:
    """Everything the outputs draw; they compute no number of their own."""

    programme: Programme
    period: Period
    tables: tuple[FormTable, ...]
    status: tuple[PeriodStatus, ...]  # of each collected period within, in order
    sources: tuple[SourceFile, ...]  # ordered by period, unit
    # answers of the periods within that the programme no longer knows; by period, unit
    unplaced: tuple[Unplaced, ...] = ()
    faulty: tuple[Faulty, ...] = ()  # by period, unit
    # by the units of today; None where no answer of the periods stands elsewhere today
    present: PresentUnits | None = None
    # points, bands and ranks; None where the programme does not score units for the period
    scores: ScoreTable | None = None
    # the answers it is made of, by place; None where it was not made from answers
    placement: Placement | None = field(default=None, compare=False, repr=False)

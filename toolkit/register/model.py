"""What the register hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from toolkit.findings import Finding
from toolkit.intake.model import Answer, AnswerValue, Ledger, Outcome, State
from toolkit.record import record


class Ruling(StrEnum):
    """What the officer decided about a return."""

    ACCEPT = "accept"  # tiếp nhận
    RETURN = "return"  # trả lại để bổ sung, though nothing may be wrong with it
    REOPEN = "reopen"  # takes the decision before it back


@dataclass(frozen=True, slots=True)
class Decision:
    """The officer's decision about one return, the one of hash ``sha256``.

    ``decided`` is the moment, with its offset from UTC. ``waived`` are the rules and kinds
    of findings whose errors were accepted, by :func:`toolkit.intake.waivers.waiver_code`.
    """

    unit: str
    period: str
    sha256: str
    ruling: Ruling
    decided: datetime
    reason: str
    waived: tuple[str, ...] = ()


class Effect(StrEnum):
    """What receiving one file did to the register; every file given has exactly one."""

    RECORDED = "recorded"  # first return of its unit and period
    SUPERSEDES = "supersedes"  # newer than the one on record, which stays there
    SUPERSEDED = "superseded"  # older than the one on record: kept, not counted
    DUPLICATE = "duplicate"  # the very same bytes are on record already
    AFTER_CLOSING = "after_closing"  # its period is closed: kept, not counted until reopened
    UNIDENTIFIED = "unidentified"  # archived and recorded, belongs to no unit and period
    UNREADABLE = "unreadable"  # archived and recorded, holds no workbook we can read


@record()
class Submission:
    """A return on record. ``received`` is the day of receipt, ``stored`` its archived copy.

    ``stored`` is the path inside the folder, with forward slashes:
    ``luu-tru/ab/abcdef….xlsx``. ``current`` tells whether it is the one that counts for its
    unit and period. ``decision`` is the officer's decision about this very return that is in
    force; ``unwaived`` is how many of its errors an acceptance does not cover, which happens
    where the return was judged again after it. ``proof`` shows that the cells of the original
    hold the figures on record (:mod:`toolkit.intake.proof`); "" where that is not known.
    """

    id: int
    sha256: str
    file: str
    stored: str
    programme: str
    fingerprint: str
    unit: str
    period: str
    received: date
    modified: datetime | None
    outcome: Outcome
    errors: int
    warnings: int
    current: bool
    decision: Decision | None = None
    unwaived: int = 0
    proof: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the officer accepted it, with each of the errors it has."""
        return self._ruled(Ruling.ACCEPT) and self.unwaived == 0

    @property
    def sent_back(self) -> bool:
        """Whether the officer sent it back."""
        return self._ruled(Ruling.RETURN)

    def _ruled(self, ruling: Ruling) -> bool:
        return self.decision is not None and self.decision.ruling is ruling


@dataclass(frozen=True, slots=True)
class Receipt:
    """What happened to one file given to ``receive``.

    ``supersedes`` is the file name of the return that was replaced (or that replaces this
    one, when the effect is SUPERSEDED; or that holds the same bytes, when DUPLICATE).
    ``submission`` is None where the file belongs to no unit and period. ``findings`` are what
    the register itself has to say (two returns on one day), and the reason where a file had
    no bytes to read; the findings of the judgement are not among them.
    """

    file: str
    sha256: str
    effect: Effect
    received: date
    submission: Submission | None = None
    supersedes: str = ""
    findings: tuple[Finding, ...] = ()


@record()
class Arrival:
    """An original that came under the name ``file`` on the day ``received``."""

    sha256: str
    stored: str
    file: str
    received: date


@dataclass(frozen=True, slots=True)
class SubmissionDetail:
    """A submission with all that was read from it."""

    submission: Submission
    answers: tuple[Answer, ...]
    findings: tuple[Finding, ...]
    ledgers: tuple[tuple[str, Ledger], ...]


class Scope(StrEnum):
    """Whose a published figure is. A further kind of figure is a further member."""

    TOTAL = "total"  # of all units
    UNIT = "unit"  # of one unit
    ROW = "row"  # one filled row of a unit's list, as it was sent
    GROUP = "group"  # of units taken together: a superior, a type


# (form, row, field, scope, whose, period, measure): at most one figure has it
FigureKey = tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One figure of a consolidation as it was published.

    ``whose`` is the code of the unit or group, "" of a total. ``measure`` is "" for the figure
    itself, else what else is said of it: "counted" and "expected" (units), "reached" (its
    target), "=" and a choice (how many answers chose it). ``cells`` are (period, sheet, cell)
    of the answers it was made of, of figures of a unit only.
    """

    form: str
    row: str
    field: str
    scope: str
    whose: str
    period: str
    measure: str
    state: State
    value: AnswerValue
    cells: tuple[tuple[str, str, str], ...] = ()

    @property
    def key(self) -> FigureKey:
        """What figure it is, whatever its value."""
        return (
            self.form,
            self.row,
            self.field,
            self.scope,
            self.whose,
            self.period,
            self.measure,
        )


@dataclass(frozen=True, slots=True)
class EditionReturn:
    """A return on record when an edition was closed; ``counted``: the one that counts."""

    sha256: str
    stored: str
    unit: str
    period: str
    file: str
    received: date
    counted: bool


@dataclass(frozen=True, slots=True)
class EditionFile:
    """A file of an edition by its name in the edition's folder."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Edition:
    """What was published of ``period`` for the ``number``-th time.

    ``programme`` is the SHA-256 of the programme workbook, ``stored`` its archived copy.
    ``decisions`` is the id of the last decision before it; ``lacking`` are (unit, period,
    state of the return) of what was missing or faulty. ``id`` is 0 before it is on record;
    ``reopened`` is None while the period is closed.
    """

    id: int
    period: str
    number: int
    closed: datetime
    reason: str
    lang: str
    programme: str
    stored: str
    fingerprint: str
    judged_with: str
    version: str
    decisions: int
    periods: tuple[str, ...]
    lacking: tuple[tuple[str, str, str], ...] = ()
    reopened: datetime | None = None
    reopened_why: str = ""

    @property
    def name(self) -> str:
        """What the edition is called: ``2024-Q1/1``."""
        return f"{self.period}/{self.number}"

"""The types of the intake: raw cells, answers and the judgement on a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from toolkit.findings import Address, Finding
from toolkit.record import record


class CellKind(StrEnum):
    """What a raw cell holds. A blank cell is not held at all."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    ERROR = "error"  # #REF!, #DIV/0! …; value is its text
    UNCACHED = "uncached"  # a formula without a stored result; value is the formula or ""


RawValue: TypeAlias = Decimal | str | bool | datetime


@record()
class RawCell:
    """A cell as the file holds it, before any reading of its meaning.

    A number is the shortest decimal that gives the stored double back (0.1 is Decimal("0.1")).
    ``percent`` tells that its number format shows a percentage (None: the reader cannot
    tell), ``formula`` that it is computed, ``font`` the font's name where the reader knows.
    """

    kind: CellKind
    value: RawValue
    formula: bool = False
    percent: bool | None = None
    font: str = ""

    def shown(self) -> str:
        """The cell's content as text, for messages and for the record."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, bool):
            return "TRUE" if self.value else "FALSE"
        if isinstance(self.value, datetime):
            midnight = (self.value.hour, self.value.minute, self.value.second) == (0, 0, 0)
            return self.value.strftime("%d/%m/%Y" if midnight else "%d/%m/%Y %H:%M:%S")
        return format(self.value, "f")


@record()
class RawSheet:
    """A sheet: its non-blank cells by 1-based (row, column)."""

    name: str
    cells: Mapping[tuple[int, int], RawCell]
    visible: bool = True
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row, first col, last row, last col
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RawWorkbook:
    """A returned file, read. ``notes`` are findings of the reading itself (macros, …)."""

    file: str
    sha256: str
    format: str  # "xlsx", "xlsm", "xlsb", "xls", "ods"
    sheets: tuple[RawSheet, ...]
    modified: datetime | None = None  # as the document's own properties say, UTC
    notes: tuple[Finding, ...] = ()

    def sheet(self, name: str) -> RawSheet | None:
        """The sheet of that very name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


class State(StrEnum):
    """The kinds of nothing, and of something."""

    VALUE = "value"
    ZERO = "zero"
    NIL = "nil"  # confirmed: "không", "không có", "-"; counts as 0 in a sum
    NOT_APPLICABLE = "not_applicable"  # leaves the denominator
    NOT_AVAILABLE = "not_available"  # asked for, figure not there yet; like missing in totals
    MISSING = "missing"  # blank
    UNREADABLE = "unreadable"  # something stands there that cannot be read; has a finding

    @property
    def counts(self) -> bool:
        """Whether an answer in this state enters totals."""
        return self in (State.VALUE, State.ZERO, State.NIL)


# Numbers of integer, decimal, rate (fraction) and formula fields are Decimals; ZERO and NIL
# of a numeric field hold Decimal(0). None where the state holds no value.
AnswerValue: TypeAlias = Decimal | date | str | None


@record()
class Answer:
    """An answer with its address in the sender's file, also when it is empty.

    ``row`` is the row key of the layout (item code; "1", "2", … in open forms; the field's
    code in a form of questions). ``raw`` is what stood in the cell.
    """

    form: str
    row: str
    field: str
    state: State
    value: AnswerValue
    raw: str
    address: Address


class Outcome(StrEnum):
    """The one outcome that every file given ends with."""

    CLEAN = "clean"  # no finding of severity error
    FINDINGS = "findings"
    UNIDENTIFIED = "unidentified"  # whose or which period could not be told
    UNREADABLE = "unreadable"


class Fate(StrEnum):
    """What became of a non-empty input cell."""

    USED = "used"  # it gave an answer
    IGNORED = "ignored"  # left out, with the reason
    REJECTED = "rejected"  # faulted, or nobody can tell whose it is


@record()
class CellFate:
    """A non-empty cell that gave no answer, and the finding that says why.

    ``said_at`` is where the finding of that ``code`` stands: at the cell itself, or at the
    row, column, area or sheet that it belongs to.
    """

    address: Address
    fate: Fate  # IGNORED or REJECTED
    shown: str
    code: str
    said_at: Address


@dataclass(frozen=True, slots=True)
class Ledger:
    """The balance of the input cells: nonempty == used + ignored + rejected."""

    nonempty: int = 0
    used: int = 0
    ignored: int = 0
    rejected: int = 0

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger(
            self.nonempty + other.nonempty,
            self.used + other.used,
            self.ignored + other.ignored,
            self.rejected + other.rejected,
        )

    @property
    def balanced(self) -> bool:
        """Whether every non-empty cell is accounted for."""
        return self.nonempty == self.used + self.ignored + self.rejected


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything the intake says about one file. Codes are "" where not identified."""

    file: str
    sha256: str
    size: int
    outcome: Outcome
    programme: str = ""
    fingerprint: str = ""  # of the programme version the template was made from
    unit: str = ""
    period: str = ""
    answers: tuple[Answer, ...] = ()
    findings: tuple[Finding, ...] = ()
    ledgers: Mapping[str, Ledger] = field(default_factory=dict, hash=False)  # by sheet
    modified: datetime | None = None
    left_out: tuple[CellFate, ...] = ()  # every cell that the ledgers count and no answer holds
    proof: str = ""  # that the cells hold the figures of the answers: toolkit.intake.proof

    @property
    def ledger(self) -> Ledger:
        """The balance over all sheets of the file."""
        return sum(self.ledgers.values(), Ledger())

"""What every kind of chart is made with: the types of its data, its labels and notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.consolidate.model import Consolidation, Coverage, FormTable, ReturnState, TableRow
from toolkit.intake.model import AnswerValue
from toolkit.messages import text
from toolkit.programme.model import Chart, ChartKind, Field, Item, Period, Programme
from toolkit.register.model import SubmissionDetail

# More names than this in a note, and the note gives their number instead.
NAMES_IN_NOTE = 8
# Keys of series that are no choice of the programme.
NO_RETURN = "@no_return"
UNREADABLE = "@unreadable"
NOT_STATED = "@not_stated"
TARGET = "@target"
ACTUAL = "@actual"

PERCENT = "%"


@dataclass(frozen=True, slots=True)
class Series:
    """A row of numbers, one per category. ``measure`` is their unit of measure ("" none).

    ``provisional`` tells for each value that something asked for is still lacking in it.
    """

    key: str
    name: str
    values: tuple[Decimal | None, ...]
    provisional: tuple[bool, ...] = ()
    measure: str = ""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One unit in one period; ``state`` is None where it owes no return."""

    state: ReturnState | None
    late_days: int = 0


@dataclass(frozen=True, slots=True)
class ChartData:
    """What a chart shows.

    STATUS: categories are periods (of a quarter, those of its year up to it), series the
    choices, then what could not be read (if any) and what is missing, so that a column adds
    up to all answers owed.
    TARGET: categories are items, series target and actual; ``measures`` the unit of measure
    of each category, ``reached`` whether it is reached.
    PUNCTUALITY: categories are periods, series the units with their days late (None: no
    return, or none owed); ``matrix`` has the states, row by row as the series.
    PROGRESS: categories are periods as in STATUS, series items (fields); a value is None for
    a period from which nobody's answer has come.
    BREAKDOWN: categories are units, series the choices; None for a unit without return.
    """

    kind: ChartKind
    title: str
    period: str  # the period's name
    categories: tuple[str, ...]
    keys: tuple[str, ...]
    series: tuple[Series, ...]
    notes: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    reached: tuple[bool | None, ...] = ()
    matrix: tuple[tuple[MatrixCell, ...], ...] = ()

    def total(self, place: int) -> Decimal:
        """All series of one category added up (STATUS, BREAKDOWN)."""
        return sum((series.values[place] or Decimal(0) for series in self.series), Decimal(0))


@dataclass(frozen=True, slots=True)
class Desk:
    """A chart, what it is drawn from and the language of its words."""

    chart: Chart
    programme: Programme
    period: Period
    details: Sequence[SubmissionDetail]
    consolidation: Consolidation
    lang: str

    def text(self, key: str, **params: object) -> str:
        """The text ``consolidate.<key>``."""
        return text(f"consolidate.{key}", self.lang, **params)

    def table(self) -> FormTable | None:
        """The chart's form consolidated; None where it has nothing to say of the period."""
        for table in self.consolidation.tables:
            if table.form.code == self.chart.form:
                return table
        return None

    def rows(self, table: FormTable) -> list[TableRow]:
        """The rows that the chart asks for: those of its items, or all."""
        wanted = self.chart.items
        return [row for row in table.rows if not wanted or row.key in wanted]


def empty(desk: Desk) -> ChartData:
    """A chart without data, with the note that says so."""
    note = desk.text("note.nothing", period=desk.period.name)
    return ChartData(desk.chart.kind, desk.chart.title, desk.period.name, (), (), (), (note,))


def made(
    desk: Desk,
    categories: Iterable[tuple[str, str]],
    series: Sequence[Series],
    notes: Iterable[str] = (),
    *,
    measures: tuple[str, ...] = (),
    reached: tuple[bool | None, ...] = (),
    matrix: tuple[tuple[MatrixCell, ...], ...] = (),
) -> ChartData:
    """A chart with data; ``categories`` as (key, label), empty notes left out."""
    named = tuple(categories)
    return ChartData(
        kind=desk.chart.kind,
        title=desk.chart.title,
        period=desk.period.name,
        categories=tuple(name for _, name in named),
        keys=tuple(key for key, _ in named),
        series=tuple(series),
        notes=tuple(note for note in notes if note),
        measures=measures,
        reached=reached,
        matrix=matrix,
    )


def measure(item: Item | None, measured: Field) -> str:
    """The unit of measure of a field in the row of an item."""
    own = item.unit_of_measure if item is not None else ""
    return own or measured.unit_of_measure


def shown(value: AnswerValue, *, percent: bool) -> Decimal | None:
    """A figure as a chart shows it: fractions in percent, None where there is no number."""
    if not isinstance(value, Decimal):
        return None
    return value * 100 if percent else value


# --- coverage -------------------------------------------------------------------------------


def coverage_note(desk: Desk, covers: Iterable[Coverage | None]) -> str:
    """Which units are lacking in any of the figures drawn; "" when none is."""
    lacking: set[str] = set()
    expected: set[str] = set()
    for cover in covers:
        if cover is not None:
            expected.update(cover.expected)
            lacking.update(cover.missing, cover.unreadable, cover.partial)
    if not lacking:
        return ""
    if len(lacking) > NAMES_IN_NOTE:
        return desk.text("note.provisional_many", count=len(lacking), expected=len(expected))
    names = [u.short or u.name for u in desk.programme.units if u.code in lacking]
    return desk.text("note.provisional", units="; ".join(names))

"""Control totals of a consolidation: the same figures added up on three ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.consolidate.aggregate import EXACT
from toolkit.consolidate.model import Consolidation, FormTable
from toolkit.intake.control import Column, ColumnTotal
from toolkit.intake.model import AnswerValue
from toolkit.programme.model import Aggregation, FieldType, FormKind, Period, Programme

_PLAIN_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """One numeric column: its sum in the cells of the originals, in the register's answers
    and in the consolidation; ``cells`` is how many figures there are."""

    form: str
    field: str
    cells: int
    originals: Decimal
    register: Decimal
    summary: Decimal

    @property
    def balanced(self) -> bool:
        """Whether all three are the same."""
        return self.originals == self.register == self.summary


def controlled_columns(programme: Programme, period: Period) -> tuple[Column, ...]:
    """The columns that can be added up on all ways: plain numbers that units type and that
    have a figure over units, in the order of the programme."""
    return tuple(
        (form.code, field.code)
        for form in programme.forms
        if programme.members(form, period)
        for field in form.fields
        if field.is_input
        and field.type in _PLAIN_NUMBERS
        and field.over_units is not Aggregation.NONE
    )


def control_totals(
    consolidation: Consolidation,
    registered: Mapping[Column, ColumnTotal],
    originals: Mapping[Column, ColumnTotal],
) -> tuple[ControlTotal, ...]:
    """The totals of every controlled column over the answers of the returns that count.

    ``registered`` are those of the answers on record, ``originals`` those of the same returns
    from the cells of their files. Answers without a place in the programme
    (``Consolidation.unplaced``) are to be left out of both: they are said apart.
    """
    columns = controlled_columns(consolidation.programme, consolidation.period)
    drawn = {
        (table.form.code, code): total
        for table in consolidation.tables
        for code, total in _drawn(table, [f for form, f in columns if form == table.form.code])
    }
    return tuple(
        ControlTotal(
            form,
            field,
            registered.get((form, field), ColumnTotal()).cells,
            originals.get((form, field), ColumnTotal()).total,
            registered.get((form, field), ColumnTotal()).total,
            drawn.get((form, field), Decimal(0)),
        )
        for form, field in columns
    )


def _drawn(table: FormTable, codes: Sequence[str]) -> Iterable[tuple[str, Decimal]]:
    """What the consolidation shows as the units' own figures of the single periods."""
    totals = dict.fromkeys(codes, Decimal(0))
    add = EXACT.add
    for code, value in _shown(table, codes):
        if isinstance(value, Decimal):
            totals[code] = add(totals[code], value)
    return totals.items()


def _shown(table: FormTable, codes: Sequence[str]) -> Iterator[tuple[str, AnswerValue]]:
    if table.form.kind is FormKind.OPEN:
        for entry in table.entries:
            for code in codes:
                part = entry.answers.get(code)
                if part is not None and part.state.counts:
                    yield code, part.value
        return
    for row in table.rows:
        for line in row.lines:
            for cells in line.by_period.values():
                for code in codes:
                    figure = cells.get(code)
                    if figure is not None:
                        yield code, figure.value

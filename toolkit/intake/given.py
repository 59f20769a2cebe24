"""Cells the sender was not asked to fill: the head office's figures and computed cells.

The programme's own figures and the recomputed results count; what the sender's file holds
there is only held against them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext

from toolkit.findings import Address, Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.cells import is_blank, key_of, shortened
from toolkit.intake.context import Key, ReturnContext
from toolkit.intake.formreading import FormReading
from toolkit.intake.ledger import Place
from toolkit.intake.model import Answer, CellKind, RawCell, State
from toolkit.intake.values import read_cell, show, show_percent
from toolkit.programme.language.evaluate import EvaluationError, compute
from toolkit.programme.language.walk import calculation_order, references
from toolkit.programme.model import Field, FormKind, Item
from toolkit.template.formulas import adds_up
from toolkit.template.layout import Row, SlotKind, slot_kind
from toolkit.template.prefill import prefilled
from toolkit.text import match_key

# Excel holds 15 digits; what differs less than this is one and the same result.
_SAME = Decimal("1e-9")
_MOST_PLACES = 15  # nobody rounds to more


# --- prefilled ----------------------------------------------------------------------------


def settle_prefilled(reading: FormReading, context: ReturnContext) -> None:
    """Take the programme's figures as answers; say where the sender's file shows others."""
    form = reading.layout.form
    fields = [f for f in form.fields if f.prefill]
    for row in reading.layout.rows:
        for asked in fields:
            place = reading.table.place(row.key, asked)
            if asked.is_numeric:
                _prefilled_figure(reading, context, row, asked, place)
            elif place is not None:
                _prefilled_text(reading, context, row, asked, place)


def _prefilled_figure(
    reading: FormReading, context: ReturnContext, row: Row, asked: Field, place: Place | None
) -> None:
    value = prefilled(context.programme, context.unit, asked, row.item)
    cell = reading.table.sheet.cells.get(place) if place else None
    where = reading.address(place) if place else reading.sheet_address
    key = (reading.layout.form.code, row.key, asked.code)
    figure = value if isinstance(value, Decimal) else None
    state = State.MISSING if figure is None else State.VALUE if figure else State.ZERO
    raw = cell.shown() if cell else ""
    context.answers[key] = Answer(*key, state, figure, raw, where)
    if place is None:
        reading.assumed.add(key)  # the sender's sheet added up without it
        return
    if _same_content(cell, value, asked):
        reading.fates.keep(place)
        return
    reading.assumed.add(key)  # and computed with another one
    said = finding(
        "prefill.changed", where, shortened(raw), field=asked.title, expected=_shown(value, asked)
    )
    reading.findings.append(said)
    if not is_blank(cell):
        reading.fates.ignore(place, said)


def _prefilled_text(
    reading: FormReading, context: ReturnContext, row: Row, asked: Field, place: Place
) -> None:
    reading.fates.keep(place)
    cell = reading.table.sheet.cells.get(place)
    value = prefilled(context.programme, context.unit, asked, row.item)
    faulted = reading.doubtful or row.key in reading.table.faulted_rows
    if faulted or key_of(cell) == match_key(str(value or "")):
        return
    reading.findings.append(
        finding(
            "prefill.text_changed",
            reading.address(place),
            shortened(cell.shown()) if cell else "",
            field=asked.title,
            expected=shortened(str(value or "")),
        )
    )


def _same_content(cell: RawCell | None, value: Decimal | str | None, asked: Field) -> bool:
    """Whether a cell shows the programme's figure, also when retyped as a text."""
    if is_blank(cell) or cell is None:
        return value is None
    if value is None:
        return False
    if isinstance(value, str):
        return key_of(cell) == match_key(value)
    if isinstance(cell.value, Decimal):
        return abs(cell.value - value) <= _SAME
    read = read_cell(cell, asked)
    return isinstance(read.value, Decimal) and abs(read.value - value) <= _SAME


def _shown(value: Decimal | str | None, asked: Field) -> str:
    if isinstance(value, Decimal):
        return show_percent(value) if asked.shows_percent else show(value)
    return value or ""


# --- computed -----------------------------------------------------------------------------


def settle_computed(reading: FormReading, context: ReturnContext, *, live: bool) -> None:
    """Recompute the computed fields and hold the results in the sender's file against them.

    ``live`` tells that the file still computes somewhere, and is not a copy of values only.
    """
    form = reading.layout.form
    fields = {f.code: f for f in form.fields if slot_kind(f) is SlotKind.COMPUTED}
    formulas = {code: f.formula for code, f in fields.items() if f.formula is not None}
    if not fields:
        return
    live = live and (has_formulas(reading) or len(_computed_cells(reading)) <= 1)
    order = calculation_order(formulas)
    items = {row.key: row.item for row in reading.layout.rows}
    for code in order if form.kind is FormKind.QUESTIONS else ():
        _compute_one(reading, context, code, fields[code], None, live)
    for row_key in _computed_rows(reading, context):
        for code in order:
            _compute_one(reading, context, row_key, fields[code], items.get(row_key), live)


def _computed_rows(reading: FormReading, context: ReturnContext) -> list[str]:
    form = reading.layout.form
    if form.kind is FormKind.QUESTIONS:
        return []
    if form.kind is FormKind.FIXED:
        return [row.key for row in reading.layout.rows]
    return list(dict.fromkeys(key[1] for key in context.answers if key[0] == form.code))


def _computed_cells(reading: FormReading) -> list[RawCell]:
    """What stands in the cells of the computed fields."""
    table = reading.table
    cells = []
    for asked in table.layout.form.fields:
        if slot_kind(asked) is not SlotKind.COMPUTED:
            continue
        if table.layout.answer_column:
            places = [table.place(asked.code, asked)]
        else:
            column = table.columns.get(asked.code)
            places = [] if column is None else [(row, column) for row in table.rows.values()]
        cells += [cell for p in places if p and (cell := table.sheet.cells.get(p)) is not None]
    return cells


def has_formulas(reading: FormReading) -> bool:
    """Whether any computed cell is still a formula (a copy of values only has none)."""
    return any(c.formula or c.kind is CellKind.UNCACHED for c in _computed_cells(reading))


def _compute_one(
    reading: FormReading,
    context: ReturnContext,
    row_key: str,
    asked: Field,
    item: Item | None,
    live: bool,
) -> None:
    assert asked.formula is not None
    form = reading.layout.form
    view = context.row(form, row_key, item)
    place = reading.table.place(row_key, asked)
    where = reading.address(place) if place else reading.sheet_address
    cell = reading.table.sheet.cells.get(place) if place else None
    key = (form.code, row_key, asked.code)
    raw = cell.shown() if cell is not None and cell.kind is not CellKind.UNCACHED else ""
    used = [(form.code, view.key(code)[1], code) for code in references(asked.formula)]
    if any(k in reading.assumed for k in used):
        reading.assumed.add(key)
    try:
        value = compute(asked.formula, view)
    except EvaluationError as error:
        context.answers[key] = Answer(*key, State.UNREADABLE, None, raw, where)
        reading.findings.append(
            finding("computed.failed", where, field=asked.title, reason=str(error))
        )
        _settle_cell(reading, place, cell, None)
        return
    if value is None:
        state = view.state_without_value(asked)
    else:
        state = State.VALUE if value else State.ZERO
    context.answers[key] = Answer(*key, state, value, raw, where)
    if place is None or cell is None or is_blank(cell):
        return
    typed = live and not cell.formula and cell.kind is not CellKind.UNCACHED
    if doubt := reading.doubt(row_key, asked.code):
        _settle_cell(reading, place, cell, doubt if typed else None)
        return
    said = None
    if typed or key not in reading.assumed:  # Excel passes over the texts that were read
        said = _against(asked, cell, value, state, where, live=live)
    if said is not None:
        reading.findings.append(said)
    _settle_cell(reading, place, cell, None if cell.formula else said)


def _settle_cell(
    reading: FormReading, place: Place | None, cell: RawCell | None, typed_over: Finding | None
) -> None:
    """A computed cell is the template's own, unless the sender typed over it."""
    if place is None:
        return
    if typed_over and cell is not None and cell.kind is not CellKind.ERROR and not is_blank(cell):
        reading.fates.ignore(place, typed_over)
    else:
        reading.fates.keep(place)


def _against(
    asked: Field, cell: RawCell, value: Decimal | None, state: State, where: Address, *, live: bool
) -> Finding | None:
    """What there is to say of the result in the sender's file beside the recomputed one."""
    if cell.kind is CellKind.UNCACHED:
        return None
    if cell.kind is CellKind.ERROR:
        return finding("computed.error", where, cell.shown(), field=asked.title)
    stored = _stored(cell, asked)
    computed = "" if value is None else _shown(value, asked)
    if stored is not None and value is not None and _same_result(stored, value, cell, asked):
        if live and not cell.formula:
            return finding("computed.typed_over", where, cell.shown(), field=asked.title)
        return None
    if state is State.UNREADABLE or (value is None and not stored):
        if live and not cell.formula:
            return finding("computed.unchecked", where, cell.shown(), field=asked.title)
        return None
    shown = _shown(stored, asked) if stored is not None else shortened(cell.shown())
    return finding("computed.differs", where, shown, field=asked.title, computed=computed)


def _stored(cell: RawCell, asked: Field) -> Decimal | None:
    if isinstance(cell.value, Decimal):
        return cell.value
    read = read_cell(cell, asked)
    return read.value if isinstance(read.value, Decimal) else None


def _same_result(stored: Decimal, value: Decimal, cell: RawCell, asked: Field) -> bool:
    """Whether the two are one result: but for Excel's 15 digits, or rounded when typed."""
    with localcontext(prec=50):
        if abs(stored - value) <= _SAME * max(Decimal(1), abs(value)):
            return True
        if cell.formula:
            return False
        return any(
            _rounded_to(candidate, value * scale)
            for candidate, scale in _scales(stored, cell, asked)
        )


def _scales(stored: Decimal, cell: RawCell, asked: Field) -> Iterator[tuple[Decimal, int]]:
    """A percentage can have been typed as 0.333 or as 33.3."""
    if not asked.shows_percent:
        yield stored, 1
        return
    yield stored * 100, 100
    if isinstance(cell.value, Decimal) and not cell.percent:
        yield stored, 100


def _rounded_to(stored: Decimal, value: Decimal) -> bool:
    stored = stored.normalize()
    places = max(0, -int(stored.as_tuple().exponent))
    if places > _MOST_PLACES:
        return False
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) == stored


# --- the total row ------------------------------------------------------------------------


def settle_totals(reading: FormReading, context: ReturnContext) -> None:
    """Hold the sums in the total row against the answers; they are never answers themselves.

    Only where all answers of the column are plain numbers: Excel's sum passes over texts.
    """
    table = reading.table
    row = table.total_row
    if row is None or table.layout.answer_column:
        return
    form = table.layout.form
    for asked in form.fields:
        place = (row, table.columns[asked.code]) if asked.code in table.columns else None
        cell = table.sheet.cells.get(place) if place else None
        if place is None or cell is None:
            continue
        if not (adds_up(table.layout, asked) and isinstance(cell.value, Decimal)):
            computed = asked.formula is not None or adds_up(table.layout, asked)
            if cell.formula or (computed and cell.kind is not CellKind.TEXT):
                reading.fates.keep(place)
            continue  # else somebody typed there: the leftovers tell
        column = {
            key: answer
            for key, answer in context.answers.items()
            if key[0] == form.code and key[2] == asked.code
        }
        answers = column.values()
        total = sum((a.value for a in answers if isinstance(a.value, Decimal)), Decimal(0))
        same = abs(cell.value - total) <= _SAME * max(Decimal(1), abs(total))
        if same or _adds_otherwise(reading, place, column):
            reading.fates.keep(place)
            continue
        where = reading.address(place)
        said = finding(
            "total.differs", where, show(cell.value), field=asked.title, computed=show(total)
        )
        reading.findings.append(said)
        if cell.formula:
            reading.fates.keep(place)
        else:
            reading.fates.ignore(place, said)


def _adds_otherwise(reading: FormReading, total: Place, column: Mapping[Key, Answer]) -> bool:
    """Whether the sender's total rightly differs, for a reason that has its own finding.

    An answer was assumed or is unreadable, or rows that are none of the table's hold numbers.
    """
    if reading.assumed & column.keys() or any(
        answer.state is State.UNREADABLE for answer in column.values()
    ):
        return True
    table = reading.table
    known = set(table.rows.values())
    return any(
        place[1] == total[1]
        and table.first <= place[0] < total[0]
        and place[0] not in known
        and isinstance(cell.value, Decimal)
        for place, cell in table.sheet.cells.items()
    )

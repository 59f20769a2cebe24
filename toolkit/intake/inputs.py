"""The input cells of a form: read, kept as answers, and what became of each cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.findings import Finding, Severity
from toolkit.intake.catalogue import finding
from toolkit.intake.cells import a1, is_blank, shortened
from toolkit.intake.context import Key, ReturnContext
from toolkit.intake.formreading import FormReading
from toolkit.intake.ledger import Place
from toolkit.intake.model import Answer, CellKind, RawCell, State
from toolkit.intake.values import Reading, ValueRules, column_hints, read_cell
from toolkit.programme.model import ChoiceList, Field, FieldType, FormKind
from toolkit.template.layout import WorkbookLayout

_NIL = (State.NIL, State.NOT_APPLICABLE, State.NOT_AVAILABLE)


def read_inputs(
    reading: FormReading, layout: WorkbookLayout, context: ReturnContext, rules: ValueRules
) -> None:
    """Read all input cells of a form into answers, fates and findings."""
    table = reading.table
    form = reading.layout.form
    merged = _merged_inputs(reading)
    row_keys = _filled_rows(reading)
    missing: list[tuple[Key, Field]] = []
    answered = False
    cells = table.sheet.cells
    for asked in form.fields:
        if not asked.is_input:
            continue
        places = list(_places(reading, asked, row_keys))
        held = [
            cell
            for _, place in places
            if place is not None and not is_blank(cell := cells.get(place))
        ]
        hints = column_hints((cell for cell in held if cell is not None), asked)
        choices = _choices(layout.programme.choices, asked)
        for row_key, place in places:
            key = (form.code, row_key, asked.code)
            cell = None if place is None else cells.get(place)
            doubt = reading.doubt(row_key, asked.code) or (merged.get(place) if place else None)
            if place is None or doubt is not None:
                _without_reading(reading, context, key, place, cell, doubt)
                answered = True
                continue
            read = read_cell(cell, asked, choices, period=layout.period, column=hints, rules=rules)
            _take(reading, context, key, place, cell, read)
            if read.state is not State.MISSING:
                answered = True
            elif asked.required:
                missing.append((key, asked))
    _drop_nil_rows(reading, context)
    _say_missing(reading, context, missing, answered)


def _places(
    reading: FormReading, asked: Field, row_keys: Iterable[str]
) -> Iterator[tuple[str, Place | None]]:
    """The cells of a field by row key; None where row or column is gone."""
    table = reading.table
    if table.layout.answer_column:
        yield asked.code, table.place(asked.code, asked)
        return
    rows, column = table.rows, table.columns.get(asked.code)
    for key in row_keys:
        row = rows.get(key)
        yield key, None if row is None or column is None else (row, column)


def _choices(lists: tuple[ChoiceList, ...], asked: Field) -> tuple[str, ...]:
    if asked.type is not FieldType.CHOICE:
        return ()
    return next((c.values for c in lists if c.code == asked.choices), ())


def _filled_rows(reading: FormReading) -> list[str]:
    """The row keys to read: all of the layout, in an open form those with anything in them."""
    table = reading.table
    if reading.layout.form.kind is not FormKind.OPEN:
        return [row.key for row in reading.layout.rows]
    inputs = [f for f in reading.layout.form.fields if f.is_input]
    columns = [table.columns[f.code] for f in inputs if f.code in table.columns]
    cells = table.sheet.cells
    return [
        key
        for key, row in table.rows.items()
        if any(not is_blank(cells.get((row, column))) for column in columns)
    ]


def _take(
    reading: FormReading,
    context: ReturnContext,
    key: Key,
    place: Place,
    cell: RawCell | None,
    read: Reading,
) -> None:
    """Keep what was read of a cell as an answer, and say what became of the cell."""
    where = reading.address(place)
    context.answers[key] = Answer(*key, read.state, read.value, read.raw, where)
    if cell is None or is_blank(cell):
        return
    told = []
    if read.findings:
        title = reading.layout.form.field(key[2]).title
        told = [
            Finding(said.code, said.severity, where, read.raw, {**said.params, "field": title})
            for said in read.findings
        ]
    if told or cell.kind is not CellKind.NUMBER:
        reading.assumed.add(key)
    if read.state is State.MISSING and not told:
        told.append(finding("cell.invisible", where, cell.shown()))
    reading.findings += told
    if read.state is State.UNREADABLE:
        reading.fates.reject(place, told[0])
    elif read.state is State.MISSING:
        reading.fates.ignore(place, told[0])
    else:
        reading.fates.use(place)


def _without_reading(
    reading: FormReading,
    context: ReturnContext,
    key: Key,
    place: Place | None,
    cell: RawCell | None,
    doubt: Finding | None,
) -> None:
    """An answer that cannot be read for a reason already given: its place is gone or unsure."""
    where = reading.sheet_address if place is None else reading.address(place)
    if place is None or doubt is None or cell is None or is_blank(cell):
        context.answers[key] = Answer(*key, State.MISSING, None, "", where)
        return
    context.answers[key] = Answer(*key, State.UNREADABLE, None, cell.shown(), where)
    reading.assumed.add(key)
    reading.fates.reject(place, doubt)


def _merged_inputs(reading: FormReading) -> dict[Place, Finding]:
    """The input cells that a merge has made one: nobody can tell whose the value is."""
    table = reading.table
    rows = table.rows.values()
    first, last = min(rows, default=0), max(rows, default=0)
    merged = [m for m in table.sheet.merged if m[0] <= last and m[2] >= first]
    if not merged:
        return {}
    inputs = [f for f in reading.layout.form.fields if f.is_input]
    keys = {f.code: [f.code] for f in inputs}
    slots = {
        place
        for f in inputs
        for key in (keys[f.code] if reading.layout.answer_column else table.rows)
        if (place := table.place(key, f)) is not None
    }
    blocked: dict[Place, Finding] = {}
    for top, left, bottom, right in merged:
        if (bottom - top + 1) * (right - left + 1) > 100_000:
            inside = {p for p in slots if top <= p[0] <= bottom and left <= p[1] <= right}
        else:
            inside = slots & {
                (r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)
            }
        cell = table.sheet.cells.get((top, left))
        if len(inside) > 1 and cell is not None and not is_blank(cell):
            area = f"{a1(top, left)}:{a1(bottom, right)}"
            where = reading.address(min(inside))
            said = finding("cell.merged", where, shortened(cell.shown()), area=area)
            reading.findings.append(said)
            blocked.update(dict.fromkeys(inside, said))
    return blocked


def _drop_nil_rows(reading: FormReading, context: ReturnContext) -> None:
    """A row of an open form that only says "không có" is a confirmed "nothing to list".

    One that says "chưa có số liệu" confirms nothing: what is to be listed is not known yet.
    Its cells stay used (the statement is taken), its answers are no row of the list.
    """
    form = reading.layout.form
    if form.kind is not FormKind.OPEN:
        return
    for row_key in reading.table.rows:
        keys = [(form.code, row_key, f.code) for f in form.fields if f.is_input]
        held = [context.answers[k] for k in keys if k in context.answers]
        said = [a for a in held if a.state is not State.MISSING]
        if said and all(a.state in _NIL for a in said):
            for key in keys:
                context.answers.pop(key, None)
            unknown = [a for a in said if a.state is State.NOT_AVAILABLE]
            telling = (unknown or said)[0]
            code = "form.said_not_available" if unknown else "form.said_nothing"
            cells = {a.address for a in said}
            reading.findings[:] = [
                f
                for f in reading.findings
                if f.address not in cells or f.severity is not Severity.NOTE
            ]
            reading.findings.append(finding(code, telling.address, telling.raw))


def _say_missing(
    reading: FormReading, context: ReturnContext, missing: list[tuple[Key, Field]], answered: bool
) -> None:
    """One error per required answer left blank; one for the form where all of it is blank."""
    sheet = reading.sheet_address
    name = shortened(reading.layout.form.name)
    if not answered:
        open_form = reading.layout.form.kind is FormKind.OPEN
        required = any(f.required and f.is_input for f in reading.layout.form.fields)
        code = "form.empty" if required and not open_form else "form.blank"
        reading.findings.append(finding(code, sheet, form=name))
        return
    items = {row.key: row for row in reading.layout.rows}
    for key, asked in missing:
        answer = context.answers.get(key)
        if answer is None:
            continue  # the row said "nothing to list"
        row = items.get(key[1])
        label = row.item.text if row is not None and row.item is not None else ""
        label = label or _first_words(reading, context, key)
        reading.findings.append(
            finding(
                "answer.missing",
                answer.address,
                field=asked.title,
                row=f" – {shortened(label)}" if label else "",
            )
        )


def _first_words(reading: FormReading, context: ReturnContext, key: Key) -> str:
    """What the sender wrote in a row of a list; nothing where the question says it all."""
    if reading.layout.form.kind is not FormKind.OPEN:
        return ""
    answers = (context.answers.get((*key[:2], f.code)) for f in reading.layout.form.fields)
    return next((a.raw for a in answers if a is not None and isinstance(a.value, str)), "")


def say_hidden(reading: FormReading) -> None:
    """A warning where answers stand in rows, columns or a sheet that the sender cannot see."""
    sheet = reading.table.sheet
    keys = (reading.table.key_row, reading.table.key_column)
    used = sorted(p for p in reading.fates.given if p[0] != keys[0] and p[1] != keys[1])
    if not used:
        return
    if not sheet.visible:
        reading.findings.append(finding("hidden.sheet", reading.sheet_address))
        return
    hidden_rows = [place for place in used if place[0] in sheet.hidden_rows]
    hidden_columns = [place for place in used if place[1] in sheet.hidden_columns]
    for code, places, part in (
        ("hidden.row", hidden_rows, 0),
        ("hidden.column", hidden_columns, 1),
    ):
        for line in sorted({place[part] for place in places}):
            first = min(place for place in places if place[part] == line)
            shown = shortened(sheet.cells[first].shown())
            reading.findings.append(finding(code, reading.address(first), shown))

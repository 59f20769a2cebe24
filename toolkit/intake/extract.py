"""The answers of a returned workbook: every slot of the layout, each with its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.findings import Address, Finding
from toolkit.intake.context import Key, ReturnContext
from toolkit.intake.formreading import FormReading
from toolkit.intake.given import settle_computed, settle_prefilled, settle_totals
from toolkit.intake.inputs import read_inputs, say_hidden
from toolkit.intake.ledger import Fates
from toolkit.intake.leftovers import settle_leftovers
from toolkit.intake.locate import locate
from toolkit.intake.model import Answer, Ledger, RawWorkbook, State
from toolkit.intake.sheets import find_sheets, other_sheet
from toolkit.intake.values import DEFAULT_RULES, ValueRules
from toolkit.programme.model import FormKind
from toolkit.template.layout import SheetLayout, WorkbookLayout


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read, in the order of the layout, and the balance of each sheet."""

    answers: tuple[Answer, ...]
    findings: tuple[Finding, ...]
    ledgers: Mapping[str, Ledger]
    sheets: Mapping[str, Address]  # where each form stands, by its code


def extract(
    raw: RawWorkbook,
    layout: WorkbookLayout,
    previous: Mapping[Key, Answer] | None = None,
    rules: ValueRules = DEFAULT_RULES,
) -> Extraction:
    """Read every answer that ``layout`` asks for out of ``raw``.

    ``previous`` are the unit's answers of the period before. Raises ToolkitError
    (``error.imbalance``) when a cell was lost on the way: a failure of the programme.
    """
    found = find_sheets(raw, layout)
    findings = list(found.findings)
    forms = frozenset(sheet.form.code for sheet in layout.sheets)
    context = ReturnContext(layout.programme, layout.unit, {}, previous or {}, forms)
    readings: list[FormReading] = []
    for sheet_layout in layout.sheets:
        sheet = found.sheets.get(sheet_layout.form.code)
        if sheet is None:
            _add_missing_form(raw.file, sheet_layout, context)
            continue
        table = locate(raw.file, sheet, sheet_layout)
        doubtful = sheet_layout.form.code in found.doubtful
        reading = FormReading(raw.file, table, Fates(raw.file, sheet), doubtful, [*table.findings])
        readings.append(reading)
        read_inputs(reading, layout, context, rules)
    for reading in readings:
        settle_prefilled(reading, context)
    for reading in readings:
        settle_computed(reading, context)
        settle_totals(reading, context)
        settle_leftovers(reading)
        say_hidden(reading)
        findings += reading.findings
    ledgers = {reading.table.sheet.name: reading.fates.ledger() for reading in readings}
    for sheet in (*found.copies, *found.others):
        said = other_sheet(raw.file, sheet)
        if said is None:
            continue
        if sheet in found.others:
            findings.append(said[0])
        ledgers[sheet.name] = Ledger(nonempty=said[1], ignored=said[1])
    sheets = {r.layout.form.code: r.sheet_address for r in readings}
    return Extraction(tuple(_in_order(layout, context)), tuple(findings), ledgers, sheets)


def _in_order(layout: WorkbookLayout, context: ReturnContext) -> Iterator[Answer]:
    """The answers by form, row and column of the layout; open rows by their number."""
    by_form: dict[str, list[Answer]] = {sheet.form.code: [] for sheet in layout.sheets}
    for answer in context.answers.values():
        by_form[answer.form].append(answer)
    for sheet in layout.sheets:
        fields = {f.code: place for place, f in enumerate(sheet.form.fields)}
        rows = {row.key: place for place, row in enumerate(sheet.rows)}

        def place_of(
            answer: Answer, rows: dict[str, int] = rows, fields: dict[str, int] = fields
        ) -> tuple[int, int]:
            row = rows.get(answer.row)
            return (len(rows) + int(answer.row) if row is None else row, fields[answer.field])

        yield from sorted(by_form[sheet.form.code], key=place_of)


def _add_missing_form(file: str, layout: SheetLayout, context: ReturnContext) -> None:
    """A form whose sheet is gone: every answer missing; the finding was made already."""
    if layout.form.kind is FormKind.OPEN:
        return
    for slot in layout.slots():
        if slot.field.prefill and not slot.field.is_numeric:
            continue
        key = (layout.form.code, slot.row_key, slot.field.code)
        where = Address(file, layout.sheet)
        context.answers[key] = Answer(*key, State.MISSING, None, "", where)

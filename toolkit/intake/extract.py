"""The answers of a returned workbook: every slot of the layout, each with its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from toolkit.findings import Address, Finding, Severity
from toolkit.intake.cells import is_blank
from toolkit.intake.context import Key, ReturnContext
from toolkit.intake.cover import cover_sheet, settle_cover
from toolkit.intake.formreading import FormReading
from toolkit.intake.given import has_formulas, settle_computed, settle_prefilled, settle_totals
from toolkit.intake.inputs import read_inputs, say_hidden
from toolkit.intake.ledger import Fates
from toolkit.intake.leftovers import settle_leftovers
from toolkit.intake.locate import locate
from toolkit.intake.model import Answer, CellFate, Ledger, RawWorkbook, State
from toolkit.intake.shapes import around, find
from toolkit.intake.sheets import Found, find_sheets, other_sheet
from toolkit.intake.values import DEFAULT_RULES, ValueRules
from toolkit.intake.versions import OtherIssue, of_another_issue
from toolkit.intake.wording import own_words
from toolkit.programme.model import FormKind
from toolkit.template.layout import SheetLayout, WorkbookLayout


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read, in the order of the layout, and the balance of each sheet."""

    answers: tuple[Answer, ...]
    findings: tuple[Finding, ...]
    ledgers: Mapping[str, Ledger]
    sheets: Mapping[str, Address]  # where each form stands, by its code
    left_out: tuple[CellFate, ...] = ()


def extract(
    raw: RawWorkbook,
    layout: WorkbookLayout,
    previous: Mapping[Key, Answer] | None = None,
    rules: ValueRules = DEFAULT_RULES,
    *,
    other_issue: OtherIssue | None = None,
) -> Extraction:
    """Read every answer that ``layout`` asks for out of ``raw``.

    ``previous`` are the unit's answers of the period before; ``other_issue`` is the
    issue of the template the file was made from, where that is not the current one. Raises
    ToolkitError (``error.imbalance``) when a cell was lost on the way: a failure of the
    programme.
    """
    found = find_sheets(raw, layout, cover_sheet(raw))
    findings = list(found.findings)
    forms = frozenset(sheet.form.code for sheet in layout.sheets)
    context = ReturnContext(layout.programme, layout.unit, {}, previous or {}, forms)
    readings: list[FormReading] = []
    words = own_words(layout)
    for sheet_layout in layout.sheets:
        sheet = found.sheets.get(sheet_layout.form.code)
        if sheet is None:
            _add_missing_form(raw.file, sheet_layout, context)
            continue
        doubtful = found.doubtful.get(sheet_layout.form.code)
        usual = doubtful is None and other_issue is None
        parts = around(sheet, sheet_layout) if usual else None
        shape = find(parts, words) if parts else None
        if shape is None:
            table = locate(raw.file, sheet, sheet_layout)
        else:
            table = replace(shape.table, sheet=sheet)
        reading = FormReading(
            raw.file,
            table,
            Fates(raw.file, sheet),
            doubtful,
            [*table.findings],
            words,
            other_issue is not None,
            parts,
            shape,
        )
        readings.append(reading)
        read_inputs(reading, layout, context, rules)
    for reading in readings:
        settle_prefilled(reading, context)
    live = any(map(has_formulas, readings))
    for reading in readings:
        settle_computed(reading, context, live=live)
        settle_totals(reading, context)
        settle_leftovers(reading)
        say_hidden(reading)
        findings += reading.findings
    cover, said = settle_cover(raw, layout, older=other_issue is not None)
    findings += said
    rest, said = _other_sheets(raw.file, found)
    findings += said
    if other_issue is not None:
        asked = {s.sheet: s.form.code for s in layout.sheets}
        asked |= {r.table.sheet.name: r.layout.form.code for r in readings}
        findings = list(of_another_issue(findings, other_issue, asked))
    settled = {r.table.sheet.name: r.fates for r in readings} | cover | rest
    return Extraction(
        tuple(_in_order(layout, context)),
        tuple(findings),
        {name: fates.ledger() for name, fates in settled.items()},
        {r.layout.form.code: r.sheet_address for r in readings},
        tuple(cell for fates in settled.values() for cell in fates.left_out()),
    )


def _other_sheets(file: str, found: Found) -> tuple[dict[str, Fates], list[Finding]]:
    """The fates of the cells on sheets that no answer is taken from."""
    named = [(sheet, other_sheet(file, sheet)) for sheet in found.others]
    settled = {}
    for sheet, said in [*found.copies, *named]:
        if said is None:
            continue
        settled[sheet.name] = fates = Fates(file, sheet)
        for place, cell in sheet.cells.items():
            if is_blank(cell):
                continue
            if said.severity is Severity.ERROR:
                fates.reject(place, said)
            else:
                fates.ignore(place, said)
    return settled, [said for _, said in named if said is not None]


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

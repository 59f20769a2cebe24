"""The sheets Biểu and Cột: forms, their fields and formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from toolkit.findings import Finding, Severity
from toolkit.programme.desk import Desk
from toolkit.programme.faults import listed, near
from toolkit.programme.fit import check_fit
from toolkit.programme.keywords import (
    AGGREGATIONS,
    FIELD_TYPES,
    FORM_KINDS,
    PREFILLS,
    ROLES,
    SOURCES,
    Source,
    lookup,
)
from toolkit.programme.language.parse import parse_formula
from toolkit.programme.language.scope import Scope, ScopeField
from toolkit.programme.language.tree import Expression
from toolkit.programme.language.walk import cycle_fault, find_cycles
from toolkit.programme.model import (
    Aggregation,
    Field,
    FieldType,
    Form,
    FormKind,
    Item,
    Period,
)
from toolkit.programme.schema import FIELDS, FORMS
from toolkit.programme.table import Codes, Row
from toolkit.programme.times import asked_periods
from toolkit.text import match_key

DEFAULT_BLANK_ROWS = 20
MAX_BLANK_ROWS = 2000
MAX_WIDTH = 255
_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.RATE)

ItemLists = Mapping[str, tuple[Item, ...]]


@dataclass(slots=True)
class FieldDraft:
    """A row of Cột on its way. ``type`` is None where it could not be read."""

    row: Row
    field: Field
    type: FieldType | None
    source: str  # the formula as typed
    doubled: bool = False  # its heading stands over another field too


@dataclass(slots=True)
class FormDraft:
    """A row of Biểu on its way, with the drafts of its fields."""

    row: Row
    form: Form
    kind: FormKind | None
    fields: list[FieldDraft]
    codes: Codes

    @property
    def whole(self) -> Form:
        """The form with its fields."""
        return replace(self.form, fields=tuple(draft.field for draft in self.fields))


def read_forms(desk: Desk, periods: Sequence[Period], lists: ItemLists) -> list[FormDraft]:
    """The sheets Biểu and Cột, every field and formula checked."""
    drafts = [
        _read_form(desk, row, code, periods, lists) for row, code in desk.coded(FORMS, desk.forms)
    ]
    by_code = {draft.form.code: draft for draft in drafts if draft.form.code}
    for row in desk.rows(FIELDS):
        _read_field(desk, row, by_code, lists)
    for draft in by_code.values():
        _check_headings(draft)
        _check_roles(draft)
        _settle_weights(draft)
        _parse_formulas(desk, draft, drafts, lists)
        if not draft.fields and FIELDS.key in desk.tables:
            draft.row.fault("form.no_fields", "code", draft.form.code)
        elif draft.fields and not any(field.field.is_input for field in draft.fields):
            draft.row.warn("form.no_inputs", "code", draft.form.code)
        for field in draft.fields:
            check_fit(field.row, field.field, draft.whole)
    return drafts


# --- forms --------------------------------------------------------------------------------


def _read_form(
    desk: Desk, row: Row, code: str, periods: Sequence[Period], lists: ItemLists
) -> FormDraft:
    kind = row.keyword("kind", FORM_KINDS)
    source, group = _read_source(row, kind, lists)
    blank_rows = row.integer("blank_rows", 1, MAX_BLANK_ROWS) if row.filled("blank_rows") else None
    form = Form(
        code=code,
        name=row.line("name"),
        kind=kind or FormKind.OPEN,
        fields=(),
        source=source,
        source_group=group,
        unit_types=row.among("unit_types", desk.unit_types, "reference.unit_type"),
        periods=asked_periods(desk, row, periods, default_all=True),
        blank_rows=DEFAULT_BLANK_ROWS if blank_rows is None else blank_rows,
        total_row=row.flag("total_row"),
        guidance=row.text("guidance"),
    )
    return FormDraft(row, form, kind, [], Codes())


def _read_source(row: Row, kind: FormKind | None, lists: ItemLists) -> tuple[str, str]:
    """The item list and, after a colon, the group of its items a form takes its rows from."""
    text = row.line("source")
    if not text:
        if kind is FormKind.FIXED:
            allowed = listed(word.vi for word in SOURCES)
            row.fault("source.missing", "source", allowed=allowed)
        return "", ""
    if kind not in (None, FormKind.FIXED):
        row.fault("source.not_fixed", "source", text)
        return "", ""
    name, _, group = (part.strip() for part in text.partition(":"))
    source = lookup(SOURCES, name)
    if source is None:
        allowed = listed(word.vi for word in SOURCES)
        row.fault("source.unknown", "source", text, allowed=allowed)
        return "", ""
    items = lists.get(source, ())
    if not items:
        row.fault("source.empty", "source", name)
        return source.value, ""
    groups = {match_key(item.group): item.group for item in items if item.group}
    if group and match_key(group) not in groups:
        row.fault("source.group", "source", group, allowed=near(group, groups.values()))
        return source.value, ""
    return source.value, groups.get(match_key(group), "")


# --- fields -------------------------------------------------------------------------------


def _read_field(desk: Desk, row: Row, forms: Mapping[str, FormDraft], lists: ItemLists) -> None:
    draft = forms.get(row.reference("form", desk.forms, "form"))
    code = row.code("code")
    kind = row.keyword("type", FIELD_TYPES)
    if (
        draft is not None
        and code
        and not draft.codes.declare(code, row.address("code"), row.faults)
    ):
        row.sound = False
        code = ""
    minimum, maximum = _limit(row, "minimum", kind), _limit(row, "maximum", kind)
    _check_limits(row, minimum, maximum)
    field = Field(
        form=draft.form.code if draft else "",
        code=code,
        title=row.line("title"),
        type=kind or FieldType.TEXT,
        group=row.line("group"),
        unit_of_measure=row.line("unit_of_measure"),
        required=row.flag("required"),
        choices=_choices(desk, row, kind),
        minimum=minimum,
        maximum=maximum,
        over_units=row.keyword("over_units", AGGREGATIONS) or Aggregation.NONE,
        over_periods=row.keyword("over_periods", AGGREGATIONS) or Aggregation.NONE,
        weight=row.code("weight"),
        prefill=_prefill(row, draft, kind, lists),
        width=_width(row),
        help=row.text("help"),
        role=row.keyword("role", ROLES),
    )
    if draft is not None:
        draft.fields.append(FieldDraft(row, field, kind, _formula_source(row, kind)))


def _limit(row: Row, attr: str, kind: FieldType | None) -> Decimal | date | None:
    """A least or greatest answer, read as the field's type says."""
    if not row.filled(attr) or kind is None:
        return None
    if kind is FieldType.DATE:
        return row.day(attr)
    if kind not in _NUMBERS:
        row.fault("limits.type", attr, row.text(attr))
        return None
    quantity = row.quantity(attr)
    if quantity is None:
        return None
    if kind is FieldType.RATE and not quantity.percent and abs(quantity.value) > 1:
        row.fault("limits.percent", attr, row.text(attr))
        return None
    if kind is not FieldType.RATE and quantity.percent:
        row.fault("limits.not_rate", attr, row.text(attr))
        return None
    if kind is FieldType.INTEGER and quantity.value != quantity.value.to_integral_value():
        row.fault("number.not_integer", attr, row.text(attr))
        return None
    return quantity.value


def _check_limits(row: Row, minimum: Decimal | date | None, maximum: Decimal | date | None) -> None:
    # Both are read by the type of the same field, so they can be compared.
    pair = (minimum, maximum)
    numbers = [limit for limit in pair if isinstance(limit, Decimal)]
    days = [limit for limit in pair if isinstance(limit, date)]
    if (len(numbers) == 2 and numbers[0] > numbers[1]) or (len(days) == 2 and days[0] > days[1]):
        row.fault("limits.reversed", "maximum", row.text("maximum"), least=row.text("minimum"))


def _choices(desk: Desk, row: Row, kind: FieldType | None) -> str:
    if kind is FieldType.CHOICE and not row.filled("choices"):
        row.fault("choices.missing", "choices", allowed=listed(desk.choices.names))
    elif kind not in (None, FieldType.CHOICE) and row.filled("choices"):
        row.fault("choices.not_choice", "choices", row.line("choices"))
        return ""
    return row.reference("choices", desk.choices, "choices")


def _width(row: Row) -> float | None:
    if not row.filled("width"):
        return None
    quantity = row.quantity("width")
    if quantity is not None and not 1 <= quantity.value <= MAX_WIDTH:
        row.fault("number.range", "width", row.text("width"), least="1", most=str(MAX_WIDTH))
        return None
    return float(quantity.value) if quantity else None


def _prefill(row: Row, draft: FormDraft | None, kind: FieldType | None, lists: ItemLists) -> str:
    """The item column a field is filled from, as ``Field.prefill`` names it."""
    text = row.line("prefill")
    if not text:
        return ""
    if draft is not None and draft.kind not in (None, FormKind.FIXED):
        row.fault("prefill.not_fixed", "prefill", text)
        return ""
    if kind in (FieldType.FORMULA, FieldType.CHOICE):
        row.fault("prefill.type", "prefill", text)
        return ""
    known = lookup(PREFILLS, text)
    if known is not None:
        return known.value
    items = lists.get(draft.form.source, ()) if draft else ()
    headings = {match_key(heading): heading for item in items for heading in item.extra}
    # ``extra:<heading>`` is how the model writes it; accepted, never asked for.
    heading = headings.get(match_key(text.removeprefix("extra:")))
    if heading is not None:
        return f"extra:{heading}"
    if draft is not None and draft.form.source:
        names = [*(word.vi for word in PREFILLS), *headings.values()]
        row.fault("prefill.unknown", "prefill", text, allowed=near(text, names))
    return ""


def _check_headings(draft: FormDraft) -> None:
    seen: dict[tuple[str, str], FieldDraft] = {}
    for field in draft.fields:
        if not field.field.title:
            continue
        key = (match_key(field.field.group), match_key(field.field.title))
        if key in seen:
            first = seen[key].row.address("title").cell
            field.row.fault("field.same_heading", "title", field.field.title, first=first)
            field.doubled = True
        seen.setdefault(key, field)


def _settle_weights(draft: FormDraft) -> None:
    """Each weight by the code as it is declared; one that is no field stays as typed."""
    codes = {match_key(f.field.code): f.field.code for f in draft.fields if f.field.code}
    for held in draft.fields:
        if held.field.weight:
            weight = codes.get(match_key(held.field.weight), held.field.weight)
            held.field = replace(held.field, weight=weight)


def _check_roles(draft: FormDraft) -> None:
    """Outputs look for the one field of a role; with two they take the first."""
    seen: dict[str, FieldDraft] = {}
    for field in draft.fields:
        role = field.field.role
        if role is None or role.value == "remark":
            continue
        if role in seen:
            first = seen[role].row.address("role").cell
            field.row.warn("role.twice", "role", field.row.text("role"), first=first)
        seen.setdefault(role, field)


# --- formulas -----------------------------------------------------------------------------


def _formula_source(row: Row, kind: FieldType | None) -> str:
    source = row.text("formula")
    if kind is FieldType.FORMULA and not row.filled("formula"):
        row.fault("formula.missing", "formula")
    elif kind not in (None, FieldType.FORMULA) and source:
        row.fault("formula.not_formula", "formula", source)
    return source if kind is FieldType.FORMULA else ""


def scope_of(draft: FormDraft, drafts: Sequence[FormDraft], lists: ItemLists) -> Scope:
    """What formulas and rules of a form can name."""
    return Scope(
        fields=tuple(
            ScopeField(f.field.code, f.field.title, f.field.type, f.field.group)
            for f in draft.fields
            if f.field.code
        ),
        forms={d.form.code: d.form.name for d in drafts if d.form.code},
        items={
            item.code: item.text for source in Source for item in lists.get(source, ()) if item.code
        },
    )


def touches_broken(draft: FormDraft, source: str) -> bool:
    """Whether a formula names a field whose own row is faulty in code, heading or type.

    What the parser would say of it then is only an echo of that fault.
    """
    key = match_key(source)
    broken = (
        f.field
        for f in draft.fields
        if f.type is None or f.doubled or not f.field.code or not f.field.title
    )
    names = (match_key(name) for field in broken for name in (field.code, field.title))
    return not draft.fields or any(name and name in key for name in names)


def _parse_formulas(
    desk: Desk, draft: FormDraft, drafts: Sequence[FormDraft], lists: ItemLists
) -> None:
    scope = scope_of(draft, drafts, lists)
    parsed: dict[str, Expression] = {}
    rows = {field.field.code: field.row for field in draft.fields}
    for field in draft.fields:
        if not field.source:
            continue
        result = parse_formula(field.source, scope)
        if isinstance(result, Expression):
            field.field = replace(field.field, formula=result)
            parsed[field.field.code] = result
        elif not touches_broken(draft, field.source):
            for fault in result:
                put_language(desk, field.row, "formula", field.source, fault.code, fault.params)
    for circle in find_cycles({code: e for code, e in parsed.items() if code}):
        fault = cycle_fault(circle, scope)
        row = rows[circle[0]]
        put_language(desk, row, "formula", row.text("formula"), fault.code, fault.params)


def put_language(
    desk: Desk, row: Row, attr: str, source: str, code: str, params: Mapping[str, str]
) -> None:
    """Record a fault the language found, at the cell of its formula or rule."""
    row.sound = False
    found = params.get("found", source)
    desk.faults.put(Finding(code, Severity.ERROR, row.address(attr), found, dict(params)))

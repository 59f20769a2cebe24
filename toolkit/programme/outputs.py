"""The sheets Quy tắc and Biểu đồ: what is checked and what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from toolkit.findings import Severity
from toolkit.programme.desk import Desk
from toolkit.programme.faults import listed, near
from toolkit.programme.forms import (
    FormDraft,
    ItemLists,
    put_language,
    scope_of,
    touches_broken,
)
from toolkit.programme.keywords import CHART_KINDS, SEVERITIES, written
from toolkit.programme.language.faults import LanguageFault
from toolkit.programme.language.parse import parse_rule
from toolkit.programme.language.scope import Scope
from toolkit.programme.language.sentence import parse_sentence
from toolkit.programme.language.tree import Expression, Sentence, Text
from toolkit.programme.language.walk import uses_unique
from toolkit.programme.model import (
    Chart,
    ChartKind,
    Field,
    FieldType,
    FormKind,
    Period,
    Role,
    Rule,
)
from toolkit.programme.schema import CHARTS, RULES
from toolkit.programme.table import Codes, Row
from toolkit.programme.times import asked_periods
from toolkit.text import match_key

Drafts = Sequence[FormDraft]

# What a chart must be told, and the role that tells it where the cell is blank.
_CATEGORY_ROLE: Mapping[ChartKind, Role | None] = {
    ChartKind.STATUS: Role.STATUS,
    ChartKind.BREAKDOWN: None,
}
_VALUE_ROLES: Mapping[ChartKind, tuple[Role, ...]] = {
    ChartKind.TARGET: (Role.RATE, Role.CUMULATIVE, Role.ACTUAL),
    ChartKind.PROGRESS: (Role.CUMULATIVE, Role.ACTUAL),
}


# --- rules --------------------------------------------------------------------------------


def read_rules(
    desk: Desk, periods: Sequence[Period], drafts: Drafts, lists: ItemLists
) -> tuple[Rule, ...]:
    """The sheet Quy tắc."""
    by_code = {draft.form.code: draft for draft in drafts if draft.form.code}
    codes = Codes()
    return tuple(
        _read_rule(desk, row, code, periods, by_code, lists)
        for row, code in desk.coded(RULES, codes)
    )


def _read_rule(
    desk: Desk,
    row: Row,
    code: str,
    periods: Sequence[Period],
    forms: Mapping[str, FormDraft],
    lists: ItemLists,
) -> Rule:
    draft = forms.get(row.reference("form", desk.forms, "form"))
    source = row.text("rule")
    # A blank severity is an error: what a head office forbids, it means.
    severity = row.keyword("severity", SEVERITIES) or Severity.ERROR
    expression = Expression(source, Text(""))
    message = row.text("message")
    sentence: Sentence = ()
    all_forms = tuple(forms.values())
    if draft is not None and source:
        result = parse_rule(source, scope_of(draft, all_forms, lists))
        if isinstance(result, Expression):
            expression = result
            if draft.kind is FormKind.QUESTIONS and uses_unique(result):
                put_language(desk, row, "rule", source, "formula.unique_alone", {"found": source})
        elif not touches_broken(draft, source):
            for fault in result:
                put_language(desk, row, "rule", source, fault.code, fault.params)
    if draft is not None and ("{" in message or "}" in message):
        sentence = _read_sentence(desk, row, message, draft, scope_of(draft, all_forms, lists))
    return Rule(
        code=code,
        form=draft.form.code if draft else "",
        expression=expression,
        severity=severity,
        message=message,
        unit_types=row.among("unit_types", desk.unit_types, "reference.unit_type"),
        periods=asked_periods(desk, row, periods, default_all=False),
        sentence=sentence,
    )


def _read_sentence(desk: Desk, row: Row, message: str, draft: FormDraft, scope: Scope) -> Sentence:
    """The message of a rule with the answers it names."""
    fractions = {f.field.code for f in draft.fields if f.field.shows_percent}
    result = parse_sentence(message, scope, fractions.__contains__)
    faults = tuple(found for found in result if isinstance(found, LanguageFault))
    if faults and not touches_broken(draft, message):
        for fault in faults:
            put_language(desk, row, "message", message, fault.code, fault.params)
    return () if faults else tuple(p for p in result if not isinstance(p, LanguageFault))


# --- charts -------------------------------------------------------------------------------


def read_charts(desk: Desk, drafts: Drafts, lists: ItemLists) -> tuple[Chart, ...]:
    """The sheet Biểu đồ; what a cell leaves out is filled from the roles of the fields."""
    by_code = {draft.form.code: draft for draft in drafts if draft.form.code}
    codes = Codes()
    return tuple(
        _read_chart(desk, row, code, by_code, lists) for row, code in desk.coded(CHARTS, codes)
    )


def _read_chart(
    desk: Desk, row: Row, code: str, forms: Mapping[str, FormDraft], lists: ItemLists
) -> Chart:
    kind = row.keyword("kind", CHART_KINDS)
    title = row.line("title")
    draft = forms.get(row.reference("form", desk.forms, "form"))
    if kind is None or draft is None or not draft.fields:
        needs_form = kind not in (None, ChartKind.PUNCTUALITY)
        if needs_form and not row.filled("form"):
            row.fault("chart.form_missing", "form", allowed=listed(desk.forms.names))
        return Chart(code, title, kind or ChartKind.PUNCTUALITY)
    if kind is ChartKind.TARGET and draft.kind not in (None, FormKind.FIXED):
        row.fault("chart.form_kind", "form", draft.form.code)
    return Chart(
        code=code,
        title=title,
        kind=kind,
        form=draft.form.code,
        category=_category(row, kind, draft),
        values=_values(row, kind, draft),
        items=_items(row, draft, lists),
    )


def _category(row: Row, kind: ChartKind, draft: FormDraft) -> str:
    text = row.line("category")
    if text:
        field = _field(row, "category", text, draft, lambda f: f.type is FieldType.CHOICE)
    else:
        if kind not in _CATEGORY_ROLE:
            return ""
        field = _with_role(draft, _CATEGORY_ROLE[kind])
        if field is None:
            choices = [f.field.title for f in draft.fields if f.type is FieldType.CHOICE]
            shown = written(CHART_KINDS, kind)
            row.fault("chart.category_missing", "category", kind=shown, allowed=listed(choices))
    return field.code if field else ""


def _values(row: Row, kind: ChartKind, draft: FormDraft) -> tuple[str, ...]:
    texts = row.texts("values")
    found = [_field(row, "values", text, draft, lambda f: f.is_numeric) for text in texts]
    if texts or kind not in _VALUE_ROLES:
        return tuple(field.code for field in found if field)
    for role in _VALUE_ROLES[kind]:
        field = _with_role(draft, role)
        if field is not None and field.is_numeric:
            return (field.code,)
    numeric = [f.field.title for f in draft.fields if f.field.is_numeric]
    row.fault(
        "chart.values_missing", "values", kind=written(CHART_KINDS, kind), allowed=listed(numeric)
    )
    return ()


def _with_role(draft: FormDraft, role: Role | None) -> Field | None:
    fields = (f.field for f in draft.fields)
    return next((f for f in fields if role is not None and f.role is role), None)


def _field(
    row: Row, attr: str, text: str, draft: FormDraft, fits: Callable[[Field], bool]
) -> Field | None:
    """The field of the chart's form meant by a code or heading, of a type that fits."""
    key = match_key(text)
    found = [f for f in draft.fields if match_key(f.field.code) == key]
    found = found or [f for f in draft.fields if match_key(f.field.title) == key]
    fitting = [f.field.code for f in draft.fields if f.type is None or fits(f.field)]
    if not found:
        row.fault("reference.field", attr, text, form=draft.form.code, allowed=near(text, fitting))
        return None
    if found[0].type is not None and not fits(found[0].field):
        row.fault(f"chart.{attr}_type", attr, text, allowed=listed(fitting))
        return None
    return found[0].field


def _items(row: Row, draft: FormDraft, lists: ItemLists) -> tuple[str, ...]:
    if not row.filled("items"):
        return ()
    items = lists.get(draft.form.source, ())
    group = draft.form.source_group
    codes = [item.code for item in items if not group or item.group == group]
    if draft.kind is None or (draft.kind is FormKind.FIXED and not codes):
        return ()  # the form's own fault, said there
    return row.among("items", codes, "reference.form_item") if codes else _no_items(row)


def _no_items(row: Row) -> tuple[str, ...]:
    row.fault("chart.no_items", "items", row.text("items"))
    return ()

"""The sheets Tiêu chí and Xếp loại: how units are scored, and into which bands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.programme.desk import Desk
from toolkit.programme.forms import FormDraft, ItemLists, put_language, touches_broken
from toolkit.programme.keywords import Source
from toolkit.programme.language.faults import LanguageFault
from toolkit.programme.language.parse import parse_formula, parse_rule
from toolkit.programme.language.scope import Scope
from toolkit.programme.language.tree import Call, Expression, Prev, Ref, Span
from toolkit.programme.language.walk import nodes
from toolkit.programme.model import Form, Item, Role
from toolkit.programme.score_scope import (
    CRITERION,
    MEASURE,
    bands_scope,
    criteria_scope,
    has_figure,
    split_figure,
)
from toolkit.programme.score_sheets import BANDS, CRITERIA, METHODS, Method
from toolkit.programme.score_types import Band, Criterion
from toolkit.programme.table import Row
from toolkit.text import match_key

Parser = Callable[[str, Scope], "Expression | tuple[LanguageFault, ...]"]


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """A row of Tiêu chí on its way: its formulas need the forms, which need its items."""

    row: Row
    criterion: Criterion


def read_criteria(desk: Desk) -> tuple[CriterionDraft, ...]:
    """The sheet Tiêu chí without its formulas."""
    # One realm of codes with tasks and indicators: formulas name a row by its code alone.
    return tuple(_read(desk, row, code) for row, code in desk.coded(CRITERIA, desk.items))


def _read(desk: Desk, row: Row, code: str) -> CriterionDraft:
    quantity = row.quantity("maximum")
    maximum = quantity.value if quantity is not None else Decimal(1)
    if quantity is not None and (quantity.percent or maximum <= 0):
        row.fault("criterion.maximum", "maximum", row.text("maximum"))
        maximum = Decimal(1)
    criterion = Criterion(
        code=code,
        text=row.line("text"),
        maximum=maximum,
        group=row.line("group"),
        self_scored=row.keyword("method", METHODS) is Method.SELF,
        bonus=row.flag("bonus"),
        unit_types=row.among("unit_types", desk.unit_types, "reference.unit_type"),
    )
    return CriterionDraft(row, criterion)


def criterion_items(drafts: Sequence[CriterionDraft]) -> dict[str, tuple[Item, ...]]:
    """The self-scored criteria as an item list, so that a form can have them as its rows."""
    items = tuple(
        Item(
            code=c.code,
            number=str(place),
            text=c.text,
            group=c.group,
            unit_types=c.unit_types,
            target=c.maximum,
        )
        for place, c in enumerate((d.criterion for d in drafts), 1)
        if c.self_scored
    )
    return {Source.CRITERIA.value: items} if items else {}


def settle_criteria(
    desk: Desk, rows: Sequence[CriterionDraft], drafts: Sequence[FormDraft], lists: ItemLists
) -> tuple[Criterion, ...]:
    """The criteria with their formulas and conditions."""
    forms = [draft.whole for draft in drafts]
    if not rows:
        return ()
    scope = criteria_scope(forms, lists)
    book = _Book(desk, drafts, {form.code: form for form in forms})
    found = []
    for draft in rows:
        row, criterion = draft.row, draft.criterion
        _check_source(row, criterion, forms)
        formula = _parsed(book, row, "formula", scope, parse_formula)
        condition = _parsed(book, row, "condition", scope, parse_rule)
        found.append(replace(criterion, formula=formula, condition=condition))
    return tuple(found)


def _check_source(row: Row, criterion: Criterion, forms: Sequence[Form]) -> None:
    """Points have to come from somewhere: a formula, or the rows of a form."""
    if row.filled("formula") or not row.filled("method"):
        return
    if not criterion.self_scored:
        row.fault("criterion.formula_missing", "formula")
    elif not any(self_scoring(form) for form in forms):
        row.fault("criterion.no_form", "method", row.text("method"))


def self_scoring(form: Form) -> bool:
    """Whether units score themselves in the form: its rows are the criteria."""
    return form.source == Source.CRITERIA and any(f.role is Role.SELF_SCORE for f in form.fields)


def read_bands(
    desk: Desk,
    criteria: Sequence[Criterion],
    drafts: Sequence[FormDraft],
    lists: ItemLists,
) -> tuple[Band, ...]:
    """The sheet Xếp loại, the highest band first."""
    rows = list(desk.rows(BANDS))
    if rows and not any(desk.rows(CRITERIA)):
        rows[0].fault("band.no_criteria", "name", rows[0].line("name"))
    forms = [draft.whole for draft in drafts]
    scope = bands_scope(forms, lists, criteria)
    book = _Book(desk, drafts, {form.code: form for form in forms})
    full = sum((c.maximum for c in criteria), Decimal(0))
    # With a faulty criterion about, nobody knows what the full score is.
    known = full if criteria and not desk.faults.fatal else None
    found: list[Band] = []
    for row in rows:
        band = _band(book, row, scope, known)
        if any(_same(band, other) for other in found):
            row.fault("band.twice", "name", band.name)
        found.append(band)
    return tuple(sorted(found, key=lambda band: -band.least))


def _band(book: _Book, row: Row, scope: Scope, full: Decimal | None) -> Band:
    least, share = row.quantity("least"), row.quantity("share")
    if least is not None and (least.percent or least.value < 0):
        row.fault("band.least", "least", row.text("least"))
    elif least is not None and full is not None and least.value > full:
        row.warn("band.beyond", "least", row.text("least"), maximum=f"{full.normalize():f}")
    if share is not None and not (share.percent and 0 < share.value <= 1):
        row.fault("band.share", "share", row.text("share"))
    return Band(
        name=row.line("name"),
        least=least.value if least is not None else Decimal(0),
        condition=_parsed(book, row, "condition", scope, parse_rule),
        share=share.value if share is not None else None,
        unit_types=row.among("unit_types", book.desk.unit_types, "reference.unit_type"),
    )


def _same(one: Band, other: Band) -> bool:
    return match_key(one.name) == match_key(other.name) and (
        not one.unit_types or not other.unit_types or bool({*one.unit_types} & {*other.unit_types})
    )


# --- formulas -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Book:
    """What a formula is checked against."""

    desk: Desk
    drafts: Sequence[FormDraft]
    forms: Mapping[str, Form]


def _parsed(book: _Book, row: Row, attr: str, scope: Scope, parse: Parser) -> Expression | None:
    """The expression in a cell; None where there is none or a faulty one (recorded)."""
    source = row.text(attr)
    if not source:
        return None
    result = parse(source, scope)
    if isinstance(result, Expression):
        _check_used(book, row, attr, result)
        return result
    # What a form is faulty in is said there; the rest would be its echo.
    if not any(touches_broken(draft, source) for draft in book.drafts):
        for fault in result:
            put_language(book.desk, row, attr, source, fault.code, fault.params)
    return None


def _check_used(book: _Book, row: Row, attr: str, expression: Expression) -> None:
    """A criterion sees figures of a whole period: no period before, no rows beside it."""
    used: dict[str, None] = {}
    for node in nodes(expression.root):
        if isinstance(node, Prev):
            row.fault("criterion.not_here", attr, expression.source, function="PREV")
        elif isinstance(node, Call) and node.name == "UNIQUE":
            row.fault("criterion.not_here", attr, expression.source, function="UNIQUE")
        elif isinstance(node, Span):
            row.fault("criterion.not_here", attr, expression.source, function="[…]:[…]")
        elif isinstance(node, Ref) and node.field[:1] not in (MEASURE, CRITERION):
            used[node.field] = None
    for code in used:
        form, _, column = split_figure(code)
        if not has_figure(book.forms[form].field(column)):
            row.fault("criterion.no_figure", attr, code, form=form)

"""Where each cell of a template stands: the one place where a position is computed.

The writer and the intake both read positions from here. Rows and columns are 1-based, as
Excel shows them. Texts on the sheets (titles, headings) are part of the layout, so that the
intake can find a form again by what is written on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from toolkit.messages import text
from toolkit.programme.language.walk import previous_references
from toolkit.programme.model import Field, Form, FormKind, Item, Period, Programme, Rule, Unit
from toolkit.template.labels import number_labels
from toolkit.template.model import (
    ANSWER_KEY,
    CHECK_GAP,
    CHECK_KEY,
    CHECK_SHEET,
    CORRECTION_MARK,
    COVER,
    COVER_SHEET,
    FORM_MARK,
    HEAD_ROWS,
    KEY_COLUMN,
    KEY_ROW,
    LAYOUT_VERSION,
    META_SHEET,
    NONE_BEFORE,
    NUMBER_COLUMN,
    TOTAL_KEY,
    Band,
    Column,
    CoverLayout,
    Heading,
    Helper,
    HelperKind,
    Previous,
    Row,
    SheetLayout,
    Slot,
    SlotKind,
    WorkbookLayout,
    slot_kind,
)
from toolkit.template.names import sheet_names
from toolkit.text import slug

_MOST_IN_A_CELL = 32_767  # characters, Excel's limit

__all__ = [
    "ANSWER_KEY",
    "CHECK_GAP",
    "CHECK_KEY",
    "CHECK_SHEET",
    "CORRECTION_MARK",
    "COVER",
    "COVER_SHEET",
    "FORM_MARK",
    "HEAD_ROWS",
    "KEY_COLUMN",
    "KEY_ROW",
    "LAYOUT_VERSION",
    "META_SHEET",
    "NUMBER_COLUMN",
    "TOTAL_KEY",
    "Band",
    "Column",
    "CoverLayout",
    "Heading",
    "Helper",
    "HelperKind",
    "Previous",
    "Row",
    "SheetLayout",
    "Slot",
    "SlotKind",
    "WorkbookLayout",
    "file_name",
    "heading_text",
    "layout",
    "looks_back",
    "rules_for",
    "slot_kind",
]


def layout(
    programme: Programme,
    unit: Unit,
    period: Period,
    *,
    lang: str = "vi",
    previous: Previous = NONE_BEFORE,
) -> WorkbookLayout:
    """The template of one unit and period. Raises ValueError when it owes no form then.

    ``lang`` is the language of the few headings that are not the programme's own (TT,
    Nội dung …); positions and names of sheets never depend on it. ``previous`` are the unit's
    answers of the period before that have a value (a confirmed nil of numbers is 0): the
    template carries those that a rule or formula asks for with PREV.
    """
    forms = programme.forms_for(unit, period)
    if not forms:
        raise ValueError(f"unit {unit.code!r} owes nothing in period {period.code!r}")
    names = sheet_names(programme.forms, (COVER_SHEET, META_SHEET, CHECK_SHEET))
    sheets = tuple(
        _sheet(
            form,
            names[form.code],
            programme.items(form, unit),
            rules_for(programme, form, unit, period),
            lang,
        )
        for form in forms
    )
    return WorkbookLayout(
        programme=programme,
        unit=unit,
        period=period,
        cover=COVER,
        sheets=sheets,
        meta=(
            ("format", "baocao"),
            ("layout", LAYOUT_VERSION),
            ("programme", programme.code),
            ("fingerprint", programme.fingerprint),
            ("unit", unit.code),
            ("period", period.code),
            ("issue", programme.issue),
            ("forms", _joined(form.code for form in forms)),
            # So that what a later issue newly asks is told from what the sender lost.
            *((issue_columns(s.form.code), _joined(f.code for f in s.form.fields)) for s in sheets),
            *((issue_rows(s.form.code), _joined(row.key for row in s.rows)) for s in sheets),
        ),
        previous=previous,
    )


def issue_columns(form: str) -> str:
    """The key on the hidden sheet under which the codes of the columns of a form stand."""
    return f"columns {form}"


def issue_rows(form: str) -> str:
    """The key on the hidden sheet under which the keys of the rows of a form stand."""
    return f"rows {form}"


def _joined(codes: Iterable[str]) -> str:
    """Codes in one cell; nothing where a cell cannot hold them all: then nobody is misled."""
    text = ";".join(codes)
    return text if len(text) <= _MOST_IN_A_CELL else ""


def rules_for(programme: Programme, form: Form, unit: Unit, period: Period) -> tuple[Rule, ...]:
    """The rules of a form that hold for the unit in the period, those it is excused from left
    out."""
    excused = {waiver.rule for waiver in programme.waivers if waiver.covers(unit.code, period.code)}
    return tuple(
        rule
        for rule in programme.rules
        if rule.form == form.code
        and rule.code not in excused
        and (not rule.unit_types or unit.type in rule.unit_types)
        and (not rule.periods or period.code in rule.periods)
    )


def looks_back(sheet: SheetLayout) -> bool:
    """Whether a rule or formula of the form asks for an answer of the period before."""
    return bool(sheet.helpers_of(HelperKind.BEFORE))


def file_name(unit: Unit, period: Period) -> str:
    """The name of the workbook that goes out: ``305_Quan-Le-Chan_2024-Q1.xlsx`` (ASCII)."""
    parts = (slug(unit.code), slug(unit.name), slug(period.code))
    return "_".join(part for part in parts if part) + ".xlsx"


# What does not depend on the unit is computed once for all units of a type. The parts are
# the key, not the programme: a programme holds mappings and has no hash.
@lru_cache(maxsize=256)
def _sheet(
    form: Form, sheet: str, items: tuple[Item, ...], rules: tuple[Rule, ...], lang: str
) -> SheetLayout:
    title_row = KEY_ROW + HEAD_ROWS + 1
    guidance_row = title_row + 2 if form.guidance else 0
    head_row = (guidance_row or title_row + 1) + 1
    if form.kind is FormKind.QUESTIONS:
        return _questions(form, sheet, rules, title_row, guidance_row, head_row, lang)
    columns, headings, labels = _table_head(form, head_row, lang)
    number_row = headings[-1].last_row + 1
    rows, bands = _table_rows(form, items, number_row + 1)
    total_row = None
    last = max([number_row, *(row.index for row in rows)])
    if form.total_row and rows:
        last = total_row = last + 1
    return SheetLayout(
        form=form,
        sheet=sheet,
        title_row=title_row,
        headings=headings,
        number_row=number_row,
        number_column=NUMBER_COLUMN,
        columns=columns,
        rows=rows,
        total_row=total_row,
        signature_row=last + 2,
        last_column=NUMBER_COLUMN + len(columns),
        guidance_row=guidance_row,
        bands=bands,
        number_labels=labels,
        check_heading=text("template.heading.check", lang),
        rules=rules,
        helpers=_helpers(form, rules, NUMBER_COLUMN + len(columns)),
    )


def _helpers(form: Form, rules: tuple[Rule, ...], last_column: int) -> tuple[Helper, ...]:
    """The hidden columns of the checks of a form whose table ends with ``last_column``."""
    if form.kind is FormKind.QUESTIONS:
        fields = [ANSWER_KEY] * any(field.is_input for field in form.fields)
    else:
        fields = [field.code for field in form.fields if field.is_input]
    formulas = [field.formula for field in form.fields if field.formula is not None]
    asked = [*(rule.expression for rule in rules), *formulas]
    before = dict.fromkeys(code for each in asked for code in previous_references(each))
    wanted = [
        (HelperKind.FIRST, ""),
        *([(HelperKind.ROW, "")] if form.kind is FormKind.OPEN else []),
        *((HelperKind.FIELD, code) for code in fields),
        *((HelperKind.RULE, rule.code) for rule in rules),
        *((HelperKind.BEFORE, code) for code in before),
    ]
    first = last_column + 1 + CHECK_GAP + 1
    return tuple(Helper(kind, code, place) for place, (kind, code) in enumerate(wanted, first))


def _table_head(
    form: Form, row: int, lang: str
) -> tuple[tuple[Column, ...], tuple[Heading, ...], tuple[str, ...]]:
    """Columns, headings and column numbers of a table whose head begins in ``row``.

    Adjacent fields of one group share a heading over theirs; where the form has groups, the
    other headings are as high as both levels.
    """
    labels = number_labels(form.fields)
    columns = tuple(
        Column(field, NUMBER_COLUMN + place, heading_text(field), label, slot_kind(field))
        for place, (field, label) in enumerate(zip(form.fields, labels[1:], strict=True), 1)
    )
    low = row + any(field.group for field in form.fields)
    headings = [
        Heading(text("template.heading.number", lang), row, NUMBER_COLUMN, low, NUMBER_COLUMN)
    ]
    for group, members in groupby(columns, key=lambda column: column.field.group):
        block = list(members)
        if group:
            headings.append(Heading(group, row, block[0].index, row, block[-1].index))
        top = low if group else row
        headings += [Heading(c.heading, top, c.index, low, c.index) for c in block]
    return columns, tuple(headings), labels


def heading_text(field: Field) -> str:
    """The heading over a column: the title and, on a line of its own, the unit of measure.

    A ``%`` that the title shows already is not said twice.
    """
    measure = field.unit_of_measure.strip()
    if not measure or (measure == "%" and "%" in field.title):
        return field.title
    return f"{field.title}\n({measure})"


def _table_rows(
    form: Form, items: tuple[Item, ...], first: int
) -> tuple[tuple[Row, ...], tuple[Band, ...]]:
    """The rows from ``first`` on, and the bands that name their groups.

    A FIXED form shows the items' own numbers where they have any (they may repeat or skip),
    unless a column of their own holds them; otherwise rows count from 1.
    """
    if form.kind is FormKind.OPEN:
        count = max(1, form.blank_rows)
        return tuple(Row(str(n), first + n - 1, str(n)) for n in range(1, count + 1)), ()
    prefills = {field.prefill for field in form.fields}
    own_numbers = "number" not in prefills and any(item.number for item in items)
    banded = "group" not in prefills and not form.source_group
    return _grouped(
        [
            (item.code, item.number if own_numbers else str(place), item)
            for place, item in enumerate(items, 1)
        ],
        [item.group if banded else "" for item in items],
        first,
    )


def _grouped(
    rows: Sequence[tuple[str, str, Item | None]], groups: Sequence[str], first: int
) -> tuple[tuple[Row, ...], tuple[Band, ...]]:
    placed: list[Row] = []
    bands: list[Band] = []
    index, current = first, ""
    for (key, number, item), group in zip(rows, groups, strict=True):
        if group and group != current:
            bands.append(Band(group, index))
            current = group
            index += 1
        placed.append(Row(key, index, number, item))
        index += 1
    return tuple(placed), tuple(bands)


def _questions(
    form: Form,
    sheet: str,
    rules: tuple[Rule, ...],
    title_row: int,
    guidance_row: int,
    head_row: int,
    lang: str,
) -> SheetLayout:
    """TT | Nội dung | ĐVT | Trả lời | Giải thích, one row per field."""
    names = ("number", "question", "measure", "answer", "help")
    headings = tuple(
        Heading(text(f"template.heading.{name}", lang), head_row, column, head_row, column)
        for column, name in enumerate(names, NUMBER_COLUMN)
    )
    rows, bands = _grouped(
        [(field.code, str(place), None) for place, field in enumerate(form.fields, 1)],
        [field.group for field in form.fields],
        head_row + 2,
    )
    return SheetLayout(
        form=form,
        sheet=sheet,
        title_row=title_row,
        headings=headings,
        number_row=head_row + 1,
        number_column=NUMBER_COLUMN,
        columns=(),
        rows=rows,
        total_row=None,  # the answers are of different kinds: nothing to add up
        signature_row=max([head_row + 1, *(row.index for row in rows)]) + 2,
        question_column=NUMBER_COLUMN + 1,
        answer_column=NUMBER_COLUMN + 3,
        last_column=NUMBER_COLUMN + 4,
        guidance_row=guidance_row,
        bands=bands,
        number_labels=("A", "B", "C", "(1)", "D"),
        check_heading=text("template.heading.check", lang),
        rules=rules,
        helpers=_helpers(form, rules, NUMBER_COLUMN + len(names) - 1),
    )

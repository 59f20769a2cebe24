"""The sheet of one form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.programme.model import FormKind, Profile
from toolkit.template.blank import BlankRow, computed_value
from toolkit.template.check_column import write_checks
from toolkit.template.content import (
    given_heights,
    mark_cells,
    put_given,
)
from toolkit.template.entries import write_entries
from toolkit.template.formulas import computed, total, total_of_prefilled
from toolkit.template.layout import (
    KEY_COLUMN,
    KEY_ROW,
    Column,
    Row,
    SheetLayout,
    Slot,
    SlotKind,
)
from toolkit.template.page import Page
from toolkit.template.prefill import is_percent, prefilled
from toolkit.template.sheet import put, put_across, put_formula, set_height, set_page
from toolkit.template.sizes import height_of
from toolkit.template.styles import number_format

_SIGNATURE_HEIGHT = 120.0  # date, office, hint and room to sign
_ZOOM = 90
_PLAIN_HEIGHT = 15.0  # of a row that has no height of its own
_POINTS_PER_CHARACTER = 5.5  # of the width of a column
# A4 on its side within the margins of ``set_page``, in points; so much more is drawn smaller.
_PRINTED_WIDTH, _PRINTED_HEIGHT, _LITTLE_OVER = 762.0, 509.0, 1.25
_FROZEN_WIDTH = 55.0  # characters; wider columns would leave no room to scroll in


def write_form(page: Page) -> None:
    """Write a form to its sheet, with the answers and marks of ``page.content``."""
    layout, sheet, styles = page.layout, page.sheet, page.styles
    _set_up(page)
    _marks(page)
    _head(page)
    _table_head(page)
    for band in layout.bands:
        put_across(
            sheet, band.index, layout.number_column, layout.last_column, band.text, styles["band"]
        )
    if layout.answer_column:
        _questions(page)
    for slot, row in _slots(layout):
        _answer(page, slot, row)
    if layout.columns:
        _row_numbers(page)
        _total_row(page)
    mark_cells(sheet, page.content, styles)
    write_checks(page.checks)
    write_entries(page)
    _signatures(page)


def _set_up(page: Page) -> None:
    sheet, layout = page.sheet, page.layout
    sheet.set_column(KEY_COLUMN - 1, KEY_COLUMN - 1, 4, None, {"hidden": True})
    for place, width in enumerate(page.sizes.widths, layout.number_column):
        sheet.set_column(place - 1, place - 1, width)
    answers = {row.index for row in layout.rows}
    heights = dict(page.sizes.heights)
    for row, height in given_heights(page.content, page.sizes):
        heights[row] = max(height, heights[row])
    for row, height in heights.items():
        set_height(sheet, row, height, growing=row in answers)
    sheet.set_row(KEY_ROW - 1, 12, None, {"hidden": True})
    sheet.freeze_panes(layout.number_row, _frozen_column(page))
    sheet.repeat_rows(layout.head_row - 1, layout.number_row - 1)
    sheet.print_area(KEY_ROW, KEY_COLUMN, layout.signature_row - 1, layout.last_column - 1)
    sheet.set_zoom(_ZOOM)
    set_page(
        sheet,
        landscape=True,
        footer_left=page.say(
            "form.footer_left",
            form=layout.form.code,
            unit=page.workbook.unit.name,
            period=page.workbook.period.name,
        ),
        footer_right=page.say("form.footer_right", page="{page}", pages="{pages}"),
    )
    if _little_over_a_page(page):
        sheet.fit_to_pages(1, 1)
    sheet.protect(
        "",
        {
            "format_columns": True,
            "format_rows": True,
            # the rows of an open form are the unit's; elsewhere they are the programme's
            "insert_rows": layout.form.kind is FormKind.OPEN,
        },
    )


def _little_over_a_page(page: Page) -> bool:
    """Whether the form would print its signatures, or a row or two, alone on a second page.

    A list grows with what is typed and is left as long as it gets.
    """
    layout = page.layout
    if layout.form.kind is FormKind.OPEN:
        return False
    rows = range(KEY_ROW + 1, layout.signature_row)
    heights = [page.sizes.heights.get(row, _PLAIN_HEIGHT) for row in rows]
    width = page.sizes.total * _POINTS_PER_CHARACTER
    scale = min(1.0, _PRINTED_WIDTH / width)
    return 1.0 < (sum(heights) + _SIGNATURE_HEIGHT) * scale / _PRINTED_HEIGHT <= _LITTLE_OVER


def _frozen_column(page: Page) -> int:
    """How many columns stay in sight: what the row is about, where it leaves room."""
    layout = page.layout
    name = layout.number_column + 1
    narrow = page.sizes.width(layout.number_column, name) <= _FROZEN_WIDTH
    return name if narrow and layout.columns else layout.number_column


def _marks(page: Page) -> None:
    plain = page.styles["plain"]
    for row, column, mark in page.layout.marks():
        put(page.sheet, row, column, mark, plain)


def _head(page: Page) -> None:
    """Who issued the form (left), which form it is (right), its title, for whom and when."""
    layout, styles, programme = page.layout, page.styles, page.workbook.programme
    first, last = layout.number_column, layout.last_column
    middle = page.sizes.middle()
    issuers = " - ".join(name.upper() for name in programme.issuers)
    upper = programme.superior.upper() or issuers
    left = ((upper, "superior"), (issuers, "issuer"))
    if not programme.superior:
        left = ((upper, "issuer"), ("", "issuer"))
    source = page.say("form.source", programme=programme.name)
    right = (
        (page.say("form.number", form=layout.form.code), "form_number"),
        (source, "form_source"),
    )
    half = (page.sizes.width(first, middle), page.sizes.width(middle + 1, last))
    for offset in range(2):
        row = KEY_ROW + 1 + offset
        height = 16.5
        for (words, look), (start, end), width in (
            (left[offset], (first, middle), half[0]),
            (right[offset], (middle + 1, last), half[1]),
        ):
            put_across(page.sheet, row, start, end, words, styles[look])
            height = max(height, height_of(words, width, 12, bold="issuer" in look) - 5)
        set_height(page.sheet, row, height)
    title = layout.form.name.upper()
    put_across(page.sheet, layout.title_row, first, last, title, styles["form_title"])
    set_height(page.sheet, layout.title_row, height_of(title, page.sizes.total, 14, bold=True) + 3)
    line = page.say(
        "form.unit_period", unit=page.workbook.unit.name, period=page.workbook.period.name
    )
    put_across(page.sheet, layout.title_row + 1, first, last, line, styles["form_unit"])
    set_height(page.sheet, layout.title_row + 1, 20)
    if layout.guidance_row:
        words = page.say("form.guidance", guidance=layout.form.guidance)
        put_across(page.sheet, layout.guidance_row, first, last, words, styles["guidance"])


def _table_head(page: Page) -> None:
    layout, styles = page.layout, page.styles
    for heading in layout.headings:
        put_across(
            page.sheet,
            heading.row,
            heading.column,
            heading.last_column,
            heading.text,
            styles["heading"],
            last_row=heading.last_row,
        )
    for column, label in enumerate(layout.number_labels, layout.number_column):
        put(page.sheet, layout.number_row, column, label, styles["column_number"])


def _questions(page: Page) -> None:
    layout, styles = page.layout, page.styles
    for row in layout.rows:
        field = layout.form.field(row.key)
        cells = (row.number, field.title, field.unit_of_measure)
        for column, (words, look) in enumerate(
            zip(cells, ("number", "label", "measure"), strict=True), layout.number_column
        ):
            put(page.sheet, row.index, column, words, styles[look])
        put(page.sheet, row.index, layout.last_column, field.help, styles["help"])


def _row_numbers(page: Page) -> None:
    for row in page.layout.rows:
        put(page.sheet, row.index, page.layout.number_column, row.number, page.styles["number"])


def _slots(layout: SheetLayout) -> Iterator[tuple[Slot, Row]]:
    rows = {row.key: row for row in layout.rows}
    return ((slot, rows[slot.row_key]) for slot in layout.slots())


def _answer(page: Page, slot: Slot, row: Row) -> None:
    """The cell of an answer: blank, written by the head office, or computed."""
    field, workbook = slot.field, page.workbook
    percent = is_percent(field, row.item)
    if slot.kind is SlotKind.COMPUTED:
        look = page.styles.cell(field, slot.kind, number_format(field, percent=percent))
        formula = computed(workbook, page.layout, field, slot.row)
        stored: float | str = ""
        if page.checks.blank is not None:
            stored = computed_value(BlankRow(workbook, page.layout, row), field.code)
        put_formula(page.sheet, slot.row, slot.column, formula, stored, look)
        return
    given = page.content.given.get((slot.row, slot.column))
    if given is not None:
        format_ = given.number_format or number_format(field, percent=percent)
        look = page.styles.cell(field, slot.kind, format_, font=given.font)
        put_given(page.sheet, (slot.row, slot.column), given, look)
        return
    value = None
    if slot.kind is SlotKind.PREFILLED:
        value = prefilled(workbook.programme, workbook.unit, field, row.item)
    whole = isinstance(value, Decimal) and (value * 100 if percent else value) % 1 == 0
    format_ = number_format(field, percent=percent, whole=whole)
    put(page.sheet, slot.row, slot.column, value, page.styles.cell(field, slot.kind, format_))


def _total_row(page: Page) -> None:
    layout, row = page.layout, page.layout.total_row
    if row is None:
        return
    formulas = [total(page.workbook, layout, column) for column in layout.columns]
    # the label takes the cells up to the first that has a total, at most the first column
    free = bool(formulas) and formulas[0] is None
    put_across(
        page.sheet,
        row,
        layout.number_column,
        layout.number_column + free,
        page.say("form.total"),
        page.styles["total_label"],
    )
    for column, formula in list(zip(layout.columns, formulas, strict=True))[free:]:
        _total_cell(page, row, column, formula)


def _total_cell(page: Page, row: int, column: Column, formula: str | None) -> None:
    field = column.field
    format_ = number_format(field, percent=field.shows_percent)
    look = page.styles.cell(field, SlotKind.COMPUTED, format_, total=True)
    if formula is None:
        put(page.sheet, row, column.index, None, look)
        return
    known = total_of_prefilled(page.workbook, page.layout, column)
    stored: float | str = "" if known is None else float(known)
    put_formula(page.sheet, row, column.index, formula, stored, look)


def _signatures(page: Page) -> None:
    """Who prepared the form (left); place, date and who answers for it (right). No names.

    One high row, so that a page break never falls between an office and its signature.
    """
    layout, styles, row = page.layout, page.styles, page.layout.signature_row
    middle = page.sizes.middle()
    party = page.workbook.programme.profile is Profile.PARTY
    for side, first, last, date, office in (
        ("left", layout.number_column, middle, " ", "left"),
        (
            "right",
            middle + 1,
            layout.last_column,
            page.say("signature.place_date"),
            "right_party" if party else "right_state",
        ),
    ):
        put_across(page.sheet, row, first, last, "", styles["signature_block"])
        page.sheet.write_rich_string(
            row - 1,
            first - 1,
            styles["signature_date"],
            f"{date}\n",
            styles["signature"],
            f"{page.say(f'signature.{office}')}\n",
            styles["signature_hint"],
            page.say(f"signature.{side}_hint"),
            styles["signature_block"],
        )
    set_height(page.sheet, row, _SIGNATURE_HEIGHT)

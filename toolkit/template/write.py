"""A template as an ``.xlsx`` file for Excel 2010 and later and for LibreOffice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any, BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from toolkit.errors import ToolkitError
from toolkit.messages import text
from toolkit.places import column_letters
from toolkit.template.blank import blank_verdicts
from toolkit.template.check_column import CheckPage
from toolkit.template.check_sheet import check_places, write_check_sheet
from toolkit.template.content import NO_CONTENT, NOTHING, Content
from toolkit.template.cover import write_cover
from toolkit.template.form import write_form
from toolkit.template.layout import CHECK_SHEET, META_SHEET, WorkbookLayout
from toolkit.template.page import Page
from toolkit.template.panel import first_faults
from toolkit.template.sheet import TemplateSheet
from toolkit.template.sizes import sizes
from toolkit.template.styles import BASE, Styles
from toolkit.template.validation import fits_inline

# The choices too long for a validation stand on the hidden sheet, from this column on.
_LIST_COLUMN = 4
_OPTIONS: Mapping[str, Any] = {
    "in_memory": True,  # no temporary files
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": dict(BASE),
}


def write(
    layout: WorkbookLayout,
    target: Path | BinaryIO,
    lang: str = "vi",
    *,
    content: Content = NOTHING,
) -> None:
    """Write the template of ``layout`` to ``target``, a path or an open binary file.

    The same layout gives the same bytes. ``lang`` is the language of instructions and
    messages; what the programme says stays as it is. ``content`` are answers, marks and sheets
    that a correction copy carries beside. Raises ToolkitError
    (``template.not_written``) where the file cannot be written: its folder is missing, or an
    older one of that name is open in Excel.
    """
    book = Workbook(str(target) if isinstance(target, Path) else target, dict(_OPTIONS))
    _describe(book, layout, lang)
    styles = Styles(book)
    for add_sheet in content.before:
        add_sheet(book)
    cover = book.add_worksheet(layout.cover.sheet, TemplateSheet)
    forms = [book.add_worksheet(form.sheet, TemplateSheet) for form in layout.sheets]
    for add_sheet in content.after:
        add_sheet(book)
    choices = _write_meta(book.add_worksheet(META_SHEET), layout)
    places = check_places(layout, lang)
    # With answers in the cells the stored results are left to be computed.
    blank = None
    if not any(carried.given for carried in content.forms.values()):
        blank = {
            s.form.code: blank_verdicts(layout, s, places.uses[s.form.code]) for s in layout.sheets
        }
    faults = None if blank is None else first_faults(layout, places, blank)
    write_check_sheet(book.add_worksheet(CHECK_SHEET, TemplateSheet), layout, places, faults)
    write_cover(layout, cover, styles, places, blank, lang)
    for form, sheet in zip(layout.sheets, forms, strict=True):
        carried = content.forms.get(form.form.code, NO_CONTENT)
        said = None if blank is None else blank[form.form.code]
        checks = CheckPage(layout, form, sheet, styles, places, said, lang)
        write_form(Page(layout, form, sheet, styles, sizes(form), choices, lang, checks, carried))
    book.worksheets()[0].activate()
    try:
        book.close()
    except FileCreateError as fault:
        raise ToolkitError("template.not_written", file=str(target), reason=str(fault)) from fault


def _describe(book: Workbook, layout: WorkbookLayout, lang: str) -> None:
    """The document's properties; its date is the period's first day, not today."""
    programme, unit, period = layout.programme, layout.unit, layout.period
    book.set_properties(
        {
            "title": text(
                "template.document.title",
                lang,
                programme=programme.name,
                unit=unit.name,
                period=period.name,
            ),
            "subject": text("template.document.subject", lang),
            "author": " - ".join(programme.issuers),
            "company": programme.superior,
            "created": datetime.combine(period.start, time()),
        }
    )


def _write_meta(sheet: Worksheet, layout: WorkbookLayout) -> Mapping[str, list[str] | str]:
    """The very hidden sheet: key and value rows, and beside them the long choice lists.

    Returns for each list of choices what a validation takes: its values, or their range.
    """
    for row, (key, value) in enumerate(layout.meta):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    sources: dict[str, list[str] | str] = {}
    column = _LIST_COLUMN
    for choices in layout.programme.choices:
        if fits_inline(choices):
            sources[choices.code] = list(choices.values)
            continue
        sheet.write_string(0, column - 1, choices.code)
        for row, value in enumerate(choices.values, 1):
            sheet.write_string(row, column - 1, value)
        letters = column_letters(column)
        last = len(choices.values) + 1
        sources[choices.code] = f"={META_SHEET}!${letters}$2:${letters}${last}"
        column += 1
    sheet.protect()
    sheet.very_hidden()
    return sources

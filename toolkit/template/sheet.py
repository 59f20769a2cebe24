"""Writing to a worksheet by the 1-based rows and columns that layouts use."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

A4 = 9
Attributes: TypeAlias = list[tuple[str, Any]]


class TemplateSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no type marker
    """A worksheet some of whose rows still grow with what is typed into them.

    A row given a height keeps it for ever: xlsxwriter marks it as set by hand. Excel writes
    the rows it has fitted itself without that mark, shows them as stored and fits them again
    after an entry. A unit's long text must not disappear below the edge of its row, so the
    rows in ``growing`` (0-based) are written the way Excel does it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.growing: set[int] = set()

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Only the leading ``=`` comes off.

        xlsxwriter would search every formula for the functions younger than Excel 2007 and mark
        them, also inside a text ("… SORT(…"). A template uses none, and it has hundreds of
        formulas.
        """
        del expand_future_functions
        return formula.removeprefix("=")

    def _xml_start_tag_unencoded(self, tag: str, attributes: Attributes) -> None:
        super()._xml_start_tag_unencoded(tag, self._unmarked(tag, attributes))

    def _xml_empty_tag_unencoded(self, tag: str, attributes: Attributes) -> None:
        super()._xml_empty_tag_unencoded(tag, self._unmarked(tag, attributes))

    def _unmarked(self, tag: str, attributes: Attributes) -> Attributes:
        """The attributes of a row without the mark, if it grows; any others as they are."""
        if tag != "row" or dict(attributes).get("r", 0) - 1 not in self.growing:
            return attributes
        return [pair for pair in attributes if pair[0] != "customHeight"]


def put_formula(
    sheet: TemplateSheet,
    row: int,
    column: int,
    formula: str,
    stored: float | str,
    look: Format | None = None,
) -> None:
    """Write a formula (with its ``=``) and the result it has while nothing is filled in.

    ``stored`` "" leaves the result to be computed when the workbook is opened.
    """
    # not write_formula: what looks like a function of Excel 365 inside a text is none
    sheet._check_dimensions(row - 1, column - 1)
    sheet.table[row - 1][column - 1] = CellFormulaTuple(formula.removeprefix("="), look, stored)


def put(sheet: Worksheet, row: int, column: int, value: Decimal | str | None, look: Format) -> None:
    """Write a number, a text or a blank. A text is never taken for a formula or a link."""
    if value is None or value == "":
        sheet.write_blank(row - 1, column - 1, None, look)
    elif isinstance(value, Decimal):
        sheet.write_number(row - 1, column - 1, float(value), look)
    else:
        sheet.write_string(row - 1, column - 1, value, look)


def put_across(
    sheet: Worksheet,
    row: int,
    first: int,
    last: int,
    value: str,
    look: Format,
    *,
    last_row: int = 0,
) -> None:
    """Write a text into the cells ``first`` to ``last`` made one, down to ``last_row``."""
    low = last_row or row
    if first == last and low == row:
        put(sheet, row, first, value, look)
        return
    sheet.merge_range(row - 1, first - 1, low - 1, last - 1, "", look)
    put(sheet, row, first, value, look)


def set_height(sheet: TemplateSheet, row: int, points: float, *, growing: bool = False) -> None:
    """Set the height of a row; a ``growing`` one is fitted again when something is typed."""
    # Excel keeps heights in quarters of a point
    sheet.set_row(row - 1, round(points * 4) / 4)
    if growing:
        sheet.growing.add(row - 1)


def set_page(sheet: Worksheet, *, landscape: bool, footer_left: str, footer_right: str) -> None:
    """A4, one page wide and as long as it gets, with a footer: what it is, page of pages.

    ``footer_right`` holds ``{page}`` and ``{pages}``.
    """
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    # inches; the Party's 20, 20, 30, 15 mm stand for a bound portrait page, a table takes less
    left, right = (0.6, 0.5) if landscape else (0.9, 0.6)
    sheet.set_margins(left=left, right=right, top=0.55, bottom=0.65)
    sheet.center_horizontally()
    font = '&"Times New Roman,Italic"&9'
    words = footer_left[:80].replace("&", "&&")  # Excel takes 255 in all
    pages = footer_right.format(page="&P", pages="&N")
    sheet.set_footer(f"&L{font} {words}&R{font} {pages}", {"margin": 0.35})

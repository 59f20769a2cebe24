"""The look of the summary workbook: one font, few colours, all legible in grey print."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from toolkit.consolidate.model import Attainment
from toolkit.intake.model import State
from toolkit.programme.model import Aggregation, Field, FieldType, Item

FONT = "Times New Roman"
_HEAD = "#D9E2F3"
_TOTAL = "#EDF2FA"
_GREY = "#7F7F7F"
_PALE = "#F7F7F7"
_WARN = "#FFF2CC"
_BAD = "#F8CBAD"
_GOOD = "#E2EFDA"


def number_format(field: Field, value: object = None, *, mean: bool = False) -> str:
    """The number format of a field's figures.

    Decimals show as many places as the value has (at most 3), so that nothing typed is
    rounded away from sight and nothing invented behind it.
    """
    if field.type is FieldType.DATE:
        return "#,##0" if isinstance(value, Decimal) else "dd/mm/yyyy"
    if field.shows_percent:
        return "0.0%"
    if field.type is FieldType.INTEGER and not mean:
        return "#,##0"
    places = 2
    if isinstance(value, Decimal) and not mean:
        places = min(3, max(0, -int(value.normalize().as_tuple().exponent)))
    return "#,##0" + ("." + "0" * places if places else "")


def target_format(attainment: Attainment, item: Item | None) -> str:
    """The number format of a target, with the sign of which side reaches it."""
    form = "#,##0.##"
    if attainment.target_is_rate:
        form = "0%" if attainment.target * 100 % 1 == 0 else "0.##%"
    elif attainment.target % 1 == 0:
        form = "#,##0"
    sign = "≥ " if item is None or item.target_is_floor else "≤ "
    return f'"{sign}"{form}'


class Formats:
    """The cell formats of one workbook, each made once; ``nil`` is the word for a nil."""

    warning = _WARN

    def __init__(self, book: Workbook, nil: str) -> None:
        self._book = book
        self._nil = nil.replace('"', "")
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        # Asked for a million times in the workbook of a country: by the words of the call.
        self._boxed: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._figures: dict[tuple[str, str, bool], Format] = {}
        self._marks: dict[bool, Format] = {}

    def get(self, **properties: Any) -> Format:
        """The format with these properties (xlsxwriter's names) over the common ones."""
        merged = {
            "font_name": FONT,
            "font_size": 11,
            "valign": "vcenter",
            **properties,
        }
        key = tuple(sorted(merged.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(merged)
        return self._made[key]

    def boxed(self, **properties: Any) -> Format:
        """A table cell: thin grid lines; texts wrapped, numbers shrunk to fit."""
        asked = tuple(properties.items())
        look = self._boxed.get(asked)
        if look is None:
            box: dict[str, Any] = {"border": 1, "border_color": "#A6A6A6", "text_wrap": True}
            if "num_format" in properties:  # a long number gets smaller, never "####"
                box |= {"text_wrap": False, "shrink": True}
            if properties.get("align") == "right":
                box["indent"] = 1  # clear of the text in the next column
            look = self._boxed[asked] = self.get(**{**box, **properties})
        return look

    @cached_property
    def title(self) -> Format:
        """The title of a sheet."""
        return self.get(bold=True, font_size=14, align="center", text_wrap=True)

    @cached_property
    def subtitle(self) -> Format:
        """The line under a title."""
        return self.get(italic=True, align="center")

    @cached_property
    def issuer(self) -> Format:
        """The issuing body over a title."""
        return self.get(bold=True, align="center", text_wrap=True)

    @cached_property
    def note(self) -> Format:
        """A small explaining line."""
        return self.get(italic=True, font_size=10, font_color=_GREY, text_wrap=True)

    @cached_property
    def head(self) -> Format:
        """A column heading."""
        return self.boxed(bold=True, align="center", bg_color=_HEAD)

    @cached_property
    def numbers(self) -> Format:
        """The row of column numbers."""
        return self.boxed(italic=True, align="center", font_size=9, bg_color=_HEAD)

    @cached_property
    def section(self) -> Format:
        """The heading of a part of the overview."""
        return self.get(bold=True, font_size=12, bottom=2, bottom_color="#2F5597")

    @cached_property
    def link(self) -> Format:
        """A link inside the workbook."""
        return self.get(font_color="#1F4E9E", underline=1)

    def cell(self, *, total: bool = False, **properties: Any) -> Format:
        """A table cell, of a total row when ``total``."""
        if total:
            properties = {"bold": True, "bg_color": _TOTAL, **properties}
        return self.boxed(**properties)

    def mark(self, *, total: bool = False) -> Format:
        """The words for a kind of nothing: grey italics, never taken for a figure."""
        look = self._marks.get(total)
        if look is None:
            colour = {"bg_color": _TOTAL} if total else {"bg_color": _PALE}
            look = self.boxed(italic=True, font_color=_GREY, align="center", font_size=10, **colour)
            self._marks[total] = look
        return look

    def figure(
        self,
        field: Field,
        state: State,
        value: object,
        *,
        total: bool = False,
        mean: bool = False,
        aside: bool = False,
        **properties: Any,
    ) -> Format:
        """The format of a value; a confirmed nil shows in words but counts as 0.

        ``aside``: the value is told, and is in no total (see :meth:`aside`).
        """
        if isinstance(value, str):
            return self.cell(total=total, font_size=10, **properties)
        form = number_format(field, value, mean=mean)
        if aside:
            return self.aside(form, "center" if field.type is FieldType.DATE else "right")
        if state is State.NIL:
            form = f'{form};-{form};"{self._nil}"'
        align = "center" if field.type is FieldType.DATE else "right"
        if properties:
            return self.cell(total=total, **{"num_format": form, "align": align, **properties})
        look = self._figures.get((form, align, total))
        if look is None:
            look = self.cell(total=total, num_format=form, align=align)
            self._figures[form, align, total] = look
        return look

    def aside(self, form: str, align: str = "right") -> Format:
        """A number of that format that is told and not added: grey, in square brackets."""
        told = f'"["{form}"]"'
        return self.cell(num_format=told, align=align, italic=True, font_color=_GREY)

    def verdict(self, reached: bool | None) -> Format:
        """Reached or not: a word on a colour that differs in grey too."""
        colour = {True: _GOOD, False: _BAD, None: _PALE}[reached]
        return self.boxed(bold=True, align="center", bg_color=colour)

    def state(self, name: str) -> Format:
        """A return state: word on colour."""
        colours = {"missing": _BAD, "late": _WARN, "returned": _WARN, "on_time": _GOOD}
        return self.boxed(align="center", font_size=10, bg_color=colours.get(name, _PALE))


def is_mean(field: Field, *, over_units: bool) -> bool:
    """Whether the figure is a mean, shown with two places even for counts."""
    how = field.over_units if over_units else field.over_periods
    return how in (Aggregation.MEAN, Aggregation.WEIGHTED_MEAN)


def is_count(field: Field, *, over_units: bool) -> bool:
    """Whether the figure says how many answers there are, whatever the answers are."""
    how = field.over_units if over_units else field.over_periods
    return how in (Aggregation.COUNT, Aggregation.DISTINCT)

"""The look of a template: fonts, colours, borders, number formats.

Times New Roman throughout. Colours are light, so that a grey print stays readable, and each
has one meaning: yellow is to be filled in, grey is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from toolkit.programme.model import Field, FieldType
from toolkit.template.layout import SlotKind

FONT = "Times New Roman"
BODY_SIZE = 11
GUIDANCE_SIZE = 11
# Without a font scheme: with one, Excel would show the theme's font instead of the named one.
BASE: Mapping[str, Any] = {
    "font_name": FONT,
    "font_size": BODY_SIZE,
    "font_family": 1,
    "font_scheme": "none",
}
INPUT_COLOUR = "#FFF6D1"
COMPUTED_COLOUR = "#EAEAEA"
HEADING_COLOUR = "#DDE7F3"
BAND_COLOUR = "#F3F6FA"
_RULE = "#7F7F7F"

INTEGER_FORMAT = "#,##0"
DECIMAL_FORMAT = "#,##0.######"  # whole numbers: see whole_formats
RATE_FORMAT = "0.0%"
WHOLE_RATE_FORMAT = "0%"
RATE_INPUT_FORMAT = "0.##%"
DATE_FORMAT = "dd/mm/yyyy"
# Typed text stays as typed: "- Tổ chức …" is no formula, "1/2" no date.
TEXT_FORMAT = "@"

_CENTRE: Mapping[str, Any] = {"align": "center", "valign": "vcenter"}
_LEFT: Mapping[str, Any] = {"align": "left", "valign": "vcenter"}
_BOX: Mapping[str, Any] = {"border": 1, "border_color": _RULE, "text_wrap": True}

# Everything that is not a cell of an answer.
_NAMED: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "superior": {**_CENTRE, "font_size": 12, "text_wrap": True},
    "issuer": {**_CENTRE, "font_size": 12, "bold": True, "text_wrap": True},
    "star": {**_CENTRE, "font_size": 12, "bold": True, "valign": "top"},
    "party": {**_CENTRE, "font_size": 15, "bold": True, "underline": 1},
    "nation": {**_CENTRE, "font_size": 12, "bold": True, "shrink": True},
    "motto": {**_CENTRE, "font_size": 13, "bold": True, "underline": 1},
    "form_number": {**_CENTRE, "font_size": 12, "bold": True},
    "form_source": {**_CENTRE, "italic": True, "text_wrap": True},
    "form_title": {**_CENTRE, "font_size": 14, "bold": True, "text_wrap": True},
    "form_unit": {**_CENTRE, "font_size": 12, "italic": True},
    "guidance": {**_LEFT, "font_size": GUIDANCE_SIZE, "italic": True, "text_wrap": True},
    "heading": {**_CENTRE, **_BOX, "bold": True, "bg_color": HEADING_COLOUR},
    "column_number": {**_CENTRE, **_BOX, "font_size": 9, "italic": True, "text_wrap": False},
    "number": {**_CENTRE, **_BOX},
    "label": {**_LEFT, **_BOX, "indent": 1},
    "measure": {**_CENTRE, **_BOX},
    "help": {**_LEFT, **_BOX, "indent": 1, "italic": True, "font_color": "#404040"},
    "band": {**_LEFT, **_BOX, "indent": 1, "bold": True, "bg_color": BAND_COLOUR},
    "total_label": {**_CENTRE, **_BOX, "bold": True, "bg_color": COMPUTED_COLOUR},
    "signature_block": {"align": "center", "valign": "top", "font_size": 12, "text_wrap": True},
    "signature_date": {"font_size": 12, "italic": True},
    "signature": {"font_size": 12, "bold": True},
    "signature_hint": {"italic": True},
    "cover_title": {**_CENTRE, "font_size": 17, "bold": True},
    "cover_programme": {**_CENTRE, "font_size": 14, "bold": True, "text_wrap": True},
    "cover_label": {**_LEFT, "font_size": 12},
    "cover_value": {**_LEFT, "font_size": 12, "bold": True, "text_wrap": True},
    "cover_part": {**_LEFT, "font_size": 12, "bold": True},
    "cover_text": {"align": "left", "valign": "top", "font_size": 12, "text_wrap": True},
    "cover_step": {"align": "right", "valign": "top", "font_size": 12, "indent": 1},
    "cover_legend": {**_LEFT, "font_size": 12, "indent": 1},
    # Not wrapped and without a frame: a long message runs on over the free columns beside.
    "check": {"align": "left", "valign": "vcenter", "indent": 1, "font_color": "#9C0006"},
    "panel_label": {**_LEFT, **_BOX, "font_size": 12, "bold": True, "indent": 1},
    "panel_state": {**_CENTRE, **_BOX, "font_size": 13, "bold": True, "font_color": "#9C0006"},
    "panel_total": {**_CENTRE, **_BOX, "bold": True},
    "panel_link": {**_CENTRE, **_BOX, "font_color": "#1F3F77", "underline": 1},
    "sample_missing": {**_BOX, "bg_color": "#FBE3D8"},
    "sample_wrong": {**_BOX, "bg_color": "#F4A6A0"},
    "cover_link": {**_LEFT, **_BOX, "indent": 1, "font_color": "#1F3F77", "underline": 1},
    "sample_input": {**_BOX, "bg_color": INPUT_COLOUR},
    "sample_prefilled": {**_BOX},
    "sample_computed": {**_BOX, "bg_color": COMPUTED_COLOUR},
}

# Laid over a cell by a condition. Excel allows thin borders only there; the fills differ in a
# grey print too, and faulty content is bold.
_MARKS: Mapping[str, Mapping[str, Any]] = {
    "mark_error": {"bg_color": "#F2A45C", "bold": True, "border": 1, "border_color": "#000000"},
    "mark_warning": {"bg_color": "#FFDD71", "bold": True, "border": 1, "border_color": "#000000"},
    "check_missing": {"bg_color": "#FBE3D8"},
    "check_wrong": {"bg_color": "#F4A6A0", "bold": True},
    "check_look": {"bg_color": "#FFE08A"},
    "check_fine": {"font_color": "#1E6B2E"},
    "check_note": {"font_color": "#7F6000"},
    "panel_ready": {"font_color": "#1E6B2E", "bg_color": "#E3F1E5"},
    "panel_faults": {"font_color": "#9C0006"},
}

# Prefilled texts of a word or two, which stand in the middle of their column.
SHORT_PREFILLS = frozenset({"number", "due", "unit", "target", "allotment"})

_FILL: Mapping[SlotKind, Mapping[str, Any]] = {
    SlotKind.INPUT: {"locked": False, "bg_color": INPUT_COLOUR},
    SlotKind.PREFILLED: {},
    SlotKind.COMPUTED: {"bg_color": COMPUTED_COLOUR},
}
_NUMBER_FORMATS: Mapping[FieldType, str] = {
    FieldType.INTEGER: INTEGER_FORMAT,
    FieldType.DECIMAL: DECIMAL_FORMAT,
    FieldType.FORMULA: DECIMAL_FORMAT,
    FieldType.RATE: RATE_INPUT_FORMAT,
    FieldType.DATE: DATE_FORMAT,
    FieldType.TEXT: TEXT_FORMAT,
    FieldType.CHOICE: TEXT_FORMAT,
}


def number_format(field: Field, *, percent: bool, whole: bool = False) -> str:
    """The number format of a cell of ``field``. ``percent``: it shows a fraction as a
    percentage; ``whole``: its number is known and has no decimals as shown."""
    if percent:
        if whole:
            return WHOLE_RATE_FORMAT
        return RATE_FORMAT if field.type is FieldType.FORMULA else RATE_INPUT_FORMAT
    return INTEGER_FORMAT if whole and field.is_numeric else _NUMBER_FORMATS[field.type]


def whole_format(format_: str) -> str | None:
    """The format to use where the number is whole: ``#,##0.##`` would show ``5.``."""
    return {DECIMAL_FORMAT: INTEGER_FORMAT, RATE_INPUT_FORMAT: WHOLE_RATE_FORMAT}.get(format_)


class Styles:
    """The formats of one workbook, each made when first asked for."""

    __slots__ = ("_book", "_made")

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[object, Format] = {}

    def __getitem__(self, name: str) -> Format:
        """The format of that name; KeyError where there is none."""
        return self._get(name, _NAMED[name])

    def cell(
        self, field: Field, kind: SlotKind, format_: str, *, total: bool = False, font: str = ""
    ) -> Format:
        """The format of an answer's cell, or of a total's; ``font`` instead of the usual one."""
        align = _alignment(field, kind)
        key = (kind, format_, align, field.is_numeric, total, font)
        if key in self._made:
            return self._made[key]
        looks = {**_BOX, **_FILL[kind], "valign": "vcenter", "align": align}
        if align == "left":
            looks["indent"] = 1
        if field.is_numeric and kind is not SlotKind.INPUT:
            looks["text_wrap"] = False  # words such as "không có" come into input cells only
        if format_ != TEXT_FORMAT or kind is SlotKind.INPUT:
            looks["num_format"] = format_
        if font:
            looks["font_name"] = font
        if total:
            looks |= {"bold": True, "bg_color": COMPUTED_COLOUR, "locked": True}
        return self._get(key, looks)

    def mark(self, name: str) -> Format:
        """The format of a condition that marks a cell; KeyError where there is none."""
        if name not in self._made:
            self._made[name] = self._book.add_format(dict(_MARKS[name]))
        return self._made[name]

    def condition(self, format_: str) -> Format:
        """The format of a condition that changes the number format alone."""
        key = ("condition", format_)
        if key not in self._made:
            self._made[key] = self._book.add_format({"num_format": format_})
        return self._made[key]

    def _get(self, key: object, looks: Mapping[str, Any]) -> Format:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._book.add_format({**BASE, **looks})
        return made


def _alignment(field: Field, kind: SlotKind) -> str:
    if field.is_numeric:
        return "right"
    if field.type in (FieldType.DATE, FieldType.CHOICE):
        return "center"
    if kind is SlotKind.PREFILLED and field.prefill in SHORT_PREFILLS:
        return "center"
    return "left"

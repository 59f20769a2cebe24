"""The workbook beside a filled template: every cell that was filled, and out of what.

One row for each figure, below it, folded, the answers it is made of with file, sheet and cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Part
from toolkit.messages import message, text
from toolkit.programme.keywords import AGGREGATIONS, written
from toolkit.programme.model import ROW_COUNT, UNIT_NAME, Period, Programme
from toolkit.register.files import replacing
from toolkit.report.summary.pen import height
from toolkit.text import figure_text
from toolkit.upward.entries import Fate, Filling

_FONT = "Times New Roman"
_SIZE = 11
_CREATED = datetime(2000, 1, 1)  # the same figures are to give the same bytes
_HEAD_ROW = 4
_COLUMNS = (  # heading, width
    ("number", 6.0),
    ("sheet", 26.0),
    ("cell", 8.0),
    ("typed", 18.0),
    ("fate", 15.0),
    ("source", 44.0),
    ("how", 18.0),
    ("said", 52.0),
)
_COLOURS = {
    Fate.FILLED: "#DCEBD5",
    Fate.PROVISIONAL: "#FFE9A8",
    Fate.BLANK: "#EDEDED",
    Fate.KEPT: "#D9E4F2",
    Fate.LOST: "#F3C6BD",
}


def write_record(
    programme: Programme,
    period: Period,
    fillings: Sequence[Filling],
    template: str,
    target: Path,
    lang: str = "vi",
) -> None:
    """Write the list; ``target`` is replaced whole. Raises OSError."""
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": _FONT, "font_size": _SIZE},
    }
    with replacing(target) as aside, Workbook(str(aside), options) as book:
        title = text("upward.record.title", lang)
        book.set_properties({"title": title, "created": _CREATED})
        sheet = book.add_worksheet(text("upward.record.name", lang))
        look = _Looks(book)
        _head(sheet, look, (title, programme.name, period.name, template), lang)
        row = _HEAD_ROW
        for number, filling in enumerate(fillings, 1):
            row += 1
            _figure(sheet, look, row, number, filling, programme, lang)
            for part in filling.parts:
                row += 1
                _part(sheet, look, row, part, programme)
        sheet.freeze_panes(_HEAD_ROW + 1, 0)
        sheet.outline_settings(symbols_below=False)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD_ROW)
        sheet.set_footer("&C&P/&N")


class _Looks:
    """The formats, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def get(self, **properties: object) -> Format:
        """The format of those properties, bordered and wrapped."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            whole = {"font_name": _FONT, "font_size": _SIZE, "valign": "top", **properties}
            self._made[key] = self._book.add_format(whole)
        return self._made[key]

    def cell(self, **properties: object) -> Format:
        """As :meth:`get`, in a box."""
        return self.get(border=1, border_color="#808080", text_wrap=True, **properties)


def _head(sheet: Worksheet, look: _Looks, lines: tuple[str, str, str, str], lang: str) -> None:
    title, name, period, template = lines
    sheet.write_string(0, 0, title, look.get(bold=True, font_size=14))
    sheet.write_string(1, 0, f"{name} – {period}", look.get())
    said = text("upward.record.about", lang, template=template)
    sheet.write_string(2, 0, said, look.get(italic=True))
    for column, (key, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        words = text(f"upward.record.{key}", lang)
        sheet.write_string(
            _HEAD_ROW, column, words, look.cell(bold=True, align="center", bg_color="#DCE6F1")
        )


def _figure(
    sheet: Worksheet,
    look: _Looks,
    row: int,
    number: int,
    filling: Filling,
    programme: Programme,
    lang: str,
) -> None:
    form = programme.form(filling.transfer.form)
    field, code = filling.field, filling.transfer.field
    pseudo = code in (UNIT_NAME, ROW_COUNT)
    title = text(f"upward.field.{code[1:]}", lang) if pseudo else form.field(code).title
    how = written(AGGREGATIONS, field.over_units) if field and filling.coverage else ""
    said = message(filling.finding, lang) if filling.finding else ""
    source = " – ".join(
        dict.fromkeys(part for part in (f"{form.code} {form.name}", filling.label, title) if part)
    )
    words = {
        1: filling.sheet,
        2: filling.cell,
        3: shown(filling.typed, percent=bool(field and field.shows_percent)),
        4: text(f"upward.fate.{filling.fate}", lang),
        5: source,
        6: how,
        7: said,
    }
    sheet.write_number(row, 0, number, look.cell(align="center"))
    for column, value in words.items():
        plain = look.cell(align="right") if column == 3 else look.cell()
        if column == 4:
            plain = look.cell(align="center", bg_color=_COLOURS[filling.fate])
        sheet.write_string(row, column, value, plain)
    sheet.set_row(row, _height(words))


def _part(sheet: Worksheet, look: _Looks, row: int, part: Part, programme: Programme) -> None:
    names = {unit.code: unit.name for unit in programme.units}
    periods = {period.code: period.name for period in programme.periods}
    words = {
        1: f"{names.get(part.unit, part.unit)}, {periods.get(part.period, part.period)}",
        3: shown(part.value) or part.state.value,
        5: part.file,
        7: f"{part.sheet}!{part.cell}" if part.cell else part.sheet,
    }
    for column in range(len(_COLUMNS)):
        plain = look.cell(italic=True, font_color="#404040")
        sheet.write_string(row, column, words.get(column, ""), plain)
    sheet.set_row(row, _height(words), None, {"level": 1, "hidden": True})


def _height(words: Mapping[int, str]) -> float:
    """Neither Excel nor LibreOffice fits the rows of a file it did not write itself."""
    return height(*((said, _COLUMNS[at][1], float(_SIZE), False) for at, said in words.items()))


def shown(value: Decimal | date | str | None, *, percent: bool = False) -> str:
    """A value as the list writes it; "" for none."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return figure_text(value * 100, "vi", 9) + "%" if percent else figure_text(value, "vi", 9)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value

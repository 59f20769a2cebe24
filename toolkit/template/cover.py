"""The cover: who asks, who answers, for which period, which forms, how, and where to."""

from __future__ import annotations

from datetime import date

from toolkit.messages import text
from toolkit.places import column_letters
from toolkit.programme.language.excel import quoted
from toolkit.programme.model import FormKind, Profile
from toolkit.template.check_sheet import CheckPlaces
from toolkit.template.layout import SheetLayout, WorkbookLayout
from toolkit.template.panel import BlankForms, Columns, PanelLine, panel_lines
from toolkit.template.sheet import TemplateSheet, put, put_across, put_formula, set_height, set_page
from toolkit.template.sizes import height_of
from toolkit.template.styles import Styles

_WIDTHS = (1.5, 6.0, 20.0, 22.0, 10.0, 10.0, 10.0, 27.0)  # A to H
_FIRST, _LAST = 2, 8
_LEFT = (2, 4)  # columns of the left head
_RIGHT = (5, 8)
_LABEL = (2, 3)
_VALUE = (4, 8)
_NAME = (4, 7)  # of a form in the contents
_HEAD_ROW = 2
_TITLE_ROW = 7
_PANEL_ROW = 16
_FILLED = 4
_PANEL = Columns(missing=5, faults=6, looks=7)
_STATE = 8
_ONE_PAGE = 8  # forms; the cover of more would get too small to read on one page
_STEPS = 6
_RULE = "—" * 8


class _Cover:
    """Writes downwards: ``row`` is the next free one."""

    __slots__ = ("blank", "book", "lang", "places", "row", "sheet", "styles")

    def __init__(
        self,
        book: WorkbookLayout,
        sheet: TemplateSheet,
        styles: Styles,
        places: CheckPlaces,
        blank: BlankForms | None,
        lang: str,
    ) -> None:
        self.book = book
        self.sheet = sheet
        self.styles = styles
        self.places = places
        self.blank = blank
        self.lang = lang
        self.row = _PANEL_ROW

    def say(self, key: str, **params: object) -> str:
        return text(f"template.{key}", self.lang, **params)

    def line(
        self, row: int, columns: tuple[int, int], words: str, look: str, size: float = 12
    ) -> float:
        """Write across the columns; the height the text needs there."""
        put_across(self.sheet, row, *columns, words, self.styles[look])
        width = sum(_WIDTHS[columns[0] - 1 : columns[1]])
        bold = look not in ("cover_text", "cover_label", "superior")
        return height_of(words, width, size, bold=bold)


def write_cover(
    book: WorkbookLayout,
    sheet: TemplateSheet,
    styles: Styles,
    places: CheckPlaces,
    blank: BlankForms | None,
    lang: str,
) -> None:
    """Write the cover. The cells the intake reads back stand where ``book.cover`` says.

    ``places`` and ``blank`` are those of the checks, for the panel.
    """
    cover = _Cover(book, sheet, styles, places, blank, lang)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _head(cover)
    _title(cover)
    _particulars(cover)
    _panel(cover)
    _contents(cover)
    _steps(cover)
    _legend(cover)
    _where_to(cover)
    sheet.hide_gridlines(2)
    sheet.print_area(0, 0, cover.row - 1, _LAST - 1)
    set_page(
        sheet,
        landscape=False,
        footer_left=cover.say("cover.footer_left", unit=book.unit.name, period=book.period.name),
        footer_right=cover.say("form.footer_right", page="{page}", pages="{pages}"),
    )
    if len(book.sheets) <= _ONE_PAGE:
        sheet.fit_to_pages(1, 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _head(cover: _Cover) -> None:
    """The head of a document of the Party (Guide 36-HD/VPTW) or the State (Decree 30/2020)."""
    programme = cover.book.programme
    party = programme.profile is Profile.PARTY
    issuers = [(name.upper(), "issuer") for name in programme.issuers]
    superior = [(programme.superior.upper(), "superior")] if programme.superior else []
    left = [*superior, *issuers, ("*" if party else _RULE, "star")]
    right = (
        [(cover.say("head.party"), "party")]
        if party
        else [(cover.say("head.nation"), "nation"), (cover.say("head.motto"), "motto")]
    )
    for offset in range(max(len(left), len(right))):
        row = _HEAD_ROW + offset
        height = 17.0
        if offset < len(left):
            height = max(height, cover.line(row, _LEFT, *left[offset]) - 5)
        if offset < len(right):
            cover.line(row, _RIGHT, *right[offset])
            height = max(height, 19.0)
        set_height(cover.sheet, row, height)


def _title(cover: _Cover) -> None:
    row, column = cover.book.cover.programme
    cover.line(_TITLE_ROW, (_FIRST, _LAST), cover.say("cover.title"), "cover_title")
    set_height(cover.sheet, _TITLE_ROW, 27)
    name = cover.book.programme.name
    height = cover.line(row, (column, _LAST), name, "cover_programme", 14)
    set_height(cover.sheet, row, height + 2)


def _particulars(cover: _Cover) -> None:
    book, period = cover.book, cover.book.period
    due = cover.say("cover.due_none")
    if period.due:
        due = cover.say("cover.due_value", due=_day(period.due))
    span = cover.say("cover.span_value", start=_day(period.start), end=_day(period.end))
    lines = [
        (book.cover.unit[0], "unit", book.unit.name),
        (book.cover.period[0], "period", period.name),
        (book.cover.period[0] + 1, "span", span),
        (book.cover.period[0] + 2, "due", due),
        (book.cover.period[0] + 3, "recipients", "\n".join(book.programme.recipients)),
    ]
    for row, label, value in lines:
        cover.line(row, _LABEL, cover.say(f"cover.{label}"), "cover_label")
        set_height(cover.sheet, row, cover.line(row, _VALUE, value, "cover_value"))


def _panel(cover: _Cover) -> None:
    """What is filled, missing and wrong in each form, and whether the workbook can be sent.

    Formulas in the rows under the line of headings, one row a form and one for the whole: the
    intake passes over them (``toolkit.intake.own_checks``).
    """
    sheet, styles = cover.sheet, cover.styles
    _part(cover, "panel")
    heads = ("form", "filled", "missing", "faults", "looks", "state")
    places = ((2, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8))
    for (first, last), key in zip(places, heads, strict=True):
        words = cover.say(f"cover.panel_{key}")
        put_across(sheet, cover.row, first, last, words, styles["heading"])
    set_height(sheet, cover.row, 33)
    cover.row += 1
    lines = panel_lines(cover.book, cover.places, cover.blank, cover.row, _PANEL, cover.lang)
    for line in lines:
        _panel_line(cover, line)
        cover.row += 1
    _colour_state(cover)
    cover.row += 1


def _panel_line(cover: _Cover, line: PanelLine) -> None:
    sheet, styles, row = cover.sheet, cover.styles, cover.row
    whole = line.form is None
    look = styles["panel_total" if whole else "number"]
    if line.form is None:
        words = cover.say("cover.panel_whole")
        put_across(sheet, row, _FIRST, _FILLED, words, styles["panel_label"])
    else:
        put_across(sheet, row, *_LABEL, line.form.form.code, look)
    state = styles["panel_state" if whole else "panel_link"]
    for column, cell, format_ in (
        (_FILLED, line.filled, look),
        (_PANEL.missing, line.missing, look),
        (_PANEL.faults, line.faults, look),
        (_PANEL.looks, line.looks, look),
        (_STATE, line.state, state),
    ):
        if cell is not None:
            put_formula(sheet, row, column, cell.formula, cell.stored, format_)
    set_height(sheet, row, 26 if whole else 20)


def _colour_state(cover: _Cover) -> None:
    """Green where the workbook is ready; red where something is missing or wrong."""
    last = cover.row - 1
    ready = quoted(cover.say("cover.panel_ready"))
    for area, criteria, look in (
        ((last, _STATE, last, _STATE), f"=${column_letters(_STATE)}${last}={ready}", "panel_ready"),
        (
            (last - len(cover.book.sheets), _PANEL.missing, last, _PANEL.faults),
            f"={column_letters(_PANEL.missing)}{last - len(cover.book.sheets)}>0",
            "panel_faults",
        ),
    ):
        top, left, bottom, right = (place - 1 for place in area)
        options = {"type": "formula", "criteria": criteria, "format": cover.styles.mark(look)}
        cover.sheet.conditional_format(top, left, bottom, right, options)


def _contents(cover: _Cover) -> None:
    sheet, styles = cover.sheet, cover.styles
    _part(cover, "contents")
    head = ("contents_number", "contents_code", "contents_name", "contents_rows")
    places = ((2, 2), (3, 3), _NAME, (_LAST, _LAST))
    for (first, last), key in zip(places, head, strict=True):
        put_across(sheet, cover.row, first, last, cover.say(f"cover.{key}"), styles["heading"])
    set_height(sheet, cover.row, 20)
    for place, form in enumerate(cover.book.sheets, 1):
        cover.row += 1
        row = cover.row
        put(sheet, row, 2, str(place), styles["number"])
        put(sheet, row, 3, form.form.code, styles["number"])
        height = cover.line(row, _NAME, form.form.name, "cover_link", 11)
        target = form.sheet.replace("'", "''")
        sheet.write_url(
            row - 1,
            3,
            f"internal:'{target}'!B{form.title_row}",
            styles["cover_link"],
            form.form.name,
        )
        put(sheet, row, _LAST, _what_to_fill(cover, form), styles["label"])
        set_height(sheet, row, height)
    cover.row += 2


def _what_to_fill(cover: _Cover, form: SheetLayout) -> str:
    if form.form.kind is FormKind.OPEN:
        return cover.say("cover.rows_open")
    key = "rows_questions" if form.form.kind is FormKind.QUESTIONS else "rows_fixed"
    return cover.say(f"cover.{key}", count=len(form.rows))


def _steps(cover: _Cover) -> None:
    _part(cover, "steps")
    for step in range(1, _STEPS + 1):
        put(cover.sheet, cover.row, _FIRST, f"{step}.", cover.styles["cover_step"])
        words = cover.say(f"step.s{step}")
        height = cover.line(cover.row, (_FIRST + 1, _LAST), words, "cover_text")
        set_height(cover.sheet, cover.row, height)
        cover.row += 1
    cover.row += 1


def _legend(cover: _Cover) -> None:
    _part(cover, "legend")
    for kind in ("input", "prefilled", "computed", "missing", "wrong"):
        put(cover.sheet, cover.row, _FIRST, None, cover.styles[f"sample_{kind}"])
        words = cover.say(f"cover.legend_{kind}")
        cover.line(cover.row, (_FIRST + 1, _LAST), words, "cover_legend")
        set_height(cover.sheet, cover.row, 19)
        cover.row += 1
    cover.row += 1


def _where_to(cover: _Cover) -> None:
    programme, due = cover.book.programme, cover.book.period.due
    _part(cover, "send")
    words = cover.say(
        "cover.send_text",
        recipients="; ".join(programme.recipients or programme.issuers),
        due=cover.say("cover.send_due", due=_day(due)) if due else "",
    )
    height = cover.line(cover.row, (_FIRST, _LAST), words, "cover_text")
    set_height(cover.sheet, cover.row, height)


def _part(cover: _Cover, key: str) -> None:
    cover.line(cover.row, (_FIRST, _LAST), cover.say(f"cover.{key}"), "cover_part")
    set_height(cover.sheet, cover.row, 21)
    cover.row += 1


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")

"""The cover: who asks, who answers, for which period, which forms, how, and where to."""

from __future__ import annotations

from datetime import date

from toolkit.messages import text
from toolkit.programme.model import FormKind, Profile
from toolkit.template.layout import SheetLayout, WorkbookLayout
from toolkit.template.sheet import TemplateSheet, put, put_across, set_height, set_page
from toolkit.template.sizes import height_of
from toolkit.template.styles import Styles

_WIDTHS = (1.5, 6.0, 20.0, 22.0, 30.0, 27.0)  # A to F
_FIRST, _LAST = 2, 6
_LEFT = (2, 4)  # columns of the left head
_RIGHT = (5, 6)
_LABEL = (2, 3)
_VALUE = (4, 6)
_HEAD_ROW = 2
_TITLE_ROW = 7
_CONTENTS_ROW = 16
_STEPS = 6
_RULE = "—" * 8


class _Cover:
    """Writes downwards: ``row`` is the next free one."""

    __slots__ = ("book", "lang", "row", "sheet", "styles")

    def __init__(
        self, book: WorkbookLayout, sheet: TemplateSheet, styles: Styles, lang: str
    ) -> None:
        self.book = book
        self.sheet = sheet
        self.styles = styles
        self.lang = lang
        self.row = _CONTENTS_ROW

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


def write_cover(book: WorkbookLayout, sheet: TemplateSheet, styles: Styles, lang: str) -> None:
    """Write the cover. The cells the intake reads back stand where ``book.cover`` says."""
    cover = _Cover(book, sheet, styles, lang)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _head(cover)
    _title(cover)
    _particulars(cover)
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


def _contents(cover: _Cover) -> None:
    sheet, styles = cover.sheet, cover.styles
    _part(cover, "contents")
    head = ("contents_number", "contents_code", "contents_name", "contents_rows")
    places = ((2, 2), (3, 3), (4, 5), (6, 6))
    for (first, last), key in zip(places, head, strict=True):
        put_across(sheet, cover.row, first, last, cover.say(f"cover.{key}"), styles["heading"])
    set_height(sheet, cover.row, 20)
    for place, form in enumerate(cover.book.sheets, 1):
        cover.row += 1
        row = cover.row
        put(sheet, row, 2, str(place), styles["number"])
        put(sheet, row, 3, form.form.code, styles["number"])
        height = cover.line(row, (4, 5), form.form.name, "cover_link", 11)
        target = form.sheet.replace("'", "''")
        sheet.write_url(
            row - 1,
            3,
            f"internal:'{target}'!B{form.title_row}",
            styles["cover_link"],
            form.form.name,
        )
        put(sheet, row, 6, _what_to_fill(cover, form), styles["label"])
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
    for kind in ("input", "prefilled", "computed"):
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

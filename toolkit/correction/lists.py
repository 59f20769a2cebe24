"""The sheets that a copy has beside its forms: what is to be mended, and what has no place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from toolkit.correction.entries import Entry, is_input, still_faulty
from toolkit.correction.marks import any_of
from toolkit.correction.plan import FormPlan, Key, Plan
from toolkit.correction.rest import Rest
from toolkit.correction.typed import pieces, plain_of
from toolkit.correction.wording import said_of
from toolkit.findings import Severity
from toolkit.intake.cells import a1, is_blank
from toolkit.messages import text
from toolkit.places import column_letters
from toolkit.template.content import put_given
from toolkit.template.layout import CORRECTION_MARK, Slot
from toolkit.template.sheet import TemplateSheet, put, put_across, set_height, set_page
from toolkit.template.sizes import INDENT, height_of
from toolkit.template.styles import BASE, HEADING_COLOUR

_FIRST = 2  # column A holds the mark and is hidden, as on the forms
_TITLE_ROW = 2
_LINES_ROW = 3
_LIST_WIDTHS = (5.0, 22.0, 11.0, 16.0, 22.0, 40.0, 40.0, 10.0, 13.0)
_REST_WIDTHS = (5.0, 30.0, 9.0, 60.0, 60.0)
_LIST_HEAD = ("number", "sheet", "cell", "sent", "found", "why", "how", "severity", "state")
_REST_HEAD = ("number", "sheet", "cell", "content", "reason")
_CELLS_NAMED = 4  # of one finding, in the list

_BOX: Mapping[str, Any] = {"border": 1, "border_color": "#7F7F7F", "valign": "top"}
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"font_size": 15, "bold": True, "valign": "vcenter"},
    "line": {"font_size": 12, "text_wrap": True, "valign": "top"},
    "strong": {"font_size": 12, "text_wrap": True, "valign": "top", "bold": True},
    "heading": {
        "border": 1,
        "border_color": "#7F7F7F",
        "bold": True,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
        "bg_color": HEADING_COLOUR,
    },
    "number": {**_BOX, "align": "center"},
    "text": {**_BOX, "text_wrap": True, "num_format": "@"},
    "words": {**_BOX, "text_wrap": True},
    "link": {**_BOX, "text_wrap": True, "font_color": "#1F3F77", "underline": 1},
    "error": {**_BOX, "align": "center", "bold": True, "bg_color": "#F2A45C"},
    "warning": {**_BOX, "align": "center", "bg_color": "#FFDD71"},
    "state": {**_BOX, "align": "center", "text_wrap": True},
    "changed": {"bold": True, "bg_color": "#D9EAD3"},
}


@dataclass(frozen=True, slots=True)
class Listing:
    """All that the two sheets tell. ``names`` are their names in this copy."""

    plan: Plan
    entries: tuple[Entry, ...]
    rest: tuple[Rest, ...]
    names: tuple[str, str]
    lang: str

    def say(self, key: str, **params: object) -> str:
        """A text of the correction's catalogue."""
        return text(f"correction.{key}", self.lang, **params)

    def row_of_rest(self, entry: Entry) -> int:
        """The row on the second sheet where the content the entry speaks of is kept; 0: none."""
        row = _LINES_ROW + 3
        for rest in self.rest:
            same = rest.said is not None and (rest.said.code, rest.said.address) == (
                entry.finding.code,
                entry.finding.address,
            )
            if same or (entry.finding.address.cell and rest.address == entry.finding.address):
                return row
            row += len(_parts(rest))
        return 0


class _Sheet:
    """A list being written downwards, by the columns of its table."""

    __slots__ = ("_book", "_made", "sheet", "widths")

    def __init__(self, book: Workbook, name: str, widths: Sequence[float]) -> None:
        self._book = book
        self._made: dict[str, Format] = {}
        self.widths = widths
        self.sheet = book.add_worksheet(name, TemplateSheet)
        self.sheet.set_column(0, 0, 4, None, {"hidden": True})
        self.sheet.set_row(0, 12, None, {"hidden": True})
        put(self.sheet, 1, 1, CORRECTION_MARK, self.look("line"))
        for column, width in enumerate(widths, _FIRST):
            self.sheet.set_column(column - 1, column - 1, width)

    def look(self, name: str) -> Format:
        if name not in self._made:
            base = {} if name == "changed" else BASE
            self._made[name] = self._book.add_format({**base, **_LOOKS[name]})
        return self._made[name]

    def plain(self, number_format: str, font: str) -> Format:
        key = f"{number_format}|{font}"
        if key not in self._made:
            looks = {**BASE, **_LOOKS["text"], "align": "left"}
            looks["num_format"] = number_format or "@"
            if font:
                looks["font_name"] = font
            self._made[key] = self._book.add_format(looks)
        return self._made[key]

    def line(self, row: int, words: str, look: str = "line") -> None:
        last = _FIRST + len(self.widths) - 1
        put_across(self.sheet, row, _FIRST, last, words, self.look(look))
        set_height(self.sheet, row, height_of(words, sum(self.widths), 12, bold=look == "strong"))

    def head(self, row: int, words: Sequence[str]) -> None:
        for column, heading in enumerate(words, _FIRST):
            put(self.sheet, row, column, heading, self.look("heading"))
        set_height(self.sheet, row, 33)
        self.sheet.freeze_panes(row, 0)
        self.sheet.repeat_rows(row - 1)

    def fit(self, row: int, texts: Sequence[str]) -> None:
        pairs = zip(texts, self.widths, strict=True)
        set_height(self.sheet, row, max(height_of(t, w - INDENT) for t, w in pairs))

    def finish(self, last: int, footer: str, page: str) -> None:
        self.sheet.hide_gridlines(2)
        self.sheet.print_area(1, 1, last - 1, len(self.widths))
        set_page(self.sheet, landscape=True, footer_left=footer, footer_right=page)
        self.sheet.protect("", {"format_columns": True, "format_rows": True})


# --- what is to be mended -----------------------------------------------------------------


def write_faults(listing: Listing, book: Workbook) -> None:
    """Add the sheet that lists what is to be mended, errors first."""
    page = _Sheet(book, listing.names[0], _LIST_WIDTHS)
    head = _LINES_ROW + 4 + bool(listing.rest)
    first, last = head + 1, head + len(listing.entries)
    _faults_head(listing, page, first, last)
    page.head(head, [listing.say(f"heading.{name}") for name in _LIST_HEAD])
    for number, entry in enumerate(listing.entries, 1):
        _fault(listing, page, head + number, number, entry)
    column = _FIRST + len(_LIST_WIDTHS) - 2
    changed = listing.say("state.changed")
    page.sheet.conditional_format(
        first - 1,
        column,
        last - 1,
        column,
        {"type": "cell", "criteria": "==", "value": f'"{changed}"', "format": page.look("changed")},
    )
    _finish(listing, page, last)


def _faults_head(listing: Listing, page: _Sheet, first: int, last: int) -> None:
    plan = listing.plan
    whose = listing.say("whose", unit=plan.layout.unit.name, period=plan.layout.period.name)
    page.line(_TITLE_ROW, listing.say("faults.title"), "title")
    page.line(_LINES_ROW, f"{whose} ({listing.say('file', file=plan.raw.file)})")
    page.line(_LINES_ROW + 1, listing.say("faults.how"))
    _count(listing, page, _LINES_ROW + 2, first, last)
    if listing.rest:
        words = listing.say("faults.rest", count=len(listing.rest), sheet=listing.names[1])
        row = _LINES_ROW + 3
        page.line(row, words, "line")
        target = f"internal:{_quoted(listing.names[1])}!B{_TITLE_ROW}"
        page.sheet.write_url(row - 1, _FIRST - 1, target, page.look("line"), words)


def _count(listing: Listing, page: _Sheet, row: int, first: int, last: int) -> None:
    """How many places are still as they were sent; the formula counts as they are mended."""
    kinds = [entry.finding.severity for entry in listing.entries]
    errors, warnings = kinds.count(Severity.ERROR), kinds.count(Severity.WARNING)
    fixed = listing.say("faults.count", errors=errors, warnings=warnings)
    page.line(row, fixed, "strong")
    column = column_letters(_FIRST + len(_LIST_WIDTHS) - 1)
    severity = column_letters(_FIRST + len(_LIST_WIDTHS) - 2)
    pending, error = listing.say("state.pending"), listing.say("severity.error")
    left = (
        f'SUMPRODUCT(({column}{first}:{column}{last}="{pending}")'
        f'*({severity}{first}:{severity}{last}="{error}"))'
    )
    before, _, after = listing.say("faults.left", count="|").partition("|")
    formula = f'="{fixed} {before}"&{left}&"{after}"'
    open_errors = sum(
        e.finding.severity is Severity.ERROR and bool(_watched(listing, e)) for e in listing.entries
    )
    stored = f"{fixed} {before}{open_errors}{after}"
    page.sheet.write_formula(row - 1, _FIRST - 1, formula, page.look("strong"), stored)


def _fault(listing: Listing, page: _Sheet, row: int, number: int, entry: Entry) -> None:
    form = listing.plan.forms.get(entry.form)
    place = _place(listing, entry, form)
    content = entry.finding.found or _content(form, entry) or listing.say("blank")
    said = entry.said
    texts = (str(number), place.sheet, place.cells, place.sent, content, said.why, said.how)
    for column, words in enumerate(texts, _FIRST):
        look = {0: "number", 4: "text"}.get(column - _FIRST, "words")
        put(page.sheet, row, column, words, page.look(look))
    if place.target:
        link = f"internal:{_quoted(place.sheet)}!{place.target}"
        page.sheet.write_url(row - 1, _FIRST + 1, link, page.look("link"), place.cells)
    column = _FIRST + len(texts)
    severity = entry.finding.severity.value
    label = listing.say(f"severity.{severity}")
    put(page.sheet, row, column, label, page.look(severity))
    watched = _watched(listing, entry)
    pending, changed = listing.say("state.pending"), listing.say("state.changed")
    if watched:
        formula = f'=IF({watched},"{pending}","{changed}")'
        page.sheet.write_formula(row - 1, column, formula, page.look("state"), pending)
    else:
        pending = listing.say("state.look")
        put(page.sheet, row, column + 1, pending, page.look("state"))
    page.fit(row, (*texts, label, pending))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where to look in the copy: sheet, cells in words and the one to go to ("" for none);
    and where it stood in the file sent, if elsewhere."""

    sheet: str
    cells: str
    target: str
    sent: str


def _place(listing: Listing, entry: Entry, form: FormPlan | None) -> _Place:
    where = entry.finding.address
    whole = listing.say("whole")
    if form is not None and entry.cells:
        slots = [form.slots[key] for key in entry.cells]
        named = "; ".join(map(_a1, slots[:_CELLS_NAMED]))
        named += " …" if len(slots) > _CELLS_NAMED else ""
        here = _Place(form.layout.sheet, named, _a1(slots[0]), "")
    elif row := listing.row_of_rest(entry):
        cell = f"{column_letters(_FIRST + 3)}{row}"
        here = _Place(listing.names[1], cell, cell, "")
    elif form is not None:
        here = _Place(form.layout.sheet, whole, f"B{form.layout.title_row}", "")
    else:
        return _Place(listing.say("whole_file"), "", "", _named(where.sheet, where.cell))
    sheet = "" if where.sheet == here.sheet else where.sheet
    cell = "" if not sheet and where.cell == here.target else where.cell
    return replace(here, sent=_named(sheet, cell))


def _named(sheet: str, cell: str) -> str:
    return "!".join(part for part in (sheet, cell) if part)


def _content(form: FormPlan | None, entry: Entry) -> str:
    """What the sender typed in the first cell, where the finding does not quote it."""
    if form is None or not entry.cells:
        return ""
    cells = [sheet.cells.get(place) for sheet, place in form.sent(entry.cells[0])]
    return " | ".join(cell.shown() for cell in cells if cell is not None and not is_blank(cell))


def _watched(listing: Listing, entry: Entry) -> str:
    """The formula that is true while a place of the entry is as it was sent; "" without any."""
    form = listing.plan.forms.get(entry.form)
    keys = [key for key in entry.cells if is_input(form, key)] if form else []
    if form is None or not keys:
        return ""
    sheet = f"{_quoted(form.layout.sheet)}!"
    if entry.jointly or len(keys) == 1:
        return still_faulty(form, entry, keys[0], sheet)
    return any_of(
        [
            f"COUNTBLANK({sheet}${letters}${first}:${letters}${last})>0"
            for letters, first, last in _runs(form, keys)
        ]
    )


def _runs(form: FormPlan, keys: Sequence[Key]) -> Iterator[tuple[str, int, int]]:
    """Cells that follow each other down a column: its letters, the first and the last row.

    A finding about several cells is about blank ones: what stood there is not given.
    """
    places = sorted((form.slots[key].column, form.slots[key].row) for key in keys)
    at = 0
    while at < len(places):
        end = at
        while end + 1 < len(places) and places[end + 1] == (places[at][0], places[end][1] + 1):
            end += 1
        yield column_letters(places[at][0]), places[at][1], places[end][1]
        at = end + 1


def _a1(slot: Slot) -> str:
    return a1(slot.row, slot.column)


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


# --- what has no place --------------------------------------------------------------------


def write_rest(listing: Listing, book: Workbook) -> None:
    """Add the sheet that keeps what fits no cell of the copy, with its place in the file."""
    page = _Sheet(book, listing.names[1], _REST_WIDTHS)
    page.line(_TITLE_ROW, listing.say("rest.title"), "title")
    page.line(_LINES_ROW, listing.say("rest.how", file=listing.plan.raw.file))
    head = _LINES_ROW + 2
    page.head(head, [listing.say(f"heading.{name}") for name in _REST_HEAD])
    row = head
    for number, rest in enumerate(listing.rest, 1):
        row = _rest(listing, page, row + 1, number, rest)
    _finish(listing, page, row)


def _rest(listing: Listing, page: _Sheet, row: int, number: int, rest: Rest) -> int:
    """One cell; a text that no cell holds goes on in the rows below. Returns the last row."""
    why = said_of(rest.said, listing.lang, {}).why if rest.said else ""
    given = plain_of(rest.cell)
    for part in _parts(rest):
        start = (str(number), rest.address.sheet, rest.address.cell)
        for column, words in enumerate(start, _FIRST):
            put(page.sheet, row, column, words, page.look("number" if column == 2 else "words"))
        at = (row, _FIRST + len(start))
        if given is not None:
            put_given(page.sheet, at, given, page.plain(given.number_format, given.font))
        else:
            page.sheet.write_string(row - 1, at[1] - 1, part, page.plain("", ""))
        put(page.sheet, row, at[1] + 1, why, page.look("words"))
        page.fit(row, (*start, rest.cell.shown() if given is not None else part, why))
        row += 1
    return row - 1


def _parts(rest: Rest) -> list[str]:
    """The content as the cells of the list take it: one, but for an overlong text."""
    return [""] if plain_of(rest.cell) is not None else pieces(rest.cell.shown())


def _finish(listing: Listing, page: _Sheet, last: int) -> None:
    plan = listing.plan
    page.finish(
        last,
        listing.say("whose", unit=plan.layout.unit.name, period=plan.layout.period.name),
        text("template.form.footer_right", listing.lang, page="{page}", pages="{pages}"),
    )

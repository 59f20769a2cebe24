"""The panel on the cover: per form what is filled, missing and at fault, and where to begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.messages import text
from toolkit.places import column_letters
from toolkit.programme.language.excel import quoted
from toolkit.programme.model import FormKind
from toolkit.template.check_column import Said, first_fault
from toolkit.template.check_sheet import CheckPlaces
from toolkit.template.checks import place_of
from toolkit.template.formulas import helper_cells, unchecked_rows
from toolkit.template.layout import Helper, HelperKind, SheetLayout, SlotKind, WorkbookLayout
from toolkit.template.verdicts import Verdict

_GAP = "\x00"  # stands in a text where a formula puts a number
BlankForms = Mapping[str, Mapping[int, Said]]  # by form code and row


@dataclass(frozen=True, slots=True)
class Cell:
    """A formula (with its ``=``) and the result stored beside it; "" leaves it to be computed."""

    formula: str
    stored: int | str


@dataclass(frozen=True, slots=True)
class PanelLine:
    """What the panel says of one form, or (``form`` None) of the whole workbook."""

    form: SheetLayout | None
    filled: Cell | None
    missing: Cell
    faults: Cell
    looks: Cell
    state: Cell


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the panel, 1-based, whose numbers its own formulas use."""

    missing: int
    faults: int
    looks: int


def panel_lines(
    workbook: WorkbookLayout,
    places: CheckPlaces,
    blank: BlankForms | None,
    first_row: int,
    columns: Columns,
    lang: str,
) -> list[PanelLine]:
    """The lines of a panel whose first form stands in ``first_row``; the last is the whole.

    ``blank`` is what the checks say while nothing is filled in; None: leave the stored results
    to be computed.
    """
    lines = []
    for row, sheet in enumerate(workbook.sheets, first_row):
        said = None if blank is None else blank[sheet.form.code]
        lines.append(_of_form(sheet, places, said, row, columns, lang))
    last = first_row + len(lines)
    missing, faults, looks = (
        Cell(
            f"=SUM({column_letters(column)}{first_row}:{column_letters(column)}{last - 1})",
            "" if blank is None else sum(int(part.stored) for part in parts),
        )
        for column, parts in (
            (columns.missing, [line.missing for line in lines]),
            (columns.faults, [line.faults for line in lines]),
            (columns.looks, [line.looks for line in lines]),
        )
    )
    todo = _sum(columns, last)
    ready = text("template.cover.panel_ready", lang)
    state = f"=IF({todo}=0,{quoted(ready)},{_with_number('panel_todo', todo, lang)})"
    stored = ""
    if blank is not None:
        count = int(missing.stored) + int(faults.stored)
        stored = text("template.cover.panel_todo", lang, count=count) if count else ready
    return [*lines, PanelLine(None, None, missing, faults, looks, Cell(state, stored))]


def first_faults(
    workbook: WorkbookLayout, places: CheckPlaces, blank: BlankForms
) -> Mapping[str, tuple[int, int]]:
    """Row and column of the first cell that wants mending while nothing is filled in, by form
    code; row 0 where there is none."""
    found = {}
    for sheet in workbook.sheets:
        helpers = sheet.helpers_of(HelperKind.FIELD, HelperKind.RULE)
        found[sheet.form.code] = (0, 0)
        for row, said in sorted(blank[sheet.form.code].items()):
            if place := first_fault(said):
                uses = places.uses[sheet.form.code]
                found[sheet.form.code] = (row, place_of(sheet, helpers[place - 1], uses))
                break
    return found


def _of_form(
    sheet: SheetLayout,
    places: CheckPlaces,
    blank: Mapping[int, Said] | None,
    row: int,
    columns: Columns,
    lang: str,
) -> PanelLine:
    fields, rules = sheet.helpers_of(HelperKind.FIELD), sheet.helpers_of(HelperKind.RULE)
    both = (*fields, *rules)

    def stored(counts: Callable[[Verdict], bool]) -> int | str:
        if blank is None:
            return ""
        return sum(v is not None and counts(v) for line in blank.values() for v in line)

    beyond = f'">{Verdict.MISSING.value}"'
    missing = Cell(
        f"={_count(sheet, fields, str(Verdict.MISSING.value))}",
        stored(lambda v: v is Verdict.MISSING),
    )
    # both kinds of columns hold such verdicts: a wrong answer, a broken rule
    faults = Cell(f"={_count(sheet, both, beyond)}", stored(lambda v: v > Verdict.MISSING))
    looks = Cell(
        f"={_count(sheet, both, str(Verdict.LOOK.value))}+{unchecked_rows(sheet)}",
        stored(lambda v: v is Verdict.LOOK),
    )
    state = _state(sheet, places, (missing, faults, looks), row, columns, lang)
    return PanelLine(sheet, _filled(sheet, lang, blank is not None), missing, faults, looks, state)


def _filled(sheet: SheetLayout, lang: str, fresh: bool) -> Cell:
    """How many cells are filled, of how many; in an OPEN form how many rows."""
    if sheet.form.kind is FormKind.OPEN:
        count = _count(sheet, sheet.helpers_of(HelperKind.ROW), '">0"')
        key, total = "panel_rows", 0
    else:
        fields = sheet.helpers_of(HelperKind.FIELD)
        kinds = (str(Verdict.FINE.value), str(Verdict.LOOK.value), f'">{Verdict.MISSING.value}"')
        count = "+".join(_count(sheet, fields, kind) for kind in kinds)
        key, total = "panel_cells", sum(s.kind is SlotKind.INPUT for s in sheet.slots())
    stored = text(f"template.cover.{key}", lang, count=0, total=total) if fresh else ""
    return Cell(f"={_with_number(key, count, lang, total=total)}", stored)


def _state(
    sheet: SheetLayout,
    places: CheckPlaces,
    counts: Sequence[Cell],
    row: int,
    columns: Columns,
    lang: str,
) -> Cell:
    """The words at the end of a form's line: a link to the first cell that wants mending."""
    todo, looks = _sum(columns, row), f"{column_letters(columns.looks)}{row}"
    fine = text("template.cover.panel_fine", lang)
    said = (
        f"IF({todo}>0,{_with_number('panel_todo', todo, lang)},"
        f"IF({looks}>0,{_with_number('panel_look', looks, lang)},{quoted(fine)}))"
    )
    stored = ""
    if counts[0].stored != "":
        missing, faults, doubts = (int(cell.stored) for cell in counts)
        stored = fine
        if missing + faults:
            stored = text("template.cover.panel_todo", lang, count=missing + faults)
        elif doubts:
            stored = text("template.cover.panel_look", lang, count=doubts)
    block = places.blocks[sheet.form.code]
    if not block.count:
        return Cell(f"={quoted(fine)}", fine)
    return Cell(f"=HYPERLINK({block.target},{said})", stored)


def _sum(columns: Columns, row: int) -> str:
    return f"{column_letters(columns.missing)}{row}+{column_letters(columns.faults)}{row}"


def _count(sheet: SheetLayout, helpers: Sequence[Helper], what: str) -> str:
    if not helpers:
        return "0"
    cells = helper_cells(sheet, helpers[0].index, helpers[-1].index, outside=True)
    return f"COUNTIF({cells},{what})"


def _with_number(key: str, number: str, lang: str, **params: object) -> str:
    """A text of the catalogue as Excel source, with a formula in place of ``{count}``."""
    words = text(f"template.cover.{key}", lang, count=_GAP, **params)
    before, _, after = words.partition(_GAP)
    parts = [quoted(before)] * bool(before) + [f"({number})"] + [quoted(after)] * bool(after)
    return "&".join(parts)

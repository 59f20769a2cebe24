"""The very hidden sheet of the checks: words for nothing, keys of choices, messages, links.

Everything a check looks up stands here, so that the formulas on the forms stay short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.messages import text
from toolkit.places import column_letters
from toolkit.programme.language.evaluate import Row as Asked
from toolkit.programme.language.excel import text_length
from toolkit.programme.language.sentence import holes, in_words, say
from toolkit.programme.language.tree import Hole, Node
from toolkit.programme.model import Field, FieldType
from toolkit.template.checks import RuleUse, place_of, rule_uses
from toolkit.template.formulas import helper_cells, sheet_prefix
from toolkit.template.layout import (
    ANSWER_KEY,
    CHECK_SHEET,
    HelperKind,
    SheetLayout,
    WorkbookLayout,
)
from toolkit.template.sheet import TemplateSheet, put_formula
from toolkit.template.validation import shown_limit
from toolkit.template.verdicts import SAID, ChoiceKeys, Verdict, accepted_keys
from toolkit.template.words import (
    FIRST_ROW,
    IN_NUMBERS,
    IN_TEXTS,
    NUMBER_COLUMN,
    TEXT_COLUMN,
)

_FIRST_MARK = 0xE000  # where the characters begin that mean nothing to anybody
_ROOM = 7000  # characters of a formula; Excel allows 8192
_WIDTH = 1 + len(SAID)  # of the block of one form: the column a check speaks of, then messages


@dataclass(frozen=True, slots=True)
class Block:
    """Where the messages of one form stand: a row for each FIELD and RULE column.

    ``row`` holds the number of the first row that wants mending (0: none), ``target`` the link
    to its cell.
    """

    column: int
    count: int

    @property
    def letters(self) -> str:
        """The cells with the columns that the checks speak of."""
        return _cells(self.column, self.column, self.count)

    @property
    def messages(self) -> str:
        """The cells with the messages."""
        return _cells(self.column + 1, self.column + len(SAID), self.count)

    @property
    def row(self) -> str:
        """The cell with the number of the first row that wants mending."""
        return f"{CHECK_SHEET}!${column_letters(self.column + 1)}$1"

    @property
    def target(self) -> str:
        """The cell with the link."""
        return f"{CHECK_SHEET}!${column_letters(self.column + 2)}$1"


@dataclass(frozen=True, slots=True)
class CheckPlaces:
    """Where on the sheet of the checks everything stands, by list and by form code."""

    keys: Mapping[str, ChoiceKeys]
    key_columns: Mapping[str, int]
    blocks: Mapping[str, Block]
    uses: Mapping[str, tuple[RuleUse, ...]]
    messages: Mapping[str, tuple[Mapping[Verdict, str], ...]]  # of each FIELD and RULE column
    holes: Mapping[str, tuple[Hole, ...]]  # what fills the marks in the messages: see ``mark``

    def said(self, form: str, verdicts: Sequence[Verdict | None], row: Asked) -> str:
        """What the column of checks says of a row with these verdicts while it is blank."""
        pairs = list(zip(verdicts, self.messages[form], strict=True))
        faults = [m[v] for v, m in pairs if v is not None and v > Verdict.FINE]
        doubts = [m[v] for v, m in pairs if v is Verdict.LOOK]
        said = next(iter((*faults, *doubts)), "")
        for number, hole in enumerate(self.holes[form]):
            if mark(number) in said:
                said = said.replace(mark(number), say((hole,), row))
        return said

    def marks(self, form: str, broken: Verdict, *, whole: bool) -> Mapping[str, Hole]:
        """The marks in what rules say that are ``broken`` so, each with its hole.

        ``whole``: the rules that are asked once of the form, else those of its rows.
        """
        said = {
            _same(hole)
            for use in self.uses[form]
            for hole in holes(use.rule.sentence)
            if use.broken is broken and use.whole_form is whole
        }
        return {mark(n): hole for n, hole in enumerate(self.holes[form]) if _same(hole) in said}


def mark(number: int) -> str:
    """What stands in a message for the value of a hole, a character that no text holds."""
    return chr(_FIRST_MARK + number)


def check_places(workbook: WorkbookLayout, lang: str) -> CheckPlaces:
    """Where the checks of the workbook find what they look up, and the messages in ``lang``."""
    asked = dict.fromkeys(
        field.choices
        for sheet in workbook.sheets
        for field in sheet.form.fields
        if field.is_input and field.type is FieldType.CHOICE
    )
    lists = [c for c in workbook.programme.choices if c.code in asked and c.values]
    column = TEXT_COLUMN + 1
    keys: dict[str, ChoiceKeys] = {}
    key_columns: dict[str, int] = {}
    for choices in lists:
        accepted, count = accepted_keys(choices.values), len(choices.values)
        words = len(accepted) - count
        keys[choices.code] = ChoiceKeys(
            accepted,
            _cells(column, column, len(accepted)),
            _cells(column, column, words, after=count) if words else "",
        )
        key_columns[choices.code] = column
        column += 1
    blocks: dict[str, Block] = {}
    for sheet in workbook.sheets:
        count = len(sheet.helpers_of(HelperKind.FIELD, HelperKind.RULE))
        blocks[sheet.form.code] = Block(column, count)
        column += _WIDTH
    uses = {sheet.form.code: rule_uses(sheet) for sheet in workbook.sheets}
    filled = {code: _holes(of_form) for code, of_form in uses.items()}
    messages = {
        sheet.form.code: tuple(
            _messages(sheet, uses[sheet.form.code], filled[sheet.form.code], lang)
        )
        for sheet in workbook.sheets
    }
    return CheckPlaces(keys, key_columns, blocks, uses, messages, filled)


def _same(hole: Hole) -> tuple[Node, bool]:
    """What makes two holes one."""
    return hole.expression.root, hole.percent


def _holes(uses: Sequence[RuleUse]) -> tuple[Hole, ...]:
    """The holes of a form's messages, each once; none where a formula cannot fill so many."""
    found = {_same(hole): hole for use in uses for hole in holes(use.rule.sentence)}
    # at worst each is filled in twice, in what is wrong and in what is to be looked at
    length = 2 * sum(text_length(hole) for hole in found.values())
    return tuple(found.values()) if length <= _ROOM else ()


def _messages(
    form: SheetLayout, uses: Sequence[RuleUse], filled: Sequence[Hole], lang: str
) -> Iterator[Mapping[Verdict, str]]:
    rules = {use.rule.code: use for use in uses}
    for helper in form.helpers_of(HelperKind.FIELD, HelperKind.RULE):
        if helper.kind is HelperKind.RULE:
            yield _rule_messages(rules[helper.code], filled, lang)
        elif helper.code == ANSWER_KEY:
            # the question stands beside: its name need not be said
            yield {v: text(f"template.check.{v.name.lower()}", lang) for v in SAID}
        else:
            yield dict(_field_messages(form.form.field(helper.code), lang))


def _cells(first: int, last: int, count: int, *, after: int = 0) -> str:
    top = FIRST_ROW + after
    end = top + max(count, 1) - 1
    return f"{CHECK_SHEET}!${column_letters(first)}${top}:${column_letters(last)}${end}"


def write_check_sheet(
    sheet: TemplateSheet,
    workbook: WorkbookLayout,
    places: CheckPlaces,
    first_faults: Mapping[str, tuple[int, int]] | None,
) -> None:
    """Write the sheet. ``first_faults`` are row and column of the cell each form's link leads
    to, by form code, for the stored results; None: leave them to be computed."""
    for column, words in ((NUMBER_COLUMN, IN_NUMBERS), (TEXT_COLUMN, IN_TEXTS)):
        _put_column(sheet, column, words)
    for code, column in places.key_columns.items():
        sheet.write_string(0, column - 1, code)
        _put_column(sheet, column, places.keys[code].keys)
    for form in workbook.sheets:
        block = places.blocks[form.form.code]
        _put_block(sheet, form, block, places)
        if block.count:
            known = None if first_faults is None else first_faults[form.form.code]
            _put_link(sheet, form, block, known)
    sheet.protect()
    sheet.very_hidden()


def _put_column(sheet: TemplateSheet, column: int, words: Sequence[str]) -> None:
    for row, word in enumerate(words, FIRST_ROW - 1):
        sheet.write_string(row, column - 1, word)


def _put_block(sheet: TemplateSheet, form: SheetLayout, block: Block, places: CheckPlaces) -> None:
    code = form.form.code
    sheet.write_string(0, block.column - 1, code)
    helpers = form.helpers_of(HelperKind.FIELD, HelperKind.RULE)
    lines = zip(helpers, places.messages[code], strict=True)
    for row, (helper, said) in enumerate(lines, FIRST_ROW - 1):
        letters = column_letters(place_of(form, helper, places.uses[code]))
        sheet.write_string(row, block.column - 1, letters)
        for offset, verdict in enumerate(SAID):
            if verdict in said:
                sheet.write_string(row, block.column + offset, said[verdict])


def _rule_messages(use: RuleUse, filled: Sequence[Hole], lang: str) -> Mapping[Verdict, str]:
    message = use.rule.message
    if use.rule.sentence:
        marks = {_same(hole): mark(number) for number, hole in enumerate(filled)}
        message = in_words(
            tuple(
                piece if isinstance(piece, str) else marks.get(_same(piece), piece)
                for piece in use.rule.sentence
            )
        )
    message = " ".join(message.split()) or use.rule.code
    if use.broken is Verdict.LOOK:
        message = text("template.check.look_at", lang, message=message)
    return {use.broken: message}


def _field_messages(field: Field, lang: str) -> Iterator[tuple[Verdict, str]]:
    title = " ".join(field.title.split())
    limits = {Verdict.SMALL: field.minimum, Verdict.LARGE: field.maximum}
    for verdict in (Verdict.MISSING, Verdict.FAULT, *_OF_TYPE.get(field.type, ())):
        key = f"template.check.field_{verdict.name.lower()}"
        if field.type is FieldType.DATE and verdict in limits:
            key += "_day"
        limit = shown_limit(field, limits.get(verdict))
        if limit or verdict not in limits:
            yield verdict, text(key, lang, field=title, limit=limit)


_LIMITED = (Verdict.SMALL, Verdict.LARGE)
# What can be said of an answer besides MISSING and FAULT.
_OF_TYPE: Mapping[FieldType, tuple[Verdict, ...]] = {
    FieldType.INTEGER: (Verdict.NUMBER, Verdict.WHOLE, *_LIMITED),
    FieldType.DECIMAL: (Verdict.NUMBER, *_LIMITED),
    FieldType.RATE: (Verdict.NUMBER, *_LIMITED),
    FieldType.DATE: (Verdict.DATE, *_LIMITED, Verdict.LOOK),
    FieldType.CHOICE: (Verdict.CHOICE,),
}


def _put_link(
    sheet: TemplateSheet, form: SheetLayout, block: Block, known: tuple[int, int] | None
) -> None:
    """The number of the first row that wants mending, and the link to its cell."""
    (first,) = form.helpers_of(HelperKind.FIRST)
    cells = helper_cells(form, first.index, first.index, outside=True)
    ends = cells.rpartition("!")[2].split(":")
    prefix = sheet_prefix(form)
    last = f"ROW({prefix}{ends[1]})+1"
    row = f'IF(COUNTIF({cells},">0")=0,0,{last}-SUMPRODUCT(MAX(({cells}>0)*({last}-ROW({cells})))))'
    place = f"INDEX({cells},{block.row}-ROW({prefix}{ends[0]})+1)"
    start = f'"$B${form.title_row}"'
    address = f"IF({block.row}=0,{start},INDEX({block.letters},{place})&{block.row})"
    name = f"#{prefix}".replace('"', '""')
    stored: tuple[int | str, str] = ("", "")
    if known is not None:
        where = f"{column_letters(known[1])}{known[0]}" if known[0] else f"$B${form.title_row}"
        stored = (known[0], f"#{prefix}{where}")
    put_formula(sheet, 1, block.column + 1, f"={row}", stored[0])
    put_formula(sheet, 1, block.column + 2, f'="{name}"&{address}', stored[1])

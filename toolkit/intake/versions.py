"""Returns made on another issue of the template than the current one.

Answers move by their codes: form, row and field. What moved, vanished or is newly asked is
listed, one finding each; nothing of it is the sender's fault.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from toolkit.findings import Finding
from toolkit.intake.catalogue import SEVERITIES, finding
from toolkit.intake.cells import is_blank, shortened
from toolkit.intake.formreading import FormReading
from toolkit.intake.ledger import Place
from toolkit.intake.model import CellKind
from toolkit.template.layout import (
    ANSWER_KEY,
    CHECK_KEY,
    FORM_MARK,
    TOTAL_KEY,
    SlotKind,
    issue_columns,
    issue_rows,
)

# What would be the sender's doing in a current template is the head office's in another.
_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "structure.column_missing": "template.column_new",
        "structure.column_gone": "template.computed_new",
        "structure.row_missing": "template.row_new",
        "structure.rows_moved": "template.rows_moved",
        "structure.heading_changed": "template.heading_changed",
        "structure.sheet_renamed": "template.sheet_renamed",
        "structure.sheet_not_asked": "template.form_gone",
        "prefill.changed": "template.figure_changed",
        "prefill.text_changed": "template.text_changed",
    }
)

_LOST = frozenset({"structure.column_missing", "structure.column_gone", "structure.row_missing"})


@dataclass(frozen=True, slots=True)
class OtherIssue:
    """What another issue of the template had, as its hidden sheet says.

    ``lines`` are the codes of columns and keys of rows by the key they stand under there; of a
    template made before that was written down there are none.
    """

    forms: frozenset[str]
    lines: Mapping[str, frozenset[str]]

    def had(self, form: str, params: Mapping[str, str]) -> bool:
        """Whether it is known to have had the column or row that a finding misses."""
        if params.get("column") == ANSWER_KEY:
            return form in self.forms
        columns = self.lines.get(issue_columns(form), frozenset())
        rows = self.lines.get(issue_rows(form), frozenset())
        return params.get("column") in columns or params.get("row") in rows


def other_issue(meta: Mapping[str, str]) -> OtherIssue:
    """The issue that the key and value rows of a hidden sheet speak of."""
    listed = {key: frozenset(c.strip() for c in text.split(";")) for key, text in meta.items()}
    forms = listed.get("forms", frozenset())
    keys = {key(form) for form in forms for key in (issue_columns, issue_rows)}
    return OtherIssue(forms, {key: codes for key, codes in listed.items() if key in keys})


def of_another_issue(
    findings: Iterable[Finding], issue: OtherIssue, asked: Mapping[str, str]
) -> Iterator[Finding]:
    """The findings as they read for a file made from another issue of the template.

    ``asked`` is the code of each form asked now by the name of its sheet. What that issue had
    and the file has not, the sender lost.
    """
    for said in findings:
        code = _INSTEAD.get(said.code, said.code)
        form = asked.get(said.address.sheet, "")
        if said.code in _LOST and issue.had(form, said.params):
            code = said.code
        if said.code == "structure.sheet_missing" and form not in issue.forms:
            code = "template.form_new"
        if code != said.code:
            said = replace(said, code=code, severity=SEVERITIES[code])
        yield said


def vanished(reading: FormReading) -> tuple[dict[int, Finding], dict[int, Finding]]:
    """Columns and rows that the other issue had and the current one has not.

    Each with its finding, by its place; the findings are added to those of the form.
    """
    columns: dict[int, Finding] = {}
    rows: dict[int, Finding] = {}
    table = reading.table
    by_line: dict[tuple[bool, int], list[Place]] = {}
    for place, cell in table.sheet.cells.items():
        if not is_blank(cell):
            by_line.setdefault((True, place[1]), []).append(place)
            by_line.setdefault((False, place[0]), []).append(place)
    for place in sorted(by_line.get((False, table.key_row), ())):
        code = table.sheet.cells[place].shown().strip()
        if not _is_known_column(reading, code):
            below = [p for p in by_line[True, place[1]] if p[0] >= table.first]
            heading, words = _heading(reading, place)
            columns[place[1]] = _gone(reading, "template.column_gone", heading, below, words)
    for place in sorted(by_line.get((True, table.key_column), ())):
        key = table.sheet.cells[place].shown().strip()
        if place[0] >= table.first and not _is_known_row(reading, key):
            beside = [p for p in by_line[False, place[0]] if p[1] > table.number_column]
            words = _first_text(reading, beside)
            rows[place[0]] = _gone(reading, "template.row_gone", place, beside, words)
    reading.findings += [*columns.values(), *rows.values()]
    return columns, rows


def _is_known_column(reading: FormReading, code: str) -> bool:
    known = {f.code for f in reading.layout.form.fields} | {ANSWER_KEY}
    return code in known or code.startswith((FORM_MARK, CHECK_KEY))


def _is_known_row(reading: FormReading, key: str) -> bool:
    known = {row.key for row in reading.layout.rows} | {TOTAL_KEY}
    return key in known or key in reading.table.rows


def _gone(
    reading: FormReading, code: str, place: Place, filled: Sequence[Place], label: str
) -> Finding:
    where = reading.address(min(filled, default=place))
    return finding(code, where, shortened(label), count=str(len(filled)))


def _heading(reading: FormReading, code: Place) -> tuple[Place, str]:
    """The lowest heading over a column and its place; those of its code where it has none."""
    table = reading.table
    texts = [
        (place, cell.shown())
        for place, cell in table.sheet.cells.items()
        if place[1] == code[1] and table.head <= place[0] < table.first - 1 and not is_blank(cell)
    ]
    return max(texts, default=(code, table.sheet.cells[code].shown()))


def _first_text(reading: FormReading, places: Sequence[Place]) -> str:
    cells = reading.table.sheet.cells
    return next(
        (cells[p].shown() for p in sorted(places) if cells[p].kind is CellKind.TEXT),
        "",
    )


def moved_columns(reading: FormReading) -> list[Finding]:
    """A note for each column that stood elsewhere among the columns both issues have."""
    table = reading.table
    columns = [c for c in table.layout.columns if c.field.code in table.columns]
    places = [table.columns[c.field.code] for c in columns]
    stayed = _longest_rising(places)
    return [
        finding(
            "template.column_moved",
            reading.address((max(table.first - 1, 1), place)),
            shortened(column.heading),
        )
        for column, place in zip(columns, places, strict=True)
        if place not in stayed and column.kind is not SlotKind.PREFILLED
    ]


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The members of a longest rising subsequence: the others are those that moved."""
    tails: list[int] = []  # the smallest end of a rising run of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(tails, number)
        before[number] = tails[at - 1] if at else None
        tails[at : at + 1] = [number]
    kept: set[int] = set()
    last = tails[-1] if tails else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept

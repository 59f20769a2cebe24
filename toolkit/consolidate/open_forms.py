"""A list (OPEN form) in one return: its filled rows, and what it says when there are none.

A list without rows counts as a confirmed 0 rows where its sheet came without an error; a list
whose sheet has an error is unreadable, one whose sheet is not in the return is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from toolkit.consolidate.aggregate import (
    MISSING,
    NIL,
    NOT_AVAILABLE,
    UNREADABLE,
    VALUE,
    ZERO,
)
from toolkit.consolidate.cells import BLANK, Cells, FormReturn
from toolkit.consolidate.model import Figure, Part
from toolkit.findings import Severity
from toolkit.intake.model import State
from toolkit.programme.model import Form, Programme
from toolkit.register.model import SubmissionDetail
from toolkit.template.layout import COVER_SHEET, META_SHEET
from toolkit.template.names import sheet_names
from toolkit.text import match_key

# What makes a row a filled one. A row in which everything is confirmed nil or not applicable
# says that there is nothing to list.
_SAYS_SOMETHING = (VALUE, ZERO, UNREADABLE, NOT_AVAILABLE)
# How the intake says under which other name it found a sheet, the template's as "expected".
_SHEET_FOUND = frozenset({"structure.sheet_renamed", "structure.sheet_by_headings"})


def list_return(
    form: Form,
    rows: Mapping[str, Mapping[str, Figure]],
    detail: SubmissionDetail,
    programme: Programme,
) -> FormReturn:
    """The filled rows of ``form`` in their order, out of all rows that have answers."""
    inputs = [field.code for field in form.fields if field.is_input]
    codes = [field.code for field in form.fields]
    filled: dict[str, Cells] = {}
    nil_parts: list[Part] = []
    for row in sorted(rows, key=_row_order):
        cells = rows[row]
        states = [cells[code].state for code in inputs if code in cells]
        if any(state in _SAYS_SOMETHING for state in states):
            filled[row] = {code: cells.get(code, BLANK) for code in codes}
        else:
            nil_parts += [p for code in inputs if code in cells for p in cells[code].parts]
    sheet = _sheet_of(form, rows, detail, programme)
    nil_parts = [part for part in nil_parts if part.state is NIL]
    nil_parts += _said(detail, sheet, "form.said_nothing", NIL)
    unknown = _said(detail, sheet, "form.said_not_available", NOT_AVAILABLE)
    said = unknown or nil_parts
    return FormReturn(filled, _no_rows(detail, sheet, said), tuple(said))


def _sheet_of(
    form: Form, rows: Mapping[str, Cells], detail: SubmissionDetail, programme: Programme
) -> str:
    """The sheet an OPEN form stands on in the return; "" where the return does not hold it.

    A list without a filled row leaves no answer behind, but the balance of its sheet, and a
    finding where the sheet goes by another name than the template's.
    """
    for cells in rows.values():
        for figure in cells.values():
            for part in figure.parts:
                return part.sheet
    wanted = sheet_names(programme.forms, (COVER_SHEET, META_SHEET))[form.code]
    names = {wanted} | {
        finding.address.sheet
        for finding in detail.findings
        if finding.code in _SHEET_FOUND and finding.params.get("expected") == wanted
    }
    keys = {match_key(name) for name in names}
    return next((name for name, _ in detail.ledgers if match_key(name) in keys), "")


def _said(detail: SubmissionDetail, sheet: str, code: str, state: State) -> list[Part]:
    """The cells of the sheet in which the unit says why it lists nothing."""
    submission = detail.submission
    return [
        Part(
            submission.unit,
            submission.period,
            "",
            state,
            None,
            finding.address.file,
            sheet,
            finding.address.cell,
            submission.stored,
        )
        for finding in detail.findings
        if finding.code == code and sheet and finding.address.sheet == sheet
    ]


def _no_rows(detail: SubmissionDetail, sheet: str, said: Sequence[Part]) -> State:
    """What an OPEN form says by having no filled row: with an error on its sheet, nothing."""
    if not sheet:
        return MISSING
    faulty = any(
        finding.severity is Severity.ERROR
        and sheet in (finding.address.sheet, finding.params.get("other"))
        for finding in detail.findings
    )
    if faulty:
        return UNREADABLE
    return said[0].state if said else ZERO


def _row_order(key: str) -> tuple[int, str]:
    """Row keys "1", "2", … "10" in the order of the rows."""
    return (int(key), "") if key.isdecimal() else (sys.maxsize, key)

"""How bad each kind of finding is: one table for all that the intake finds by itself.

What is found in the reading of one cell carries its severity from ``values``, what is found
in opening a file from ``reader``, and a broken rule that of the programme. An error means:
an answer could not be taken, or nobody can tell whose it is. A warning: it was taken, and
somebody should look. A note: what was assumed or left out without harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.findings import Address, Finding, Severity

_ERRORS = (
    "identify.other_programme",
    "identify.unknown_unit",
    "identify.unknown_period",
    "identify.cover_unit",
    "identify.cover_period",
    "identify.file_name_unit",
    "identify.file_name_period",
    "identify.not_asked",
    "identify.ended",
    "identify.ended_others",
    "identify.not_yet",
    "identify.not_yet_others",
    "identify.not_a_return",
    "identify.no_unit",
    "identify.unit_ambiguous",
    "identify.unit_suggestion",
    "identify.no_period",
    "structure.sheet_missing",
    "structure.sheet_duplicated",
    "structure.sheet_of_unit",
    "structure.sheet_of_period",
    "structure.column_missing",
    "structure.column_duplicated",
    "structure.heading_contradicts",
    "structure.row_missing",
    "structure.row_duplicated",
    "structure.row_contradicts",
    "cell.merged",
    "answer.missing",
    "form.empty",
    "computed.failed",
    "rule.failed",
    "cross.same_as_unit",
)
_WARNINGS = (
    "identify.by_file_name",
    "identify.file_name_year",
    "identify.cover_unit_unclear",
    "identify.cover_period_unclear",
    "template.form_new",
    "template.column_new",
    "template.row_new",
    "structure.rows_resorted",
    "structure.sheet_unknown",
    "structure.sheet_not_asked",
    "outside.row",
    "outside.column",
    "outside.cell",
    "hidden.row",
    "hidden.column",
    "hidden.sheet",
    "prefill.changed",
    "computed.differs",
    "total.differs",
    "row.duplicate",
    "cross.unchanged",
)
_NOTES = (
    "identify.by_cover",
    "template.older_version",
    "template.form_gone",
    "template.column_gone",
    "template.row_gone",
    "template.computed_new",
    "template.column_moved",
    "template.rows_moved",
    "template.sheet_renamed",
    "template.heading_changed",
    "template.text_changed",
    "template.figure_changed",
    "structure.sheet_renamed",
    "structure.sheet_by_name",
    "structure.sheet_by_headings",
    "structure.sheet_copied",
    "structure.heading_changed",
    "structure.columns_by_heading",
    "structure.column_gone",
    "structure.rows_moved",
    "structure.rows_by_text",
    "outside.remark",
    "outside.cover",
    "outside.text",
    "outside.signature",
    "row.repeated_heading",
    "row.total",
    "cell.invisible",
    "form.blank",
    "form.said_nothing",
    "form.said_not_available",
    "prefill.text_changed",
    "computed.typed_over",
    "computed.unchecked",
    "computed.error",
)
SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    dict.fromkeys(_ERRORS, Severity.ERROR)
    | dict.fromkeys(_WARNINGS, Severity.WARNING)
    | dict.fromkeys(_NOTES, Severity.NOTE)
)


def finding(code: str, address: Address, found: str = "", /, **params: str) -> Finding:
    """A finding of that code with the severity of the table; KeyError for one not in it."""
    return Finding(code, SEVERITIES[code], address, found, params)

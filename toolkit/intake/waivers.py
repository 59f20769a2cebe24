"""What a unit is excused from: still listed, but held against nobody.

The sheet Miễn trừ says which. A waived finding keeps its code, cell and text; it becomes a
note that names the reason. A value that could not be read stays unread: to excuse a unit
from a fault invents no figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from toolkit.findings import Finding, Severity
from toolkit.programme.model import Programme

# Among the params of a waived finding: the reason, and the severity it had.
REASON = "waived"
WAS = "waived_from"


def waiver_code(finding: Finding) -> str:
    """What a waiver of this finding names: the rule that was broken, else its own code.

    A rule that could not be computed is a fault of the programme and goes by its own code:
    to waive the rule does not waive that.
    """
    rule = finding.params.get("rule", "")
    return rule if rule and finding.code == "rule.broken" else finding.code


def excused(
    programme: Programme, unit: str, period: str, findings: Iterable[Finding]
) -> list[Finding]:
    """The findings on a return of that unit and period, those that are waived as notes."""
    reasons: dict[str, str] = {}
    for waiver in programme.waivers:
        if waiver.covers(unit, period):
            reasons.setdefault(waiver.rule, waiver.reason)
    return [_excused(found, reasons.get(waiver_code(found), "")) for found in findings]


def _excused(found: Finding, reason: str) -> Finding:
    if not reason or found.severity is Severity.NOTE:
        return found
    params = {**found.params, REASON: reason, WAS: found.severity.value}
    return replace(found, severity=Severity.NOTE, params=params)

"""What ``import-plan`` and ``reconcile`` print. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from toolkit.findings import Finding, Severity
from toolkit.messages import message, text

if TYPE_CHECKING:
    from toolkit.workflow import Imported


def imported(done: Imported, lang: str) -> list[str]:
    """The workbook, how many tasks, what was left out and each doubt with its cell."""
    lines = [text("cli.import_plan.done", lang, file=done.file, count=done.tasks)]
    if done.headers:
        lines.append(text("cli.import_plan.headers", lang, count=done.headers))
    if done.replaced:
        lines.append(text("cli.import_plan.replaced", lang, count=done.replaced))
    for heading, size in done.skipped:
        lines.append(text("cli.import_plan.skipped", lang, heading=heading, count=size))
    if not done.has_times:
        lines.append(text("cli.import_plan.no_times", lang))
    doubts = [f for f in done.findings if f.severity is not Severity.NOTE]
    if not doubts:
        return [*lines, text("cli.import_plan.clear", lang)]
    lines.append(text("cli.import_plan.doubts", lang, count=len(doubts)))
    lines += _doubts(doubts, lang)
    return lines


def _doubts(doubts: Sequence[Finding], lang: str) -> list[str]:
    return [
        text("cli.import_plan.doubt", lang, cell=f.address.cell, message=message(f, lang))
        for f in doubts
    ]

"""What ``import-plan`` and ``reconcile`` print. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from toolkit.console import day
from toolkit.findings import Finding, Severity
from toolkit.messages import message, text

if TYPE_CHECKING:
    from toolkit.intake.model import Answer
    from toolkit.programme.model import Programme
    from toolkit.register.model import Submission
    from toolkit.workflow import Imported, Reconciled
    from toolkit.workflow.reconcile import Differs, Pair


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


# --- two registers ------------------------------------------------------------------------

_MOST_FIGURES = 20


def reconciled(done: Reconciled, lang: str) -> list[str]:
    """What one register has and the other has not, and the figures that differ."""
    same = len(done.pairs) - len(done.apart)
    lines = [text("cli.reconcile.same", lang, count=same, folder=done.other)]
    if not done.same_programme:
        lines.append(text("cli.reconcile.programmes", lang))
    for key, returns in (("only_here", done.here), ("only_there", done.there)):
        if returns:
            lines.append(text(f"cli.reconcile.{key}", lang, count=len(returns)))
            lines += [_return_line(done, one, lang) for one in returns]
    for pair in done.apart:
        lines += _pair_lines(done, pair, lang)
    if done.agrees:
        lines.append(text("cli.reconcile.agrees", lang))
    return lines


def _return_line(done: Reconciled, one: Submission, lang: str) -> str:
    return text(
        "cli.reconcile.line",
        lang,
        whose=_whose(done, one, lang),
        file=one.file,
        received=day(one.received, lang),
        hash=one.sha256[:12],
        counts=text("cli.reconcile.not_current", lang) if one.unit and not one.current else "",
    )


def _whose(done: Reconciled, one: Submission, lang: str) -> str:
    units = {u.code: u.name for u in done.programme.units}
    periods = {p.code: p.name for p in done.programme.periods}
    if not one.unit:
        return text("cli.reconcile.unplaced", lang)
    return f"{units.get(one.unit, one.unit)}, {periods.get(one.period, one.period)}"


def _pair_lines(done: Reconciled, pair: Pair, lang: str) -> list[str]:
    key = "figures" if pair.figures else "files"
    whose = _whose(done, pair.here, lang)
    lines = [
        text(
            f"cli.reconcile.{key}",
            lang,
            whose=whose,
            count=len(pair.figures),
            here=pair.here.file,
            there=pair.there.file,
        )
    ]
    for figure in pair.figures[:_MOST_FIGURES]:
        lines.append(
            text(
                "cli.reconcile.figure",
                lang,
                name=_figure_name(done.programme, figure),
                here=_held(figure.here, lang),
                there=_held(figure.there, lang),
            )
        )
    left = len(pair.figures) - _MOST_FIGURES
    return [*lines, text("cli.reconcile.more", lang, count=left)] if left > 0 else lines


def _figure_name(programme: Programme, figure: Differs) -> str:
    form = next((f for f in programme.forms if f.code == figure.form), None)
    field = next((f for f in form.fields if f.code == figure.field), None) if form else None
    title = field.title if field else figure.field
    row = "" if figure.row == figure.field else f" {figure.row}"
    return f"{figure.form}{row}, {title}"


def _held(answer: Answer | None, lang: str) -> str:
    if answer is None or not answer.raw:
        shown = text("cli.reconcile.blank", lang)
    else:
        shown = f'"{answer.raw}"'
    place = answer.address if answer is not None else None
    return f"{shown} ({place.sheet}!{place.cell})" if place and place.cell else shown

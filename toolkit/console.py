"""What the commands print: results of the workflow as lines of text. Pure functions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.console_left_out import left_out
from toolkit.findings import Finding, Severity, has_errors
from toolkit.messages import message, text
from toolkit.text import harmless_json

if TYPE_CHECKING:
    from toolkit.programme.model import Programme
    from toolkit.programme.standard import StandardProgramme
    from toolkit.register.written import Kept
    from toolkit.workflow import (
        Checked,
        Consolidated,
        Distributed,
        Drawn,
        Filled,
        Paged,
        Ran,
        Received,
        Scored,
        StatusTable,
    )

# A return with hundreds of faults must not hide the files around it.
_MOST_FINDINGS = 12
_MOST_NAMED = 40  # returns of a summary that are lacking


def findings(found: Sequence[Finding], lang: str, *, most: int | None = None) -> list[str]:
    """One line per finding: severity, place, what is wrong and what to do."""
    return [_finding(f, lang) for f in (found if most is None else found[:most])]


def _finding(finding: Finding, lang: str) -> str:
    address = finding.address
    severity = text(f"cli.severity.{finding.severity}", lang)
    said = message(finding, lang)
    if not address.sheet:
        return text("cli.received.finding_file", lang, severity=severity, message=said)
    kind = "cell" if address.cell else "sheet"
    place = text(f"cli.place.{kind}", lang, sheet=address.sheet, cell=address.cell)
    return text("cli.received.finding", lang, severity=severity, place=place, message=said)


def filled(done: Filled, lang: str) -> list[str]:
    """A template filled for the superior body: what could not be filled in, then the sums."""
    names = {"file": str(done.workbook), "unit": done.unit, "period": done.period.name}
    return [
        *findings(done.findings, lang),
        text("cli.fill.title", lang, **names),
        text("cli.fill.counts", lang, **done.counts),
        text("cli.fill.record", lang, file=str(done.record)),
        text("cli.fill.next", lang),
    ]


def _count(found: Iterable[Finding], severity: Severity) -> int:
    return sum(f.severity is severity for f in found)


def _worth_showing(found: Iterable[Finding]) -> list[Finding]:
    """Errors first, then warnings; notes are for ``check`` and the summary workbook."""
    kept = [f for f in found if f.severity is not Severity.NOTE]
    return sorted(kept, key=lambda f: f.severity is not Severity.ERROR)


def _limited(found: Sequence[Finding], file: str, lang: str) -> list[str]:
    lines = findings(found, lang, most=_MOST_FINDINGS)
    if len(found) > _MOST_FINDINGS:
        rest = len(found) - _MOST_FINDINGS
        lines.append(text("cli.received.more", lang, count=rest, file=file))
    return lines


def day(value: date | None, lang: str) -> str:
    """A day as it is written in that language."""
    if value is None:
        return text("cli.status.none_due", lang)
    return value.strftime("%d/%m/%Y") if lang == "vi" else value.isoformat()


def kept_aside(kept: Sequence[Kept], lang: str) -> list[str]:
    """The files that were in the way of outputs, and their names now."""
    lines = [
        text("cli.kept_aside", lang, file=one.place, kept=one.kept.name)
        for one in kept[:_MOST_FINDINGS]
    ]
    rest = len(kept) - _MOST_FINDINGS
    return [*lines, text("cli.kept_aside_more", lang, count=rest)] if rest > 0 else lines


# --- programmes and templates -------------------------------------------------------------


def templates(standard: Sequence[StandardProgramme], lang: str) -> list[str]:
    """The list of standard programmes."""
    if not standard:
        return [text("cli.templates.none", lang)]
    lines = [text("cli.templates.head", lang)]
    width = max(len(one.name) for one in standard)
    for one in standard:
        lines.append(
            text(
                "cli.templates.line",
                lang,
                name=one.name.ljust(width),
                title=one.title,
                issuer=one.issuer,
            )
        )
    return [*lines, text("cli.templates.hint", lang)]


def created(year: int, target: Path, lang: str) -> list[str]:
    """A new folder, and what to do in it."""
    return [
        text("cli.new.done", lang, folder=target, year=year),
        text("cli.new.next", lang, folder=target),
    ]


def distributed(made: Sequence[Distributed], lang: str) -> list[str]:
    """How many templates went where."""
    lines = []
    for one in made:
        lines.append(
            text(
                "cli.distribute.line",
                lang,
                period=one.period.name,
                count=one.count,
                folder=one.folder,
            )
        )
        if one.archive is not None:
            lines.append("  " + text("cli.distribute.zip", lang, file=one.archive))
    total = sum(one.count for one in made)
    return [*lines, text("cli.distribute.total", lang, count=total)]


# --- check and receive --------------------------------------------------------------------


def _names(programme: Programme | None, unit: str, period: str) -> dict[str, str]:
    units = {u.code: u.name for u in programme.units} if programme else {}
    periods = {p.code: p.name for p in programme.periods} if programme else {}
    return {"unit": units.get(unit, unit), "period": periods.get(period, period)}


def received(lines: Sequence[Received], programme: Programme, lang: str) -> list[str]:
    """A line per file, its findings, and a closing count that adds up."""
    out: list[str] = []
    for one in lines:
        out += _received(one, programme, lang)
    out.append(_total(lines, lang))
    return out


def _received(one: Received, programme: Programme, lang: str) -> list[str]:
    judgement, receipt = one.judgement, one.receipt
    found = one.findings
    errors = _count(found, Severity.ERROR)
    warnings = _count(found, Severity.WARNING)
    mark = "✘" if errors else "✔"
    effect = text(f"cli.effect.{_effect(one)}", lang)
    if receipt.supersedes:
        key = {"supersedes": "supersedes", "superseded": "superseded_by", "duplicate": "same_as"}
        if str(receipt.effect) in key:
            other = text(f"cli.received.{key[str(receipt.effect)]}", lang, file=receipt.supersedes)
            effect += other
    if not (judgement.unit and judgement.period):
        head = text("cli.received.other", lang, mark=mark, file=one.judgement.file, effect=effect)
    else:
        head = text(
            "cli.received.identified",
            lang,
            mark=mark,
            file=judgement.file,
            effect=effect,
            late=text("cli.received.late", lang, days=one.late_days) if one.late_days else "",
            counts=text("cli.received.counts", lang, errors=errors, warnings=warnings)
            if errors or warnings
            else "",
            **_names(programme, judgement.unit, judgement.period),
        )
    if str(receipt.effect) == "duplicate":  # said when it first came
        return [head]
    return [head, *_limited(_worth_showing(found), judgement.file, lang)]


def _effect(one: Received) -> str:
    """The effect, with what was never a return (a lock file) told from what cannot be read."""
    if one.receipt.effect == "unreadable" and not has_errors(one.findings):
        return "skipped"
    return str(one.receipt.effect)


def _total(lines: Sequence[Received], lang: str) -> str:
    if not lines:
        return text("cli.received.none", lang)
    counts = Counter(_effect(one) for one in lines)
    order = (
        "recorded",
        "supersedes",
        "superseded",
        "after_closing",
        "duplicate",
        "unidentified",
        "unreadable",
        "skipped",
    )
    parts = [text(f"cli.total.{key}", lang, n=counts[key]) for key in order if counts[key]]
    return text("cli.received.total", lang, total=len(lines), parts=", ".join(parts))


def checked(results: Sequence[Checked], lang: str) -> list[str]:
    """The judgement on each file, all its findings, and the balance of its cells."""
    out: list[str] = []
    for one in results:
        result = one.result
        errors = _count(one.findings, Severity.ERROR)
        counts = {
            "errors": errors,
            "warnings": _count(one.findings, Severity.WARNING),
            "notes": _count(one.findings, Severity.NOTE),
        }
        if one.programme is None:
            key = "programme_faulty" if errors else "programme_clean"
            out.append(
                text(
                    f"cli.check.{key}",
                    lang,
                    file=result.file,
                    programme=result.programme,
                    **counts,
                )
            )
            out += findings(one.findings, lang)
            continue
        out += _checked_return(one, counts, lang)
    return out


def _checked_return(one: Checked, counts: dict[str, int], lang: str) -> list[str]:
    from toolkit.intake.model import Judgement

    judgement = one.result
    assert isinstance(judgement, Judgement)
    key = str(judgement.outcome)
    if key == "clean" and one.findings:
        key = "findings"
    names = _names(one.programme, judgement.unit, judgement.period)
    lines = [text(f"cli.check.{key}", lang, file=judgement.file, **names, **counts)]
    lines += findings(one.findings, lang)
    if judgement.ledgers:
        ledger = judgement.ledger
        lines.append(
            text(
                "cli.check.balance",
                lang,
                nonempty=ledger.nonempty,
                used=ledger.used,
                ignored=ledger.ignored,
                rejected=ledger.rejected,
            )
        )
    return [*lines, *left_out(judgement, lang)]


def as_json(value: object) -> list[str]:
    """A public JSON shape, readable and with Vietnamese letters kept."""
    return [harmless_json(json.dumps(value, ensure_ascii=False, indent=2))]


# --- status and outputs -------------------------------------------------------------------


def status(table: StatusTable, lang: str) -> list[str]:
    """Each period: the counts, then a line per unit; last, files that are asked of nobody."""
    from toolkit.workflow.status import unasked_lines

    @cache  # the same few things are said of thousands of units
    def said(shown: str, received: date | None, late: int) -> tuple[str, str, str]:
        return (
            text(f"cli.state.{shown}", lang),
            text("cli.status.received", lang, day=day(received, lang)) if received else "",
            text("cli.status.late", lang, days=late) if late else "",
        )

    out: list[str] = []
    for period in table.periods:
        out.append(_status_head(period, lang))
        out += _status_closed(table, period.period.code, lang)
        for unit in period.units:
            state, received, late = said(unit.shown, unit.received, unit.late_days)
            out.append(
                text(
                    "cli.status.line",
                    lang,
                    code=unit.unit.code,
                    name=unit.unit.name,
                    state=state,
                    received=received,
                    late=late,
                )
            )
    unasked = unasked_lines(table, lang)
    if unasked:
        out.append(text("succession.unasked.head", lang, count=len(unasked)))
        out += [f"  {line}" for line in unasked]
    return out


def _status_closed(table: StatusTable, period: str, lang: str) -> list[str]:
    """The editions that keep a period as it is, and whose returns came after that."""
    units = {u.code: u.name for u in table.programme.units}
    out = [
        text("cli.status.closed", lang, edition=one.name, day=day(one.closed.date(), lang))
        for one in table.closed
        if period in one.periods
    ]
    held = [units.get(s.unit, s.unit) for s in table.held_back if s.period == period]
    if held:
        out.append(text("cli.status.held", lang, units="; ".join(dict.fromkeys(held))))
    return out


def _status_head(period: object, lang: str) -> str:
    from toolkit.consolidate.model import PeriodStatus

    assert isinstance(period, PeriodStatus)
    rate = 100 * period.received / period.expected if period.expected else 0
    shown = f"{rate:.1f}%"
    return text(
        "cli.status.head",
        lang,
        period=period.period.name,
        received=period.received,
        expected=period.expected,
        rate=shown.replace(".", ",") if lang == "vi" else shown,
        on_time=period.on_time,
        late=period.late,
        returned=period.returned,
        due=day(period.period.due, lang),
    ) + (text("cli.status.accepted", lang, count=period.accepted) if period.accepted else "")


def consolidated(made: Sequence[Consolidated], lang: str) -> list[str]:
    """The summary workbooks with their coverage."""
    out = []
    for one in made:
        line = text("cli.consolidate.line", lang, period=one.period.name, file=one.file)
        out.append(line + (text("cli.unchanged", lang) if one.unchanged else ""))
        line = text("cli.consolidate.coverage", lang, received=one.received, expected=one.expected)
        if one.missing:
            named, rest = one.missing[:_MOST_NAMED], len(one.missing[_MOST_NAMED:])
            line += text("cli.consolidate.coverage_missing", lang, missing="; ".join(named))
            if rest:
                line += text("cli.consolidate.coverage_more", lang, count=rest)
        out.append(line)
        if one.edition:
            out.append(text("cli.consolidate.edition", lang, edition=one.edition))
        out += findings(one.findings, lang)
    return out


def scored(made: Sequence[Scored], lang: str) -> list[str]:
    """The files of scores, and what is still to be reviewed."""
    out = []
    for one in made:
        out += findings(one.findings, lang)
        if one.file is None:
            out.append(text("score.cli.kept", lang, period=one.period.name))
            continue
        out.append(text("score.cli.file", lang, period=one.period.name, file=one.file))
        counts = {"rows": one.rows, "unreviewed": one.unreviewed, "incomplete": one.incomplete}
        out.append(text("score.cli.counts", lang, **counts))
        if one.changed:
            out.append(text("score.cli.changed", lang, rows="; ".join(one.changed)))
        out += [text("cli.written", lang, file=path) for path in one.exported]
    return out


def drawn(made: Sequence[Drawn], lang: str) -> list[str]:
    """The charts drawn."""
    return [
        text(
            "cli.charts.line",
            lang,
            period=one.period.name,
            count=len(one.charts),
            folder=one.folder,
        )
        + (text("cli.unchanged", lang) if one.unchanged else "")
        for one in made
    ]


def paged(made: Sequence[Paged], lang: str) -> list[str]:
    """The pages written."""
    return [text("cli.page.line", lang, period=one.period.name, file=one.file) for one in made]


def ran(done: Ran, programme: Programme, lang: str) -> list[str]:
    """The whole way: the files, the state of each period, and where the results are."""
    out = received(done.received, programme, lang)
    out.append("")
    for period in done.status.periods:
        out.append(_status_head(period, lang))
        missing = [u.unit.short for u in period.units if u.received is None]
        if missing:
            out.append(text("cli.status.missing", lang, units="; ".join(missing)))
    out.append("")
    mend = sum(p.returned for p in done.status.periods)
    key = "to_mend" if mend else "clean"
    out.append(text(f"cli.run.{key}", lang, count=mend))
    out.append(text("cli.run.results", lang, folder=done.folder.out))

    def inside(path: Path) -> Path:
        return path.relative_to(done.folder.out)

    for made in done.consolidated:
        out.append(text("cli.run.summary", lang, period=made.period.name, file=inside(made.file)))
    for charts in done.charts:
        out.append(
            text("cli.run.charts", lang, count=len(charts.charts), folder=inside(charts.folder))
        )
    out.append(text("cli.run.status", lang, file=inside(done.status_file)))
    out.append(text("cli.run.register", lang))
    return out

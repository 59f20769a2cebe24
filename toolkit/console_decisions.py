"""What accept, return, reopen, history, remind and rehearse print. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from toolkit.console import day
from toolkit.messages import message, text

if TYPE_CHECKING:
    from toolkit.findings import Finding
    from toolkit.intake.model import Answer
    from toolkit.programme.model import Programme
    from toolkit.register.changes import Change, Changes
    from toolkit.register.model import Decision
    from toolkit.workflow.decisions import Decided, History, Version
    from toolkit.workflow.rehearse import Hit, Rehearsal, Rehearsed
    from toolkit.workflow.remind import Reminded

# More lines than this hide what stands below them.
_MOST_CHANGES = 20
_MOST_HITS = 5
_MOST_RETURNS = 10
_MOST_LETTERS = 40


def moment(value: datetime, lang: str) -> str:
    """A moment as it is written in that language."""
    return f"{day(value.date(), lang)} {value:%H:%M}"


# --- decisions ------------------------------------------------------------------------------


def decided(done: Decided, lang: str) -> list[str]:
    """A decision as it was recorded, and where the return stands now."""
    decision = done.decision
    names = {"unit": done.unit.name, "period": done.period.name}
    lines = [
        text(f"decision.done.{decision.ruling}", lang, file=done.submission.file, **names),
        text("decision.done.why", lang, why=decision.reason),
    ]
    if decision.waived:
        lines.append(text("decision.done.waived", lang, codes=", ".join(decision.waived)))
    if done.before is not None:
        ruling = text(f"decision.ruling.{done.before.ruling}", lang)
        when = moment(done.before.decided, lang)
        lines.append(text("decision.done.before", lang, day=when, ruling=ruling))
    if done.state:  # "" for a unit that owes no such return any more
        state = text(f"cli.state.{done.state}", lang)
        lines.append(text("decision.done.now", lang, state=state))
    return lines


# --- the line of versions -------------------------------------------------------------------


def history(line: History, lang: str, *, every: bool = False) -> list[str]:
    """Each version with its decisions, and what changed since the one before."""
    versions = line.versions
    names = {"unit": line.unit.name, "period": line.period.name}
    out = [text("history.head", lang, count=len(versions), **names)]
    for number, version in enumerate(versions, 1):
        out.append(_version(number, version, lang))
        out += [_decision(decision, lang) for decision in version.decisions]
        if version.detail.submission.unwaived:
            count = version.detail.submission.unwaived
            out.append(text("history.lapsed", lang, count=count))
        if version.changes is not None:
            out.append(text("history.since", lang, number=number - 1))
            most = None if every else _MOST_CHANGES
            out += _changes(version.changes, line.programme, lang, most)
    return out


def _version(number: int, version: Version, lang: str) -> str:
    at = version.detail.submission
    counts = "clean"
    if at.errors or at.warnings:
        counts = "counts"
    return text(
        "history.version",
        lang,
        number=number,
        day=day(at.received, lang),
        file=at.file,
        state=text(f"history.state.{_state(version)}", lang),
        late=text("history.late", lang, days=version.late_days) if version.late_days else "",
        counts=text(f"history.{counts}", lang, errors=at.errors, warnings=at.warnings),
    )


def _state(version: Version) -> str:
    at = version.detail.submission
    if not at.current:
        return "held" if version.held else "older"
    if at.accepted:
        return "accepted"
    if at.sent_back:
        return "sent_back"
    return "current_errors" if at.errors else "current_clean"


def _decision(decision: Decision, lang: str) -> str:
    line = text(
        "history.decision",
        lang,
        day=moment(decision.decided, lang),
        ruling=text(f"decision.ruling.{decision.ruling}", lang),
        why=decision.reason,
    )
    if decision.waived:
        line += text("history.waived", lang, codes=", ".join(decision.waived))
    return line


def _changes(changes: Changes, programme: Programme, lang: str, most: int | None) -> list[str]:
    out: list[str] = []
    groups = (
        ("mended", changes.mended),
        ("unmended", changes.unmended),
        ("unasked", changes.unasked),
    )
    for key, group in groups:
        if group:
            out.append(text(f"history.{key}", lang, count=len(group)))
        for change in group[:most]:
            out.append(_change(change, programme, lang, same=key == "unmended"))
            if key == "mended":
                out += [text("history.still", lang, said=message(f, lang)) for f in change.still]
        if most is not None and len(group) > most:
            out.append(text("history.more", lang, count=len(group) - most))
    if changes.others:
        out.append(text("history.others", lang, count=len(changes.others)))
        out += [_other(finding, lang) for finding in changes.others[:most]]
    return out or [text("history.nothing", lang)]


def _other(finding: Finding, lang: str) -> str:
    sheet = finding.address.sheet
    place = text("history.place", lang, sheet=sheet) if sheet else ""
    return text("history.other", lang, place=place, said=message(finding, lang))


def _change(change: Change, programme: Programme, lang: str, *, same: bool) -> str:
    form, row, field = change.key
    label = row_label(programme, form, row, lang)
    key = "same" if same else "change"
    return text(
        f"history.{key}" if label else f"history.{key}_one",
        lang,
        form=form,
        row=label,
        field=title(programme, form, field),
        cell=change.place.cell or "?",
        before=_shown(change.before, lang),
        after=_shown(change.after, lang),
    )


def title(programme: Programme, form: str, field: str) -> str:
    """The heading of a field on one line; its code where the programme has it no more."""
    titles = {(f.code, c.code): c.title for f in programme.forms for c in f.fields}
    return " ".join(titles.get((form, field), field).split())


def row_label(programme: Programme, form: str, row: str, lang: str) -> str:
    """The row of a list by its number, of a fixed form by its item; "" in questions."""
    if row.isdecimal():
        return text("history.row", lang, row=row)
    known = next((f for f in programme.forms if f.code == form), None)
    if known is None:
        return row
    if any(field.code == row for field in known.fields):
        return ""
    item = next((i for i in programme.items(known) if i.code == row), None)
    return row if item is None else f"{row} {short(item.text)}"


def short(words: str, most: int = 40) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _shown(answer: Answer | None, lang: str) -> str:
    raw = "" if answer is None else " ".join(answer.raw.split())
    return short(raw, 60) if raw else text("history.blank", lang)


# --- chasing --------------------------------------------------------------------------------


def reminded(done: Reminded, lang: str) -> list[str]:
    """Who is written to, and where the messages and the list are."""
    from toolkit.report.remind import ChaseKind, state
    from toolkit.report.remind_mail import recipients

    chasing = done.chasing
    if not chasing.chases:
        return [text("cli.remind.none", lang, period=chasing.period.name)]
    counts = {kind.value: chasing.count(kind) for kind in ChaseKind}
    on = day(chasing.on, lang)
    out = [text("cli.remind.head", lang, period=chasing.period.name, on=on, **counts)]
    for chase in chasing.chases[:_MOST_LETTERS]:
        address = recipients(chase.unit.email)
        out.append(
            text(
                "cli.remind.line",
                lang,
                code=chase.unit.code,
                unit=chase.unit.name,
                state=state(chase, lang),
                attached=text("cli.remind.attached", lang) if chase.correction else "",
                address=f" ({address})" if address else text("cli.remind.no_address", lang),
            )
        )
    if len(chasing.chases) > _MOST_LETTERS:
        out.append("  …")
    out.append(text("cli.remind.folder", lang, count=len(chasing.chases), folder=done.folder))
    lists = {"document": done.document.name, "sheet": done.sheet.name}
    return [*out, text("cli.remind.lists", lang, **lists)]


# --- rehearsing -----------------------------------------------------------------------------


def rehearsed(done: Rehearsal, lang: str) -> list[str]:
    """Each rule with its figures and who would fail; at the end the rules to look at."""
    out = [text("rehearse.head", lang, returns=done.returns)]
    if done.unplaced:
        out.append(text("rehearse.unplaced", lang, count=done.unplaced))
    alone = len(done.rules) == 1
    for one in done.rules:
        out += _rehearsed(one, lang, every=alone)
    return out if alone else [*out, *_summary(done.rules, lang)]


def _rehearsed(one: Rehearsed, lang: str, *, every: bool) -> list[str]:
    rule = one.rule
    out = [text("rehearse.rule", lang, rule=rule.code, source=rule.expression.source)]
    if one.rows:
        out.append(
            text(
                "rehearse.figures",
                lang,
                returns=one.returns,
                rows=one.rows,
                passed=one.passed,
                failed=len(one.failed),
                silent=one.silent,
            )
        )
    said = text(f"rehearse.showing.{one.showing}", lang)
    if said:
        out.append(f"    {said}")
    if one.raised:
        out.append(text("rehearse.raised", lang, count=len(one.raised)))
        out += [_raised(hit, lang) for hit in one.raised[:_MOST_HITS]]
    return [*out, *_fails(one, lang, every=every)] if one.failed else out


def _raised(hit: Hit, lang: str) -> str:
    names = {"unit": hit.unit.name, "period": hit.period.name}
    return text("rehearse.hit_raised", lang, found=hit.found, **names)


def _fails(one: Rehearsed, lang: str, *, every: bool) -> list[str]:
    from toolkit.workflow.rehearse import failing

    out = [text("rehearse.fails", lang, broken=one.broken, speaking=one.speaking)]
    returns = list(failing(one))
    for submission, hits in returns if every else returns[:_MOST_RETURNS]:
        first = hits[0]
        older = "" if submission.current else text("rehearse.older", lang)
        names = {"unit": first.unit.name, "period": first.period.name}
        out.append(text("rehearse.return", lang, older=older, count=len(hits), **names))
        shown = hits if every else hits[:_MOST_HITS]
        out += [_hit(hit, lang) for hit in shown]
        if len(hits) > len(shown):
            out.append(text("rehearse.more", lang, count=len(hits) - len(shown)))
    if not every and len(returns) > _MOST_RETURNS:
        rest = len(returns) - _MOST_RETURNS
        out.append(text("rehearse.more_returns", lang, count=rest, rule=one.rule.code))
    return out


def _hit(hit: Hit, lang: str) -> str:
    place = ""
    if hit.cells:
        place = text("rehearse.cells", lang, sheet=hit.sheet, cells=hit.cells)
    waived = text("rehearse.waived", lang) if hit.waived else ""
    return text("rehearse.hit", lang, place=place, found=hit.found, waived=waived)


def _summary(rules: Iterable[Rehearsed], lang: str) -> Sequence[str]:
    by_showing: dict[str, list[str]] = {}
    for one in rules:
        by_showing.setdefault(one.showing.value, []).append(one.rule.code)
    order = ("raised", "everyone", "never", "silent", "unasked")
    return [
        text(f"rehearse.summary.{key}", lang, rules=", ".join(by_showing[key]))
        for key in order
        if key in by_showing
    ]

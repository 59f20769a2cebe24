"""The officer's decisions, and the line of versions of one return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.findings import Finding, Severity
from toolkit.folder import Folder
from toolkit.register.model import Decision, Ruling, Submission
from toolkit.text import match_key
from toolkit.workflow.common import load_programme
from toolkit.workflow.judging import bring_up_to_date
from toolkit.workflow.named import period_named, unit_named

if TYPE_CHECKING:
    from toolkit.programme.model import Period, Programme, Unit
    from toolkit.register.changes import Changes
    from toolkit.register.model import SubmissionDetail


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision taken: about whose return, and the one it replaces or takes back.

    ``state`` is where the return stands now, as ``UnitStatus.shown`` says it.
    """

    unit: Unit
    period: Period
    submission: Submission
    decision: Decision
    before: Decision | None
    state: str


def accept(
    folder: Folder,
    unit: str,
    period: str,
    why: str,
    waive: Sequence[str] = (),
    *,
    now: datetime | None = None,
) -> Decided:
    """Accept the return that counts; ``waive`` names each rule or kind of finding it breaks.

    Raises ToolkitError where there is no return, where an error is not waived, where a waiver
    names nothing that is wrong with the return, and where it is accepted already.
    """
    case = _case(folder, unit, period, why)
    if case.submission.accepted:
        raise _already(case.submission)
    waived = _waived(case, waive)
    return _decide(folder, case, Ruling.ACCEPT, waived, now)


def send_back(
    folder: Folder, unit: str, period: str, why: str, *, now: datetime | None = None
) -> Decided:
    """Mark the return that counts as one to be corrected, though nothing may be wrong with it.

    Raises ToolkitError where there is no return and where it was sent back already.
    """
    case = _case(folder, unit, period, why)
    if case.submission.sent_back:
        raise _already(case.submission)
    return _decide(folder, case, Ruling.RETURN, (), now)


def reopen(
    folder: Folder, unit: str, period: str, why: str, *, now: datetime | None = None
) -> Decided:
    """Take the decision about the return that counts back.

    Raises ToolkitError where there is none to take back.
    """
    case = _case(folder, unit, period, why)
    if case.submission.decision is None:
        raise ToolkitError("decision.nothing_to_reopen", **case.names)
    return _decide(folder, case, Ruling.REOPEN, (), now)


@dataclass(frozen=True, slots=True)
class _Case:
    unit: Unit
    period: Period
    why: str
    detail: SubmissionDetail
    programme: Programme

    @property
    def submission(self) -> Submission:
        return self.detail.submission

    @property
    def names(self) -> Mapping[str, str]:
        return {"unit": self.unit.name, "period": self.period.name}


def _case(folder: Folder, unit: str, period: str, why: str) -> _Case:
    """What is to be decided, judged by the programme as it is now."""
    from toolkit.register.store import Register

    programme = load_programme(folder)
    whose, when = unit_named(programme, unit), period_named(programme, period)
    reason = " ".join(why.split())
    if not reason:
        raise ToolkitError("decision.no_reason")
    bring_up_to_date(folder, programme)
    with Register(folder.register, read_only=True) as register:
        detail = register.current_detail(whose.code, when.code)
    if detail is None:
        raise ToolkitError("decision.no_return", unit=whose.name, period=when.name)
    return _Case(whose, when, reason, detail, programme)


def _already(submission: Submission) -> ToolkitError:
    decision = submission.decision
    assert decision is not None
    return ToolkitError(
        f"decision.already_{decision.ruling.value}",
        file=submission.file,
        day=f"{decision.decided:%d/%m/%Y %H:%M}",
        why=decision.reason,
    )


def _waived(case: _Case, waive: Sequence[str]) -> tuple[str, ...]:
    """The codes waived, as the findings spell them; every error must be among them."""
    wrong = errors_by_code(case.detail.findings)
    known = {match_key(code): code for code in wrong}
    named = [code.strip() for text in waive for code in text.replace(",", ";").split(";")]
    unknown = [code for code in named if code and match_key(code) not in known]
    if unknown:
        raise ToolkitError(
            "decision.waive_unknown",
            codes=", ".join(unknown),
            known=", ".join(wrong) or "—",
            **case.names,
        )
    waived = tuple(dict.fromkeys(known[match_key(code)] for code in named if code))
    open_codes = [code for code in wrong if code not in waived]
    if open_codes:
        raise ToolkitError(
            "decision.not_waived",
            codes=", ".join(f"{code} ({wrong[code]})" for code in open_codes),
            options=" ".join(f'--waive "{code}"' for code in (*waived, *open_codes)),
            **case.names,
        )
    return waived


def errors_by_code(findings: Sequence[Finding]) -> Mapping[str, int]:
    """How many errors there are by what a waiver of them names, in order of first occurrence."""
    from toolkit.intake.waivers import waiver_code

    return Counter(waiver_code(f) for f in findings if f.severity is Severity.ERROR)


def _decide(
    folder: Folder, case: _Case, ruling: Ruling, waived: tuple[str, ...], now: datetime | None
) -> Decided:
    from toolkit.consolidate.status import period_status
    from toolkit.register.events import keep_journal
    from toolkit.register.lock import at_work
    from toolkit.register.store import Register

    moment = (now or datetime.now()).astimezone()
    decision = Decision(
        unit=case.unit.code,
        period=case.period.code,
        sha256=case.submission.sha256,
        ruling=ruling,
        decided=moment.replace(microsecond=0),
        reason=case.why,
        waived=waived,
    )
    with at_work(folder.out), Register(folder.register) as register:
        after = register.decide(decision)
        keep_journal(register, folder.out)
    status = period_status(case.programme, case.period, [after])
    state = next((u.shown for u in status.units if u.unit.code == case.unit.code), "")
    return Decided(case.unit, case.period, after, decision, case.submission.decision, state)


# --- the line of versions -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """One return of a unit and period, the decisions about it, and what changed to get it.

    ``changes`` is None for the first; ``decisions`` are those about this very return. ``held``
    tells that it came after its period was closed and does not count until that is reopened.
    """

    detail: SubmissionDetail
    decisions: tuple[Decision, ...]
    changes: Changes | None
    late_days: int
    held: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """Every return of one unit and period, the oldest first."""

    programme: Programme
    unit: Unit
    period: Period
    versions: tuple[Version, ...]


def history(folder: Folder, unit: str, period: str) -> History:
    """The line of versions, and between each two of them which cells changed.

    Raises ToolkitError for a unit or period that cannot be told, and where nothing of it is
    on record.
    """
    from toolkit.consolidate.status import late_days
    from toolkit.register.changes import compare
    from toolkit.register.store import Register

    programme = load_programme(folder)
    whose, when = unit_named(programme, unit), period_named(programme, period)
    bring_up_to_date(folder, programme)
    with Register(folder.register, read_only=True) as register, register.snapshot():
        details = register.versions(whose.code, when.code)
        decisions = register.decisions(whose.code, when.code)
        held = {item.id for item in register.held_back()}
    if not details:
        raise ToolkitError("decision.no_return", unit=whose.name, period=when.name)
    typed = _typed(programme)
    versions = []
    for place, detail in enumerate(details):
        changes = compare(details[place - 1], detail, typed) if place else None
        about = tuple(d for d in decisions if d.sha256 == detail.submission.sha256)
        late = late_days(when.due, detail.submission.received)
        versions.append(Version(detail, about, changes, late, detail.submission.id in held))
    return History(programme, whose, when, tuple(versions))


def _typed(programme: Programme) -> frozenset[tuple[str, str]]:
    """Form and field of the answers that a unit types itself."""
    return frozenset(
        (form.code, field.code)
        for form in programme.forms
        for field in form.fields
        if field.is_input
    )

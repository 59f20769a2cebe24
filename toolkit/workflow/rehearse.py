"""A rule tried on everything that came in, before anybody is told that it was broken.

The answers are those on record: no file is read again and nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.findings import Address, Severity
from toolkit.folder import Folder
from toolkit.text import match_key
from toolkit.workflow.common import Progress, load_programme, silent

if TYPE_CHECKING:
    from toolkit.intake.context import ReturnContext
    from toolkit.intake.model import Answer
    from toolkit.programme.model import Form, Period, Programme, Rule, Unit
    from toolkit.register.model import Submission, SubmissionDetail


class Showing(StrEnum):
    """What a rehearsal says of a rule as a whole."""

    UNASKED = "unasked"  # no return on record that it is asked of
    SILENT = "silent"  # asked, and the answers it needs are always lacking
    RAISED = "raised"  # it cannot be computed somewhere: a fault of the programme
    NEVER = "never"  # it never fires
    EVERYONE = "everyone"  # it fires on every return that has the answers it needs
    SOME = "some"


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that would break the rule, or that the rule cannot be computed for.

    ``found`` is what stood in the cells (the reason, where it cannot be computed); ``waived``
    tells that the unit is excused from the rule there.
    """

    unit: Unit
    period: Period
    submission: Submission
    sheet: str
    cells: str
    found: str
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One rule over every return it is asked of; rows = silent + passed + failed + raised."""

    rule: Rule
    returns: int = 0
    speaking: int = 0  # returns with a verdict in at least one row
    broken: int = 0  # returns that fail in at least one row
    rows: int = 0
    silent: int = 0
    passed: int = 0
    failed: tuple[Hit, ...] = ()
    raised: tuple[Hit, ...] = ()

    @property
    def showing(self) -> Showing:
        """What the figures come to."""
        if self.raised:
            return Showing.RAISED
        if not self.rows:
            return Showing.UNASKED
        if not self.speaking:
            return Showing.SILENT
        if not self.failed:
            return Showing.NEVER
        return Showing.EVERYONE if self.broken == self.speaking else Showing.SOME


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All of it. ``unplaced`` counts the returns that the programme has no place for now."""

    rules: tuple[Rehearsed, ...]
    returns: int
    unplaced: int = 0


def rehearse(folder: Folder, rule: str = "", *, progress: Progress = silent) -> Rehearsal:
    """Try one rule, or every rule, of the programme as it is now on all archived returns.

    Also those that no longer count. Raises ToolkitError for a rule the programme lacks and
    where nothing is on record.
    """
    from toolkit.register.store import Register

    programme = load_programme(folder)
    rules = _rules(programme, rule)
    with Register(folder.register, read_only=True) as register, register.snapshot():
        details = list(register.archived())
    if not details:
        raise ToolkitError("error.nothing_received")
    return rehearse_on(programme, rules, list(progress(details, "cli.progress.rehearse")))


def _rules(programme: Programme, code: str) -> tuple[Rule, ...]:
    if not code:
        if not programme.rules:
            raise ToolkitError("rehearse.no_rules")
        return programme.rules
    found = tuple(r for r in programme.rules if match_key(r.code) == match_key(code))
    if not found:
        known = ", ".join(r.code for r in programme.rules) or "—"
        raise ToolkitError("rehearse.unknown_rule", rule=code, known=known)
    return found


def rehearse_on(
    programme: Programme, rules: Iterable[Rule], details: Iterable[SubmissionDetail]
) -> Rehearsal:
    """Try the rules on these returns; those that count serve as the period before."""
    every = list(details)
    current = {
        (d.submission.unit, d.submission.period): d.answers for d in every if d.submission.current
    }
    cases = [case for d in every if (case := _case(programme, d, current)) is not None]
    tried = tuple(_try(rule, programme, cases) for rule in rules)
    return Rehearsal(tried, len(every), len(every) - len(cases))


@dataclass(frozen=True, slots=True)
class _Case:
    """A return as rules see it."""

    unit: Unit
    period: Period
    submission: Submission
    forms: Mapping[str, Form]
    context: ReturnContext
    faulted: frozenset[Address]
    sheets: Mapping[str, str]  # form -> its sheet in the file


def _case(
    programme: Programme,
    detail: SubmissionDetail,
    current: Mapping[tuple[str, str], tuple[Answer, ...]],
) -> _Case | None:
    """None where the programme asks no such unit in no such period any more."""
    from toolkit.intake.check import previous_period
    from toolkit.intake.context import ReturnContext, by_key

    at = detail.submission
    unit = next((u for u in programme.units if u.code == at.unit), None)
    period = next((p for p in programme.periods if p.code == at.period), None)
    if unit is None or period is None:
        return None
    forms = {form.code: form for form in programme.forms_for(unit, period)}
    if not forms:
        return None
    before = previous_period(programme, period)
    previous = current.get((unit.code, before.code), ()) if before else ()
    context = ReturnContext(
        programme, unit, by_key(detail.answers), by_key(previous), frozenset(forms)
    )
    sheets = {answer.form: answer.address.sheet for answer in detail.answers}
    return _Case(unit, period, at, forms, context, _faulted(detail), sheets)


def _faulted(detail: SubmissionDetail) -> frozenset[Address]:
    """The cells that had an error of their own, before any rule was asked."""
    from toolkit.intake.waivers import WAS

    rules = ("rule.broken", "rule.failed")
    return frozenset(
        f.address
        for f in detail.findings
        if f.address.cell
        and f.code not in rules
        and f.params.get(WAS, f.severity) == Severity.ERROR
    )


@dataclass(slots=True)
class _Count:
    """The figures of one rule while its rows are gone through."""

    rows: int = 0
    silent: int = 0
    passed: int = 0
    failed: list[Hit] = field(default_factory=list)
    raised: list[Hit] = field(default_factory=list)


def _try(rule: Rule, programme: Programme, cases: Iterable[_Case]) -> Rehearsed:
    from toolkit.intake.check import rule_holds

    whole = _Count()
    result = Rehearsed(rule)
    for case in cases:
        if rule.form not in case.forms or not rule_holds(rule, case.unit, case.period):
            continue
        one = _Count()
        _ask(rule, programme, case, one)
        if not one.rows:
            continue
        result = replace(
            result,
            returns=result.returns + 1,
            speaking=result.speaking + bool(one.passed or one.failed),
            broken=result.broken + bool(one.failed),
        )
        whole.rows += one.rows
        whole.silent += one.silent
        whole.passed += one.passed
        whole.failed += one.failed
        whole.raised += one.raised
    return replace(
        result,
        rows=whole.rows,
        silent=whole.silent,
        passed=whole.passed,
        failed=tuple(whole.failed),
        raised=tuple(whole.raised),
    )


def _ask(rule: Rule, programme: Programme, case: _Case, count: _Count) -> None:
    """Ask the rule of each row of one return."""
    from toolkit.intake.check import rule_rows, use_rule
    from toolkit.programme.language.evaluate import EvaluationError

    form = case.forms[rule.form]
    hit = _hits(rule, programme, case)
    for row in rule_rows(case.context, form, rule):
        count.rows += 1
        try:
            use = use_rule(rule, row, case.faulted)
        except EvaluationError as error:
            count.raised.append(hit("", str(error.params.get("reason", error.key))))
            continue
        if use.verdict is None:
            count.silent += 1
        elif use.verdict:
            count.passed += 1
        else:
            count.failed.append(hit(use.cells, use.shown(form)))


def _hits(rule: Rule, programme: Programme, case: _Case) -> Callable[[str, str], Hit]:
    waived = any(
        waiver.rule == rule.code and waiver.covers(case.unit.code, case.period.code)
        for waiver in programme.waivers
    )
    sheet = case.sheets.get(rule.form, "")

    def hit(cells: str, found: str) -> Hit:
        return Hit(case.unit, case.period, case.submission, sheet, cells, found, waived)

    return hit


def failing(rehearsed: Rehearsed) -> Iterator[tuple[Submission, tuple[Hit, ...]]]:
    """The rows that would break a rule, by return."""
    by_return: dict[int, list[Hit]] = {}
    for hit in rehearsed.failed:
        by_return.setdefault(hit.submission.id, []).append(hit)
    for hits in by_return.values():
        yield hits[0].submission, tuple(hits)

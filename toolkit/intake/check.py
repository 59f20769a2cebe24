"""What is judged between answers: the rules of the programme, and rows entered twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from toolkit.findings import Address, Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.cells import shortened
from toolkit.intake.context import ReturnContext, RowView, by_key
from toolkit.intake.model import Answer, State
from toolkit.programme.language.evaluate import EvaluationError, judge
from toolkit.programme.language.sentence import say
from toolkit.programme.language.walk import previous_references, references
from toolkit.programme.model import Form, FormKind, Period, Programme, Rule, Unit
from toolkit.record import record


def previous_period(programme: Programme, period: Period) -> Period | None:
    """The period PREV speaks of, or None: the return before, as the office would say.

    Where returns run from the beginning of the year (3, 6, 9, 12 months), that is the longest
    one within; else the last of the same kind that ended before.
    """
    inside = [p for p in programme.collected_periods() if period.code in p.within]
    last = max(inside, key=lambda p: (p.end, p.start, p.code), default=None)
    if last is not None and last.start == period.start and last.end < period.end:
        return last
    before = [p for p in programme.periods if p.kind is period.kind and p.end < period.end]
    return max(before, key=lambda p: (p.end, p.code), default=None)


def check(
    programme: Programme,
    unit: Unit,
    period: Period,
    answers: Iterable[Answer],
    previous: Iterable[Answer] = (),
    *,
    sheets: Mapping[str, Address] | None = None,
    faulted: frozenset[Address] = frozenset(),
) -> list[Finding]:
    """Judge each row of a return by the rules that hold for its unit and period.

    A rule is silent where an answer it needs is missing, faulted or does not apply, and where
    the cell of one it uses is in ``faulted`` (it has an error already). ``sheets`` tells where
    each form stands, for rules that speak of a whole form.
    """
    forms = {form.code: form for form in programme.forms_for(unit, period)}
    context = ReturnContext(programme, unit, by_key(answers), by_key(previous), frozenset(forms))
    found: list[Finding] = []
    for rule in programme.rules:
        form = forms.get(rule.form)
        if form is None or not rule_holds(rule, unit, period):
            continue
        where = (sheets or {}).get(form.code, Address(_file(context)))
        for row in rule_rows(context, form, rule):
            said = _apply(rule, row, where, faulted)
            if said is not None:
                found.append(said)
    for form in forms.values():
        if form.kind is FormKind.OPEN:
            found += _same_rows(context, form)
    return found


def rule_holds(rule: Rule, unit: Unit, period: Period) -> bool:
    """Whether a rule is asked of that unit in that period."""
    return (not rule.unit_types or unit.type in rule.unit_types) and (
        not rule.periods or period.code in rule.periods
    )


def _file(context: ReturnContext) -> str:
    return next((a.address.file for a in context.answers.values()), "")


def rule_rows(context: ReturnContext, form: Form, rule: Rule) -> Iterator[RowView]:
    """The rows a rule is asked of: one alone where it uses no answer of a row."""
    uses_row = references(rule.expression) or previous_references(rule.expression)
    if form.kind is FormKind.QUESTIONS or not uses_row:
        yield context.row(form, "")
    elif form.kind is FormKind.FIXED:
        for item in context.programme.items(form, context.unit):
            yield context.row(form, item.code, item)
    else:
        for key in dict.fromkeys(row for code, row, _ in context.answers if code == form.code):
            yield context.row(form, key)


@record()
class RuleUse:
    """A rule in one row: the answers it uses, and its verdict.

    ``verdict`` is True where it passes, False where it is broken, None where it is silent.
    """

    answers: tuple[Answer, ...]
    place: Address | None  # of the first answer the unit types; None where it uses none
    verdict: bool | None

    def shown(self, form: Form) -> str:
        """What stood in its cells, for the eye."""
        return "; ".join(
            f"{form.field(a.field).title}: {shortened(a.raw or '…', 30)}" for a in self.answers
        )

    @property
    def cells(self) -> str:
        """The cells it uses, in A1 form."""
        return ", ".join(a.address.cell for a in self.answers if a.address.cell)


def use_rule(rule: Rule, row: RowView, faulted: frozenset[Address]) -> RuleUse:
    """Ask a rule of one row; it is silent where the cell of an answer it uses is faulted.

    Raises EvaluationError where it cannot be computed: a fault of the programme.
    """
    answers, place = _used(rule, row)
    if any(answer.address in faulted for answer in answers if answer.address.cell):
        return RuleUse(answers, place, None)
    return RuleUse(answers, place, judge(rule.expression, row))


def _used(rule: Rule, row: RowView) -> tuple[tuple[Answer, ...], Address | None]:
    used = dict.fromkeys((*references(rule.expression), *previous_references(rule.expression)))
    held = (row.context.answers.get(row.key(code)) for code in used)
    answers = tuple(answer for answer in held if answer is not None)
    own = [a for a in answers if row.form.field(a.field).is_input]
    return answers, (own or answers)[0].address if answers else None


def _apply(rule: Rule, row: RowView, sheet: Address, faulted: frozenset[Address]) -> Finding | None:
    try:
        use = use_rule(rule, row, faulted)
        if use.verdict is not False:
            return None
        message = say(rule.sentence, row) if rule.sentence else rule.message
    except EvaluationError as error:
        reason = str(error.params.get("reason", error.key))
        where = _used(rule, row)[1] or sheet
        return finding("rule.failed", where, rule=rule.code, reason=reason)
    return Finding(
        "rule.broken",
        rule.severity,
        use.place or sheet,
        use.shown(row.form),
        {"rule": rule.code, "message": message, "cells": use.cells},
    )


def _same_rows(context: ReturnContext, form: Form) -> Iterator[Finding]:
    """A warning at each row of a list that says word for word what an earlier one says."""
    inputs = [field for field in form.fields if field.is_input]
    seen: dict[tuple[object, ...], Answer] = {}
    for key in dict.fromkeys(row for code, row, _ in context.answers if code == form.code):
        held = [context.answers.get((form.code, key, field.code)) for field in inputs]
        answers = [a for a in held if a is not None]
        said = tuple((a.state, a.value) for a in answers)
        filled = [a for a in answers if a.state is not State.MISSING]
        if not filled:
            continue
        if said in seen and len(filled) > 1:
            other = seen[said]
            yield finding(
                "row.duplicate",
                filled[0].address,
                shortened(filled[0].raw),
                other=other.address.cell,
            )
        else:
            seen.setdefault(said, filled[0])

"""The sheet Miễn trừ: which unit is excused from what, in which periods, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.messages import catalogue
from toolkit.programme.desk import Desk
from toolkit.programme.faults import near
from toolkit.programme.model import Period, Rule, Unit, Waiver
from toolkit.programme.schema import WAIVERS
from toolkit.programme.table import Row
from toolkit.programme.times import asked_periods
from toolkit.programme.unit_names import unit_names, unit_of
from toolkit.text import match_key

# The kinds of findings about a return that can be excused, by the first part of their code.
# Not among them: whose return it is, and what is a fault of the programme itself.
_KINDS = frozenset(
    (
        "answer",
        "cell",
        "choice",
        "computed",
        "cross",
        "date",
        "form",
        "hidden",
        "nothing",
        "number",
        "outside",
        "prefill",
        "rate",
        "reader",
        "row",
        "structure",
        "text",
        "total",
    )
)
_NEVER = frozenset(("computed.failed",))


def waivable_codes() -> tuple[str, ...]:
    """The codes of findings that a waiver may name, in the order of the alphabet."""
    return tuple(
        sorted(
            code
            for code in catalogue("vi")
            if code.partition(".")[0] in _KINDS and code not in _NEVER
        )
    )


def read_waivers(
    desk: Desk, units: Sequence[Unit], periods: Sequence[Period], rules: Sequence[Rule]
) -> tuple[Waiver, ...]:
    """The sheet Miễn trừ. A unit is named by its code, else by its name, short name or alias."""
    rows = list(desk.rows(WAIVERS))
    if not rows:
        return ()
    names = unit_names(units)
    known = {match_key(code): code for code in (*waivable_codes(), *(r.code for r in rules))}
    found: list[Waiver] = []
    for row in rows:
        unit = unit_of(desk, row, "unit", names)
        rule = _rule(row, known, rules)
        asked = asked_periods(desk, row, periods, default_all=False)
        reason = row.line("reason")
        waiver = Waiver(unit, rule, reason, asked)
        if not (row.sound and unit and rule):
            continue
        if any(_same(waiver, other) for other in found):
            row.warn("waiver.twice", "rule", rule, unit=unit)
        found.append(waiver)
    return tuple(found)


def _rule(row: Row, known: Mapping[str, str], rules: Sequence[Rule]) -> str:
    text = row.line("rule")
    code = known.get(match_key(text), "")
    if text and not code:
        allowed = near(text, (*(rule.code for rule in rules if rule.code), *known.values()))
        row.fault("reference.waived", "rule", text, allowed=allowed)
    return code


def _same(one: Waiver, other: Waiver) -> bool:
    """Whether both excuse one unit from one thing in a period."""
    return (one.unit, one.rule) == (other.unit, other.rule) and (
        not one.periods or not other.periods or bool({*one.periods} & {*other.periods})
    )

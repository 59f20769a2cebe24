"""Contradictions between returns of one unit: last period's figures sent again.

Figures alone are compared: numbers the unit typed itself, above nil, since offices that did
nothing look alike. Too few figures prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from toolkit.findings import Address, Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.context import Key, by_key
from toolkit.intake.model import Answer, State
from toolkit.intake.values import show_percent
from toolkit.programme.model import Period, Programme

# Below so many figures two honest returns may well agree.
LEAST_FIGURES = 8
# From this share of unchanged figures on a return looks like that of the period before.
UNCHANGED_SHARE = Decimal("0.9")


def _figures(programme: Programme, answers: Iterable[Answer]) -> dict[Key, Decimal]:
    """The unit's own numbers by form, row and field, zeros left out."""
    own = {
        (form.code, field.code)
        for form in programme.forms
        for field in form.fields
        if field.is_input and field.is_numeric
    }
    return {
        key: answer.value
        for key, answer in by_key(answers).items()
        if (answer.form, answer.field) in own
        and answer.state is State.VALUE
        and isinstance(answer.value, Decimal)
    }


def unchanged(
    programme: Programme,
    file: str,
    answers: Iterable[Answer],
    before: Period,
    previous: Iterable[Answer],
) -> list[Finding]:
    """A warning naming the share of figures that are those of the period ``before``.

    Only figures that both returns have are compared.
    """
    mine = _figures(programme, answers)
    theirs = _figures(programme, previous)
    both = mine.keys() & theirs.keys()
    if len(both) < LEAST_FIGURES:
        return []
    equal = sum(mine[key] == theirs[key] for key in both)
    share = Decimal(equal) / len(both)
    if share < UNCHANGED_SHARE:
        return []
    return [
        finding(
            "cross.unchanged",
            Address(file),
            share=show_percent(round(share, 2)),
            equal=str(equal),
            count=str(len(both)),
            period=before.name,
        )
    ]

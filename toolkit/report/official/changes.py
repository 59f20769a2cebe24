"""How a figure stands beside the period before and the same period last year, in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.consolidate.compared import Against, Change, Compared, Comparison, NoGrowth
from toolkit.consolidate.facts import Facts
from toolkit.consolidate.model import ROWS, TableRow
from toolkit.messages.documents import said
from toolkit.programme.model import Field, Form, PeriodKind
from toolkit.report.official import telling
from toolkit.report.official.telling import count


def change_words(
    facts: Facts, form: Form, row: TableRow, field: Field | None, noun: str = ""
) -> str:
    """``, tăng 12% so với kỳ trước (quý I/2024: 184 cuộc)``; "" where nothing compares.

    ``field`` is None for how many rows a list has, ``noun`` what they are. Where one of the
    two figures lacks a unit, the units that are wholly in both are compared, and it is said
    how many they are.
    """
    return "".join(_told(facts, form, row, field, noun))


def _told(facts: Facts, form: Form, row: TableRow, field: Field | None, noun: str) -> Iterator[str]:
    code = field.code if field is not None else ROWS
    for comparison in facts.compared:
        one = next(
            (
                r
                for r in comparison.rows
                if (r.form.code, r.row.key, r.code) == (form.code, row.key, code)
            ),
            None,
        )
        if one is None or one.plain.now is None or one.plain.before is None:
            continue
        if not one.provisional and _alike(one):
            yield said("change.all", change=_moved(comparison, one, one.plain, noun))
        elif one.same.why is not NoGrowth.NOBODY and one.same.now is not None:
            yield said(
                "change.same" if one.same.now == one.plain.now else "change.same_own",
                units=count(len(one.units)),
                value=_value(one, one.same.now, noun),
                change=_moved(comparison, one, one.same, noun),
            )


def _alike(one: Compared) -> bool:
    return (one.same.now, one.same.before) == (one.plain.now, one.plain.before)


def _moved(comparison: Comparison, one: Compared, change: Change, noun: str) -> str:
    assert change.difference is not None
    assert change.before is not None
    base = said(
        f"change.{_base(comparison)}",
        period=telling.within(comparison.period.name),
        value=_value(one, change.before, noun),
    )
    if not change.difference:
        return said("change.equal", base=base)
    size = abs(change.difference)
    if one.points:
        amount = said("change.points", points=telling.percent(size, Decimal(0)).removesuffix("%"))
    elif change.growth is not None:
        amount = telling.percent(abs(change.growth), Decimal(0))
    else:
        amount = _value(one, size, noun)
    key = "more" if change.difference > 0 else "less"
    return said(f"change.{key}", amount=amount, base=base)


def _base(comparison: Comparison) -> str:
    if comparison.period.kind is PeriodKind.YEAR:
        return "year"
    return "previous" if comparison.against is Against.PREVIOUS else "last_year"


def _value(one: Compared, value: Decimal, noun: str) -> str:
    if one.field is None:
        return f"{telling.plain(value)} {noun}".strip()
    return telling.value(one.field, value) + telling.measure(one.field, one.row.item)

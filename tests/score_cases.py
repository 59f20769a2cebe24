"""A small programme that scores its units, and returns for it.

Form F: two indicators I1, I2 with ``x`` (a flow) and ``p`` (a plan); form T: tasks with state
and progress; form S: the units score themselves; form L: a list. Quarters, scored for Y.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from consolidate_cases import CHOICES, PERIODS, Cell, answer, form, number, returned, words
from consolidate_cases import programme as plain_programme

from toolkit.findings import Address
from toolkit.programme.language.parse import parse_formula, parse_rule
from toolkit.programme.language.tree import Expression
from toolkit.programme.model import (
    Aggregation,
    ChoiceList,
    Field,
    FieldType,
    FormKind,
    Item,
    Programme,
    Role,
    Unit,
)
from toolkit.programme.reviews import Review
from toolkit.programme.score_scope import bands_scope, criteria_scope
from toolkit.programme.score_types import Band, Criterion
from toolkit.register.model import SubmissionDetail

INDICATORS = (Item("I1", "1", "Đối thoại"), Item("I2", "2", "Tiếp công dân"))
TASKS = (
    Item("V1", "1", "Việc quý một", due="Quý I"),
    Item("V2", "2", "Việc thường xuyên", due="Thường xuyên"),
    Item("V3", "3", "Việc hai đợt", due="Quý I, IV"),
)
STATES = ChoiceList(
    "tt", ("Chưa triển khai", "Đang thực hiện", "Đã hoàn thành", "Chậm tiến độ", "Quá hạn")
)
_LAST = Aggregation.LAST
_SUM = Aggregation.SUM


def _task_fields() -> tuple[Field, ...]:
    state = Field("T", "tt", "Trạng thái", FieldType.CHOICE, choices="tt", over_periods=_LAST)
    done = Field("T", "td", "Tiến độ", FieldType.RATE, over_periods=_LAST)
    return (
        replace(state, role=Role.STATUS, over_units=Aggregation.SHARE),
        replace(done, role=Role.RATE, over_units=Aggregation.MEAN),
    )


def _self_fields() -> tuple[Field, ...]:
    own = Field("S", "tc", "Tự chấm", FieldType.DECIMAL, over_units=_SUM, over_periods=_LAST)
    why = Field("S", "mc", "Minh chứng", FieldType.TEXT)
    return replace(own, role=Role.SELF_SCORE), replace(why, role=Role.EVIDENCE)


def scoring(
    criteria: Sequence[Criterion],
    bands: Sequence[tuple[str, int, str, str]] = (),
    units: Sequence[Unit] | None = None,
) -> Programme:
    """The programme; ``bands`` are (name, from points, condition, share such as "20%")."""
    plan = number("p", over_periods="last")
    made = plain_programme(
        form(number("x"), plan, code="F", source="indicators"),
        form(*_task_fields(), code="T", name="Nhiệm vụ", source="tasks"),
        form(*_self_fields(), code="S", name="Tự chấm", source="criteria", periods=("Y",)),
        form(words("ten"), number("so"), code="L", name="Mô hình", kind=FormKind.OPEN),
        **({} if units is None else {"units": units}),  # type: ignore[arg-type]
    )
    selfs = [c for c in criteria if c.self_scored]
    items = tuple(Item(c.code, "", c.text, target=c.maximum) for c in selfs)
    lists = {"indicators": INDICATORS, "tasks": TASKS, "criteria": items}
    scope = bands_scope(made.forms, lists, criteria)
    parsed = []
    for name, least, condition, share in bands:
        of = Decimal(share.rstrip("%")) / 100 if share else None
        held = expression(condition, scope, rule=True) if condition else None
        parsed.append(Band(name, Decimal(least), held, of))
    return replace(
        made,
        choices=(CHOICES, STATES),
        item_lists=lists,
        criteria=tuple(criteria),
        bands=tuple(parsed),
    )


def expression(source: str, scope: object = None, *, rule: bool = False) -> Expression:
    """A formula over the figures of the programme above."""
    if scope is None:
        lists = {"indicators": INDICATORS, "tasks": TASKS}
        scope = criteria_scope(scoring(()).forms, lists)
    made = (parse_rule if rule else parse_formula)(source, scope)  # type: ignore[arg-type]
    assert isinstance(made, Expression), made
    return made


def criterion(code: str, maximum: int, formula: str = "", **more: object) -> Criterion:
    """A criterion; self-scored without a formula. ``condition`` is source text."""
    condition = str(more.pop("condition", ""))
    return Criterion(
        code,
        f"Tiêu chí {code}",
        Decimal(maximum),
        self_scored=not formula,
        formula=expression(formula) if formula else None,
        condition=expression(condition, rule=True) if condition else None,
        **more,  # type: ignore[arg-type]
    )


def return_of(
    unit: str,
    period: str,
    figures: Mapping[str, Cell] | None = None,
    tasks: Mapping[str, tuple[Cell, Cell]] | None = None,
    own: Mapping[str, Cell] | None = None,
    *,
    received: date = date(2024, 1, 2),
) -> SubmissionDetail:
    """A return: ``figures`` by "I1.x", ``tasks`` (state, progress) by code, ``own`` scores."""
    made = [answer("F", *name.split("."), cell) for name, cell in (figures or {}).items()]
    for code, (state, progress) in (tasks or {}).items():
        made += [answer("T", code, "tt", state), answer("T", code, "td", progress)]
    made += [answer("S", code, "tc", cell) for code, cell in (own or {}).items()]
    made = [
        replace(a, address=Address(f"{unit}.xlsx", a.form, f"A{n}")) for n, a in enumerate(made, 1)
    ]
    return returned(unit, period, more=made, received=received)


def quarters(unit: str, name: str, *cells: Cell) -> list[SubmissionDetail]:
    """One figure over the quarters."""
    return [
        return_of(unit, period.code, {name: cell})
        for period, cell in zip(PERIODS, cells, strict=False)
    ]


def review(unit: str, code: str, points: object, seen: object = None, **more: object) -> Review:
    """What the head office wrote."""
    return Review(
        unit,
        code,
        None if points is None else Decimal(str(points)),
        str(more.pop("remark", "")),
        Address("2024.xlsx", "Chấm điểm", "H5"),
        seen=None if seen is None else Decimal(str(seen)),
        **more,  # type: ignore[arg-type]
    )

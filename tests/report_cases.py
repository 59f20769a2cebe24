"""Facts of small programmes for the tests of documents and slides."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from consolidate_cases import Cell
from programmes import small_programme
from summary_cases import came
from test_summary import FULL, GAPS

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.facts import Facts, facts_of
from toolkit.programme.model import Field, FieldType, FormKind, Period, Programme, Unit
from toolkit.register.model import SubmissionDetail


def two_returns() -> list[SubmissionDetail]:
    """The returns of the first quarter: 303 whole, 305 with gaps; 311 has sent nothing."""
    return [came("303", "2024-Q1", FULL), came("305", "2024-Q1", GAPS)]


def facts(
    period: str = "2024-Q1",
    details: Sequence[SubmissionDetail] | None = None,
    programme: Programme | None = None,
) -> Facts:
    """The facts of a period of the small programme, of ``two_returns`` unless told."""
    own = programme or small_programme()
    returns = two_returns() if details is None else details
    return facts_of(consolidate(own, own.period(period), returns))


def filled(programme: Programme, seed: int = 1) -> list[SubmissionDetail]:
    """Every other return of a programme, each answer some value of its type."""
    rng = random.Random(seed)
    owed = [(unit, p) for p in programme.collected_periods() for unit in programme.units_for(p)]
    return [
        came(unit.code, period.code, _answers(programme, unit, period, rng))
        for unit, period in owed[::2]
    ]


def _answers(
    programme: Programme, unit: Unit, period: Period, rng: random.Random
) -> dict[tuple[str, str, str], Cell]:
    answers: dict[tuple[str, str, str], Cell] = {}
    for form in programme.forms_for(unit, period):
        if form.kind is FormKind.FIXED:
            rows = [item.code for item in programme.items(form, unit)]
        else:
            rows = ["1", "2", "3"] if form.kind is FormKind.OPEN else [""]
        for row in rows:
            for field in (f for f in form.fields if f.is_input):
                answers[form.code, row or field.code, field.code] = _some(programme, field, rng)
    return answers


def _some(programme: Programme, field: Field, rng: random.Random) -> Cell:
    match field.type:
        case FieldType.CHOICE:
            return rng.choice(programme.choice_list(field.choices).values)
        case FieldType.DATE:
            return date(2024, rng.randint(1, 12), 5)
        case FieldType.RATE:
            return Decimal(rng.randint(0, 1000)) / 1000
        case FieldType.INTEGER:
            return rng.randint(0, 2000)
        case FieldType.DECIMAL:
            return Decimal(rng.randint(0, 20000)) / 10
    return rng.choice(["Họp 12 cuộc với 3.456 lượt người", "Đề nghị hỗ trợ 50 triệu đồng"])


def one_issuer() -> Programme:
    """The small programme of one issuing body."""
    programme = small_programme()
    return replace(programme, issuers=programme.issuers[:1])

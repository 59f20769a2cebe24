"""Small programmes and returns for the tests of the consolidation, written as tables.

A cell is written as it stands in a return: a number, a text, a date; ``None`` blank, ``NIL``
confirmed nil, ``NA`` not applicable, ``LATER`` not available yet, ``BAD`` unreadable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from toolkit.findings import Address, Finding
from toolkit.intake.model import Answer, Ledger, Outcome, State
from toolkit.programme.language.tree import Binary, Expression, Ref
from toolkit.programme.model import (
    Aggregation,
    Chart,
    ChoiceList,
    Field,
    FieldType,
    Form,
    FormKind,
    Item,
    Period,
    PeriodKind,
    Profile,
    Programme,
    Unit,
)
from toolkit.register.model import Submission, SubmissionDetail

NIL, NA, LATER, BAD = State.NIL, State.NOT_APPLICABLE, State.NOT_AVAILABLE, State.UNREADABLE
Cell = int | Decimal | str | date | State | None

QUARTERS = ("Q1", "Q2", "Q3", "Q4")
_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
PERIODS = (
    *(
        Period(
            code,
            f"Quý {n}/2024",
            date(2024, 3 * n - 2, 1),
            date(2024, *end),
            date(2024, *end),
            PeriodKind.QUARTER,
            ("H1", "Y") if n <= 2 else ("Y",),
        )
        for n, (code, end) in enumerate(zip(QUARTERS, _ENDS, strict=True), 1)
    ),
    Period("H1", "6 tháng", date(2024, 1, 1), date(2024, 6, 30), None, PeriodKind.HALF, ("Y",)),
    Period("Y", "Năm 2024", date(2024, 1, 1), date(2024, 12, 31), None, PeriodKind.YEAR),
)
UNITS = tuple(Unit(code, f"Quận {code}", code, "quận", order=n) for n, code in enumerate("ABC"))
ITEM = Item("I", "1", "Việc một")
CHOICES = ChoiceList("tt", ("Xong", "Chưa"))


def number(code: str, over_units: str = "sum", over_periods: str = "sum", **more: object) -> Field:
    return _field(code, FieldType.DECIMAL, over_units, over_periods, **more)


def words(code: str, over_units: str = "list", over_periods: str = "list") -> Field:
    return _field(code, FieldType.TEXT, over_units, over_periods)


def choice(
    code: str, over_units: str = "share", over_periods: str = "last", **more: object
) -> Field:
    return _field(code, FieldType.CHOICE, over_units, over_periods, choices="tt", **more)


def day(code: str, over_units: str = "max", over_periods: str = "max") -> Field:
    return _field(code, FieldType.DATE, over_units, over_periods)


def ratio(
    code: str,
    over: str,
    under: str,
    over_units: str = "recompute",
    over_periods: str = "recompute",
    **more: object,
) -> Field:
    formula = Expression(f"[{over}]/[{under}]", Binary("/", Ref(over), Ref(under)))
    return _field(
        code,
        FieldType.FORMULA,
        over_units,
        over_periods,
        formula=formula,
        unit_of_measure="%",
        **more,
    )


def _field(code: str, kind: FieldType, over_units: str, over_periods: str, **more: object) -> Field:
    return Field(
        "F",
        code,
        code,
        kind,
        over_units=Aggregation(over_units),
        over_periods=Aggregation(over_periods),
        **more,  # type: ignore[arg-type]
    )


def form(*fields: Field, kind: FormKind = FormKind.FIXED, **more: object) -> Form:
    given = {"periods": QUARTERS, "source": "tasks", "name": "Biểu F", "code": "F", **more}
    return Form(kind=kind, fields=fields, **given)  # type: ignore[arg-type]


def programme(
    *forms: Form,
    units: Sequence[Unit] = UNITS,
    items: Sequence[Item] = (ITEM,),
    allotments: Mapping[tuple[str, str], Decimal] | None = None,
    charts: Sequence[Chart] = (),
) -> Programme:
    return Programme(
        code="P",
        name="Chương trình",
        year=2024,
        issuers=("Ban Dân vận",),
        superior="",
        profile=Profile.PARTY,
        recipients=(),
        issue="1",
        units=tuple(units),
        periods=PERIODS,
        forms=forms,
        choices=(CHOICES,),
        item_lists={"tasks": tuple(items)},
        rules=(),
        charts=tuple(charts),
        allotments=allotments or {},
        fingerprint="f" * 64,
    )


def answer(form_code: str, row: str, field: str, cell: Cell, file: str = "x.xlsx") -> Answer:
    state, value = _read(cell)
    return Answer(
        form_code, row, field, state, value, str(cell), Address(file, form_code, f"{row}.{field}")
    )


def _read(cell: Cell) -> tuple[State, Decimal | str | date | None]:
    match cell:
        case None:
            return State.MISSING, None
        case State():
            return cell, None
        case int() | Decimal():
            return (State.VALUE if cell else State.ZERO), Decimal(cell)
        case _:
            return State.VALUE, cell


def returned(
    unit: str,
    period: str,
    rows: Mapping[str, Mapping[str, Cell]] | None = None,
    *,
    form_code: str = "F",
    received: date = date(2024, 1, 2),
    findings: Sequence[Finding] = (),
    current: bool = True,
    more: Sequence[Answer] = (),
    errors: int = 0,
    sheets: Sequence[str] = (),
) -> SubmissionDetail:
    file = f"{unit}-{period}.xlsx"
    answers = [
        answer(form_code, row, field, cell, file)
        for row, cells in (rows or {}).items()
        for field, cell in cells.items()
    ]
    submission = Submission(
        id=1,
        sha256=f"{unit}{period}",
        file=file,
        stored=f"luu-tru/{file}",
        programme="P",
        fingerprint="f" * 64,
        unit=unit,
        period=period,
        received=received,
        modified=None,
        outcome=Outcome.FINDINGS if errors else Outcome.CLEAN,
        errors=errors,
        warnings=0,
        current=current,
    )
    ledgers = tuple((sheet, Ledger()) for sheet in sheets)
    return SubmissionDetail(submission, (*answers, *more), tuple(findings), ledgers)


def grid(
    table: Mapping[str, Sequence[Cell | str]], field: str = "x", row: str = "I"
) -> list[SubmissionDetail]:
    """Returns of one field: unit -> its cell in Q1, Q2, …; ``"no return"`` for none."""
    return [
        returned(unit, period, {row: {field: cell}})
        for unit, cells in table.items()
        for period, cell in zip(QUARTERS, cells, strict=False)
        if cell != "no return"
    ]

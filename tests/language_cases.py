"""A form, a row and formulas, shared by the tests of the language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from toolkit.intake.model import State
from toolkit.programme.language.evaluate import AnswerPair
from toolkit.programme.language.parse import parse
from toolkit.programme.language.scope import Scope, ScopeField
from toolkit.programme.language.tree import CountRows, Expression, Number, Prev, Ref
from toolkit.programme.model import FieldType

SCOPE = Scope(
    fields=(
        ScopeField("kh", "Kế hoạch", FieldType.INTEGER),
        ScopeField("th", "Thực hiện", FieldType.DECIMAL),
        ScopeField("tl", "Tỷ lệ", FieldType.RATE),
        ScopeField("lk", "Lũy kế", FieldType.FORMULA),
        ScopeField("kt", "Kinh tế", FieldType.INTEGER, "Lĩnh vực"),
        ScopeField("vh", "Văn hóa - xã hội", FieldType.INTEGER, "Lĩnh vực"),
        ScopeField("qp", "Quốc phòng", FieldType.INTEGER, "Lĩnh vực"),
        ScopeField("ts", "Tổng số", FieldType.INTEGER),
        ScopeField("tt", "Trạng thái", FieldType.CHOICE),
        ScopeField("gc", "Ghi chú", FieldType.TEXT),
        ScopeField("bd", "Bắt đầu", FieldType.DATE),
        ScopeField("xong", "Kết thúc", FieldType.DATE),
        ScopeField("sl1", "Số lượng", FieldType.INTEGER, "Quý I"),
        ScopeField("sl2", "Số lượng", FieldType.INTEGER, "Quý II"),
    ),
    forms={"mh": "Mô hình", "dt": "Đối thoại; gặp gỡ", "x1": "Biểu chung", "x2": "Biểu chung"},
    items={"ct1": "Chỉ tiêu mô hình (2024)", "ct2": "Đối thoại, tiếp dân", "c3": "A", "c4": "A"},
)

# Any mixture of kinds of nothing and values of one field, as ``Row`` hands it over.
Pair = tuple[State, Decimal | date | str | None]
BLANK: Pair = (State.MISSING, None)


def pair(value: object) -> Pair:
    """An answer from a plain Python value; a State stands for itself."""
    if isinstance(value, State):
        return (value, Decimal(0) if value in (State.ZERO, State.NIL) else None)
    if isinstance(value, int | Decimal):
        return (State.VALUE if value else State.ZERO, Decimal(value))
    assert isinstance(value, str | date)
    return (State.VALUE, value)


@dataclass(frozen=True, slots=True)
class Answers:
    """A row: what is not named is missing."""

    here: Mapping[str, Pair] = field(default_factory=dict)
    before: Mapping[str, Pair] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, Decimal] = field(default_factory=dict)

    def answer(self, field: str) -> Pair:
        return self.here.get(field, BLANK)

    def previous(self, field: str) -> Pair:
        return self.before.get(field, BLANK)

    def count_rows(self, form: str) -> int | None:
        return self.rows.get(form)

    def unit_value(self, name: str) -> Decimal | None:
        return self.units.get(name)


@dataclass(frozen=True, slots=True)
class Placed(Answers):
    """A row among the rows of its table, itself one of them: UNIQUE looks at all."""

    table: Sequence[Answers] = ()

    def repeats(
        self, fields: tuple[str, ...], alike: Callable[[AnswerPair], Hashable | None]
    ) -> int:
        def content(row: Answers) -> tuple[Hashable | None, ...]:
            return tuple(alike(row.answer(code)) for code in fields)

        own = content(self)
        return 0 if None in own else Counter(map(content, self.table))[own]


def row(**values: object) -> Answers:
    return Answers({code: pair(value) for code, value in values.items()})


def parsed(source: str, scope: Scope = SCOPE) -> Expression:
    """The expression, where there must be no fault."""
    result = parse(source, scope)
    assert isinstance(result, Expression), result
    return result


def number(value: str, percent: bool = False) -> Number:
    return Number(Decimal(value), percent)


# Leaves of random trees.
numbers = st.builds(
    lambda units, places, percent: Number(Decimal(units).scaleb(-places - 2 * percent), percent),
    st.integers(0, 10**7),
    st.integers(0, 4),
    st.booleans(),
)
fields = st.sampled_from([Ref("kh"), Ref("th"), Ref("kt"), Ref("lk"), Prev("th"), CountRows("mh")])

"""The frozen types of a programme: everything a template, a check or a total derives from.

Codes are the identity of everything; names and numbers shown are text. A programme that
exists is whole: the loader hands out none that has a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from toolkit.findings import Severity
from toolkit.kept import by_identity
from toolkit.programme.asked import forms_asked
from toolkit.programme.language.tree import Expression, Sentence
from toolkit.programme.score_types import Band, Criterion

# Metadata of a field that came after programmes were in use: ``field(default=…,
# metadata=LATER)``. At its default it takes no part in the fingerprint.
LATER = {"later": True}
# Says nothing about what a template asks and never takes part in the fingerprint.
ASIDE = {"aside": True}


class Profile(StrEnum):
    """The official form that documents follow."""

    PARTY = "party"  # thể thức đảng, Guide 36-HD/VPTW
    STATE = "state"  # thể thức nhà nước, Decree 30/2020


class FormKind(StrEnum):
    """How the rows of a form come about."""

    FIXED = "fixed"  # dòng cố định: one row per item of a list
    OPEN = "open"  # danh sách: blank rows the unit fills
    QUESTIONS = "questions"  # câu hỏi: one labelled answer per row, a field each


class FieldType(StrEnum):
    """What an answer is. A rate is held as a fraction: 12,5 % is Decimal("0.125")."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RATE = "rate"
    DATE = "date"
    CHOICE = "choice"
    FORMULA = "formula"


class Aggregation(StrEnum):
    """How answers become one figure, declared per field and per axis."""

    SUM = "sum"
    LAST = "last"  # over periods: the last one that answered; a stock, a running total
    MAX = "max"
    MIN = "min"
    MEAN = "mean"
    WEIGHTED_MEAN = "weighted_mean"  # each answer by the weight beside it (``Field.weight``)
    RECOMPUTE = "recompute"  # ratio of sums: the formula over the aggregated inputs
    COUNT = "count"  # how many answers there are
    DISTINCT = "distinct"  # how many different answers there are
    SHARE = "share"  # how many answers per choice
    LIST = "list"  # the texts one after the other, the unit named
    NONE = "none"


class FaultyAnswers(StrEnum):
    """What becomes of an answer that was returned with an error at its cell."""

    EXCLUDE = "exclude"  # loại ra: kept out of every figure, and counted
    INCLUDE = "include"  # tính và đánh dấu: taken in where it can be read, and marked


class Role(StrEnum):
    """What a field stands for, where an output has to know (status, target against actual)."""

    TARGET = "target"  # chỉ tiêu giao
    PLAN = "plan"  # kế hoạch, the denominator of the rate
    ACTUAL = "actual"  # thực hiện
    CUMULATIVE = "cumulative"  # lũy kế
    RATE = "rate"  # tỷ lệ
    STATUS = "status"  # trạng thái
    REMARK = "remark"  # ghi chú
    KEY = "key"  # mã riêng: the code by which a row of a list is followed over periods
    SELF_SCORE = "self_score"  # điểm tự chấm, in a form whose rows are the criteria
    EVIDENCE = "evidence"  # minh chứng


class PeriodKind(StrEnum):
    """The length of a period."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit; ``parent`` is the code of its superior ("" at the top)."""

    code: str
    name: str
    short: str
    type: str
    parent: str = ""
    aliases: tuple[str, ...] = ()
    email: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    order: int = 0

    def valid_on(self, day: date) -> bool:
        """Whether the unit exists on that day; both limits belong to its life."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period; ``within`` are the codes of the longer periods it belongs to.

    Of an ``optional`` one (a supplementary registration) no unit owes a return: who sends one
    is counted, who does not is nowhere missing.
    """

    code: str
    name: str
    start: date
    end: date
    due: date | None
    kind: PeriodKind
    within: tuple[str, ...] = ()
    optional: bool = field(default=False, metadata=ASIDE)


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """The allowed answers of a choice field, in the order they are offered."""

    code: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A row of an item list (Nhiệm vụ, Chỉ tiêu): a task, an indicator.

    ``number`` is the number as printed (may repeat); ``code`` is the identity. ``parts`` are
    the parts of the issuing agencies, in the order of ``Programme.issuers``. ``target`` is
    the assigned target: a fraction when ``target_is_rate``. ``extra`` holds further columns
    of the sheet by their heading.
    """

    code: str
    number: str
    text: str
    group: str = ""
    lead: str = ""
    parts: tuple[str, ...] = ()
    due: str = ""  # thời gian: "Quý I", "Thường xuyên", "" …
    unit_types: tuple[str, ...] = ()  # empty: every type the form asks
    target: Decimal | None = None
    target_is_rate: bool = False
    target_is_floor: bool = True  # True: reached at or above; False: reached at or below
    unit_of_measure: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a form (a question, in a form of questions).

    ``minimum``/``maximum`` are numbers for INTEGER, DECIMAL and RATE (fractions), dates for
    DATE. ``prefill`` names the item column the head office fills in (then the field is
    locked): "number", "text", "group", "lead", "part1", "part2", "due", "target", "unit",
    "allotment" (the unit's own figure of sheet Giao chỉ tiêu) or "extra:<heading>".
    """

    form: str
    code: str
    title: str
    type: FieldType
    group: str = ""
    unit_of_measure: str = ""
    required: bool = False
    choices: str = ""
    minimum: Decimal | date | None = None
    maximum: Decimal | date | None = None
    formula: Expression | None = None
    over_units: Aggregation = Aggregation.NONE
    over_periods: Aggregation = Aggregation.NONE
    # Code of the field of the same form that weighs a WEIGHTED_MEAN.
    weight: str = field(default="", metadata=LATER)
    prefill: str = ""
    width: float | None = None  # characters, as Excel counts a column's width
    help: str = ""
    role: Role | None = None

    @property
    def is_input(self) -> bool:
        """Whether the unit types this answer."""
        return not self.prefill and self.type is not FieldType.FORMULA

    @property
    def is_numeric(self) -> bool:
        """Whether its answers are numbers (a formula always is)."""
        return self.type in (
            FieldType.INTEGER,
            FieldType.DECIMAL,
            FieldType.RATE,
            FieldType.FORMULA,
        )

    @property
    def shows_percent(self) -> bool:
        """Whether its numbers are fractions shown as a percentage."""
        return self.type is FieldType.RATE or (
            self.type is FieldType.FORMULA and self.unit_of_measure.strip() == "%"
        )


@dataclass(frozen=True, slots=True)
class Form:
    """A form (biểu): one sheet of the template. ``fields`` in the order of their columns."""

    code: str
    name: str
    kind: FormKind
    fields: tuple[Field, ...]
    source: str = ""  # code of the item list, for FIXED
    source_group: str = ""  # only the items of this group, where set
    unit_types: tuple[str, ...] = ()  # empty: every unit
    periods: tuple[str, ...] = ()  # codes of the periods it is asked in (resolved, never empty)
    blank_rows: int = 20  # rows offered, for OPEN
    total_row: bool = False
    guidance: str = ""

    def field(self, code: str) -> Field:
        """The field of that code; KeyError where the form has none."""
        for candidate in self.fields:
            if candidate.code == code:
                return candidate
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of Quy tắc: an expression that must be true in each row it applies to.

    ``sentence`` is its message with the holes that answers fill; empty where it has none.
    """

    code: str
    form: str
    expression: Expression
    severity: Severity
    message: str
    unit_types: tuple[str, ...] = ()  # empty: all
    periods: tuple[str, ...] = ()  # empty: all
    sentence: Sentence = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A row of Miễn trừ: what is not held against one unit, and why.

    ``rule`` is the code of a rule or of a kind of finding ("answer.missing").
    """

    unit: str
    rule: str
    reason: str
    periods: tuple[str, ...] = ()  # empty: every period

    def covers(self, unit: str, period: str) -> bool:
        """Whether it holds for that unit in that period, both by code."""
        return self.unit == unit and (not self.periods or period in self.periods)


# What a transfer may name instead of a field of an OPEN form.
UNIT_NAME = "@unit"  # the name of the unit a row came from
ROW_COUNT = "@rows"  # how many rows were filled in


@dataclass(frozen=True, slots=True)
class Transfer:
    """A row of Chuyển lên: which own figure fills which cell of the superior's template.

    ``to_form``, ``to_row``, ``to_field`` are codes of the superior's programme. ``to_row`` is
    "" where every row goes to the row of the same code (in lists: to the next free row), and
    then ``row`` is "" too. ``field`` may be UNIT_NAME or ROW_COUNT for a list of one's own.
    """

    to_form: str
    to_row: str
    to_field: str
    form: str
    row: str
    field: str


class SuccessionKind(StrEnum):
    """What became of a unit."""

    MERGE = "merge"  # sáp nhập
    SPLIT = "split"  # chia tách
    RENAME = "rename"  # đổi tên
    MOVE = "move"  # chuyển cấp trên: a new superior, with or without a new code


@dataclass(frozen=True, slots=True)
class Succession:
    """A row of Kế thừa: from ``day`` on, ``successor`` stands for ``predecessor``.

    Both are codes of units; of a unit that only moved below another superior they are the
    same, and ``former`` is the superior it had until then (``Unit.parent`` is the present
    one). ``share`` is the part that goes to this successor, a fraction; None where nothing
    is stated: then a whole goes whole, and what was split is never divided.
    """

    predecessor: str
    successor: str
    day: date
    kind: SuccessionKind
    share: Decimal | None = None
    former: str = ""
    remark: str = ""

    @property
    def only_moves(self) -> bool:
        """Whether the unit stays the one it was, below another superior."""
        return self.kind is SuccessionKind.MOVE and self.predecessor == self.successor


class ChartKind(StrEnum):
    """The kinds of chart a programme can ask for."""

    STATUS = "status"  # task status by period, stacked
    TARGET = "target"  # indicator: target against actual
    PUNCTUALITY = "punctuality"  # matrix unit x period
    PROGRESS = "progress"  # cumulative progress over periods
    BREAKDOWN = "breakdown"  # answers counted by choice and unit


@dataclass(frozen=True, slots=True)
class Chart:
    """A row of Biểu đồ. ``category`` is the field that splits, ``values`` those measured."""

    code: str
    title: str
    kind: ChartKind
    form: str = ""
    category: str = ""
    values: tuple[str, ...] = ()
    items: tuple[str, ...] = ()  # item codes; empty: all of the form


@dataclass(frozen=True, slots=True)
class Programme:
    """All of it. Tuples keep the order of the workbook (units: official order)."""

    code: str
    name: str
    year: int
    issuers: tuple[str, ...]  # one or two bodies
    superior: str
    profile: Profile
    recipients: tuple[str, ...]  # nơi nhận báo cáo
    issue: str  # lần phát hành of the templates
    units: tuple[Unit, ...]
    periods: tuple[Period, ...]
    forms: tuple[Form, ...]
    choices: tuple[ChoiceList, ...]
    item_lists: Mapping[str, tuple[Item, ...]]  # "tasks", "indicators", … by list code
    rules: tuple[Rule, ...]
    charts: tuple[Chart, ...]
    # (item code, unit code) -> the unit's own target; sheet Giao chỉ tiêu
    allotments: Mapping[tuple[str, str], Decimal]
    fingerprint: str  # SHA-256 over the content, the same however the workbook was saved
    waivers: tuple[Waiver, ...] = ()  # sheet Miễn trừ; not part of the fingerprint
    # Sheet Cách ghi, not part of the fingerprint either: what an office writes for nothing,
    # and which kind of nothing that is: "zero", "nil", "not_applicable", "not_available" or
    # "missing" (the values of intake.model.State, which this room does not know).
    wordings: tuple[tuple[str, str], ...] = ()
    # Sheet Chuyển lên, not part of the fingerprint: it says nothing about the own templates.
    transfers: tuple[Transfer, ...] = ()
    # Sheet Kế thừa, not part of the fingerprint: it changes no template.
    successions: tuple[Succession, ...] = ()
    # Sheets Tiêu chí and Xếp loại, outside the fingerprint: they judge what was reported.
    criteria: tuple[Criterion, ...] = ()
    bands: tuple[Band, ...] = ()  # the highest first
    # Sheet Chương trình; how figures are made, so not part of the fingerprint of a template.
    faulty_answers: FaultyAnswers = FaultyAnswers.EXCLUDE
    last_year: str = ""  # folder of last year's programme, seen from this one's; "" for none

    def unit(self, code: str) -> Unit:
        """The unit of that code; KeyError where there is none."""
        return _by_code(self.units, code)

    def period(self, code: str) -> Period:
        """The period of that code; KeyError where there is none."""
        return _by_code(self.periods, code)

    def form(self, code: str) -> Form:
        """The form of that code; KeyError where there is none."""
        return _by_code(self.forms, code)

    def choice_list(self, code: str) -> ChoiceList:
        """The choice list of that code; KeyError where there is none."""
        return _by_code(self.choices, code)

    def items(self, form: Form, unit: Unit | None = None) -> tuple[Item, ...]:
        """The items that are rows of a FIXED form, only those asked of ``unit`` if given."""
        return tuple(
            item
            for item in self.item_lists.get(form.source, ())
            if (not form.source_group or item.group == form.source_group)
            and (unit is None or not item.unit_types or unit.type in item.unit_types)
        )

    def forms_for(self, unit: Unit, period: Period) -> tuple[Form, ...]:
        """The forms the unit owes in the period; empty where it owes nothing.

        A unit owes returns of the periods on whose last day it exists.
        """
        if not unit.valid_on(period.end):
            return ()
        return forms_asked(self.forms)(unit.type, period.code)

    def units_for(self, period: Period) -> tuple[Unit, ...]:
        """The units that owe a return of that very period."""
        return tuple(unit for unit in self.units if self.forms_for(unit, period))

    def collected_periods(self) -> tuple[Period, ...]:
        """The periods that at least one form is asked in, in order."""
        asked = {code for form in self.forms for code in form.periods}
        return tuple(period for period in self.periods if period.code in asked)

    def members(self, form: Form, period: Period) -> tuple[Period, ...]:
        """The periods whose returns of ``form`` make up its figure for ``period``.

        The period alone where the form is asked for it. Otherwise the shortest periods
        within it, in order of time: where a form is asked by quarter and by half-year, the
        year is made of the quarters, so that nothing counts twice. Empty where the form has
        nothing to say about the period.
        """
        if period.code in form.periods:
            return (period,)
        inside = [p for p in self.periods if p.code in form.periods and period.code in p.within]
        containers = {code for p in inside for code in p.within}
        return tuple(
            sorted(
                (p for p in inside if p.code not in containers),
                key=lambda p: (p.start, p.end, p.code),
            )
        )

    def children(self, code: str) -> Iterator[Unit]:
        """The units directly below the unit of that code, in official order."""
        return (unit for unit in self.units if unit.parent == code)


_Coded = TypeVar("_Coded", Unit, Period, Form, ChoiceList)
_MANY = 64  # things from which looking at each is slower than an index


def _by_code(things: tuple[_Coded, ...], code: str) -> _Coded:
    if len(things) < _MANY:
        for thing in things:
            if thing.code == code:
                return thing
        raise KeyError(code)
    found: _Coded = _index(things)[code]
    return found


@by_identity
def _index(things: tuple[Any, ...]) -> Mapping[str, Any]:
    """Things by code; of several with one code (a faulty programme) the first."""
    return {thing.code: thing for thing in reversed(things)}

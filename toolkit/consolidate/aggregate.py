"""From several figures to one: the aggregations of a programme, exact and without units.

What counts: VALUE, ZERO and NIL (as 0). Everything else is a kind of nothing and is kept out
*before* a function here sees it; a missing figure is never turned into 0.

Sums are exact (:data:`EXACT` holds every sum of numbers that Excel can store); a mean, like
a recomputed rate, is one division to 28 significant digits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import Enum, auto
from types import MappingProxyType

from toolkit.consolidate.model import Figure, Part
from toolkit.intake.model import AnswerValue, State
from toolkit.programme.model import Aggregation, Field, FieldType
from toolkit.text import match_key

# The digits of 1.8E+308 down to 4.9E-324 and room for the carries.
EXACT = Context(prec=1000, rounding=ROUND_HALF_EVEN)
QUOTIENT = Context(prec=28, rounding=ROUND_HALF_EVEN)

NO_SHARES: Mapping[str, int] = MappingProxyType({})  # one for all: figures are many
_ZERO = Decimal(0)
_SUM = Aggregation.SUM
# Aggregations that gather answers, so that gathering twice is gathering once.
GATHERING = frozenset(
    {Aggregation.COUNT, Aggregation.DISTINCT, Aggregation.SHARE, Aggregation.LIST}
)
# Over units these go back to the rows of a list, which a comparison of periods has lost.
_OF_ROWS_ONLY = frozenset({Aggregation.DISTINCT, Aggregation.WEIGHTED_MEAN})
_COMPARING = frozenset({Aggregation.MAX, Aggregation.MIN, Aggregation.MEAN})

# Bound once: these are looked at for every answer.
VALUE, ZERO, NIL = State.VALUE, State.ZERO, State.NIL
MISSING, NOT_AVAILABLE = State.MISSING, State.NOT_AVAILABLE
NOT_APPLICABLE, UNREADABLE = State.NOT_APPLICABLE, State.UNREADABLE
# A tuple: members of an enumeration are found in it by identity, without hashing.
COUNTING = (VALUE, ZERO, NIL)


@dataclass(frozen=True, slots=True)
class Plan:
    """How one field becomes figures: its declared aggregations as far as they make sense.

    ``choices`` are the values of its list, in order, for SHARE. ``rows`` tells that one
    return holds several answers (an OPEN form).
    """

    field: Field
    over_units: Aggregation
    over_periods: Aggregation
    choices: tuple[str, ...] = ()
    rows: bool = False

    @property
    def code(self) -> str:
        """The field's code."""
        return self.field.code

    @property
    def pools(self) -> bool:
        """Whether the rows of all units enter the total one by one (OPEN forms).

        Otherwise the total is made of the units' figures.
        """
        return self.rows and self.over_periods not in _COMPARING

    @property
    def counted(self) -> bool:
        """Whether the units' figures are counts, to be added where answers are counted."""
        if self.rows:
            return not self.pools
        return self.over_periods is Aggregation.COUNT


class _Kind(Enum):
    """What a figure is; decides which aggregations have a meaning."""

    NUMBER = auto()
    DATE = auto()
    TEXT = auto()
    SHARES = auto()
    TEXTS = auto()
    DIFFERENT = auto()  # how many different answers there are, and which


def plan(
    field: Field, choices: tuple[str, ...], *, recomputable: bool, rows: bool, single: bool
) -> Plan:
    """The plan of a field. ``recomputable``: its formula can be evaluated on aggregates;
    ``single``: there is one period only, whose answer is the figure without further ado.

    An aggregation that has no meaning for what it is given is none: a sum of dates, the
    largest text, the mean of lists, recomputing what has no formula (or one that looks at
    the period before). "Sum" over periods of answers that are gathered over units (texts
    listed, choices counted) means the answers of all periods together. Without a figure over
    periods there is no total. Where a return holds several rows, a formula is recomputed on
    both axes or, over periods alone, all its rows are taken together.
    """
    over_units, over_periods = field.over_units, field.over_periods
    if over_periods is Aggregation.SUM and over_units in GATHERING and not field.is_numeric:
        over_periods = over_units
    if rows:
        over_units, over_periods = _of_rows(field, over_units, over_periods, recomputable, single)
    else:
        over_periods, kind = _then(_kind_of(field), over_periods, recomputable)
        if single and kind is None:
            over_periods, kind = Aggregation.LAST, _kind_of(field)
        over_units, _ = _then(kind, over_units, recomputable)
    return Plan(field, over_units, over_periods, choices, rows)


def _of_rows(
    field: Field,
    over_units: Aggregation,
    over_periods: Aggregation,
    recomputable: bool,
    single: bool,
) -> tuple[Aggregation, Aggregation]:
    """Rows are combined over units first; only a comparison of periods needs it again."""
    none = (Aggregation.NONE, Aggregation.NONE)
    if over_periods is Aggregation.NONE and not single:
        return none
    over_units, kind = _then(_kind_of(field), over_units, recomputable)
    if kind is None:
        return none
    if over_units is Aggregation.RECOMPUTE:
        return over_units, over_units
    if single or over_periods not in (*_COMPARING, Aggregation.LAST):
        return over_units, Aggregation.SUM
    if over_periods is Aggregation.LAST:
        return over_units, over_periods
    over_periods, kind = _then(kind, over_periods, recomputable)
    again, _ = _then(kind, over_units, recomputable)
    if over_units in _OF_ROWS_ONLY:
        return none
    return none if again is Aggregation.NONE else (over_units, over_periods)


def _kind_of(field: Field) -> _Kind:
    if field.is_numeric:
        return _Kind.NUMBER
    return _Kind.DATE if field.type is FieldType.DATE else _Kind.TEXT


def _then(
    kind: _Kind | None, how: Aggregation, recomputable: bool
) -> tuple[Aggregation, _Kind | None]:
    """The aggregation of figures of a kind, if it means anything, and the kind it gives."""
    given: _Kind | None = None
    number = kind in (_Kind.NUMBER, _Kind.DIFFERENT)
    if kind is not None:
        match how:
            case Aggregation.SUM | Aggregation.MEAN | Aggregation.WEIGHTED_MEAN:
                given = _Kind.NUMBER if number else None
            case Aggregation.MAX | Aggregation.MIN:
                given = _Kind.NUMBER if number else kind if kind is _Kind.DATE else None
            case Aggregation.LAST:
                given = kind
            case Aggregation.COUNT:
                given = _Kind.NUMBER
            case Aggregation.DISTINCT:
                given = _Kind.DIFFERENT if kind not in (_Kind.SHARES, _Kind.TEXTS) else None
            case Aggregation.SHARE:
                given = _Kind.SHARES if kind not in (_Kind.TEXTS, _Kind.DIFFERENT) else None
            case Aggregation.LIST:
                given = _Kind.TEXTS if kind not in (_Kind.SHARES, _Kind.DIFFERENT) else None
            case Aggregation.RECOMPUTE:
                given = _Kind.NUMBER if recomputable else None
    return (Aggregation.NONE, None) if given is None else (how, given)


def counts(figure: Figure) -> bool:
    """Whether the figure enters totals (``State.counts``, without its detour)."""
    return figure.state in COUNTING


def combine(
    how: Aggregation,
    figures: Sequence[Figure],
    parts: tuple[Part, ...],
    *,
    choices: tuple[str, ...] = (),
    counted: bool = False,
) -> Figure:
    """One figure out of those that count; ``figures`` must not be empty, their order counts.

    ``counted`` tells that the figures are counts already (COUNT over periods first), which
    are then added. RECOMPUTE, WEIGHTED_MEAN and NONE are not for here (ValueError).
    """
    if how is _SUM:
        return _number(exact_sum(_decimals(figures)), figures, parts)
    match how:
        case Aggregation.MEAN:
            return _number(mean(_decimals(figures)), figures, parts)
        case Aggregation.LAST:
            last = figures[-1]
            return Figure(last.state, last.value, parts, None, last.shares, last.texts)
        case Aggregation.MAX | Aggregation.MIN:
            return _extreme(how, figures, parts)
        case Aggregation.COUNT:
            total = exact_sum(_decimals(figures)) if counted else Decimal(len(figures))
            return Figure(VALUE if total else ZERO, total, parts, None, NO_SHARES)
        case Aggregation.DISTINCT:
            return _distinct(figures, parts)
        case Aggregation.SHARE:
            return _share(figures, parts, choices)
        case Aggregation.LIST:
            return _list(figures, parts)
    raise ValueError(f"{how} does not combine figures")


def none_at_all(
    how: Aggregation, state: State, parts: tuple[Part, ...], choices: tuple[str, ...] = ()
) -> Figure:
    """The figure when nothing counts; for SHARE every choice is there, without answers."""
    if how is Aggregation.SHARE:
        return Figure(state, None, parts, None, dict.fromkeys(choices, 0))
    return Figure(state, None, parts)


def kind_of_nothing(states: Iterable[State]) -> State:
    """What several figures are together when none counts: the gravest of their states.

    Unreadable before missing before not (yet) available; not applicable only when all are.
    """
    present = set(states)
    for state in (UNREADABLE, MISSING, NOT_AVAILABLE):
        if state in present:
            return state
    return NOT_APPLICABLE


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """The sum, exact whatever the order."""
    total, add = _ZERO, EXACT.add
    for value in values:
        total = add(total, value)
    return total


def mean(values: Sequence[Decimal]) -> Decimal:
    """The mean of at least one number: an exact sum, one division to 28 digits."""
    return QUOTIENT.divide(exact_sum(values), Decimal(len(values)))


def text_of(value: AnswerValue) -> str:
    """A value as text, for a list of texts; dates as dd/mm/yyyy."""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, Decimal):
        return format(value, "f")
    return value or ""


def weighed(pairs: Sequence[tuple[Figure, Figure]], parts: tuple[Part, ...]) -> Figure:
    """The weighted mean of (figure, its weight), all of which count.

    One division of exact sums. Without any weight there is no mean: "not applicable", as a
    rate over a plan of 0 is.
    """
    values, weights = _decimals([f for f, _ in pairs]), _decimals([w for _, w in pairs])
    whole = exact_sum(weights)
    if not whole:
        return Figure(NOT_APPLICABLE, None, parts)
    products = [EXACT.multiply(v, w) for v, w in zip(values, weights, strict=True)]
    return _number(QUOTIENT.divide(exact_sum(products), whole), [f for f, _ in pairs], parts)


def _decimals(figures: Sequence[Figure]) -> list[Decimal]:
    values = [figure.value for figure in figures if isinstance(figure.value, Decimal)]
    if len(values) != len(figures):
        raise TypeError("what counts as a number has no number")  # never passed over in silence
    return values


def _nothing_state(figures: Sequence[Figure]) -> State:
    """Whether a 0 is a confirmed nil (every part is one) or a zero."""
    return NIL if all(figure.state is NIL for figure in figures) else ZERO


def _number(value: Decimal, figures: Sequence[Figure], parts: tuple[Part, ...]) -> Figure:
    state = VALUE if value else _nothing_state(figures)
    return Figure(state, value, parts, None, NO_SHARES)


def _extreme(how: Aggregation, figures: Sequence[Figure], parts: tuple[Part, ...]) -> Figure:
    pick = max if how is Aggregation.MAX else min
    numbers = [figure.value for figure in figures if isinstance(figure.value, Decimal)]
    if numbers:
        return _number(pick(numbers), figures, parts)
    dates = [figure.value for figure in figures if isinstance(figure.value, date)]
    # "không có" where a date is asked counts as an answer, but there is no date in it.
    return Figure(VALUE, pick(dates), parts) if dates else Figure(NIL, None, parts)


def _distinct(figures: Sequence[Figure], parts: tuple[Part, ...]) -> Figure:
    """How many different answers there are; ``shares`` tells how often each was given.

    Texts are the same as names are (:func:`toolkit.text.match_key`), numbers by their value. A
    confirmed nil names nothing, so that it is no further answer.
    """
    found: Counter[str] = Counter()
    for figure in figures:
        if figure.shares:
            found.update(figure.shares)
        elif figure.state is not NIL and figure.value is not None:
            found[_same(figure.value)] += 1
    shares = {name: found[name] for name in sorted(found)}
    state = VALUE if shares else _nothing_state(figures)
    return Figure(state, Decimal(len(shares)), parts, None, shares)


def _same(value: AnswerValue) -> str:
    """One text for what is one answer."""
    if isinstance(value, Decimal):
        return format(value.normalize(EXACT), "f") if value else "0"
    return match_key(text_of(value))


def _share(figures: Sequence[Figure], parts: tuple[Part, ...], choices: tuple[str, ...]) -> Figure:
    found: Counter[str] = Counter()
    for figure in figures:
        if figure.shares:
            found.update(figure.shares)
        else:
            # A confirmed nil chose nothing: counted under "", so that the counts add up.
            found[text_of(figure.value)] += 1
    strangers = sorted(choice for choice in found if choice not in choices)
    shares = {choice: found[choice] for choice in (*choices, *strangers)}
    total = sum(shares.values())
    return Figure(VALUE if total else ZERO, Decimal(total), parts, None, shares)


def _list(figures: Sequence[Figure], parts: tuple[Part, ...]) -> Figure:
    texts: list[tuple[str, str]] = []
    for figure in figures:
        if figure.texts:
            texts += figure.texts
        elif figure.value is not None and figure.parts:
            texts.append((figure.parts[0].unit, text_of(figure.value)))
    if not texts:
        return Figure(_nothing_state(figures), None, parts)
    return Figure(VALUE, "\n".join(text for _, text in texts), parts, None, {}, tuple(texts))

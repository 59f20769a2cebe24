"""A second consolidation, naive and of its own, out of the rows of an export alone.

It is written from the declared meaning of each aggregation, with fractions, over a flat list
of answers as ``baocao export`` writes them, and shares no line with ``toolkit.consolidate``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from toolkit.intake.model import State
from toolkit.programme.language.tree import Binary, Ref
from toolkit.programme.model import Field, FieldType, Form, FormKind, Item, Period, Programme, Unit

GOOD = {State.VALUE, State.ZERO, State.NIL}
LACKING = {State.MISSING, State.NOT_AVAILABLE, State.UNREADABLE}
MISSING = State.MISSING


# --- the second implementation --------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """An answer or a figure: state, value, counts per choice, (unit, text) pairs, standing.

    ``inside`` are the figures it is made of where a total goes back to them.
    """

    state: State
    value: object = None
    shares: tuple[tuple[str, int], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    lacking: tuple[str, ...] = ()
    inside: tuple[Said, ...] | None = None
    names: frozenset[object] = frozenset()

    @property
    def good(self) -> bool:
        return self.state in GOOD


NOTHING = Said(MISSING)


def worded(said: Said, unit: str) -> Said:
    """With its text beside its value: whole numbers and dates as one writes them."""
    value = said.value
    if not said.good or said.texts or said.shares or value is None:
        return said
    if isinstance(value, Fraction):
        if value.denominator != 1:
            return said
        value = str(value.numerator)
    elif isinstance(value, date):
        value = f"{value.day:02}/{value.month:02}/{value.year}"
    return replace(said, texts=((unit, str(value)),))


def worst(states: Sequence[State]) -> State:
    for state in (State.UNREADABLE, State.MISSING, State.NOT_AVAILABLE):
        if state in states:
            return state
    return State.NOT_APPLICABLE


def together(
    how: str, found: Sequence[Said], counted: bool = False, choices: Sequence[str] = ()
) -> Said:
    """Several that are good as one, by the plain meaning of the word."""
    numbers = [s.value for s in found if isinstance(s.value, Fraction)]
    dates = [s.value for s in found if isinstance(s.value, date)]
    zero = State.NIL if all(s.state is State.NIL for s in found) else State.ZERO

    def as_number(value: Fraction) -> Said:
        return Said(State.VALUE if value else zero, value)

    if how == "last":
        return replace(found[-1], lacking=(), inside=None)
    if how == "sum":
        return as_number(sum(numbers, Fraction(0)))
    if how == "mean":
        return as_number(sum(numbers, Fraction(0)) / len(numbers))
    if how in ("max", "min"):
        chosen: Callable = max if how == "max" else min
        if numbers:
            return as_number(chosen(numbers))
        return Said(State.VALUE, chosen(dates)) if dates else Said(State.NIL)
    if how == "count":
        many = sum(numbers, Fraction(0)) if counted else Fraction(len(found))
        return Said(State.VALUE if many else State.ZERO, many)
    if how == "distinct":
        names = frozenset().union(*(each.names or named(each) for each in found))
        return Said(State.VALUE if names else zero, Fraction(len(names)), names=names)
    if how == "share":
        tally = dict.fromkeys(choices, 0)
        for each in found:
            answer = each.texts[0][1] if each.texts else ""
            for name, n in each.shares or ((answer, 1),):
                tally[name] = tally.get(name, 0) + n
        many = sum(tally.values())
        state = State.VALUE if many else State.ZERO
        return Said(state, Fraction(many), tuple(sorted(tally.items())))
    assert how == "list"
    texts = tuple(pair for each in found for pair in each.texts)
    return Said(State.VALUE, None, (), texts) if texts else Said(zero)


def named(said: Said) -> frozenset[object]:
    """What a single answer names: nothing where it says that there is none."""
    if said.state is State.NIL or said.value is None:
        return frozenset()
    if isinstance(said.value, str):
        return frozenset({" ".join(unicodedata.normalize("NFC", said.value).lower().split())})
    return frozenset({said.value})


def weighed(pairs: Sequence[tuple[Said, Said]]) -> Said:
    """The weighted mean of (answer, weight), all of them good; none without any weight."""
    whole = sum((w.value for _, w in pairs), Fraction(0))
    if not whole:
        return Said(State.NOT_APPLICABLE, inside=())
    value = sum((x.value * w.value for x, w in pairs), Fraction(0)) / whole
    zero = State.NIL if all(x.state is State.NIL for x, _ in pairs) else State.ZERO
    return Said(State.VALUE if value else zero, value)


def plain_words(field: Field, rows: bool, single: bool) -> tuple[str, str]:
    """(over units, over periods) in effect: where the declared ones mean something."""
    units, periods = field.over_units.value, field.over_periods.value
    gathered = ("share", "list", "count", "distinct")
    if not field.is_numeric and periods == "sum" and units in gathered:
        periods = units
    start = "number" if field.is_numeric else field.type.value
    if rows:
        if periods == "none" and not single:
            return "none", "none"
        first = MEANS.get((start, units))
        if units == "recompute":
            return ("none", "none") if not field.formula else ("recompute", "recompute")
        if first is None:
            return "none", "none"
        if single or periods not in ("max", "min", "mean", "last"):
            return units, "sum"
        if periods == "last":
            return units, periods
        if units in ("distinct", "weighted_mean"):
            return "none", "none"
        again = MEANS.get((MEANS.get((first, periods)), units))
        return (units, periods) if again else ("none", "none")
    if single and periods == "weighted_mean":
        periods = "last"
    first = MEANS.get((start, periods))
    if periods == "recompute" and field.formula:
        first = "number"
    if first is None:
        periods, first = ("last", start) if single else ("none", None)
    if units == "recompute":
        return ("recompute" if field.formula and first else "none"), periods
    return (units if MEANS.get((first, units)) else "none"), periods


# (what there is, what is done with it) -> what there is then
MEANS = {
    **{("number", how): "number" for how in ("sum", "mean", "max", "min", "last", "count")},
    ("number", "weighted_mean"): "number",
    **{
        (kind, "distinct"): "different"
        for kind in ("number", "date", "text", "choice", "different")
    },
    **{("different", how): "number" for how in ("sum", "mean", "max", "min", "weighted_mean")},
    ("different", "last"): "different",
    ("different", "count"): "number",
    **{("date", how): "date" for how in ("max", "min", "last")},
    **{(kind, "last"): kind for kind in ("text", "choice", "shares", "texts")},
    **{(kind, "count"): "number" for kind in ("date", "text", "choice", "shares", "texts")},
    **{(kind, "share"): "shares" for kind in ("number", "date", "text", "choice", "shares")},
    **{(kind, "list"): "texts" for kind in ("number", "date", "text", "choice", "texts")},
}


def parts_of(field: Field) -> tuple[str, str]:
    """The codes of a rate's numerator and denominator."""
    assert field.formula is not None
    root = field.formula.root
    assert isinstance(root, Binary)
    assert isinstance(root.left, Ref)
    assert isinstance(root.right, Ref)
    return root.left.field, root.right.field


def as_counted(row: Mapping[str, str], field: Field) -> Said:
    """The answer of one row of the export as figures take it."""
    state, text = State(row["state"]), row["value"]
    value: object = None
    if row["counted"] == "no":
        state = State.UNREADABLE if state in GOOD else state
    elif field.is_numeric:
        value = Fraction(text or 0)
        state = (State.VALUE if value else State.ZERO) if state is State.UNREADABLE else state
    elif text:
        value = date.fromisoformat(text) if field.type is FieldType.DATE else text
        state = State.VALUE if state is State.UNREADABLE else state
    return Said(state, value)


def superiors(prog: Programme, members: Sequence[str]) -> dict[str, frozenset[str]]:
    """Each unit with others of the members below it, at any depth, and those members."""
    parents = {u.code: u.parent for u in prog.units}

    def above(code: str) -> list[str]:
        return [code, *above(parents[code])] if code in parents else []

    found = {u.code: frozenset(m for m in members if u.code in above(m)) for u in prog.units}
    return {code: held for code, held in found.items() if held - {code}}


class Second:
    """All figures of one period out of the rows of an export, over the units of ``only``."""

    def __init__(self, prog: Programme, period: Period, rows: Sequence[Mapping[str, str]]):
        self.prog = prog
        self.period = period
        self.only: frozenset[str] | None = None
        self.flat: dict[tuple[str, ...], Said] = {}
        self.lists: dict[tuple[str, ...], State] = {}
        self.came = {(row["unit"], row["period"]) for row in rows}
        forms = {form_.code: form_ for form_ in prog.forms}
        for row in rows:
            key = (row["unit"], row["period"], row["form"])
            if row["field"] == "#":
                self.lists[key] = State(row["state"])
            else:
                field = forms[row["form"]].field(row["field"])
                self.flat[(*key, row["row"], row["field"])] = as_counted(row, field)

    def choices(self, field: Field) -> Sequence[str]:
        held = {c.code: c.values for c in self.prog.choices}
        return held[field.choices] if field.type is FieldType.CHOICE else ()

    def answer(self, unit: str, period: str, form_: Form, row: str, field: Field) -> Said:
        said = self.flat.get((unit, period, form_.code, row, field.code), NOTHING)
        return worded(said, unit)

    def rows(self, unit: str, period: str, form_: Form, key: str) -> list[dict[str, Said]] | None:
        """The rows of cells of one return; None where no return or nothing certain came."""
        if form_.kind is FormKind.QUESTIONS:
            return [{f.code: self.answer(unit, period, form_, f.code, f) for f in form_.fields}]
        if form_.kind is FormKind.FIXED:
            return [{f.code: self.answer(unit, period, form_, key, f) for f in form_.fields}]
        if self.empty_list(unit, period, form_) in LACKING:
            return None
        keys = sorted({k[3] for k in self.flat if k[:3] == (unit, period, form_.code)}, key=int)
        all_rows = [
            {f.code: self.answer(unit, period, form_, key, f) for f in form_.fields} for key in keys
        ]
        inputs = [f.code for f in form_.fields if f.is_input]
        spoken = GOOD - {State.NIL} | {State.UNREADABLE, State.NOT_AVAILABLE}
        return [cells for cells in all_rows if any(cells[c].state in spoken for c in inputs)]

    def empty_list(self, unit: str, period: str, form_: Form) -> State:
        """What the list of a return says of itself; without a return it is missing."""
        return self.lists.get((unit, period, form_.code), MISSING)

    # One unit.

    def unit_figure(self, unit: Unit, form_: Form, key: str, field: Field) -> Said:
        periods = self.owed(unit, form_)
        single = len(self.members(form_)) == 1
        units, over = plain_words(field, form_.kind is FormKind.OPEN, single)
        if over == "recompute":
            return self.quotient([unit], form_, key, field, own=True)
        if "weighted_mean" in ((units, over) if form_.kind is FormKind.OPEN else (over,)):
            pairs, standing = self.pairs(unit, form_, key, field, pooled=True)
            if not pairs:
                return standing
            return worded(replace(weighed(pairs), lacking=standing.lacking), unit.code)
        if form_.kind is FormKind.OPEN:
            return worded(self.list_figure(unit, form_, field, units, over, periods), unit.code)
        said = [(p.code, self.rows(unit.code, p.code, form_, key)[0][field.code]) for p in periods]
        return worded(self.over_time(over, said, self.choices(field)), unit.code)

    def over_time(
        self, over: str, said: list[tuple[str, Said]], choices: Sequence[str] = ()
    ) -> Said:
        good = [s for _, s in said if s.good]
        if not good:
            return Said(worst([s.state for _, s in said]))
        if over == "last":
            while not said[-1][1].good and any(s.good for _, s in said[:-1]):
                if said[-1][1].state in LACKING:
                    rest = self.over_time(over, said[:-1])
                    return replace(rest, lacking=(*rest.lacking, said[-1][0]))
                said = said[:-1]
            return together("last", [said[-1][1]])
        lacking = tuple(p for p, s in said if s.state in LACKING)
        if over == "none":
            return Said(State.NOT_APPLICABLE, lacking=lacking, inside=())
        figure = together(over, good, choices=choices)
        return replace(figure, lacking=lacking, inside=(figure,))

    def list_figure(
        self, unit: Unit, form_: Form, field: Field, units: str, over: str, periods: list[Period]
    ) -> Said:
        sums = ("sum", "count", "distinct", "share", "list", "none")
        looks: list[tuple[str, list[Said] | None, State, bool]] = []
        for p in periods:
            rows = self.rows(unit.code, p.code, form_, "")
            if rows is None:
                looks.append((p.code, None, self.empty_list(unit.code, p.code, form_), True))
            elif not rows:
                state = self.empty_list(unit.code, p.code, form_)
                if units in sums:
                    looks.append((p.code, [], state, False))
                else:
                    looks.append((p.code, None, State.NOT_APPLICABLE, False))
            else:
                cells = [cells[field.code] for cells in rows]
                good = [s for s in cells if s.good]
                bad = any(s.state in LACKING for s in cells)
                state = State.VALUE if good else worst([s.state for s in cells])
                looks.append((p.code, good or None, state, bad))
        if over == "last":
            listed = [self.rows(unit.code, p.code, form_, "") for p in periods]
            last = [
                n
                for n, rows in enumerate(listed)
                if rows == [] or any(cells[field.code].good for cells in rows or [])
            ]
            looks = looks[last[-1] :] if last else looks
        there = [look for look in looks if look[1] is not None]
        if not there:
            return Said(worst([look[2] for look in looks]))
        lacking = tuple(look[0] for look in looks if look[3])
        if units == "none":
            return Said(State.NOT_APPLICABLE, lacking=lacking, inside=())
        if over in ("max", "min", "mean"):
            figures = [
                self.of_rows(units, look[1] or [], [look[2]], self.choices(field)) for look in there
            ]
            figure = together(over, figures)
            return replace(figure, lacking=lacking, inside=(figure,))
        pool = [s for look in there for s in look[1] or []]
        figure = self.of_rows(units, pool, [look[2] for look in there], self.choices(field))
        return replace(figure, lacking=lacking, inside=tuple(pool))

    def of_rows(
        self, how: str, rows: list[Said], states: list[State], choices: Sequence[str] = ()
    ) -> Said:
        if rows:
            return together(how, rows, choices=choices)
        state = State.NIL if all(s is State.NIL for s in states) else State.ZERO
        if how in ("sum", "count", "distinct"):
            return Said(state, Fraction(0))
        if how == "share":
            return Said(state, Fraction(0), tuple((c, 0) for c in sorted(choices)))
        return Said(state)

    # A rate a / b: like for like.

    def quotient(
        self, units: Sequence[Unit], form_: Form, key: str, field: Field, own: bool
    ) -> Said:
        """a / b over these units; of a single unit, its standing in ``state``/``lacking``."""
        inputs = parts_of(field)
        a, b = (form_.field(code) for code in inputs)
        rows_form = form_.kind is FormKind.OPEN
        single = len(self.members(form_)) == 1
        words_of = {f.code: plain_words(f, rows_form, single) for f in (a, b)}
        tops: dict[str, list[Said]] = {code: [] for code in inputs}
        result = Said(MISSING)
        for unit in units:
            kept, result = self.matched(unit, form_, key, words_of)
            if not kept:
                continue
            for code in inputs:
                how, over = words_of[code]
                figure = self.kept_figure(kept[code], how, over, rows_form)
                tops[code].append(figure)
        if not tops[inputs[0]]:
            return result
        values = []
        for code in inputs:
            if own:
                values.append(tops[code][0])
            else:
                pool = [s for t in tops[code] for s in (t.inside if t.inside is not None else (t,))]
                how, over = words_of[code]
                counted = how == "count" and (
                    over in ("max", "min", "mean") if rows_form else over == "count"
                )
                good = [s for s in pool if s.good]
                values.append(
                    together(how, good, counted)
                    if good
                    else Said(State.ZERO, Fraction(0) if how in ("sum", "count") else None)
                )
        top, bottom = (v.value for v in values)
        if not isinstance(top, Fraction) or not bottom or not all(v.good for v in values):
            return Said(State.NOT_APPLICABLE, lacking=result.lacking, inside=())
        value = top / bottom
        return Said(State.VALUE if value else State.ZERO, value, lacking=result.lacking)

    def kept_figure(self, kept, how: str, over: str, rows_form: bool) -> Said:
        """Of the (period, cells) that match, the figure of one input."""
        if not rows_form:
            cells = [cells[0] for _, cells in kept]
            return replace(together(over, cells), inside=None)
        if over == "last":
            kept = kept[-1:]
        pool = [s for _, cells in kept for s in cells]
        if over in ("max", "min", "mean"):
            by_period = [
                self.of_rows(how, cells, [State.ZERO])
                for _, cells in kept
                if cells or how in ("sum", "count")
            ]
            if not by_period:
                return Said(State.NOT_APPLICABLE, inside=())
            figure = together(over, by_period)
            return replace(figure, inside=(figure,))
        if not pool and how not in ("sum", "count"):
            return Said(State.NOT_APPLICABLE, inside=())
        return replace(self.of_rows(how, pool, [State.ZERO]), inside=tuple(pool))

    def matched(self, unit: Unit, form_: Form, key: str, words_of):
        """What of one unit enters a rate, by input, and where the unit stands."""
        periods = self.owed(unit, form_)
        a, b = inputs = tuple(words_of)
        stocks = [c for c in inputs if words_of[c][1] == "last"]
        flows = [c for c in inputs if c not in stocks]
        lacking: set[str] = set()
        why: list[State] = []
        kept: dict[str, list[tuple[str, list[Said]]]] = {code: [] for code in inputs}
        if form_.kind is FormKind.OPEN:
            for p in reversed(periods):
                rows = self.rows(unit.code, p.code, form_, key)
                fit = [r for r in rows or [] if r[a].good and r[b].good]
                odd = [r for r in rows or [] if not (r[a].good and r[b].good)]
                odd_states = [self.pair_state([r[a], r[b]]) for r in odd]
                if rows is None or any(s is not State.NOT_APPLICABLE for s in odd_states):
                    lacking.add(p.code)
                if fit or rows == []:
                    for code in inputs:
                        kept[code].insert(0, (p.code, [r[code] for r in fit]))
                    if not flows:
                        break
                else:
                    said = self.empty_list(unit.code, p.code, form_)
                    why.append(said if rows is None else worst(odd_states))
            if not kept[a]:
                return None, Said(worst(why))
        else:
            cells = [(p.code, self.rows(unit.code, p.code, form_, key)[0]) for p in periods]
            states = [self.pair_state([c[f] for f in flows]) for _, c in cells]
            usable = [pc for pc, s in zip(cells, states, strict=True) if s is State.VALUE]
            lacking |= {p for (p, _), s in zip(cells, states, strict=True) if s in LACKING}
            if not usable:
                why.append(worst(states))
            for code in flows:
                kept[code] = [(p, [c[code]]) for p, c in usable]
            for code in stocks:
                figure = self.over_time("last", [(p, c[code]) for p, c in cells])
                lacking |= set(figure.lacking)
                if not figure.good:
                    why.append(figure.state)
                kept[code] = [(p, [c[code]]) for p, c in cells if c[code].good]
            if why:
                na = State.NOT_APPLICABLE in why
                return None, Said(State.NOT_APPLICABLE if na else worst(why))
        order = tuple(p.code for p in periods if p.code in lacking)
        return kept, Said(State.VALUE, lacking=order)

    # A weighted mean: like for like too.

    def pairs(self, unit: Unit, form_: Form, key: str, field: Field, pooled: bool):
        """The (answer, weight) of a unit that enter, and where the unit stands."""
        weight = form_.field(field.weight)
        periods = self.owed(unit, form_)
        if form_.kind is FormKind.OPEN:
            last = plain_words(field, True, len(self.members(form_)) == 1)[1] == "last"
            return self.pairs_of_rows(unit, form_, (field, weight), periods, last)
        cells = [(p.code, self.rows(unit.code, p.code, form_, key)[0]) for p in periods]
        both = [(p, (c[field.code], c[weight.code])) for p, c in cells]
        if pooled:
            states = [self.pair_state(pair) for _, pair in both]
            fit = [pair for _, pair in both if pair[0].good and pair[1].good]
            lacking = tuple(p for (p, _), s in zip(both, states, strict=True) if s in LACKING)
            return fit, Said(State.VALUE, lacking=lacking) if fit else Said(worst(states))
        return self.pair_of_unit(field, weight, form_, both)

    def pairs_of_rows(self, unit, form_: Form, fields, periods, last: bool):
        fit, why, lacking, came = [], [], [], False
        for p in reversed(periods):
            rows = self.rows(unit.code, p.code, form_, "")
            pairs = [tuple(r[f.code] for f in fields) for r in rows or []]
            odd = [self.pair_state(pair) for pair in pairs]
            odd = [s for s in odd if s is not State.VALUE]
            good = [pair for pair in pairs if pair[0].good and pair[1].good]
            if rows is None or any(s is not State.NOT_APPLICABLE for s in odd):
                lacking.insert(0, p.code)
            if good or rows == []:
                fit, came = good + fit, True
                if last:
                    break
            else:
                said = self.empty_list(unit.code, p.code, form_)
                why.append(said if rows is None else worst(odd))
        if not came:
            return [], Said(worst(why))
        if not fit:
            return [], Said(State.NOT_APPLICABLE)
        return fit, Said(State.VALUE, lacking=tuple(lacking))

    def pair_of_unit(self, field: Field, weight: Field, form_: Form, both):
        single = len(self.members(form_)) == 1
        hows = [plain_words(f, False, single)[1] for f in (field, weight)]
        stocks = [n for n in (0, 1) if hows[n] == "last"]
        flows = [n for n in (0, 1) if n not in stocks]
        states = [self.pair_state([pair[n] for n in flows]) for _, pair in both]
        used = [pair for (_, pair), s in zip(both, states, strict=True) if s is State.VALUE]
        lacking = {p for (p, _), s in zip(both, states, strict=True) if s in LACKING}
        why = [] if used else [worst(states)]
        figures: list[Said] = [NOTHING, NOTHING]
        for n in stocks:
            figures[n] = self.over_time("last", [(p, pair[n]) for p, pair in both])
            lacking |= set(figures[n].lacking)
            if not figures[n].good:
                why.append(figures[n].state)
        if why:
            na = State.NOT_APPLICABLE in why
            return [], Said(State.NOT_APPLICABLE if na else worst(why))
        for n in flows:
            figures[n] = together(hows[n], [pair[n] for pair in used])
        order = tuple(p for p, _ in both if p in lacking)
        return [tuple(figures)], Said(State.VALUE, lacking=order)

    def pair_state(self, said: Sequence[Said]) -> State:
        states = [s.state for s in said if not s.good]
        if not states:
            return State.VALUE
        return State.NOT_APPLICABLE if State.NOT_APPLICABLE in states else worst(states)

    # All units.

    def members(self, form_: Form) -> list[Period]:
        if self.period.code in form_.periods:
            return [self.period]
        inside = [
            p for p in self.prog.periods if p.code in form_.periods and self.period.code in p.within
        ]
        return sorted(inside, key=lambda p: p.start)

    def owed(self, unit: Unit, form_: Form) -> list[Period]:
        """Of an optional period a unit owes nothing but what it has sent."""
        return [
            p
            for p in self.members(form_)
            if unit.valid_on(p.end) and (not p.optional or (unit.code, p.code) in self.came)
        ]

    def expected(self, form_: Form, item: Item | None) -> list[Unit]:
        return [
            u
            for u in self.prog.units
            if (self.only is None or u.code in self.only)
            and (not form_.unit_types or u.type in form_.unit_types)
            and (item is None or not item.unit_types or u.type in item.unit_types)
            and self.owed(u, form_)
        ]

    def total(self, form_: Form, item: Item | None, key: str, field: Field):
        """The total as Said and each expected unit's standing."""
        rows_form = form_.kind is FormKind.OPEN
        how, over = plain_words(field, rows_form, len(self.members(form_)) == 1)
        expected = self.expected(form_, item)
        if how == "recompute":
            standings = {}
            for unit in expected:
                a, b = (form_.field(code) for code in parts_of(field))
                single = len(self.members(form_)) == 1
                words_of = {f.code: plain_words(f, rows_form, single) for f in (a, b)}
                _, standings[unit.code] = self.matched(unit, form_, key, words_of)
            if not any(s.good for s in standings.values()):
                return Said(worst([s.state for s in standings.values()])), standings
            return self.quotient(expected, form_, key, field, own=False), standings
        if how == "weighted_mean":
            pooled = rows_form or over == "weighted_mean"
            brought = {u.code: self.pairs(u, form_, key, field, pooled) for u in expected}
            standings = {unit: standing for unit, (_, standing) in brought.items()}
            pairs = [pair for found, _ in brought.values() for pair in found]
            if not pairs:
                return Said(worst([s.state for s in standings.values()])), standings
            return weighed(pairs), standings
        standings = {u.code: self.unit_figure(u, form_, key, field) for u in expected}
        if how == "none":
            return Said(State.NOT_APPLICABLE), {
                u: replace(s, state=State.VALUE) if s.inside == () and over != "recompute" else s
                for u, s in standings.items()
            }
        standings = {
            u: Said(State.NOT_APPLICABLE) if s.state is State.NOT_APPLICABLE else s
            for u, s in standings.items()
        }
        good = [s for s in standings.values() if s.good]
        if not good:
            return Said(worst([s.state for s in standings.values()])), standings
        if rows_form and over not in ("max", "min", "mean", "recompute"):
            pool = [s for figure in good for s in figure.inside or ()]
            return self.of_rows(how, pool, [s.state for s in good], self.choices(field)), standings
        counted = over in ("max", "min", "mean") if rows_form else over == "count"
        return together(how, good, counted, self.choices(field)), standings


def same(value: object, expected: object) -> bool:
    if isinstance(expected, Fraction):
        if not isinstance(value, Decimal):
            return False
        # Quotients have 28 digits; of numbers up to a million some may cancel out.
        return abs(Fraction(value) - expected) <= max(1, abs(expected)) * Fraction(1, 10**20)
    return value == expected


def standing_groups(standings: dict[str, Said]) -> dict[str, object]:
    def which(said: Said) -> str:
        if said.good:
            return "partial" if said.lacking else "counted"
        if said.state is State.NOT_APPLICABLE:
            return "n/a"
        return "unreadable" if said.state is State.UNREADABLE else "missing"

    found = {name: [] for name in ("counted", "partial", "missing", "unreadable", "n/a")}
    for unit, said in standings.items():
        found[which(said)].append(unit)
    return {
        **{name: tuple(units) for name, units in found.items()},
        "gaps": {u: standings[u].lacking for u in found["partial"]},
    }


def actual_groups(figure) -> dict[str, object]:
    cover = figure.coverage
    assert cover is not None
    return {
        "counted": cover.counted,
        "partial": tuple(cover.partial),
        "missing": cover.missing,
        "unreadable": cover.unreadable,
        "n/a": cover.not_applicable,
        "gaps": dict(cover.partial),
    }

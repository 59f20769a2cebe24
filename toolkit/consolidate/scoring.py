"""Points of units by criterion, out of their figures and the head office's review.

Points that count
    What the head office gave, where it gave any. Otherwise what the formula comes to, held
    between 0 and the maximum; or what the unit gave itself, PROVISIONAL until reviewed.
A missing figure never scores 0
    A criterion whose figure is lacking is INCOMPLETE, and so is the unit: it has no total,
    no rank and no band, and the ranks of the others of its group are provisional. A figure
    out of some of its periods scores, PROVISIONAL. Where everything that is lacking is "not
    applicable", so is the criterion: it leaves the points and the maximum, and the unit's
    other points are put on the full scale. Bonus points are added as they are.
Conditions
    A criterion whose condition is false scores 0 whatever was given. A band whose condition
    is false is passed over for the next lower one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from toolkit.consolidate.aggregate import EXACT, QUOTIENT, counts
from toolkit.consolidate.model import Consolidation, TableRow, UnitLine
from toolkit.consolidate.ranking import placed_in_bands, shared_ranks
from toolkit.consolidate.score_figures import Index, Sight, index
from toolkit.consolidate.score_model import CriterionScore, Note, ScoreState, ScoreTable, UnitScore
from toolkit.consolidate.tasks import task_lines
from toolkit.programme.keywords import Source
from toolkit.programme.language.evaluate import compute, judge, rounded
from toolkit.programme.model import Form, Period, Programme, Role, Unit
from toolkit.programme.reviews import Review
from toolkit.programme.score_scope import CRITERION, MEASURE
from toolkit.programme.score_sheets import Measure
from toolkit.programme.score_types import Band, Criterion

_FINAL, _PROVISIONAL = ScoreState.FINAL, ScoreState.PROVISIONAL
_INCOMPLETE, _NOT_APPLICABLE = ScoreState.INCOMPLETE, ScoreState.NOT_APPLICABLE
_ZERO = Decimal(0)


def scored_periods(programme: Programme) -> tuple[Period, ...]:
    """The periods units are scored for: those that lie in no longer one (the year)."""
    if not programme.criteria:
        return ()
    return tuple(period for period in programme.periods if not period.within)


def score(consolidation: Consolidation, reviews: Iterable[Review] = ()) -> ScoreTable | None:
    """The scores of every unit that owes a return and exists at the end of the period.

    A unit of whose type no criterion is asked is none of the score's business.
    None where the programme has no criteria, or does not score this period. Raises
    EvaluationError for a formula that does not fit the figures.
    """
    programme, period = consolidation.programme, consolidation.period
    if period not in scored_periods(programme):
        return None
    known = index(consolidation, task_lines(consolidation))
    given = {(review.unit, review.criterion): review for review in reviews}
    owing = {u.unit.code for status in consolidation.status for u in status.units}
    units = [
        u
        for u in programme.units
        if u.code in owing and u.valid_on(period.end) and any(map(_asked(u), programme.criteria))
    ]
    scores = [_unit_score(known, unit, given) for unit in units]
    scores = _ranked(scores)
    scores = _banded(known, programme.bands, scores)
    return ScoreTable(period, programme.criteria, programme.bands, tuple(scores))


# --- one criterion --------------------------------------------------------------------------


def _asked(unit: Unit) -> Callable[[Criterion], bool]:
    """Whether a criterion is asked of units of that type."""
    return lambda criterion: not criterion.unit_types or unit.type in criterion.unit_types


def _criterion_score(
    known: Index, unit: Unit, criterion: Criterion, review: Review | None
) -> CriterionScore:
    if not _asked(unit)(criterion):
        return CriterionScore(criterion, _NOT_APPLICABLE, None, notes=(Note("not_asked"),))
    sight = Sight(known, unit)
    own, evidence = _own(known, sight, unit, criterion)
    notes = list(sight.notes)
    if own is not None and not 0 <= own <= criterion.maximum:
        notes.append(Note("capped", {"value": f"{_plain(own)}"}))
        own = min(max(own, _ZERO), criterion.maximum)
    made = CriterionScore(
        criterion,
        _FINAL,
        own,
        own=own,
        reviewed=review.points if review is not None else None,
        evidence=evidence,
        remark=review.remark if review is not None else "",
        parts=tuple(sight.parts),
    )
    made = _reviewed(made, sight, review, notes)
    return _conditioned(known, unit, replace(made, notes=tuple(notes)))


def _reviewed(
    made: CriterionScore, sight: Sight, review: Review | None, notes: list[Note]
) -> CriterionScore:
    """The points that count and how sure they are; reasons are added to ``notes``."""
    if review is not None and review.faulty:
        notes.append(Note("review_faulty", {"cell": review.address.cell}))
        return replace(made, state=_INCOMPLETE, points=None)
    if made.reviewed is not None:
        if review is not None and review.seen is not None and not _same(review.seen, made.own):
            notes.append(Note("own_changed", {"seen": _plain(review.seen)}))
        return replace(made, points=made.reviewed)
    if made.own is None:
        leaves = sight.not_applicable and not sight.lacking
        if not leaves and not notes:
            notes.append(Note("no_result"))
        return replace(made, state=_NOT_APPLICABLE if leaves else _INCOMPLETE)
    if made.criterion.self_scored:
        notes.append(Note("unreviewed"))
        return replace(made, state=_PROVISIONAL)
    return replace(made, state=_PROVISIONAL if sight.partial else _FINAL)


def _conditioned(known: Index, unit: Unit, made: CriterionScore) -> CriterionScore:
    """Held to the condition of the criterion, if it has one."""
    condition = made.criterion.condition
    if condition is None or made.state in (_NOT_APPLICABLE, _INCOMPLETE):
        return made
    sight = Sight(known, unit)
    met = judge(condition, sight)
    notes = [*made.notes, *(n for n in sight.notes if n not in made.notes)]
    if met is None:
        notes.append(Note("condition_unknown", {"condition": condition.source}))
        return replace(made, state=_INCOMPLETE, points=None, notes=tuple(notes))
    state = _PROVISIONAL if sight.partial else made.state
    if met:
        return replace(made, state=state, notes=tuple(notes))
    notes.append(Note("condition", {"condition": condition.source}))
    return replace(made, state=state, points=_ZERO, notes=tuple(notes))


def _own(
    known: Index, sight: Sight, unit: Unit, criterion: Criterion
) -> tuple[Decimal | None, str]:
    """The computed or self-given points, and the evidence the unit names."""
    row, line, form = _self_row(known, unit, criterion)
    evidence = _evidence(line, form)
    if criterion.formula is not None:
        return compute(criterion.formula, sight), evidence
    if row is None or line is None or form is None:
        sight.not_applicable = True
        return None, evidence
    field = next(f for f in form.fields if f.role is Role.SELF_SCORE)
    code = f"{form.code} / {row.key} / {field.code}"
    value = sight.answer(code)[1]
    return (value if isinstance(value, Decimal) else None), evidence


def _self_row(
    known: Index, unit: Unit, criterion: Criterion
) -> tuple[TableRow | None, UnitLine | None, Form | None]:
    """Where the unit scores itself on the criterion."""
    for form in known.programme.forms:
        roles = {f.role for f in form.fields}
        if form.source == Source.CRITERIA and Role.SELF_SCORE in roles:
            line = known.lines.get((form.code, criterion.code, unit.code))
            if line is not None:
                return known.rows[form.code, criterion.code], line, form
    return None, None, None


def _evidence(line: UnitLine | None, form: Form | None) -> str:
    if line is None or form is None:
        return ""
    for field in form.fields:
        if field.role is Role.EVIDENCE:
            figures = [cells[field.code] for cells in line.by_period.values()]
            words = [str(f.value) for f in figures if counts(f) and f.value is not None]
            return "\n".join(dict.fromkeys(words))
    return ""


# --- one unit -------------------------------------------------------------------------------


def _unit_score(known: Index, unit: Unit, reviews: Mapping[tuple[str, str], Review]) -> UnitScore:
    criteria = tuple(
        _criterion_score(known, unit, criterion, reviews.get((unit.code, criterion.code)))
        for criterion in known.programme.criteria
    )
    taken = [s for s in criteria if s.state is not _NOT_APPLICABLE]
    points = _add(s.points for s in taken if not s.criterion.bonus)
    bonus = _add(s.points for s in taken if s.criterion.bonus)
    full = _add(s.criterion.maximum for s in criteria if not s.criterion.bonus)
    reachable = _add(s.criterion.maximum for s in taken if not s.criterion.bonus)
    states = {s.state for s in taken}
    state = next((s for s in (_INCOMPLETE, _PROVISIONAL) if s in states), _FINAL)
    if not reachable:
        state = _INCOMPLETE
    converted = bool(reachable) and reachable != full
    total = None
    if state is not _INCOMPLETE:
        on_scale = QUOTIENT.divide(EXACT.multiply(points, full), reachable) if converted else points
        total = EXACT.add(on_scale, bonus)
    return UnitScore(unit, criteria, state, EXACT.add(points, bonus), total, converted)


def _add(values: Iterable[Decimal | None]) -> Decimal:
    total = _ZERO
    for value in values:
        if value is not None:
            total = EXACT.add(total, value)
    return total


# --- ranks and bands ------------------------------------------------------------------------


def _ranked(scores: Sequence[UnitScore]) -> list[UnitScore]:
    totals = {s.unit.code: s.total for s in scores if s.total is not None}
    overall = shared_ranks(totals)
    by_type: dict[str, dict[str, Decimal]] = {}
    unsure: set[str] = set()
    for one in scores:
        if one.total is not None:
            by_type.setdefault(one.unit.type, {})[one.unit.code] = one.total
        if one.state is not _FINAL:
            unsure.add(one.unit.type)
    within = {code: rank for group in by_type.values() for code, rank in _pairs(group)}
    return [
        replace(
            one,
            rank=within.get(one.unit.code),
            rank_all=overall.get(one.unit.code),
            rank_provisional=one.unit.type in unsure,
        )
        for one in scores
    ]


def _pairs(group: Mapping[str, Decimal]) -> Iterable[tuple[str, int]]:
    return shared_ranks(group).items()


def _banded(known: Index, bands: Sequence[Band], scores: Sequence[UnitScore]) -> list[UnitScore]:
    by_unit = {score.unit.code: score for score in scores}
    totals = {code: s.total for code, s in by_unit.items() if s.total is not None}

    def meets(band: Band, code: str) -> bool | None:
        if band.condition is None:
            return True
        return judge(band.condition, Sight(known, by_unit[code].unit, points_of(by_unit[code])))

    placed = placed_in_bands(bands, [score.unit for score in scores], totals, meets)
    shared = any(band.share is not None for band in bands)
    unsure = shared and any(score.state is not _FINAL for score in scores)
    found = []
    for one in scores:
        place = placed.get(one.unit.code)
        if place is None:
            found.append(one)
            continue
        provisional = one.state is not _FINAL or unsure
        found.append(replace(one, band=place.band, band_provisional=provisional, notes=place.notes))
    return found


def points_of(one: UnitScore) -> dict[str, Decimal | None]:
    """What the conditions of bands may name, by the code of the name."""
    taken = [s for s in one.criteria if s.state is not _NOT_APPLICABLE]
    basic = [s for s in taken if not s.criterion.bonus]
    full = _add(s.criterion.maximum for s in one.criteria if not s.criterion.bonus)
    ratios = [QUOTIENT.divide(s.points, s.criterion.maximum) for s in basic if s.points is not None]
    measures = {
        Measure.TOTAL: one.total,
        Measure.RATIO: QUOTIENT.divide(one.total, full) if one.total is not None and full else None,
        Measure.LOWEST: min(ratios, default=None) if len(ratios) == len(basic) else None,
        Measure.BONUS: _add(s.points for s in taken if s.criterion.bonus),
        Measure.INCOMPLETE: Decimal(one.incomplete),
    }
    points: dict[str, Decimal | None] = {MEASURE + m.value: v for m, v in measures.items()}
    return points | {CRITERION + s.criterion.code: s.points for s in taken}


def _same(one: Decimal, other: Decimal | None) -> bool:
    return other is not None and rounded(one) == rounded(other)


def _plain(value: Decimal) -> str:
    """A number as it is written in Vietnamese, without needless zeros."""
    return f"{value.normalize():f}".replace(".", ",")

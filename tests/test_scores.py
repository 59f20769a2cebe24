"""Scores, ranks and bands: nothing lacking ever counts as 0, equals share a rank."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from consolidate_cases import LATER, NA, NIL, UNITS, Cell
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from score_cases import criterion, quarters, return_of, review, scoring

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.ranking import placed_in_bands, shared_ranks
from toolkit.consolidate.score_model import ScoreState, ScoreTable, UnitScore
from toolkit.programme.model import Programme, Unit
from toolkit.programme.reviews import Review
from toolkit.programme.score_types import Band, Criterion
from toolkit.register.model import SubmissionDetail

FINAL, PROVISIONAL = ScoreState.FINAL, ScoreState.PROVISIONAL
INCOMPLETE, NOT_APPLICABLE = ScoreState.INCOMPLETE, ScoreState.NOT_APPLICABLE


def scored(
    programme: Programme,
    details: Sequence[SubmissionDetail],
    reviews: Sequence[Review] = (),
) -> ScoreTable:
    made = consolidate(programme, programme.period("Y"), details, reviews).scores
    assert made is not None
    return made


def one(
    criterion_: Criterion, details: Sequence[SubmissionDetail], reviews: Sequence[Review] = ()
) -> UnitScore:
    """The score of unit A on a single criterion."""
    table = scored(scoring((criterion_,)), details, reviews)
    return table.units[0]


YEAR = [10, 20, 30, 40]


@pytest.mark.parametrize(
    ("formula", "points"),
    [
        ("[I1 / x]", 100),
        ("[Đối thoại / x]", 100),
        ("[F / I1 / x]/10", 10),
        ("MIN([I1 / x]/400;1)*15", "3.75"),
        ("IF([I1 / x]>=100;15;IF([I1 / x]>=50;10;0))", 15),
        ("[Số báo cáo đã nộp]/[Số báo cáo phải nộp]*5", 4),  # four quarters; S is owed for Y
    ],
)
def test_points_by_formula(formula: str, points: object) -> None:
    score = one(criterion("C", 200, formula), quarters("A", "I1.x", *YEAR))
    assert score.criteria[0].points == Decimal(str(points))
    assert score.criteria[0].state is FINAL
    assert score.total == Decimal(str(points))


def test_points_are_held_between_0_and_the_maximum() -> None:
    high = one(criterion("C", 15, "[I1 / x]"), quarters("A", "I1.x", *YEAR)).criteria[0]
    assert (high.points, [n.key for n in high.notes]) == (Decimal(15), ["capped"])
    low = one(criterion("C", 15, "[I1 / x]-500"), quarters("A", "I1.x", *YEAR)).criteria[0]
    assert low.points == 0


@pytest.mark.parametrize(
    ("cells", "state", "points", "notes"),
    [
        ([0, 0, 0, 0], FINAL, 0, []),
        ([NIL, NIL, NIL, NIL], FINAL, 0, []),
        ([1, 2, 3, None], PROVISIONAL, 6, ["partial"]),
        ([1, 2, 3], PROVISIONAL, 6, ["partial"]),
        ([None, None, None, None], INCOMPLETE, None, ["lacking"]),
        ([LATER, LATER, LATER, LATER], INCOMPLETE, None, ["lacking"]),
        ([NA, NA, NA, NA], NOT_APPLICABLE, None, []),
        ([], INCOMPLETE, None, ["lacking"]),
    ],
)
def test_what_is_lacking_never_scores_0(
    cells: list[Cell], state: ScoreState, points: int | None, notes: list[str]
) -> None:
    score = one(criterion("C", 20, "[I1 / x]"), quarters("A", "I1.x", *cells)).criteria[0]
    assert (score.state, score.points) == (state, None if points is None else Decimal(points))
    assert [note.key for note in score.notes] == notes


def test_a_unit_that_lacks_a_figure_has_no_total_no_rank_and_no_band() -> None:
    programme = scoring((criterion("C", 20, "[I1 / x]"),), [("Tốt", 5, "", ""), ("Kém", 0, "", "")])
    table = scored(programme, [*quarters("A", "I1.x", *[5] * 4), *quarters("B", "I1.x", *[1] * 4)])
    a, b, c = table.units
    assert (a.total, a.rank, a.band and a.band.name) == (Decimal(20), 1, "Tốt")
    assert (b.total, b.rank, b.band and b.band.name) == (Decimal(4), 2, "Kém")
    assert (c.state, c.total, c.rank, c.band) == (INCOMPLETE, None, None, None)
    # C may still come before either.
    assert [s.rank_provisional for s in table.units] == [True, True, True]


def test_division_by_zero_is_no_score() -> None:
    score = one(criterion("C", 20, "[I1 / x]/0"), quarters("A", "I1.x", *YEAR)).criteria[0]
    assert (score.state, [n.key for n in score.notes]) == (INCOMPLETE, ["no_result"])


def test_each_part_leads_to_its_cell() -> None:
    score = one(criterion("C", 200, "[I1 / x]"), quarters("A", "I1.x", *YEAR)).criteria[0]
    assert [(p.period, p.value, p.file, p.sheet, p.cell) for p in score.parts] == [
        (f"Q{n}", Decimal(10 * n), "A.xlsx", "F", "A1") for n in (1, 2, 3, 4)
    ]


# --- self-score and review ------------------------------------------------------------------

OWN = criterion("S1", 15)


@pytest.mark.parametrize(
    ("own", "reviewed", "state", "points", "notes"),
    [
        (12, None, PROVISIONAL, 12, ["unreviewed"]),
        (12, review("A", "S1", 10), FINAL, 10, []),
        (12, review("A", "S1", 0), FINAL, 0, []),
        (None, None, INCOMPLETE, None, ["lacking"]),
        (None, review("A", "S1", 8), FINAL, 8, ["lacking"]),
        (12, review("A", "S1", 10, seen=12), FINAL, 10, []),
        (12, review("A", "S1", 10, seen=9), FINAL, 10, ["own_changed"]),
        (12, review("A", "S1", None, faulty=True), INCOMPLETE, None, ["review_faulty"]),
        (12, review("A", "S1", None, remark="Xem lại"), PROVISIONAL, 12, ["unreviewed"]),
        (20, None, PROVISIONAL, 15, ["capped", "unreviewed"]),
        (0, None, PROVISIONAL, 0, ["unreviewed"]),
    ],
)
def test_self_score_and_review(
    own: Cell, reviewed: Review | None, state: ScoreState, points: int | None, notes: list[str]
) -> None:
    score = one(OWN, [return_of("A", "Y", own={"S1": own})], [reviewed] if reviewed else [])
    [made] = score.criteria
    assert (made.state, made.points) == (state, None if points is None else Decimal(points))
    assert sorted(note.key for note in made.notes) == sorted(notes)
    if own is not None and reviewed is not None and reviewed.points is not None:
        assert made.difference == reviewed.points - Decimal(str(own))


def test_a_review_may_settle_what_no_formula_can() -> None:
    score = one(criterion("C", 20, "[I1 / x]"), [], [review("A", "C", 7)])
    assert (score.state, score.total, score.rank) == (FINAL, Decimal(7), 1)


def test_a_condition_that_is_not_met_scores_0_and_says_so() -> None:
    gated = criterion("C", 20, "[I1 / x]", condition="[Số báo cáo đúng hạn] >= 4")
    kept = one(gated, quarters("A", "I1.x", 1, 1, 1, 1)).criteria[0]
    assert (kept.points, kept.notes) == (Decimal(4), ())
    late = [return_of("A", "Q1", {"I1.x": 1}, received=date(2024, 5, 1))]
    lost = one(gated, [*late, *quarters("A", "I1.x", 1, 1, 1, 1)[1:]]).criteria[0]
    assert (lost.points, lost.state, lost.own) == (Decimal(0), FINAL, Decimal(4))
    assert [note.key for note in lost.notes] == ["condition"]
    unknown = criterion("C", 20, "[I1 / x]", condition="[I2 / x] > 0")
    assert one(unknown, quarters("A", "I1.x", 1, 1, 1, 1)).state is INCOMPLETE


def test_what_does_not_apply_leaves_points_and_maximum() -> None:
    both = (criterion("C", 60, "[I1 / x]"), criterion("D", 40, "[I2 / x]"))
    bonus = criterion("E", 5, "IF([I1 / x]>0;5;0)", bonus=True)
    details = [return_of("A", q, {"I1.x": 10, "I2.x": NA}) for q in ("Q1", "Q2", "Q3", "Q4")]
    score = scored(scoring((*both, bonus)), details).units[0]
    # 40 of the 60 that apply are 66 2/3 of 100; the bonus is added as it is.
    assert score.converted
    assert score.total is not None
    assert abs(score.total - (Decimal(200) / 3 + 5)) < Decimal("1E-20")
    assert score.known == 45


# --- ranks ----------------------------------------------------------------------------------

TOTALS = st.dictionaries(st.integers(0, 30), st.decimals(0, 100, places=1), min_size=1, max_size=12)


@given(TOTALS, st.randoms())
def test_ranks_do_not_depend_on_the_order(totals: dict[int, Decimal], rng: random.Random) -> None:
    shuffled = list(totals.items())
    rng.shuffle(shuffled)
    assert shared_ranks(dict(shuffled)) == shared_ranks(totals)


@given(TOTALS)
def test_a_rank_is_one_more_than_those_before(totals: dict[int, Decimal]) -> None:
    """An independent definition: count who has more."""
    ranks = shared_ranks(totals)
    assert ranks == {k: 1 + sum(o > v for o in totals.values()) for k, v in totals.items()}


def test_equals_share_and_the_next_is_passed_over() -> None:
    totals = dict(zip("abcde", map(Decimal, (90, 80, 80, 70, 70)), strict=True))
    assert shared_ranks(totals) == {"a": 1, "b": 2, "c": 2, "d": 4, "e": 4}
    third = Decimal(1) / 3
    assert shared_ranks({"x": third * 3, "y": Decimal(1)}) == {"x": 1, "y": 1}


def test_units_are_ranked_within_their_type_and_over_all() -> None:
    units = (*UNITS, Unit("D", "Huyện D", "D", "huyện", order=3))
    programme = scoring((criterion("C", 100, "[I1 / x]"),), units=units)
    points = {"A": 1, "B": 3, "C": 3, "D": 2}
    details = [d for unit, n in points.items() for d in quarters(unit, "I1.x", *[n] * 4)]
    table = scored(programme, details)
    assert [(s.rank, s.rank_all) for s in table.units] == [(3, 4), (1, 1), (1, 1), (1, 3)]
    assert not any(s.rank_provisional for s in table.units)
    assert table.types == ("quận", "huyện")


# --- bands ----------------------------------------------------------------------------------


def bands_of(totals: Mapping[str, object], *bands: Band, met: object = True) -> dict[str, str]:
    units = [Unit(code, code, code, "quận") for code in totals]
    points = {c: Decimal(str(t)) for c, t in totals.items() if t is not None}
    placed = placed_in_bands(bands, units, points, lambda *_: bool(met))
    return {code: p.band.name if p.band else "" for code, p in placed.items()}


def band(name: str, least: int, share: str = "") -> Band:
    return Band(name, Decimal(least), share=Decimal(share) if share else None)


def test_thresholds_are_compared_unrounded() -> None:
    found = bands_of({"a": 90, "b": "89.99", "c": 12}, band("X", 90), band("Y", 50))
    assert found == {"a": "X", "b": "Y", "c": ""}


@pytest.mark.parametrize(
    ("totals", "share", "first"),
    [
        ((99, 98, 97, 96, 95), "0.2", "a"),
        ((99, 99, 97, 96, 95), "0.2", ""),  # two equals for one place: neither
        ((99, 99, 97, 96, 95), "0.4", "ab"),
        ((99, 98, 98, 96, 95), "0.4", "a"),
        ((99, 98, 97, 96, 95), "0.1", ""),  # a tenth of five is none
        ((99, 98, 97, 96, 95), "1", "abcde"),
    ],
)
def test_a_share_is_never_exceeded(totals: tuple[int, ...], share: str, first: str) -> None:
    given_ = dict(zip("abcde", totals, strict=True))
    found = bands_of(given_, band("X", 90, share), band("Y", 50))
    assert "".join(code for code, name in found.items() if name == "X") == first
    assert {name for code, name in found.items() if code not in first} <= {"Y"}


def test_a_band_whose_condition_is_not_met_gives_way_to_the_next() -> None:
    criteria = (criterion("C", 60, "[I1 / x]"), criterion("D", 40, "[I2 / x]"))
    condition = "AND([Tỷ lệ điểm thấp nhất] >= 50%; [C] > 0; [Tổng điểm] > 0)"
    programme = scoring(criteria, [("Xuất sắc", 70, condition, ""), ("Tốt", 50, "", "")])
    even = [return_of("A", f"Q{n}", {"I1.x": 15, "I2.x": 10}) for n in (1, 2, 3, 4)]
    skew = [return_of("B", f"Q{n}", {"I1.x": 15, "I2.x": 4}) for n in (1, 2, 3, 4)]
    a, b, c = scored(programme, [*even, *skew]).units
    assert (a.total, a.band and a.band.name) == (Decimal(100), "Xuất sắc")
    assert (b.total, b.band and b.band.name) == (Decimal(76), "Tốt")
    assert [(n.key, n.params["band"]) for n in b.notes] == [("band_condition", "Xuất sắc")]
    assert c.band is None


def test_a_condition_that_cannot_be_judged_gives_no_band() -> None:
    programme = scoring(
        (criterion("C", 60, "[I1 / x]"),), [("Tốt", 10, "[I2 / x] > 1", ""), ("Kém", 0, "", "")]
    )
    score = scored(programme, quarters("A", "I1.x", 5, 5, 5, 5)).units[0]
    assert (score.total, score.band) == (Decimal(20), None)
    assert [note.key for note in score.notes] == ["band_unknown"]


# --- tasks among the measures ----------------------------------------------------------------


def test_tasks_done_are_counted_only_where_all_are_known() -> None:
    by_tasks = criterion("C", 15, "[Số nhiệm vụ hoàn thành]/[Số nhiệm vụ]*15")
    done = ("Đã hoàn thành", Decimal(1))
    under_way = ("Đang thực hiện", Decimal("0.6"))
    last = return_of("A", "Q4", tasks={"V1": done, "V2": under_way, "V3": under_way})
    assert one(by_tasks, [last]).total == 5
    lacking = return_of("A", "Q4", tasks={"V1": done, "V2": under_way})
    assert one(by_tasks, [lacking]).state is INCOMPLETE


def test_only_the_longest_periods_are_scored() -> None:
    programme = scoring((criterion("C", 20, "[I1 / x]"),))
    details = quarters("A", "I1.x", 1, 1, 1, 1)
    assert consolidate(programme, programme.period("Q1"), details).scores is None
    assert consolidate(scoring(()), programme.period("Y"), details).scores is None


# --- a second implementation ------------------------------------------------------------------

_FIGURE = st.one_of(st.integers(0, 30), st.none(), st.just(NIL))
_POINTS = st.one_of(st.integers(0, 15), st.none())


@settings(max_examples=examples(25, 500), deadline=None)
@given(
    st.lists(st.tuples(*[_FIGURE] * 4, _POINTS, _POINTS), min_size=3, max_size=3),
    st.integers(0, 2**32),
)
def test_scores_equal_those_of_a_second_implementation(
    cases: list[tuple[Cell, ...]], seed: int
) -> None:
    criteria = (criterion("C", 20, "MIN([I1 / x]/60;1)*20"), criterion("S1", 15))
    programme = scoring(criteria, [("Cao", 20, "", ""), ("Thấp", 0, "", "")])
    details, reviews = [], []
    for unit, (*cells, own, reviewed) in zip("ABC", cases, strict=True):
        details += quarters(unit, "I1.x", *cells)
        details.append(return_of(unit, "Y", own={"S1": own}))
        if reviewed is not None:
            reviews.append(review(unit, "S1", reviewed))
    random.Random(seed).shuffle(details)
    expected: dict[str, Fraction | None] = {}
    for unit, (*cells, own, reviewed) in zip("ABC", cases, strict=True):
        numbers = [0 if c is NIL else c for c in cells if c is not None]
        points = reviewed if reviewed is not None else own
        lacking = not numbers or points is None
        expected[unit] = (
            None
            if lacking
            else min(Fraction(sum(numbers), 60), Fraction(1)) * 20 + Fraction(str(points))
        )
    totals = [t for t in expected.values() if t is not None]
    for found in scored(programme, details, reviews).units:
        total = expected[found.unit.code]
        if total is None:
            assert (found.total, found.rank, found.band) == (None, None, None)
            continue
        assert found.total is not None
        assert abs(Fraction(found.total) - total) < Fraction(1, 10**20)
        assert found.rank == 1 + sum(other > total for other in totals)
        assert found.band is not None
        assert found.band.name == ("Cao" if total >= 20 else "Thấp")


def test_a_unit_gone_by_the_end_of_the_year_is_not_scored() -> None:
    gone = replace(UNITS[1], valid_to=date(2024, 8, 1))
    programme = scoring((criterion("C", 20, "[I1 / x]"),), units=(UNITS[0], gone, UNITS[2]))
    table = scored(programme, quarters("B", "I1.x", 1, 1))
    assert [score.unit.code for score in table.units] == ["A", "C"]

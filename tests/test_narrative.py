"""Narrative answers gathered per question: the same said once, nothing dropped."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from consolidate_cases import LATER, NIL, Cell, form, number, programme, returned, words
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.consolidate.alike import NEAR, near_pairs, passage_key
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.narrative import Heading, gathered
from toolkit.programme.model import FormKind


def headings(*answers: tuple[str, str, Cell], kind: FormKind = FormKind.QUESTIONS) -> list[Heading]:
    """What is gathered for the year from answers (unit, quarter, words) to one question."""
    asked = programme(form(words("k"), number("n"), kind=kind))
    row = "k" if kind is FormKind.QUESTIONS else "I"
    details = [returned(unit, quarter, {row: {"k": cell}}) for unit, quarter, cell in answers]
    return list(gathered(consolidate(asked, asked.period("Y"), details)))


def said(heading: Heading) -> list[tuple[str, str]]:
    return [(p.text, "".join(unit.code for unit in p.units)) for p in heading.passages]


def test_the_same_words_are_said_once_with_every_unit_named() -> None:
    [heading] = headings(
        ("B", "Q1", "Đề nghị hỗ trợ  kinh phí."),
        ("A", "Q1", "đề nghị hỗ trợ kinh phí"),
        ("A", "Q2", "Thiếu cán bộ"),
        ("C", "Q1", "Thiếu cán bộ;"),
    )
    assert said(heading) == [("đề nghị hỗ trợ kinh phí", "AB"), ("Thiếu cán bộ", "AC")]
    assert [(p.unit, p.period) for p in heading.passages[0].parts] == [("A", "Q1"), ("B", "Q1")]
    assert all(part.file and part.cell for p in heading.passages for part in p.parts)
    assert heading.title == "k"


def test_what_is_nearly_the_same_is_marked_and_kept() -> None:
    [heading] = headings(
        ("A", "Q1", "Đề nghị bố trí kinh phí cho công tác dân vận năm 2025"),
        ("B", "Q1", "Đề nghị tập huấn nghiệp vụ cho cán bộ cơ sở"),
        ("C", "Q1", "Đề nghị bố trí thêm kinh phí cho công tác dân vận năm 2025"),
    )
    assert [p.near for p in heading.passages] == [(3,), (), (1,)]


def test_nothing_to_say_and_no_answer_are_two_things() -> None:
    [heading] = headings(("A", "Q1", NIL), ("B", "Q1", LATER))
    assert heading.passages == ()
    assert [unit.code for unit in heading.nothing] == ["A"]
    assert [unit.code for unit in heading.silent] == ["B", "C"]


def test_the_last_of_several_answers_where_the_programme_says_so() -> None:
    asked = programme(form(words("k", over_periods="last"), kind=FormKind.QUESTIONS))
    details = [
        returned("A", quarter, {"k": {"k": f"Ý kiến {quarter}"}}) for quarter in ("Q1", "Q2")
    ]
    [heading] = gathered(consolidate(asked, asked.period("Y"), details))
    assert said(heading) == [("Ý kiến Q2", "A")]


def test_a_fixed_row_is_named_before_its_column_and_a_list_is_no_prose() -> None:
    [heading] = headings(("A", "Q1", "Tốt"), kind=FormKind.FIXED)
    assert heading.title == "Việc một – k"
    assert headings(("A", "Q1", "Tốt"), kind=FormKind.OPEN) == []


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Đề nghị hoà giải sớm", "đề nghị hòa giải sớm!", True),
        ("Tổ chức 12 cuộc đối thoại với Nhân dân", "Tổ chức 13 cuộc đối thoại với Nhân dân", True),
        ("Kinh phí còn hạn chế", "Cán bộ còn kiêm nhiệm", False),
        ("…", "---", False),
    ],
)
def test_near(one: str, other: str, near: bool) -> None:
    assert bool(near_pairs([passage_key(one), passage_key(other)])) is near


_WORDS = st.sampled_from(
    ["Thiếu kinh phí", "thiếu kinh phí.", "Thiếu cán bộ", "Cán bộ thiếu", "…", "-- ", NIL, None]
)
_RETURNS = st.dictionaries(st.tuples(st.sampled_from("ABC"), st.sampled_from(("Q1", "Q2"))), _WORDS)


@settings(max_examples=examples(40, 500))
@given(_RETURNS)
def test_every_answer_is_in_exactly_one_passage(returns: Mapping[tuple[str, str], Cell]) -> None:
    [heading] = headings(*((unit, quarter, cell) for (unit, quarter), cell in returns.items()))
    parts = [(p.unit, p.period, p.value) for passage in heading.passages for p in passage.parts]
    written = [(u, q, cell) for (u, q), cell in returns.items() if cell is not None and cell != NIL]
    assert sorted(parts) == sorted(written)
    named = [unit.code for p in heading.passages for unit in p.units]
    named += [unit.code for unit in (*heading.nothing, *heading.silent)]
    assert set(named) == {"A", "B", "C"}
    assert len({passage_key(p.text) or p.text for p in heading.passages}) == len(heading.passages)


@given(st.lists(st.text(alphabet="abcđ ", max_size=12), max_size=6))
def test_pairs_do_not_depend_on_who_comes_first(texts: list[str]) -> None:
    keys = [passage_key(text) for text in texts]
    pairs = {frozenset((keys[a], keys[b])) for a, b, _ in near_pairs(keys)}
    turned = {frozenset((keys[::-1][a], keys[::-1][b])) for a, b, _ in near_pairs(keys[::-1])}
    assert pairs == turned
    assert all(Decimal(score) >= Decimal(NEAR) for _, _, score in near_pairs(keys))

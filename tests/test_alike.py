"""Texts that are nearly the same: of many none is passed over for what its letters say."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from toolkit.consolidate.alike import in_order, near_pairs, passage_key, words_of_key
from toolkit.consolidate.letters import may_be_alike
from toolkit.intake.names import unit_key

_WORDS = ["mô", "hình", "tổ", "tự", "quản", "thôn", "khu", "phố", "văn", "minh", "5", "12"]


def every_pair(keys: list[str], least: float) -> list[tuple[int, int, float]]:
    """Each two texts compared, without more ado."""
    ready = [in_order(key) for key in keys]
    scores = (
        (one, other, fuzz.ratio(ready[one], ready[other]))
        for one, other in combinations(range(len(keys)), 2)
        if ready[one] and ready[other]
    )
    return [(one, other, score) for one, other, score in scores if score >= least]


@pytest.mark.parametrize("least", [50.0, 86.0, 100.0])
def test_of_many_texts_every_near_pair_is_found(least: float) -> None:
    rng = random.Random(int(least))
    keys = [" ".join(rng.choices(_WORDS, k=rng.randint(0, 9))) for _ in range(620)]
    keys += ["", keys[7], "a" * 70, "a" * 64, "a" * 400, "a" * 330, "đ" * 12, "\ud800 x", "\ud800"]
    found = near_pairs(keys, least)
    assert found == every_pair(keys, least)
    assert len(found) > 3


@settings(max_examples=examples(60, 1_000), deadline=None)
@given(
    st.lists(st.text("abcđ ế5", max_size=90), max_size=8),
    st.sampled_from([1.0, 40.0, 75.0, 86.0, 99.0]),
)
def test_letters_rule_out_nothing_that_is_alike(texts: list[str], least: float) -> None:
    told = {(one, other) for one, others in may_be_alike(texts, least) for other in others}
    for one, other in combinations(range(len(texts)), 2):
        if texts[one] and texts[other] and fuzz.ratio(texts[one], texts[other]) >= least:
            assert (one, other) in told
    assert all(one < other for one, other in told)


def test_texts_of_other_letters_are_not_compared_at_all() -> None:
    assert list(may_be_alike(["", "an biên", "đồ sơn", "biên an", ""], 86.0)) == [
        (1, [3]),
        (2, []),
        (3, []),
    ]
    assert list(may_be_alike(["", ""], 86.0)) == []


# Letters that change their form when brought together, or when made small.
_ODD = st.sampled_from(
    "oóòaàuúyqpPhHxX.,;: -–%1\n\t\u00a0İΣςĐƯ\u0301\u0323\u0327\u0345\u200bﬁ\u212b"
)


@settings(max_examples=examples(200, 5_000), deadline=None)
@given(st.lists(st.text(_ODD | st.characters(), max_size=12), max_size=4))
def test_what_is_made_of_keys_needs_no_second_key(pieces: list[str]) -> None:
    joined = " ".join(unit_key(piece) for piece in pieces)
    assert words_of_key(joined) == passage_key(joined)

"""The words of official documents: no hole is printed, what is open is marked."""

from __future__ import annotations

import pytest

from toolkit.messages.documents import phrases, said
from toolkit.report.official.blocks import spans


def test_a_hole_is_never_printed() -> None:
    with pytest.raises(KeyError):
        said("returns.one", expected=3)
    with pytest.raises(KeyError):
        said("no.such")


def test_what_is_left_open_is_told_apart() -> None:
    made = spans(said("head.number_party"))
    assert [(s.words.strip(), s.open) for s in made] == [
        ("Số         -BC/", False),
        ("ký hiệu", True),
    ]
    assert all(words.count("[[") == words.count("]]") for words in phrases().values())

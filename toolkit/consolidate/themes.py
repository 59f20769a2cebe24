"""What a question of a form is about, told by the words of its title."""

from __future__ import annotations

from enum import StrEnum

from toolkit.consolidate.narrative import Heading
from toolkit.text import match_key


class Theme(StrEnum):
    """The part of a report that the answers belong to."""

    RESULT = "result"
    DIFFICULTY = "difficulty"
    PROPOSAL = "proposal"
    NEXT = "next"


# The first theme with one of its words in the title; a question with none is about results.
# "Khó khăn, kiến nghị" in one question goes with the difficulties, where both can be read.
_WORDS = (
    (Theme.DIFFICULTY, ("khó khăn", "vướng mắc", "hạn chế", "tồn tại", "bất cập", "nguyên nhân")),
    (Theme.PROPOSAL, ("kiến nghị", "đề xuất", "đề nghị")),
    (
        Theme.NEXT,
        ("phương hướng", "thời gian tới", "kỳ tới", "năm tới", "quý tới", "tháng tới", "trọng tâm"),
    ),
)


def theme(heading: Heading) -> Theme:
    """The theme of a question (a column of texts)."""
    title = match_key(heading.field.title)
    for found, words in _WORDS:
        if any(match_key(word) in title for word in words):
            return found
    return Theme.RESULT

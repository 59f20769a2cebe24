"""The page on formulas and rules says what the language does."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from language_cases import SCOPE, Answers, pair

import toolkit
from toolkit.programme.language.faults import LanguageFault
from toolkit.programme.language.functions import FUNCTIONS
from toolkit.programme.language.parse import parse_rule
from toolkit.programme.language.sentence import parse_sentence, say
from toolkit.programme.language.tree import Expression

PAGE = (Path(toolkit.__file__).parent / "docs" / "quy-tac.md").read_text("utf-8")
NAMED = replace(
    SCOPE,
    forms={"mh": "Mô hình"},
    items={"ct1": "Chỉ tiêu mô hình"},
)


def rows(heading: str) -> list[list[str]]:
    """The table under a heading, without its head."""
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_function_is_described_with_all_its_names() -> None:
    told = {name: tuple(filter(None, names.split(", "))) for name, names, _ in rows("Các hàm")}
    assert told == {function.name: function.aliases for function in FUNCTIONS}
    assert all(meaning for *_, meaning in rows("Các hàm"))


@pytest.mark.parametrize("source", [row[1].strip("`") for row in rows("Các quy tắc thường dùng")])
def test_every_example_is_a_rule(source: str) -> None:
    assert isinstance(parse_rule(source, NAMED), Expression)


@pytest.mark.parametrize(("source", "shown"), [tuple(row) for row in rows("Câu thông báo")])
def test_every_message_reads_as_shown(source: str, shown: str) -> None:
    found = parse_sentence(source.strip("`"), NAMED, lambda _: False)
    assert not any(isinstance(piece, LanguageFault) for piece in found)
    pieces = tuple(piece for piece in found if not isinstance(piece, LanguageFault))
    plan, done = (2, 0) if re.search("thiếu", source) else (5, 6)
    row = Answers(
        {"th": pair(done), "kh": pair(plan)},
        {"lk": pair(12)},
        {"mh": 3},
        {"ct1": pair(5)[1]},  # type: ignore[dict-item]
    )
    assert say(pieces, row) == shown

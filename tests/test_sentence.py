"""Messages with answers in them: how they are read, what they say, how they are known again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from language_cases import SCOPE, Answers, row

from toolkit.intake.model import State
from toolkit.programme.language.faults import LanguageFault
from toolkit.programme.language.sentence import in_words, parse_sentence, pattern, say
from toolkit.programme.language.tree import Sentence
from toolkit.text import figure_text, match_key


def sentence(source: str) -> Sentence:
    found = parse_sentence(source, SCOPE, {"tl"}.__contains__)
    pieces = tuple(piece for piece in found if not isinstance(piece, LanguageFault))
    assert pieces == found
    return pieces


@pytest.mark.parametrize(
    ("source", "answers", "said"),
    [
        ("Sai.", row(), "Sai."),
        ("{Thực hiện} lớn hơn {Kế hoạch}.", row(th=6, kh=5), "6 lớn hơn 5."),
        ("{th} lớn hơn { KẾ  HOẠCH }.", row(th=1234567, kh=Decimal("0.125")),
         "1.234.567 lớn hơn 0,125."),
        ("Thiếu {[Kế hoạch]-[Thực hiện]}.", row(th=3, kh=5), "Thiếu 2."),
        ("Mới đạt {tl}.", row(tl=Decimal("0.125")), "Mới đạt 12,5%."),
        ("Chênh {[tl]-PREV([tl])}.", Answers({"tl": ("value", Decimal("0.5"))},
         {"tl": ("value", Decimal("0.25"))}), "Chênh 25%."),
        ("Thương {[tl]/[tl]}.", row(tl=Decimal("0.5")), "Thương 1."),
        ("Từ {bd}.", row(bd=date(2024, 3, 5)), "Từ 05/03/2024."),
        ("Đang “{Trạng thái}”.", row(tt="Chậm tiến độ"), "Đang “Chậm tiến độ”."),
        ("Thực hiện {th}.", row(), "Thực hiện …."),
        ("Thực hiện {th}.", row(th=State.NIL), "Thực hiện 0."),
        ("Thực hiện {th}.", row(th=State.UNREADABLE), "Thực hiện …."),
    ],
)  # fmt: skip
def test_what_is_said(source: str, answers: Answers, said: str) -> None:
    assert say(sentence(source), answers) == said


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("{Kế hoach}", ["unknown_field_suggest"]),
        ("{xyz} và {uvw}", ["unknown_field", "unknown_field"]),
        ("{}", ["empty"]),
        ("{[th]>1}", ["truth_shown"]),
        ("{SUM([th]}", ["unclosed_parenthesis"]),
        ("thiếu {th", ["unclosed_brace"]),
        ("thừa th}", ["unclosed_brace"]),
        ("{{th}}", ["unclosed_brace"]),
    ],
)
def test_what_is_wrong(source: str, codes: list[str]) -> None:
    found = parse_sentence(source, SCOPE, lambda _: False)
    assert [f.code for f in found if isinstance(f, LanguageFault)] == [
        f"formula.{code}" for code in codes
    ]


def test_without_a_row_the_holes_are_named() -> None:
    assert in_words(sentence("{Thực hiện} lớn hơn {Kế hoạch}.")) == (
        "“Thực hiện” lớn hơn “Kế hoạch”."
    )


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Thực hiện 6 lớn hơn kế hoạch 5.", True),
        ("thực hiện … LỚN HƠN kế hoạch 1.234.", True),
        ("Thực hiện lớn hơn kế hoạch.", False),
        ("Thực hiện 6 nhỏ hơn kế hoạch 5.", False),
        (f"Thực hiện {'x' * 200} lớn hơn kế hoạch 5.", False),
    ],
)
def test_a_message_is_known_again(typed: str, known: bool) -> None:
    seen = pattern(sentence("Thực hiện {th} lớn hơn kế hoạch {kh}."), match_key)
    assert seen is not None
    assert bool(seen.fullmatch(match_key(typed))) is known


def test_a_message_of_holes_alone_is_not_told_from_other_text() -> None:
    assert pattern(sentence("{th} > {kh}"), match_key) is None


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("1234.5", "1.234,5", "1,234.5"),
        ("1234.50", "1.234,5", "1,234.5"),
        ("-0.04", "-0,04", "-0.04"),
        ("1E+30", "1." + ".".join(["000"] * 10), "1," + ",".join(["000"] * 10)),
        ("0", "0", "0"),
    ],
)
def test_numbers_as_each_language_writes_them(value: str, vi: str, en: str) -> None:
    assert (figure_text(Decimal(value), "vi"), figure_text(Decimal(value), "en")) == (vi, en)

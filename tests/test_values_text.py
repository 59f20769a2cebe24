"""Texts, the kinds of nothing, and what is said about a cell in both languages."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_cells import asked, codes, moment, number, text, truth

import toolkit.intake.values as values_package
from toolkit.findings import Severity
from toolkit.intake.cleaning import clean
from toolkit.intake.model import CellKind, RawCell, State
from toolkit.intake.values import DEFAULT_RULES, ValueRules, read_cell
from toolkit.messages import catalogue
from toolkit.programme.model import FieldType

TEXT = asked(FieldType.TEXT)
INTEGER = asked(FieldType.INTEGER, "mô hình")
DATE = asked(FieldType.DATE)

TEXTS = [  # raw, value, codes
    ("Mô hình điểm", "Mô hình điểm", []),
    ("  Mô hình\u00a0điểm \u200b", "Mô hình điểm", []),
    ("Mo\u0302 hi\u0300nh", "Mô hình", []),
    ("một\r\nhai  \nba\n", "một\nhai\nba", []),
    ("một_x000D_\nhai", "một\nhai", []),
    ("giữ  hai dấu cách", "giữ  hai dấu cách", []),
    ("tri\u00adển khai", "triển khai", []),
    ("a < b và c > d", "a < b và c > d", []),
    ("<50 người", "<50 người", []),
    ("R&D", "R&D", []),
    ("NA", "NA", []),
    ("null", "null", []),
    ("x", "x", []),
    ("...", "...", []),
    ("=SUM(A1)", "=SUM(A1)", []),
    ("<p>Nội dung</p>", "Nội dung", ["text.html"]),
    ('<ul style="list-style-type:none"><li>một</li><li>hai</li></ul>', "một\nhai", ["text.html"]),
    ("dòng 1<br/>dòng 2", "dòng 1\ndòng 2", ["text.html"]),
    ("<b>đậm</b>&nbsp;nhạt", "đậm nhạt", ["text.html"]),
    ("Dân vận &amp; tuyên giáo", "Dân vận & tuyên giáo", ["text.html"]),
    ("<style>p{color:red}</style><p>chữ</p>", "chữ", ["text.html"]),
    ("Ban D©n vËn Thµnh ñy", "Ban Dân vận Thành ủy", ["text.legacy"]),
    ("<p>Ban D©n vËn</p>", "Ban Dân vận", ["text.legacy", "text.html"]),
]


@pytest.mark.parametrize(("raw", "value", "said"), TEXTS)
def test_texts(raw, value, said):
    reading = read_cell(text(raw), TEXT)
    assert (reading.state, reading.value, reading.raw) == (State.VALUE, value, raw)
    assert codes(reading) == said


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (number("12"), "12"),
        (number("12.5"), "12.5"),
        (number("0.125", percent=True), "12,5%"),
        (moment(2024, 3, 5), "05/03/2024"),
        (truth(True), "TRUE"),
        (number("0"), "0"),
    ],
)
def test_other_cells_in_a_text_field_are_what_the_screen_showed(cell, value):
    assert read_cell(cell, TEXT).value == value


@pytest.mark.parametrize("raw", ["", " ", "\u00a0", "\u200b\ufeff", "\n\t", "_x000D_"])
@pytest.mark.parametrize("kind", list(FieldType))
def test_what_shows_nothing_is_missing(raw, kind):
    reading = read_cell(text(raw), asked(kind))
    assert (reading.state, reading.value, reading.raw) == (State.MISSING, None, raw)
    assert reading.findings == ()
    assert read_cell(None, asked(kind)).state is State.MISSING


def test_empty_markup_is_missing_and_said():
    reading = read_cell(text("<p>&nbsp;</p>"), INTEGER)
    assert (reading.state, codes(reading)) == (State.MISSING, ["text.html"])


@pytest.mark.parametrize("kind", list(FieldType))
def test_an_error_cell_and_a_formula_without_result_are_errors_everywhere(kind):
    for cell, code in (
        (RawCell(CellKind.ERROR, "#DIV/0!"), "cell.error"),
        (RawCell(CellKind.UNCACHED, "", formula=True), "cell.uncached"),
    ):
        reading = read_cell(cell, asked(kind))
        assert (reading.state, codes(reading)) == (State.UNREADABLE, [code])
        assert reading.findings[0].severity is Severity.ERROR


NOTHINGS = [  # typed, in a number field, in a text field
    ("-", State.NIL, State.NIL),
    ("–", State.NIL, State.NIL),
    ("---", State.NIL, State.NIL),
    ("không", State.NIL, State.NIL),
    ("Không có", State.NIL, State.NIL),
    ("KHÔNG  CÓ.", State.NIL, State.NIL),
    ("không phát sinh", State.NIL, State.NIL),
    ("kh«ng cã", State.NIL, State.NIL),
    ("Không có mô hình nào", State.NIL, State.VALUE),
    ("x", State.NOT_APPLICABLE, State.VALUE),
    ("X", State.NOT_APPLICABLE, State.VALUE),
    ("không áp dụng", State.NOT_APPLICABLE, State.NOT_APPLICABLE),
    ("chưa có số liệu", State.NOT_AVAILABLE, State.NOT_AVAILABLE),
    ("…", State.NOT_AVAILABLE, State.VALUE),
    ("........", State.NOT_AVAILABLE, State.VALUE),
    ("n/a", State.NOT_AVAILABLE, State.VALUE),
    ("0", State.ZERO, State.VALUE),
]


@pytest.mark.parametrize(("typed", "in_number", "in_text"), NOTHINGS)
def test_kinds_of_nothing(typed, in_number, in_text):
    read = read_cell(text(typed), INTEGER)
    assert read.state is in_number
    assert read.value == (Decimal(0) if in_number in (State.NIL, State.ZERO) else None)
    assert all(finding.severity is Severity.NOTE for finding in read.findings)
    assert read.findings
    as_text = read_cell(text(typed), TEXT)
    assert as_text.state is in_text
    kept = in_text in (State.NIL, State.VALUE)
    assert as_text.value == (clean(typed).text if kept else None)


def test_a_programme_can_change_the_words():
    rules = ValueRules(
        words=(*DEFAULT_RULES.words, ("ngoài phạm vi", State.NOT_APPLICABLE)),
        not_in_text=(("x", State.NIL),),
    )
    assert read_cell(text("Ngoài phạm vi"), INTEGER, rules=rules).state is State.NOT_APPLICABLE
    assert read_cell(text("x"), INTEGER, rules=rules).value == Decimal(0)
    assert codes(read_cell(text("n/a"), INTEGER, rules=rules)) == ["number.unreadable"]
    with pytest.raises(ValueError, match="nothing"):
        ValueRules(words=(("có", State.VALUE),))


def test_a_nil_of_a_date_holds_no_number():
    reading = read_cell(text("không"), DATE)
    assert (reading.state, reading.value) == (State.NIL, None)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp"))))
def test_plain_text_comes_back_in_nfc_unless_something_is_said(raw):
    reading = read_cell(text(raw), TEXT)
    if reading.state is State.VALUE and not reading.findings:
        assert reading.value == clean(raw).text
        assert re.sub(r"\s", "", clean(str(reading.value)).text) == re.sub(
            r"\s", "", clean(raw).text
        )


@given(st.text())
def test_cleaning_is_idempotent_and_shows_no_invisible_character(raw):
    once = clean(raw).text
    assert not re.search("[\u00ad\u00a0\u200b-\u200f\ufeff\r\t]", once)
    assert once == once.strip()


def test_every_code_has_its_text_in_both_languages_and_no_text_is_idle():
    source = "".join(
        path.read_text("utf-8") for path in Path(values_package.__file__).parent.glob("*.py")
    )
    prefixes = "cell|number|rate|date|choice|nothing|text"
    used = set(re.findall(rf'"((?:{prefixes})\.[a-z_]+)"', source))
    used |= {f"nothing.{s.value}" for s in State} - {"nothing.value", "nothing.unreadable"}
    for lang in ("vi", "en"):
        folder = Path(values_package.__file__).parents[2] / "messages" / lang / "values.toml"
        tables = tomllib.loads(folder.read_text("utf-8"))
        assert {f"{group}.{name}" for group, texts in tables.items() for name in texts} == used
        assert used <= set(catalogue(lang))

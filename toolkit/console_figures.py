"""Figures as lines of text: values, rows and fields as a reader knows them. Pure functions."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from toolkit.console import day
from toolkit.console_decisions import row_label, short, title
from toolkit.messages import text

if TYPE_CHECKING:
    from toolkit.intake.model import AnswerValue, State
    from toolkit.programme.model import Programme

_PLACES = Decimal("0.0001")


def number_words(value: Decimal, lang: str, *, percent: bool = False) -> str:
    """A number with its thousands marked; "≈" before one of more than four decimals."""
    exact = value * 100 if percent else value
    shown = exact.quantize(_PLACES, ROUND_HALF_EVEN) if abs(exact) < 10**20 else exact
    words = f"{shown:,f}"
    if "." in words:
        words = words.rstrip("0").rstrip(".")
    if lang == "vi":
        words = words.translate(str.maketrans(",.", ".,"))
    mark = "" if shown == exact else "≈ "
    return f"{mark}{words}{'%' if percent else ''}"


def value_words(
    value: AnswerValue, state: State, lang: str, *, percent: bool = False, most: int = 60
) -> str:
    """What an answer or figure says; the kind of nothing where it holds no value."""
    if value is None:
        return text(f"report.state.{state}", lang)
    if isinstance(value, Decimal):
        words = number_words(value, lang, percent=percent)
        return f"{words} ({text('report.state.nil', lang)})" if state == "nil" else words
    return day(value, lang) if isinstance(value, date) else f"“{short(value, most)}”"


def is_percent(programme: Programme, form: str, field: str) -> bool:
    """Whether the answers of a field are shown as a percentage."""
    return any(
        c.shows_percent
        for f in programme.forms
        for c in f.fields
        if (f.code, c.code) == (form, field)
    )


def place_words(programme: Programme, form: str, row: str, field: str, lang: str) -> str:
    """The form, row and field of a figure, in words; without a form it is a score."""
    if not form:
        named = next((c.text for c in programme.criteria if c.code == row), row)
        return f"{row} {short(named)}" if row else text("compare.score", lang)
    label = row_label(programme, form, row, lang) if row else ""
    if field == "#":
        name = text("trace.rows", lang)
    else:
        name = title(programme, form, field) if field else ""
    return ", ".join(words for words in (form, label, name) if words)

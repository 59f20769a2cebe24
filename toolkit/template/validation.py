"""What Excel says when a cell is entered and when something unexpected is typed.

Numbers and dates only *warn*: besides figures an office may type "không có" or "chưa có số
liệu", which mean something else than 0 and which the intake understands. A "stop" would
forbid these words and drive people to type a 0 that is not true. A choice is stopped: only
the values of the list can be counted, and a dropdown leaves no doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from toolkit.messages import text
from toolkit.programme.model import ChoiceList, Field, FieldType

# Excel's limits.
_TITLE_LIMIT = 32
_MESSAGE_LIMIT = 255
LIST_LIMIT = 255
# Where the programme sets no limit: what no return can exceed, so that the kind is checked.
_HUGE = 999_999_999_999_999
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)

_KINDS = {
    FieldType.INTEGER: "integer",
    FieldType.DECIMAL: "decimal",
    FieldType.RATE: "decimal",
    FieldType.DATE: "date",
}


def fits_inline(choices: ChoiceList) -> bool:
    """Whether the values can stand in the validation itself, not only in a range of cells.

    Excel separates them by commas, trims them and takes at most 255 characters.
    """
    listed = ",".join(choices.values)
    return len(listed) <= LIST_LIMIT and not any(
        "," in value or '"' in value or value != value.strip() for value in choices.values
    )


def validation(
    field: Field, source: list[str] | str | None, lang: str, *, previous: str = ""
) -> Mapping[str, Any] | None:
    """The validation of an input field, as xlsxwriter takes it; None where there is none.

    ``source`` are the choices, or the range that holds them; ``previous`` is the unit's answer
    of the period before, shown with the hint.
    """
    if field.type is FieldType.TEXT:
        limits: dict[str, Any] = {"validate": "any"}
        if not (field.help or previous):
            return None
    elif field.type is FieldType.CHOICE:
        if not source:
            return None
        limits = {"validate": "list", "source": source, "error_type": "stop"}
    else:
        limits = {"error_type": "warning", **_limits(field)}
    kind = field.type.value
    expected = _expected(field, lang)
    prompt = " ".join(
        part
        for part in (
            text("template.prompt.previous", lang, value=previous) if previous else "",
            text("template.prompt.required", lang) if field.required else "",
            text(f"template.prompt.{kind}", lang, limits=expected) if kind != "text" else "",
            field.help,
        )
        if part
    )
    limits |= {
        "ignore_blank": True,
        "input_title": _cut(" ".join(field.title.split()), _TITLE_LIMIT),
        "input_message": _cut(prompt, _MESSAGE_LIMIT),
    }
    if kind != "text":
        error = text(f"template.error.{kind}", lang, limits=expected)
        limits |= {
            "error_title": _cut(text(f"template.error.title_{kind}", lang), _TITLE_LIMIT),
            "error_message": _cut(error, _MESSAGE_LIMIT),
        }
    return limits


def _limits(field: Field) -> Mapping[str, Any]:
    low: object = field.minimum
    high: object = field.maximum
    if field.type is FieldType.DATE:
        low = _moment(low if isinstance(low, date) else _FIRST_DAY)
        high = _moment(high if isinstance(high, date) else _LAST_DAY)
    else:
        low = _plain(low) if isinstance(low, Decimal) else -_HUGE
        high = _plain(high) if isinstance(high, Decimal) else _HUGE
    return {
        "validate": _KINDS[field.type],
        "criteria": "between",
        "minimum": low,
        "maximum": high,
    }


def _plain(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _expected(field: Field, lang: str) -> str:
    """The limits in words: ``, từ 0 đến 100``; "" where there are none."""
    low, high = shown_limit(field, field.minimum), shown_limit(field, field.maximum)
    if low and high:
        return text("template.limits.both", lang, low=low, high=high)
    if low:
        return text("template.limits.low", lang, low=low)
    return text("template.limits.high", lang, high=high) if high else ""


def shown_limit(field: Field, limit: Decimal | date | None) -> str:
    """A limit as a Vietnamese office writes it: ``1.234,5``, ``12,5%``, ``05/03/2024``."""
    if limit is None:
        return ""
    if isinstance(limit, date):
        return limit.strftime("%d/%m/%Y")
    percent = field.type is FieldType.RATE
    value = limit * 100 if percent else limit
    digits = format(value, ",f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    # 1.234,5 as Vietnamese offices write it
    return digits.translate(str.maketrans(",.", ".,")) + ("%" if percent else "")


def _cut(words: str, limit: int) -> str:
    """At most ``limit`` characters, at the end of a word, with … where something is left out."""
    if len(words) <= limit:
        return words
    head = words[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;:.-") + "…"

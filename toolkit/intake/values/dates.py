"""Dates in all the spellings offices use, day first.

A month, a quarter or a year where a day is asked becomes its first day, with a warning; a
day without a year takes the period's. A date outside the period that would be inside a year
later is doubted with a warning, and so are the dates of a column that shows that some
program took the month first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from toolkit.intake.cleaning import clean
from toolkit.intake.model import CellKind, RawCell, State
from toolkit.intake.values.reading import (
    ColumnHints,
    Reading,
    ReadingFinding,
    error,
    note,
    unreadable,
    warning,
)
from toolkit.programme.model import Field, Period
from toolkit.text import match_key

# The day Excel's serial numbers count from (1900 system, its false 29/2/1900 included).
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)  # 1954 to 2119: a smaller number is no date anybody asks for
_YEARS = range(1900, 2101)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "một jan january",
            "hai feb february",
            "ba mar march",
            "tư bốn apr april",
            "năm may",
            "sáu jun june",
            "bảy bẩy jul july",
            "tám aug august",
            "chín sep sept september",
            "mười oct october",
            "mười_một nov november",
            "mười_hai dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_D, _M, _Y = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", r"(?P<y>\d{4})"
_ANY_Y = r"(?P<y>\d{4}|\d{2})"
_SEP = r"\s*[/.\-]\s*"
_NAMED = r"(?P<name>mười một|mười hai|[^\W\d_]+)"
_OF_YEAR = rf"(?:(?:{_SEP}|[\s,]+(?:năm\s+)?){_Y})"
_WHOLE = re.compile(
    "|".join(
        (
            rf"\d{{1,2}}{_SEP}\d{{1,2}}{_SEP}(?:\d{{4}}|\d{{2}})",
            r"\d{4}-\d{1,2}-\d{1,2}",
            r"\d{1,2} tháng \d{1,2}",
        )
    )
)
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?:ngày |mùng |mồng )*{_D}{_SEP}{_M}{_SEP}{_ANY_Y}",
        rf"(?:ngày |mùng |mồng )*{_D} {_M} {_Y}",
        rf"{_Y}{_SEP}{_M}{_SEP}{_D}",
        rf"(?:ngày |mùng |mồng )*{_D},? tháng {_M}{_OF_YEAR}?",
        rf"(?:ngày |mùng |mồng )*{_D},? tháng {_NAMED}{_OF_YEAR}?",
        rf"{_D}[- ]{_NAMED}\.?[- ,]+{_ANY_Y}",
        rf"{_NAMED}\.? {_D},? {_Y}",
        rf"(?:ngày |mùng |mồng )*{_D}{_SEP}{_M}",
        rf"(?:tháng |t\.? ?)?{_M}{_SEP}{_Y}",
        rf"tháng {_M}(?:{_OF_YEAR})?",
        rf"t\.? ?{_M}",
        rf"tháng {_NAMED}{_OF_YEAR}?",
        rf"(?:quý|quí|q)\.? ?(?P<q>iv|i{{1,3}}|[1-4])(?:{_OF_YEAR})?",
        rf"(?:năm )?{_Y}",
    )
)
_TIME = re.compile(r"[t ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:am|pm|sa|ch))?z?$")
_WEEKDAY = re.compile(r"^(?:thứ [^\W\d_]+|thứ \d|chủ nhật|t\d|cn)\s*,\s*")


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a text says of a date; None for what it leaves out."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    short_year: bool = False


def _parts_of(text: str) -> _Parts | None:
    """The parts of a date in a cleaned text, or None where it is no date."""
    key = _WEEKDAY.sub("", match_key(text).strip(" .;,'"))
    key = _TIME.sub("", key)
    for form in _FORMS:
        match = form.fullmatch(key)
        if match:
            parts = _parts_from(match.groupdict())
            if parts is not None:
                return parts
    return None


def _parts_from(found: dict[str, str | None]) -> _Parts | None:
    day, month, year = found.get("d"), found.get("m"), found.get("y")
    number = int(month) if month else None
    if name := found.get("name"):
        number = _MONTHS.get(name.replace(" ", "_"))
        if number is None:
            return None
    if quarter := found.get("q"):
        number = _QUARTERS[quarter] * 3 - 2
    if day and number and not year and number > 12 >= int(day):
        return _Parts(None, int(day), 2000 + number, short_year=True)  # 3/24 is March 2024
    short = year is not None and len(year) == 2
    full = int(year) + (0 if not short else 2000 if int(year) < 70 else 1900) if year else None
    if full is not None and full not in _YEARS:
        return None
    return _Parts(int(day) if day else None, number, full, short)


def read_date_cell(
    value: datetime, raw: str, field: Field, period: Period | None, hints: ColumnHints
) -> Reading:
    """A real date."""
    day = value.date()
    said = (note("date.time", value=_show(day)),) if value.time() != datetime.min.time() else ()
    return _finish(day, raw, field, period, said, swappable=True, swapped=hints.swapped_dates)


def read_serial(number: int, raw: str, field: Field, period: Period | None) -> Reading:
    """A number in a date field: Excel's serial number, or a year."""
    if number in _SERIALS:
        day = _SERIAL_ZERO + timedelta(days=number)
        return _finish(day, raw, field, period, (note("date.serial", value=_show(day)),))
    if number in _YEARS:
        return read_date_text(str(number), raw, field, period)
    return unreadable(raw, error("date.unreadable"))


def read_date_text(text: str, raw: str, field: Field, period: Period | None) -> Reading:
    """A text in a date field."""
    parts = _parts_of(text)
    if parts is None:
        several = len(_WHOLE.findall(match_key(text))) > 1
        return unreadable(raw, error("date.several" if several else "date.unreadable"))
    dated = _complete(parts, period)
    if isinstance(dated, ReadingFinding):
        return unreadable(raw, dated)
    return _finish(dated[0], raw, field, period, (dated[1],))


def _complete(parts: _Parts, period: Period | None) -> tuple[date, ReadingFinding] | ReadingFinding:
    """The day a text means, with what had to be assumed."""
    day, year = parts.day, parts.year
    month = 1 if parts.month is None else parts.month
    if year is None:
        if period is None:
            return error("date.unreadable")
        year = _year_within(day or 1, month, period)
    month_first = day is not None and month > 12 >= day
    if day is not None and month_first:
        day, month = month, day
    try:
        whole = date(year, month, 1 if day is None else day)
    except ValueError:
        return error("date.impossible")
    if month_first:
        return whole, warning("date.month_first", value=_show(whole))
    if day is None:
        return whole, warning("date.imprecise", value=_show(whole))
    if parts.year is None:
        return whole, warning("date.no_year", value=_show(whole))
    code = "date.short_year" if parts.short_year else "date.text"
    return whole, note(code, value=_show(whole))


def _year_within(day: int, month: int, period: Period) -> int:
    """The year that puts a day into the period (15/12/2023-14/3/2024), else its last one."""
    in_first_year = (month, day) >= (period.start.month, period.start.day)
    in_last_year = (month, day) <= (period.end.month, period.end.day)
    return period.start.year if in_first_year and not in_last_year else period.end.year


def _finish(
    day: date,
    raw: str,
    field: Field,
    period: Period | None,
    said: tuple[ReadingFinding, ...],
    *,
    swappable: bool = False,
    swapped: bool = False,
) -> Reading:
    low, high = field.minimum, field.maximum
    if isinstance(low, date) and day < low:
        return unreadable(raw, error("date.too_early", value=_show(day), limit=_show(low)))
    if isinstance(high, date) and day > high:
        return unreadable(raw, error("date.too_late", value=_show(day), limit=_show(high)))
    doubt = _swap_doubt(day, period, swapped) if swappable else None
    doubt = doubt or _year_doubt(day, field, period)
    return Reading(State.VALUE, day, raw, (*said, doubt) if doubt else said)


def _swap_doubt(day: date, period: Period | None, column: bool) -> ReadingFinding | None:
    """The warning for a date whose day and month may have changed places.

    Only where the column shows that a program took the month first; a day that lies in the
    period, while the other does not, is taken as it stands.
    """
    if not column or day.day > 12 or day.day == day.month:
        return None
    other = _swapped(day)
    if _within(day, period) and not _within(other, period):
        return None
    return warning("date.maybe_swapped", value=_show(day), other=_show(other))


def _swapped(day: date) -> date:
    return date(day.year, day.day, day.month)


def _year_doubt(day: date, field: Field, period: Period | None) -> ReadingFinding | None:
    """The warning for a year that may be left over; silent where declared limits judge."""
    if period is None or _within(day, period):
        return None
    early = day < period.start and field.minimum is None
    late = day > period.end and field.maximum is None
    far = not period.start.year - 1 <= day.year <= period.end.year + 1
    if (early and (far or _within(_year_later(day), period))) or (late and far):
        return warning("date.other_year", value=_show(day), period=period.name)
    return None


def _year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 2, 28)


def _within(day: date, period: Period | None) -> bool:
    return period is not None and period.start <= day <= period.end


def _show(day: date) -> str:
    return f"{day:%d/%m}/{day.year}"


def column_swaps(cells: Iterable[RawCell], field: Field) -> bool:
    """Whether a column bears the mark of a program that takes the month first.

    Such a program leaves ``25/3/2024`` a text and makes 3 May of ``5/3/2024``: texts with a
    day above 12 stand beside real dates none of which has one, or a real date is within the
    limits of the field only with day and month exchanged.
    """
    late_texts = real_dates = only_swapped = 0
    for cell in cells:
        if isinstance(cell.value, datetime):
            if cell.value.day > 12:
                return False
            real_dates += 1
            day = cell.value.date()
            only_swapped += not _allowed(day, field) and _allowed(_swapped(day), field)
        elif cell.kind is CellKind.TEXT:
            parts = _parts_of(clean(str(cell.value), cell.font).text)
            late_texts += bool(parts and parts.day and parts.month and parts.day > 12)
    return bool((late_texts and real_dates) or only_swapped)


def _allowed(day: date, field: Field) -> bool:
    low, high = field.minimum, field.maximum
    return not ((isinstance(low, date) and day < low) or (isinstance(high, date) and day > high))

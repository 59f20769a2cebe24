"""When a task is due, out of what its plan says, and what a reported state means.

Plans write ``Quý I``, ``Quý I, III``, ``Tháng 6``, ``6 tháng đầu năm``, ``Trước ngày
15/12/2024``, ``Thường xuyên``, or nothing. A list means a deadline for each, a range
(``Quý I - III``) one at its end. Without a year it is the programme's.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from toolkit.programme.keywords import Keyword, Keywords, lookup
from toolkit.text import match_key


class DueKind(StrEnum):
    """What a plan says of the time of a task."""

    DATED = "dated"
    ONGOING = "ongoing"  # thường xuyên
    NONE = "none"  # left blank
    UNCLEAR = "unclear"  # words that name no time


@dataclass(frozen=True, slots=True)
class Due:
    """The deadlines of a task, in order; none unless DATED."""

    kind: DueKind
    days: tuple[date, ...] = ()

    @property
    def last(self) -> date | None:
        """The day by which everything is to be done."""
        return self.days[-1] if self.days else None

    def passed(self, day: date) -> int:
        """How many deadlines have come by the end of that day."""
        return sum(one <= day for one in self.days)


class Reported(StrEnum):
    """What a unit says of a task."""

    DONE = "done"
    UNDER_WAY = "under_way"
    NOT_STARTED = "not_started"
    BEHIND = "behind"
    OVERDUE = "overdue"


REPORTED: Keywords[Reported] = (
    Keyword(Reported.DONE, "Đã hoàn thành", ("hoàn thành", "đã xong", "xong", "đã thực hiện")),
    Keyword(
        Reported.UNDER_WAY,
        "Đang thực hiện",
        ("đang triển khai", "đúng tiến độ", "đang làm", "under way", "in progress", "on track"),
    ),
    Keyword(
        Reported.NOT_STARTED,
        "Chưa triển khai",
        ("chưa thực hiện", "chưa bắt đầu", "chưa", "không thực hiện", "not started", "not done"),
    ),
    Keyword(Reported.BEHIND, "Chậm tiến độ", ("chậm", "late")),
    Keyword(Reported.OVERDUE, "Quá hạn"),
)


@lru_cache(maxsize=256)  # asked for every answer; a choice list has few words
def reported_state(words: str) -> Reported | None:
    """The meaning of a chosen state; None for words that are not known."""
    return lookup(REPORTED, words)


_ONGOING = re.compile(r"thường xuyên|liên tục|định kỳ|(?:hằng|hàng) (?:năm|quý|tháng|tuần)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_JOIN = r"\s*(?:,|;|\+|&|và|-|–|đến|tới)\s*"
_RANGE = ("-", "–", "đến", "tới")
_QUARTER = r"(?:iv|i{1,3}|[1-4])(?![\wà-ỹ])"
_QUARTERS = re.compile(
    rf"(?<!\w)(?:quý|quí|qúy|q\.?)\s*(?P<list>{_QUARTER}(?:\s*/\s*20\d\d)?"
    rf"(?:{_JOIN}(?:quý|quí|q\.?)?\s*{_QUARTER}(?:\s*/\s*20\d\d)?)*)"
)
_MONTH = r"(?:1[0-2]|0?[1-9])(?!\d)"
_MONTHS = re.compile(
    rf"(?<!\w)(?:tháng|th\.)\s*(?P<list>{_MONTH}(?:\s*/\s*20\d\d)?"
    rf"(?:{_JOIN}(?:tháng|th\.)?\s*{_MONTH}(?!\s+tháng)(?:\s*/\s*20\d\d)?)*)"
)
_BARE_MONTH = re.compile(rf"(?<![\d/])(?P<list>{_MONTH}\s*/\s*20\d\d)(?!\d)")
_DAY = re.compile(r"(?<![\d/])(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(20\d\d))?(?![\d/])")
_LONG_DAY = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})(?:\s+năm\s+(20\d\d))?")
_SPAN = re.compile(
    r"(?<!\d)(?P<list>(?:(?:3|6|9|12)(?: tháng)?\s*(?:,|;|và)\s*)*(?:3|6|9|12)) tháng"
    r"(?: (?P<half>đầu|cuối) năm)?(?! \d)"
)
_WHOLE = re.compile(r"(?:(?:trong|cả|cuối|hết|đến) )?năm(?: nay|(?: (20\d\d))?)(?!\w)")
_ONE_MORE = re.compile(r"(?:,|;|và)\s*$")  # "6 tháng, năm": the year is a deadline of its own


def due_of(text: str, year: int) -> Due:
    """What ``text`` says; ``year`` is the programme's, for deadlines that name none."""
    key = match_key(text)
    if not key:
        return Due(DueKind.NONE)
    named = {int(found) for found in _YEAR.findall(key)}
    own = named.pop() if len(named) == 1 else year
    days = tuple(sorted(set(_days(key, own))))
    if days:
        return Due(DueKind.DATED, days)
    return Due(DueKind.ONGOING if _ONGOING.search(key) else DueKind.UNCLEAR)


def _days(key: str, year: int) -> Iterator[date]:
    """Every deadline in the text; what has been read is taken out before the next look."""
    read = key
    for pattern in (_LONG_DAY, _DAY):
        for found in pattern.finditer(key):
            yield from _real(int(found[3] or year), int(found[2]), int(found[1]))
        key = pattern.sub(" ", key)
    for found in _SPAN.finditer(key):
        late = found["half"] == "cuối"
        for months in re.findall(r"\d+", found["list"]):
            yield _month_end(year, 12 if late else int(months))
    key = _SPAN.sub(" ", key)
    for pattern, length in ((_QUARTERS, 3), (_MONTHS, 1), (_BARE_MONTH, 1)):
        for found in pattern.finditer(key):
            yield from _listed(found["list"], length, year)
        key = pattern.sub(" ", key)
    whole = _WHOLE.search(_ONGOING.sub(" ", key))
    if whole is not None and (key == read or _ONE_MORE.search(key[: whole.start()].rstrip())):
        yield _month_end(int(whole[1] or year), 12)


def _listed(words: str, length: int, year: int) -> Iterator[date]:
    """``i, iii`` is two ends of quarters, ``i - iii`` is one."""
    part = re.compile(r"(iv|i{1,3}|\d{1,2})(?:\s*/\s*(20\d\d))?")
    found = list(part.finditer(words))
    for place, one in enumerate(found):
        after = words[one.end() : found[place + 1].start()] if place + 1 < len(found) else ""
        if any(mark in after for mark in _RANGE):
            continue  # it begins a range: the end of the range is the deadline
        number = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(one[1]) or int(one[1])
        yield _month_end(int(one[2] or year), number * length)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _real(year: int, month: int, day: int) -> Iterator[date]:
    if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        yield date(year, month, day)

"""The headings of a task table: which column is what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from toolkit.plan.wash import wash
from toolkit.text import match_key

_NUMBERS = {"stt", "tt", "số tt", "số thứ tự", "thứ tự", "no."}
_TEXTS = ("nội dung", "nhiệm vụ", "công việc", "tên nhiệm vụ", "hoạt động", "tên công việc")
_TIMES = ("thời gian", "thời hạn", "hạn", "tiến độ", "thời điểm", "ngày hoàn thành")
_LEADS = ("chủ trì", "cơ quan thực hiện", "đơn vị thực hiện", "phụ trách", "bộ phận thực hiện")
_SHARED = ("phân công", "phần việc")
# The customary row of column numbers under the headings: (1) (2) (3)=(2)/(1).
_COLUMN_NUMBER = re.compile(r"\(?\d{1,2}\)?(?:\s*=.*)?")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a task table by what they hold (0-based)."""

    text: int
    number: int = -1
    due: int = -1
    lead: int = -1
    parts: tuple[tuple[str, int], ...] = ()  # (agency, column)
    extra: tuple[tuple[str, int], ...] = ()  # (heading, column)
    rows: int = 1  # how many rows the headings take
    key: tuple[str, ...] = field(default=())  # of the first row, to know it again


def key_of(cells: Sequence[str]) -> tuple[str, ...]:
    """The row as it is compared with another."""
    return tuple(match_key(wash(cell).text) for cell in cells)


def find_columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns where the first of these rows is the heading of a task table, else None."""
    names = key_of(rows[0])
    text = next((i for i, name in enumerate(names) if name.startswith(_TEXTS)), -1)
    number = next((i for i, name in enumerate(names) if name.rstrip(".") in _NUMBERS), -1)
    others = [i for i, name in enumerate(names) if name.startswith((*_TIMES, *_SHARED, *_LEADS))]
    if text < 0 or (number < 0 and not others):
        return None
    below = key_of(rows[1]) if len(rows) > 1 else ()
    has_second = _is_second_row(names, below, number, text)
    spans = _spans(names)
    second = [wash(cell).text for cell in rows[1]] if has_second else []
    return _sorted(rows[0], spans, second, text=text, number=number, key=names)


def _is_second_row(names: Sequence[str], below: Sequence[str], number: int, text: int) -> bool:
    """Whether the row below names the columns under a heading that spans several."""
    if not any(below) or len(below) <= text or below[text]:
        return False
    if number >= 0 and below[number]:
        return False
    # A heading that spans leaves the cells beside it blank.
    return all(not name or not below[i] or _spans(names)[i] > 1
               for i, name in enumerate(names) if i < len(below))  # fmt: skip


def _spans(names: Sequence[str]) -> dict[int, int]:
    """How many columns each heading reaches over: those beside it without their own."""
    found: dict[int, int] = {}
    last = -1
    for index, name in enumerate(names):
        if name:
            last = index
            found[index] = 1
        elif last >= 0:
            found[last] += 1
    return found


def _sorted(
    first: Sequence[str],
    spans: dict[int, int],
    second: Sequence[str],
    *,
    text: int,
    number: int,
    key: tuple[str, ...],
) -> Columns:
    due = lead = -1
    parts: list[tuple[str, int]] = []
    extra: list[tuple[str, int]] = []
    for index, span in spans.items():
        heading = wash(first[index]).text.replace("\n", " ")
        under = [(second[i], i) for i in range(index, index + span) if i < len(second)]
        named = [(name.replace("\n", " "), i) for name, i in under if name]
        if index in (text, number):
            continue
        if named:
            parts += named
        elif key[index].startswith(_TIMES) and due < 0:
            due = index
        elif (key[index].startswith(_LEADS) or "chủ trì" in key[index]) and lead < 0:
            lead = index
        else:
            extra.append((heading, index))
    more = parts[2:]  # the sheet Nhiệm vụ has room for two agencies
    return Columns(
        text, number, due, lead, tuple(parts[:2]), (*extra, *more), 2 if second else 1, key
    )


def is_column_numbers(cells: Sequence[str]) -> bool:
    """Whether the row only numbers the columns: (1) (2) (3)."""
    shown = [cell.strip() for cell in cells if cell.strip()]
    return (
        len(shown) > 2
        and all(_COLUMN_NUMBER.fullmatch(cell) for cell in shown)
        and (shown[0].strip("()") == "1")
    )

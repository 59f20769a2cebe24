"""The sheet Kỳ báo cáo: periods, what they lie in, and which periods a list means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from toolkit.programme.desk import Desk, find_circles
from toolkit.programme.faults import near
from toolkit.programme.keywords import PERIOD_KINDS, lookup, written
from toolkit.programme.model import Period, PeriodKind
from toolkit.programme.schema import PERIODS
from toolkit.programme.table import Row
from toolkit.text import match_key

_CODE_KINDS = (
    (re.compile(r"\d{4}-M\d{1,2}"), PeriodKind.MONTH),
    (re.compile(r"\d{4}-Q[1-4]"), PeriodKind.QUARTER),
    (re.compile(r"\d{4}-H[12]"), PeriodKind.HALF),
    (re.compile(r"\d{4}-9M"), PeriodKind.NINE_MONTHS),
    (re.compile(r"\d{4}"), PeriodKind.YEAR),
)
# Days from first to last, both counted; offices shift the limits but keep the length.
_LENGTHS = (
    (28, 31, PeriodKind.MONTH),
    (89, 92, PeriodKind.QUARTER),
    (181, 184, PeriodKind.HALF),
    (273, 275, PeriodKind.NINE_MONTHS),
    (365, 366, PeriodKind.YEAR),
)
SHORTEST_FIRST = (
    PeriodKind.MONTH,
    PeriodKind.QUARTER,
    PeriodKind.HALF,
    PeriodKind.NINE_MONTHS,
    PeriodKind.YEAR,
    PeriodKind.OTHER,
)
_ALL = ("tất cả", "all")


def kind_of(code: str, start: date, end: date) -> PeriodKind:
    """The kind of a period that does not name one: from its code, else from its length."""
    for pattern, kind in _CODE_KINDS:
        if pattern.fullmatch(code):
            return kind
    days = (end - start).days + 1
    return next((k for least, most, k in _LENGTHS if least <= days <= most), PeriodKind.OTHER)


def read_periods(desk: Desk) -> tuple[Period, ...]:
    """The sheet Kỳ báo cáo. ``within`` is closed: what contains the container counts too."""
    found: list[tuple[Row, Period]] = []
    direct: dict[str, tuple[str, ...]] = {}
    rows = desk.coded(PERIODS, desk.periods)
    for row, code in rows:
        within = row.references("within", desk.periods, "period")
        if code:
            direct[code] = within
        period = _read_period(row, code, within)
        if period is not None and code:
            found.append((row, period))
    circles = find_circles(direct)
    by_code = dict(rows_by_code(rows))
    for circle in circles:
        chain = " → ".join((*circle, circle[0]))
        shown = by_code[circle[0]].text("within")
        by_code[circle[0]].fault("period.circle", "within", shown, chain=chain)
    if circles:
        return tuple(period for _, period in found)
    closed = [(row, replace(p, within=_closure(p.code, direct))) for row, p in found]
    _check_containers(closed, direct)
    _check_overlaps(closed)
    return tuple(period for _, period in closed)


def rows_by_code(rows: Sequence[tuple[Row, str]]) -> list[tuple[str, Row]]:
    """The rows that have a code, by it."""
    return [(code, row) for row, code in rows if code]


def _read_period(row: Row, code: str, within: tuple[str, ...]) -> Period | None:
    start, end, due = row.day("start"), row.day("end"), row.day("due")
    kind = row.keyword("kind", PERIOD_KINDS)
    name = row.line("name")
    if start is None or end is None:
        return None
    if start > end:
        row.fault("dates.reversed", "end", row.text("end"), start=row.text("start"))
        return None
    if due is not None and due < start:
        row.fault("due.before_start", "due", row.text("due"), start=row.text("start"))
    elif due is not None and due < end:
        row.warn("due.before_end", "due", row.text("due"), end=row.text("end"))
    kind = kind or kind_of(code, start, end)
    return Period(code, name, start, end, due, kind, within, row.flag("optional"))


def _closure(code: str, direct: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The direct containers, then theirs, each once."""
    reached = list(direct.get(code, ()))
    for container in reached:
        reached += [c for c in direct.get(container, ()) if c not in reached]
    return tuple(reached)


def _check_containers(
    periods: Sequence[tuple[Row, Period]], direct: Mapping[str, tuple[str, ...]]
) -> None:
    by_code = {period.code: period for _, period in periods}
    for row, period in periods:
        for code in direct[period.code]:
            container = by_code.get(code)
            if container is not None and not _inside(period, container):
                row.fault("period.outside", "within", code, period=period.code)
        for _, other in periods:
            if _forgotten(period, other):
                row.warn("period.not_within", "within", other.code, period=period.code)


def _inside(period: Period, container: Period) -> bool:
    return container.start <= period.start and period.end <= container.end


def _forgotten(period: Period, other: Period) -> bool:
    """Whether ``period`` lies in ``other`` but does not say so: its figures are left out."""
    return (
        PeriodKind.OTHER not in (period.kind, other.kind)
        and period.kind is not other.kind
        and other.code not in period.within
        and _inside(period, other)
        and (period.end - period.start) < (other.end - other.start)
    )


def _check_overlaps(periods: Sequence[tuple[Row, Period]]) -> None:
    for kind in PeriodKind:
        latest: Period | None = None
        same = [(row, p) for row, p in periods if p.kind is kind]
        for row, period in sorted(same, key=lambda pair: (pair[1].start, pair[0].number)):
            if latest is not None and period.start <= latest.end:
                tell = row.warn if kind is PeriodKind.OTHER else row.fault
                tell("period.overlap", "start", row.text("start"), other=latest.code)
            if latest is None or period.end > latest.end:
                latest = period


# --- which periods a list means -----------------------------------------------------------


def asked_periods(
    desk: Desk, row: Row, periods: Sequence[Period], *, default_all: bool
) -> tuple[str, ...]:
    """The codes a cell ``kỳ`` of a form or rule means, in the order of the periods.

    Codes and kinds may be mixed. "tất cả", and for a form a blank cell, is every period of
    the shortest kind there is; for a rule a blank cell is no limit (an empty tuple).
    """
    words = row.texts("periods")
    if not words and not default_all:
        return ()
    if not words or any(match_key(word) in map(match_key, _ALL) for word in words):
        present = {period.kind for period in periods}
        shortest = next((kind for kind in SHORTEST_FIRST if kind in present), None)
        return tuple(p.code for p in periods if p.kind is shortest)
    chosen: set[str] = set()
    for word in words:
        chosen |= _meant(desk, row, periods, word)
    return tuple(p.code for p in periods if p.code in chosen)


def _meant(desk: Desk, row: Row, periods: Sequence[Period], word: str) -> set[str]:
    code = desk.periods.find(word)
    if code is not None:
        return {code}
    kind = lookup(PERIOD_KINDS, word)
    if kind is not None:
        found = {period.code for period in periods if period.kind is kind}
        # With a faulty period about, nobody knows what kind that one is.
        whole = len(periods) == len(desk.periods.names) and not desk.periods.unreadable
        if not found and whole:
            row.fault("period.kind_absent", "periods", word)
        return found
    if not desk.periods.unreadable:
        kinds = [written(PERIOD_KINDS, kind) for kind in {p.kind: None for p in periods}]
        allowed = near(word, (*desk.periods.names, *kinds))
        row.fault("reference.period", "periods", word, allowed=allowed)
    return set()

"""From tables to the programme's own data, its units and its choice lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.findings import Address
from toolkit.programme.desk import Desk, find_circles
from toolkit.programme.faults import near
from toolkit.programme.keywords import FAULTY_ANSWERS, PROFILES
from toolkit.programme.model import ChoiceList, FaultyAnswers, Profile, Unit
from toolkit.programme.schema import CHOICES, PROGRAMME, PROGRAMME_KEYS, UNITS, Column
from toolkit.programme.table import Row
from toolkit.text import match_key

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
MAX_ISSUERS = 2
_MAX_ORDER = 1_000_000


@dataclass(slots=True)
class Head:
    """The values of the sheet Chương trình."""

    code: str = ""
    name: str = ""
    year: int = 0
    issuers: tuple[str, ...] = ()
    superior: str = ""
    profile: Profile = Profile.STATE
    recipients: tuple[str, ...] = ()
    issue: str = "1"
    faulty_answers: FaultyAnswers = FaultyAnswers.EXCLUDE
    last_year: str = ""


def read_head(desk: Desk) -> Head:
    """The sheet Chương trình."""
    head = Head()
    names = {match_key(n): key for key in PROGRAMME_KEYS for n in (key.vi, key.en)}
    seen: dict[str, Address] = {}
    for row in desk.rows(PROGRAMME):
        text = row.line("key")
        if not text:
            continue
        key = names.get(match_key(text))
        if key is None:
            row.fault(
                "key.unknown", "key", text, allowed=near(text, (k.vi for k in names.values()))
            )
        elif key.attr in seen and key.attr != "issuer":
            row.fault("key.twice", "key", text, first=seen[key.attr].cell)
        else:
            seen.setdefault(key.attr, row.address("key"))
            _read_value(head, key, row)
    if PROGRAMME.key in desk.tables:
        for key in PROGRAMME_KEYS:
            if key.required and key.attr not in seen:
                desk.faults.add("key.missing", desk.whole(PROGRAMME), key.vi)
    return head


def _read_value(head: Head, key: Column, row: Row) -> None:
    if not row.filled("value"):
        if key.required and "value" not in row.table.absent:
            row.fault("value.missing", "value", "", heading=key.vi)
        return
    if key.attr == "issuer":
        head.issuers += row.texts("value")
        if len(head.issuers) > MAX_ISSUERS:
            row.fault("issuers.many", "value", row.text("value"))
    elif key.attr == "recipients":
        head.recipients = row.texts("value")
    elif key.attr == "year":
        head.year = row.integer("value", EARLIEST_YEAR, LATEST_YEAR) or 0
    elif key.attr == "profile":
        head.profile = row.keyword("value", PROFILES, key.vi) or Profile.STATE
    elif key.attr == "faulty_answers":
        chosen = row.keyword("value", FAULTY_ANSWERS, key.vi)
        head.faulty_answers = chosen or FaultyAnswers.EXCLUDE
    elif key.attr == "last_year":
        head.last_year = row.line("value")
    elif key.attr == "code":
        head.code = row.code("value")
    elif key.attr == "issue":
        head.issue = row.code("value")
    elif key.attr == "name":
        head.name = row.line("value")
    else:
        head.superior = row.line("value")


# --- units --------------------------------------------------------------------------------


def read_units(desk: Desk) -> tuple[Unit, ...]:
    """The sheet Đơn vị in official order: by ``thứ tự``, then as they stand."""
    coded = desk.coded(UNITS, desk.units)
    types: dict[str, str] = {}
    for row, _ in coded:
        name = row.line("type")
        if name:
            types.setdefault(match_key(name), name)
    desk.unit_types = tuple(types.values())
    given = [row.integer("order", -_MAX_ORDER, _MAX_ORDER) for row, _ in coded]
    after = max((order for order in given if order is not None), default=0) + 1
    placed = [
        (row, _read_unit(desk, row, code, types, after + index if order is None else order))
        for index, ((row, code), order) in enumerate(zip(coded, given, strict=True))
    ]
    _check_parents(placed)
    _check_names(placed)
    # Of one order those that stand first come first.
    return tuple(sorted((u for _, u in placed if u.code), key=lambda unit: unit.order))


_Placed = tuple[Row, Unit]


def _read_unit(desk: Desk, row: Row, code: str, types: dict[str, str], order: int) -> Unit:
    name = row.line("name")
    start, end = row.day("valid_from"), row.day("valid_to")
    if start and end and start > end:
        row.fault("dates.reversed", "valid_to", row.text("valid_to"), start=row.text("valid_from"))
    email = row.line("email")
    if email and ("@" not in email or " " in email):
        row.warn("unit.email", "email", email)
    return Unit(
        code=code,
        name=name,
        short=row.line("short") or name,
        type=types.get(match_key(row.line("type")), ""),
        parent=row.reference("parent", desk.units, "unit"),
        aliases=row.texts("aliases"),
        email=email,
        valid_from=start,
        valid_to=end,
        order=order,
    )


def _check_parents(placed: Sequence[_Placed]) -> None:
    rows = {unit.code: row for row, unit in placed if unit.code}
    graph = {u.code: (u.parent,) for _, u in placed if u.code and u.parent}
    for circle in find_circles(graph):
        chain = " → ".join((*circle, circle[0]))
        rows[circle[0]].fault("unit.circle", "parent", graph[circle[0]][0], chain=chain)


def _check_names(placed: Sequence[_Placed]) -> None:
    """A name that means two units at one time cannot tell whose a return is."""
    seen: dict[str, list[Unit]] = {}
    for row, unit in placed:
        mine = {match_key(n): n for n in (unit.name, unit.short, *unit.aliases) if n}
        for key, name in mine.items():
            others = [u for u in seen.get(key, ()) if _coexist(u, unit)]
            if others:
                attr = "name" if name in (unit.name, unit.short) else "aliases"
                row.warn("unit.same_name", attr, name, other=others[0].code)
            seen.setdefault(key, []).append(unit)


def _coexist(one: Unit, other: Unit) -> bool:
    starts = [u.valid_from for u in (one, other) if u.valid_from]
    ends = [u.valid_to for u in (one, other) if u.valid_to]
    return not starts or not ends or max(starts) <= min(ends)


# --- choices ------------------------------------------------------------------------------


def read_choices(desk: Desk) -> tuple[ChoiceList, ...]:
    """The sheet Danh mục: one row per value, or several values in a cell."""
    values: dict[str, dict[str, str]] = {}
    empty_rows: list[tuple[Row, str]] = []
    for row in desk.rows(CHOICES):
        code = row.code("code")
        if not code:
            continue
        known = desk.choices.find(code)
        if known is None:
            desk.choices.declare(code, row.address("code"), desk.faults)
            known = code
        held = values.setdefault(known, {})
        texts = row.texts("value") if row.filled("value") else ()
        if not texts and "value" not in row.table.absent:
            empty_rows.append((row, known))
        for text in texts:
            if match_key(text) in held:
                row.fault("choices.value_twice", "value", text, list=known)
            held.setdefault(match_key(text), text)
    for row, code in empty_rows:
        if values[code]:
            row.fault("value.missing", "value", "", heading=CHOICES.column("value").vi)
        else:
            row.fault("choices.empty", "value", code)
    return tuple(ChoiceList(code, tuple(held.values())) for code, held in values.items())

"""The sheets Nhiệm vụ, Chỉ tiêu and Giao chỉ tiêu: rows of forms and the targets given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from toolkit.programme.desk import Desk
from toolkit.programme.model import Item
from toolkit.programme.schema import ALLOTMENTS, INDICATORS, TASKS, Sheet
from toolkit.programme.table import Row
from toolkit.programme.values import Quantity, parse_quantity, read_quantity

_DIRECTION = re.compile(r"(>=|<=|≥|≤|=>|=<)\s*")
_CEILINGS = ("<=", "≤", "=<")


def read_items(desk: Desk) -> dict[str, tuple[Item, ...]]:
    """The item lists by code: "tasks", "indicators"; a sheet without rows gives none."""
    lists = {sheet.key: _read_list(desk, sheet) for sheet in (TASKS, INDICATORS)}
    return {key: items for key, items in lists.items() if items}


def _read_list(desk: Desk, sheet: Sheet) -> tuple[Item, ...]:
    # Codes are unique over both lists: an allotment and UNIT(…) name an item by code alone.
    return tuple(_read_item(desk, row, code) for row, code in desk.coded(sheet, desk.items))


def _read_item(desk: Desk, row: Row, code: str) -> Item:
    target, is_floor = _read_target(row)
    parts = (row.text("part1"), row.text("part2"))
    return Item(
        code=code,
        number=row.line("number"),
        text=row.text("text"),
        group=row.line("group"),
        lead=row.line("lead"),
        parts=parts if any(parts) else (),
        due=row.line("due"),
        unit_types=row.among("unit_types", desk.unit_types, "reference.unit_type"),
        target=target.value if target else None,
        target_is_rate=target is not None and target.percent,
        target_is_floor=is_floor,
        unit_of_measure=row.line("unit_of_measure"),
        extra=row.extra(),
    )


def _read_target(row: Row) -> tuple[Quantity | None, bool]:
    """The target and whether it is to be reached from below (``<=`` turns that round)."""
    cell = row.cell("target")
    if cell is None:
        return None, True
    if not isinstance(cell.value, str):
        read = read_quantity(cell)
        direction = ""
    else:
        sign = _DIRECTION.match(cell.value)
        direction = sign.group(1) if sign else ""
        read = parse_quantity(cell.value[sign.end() :] if sign else cell.value)
    if isinstance(read, str):
        row.fault(read, "target", cell.text)
        return None, True
    return read, direction not in _CEILINGS


def read_allotments(desk: Desk) -> Mapping[tuple[str, str], Decimal]:
    """The sheet Giao chỉ tiêu: (item code, unit code) -> the unit's own figure."""
    found: dict[tuple[str, str], Decimal] = {}
    first: dict[tuple[str, str], Row] = {}
    for row in desk.rows(ALLOTMENTS):
        item = row.reference("item", desk.items, "item")
        unit = row.reference("unit", desk.units, "unit")
        value = row.quantity("value")
        pair = (item, unit)
        if item and unit and pair in first:
            there = first[pair].address("unit").cell
            row.fault("allotment.twice", "unit", unit, item=item, first=there)
        elif item and unit:
            first[pair] = row
            if value is not None:
                found[pair] = value.value
    return found

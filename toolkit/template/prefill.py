"""What the head office has written into a cell before the template goes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from toolkit.programme.model import Field, Item, Programme, Unit

_PLAIN: Mapping[str, Callable[[Item], str]] = {
    "number": lambda item: item.number,
    "text": lambda item: item.text,
    "group": lambda item: item.group,
    "lead": lambda item: item.lead,
    "due": lambda item: item.due,
    "unit": lambda item: item.unit_of_measure,
}
_PART = re.compile(r"part(\d+)")
# "1.234" could be a thousand or a fraction: such a text stays a text.
_NUMBER = re.compile(r"-?\d+(,\d+)?")


def prefilled(
    programme: Programme, unit: Unit, field: Field, item: Item | None
) -> Decimal | str | None:
    """The content of a prefilled cell: a number in a numeric field, else a text.

    None where the programme says nothing for it (no target, no allotment for the unit, a part
    the item does not have): the cell stays blank, never 0.
    """
    if item is None:
        return None
    if field.prefill == "target":
        return _figure(item.target, field, item)
    if field.prefill == "allotment":
        return _figure(programme.allotments.get((item.code, unit.code)), field, item)
    words = item_text(field.prefill, item)
    if field.is_numeric and _NUMBER.fullmatch(words):
        return Decimal(words.replace(",", "."))
    return words or None


def item_text(prefill: str, item: Item) -> str:
    """The text of an item that a prefill code names; "" where the item has none."""
    plain = _PLAIN.get(prefill)
    if plain:
        return plain(item)
    if prefill.startswith("extra:"):
        return item.extra.get(prefill.removeprefix("extra:"), "")
    part = _PART.fullmatch(prefill)
    place = int(part[1]) - 1 if part else -1
    return item.parts[place] if 0 <= place < len(item.parts) else ""


def is_percent(field: Field, item: Item | None) -> bool:
    """Whether the number in a cell is a fraction to be shown as a percentage.

    A column of targets can hold 40 % in one row and 5 models in the next.
    """
    of_item = field.prefill == "target" and item is not None and item.target_is_rate
    return field.shows_percent or of_item


def _figure(value: Decimal | None, field: Field, item: Item) -> Decimal | str | None:
    if value is None or field.is_numeric:
        return value
    limit = "" if item.target_is_floor or field.prefill != "target" else "≤ "
    percent = is_percent(field, item)
    shown = format((value * 100 if percent else value).normalize(), "f").replace(".", ",")
    return f"{limit}{shown}{'%' if percent else ''}"

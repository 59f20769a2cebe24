"""The row of column numbers under the headings: A, B, (1), (2), (3)=(2)/(1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.programme.language.render import to_label
from toolkit.programme.language.walk import references
from toolkit.programme.model import Field

# A longer formula would not fit under its heading; the number alone stands there then.
_LONGEST = 18


def number_labels(fields: Sequence[Field]) -> tuple[str, ...]:
    """The labels of the TT column and of each field, in order.

    As in the forms of the statistical offices: the columns that only say what a row is about
    (TT and texts the head office fills in) carry letters, those with figures or answers
    numbers in brackets; a computed column shows how it comes about: ``(3)=(2)/(1)``.
    """
    stubs = [bool(field.prefill) and not field.is_numeric for field in fields]
    letters = iter(range(1, len(fields) + 1))
    numbers = iter(range(1, len(fields) + 1))
    places = [next(letters if stub else numbers) for stub in stubs]
    numbered = {
        field.code: place
        for field, stub, place in zip(fields, stubs, places, strict=True)
        if not stub
    }
    labels = (
        _letter(place) if stub else f"({place})" + _formula(field, numbered)
        for field, stub, place in zip(fields, stubs, places, strict=True)
    )
    return ("A", *labels)


def _letter(place: int) -> str:
    """A, B, … Z, AA, … for 0, 1, …; TT is A."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _formula(field: Field, numbered: Mapping[str, int]) -> str:
    if field.formula is None or not numbered.keys() >= set(references(field.formula)):
        return ""
    how = to_label(field.formula, numbered.__getitem__)
    return f"={how}" if how and len(how) <= _LONGEST else ""

"""The figures of a sample, worked out from what was typed and the programme alone.

``so-lieu-goc.csv`` is turned into rows as ``baocao export`` would write them; the second
consolidation makes every figure out of those. Nothing of the reader or the register has a
part in it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from second_consolidation import Second

from toolkit.programme.model import FormKind, Programme

ROOT = Path(__file__).parent.parent / "samples"
FIRST_FIVE = ("unit", "period", "form", "row", "field")
Row = dict[str, str]


@cache
def truth(folder: Path) -> tuple[Row, ...]:
    with (folder / "so-lieu-goc.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def counting(folder: Path) -> list[Row]:
    return [row for row in truth(folder) if row["counts"] == "yes"]


def second(folder: Path, programme: Programme, period: str, kept_out: frozenset[str]) -> Second:
    """The second consolidation of a period; ``kept_out`` are the answers a finding keeps out."""
    rows = [*typed(folder, kept_out), *allotted(folder, programme), *lists(folder, programme)]
    return Second(programme, programme.period(period), rows)


def typed(folder: Path, kept_out: frozenset[str]) -> Iterator[Row]:
    for row in counting(folder):
        key = "|".join(row[name] for name in FIRST_FIVE)
        good = row["state"] in ("value", "zero", "nil") and key not in kept_out
        yield {**row, "counted": "yes" if good else "no"}


def came(folder: Path) -> set[tuple[str, str]]:
    return {(row["unit"], row["period"]) for row in counting(folder)}


def allotted(folder: Path, programme: Programme) -> Iterator[Row]:
    """What the template said itself: the parts of an indicator given to each unit."""
    given: Mapping[str, list[tuple[str, str]]] = {
        form.code: [
            (field.code, item.code)
            for field in form.fields
            if field.prefill == "allotment"
            for item in programme.items(form)
        ]
        for form in programme.forms
    }
    for unit, period in sorted(came(folder)):
        for form in programme.forms_for(programme.unit(unit), programme.period(period)):
            for field, item in given[form.code]:
                value = programme.allotments.get((item, unit))
                if value is not None:
                    state = "value" if value else "zero"
                    yield {"unit": unit, "period": period, "form": form.code, "row": item,
                           "field": field, "state": state, "value": str(value),
                           "counted": "yes"}  # fmt: skip


def lists(folder: Path, programme: Programme) -> Iterator[Row]:
    """That a list came with a return, with rows or without."""
    filled = {(r["unit"], r["period"], r["form"]) for r in counting(folder)}
    for unit, period in sorted(came(folder)):
        for form in programme.forms_for(programme.unit(unit), programme.period(period)):
            if form.kind is FormKind.OPEN:
                state = "value" if (unit, period, form.code) in filled else "zero"
                yield {"unit": unit, "period": period, "form": form.code, "row": "",
                       "field": "#", "state": state, "value": "", "counted": "yes"}  # fmt: skip

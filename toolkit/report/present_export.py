"""The figures by present units as data: CSV and JSON, one line per figure and unit.

The columns are a public contract (toolkit/docs/public-contract.md).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from toolkit.consolidate.model import ROWS, Consolidation, Figure, FormTable, TableRow
from toolkit.errors import ToolkitError
from toolkit.programme.model import Aggregation, FormKind
from toolkit.register.files import replacing
from toolkit.register.written import remove
from toolkit.report.as_text import harmless, plain

COLUMNS = (
    "period",
    "form",
    "row",
    "field",
    "unit",
    "as_reported",
    "as_reported_state",
    "as_now",
    "as_now_state",
    "includes",
    "rounded",
)
CSV_NAME, JSON_NAME = "theo-don-vi-moi.csv", "theo-don-vi-moi.json"


def write_present(consolidation: Consolidation, folder: Path) -> tuple[Path, ...]:
    """Write both files into ``folder``; nothing where no unit changed.

    Files of an earlier run that no longer hold are taken away. Raises ToolkitError when a
    file cannot be written.
    """
    targets = (folder / CSV_NAME, folder / JSON_NAME)
    lines = list(present_rows(consolidation))
    try:
        if not lines:
            for target in targets:
                remove(target)
            return ()
        folder.mkdir(parents=True, exist_ok=True)
        with (
            replacing(targets[0]) as aside,
            aside.open("w", encoding="utf-8-sig", newline="") as stream,
        ):
            out = csv.writer(stream, lineterminator="\r\n")
            out.writerow(COLUMNS)
            out.writerows([harmless(line[column]) for column in COLUMNS] for line in lines)
        with replacing(targets[1]) as aside:
            text = json.dumps(lines, ensure_ascii=False, indent=1)
            aside.write_text(text + "\n", "utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise ToolkitError("export.cannot_write", file=folder, reason=reason) from error
    return targets


def present_rows(consolidation: Consolidation) -> Iterator[dict[str, str]]:
    """The totals (``unit`` is "") and every unit's line, in the order of the programme."""
    present = consolidation.present
    if present is None:
        return
    carried: dict[str, list[str]] = {}
    for one in present.carried:
        share = "" if one.share is None else f":{plain(one.share)}"
        carried.setdefault(one.unit.code, []).append(f"{one.predecessor.code}{share}")
    for was, now in zip(consolidation.tables, present.tables, strict=True):
        for before, after in zip(was.rows, now.rows, strict=True):
            for code in _codes(was, before):
                at = {
                    "period": consolidation.period.code,
                    "form": was.form.code,
                    "row": before.key,
                    "field": code,
                }
                yield {**at, **_line("", before.totals.get(code), after.totals.get(code))}
                key = code if was.form.kind is FormKind.QUESTIONS else before.key
                for unit, old, new in _units(consolidation, before, after, code):
                    place = (was.form.code, key, unit, code)
                    yield {
                        **at,
                        **_line(unit, old, new),
                        "includes": ";".join(carried.get(unit, ())) if new else "",
                        "rounded": "yes" if place in present.rounded else "",
                    }


def _codes(table: FormTable, row: TableRow) -> list[str]:
    form = table.form
    shown = [f.code for f in form.fields if f.over_units is not Aggregation.NONE]
    return [code for code in (ROWS, *shown) if code in row.totals]


def _units(
    consolidation: Consolidation, before: TableRow, after: TableRow, code: str
) -> Iterator[tuple[str, Figure | None, Figure | None]]:
    was = {line.unit.code: line.figures for line in before.lines}
    now = {line.unit.code: line.figures for line in after.lines}
    nothing: Mapping[str, Figure] = {}
    for unit in consolidation.programme.units:
        if unit.code in was or unit.code in now:
            yield (
                unit.code,
                was.get(unit.code, nothing).get(code),
                now.get(unit.code, nothing).get(code),
            )


def _line(unit: str, was: Figure | None, now: Figure | None) -> dict[str, str]:
    return {
        "unit": unit,
        "as_reported": _value(was),
        "as_reported_state": was.state.value if was else "",
        "as_now": _value(now),
        "as_now_state": now.state.value if now else "",
        "includes": "",
        "rounded": "",
    }


def _value(figure: Figure | None) -> str:
    """A figure as text; counts per choice and texts with their units, one a line."""
    if figure is None:
        return ""
    if figure.shares:
        return "\n".join(f"{choice}: {count}" for choice, count in figure.shares.items() if count)
    if figure.texts:
        return "\n".join(f"{unit}: {words}" for unit, words in figure.texts)
    return plain(figure.value)

"""Lists too long for a sheet: CSV files beside the workbook, and what becomes of older ones."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path

from toolkit.consolidate.model import Part
from toolkit.register.written import is_ours, remove
from toolkit.report.as_text import harmless, plain, writing

# A row of a list, and the answer whose original it is linked to.
Row = tuple[Sequence[object], Part | None]

# Excel shows no more lines of a CSV file (1,048,576 with the heading).
MOST_LINES = 1_000_000
_START = "chi-tiet"


@dataclass(slots=True)
class Spill:
    """The files written beside one workbook."""

    folder: Path
    written: list[Path] = field(default_factory=list)

    def write(self, name: str, head: Sequence[str], rows: Iterable[Row]) -> tuple[int, list[str]]:
        """All rows of the list ``name``; how many they are, and the files they are in.

        Where ``head`` has one more column than the rows, it is for the archived original.
        Raises ToolkitError when a file cannot be written.
        """
        stem = name if name.startswith(_START) else f"{_START}-{name}"
        names: list[str] = []
        rest, count = iter(rows), 0
        while (first := next(rest, None)) is not None:
            number = f"-{len(names) + 1}" if names else ""
            target = self.folder / f"{stem}{number}.csv"
            with writing(target) as aside, aside.open("w", encoding="utf-8-sig", newline="") as to:
                out = csv.writer(to, lineterminator="\r\n")
                out.writerow(head)
                counted = _Counted(chain((first,), islice(rest, MOST_LINES - 1)))
                out.writerows(_lines(counted, len(head)))
                count += counted.count
            names.append(target.name)
            self.written.append(target)
        return count, names

    def clear(self) -> None:
        """Take away files of an earlier workbook that this one has no list for."""
        for path in sorted(self.folder.glob(f"{_START}*.csv")):
            if path not in self.written and is_ours(path):
                remove(path)


@dataclass(slots=True)
class _Counted:
    rows: Iterable[Row]
    count: int = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.count += 1
            yield row


def _lines(rows: Iterable[Row], width: int) -> Iterator[list[str]]:
    """The rows as text that no spreadsheet program takes for a formula."""
    known: dict[str, str] = {}  # the same names and words come in line after line
    for values, part in rows:
        line = []
        for value in values:
            if isinstance(value, str):
                safe = known.get(value)
                if safe is None:
                    safe = known[value] = harmless(value)
                line.append(safe)
            elif isinstance(value, Decimal | date):
                line.append(plain(value))
            else:
                line.append("" if value is None else str(value))
        if len(line) < width:
            line.append(part.stored if part is not None else "")
        yield line

"""Lists too long for a sheet: CSV files beside the workbook, and what becomes of older ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path

from toolkit.consolidate.model import Part
from toolkit.register.written import is_ours, remove
from toolkit.report.as_text import harmless, plain, quoted, writing

# A row of a list, and the answer whose original it is linked to.
Row = tuple[Sequence[object], Part | None]

# Excel shows no more lines of a CSV file (1,048,576 with the heading).
MOST_LINES = 1_000_000
_START = "chi-tiet"
_BLOCK = 256  # lines written at once: larger texts cost the system more to make room for


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
                to.write(_line(map(quoted, head)) + "\r\n")
                lines = _lines(chain((first,), islice(rest, MOST_LINES - 1)), len(head))
                while block := list(islice(lines, _BLOCK)):
                    to.write("\r\n".join(block) + "\r\n")
                    count += len(block)
            names.append(target.name)
            self.written.append(target)
        return count, names

    def clear(self) -> None:
        """Take away files of an earlier workbook that this one has no list for."""
        for path in sorted(self.folder.glob(f"{_START}*.csv")):
            if path not in self.written and is_ours(path):
                remove(path)


class _Quoted(dict[object, str]):
    """Values as they stand in a CSV file; no spreadsheet program takes one for a formula."""

    def __missing__(self, value: object) -> str:
        """A text is kept: the same names and words come in line after line."""
        if value.__class__ is str:
            made = self[value] = _quoted(value)
            return made
        return _quoted(value)


def _quoted(value: object) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str):
        return quoted(harmless(value))
    if isinstance(value, date):
        return plain(value)
    return "" if value is None else quoted(str(value))


def _lines(rows: Iterable[Row], width: int) -> Iterator[str]:
    """The rows as csv.writer would write them, without the ends of the lines."""
    said = _Quoted().__getitem__
    for values, part in rows:
        line = [*map(said, values)]
        if len(line) < width:
            line.append(said(part.stored) if part is not None else "")
        yield _line(line)


def _line(cells: Iterable[str]) -> str:
    """Cells side by side; a single empty one is no empty line."""
    return ",".join(cells) or '""'

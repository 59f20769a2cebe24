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
_BLOCK = 4096  # lines written at once


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
                to.write(",".join(map(quoted, head)) + "\r\n")
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


class _Quoted(dict[str, str]):
    """Texts as they stand in a CSV file, by what they are; the same come in line after line."""

    def __missing__(self, text: str) -> str:
        """No spreadsheet program takes it for a formula."""
        made = self[text] = quoted(harmless(text))
        return made


def _lines(rows: Iterable[Row], width: int) -> Iterator[str]:
    """The rows as csv.writer would write them, without the ends of the lines."""
    known = _Quoted()
    for values, part in rows:
        line = [known[value] if value.__class__ is str else _other(value) for value in values]
        if len(line) < width:
            line.append(known[part.stored] if part is not None else "")
        yield ",".join(line) or '""'  # one empty column is no empty line


def _other(value: object) -> str:
    """A number, a day, a mark."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str):
        return quoted(harmless(value))
    if isinstance(value, date):
        return plain(value)
    return "" if value is None else quoted(str(value))

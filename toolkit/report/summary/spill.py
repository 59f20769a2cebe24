"""Lists too long for a sheet: CSV files beside the workbook, and what becomes of older ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
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


@dataclass(frozen=True, slots=True)
class Listed:
    """A list written already: how many rows it has, and the files, which have no place yet."""

    count: int
    files: tuple[Path, ...]


def write_list(
    head: Sequence[str],
    rows: Iterable[Row],
    opened: Callable[[int], AbstractContextManager[Path]],
) -> int:
    """Write a list into as many files as it takes (none for no rows); how many rows it has.

    ``opened`` gives the path of the file of a number, from 1, and is left when it is full.
    Where ``head`` has one more column than the rows, it is for the archived original.
    """
    rest, count, number = iter(rows), 0, 0
    while (first := next(rest, None)) is not None:
        number += 1
        with opened(number) as path, path.open("w", encoding="utf-8-sig", newline="") as to:
            to.write(_line(map(quoted, head)) + "\r\n")
            lines = _lines(chain((first,), islice(rest, MOST_LINES - 1)), len(head))
            while block := list(islice(lines, _BLOCK)):
                to.write("\r\n".join(block) + "\r\n")
                count += len(block)
    return count


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
        targets: list[Path] = []

        def opened(number: int) -> AbstractContextManager[Path]:
            targets.append(self._target(name, number))
            return writing(targets[-1])

        count = write_list(head, rows, opened)
        return count, [target.name for target in targets]

    def adopt(self, name: str, listed: Listed) -> list[str]:
        """Give the files of a list that is written their place; what they are called there.

        Raises ToolkitError when one cannot be put there.
        """
        names = []
        for number, file in enumerate(listed.files, 1):
            target = self._target(name, number)
            with writing(target) as aside:
                file.replace(aside)
            names.append(target.name)
        return names

    def _target(self, name: str, number: int) -> Path:
        stem = name if name.startswith(_START) else f"{_START}-{name}"
        mark = f"-{number}" if number > 1 else ""
        target = self.folder / f"{stem}{mark}.csv"
        self.written.append(target)
        return target

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

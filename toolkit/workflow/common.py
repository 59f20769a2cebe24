"""What every command shares: progress, the programme, codes asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from toolkit.errors import ToolkitError
from toolkit.folder import Folder

if TYPE_CHECKING:
    from toolkit.programme.model import Period, Programme, Unit

T = TypeVar("T")


class Progress(Protocol):
    """Walks a sequence and shows how far it is; ``label`` is a catalogue key."""

    def __call__(self, items: Sequence[T], label: str) -> Iterator[T]:
        """The items one by one."""


def silent(items: Sequence[T], label: str) -> Iterator[T]:
    """The Progress that shows nothing."""
    del label
    return iter(items)


def load_programme(folder: Folder) -> Programme:
    """The folder's programme; ProgrammeError with every fault when it has any."""
    from toolkit.programme.load import load

    return load(folder.programme)


def periods_of(programme: Programme, codes: Sequence[str]) -> tuple[Period, ...]:
    """The periods of these codes, each once; ToolkitError for one the programme lacks."""
    known = {p.code: p for p in programme.periods}
    for code in codes:
        if code not in known:
            raise ToolkitError("error.unknown_period", period=code, known=", ".join(known))
    return tuple(known[code] for code in dict.fromkeys(codes))


def units_of(programme: Programme, codes: Sequence[str]) -> tuple[Unit, ...]:
    """The units of these codes, each once; ToolkitError for one the programme lacks."""
    known = {u.code: u for u in programme.units}
    for code in codes:
        if code not in known:
            raise ToolkitError("error.unknown_unit", unit=code)
    return tuple(known[code] for code in dict.fromkeys(codes))


def must_exist(paths: Sequence[Path]) -> None:
    """Raise ToolkitError for a path that is not there: a typing slip, not an empty result."""
    for path in paths:
        if not path.exists():
            raise ToolkitError("error.no_path", path=str(path))

"""What every command shares: progress, the programme, codes asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.workflow.named import any_period_named, unit_named

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
    from toolkit.consolidate.memory import no_cycle_search
    from toolkit.programme.load import load

    with no_cycle_search():
        return load(folder.programme)


def periods_of(programme: Programme, codes: Sequence[str]) -> tuple[Period, ...]:
    """The periods of these codes or names, each once; ToolkitError for one it lacks."""
    known = {p.code: p for p in programme.periods}
    named = (known.get(code) or any_period_named(programme, code) for code in codes)
    return tuple({period.code: period for period in named}.values())


def units_of(programme: Programme, codes: Sequence[str]) -> tuple[Unit, ...]:
    """The units of these codes or names, each once; ToolkitError for one it lacks."""
    known = {u.code: u for u in programme.units}
    named = (known.get(code) or unit_named(programme, code) for code in codes)
    return tuple({unit.code: unit for unit in named}.values())


def must_exist(paths: Sequence[Path]) -> None:
    """Raise ToolkitError for a path that is not there: a typing slip, not an empty result."""
    for path in paths:
        if not path.exists():
            raise ToolkitError("error.no_path", path=str(path))

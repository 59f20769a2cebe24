"""Keeping the journal beside the originals in step with the register."""

from __future__ import annotations

import sys
from pathlib import Path

from toolkit.register.editions import EditionReader
from toolkit.register.journal import Closing, Entry, Reopening, read_journal, write_journal


def recorded(register: EditionReader) -> tuple[Entry, ...]:
    """All that the journal has to hold of a register."""
    entries: list[Entry] = [*register.arrivals(), *register.decisions_until(sys.maxsize)]
    for edition in register.editions():
        returns, files = register.edition_returns(edition.id), register.edition_files(edition.id)
        entries.append(Closing(edition, returns, files))
        if edition.reopened is not None:
            entries.append(Reopening(edition.name, edition.reopened, edition.reopened_why))
    return tuple(entries)


def keep_journal(register: EditionReader, root: Path) -> None:
    """Add to the journal of a folder what its register holds and the journal lacks.

    Raises ToolkitError where the journal cannot be read or written.
    """
    with register.snapshot():
        entries = recorded(register)
    write_journal(root, read_journal(root).lacking(entries))

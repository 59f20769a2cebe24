"""Making a published edition again from the archive, to the byte."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.folder import Folder
from toolkit.workflow.common import load_programme
from toolkit.workflow.edition_files import SUMMARY, as_closed, file_of, make_files
from toolkit.workflow.named import edition_named

if TYPE_CHECKING:
    from toolkit.register.model import Edition


@dataclass(frozen=True, slots=True)
class RebuiltFile:
    """A file of an edition. ``same``: it was made again byte for byte; ``shelf`` tells of the
    published copy: "intact", "restored" (it was gone or altered and is whole again), "missing"
    or "altered".
    """

    name: str
    same: bool
    shelf: str

    @property
    def sound(self) -> bool:
        """Whether nothing deviates now."""
        return self.same and self.shelf in ("intact", "restored")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """An edition made again; ``figures`` is how many there are, ``deviating`` how many differ."""

    edition: Edition
    folder: Path
    files: tuple[RebuiltFile, ...]
    figures: int
    deviating: int

    @property
    def sound(self) -> bool:
        """Whether everything is as it was published."""
        return not self.deviating and all(one.sound for one in self.files)


def rebuild(folder: Folder, name: str, out: Path | None = None) -> Rebuilt:
    """Make a published edition again from the archive and hold it against what is on record.

    The files go to ``out`` where it is given. A published copy that is gone or altered is put
    back, if it could be made again to the byte. Raises ToolkitError for an edition that is
    not there and where an original is gone or damaged.
    """
    from toolkit.register.editions import EditionReader
    from toolkit.register.files import aside_name

    programme = load_programme(folder)
    with EditionReader(folder.register, read_only=True) as register, register.snapshot():
        edition = edition_named(programme, name, register.editions())
        returns = register.edition_returns(edition.id)
        decisions = register.decisions_until(edition.decisions)
        figures = register.edition_figures(edition.id)
        files = register.edition_files(edition.id)
    shelf = folder.edition(edition.period, edition.number)
    aside = shelf.with_name(aside_name(shelf.name))
    try:
        with as_closed(folder, edition, returns, decisions) as state:
            made, again = make_files(folder, edition, state, returns, aside)
        hashes = {one.name: one.sha256 for one in made}
        done = [
            _shelved(aside, shelf, one.name, one.sha256, hashes.get(one.name, "")) for one in files
        ]
        if out is not None:
            _copy(aside, out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    before, after = {f.key: f for f in figures}, {f.key: f for f in again}
    deviating = sum(before.get(key) != after.get(key) for key in {*before, *after})
    return Rebuilt(edition, out or shelf, tuple(done), len(figures), deviating)


def _shelved(aside: Path, shelf: Path, name: str, published: str, made: str) -> RebuiltFile:
    from toolkit.register.files import replacing

    same, target = published == made, shelf / name
    if not target.is_file():
        state = "missing"
    else:
        state = "intact" if file_of(target).sha256 == published else "altered"
    if same and state != "intact":
        with replacing(target) as fresh:
            shutil.copyfile(aside / name, fresh)
        state = "restored"
    return RebuiltFile(name, same, state)


def _copy(source: Path, target: Path) -> None:
    from toolkit.register.files import replacing

    for path in sorted(source.iterdir()):
        with replacing(target / path.name) as fresh:
            shutil.copyfile(path, fresh)


def published_summary(folder: Folder, edition: Edition, target: Path, lang: str) -> None:
    """Write the summary workbook of a closed period as it was published, in any language.

    The published copy if it is whole, else it is made again from the archive. Raises
    ToolkitError where an original is gone or damaged.
    """
    from toolkit.consolidate.consolidate import consolidate
    from toolkit.register.editions import EditionReader
    from toolkit.register.files import replacing
    from toolkit.workflow.outputs import write_summary_of

    with EditionReader(folder.register, read_only=True) as register, register.snapshot():
        returns = register.edition_returns(edition.id)
        decisions = register.decisions_until(edition.decisions)
        hashes = {f.name: f.sha256 for f in register.edition_files(edition.id)}
    shelf = folder.edition(edition.period, edition.number) / SUMMARY
    if lang == edition.lang and shelf.is_file() and file_of(shelf).sha256 == hashes[SUMMARY]:
        with replacing(target) as aside:
            shutil.copyfile(shelf, aside)
        return
    with as_closed(folder, edition, returns, decisions) as state:
        period = state.programme.period(edition.period)
        consolidation = consolidate(state.programme, period, state.details)
        write_summary_of(folder, consolidation, state.details, target, lang)

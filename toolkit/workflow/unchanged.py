"""Outputs that would come out the same are not made again.

Beside the register lies a list of what each output was made of: a digest of everything that
goes into it, to the last answer, and the hashes of the files that came out. Where both are as
they were, the output is left as it is. In doubt (no list, one file touched, another version
of the toolkit) it is made anew: an old total must never stand as a new one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.folder import Folder
from toolkit.register.editions import EditionReader

if TYPE_CHECKING:
    from toolkit.programme.model import Period, Programme

LIST = ".baocao-tong-hop"
_PACKAGE = Path(__file__).parent.parent
# Answers that are looked through in a second or so; beyond, outputs are always made anew.
_MOST_ANSWERS = 400_000
_DRAWING = ("xlsxwriter", "matplotlib")  # what draws may draw otherwise another time


class Grounds:
    """What the outputs of a folder are made of; ``before`` is last year's folder.

    To be asked before anything is read for the outputs: what comes in meanwhile then makes
    them out of date, and never the other way about.
    """

    def __init__(self, folder: Folder, programme: Programme, before: Folder | None) -> None:
        self._folder, self._programme, self._before = folder, programme, before
        self._returns: dict[str, str] = {}  # the digests of the periods, each worked out once
        self._common: str | None = None

    def of(self, period: Period, *more: object) -> str:
        """The digest of what an output of ``period`` is made of; ``more`` are its own choices.

        That is the toolkit, the programme, the reviewed scores, and every return (with what
        was read from it, found in it and decided about it, and its original as it lies there)
        of the periods that have begun by the end of this one; of last year everything. ""
        where these are more answers than can be looked through in a moment.
        """
        later = {p.code for p in self._programme.periods if p.start > period.end}
        with EditionReader(self._folder.register, read_only=True) as register:
            begun = sorted(register.current_periods() - later)  # those nobody knows too
            if register.has_more_answers(_MOST_ANSWERS, begun):
                return ""
            parts = [self._own(register), *(self._of(register, code) for code in begun)]
        return _digest([period.code, repr(more), *parts])

    def _own(self, register: EditionReader) -> str:
        if self._common is None:
            reviews = [self._folder.review(p.code) for p in self._programme.periods]
            editions = repr([(e.name, e.reopened) for e in register.editions()])
            files = [self._folder.programme, *(reviews if self._programme.criteria else ())]
            parts = [_toolkit(), editions, *map(_hash, files)]
            if (before := self._before) is not None:
                with EditionReader(before.register, read_only=True) as other:
                    parts += [_hash(before.programme), _returns(other, before, None)]
            self._common = _digest(parts)
        return self._common

    def _of(self, register: EditionReader, period: str) -> str:
        if period not in self._returns:
            self._returns[period] = _returns(register, self._folder, [period])
        return self._returns[period]


def as_made(folder: Folder, name: str, made: str) -> tuple[Path, ...]:
    """The files of the output ``name``, where it was made of just that and nobody has touched
    them; else none."""
    known = _list(folder).get(name)
    if not made or not isinstance(known, dict) or known.get("of") != made:
        return ()
    files = known.get("files")
    if not isinstance(files, dict):
        return ()
    paths = {folder.out / path: sha256 for path, sha256 in files.items()}
    whole = all(_hash(path) == sha256 for path, sha256 in paths.items())
    return tuple(paths) if whole else ()


def remember(folder: Folder, name: str, made: str, files: Iterable[Path]) -> None:
    """Put on the list what an output was made of, and its files as they are now.

    One made elsewhere, to be looked at, is not. A list that cannot be written costs nothing
    but time.
    """
    from toolkit.register.files import replacing

    paths = [*files]
    if not made or not all(path.is_relative_to(folder.out) for path in paths):
        return
    hashes = {path.relative_to(folder.out).as_posix(): _hash(path) for path in paths}
    known = {**_list(folder), name: {"of": made, "files": hashes}}
    with suppress(OSError), replacing(folder.out / LIST) as aside:
        aside.write_text(json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")


def _returns(register: EditionReader, folder: Folder, periods: Sequence[str] | None) -> str:
    """The digest of the returns that count."""
    digest = hashlib.sha256()
    with register.snapshot():
        for piece in register.contents(periods):
            digest.update(piece)
        for one in register.current(periods):
            try:
                there = (folder.out / one.stored).stat()
            except OSError:
                continue  # whoever needs it says that it is gone
            digest.update(f"{one.stored}\t{there.st_size}\t{there.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _toolkit() -> str:
    """The toolkit itself and what it draws with."""
    files = sorted(p for p in _PACKAGE.rglob("*") if p.suffix in (".py", ".toml", ".json"))
    stats = [(p.relative_to(_PACKAGE).as_posix(), p.stat()) for p in files]
    own = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
    return _digest([repr(own), *map(version, _DRAWING)])


def _list(folder: Folder) -> Mapping[str, object]:
    """The list; empty where there is none that can be read."""
    try:
        known = json.loads((folder.out / LIST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _hash(path: Path) -> str:
    """The hash of a file; "" where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""

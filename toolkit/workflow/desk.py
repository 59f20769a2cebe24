"""Files judged, on their way into archive and register; what a killed command left on the way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from toolkit.errors import ToolkitError
from toolkit.register.archive import load
from toolkit.register.journal import Journal, identity, write_journal
from toolkit.register.model import Arrival
from toolkit.workflow.judging import Judge
from toolkit.workflow.told import Told, told

if TYPE_CHECKING:
    from toolkit.intake.copies import Sign
    from toolkit.intake.model import Judgement
    from toolkit.programme.model import Programme
    from toolkit.register.archive import Deposit
    from toolkit.register.model import Receipt
    from toolkit.register.store import Register

# Files recorded together, and after how many seconds no file waits any longer.
_TOGETHER = 64
_SECONDS = 1.0


Waiting: TypeAlias = "list[tuple[Judgement, date, str]]"  # with the day and archived copy


@dataclass(slots=True)
class Desk:
    """Files judged, on their way into archive and register.

    Many at a time, because each visit to the disk costs as much as judging several files; and
    while some are on their way into the archive the next ones are judged. An original is in
    the journal before it is in the archive, and there before the register speaks of it; what
    a power cut takes away still lies where it was given and is received the next time.
    """

    register: Register
    deposit: Deposit
    programme: Programme
    key: str  # of the programme, as it judges
    root: Path  # of archive and journal
    known: set[tuple[str, ...]]  # what the journal holds
    waiting: Waiting = field(default_factory=list)
    since: float = 0.0
    going: tuple[Waiting, Future[None]] | None = None  # on its way into the archive
    done: list[tuple[Told, Receipt]] = field(default_factory=list)
    signs: dict[Sign, Sign] = field(default_factory=dict)  # one copy of what many returns have

    def take(self, judgement: Judgement, data: bytes, suffix: str, day: date) -> None:
        """Take one file in; nothing waits longer than for the file after it, or a second."""
        if self.going is not None and self.going[1].done():
            self._record()
        digest = judgement.sha256
        stored = self.deposit.add(data, digest, suffix) if digest else ""
        if not self.waiting:
            self.since = time.monotonic()
        self.waiting.append((judgement, day, stored))
        if len(self.waiting) >= _TOGETHER or time.monotonic() - self.since > _SECONDS:
            self._record()
            self._archive()

    def settle(self) -> None:
        """Archive and record what waits."""
        try:
            self._record()
        finally:
            self._archive()
            self._record()

    def _archive(self) -> None:
        """Begin to put what waits into journal and archive; nothing else is on its way."""
        waiting, self.waiting = self.waiting, []
        arrivals = [
            Arrival(judgement.sha256, stored, judgement.file, day)
            for judgement, day, stored in waiting
            if stored
        ]
        new = {key: one for one in arrivals if (key := identity(one)) not in self.known}
        self.known |= new.keys()
        pool = ThreadPoolExecutor(1)
        going = pool.submit(_keep, self.root, list(new.values()), self.deposit.part())
        pool.shutdown(wait=False)
        self.going = waiting, going

    def _record(self) -> None:
        """Record what was on its way into the archive, as soon as it is there."""
        if self.going is None:
            return
        (waiting, going), self.going = self.going, None
        going.result()
        with self.register.together():
            for judgement, day, stored in waiting:
                receipt = self.register.record(judgement, day, stored, self.key)
                self.done.append((told(self.programme, judgement, self.signs), receipt))


def _keep(root: Path, arrivals: Sequence[Arrival], deposit: Deposit) -> None:
    try:
        write_journal(root, arrivals)
    except BaseException:
        deposit.drop()
        raise
    deposit.settle()


def unrecorded(register: Register, journal: Journal) -> dict[str, Arrival]:
    """The first arrival of each original that the journal knows and the register does not."""
    known = register.originals()
    found: dict[str, Arrival] = {}
    for one in journal.arrivals():
        if one.sha256 not in known:
            found.setdefault(one.sha256, one)
    return found


def take_up(begun: Arrival, desk: Desk, judge: Judge) -> None:
    """Record an original that was archived only, under the name and day it came."""
    from toolkit.intake.collect import Incoming

    try:
        data = load(begun.stored, begun.sha256, desk.root)
    except ToolkitError:
        return  # the command ended before it was in the archive, or doctor tells of it
    ((_, judgement, _),) = judge.all([Incoming(begun.file, lambda: data)])
    desk.take(judgement, data, Path(begun.stored).suffix, begun.received)

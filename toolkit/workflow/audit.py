"""What is done to each return by itself, in a process beside the one that makes the totals.

The originals are held against the register and every answer is listed, return by return and
in little memory, while the other processor makes the totals of all of them. What comes out
is the same with one process.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.workflow.control import Adding, Sums

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from toolkit.programme.model import Period, Programme
    from toolkit.register.model import Submission
    from toolkit.register.reading import Reader
    from toolkit.report.summary.details import Return
    from toolkit.report.summary.spill import Listed

_END = 10.0  # seconds for a process that is done, or told to stop, to be gone


@dataclass(frozen=True, slots=True)
class Audit:
    """The sums of a period's returns, and the list of their answers where it is too long for
    a sheet."""

    sums: Sums
    details: Listed | None


class Auditor:
    """An audit under way. Without a process there is none: :meth:`result` is then None."""

    def __init__(self, connection: Connection | None = None) -> None:
        self._connection = connection

    def result(self, returns: frozenset[Submission]) -> Audit | None:
        """The audit of just these returns, once it is done; None where there is none.

        So it is where the process was ended from outside, and where the register had come to
        hold others, or say otherwise of one, by the time it was read there: neither its sums
        nor its list would be those of the totals. Whoever asks then does it himself.

        Raises the ToolkitError that ended it: an original gone or damaged, a full disk.
        """
        if self._connection is None:
            return None
        try:
            said = self._connection.recv()
        except (EOFError, OSError):  # ended from outside: what it was to say can be found again
            return None
        if isinstance(said, ToolkitError):
            raise said
        assert isinstance(said, Audit)
        return said if said.sums.returns == returns else None


NO_AUDITOR = Auditor()


@contextmanager
def auditing(folder: Folder, programme: Programme, period: Period, lang: str) -> Iterator[Auditor]:
    """An audit of the returns of ``period`` beside what is done in the block.

    A process is made where the answers are too many for a sheet and there is a processor for
    it. It reads the register by itself; :meth:`Auditor.result` holds the two readings together.
    """
    from toolkit.register.files import aside_name
    from toolkit.report.summary.lists import MOST_ROWS

    if (os.cpu_count() or 1) < 2 or not _are_more(folder, programme, period, MOST_ROWS):
        yield NO_AUDITOR
        return
    reports = folder.reports(period.code)
    is_new = not reports.exists()
    asked = _Asked(folder, programme, period, lang, MOST_ROWS, reports / aside_name("chi-tiet"))
    process, ours = _begun(asked)
    try:
        yield Auditor(ours)
    finally:
        if process is not None and ours is not None:
            ours.close()  # it stops at the next return where it is still at work
            process.join(_END)
            process.kill()
            process.join()
            asked.clear()
        if is_new:
            with suppress(OSError):  # something was written there
                reports.rmdir()


def _begun(asked: _Asked) -> tuple[BaseProcess, Connection] | tuple[None, None]:
    """A process at work and the line to it; none where the system gives none."""
    from toolkit.intake.isolated import processes, without_main

    try:
        asked.stem.parent.mkdir(parents=True, exist_ok=True)
        context = processes()
        ours, theirs = context.Pipe(duplex=True)
        process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(theirs, asked), daemon=True
        )
        with without_main():
            process.start()
    except OSError:  # the one process does everything, and says what is in the way
        return None, None
    theirs.close()
    return process, ours


def _are_more(folder: Folder, programme: Programme, period: Period, most: int) -> bool:
    from toolkit.register.store import Register

    within = [p.code for p in programme.periods if period.code in (p.code, *p.within)]
    with Register(folder.register, read_only=True) as register:
        return register.has_more_answers(most, within)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the process is to do. ``most`` rows go on a sheet; beyond, they are listed in files
    that are called ``stem`` and a number."""

    folder: Folder
    programme: Programme
    period: Period
    lang: str
    most: int
    stem: Path

    def file(self, number: int) -> Path:
        return self.stem.with_name(f"{self.stem.name}-{number}.csv")

    def clear(self) -> None:
        """Take away the files that have been given no place."""
        for path in self.stem.parent.glob(f"{self.stem.name}-*.csv"):
            path.unlink(missing_ok=True)


def _serve(connection: Connection, asked: _Asked) -> None:
    from toolkit.intake.child import be_silent

    # Ctrl+C reaches every process of the terminal: the other one decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    be_silent()  # what goes wrong here goes wrong again over there, and is said there
    try:
        connection.send(_audit(connection, asked))
    except ToolkitError as error:
        connection.send(error)
    except (EOFError, ConnectionError):  # the other one is gone, or has had enough
        asked.clear()


def _audit(connection: Connection, asked: _Asked) -> Audit:
    from toolkit.consolidate.memory import no_cycle_search
    from toolkit.register.files import flush
    from toolkit.register.store import Register
    from toolkit.report.summary.details import COLUMNS, detail_rows
    from toolkit.report.summary.lists import ORIGINAL, headings
    from toolkit.report.summary.names import Spoken
    from toolkit.report.summary.spill import Listed, write_list

    voice = Spoken(asked.programme, asked.lang)
    adding = Adding(asked.folder, asked.programme, asked.period)
    files: list[Path] = []

    def opened(number: int) -> AbstractContextManager[Path]:
        files.append(asked.file(number))
        return nullcontext(files[-1])

    with (
        Register(asked.folder.register, read_only=True) as register,
        register.snapshot(),
        no_cycle_search(),
    ):
        returns = _returns(connection, register, asked, adding)
        head = [*headings(COLUMNS, voice), voice.say(ORIGINAL)]
        try:
            count = write_list(head, detail_rows(voice, returns), opened)
            for file in files:
                flush(file)  # on the disk by the time the other one asks for that
        except OSError as error:
            target = asked.stem.parent
            reason = error.strerror or error
            raise ToolkitError("export.cannot_write", file=target, reason=reason) from error
    return Audit(adding.sums(), Listed(count, tuple(files)) if count > asked.most else None)


def _returns(
    connection: Connection, register: Reader, asked: _Asked, adding: Adding
) -> Iterator[Return]:
    """The returns that count, one by one in official order, each added up on the way.

    Raises EOFError when the other side has hung up.
    """
    from toolkit.consolidate.place import Placing, official_order

    placing = Placing(asked.programme, asked.period)
    order = official_order(asked.programme)
    taken = sorted(filter(placing.takes, register.current()), key=order)
    for detail in register.details_of(taken):
        if connection.poll():  # nothing is ever sent to here
            raise EOFError
        placed = placing.placed(detail)
        if placed.source is not None:
            adding.add(detail, placed.unplaced, placed.faulty)
        yield (detail.submission.unit, detail.submission.period), placed.forms

"""Files judged in child processes, each within bounds: one bad file costs one file.

The readers have guards of their own; what gets past them (a parser that crashes, hangs or
takes memory without end) ends a child and not the run. The children stay warm: they are made
once, know the programme and are sent file after file. While the caller records a judgement
they work on the files after it, so that little is lost, and with two children more is won.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pickle import UnpicklingError
from types import ModuleType, TracebackType

from toolkit.errors import ToolkitError
from toolkit.intake.bounds import DEFAULT, Bounds
from toolkit.intake.child import ASK, LAST, serve
from toolkit.intake.judge import History, no_history
from toolkit.intake.model import Judgement
from toolkit.intake.refused import refused
from toolkit.programme.model import Programme

_START = 60.0  # seconds a child may take to get ready, on a busy machine
_AHEAD = 2  # files in hand for each child: one with it, one judged that waits for its turn
_MANY, _MOST = 32, 4  # files that are worth more than one child; children at most
_PRELOADED = ["toolkit.intake.child"]


def children_for(files: int) -> int:
    """How many children make sense for so many files: for a few, making more costs more."""
    return 1 if files < _MANY else max(1, min(_MOST, os.cpu_count() or 1))


@dataclass(slots=True)
class _Task:
    """A file on its way, and its judgement once there is one."""

    data: bytes
    name: str
    judgement: Judgement | None = None
    crashes: int = 0


class _Child:
    """A process and what it is busy with."""

    def __init__(self, context: BaseContext, programme: Programme, bounds: Bounds) -> None:
        self.connection, theirs = context.Pipe()
        process = context.Process(  # type: ignore[attr-defined]
            target=serve, args=(theirs, programme, bounds), daemon=True
        )
        self.process: BaseProcess = process
        with _without_main():
            self.process.start()
        theirs.close()
        self.task: _Task | None = None
        self.until = 0.0
        try:
            if not self.connection.poll(_START):
                raise EOFError
            self.connection.recv()
        except (EOFError, OSError) as error:
            self.kill()
            raise ToolkitError("judging.no_child") from error

    def give(self, task: _Task, seconds: float) -> None:
        """Send a file. Raises OSError where the child is gone."""
        self.connection.send(task.name)
        self.connection.send_bytes(task.data)
        self.task, self.until = task, time.monotonic() + seconds

    def kill(self) -> None:
        self.process.kill()
        self.leave()

    def leave(self) -> None:
        """Hang up; the child ends by itself."""
        self.connection.close()
        self.process.join(_START)
        self.process.close()


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Hide the program that was started from the process that is being made.

    It would be run again there, as far as its guard against that: a waste of time for the
    command line, and a failure for a program that has no guard or no file.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class Children:
    """Judges the files of one programme; used as a context, since processes belong to it.

    ``history`` is asked in the caller's own process. No process is made before the first file.
    """

    def __init__(
        self,
        programme: Programme,
        history: History = no_history,
        bounds: Bounds = DEFAULT,
        count: int = 1,
    ) -> None:
        self._programme = programme
        self._history = history
        self._bounds = bounds
        self._count = count
        self._context = _context()
        self._children: list[_Child] = []

    def __enter__(self) -> Children:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children. They are made again where a file comes after all."""
        while self._children:
            child = self._children.pop()
            if child.task is None:
                child.leave()
            else:
                child.kill()

    def judge(self, data: bytes, name: str) -> Judgement:
        """The judgement on one file, as :func:`toolkit.intake.judge.judge` gives it."""
        return next(self.judge_all([(data, name)]))

    def judge_all(self, files: Iterable[tuple[bytes, str]]) -> Iterator[Judgement]:
        """The judgements on files (bytes and name), in their order, one for each.

        Equal to those of :func:`toolkit.intake.judge.judge`, but that a file beyond the bounds
        ends as unreadable with ``judging.timeout``, ``judging.too_large``, ``judging.crashed``
        or ``judging.failed``. A few files are taken before the judgement on the first is
        given. One walk at a time. Raises ToolkitError (``judging.no_child``) where no process
        can be made.
        """
        source = iter(files)
        waiting: deque[_Task] = deque()
        more = True
        try:
            while True:
                while more and len(waiting) < _AHEAD * self._count:
                    if not self._has_idle():
                        break
                    given = next(source, None)
                    if given is None:
                        more = False
                        break
                    waiting.append(_Task(*given))
                    self._hand_out(waiting[-1])
                if not waiting:
                    return
                if waiting[0].judgement is None:
                    self._advance()
                else:
                    judgement = waiting.popleft().judgement
                    assert judgement is not None
                    yield judgement
        finally:
            for child in [child for child in self._children if child.task is not None]:
                self._drop(child)  # the caller went away amid the files

    def _has_idle(self) -> bool:
        busy = sum(child.task is not None for child in self._children)
        return busy < self._count

    def _hand_out(self, task: _Task) -> None:
        child = next((c for c in self._children if c.task is None), None)
        if child is not None:
            try:
                child.give(task, self._bounds.seconds)
                return
            except OSError:  # it was ended from outside while it had nothing to do
                self._drop(child)
        child = _Child(self._context, self._programme, self._bounds)
        self._children.append(child)
        try:
            child.give(task, self._bounds.seconds)
        except OSError as error:
            raise ToolkitError("judging.no_child") from error

    def _drop(self, child: _Child) -> None:
        self._children.remove(child)
        child.kill()

    def _advance(self) -> None:
        """Wait until a child says something, or until the time of one is up."""
        busy = {child.connection: child for child in self._children if child.task is not None}
        left = min(child.until for child in busy.values()) - time.monotonic()
        ready = connection.wait(list(busy), max(left, 0.0))
        for link in ready:
            self._hear(busy[link])  # type: ignore[index]
        if not ready:
            now = time.monotonic()
            for child in busy.values():
                if child.until <= now:
                    self._end(child, "judging.timeout", seconds=f"{self._bounds.seconds:g}")

    def _hear(self, child: _Child) -> None:
        task = child.task
        assert task is not None
        try:
            kind, *said = child.connection.recv()
            if kind == ASK:
                child.connection.send(tuple(self._history(*said)))
                child.until = time.monotonic() + self._bounds.seconds
                return
        except (EOFError, OSError, UnpicklingError):
            self._crashed(child)
            return
        (task.judgement,) = said
        child.task = None
        if kind == LAST:
            self._children.remove(child)
            child.leave()

    def _crashed(self, child: _Child) -> None:
        """Once may be another's doing (a system short of memory); twice is the file's."""
        task = child.task
        assert task is not None
        task.crashes += 1
        if task.crashes > 1:
            self._end(child, "judging.crashed")
            return
        self._drop(child)
        self._hand_out(task)

    def _end(self, child: _Child, key: str, **params: object) -> None:
        """Give up on what a child has in hand, and on the child."""
        task = child.task
        assert task is not None
        task.judgement = refused(task.data, task.name, key, **params)
        self._drop(child)


def warm() -> None:
    """Begin to get ready for children, beside what the caller does meanwhile."""
    _context()


def _context() -> BaseContext:
    """How processes are made: on Linux by a helper that has all modules loaded and no threads.

    From there a child is ready in some ten milliseconds, and inherits nothing of the caller's.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver  # not on every system

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    # The helper must not take modules from the folder it is started in: files of strangers
    # lie there. (Its own ``sys.path`` is given to it.)
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before
    return context

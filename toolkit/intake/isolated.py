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
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pickle import UnpicklingError
from types import ModuleType, TracebackType

from toolkit.errors import ToolkitError
from toolkit.intake.bounds import DEFAULT, Bounds
from toolkit.intake.history import History, no_history
from toolkit.intake.model import Judgement
from toolkit.intake.refused import refused
from toolkit.intake.talk import ANSWERS, ASK, FILE, LAST, begin
from toolkit.programme.model import Programme

_START = 60.0  # seconds a child may take to get ready, on a busy machine
_AHEAD = 16  # files in hand for each child: with it, or judged and waiting for their turn
_IN_HAND = 64 * 2**20  # bytes of files in hand, after which no more are taken
_PIPE = 2**20  # bytes asked for the pipe to a child, in which files wait while it is at work
_WRAPPING = 4096  # bytes that a file takes there besides its own
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
    """A process and the files it has: the first is at work, the others wait in its pipe."""

    def __init__(self, context: BaseContext, *given: object) -> None:
        self.connection, theirs = context.Pipe()
        self.room = _room(self.connection)
        process = context.Process(  # type: ignore[attr-defined]
            target=begin, args=(theirs, *given), daemon=True
        )
        self.process: BaseProcess = process
        with without_main():
            self.process.start()
        theirs.close()
        self.tasks: deque[_Task] = deque()
        self.gone, self.is_new = False, True
        self.until = 0.0
        try:
            if not self.connection.poll(_START):
                raise EOFError
            self.connection.recv()
        except (EOFError, OSError) as error:
            self.kill()
            raise ToolkitError("judging.no_child") from error

    def takes(self, task: _Task) -> bool:
        """Whether a file can be sent without waiting for the child."""
        if not self.tasks:
            return True
        # Sending what the pipe cannot hold would be waiting for one that may wait for us.
        unread = (*list(self.tasks)[1:], task)
        return not self.gone and sum(len(one.data) + _WRAPPING for one in unread) <= self.room

    def give(self, task: _Task, seconds: float) -> None:
        """Send a file. Raises OSError where the child is gone."""
        if not self.tasks:
            self.until = time.monotonic() + seconds
        self.connection.send((FILE, task.name))
        self.connection.send_bytes(task.data)
        self.tasks.append(task)

    def ran_out(self) -> bool:
        """Whether the child, which has ended, has used up the processor time of a file."""
        if sys.platform == "win32":
            return False
        self.process.join(_START)
        return self.process.exitcode == -signal.SIGPROF

    def kill(self) -> None:
        self.process.kill()
        self.leave()

    def leave(self) -> None:
        """Hang up; the child ends by itself."""
        self.connection.close()
        self.process.join(_START)
        self.process.close()


def _room(link: connection.Connection) -> int:
    """The bytes that a pipe surely holds unread; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    with socket.socket(fileno=os.dup(link.fileno())) as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _PIPE)
        return ours.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) // 2  # half is its own


@contextlib.contextmanager
def without_main() -> Iterator[None]:
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

    ``history`` is asked in the caller's own process; where it is :func:`no_history` nobody is
    asked, which would cost a child the wait for an answer. No process is made before the
    first file.
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
        self._clock = bounds.clock
        self._count = count
        self._context = processes()
        self._children: list[_Child] = []
        self._todo: deque[_Task] = deque()  # files that no child has

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
            if child.tasks:
                child.kill()
            else:
                child.leave()

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
                while self._hands_out() and more and self._may_take(waiting):
                    given = next(source, None)
                    if given is None:
                        more = False
                    else:
                        waiting.append(_Task(*given))
                        self._todo.append(waiting[-1])
                if not waiting:
                    return
                if waiting[0].judgement is None:
                    self._advance()
                else:
                    judgement = waiting.popleft().judgement
                    assert judgement is not None
                    yield judgement
        finally:
            self._todo.clear()
            for child in [child for child in self._children if child.tasks]:
                self._drop(child)  # the caller went away amid the files

    def _may_take(self, waiting: Sequence[_Task]) -> bool:
        """Whether another file may be taken in hand."""
        if len(waiting) >= _AHEAD * self._count:
            return False
        return not waiting or sum(len(task.data) for task in waiting) < _IN_HAND

    def _hands_out(self) -> bool:
        """Give the children what they can take; whether nothing is left over."""
        while self._todo:
            child = self._taker(self._todo[0])
            if child is None:
                return False
            task = self._todo.popleft()
            try:
                child.give(task, self._clock)
            except OSError as error:
                self._todo.appendleft(task)
                if not child.tasks:  # it was ended from outside while it had nothing to do
                    self._drop(child)
                    if child.is_new:
                        raise ToolkitError("judging.no_child") from error
                child.gone = True  # what it has said before is still to be heard
            child.is_new = False
        return True

    def _taker(self, task: _Task) -> _Child | None:
        """The child to give a file to: one with nothing to do, a new one, the least busy."""
        least = min(self._children, key=lambda child: len(child.tasks), default=None)
        if least is not None and not least.tasks:
            return least
        if len(self._children) < self._count:
            asks = self._history is not no_history
            child = _Child(self._context, self._programme, self._bounds, asks)
            self._children.append(child)
            return child
        return least if least is not None and least.takes(task) else None

    def _drop(self, child: _Child) -> None:
        """End a child; others get what it had left."""
        self._children.remove(child)
        child.kill()
        self._todo.extendleft(reversed(child.tasks))

    def _advance(self) -> None:
        """Wait until a child says something, or until the time of one is up."""
        busy = {child.connection: child for child in self._children if child.tasks}
        left = min(child.until for child in busy.values()) - time.monotonic()
        ready = connection.wait(list(busy), max(left, 0.0))
        for link in ready:
            self._hear(busy[link])  # type: ignore[index]
        if not ready:
            now = time.monotonic()
            for child in busy.values():
                if child.until <= now:
                    self._end(child, "judging.timeout", seconds=f"{self._clock:g}")

    def _hear(self, child: _Child) -> None:
        try:
            kind, *said = child.connection.recv()
            if kind == ASK:
                child.connection.send((ANSWERS, tuple(self._history(*said))))
        except (EOFError, OSError, UnpicklingError):
            self._crashed(child)
            return
        child.until = time.monotonic() + self._clock
        if kind == ASK:
            return
        (child.tasks.popleft().judgement,) = said
        if kind == LAST:
            self._children.remove(child)
            child.leave()
            self._todo.extendleft(reversed(child.tasks))

    def _crashed(self, child: _Child) -> None:
        """Once may be another's doing (a system short of memory); twice is the file's."""
        if child.ran_out():
            self._end(child, "judging.timeout", seconds=f"{self._bounds.seconds:g}")
            return
        child.tasks[0].crashes += 1
        if child.tasks[0].crashes > 1:
            self._end(child, "judging.crashed")
        else:
            self._drop(child)

    def _end(self, child: _Child, key: str, **params: object) -> None:
        """Give up on what a child is at work on, and on the child."""
        task = child.tasks.popleft()
        task.judgement = refused(task.data, task.name, key, **params)
        self._drop(child)


def warm() -> None:
    """Begin to get ready for children, beside what the caller does meanwhile."""
    processes()


def processes() -> BaseContext:
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

"""The other side of :mod:`toolkit.intake.isolated`: a process that judges the files it is sent.

It holds nothing but the programme. Whatever a file does to it, only this process is lost.
"""

from __future__ import annotations

import copyreg
import gc
import io
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import fields
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding
from toolkit.intake.bounds import Bounds
from toolkit.intake.history import History, no_history
from toolkit.intake.judge import judge
from toolkit.intake.model import Answer, CellFate, Judgement, Ledger
from toolkit.intake.refused import IMBALANCE, refused
from toolkit.intake.talk import ANSWERS, ASK, DONE, LAST, READY
from toolkit.programme.model import Programme

_GRACE = 5  # seconds after which a child that nobody stops stops itself


def serve(connection: Connection, programme: Programme, bounds: Bounds, asks: bool) -> None:
    """Judge files until the other side hangs up; it ``asks`` there for the answers on record."""
    # Ctrl+C reaches every process of the terminal: the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # the end: see _bound
    _hold_memory(bounds.memory)

    sent: deque[tuple[str, bytes]] = deque()  # files that came before an answer

    def listen() -> tuple[Answer, ...] | None:
        """Take in what comes next: a file, or answers, which are given back."""
        kind, said = connection.recv()
        if kind == ANSWERS:
            answers: tuple[Answer, ...] = said
            return answers
        sent.append((said, connection.recv_bytes()))
        return None

    def history(unit: str, period: str) -> Iterable[Answer]:
        connection.send((ASK, unit, period))
        while (answers := listen()) is None:
            pass
        return answers

    try:
        gc.freeze()  # what is here now stays: no need to look through it after each file
        connection.send((READY,))
        be_silent()
        while True:
            if not sent:
                listen()
            name, data = sent.popleft()
            _bound(bounds.seconds, bounds.clock + _GRACE)
            made, tired = _answer(
                data, name, programme, history if asks else no_history, bounds.memory
            )
            _bound(0, 0)
            connection.send_bytes(made)
            if tired:
                return
    except (EOFError, ConnectionError):  # the parent is gone, or has had enough
        return


def _answer(
    data: bytes, name: str, programme: Programme, history: History, memory: int
) -> tuple[bytes, bool]:
    """The message with the judgement, and whether it is the last of this process."""
    try:
        made = judge(data, name, programme, history)
        tired = _is_tired(memory)
        return _packed(LAST if tired else DONE, made), tired
    except MemoryError:
        made = refused(data, name, "judging.too_large")
    except (EOFError, ConnectionError):
        raise  # nobody answers about the history
    # The one place where any failure is the file's own: it must not stop the others.
    except Exception as error:
        made = _failed(data, name, error)
    return _packed(LAST, made), True


def _rebuilt(kind: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[object, ...]]]:
    values = attrgetter(*(each.name for each in fields(kind)))
    return lambda thing: (kind, values(thing))


class _Packer(pickle.Pickler):
    """Packs the many small parts of a judgement by their values.

    What dataclasses with slots do by themselves takes several times as long, on both sides.
    """

    dispatch_table = {  # noqa: RUF012 (an attribute that pickle asks for)
        **copyreg.dispatch_table,
        **{kind: _rebuilt(kind) for kind in (Answer, Address, CellFate, Finding, Ledger)},
    }


def _packed(kind: str, made: Judgement) -> bytes:
    message = io.BytesIO()
    _Packer(message, pickle.HIGHEST_PROTOCOL).dump((kind, made))
    return message.getvalue()


def be_silent() -> None:
    """What a library or the system prints about a file is not for the user."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _failed(data: bytes, name: str, error: Exception) -> Judgement:
    if isinstance(error, ToolkitError) and error.key == "error.imbalance":
        return refused(data, name, IMBALANCE)
    kind = error.key if isinstance(error, ToolkitError) else type(error).__name__
    return refused(data, name, "judging.failed", kind=kind)


def _bound(seconds: float, clock: float) -> None:
    """End this process after so much processor time, or so long; 0 lifts the bound.

    The parent tells by the signal (SIGPROF) that it was the time of the processor. The clock
    is for a process whose parent was killed meanwhile.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, clock)  # SIGALRM, not caught: the end


def _hold_memory(most: int) -> None:
    if sys.platform == "linux":
        import resource

        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        # A crash leaves no image of its memory, with figures in it, on the disk.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _is_tired(most: int) -> bool:
    """Whether so much memory was taken that the next file might not find enough."""
    if sys.platform != "linux":
        return False
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > most // 3

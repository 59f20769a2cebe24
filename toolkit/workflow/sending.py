"""Templates made on all processors: the same bytes as one after the other, in the same order."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.programme.model import Period, Programme, Unit

# Fewer templates than this are made sooner than further processes are ready.
MANY = 96
_AT_ONCE = 16  # templates that a process makes per visit
_MOST = 4  # processes


@dataclass(frozen=True, slots=True)
class Job:
    """A template to make; ``before`` are the unit's values of the period before."""

    period: Period
    unit: Unit
    before: Mapping[tuple[str, str, str], Decimal | date | str]


def workbooks(
    programme: Programme, jobs: Sequence[Job], lang: str, processes: int | None = None
) -> Generator[bytes, None, None]:
    """The template of each job, in the order of the jobs; each is given as soon as it is made.

    ``processes`` is how many make them: as many as there are processors where it is None and
    the jobs are many. A process that is ended from outside costs time and no template.
    """
    if processes is None:
        processes = min(_MOST, os.cpu_count() or 1) if len(jobs) >= MANY else 1
    done = 0
    if processes > 1:
        for data in _beside(programme, jobs, lang, processes):
            done += 1
            yield data
    for job in jobs[done:]:
        yield _workbook(programme, job, lang)


def _beside(
    programme: Programme, jobs: Sequence[Job], lang: str, processes: int
) -> Iterator[bytes]:
    """The templates, made by other processes; fewer where one of them was ended."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=_get_ready)
    try:
        with contextlib.suppress(BrokenProcessPool):
            with _own_modules():
                pickled = pickle.dumps(programme)
                made = [
                    pool.submit(_several, pickled, jobs[start : start + _AT_ONCE], lang)
                    for start in range(0, len(jobs), _AT_ONCE)
                ]
            for future in made:
                yield from future.result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _own_modules() -> Iterator[None]:
    """Processes started here take no modules from the folder they are started in."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def _get_ready() -> None:
    """Ctrl+C reaches every process of the terminal: the parent decides what it means.

    And garbage is looked for as seldom as in the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(50_000, 20, 20)


@lru_cache(maxsize=1)
def _programme(pickled: bytes) -> Programme:
    """The same programme for every visit: what is known of it is kept beside it."""
    programme: Programme = pickle.loads(pickled)
    return programme


def _several(pickled: bytes, jobs: Sequence[Job], lang: str) -> list[bytes]:
    programme = _programme(pickled)
    return [_workbook(programme, job, lang) for job in jobs]


def _workbook(programme: Programme, job: Job, lang: str) -> bytes:
    from toolkit.template.layout import layout
    from toolkit.template.write import write

    out = BytesIO()
    write(layout(programme, job.unit, job.period, previous=job.before), out, lang)
    return out.getvalue()

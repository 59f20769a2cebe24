"""How long one file may be judged, and in how much memory."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.errors import ToolkitError

MIB = 2**20
# A child needs some of it for itself, before it has read a byte.
LEAST_MIB = 256

# Windows has no timer for the processor time of a process.
COUNTS_PROCESSOR = sys.platform != "win32"
_PATIENCE = 6  # how much longer than its processor time a file may take by the clock

SECONDS, MEMORY = "BAOCAO_FILE_SECONDS", "BAOCAO_FILE_MIB"


@dataclass(frozen=True, slots=True)
class Bounds:
    """``seconds`` of processor time and bytes of ``memory`` for one file.

    Processor time, because by the clock an honest file may take any time on a busy machine;
    :attr:`clock` bounds what takes none (a file system that does not answer).
    Memory is that of the whole child process, as the system counts addresses (RLIMIT_AS).
    Systems other than Linux do not hold a process to it: there the reader's own limits
    (:class:`toolkit.intake.reader.Limits`) and the clock bound a file.
    """

    seconds: float = 20.0
    memory: int = 1024 * MIB

    @property
    def clock(self) -> float:
        """The most seconds by the clock; where processor time is not counted, ``seconds``."""
        return self.seconds * _PATIENCE if COUNTS_PROCESSOR else self.seconds


DEFAULT = Bounds()


def bounds_from(environment: Mapping[str, str] = os.environ) -> Bounds:
    """The bounds asked for by ``BAOCAO_FILE_SECONDS`` and ``BAOCAO_FILE_MIB``, else the defaults.

    Raises ToolkitError (``judging.bad_bound``) for what is no number or too small.
    """
    return Bounds(
        _number(environment, SECONDS, DEFAULT.seconds, 1),
        int(_number(environment, MEMORY, DEFAULT.memory / MIB, LEAST_MIB) * MIB),
    )


def _number(environment: Mapping[str, str], name: str, default: float, least: float) -> float:
    given = environment.get(name, "").strip()
    if not given:
        return default
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not least <= value < 1e9:  # also what is no number
        raise ToolkitError("judging.bad_bound", name=name, found=given, least=least)
    return value

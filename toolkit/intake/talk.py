"""What :mod:`toolkit.intake.isolated` and its children (:mod:`toolkit.intake.child`) say.

Apart from the children, whose modules the process that sends them files does not need.
"""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.intake.bounds import Bounds
    from toolkit.programme.model import Programme

# What a child says: that it is ready; a question to the register (unit, period); a judgement;
# a judgement after which it leaves, because the file has cost it much memory.
READY, ASK, DONE, LAST = "ready", "ask", "done", "last"
# What it is sent: the name of a file, and then its bytes; the answers it asked for.
FILE, ANSWERS = "file", "answers"


def begin(connection: Connection, programme: Programme, bounds: Bounds, asks: bool) -> None:
    """Be a child: see :func:`toolkit.intake.child.serve`."""
    from toolkit.intake.child import serve

    serve(connection, programme, bounds, asks)

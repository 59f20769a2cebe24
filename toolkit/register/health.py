"""Whether the register itself is whole: what SQLite and its tables say of it."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.register.schema import VERSION, connect, is_gone, register_version

_MOST_SAID = 3  # of the faults that integrity_check lists


@dataclass(frozen=True, slots=True)
class Health:
    """``state`` is "sound", "absent" (nothing has come in yet), "gone" (though something
    has), "damaged" or "links" (rows that point nowhere); ``reason`` is what SQLite says.
    ``version`` is that of the tables on the disk, 0 where they cannot be read.
    """

    state: str
    reason: str = ""
    version: int = 0

    @property
    def usable(self) -> bool:
        """Whether it can be read at all."""
        return self.state in ("sound", "links", "absent")

    @property
    def older(self) -> bool:
        """Whether its tables will be brought up to date by the next command that writes."""
        return 0 < self.version < VERSION


def health(path: Path) -> Health:
    """The state of the register at ``path``.

    Raises ToolkitError for what is no fault of the register: a newer version, another
    command that is writing, no permission, a file that is not a register of ours.
    """
    if is_gone(path):
        return Health("gone")
    if not path.exists():
        return Health("absent")
    try:
        version = register_version(path)
        with contextlib.closing(connect(path, read_only=True)) as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            if said != ["ok"]:
                return Health("damaged", "; ".join(said[:_MOST_SAID]), version)
            loose = connection.execute("PRAGMA foreign_key_check").fetchall()
    except ToolkitError as error:
        if error.key != "register.error.damaged":
            raise
        return Health("damaged", str(error.params.get("reason", "")))
    except sqlite3.DatabaseError as error:
        # The pages that only the check reads.
        return Health("damaged", str(error))
    tables = sorted({str(row[0]) for row in loose})
    return Health("links" if loose else "sound", ", ".join(tables), version)

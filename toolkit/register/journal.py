"""The journal beside the originals: what came when and what was decided, line by line.

The register can be made again from the originals and this journal. A line is written before
the original it speaks of is in its place, so that none lies in the archive without its name
and day; decisions and editions are written after the register has them. Lines are only ever
added. Each begins with the CRC-32 of the rest: one that a power cut left half is known as such.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.register.archive import ARCHIVE
from toolkit.register.files import flush_folder
from toolkit.register.model import Arrival, Decision, Edition, EditionFile, EditionReturn, Ruling

JOURNAL = (ARCHIVE, "nhat-ky.txt")


@dataclass(frozen=True, slots=True)
class Closing:
    """An edition as it was closed; its figures follow from the returns and the decisions."""

    edition: Edition
    returns: tuple[EditionReturn, ...]
    files: tuple[EditionFile, ...]


@dataclass(frozen=True, slots=True)
class Reopening:
    """The reopening of an edition (``2024-Q1/1``)."""

    edition: str
    moment: datetime
    reason: str


Entry = Arrival | Decision | Closing | Reopening


@dataclass(frozen=True, slots=True)
class Journal:
    """What the journal holds; ``broken`` is how many of its lines are not whole."""

    entries: tuple[Entry, ...] = ()
    broken: int = 0

    def arrivals(self) -> tuple[Arrival, ...]:
        """Every original and name on every day, in the order of arriving."""
        return tuple(e for e in self.entries if isinstance(e, Arrival))

    def lacking(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Those of the entries that the journal does not hold, each once, in their order."""
        known = identities(self)
        return tuple({i: e for e in entries if (i := identity(e)) not in known}.values())


def identity(entry: Entry) -> tuple[str, ...]:
    """What makes an entry the same as another."""
    match entry:
        case Arrival():
            return ("received", entry.sha256, entry.file, entry.received.isoformat())
        case Decision():
            moment = entry.decided.isoformat(timespec="seconds")
            return ("decision", entry.sha256, entry.ruling, moment, entry.unit, entry.period)
        case Closing():
            return ("closed", entry.edition.name)
        case Reopening():
            return ("reopened", entry.edition)


def identities(journal: Journal) -> set[tuple[str, ...]]:
    """What makes each entry of a journal the same as another."""
    return {identity(entry) for entry in journal.entries}


def journal_path(root: Path) -> Path:
    """Where the journal of a folder is."""
    return root.joinpath(*JOURNAL)


def read_journal(root: Path) -> Journal:
    """The journal of a folder; an empty one where there is none.

    Raises ToolkitError where it cannot be read.
    """
    path = journal_path(root)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Journal()
    except OSError as error:
        raise ToolkitError(
            "journal.unreadable", file=path, reason=error.strerror or error
        ) from error
    found = [_parsed(line) for line in data.split(b"\n") if line]
    whole = tuple(entry for entry in found if entry is not None)
    return Journal(whole, len(found) - len(whole))


def write_journal(root: Path, entries: Iterable[Entry]) -> None:
    """Add entries; they are on the disk when this returns.

    Raises ToolkitError where the disk or its permissions do not let it.
    """
    lines = b"".join(_line(entry) for entry in entries)
    if not lines:
        return
    path = journal_path(root)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        with path.open("ab+") as stream:
            if stream.tell() and not _ends_whole(path):
                lines = b"\n" + lines  # after a line that was left half
            stream.write(lines)
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            flush_folder(path.parent)
    except OSError as error:
        raise ToolkitError(
            "journal.unwritable", file=path, reason=error.strerror or error
        ) from error


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"


def _line(entry: Entry) -> bytes:
    said = json.dumps(_written(entry), ensure_ascii=False, sort_keys=True).encode()
    return b"%08x %s\n" % (zlib.crc32(said), said)


def _written(entry: Entry) -> Mapping[str, object]:
    match entry:
        case Arrival():
            return asdict(entry) | {"kind": "received", "received": entry.received.isoformat()}
        case Decision():
            moment = entry.decided.isoformat(timespec="seconds")
            return asdict(entry) | {"kind": "decision", "decided": moment}
        case Reopening():
            moment = entry.moment.isoformat(timespec="seconds")
            return asdict(entry) | {"kind": "reopened", "moment": moment}
        case Closing():
            edition = asdict(entry.edition) | {
                "closed": entry.edition.closed.isoformat(timespec="seconds")
            }
            for later in ("id", "reopened", "reopened_why"):
                del edition[later]
            returns = [asdict(r) | {"received": r.received.isoformat()} for r in entry.returns]
            files = [asdict(f) for f in entry.files]
            return {"kind": "closed", "edition": edition, "returns": returns, "files": files}


# An arrival as :func:`_line` writes it, nothing in its name escaped: nearly every line, and
# read so in a quarter of the time.
_ARRIVAL = re.compile(
    rb'\{"file": "([^"\\\x00-\x1f]*)", "kind": "received", "received": "([0-9-]{10})", '
    rb'"sha256": "([0-9a-f]*)", "stored": "([^"\\\x00-\x1f]*)"\}'
)


def _parsed(line: bytes) -> Entry | None:
    """The entry of a line; None for one that is not whole."""
    check, _, said = line.partition(b" ")
    try:
        if int(check, 16) != zlib.crc32(said):
            return None
        if found := _ARRIVAL.fullmatch(said):
            file, received, sha256, stored = map(bytes.decode, found.groups())
            return Arrival(sha256, stored, file, date.fromisoformat(received))
        return _entry(json.loads(said))
    except (ValueError, KeyError, TypeError):
        return None


def _entry(said: dict[str, Any]) -> Entry | None:
    kind = said.pop("kind")
    if kind == "received":
        return Arrival(**said | {"received": date.fromisoformat(said["received"])})
    if kind == "decision":
        return Decision(
            **said
            | {
                "ruling": Ruling(said["ruling"]),
                "decided": datetime.fromisoformat(said["decided"]),
                "waived": tuple(said["waived"]),
            }
        )
    if kind == "reopened":
        return Reopening(**said | {"moment": datetime.fromisoformat(said["moment"])})
    if kind != "closed":
        return None
    edition = said["edition"] | {
        "id": 0,
        "closed": datetime.fromisoformat(said["edition"]["closed"]),
        "periods": tuple(said["edition"]["periods"]),
        "lacking": tuple((u, p, s) for u, p, s in said["edition"]["lacking"]),
    }
    returns = (
        EditionReturn(**one | {"received": date.fromisoformat(one["received"])})
        for one in said["returns"]
    )
    files = (EditionFile(**one) for one in said["files"])
    return Closing(Edition(**edition), tuple(returns), tuple(files))

"""Making the register again from the originals and the journal beside them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.intake.history import no_history
from toolkit.register.archive import load
from toolkit.register.closing import ClosingRegister
from toolkit.register.files import aside_name, flush_folder
from toolkit.register.journal import Closing, Entry, Reopening, read_journal
from toolkit.register.model import Arrival, Decision
from toolkit.workflow.copied import settle_copies
from toolkit.workflow.edition_files import as_closed, make_files
from toolkit.workflow.judging import (
    Judge,
    judging,
    looks_back,
    recorded_answers,
    settle_after,
)

if TYPE_CHECKING:
    from toolkit.programme.model import Programme


@dataclass(slots=True)
class Restored:
    """What could not be written down again, as the journal tells of it."""

    originals: dict[str, str] = field(default_factory=dict)  # names of files by hash
    decisions: int = 0
    editions: list[str] = field(default_factory=list)
    decided: list[Decision | None] = field(default_factory=list)  # so far; None: not restored


def restore_register(folder: Folder, programme: Programme) -> Restored:
    """Put a register made from archive and journal in the place of the one that is there.

    The old register is kept beside it as ``baocao.db.hong-N``. The caller keeps other commands
    away. Raises ToolkitError where the disk does not let it.
    """
    from toolkit.programme.fingerprint import judging_key

    done = Restored()
    scratch = folder.out / aside_name("so-moi")
    made = scratch / folder.register.name
    key = judging_key(programme)
    try:
        with ClosingRegister(made) as register:
            history = recorded_answers(register) if looks_back(programme) else no_history
            with judging(programme, history) as judge:
                for entry in read_journal(folder.out).entries:
                    _restore(entry, register, judge, folder, key, done)
                register.settle_all()
                placed = {(s.unit, s.period) for s in register.current()}
                if looks_back(programme):
                    settle_after(register, placed, judge, folder)
            settle_copies(register, programme, {}, {period for _, period in placed})
        _put_aside(folder.register)
        os.replace(made, folder.register)
        flush_folder(folder.out)
    except OSError as error:
        raise ToolkitError(
            "doctor.error.restore", folder=folder.out, reason=error.strerror or error
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return done


def _restore(
    entry: Entry,
    register: ClosingRegister,
    judge: Judge,
    folder: Folder,
    key: str,
    done: Restored,
) -> None:
    match entry:
        case Arrival():
            if not _restore_arrival(entry, register, judge, folder, key):
                done.originals[entry.sha256] = entry.file
        case Decision():
            # Its number stays what it was: editions say which was the last before them.
            known = register.restore_decision(entry, len(done.decided) + 1)
            done.decided.append(entry if known else None)
            done.decisions += not known
        case Closing():
            if not _restore_edition(entry, register, folder, done):
                done.editions.append(entry.edition.name)
        case Reopening():
            register.restore_reopening(entry.edition, entry.moment, entry.reason)


def _restore_arrival(
    entry: Arrival, register: ClosingRegister, judge: Judge, folder: Folder, key: str
) -> bool:
    from toolkit.intake.collect import Incoming

    try:
        data = load(entry.stored, entry.sha256, folder.out)
    except ToolkitError:
        return False  # gone or damaged; what is left of it stays where it is
    ((_, judgement, _),) = judge.all([Incoming(entry.file, lambda: data)])
    register.record(judgement, entry.received, entry.stored, key)
    return True


def _restore_edition(
    entry: Closing, register: ClosingRegister, folder: Folder, done: Restored
) -> bool:
    edition, known = entry.edition, register.originals()
    if any(one.sha256 not in known for one in entry.returns):
        return False
    scratch = folder.out / aside_name(f"an-ban-{edition.period}-{edition.number}")
    try:
        decided = [d for d in done.decided[: edition.decisions] if d is not None]
        with as_closed(folder, edition, entry.returns, decided, entry.files) as state:
            _, figures = make_files(folder, edition, state, entry.returns, scratch)
    except ToolkitError:
        return False  # the programme of that time is gone or damaged
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    register.restore_edition(edition, entry.returns, figures, entry.files)
    return True


def _put_aside(register: Path) -> None:
    """Keep a register that is to be replaced, and with it the journal SQLite left of it.

    That journal must go first: SQLite would play it back into the new register.
    """
    number = 1
    while (kept := register.with_name(f"{register.name}.hong-{number}")).exists():
        number += 1
    for suffix in ("-journal", "-wal", "-shm"):
        left = register.with_name(register.name + suffix)
        if left.exists():
            os.replace(left, kept.with_name(kept.name + suffix))
    if register.exists():
        os.replace(register, kept)

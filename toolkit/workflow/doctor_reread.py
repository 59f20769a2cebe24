"""Every return that counts held against its original, cell by cell: the slow way to be sure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError, UnreadableFile
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.workflow.common import Progress

if TYPE_CHECKING:
    from toolkit.programme.model import Programme
    from toolkit.register.model import SubmissionDetail


def reread(folder: Folder, programme: Programme, progress: Progress) -> list[Finding]:
    """The returns whose figures on record are not those in the cells of their originals.

    Originals that are gone or damaged are told elsewhere. The register must be sound.
    """
    from toolkit.register.store import Register

    with Register(folder.register, read_only=True) as register, register.snapshot():
        every = progress(register.current(), "cli.progress.doctor")
        details = (next(register.details_of([one])) for one in every)
        return list(_unlike(folder, programme, details))


def _unlike(
    folder: Folder, programme: Programme, details: Iterator[SubmissionDetail]
) -> Iterator[Finding]:
    from toolkit.intake.proof import plain_columns, proof_in
    from toolkit.intake.reader import read_bytes
    from toolkit.register.archive import load

    columns = plain_columns(programme)
    for detail in details:
        one = detail.submission
        try:
            data = load(one.stored, one.sha256, folder.out)
            raw = read_bytes(data, PurePosixPath(one.stored).name)
        except (ToolkitError, UnreadableFile):
            continue
        if not proof_in(raw, detail.answers, columns):
            at = Address(one.stored)
            yield Finding("doctor.figures_differ", Severity.ERROR, at, params={"name": one.file})

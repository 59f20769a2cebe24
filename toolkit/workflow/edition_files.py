"""Making the files of an edition, when a period is closed and whenever it is rebuilt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from toolkit.folder import Folder
from toolkit.intake.history import no_history
from toolkit.programme import FILE_NAME
from toolkit.workflow.copied import settle_copies
from toolkit.workflow.judging import (
    in_order_of_time,
    judging,
    looks_back,
    recorded_answers,
)
from toolkit.workflow.told import Told, told

if TYPE_CHECKING:
    from toolkit.intake.copies import Sign
    from toolkit.programme.model import Programme
    from toolkit.programme.reviews import Review
    from toolkit.register.model import (
        Decision,
        Edition,
        EditionFile,
        EditionReturn,
        PublishedFigure,
        SubmissionDetail,
    )

SUMMARY, FIGURES, PAPER = "tong-hop.xlsx", "con-so.csv", "an-ban.json"
REVIEWS = "cham-diem.xlsx"  # the reviewed scores as they were then


@dataclass(frozen=True, slots=True)
class EditionState:
    """What an edition is made from: the programme and the returns that count, judged by it."""

    programme: Programme
    details: tuple[SubmissionDetail, ...]
    reviews: Path | None = None  # the archived file of reviewed scores

    def given(self) -> tuple[Review, ...]:
        """The reviewed scores."""
        from toolkit.programme.reviews import read_reviews

        return read_reviews(self.reviews, self.programme)[0] if self.reviews is not None else ()


def make_files(
    folder: Folder,
    edition: Edition,
    state: EditionState,
    returns: Sequence[EditionReturn],
    target: Path,
) -> tuple[tuple[EditionFile, ...], tuple[PublishedFigure, ...]]:
    """Write the files of an edition into ``target``; their hashes, and the figures in them.

    The archive of ``folder`` is read. The same edition gives the same bytes.
    """
    from toolkit.consolidate.consolidate import consolidate
    from toolkit.consolidate.published import published
    from toolkit.register.archive import load
    from toolkit.register.files import replacing
    from toolkit.report.edition import write_figures, write_paper
    from toolkit.workflow.outputs import write_summary_of

    programme, details = state.programme, state.details
    period = programme.period(edition.period)
    consolidation = consolidate(programme, period, details, state.given())
    figures = published(consolidation)
    summary = target / SUMMARY
    lists = write_summary_of(folder, consolidation, details, summary, edition.lang)
    write_figures(figures, target / FIGURES)
    with replacing(target / FILE_NAME) as aside:
        aside.write_bytes(load(edition.stored, edition.programme, folder.out))
    names = [SUMMARY, FIGURES, FILE_NAME, *(path.name for path in lists)]
    if state.reviews is not None:
        names.append(REVIEWS)
        with replacing(target / REVIEWS) as aside:
            aside.write_bytes(state.reviews.read_bytes())
    made = [file_of(target / name) for name in sorted(names)]
    write_paper(edition, returns, made, target / PAPER)
    made.append(file_of(target / PAPER))
    return tuple(sorted(made, key=lambda f: f.name)), figures


def file_of(path: Path) -> EditionFile:
    """A file with its hash; raises OSError where it cannot be read."""
    from toolkit.register.model import EditionFile

    data = path.read_bytes()
    return EditionFile(path.name, hashlib.sha256(data).hexdigest(), len(data))


@contextmanager
def as_closed(
    folder: Folder,
    edition: Edition,
    returns: Sequence[EditionReturn],
    decisions: Sequence[Decision],
    files: Sequence[EditionFile],
) -> Iterator[EditionState]:
    """The state of things when an edition was closed, out of the archive alone.

    The originals are judged anew by the archived programme, in a register of their own.
    Raises ToolkitError where one of them is gone or damaged.
    """
    from toolkit.programme.fingerprint import judging_key
    from toolkit.programme.load import load as load_programme
    from toolkit.register.archive import load
    from toolkit.register.closing import ClosingRegister

    load(edition.stored, edition.programme, folder.out)  # whole, or said why not
    programme = load_programme(folder.out / edition.stored)
    key = judging_key(programme)
    ordered = sorted(returns, key=lambda r: (r.unit, r.sha256))
    with TemporaryDirectory() as scratch, ClosingRegister(Path(scratch, "baocao.db")) as register:
        history = recorded_answers(register) if looks_back(programme) else no_history
        judged: dict[str, Told] = {}
        known: dict[Sign, Sign] = {}
        with judging(programme, history, len(returns)) as judge, register.together():
            for one, judgement in in_order_of_time(ordered, judge, folder):
                register.record(judgement, one.received, one.stored, key)
                judged[one.sha256] = told(programme, judgement, known)
        settle_copies(register, programme, judged)
        register.replay(decisions)
        yield EditionState(programme, register.details(), reviews_of(folder, files))


def reviews_of(folder: Folder, files: Sequence[EditionFile]) -> Path | None:
    """The archived file of reviewed scores of an edition, whole; None where it had none."""
    from toolkit.register.archive import find, load

    digest = next((one.sha256 for one in files if one.name == REVIEWS), "")
    if not digest:
        return None
    stored = find(digest, folder.out)
    load(stored, digest, folder.out)
    return folder.out / stored

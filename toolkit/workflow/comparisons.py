"""What a period is compared with: the one before, the same one last year, the targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder

if TYPE_CHECKING:
    from toolkit.consolidate.compare import Comparisons
    from toolkit.consolidate.compared import Comparison
    from toolkit.consolidate.model import Consolidation
    from toolkit.programme.model import Period, Programme
    from toolkit.register.model import SubmissionDetail


@dataclass(frozen=True, slots=True)
class Archive:
    """A programme and the returns of it that count."""

    programme: Programme
    details: Sequence[SubmissionDetail]

    @property
    def periods(self) -> frozenset[str]:
        """The codes of the periods that have returns."""
        return frozenset(detail.submission.period for detail in self.details)


def last_year_folder(folder: Folder, programme: Programme, given: Path | None) -> Folder | None:
    """The folder of last year's programme; None where none is named.

    The folder given, else the one the sheet Chương trình names (seen from the folder of the
    programme). Raises ToolkitError (``error.last_year``) when it holds no programme or no
    register.
    """
    if given is None and not programme.last_year:
        return None
    root = given or folder.root / programme.last_year.replace("\\", "/")
    other = Folder(root, root)
    if not (other.programme.is_file() and other.register.is_file()):
        raise ToolkitError("error.last_year", folder=str(root))
    return other


def last_year(folder: Folder, programme: Programme, given: Path | None) -> Archive | None:
    """Last year's programme and its returns, as they were judged then; None where none is named.

    Nothing is written there. Raises ToolkitError as :func:`last_year_folder`.
    """
    from toolkit.programme.load import load
    from toolkit.register.store import Register

    other = last_year_folder(folder, programme, given)
    if other is None:
        return None
    with Register(other.register, read_only=True) as register:
        return Archive(load(other.programme), register.details())


def comparisons(now: Archive, consolidation: Consolidation, before: Archive | None) -> Comparisons:
    """Everything the consolidation, made with ``keep``, is compared with."""
    from toolkit.consolidate.compare import Comparisons, targets

    return Comparisons(targets(consolidation), tuple(_periods(now, consolidation, before)))


def compared_periods(now: Archive, period: Period, before: Archive | None) -> bool:
    """Whether there is any period to compare with."""
    return any(True for _ in _bases(now, period, before))


def _bases(
    now: Archive, period: Period, before: Archive | None
) -> Iterator[tuple[str, Archive, Period]]:
    """The periods to compare with: in the programme itself, else in last year's."""
    from toolkit.consolidate.compare import period_before, same_period_last_year
    from toolkit.consolidate.compared import Against

    for against, find in (
        (Against.PREVIOUS, period_before),
        (Against.LAST_YEAR, same_period_last_year),
    ):
        for archive in (now, before):
            found = find(archive.programme, period) if archive is not None else None
            if archive is not None and found is not None:
                yield against, archive, found
                break


def _periods(
    now: Archive, consolidation: Consolidation, before: Archive | None
) -> Iterator[Comparison]:
    from toolkit.consolidate.compare import compare
    from toolkit.consolidate.compared import Against
    from toolkit.consolidate.consolidate import consolidate

    seen: set[tuple[str, str]] = set()
    for against, archive, period in _bases(now, consolidation.period, before):
        key = (archive.programme.code, period.code)
        if key in seen:  # of years, the one before is the one last year
            continue
        seen.add(key)
        then = consolidate(archive.programme, period, archive.details, levels=False, keep=True)
        yield compare(consolidation, then, Against(against))

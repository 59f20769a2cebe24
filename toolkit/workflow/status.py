"""Who has sent what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.workflow.common import load_programme, periods_of
from toolkit.workflow.judging import bring_up_to_date

if TYPE_CHECKING:
    from toolkit.consolidate.model import PeriodStatus
    from toolkit.programme.model import Period, Programme
    from toolkit.register.model import Edition, Submission, SubmissionDetail
    from toolkit.report.public_json import StatusJson


_UNASKED = frozenset(
    {
        "identify.unknown_unit",
        "identify.unknown_period",
        "identify.not_asked",
        "identify.ended",
        "identify.ended_others",
        "identify.not_yet",
        "identify.not_yet_others",
    }
)


@dataclass(frozen=True, slots=True)
class StatusTable:
    """The return status of one or more periods, in order.

    ``closed`` are the editions by which periods are closed. ``strangers`` are returns on
    record of units or periods the programme does not ask, ``unasked`` files that name such a
    unit or period and so count nowhere: sent in error, or before the programme was changed.
    """

    programme: Programme
    periods: tuple[PeriodStatus, ...]
    strangers: tuple[Submission, ...] = ()
    closed: tuple[Edition, ...] = ()
    held_back: tuple[Submission, ...] = ()  # received for a period that was closed already
    unasked: tuple[SubmissionDetail, ...] = ()


def status(folder: Folder, period: str | None = None) -> StatusTable:
    """The status of a period, of all that make up a longer one, or of every period.

    Raises ToolkitError for a period that is not in the programme.
    """
    programme = load_programme(folder)
    return status_of(folder, programme, periods_of(programme, [period] if period else ()))


def status_of(folder: Folder, programme: Programme, asked: Sequence[Period]) -> StatusTable:
    """The status of the periods asked for and those within them; of all where none is.

    What is on record from an earlier version of the programme is judged again first.
    """
    from toolkit.consolidate.memory import no_cycle_search
    from toolkit.consolidate.status import programme_status, strangers

    bring_up_to_date(folder, programme)
    with no_cycle_search():
        submissions, closed, held_back = _on_record(folder)
        table = programme_status(programme, submissions)
    if asked:
        table = tuple(
            one
            for one in table
            if any(one.period.code == p.code or p.code in one.period.within for p in asked)
        )
    unknown = strangers(programme, submissions)
    return StatusTable(programme, table, unknown, closed, held_back, _unasked(folder))


def _on_record(
    folder: Folder,
) -> tuple[tuple[Submission, ...], tuple[Edition, ...], tuple[Submission, ...]]:
    """The returns that count, the closed editions, and what they hold back."""
    from toolkit.register.store import Register

    with Register(folder.register, read_only=True) as register, register.snapshot():
        closed = tuple(e for e in register.editions() if e.reopened is None)
        return register.current(), closed, register.held_back()


def status_json(folder: Folder, period: str | None, lang: str) -> StatusJson:
    """The public JSON of one period's status; without one, of the latest with returns.

    Raises ToolkitError for a period that units send no return for.
    """
    from toolkit.report.public_json import status_json as shape

    table = status(folder).periods
    if period is None:
        with_returns = [one for one in table if one.received]
        return shape(with_returns[-1] if with_returns else table[0], lang)
    periods_of(load_programme(folder), [period])
    for one in table:
        if one.period.code == period:
            return shape(one, lang)
    known = ", ".join(one.period.code for one in table)
    raise ToolkitError("error.not_collected", period=period, known=known)


def write_status(table: StatusTable, target: Path, lang: str) -> None:
    """The status as an Excel workbook for printing."""
    from toolkit.report.status_sheet import write_status as write

    write(table.programme, table.periods, target, lang, unasked_lines(table, lang))


def unasked_lines(table: StatusTable, lang: str) -> tuple[str, ...]:
    """A line for each file on record that the programme does not ask for, and what to do."""
    from toolkit.messages import message, text

    return tuple(
        text("succession.unasked.line", lang, file=one.submission.file, why=message(found, lang))
        for one in table.unasked
        for found in one.findings
        if found.code in _UNASKED
    )


def _unasked(folder: Folder) -> tuple[SubmissionDetail, ...]:
    """What is on record under a unit or period that the programme does not ask."""
    from toolkit.register.store import Register

    with Register(folder.register, read_only=True) as register:
        return tuple(
            one
            for one in register.unplaced_details()
            if any(found.code in _UNASKED for found in one.findings)
        )

"""Which of several returns counts: follows from the returns, never from the order given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import Outcome
from toolkit.register.model import Submission

TWO_SAME_DAY = "register.two_same_day"
TWO_UNDECIDED = "register.two_undecided"

# Outcomes that give a return a place among those that can count.
_PLACED = (Outcome.CLEAN, Outcome.FINDINGS)


def is_placed(outcome: Outcome, unit: str, period: str) -> bool:
    """Whether a return belongs to a unit and period, so that it can count."""
    return outcome in _PLACED and bool(unit) and bool(period)


def age(item: Submission) -> tuple[date, datetime, str]:
    """What makes one return newer than another of the same unit and period.

    The later day of receipt, then the later document property (none at all is the oldest),
    then, so that the order of the files never decides, the larger hash.
    """
    return (item.received, moment(item.modified), item.sha256)


def same_day(returns: Sequence[Submission], about: Submission) -> tuple[Finding, ...]:
    """The warning that the newest return came on one day with others, if ``about`` is in it.

    ``returns`` from the oldest to the newest. Two codes: the documents' own times tell which
    is the newer, or nothing does and a person has to look.
    """
    newest = returns[-1]
    tied = [item for item in returns[:-1] if item.received == newest.received]
    if not tied or about.id not in {newest.id, *(item.id for item in tied)}:
        return ()
    decided = newest.modified is not None and all(
        item.modified is not None and moment(item.modified) < moment(newest.modified)
        for item in tied
    )
    params = {
        "used": newest.file,
        "others": "; ".join(sorted(item.file for item in tied)),
        "received": f"{newest.received:%d/%m/%Y}",
    }
    code = TWO_SAME_DAY if decided else TWO_UNDECIDED
    return (Finding(code, Severity.WARNING, Address(about.file), params=params),)


def moment(modified: datetime | None) -> datetime:
    """A document property to compare by; one without a zone is UTC."""
    if modified is None:
        return datetime.min.replace(tzinfo=UTC)
    return modified if modified.tzinfo else modified.replace(tzinfo=UTC)

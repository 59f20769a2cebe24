"""The judgement on a file that could not be judged."""

from __future__ import annotations

import hashlib

from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import Judgement, Outcome

_ROOM = "judging."  # the texts of what stops the judging of a file
# The cells did not add up: no fault of the file, and a failure of the whole run.
IMBALANCE = "judging.imbalance"


def refused(data: bytes, name: str, key: str, **params: object) -> Judgement:
    """An unreadable file; ``key`` and ``params`` say why."""
    said = {which: str(value) for which, value in params.items()}
    finding = Finding(key, Severity.ERROR, Address(name), params=said)
    digest = hashlib.sha256(data).hexdigest()
    return Judgement(name, digest, len(data), Outcome.UNREADABLE, findings=(finding,))


def given_up(judgement: Judgement) -> bool:
    """Whether the judging was stopped, rather than the file found to be no workbook."""
    return any(finding.code.startswith(_ROOM) for finding in judgement.findings)

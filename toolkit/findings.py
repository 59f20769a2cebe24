"""What every room says about data: a finding, its severity and the address it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from toolkit.record import record


class Severity(StrEnum):
    """How bad a finding is. Only ``ERROR`` makes a command exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@record(order=True)
class Address:
    """A place in a file: ``sheet`` as the file names it, ``cell`` in A1 form.

    An empty ``cell`` means the whole sheet, an empty ``sheet`` the whole file.
    """

    file: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        return f"{self.file}: {place}" if place else self.file


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said about one place.

    ``code`` is the stable name of the kind (``"number.text"``) and also the key of its text
    in the catalogues; ``found`` is what stood there, as the sender saw it; ``params`` fill
    the placeholders of the text.
    """

    code: str
    severity: Severity
    address: Address
    found: str = ""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The highest severity among the findings, or None where there are none."""
    present = {f.severity for f in findings}
    return next((s for s in Severity if s in present), None)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding is an error."""
    return any(f.severity is Severity.ERROR for f in findings)

"""The exception tree: what makes it impossible to go on.

Faults in the *data* are never raised; they are returned as
:class:`toolkit.findings.Finding`. An exception carries the key of its text in the
catalogues (``toolkit/messages``) and the parameters of that text, so that the command
line can say it in Vietnamese or English.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.findings import Finding


class ToolkitError(Exception):
    """The command cannot continue (exit code 2).

    ``key`` names the text in the catalogues, ``params`` fill its placeholders.
    """

    def __init__(self, key: str, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(f"{key} {params}")


class ProgrammeError(ToolkitError):
    """The programme workbook is faulty; every fault found is in ``findings``."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("error.programme_faulty", count=len(self.findings))


class UnreadableFile(ToolkitError):
    """A file that came in cannot be read as a workbook; ``key`` says why.

    ``intake.judge`` turns it into a finding: one bad file never stops the others.
    """

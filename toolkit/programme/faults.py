"""Collecting the faults of a programme: all of them, each with its cell, none twice."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.findings import Address, Finding, Severity, has_errors
from toolkit.programme.language.scope import closest
from toolkit.text import match_key

# More names than this in one message are not read any more.
_SHOWN_NAMES = 15
_TELLING = 5  # characters from which a likeness tells something


class Faults:
    """The faults found so far, in the order they were found.

    A mutable collector, made by one load and handed to each of its steps.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Finding] = {}

    def add(
        self,
        code: str,
        address: Address,
        found: str = "",
        /,
        *,
        severity: Severity = Severity.ERROR,
        **params: str,
    ) -> None:
        """Record ``programme.<code>`` at a cell; the same fault of one cell counts once."""
        self.put(Finding(f"programme.{code}", severity, address, found, params))

    def warn(self, code: str, address: Address, found: str = "", /, **params: str) -> None:
        """Record something doubtful that does not stop the programme."""
        self.add(code, address, found, severity=Severity.WARNING, **params)

    def note(self, code: str, address: Address, found: str = "", /, **params: str) -> None:
        """Record something worth knowing."""
        self.add(code, address, found, severity=Severity.NOTE, **params)

    def put(self, finding: Finding) -> None:
        """Record a finding made elsewhere."""
        said = tuple(sorted(finding.params.items()))
        self._found.setdefault((finding.code, finding.address, finding.found, said), finding)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything recorded, in order."""
        return tuple(self._found.values())

    @property
    def fatal(self) -> bool:
        """Whether any of them is an error."""
        return has_errors(self._found.values())


def near(name: str, known: Iterable[str]) -> str:
    """What to offer instead of ``name``: the closest known name, else the known names.

    Of short codes (CT1, CT2) the closest is as good as any other: they are listed.
    """
    names = list(dict.fromkeys(known))
    likely = closest(name, names) if len(name) >= _TELLING else None
    if likely is not None and match_key(likely) != match_key(name):
        return f"“{likely}”"
    return listed(names)


def listed(names: Iterable[str]) -> str:
    """Names in a row for a message, cut with an ellipsis where there are very many."""
    known = list(names)
    shown = ", ".join(known[:_SHOWN_NAMES])
    if not known:
        return "—"
    return shown if len(known) <= _SHOWN_NAMES else f"{shown}, …"

"""What changed between two returns of one unit and period, cell by cell.

An answer that the findings on the older return speak of is *flagged*. A flagged answer has
changed when anything else stands in its cell; one that nobody spoke of only when it means
something else: the same number typed in another way is no change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import Answer, State
from toolkit.register.model import SubmissionDetail

Key = tuple[str, str, str]  # form, row, field


@dataclass(frozen=True, slots=True)
class Change:
    """One answer in both returns. ``before`` or ``after`` is None where it was not there.

    ``findings`` are those that spoke of the older answer, ``still`` those that speak of the
    newer one; errors and warnings only.
    """

    key: Key
    before: Answer | None
    after: Answer | None
    findings: tuple[Finding, ...] = ()
    still: tuple[Finding, ...] = ()

    @property
    def place(self) -> Address:
        """Where the answer stands: in the newer file if it is there."""
        answer = self.after or self.before
        assert answer is not None
        return answer.address


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the older return, each in the order of the newer one.

    ``others`` are findings on no single answer (a sheet, the whole file) that both returns
    have.
    """

    mended: tuple[Change, ...]  # flagged, and something else stands there now
    unmended: tuple[Change, ...]  # flagged, and nothing changed
    unasked: tuple[Change, ...]  # not flagged, and changed
    others: tuple[Finding, ...]


def compare(
    older: SubmissionDetail, newer: SubmissionDetail, typed: Collection[tuple[str, str]]
) -> Changes:
    """What changed from ``older`` to ``newer``.

    ``typed`` holds (form, field) of the answers that a unit types itself: a computed one
    changes with them and is left out, unless it is flagged.
    """
    before, after = _by_key(older), _by_key(newer)
    said, says = _spoken_of(older), _spoken_of(newer)
    keys = dict.fromkeys((*after, *before))
    mended: list[Change] = []
    unmended: list[Change] = []
    unasked: list[Change] = []
    for key in keys:
        old, new = before.get(key), after.get(key)
        change = Change(key, old, new, _at(said, old), _at(says, new))
        if change.findings:
            (unmended if _same_cell(old, new) else mended).append(change)
        elif (key[0], key[2]) in typed and not _same_meaning(old, new):
            unasked.append(change)
    return Changes(tuple(mended), tuple(unmended), tuple(unasked), _still_said(older, newer))


def _by_key(detail: SubmissionDetail) -> dict[Key, Answer]:
    return {(a.form, a.row, a.field): a for a in detail.answers}


def _spoken_of(detail: SubmissionDetail) -> Mapping[tuple[str, str], tuple[Finding, ...]]:
    """The errors and warnings by the sheet and cell they speak of; a rule has several."""
    found: dict[tuple[str, str], dict[Finding, None]] = {}
    for finding in _telling(detail):
        for cell in _cells(finding):
            found.setdefault((finding.address.sheet, cell), {})[finding] = None
    return {place: tuple(findings) for place, findings in found.items()}


def _telling(detail: SubmissionDetail) -> list[Finding]:
    return [f for f in detail.findings if f.severity is not Severity.NOTE]


def _cells(finding: Finding) -> list[str]:
    cells = [cell.strip() for cell in finding.params.get("cells", "").split(",")]
    return [cell for cell in (finding.address.cell, *cells) if cell]


def _at(
    found: Mapping[tuple[str, str], tuple[Finding, ...]], answer: Answer | None
) -> tuple[Finding, ...]:
    if answer is None or not answer.address.cell:
        return ()
    return found.get((answer.address.sheet, answer.address.cell), ())


def _same_cell(old: Answer | None, new: Answer | None) -> bool:
    return _same_meaning(old, new) and _raw(old) == _raw(new)


def _raw(answer: Answer | None) -> str:
    return "" if answer is None else answer.raw.strip()


def _same_meaning(old: Answer | None, new: Answer | None) -> bool:
    if _meaning(old) != _meaning(new):
        return False
    # Two cells that cannot be read are the same only when the same stands in them.
    unread = old is not None and old.state is State.UNREADABLE
    return not unread or _raw(old) == _raw(new)


def _meaning(answer: Answer | None) -> tuple[State, object]:
    return (State.MISSING, None) if answer is None else (answer.state, answer.value)


def _still_said(older: SubmissionDetail, newer: SubmissionDetail) -> tuple[Finding, ...]:
    """What the newer return is told as the older was, of no cell that holds an answer."""
    held = {(a.address.sheet, a.address.cell) for d in (older, newer) for a in d.answers}
    before = {_kind(f) for f in _telling(older) if (f.address.sheet, f.address.cell) not in held}
    return tuple(
        f
        for f in _telling(newer)
        if (f.address.sheet, f.address.cell) not in held and _kind(f) in before
    )


def _kind(finding: Finding) -> tuple[str, str, str, str]:
    rule = finding.params.get("rule", "")
    return finding.code, rule, finding.address.sheet, finding.address.cell

"""Where figures come from: the file, sheet and cell, what stood there, how it was read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from toolkit.consolidate.model import Consolidation, Part
from toolkit.findings import Finding
from toolkit.messages import message
from toolkit.programme.model import Field
from toolkit.register.model import SubmissionDetail
from toolkit.report.page.table import Origin
from toolkit.report.shown import shown
from toolkit.report.summary.formats import number_format
from toolkit.report.voice import Voice

# (unit, period, sheet, cell): a cell of a return that counts
Place: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A return that counts: its file and where the original lies, seen from the page."""

    file: str
    link: str  # "" where there is no relative way to it
    received: date
    unit: str
    period: str


@dataclass(frozen=True, slots=True)
class Origins:
    """The returns and findings of a consolidation by place, and what stood in each cell."""

    voice: Voice
    sources: tuple[SourceLine, ...]
    findings: tuple[Finding, ...]
    raw: Mapping[Place, str]
    _source_places: Mapping[tuple[str, str], int]
    _finding_places: Mapping[Place, tuple[int, ...]]

    def of(
        self, title: str, field: Field | None, parts: Iterable[Part], *, own: bool = True
    ) -> list[Origin]:
        """The parts of a figure; ``own`` where they are all of the return of their row."""
        return [self._of(title, field, part, own=own) for part in parts]

    def _of(self, title: str, field: Field | None, part: Part, *, own: bool) -> Origin:
        place = (part.unit, part.period, part.sheet, part.cell)
        return Origin(
            title=title,
            read=self.read(field, part),
            raw=self.raw.get(place, ""),
            sheet=part.sheet,
            cell=part.cell,
            findings=self._finding_places.get(place, ()),
            source=None if own else self.source(part.unit, part.period),
        )

    def read(self, field: Field | None, part: Part) -> str:
        """What the cell was taken for: the value, or the kind of nothing."""
        if part.value is None or part.state.value == "nil":
            return self.voice.say(f"state.{part.state}")
        if isinstance(part.value, Decimal) and field is not None:
            return shown(part.value, number_format(field, part.value), self.voice.lang)
        return shown(part.value, "#,##0.####", self.voice.lang)

    def source(self, unit: str, period: str) -> int | None:
        """The place of the return of a unit (its code) in a period (its code)."""
        return self._source_places.get((unit, period))

    def message(self, finding: Finding) -> str:
        """The sentence of a finding."""
        return message(finding, self.voice.lang)


def origins(
    consolidation: Consolidation,
    details: Sequence[SubmissionDetail],
    voice: Voice,
    page: Path,
    root: Path,
) -> Origins:
    """``page`` is the file to be written, ``root`` the folder that holds the archive."""
    programme = consolidation.programme
    units = {unit.code: unit.name for unit in programme.units}
    periods = {period.code: period.name for period in programme.periods}
    findings: list[Finding] = []
    at: dict[Place, list[int]] = {}
    for source in consolidation.sources:
        for finding in source.findings:
            address = finding.address
            place = (source.unit, source.period, address.sheet, address.cell)
            at.setdefault(place, []).append(len(findings))
            findings.append(finding)
    return Origins(
        voice=voice,
        sources=tuple(
            SourceLine(
                s.file, link(s.stored, page, root), s.received, units[s.unit], periods[s.period]
            )
            for s in consolidation.sources
        ),
        findings=tuple(findings),
        raw=_raw(consolidation, details),
        _source_places={(s.unit, s.period): n for n, s in enumerate(consolidation.sources)},
        _finding_places={place: tuple(numbers) for place, numbers in at.items()},
    )


def _raw(consolidation: Consolidation, details: Sequence[SubmissionDetail]) -> dict[Place, str]:
    counted = {(source.unit, source.period) for source in consolidation.sources}
    return {
        (d.submission.unit, d.submission.period, a.address.sheet, a.address.cell): a.raw
        for d in details
        if d.submission.current and (d.submission.unit, d.submission.period) in counted
        for a in d.answers
    }


def link(stored: str, page: Path, root: Path) -> str:
    """The way from the page to an archived original; "" where only an absolute one exists."""
    if not stored:
        return ""
    try:
        way = os.path.relpath(root / stored, page.parent)
    except ValueError:  # another drive of Windows
        return ""
    return "/".join(quote(part) for part in Path(way).parts)

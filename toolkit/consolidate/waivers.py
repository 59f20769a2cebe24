"""What units were excused from in the returns of a consolidation, and on whose word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from toolkit.consolidate.model import Consolidation, UnitStatus
from toolkit.findings import Severity
from toolkit.intake.waivers import REASON, waiver_code
from toolkit.programme.model import Period, Unit, Waiver


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """One unit excused from one rule or kind of finding.

    ``periods`` are those within the consolidation that it holds for. ``decided`` is the moment
    of the acceptance, None for a row of the sheet Miễn trừ; ``places`` is how many findings
    were excused.
    """

    unit: Unit
    code: str
    periods: tuple[Period, ...]
    reason: str
    decided: datetime | None
    places: int


def waiver_lines(consolidation: Consolidation) -> tuple[WaiverLine, ...]:
    """Every waiver that bears on the consolidation: those of the sheet, then of decisions.

    In the order of the sheet; of periods and units. A waiver that excused nothing is listed
    too: it is in force.
    """
    return (*_of_sheet(consolidation), *_of_decisions(consolidation))


def _of_sheet(consolidation: Consolidation) -> Iterator[WaiverLine]:
    units = {unit.code: unit for unit in consolidation.programme.units}
    for waiver in consolidation.programme.waivers:
        periods = tuple(
            status.period
            for status in consolidation.status
            if waiver.covers(waiver.unit, status.period.code)
        )
        if periods:
            places = _excused(consolidation, waiver)
            yield WaiverLine(units[waiver.unit], waiver.rule, periods, waiver.reason, None, places)


def _excused(consolidation: Consolidation, waiver: Waiver) -> int:
    return sum(
        finding.params.get(REASON, "") == waiver.reason and waiver_code(finding) == waiver.rule
        for source in consolidation.sources
        if waiver.covers(source.unit, source.period)
        for finding in source.findings
    )


def _of_decisions(consolidation: Consolidation) -> Iterator[WaiverLine]:
    for status in consolidation.status:
        for one in status.units:
            if not one.accepted or one.decision is None:
                continue
            for code in one.decision.waived:
                places = _accepted_errors(consolidation, one, code)
                decided, reason = one.decision.decided, one.decision.reason
                yield WaiverLine(one.unit, code, (one.period,), reason, decided, places)


def _accepted_errors(consolidation: Consolidation, one: UnitStatus, code: str) -> int:
    return sum(
        finding.severity is Severity.ERROR and waiver_code(finding) == code
        for source in consolidation.sources
        if (source.unit, source.period) == (one.unit.code, one.period.code)
        for finding in source.findings
    )

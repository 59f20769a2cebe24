"""Who has sent what, and when: the state of every unit that owes a return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from toolkit.consolidate.model import PeriodStatus, ReturnState, UnitStatus
from toolkit.programme.model import Period, Programme, Unit
from toolkit.register.model import Submission


def period_status(
    programme: Programme, period: Period, submissions: Iterable[Submission]
) -> PeriodStatus:
    """Where each unit that owes a return of ``period`` stands, in official order.

    Of an optional period only the units that sent one.

    Of ``submissions`` those that count for that period are used, whatever else is given.
    A return whose current version has errors is RETURNED and keeps its days late, unless the
    officer accepted it with them; so is one the officer sent back, though it has none.
    """
    by_unit = {s.unit: s for s in submissions if s.current and s.period == period.code}
    return _status(programme, period, by_unit)


def statuses_within(
    programme: Programme, period: Period, submissions: Sequence[Submission]
) -> tuple[PeriodStatus, ...]:
    """The status of each collected period that is ``period`` or within it, in order."""
    return tuple(
        period_status(programme, collected, submissions)
        for collected in programme.collected_periods()
        if period.code in (collected.code, *collected.within)
    )


def programme_status(
    programme: Programme, submissions: Iterable[Submission]
) -> tuple[PeriodStatus, ...]:
    """The status of every period that returns are collected for, in order."""
    by_period: dict[str, dict[str, Submission]] = {}
    for item in submissions:
        if item.current:
            by_period.setdefault(item.period, {})[item.unit] = item
    return tuple(
        _status(programme, period, by_period.get(period.code, {}))
        for period in programme.collected_periods()
    )


def strangers(programme: Programme, submissions: Iterable[Submission]) -> tuple[Submission, ...]:
    """The returns that count for a unit and period the programme does not ask.

    They stand in no status and no total; whoever shows those has to show these too. By
    period, unit, file.
    """
    asked = {(p.code, u.code) for p in programme.periods for u in programme.units_for(p)}
    found = [s for s in submissions if s.current and (s.period, s.unit) not in asked]
    return tuple(sorted(found, key=lambda s: (s.period, s.unit, s.file, s.sha256)))


def late_days(due: date | None, received: date) -> int:
    """By how many calendar days a return is late; the due date itself is on time."""
    return 0 if due is None else max(0, (received - due).days)


def _status(
    programme: Programme, period: Period, by_unit: Mapping[str, Submission]
) -> PeriodStatus:
    return PeriodStatus(
        period,
        tuple(
            _unit_status(unit, period, by_unit.get(unit.code))
            for unit in programme.units_for(period)
            if unit.code in by_unit or not period.optional
        ),
    )


def _unit_status(unit: Unit, period: Period, current: Submission | None) -> UnitStatus:
    if current is None:
        return UnitStatus(unit, period, ReturnState.MISSING)
    late = late_days(period.due, current.received)
    state = ReturnState.LATE if late else ReturnState.ON_TIME
    if current.sent_back or (current.errors and not current.accepted):
        state = ReturnState.RETURNED
    return UnitStatus(
        unit=unit,
        period=period,
        state=state,
        received=current.received,
        late_days=late,
        errors=current.errors,
        warnings=current.warnings,
        file=current.file,
        sha256=current.sha256,
        accepted=current.accepted,
        decision=current.decision,
    )

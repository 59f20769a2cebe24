"""A unit and a period as an officer names them: by code, name, alias or label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.text import slug

if TYPE_CHECKING:
    from toolkit.programme.model import Period, Programme, Unit
    from toolkit.register.model import Edition


def unit_named(programme: Programme, name: str) -> Unit:
    """The unit meant by a code, name, short name or alias.

    Raises ToolkitError where none or several are, naming those that come close.
    """
    from toolkit.intake.names import close_units, units_named

    coded = [unit for unit in programme.units if unit.code == name.strip()]
    found = coded or list(units_named(name, programme)) or _unmarked(name, programme)
    if len(found) == 1:
        return found[0]
    if found:
        known = "; ".join(f"{unit.name} ({unit.code})" for unit in found)
        raise ToolkitError("error.unit_ambiguous", unit=name, known=known)
    close = "; ".join(f"{unit.name} ({unit.code})" for unit in close_units(name, programme))
    if close:
        raise ToolkitError("error.unit_close", unit=name, known=close)
    raise ToolkitError("error.unit_unknown", unit=name)


def _unmarked(name: str, programme: Programme) -> list[Unit]:
    """The units whose names are ``name`` with their marks left out, as typed on a bare terminal.

    A name with marks is taken at its word.
    """
    if not name.isascii():
        return []
    wanted = slug(name).casefold()
    return [
        unit
        for unit in programme.units
        if wanted in {slug(one).casefold() for one in (unit.name, unit.short, *unit.aliases) if one}
    ]


def period_named(programme: Programme, name: str) -> Period:
    """The collected period meant by a code or label ("quý 1/2024").

    Without a year in it the label may mean one period only. Raises ToolkitError otherwise,
    and for a period that units send no return for.
    """
    from toolkit.intake.names import periods_named

    collected = programme.collected_periods()
    found = periods_named(name, programme)
    mine = [period for period in found if period in collected]
    if len(mine) == 1:
        return mine[0]
    if mine:
        known = "; ".join(f"{period.name} ({period.code})" for period in mine)
        raise ToolkitError("error.period_ambiguous", period=name, known=known)
    known = ", ".join(period.code for period in collected)
    key = "error.not_collected" if found else "error.unknown_period"
    raise ToolkitError(key, period=name, known=known)


def any_period_named(programme: Programme, name: str) -> Period:
    """As :func:`period_named`, of all periods: also those that units send no return for."""
    from toolkit.intake.names import periods_named

    coded = [period for period in programme.periods if period.code == name.strip()]
    found = coded or list(periods_named(name, programme))
    if len(found) == 1:
        return found[0]
    if found:
        known = "; ".join(f"{period.name} ({period.code})" for period in found)
        raise ToolkitError("error.period_ambiguous", period=name, known=known)
    known = ", ".join(period.code for period in programme.periods)
    raise ToolkitError("error.unknown_period", period=name, known=known)


def edition_named(programme: Programme, name: str, editions: Sequence[Edition]) -> Edition:
    """The edition meant by ``2024-Q1/1``, or by a period alone: its last one.

    Raises ToolkitError where there is none, naming those there are.
    """
    wanted = name.strip().casefold()
    exact = [edition for edition in editions if edition.name.casefold() == wanted]
    if exact:
        return exact[0]
    known = ", ".join(edition.name for edition in editions) or "—"
    label, _, number = name.rpartition("/")
    # A label may hold a stroke of its own: "Quý I/2024".
    numbered = label.strip() and number.strip().isdecimal() and len(number.strip()) < 4
    try:
        period = any_period_named(programme, label if numbered else name)
    except ToolkitError:
        raise ToolkitError("edition.unknown", edition=name, known=known) from None
    found = [
        edition
        for edition in editions
        if edition.period == period.code and (not numbered or edition.number == int(number))
    ]
    if not found:
        raise ToolkitError("edition.unknown", edition=name, known=known)
    return found[-1]

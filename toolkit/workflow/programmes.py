"""Standard programmes and the templates that go out."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.intake.history import History
from toolkit.register.files import replacing
from toolkit.workflow.common import Progress, load_programme, periods_of, silent, units_of
from toolkit.workflow.judging import answers_on_record
from toolkit.workflow.sending import Job, workbooks

if TYPE_CHECKING:
    from toolkit.programme.model import Period, Programme, Unit
    from toolkit.programme.standard import StandardProgramme


def templates() -> tuple[StandardProgramme, ...]:
    """The standard programmes an office can start from."""
    from toolkit.programme.standard import standard_programmes

    return standard_programmes()


def new(name: str, target: Path, year: int | None) -> int:
    """Start a folder from a standard programme; the year its periods lie in now.

    Raises ToolkitError for an unknown name or a folder that already holds a programme.
    """
    from toolkit.programme.load import load
    from toolkit.programme.standard import start

    return load(start(name, target, year)).year


@dataclass(frozen=True, slots=True)
class Distributed:
    """The templates of one period: how many, where, and their archive when asked for."""

    period: Period
    count: int
    folder: Path
    archive: Path | None


def distribute(
    folder: Folder,
    periods: Sequence[str] = (),
    units: Sequence[str] = (),
    *,
    as_zip: bool = False,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Distributed, ...]:
    """One workbook per unit and period in ``gui-di/PERIOD/``.

    Raises ToolkitError for a code that is not in the programme, or when nobody owes
    anything for what was asked.
    """
    from toolkit.template.layout import file_name

    programme = load_programme(folder)
    asked = periods_of(programme, periods) or programme.collected_periods()
    chosen = units_of(programme, units) or programme.units
    jobs = [(p, u) for p in asked for u in chosen if programme.forms_for(u, p)]
    if not jobs:
        raise ToolkitError("error.nothing_to_distribute")
    history = answers_on_record(folder, programme)
    wanted = [Job(p, u, _values_before(programme, u, p, history)) for p, u in jobs]
    with contextlib.closing(workbooks(programme, wanted, lang)) as books:
        for period, unit in progress(jobs, "cli.progress.distribute"):
            _put(next(books), folder.outgoing(period.code) / file_name(unit, period))
    made = []
    for period in asked:
        names = sorted(file_name(u, p) for p, u in jobs if p is period)
        if names:
            place = folder.outgoing(period.code)
            archive = _zip_up(place, names) if as_zip else None
            made.append(Distributed(period, len(names), place, archive))
    return tuple(made)


def _put(data: bytes, target: Path) -> None:
    try:
        with replacing(target) as aside:
            aside.write_bytes(data)
    except OSError as error:
        reason = error.strerror or error
        raise ToolkitError("template.not_written", file=target, reason=reason) from error


def _values_before(
    programme: Programme, unit: Unit, period: Period, history: History
) -> dict[tuple[str, str, str], Decimal | date | str]:
    """What the unit answered in the period before: the checks in its workbook look back at it."""
    from toolkit.intake.check import previous_period

    before = previous_period(programme, period)
    if before is None:
        return {}
    return {
        (a.form, a.row, a.field): a.value
        for a in history(unit.code, before.code)
        if a.state.counts and a.value is not None
    }


def _zip_up(folder: Path, names: Sequence[str]) -> Path:
    """The workbooks as one archive: the same on every system and whenever it is made."""
    target = folder.parent / f"{folder.name}.zip"
    with replacing(target) as aside, zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            member = zipfile.ZipInfo(name)  # of 1980: no clock in it
            member.create_system = 3
            member.external_attr = 0o100644 << 16  # unpacked, anyone may read it
            archive.writestr(member, (folder / name).read_bytes())
    return target

"""Chasing the units that are missing, late or to correct: messages and a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.folder import Folder
from toolkit.workflow.common import load_programme
from toolkit.workflow.judging import bring_up_to_date
from toolkit.workflow.named import period_named

if TYPE_CHECKING:
    from toolkit.consolidate.model import UnitStatus
    from toolkit.findings import Finding
    from toolkit.programme.model import Period, Programme
    from toolkit.report.remind import Chase, Chasing

DOCUMENT, SHEET = "don-doc.docx", "don-doc.xlsx"


@dataclass(frozen=True, slots=True)
class Reminded:
    """What was written: everybody to write to, and the folder of the messages and the list."""

    chasing: Chasing
    folder: Path
    document: Path
    sheet: Path


def remind(
    folder: Folder,
    period: str,
    out: Path | None = None,
    *,
    on: date | None = None,
    by: date | None = None,
    lang: str = "vi",
) -> Reminded:
    """A message for each unit that is missing, late or to correct, and the list of them all.

    Written to ``don-doc/PERIOD/`` unless ``out`` says otherwise; messages of an earlier run
    to units that are not to be chased any more are taken away. ``on`` is the day the words
    are relative to (today without it), ``by`` the day to answer by (without it the due date
    while it lies ahead, else at once). Raises ToolkitError for a period that cannot be told,
    OSError where the files cannot be written.
    """
    programme = load_programme(folder)
    when = period_named(programme, period)
    chasing = who(folder, programme, when, on or date.today(), by)
    target = out or folder.out / "don-doc" / when.code
    _write(chasing, target, lang)
    return Reminded(chasing, target, target / DOCUMENT, target / SHEET)


def who(
    folder: Folder, programme: Programme, period: Period, on: date, by: date | None = None
) -> Chasing:
    """Everybody to write to about a period. A return that was accepted is nobody's any more."""
    from toolkit.consolidate.status import period_status
    from toolkit.register.store import Register
    from toolkit.report.remind import Chasing

    bring_up_to_date(folder, programme)
    with Register(folder.register, read_only=True) as register:
        details = register.details([period.code])
    status = period_status(programme, period, [d.submission for d in details])
    findings = {d.submission.unit: d.findings for d in details}
    chases = (
        _chase(folder, programme, one, findings.get(one.unit.code, ()), on, by)
        for one in status.units
    )
    found = tuple(chase for chase in chases if chase is not None)
    return Chasing(programme, period, on, status.expected, status.received, found)


def _chase(
    folder: Folder,
    programme: Programme,
    one: UnitStatus,
    findings: tuple[Finding, ...],
    on: date,
    by: date | None,
) -> Chase | None:
    from toolkit.consolidate.model import ReturnState
    from toolkit.report.remind import Chase, ChaseKind, is_error
    from toolkit.template.layout import file_name

    if one.accepted or one.state is ReturnState.ON_TIME:
        return None
    kind = ChaseKind(one.state.value)
    due = one.period.due
    ahead = due if due is not None and due >= on else None
    template = file_name(one.unit, one.period)
    forms = programme.forms_for(one.unit, one.period)
    to_mend = kind is ChaseKind.RETURNED
    return Chase(
        unit=one.unit,
        kind=kind,
        due_in=(due - on).days if due is not None and kind is not ChaseKind.LATE else None,
        by=None if kind is ChaseKind.LATE else by or ahead,
        received=one.received,
        late_days=one.late_days,
        file=one.file,
        forms=tuple(f.name for f in forms) if kind is ChaseKind.MISSING else (),
        errors=tuple(f for f in findings if is_error(f)) if to_mend else (),
        reason=one.decision.reason if to_mend and one.decision is not None else "",
        template=template,
        correction=_correction(folder, one.period, template) if to_mend else None,
    )


def _correction(folder: Folder, period: Period, template: str) -> Path | None:
    """The copy to mend that ``receive`` put into ``tra-lai/PERIOD/``, where there is one."""
    from toolkit.register.written import is_kept

    place = folder.out / "tra-lai" / period.code
    stem = template.removesuffix(".xlsx")
    found = sorted(place.glob(f"{stem}*.xlsx"), reverse=True)
    return next((path for path in found if not is_kept(path)), None)


def _write(chasing: Chasing, target: Path, lang: str) -> None:
    from toolkit.register.files import replacing
    from toolkit.report.remind import chat, file_stem
    from toolkit.report.remind_document import write_document
    from toolkit.report.remind_mail import draft
    from toolkit.report.remind_sheet import write_sheet

    _clear(chasing, target)
    if not chasing.chases:
        return
    target.mkdir(parents=True, exist_ok=True)
    for chase in chasing.chases:
        stem = file_stem(chase.unit, chase.template)
        with replacing(target / f"{stem}.eml") as aside:
            aside.write_bytes(draft(chasing, chase, lang))
        # With the mark and the line ends by which an old Notepad shows Vietnamese whole.
        words = chat(chasing, chase, lang).replace("\n", "\r\n")
        with replacing(target / f"{stem}.txt") as aside:
            aside.write_bytes(words.encode("utf-8-sig"))
    write_document(chasing, target / DOCUMENT, lang)
    write_sheet(chasing, target / SHEET, lang)


def _clear(chasing: Chasing, target: Path) -> None:
    """Take away the messages of an earlier run to units that have answered since.

    With nobody left, the list too: nothing stale is left lying about to be sent.
    """
    from toolkit.register.written import remove
    from toolkit.report.remind import file_stem
    from toolkit.template.layout import file_name

    wanted = {chase.unit.code for chase in chasing.chases}
    for unit in chasing.programme.units:
        if unit.code not in wanted:
            stem = file_stem(unit, file_name(unit, chasing.period))
            for ending in ("eml", "txt"):
                remove(target / f"{stem}.{ending}")
    if not wanted:
        for name in (DOCUMENT, SHEET):
            remove(target / name)

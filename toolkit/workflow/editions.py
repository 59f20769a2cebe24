"""Closing a period: an edition of its figures is fixed, and can be made again to the byte."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import __version__
from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.workflow.common import load_programme
from toolkit.workflow.copied import settle_copies
from toolkit.workflow.edition_files import EditionState, make_files
from toolkit.workflow.judging import (
    bring_up_to_date,
    judging,
    looks_back,
    recorded_answers,
    settle_after,
)
from toolkit.workflow.named import any_period_named

if TYPE_CHECKING:
    from toolkit.consolidate.model import PeriodStatus, UnitStatus
    from toolkit.programme.model import Period, Programme
    from toolkit.register.model import Edition, EditionReturn, Submission
    from toolkit.workflow.told import Told


@dataclass(frozen=True, slots=True)
class Closed:
    """A period closed. ``lacking`` are the units whose return was missing or faulty."""

    edition: Edition
    period: Period
    folder: Path
    returns: int
    figures: int
    lacking: tuple[UnitStatus, ...]


@dataclass(frozen=True, slots=True)
class Reopened:
    """A period opened again; ``counting`` are the returns that count now and did not before."""

    edition: Edition
    period: Period
    programme: Programme
    counting: tuple[Submission, ...]


def close(
    folder: Folder, period: str, why: str = "", *, lang: str = "vi", now: datetime | None = None
) -> Closed:
    """Fix an edition of a period: its returns, its programme, every figure, the files made.

    Raises ToolkitError where the period is closed already, where nothing of it is on record,
    and where returns are missing or faulty and no reason is given for closing all the same.
    """
    from toolkit.register.lock import at_work

    programme = load_programme(folder)
    when = any_period_named(programme, period)
    with at_work(folder.out):
        return _close(folder, programme, when, " ".join(why.split()), lang, now)


def _close(
    folder: Folder, programme: Programme, when: Period, reason: str, lang: str, now: datetime | None
) -> Closed:
    from toolkit.consolidate.status import period_status
    from toolkit.programme.fingerprint import judging_key
    from toolkit.register.store import Register

    bring_up_to_date(folder, programme, locked=True)
    with Register(folder.register, read_only=True) as register, register.snapshot():
        known = register.closed(when.code)
        details, on_record = register.details(), register.on_record()
        decisions, number = register.last_decision(), len(register.editions(when.code)) + 1
    if known is not None:
        raise ToolkitError("edition.closed_already", period=when.name, edition=known.name)
    collected = _collected(programme, when)
    if not any(d.submission.period in {p.code for p in collected} for d in details):
        raise ToolkitError("error.no_data_for_period", period=when.code)
    submissions = [d.submission for d in details]
    lacking = _lacking([period_status(programme, p, submissions) for p in collected])
    if lacking and not reason:
        raise ToolkitError(
            "edition.lacking", period=when.name, code=when.code, units=_named(lacking, lang)
        )
    digest, stored = _keep_programme(folder, programme)
    edition = _edition(when, number, reason, lang, programme, digest, stored, now)
    edition = replace(
        edition,
        judged_with=judging_key(programme),
        decisions=decisions,
        periods=tuple(p.code for p in collected),
        lacking=tuple((u.unit.code, u.period.code, u.state.value) for u in lacking),
    )
    state = EditionState(programme, details, _keep_reviews(folder, programme, when))
    figures = _publish(folder, edition, state, on_record)
    return Closed(
        edition,
        when,
        folder.edition(when.code, number),
        sum(s.current and s.period in edition.periods for s in on_record),
        figures,
        lacking,
    )


def _keep_programme(folder: Folder, programme: Programme) -> tuple[str, str]:
    """Put the programme among the originals: its hash and where it is kept.

    Raises ToolkitError where it was saved anew since it was loaded.
    """
    import hashlib

    from toolkit.programme.fingerprint import judging_key
    from toolkit.programme.load import load
    from toolkit.register.archive import store

    data = folder.programme.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    stored = store(data, digest, folder.programme.suffix, folder.out)
    if judging_key(load(folder.out / stored)) != judging_key(programme):
        raise ToolkitError("register.error.moved_on")
    return digest, stored


def _keep_reviews(folder: Folder, programme: Programme, period: Period) -> Path | None:
    """Put the file of reviewed scores among the originals; None where there is none."""
    import hashlib

    from toolkit.register.archive import store

    source = folder.review(period.code)
    if not programme.criteria or not source.is_file():
        return None
    data = source.read_bytes()
    stored = store(data, hashlib.sha256(data).hexdigest(), source.suffix, folder.out)
    return folder.out / stored


def _collected(programme: Programme, period: Period) -> tuple[Period, ...]:
    return tuple(p for p in programme.collected_periods() if period.code in (p.code, *p.within))


def _lacking(statuses: Sequence[PeriodStatus]) -> tuple[UnitStatus, ...]:
    from toolkit.consolidate.model import ReturnState

    bad = (ReturnState.MISSING, ReturnState.RETURNED)
    return tuple(unit for status in statuses for unit in status.units if unit.state in bad)


def _named(lacking: Sequence[UnitStatus], lang: str) -> str:
    from toolkit.messages import text

    several = len({u.period.code for u in lacking}) > 1
    return "; ".join(
        f"{u.unit.name}{f', {u.period.name}' if several else ''} "
        f"({text(f'cli.state.{u.state}', lang)})"
        for u in lacking
    )


def _edition(
    period: Period,
    number: int,
    reason: str,
    lang: str,
    programme: Programme,
    digest: str,
    stored: str,
    now: datetime | None,
) -> Edition:
    from toolkit.register.model import Edition

    moment = (now or datetime.now()).astimezone().replace(microsecond=0)
    return Edition(
        id=0,
        period=period.code,
        number=number,
        closed=moment,
        reason=reason,
        lang=lang,
        programme=digest,
        stored=stored,
        fingerprint=programme.fingerprint,
        judged_with="",
        version=__version__,
        decisions=0,
        periods=(),
    )


def _publish(
    folder: Folder, edition: Edition, state: EditionState, on_record: Sequence[Submission]
) -> int:
    """Make the files aside, then folder and record together; how many figures there are."""
    from toolkit.register.closing import ClosingRegister
    from toolkit.register.events import keep_journal
    from toolkit.register.files import aside_name, flush_folder
    from toolkit.register.written import make_way, note

    target = folder.edition(edition.period, edition.number)
    aside = target.with_name(aside_name(target.name))
    for left in target.parent.glob(f".*-{target.name}"):  # by a command that was killed
        shutil.rmtree(left, ignore_errors=True)
    try:
        files, figures = make_files(folder, edition, state, _returns(on_record), aside)
        with (
            ClosingRegister(folder.register) as register,
            register.closing(edition, on_record, figures, files),
        ):
            for made in sorted(path for path in aside.rglob("*") if path.is_file()):
                note(target / made.relative_to(aside), made)
            # Not on record: left behind by a machine that stopped at this very place, or not ours.
            make_way(target)
            os.replace(aside, target)
            flush_folder(target.parent)
        with ClosingRegister(folder.register, read_only=True) as register:
            keep_journal(register, folder.out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return len(figures)


def _returns(on_record: Sequence[Submission]) -> list[EditionReturn]:
    from toolkit.register.model import EditionReturn

    found = [
        EditionReturn(s.sha256, s.stored, s.unit, s.period, s.file, s.received, s.current)
        for s in on_record
    ]
    # As the register gives them back.
    return sorted(found, key=lambda r: (r.period, r.unit, r.received, r.file, r.sha256))


def reopen_period(
    folder: Folder, period: str, why: str, *, now: datetime | None = None
) -> Reopened:
    """Let returns received after closing count again. The edition stays as it is.

    Raises ToolkitError where the period is not closed or a longer closed one keeps it.
    """
    from toolkit.register.closing import ClosingRegister
    from toolkit.register.events import keep_journal
    from toolkit.register.lock import at_work

    programme = load_programme(folder)
    when = any_period_named(programme, period)
    reason = " ".join(why.split())
    if not reason:
        raise ToolkitError("decision.no_reason")
    moment = (now or datetime.now()).astimezone().replace(microsecond=0)
    bring_up_to_date(folder, programme)
    with at_work(folder.out), ClosingRegister(folder.register) as register:
        edition = register.closed(when.code)
        if edition is None:
            raise ToolkitError("edition.not_closed", period=when.name)
        counting = register.reopen(edition, moment, reason)
        anew: dict[str, Told] = {}
        keep_journal(register, folder.out)
        if looks_back(programme):
            with judging(programme, recorded_answers(register)) as judge:
                at = {(s.unit, s.period) for s in counting}
                anew = settle_after(register, at, judge, folder)
        settle_copies(register, programme, anew, edition.periods)
    return Reopened(edition, when, programme, counting)

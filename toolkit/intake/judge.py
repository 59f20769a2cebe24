"""The judgement on one file: read, identified, extracted and checked, with one outcome."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from toolkit.errors import UnreadableFile
from toolkit.findings import Address, Finding, Severity, has_errors
from toolkit.intake.cells import is_blank
from toolkit.intake.check import check, previous_period
from toolkit.intake.context import by_key
from toolkit.intake.cross import unchanged
from toolkit.intake.extract import extract
from toolkit.intake.history import History, no_history
from toolkit.intake.identify import Identity, identify
from toolkit.intake.ledger import Fates
from toolkit.intake.model import Judgement, Outcome, RawWorkbook
from toolkit.intake.own_checks import without_checks
from toolkit.intake.proof import plain_columns, proof_in
from toolkit.intake.reader import Limits, read_bytes
from toolkit.intake.sheets import without_correction_lists
from toolkit.intake.values import DEFAULT_RULES, ValueRules, with_wordings
from toolkit.intake.waivers import excused
from toolkit.programme.model import Period, Programme, Unit
from toolkit.template.layout import layout

_CELL = re.compile(r"([A-Z]+)(\d+)")


def judge_file(path: Path, programme: Programme, history: History = no_history) -> Judgement:
    """Judge the file at ``path``. Raises OSError where it cannot be opened at all."""
    return judge(path.read_bytes(), path.name, programme, history)


def judge(
    data: bytes,
    name: str,
    programme: Programme,
    history: History = no_history,
    *,
    rules: ValueRules = DEFAULT_RULES,
    limits: Limits | None = None,
) -> Judgement:
    """Judge a returned file by its bytes; ``name`` goes into every address.

    Every file ends with one outcome. Raises ToolkitError (``error.imbalance``) only where the
    cells do not add up, which is a failure of the programme and not of the file.
    """
    try:
        raw = read_bytes(data, name, limits or Limits())
    except UnreadableFile as error:
        params = {key: str(value) for key, value in error.params.items()}
        said = Finding(error.key, Severity.ERROR, Address(name), "", params)
        digest = hashlib.sha256(data).hexdigest()
        return Judgement(name, digest, len(data), Outcome.UNREADABLE, findings=(said,))
    return judge_workbook(raw, len(data), programme, history, rules=rules)


def judge_workbook(
    raw: RawWorkbook,
    size: int,
    programme: Programme,
    history: History = no_history,
    *,
    rules: ValueRules = DEFAULT_RULES,
) -> Judgement:
    """Judge a workbook that was read already; ``size`` is that of its file in bytes."""
    raw = without_checks(without_correction_lists(raw))
    identity = identify(raw, programme, raw.file)
    if identity.unit is None or identity.period is None:
        settled = _nobodys(raw, identity.findings)
        return Judgement(
            raw.file,
            raw.sha256,
            size,
            Outcome.UNIDENTIFIED,
            programme=identity.programme,
            fingerprint=identity.fingerprint,
            findings=_sorted((*raw.notes, *identity.findings), _order(raw)),
            ledgers={fates.sheet.name: fates.ledger() for fates in settled},
            modified=raw.modified,
            left_out=tuple(cell for fates in settled for cell in fates.left_out()),
        )
    return _judge_known(
        raw, size, programme, identity, (identity.unit, identity.period), history, rules
    )


def _judge_known(
    raw: RawWorkbook,
    size: int,
    programme: Programme,
    identity: Identity,
    owner: tuple[Unit, Period],
    history: History,
    rules: ValueRules,
) -> Judgement:
    unit, period = owner
    before = previous_period(programme, period)
    previous = tuple(history(unit.code, before.code)) if before is not None else ()
    read = extract(
        raw,
        layout(programme, unit, period),
        by_key(previous),
        with_wordings(rules, programme.wordings),
        other_issue=identity.other_issue,
    )
    errors = frozenset(
        f.address for f in read.findings if f.severity is Severity.ERROR and f.address.cell
    )
    checked = check(
        programme,
        unit,
        period,
        read.answers,
        previous,
        sheets=read.sheets,
        faulted=errors,
    )
    if before is not None:
        checked += unchanged(programme, raw.file, read.answers, before, previous)
    said = (*raw.notes, *identity.findings, *read.findings, *checked)
    findings = excused(programme, unit.code, period.code, said)
    return Judgement(
        raw.file,
        raw.sha256,
        size,
        Outcome.FINDINGS if has_errors(findings) else Outcome.CLEAN,
        programme=programme.code,
        fingerprint=identity.fingerprint,
        unit=unit.code,
        period=period.code,
        answers=read.answers,
        findings=_sorted(findings, _order(raw)),
        ledgers=read.ledgers,
        modified=raw.modified,
        left_out=read.left_out,
        proof=proof_in(raw, read.answers, plain_columns(programme)),
    )


def _nobodys(raw: RawWorkbook, findings: Iterable[Finding]) -> list[Fates]:
    """Every cell of a return that belongs to nobody is rejected by the reason for that."""
    reason = next(said for said in findings if said.severity is Severity.ERROR)
    settled = []
    for sheet in raw.sheets:
        fates = Fates(raw.file, sheet)
        for place, cell in sheet.cells.items():
            if not is_blank(cell):
                fates.reject(place, reason)
        settled.append(fates)
    return settled


def _order(raw: RawWorkbook) -> dict[str, int]:
    return {sheet.name: place for place, sheet in enumerate(raw.sheets)}


def _sorted(findings: Iterable[Finding], order: Mapping[str, int]) -> tuple[Finding, ...]:
    """By sheet as in the file (the whole file first, sheets it lacks last), row, column, code."""

    def key(said: Finding) -> tuple[int, str, int, int, str, str, str]:
        sheet = said.address.sheet
        place = -1 if not sheet else order.get(sheet, len(order))
        cell = _CELL.fullmatch(said.address.cell)
        letters, row = (cell[1], int(cell[2])) if cell else ("", 0)
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - ord("A") + 1
        return place, sheet, row, column, said.code, said.found, str(sorted(said.params.items()))

    return tuple(sorted(findings, key=key))

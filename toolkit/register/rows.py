"""How answers, findings and submissions become rows of the register and come back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import Any

from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import Answer, AnswerValue, Judgement, Ledger, Outcome, State
from toolkit.register.model import Decision, Ruling, Submission

SUBMISSION_COLUMNS = (
    "s.id, s.sha256, s.file, o.stored, s.programme, s.fingerprint, s.unit, s.period, "
    "s.received, s.modified, s.outcome, s.errors, s.warnings, s.current, s.proof, "
    "d.ruling, d.decided, d.reason, d.waived"
)
# With the last decision about each return; one about a return that moved to another unit or
# period says nothing of it.
SUBMISSION_TABLES = (
    "submissions s JOIN originals o ON o.sha256 = s.sha256 "
    "LEFT JOIN decisions d ON d.id = (SELECT max(x.id) FROM decisions x "
    "WHERE x.period = s.period AND x.unit = s.unit AND x.sha256 = s.sha256)"
)
DECISION_COLUMNS = "unit, period, sha256, ruling, decided, reason, waived"

ANSWER_COLUMNS = "submission, seq, form, row, field, state, kind, value, raw, sheet, cell"
FINDING_COLUMNS = "seq, code, severity, file, sheet, cell, found, params"

_STATES = {state.value: state for state in State}


def encode(value: AnswerValue) -> tuple[str | None, str | None]:
    """The kind and the text of a value; a number keeps each of its digits.

    Raises TypeError for a type that no answer has (a float, a time of day).
    """
    # datetime is a date to isinstance, and float would lose digits: neither may slip in.
    if value is None:
        return None, None
    if isinstance(value, Decimal):
        return "decimal", str(value)
    if type(value) is date:
        return "date", value.isoformat()
    if isinstance(value, str):
        return "text", value
    raise TypeError(f"an answer cannot hold a {type(value).__name__}: {value!r}")


# The same few numbers and words come back in every return: one copy of each is enough.
_SHORT = 16
_KEPT_VALUES = 1 << 15


def decode(kind: str | None, value: str) -> AnswerValue:
    """The value that :func:`encode` was given."""
    if kind is None:
        return None
    return _kept(kind, value) if len(value) <= _SHORT else _decoded(kind, value)


def _decoded(kind: str, value: str) -> AnswerValue:
    if kind == "decimal":
        return Decimal(value)
    if kind == "date":
        return date.fromisoformat(value)
    return value


_kept = lru_cache(maxsize=_KEPT_VALUES)(_decoded)


def submission(row: sqlite3.Row) -> Submission:
    """A submission from ``SUBMISSION_COLUMNS``."""
    return Submission(
        id=row["id"],
        sha256=row["sha256"],
        file=row["file"],
        stored=row["stored"],
        programme=row["programme"],
        fingerprint=row["fingerprint"],
        unit=row["unit"],
        period=row["period"],
        received=date.fromisoformat(row["received"]),
        modified=datetime.fromisoformat(row["modified"]) if row["modified"] else None,
        outcome=Outcome(row["outcome"]),
        errors=row["errors"],
        warnings=row["warnings"],
        current=bool(row["current"]),
        decision=_in_force(row),
        proof=row["proof"],
    )


def _in_force(row: sqlite3.Row) -> Decision | None:
    """The decision about the return of ``SUBMISSION_COLUMNS``, unless it was taken back."""
    if row["ruling"] in (None, Ruling.REOPEN):
        return None
    return decision(row)


def decision_row(decision: Decision) -> tuple[object, ...]:
    """The row of ``DECISION_COLUMNS``."""
    return (
        decision.unit,
        decision.period,
        decision.sha256,
        decision.ruling.value,
        decision.decided.isoformat(timespec="seconds"),
        decision.reason,
        json.dumps(decision.waived, ensure_ascii=False),
    )


def decision(row: sqlite3.Row) -> Decision:
    """A decision from ``DECISION_COLUMNS``."""
    return Decision(
        unit=row["unit"],
        period=row["period"],
        sha256=row["sha256"],
        ruling=Ruling(row["ruling"]),
        decided=datetime.fromisoformat(row["decided"]),
        reason=row["reason"],
        waived=tuple(json.loads(row["waived"])),
    )


def answer_rows(submission_id: int, judgement: Judgement) -> Iterator[tuple[object, ...]]:
    """The rows of ``ANSWER_COLUMNS`` for the answers of a judgement."""
    for seq, answer in enumerate(judgement.answers):
        kind, value = encode(answer.value)
        yield (
            submission_id,
            seq,
            answer.form,
            answer.row,
            answer.field,
            answer.state.value,
            kind,
            value,
            answer.raw,
            answer.address.sheet,
            answer.address.cell,
        )


# What :func:`answers` reads, of one return in its order; ``submission`` is first.
READ_COLUMNS = "submission, form, row, field, state, kind, value, raw, sheet, cell"


def answers(found: Iterable[Sequence[Any]], file: str) -> tuple[Answer, ...]:
    """The answers from ``READ_COLUMNS`` of the return that came as ``file``."""
    # The same few codes and cells come back in every return: one copy of each is enough.
    # In one go and taken apart by position: this is done by the million.
    return tuple(
        [
            Answer(
                intern(form),
                intern(row),
                intern(field),
                _STATES[state],
                None if kind is None else decode(kind, value),
                intern(raw) if len(raw) <= _SHORT else raw,
                Address(file, intern(sheet), intern(cell)),
            )
            for _, form, row, field, state, kind, value, raw, sheet, cell in found
        ]
    )


def finding_rows(
    findings: Iterable[Finding],
    file: str,
    *,
    submission_id: int | None = None,
    receipt_id: int | None = None,
    first: int = 0,
) -> Iterator[tuple[object, ...]]:
    """Rows of submission, receipt and ``FINDING_COLUMNS``; ``first`` is the first number.

    The name ``file`` is not written out: a finding on a return follows the return's name.
    """
    for seq, said in enumerate(findings, first):
        yield (
            submission_id,
            receipt_id,
            seq,
            said.code,
            said.severity.value,
            None if said.address.file == file else said.address.file,
            said.address.sheet,
            said.address.cell,
            said.found,
            json.dumps(dict(said.params), ensure_ascii=False, sort_keys=True),
        )


def finding(row: sqlite3.Row, file: str) -> Finding:
    """A finding from ``FINDING_COLUMNS`` on the return or receipt that came as ``file``."""
    return Finding(
        code=row["code"],
        severity=Severity(row["severity"]),
        address=Address(file if row["file"] is None else row["file"], row["sheet"], row["cell"]),
        found=row["found"],
        params=json.loads(row["params"]),
    )


def ledger_rows(submission_id: int, judgement: Judgement) -> Iterator[tuple[object, ...]]:
    """The rows of the ledgers of a judgement, in its order of sheets."""
    for seq, (sheet, balance) in enumerate(judgement.ledgers.items()):
        yield (
            submission_id,
            seq,
            sheet,
            balance.nonempty,
            balance.used,
            balance.ignored,
            balance.rejected,
        )


def ledger(row: sqlite3.Row) -> tuple[str, Ledger]:
    """A sheet and its balance."""
    return row["sheet"], Ledger(row["nonempty"], row["used"], row["ignored"], row["rejected"])

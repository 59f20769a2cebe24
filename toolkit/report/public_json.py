"""The JSON that ``check --json`` and ``status --json`` print: a public contract.

Keys and the identifiers of outcome, severity and state are fixed and English in every
language; days are ISO 8601. Only ``message`` follows the language.
"""

from __future__ import annotations

from typing import TypedDict

from toolkit.consolidate.model import PeriodStatus
from toolkit.findings import Finding
from toolkit.intake.model import Judgement, Ledger
from toolkit.messages import message


class FindingJson(TypedDict):
    """One finding; ``sheet`` and ``cell`` are "" where it speaks of the whole file."""

    code: str
    severity: str  # error | warning | note
    sheet: str
    cell: str
    found: str
    message: str


class CellsJson(TypedDict):
    """The balance of the input cells: nonempty = used + ignored + rejected."""

    nonempty: int
    used: int
    ignored: int
    rejected: int


class JudgementJson(TypedDict):
    """One file checked; ``unit`` and ``period`` are codes, "" where not identified."""

    file: str
    sha256: str
    programme: str
    unit: str
    period: str
    outcome: str  # clean | findings | unidentified | unreadable
    findings: list[FindingJson]
    cells: CellsJson


class UnitStatusJson(TypedDict):
    """One unit that owes a return; ``received_at`` is None where nothing came."""

    unit: str
    name: str
    state: str  # missing | on_time | late | returned | accepted
    received_at: str | None
    late_days: int
    errors: int
    warnings: int


class StatusJson(TypedDict):
    """One period; the counts are of units, ``received`` = ``on_time`` + ``late``."""

    period: str
    expected: int
    received: int
    on_time: int
    late: int
    accepted: int
    units: list[UnitStatusJson]


def judgement_json(judgement: Judgement, lang: str = "vi") -> JudgementJson:
    """What ``check --json`` prints for one file."""
    return {
        "file": judgement.file,
        "sha256": judgement.sha256,
        "programme": judgement.programme,
        "unit": judgement.unit,
        "period": judgement.period,
        "outcome": judgement.outcome.value,
        "findings": [finding_json(found, lang) for found in judgement.findings],
        "cells": ledger_json(judgement.ledger),
    }


def finding_json(found: Finding, lang: str = "vi") -> FindingJson:
    """One finding with its sentence in ``lang``."""
    return {
        "code": found.code,
        "severity": found.severity.value,
        "sheet": found.address.sheet,
        "cell": found.address.cell,
        "found": found.found,
        "message": message(found, lang),
    }


def ledger_json(balance: Ledger) -> CellsJson:
    """The balance of a file's cells."""
    return {
        "nonempty": balance.nonempty,
        "used": balance.used,
        "ignored": balance.ignored,
        "rejected": balance.rejected,
    }


def status_json(status: PeriodStatus, lang: str = "vi") -> StatusJson:  # noqa: ARG001
    """What ``status --json`` prints for one period.

    ``lang`` changes nothing: the shape holds no sentence. It is there so that both shapes
    are called alike.
    """
    return {
        "period": status.period.code,
        "expected": status.expected,
        "received": status.received,
        "on_time": status.on_time,
        "late": status.late,
        "accepted": status.accepted,
        "units": [
            {
                "unit": one.unit.code,
                "name": one.unit.name,
                "state": one.shown,
                "received_at": one.received.isoformat() if one.received else None,
                "late_days": one.late_days,
                "errors": one.errors,
                "warnings": one.warnings,
            }
            for one in status.units
        ],
    }

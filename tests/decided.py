"""A folder with a register for the tests of the way back: no file is read, none is written.

The returns are put on record as judged, so that these tests are about decisions and not about
reading workbooks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
from programmes import small_programme, small_workbook

from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.intake.model import Answer, AnswerValue, Judgement, Ledger, Outcome, State
from toolkit.programme.fingerprint import judging_key
from toolkit.programme.model import Programme
from toolkit.register.store import Register

CT, NV = "CT Chỉ tiêu", "NV Nhiệm vụ"
NOW = datetime(2024, 4, 12, 8, 30, tzinfo=UTC)
DUE = date(2024, 4, 10)


def new_folder(path: Path) -> Folder:
    """A folder with the small programme in it."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "chuong-trinh.xlsx").write_bytes(small_workbook())
    return Folder(path, path)


def number(
    value: AnswerValue, row: str = "CT1", field: str = "luy_ke", cell: str = "G9", raw: str = ""
) -> Answer:
    """An answer of the form CT; None is a blank."""
    if value is None and raw:
        state = State.UNREADABLE
    else:
        state = State.MISSING if value is None else State.VALUE
    shown = raw or ("" if value is None else str(value))
    return Answer("CT", row, field, state, value, shown, Address("a.xlsx", CT, cell))


def broken(
    cell: str = "G9",
    rule: str = "CT-01",
    cells: str = "F9, G9",
    severity: Severity = Severity.ERROR,
) -> Finding:
    """A broken rule at a cell of the form CT."""
    params = {"rule": rule, "message": "Số lũy kế không thể nhỏ hơn số trong quý.", "cells": cells}
    return Finding("rule.broken", severity, Address("a.xlsx", CT, cell), "3; 2", params)


def missing(cell: str = "G10") -> Finding:
    """An answer that was not given."""
    params = {"field": "Lũy kế", "row": "CT2"}
    return Finding("answer.missing", Severity.ERROR, Address("a.xlsx", CT, cell), "", params)


def put(
    folder: Folder,
    *findings: Finding,
    unit: str = "305",
    period: str = "2024-Q1",
    received: date = date(2024, 4, 5),
    file: str = "a.xlsx",
    answers: Sequence[Answer] = (),
    programme: Programme | None = None,
) -> Judgement:
    """Put a return on record as judged by the programme of the folder."""
    seed = f"{unit}{period}{file}{received}"
    judgement = Judgement(
        file=file,
        sha256=hashlib.sha256(seed.encode()).hexdigest(),
        size=100,
        outcome=outcome(findings),
        programme="DV-2024",
        unit=unit,
        period=period,
        answers=tuple(answers),
        findings=tuple(findings),
        ledgers={CT: Ledger(3, 3, 0, 0)},
    )
    key = judging_key(programme or small_programme())
    with Register(folder.register) as register:
        register.record(judgement, received, f"luu-tru/{judgement.sha256}.xlsx", key)
    return judgement


def outcome(findings: Iterable[Finding]) -> Outcome:
    """Clean unless one is an error."""
    bad = any(f.severity is Severity.ERROR for f in findings)
    return Outcome.FINDINGS if bad else Outcome.CLEAN


TWO = (number(Decimal(3), field="trong_ky", cell="F9"), number(Decimal(2)))


def add_waivers(folder: Folder, *rows: Sequence[str | None]) -> None:
    """Write rows into the sheet Miễn trừ of the folder's programme."""
    book = openpyxl.load_workbook(folder.programme)
    for row in rows:
        number = book["Miễn trừ"].max_row + 1
        while book["Miễn trừ"].cell(number - 1, 4).value is None and number > 2:
            number -= 1
        for column, value in enumerate(row, 1):
            book["Miễn trừ"].cell(number, column).value = value
    book.save(folder.programme)
    book.close()

"""Summary workbooks made of the returns of ``consolidate_cases``, and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
from consolidate_cases import Cell, answer, returned

from toolkit.consolidate.chartdata import chart_data
from toolkit.consolidate.compare import Comparisons
from toolkit.consolidate.consolidate import consolidate
from toolkit.findings import Address
from toolkit.programme.model import Programme
from toolkit.register.model import SubmissionDetail
from toolkit.report.summary.book import write_summary
from toolkit.workflow.comparisons import Archive, comparisons

SIGNED = ("NGƯỜI LẬP BIỂU", "DRAWN UP BY")  # what stands first below an annex
Answers = Mapping[tuple[str, str, str], Cell]  # (form, row, field) -> cell


@dataclass(frozen=True)
class Book:
    """A summary workbook: its cells as written, and with the values of its formulas."""

    path: Path
    written: Any
    cached: Any

    def rows(self, sheet: str, first: int = 8, last_column: int = 0) -> list[list[object]]:
        """The values of a sheet, from the first data row on; nothing is None. The place to
        sign, and the empty row before it, is no data."""
        found = [
            [cell.value if cell.value != "" else None for cell in row]
            for row in self.cached[sheet].iter_rows(min_row=first, max_col=last_column or None)
        ]
        signed = [place for place, row in enumerate(found) if row[0] in SIGNED]
        return found[: signed[0] - 1] if signed else found


def came(unit: str, period: str, answers: Answers, file: str = "") -> SubmissionDetail:
    """A return; each answer has a cell of its own, A1, A2, … of the sheet of its form."""
    name = file or f"{unit}-{period}.xlsx"
    made = [
        replace(answer(form, row, field, cell, name), address=Address(name, form, f"A{place}"))
        for place, ((form, row, field), cell) in enumerate(answers.items(), 1)
    ]
    detail = returned(unit, period, more=made)
    stored = f"luu-tru/{unit}/{unit}{period}.xlsx"
    return replace(detail, submission=replace(detail.submission, stored=stored, file=name))


def summary(
    programme: Programme,
    period: str,
    details: Sequence[SubmissionDetail],
    folder: Path,
    lang: str = "vi",
    *,
    compared: bool = False,
) -> Book:
    """The workbook of a period, written to bao-cao/PERIOD below ``folder``."""
    one = programme.period(period)
    consolidation = consolidate(programme, one, details, keep=compared)
    now = Archive(programme, details)
    others = comparisons(now, consolidation, None) if compared else Comparisons()
    charts = [
        chart_data(chart, programme, one, details, consolidation, lang=lang)
        for chart in programme.charts
    ]
    path = folder / "bao-cao" / period / "tong-hop.xlsx"
    write_summary(consolidation, charts, (), path, lang, others)
    return Book(path, openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True))

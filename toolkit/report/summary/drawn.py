"""A sheet of the summary workbook before it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from toolkit.report.summary.pen import Pen

Draw = Callable[[Worksheet, Pen], None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its key in the index, what draws it, the name of the form it is of."""

    name: str
    key: str
    draw: Draw
    form: str = ""

"""Whether a return gets a correction copy, and what the copy is called."""

from __future__ import annotations

from toolkit.findings import has_errors
from toolkit.intake.model import Judgement
from toolkit.programme.model import Period, Unit
from toolkit.template.layout import file_name


def correction_name(unit: Unit, period: Period) -> str:
    """The name of a correction copy: ``305_Quan-Le-Chan_2024-Q1_can-sua.xlsx`` (ASCII)."""
    return file_name(unit, period).removesuffix(".xlsx") + "_can-sua.xlsx"


def needs_correction(judgement: Judgement) -> bool:
    """Whether there is a copy to send back: whose return it is is known, and it has errors."""
    return bool(judgement.unit and judgement.period) and has_errors(judgement.findings)

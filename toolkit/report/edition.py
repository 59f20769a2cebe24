"""What lies in the folder of an edition beside the summary workbook: its figures, its paper."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from toolkit.register.files import replacing
from toolkit.register.model import Edition, EditionFile, EditionReturn, PublishedFigure
from toolkit.report.as_text import harmless

_FIGURES = (
    "form",
    "row",
    "field",
    "scope",
    "whose",
    "period",
    "measure",
    "state",
    "value",
    "cells",
)


def write_figures(figures: Sequence[PublishedFigure], target: Path) -> None:
    """Every published figure as CSV in UTF-8; texts that would run as formulas are harmless."""
    with replacing(target) as aside, aside.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream, lineterminator="\r\n")
        out.writerow(_FIGURES)
        for one in figures:
            cells = "; ".join(f"{period}: {sheet}!{cell}" for period, sheet, cell in one.cells)
            value = harmless(one.value)
            out.writerow([*map(harmless, one.key), one.state.value, value, harmless(cells)])


def write_paper(
    edition: Edition,
    returns: Sequence[EditionReturn],
    files: Sequence[EditionFile],
    target: Path,
) -> None:
    """What the edition was made of, as JSON: enough to make it again, and to prove it."""
    paper = {
        "edition": edition.name,
        "closed": edition.closed.isoformat(timespec="seconds"),
        "reason": edition.reason,
        "lang": edition.lang,
        "version": edition.version,
        "programme": {
            "file": edition.stored,
            "sha256": edition.programme,
            "fingerprint": edition.fingerprint,
        },
        "lacking": [
            {"unit": unit, "period": period, "state": state}
            for unit, period, state in edition.lacking
        ],
        "files": [{"name": f.name, "sha256": f.sha256, "size": f.size} for f in files],
        "returns": [
            {
                "unit": one.unit,
                "period": one.period,
                "counted": one.counted,
                "file": one.file,
                "received": one.received.isoformat(),
                "stored": one.stored,
                "sha256": one.sha256,
            }
            for one in returns
        ],
    }
    words = json.dumps(paper, ensure_ascii=False, indent=1) + "\n"
    with replacing(target) as aside:
        aside.write_text(words, "utf-8", newline="\n")

"""Scores, task states and opinions as data: one JSON file and a CSV file each.

The columns are a public contract: toolkit/docs/cham-diem.md. Numbers are written as text
with a point and no exponent; what is not known is blank (null in JSON), never 0.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from toolkit.consolidate.model import Consolidation, Part
from toolkit.consolidate.narrative import gathered
from toolkit.consolidate.score_model import CriterionScore, UnitScore
from toolkit.consolidate.tasks import task_lines
from toolkit.messages import text
from toolkit.report.as_text import harmless, plain, writing

SCORES = (
    "period",
    "unit",
    "criterion",
    "maximum",
    "bonus",
    "state",
    "own",
    "reviewed",
    "difference",
    "points",
    "evidence",
    "remark",
    "reasons",
    "cells",
)
UNITS = (
    "period",
    "unit",
    "type",
    "state",
    "known",
    "total",
    "converted",
    "band",
    "band_provisional",
    "rank",
    "rank_all",
    "rank_provisional",
    "reasons",
)
TASKS = (
    "period",
    "form",
    "task",
    "unit",
    "due",
    "state",
    "reason",
    "reported",
    "progress",
    "from_period",
    "cells",
)
OPINIONS = ("period", "form", "row", "field", "number", "text", "units", "near", "cells")
Record = dict[str, str | int | bool | None]


def write_judgements(consolidation: Consolidation, folder: Path, lang: str) -> tuple[Path, ...]:
    """``danh-gia.json`` and the CSV files into ``folder``; ToolkitError when it cannot be."""
    tables = judgements(consolidation, lang)
    names = {
        "scores": ("diem-tieu-chi.csv", SCORES),
        "units": ("xep-loai.csv", UNITS),
        "tasks": ("tien-do-nhiem-vu.csv", TASKS),
        "opinions": ("y-kien.csv", OPINIONS),
    }
    made = [folder / "danh-gia.json"]
    with writing(made[0]) as aside:
        shown = json.dumps(tables, ensure_ascii=False, indent=1)
        aside.write_text(shown + "\n", "utf-8", newline="\n")
    for key, (name, columns) in names.items():
        if tables[key]:
            made.append(folder / name)
            _write_csv(folder / name, columns, tables[key])
    return tuple(made)


def judgements(consolidation: Consolidation, lang: str = "vi") -> dict[str, list[Record]]:
    """The four tables by name; every record has the columns of its table."""
    table = consolidation.scores
    units = table.units if table is not None else ()
    period = consolidation.period.code
    return {
        "units": [_unit(period, one, lang) for one in units],
        "scores": [_score(period, one, s, lang) for one in units for s in one.criteria],
        "tasks": list(_tasks(consolidation, lang)),
        "opinions": list(_opinions(consolidation)),
    }


def _unit(period: str, one: UnitScore, lang: str) -> Record:
    return {
        "period": period,
        "unit": one.unit.code,
        "type": one.unit.type,
        "state": one.state.value,
        "known": plain(one.known),
        "total": _number(one.total),
        "converted": one.converted,
        "band": one.band.name if one.band is not None else None,
        "band_provisional": one.band_provisional,
        "rank": one.rank,
        "rank_all": one.rank_all,
        "rank_provisional": one.rank_provisional,
        "reasons": "; ".join(text(f"score.note.{n.key}", lang, **n.params) for n in one.notes),
    }


def _score(period: str, one: UnitScore, score: CriterionScore, lang: str) -> Record:
    return {
        "period": period,
        "unit": one.unit.code,
        "criterion": score.criterion.code,
        "maximum": plain(score.criterion.maximum),
        "bonus": score.criterion.bonus,
        "state": score.state.value,
        "own": _number(score.own),
        "reviewed": _number(score.reviewed),
        "difference": _number(score.difference),
        "points": _number(score.points),
        "evidence": score.evidence,
        "remark": score.remark,
        "reasons": "; ".join(text(f"score.note.{n.key}", lang, **n.params) for n in score.notes),
        "cells": _cells(score.parts),
    }


def _tasks(consolidation: Consolidation, lang: str) -> Iterable[Record]:
    for line in task_lines(consolidation):
        for cell in line.cells:
            verdict = cell.verdict
            yield {
                "period": consolidation.period.code,
                "form": line.form.code,
                "task": line.item.code,
                "unit": cell.unit.code,
                "due": line.due.last.isoformat() if line.due.last is not None else "",
                "state": verdict.state.value,
                "reason": text(f"task.reason.{verdict.reason}", lang, **verdict.params),
                "reported": cell.reported,
                "progress": _number(cell.progress),
                "from_period": cell.period.code if cell.period is not None else "",
                "cells": _cells(cell.parts),
            }


def _opinions(consolidation: Consolidation) -> Iterable[Record]:
    for heading in gathered(consolidation):
        for passage in heading.passages:
            yield {
                "period": consolidation.period.code,
                "form": heading.form.code,
                "row": heading.item.code if heading.item is not None else heading.field.code,
                "field": heading.field.code,
                "number": passage.number,
                "text": passage.text,
                "units": ";".join(unit.code for unit in passage.units),
                "near": ";".join(map(str, passage.near)),
                "cells": _cells(passage.parts),
            }


def _cells(parts: Iterable[Part]) -> str:
    """Where it comes from: file, sheet and cell of each answer."""
    return "; ".join(f"{p.file}|{p.sheet}|{p.cell}" for p in parts if p.cell)


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _write_csv(target: Path, columns: Sequence[str], records: Iterable[Record]) -> None:
    with writing(target) as aside, aside.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream, lineterminator="\r\n")
        out.writerow(columns)
        out.writerows([_shown(record[column]) for column in columns] for record in records)


def _shown(value: str | int | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return harmless(value) if isinstance(value, str) and not _is_number(value) else str(value)


def _is_number(value: str) -> bool:
    return value.removeprefix("-").replace(".", "", 1).isdecimal()

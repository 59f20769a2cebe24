"""Every consolidated figure and comparison as tidy rows: a public contract, in JSON and tables.

Keys and identifiers are fixed and English in every language. A number is a Decimal, a rate a
fraction; None stands for no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from toolkit.consolidate.compare import Comparisons
from toolkit.consolidate.compared import Change, Targeted
from toolkit.consolidate.model import Consolidation, Coverage, Figure
from toolkit.intake.model import AnswerValue
from toolkit.report.as_text import plain

Row: TypeAlias = dict[str, AnswerValue]

FIGURE_COLUMNS = (
    "period",
    "form",
    "row",
    "field",
    "level",
    "code",
    "choice",
    "state",
    "value",
    "expected",
    "counted",
    "missing",
    "unreadable",
    "not_applicable",
    "partial",
    "faulty",
    "provisional",
)
COMPARISON_COLUMNS = (
    "period",
    "against",
    "base",
    "form",
    "row",
    "field",
    "points",
    "now",
    "before",
    "difference",
    "growth",
    "why",
    "same_units",
    "same_now",
    "same_before",
    "same_difference",
    "same_growth",
    "same_why",
    "provisional",
)
_NOBODY = Coverage((), ())


def figure_rows(consolidation: Consolidation) -> list[Row]:
    """One row per figure over units: of all (``level`` total), a superior, a type of unit.

    ``code`` is the superior's code or the type's name. Units are counted; those that lack are
    named by their codes. Of counts by choice there is a row for each choice as well.
    """
    found: list[Row] = []
    for table in consolidation.tables:
        for row in table.rows:
            levels: list[tuple[str, str, Mapping[str, Figure]]] = [("total", "", row.totals)]
            levels += [("superior", line.code, line.totals) for line in row.superiors]
            levels += [("type", line.name, line.totals) for line in row.types]
            for level, code, totals in levels:
                for field, figure in totals.items():
                    if field != row.key and row.key in totals:
                        continue
                    head: Row = {
                        "period": consolidation.period.code,
                        "form": table.form.code,
                        "row": row.key,
                        "field": field,
                        "level": level,
                        "code": code,
                    }
                    found += _figure(head, figure)
    return found


def _figure(head: Row, figure: Figure) -> Iterator[Row]:
    cover = figure.coverage or _NOBODY
    tail: Row = {
        "expected": Decimal(cover.denominator),
        "counted": Decimal(len(cover.counted)),
        "missing": " ".join(cover.missing),
        "unreadable": " ".join(cover.unreadable),
        "not_applicable": " ".join(cover.not_applicable),
        "partial": " ".join(cover.partial),
        "faulty": " ".join(cover.faulty),
        "provisional": _flag(not cover.complete),
    }
    yield {**head, "choice": "", "state": figure.state.value, "value": figure.value, **tail}
    for choice, count in figure.shares.items():
        state = "value" if count else "zero"
        yield {**head, "choice": choice, "state": state, "value": Decimal(count), **tail}


def comparison_rows(consolidation: Consolidation, comparisons: Comparisons) -> list[Row]:
    """One row per figure compared: with a period (``against`` previous, last_year) or target.

    Against a target ``before`` is the target and ``growth`` the fraction of it that was
    reached, less 1.
    """
    period = consolidation.period.code
    found = [_target(period, one) for one in comparisons.targets]
    for comparison in comparisons.periods:
        for one in comparison.rows:
            found.append(
                {
                    "period": period,
                    "against": comparison.against.value,
                    "base": comparison.period.code,
                    "form": one.form.code,
                    "row": one.row.key,
                    "field": one.code,
                    "points": _flag(one.points),
                    **_change("", one.plain),
                    "same_units": Decimal(len(one.units)),
                    **_change("same_", one.same),
                    "provisional": _flag(one.provisional),
                }
            )
    return found


def _target(period: str, one: Targeted) -> Row:
    return {
        "period": period,
        "against": "target",
        "base": "",
        "form": one.form.code,
        "row": one.row.key,
        "field": one.field.code,
        "points": _flag(one.is_rate),
        "now": one.actual,
        "before": one.target,
        "difference": one.difference,
        "growth": None if one.attained is None else one.attained - 1,
        "why": "",
        "same_units": None,
        **{f"same_{key}": None for key in ("now", "before", "difference", "growth", "why")},
        "provisional": _flag(one.provisional),
    }


def _change(prefix: str, change: Change) -> Row:
    return {
        f"{prefix}now": change.now,
        f"{prefix}before": change.before,
        f"{prefix}difference": change.difference,
        f"{prefix}growth": change.growth,
        f"{prefix}why": change.why.value if change.why else "",
    }


def _flag(value: bool) -> str:
    return "yes" if value else "no"


def in_columns(rows: Iterable[Row], columns: tuple[str, ...]) -> list[tuple[AnswerValue, ...]]:
    """The rows as tuples, in the order of the columns."""
    return [tuple(row[column] for column in columns) for row in rows]


def figures_json(consolidation: Consolidation, comparisons: Comparisons) -> dict[str, object]:
    """What ``consolidate --json`` prints for one period; values are text, null for none."""
    return {
        "period": consolidation.period.code,
        "figures": [_texts(row) for row in figure_rows(consolidation)],
        "comparisons": [_texts(row) for row in comparison_rows(consolidation, comparisons)],
        "unmatched": [
            {
                "against": comparison.against.value,
                "base": comparison.period.code,
                "kind": one.kind.value,
                "code": one.code,
                "now": one.now,
                "then": one.then,
            }
            for comparison in comparisons.periods
            for one in comparison.unmatched
        ],
    }


def _texts(row: Row) -> dict[str, str | None]:
    return {key: None if value is None else plain(value) for key, value in row.items()}

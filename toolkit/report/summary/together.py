"""Two sheets that read lists and forms together: both agencies side by side, and things
followed by their own code."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.following import Followed, Remark
from toolkit.consolidate.model import Figure, TableRow, UnitLine
from toolkit.consolidate.side_by_side import SideBySide, result_field, role_field
from toolkit.programme.model import Form, Role
from toolkit.report.summary.lists import ListColumn, draw_list
from toolkit.report.summary.pen import Pen, gathered

# --- two agencies ---------------------------------------------------------------------------


def draw_side_by_side(sheet: Worksheet, shown: Sequence[SideBySide], pen: Pen) -> None:
    """Each task with both agencies' parts and totals, then each place with its two units."""
    names = pen.programme.issuers
    columns = [ListColumn("tt", 6, centred=True), ListColumn("=" + pen.say("side.task"), 40)]
    columns.append(ListColumn("=" + pen.say("side.place"), 22))
    for name in names[:2]:
        columns += [
            ListColumn(f"={name}: {pen.say('side.status')}", 18),
            ListColumn(f"={name}: {pen.say('side.rate')}", 12, centred=True),
            ListColumn(f"={name}: {pen.say('side.result')}", 34),
        ]
    rows = [row for one in shown for row in _rows(one, pen)]
    listed = ((row, None) for row in rows)
    draw_list(sheet, pen, pen.say("title.side"), columns, listed, numbered=3)


def _rows(shown: SideBySide, pen: Pen) -> list[list[object]]:
    rows: list[list[object]] = []
    forms = (shown.first.form, shown.second.form)
    for task in shown.tasks:
        parts = (*task.item.parts, "", "")
        totals = (task.first, task.second)
        row: list[object] = [task.item.number, task.item.text, pen.say("side.total")]
        for form, total, part in zip(forms, totals, parts, strict=False):
            row += _total(form, total, part, pen)
        rows.append(row)
        for pair in task.pairs:
            line: list[object] = [task.item.number, "", pair.place.name]
            line += _line(forms[0], pair.first, pen) + _line(forms[1], pair.second, pen)
            rows.append(line)
    return rows


def _total(form: Form, row: TableRow | None, part: str, pen: Pen) -> list[object]:
    """How many stand where, the mean progress, and the part as the plan words it."""
    if row is None:
        return ["", "", part]
    status, rate = role_field(form, Role.STATUS), role_field(form, Role.RATE)
    shares = row.totals[status.code].shares if status and status.code in row.totals else {}
    words = "\n".join(f"{choice}: {count}" for choice, count in shares.items() if count)
    figure = row.totals.get(rate.code) if rate else None
    shown = _percent(figure.value, pen) if figure else ""
    coverage = figure.coverage if figure else None
    if coverage is not None:
        counted = pen.say("side.counted", count=len(coverage.counted), of=coverage.denominator)
        shown = f"{shown}\n{counted}" if shown else counted
    return [words, shown, part]


def _line(form: Form, line: UnitLine | None, pen: Pen) -> list[object]:
    if line is None:
        return ["", "", ""]

    def figure(code: str | None) -> Figure | None:
        return line.figures.get(code) if code and line else None

    status = figure(f.code if (f := role_field(form, Role.STATUS)) else None)
    rate = figure(f.code if (f := role_field(form, Role.RATE)) else None)
    result = figure(f.code if (f := result_field(form)) else None)
    said = ""
    if status is not None:
        came = any((line.unit.code, code) in pen.returned for code in line.by_period)
        said = str(status.value) if status.value else pen.state_words(status, came=came)
    return [said, _percent(rate.value, pen) if rate else "", gathered(result) if result else ""]


def _percent(value: object, pen: Pen) -> str:
    if not isinstance(value, Decimal):
        return ""
    shown = f"{value * 100:.1f}".removesuffix(".0")
    return f"{shown.replace('.', ',') if pen.lang == 'vi' else shown}%"


# --- followed by code -----------------------------------------------------------------------


def draw_followed(sheet: Worksheet, things: Sequence[Followed], pen: Pen) -> None:
    """One row per thing: registered when, the way it went, and what to look at."""
    columns = (
        ListColumn("tt", 6, centred=True),
        ListColumn("unit", 24),
        ListColumn("=" + pen.say("follow.key"), 12),
        ListColumn("=" + pen.say("follow.name"), 34),
        ListColumn("=" + pen.say("follow.registered"), 18),
        ListColumn("=" + pen.say("follow.status"), 22),
        ListColumn("=" + pen.say("follow.steps"), 40),
        ListColumn("=" + pen.say("follow.remarks"), 44),
    )
    rows = [
        (
            number,
            one.unit.name,
            one.key,
            one.name,
            one.registered.name if one.registered else "",
            one.status,
            "\n".join(f"{step.period.name}: {step.status}" for step in one.steps),
            "\n".join(_remark(remark, pen) for remark in one.remarks),
        )
        for number, one in enumerate(things, 1)
    ]
    listed = ((row, None) for row in rows)
    draw_list(sheet, pen, pen.say("title.follow"), columns, listed, numbered=4)


def _remark(remark: Remark, pen: Pen) -> str:
    return pen.say(f"follow.{remark.code}", unit=remark.unit, name=remark.name)

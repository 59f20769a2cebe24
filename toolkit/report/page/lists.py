"""The long lists of the page: rows of open forms, answers in words, findings, sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.consolidate.control import ControlTotal
from toolkit.consolidate.model import Consolidation, Entry, FormTable, Part, TableRow
from toolkit.consolidate.waivers import waiver_lines
from toolkit.findings import Finding, Severity
from toolkit.intake.model import State
from toolkit.messages import text
from toolkit.programme.model import Field, FieldType, Form, FormKind
from toolkit.report.page.origins import Origins
from toolkit.report.page.table import EMPTY, Cell, Column, Filter, Kind, Look, Node, Table
from toolkit.report.shown import shown

_TEXT_WIDTH = 22  # characters, from which a column of a list is a wide one


def entries(name: str, table: FormTable, origins: Origins) -> Table:
    """Every filled row of an open form, as the units sent it."""
    say, form = origins.voice.say, table.form
    heads = [Column(say("head.unit")), Column(say("head.period"))]
    filters = [Filter(say("head.unit"), (0,)), Filter(say("head.period"), (1,))]
    for field in form.fields:
        if field.type is FieldType.CHOICE:
            filters.append(Filter(field.title, (len(heads),)))
        heads.append(_column(field))
    return Table(
        name=name,
        caption=text("page.entries", origins.voice.lang, form=form.name),
        columns=tuple(heads),
        rows=tuple(_entry(entry, form, origins) for entry in table.entries),
        filters=tuple(filters),
    )


def _column(field: Field) -> Column:
    unit = field.unit_of_measure.strip()
    title = f"{field.title} ({unit})" if unit and unit not in field.title else field.title
    if field.is_numeric:
        return Column(title, Kind.NUMBER)
    if field.type in (FieldType.DATE, FieldType.CHOICE):
        return Column(title, Kind.WORD)
    return Column(title, wide=(field.width or 0) >= _TEXT_WIDTH)


def _entry(entry: Entry, form: Form, origins: Origins) -> Node:
    cells = [Cell(entry.unit.name), Cell(entry.period.name)]
    behind = []
    for field in form.fields:
        part = entry.answers.get(field.code)
        cells.append(_answer(field, part, origins))
        if part is not None:
            behind += origins.of(field.title, field, [part])
    place = origins.source(entry.unit.code, entry.period.code)
    return Node(tuple(cells), origins=tuple(behind), sources=() if place is None else (place,))


def _answer(field: Field, part: Part | None, origins: Origins) -> Cell:
    if part is None or (part.value is None and part.state is State.MISSING):
        return EMPTY
    words = origins.read(field, part)
    if part.value is None:
        return Cell(words, look=Look.NOTHING)
    if isinstance(part.value, str):
        return Cell(words)
    number = part.value
    return Cell(words, number.toordinal() if hasattr(number, "toordinal") else number)


# --- answers in words ---------------------------------------------------------------------------


def narrative(consolidation: Consolidation, origins: Origins) -> Table:
    """Every answer in words to a question; what says nothing is left to the form's table."""
    say = origins.voice.say
    return Table(
        name="words",
        caption=text("page.narrative", origins.voice.lang),
        columns=(
            Column(text("page.question", origins.voice.lang), wide=True),
            Column(say("head.unit")),
            Column(say("head.period")),
            Column(text("page.answer", origins.voice.lang), wide=True),
        ),
        rows=tuple(
            node
            for table in consolidation.tables
            if table.form.kind is FormKind.QUESTIONS
            for row in table.rows
            if table.form.field(row.key).type is FieldType.TEXT
            for node in _said(table, row, origins)
        ),
        filters=(
            Filter(text("page.question", origins.voice.lang), (0,)),
            Filter(say("head.unit"), (1,)),
            Filter(say("head.period"), (2,)),
        ),
    )


def _said(table: FormTable, row: TableRow, origins: Origins) -> Iterator[Node]:
    field = table.form.field(row.key)
    for line in row.lines:
        for period in table.periods:
            figure = line.by_period.get(period.code, {}).get(field.code)
            for part in figure.parts if figure else ():
                if part.state is not State.VALUE:
                    continue
                cells = (row.label, line.unit.name, period.name, str(part.value))
                place = origins.source(part.unit, part.period)
                yield Node(
                    tuple(Cell(words) for words in cells),
                    origins=tuple(origins.of(field.title, field, [part])),
                    sources=() if place is None else (place,),
                )


# --- findings -----------------------------------------------------------------------------------


def findings(consolidation: Consolidation, origins: Origins) -> Table:
    """What was found in the returns that count, unit by unit; errors first."""
    say = origins.voice.say
    keys = ("unit", "period", "severity", "sheet", "cell", "found", "said")
    order = {unit.code: place for place, unit in enumerate(consolidation.programme.units)}
    severities = list(Severity)
    found = [
        (
            order.get(source.unit, len(order)),
            severities.index(finding.severity),
            source.unit,
            source.period,
            finding,
        )
        for source in consolidation.sources
        for finding in source.findings
    ]
    found.sort(key=lambda one: one[:2])
    rows = [_finding(unit, period, finding, origins) for _, _, unit, period, finding in found]
    rows += _unplaced(consolidation, origins)
    return Table(
        name="findings",
        caption=text("page.findings", origins.voice.lang),
        columns=tuple(
            Column(
                say(f"head.{key}"),
                Kind.WORD if key in ("severity", "cell") else Kind.TEXT,
                wide=key == "said",
            )
            for key in keys
        ),
        rows=tuple(rows),
        filters=tuple(Filter(say(f"head.{keys[n]}"), (n,)) for n in range(3)),
    )


def _finding(unit: str, period: str, finding: Finding, origins: Origins) -> Node:
    programme, address = origins.voice.programme, finding.address
    severity = Cell(
        origins.voice.say(f"severity.{finding.severity}"),
        list(Severity).index(finding.severity),
        Look(finding.severity.value),
    )
    place = origins.source(unit, period)
    return Node(
        (
            Cell(programme.unit(unit).name),
            Cell(programme.period(period).name),
            severity,
            Cell(address.sheet),
            Cell(address.cell),
            Cell(finding.found),
            Cell(origins.message(finding)),
        ),
        sources=() if place is None else (place,),
    )


def _unplaced(consolidation: Consolidation, origins: Origins) -> Iterator[Node]:
    say = origins.voice.say
    units = {unit.code: unit.name for unit in consolidation.programme.units}
    periods = {period.code: period.name for period in consolidation.programme.periods}
    for one in consolidation.unplaced:
        part = one.part
        yield Node(
            (
                Cell(units.get(part.unit, part.unit)),
                Cell(periods.get(part.period, part.period)),
                Cell(say("severity.warning"), 1, Look.WARNING),
                Cell(part.sheet),
                Cell(part.cell),
                Cell("" if part.value is None else origins.read(None, part)),
                Cell(say(f"unplaced.{one.reason}")),
            )
        )


# --- waivers, sources, control totals -----------------------------------------------------------


def waivers(consolidation: Consolidation, origins: Origins) -> Table:
    """What units were excused from, why and on whose word."""
    say, lang = origins.voice.say, origins.voice.lang
    keys = ("head.unit", "waivers.rule", "head.period", "waivers.reason", "waivers.source")
    rows = []
    for line in waiver_lines(consolidation):
        word = say("waivers.from_sheet")
        if line.decided is not None:
            word = say("waivers.from_decision", day=shown(line.decided.date(), "", lang))
        periods = ", ".join(period.name for period in line.periods)
        said = (line.unit.name, line.code, periods, line.reason, word)
        rows.append(Node((*(Cell(words) for words in said), Cell(str(line.places), line.places))))
    heads = [Column(say(key), wide=key == "waivers.reason") for key in keys]
    return Table(
        name="waivers",
        caption=text("page.waivers", lang),
        columns=(*heads, Column(say("waivers.touched"), Kind.NUMBER)),
        rows=tuple(rows),
    )


def sources(consolidation: Consolidation, origins: Origins) -> Table:
    """The returns that count, each with the balance of its cells."""
    say, lang = origins.voice.say, origins.voice.lang
    counts = ("nonempty", "used", "ignored", "rejected")
    rows = []
    for place, (source, line) in enumerate(
        zip(consolidation.sources, origins.sources, strict=True)
    ):
        balance = source.balance
        numbers = [getattr(balance, name) for name in counts]
        word = say("balanced" if balance.balanced else "unbalanced")
        rows.append(
            Node(
                (
                    Cell(line.unit),
                    Cell(line.period),
                    Cell(shown(line.received, "", lang), line.received.toordinal()),
                    Cell(line.file),
                    *(Cell(shown(n, "#,##0", lang), n) for n in numbers),
                    Cell(word),
                ),
                sources=(place,),
            )
        )
    return Table(
        name="sources",
        caption=text("page.sources", lang),
        columns=(
            Column(say("head.unit")),
            Column(say("head.period")),
            Column(say("head.received"), Kind.WORD),
            Column(say("head.file"), wide=True),
            *(Column(say(f"head.{name}"), Kind.NUMBER) for name in counts),
            Column(say("head.balance"), Kind.WORD),
        ),
        rows=tuple(rows),
        filters=(Filter(say("head.unit"), (0,)), Filter(say("head.period"), (1,))),
    )


def controls(totals: Sequence[ControlTotal], origins: Origins) -> Table:
    """The same sums from the originals, the register and this page."""
    say, programme = origins.voice.say, origins.voice.programme
    rows = []
    for one in totals:
        form = programme.form(one.form)
        sums = (one.originals, one.register, one.summary)
        rows.append(
            Node(
                (
                    Cell(form.name),
                    Cell(form.field(one.field).title),
                    Cell(shown(one.cells, "#,##0", origins.voice.lang), one.cells),
                    *(Cell(shown(n, "#,##0.####", origins.voice.lang), n) for n in sums),
                    Cell(say("balanced" if one.balanced else "unbalanced")),
                )
            )
        )
    numbers = ("cells", "originals", "register", "summary")
    return Table(
        name="controls",
        caption=text("page.controls", origins.voice.lang),
        columns=(
            Column(say("head.form"), wide=True),
            Column(say("head.field"), wide=True),
            *(Column(say(f"head.{key}"), Kind.NUMBER) for key in numbers),
            Column(say("head.balance"), Kind.WORD),
        ),
        rows=tuple(rows),
    )

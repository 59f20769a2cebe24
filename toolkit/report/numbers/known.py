"""The numbers a document about a period may hold, by what they belong to.

A number beside an indicator has to be one of that indicator; one beside a unit and an
indicator one of that unit's. Only a sentence that begins with no such label may hold any
total of the consolidation. Numbers inside texts (of the programme or of an answer) are known
with the whole text only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from toolkit.consolidate.facts import Facts, Indicator, Listed, Tasks
from toolkit.consolidate.headline import Returns
from toolkit.consolidate.model import Coverage, Figure, FormTable, PeriodStatus, TableRow, UnitLine
from toolkit.intake.model import AnswerValue
from toolkit.messages.documents import said
from toolkit.programme.model import Field, FormKind, Item, Programme
from toolkit.report.numbers.judged import (
    band_numbers,
    changed_numbers,
    judged_texts,
    unit_numbers,
)
from toolkit.report.numbers.written import Numbers
from toolkit.report.official.telling import CLIPS, clipped
from toolkit.text import match_key

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Known:
    """All of it. Labels and names by their match key; a label may be that of several rows."""

    whole: Numbers  # every total and count
    labels: Mapping[str, tuple[int, ...]]  # label -> rows
    rows: Sequence[Numbers]
    units: Mapping[str, str]  # name -> code
    by_unit: Mapping[str, Numbers]
    by_unit_row: Mapping[tuple[str, int], Numbers]
    printed: frozenset[str]  # numbers as printed at the rows of item lists
    phrases: Mapping[str, Sequence[str]]  # digits -> texts that hold them, the longest first


def known_of(facts: Facts, more_phrases: Iterable[str] = ()) -> Known:
    """What may stand in a document about these facts.

    ``more_phrases`` are texts known otherwise: those of an office's own template.
    """
    consolidation = facts.consolidation
    labels: dict[str, tuple[int, ...]] = {}
    rows: list[Numbers] = []
    by_unit: dict[str, Numbers] = {}
    by_unit_row: dict[tuple[str, int], Numbers] = {}
    for table in consolidation.tables:
        for row in table.rows:
            place = len(rows)
            rows.append(_row_numbers(facts, table, row))
            for label in dict.fromkeys(_labels(table, row)):
                labels[label] = (*labels.get(label, ()), place)
            for line in row.lines:
                own = _line_numbers(table, line)
                by_unit_row[line.unit.code, place] = own
                by_unit[line.unit.code] = by_unit.get(line.unit.code, Numbers()) | own
        for place, unit, own in _columns(facts, table, labels, rows):
            known_so_far = by_unit_row.get((unit, place), Numbers())
            by_unit_row[unit, place] = known_so_far | own
    for status in consolidation.status:
        for one in status.units:
            own = _counts([one.late_days]) | _days([one.received])
            by_unit[one.unit.code] = by_unit.get(one.unit.code, Numbers()) | own
    for scored in facts.consolidation.scores.units if facts.consolidation.scores else ():
        code = scored.unit.code
        by_unit[code] = by_unit.get(code, Numbers()) | unit_numbers(scored)
    for listed in facts.lists:
        for entry in listed.entries:
            own = _many(
                _answer(listed.form.field(code), part.value) for code, part in entry.answers.items()
            )
            by_unit[entry.unit.code] = by_unit.get(entry.unit.code, Numbers()) | own
    programme = consolidation.programme
    return Known(
        whole=_many([*rows, *_overall(facts)]),
        labels=labels,
        rows=rows,
        units={match_key(n): u.code for u in programme.units for n in (u.name, u.short) if n},
        by_unit=by_unit,
        by_unit_row=by_unit_row,
        printed=frozenset(
            match_key(i.number) for every in programme.item_lists.values() for i in every
        ),
        phrases=_indexed(
            [
                *_programme_texts(programme),
                *_answer_texts(facts),
                *judged_texts(facts),
                *more_phrases,
            ]
        ),
    )


def _many(every: Iterable[Numbers]) -> Numbers:
    kept = list(every)
    return Numbers(
        *(frozenset().union(*(getattr(n, f.name) for n in kept)) for f in fields(Numbers))
    )


def _counts(every: Iterable[int]) -> Numbers:
    return Numbers(plain=frozenset(Decimal(n) for n in every))


def _days(every: Iterable[date | None]) -> Numbers:
    return Numbers(days=frozenset(day for day in every if day is not None))


def _shares(parts: Iterable[int], whole: int) -> Numbers:
    if not whole:
        return Numbers()
    return Numbers(percents=frozenset(Decimal(part) / Decimal(whole) * 100 for part in parts))


def _answer(field: Field, value: AnswerValue) -> Numbers:
    if isinstance(value, Decimal):
        if field.shows_percent:
            return Numbers(percents=frozenset({value * 100}))
        return Numbers(plain=frozenset({value}))
    return _days([value]) if isinstance(value, date) else Numbers()


def _figure(field: Field, figure: Figure) -> Numbers:
    return _answer(field, figure.value) | _counts(figure.shares.values()) | _cover(figure.coverage)


def _row_count(figure: Figure) -> Numbers:
    """How many rows a list has, of one unit or of all."""
    rows = [figure.value] if isinstance(figure.value, Decimal) else []
    return Numbers(plain=frozenset(rows)) | _cover(figure.coverage)


def _cover(cover: Coverage | None) -> Numbers:
    if cover is None:
        return Numbers()
    lacking = (cover.missing, cover.unreadable, cover.partial, cover.faulty)
    return _counts([cover.denominator, *map(len, (cover.expected, cover.counted, *lacking))])


# --- rows -------------------------------------------------------------------------------------


def _labels(table: FormTable, row: TableRow) -> Iterator[str]:
    """Every way in which the outputs name a row."""
    names = [row.label]
    if table.form.kind is FormKind.FIXED:
        names += [f"{row.label}: {f.title}" for f in table.form.fields if f.code in row.totals]
    for name in names:
        yield match_key(name)
        yield from (match_key(clipped(name, most)) for most in CLIPS)


def _columns(
    facts: Facts, table: FormTable, labels: dict[str, tuple[int, ...]], rows: list[Numbers]
) -> Iterator[tuple[int, str, Numbers]]:
    """The columns of a list, named by their titles, as rows of their own.

    Gives for each answer in them its row (the column's), unit and number.
    """
    if table.form.kind is not FormKind.OPEN:
        return
    mine: dict[str, int] = {}
    for row in table.rows:
        cover = _many(_cover(figure.coverage) for figure in row.totals.values())
        for field in table.form.fields:
            if field.code in row.totals and field.is_numeric:
                mine[field.code] = len(rows)
                label = match_key(field.title)
                labels[label] = (*labels.get(label, ()), len(rows))
                changed = _many(_changes(facts, table, row, field.code))
                rows.append(_figure(field, row.totals[field.code]) | cover | changed)
    for entry in table.entries:
        for code, part in entry.answers.items():
            if code in mine:
                own = _answer(table.form.field(code), part.value)
                yield mine[code], entry.unit.code, own


def _row_numbers(facts: Facts, table: FormTable, row: TableRow) -> Numbers:
    codes = {field.code: field for field in table.form.fields}
    found = [
        _figure(codes[code], figure) if code in codes else _row_count(figure)
        for code, figure in row.totals.items()
    ]
    if row.item is not None:
        found.append(_target(row.item))
    found += _changes(facts, table, row)
    for tasks in facts.tasks:
        if tasks.form.code == table.form.code:
            found.append(_task_numbers(tasks, row.key))
    for listed in facts.lists:
        if listed.form.code == table.form.code:
            found.append(_list_numbers(listed))
    return _many(found)


def _changes(
    facts: Facts, table: FormTable, row: TableRow, code: str | None = None
) -> Iterator[Numbers]:
    """What the comparisons say of a row, or of one of its fields."""
    for comparison in facts.compared:
        for one in comparison.rows:
            if (one.form.code, one.row.key) == (table.form.code, row.key) and (
                code is None or one.code == code
            ):
                yield changed_numbers(one)


def _target(item: Item) -> Numbers:
    if item.target is None:
        return Numbers()
    if item.target_is_rate:
        return Numbers(percents=frozenset({item.target * 100}))
    return Numbers(plain=frozenset({item.target}))


def _task_numbers(tasks: Tasks, key: str) -> Numbers:
    task = next((t for t in tasks.tasks if t.row.key == key), None)
    if task is None:  # nobody was asked
        return Numbers()
    given = [task.tally.get(state, 0) for state in tasks.states]
    return _counts([*given, task.asked, task.asked - task.answered]) | _shares(given, task.asked)


def _list_numbers(listed: Listed) -> Numbers:
    given = [number for _, shares in listed.shares for number in shares.values()]
    unstated = [listed.unstated(field) for field, _ in listed.shares]
    counted = _counts([listed.rows, listed.givers, *given, *unstated])
    return counted | _counts(n for _, n in listed.by_unit) | _shares(given, listed.rows)


def _line_numbers(table: FormTable, line: UnitLine) -> Numbers:
    codes = {field.code: field for field in table.form.fields}
    return _many(
        _figure(codes[code], figure) if code in codes else _row_count(figure)
        for code, figure in line.figures.items()
    )


# --- everything at once -----------------------------------------------------------------------


def _overall(facts: Facts) -> Iterator[Numbers]:
    """Counts over rows and units, and the days and years of the programme."""
    returns, programme = facts.returns, facts.consolidation.programme
    statuses = facts.consolidation.status
    yield _sent(returns)
    yield from (_sent(status) for status in statuses)
    yield _counts(u.late_days for status in statuses for u in status.units)
    yield _counts([len(statuses), len(programme.units)])
    lacking = (facts.missing_ones, facts.late_ones, facts.returned_ones)
    wanted = (*facts.missing_ones, *facts.returned_ones)
    yield _counts(len({one.unit.code for one in ones}) for ones in (*lacking, wanted))
    for tasks in facts.tasks:
        tally = [tasks.tally.get(state, 0) for state in tasks.states]
        agreed = [len(tasks.agreed(state)) for state in tasks.states]
        yield _counts([len(tasks.tasks), tasks.answered, *tally, *agreed])
        yield _shares(tally, tasks.answered)
    yield _counts([facts.tasks_given, facts.tasks_finished])
    verdicts = (facts.reached, len(facts.not_reached), facts.unjudged)
    yield _counts([len(facts.indicators), *verdicts])
    yield from (_made_of(one) for one in facts.indicators)
    if facts.consolidation.scores is not None:
        yield band_numbers(facts.consolidation.scores)
    for question in facts.narratives:
        said_by = [len(p.units) for p in question.passages]
        speakers = {u.code for p in question.passages for u in p.units}
        silent = [len(question.nothing), len(question.silent)]
        yield _counts([len(question.passages), *said_by, *silent, len(speakers) + sum(silent)])
    periods = programme.periods
    yield _days([d for p in periods for d in (p.start, p.end, p.due)])
    years = {programme.year, programme.year + 1}
    yield _counts(years | {p.start.year for p in periods} | {p.end.year for p in periods})


def _sent(one: Returns | PeriodStatus) -> Numbers:
    given = [one.received, one.on_time, one.late, one.returned, one.expected - one.received]
    return _counts([one.expected, *given]) | _shares(given, one.expected)


def _made_of(one: Indicator) -> Numbers:
    made = (one.done, one.whole)
    return Numbers(plain=frozenset(number for number in made if number is not None))


# --- texts ------------------------------------------------------------------------------------


def _programme_texts(programme: Programme) -> Iterator[str]:
    yield from (programme.name, programme.superior, programme.code)
    yield from (*programme.issuers, *programme.recipients)
    for unit in programme.units:
        yield from (unit.name, unit.short, *unit.aliases)
    yield from (period.name for period in programme.periods)
    for form in programme.forms:
        yield form.name
        for field in form.fields:
            yield from (field.title, field.group, field.unit_of_measure)
    for choice in programme.choices:
        yield from choice.values
    yield from (chart.title for chart in programme.charts)
    for items in programme.item_lists.values():
        for item in items:
            texts = (item.text, item.group, item.lead, item.due, *item.parts, *item.extra.values())
            yield from texts
            yield item.unit_of_measure
            if item.number:
                yield said("tasks.numbered", number=item.number)
                yield f"{item.number}. {item.text}"


def _answer_texts(facts: Facts) -> Iterator[str]:
    for question in facts.narratives:
        for passage in question.passages:
            yield passage.text.rstrip(" .\n")
    for listed in facts.lists:
        for entry in listed.entries:
            for part in entry.answers.values():
                if isinstance(part.value, str):
                    yield part.value


def _indexed(texts: Iterable[str]) -> dict[str, list[str]]:
    """Texts with a digit and a letter, under each of their digit runs.

    A text of digits alone ("12") would excuse the number wherever it stands.
    """
    found: dict[str, set[str]] = {}
    for text in texts:
        key = match_key(text)
        if any(char.isalpha() for char in key):
            for run in _DIGITS.findall(key):
                found.setdefault(run, set()).add(key)
    return {run: sorted(keys, key=lambda k: (-len(k), k)) for run, keys in found.items()}

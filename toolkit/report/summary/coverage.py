"""Who is in a figure and who is not, in words: "14/15 đơn vị", the missing units named."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.consolidate.model import Coverage, UnitLine
from toolkit.programme.model import Field, FormKind
from toolkit.report.summary.grid import ROW_COUNT, Block, Grid, consolidated_fields
from toolkit.report.voice import Voice


def coverage_words(grid: Grid, block: Block, voice: Voice, code: str = "") -> tuple[str, str]:
    """The coverage of a row's figures and the units lacking, each named once.

    Of one figure alone where ``code`` names it.
    """
    coverages = _coverages(grid, block)
    if code and (figure := block.row.totals.get(code)) and figure.coverage:
        coverages = [("", figure.coverage)]
    if not coverages:
        return "", ""
    ratios = {ratio(cover) for _, cover in coverages}
    if len(ratios) == 1:
        counted, expected = ratios.pop()
        words = voice.say("coverage", counted=counted, expected=expected)
    else:
        words = "\n".join(
            voice.say(
                "coverage_of",
                field=title or voice.say("head.row_count"),
                counted=ratio(cover)[0],
                expected=ratio(cover)[1],
            )
            for title, cover in coverages
        )
    if any(not cover.complete for _, cover in coverages):
        words += f"\n{voice.say('provisional')}"
    return words, _missing_words(coverages, voice)


def unit_state(grid: Grid, block: Block, line: UnitLine, voice: Voice) -> tuple[str, str]:
    """Whether the unit is in the figures of a row, and what it lacks."""
    missing_periods: set[str] = set()
    faulty: list[str] = []
    for title, coverage in _coverages(grid, block):
        for code in coverage.partial.get(line.unit.code, ()):
            missing_periods.add(code)
        if line.unit.code in (*coverage.missing, *coverage.unreadable):
            faulty.append(title or voice.say("head.row_count"))
    if faulty and not voice.came([line.unit], grid.table.periods):
        return voice.say("state.no_return"), ""
    gaps = []
    if any(line.unit.code in cover.faulty for _, cover in _coverages(grid, block)):
        gaps.append(voice.say("taken"))
    if faulty:
        gaps.append(voice.say("lacks", fields=", ".join(dict.fromkeys(faulty))))
    if missing_periods:
        named = [p.name for p in grid.table.periods if p.code in missing_periods]
        gaps.append(voice.say("lacks", fields=", ".join(named)))
    lacking = bool(faulty or missing_periods)
    return (voice.say("partly") if lacking else voice.say("in")), "\n".join(gaps)


def _coverages(grid: Grid, block: Block) -> list[tuple[str, Coverage]]:
    """(field title, coverage) of the figures whose gaps matter: numbers and asked answers."""
    form = grid.table.form
    fields: Sequence[Field] = (
        (form.field(block.row.key),)
        if form.kind is FormKind.QUESTIONS
        else consolidated_fields(form)
    )
    found = []
    for field in fields:
        figure = block.row.totals.get(field.code)
        if figure and figure.coverage and (field.required or field.is_numeric or len(fields) == 1):
            found.append((field.title, figure.coverage))
    rows = block.row.totals.get(ROW_COUNT)
    if rows and rows.coverage:
        found.insert(0, ("", rows.coverage))
    return found


def ratio(coverage: Coverage) -> tuple[int, int]:
    """How many units are wholly in a figure, of how many."""
    return coverage.denominator - len(_lacking(coverage)), coverage.denominator


def _lacking(coverage: Coverage) -> list[str]:
    """The units that are not, or not wholly, in a figure, in official order."""
    gone = {*coverage.missing, *coverage.unreadable, *coverage.partial}
    return [code for code in coverage.expected if code in gone]


def _missing_words(coverages: Sequence[tuple[str, Coverage]], voice: Voice) -> str:
    names = {u.code: u.short or u.name for u in voice.programme.units}
    periods = {p.code: p.name for p in voice.programme.periods}
    said: dict[str, list[str]] = {}
    for title, coverage in coverages:
        parts = []
        for code in _lacking(coverage):
            gap = coverage.partial.get(code)
            name = names[code]
            if gap:
                name += f" ({', '.join(periods[p] for p in gap)})"
            elif code in coverage.unreadable:
                name += f" ({voice.say('state.unreadable')})"
            parts.append(name)
        parts += [f"{names[code]} ({voice.say('state.taken')})" for code in coverage.faulty]
        said.setdefault("; ".join(parts), []).append(title)
    said.pop("", None)
    if len(said) == 1 and len(coverages) == len(next(iter(said.values()))):
        return next(iter(said))
    return "\n".join(
        f"{', '.join(t or voice.say('head.row_count') for t in titles)}: {units}"
        for units, titles in said.items()
    )

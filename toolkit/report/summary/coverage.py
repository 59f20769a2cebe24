"""Who is in a figure and who is not, in words: "14/15 đơn vị", the missing units named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.consolidate.model import Coverage, UnitLine
from toolkit.programme.model import Field, FormKind, Unit
from toolkit.report.summary.grid import ROW_COUNT, Block, Grid, consolidated_fields
from toolkit.report.voice import Voice

MOST_NAMED = 12  # units in one cell; every unit has a row of its own on the form's sheet
_MOST_PERIODS = 3


def coverage_words(grid: Grid, block: Block, voice: Voice, code: str = "") -> tuple[str, str]:
    """The coverage of a row's figures and the units lacking, each named once.

    Of one figure alone where ``code`` names it.
    """
    coverages = _coverages(grid, block)
    if code and (figure := block.row.totals.get(code)) and figure.coverage:
        coverages = [("", figure.coverage)]
    # Of nobody nothing is lacking: the old units that are gone, one whom nothing applies to.
    coverages = [one for one in coverages if one[1].denominator] or coverages
    if not coverages:
        return "", ""
    ratios = {ratio(cover) for _, cover in coverages}
    if len(ratios) == 1:
        counted, expected = ratios.pop()
        words = voice.say("coverage", counted=counted, expected=expected)
    else:
        words = "\n".join(_by_field(coverages, voice))
    if any(not cover.complete for _, cover in coverages):
        words += f"\n{voice.say('provisional')}"
    return words, _missing_words(coverages, _listing(grid, voice), voice)


def _by_field(coverages: Sequence[tuple[str, Coverage]], voice: Voice) -> Iterator[str]:
    """The coverage of each field; where many have the same it is said once, last of all."""
    groups: dict[tuple[int, int], list[str]] = {}
    for title, cover in coverages:
        groups.setdefault(ratio(cover), []).append(title or voice.say("head.row_count"))
    most = max(groups, key=lambda held: len(groups[held]))
    shared = most if len(groups[most]) > 1 else None
    for held, titles in groups.items():
        if held != shared:
            for title in titles:
                yield voice.say("coverage_of", field=title, counted=held[0], expected=held[1])
    if shared is not None:
        others = voice.say("coverage_others")
        yield voice.say("coverage_of", field=others, counted=shared[0], expected=shared[1])


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
    if any(line.unit.code in cover.succeeded for _, cover in _coverages(grid, block)):
        gaps.append(voice.say("succeeded", units=_successors(line.unit, voice)))
    if any(line.unit.code in cover.faulty for _, cover in _coverages(grid, block)):
        gaps.append(voice.say("taken"))
    if faulty:
        gaps.append(voice.say("lacks", fields=", ".join(dict.fromkeys(faulty))))
    if missing_periods:
        named = [p.name for p in grid.table.periods if p.code in missing_periods]
        gaps.append(voice.say("lacks", fields=", ".join(named)))
    lacking = bool(faulty or missing_periods)
    return (voice.say("partly") if lacking else voice.say("in")), "\n".join(gaps)


def is_succeeded(block: Block, code: str, unit: str) -> bool:
    """Whether the unit's figure of a field is in no total: its successors report it."""
    figure = block.row.totals.get(code)
    return bool(figure and figure.coverage and unit in figure.coverage.succeeded)


def succeeded_words(grid: Grid, block: Block, voice: Voice) -> str:
    """The units whose last figures are in no total of a row ("" for none)."""
    gone = {code for _, cover in _coverages(grid, block) for code in cover.succeeded}
    names = [u.short or u.name for u in voice.programme.units if u.code in gone]
    if not names:
        return ""
    units = named(names, _listing(grid, voice), voice)
    return voice.say("succeeded_total", count=len(names), units=units)


def _successors(unit: Unit, voice: Voice) -> str:
    codes = {r.successor for r in voice.programme.successions if r.predecessor == unit.code}
    return ", ".join([u.short or u.name for u in voice.programme.units if u.code in codes])


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


def _listing(grid: Grid, voice: Voice) -> str:
    """The sheet on which each unit has a row."""
    return grid.sheet if grid.units else voice.say("sheet.status")


def named(parts: Sequence[str], sheet: str, voice: Voice) -> str:
    """The names; of very many the first, how many more there are and where they all stand."""
    if len(parts) <= MOST_NAMED + 2:  # "and 2 more" is no shorter than the two
        return "; ".join(parts)
    more = voice.say("and_more", count=len(parts) - MOST_NAMED, sheet=sheet)
    return f"{'; '.join(parts[:MOST_NAMED])} {more}"


def _missing_words(coverages: Sequence[tuple[str, Coverage]], sheet: str, voice: Voice) -> str:
    names = {u.code: u.short or u.name for u in voice.programme.units}
    periods = {p.code: p.name for p in voice.programme.periods}
    said: dict[str, list[str]] = {}
    for title, coverage in coverages:
        parts = []
        for code in _lacking(coverage):
            gap = coverage.partial.get(code)
            name = names[code]
            if len(gap or ()) > _MOST_PERIODS:  # each is named in the unit's own row
                name += f" ({voice.say('lacks_periods', count=len(gap or ()))})"
            elif gap:
                name += f" ({', '.join(periods[p] for p in gap)})"
            elif code in coverage.unreadable:
                name += f" ({voice.say('state.unreadable')})"
            parts.append(name)
        parts += [f"{names[code]} ({voice.say('state.taken')})" for code in coverage.faulty]
        said.setdefault(named(parts, sheet, voice), []).append(title)
    said.pop("", None)
    if len(said) == 1 and len(coverages) == len(next(iter(said.values()))):
        return next(iter(said))
    return "\n".join(
        f"{', '.join(t or voice.say('head.row_count') for t in titles)}: {units}"
        for units, titles in said.items()
    )

"""Points, bands and ranks of the units, and what the period is compared with."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.consolidate.compared import Against, Change, Compared, Comparison
from toolkit.consolidate.score_model import CriterionScore, ScoreState, ScoreTable, UnitScore
from toolkit.messages import text
from toolkit.programme.model import FormKind
from toolkit.report.page.origins import Origins
from toolkit.report.page.table import EMPTY, Cell, Column, Filter, Kind, Look, Node, Table
from toolkit.report.score_words import basis_words, no_band, unit_notes
from toolkit.report.shown import shown
from toolkit.report.summary.formats import is_count, is_mean, number_format
from toolkit.report.voice import Voice

_LABEL = 150  # letters of a long task, which stands whole in its own section
_POINTS = "0.##"
_SIGNED = "#,##0.##"


# --- scores -------------------------------------------------------------------------------------


def scores(table: ScoreTable, origins: Origins) -> Table:
    """A row a unit with its points, band and rank; below it its criteria and their cells."""
    voice = origins.voice
    several = len(table.types) > 1
    heads = [Column(voice.say("scores.unit"), wide=True)]
    if several:
        heads.append(Column(voice.say("scores.type"), Kind.WORD))
    heads += [
        Column(voice.say(f"scores.{key}"), kind)
        for key, kind in (
            ("own_total", Kind.NUMBER),
            ("total", Kind.NUMBER),
            ("band", Kind.WORD),
            ("rank_type" if several else "rank", Kind.NUMBER),
        )
    ]
    if several:
        heads.append(Column(voice.say("scores.rank_all"), Kind.NUMBER))
    heads.append(Column(voice.say("scores.remark"), wide=True))
    band = next(n for n, head in enumerate(heads) if head.title == voice.say("scores.band"))
    filters = [Filter(voice.say("scores.band"), (band,))]
    return Table(
        name="scores",
        caption=voice.say("sheet.scores"),
        columns=tuple(heads),
        rows=tuple(_unit(one, origins, several=several) for one in table.units),
        filters=tuple(filters),
        still=True,
        note=voice.say("scores.legend"),
    )


def _unit(one: UnitScore, origins: Origins, *, several: bool) -> Node:
    voice = origins.voice
    cells = [Cell(one.unit.name), *([Cell(one.unit.type)] if several else [])]
    cells.append(_number(one.own_total, voice, "scores.lacking"))
    unsure = one.state is ScoreState.PROVISIONAL
    cells.append(_number(one.total, voice, "scores.incomplete", unsure=unsure))
    if one.band is None:
        cells.append(Cell(no_band(one, voice), look=Look.NOTHING))
    else:
        cells.append(Cell(one.band.name + ("*" if one.band_provisional else "")))
    ranks = [one.rank, *([one.rank_all] if several else [])]
    mark = "*" if one.rank_provisional else ""
    cells += [Cell("–") if rank is None else Cell(f"{rank}{mark}", rank) for rank in ranks]
    cells.append(Cell(unit_notes(one, voice)))
    kids = tuple(_criterion(score, origins, several=several) for score in one.criteria)
    return Node(tuple(cells), kids)


def _number(value: Decimal | None, voice: Voice, lacking: str, *, unsure: bool = False) -> Cell:
    if value is None:
        return Cell(voice.say(lacking), look=Look.NOTHING)
    look = Look.PROVISIONAL if unsure else None
    return Cell(shown(value, _POINTS, voice.lang), value, look)


def _criterion(score: CriterionScore, origins: Origins, *, several: bool) -> Node:
    voice, criterion = origins.voice, score.criterion
    most = shown(criterion.maximum, _POINTS, voice.lang)
    label = text(
        "page.criterion", voice.lang, code=criterion.code, text=criterion.text, maximum=most
    )
    if score.state is ScoreState.NOT_APPLICABLE:
        points = Cell("–")
    else:
        unsure = score.state is ScoreState.PROVISIONAL
        points = _number(score.points, voice, "scores.lacking", unsure=unsure)
    own = EMPTY if score.own is None else _number(score.own, voice, "scores.lacking")
    cells = [Cell(label), *([EMPTY] if several else []), own, points, EMPTY, EMPTY]
    cells += [EMPTY] if several else []
    cells.append(Cell(basis_words(score, voice)))
    behind = origins.of(criterion.text, None, score.parts, own=False)
    return Node(tuple(cells), origins=tuple(behind))


# --- comparisons --------------------------------------------------------------------------------


def comparisons(compared: Sequence[Comparison], voice: Voice) -> Iterator[Table]:
    """A table for each period that the figures are set against."""
    for one in compared:
        if one.rows:
            title = voice.say(f"compare.{one.against}", period=one.period.name)
            yield _comparison(f"compare-{Against(one.against).value}", title, one, voice)


def _comparison(name: str, title: str, compared: Comparison, voice: Voice) -> Table:
    everyone, same = voice.say("compare.all_units"), voice.say("compare.same_units")
    heads = [Column(voice.say("head.label"), wide=True), Column(voice.say("compare.field"))]
    changes = ("now", "before", "difference", "growth")
    heads += [Column(voice.say(f"compare.{key}"), Kind.NUMBER, everyone) for key in changes]
    heads += [Column(voice.say(f"compare.{key}"), Kind.NUMBER, same) for key in ("units", *changes)]
    forms = tuple(dict.fromkeys(row.form.name for row in compared.rows))
    heads.append(Column(voice.say("head.form")))
    place = len(heads) - 1
    return Table(
        name=name,
        caption=title,
        columns=tuple(heads),
        rows=tuple(Node(tuple(_compared(row, voice))) for row in compared.rows),
        filters=(Filter(voice.say("head.form"), (place,)),) if len(forms) > 1 else (),
    )


def _compared(one: Compared, voice: Voice) -> Iterator[Cell]:
    opened = one.form.kind is FormKind.OPEN
    label = voice.say("all_rows") if opened else one.row.label
    label = textwrap.shorten(label, _LABEL, placeholder=" …")
    title = voice.say("head.row_count") if one.field is None else one.field.title
    unit = voice.say("rows_unit") if one.field is None else one.field.unit_of_measure
    if unit and unit not in title:
        title = f"{title} ({unit})"
    yield Cell(label)
    yield Cell(title)
    yield from _change(one, one.plain, voice, unsure=one.provisional)
    yield Cell(shown(len(one.units), "#,##0", voice.lang), len(one.units))
    yield from _change(one, one.same, voice)
    yield Cell(one.form.name)


def _change(one: Compared, change: Change, voice: Voice, *, unsure: bool = False) -> Iterator[Cell]:
    for value in (change.now, change.before):
        if value is None:
            yield Cell("–", look=Look.NOTHING)
        else:
            provisional = unsure and value is change.now
            look = Look.PROVISIONAL if provisional else None
            yield Cell(shown(value, _form(one, value), voice.lang), value, look)
    if change.difference is None:
        yield Cell("–", look=Look.NOTHING)
    elif one.points:
        points = change.difference * 100
        unit = voice.say("compare.points")
        yield Cell(f"{_signed(points, '0.0', voice)} {unit}", points)
    else:
        yield Cell(_signed(change.difference, _SIGNED, voice), change.difference)
    if change.growth is not None:
        yield Cell(_signed(change.growth, "0.0%", voice), change.growth)
    else:
        why = change.why if change.now is not None and change.before is not None else None
        yield Cell(voice.say(f"no_growth.{why}") if why else "–", look=Look.NOTHING)


def _form(one: Compared, value: Decimal) -> str:
    if one.field is None or is_count(one.field, over_units=True):
        return "#,##0"
    return number_format(one.field, value, mean=is_mean(one.field, over_units=True))


def _signed(value: Decimal, form: str, voice: Voice) -> str:
    words = shown(value, form, voice.lang)
    if not value:
        return "0"
    return f"+{words}" if value > 0 else words

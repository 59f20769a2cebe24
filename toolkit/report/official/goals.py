"""The second and third section of a report: indicators against their targets, lists."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.consolidate.facts import Facts, Indicator, Listed
from toolkit.messages.documents import said
from toolkit.report.official import telling
from toolkit.report.official.blocks import (
    Block,
    Column,
    Grid,
    body,
    bullet,
    fitted,
    heading,
    open_words,
)
from toolkit.report.official.changes import change_words
from toolkit.report.official.telling import Desk, count
from toolkit.text import match_key


def indicators(desk: Desk) -> Iterator[Block]:
    """Section II: the verdicts, and a table of targets and results."""
    facts = desk.facts
    if not facts.indicators:
        yield body(said("results.none"))
        return
    yield body(indicators_verdict(facts))
    provisional = [i for i in facts.indicators if i.attainment.provisional]
    yield _indicator_grid(desk)
    notes = {
        telling.coverage(facts, i.figure.coverage)
        for i in provisional
        if i.attainment.reached is not None
    }
    if len(notes) == 1:
        yield body(said("indicators.tentative", note=notes.pop()))
    elif notes:
        yield body(said("indicators.tentative_own"))
    for one in facts.indicators:
        change = change_words(facts, one.form, one.row, one.field)
        if change:
            actual = indicator_actual(one)
            words = said("indicators.change", label=one.row.label, actual=actual, change=change)
            yield bullet(words)
    if "indicators" in desk.annexes:
        yield body(said("indicators.annex", annex=desk.annexes["indicators"]))


def indicators_verdict(facts: Facts) -> str:
    """How many are reached and how many are not."""
    whole, reached, unknown = len(facts.indicators), facts.reached, facts.unjudged
    missed = len(facts.not_reached)
    if whole == 1:
        key = "one_reached" if reached else "one_missed" if missed else "one_unknown"
        return said(f"indicators.{key}")
    if whole in (reached, missed, unknown):
        key = "all_reached" if reached else "none_reached" if missed else "all_unknown"
        return said(f"indicators.{key}", count=count(whole))
    parts = [
        said(f"indicators.part_{key}", count=count(number))
        for key, number in (("reached", reached), ("missed", missed), ("unknown", unknown))
        if number
    ]
    return said("indicators.some", count=count(whole), parts=", ".join(parts))


def _indicator_grid(desk: Desk) -> Grid:
    columns = (
        Column(said("column.tt"), 10, centred=True),
        Column(said("column.indicator"), 62),
        Column(said("column.target"), 20, centred=True),
        Column(said("column.actual"), 27, centred=True),
        Column(said("column.verdict"), 23, centred=True),
        Column(said("column.units"), 23, centred=True),
    )
    rows = [_indicator_row(i) for i in desk.facts.indicators]
    return Grid(fitted(columns, desk.width), tuple(rows))


def _indicator_row(one: Indicator) -> tuple[str, ...]:
    item, cover = one.row.item, one.figure.coverage
    units = f"{len(cover.counted)}/{cover.denominator}" if cover is not None else ""
    return (
        item.number if item is not None else "",
        one.row.label,
        telling.target(item, one.attainment),
        indicator_actual(one) or "-",
        indicator_verdict(one),
        units,
    )


def indicator_actual(one: Indicator) -> str:
    """The result, with numerator and denominator where it is made of them."""
    shown = telling.attained(one.field, one.attainment)
    if not shown or one.done is None or one.whole is None:
        return shown + (telling.measure(one.field, one.row.item) if shown else "")
    done, whole = telling.plain(one.done), telling.plain(one.whole)
    return said("indicators.rate_of", rate=shown, done=done, whole=whole)


def indicator_verdict(one: Indicator) -> str:
    """Reached, not reached, or nothing to judge by."""
    if one.attainment.reached is None:
        return said("indicators.unknown")
    key = "reached" if one.attainment.reached else "missed"
    return said(f"indicators.{key}{'_tentative' if one.attainment.provisional else ''}")


# --- models -----------------------------------------------------------------------------------


def models(desk: Desk) -> Iterator[Block]:
    """Section III: each list with its numbers."""
    lists = desk.facts.lists
    if not lists:
        yield body(said("results.none"))
        return
    for number, listed in enumerate(lists, 1):
        if len(lists) > 1:
            yield heading(said("models.heading", number=number, form=listed.form.name))
        yield from _list(desk, listed)


def noun(listed: Listed) -> str:
    """What a row of the list is called."""
    name = match_key(listed.form.name)
    about = next((key for key in ("model", "task") if _noun(key) in name), "row")
    return said(f"models.noun_{about}")


def _noun(key: str) -> str:
    return match_key(said(f"models.noun_{key}"))


def _list(desk: Desk, listed: Listed) -> Iterator[Block]:
    yield body(list_words(desk.facts, listed))
    if not listed.rows:
        return
    for words in list_points(desk.facts, listed):
        yield bullet(words)
    without = [unit for unit, number in listed.by_unit if not number]
    if without:
        units = telling.names(without)
        yield bullet(said("models.without", noun=noun(listed), units=units))
    yield open_words(said("models.describe", noun=noun(listed)))
    annex = desk.annexes.get(f"list:{listed.form.code}")
    if annex:
        yield body(said("models.annex", annex=annex))


def list_words(facts: Facts, listed: Listed) -> str:
    """How many rows came from how many units."""
    cover, note = listed.figure.coverage, telling.note(facts, listed.figure)
    if listed.rows:
        same = listed.figure.value == listed.rows  # not where rows follow one thing over time
        change = ""
        if same:
            change = change_words(facts, listed.form, listed.row, None, noun(listed))
        return said(
            "models.listed",
            rows=count(listed.rows),
            noun=noun(listed),
            change=change,
            givers=count(listed.givers),
            asked=count(cover.denominator if cover is not None else len(listed.by_unit)),
            note=note,
        )
    key = "nothing" if listed.figure.value is not None else "unknown"
    return said(f"models.{key}", noun=noun(listed), note=note)


def list_points(facts: Facts, listed: Listed) -> Iterator[str]:
    """The rows by each choice, and the sums of the columns."""
    for field, shares in listed.shares:
        unstated = listed.unstated(field)
        tally = "; ".join(
            said(
                "models.share",
                choice=choice,
                count=count(number),
                noun=noun(listed),
                rate=telling.rate(number, listed.rows),
            )
            for choice, number in shares.items()
            if number
        )
        rest = said("models.unstated", count=count(unstated), noun=noun(listed)) if unstated else ""
        yield said("models.shares", field=field.title, tally=tally, unstated=rest)
    own = telling.coverage(facts, listed.figure.coverage)
    for field in listed.sums:
        figure = listed.row.totals[field.code]
        if isinstance(figure.value, Decimal) and not field.shows_percent:
            same = telling.coverage(facts, figure.coverage) == own
            yield said(
                "models.sum",
                field=field.title,
                value=telling.value(field, figure.value),
                unit=telling.measure(field),
                change=change_words(facts, listed.form, listed.row, field),
                note="" if same else telling.note(facts, figure),
            )

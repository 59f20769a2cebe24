"""Numbers, names and coverage as an official document says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from toolkit.consolidate.facts import Facts
from toolkit.consolidate.model import Attainment, Coverage, Figure, UnitStatus
from toolkit.intake.model import AnswerValue
from toolkit.messages.documents import said
from toolkit.programme.model import Aggregation, Field, FieldType, Item, Period, PeriodKind, Unit
from toolkit.text import figure_text, match_key

# A task is named in prose by its number and this much of its text.
LABEL = 90
MOST_TASKS = 15
MOST_TEXTS = 5
# Every length that a label is clipped to in a document or on a slide.
CLIPS = (LABEL, 2 * LABEL, 60, 45)
# More units than this are counted instead of named.
MOST_NAMES = 16
# A name that begins with one of these words is no proper name: within a sentence it has a
# small first letter.
_COMMON = (
    "công tác",
    "kế hoạch",
    "phong trào",
    "chương trình",
    "nhiệm vụ",
    "phối hợp",
    "thực hiện",
    "tình hình",
    "kết quả",
    "quý",
    "năm",
    "tháng",
    "tuần",
    "kỳ",
)
_MOST_PLACES = 6
_LAST_NUMBER = re.compile(r"\s+\d[\d.,]*$")
# A period that is a stretch of time, not a round of returns with a name of its own.
_TIME = re.compile(r"(?:quý|năm|tháng|tuần|\d+ tháng)\b")


@dataclass(frozen=True, slots=True)
class Desk:
    """What every section is written from; ``annexes`` are the Roman numbers by key."""

    facts: Facts
    annexes: Mapping[str, str]
    width: float  # mm of a line

    @property
    def several(self) -> bool:
        """Whether the report is over several periods of collection."""
        return len(self.facts.consolidation.status) > 1


def within(name: str) -> str:
    """A name as it stands within a sentence: ``Quý II/2024`` -> ``quý II/2024``."""
    key = match_key(name)
    if any(key.startswith(match_key(word) + " ") for word in _COMMON):
        return name[:1].lower() + name[1:]
    return name


def issuers(facts: Facts) -> str:
    """The issuing bodies in one line."""
    return said("head.and").join(facts.consolidation.programme.issuers)


def subject(facts: Facts) -> str:
    """What the report is about: ``Tổng kết công tác dân vận năm 2024``."""
    period, programme = facts.consolidation.period, facts.consolidation.programme
    what = within(programme.name)
    if match_key(period.name) not in match_key(programme.name):
        year = re.search(rf",?\s+năm\s+{programme.year}$", what, re.IGNORECASE)
        if year and str(programme.year) in period.name:  # the period says it again
            what = what[: year.start()]
        timed = _TIME.match(match_key(period.name))
        key = "with_time" if timed else "with_period"
        what = said(f"subject.{key}", name=what, period=within(period.name))
    kind = {PeriodKind.YEAR: "year", PeriodKind.HALF: "half"}.get(period.kind, "other")
    return said(f"subject.{kind}", what=what)


# --- numbers ----------------------------------------------------------------------------------


def count(number: int) -> str:
    """A count: 1.234."""
    return figure_text(Decimal(number), "vi")


def plain(number: Decimal) -> str:
    """A number as it is, with up to three places."""
    return figure_text(number, "vi", 3)


def percent(fraction: Decimal, against: Decimal | None = None) -> str:
    """A fraction as a percentage with one place; 12,5%.

    More places where it would otherwise look like ``against`` without being it: 99,96% is
    not shown as a target of 100% that is missed all the same.
    """
    value = fraction * 100
    for places in range(1, _MOST_PLACES):
        shown = figure_text(value, "vi", places)
        if against is None or fraction == against or shown != figure_text(against * 100, "vi"):
            break
    return f"{shown}%"


def rate(part: int, whole: int) -> str:
    """A part of a whole as a percentage; never 100% or 0% when it is not all or none."""
    share = Decimal(part) / Decimal(whole)
    return percent(share, Decimal(1) if part < whole else None)


def value(field: Field, given: AnswerValue) -> str:
    """An answer or a figure of a field, without its unit of measure; "" for nothing."""
    if isinstance(given, date):
        return said("figures.day", day=day(given))
    if not isinstance(given, Decimal):
        return given or ""
    if field.shows_percent:
        return percent(given)
    means = Aggregation.MEAN in (field.over_units, field.over_periods)
    places = 2 if means or field.type is not FieldType.INTEGER else 0
    if not means:
        places = max(places, min(3, -int(given.normalize().as_tuple().exponent)))
    return figure_text(given, "vi", places)


def measure(field: Field, item: Item | None = None) -> str:
    """The unit of measure as it follows a number; nothing for rates and days."""
    if field.shows_percent or field.type is FieldType.DATE:
        return ""
    unit = (item.unit_of_measure if item is not None else "") or field.unit_of_measure
    return f" {unit}" if unit else ""


def day(when: date) -> str:
    """05/03/2024."""
    return when.strftime("%d/%m/%Y")


def target(item: Item | None, held: Attainment) -> str:
    """A target with the sign of the side that reaches it."""
    return said(f"target.sign_{_side(item, held)}", target=_target(held))


def target_words(item: Item | None, held: Attainment) -> str:
    """A target within a sentence: ``từ 40% trở lên``."""
    return said(f"target.words_{_side(item, held)}", target=_target(held))


def _side(item: Item | None, held: Attainment) -> str:
    if item is not None and not item.target_is_floor:
        return "most"
    # Nothing lies above all of them.
    return "all" if held.target_is_rate and held.target == 1 else "least"


def _target(held: Attainment) -> str:
    return percent(held.target) if held.target_is_rate else plain(held.target)


def attained(field: Field, held: Attainment) -> str:
    """What was reached, never shown as the target it misses."""
    if held.actual is None:
        return ""
    if held.target_is_rate:
        return percent(held.actual, None if held.reached else held.target)
    return value(field, held.actual)


# --- names --------------------------------------------------------------------------------------


def short(unit: Unit) -> str:
    """The name of a unit in a list."""
    return unit.short or unit.name


def names(units: Sequence[Unit]) -> str:
    """The units by name, or how many they are."""
    if len(units) > MOST_NAMES:
        return said("coverage.many", count=count(len(units)))
    return ", ".join(short(unit) for unit in units)


def with_periods(ones: Iterable[tuple[Unit, str]]) -> str:
    """Units with what is said of each in brackets; a unit stands once. Too many are counted."""
    found: dict[str, tuple[Unit, list[str]]] = {}
    for unit, words in ones:
        found.setdefault(unit.code, (unit, []))[1].append(words)
    if len(found) > MOST_NAMES:
        return said("coverage.many", count=count(len(found)))
    return ", ".join(
        said("coverage.unit_periods", unit=short(unit), periods="; ".join(words))
        if any(words)
        else short(unit)
        for unit, words in found.values()
    )


def owing(ones: Sequence[UnitStatus], *, several: bool) -> str:
    """Units; of several periods period by period: ``quý II/2024 (Tiên Lãng, Cát Hải)``."""
    if not several:
        return names([one.unit for one in ones])
    return by_period((one.unit, within(one.period.name)) for one in ones)


def by_period(pairs: Iterable[tuple[Unit, str]]) -> str:
    """The units of each period in brackets; periods of the same units stand together."""
    units: dict[str, list[Unit]] = {}
    for unit, period in pairs:
        units.setdefault(period, []).append(unit)
    alike: dict[tuple[str, ...], list[str]] = {}
    for period, owing_units in units.items():
        alike.setdefault(tuple(unit.code for unit in owing_units), []).append(period)
    return "; ".join(
        said("coverage.period_units", periods=", ".join(periods), units=names(units[periods[0]]))
        for periods in alike.values()
    )


# --- coverage -----------------------------------------------------------------------------------


def coverage(facts: Facts, cover: Coverage | None) -> str:
    """Who is in a figure and who is lacking; "" when nothing is lacking."""
    if cover is None or cover.complete:
        return ""
    programme = facts.consolidation.programme
    periods = {p.code: p for p in programme.periods}
    units = {u.code: u for u in programme.units}
    key = "counted_whole" if cover.partial else "counted"
    words = said(f"coverage.{key}", counted=len(cover.counted), asked=cover.denominator)
    if cover.missing:
        words += said("coverage.missing", units=names([units[code] for code in cover.missing]))
    if cover.partial:
        words += said("coverage.partial", units=_lacking(cover, units, periods))
    if cover.unreadable:
        unread = names([units[code] for code in cover.unreadable])
        words += said("coverage.unreadable", units=unread)
    if cover.faulty:
        words += said("coverage.faulty", units=names([units[code] for code in cover.faulty]))
    return words


def _lacking(cover: Coverage, units: dict[str, Unit], periods: dict[str, Period]) -> str:
    pairs = [
        (units[code], within(periods[lacking].name) if lacking in periods else lacking)
        for code, every in cover.partial.items()
        for lacking in every
    ]
    if len(cover.partial) > MOST_NAMES:
        return with_periods(pairs)
    return min(with_periods(pairs), by_period(pairs), key=len)


def note(facts: Facts, figure: Figure) -> str:
    """The coverage, to stand after a figure."""
    words = coverage(facts, figure.coverage)
    return said("figures.note", note=words) if words else ""


def clipped(words: str, most: int) -> str:
    """A text in at most so many letters, cut between words and marked with an ellipsis.

    Not within brackets: "(6…" of "(6 tháng đầu năm)" would say something else.
    """
    flat = " ".join(words.split())
    if len(flat) <= most:
        return flat
    kept = flat[:most].rsplit(" ", 1)[0]
    if kept.rfind("(") > max(kept.rfind(")"), 0):
        kept = kept[: kept.rfind("(")]
    # A number cut from what it counts ("6…" of "6 tháng") would stand for something else.
    kept = _LAST_NUMBER.sub("", kept)
    return kept.rstrip(" ,;:.-–") + "…"

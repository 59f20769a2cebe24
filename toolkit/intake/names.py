"""Unit and period names as offices write them.

The rules are those of the domain facts: abbreviations (Q., H., P., X., TX., TP., TT.),
capitals, the two places of a tone mark, NBSP; ``quý 1``, ``Quý I``, ``Q1``, ``quí 1``,
``Q.I``, ``6 tháng đầu năm``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePath

from toolkit.kept import by_identity
from toolkit.programme.model import Period, PeriodKind, Programme, Unit
from toolkit.text import match_key, slug

_KINDS = {
    "q": "quận",
    "h": "huyện",
    "p": "phường",
    "x": "xã",
    "tx": "thị xã",
    "tp": "thành phố",
    "tt": "thị trấn",
}
_ABBREVIATED = re.compile(r"^(tx|tp|tt|q|h|p|x)(?:\s*\.\s*|\s+|(?=\d))(?=\w)")
_KIND_WORDS = re.compile(r"^(?:quận|huyện|phường|xã|thị xã|thành phố|thị trấn)\s+(?=\D)")
_CLOSE = 0.8  # difflib ratio from which a spelling is offered as a suggestion

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_EDGE = r"(?<![^\W_])"  # not inside a word or a number
_END = r"(?![^\W_])"
_HALF = re.compile(rf"{_EDGE}(?:6|sáu|sau) th[áa]ng(?: (đầu|dau|cuối|cuoi))?")
_NINE = re.compile(rf"{_EDGE}(?:9|chín|chin) th[áa]ng")
_QUARTER = re.compile(rf"{_EDGE}(quý|quí|quy|q)[ .]*(iv|i{{1,3}}|[1-4]){_END}")
_MONTH = re.compile(rf"{_EDGE}th[áa]ng[ .]*(0?[1-9]|1[0-2]){_END}")
_YEAR_ALONE = re.compile(rf"{_EDGE}(?:cả )?n[ăa]m (20\d\d){_END}")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def unit_key(name: str) -> str:
    """The matching key of a unit's name: abbreviations spelled out, edges tidied."""
    key = match_key(name).strip(" .,;:-–")
    return _ABBREVIATED.sub(lambda m: _KINDS[m.group(1)] + " ", key)


def _bare(key: str) -> str:
    return _KIND_WORDS.sub("", key)


def _unit_keys(unit: Unit) -> Iterator[str]:
    for name in (unit.name, unit.short, *unit.aliases):
        if name.strip():
            yield unit_key(name)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of a programme's units, each with the units that bear it, in official order."""

    full: Mapping[str, tuple[Unit, ...]]  # by matching key, codes too
    bare: Mapping[str, tuple[Unit, ...]]  # without the kind of unit
    in_files: Mapping[str, tuple[Unit, ...]]  # as a file's name spells them; two words or more
    codes_in_files: Mapping[str, tuple[Unit, ...]]
    numbered: bool  # there is a Quận 1
    place: Mapping[Unit, int]  # in official order; a country has thousands of units


@by_identity
def _names_of(programme: Programme) -> _Names:
    full: dict[str, dict[Unit, None]] = {}
    bare: dict[str, dict[Unit, None]] = {}
    in_files: dict[str, dict[Unit, None]] = {}
    codes: dict[str, dict[Unit, None]] = {}
    for unit in programme.units:
        keys = list(_unit_keys(unit))
        for key in (*keys, match_key(unit.code)):
            full.setdefault(key, {})[unit] = None
        for key in keys:
            bare.setdefault(_bare(key), {})[unit] = None
            for name in (slug(key).casefold(), slug(_bare(key)).casefold()):
                if "-" in name:
                    in_files.setdefault(name, {})[unit] = None
        codes.setdefault(slug(unit.code).casefold(), {})[unit] = None
    numbered = any(re.fullmatch(r"quận \d+", key) for key in full)
    return _Names(
        _settled(full),
        _settled(bare),
        _settled(in_files),
        _settled(codes),
        numbered,
        {unit: n for n, unit in enumerate(programme.units)},
    )


def _settled(found: Mapping[str, Mapping[Unit, None]]) -> Mapping[str, tuple[Unit, ...]]:
    return {name: tuple(units) for name, units in found.items()}


def units_named(text: str, programme: Programme) -> tuple[Unit, ...]:
    """The units that ``text`` names exactly, in official order; several when it is ambiguous.

    A full name, short name or alias goes before the name without its kind of unit: where
    there is a ``Quận An Dương`` and a ``Xã An Dương``, ``An Dương`` names both.
    """
    key = unit_key(text)
    if not key:
        return ()
    names = _names_of(programme)
    exact = names.full.get(key, ())
    if exact or key != _bare(key):
        return exact  # or it says which kind of unit, and there is none of that kind and name
    return names.bare.get(key, ())


def close_units(text: str, programme: Programme) -> tuple[Unit, ...]:
    """Up to three units whose names are close to ``text``: to suggest, never to take."""
    wanted = unit_key(text)
    if not wanted:
        return ()
    by_key: dict[str, Unit] = {}
    for unit in programme.units:
        for key in _unit_keys(unit):
            by_key.setdefault(key, unit)
            by_key.setdefault(_bare(key), unit)
    keys = get_close_matches(wanted, sorted(by_key), n=6, cutoff=_CLOSE)
    keys += get_close_matches(_bare(wanted), sorted(by_key), n=6, cutoff=_CLOSE)
    return tuple({by_key[key].code: by_key[key] for key in keys}.values())[:3]


def _ordinal(period: Period) -> int:
    # By its end: a state quarter runs from the 15th of the month before (Decree 09/2019).
    month = period.end.month
    return {
        PeriodKind.MONTH: month,
        PeriodKind.QUARTER: (month - 1) // 3 + 1,
        PeriodKind.HALF: 1 if month <= 6 else 2,
    }.get(period.kind, 1)


def _spelled(key: str) -> tuple[PeriodKind, int] | None:
    """The kind and number of the period that a text spells, the most telling words first."""
    if half := _HALF.search(key):
        return PeriodKind.HALF, 2 if half.group(1) in ("cuối", "cuoi") else 1
    if _NINE.search(key):
        return PeriodKind.NINE_MONTHS, 1
    if quarter := _QUARTER.search(key):
        number = quarter.group(2)
        return PeriodKind.QUARTER, _ROMAN.get(number) or int(number)
    if month := _MONTH.search(key):
        return PeriodKind.MONTH, int(month.group(1))
    if _YEAR_ALONE.search(key):
        return PeriodKind.YEAR, 1
    return None


def periods_named(text: str, programme: Programme) -> tuple[Period, ...]:
    """The collected periods that ``text`` may mean, in order; empty when it names none.

    Without a year in the text there may be several (``Quý I`` in a programme of two years).
    """
    key = match_key(text)
    exact = [p for p in programme.periods if key in (match_key(p.code), match_key(p.name))]
    if exact:
        return tuple(exact)
    return _by_spelling(key, programme)


def _by_spelling(key: str, programme: Programme) -> tuple[Period, ...]:
    spelled = _spelled(key)
    if spelled is None:
        return ()
    years = {int(year) for year in _YEAR.findall(key)}
    return tuple(
        p
        for p in programme.periods
        if (p.kind, _ordinal(p)) == spelled and (not years or p.end.year in years)
    )


def period_in_file_name(file_name: str, programme: Programme) -> tuple[Period, ...]:
    """The periods the name of a file names; a year alone says nothing.

    ``Q1`` is not read as a quarter where the programme has a ``Quận 1``.
    """
    key = match_key(PurePath(file_name).stem)
    tidy = " ".join(re.split(r"[\s_\-]+", key))
    for period in programme.periods:
        code = match_key(period.code)
        if not code.isdigit() and re.search(rf"{_EDGE}{re.escape(code)}{_END}", key):
            return (period,)
    quarter = _QUARTER.search(tidy)
    if _names_of(programme).numbered and quarter and quarter.group(1) == "q":
        return ()
    return _special_named(tidy, programme) or _by_spelling(tidy, programme)


def names_another_year(text: str, period: Period) -> bool:
    """Whether ``text`` spells a period with a year, and it is none of the period's years."""
    key = " ".join(re.split(r"[\s_\-]+", match_key(text)))
    years = {int(year) for year in _YEAR.findall(key)}
    spelled = _spelled(key) is not None or _YEAR.fullmatch(key) is not None
    return spelled and bool(years) and years.isdisjoint((period.start.year, period.end.year))


def _special_named(tidy: str, programme: Programme) -> tuple[Period, ...]:
    """The periods a file's name may mean whose own names spell another one, and that one.

    ``Kế hoạch phối hợp năm 2024`` speaks of a period that has this in its name as well as of
    the year 2024; so does ``3 tháng đầu năm 2024``. The whole name of one in a file's name
    says that it is this one.
    """
    special = [p for p in programme.periods if _spelled(match_key(p.name)) != (p.kind, _ordinal(p))]
    words = f"-{slug(tidy)}-".casefold()
    whole = [p for p in special if f"-{slug(p.name)}-".casefold() in words]
    if whole:
        return (max(whole, key=lambda p: len(p.name)),)
    spelled, years = _spelled(tidy), set(_YEAR.findall(tidy))
    if spelled is None:
        return ()
    alike = [
        p
        for p in special
        if _spelled(key := match_key(p.name)) == spelled and years <= set(_YEAR.findall(key))
    ]
    return (*_by_spelling(tidy, programme), *alike) if alike else ()


def units_in_file_name(file_name: str, programme: Programme) -> tuple[Unit, ...]:
    """The units the name of a file names: a name of two words or more, else a leading code.

    The longest names win, and a superior named beside its unit says nothing of its own.
    """
    words = slug(PurePath(file_name).stem).casefold().split("-")
    found = _names_within(words, programme)
    if not found:
        return _by_leading_code(words, file_name, programme)
    longest = max(map(len, found.values()))
    parents = {unit.parent for unit in found}
    own = {u for u, at in found.items() if len(at) == longest and u.code not in parents}
    named = own or found.keys()
    return tuple(sorted(named, key=_names_of(programme).place.__getitem__))


def units_within(text: str, programme: Programme) -> tuple[Unit, ...]:
    """All units whose names, of two words or more, stand in ``text``; superiors say nothing.

    A name within a longer one (``Hải An`` in ``Thanh Hải An``) is none of its own.
    """
    found = _names_within(slug(text).casefold().split("-"), programme)
    parents = {unit.parent for unit in found}
    named = (
        unit
        for unit, at in found.items()
        if unit.code not in parents and not any(set(at) < set(other) for other in found.values())
    )
    return tuple(sorted(named, key=_names_of(programme).place.__getitem__))


def _names_within(words: Sequence[str], programme: Programme) -> dict[Unit, range]:
    """The units named among ``words``, each with where the longest of its names stands."""
    names = _names_of(programme)
    found: dict[Unit, range] = {}
    for start in range(len(words)):
        for end in range(start + 2, len(words) + 1):
            for unit in names.in_files.get("-".join(words[start:end]), ()):
                if len(found.get(unit, ())) < end - start:
                    found[unit] = range(start, end)
    return found


def _by_leading_code(
    words: Sequence[str], file_name: str, programme: Programme
) -> tuple[Unit, ...]:
    """``305.xlsx``, ``305_2024-Q1.xlsx``: else a leading number is a document's number."""
    names = _names_of(programme)
    found: set[Unit] = set()
    for end in range(1, len(words) + 1):
        rest = "-".join(words[end:])
        for unit in names.codes_in_files.get("-".join(words[:end]), ()):
            named = period_in_file_name(file_name, programme)
            if not rest or rest in {slug(p.code).casefold() for p in named}:
                found.add(unit)
    return tuple(sorted(found, key=names.place.__getitem__))[:1]

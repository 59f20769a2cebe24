"""The names that the formulas and conditions of criteria and bands may use.

A criterion speaks of a unit's figures of the whole period, of all forms at once, so a figure
is named with its row: ``[CT1 / Lũy kế từ đầu năm]`` (code or text of the row, code or heading
of the column), ``[CT / CT1 / luy_ke]`` where two forms have such a row. A question needs no
row: ``[Số cuộc đối thoại]``; a column of a list stands after its form: ``[MH / Số người]``.
Beside these there are the measures (``[Số báo cáo đúng hạn]``) and, for bands, the points:
``[Tổng điểm]``, ``[TC01]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.programme.keywords import Keywords
from toolkit.programme.language.scope import Scope, ScopeField, closest
from toolkit.programme.model import Aggregation, Field, FieldType, Form, FormKind, Item
from toolkit.programme.score_sheets import MEASURES, POINTS, Measure
from toolkit.programme.score_types import Criterion
from toolkit.text import match_key

# Between form, row and field in the code of a figure; no code of a programme holds a "/".
JOINT = " / "
MEASURE, CRITERION = "@", "#"  # before the code of a measure, of a criterion
_OF_NUMBERS = frozenset({Aggregation.NONE, Aggregation.LIST, Aggregation.SHARE})
_OF_OTHERS = frozenset({Aggregation.LAST, Aggregation.MAX, Aggregation.MIN})


@dataclass(frozen=True, slots=True)
class FigureScope(Scope):
    """A scope in which a figure goes by several names; ``names`` leads from each to codes."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    def find_field(self, name: str) -> tuple[str, ...]:
        """The codes of the figures meant by ``name``."""
        return self.names.get(_key(name), ())

    def suggest_field(self, name: str) -> str | None:
        """The name closest to ``name``, as it is best written."""
        return closest(name, [candidate.title for candidate in self.fields])


def figure_code(form: str, row: str, column: str) -> str:
    """The code of a figure in the trees of criteria; ``row`` is "" in a list."""
    return JOINT.join((form, row, column))


def split_figure(code: str) -> tuple[str, str, str]:
    """Form, row and field of the code of a figure."""
    form, row, column = code.split(JOINT)
    return form, row, column


def has_figure(column: Field) -> bool:
    """Whether a unit has one figure of the field for a whole period.

    What the head office filled in is a figure whatever is declared.
    """
    how = column.over_periods
    if column.prefill:
        return True
    if column.is_numeric:
        return how not in _OF_NUMBERS
    return how in _OF_OTHERS or _counts(column)


def criteria_scope(forms: Sequence[Form], lists: Mapping[str, tuple[Item, ...]]) -> FigureScope:
    """What the formula and the condition of a criterion can name."""
    return _scope(forms, lists, [*_measures(MEASURES)])


def bands_scope(
    forms: Sequence[Form], lists: Mapping[str, tuple[Item, ...]], criteria: Sequence[Criterion]
) -> FigureScope:
    """What the condition of a band can name: the points too."""
    points = [
        (ScopeField(CRITERION + c.code, c.code, FieldType.DECIMAL), (c.code, c.text))
        for c in criteria
        if c.code
    ]
    return _scope(forms, lists, [*_measures(MEASURES), *_measures(POINTS), *points])


_Named = tuple[ScopeField, tuple[str, ...]]


def _measures(table: Keywords[Measure]) -> Iterator[_Named]:
    for word in table:
        shown = word.vi[:1].upper() + word.vi[1:]
        yield (
            ScopeField(MEASURE + word.value.value, shown, FieldType.DECIMAL),
            (word.vi, *word.others),
        )


def _scope(
    forms: Sequence[Form], lists: Mapping[str, tuple[Item, ...]], more: Sequence[_Named]
) -> FigureScope:
    # A measure or a criterion goes before a question of the same name.
    found: dict[str, dict[str, None]] = {}
    for own, names in more:
        for name in (own.code, *names):
            found.setdefault(_key(name), {})[own.code] = None
    reserved = frozenset(found)
    figures = [named for form in forms for named in _figures(form, lists)]
    for own, names in figures:
        for name in names:
            if name not in reserved:
                found.setdefault(name, {})[own.code] = None
    return FigureScope(
        fields=(*(own for own, _ in more), *(own for own, _ in figures)),
        forms={form.code: form.name for form in forms if form.code},
        items={i.code: i.text for items in lists.values() for i in items if i.code},
        names={name: tuple(codes) for name, codes in found.items()},
    )


def _figures(form: Form, lists: Mapping[str, tuple[Item, ...]]) -> Iterator[_Named]:
    """Every figure of a form with the keys of its names."""
    columns = [(column, _keys(_field_names(column))) for column in form.fields if column.code]
    whole = _keys((form.code, form.name))
    for row, shown, rows in _rows(form, lists):
        for column, names in columns:
            key = row
            if form.kind is FormKind.QUESTIONS:
                key = column.code
            code = figure_code(form.code, key, column.code)
            title = f"{shown}{JOINT}{column.title}" if shown else column.title
            tails = [f"{r} {n}".strip() for r in rows for n in names]
            ways = [f"{w} {t}" for w in whole for t in tails]
            # A column of a list is named with its form always.
            short = tails if form.kind is not FormKind.OPEN else []
            yield ScopeField(code, title, _type(column)), (_key(code), *short, *ways)


def _rows(
    form: Form, lists: Mapping[str, tuple[Item, ...]]
) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Key, shown name and keys of the names of each row."""
    if form.kind is FormKind.FIXED:
        for item in lists.get(form.source, ()):
            if item.code and form.source_group in ("", item.group):
                yield item.code, item.code, _keys((item.code, item.text))
    else:
        yield "", form.code if form.kind is FormKind.OPEN else "", ("",)


def _field_names(column: Field) -> tuple[str, ...]:
    grouped = f"{column.group} {column.title}" if column.group else ""
    return tuple(name for name in (column.code, column.title, grouped) if name)


def _type(column: Field) -> FieldType:
    return FieldType.INTEGER if _counts(column) else column.type


def _counts(column: Field) -> bool:
    return column.over_periods.value.endswith("count")


def _keys(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(_key(name) for name in names if name))


def _key(name: str) -> str:
    return match_key(re.sub(r"[/:>–-]+", " ", name))

"""Every figure of a consolidated row against the second consolidation."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from second_consolidation import (
    Second,
    actual_groups,
    plain_words,
    same,
    standing_groups,
    superiors,
)

from toolkit.consolidate.model import ROWS, Figure, TableRow
from toolkit.programme.model import Form, FormKind


def assert_row(second: Second, asked: Form, row: TableRow, totals: Mapping[str, Figure]) -> None:
    for field_code, figure in totals.items():
        if field_code == ROWS:
            continue
        field = asked.field(field_code)
        expected, standings = second.total(asked, row.item, row.key, field)
        where = (row.key, field_code, field.over_units, field.over_periods, second.only)
        assert actual_groups(figure) == standing_groups(standings), where
        assert figure.state is expected.state, where
        single = len(second.members(asked)) == 1
        if "list" in plain_words(field, asked.kind is FormKind.OPEN, single):
            assert figure.texts == expected.texts, where
        else:
            assert same(figure.value, expected.value), (where, figure.value, expected.value)
        if expected.shares:
            assert tuple(sorted(figure.shares.items())) == expected.shares, where


def assert_levels(
    second: Second, asked: Form, row: TableRow, fields: Collection[str] | None = None
) -> None:
    members = [line.unit.code for line in row.lines]
    below = superiors(second.prog, members)
    if all(len(units) == len(members) for units in below.values()):
        below = {}
    assert {line.code: frozenset(line.units) for line in row.superiors} == below
    types = {u.code: u.type for u in second.prog.units if u.code in members}
    by_type = {t: frozenset(c for c in members if types[c] == t) for t in types.values()}
    shown = {line.name: frozenset(line.units) for line in row.types}
    assert shown == (by_type if len(by_type) > 1 else {})
    for line in (*row.superiors, *row.types):
        second.only = frozenset(line.units)
        chosen = fields if fields is not None else line.totals
        assert_row(second, asked, row, {code: line.totals[code] for code in chosen})
    second.only = None

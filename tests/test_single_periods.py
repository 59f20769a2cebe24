"""The totals of single periods, made of the answers in a table of several, are those that
``form_table`` works out from the returns."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from effort import examples
from test_consolidate_property import a_case

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.model import ROWS
from toolkit.consolidate.single import figures_of, single_periods
from toolkit.consolidate.tables import form_table
from toolkit.programme.model import FaultyAnswers, FormKind


@pytest.mark.parametrize("block", range(2))
def test_every_figure_is_that_of_its_period(block: int) -> None:
    seeds = examples(50, 1_500)
    kinds = {
        _assert_equal(random.Random(seed)) for seed in range(block * seeds, (block + 1) * seeds)
    }
    assert kinds >= {*FormKind}


def _assert_equal(rng: random.Random) -> FormKind | None:
    prog, _, details = a_case(rng.choice)
    # Answers with a fault are marked now and then: those figures take the long way.
    kept = [FaultyAnswers.EXCLUDE] * 4
    prog = replace(prog, faulty_answers=rng.choice([*kept, FaultyAnswers.INCLUDE]))
    made = consolidate(prog, prog.period("Y"), details)
    assert made.placement is not None
    for table in made.tables:
        codes = [ROWS, *(field.code for field in table.form.fields)]
        wanted = frozenset(rng.sample(codes, rng.randint(1, len(codes))))
        found = single_periods(prog, table, made.placement, wanted)
        plain = [
            figures_of(form_table(prog, table.form, (one,), made.placement, only=wanted))
            for one in table.periods
        ]
        assert found == plain
    return made.tables[0].form.kind if made.tables else None

"""A few of the damaged returns, in every run of the tests; the many are run by hand, or nightly."""

from __future__ import annotations

import os

from run import run

COUNT = int(os.environ.get("BAOCAO_FUZZ_FILES", "80"))


def test_no_crash_no_hang_nothing_unjudged_nothing_lost() -> None:
    tally = run(COUNT, seed=7)
    assert tally.wrong == []
    assert sum(tally.ends.values()) == COUNT
    assert len(tally.ends) > 8

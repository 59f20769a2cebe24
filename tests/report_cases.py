"""Facts of small programmes for the tests of documents and slides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from programmes import small_programme
from summary_cases import came
from test_summary import FULL, GAPS

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.facts import Facts, facts_of
from toolkit.programme.model import Programme
from toolkit.register.model import SubmissionDetail


def two_returns() -> list[SubmissionDetail]:
    """The returns of the first quarter: 303 whole, 305 with gaps; 311 has sent nothing."""
    return [came("303", "2024-Q1", FULL), came("305", "2024-Q1", GAPS)]


def facts(
    period: str = "2024-Q1",
    details: Sequence[SubmissionDetail] | None = None,
    programme: Programme | None = None,
) -> Facts:
    """The facts of a period of the small programme, of ``two_returns`` unless told."""
    own = programme or small_programme()
    returns = two_returns() if details is None else details
    return facts_of(consolidate(own, own.period(period), returns))


def one_issuer() -> Programme:
    """The small programme of one issuing body."""
    programme = small_programme()
    return replace(programme, issuers=programme.issuers[:1])

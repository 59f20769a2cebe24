"""The files of lists too long for a sheet: to the byte what csv.writer makes of them."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.report.as_text import harmless, plain
from toolkit.report.summary import spill
from toolkit.report.summary.spill import Row, Spill

TEXTS = st.one_of(
    st.sampled_from(["", "=1+1", "a,b", 'nói "có"', "dòng\nnữa", "\r", "'", " ", "-5", "＝1", ","]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
NUMBERS = (
    st.decimals().filter(lambda d: not d.is_snan())
    | st.integers().map(Decimal)
    | st.sampled_from([Decimal("1E+5")])
)
VALUES = st.one_of(TEXTS, TEXTS, NUMBERS, st.dates(), st.none(), st.booleans(), st.integers())


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[str], list[tuple[tuple[object, ...], str | None]]]:
    """The headings of a list, some with one more for the original; its rows."""
    width = draw(st.integers(1, 4))
    row = st.tuples(st.tuples(*[VALUES] * width), st.none() | st.just("luu-tru/0f/0f3a.xlsx"))
    more = draw(st.booleans())
    return draw(st.lists(TEXTS, min_size=width + more, max_size=width + more)), draw(st.lists(row))


def by_the_writer(head: Sequence[str], rows: Sequence[tuple[tuple[object, ...], Any]]) -> bytes:
    """The file as the library writes it."""
    to = io.StringIO(newline="")
    out = csv.writer(to, lineterminator="\r\n")
    out.writerow(head)
    for values, stored in rows:
        line = [
            harmless(v)
            if isinstance(v, str)
            else (plain(v) if isinstance(v, Decimal | date) else "" if v is None else str(v))
            for v in values
        ]
        out.writerow(line if len(line) == len(head) else [*line, stored or ""])
    return to.getvalue().encode("utf-8-sig")


@settings(max_examples=300, deadline=None)
@given(lists(), st.integers(1, 5), st.integers(1, 5))
def test_the_files_are_the_bytes_of_the_library(
    made: tuple[list[str], list[tuple[tuple[object, ...], str | None]]], most: int, block: int
) -> None:
    head, listed = made
    rows: list[Row] = [
        (values, None if stored is None else SimpleNamespace(stored=stored))  # type: ignore[misc]
        for values, stored in listed
    ]
    with tempfile.TemporaryDirectory() as folder:
        out = Spill(Path(folder))
        with patch.object(spill, "MOST_LINES", most), patch.object(spill, "_BLOCK", block):
            count, names = out.write("dài", head, iter(rows))
        assert count == len(rows)
        assert len(names) == -(-len(rows) // most)
        for place, name in enumerate(names):
            part = listed[place * most : (place + 1) * most]
            assert (Path(folder) / name).read_bytes() == by_the_writer(head, part)


@given(st.decimals() | st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_a_number_has_no_exponent(number: Decimal) -> None:
    assert plain(number) == format(number, "f")

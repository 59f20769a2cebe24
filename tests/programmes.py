"""A small, complete programme for the tests of every room.

Three units below a city, four quarters, a half-year and a year, a form of each kind, rules
and a chart of each kind: ``tests/data/programme``, one CSV file a sheet.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from functools import cache
from pathlib import Path

from toolkit.programme.build import build_workbook
from toolkit.programme.load import load_folder
from toolkit.programme.model import Programme

SMALL_PROGRAMME = Path(__file__).parent / "data" / "programme"


@cache
def small_programme() -> Programme:
    """The programme of ``tests/data/programme``, loaded once."""
    return load_folder(SMALL_PROGRAMME)


Row = tuple[str, ...]


@cache
def small_workbook(rules: tuple[Row, ...] = (), without: str = "") -> bytes:
    """Its ``chuong-trinh.xlsx``, with further rules or without a rule; built once."""
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch) / "csv", Path(scratch) / "chuong-trinh.xlsx"
        shutil.copytree(SMALL_PROGRAMME, source)
        with (source / "quy-tac.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if row and row[0] != without]
        with (source / "quy-tac.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([*rows, *rules])
        build_workbook(source, target)
        return target.read_bytes()

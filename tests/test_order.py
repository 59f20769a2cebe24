"""The same files in any order, in one call or in many: the same summary, to the byte."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from test_workflow import GROWING, filled, programme_in

from toolkit import workflow
from toolkit.folder import Folder
from toolkit.register.store import Register
from toolkit.workflow import Day

File = tuple[str, str]  # day and name


def nameless(data: bytes) -> bytes:
    """A return of which nothing but its file name tells whose it is."""
    book = openpyxl.load_workbook(BytesIO(data))
    for sheet in list(book.worksheets):
        if not str(sheet["A1"].value or "").startswith("baocao:"):
            book.remove(sheet)
            continue
        for row in sheet.iter_rows(max_row=7):
            for cell in row:
                if "Hồng Bàng" in str(cell.value) or "Quý" in str(cell.value):
                    cell.value = None
    done = BytesIO()
    book.save(done)
    return done.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """A programme with a rule that looks back, and returns of every awkward kind."""
    root = tmp_path_factory.mktemp("order")
    place = programme_in(root, [GROWING])
    first = filled(place)
    wanting = filled(place, unit="311", changes={("CT", "G9"): 1})
    lost = nameless(filled(place, unit="303", period="2024-Q2"))
    files = {
        ("2024-04-05", "305 lan 1.xlsx"): first,
        ("2024-04-07", "305 lan 2.xlsx"): filled(place, changes={("CT", "F9"): 2}),
        ("2024-04-09", "305 lan 1 gui lai.xlsx"): first,  # the very same bytes again
        ("2024-04-06", "303 sang.xlsx"): filled(place, unit="303"),
        ("2024-04-06", "303 chieu.xlsx"): filled(place, unit="303", changes={("CT", "F10"): 1}),
        ("2024-04-06", "311 sai.xlsx"): wanting,
        ("2024-07-05", "305 q2.xlsx"): filled(
            place, "2024-Q2", changes={("CT", "F9"): 1, ("CT", "G9"): 2}
        ),
        ("2024-07-05", "khong ten.xlsx"): lost,
        ("2024-07-06", "Quan Hong Bang 2024-Q2.xlsx"): lost,
        ("2024-07-06", "rac.xlsx"): b"khong phai bang tinh",
    }
    paths = []
    for (day, name), data in files.items():
        path = root / "gui" / day / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        paths.append(path)
    return root, paths


def summaries(root: Path, target: Path, calls: Sequence[Sequence[Path]]) -> dict[str, bytes]:
    """What is consolidated after these calls of receive, by period."""
    target.mkdir()
    shutil.copyfile(root / "chuong-trinh.xlsx", target / "chuong-trinh.xlsx")
    place = Folder(target, target)
    programme = workflow.load_programme(place)
    for paths in calls:
        workflow.receive(place, programme, list(paths))
    made = workflow.consolidate(place, ["2024-Q1", "2024-H1"])
    return {one.period.code: one.file.read_bytes() for one in made}


def test_any_order_gives_the_same_bytes(made: tuple[Path, list[Path]], tmp_path: Path) -> None:
    root, paths = made
    wanted = summaries(root, tmp_path / "0", [paths])
    with Register(tmp_path / "0" / "baocao.db", read_only=True) as register:
        counting = {(s.unit, s.period): s.file for s in register.current()}
        days = {s.file: s.received for s in register.current()}
    # The tie of one day is settled, the nameless one found by the name that tells.
    assert counting["305", "2024-Q1"] == "305 lan 2.xlsx"
    assert counting["303", "2024-Q2"] == "Quan Hong Bang 2024-Q2.xlsx"
    assert days["305 lan 2.xlsx"] == date(2024, 4, 7)
    chance = random.Random(11)
    for number in range(1, 5):
        order = list(paths)
        chance.shuffle(order)
        cuts = sorted(chance.sample(range(len(order) + 1), number - 1))
        ends = [0, *cuts, len(order)]
        calls = [order[a:b] for a, b in pairwise(ends)]
        assert summaries(root, tmp_path / str(number), [c for c in calls if c]) == wanted


def test_the_day_given_decides_not_the_turn(made: tuple[Path, list[Path]], tmp_path: Path) -> None:
    """Two versions, the older one received last and under a later call."""
    root, paths = made
    old, new = paths[0], paths[1]
    shutil.copyfile(root / "chuong-trinh.xlsx", tmp_path / "chuong-trinh.xlsx")
    place = Folder(tmp_path, tmp_path)
    programme = workflow.load_programme(place)
    workflow.receive(place, programme, [new])
    workflow.receive(place, programme, [old], day=Day(date(2024, 4, 1)))
    with Register(place.register, read_only=True) as register:
        assert [s.file for s in register.current()] == [new.name]

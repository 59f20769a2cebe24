"""LibreOffice works out every formula of the sample's summary workbooks anew.

What it comes to must be what the workbook was stored with: the cached value a reader without
a calculator sees, and the total a person sees in Excel, are one.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import SampleRun
from consolidate_cases import (
    BAD,
    LATER,
    NA,
    NIL,
    QUARTERS,
    Cell,
    choice,
    day,
    form,
    number,
    programme,
    ratio,
)
from effort import examples
from lxml import etree
from summary_cases import came, summary

from toolkit.programme.model import Field, FieldType, Form, FormKind, Programme, Unit
from toolkit.register.model import SubmissionDetail

UNO_FILL = Path(__file__).parent.parent / "samples" / "uno_fill.py"
PERIODS = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2024")
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

Formulas = dict[tuple[int, str], tuple[str, str]]  # (sheet, cell) -> (formula, cached value)


def stored(sample: SampleRun, period: str) -> Path:
    return sample.out / "bao-cao" / period / "tong-hop.xlsx"


def formulas_of(book: Path) -> Formulas:
    found: Formulas = {}
    with zipfile.ZipFile(book) as archive:
        sheets = len([n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")])
        for number in range(1, sheets + 1):
            root = etree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            for cell in root.iter(f"{NS}c"):
                formula = cell.findtext(f"{NS}f")
                if formula is not None:
                    value = cell.findtext(f"{NS}v") or ""
                    kind = cell.get("t", "n")
                    found[number, cell.get("r")] = (formula, value if kind == "n" else f"={value}")
    return found


def without_values(source: Path, target: Path) -> None:
    """The workbook with every cached value of a formula taken out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
                assert not re.search(rb"</f><v>[^<]", data)
            new.writestr(name, data)


@pytest.fixture(scope="module")
def recalculated(
    sample: SampleRun, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Formulas]:
    """The formulas of the sample's workbooks as LibreOffice works them out."""
    folder = tmp_path_factory.mktemp("recalculated")
    found = calculated([stored(sample, period) for period in PERIODS], folder)
    return dict(zip(PERIODS, found, strict=True))


def calculated(books: Sequence[Path], folder: Path) -> list[Formulas]:
    """What LibreOffice makes of the formulas of the workbooks, their values taken out."""
    jobs = []
    for place, book in enumerate(books):
        bare, target = folder / f"bare-{place}.xlsx", folder / f"{place}.xlsx"
        without_values(book, bare)
        jobs.append({"source": str(bare), "target": str(target), "format": "xlsx", "steps": []})
    (folder / "jobs.json").write_text(json.dumps(jobs), "utf-8")
    python = shutil.which("python3", path="/usr/bin") or "python3"
    subprocess.run([python, str(UNO_FILL), str(folder / "jobs.json")], check=True)
    return [formulas_of(Path(job["target"])) for job in jobs]


@pytest.mark.soffice
@pytest.mark.parametrize("period", PERIODS)
def test_every_formula_gives_what_is_stored(
    sample: SampleRun, recalculated: dict[str, Formulas], period: str
) -> None:
    expected, found = formulas_of(stored(sample, period)), recalculated[period]
    assert set(found) == set(expected)
    assert len(expected) > 100
    for at, (formula, value) in expected.items():
        # All results are numbers (days too): nothing is an error or a text.
        assert float(found[at][1]) == pytest.approx(float(value), rel=1e-12, abs=1e-12), (
            at,
            formula,
        )


# --- every way of adding up, over random returns --------------------------------------------

WAYS = ("sum", "last", "max", "min", "mean", "count")
WEIGHED = ("weighted_mean", "distinct", "last")
CELLS: tuple[Cell, ...] = (0, 1, 2, 7, Decimal("2.5"), Decimal("0.1"), NIL, NA, LATER, BAD, None)


def mixed(kind: FormKind, code: str) -> Form:
    """A form with a field for every pair of ways, and rates of several kinds."""
    fields = [number(f"{u}_{p}", u, p) for u in WAYS for p in WAYS]
    fields += [number(f"w_{u}_{p}", u, p, weight="sum_sum") for u in WEIGHED[:2] for p in WEIGHED]
    fields += [day(f"day_{u}_{p}", u, p) for u in ("max", "min", "last") for p in ("max", "last")]
    fields += [
        ratio("flow", "sum_sum", "sum_mean"),
        ratio("stock", "sum_last", "max_last"),
        ratio("mix", "sum_sum", "sum_last"),
        ratio("own", "sum_sum", "max_max", over_periods="last"),
        ratio("nested", "flow", "stock"),
        choice("share", "share", "sum"),
    ]
    made = [replace(f, form=code) for f in fields]
    return form(*made, kind=kind, code=code, name=f"Biểu {code}", source="")


def random_returns(made: Programme, seed: int) -> list[SubmissionDetail]:
    chance = random.Random(seed)
    details = []
    for unit in made.units:
        for period in QUARTERS:
            if chance.random() < 0.2:
                continue
            cells: dict[tuple[str, str, str], Cell] = {}
            for one in made.forms:
                for row in rows_in(one, chance):
                    for field in one.fields:
                        key = field.code if one.kind is FormKind.QUESTIONS else row
                        cells[one.code, key, field.code] = some_cell(field, chance)
            details.append(came(unit.code, period, cells))
    return details


def rows_in(one: Form, chance: random.Random) -> list[str]:
    if one.kind is FormKind.OPEN:
        return [str(n) for n in range(1, chance.randint(1, 4))]
    return ["I"]


def some_cell(field: Field, chance: random.Random) -> Cell:
    if field.type is FieldType.DATE:
        return chance.choice([date(2024, 1, chance.randint(1, 28)), None, date(2023, 5, 6)])
    if field.type is FieldType.CHOICE:
        return chance.choice(["Xong", "Chưa", None])
    return chance.choice(CELLS)


@pytest.fixture(scope="module")
def random_books(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Formulas, Formulas]]:
    folder = tmp_path_factory.mktemp("random")
    made = programme(
        mixed(FormKind.FIXED, "F"), mixed(FormKind.OPEN, "L"), mixed(FormKind.QUESTIONS, "H")
    )
    fixed = replace(made.forms[0], source="tasks")
    levels = {"A": "", "B": "A", "C": "", "D": "B"}
    units = [Unit(c, c, c, "quận" if c < "C" else "xã", up) for c, up in levels.items()]
    made = replace(made, forms=(fixed, *made.forms[1:]), units=tuple(units))
    books = []
    for seed, period in ((3, "Q2"), (2, "Y"), (1, "Q1"))[: examples(2, 3)]:
        details = random_returns(made, seed)
        books.append(summary(made, period, details, folder, compared=True).path)
    return list(zip(map(formulas_of, books), calculated(books, folder), strict=True))


@pytest.mark.soffice
def test_no_way_of_adding_up_changes_a_figure(
    random_books: list[tuple[Formulas, Formulas]],
) -> None:
    used: Counter[str] = Counter()
    for stored_formulas, found in random_books:
        assert set(found) == set(stored_formulas)
        for at, (formula, value) in stored_formulas.items():
            result = found[at][1]
            assert not result.startswith("="), (at, formula, result)
            assert float(result) == pytest.approx(float(value), rel=1e-12, abs=1e-12), (
                at,
                formula,
            )
            used.update(re.findall(r"([A-Z]+)\(", formula))
    wanted = {"SUM", "MAX", "MIN", "AVERAGE", "COUNT", "IFERROR", "SUMPRODUCT", "FREQUENCY"}
    assert wanted <= set(used)


# Functions of Excel 2007 and older: what the workbook may use.
OLD = {"AND", "AVERAGE", "COUNT", "IF", "IFERROR", "ISNUMBER", "LOWER", "MAX", "MIN", "NA", "OR"}
OLD |= {"ROUND", "SUM", "SUMPRODUCT", "TRIM"}


@pytest.mark.parametrize("period", PERIODS)
def test_formulas_are_old_ones(sample: SampleRun, period: str) -> None:
    used = set()
    for formula, _ in formulas_of(stored(sample, period)).values():
        bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", formula)
        used |= set(re.findall(r"([A-Za-z_.][\w.]*)\(", bare))
        assert len(formula) < 8192
        assert "_xl" not in formula
    assert {"SUM", "IFERROR"} <= used <= OLD

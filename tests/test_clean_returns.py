"""Clean returns, however they were saved: nothing worse than a note, and the same answers.

The distributed template is filled in a running LibreOffice with every type of field and saved
as .xlsx, .xls and .ods; the .xlsx then goes through what other programs and people do to it.
"""

from __future__ import annotations

import json
import os
import subprocess
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from faulting import FILLER, FORMATS, ODS, XLS, XLSX, in_office, python_with_uno, shared_folder
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from returned import CLEAN, clean_return, flat, judged, layout_of, opened, saved, sheet, template
from test_extract import read_back, tables

from toolkit.intake.model import Judgement, Outcome, State
from toolkit.template.layout import META_SHEET
from toolkit.template.write import write


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clean return as LibreOffice saves it in each format."""
    jobs = {"sach": ((), FORMATS)}
    return shared_folder(tmp_path_factory, "sach", lambda folder: in_office(folder, jobs))


@cache
def expected() -> dict[tuple[str, str, str], tuple[State, object]]:
    return values(judged(clean_return()))


def values(judgement: Judgement) -> dict[tuple[str, str, str], tuple[State, object]]:
    return {(a.form, a.row, a.field): (a.state, a.value) for a in judgement.answers}


def assert_clean(judgement: Judgement, *notes: str) -> None:
    """Nothing but these kinds of notes, every answer, every cell used."""
    assert flat(judgement, notes=False) == []
    assert {code for code, _, _ in flat(judgement)} == set(notes)
    assert judgement.outcome is Outcome.CLEAN
    assert values(judgement) == expected()
    ledger = judgement.ledger
    assert ledger.nonempty == ledger.used == sum(len(cells) for cells in CLEAN.values())
    assert judgement.left_out == ()


def test_every_type_of_field_is_asked() -> None:
    asked = {field.type for form in layout_of().sheets for field in form.form.fields}
    assert {str(kind) for kind in asked} == {
        "text", "integer", "decimal", "rate", "date", "choice", "formula"
    }  # fmt: skip


@pytest.mark.soffice
@pytest.mark.parametrize("suffix", FORMATS)
def test_saved_by_libreoffice(suffix: str, office: Path) -> None:
    assert_clean(judged((office / f"sach.{suffix}").read_bytes(), f"bao-cao.{suffix}"))


@pytest.mark.soffice
def test_saved_again_with_values_only(office: Path) -> None:
    book = openpyxl.load_workbook(office / "sach.xlsx", data_only=True)
    assert_clean(judged(saved(book)))


def copied(source: Workbook, copy: Callable[[Worksheet, Worksheet], None], **names: str) -> bytes:
    """Each sheet but the hidden ones copied into a plain new workbook."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for ws in source.worksheets:
        if ws.sheet_state == "visible":
            copy(ws, book.create_sheet(names.get(ws.title[:2], ws.title)))
    return saved(book)


def all_cells(source: Worksheet, target: Worksheet) -> None:
    """Everything selected and pasted as values with number formats."""
    for cell in (cell for row in source.iter_rows() for cell in row):
        if cell.value is not None:
            copy = target.cell(cell.row, cell.column)
            copy.value, copy.number_format = cell.value, cell.number_format


def visible_cells(source: Worksheet, target: Worksheet) -> None:
    """Only what can be seen: without the hidden row and column, moved to the corner."""
    hidden = {c for c, d in source.column_dimensions.items() if d.hidden}
    first_row, first_column = (2, 2) if source["A1"].value else (1, 1)
    for cell in (cell for row in source.iter_rows() for cell in row):
        if cell.row < first_row or cell.column < first_column or cell.value is None:
            continue
        if cell.column_letter in hidden and cell.column > 2:
            continue
        copy = target.cell(cell.row - first_row + 1, cell.column - first_column + 1)
        copy.value, copy.number_format = cell.value, cell.number_format


def bare_values(source: Worksheet, target: Worksheet) -> None:
    """Pasted as values only: dates become serial numbers and per cents fractions."""
    for cell in (cell for row in source.iter_rows() for cell in row):
        if cell.value is not None:
            serial = cell.is_date and (cell.value.date() - date(1899, 12, 30)).days
            target.cell(cell.row, cell.column).value = serial or cell.value


GONE = ("identify.by_cover",)
KEYS_GONE = (
    *GONE, "structure.sheet_by_name", "structure.columns_by_heading", "structure.rows_by_text"
)  # fmt: skip
RENAMED = {"NV": "Sheet2", "CT": "Sheet3", "MH": "Sheet4", "DT": "Sheet5"}
Copying = Callable[[Worksheet, Worksheet], None]
PASTED: list[tuple[str, Copying, dict[str, str], tuple[str, ...]]] = [
    ("all cells", all_cells, {}, GONE),
    ("all cells, sheets renamed", all_cells, RENAMED, (*GONE, "structure.sheet_renamed")),
    ("visible cells", visible_cells, {}, KEYS_GONE),
    ("visible cells, sheets renamed", visible_cells, RENAMED,
     (*KEYS_GONE[:1], "structure.sheet_by_headings", *KEYS_GONE[2:])),
    ("bare values", bare_values, {}, (*GONE, "date.serial", "rate.fraction")),
]  # fmt: skip


@pytest.mark.soffice
@pytest.mark.parametrize(
    ("copy", "names", "notes"), [p[1:] for p in PASTED], ids=[p[0] for p in PASTED]
)
def test_pasted_into_a_plain_workbook(
    copy: Copying,
    names: dict[str, str],
    notes: tuple[str, ...],
    office: Path,
) -> None:
    source = openpyxl.load_workbook(office / "sach.xlsx", data_only=True)
    assert_clean(judged(copied(source, copy, **names)), *notes)


def test_a_template_in_english() -> None:
    target = BytesIO()
    write(layout_of(), target, "en")
    book = opened(target.getvalue())
    for form, cells in CLEAN.items():
        for cell, value in cells.items():
            sheet(book, form)[cell].value = value
    assert_clean(judged(saved(book)))
    book.remove(book[META_SHEET])
    assert_clean(judged(saved(book)), *GONE)


@pytest.mark.parametrize("form", ["NFD", "NFKD", "NFC"])
def test_composed_or_not_is_one_and_the_same(form: str) -> None:
    """Choices, units on the cover, item texts, sheet names and free texts, all decomposed."""
    book = opened(clean_return())
    del book[META_SHEET]
    for ws in book.worksheets:
        for cell in (cell for row in ws.iter_rows() for cell in row):
            if isinstance(cell.value, str) and not cell.value.startswith("="):
                cell.value = unicodedata.normalize(form, cell.value)  # type: ignore[arg-type]
    judgement = judged(saved(book), unicodedata.normalize(form, "Lê Chân quý I.xlsx"))
    assert_clean(judgement, *GONE)
    texts = [a.value for a in judgement.answers if isinstance(a.value, str)]
    assert texts == [unicodedata.normalize("NFC", text) for text in texts]


# --- any table, in every format ---------------------------------------------------------------


# ``BAOCAO_LONG=1`` writes and reads many more.
TABLES = 60 if os.environ.get("BAOCAO_LONG") else 6


def typed_steps(table: Mapping[tuple[str, str, str], object]) -> Iterable[list[object]]:
    for form in layout_of().sheets:
        for slot in form.slots():
            value = table.get((form.form.code, slot.row_key, slot.field.code))
            place = [form.sheet, slot.row, slot.column]
            if isinstance(value, Decimal):
                yield ["number", *place, float(value)]
            elif isinstance(value, date):
                yield ["date", *place, value.isoformat()]
            elif value is not None:
                yield ["text", *place, value]


@pytest.mark.soffice
@settings(
    max_examples=1,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(drawn=st.lists(tables(), min_size=TABLES, max_size=TABLES))
def test_any_table_typed_in_libreoffice_reads_back_equal_in_every_format(
    drawn: list[dict[tuple[str, str, str], object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bang")
    (folder / "bieu-mau.xlsx").write_bytes(template())
    jobs = [
        {
            "source": str(folder / "bieu-mau.xlsx"),
            "targets": [[str(folder / f"{n}.{s}"), s] for s in (XLSX, ODS, XLS)],
            "steps": list(typed_steps(table)),
        }
        for n, table in enumerate(drawn)
    ]
    (folder / "jobs.json").write_text(json.dumps(jobs), "utf-8")
    subprocess.run([python_with_uno(), str(FILLER), str(folder / "jobs.json")], check=True)
    for n, table in enumerate(drawn):
        for suffix in FORMATS:
            judgement = judged((folder / f"{n}.{suffix}").read_bytes(), f"bao-cao.{suffix}")
            assert read_back(judgement) == table
            assert judgement.ledger.nonempty == judgement.ledger.used == len(table)

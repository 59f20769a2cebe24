"""The tidy data: columns, order, every format, and text that must stay text."""

from __future__ import annotations

import csv
import io
import itertools
import random
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programmes import small_programme
from toolkit.errors import ToolkitError
from toolkit.findings import Address
from toolkit.intake.model import Answer, AnswerValue, Judgement, Outcome, State
from toolkit.messages import LANGUAGES, text
from toolkit.register.reading import AnswerRow
from toolkit.register.store import Register
from toolkit.report import export
from toolkit.report.as_text import plain
from toolkit.report.export import COLUMNS, FORMATS, export_rows, write

HEAD = "period,unit,form,row,field,state,value,file,sheet,cell,raw,fault,counted"


def answer(
    value: AnswerValue = None,
    *,
    period: str = "2024-Q1",
    unit: str = "305",
    form: str = "DT",
    row: str = "so_cuoc",
    field: str = "so_cuoc",
    file: str = "a.xlsx",
) -> AnswerRow:
    state = "missing" if value is None else "value"
    return (period, unit, form, row, field, state, value, "raw", file, "Biểu", "D5", "luu-tru/x")


def frame(*values: AnswerValue) -> pd.DataFrame:
    """One line per value, in the order given."""
    return export_rows(
        small_programme(),
        [answer(value, form="MH", row=str(n), field="ten") for n, value in enumerate(values, 1)],
    )


def written(table: pd.DataFrame, folder: Path, kind: str, lang: str = "vi") -> Path:
    target = folder / f"data.{kind}"
    write(table, target, kind, lang)
    return target


def csv_values(path: Path) -> list[str]:
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    return [row["value"] for row in rows]


# --- columns and order ----------------------------------------------------------------------


def test_the_columns_are_the_contract(tmp_path: Path) -> None:
    assert ",".join(COLUMNS) == HEAD
    table = frame(Decimal("1.50"))
    assert list(table.columns) == HEAD.split(",")
    assert written(table, tmp_path, "csv").read_bytes().decode("utf-8-sig").splitlines() == [
        HEAD,
        "2024-Q1,305,MH,1,ten,value,1.50,a.xlsx,Biểu,D5,raw,,yes",
    ]
    assert pq.read_table(written(table, tmp_path, "parquet")).column_names == HEAD.split(",")
    book = openpyxl.load_workbook(written(table, tmp_path, "xlsx"))
    assert [cell.value for cell in book.active[1]] == HEAD.split(",")


def test_the_order_is_that_of_the_programme() -> None:
    ordered = [
        answer(period="2024-Q1", unit="303", form="NV", row="NV1", field="trang_thai"),
        answer(period="2024-Q1", unit="303", form="NV", row="NV1", field="tien_do"),
        answer(period="2024-Q1", unit="303", form="NV", row="NV2", field="can_cu"),
        answer(period="2024-Q1", unit="303", form="NV", row="gone", field="can_cu"),
        answer(period="2024-Q1", unit="303", form="MH", row="2", field="ten"),
        answer(period="2024-Q1", unit="303", form="MH", row="2", field="linh_vuc"),
        answer(period="2024-Q1", unit="303", form="MH", row="10", field="ten"),
        answer(period="2024-Q1", unit="303", form="DT", row="so_cuoc", field="so_cuoc"),
        answer(period="2024-Q1", unit="303", form="DT", row="kien_nghi", field="kien_nghi"),
        answer(period="2024-Q1", unit="303", form="OLD", row="1", field="x"),
        answer(period="2024-Q1", unit="311"),
        answer(period="2024-Q1", unit="000"),  # the programme knows it no longer
        answer(period="2024-Q4", unit="303"),
        answer(period="2024", unit="303"),
        answer(period="2023-Q4", unit="303"),
    ]
    expected = [(*line[:7], *line[8:11], line[7], "", "no") for line in ordered]
    shuffled = list(ordered)
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        table = export_rows(small_programme(), shuffled)
        assert list(table.itertuples(index=False, name=None)) == expected


def test_nothing_to_export(tmp_path: Path) -> None:
    table = export_rows(small_programme(), [])
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == 0
    for kind in FORMATS:
        assert written(table, tmp_path, kind).stat().st_size > 0
    assert (tmp_path / "data.csv").read_bytes().decode("utf-8-sig") == HEAD + "\r\n"


def test_only_what_counts_comes_from_the_register(tmp_path: Path) -> None:
    def returned(name: str, value: str) -> Judgement:
        at = Address(name, "Biểu", "D5")
        one = Answer("DT", "so_cuoc", "so_cuoc", State.VALUE, Decimal(value), value, at)
        return Judgement(name, name, 1, Outcome.CLEAN, unit="305", period="2024-Q1", answers=(one,))

    with Register(tmp_path / "baocao.db") as register:
        register.record(returned("old.xlsx", "1"), date(2024, 4, 1), "x")
        register.record(returned("new.xlsx", "2"), date(2024, 4, 2), "y")
        table = export_rows(small_programme(), register.answers_frame_rows())
    assert table[["value", "file"]].values.tolist() == [[Decimal(2), "new.xlsx"]]


# --- values ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (Decimal("-5"), "-5"),
        (Decimal("-0.125"), "-0.125"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("1234567.80"), "1234567.80"),
        (date(2024, 3, 5), "2024-03-05"),
        ("Tập thể", "Tập thể"),
        ("-5", "'-5"),
        ("=1+1", "'=1+1"),
        ("+84 912", "'+84 912"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("a=1", "a=1"),
        ("'=1", "'=1"),
        ("'quoted'", "'quoted'"),
        ('dấu "nháy", phẩy\nvà dòng mới', 'dấu "nháy", phẩy\nvà dòng mới'),
    ],
)
def test_values_in_csv(tmp_path: Path, value: AnswerValue, shown: str) -> None:
    assert csv_values(written(frame(value), tmp_path, "csv")) == [shown]


def test_every_text_column_of_the_csv_is_harmless(tmp_path: Path) -> None:
    table = export_rows(small_programme(), [answer(file="=cmd|' /c calc'!A1.xlsx")])
    line = written(table, tmp_path, "csv").read_bytes().decode("utf-8-sig").splitlines()[1]
    assert ",'=cmd|' /c calc'!A1.xlsx," in line


def test_csv_opens_in_excel_as_vietnamese(tmp_path: Path) -> None:
    assert written(frame("Lê Chân"), tmp_path, "csv").read_bytes().startswith(b"\xef\xbb\xbf")


@given(value=st.decimals(allow_nan=False, allow_infinity=False))
def test_property_a_number_as_text_is_that_number(value: Decimal) -> None:
    shown = plain(value)
    assert Decimal(shown) == value
    assert "E" not in shown


def test_parquet_holds_text_and_nulls(tmp_path: Path) -> None:
    values = [Decimal("1.50"), None, date(2024, 3, 5), "=1+1", ""]
    table = pq.read_table(written(frame(*values), tmp_path, "parquet"))
    assert {str(kind) for kind in table.schema.types} == {"string"}
    assert table["value"].to_pylist() == ["1.50", None, "2024-03-05", "=1+1", ""]
    assert pd.read_parquet(tmp_path / "data.parquet")["unit"].tolist() == ["305"] * 5


@pytest.mark.parametrize(
    ("value", "held", "kind"),
    [
        (Decimal("-1234.5"), -1234.5, "n"),
        (Decimal("0.1"), 0.1, "n"),
        (Decimal("12345678901234567890"), "12345678901234567890", "s"),
        (Decimal("0.12345678901234567890"), "0.12345678901234567890", "s"),
        (Decimal("1E+400"), "1" + "0" * 400, "s"),
        (date(2024, 3, 5), datetime(2024, 3, 5), "d"),
        (date(1890, 3, 5), "1890-03-05", "s"),
        ("=1+1", "=1+1", "s"),
        ("https://example.org", "https://example.org", "s"),
        ("007", "007", "s"),
        ("a\nb", "a\nb", "s"),
        (None, None, "n"),
    ],
)
def test_values_in_the_workbook(
    tmp_path: Path, value: AnswerValue, held: object, kind: str
) -> None:
    book = openpyxl.load_workbook(written(frame(value), tmp_path, "xlsx"))
    cell = book.active["G2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (held, kind, None)
    assert book.active["H2"].value == "a.xlsx"


def test_the_workbook_is_ready_to_filter(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(frame("a", "b"), tmp_path, "xlsx")).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:M3")
    assert sheet["A1"].font.bold
    assert sheet["G2"].font.name == "Times New Roman"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_full_sheet_goes_on_on_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(export, "_ROWS_PER_SHEET", 3)
    book = openpyxl.load_workbook(written(frame(*"abcdefg"), tmp_path, "xlsx", lang))
    assert book.sheetnames == [
        text("export.sheet", lang),
        *(text("export.sheet_next", lang, number=n) for n in (2, 3)),
    ]
    assert [[c.value for c in sheet["G"][1:]] for sheet in book] == [
        ["a", "b", "c"],
        ["d", "e", "f"],
        ["g"],
    ]
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:M4", "A1:M4", "A1:M2"]


def test_a_text_longer_than_a_cell_says_what_is_cut(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(frame("ă" * 40_000), tmp_path, "xlsx")).active
    shown = sheet["G2"].value
    kept = shown.count("ă")
    assert len(shown) <= 32_767
    assert shown.endswith(text("export.cut", "vi", count=40_000 - kept))


# --- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_data_give_the_same_bytes(tmp_path: Path, kind: str) -> None:
    values = ["Lê Chân", Decimal("1.5"), date(2024, 1, 1), None]
    first = written(frame(*values), tmp_path / "one", kind).read_bytes()
    assert written(frame(*values), tmp_path / "two", kind).read_bytes() == first


@pytest.mark.parametrize("kind", FORMATS)
def test_a_target_that_cannot_be_written(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"data.{kind}").mkdir()
    with pytest.raises(ToolkitError) as refused:
        written(frame("a"), tmp_path, kind)
    assert refused.value.key == "export.cannot_write"
    assert [p.name for p in tmp_path.iterdir()] == [f"data.{kind}"]


def test_a_format_there_is_none_of(tmp_path: Path) -> None:
    with pytest.raises(ToolkitError) as refused:
        write(frame("a"), tmp_path / "a.json", "json")
    assert refused.value.key == "export.unknown_format"
    assert "parquet" in text(refused.value.key, "vi", **refused.value.params)


def test_large_tables_are_quick(tmp_path: Path) -> None:
    units = [replace(small_programme().units[0], code=f"{n:05}") for n in range(200)]
    programme = replace(small_programme(), units=tuple(units))
    rows = [
        answer(Decimal(n), unit=unit.code, form="MH", row=str(n), field="so_ho")
        for unit, n in itertools.product(reversed(units), range(1, 26))
    ]
    table = export_rows(programme, rows)
    assert len(table) == 5000
    assert table["unit"].is_monotonic_increasing
    assert csv_values(written(table, tmp_path, "csv"))[:3] == ["1", "2", "3"]

"""Starting a folder from a standard programme, and moving a programme to another year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from programmes import SMALL_PROGRAMME, small_programme

from toolkit.errors import ToolkitError
from toolkit.programme import standard
from toolkit.programme.load import load, load_book
from toolkit.programme.model import Programme
from toolkit.programme.read import read_folder
from toolkit.programme.shift import move_year, moved_due, moved_end, moved_name, moved_start
from toolkit.programme.standard import standard_programmes, start, templates_folder


def moved(year: int) -> Programme:
    programme, findings = load_book(move_year(read_folder(SMALL_PROGRAMME), year))
    assert [f for f in findings if f.severity == "error"] == []
    assert programme is not None
    return programme


def test_periods_move_with_everything_that_names_them() -> None:
    programme = moved(2026)
    assert (programme.code, programme.year) == ("DV-2026", 2026)
    assert programme.name == "Công tác dân vận năm 2026"
    assert [(p.code, p.name, p.start, p.end, p.due, p.within) for p in programme.periods[3:]] == [
        (
            "2026-Q4",
            "Quý IV/2026",
            date(2026, 10, 1),
            date(2026, 12, 31),
            date(2027, 1, 10),  # a due date in the next year stays in the next year
            ("2026",),
        ),
        (
            "2026-H1",
            "6 tháng đầu năm 2026",
            date(2026, 1, 1),
            date(2026, 6, 30),
            None,
            ("2026",),
        ),
        ("2026", "Năm 2026", date(2026, 1, 1), date(2026, 12, 31), None, ()),
    ]
    assert programme.form("MH").periods == ("2026-Q1", "2026-Q3")
    assert programme.rules[3].periods == ("2026-Q3",)
    limits = programme.form("MH").field("bat_dau")
    assert (limits.minimum, limits.maximum) == (date(2024, 1, 1), date(2028, 12, 31))


def test_texts_of_tasks_and_dates_of_units_stay() -> None:
    programme, before = moved(2026), small_programme()
    tasks, were = programme.item_lists["tasks"], before.item_lists["tasks"]
    assert [(t.text, t.parts, t.extra) for t in tasks] == [(t.text, t.parts, t.extra) for t in were]
    assert [t.due for t in tasks] == ["Quý I", "Năm 2026", "Thường xuyên"]
    assert programme.units == before.units
    quarters = tuple(f"2026-Q{n}" for n in range(1, 5))
    assert programme.form("DT") == replace(before.form("DT"), periods=quarters)


def test_there_and_back_is_the_same_programme() -> None:
    book = read_folder(SMALL_PROGRAMME)
    programme, _ = load_book(move_year(move_year(book, 2027), 2024))
    assert programme is not None
    assert programme.fingerprint == small_programme().fingerprint


@pytest.mark.parametrize(
    ("day", "years", "as_start", "as_end", "as_due"),
    [
        (date(2024, 2, 29), 1, date(2025, 3, 1), date(2025, 2, 28), date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),
        (date(2023, 2, 28), 1, date(2024, 2, 28), date(2024, 2, 29), date(2024, 2, 28)),
        (date(2024, 2, 28), 1, date(2025, 2, 28), date(2025, 2, 28), date(2025, 2, 28)),
        (date(2023, 12, 15), 1, date(2024, 12, 15), date(2024, 12, 15), date(2024, 12, 15)),
    ],
)
def test_dates_around_29_february(
    day: date, years: int, as_start: date, as_end: date, as_due: date
) -> None:
    assert (moved_start(day, years), moved_end(day, years), moved_due(day, years)) == (
        as_start,
        as_end,
        as_due,
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kế hoạch năm 2024", "Kế hoạch năm 2025"),
        ("Kế hoạch 2024 và Chương trình 2022-2026", "Kế hoạch 2025 và Chương trình 2022-2026"),
        ("Giai đoạn 2024-2025", "Giai đoạn 2024-2025"),
        ("Giai đoạn 2020 - 2024", "Giai đoạn 2020 - 2025"),
        ("Theo Nghị quyết ngày 15/02/2024", "Theo Nghị quyết ngày 15/02/2024"),
        ("Theo Nghị quyết 12/2024/NQ-HĐND", "Theo Nghị quyết 12/2024/NQ-HĐND"),
    ],
)
def test_names_keep_the_years_of_documents(name: str, expected: str) -> None:
    assert moved_name(name, 2024, 1) == expected


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of standard programmes with the small one in it."""
    folder = tmp_path / "mau" / "nho"
    folder.mkdir(parents=True)
    for path in SMALL_PROGRAMME.glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(standard, "templates_folder", lambda: folder.parent)
    return folder.parent


def test_start(library: Path, tmp_path: Path) -> None:
    assert [(p.name, p.title, p.year) for p in standard_programmes()] == [
        ("nho", "Công tác dân vận năm 2024", 2024)
    ]
    target = start("nho", tmp_path / "moi" / "2025", 2025)
    assert target == tmp_path / "moi" / "2025" / "chuong-trinh.xlsx"
    assert (target.parent / "nhan-ve").is_dir()
    assert load(target) == moved(2025)


def test_start_without_a_year_keeps_it(library: Path, tmp_path: Path) -> None:
    assert load(start("nho", tmp_path / "moi")) == small_programme()


def test_start_refuses(library: Path, tmp_path: Path) -> None:
    target = start("nho", tmp_path / "moi")
    before = target.read_bytes()
    for key, name, year in (
        ("programme.error.folder_taken", "nho", 2030),
        ("programme.error.no_standard", "khong-co", None),
        ("programme.error.year_range", "nho", 24),
    ):
        with pytest.raises(ToolkitError) as caught:
            start(name, target.parent, year)
        assert caught.value.key == key
    assert target.read_bytes() == before


def test_the_library_of_this_checkout_is_found() -> None:
    assert templates_folder().name == "workbook_templates"
    assert all(p.path.is_dir() for p in standard_programmes())

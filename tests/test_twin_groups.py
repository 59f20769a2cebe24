"""Probable duplicates by groups: each row once, every pair within one group, long lists capped."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from test_twins import twins

from toolkit.consolidate.twin_groups import TwinGroup, twin_groups
from toolkit.report.summary import twins as sheet_of_twins

ROAD, GARDEN = "Tuyến đường xanh sạch đẹp", "Vườn rau sạch của Hội Phụ nữ"


def keys(group: TwinGroup) -> list[str]:
    return [f"{row.entry.unit.code}{row.entry.row}" for row in group.rows]


def test_rows_alike_through_one_another_are_one_group() -> None:
    found = twin_groups(
        twins(
            ("A", "Q1", ROAD, ""),
            ("A", "Q1", GARDEN, ""),
            ("B", "Q1", ROAD, ""),
            ("C", "Q1", GARDEN, ""),
            ("C", "Q1", ROAD, ""),
            ("C", "Q1", "Câu lạc bộ pháp luật", ""),
        )
    )
    assert [keys(group) for group in found] == [["A1", "B1", "C2"], ["A2", "C1"]]
    assert [row.like for row in found[0].rows] == [-1, 0, 0]
    assert found[0].rows[0].reasons == ()
    assert [r.percent for r in found[0].rows[2].reasons] == [100]


def test_nothing_alike_makes_no_group() -> None:
    assert twin_groups(twins(("A", "Q1", ROAD, ""), ("B", "Q1", GARDEN, ""))) == ()


@settings(max_examples=examples(30, 500))
@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from([ROAD, GARDEN, "Đọc sách", "Bơi lội"])),
        max_size=8,
    )
)
def test_every_pair_is_in_one_group_and_every_row_once(rows: list[tuple[str, str]]) -> None:
    pairs = twins(*((unit, "Q1", name, "") for unit, name in rows))
    groups = [keys(group) for group in twin_groups(pairs)]
    told = [row for group in groups for row in group]
    assert len(told) == len(set(told))
    wanted = {f"{e.unit.code}{e.row}" for pair in pairs for e in (pair.first, pair.second)}
    assert set(told) == wanted
    for pair in pairs:
        both = {f"{e.unit.code}{e.row}" for e in (pair.first, pair.second)}
        assert any(both <= set(group) for group in groups)
    for group in twin_groups(pairs):
        assert all(row.like < place for place, row in enumerate(group.rows))


def test_many_of_them_are_counted_and_not_all_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_summary_index import compared_book

    monkeypatch.setattr(sheet_of_twins, "MOST_ROWS", 2)
    whole = openpyxl.load_workbook(compared_book(tmp_path / "a"))["Nghi đăng ký trùng"]
    said = [str(c) for row in whole.iter_rows(values_only=True) for c in row if c]
    assert any("Có 1 nhóm, 3 dòng." in words for words in said)
    assert any(words.startswith("… và 1 dòng nữa của 1 đơn vị") for words in said)
    monkeypatch.setattr(sheet_of_twins, "MOST_GROUPS", 0)
    none = openpyxl.load_workbook(compared_book(tmp_path / "b"))["Nghi đăng ký trùng"]
    said = [str(c) for row in none.iter_rows(values_only=True) for c in row if c]
    assert any("còn 1 nhóm (3 dòng) chưa ghi" in words for words in said)

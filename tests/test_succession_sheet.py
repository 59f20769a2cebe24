"""The sheet Kế thừa: read, its faults at their cells, and the plain questions put to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from programmes import SMALL_PROGRAMME

from toolkit.findings import Finding, Severity
from toolkit.programme.fingerprint import fingerprint
from toolkit.programme.lineage import Heirs, events_of, heirs, parent_on
from toolkit.programme.load import load_book
from toolkit.programme.model import Programme, SuccessionKind
from toolkit.programme.read import Cell, RawBook, RawTable, read_folder

UNITS = """
mã|tên|loại|mã cấp trên|từ ngày|đến ngày
HP|Thành phố Hải Phòng|thành phố|||
A|Quận A|quận|HP||30/06/2024
B|Quận B|quận|HP||30/06/2024
C|Quận C|quận|HP||30/06/2024
P|Phường P|quận|HP|01/07/2024|
Q|Phường Q|quận|HP|01/07/2024|
D|Huyện D|huyện|HP||
E|Quận E|quận|D||
"""
HEAD = "đơn vị cũ|đơn vị mới|ngày|loại|tỷ lệ|cấp trên cũ|ghi chú"
MERGER = ["A|P|01/07/2024|sáp nhập|||", "B|P|01/07/2024|sáp nhập|100%||NQ số 1"]
SPLIT = ["C|P|01/07/2024|chia tách|60%||", "C|Q|01/07/2024|chia tách|40%||"]


def table(sheet: str, text: str | Sequence[str]) -> RawTable:
    lines = text.strip().splitlines() if isinstance(text, str) else text
    cells = {
        (row, column): Cell(word)
        for row, line in enumerate(lines, 1)
        for column, word in enumerate(line.split("|"), 1)
        if word
    }
    return RawTable(f"{sheet}.csv", sheet, cells)


def book(rows: Sequence[str], units: str = UNITS, head: str = HEAD) -> RawBook:
    """The small programme with other units, and nothing that names its own ones."""
    whole = read_folder(SMALL_PROGRAMME)
    gone = ("Đơn vị", "Kế thừa", "Giao chỉ tiêu", "Miễn trừ")
    kept = [t for t in whole.tables if t.sheet not in gone]
    return replace(whole, tables=(*kept, table("Đơn vị", units), table("Kế thừa", [head, *rows])))


def load(rows: Sequence[str], units: str = UNITS) -> Programme:
    programme, findings = load_book(book(rows, units))
    assert programme is not None, findings
    return programme


def said(rows: Sequence[str], units: str = UNITS) -> list[str]:
    """The findings about units and successions as "code@Sheet!Cell"."""
    _, findings = load_book(book(rows, units))
    return [
        f"{f.code.removeprefix('programme.')}@{f.address.cell}"
        for f in findings
        if f.address.sheet == "Kế thừa"
    ]


def test_rows_are_read_whole_and_in_order() -> None:
    rows = [*MERGER, *SPLIT, "E||01/07/2024|chuyển cấp trên||HP|"]
    found = load(rows).successions
    assert [(s.predecessor, s.successor, s.kind, s.share) for s in found] == [
        ("A", "P", SuccessionKind.MERGE, None),
        ("B", "P", SuccessionKind.MERGE, Decimal(1)),
        ("C", "P", SuccessionKind.SPLIT, Decimal("0.6")),
        ("C", "Q", SuccessionKind.SPLIT, Decimal("0.4")),
        ("E", "E", SuccessionKind.MOVE, None),
    ]
    assert found[1].remark == "NQ số 1"
    assert {s.day for s in found} == {date(2024, 7, 1)}
    assert found[4].former == "HP"


def test_english_names_and_names_of_units_are_understood() -> None:
    head = "predecessor|successor|date|kind|share|former superior|remark"
    rows = ["Quận A|Phường P|01/07/2024|merge|||", "Quận C|Phường Q|01/07/2024|split|100%||"]
    whole = book(rows, head=head)
    tables = [replace(t, sheet="Successions") if t.sheet == "Kế thừa" else t for t in whole.tables]
    programme, findings = load_book(replace(whole, tables=tuple(tables)))
    assert programme is not None, findings
    assert [(s.predecessor, s.successor) for s in programme.successions] == [("A", "P"), ("C", "Q")]


def test_the_sheet_changes_no_fingerprint() -> None:
    """No template says anything of it: returns on record are not of an earlier issue."""
    with_rows = load(MERGER)
    assert fingerprint(replace(with_rows, successions=())) == with_rows.fingerprint


NEW_EARLY = UNITS.replace("P|Phường P|quận|HP|01/07/2024", "P|Phường P|quận|HP|")
OLD_ENDLESS = UNITS.replace("A|Quận A|quận|HP||30/06/2024", "A|Quận A|quận|HP||")
FAULTS = [
    (["X|P|01/07/2024|sáp nhập|||"], UNITS, ["reference.unit@A2"]),
    (["A|X|01/07/2024|sáp nhập|||"], UNITS, ["reference.unit@B2"]),
    (["A|P||sáp nhập|||"], UNITS, ["value.missing@C2"]),
    (["A|P|31/02/2024|sáp nhập|||"], UNITS, ["date.bad@C2"]),
    (["A|P|01/07/2024|giải thể|||"], UNITS, ["keyword.bad@D2"]),
    (["A||01/07/2024|sáp nhập|||"], UNITS, ["succession.successor_missing@B2"]),
    (["A|A|01/07/2024|sáp nhập|||"], UNITS, ["succession.self@B2"]),
    (["A|P|01/07/2024|sáp nhập|60||"], UNITS, ["succession.share_range@E2"]),
    (["A|P|01/07/2024|sáp nhập|0%||"], UNITS, ["succession.share_range@E2"]),
    (["A|P|01/07/2024|sáp nhập|80%||"], UNITS, ["succession.share_sum@E2"]),
    ([SPLIT[0], SPLIT[1].replace("40%", "39,5%")], UNITS, ["succession.share_sum@E2"]),
    ([SPLIT[0], SPLIT[1].replace("40%", "")], UNITS, ["succession.share_lacking@E3"]),
    ([*MERGER, MERGER[0]], UNITS, ["succession.twice@A4"]),
    ([SPLIT[0].replace("chia tách", "đổi tên"), SPLIT[1]], UNITS, ["succession.kind_single@D2"]),
    (["P|Q|01/01/2025|đổi tên|||", "Q|P|01/02/2025|đổi tên|||"], UNITS, ["succession.circle@B2"]),
    (
        ["A|P|01/06/2024|sáp nhập|||"],
        UNITS,
        ["succession.old_lives@C2", "succession.new_absent@C2"],
    ),
    (["A|P|15/07/2024|sáp nhập|||"], UNITS, ["succession.gap@C2"]),
    (["A|P|01/07/2024|sáp nhập|||"], OLD_ENDLESS, ["succession.old_endless@C2"]),
    (["P|Q|01/07/2024|sáp nhập|||"], UNITS, ["succession.old_late@C2"]),
    (["A|P|01/07/2024|đổi tên|||"], NEW_EARLY, ["succession.new_early@C2"]),
    (["E||01/07/2024|chuyển cấp trên|||"], UNITS, ["succession.former_missing@F2"]),
    (["E||01/07/2024|chuyển cấp trên||E|"], UNITS, ["succession.former_self@F2"]),
    (["E||01/07/2024|chuyển cấp trên|50%|HP|"], UNITS, ["succession.share_idle@E2"]),
    (["A|P|01/07/2024|sáp nhập||HP|"], UNITS, ["succession.former_idle@F2"]),
    (["A||01/07/2024|chuyển cấp trên||HP|"], UNITS, ["succession.moved_absent@C2"]),
    (["D||01/07/2024|chuyển cấp trên||E|"], UNITS, ["unit.circle@F2"]),
    ([s.replace("60%", "").replace("40%", "") for s in SPLIT], UNITS, ["succession.share_none@D2"]),
]


@pytest.mark.parametrize(("rows", "units", "expected"), FAULTS)
def test_each_fault_is_said_at_its_cell(rows: list[str], units: str, expected: list[str]) -> None:
    assert sorted(said(rows, units)) == sorted(expected)


def severity(findings: Sequence[Finding], code: str) -> Severity:
    return next(f.severity for f in findings if f.code == f"programme.succession.{code}")


def test_a_split_without_a_share_is_allowed_and_said() -> None:
    rows = [s.replace("60%", "").replace("40%", "") for s in SPLIT]
    programme, findings = load_book(book(rows))
    assert programme is not None
    assert severity(findings, "share_none") is Severity.NOTE


# --- who carries on what ------------------------------------------------------------------

BEFORE, AFTER = date(2024, 6, 30), date(2024, 9, 30)


def shares(found: Heirs) -> dict[str, Decimal]:
    return {heir.unit: heir.share for heir in found.parts}


def test_a_merger_is_carried_whole_and_only_what_came_before_it() -> None:
    programme = load([*MERGER, *SPLIT])
    assert heirs(events_of(programme), "A", BEFORE) == Heirs("P")
    assert heirs(events_of(programme), "P", AFTER) == Heirs("P")
    assert heirs(events_of(programme), "D", BEFORE) == Heirs("D")
    found = heirs(events_of(programme), "C", BEFORE)
    assert found.holder == "C"
    assert shares(found) == {"P": Decimal("0.6"), "Q": Decimal("0.4")}


def test_chains_are_followed_and_shares_multiplied() -> None:
    units = UNITS.replace(
        "P|Phường P|quận|HP|01/07/2024|", "P|Phường P|quận|HP|01/07/2024|31/12/2024"
    )
    units += "R|Phường R|quận|HP|01/01/2025|\nS|Phường S|quận|HP|01/01/2025|\n"
    rows = [
        *MERGER,
        *SPLIT,
        "P|R|01/01/2025|chia tách|25%||",
        "P|S|01/01/2025|chia tách|75%||",
    ]
    programme = load(rows, units)
    assert heirs(events_of(programme), "A", BEFORE).holder == "P"
    assert shares(heirs(events_of(programme), "A", BEFORE)) == {
        "R": Decimal("0.25"),
        "S": Decimal("0.75"),
    }
    assert shares(heirs(events_of(programme), "C", BEFORE)) == {
        "R": Decimal("0.15"),
        "S": Decimal("0.45"),
        "Q": Decimal("0.4"),
    }
    assert heirs(events_of(programme), "P", AFTER).holder == "P"


def test_a_unit_may_keep_a_part_of_itself() -> None:
    rows = ["D|D|01/07/2024|chia tách|70%||", "D|Q|01/07/2024|chia tách|30%||"]
    programme = load(rows)
    found = heirs(events_of(programme), "D", BEFORE)
    assert (found.holder, shares(found)) == ("D", {"D": Decimal("0.7"), "Q": Decimal("0.3")})
    assert heirs(events_of(programme), "D", AFTER) == Heirs("D")


@pytest.mark.parametrize(
    ("day", "parent"),
    [
        (date(2024, 3, 31), "HP"),
        (date(2024, 6, 30), "HP"),
        (date(2024, 7, 1), "P"),
        (date(2024, 12, 31), "P"),
        (date(2025, 1, 1), "D"),
    ],
)
def test_the_superior_of_a_day(day: date, parent: str) -> None:
    rows = ["E||01/07/2024|chuyển cấp trên||HP|", "E||01/01/2025|chuyển cấp trên||P|"]
    programme = load(rows)
    assert parent_on(programme, programme.unit("E"), day) == parent
    assert parent_on(programme, programme.unit("D"), day) == "HP"

"""The comparison with other readers, on a handful of files made here."""

from __future__ import annotations

import struct
from pathlib import Path

import openpyxl
import pytest
from corpus import against, look
from reader_kit import cell8, package, row1, worksheet, xls

from toolkit.intake.reader import read_bytes

CELLS = row1(
    '<c r="A1"><v>1250.5</v></c><c r="B1" t="inlineStr"><is><t>NA</t></is></c>'
    '<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D1" t="b"><v>1</v></c>'
)
BOOK = package(worksheet(CELLS))


def test_files_end_and_agree(tmp_path: Path) -> None:
    number = struct.pack("<d", 0.1)
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append([1250.5, "NA", "#DIV/0!", True])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.xls").write_bytes(xls(cell8(0x203, 0, 0, number)))
    (tmp_path / "c.xlsx").write_bytes(BOOK[:300])
    found = {path.name: list(look(path))[-1] for path in tmp_path.iterdir()}
    assert {name: (each.end, each.cells) for name, each in found.items()} == {
        "a.xlsx": ("read as xlsx", 4),
        "b.xls": ("read as xls", 1),
        "c.xlsx": ("reader.damaged", 0),
    }
    assert all(each.odd == [] for each in found.values())


@pytest.mark.parametrize(
    ("place", "value", "what"),
    [
        (("S1", 1, 1), 1250.5, []),
        (("S1", 1, 1), 1250.0, ["another number"]),
        (("S1", 1, 1), "1250.5", ["another number"]),
        (("S1", 1, 2), "N/A", ["another text"]),
        (("S1", 1, 3), "#", []),
        (("S1", 1, 3), 0.0, ["another error"]),
        (("S1", 1, 4), 0, ["another boolean"]),
        (("S1", 2, 1), 5, ["a cell that we have not"]),
        (("S2", 1, 1), 5, ["a sheet that we have not"]),
    ],
)
def test_what_disagrees_is_told(
    place: tuple[str, int, int], value: object, what: list[str]
) -> None:
    raw = read_bytes(BOOK, "a.xlsx")
    assert [said for said, _where in against(raw, {place: value})] == what


def test_what_others_read_and_we_refuse_is_told() -> None:
    assert list(against(None, {("S1", 1, 1): 5})) == [("reads what we refuse", "1 cells")]

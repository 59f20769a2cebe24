"""The links of a summary lead to the cells of the originals, also after the folder has moved."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from lxml import etree
from test_workflow import filled, programme_in

from toolkit import workflow
from toolkit.folder import Folder
from toolkit.workflow import Day

XLINK = "{http://www.w3.org/1999/xlink}href"
CT = "CT Kết quả thực hiện chỉ tiêu"


def convert(source: Path, kind: str, target: Path, scratch: Path) -> Path:
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation={scratch.as_uri()}"),
            *("--convert-to", kind, "--outdir", str(target), str(source)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return target / f"{source.stem}.{kind}"


@pytest.mark.soffice
def test_libreoffice_follows_the_links(tmp_path: Path) -> None:
    place = programme_in(tmp_path / "cũ")
    first = place.root / "303.xlsx"
    first.write_bytes(filled(place, unit="303"))
    other = tmp_path / "Quận Lê Chân.xlsx"
    other.write_bytes(filled(place))
    sheet = convert(other, "ods", tmp_path, tmp_path / "lo")
    programme = workflow.load_programme(place)
    workflow.receive(place, programme, [first, sheet], day=Day(date(2024, 4, 5)))
    workflow.consolidate(place, ["2024-Q1"])
    moved = Folder(tmp_path / "nơi mới có dấu cách", tmp_path / "nơi mới có dấu cách")
    place.root.rename(moved.root)
    flat = convert(moved.summary("2024-Q1"), "fods", moved.reports("2024-Q1"), tmp_path / "lo")
    seen: dict[str, set[str]] = {}
    for link in etree.parse(flat).iter():
        href = unquote(link.get(XLINK, ""))
        if "luu-tru" in href:
            path, _, cell = href.removeprefix("file://").partition("#")
            target = Path(path) if Path(path).is_absolute() else flat.parent / path
            assert target.resolve().is_relative_to((moved.root / "luu-tru").resolve())
            assert target.is_file(), href
            seen.setdefault(target.suffix, set()).add(cell)
    assert set(seen) == {".ods", ".xlsx"}
    for cells in seen.values():
        assert f"'{CT}'!G9" in {cell.replace("$", "").replace("'.", "'!") for cell in cells}


def test_every_value_of_a_unit_has_its_link(tmp_path: Path) -> None:
    place = programme_in(tmp_path)
    path = tmp_path / "305.xlsx"
    path.write_bytes(filled(place))
    workflow.receive(place, workflow.load_programme(place), [path], day=Day(date(2024, 4, 5)))
    workflow.consolidate(place, ["2024-Q1"])
    sheet = openpyxl.load_workbook(place.summary("2024-Q1"))[CT]
    original = openpyxl.load_workbook(next((tmp_path / "luu-tru").rglob("*.xlsx")), data_only=True)
    typed = 0
    for row in sheet.iter_rows(min_row=8):
        if row[1].value != "Quận Lê Chân":
            continue
        for cell in row[2:5]:  # the rate beside them is made of two of these
            if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                link = cell.hyperlink
                assert link is not None, cell.coordinate
                title, _, address = link.location.rpartition("!")
                there = original[title.strip("'")][address].value
                assert there == cell.value
                typed += 1
    assert typed >= 9

"""A country of communes and its returns of a year, made fast, for the benchmarks.

    python tests/bench/country.py FOLDER [COMMUNES]

The sample's programme is asked of made-up communes below 34 provinces. A few model communes
fill their four quarters in LibreOffice (see make_returns.py), with marks where communes
differ: the other communes send the same bytes with another name and code and with figures
and texts of their own in place of the marks. So every return is a file as an office saves
it, and no commune has copied from another.
"""

from __future__ import annotations

import random
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from make_returns import ROOT, Cells, make, sample, ward_names, ward_programme
from sample_words import DIFFICULTIES, OWNERS, PLACES, PROPOSALS
from sample_words import MODELS as MODEL_NAMES

from toolkit.programme.load import load
from toolkit.programme.model import Programme, Unit
from toolkit.template.layout import file_name

PROVINCES = 34
COMMUNES = 3321  # of the country, since July 2025
MODELS = 8
QUARTERS: tuple[str, ...] = sample.QUARTERS


def communes(programme: Programme) -> list[Unit]:
    """The units that report."""
    return [unit for unit in programme.units if unit.parent]


def programme_of(folder: Path, count: int) -> Programme:
    """The programme of so many communes, its workbook written into ``folder``."""
    target = folder / "chuong-trinh.xlsx"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_programme(target, count)
    return load(target)


def _write_programme(target: Path, count: int) -> None:
    book = openpyxl.load_workbook(sample.SAMPLE / "chuong-trinh.xlsx")
    units, allotted = book["Đơn vị"], book["Giao chỉ tiêu"]
    rows = allotted.iter_rows(min_row=2, values_only=True)
    values = {item: value for item, code, value in rows if str(code) == "305"}
    for sheet in (units, allotted):
        sheet.delete_rows(2, sheet.max_row)
    for n in range(1, PROVINCES + 1):
        units.append([f"T{n:02}", f"Tỉnh mẫu {n:02}", f"Tỉnh {n:02}", "thành phố"])
    for n, name in enumerate(islice(ward_names(), count)):
        code = f"{20001 + n}"
        kind = "quận" if n else "huyện"  # the forms name both
        units.append([code, name, name, kind, f"T{n % PROVINCES + 1:02}"])
        for item, value in values.items():
            allotted.append([item, code, value])
    book.save(target)


def models(folder: Path) -> dict[str, list[bytes]]:
    """The model communes' returns as LibreOffice saved them, by quarter."""
    programme = ward_programme(MODELS)
    head = [unit for unit in programme.units if unit.type == "thành phố"]
    named = [
        replace(unit, code=f"MODEL{n}", name=_MODEL.format(n), short=_MODEL.format(n))
        for n, unit in enumerate(u for u in programme.units if u.type != "thành phố")
    ]
    codes = {unit.code: f"MODEL{n}" for n, unit in enumerate(programme.units[len(head) :])}
    allotted = {(item, codes[code]): v for (item, code), v in programme.allotments.items()}
    programme = replace(programme, units=(*head, *named), allotments=allotted)
    make(folder, programme, marked)
    return {
        code: [
            (folder / code / file_name(unit, programme.period(code))).read_bytes() for unit in named
        ]
        for code in QUARTERS
    }


_MODEL = "Phường Mẫu Số {}"

# Where communes differ: no rule and no formula of the forms rests on these figures.
_NUMBERS = ("so_luot", "kinh_phi")
TEXTS = ("ten", "kho_khan", "kien_nghi", "chu_mo_hinh")
_MARK = 7_000_000


def marked(cells: Cells) -> Cells:
    """What a model types, with marks in place of what differs: numbers no commune writes."""
    return tuple(
        replace(cell, typed=_mark_of(cell.field, int(cell.row) if cell.row.isdigit() else 0))
        if cell.field in (*_NUMBERS, *TEXTS) and cell.state != "nil"
        else cell
        for cell in cells
    )


def _mark_of(field: str, row: int) -> object:
    mark = _MARK + 100 * (*_NUMBERS, *TEXTS).index(field) + row
    return float(mark) if field in _NUMBERS else f"dấu {mark}"


def own_of(unit: Unit, period: str) -> dict[tuple[str, int], str]:
    """A commune's own figures and texts of a quarter, by field and row (0: no list)."""
    chance = random.Random(f"{unit.code} {period}")
    own = {
        ("so_luot", 0): str(chance.randint(40, 1500)),
        ("kinh_phi", 0): f"{chance.randint(10, 900) / 10:g}",
        ("kho_khan", 0): f"{chance.choice(DIFFICULTIES[:-1])} ({unit.name})",
        ("kien_nghi", 0): f"{chance.choice(PROPOSALS)} ({unit.name})",
    }
    for row in range(1, 5):
        area = chance.choice(tuple(MODEL_NAMES))
        place = chance.choice(PLACES).format(n=chance.randint(1, 30)).lower()
        own["ten", row] = f"{chance.choice(MODEL_NAMES[area])} {place}, {unit.name}"
        own["chu_mo_hinh", row] = chance.choice(OWNERS)
    return own


def make_country(folder: Path, count: int, shared: Path) -> tuple[Programme, list[Path]]:
    """The programme and its returns in ``folder/nhan-ve``, made where they are not there yet.

    ``shared`` is where the models are kept for countries of other sizes.
    """
    programme = programme_of(folder, count)
    wanted = [
        (unit, n, folder / "nhan-ve" / code / file_name(unit, programme.period(code)), code)
        for n, unit in enumerate(communes(programme))
        for code in QUARTERS
    ]
    if not all(target.exists() for _, _, target, _ in wanted):
        model = models(shared)
        for unit, n, target, code in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(renamed(model[code][n % MODELS], n % MODELS, unit, code))
    return programme, sorted(target for _, _, target, _ in wanted)


def renamed(data: bytes, model: int, unit: Unit, period: str) -> bytes:
    """A model's return as another commune's: its name and code, its own in place of marks."""
    swaps = [
        (_MODEL.format(model), escape(unit.name)),
        (f"MODEL{model}", unit.code),
    ]
    for (field, row), value in own_of(unit, period).items():
        mark = _mark_of(field, row)
        if isinstance(mark, float):
            swaps.append((f"<v>{mark:.0f}</v>", f"<v>{value}</v>"))
        else:
            swaps.append((str(mark), escape(value)))
    return rezipped(data, tuple([(old.encode(), new.encode()) for old, new in swaps]))


def rezipped(data: bytes, swaps: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """A zip with bytes replaced in its parts."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for member in old.infolist():
            part = old.read(member)
            for before, after in swaps:
                part = part.replace(before, after)
            new.writestr(zipfile.ZipInfo(member.filename), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def main() -> None:
    """Make the country named on the command line."""
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else COMMUNES
    _, paths = make_country(folder, count, folder.parent / "models")
    print(f"{len(paths)} returns below {folder}, {ROOT.name}")


if __name__ == "__main__":
    main()

"""Returns for the benchmarks: clean ones, as offices save them, as many as are asked for.

    python tests/bench/make_returns.py FOLDER [COUNT]

The standard programme of the sample is asked of made-up wards, a quarter of COUNT of them;
each fills its four quarters in a running LibreOffice, with figures of its own. The files are
made once per folder: it takes about a quarter of a second each.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "samples")]

import make_hai_phong_2024 as sample  # noqa: E402 (the path is set above)
import sample_kit  # noqa: E402

from toolkit.programme.load import load  # noqa: E402
from toolkit.programme.model import Programme, Unit  # noqa: E402
from toolkit.template.layout import file_name, layout  # noqa: E402
from toolkit.template.write import write  # noqa: E402

# First and second syllables of the wards' names; no name is the beginning of another.
_FIRST = [
    "An",
    "Bình",
    "Cát",
    "Dương",
    "Đông",
    "Giang",
    "Hòa",
    "Khánh",
    "Lộc",
    "Minh",
    "Ngọc",
    "Phú",
    "Quang",
    "Sơn",
    "Tân",
    "Vĩnh",
]
_SECOND = [
    "Ân",
    "Biên",
    "Chánh",
    "Đằng",
    "Hưng",
    "Khê",
    "Lạc",
    "Mỹ",
    "Nghĩa",
    "Phong",
    "Sở",
    "Thịnh",
    "Trạch",
    "Xuyên",
    "Yên",
    "Ước",
]


def ward_names() -> Iterator[str]:
    """Names of wards, each once: 256, then the same with a third syllable."""
    for third in ("", *_FIRST):
        for second, first in product(_SECOND, _FIRST):
            yield f"Phường {first} {second} {third}".rstrip()


def ward_programme(wards: int) -> Programme:
    """The sample's programme, asked of so many wards instead of its districts."""
    programme = load(sample.SAMPLE / "chuong-trinh.xlsx")
    model = next(unit for unit in programme.units if unit.code == "305")
    names = ward_names()
    units = tuple(
        replace(model, code=f"{n:05}", name=(name := next(names)), short=name, aliases=())
        for n in range(20001, 20001 + wards)
    )
    above = tuple(unit for unit in programme.units if unit.type == "thành phố")
    allotted = {
        (item, unit.code): value
        for (item, code), value in programme.allotments.items()
        if code == model.code
        for unit in units
    }
    return replace(programme, units=above + units, allotments=allotted)


Cells = tuple[sample.Typed, ...]


def as_typed(cells: Cells) -> Cells:
    """The cells unchanged."""
    return cells


def make(folder: Path, programme: Programme, change: Callable[[Cells], Cells] = as_typed) -> None:
    """Fill every template of the programme's wards and quarters, where it is not there yet.

    ``change`` is done to what each ward would type.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        jobs = []
        for unit in wards_of(programme):
            jobs += list(_jobs(programme, unit, folder, Path(scratch), change))
        if not jobs:
            return
        file = Path(scratch) / "jobs.json"
        file.write_text(json.dumps(jobs), "utf-8")
        filler = ROOT / "samples" / "uno_fill.py"
        subprocess.run([sample_kit.python_with_uno(), str(filler), str(file)], check=True)


def wards_of(programme: Programme) -> tuple[Unit, ...]:
    """The units that report."""
    return tuple(unit for unit in programme.units if unit.type != "thành phố")


def _jobs(
    programme: Programme,
    unit: Unit,
    folder: Path,
    scratch: Path,
    change: Callable[[Cells], Cells],
) -> Iterator[dict[str, object]]:
    district = sample.District(programme, unit)
    for index, code in enumerate(sample.QUARTERS):
        period = programme.period(code)
        plan = layout(programme, unit, period)
        cells = change(district.quarter(index))
        target = folder / code / file_name(unit, period)
        if target.exists():
            continue
        blank = scratch / target.name
        write(plan, blank)
        steps = [
            [c.kind, s.sheet, row, column, c.typed]
            for c in cells
            for s, row, column in [sample_kit.position(plan, c)]
        ]
        yield {"source": str(blank), "target": str(target), "format": "xlsx", "steps": steps}


def main() -> None:
    """Make the returns named on the command line."""
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    make(folder, ward_programme(-(-count // 4)))


if __name__ == "__main__":
    main()

"""What others need for the same sheets: one way of reading, over a folder of returns.

    python tests/bench/peers.py calamine|pandas|pandas-calamine|openpyxl FOLDER

Each reads every value of every sheet and keeps nothing on record: no check, no register, no
archive. The script with openpyxl is what an office writes for itself.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path


def calamine(paths: list[Path]) -> int:
    """Bare python-calamine."""
    from python_calamine import CalamineWorkbook

    rows = 0
    for path in paths:
        book = CalamineWorkbook.from_path(path)
        rows += sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    return rows


def pandas(paths: list[Path], engine: str | None = None) -> int:
    """``pandas.concat`` of ``read_excel``, all sheets, with an engine of its choice."""
    import pandas as pd

    frames = [
        frame
        for path in paths
        for frame in pd.read_excel(path, sheet_name=None, header=None, engine=engine).values()
    ]
    return len(pd.concat(frames))


def pandas_calamine(paths: list[Path]) -> int:
    """The same with the calamine engine."""
    return pandas(paths, "calamine")


def openpyxl(paths: list[Path]) -> int:
    """A plain script: load the workbook, walk its rows."""
    from openpyxl import load_workbook

    rows = 0
    for path in paths:
        book = load_workbook(path, data_only=True)
        rows += sum(1 for sheet in book for _ in sheet.iter_rows(values_only=True))
    return rows


PEERS: dict[str, Callable[[list[Path]], int]] = {
    "calamine": calamine,
    "pandas": pandas,
    "pandas-calamine": pandas_calamine,
    "openpyxl": openpyxl,
}


def main() -> None:
    """Read the folder on the command line."""
    warnings.simplefilter("ignore")
    rows = PEERS[sys.argv[1]](sorted(Path(sys.argv[2]).glob("*/*.xlsx")))
    if not rows:
        raise SystemExit("no returns")


if __name__ == "__main__":
    main()

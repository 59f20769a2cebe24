"""The review file ``cham-diem/PERIOD.xlsx``: the points the head office gives.

The head office fills in points and remarks; the unit's own score stands beside them as it was
when the file was written. The file is data like a sheet of the programme and is read as one:
every fault at its cell, a faulty row gives no points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from toolkit.findings import Address, Finding
from toolkit.programme.faults import Faults
from toolkit.programme.model import Programme
from toolkit.programme.read import RawBook, RawTable, read_workbook
from toolkit.programme.score_types import Criterion
from toolkit.programme.sheet_spec import Column, ColumnKind, Sheet
from toolkit.programme.table import Codes, Row, bind
from toolkit.text import match_key

REVIEW = Sheet(
    "review",
    "Chấm điểm",
    "Scoring",
    "",
    (
        Column("unit", "mã đơn vị", "unit", ColumnKind.CODE, required=True, width=9),
        Column("unit_name", "đơn vị", "unit name", width=22),
        Column("criterion", "mã tiêu chí", "criterion", ColumnKind.CODE, required=True, width=9),
        Column("criterion_name", "tiêu chí", "criterion name", width=40),
        Column("maximum", "điểm tối đa", "maximum", ColumnKind.NUMBER, width=8),
        Column("own", "điểm tự chấm / máy tính", "own score", ColumnKind.NUMBER, width=11),
        Column("evidence", "minh chứng, căn cứ", "evidence", width=40),
        Column("points", "điểm thẩm định", "reviewed score", ColumnKind.NUMBER, width=11),
        Column("difference", "chênh lệch", "difference", ColumnKind.NUMBER, width=9),
        Column("remark", "ghi chú của người thẩm định", "remark", width=34),
    ),
    required=True,
)

_DIFFERENCE = REVIEW.column("difference")


@dataclass(frozen=True, slots=True)
class Review:
    """What the head office wrote for one unit and criterion.

    ``points`` is None where it gave none; ``faulty`` where what stands in the cell cannot be
    used. ``seen`` is the unit's own score at the time, None where there was none.
    """

    unit: str
    criterion: str
    points: Decimal | None
    remark: str
    address: Address
    seen: Decimal | None = None
    faulty: bool = False


def read_reviews(path: Path, programme: Programme) -> tuple[tuple[Review, ...], list[Finding]]:
    """The reviews of a file and everything wrong with it; neither where there is no file.

    Rows that nothing was written in are left out.
    """
    if not path.exists():
        return (), []
    return reviews_of(read_workbook(path), programme)


def reviews_of(book: RawBook, programme: Programme) -> tuple[tuple[Review, ...], list[Finding]]:
    """As :func:`read_reviews`, of raw tables."""
    faults = Faults()
    for finding in book.findings:
        faults.put(finding)
    wanted = {match_key(REVIEW.vi), match_key(REVIEW.en)}
    raw = next((t for t in book.tables if match_key(t.sheet) in wanted), None)
    if raw is None:
        if not faults.fatal:
            present = ", ".join(t.sheet for t in book.tables)
            missing = Address(book.file, REVIEW.vi)
            faults.add("sheet.missing", missing, REVIEW.vi, present=present)
        return (), list(faults.findings)
    table = bind(_typed(raw), REVIEW, faults)
    found: dict[tuple[str, str], Review] = {}
    if table is not None:
        desk = _Desk(faults, programme)
        for row in table.rows(faults):
            _read(desk, row, found)
    return tuple(found.values()), list(faults.findings)


def _typed(raw: RawTable) -> RawTable:
    """Without the results of the formulas: a program that saves the file may not keep them."""
    names = {match_key(name) for name in (_DIFFERENCE.vi, _DIFFERENCE.en)}
    computed = {
        c for (row, c), cell in raw.cells.items() if row == 1 and match_key(cell.text) in names
    }
    cells = {at: cell for at, cell in raw.cells.items() if at[0] == 1 or at[1] not in computed}
    return replace(raw, cells=cells)


class _Desk:
    """The codes that the rows refer to."""

    def __init__(self, faults: Faults, programme: Programme) -> None:
        self.units = _codes([unit.code for unit in programme.units])
        self.criteria = _codes([criterion.code for criterion in programme.criteria])
        self.by_code = {criterion.code: criterion for criterion in programme.criteria}
        self.faults = faults


def _codes(names: Sequence[str]) -> Codes:
    codes, nowhere = Codes(), Faults()
    for name in names:
        codes.declare(name, Address("", ""), nowhere)
    return codes


def _read(desk: _Desk, row: Row, found: dict[tuple[str, str], Review]) -> None:
    if not (row.filled("points") or row.filled("remark")):
        return
    unit = row.reference("unit", desk.units, "unit")
    code = row.reference("criterion", desk.criteria, "criterion")
    points = _points(row, desk.by_code.get(code))
    faulty = row.filled("points") and points is None
    address = row.address("points")
    if not (unit and code):
        return
    if (unit, code) in found:
        first = found[unit, code]
        row.fault("review.twice", "criterion", code, unit=unit, first=first.address.cell)
        # Two reviews of one thing: neither is taken.
        points, faulty = None, True
        address = first.address
    seen = row.quantity("own") if row.filled("own") else None
    found[unit, code] = Review(
        unit=unit,
        criterion=code,
        points=points,
        remark=row.text("remark"),
        address=address,
        seen=seen.value if seen is not None else None,
        faulty=faulty,
    )


def _points(row: Row, criterion: Criterion | None) -> Decimal | None:
    if not row.filled("points"):
        return None
    quantity = row.quantity("points")
    if quantity is None:
        return None
    highest = criterion.maximum if criterion is not None else None
    if quantity.percent or quantity.value < 0 or (highest is not None and quantity.value > highest):
        shown = f"{highest.normalize():f}".replace(".", ",") if highest is not None else ""
        row.fault("review.points", "points", row.text("points"), maximum=shown)
        return None
    return quantity.value

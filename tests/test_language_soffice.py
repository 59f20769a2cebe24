"""The formula in the sheet and the verdict of the intake are one, row by row.

LibreOffice computes what ``to_excel`` wrote over random rows: blanks, zeros, nil words,
words, errors, percentages, decimals, negative numbers, spellings. Every cell is compared with
``evaluate`` over the same answers.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from language_cases import BLANK, SCOPE, Answers, Pair, pair, parsed
from xlsxwriter.utility import xl_rowcol_to_cell

from toolkit.intake.model import State
from toolkit.programme.language.check import Kind, kind_of
from toolkit.programme.language.evaluate import compute, evaluate
from toolkit.programme.language.excel import NIL_TEXTS, to_excel
from toolkit.programme.language.tree import CountRows, Prev, UnitValue

ROWS = 400
# A computed field that rules use: its cell holds a formula.
CUMULATIVE = parsed("[th]/[kh]")
COMPUTED = {
    "rate": "[Thực hiện]/[Kế hoạch]",
    "total": "SUM([Kinh tế]:[Quốc phòng])",
    "mixed": "ROUND(([kt]+[vh]*2-[qp])/3,2)+ABS([th])",
    "branch": 'IF([Trạng thái]="Đã hoàn thành",[th],[kh]/[ts])',
    "extremes": "MAX([kt]:[ts])-MIN([kt],[vh],0)+AVERAGE([kt],[vh],[qp])",
    "days": "[xong]-[bd]",
    "powers": "-[th]^2+50%*[kh]-(-[kt])^3/4",
}
RULES = {
    "at_most": "[Thực hiện] <= [Kế hoạch]",
    "done": 'IF([Trạng thái]="Đã hoàn thành",[Tỷ lệ]=100%,TRUE)',
    "sum": "SUM([Kinh tế]:[Quốc phòng])=[Tổng số]",
    "decimal_sum": "[th]+0.1+0.2=[tl]+0.3",
    "recomputed": "[tl]=[th]/[kh]",
    "any": "AND(OR([th]>[kh],ISBLANK([gc]),[tl]>=50%),NOT([kt]<0),[vh]<>3)",
    "one_of": 'IN([Trạng thái],"Đang thực hiện","Hoà","đã   hoàn thành")',
    "one_number": "IN([kt],0,1,[vh])",
    "texts": "[tt]=[gc]",
    "joined": '[tt]&" "&[gc]<>"hòa thủy"',
    "dates": "AND([bd]>=DATE(2024,1,15),[xong]>=[bd])",
    "reason": 'IF([tt]<>"Hòa",[gc]<>"",TRUE)',
    "truths": "([kt]>1)=([vh]>1)",
    "nested": "IF(OR([kt]=1,[vh]=1),IF(AND([qp]>0,[ts]>0),[qp]<[ts],FALSE),NOT(ISBLANK([th])))",
    "of_computed": "AND([lk]*[kh]=[th],OR([lk]>=0,ISBLANK([tl])))",
    "blank_computed": "ISBLANK([lk])=ISBLANK([kh])",
    "outside": "[kh] <= UNIT(ct1) + COUNTROWS(mh) * 2 - PREV([th])",
}
OUTSIDE = Answers(before={"th": pair(Decimal("1.5"))}, rows={"mh": 3}, units={"ct1": Decimal(2)})
STATUSES = (
    "Đã hoàn thành",
    "ĐÃ HOÀN  THÀNH",
    "đã hòan thành",
    " Đang thực hiện",
    "Hoà",
    "hòa",
    "Quá hạn",
)
TEXTS = ("hoà", "HÒA", "thủy", "Thuỷ", "Đã hoàn thành", "ghi\nchú", "ghi chú", "2024")


def _number(draw: random.Random, kind: str) -> object:
    """What stands in a numeric cell; small numbers, so that equalities do happen."""
    chance = draw.random()
    if chance < 0.10:
        return None
    if chance < 0.20:
        return draw.choice([*NIL_TEXTS, "Không", "KHÔNG CÓ", " không "])
    if chance < 0.24:
        return draw.choice(["abc", "*", "?", "12a", "không áp dụng", "#N/A"])
    if kind == "rate":
        return Decimal(draw.choice([0, 1000, 5000, 10000, 15000, 3333])).scaleb(-4)
    if chance < 0.5 or kind == "small":
        return Decimal(draw.randint(-1, 5))
    return Decimal(draw.randint(-30000, 90000)).scaleb(-draw.randint(0, 4))


def _cell(draw: random.Random, code: str) -> object:
    kind = kind_of(SCOPE.field(code).type)
    if kind is Kind.TEXT:
        return None if draw.random() < 0.15 else draw.choice(STATUSES if code == "tt" else TEXTS)
    if kind is Kind.DATE:
        if draw.random() < 0.15:
            return draw.choice([None, "quý I"])
        return date(2024, 1, 1) + timedelta(draw.randint(0, 40))
    small = code in ("kt", "vh", "qp", "ts")
    if code == "lk":
        return None  # written as a formula
    return _number(draw, "rate" if code == "tl" else "small" if small else "any")


def _answer(code: str, cell: object) -> Pair:
    """What the intake makes of the cell."""
    if cell is None:
        return pair(State.MISSING)
    if kind_of(SCOPE.field(code).type) is Kind.TEXT or not isinstance(cell, str):
        return pair(cell)
    nil = " ".join(cell.lower().split()) in NIL_TEXTS
    return pair(State.NIL if nil else State.UNREADABLE)


def _outside(node: Prev | CountRows | UnitValue) -> str:
    if isinstance(node, Prev):
        return str(OUTSIDE.before[node.field][1])
    return str(OUTSIDE.rows[node.form] if isinstance(node, CountRows) else OUTSIDE.units[node.name])


def _placed(row: int, columns: Mapping[str, int]) -> Callable[[str], str]:
    return lambda code: xl_rowcol_to_cell(row, columns[code])


def _write(path: Path, cells: list[dict[str, object]]) -> None:
    columns = {code: index for index, code in enumerate(cells[0])}
    expressions = [parsed(source) for source in (COMPUTED | RULES).values()]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for index, row in enumerate(cells):
            for code, cell in row.items():
                if code == "lk":
                    resolve = _placed(index, columns)
                    formula = to_excel(CUMULATIVE, resolve)
                    sheet.write_formula(index, columns[code], f"={formula}", None, "?")
                elif cell == "#N/A":
                    sheet.write_formula(index, columns[code], "=NA()", None, "#N/A")
                elif isinstance(cell, str):
                    sheet.write_string(index, columns[code], cell)
                elif isinstance(cell, Decimal):
                    sheet.write_number(index, columns[code], float(cell))
                elif isinstance(cell, date):
                    sheet.write_datetime(index, columns[code], cell, day)
            for offset, expression in enumerate(expressions):
                formula = to_excel(expression, _placed(index, columns), _outside)
                sheet.write_formula(index, len(columns) + offset, f"={formula}", None, "?")


# LibreOffice trusts the values stored in an .xlsx unless it is told to compute on loading.
_ALWAYS_COMPUTE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def _recalculate(source: Path, folder: Path) -> list[tuple[object, ...]]:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_COMPUTE, "utf-8")
    where = [f"-env:UserInstallation=file://{profile}", "--outdir", str(folder / "out")]
    command = ["soffice", "--headless", "--convert-to", "xlsx", *where, str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    book = openpyxl.load_workbook(folder / "out" / source.name, data_only=True)
    try:
        return list(book.worksheets[0].iter_rows(values_only=True))
    finally:
        book.close()


@pytest.mark.soffice
def test_sheet_and_intake_come_to_the_same(tmp_path: Path) -> None:
    draw = random.Random(20240331)
    codes = [field.code for field in SCOPE.fields if field.code not in ("sl1", "sl2")]
    cells = [{code: _cell(draw, code) for code in codes} for _ in range(ROWS)]
    _write(tmp_path / "parity.xlsx", cells)
    shown = _recalculate(tmp_path / "parity.xlsx", tmp_path)
    seen: dict[str, set[object]] = {}
    wrong = []
    for row, got in zip(cells, shown, strict=True):
        answers = {code: _answer(code, cell) for code, cell in row.items()}
        cumulative = compute(CUMULATIVE, Answers(answers))
        answers["lk"] = BLANK if cumulative is None else pair(cumulative)
        around = Answers(answers, OUTSIDE.before, OUTSIDE.rows, OUTSIDE.units)
        results = got[len(codes) :]
        for (name, source), result in zip((COMPUTED | RULES).items(), results, strict=True):
            expected = evaluate(parsed(source), around)
            seen.setdefault(name, set()).add(expected)
            if not _same(expected, result):
                wrong.append((name, row, expected, result))
    assert not wrong, f"{len(wrong)} of {ROWS * len(seen)}, first: {wrong[:3]}"
    # The comparison means something: each rule passed, failed and was silent somewhere.
    for name in RULES:
        silent = set() if name == "blank_computed" else {None}
        assert seen[name] == {True, False} | silent, name
    assert all(None in seen[name] and len(seen[name]) > 10 for name in COMPUTED)


def _same(expected: object, shown: object) -> bool:
    if expected is None:
        return shown in (None, "")
    if isinstance(expected, bool):
        return shown is expected
    assert isinstance(expected, Decimal)
    if not isinstance(shown, int | float) or isinstance(shown, bool):
        return False
    return abs(Decimal(repr(shown)) - expected) <= max(abs(expected), 1) * Decimal("1E-12")

"""The formula in the sheet and the verdict of the intake are one, row by row and kind by kind.

LibreOffice computes what ``to_excel`` wrote over random rows: blanks, zeros, words for nothing,
other words, errors, percentages, decimals, negative numbers, spellings, repetitions. Every cell
is compared with ``evaluate`` over what the intake reads from the same cells.

``BAOCAO_LONG=1`` runs 5,040 rows of each kind instead of a few hundred.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from language_cases import BLANK, SCOPE, Answers, Pair, Placed, pair, parsed
from xlsxwriter.utility import xl_col_to_name

from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.values import read_cell
from toolkit.programme.language.check import Kind, kind_of
from toolkit.programme.language.evaluate import compute, evaluate
from toolkit.programme.language.excel import ANY_ROW, Around, Words, to_excel, to_verdict
from toolkit.programme.language.tree import CountRows, Prev, UnitValue
from toolkit.programme.model import Field, FieldType
from toolkit.template.words import IN_NUMBERS, IN_TEXTS, NUMBER_WORDS, TEXT_WORDS

TABLE = 12  # rows of one form: UNIQUE looks no further
TABLES = 420 if os.environ.get("BAOCAO_LONG") else 25
ROWS = TABLE * TABLES

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
    "running": "PREV([th])+[th]",
    "rows": "COUNTROWS(mh)*100/UNIT(ct1)",
}
RULES: Mapping[str, Mapping[str, str]] = {
    "numbers": {
        "at_most": "[Thực hiện] <= [Kế hoạch]",
        "decimal_sum": "[th]+0.1+0.2=[tl]+0.3",
        "one_number": "IN([kt],0,1,[vh])",
        "products": "[kt]*[vh]<>[qp]",
    },
    "dates": {
        "order": "[xong] >= [bd]",
        "between": "AND([bd]>=DATE(2024,1,15),[xong]>=[bd])",
        "length": "[xong]-[bd]<=14",
        "same_day": "[bd]=PREV([bd])",
    },
    "texts": {
        "one_of": 'IN([Trạng thái],"Đang thực hiện","Hoà","đã   hoàn thành")',
        "equal": "[tt]=[gc]",
        "joined": '[tt]&" "&[gc]<>"hòa thủy"',
        "not_equal": '[gc]<>"ghi chú"',
    },
    "sums": {
        "parts": "SUM([Kinh tế]:[Quốc phòng])=[Tổng số]",
        "total": "SUM([kt],[vh])+[qp]=[ts]",
        "mean": "AVERAGE([kt]:[qp])*3=[ts]",
    },
    "if": {
        "done": 'IF([Trạng thái]="Đã hoàn thành",[Tỷ lệ]=100%,TRUE)',
        "required": 'IF([tt]="Quá hạn",NOT(ISBLANK([gc])),TRUE)',
        "reason": 'IF([tt]<>"Hòa",[gc]<>"",TRUE)',
        "nested": "IF(OR([kt]=1,[vh]=1),IF(AND([qp]>0,[ts]>0),[qp]<[ts],FALSE),NOT(ISBLANK([th])))",
    },
    "logic": {
        "any": "AND(OR([th]>[kh],ISBLANK([gc]),[tl]>=50%),NOT([kt]<0),[vh]<>3)",
        "truths": "([kt]>1)=([vh]>1)",
        "neither": "NOT(OR([kt]=2,[vh]=2))",
    },
    "rates": {
        "recomputed": "[tl]=[th]/[kh]",
        "whole": "[tl]<=100%",
        "third": "ROUND([tl],2)=ROUND([kt]/[ts],2)",
    },
    "unique": {
        "text": "UNIQUE([gc])",
        "number": "UNIQUE([ts])",
        "day": "UNIQUE([bd])",
        "pair": "UNIQUE([tt],[vh])",
        "computed": "UNIQUE([lk])",
        "unless": "OR(UNIQUE([gc]),[kt]=1)",
    },
    "before": {
        "not_less": "[th] >= PREV([th])",
        "adds_up": "[ts] = PREV([ts])+[kt]",
        "status": "[tt]=PREV([tt])",
    },
    "across": {
        "enough": "COUNTROWS(Mô hình) >= UNIT(ct1)",
        "per_row": "[kt] <= UNIT(ct1) + COUNTROWS(mh) * 2 - PREV([th])",
    },
    "of_computed": {
        "back": "AND([lk]*[kh]=[th],OR([lk]>=0,ISBLANK([tl])))",
        "blank": "ISBLANK([lk])=ISBLANK([kh])",
    },
}
# Rules that always have a value: a count and a figure are always there, as is a blank.
NEVER_SILENT = {"blank"}

STATUSES = (
    "Đã hoàn thành",
    "ĐÃ HOÀN  THÀNH",
    "đã hòan thành",
    " Đang thực hiện",
    "Hoà",
    "hòa",
    "Quá hạn",
)
TEXTS = (
    "hoà",
    "HÒA",
    "thủy",
    "Thuỷ",
    "Đã hoàn thành",
    "ghi\nchú",
    "ghi chú",
    "ghi\u00a0chú",
    "2024",
    "?",
    "*",
    "Không có",
    "không áp dụng",
    "Quá hạn",
)
BEFORE = ("th", "ts", "tt", "bd")
CODES = [f.code for f in SCOPE.fields if f.code not in ("sl1", "sl2")]
COLUMNS = {code: index for index, code in enumerate([*CODES, *(f"<{c}" for c in BEFORE), "#", "@"])}


# --- random cells -----------------------------------------------------------------------------


def _number(draw: random.Random, kind: str) -> object:
    """What stands in a numeric cell; small numbers, so that equalities do happen."""
    chance = draw.random()
    if chance < 0.10:
        return None
    if chance < 0.20:
        return draw.choice([*IN_NUMBERS, "Không", "KHÔNG CÓ", " không ", "\u00a0-"])
    if chance < 0.24:
        return draw.choice(["abc", "*", "?", "~", "chờ", "không áp dụng", "#N/A", "  "])
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
            return draw.choice([None, "không có"])
        return date(2024, 1, 1) + timedelta(draw.randint(0, 40))
    small = code in ("kt", "vh", "qp", "ts")
    if code == "lk":
        return None  # written as a formula
    return _number(draw, "rate" if code == "tl" else "small" if small else "any")


def _row(draw: random.Random) -> dict[str, object]:
    row = {code: _cell(draw, code) for code in CODES}
    for code in BEFORE:
        row[f"<{code}"] = None if draw.random() < 0.2 else _before(draw, code)
    row["#"] = Decimal(draw.randint(0, 4))
    row["@"] = None if draw.random() < 0.2 else Decimal(draw.randint(-1, 4))
    return row


def _before(draw: random.Random, code: str) -> object:
    """An answer of the period before: it comes from the register and is clean."""
    kind = kind_of(SCOPE.field(code).type)
    if kind is Kind.TEXT:
        return draw.choice(STATUSES)
    if kind is Kind.DATE:
        return date(2024, 1, 1) + timedelta(draw.randint(0, 10))
    return Decimal(draw.randint(-1, 5)) if code == "ts" else Decimal(draw.randint(0, 90000)) / 100


# --- what the intake makes of them --------------------------------------------------------------


def _answer(code: str, cell: object) -> Pair:
    """What the intake reads in the cell."""
    asked = SCOPE.field(code)
    # a choice is read against its list; here any text is one
    type_ = FieldType.TEXT if asked.type is FieldType.CHOICE else asked.type
    raw = None
    if isinstance(cell, Decimal):
        raw = RawCell(CellKind.NUMBER, cell, percent=type_ is FieldType.RATE)
    elif isinstance(cell, date):
        raw = RawCell(CellKind.DATE, datetime.combine(cell, time()))
    elif cell == "#N/A":
        raw = RawCell(CellKind.ERROR, "#N/A")
    elif isinstance(cell, str):
        raw = RawCell(CellKind.TEXT, cell)
    kind = FieldType.DECIMAL if type_ is FieldType.INTEGER else type_
    read = read_cell(raw, Field("F", code, code, kind))
    return read.state, read.value


def _rows(cells: Sequence[Mapping[str, object]]) -> list[Placed]:
    """The rows of all tables, each with the computed field and the rows around it."""
    placed: list[Placed] = []
    for first in range(0, len(cells), TABLE):
        table: list[Answers] = []
        for row in cells[first : first + TABLE]:
            here = {code: _answer(code, row[code]) for code in CODES}
            cumulative = compute(CUMULATIVE, Answers(here))
            here["lk"] = BLANK if cumulative is None else pair(cumulative)
            before = {c: pair(row[f"<{c}"]) for c in BEFORE if row[f"<{c}"] is not None}
            count, own = row["#"], row["@"]
            assert isinstance(count, Decimal)
            units = {"ct1": own} if isinstance(own, Decimal) else {}
            table.append(Placed(here, before, {"mh": int(count)}, units, table))
        placed += [row for row in table if isinstance(row, Placed)]
    return placed


# --- what the sheet makes of them ---------------------------------------------------------------


def _around(first: int) -> Around:
    """Cells around the rows of the table that begins in row ``first`` (1-based)."""

    def cell(key: str) -> str:
        return f"{xl_col_to_name(COLUMNS[key])}{ANY_ROW}"

    def outside(node: Prev | CountRows | UnitValue) -> str:
        if isinstance(node, CountRows):
            return cell("#")
        at = cell("@" if isinstance(node, UnitValue) else f"<{node.field}")
        return f"IF(ISBLANK({at}),NA(),{at})"

    def column(code: str) -> str:
        letters = xl_col_to_name(COLUMNS[code])
        return f"${letters}${first}:${letters}${first + TABLE - 1}"

    def words(code: str) -> Words:
        return TEXT_WORDS if kind_of(SCOPE.field(code).type) is Kind.TEXT else NUMBER_WORDS

    return Around(outside, column, words)


def _resolve(code: str) -> str:
    return f"{xl_col_to_name(COLUMNS[code])}{ANY_ROW}"


def _write(path: Path, cells: Sequence[Mapping[str, object]], sources: Mapping[str, str]) -> None:
    expressions = {name: parsed(source) for name, source in sources.items()}
    with xlsxwriter.Workbook(str(path)) as book:
        # text in a formula is text, whatever xlsxwriter takes for a new function
        sheet, other = book.add_worksheet(), book.add_worksheet("_kiemtra")
        for at, words in enumerate((IN_NUMBERS, IN_TEXTS)):
            other.write_column(1, at, words)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        formulas: list[str] = []
        for index, row in enumerate(cells):
            if index % TABLE == 0:
                around = _around(index + 1)
                formulas = [to_excel(e, _resolve, around=around) for e in expressions.values()]
                cumulative = to_excel(CUMULATIVE, _resolve, around=around)
            for code, cell in row.items():
                if code == "lk":
                    formula = cumulative.replace(ANY_ROW, str(index + 1))
                    sheet.write_formula(index, COLUMNS[code], f"={formula}", None, "?")
                elif cell == "#N/A":
                    sheet.write_formula(index, COLUMNS[code], "=NA()", None, "#N/A")
                elif isinstance(cell, str):
                    sheet.write_string(index, COLUMNS[code], cell)
                elif isinstance(cell, Decimal):
                    sheet.write_number(index, COLUMNS[code], float(cell))
                elif isinstance(cell, date):
                    sheet.write_datetime(index, COLUMNS[code], cell, day)
            for offset, formula in enumerate(formulas):
                placed = formula.replace(ANY_ROW, str(index + 1))
                sheet.write_formula(index, len(COLUMNS) + offset, f"={placed}", None, "?")


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
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    book = openpyxl.load_workbook(folder / "out" / source.name, data_only=True, read_only=True)
    try:
        return list(book.worksheets[0].iter_rows(values_only=True))
    finally:
        book.close()


@pytest.mark.soffice
def test_sheet_and_intake_come_to_the_same(tmp_path: Path) -> None:
    draw = random.Random(20240331)
    cells = [_row(draw) for _ in range(ROWS)]
    sources = {f"computed.{name}": source for name, source in COMPUTED.items()}
    for kind, rules in RULES.items():
        sources |= {f"{kind}.{name}": source for name, source in rules.items()}
    _write(tmp_path / "parity.xlsx", cells, sources)
    shown = _recalculate(tmp_path / "parity.xlsx", tmp_path)
    expressions = {name: parsed(source) for name, source in sources.items()}
    seen: dict[str, Counter[object]] = {name: Counter() for name in sources}
    wrong = []
    for row, placed, got in zip(cells, _rows(cells), shown, strict=True):
        for (name, expression), result in zip(
            expressions.items(), got[len(COLUMNS) :], strict=True
        ):
            expected = evaluate(expression, placed)
            seen[name][expected] += 1
            if not _same(expected, result):
                wrong.append((name, row, expected, result))
    assert not wrong, f"{len(wrong)} of {ROWS * len(seen)}, first: {wrong[:3]}"
    # The comparison means something: each rule passed, failed and was silent somewhere.
    for name, verdicts in seen.items():
        assert verdicts.total() == ROWS
        if name.startswith("computed."):
            assert None in verdicts, name
            assert len(verdicts) > 5, name
        else:
            silent = set() if name.partition(".")[2] in NEVER_SILENT else {None}
            assert set(verdicts) == {True, False} | silent, name


def _same(expected: object, shown: object) -> bool:
    if expected is None:
        return shown in (None, "")
    if isinstance(expected, bool):
        return shown is expected
    assert isinstance(expected, Decimal)
    if not isinstance(shown, int | float) or isinstance(shown, bool):
        return False
    return abs(Decimal(repr(shown)) - expected) <= max(abs(expected), 1) * Decimal("1E-12")


def test_a_verdict_is_a_number_and_silence_no_fault() -> None:
    formula = to_verdict(parsed("[th]>[kh]"), _resolve, broken="7")
    assert formula.startswith("IFERROR(IF(ROUND(")
    assert formula.endswith(",0,7),0)")

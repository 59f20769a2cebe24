"""The quick ways of writing a workbook: to the byte what xlsxwriter makes of the same cells."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from programmes import small_programme
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.report.summary.formats import Formats
from toolkit.report.summary.lists import Cells, ListColumn
from toolkit.report.summary.pen import Pen, unit_height
from toolkit.report.summary.quick_book import QuickBook
from toolkit.report.summary.sheet import QuickSheet, Shape, number

Made = dict[str, bytes]
FILE = "external:../../luu-tru/0f/0f3a.xlsx"
LINKS = (
    f"{FILE}#'CT'!C5",
    f"{FILE}#'Kết quả & \"nghị\" <1>'!C5",
    f"{FILE}#'a''b#c'!C5",
    f"{FILE}#'a%20b'!C5",
    FILE,
    "external:../../luu-tru/0f/0f 3a.ods#'CT'!A1",  # not of the archive: to be encoded
    "external:../../luu-tru/%20/x.xlsx",
    f"{FILE}#'a/b'!C5",
    f"{FILE}#'{'ă' * 990}'!C5",
    "internal:'Tổng quan'!A1",
    "https://example.org/a b#c",
)
FORMULAS = (
    "=1+1",
    "=SUM('CT <1> & 2'!C8:C12,'CT'!D3)",
    "=SUMPRODUCT(--(FREQUENCY(A1:A3,A1:A3)>0))",
    "=(SUM(A1)+2)/(SUM(B1))",
    "=SORT(A1:A3)",
    "=SUM('Sổ UNIQUE(1)'!A1)",
    "=IF(ISNUMBER(A1),1,2)",
    "=_xlfn.STDEV.S(A1)",
    "{=SUM(A1:A2)}",
    "=SINGLE(A1)",
)


def made(draw: Callable[[Workbook, Worksheet], None], kind: type[Workbook]) -> Made:
    """The parts of a workbook of this kind: a sheet, another, a chart on a third."""
    out = io.BytesIO()
    book = kind(out, {"in_memory": True})
    draw(book, book.add_worksheet("A"))
    other, third = book.add_worksheet("B"), book.add_worksheet("C")
    other.write_url(3, 3, LINKS[1], book.add_format(), "xem")
    third.write_url(3, 3, LINKS[0], book.add_format(), "xem")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=B!$A$1:$A$3"})
    third.insert_chart(0, 0, chart)
    last = book.add_chart({"type": "bar"})
    last.add_series({"values": "=B!$A$1:$A$3"})
    book.add_chartsheet("D").set_chart(last)
    book.close()
    with zipfile.ZipFile(out) as read:
        return {name: read.read(name) for name in read.namelist() if "core" not in name}


def test_single_cells_are_the_same_bytes() -> None:
    chance = random.Random(7)
    cells = [(chance.randrange(300), chance.randrange(40), chance.random()) for _ in range(3000)]

    def draw(book: Workbook, sheet: Worksheet) -> None:
        looks = [None, *(book.add_format({"bold": n % 2, "font_size": 8 + n}) for n in range(4))]
        for place, (row, column, value) in enumerate(cells):
            look = looks[place % 5]
            match place % 9:
                case 0:
                    sheet.write_number(row, column, value * 1e6, look)
                case 1:
                    sheet.write_blank(row, column, None, looks[place % 4])
                case 2:
                    sheet.write_formula(row, column, FORMULAS[place % 10], look, place % 3)
                case 3:
                    sheet.write_string(row, column, "x" * 20_000, look)
                case 4:
                    sheet.write_number(row, column, Decimal(place), look)
                case 5:
                    result: Any = (True, 0.1, "chữ & <số>", "#N/A", "")[place % 5]
                    sheet.write_formula(row, column, "=A1&B1", look, result)
                case 6:
                    sheet.write_datetime(row, column, date(2024, 1, 1 + place % 28), look)
                case _:
                    sheet.write_string(row, column, f"<Tổ & {place % 90}>", look)
            if place % 50 == 0:
                sheet.set_row(row, 20 + place % 9, looks[2], {"level": place % 3})
        sheet.write_string(2_000_000, 0, "beyond the sheet", looks[1])
        sheet.write_number(0, 20_000, 1, looks[1])
        sheet.set_row(320, 33)

    assert made(draw, QuickBook) == made(draw, Workbook)


@pytest.mark.parametrize("tall", [False, True])
def test_links_are_the_same_bytes(tall: bool) -> None:
    def draw(book: Workbook, sheet: Worksheet) -> None:
        look = book.add_format({"underline": 1})
        if tall:
            sheet.set_default_row(30)
        for row in range(60):
            url = LINKS[row % len(LINKS)]
            sheet.write_url(
                row, row % 7, url, look if row % 5 else None, ("", "xem", None)[row % 3]
            )
            if row % 4 == 0:
                sheet.write_number(row, row % 7, row, look)
            elif row % 4 == 1:
                sheet.write_string(row, row % 7, f"số {row}", look)
        sheet.write_url(70, 1, LINKS[0], look, "xem", "lời <chú>")

    assert made(draw, QuickBook) == made(draw, Workbook)


def test_a_sheet_holds_no_more_links_than_excel_takes() -> None:
    book = QuickBook(io.BytesIO(), {"in_memory": True})
    sheet, look = book.add_worksheet("A"), book.add_format()
    sheet.hlink_count = 65_529
    assert sheet.write_url(0, 0, FILE, look, "") == 0
    with pytest.warns(UserWarning, match="limit of 65,530"):
        assert sheet.write_url(1, 0, FILE, look, "") == -4
    assert [*sheet.hyperlinks] == [0]


# --- rows put whole ---------------------------------------------------------------------------


def test_whole_rows_are_the_bytes_of_their_cells() -> None:
    chance = random.Random(3)
    rows = [
        [chance.choice(("", "a", "b & c", " d", "x\ny", 0.1, -3.0, 1e21, 1 / 3)) for _ in range(5)]
        for _ in range(90)
    ]

    def draw(book: Workbook, sheet: Worksheet) -> None:
        looks = [book.add_format({"font_size": 8 + n}) for n in range(7)]
        sheet.write_string(0, 2, "trên", looks[6])
        sheet.write_string(100, 8, "dưới", looks[5])
        for row, values in enumerate(rows, 3):
            used = [looks[(column + row // 40) % 6] for column in range(5)]
            if row % 30 == 0:
                sheet.set_row(row, 40)
            if row % 9 == 0:
                continue
            if isinstance(sheet, QuickSheet):
                if row % 4 == 0:
                    sheet.link(row, 1, LINKS[row % len(LINKS)])
                shape = Shape(tuple(used), tuple(isinstance(value, str) for value in values))
                sheet.put_row(
                    row,
                    shape,
                    [sheet.shared(v) if isinstance(v, str) else number(v) for v in values],
                )
            else:
                if row % 4 == 0:
                    sheet.write_url(row, 1, LINKS[row % len(LINKS)], used[1], "")
                for column, value in enumerate(values):
                    (sheet.write_string if isinstance(value, str) else sheet.write_number)(
                        row, column, value, used[column]
                    )
            if row % 11 == 0:
                sheet.write_string(row, 3, "chép đè", looks[0])
                sheet.write_number(row, 6, 12, looks[1])

    assert made(draw, QuickBook) == made(draw, Workbook)


def test_a_row_beyond_the_sheet_is_not_there() -> None:
    book = QuickBook(io.BytesIO(), {"in_memory": True})
    sheet, look = book.add_worksheet("A"), book.add_format()
    sheet.put_row(1_048_576, Shape((look,), (False,)), ["1"])
    assert sheet.dim_rowmax is None


VALUES = (
    ["Xã Một", 1, Decimal("2.50"), None],
    ["Xã có tên dài hơn cả cột của nó", Decimal(3), "=1+1", date(2024, 5, 1)],
    ["Xã Một", True, "dòng\nnữa", Decimal("-0.125")],
    ["x" * 40_000, "", "&<>", "Xã Một"],
)


def test_the_rows_of_a_list_are_the_bytes_of_their_cells() -> None:
    columns = [ListColumn("a", 12), ListColumn("b", 9, centred=True), ListColumn("c", 14)]
    columns.append(ListColumn("d", 8))

    def draw(book: Workbook, sheet: Worksheet) -> None:
        formats = Formats(book, "không")
        pen = Pen(small_programme(), "vi", frozenset(), formats)
        cells = Cells(sheet, pen, columns)
        for row in range(40):
            values = VALUES[row % 4]
            linked, link = (2, LINKS[0]) if row % 3 == 0 else (-1, "")
            if isinstance(sheet, QuickSheet):
                cells.put(row, values, linked, link)
                continue
            for column, value in enumerate(values):
                if column == linked:
                    look = formats.boxed(font_color="#1F4E9E", underline=1, font_size=10)
                    sheet.write_url(row, column, link, look, "")
                    sheet.write_string(row, column, str(value), look)
                elif isinstance(value, date):
                    day = formats.boxed(font_size=10, align="center", num_format="dd/mm/yyyy")
                    sheet.write_datetime(row, column, value, day)
                else:
                    cells.write(row, column, value)
            texts = [
                (value, column.width, 10.0, False)
                for value, column in zip(values, columns, strict=True)
                if isinstance(value, str)
            ]
            sheet.set_row(row, unit_height(texts))

    assert made(draw, QuickBook) == made(draw, Workbook)

"""Every kind of chart: drawn whole, with few and many units, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from toolkit.consolidate.chartdata import (
    ACTUAL,
    NO_RETURN,
    TARGET,
    UNREADABLE,
    ChartData,
    MatrixCell,
    Series,
)
from toolkit.consolidate.model import ReturnState
from toolkit.errors import ToolkitError
from toolkit.messages import text
from toolkit.programme.model import ChartKind
from toolkit.report.charts import draw
from toolkit.report.charts.draw import _MAKERS
from toolkit.report.charts.look import DPI, settings, style, wrapped
from toolkit.text import figure_text

LONG = (
    "Người đứng đầu cấp ủy, chính quyền các cấp đối thoại trực tiếp với Nhân dân theo quy định, "
    "bảo đảm đúng thời gian, chất lượng và hiệu quả"
)
QUARTERS = tuple(f"Quý {n}/2024" for n in ("I", "II", "III", "IV"))
MONTHS = tuple(f"Tháng {n}/2024" for n in range(1, 13))
STATES = (
    MatrixCell(ReturnState.ON_TIME),
    MatrixCell(ReturnState.LATE, 12),
    MatrixCell(ReturnState.RETURNED),
    MatrixCell(ReturnState.RETURNED, 105),
    MatrixCell(ReturnState.MISSING),
    MatrixCell(None),
)
NOTES = ("Số liệu tạm tính; chưa đủ số liệu của: Tiên Lãng; Bạch Long Vĩ. " * 3, "Ghi chú hai.")


def units(count: int) -> tuple[str, ...]:
    return tuple(f"Xã Đông Hưng Thịnh {n}" if n % 7 == 0 else f"P. {n}" for n in range(count))


def series(key: str, values: Sequence[int | str | None], **more: object) -> Series:
    numbers = tuple(None if v is None else Decimal(v) for v in values)
    return Series(key, key, numbers, **more)  # type: ignore[arg-type]


def made(
    kind: ChartKind, categories: Sequence[str], rows: Sequence[Series], **more: object
) -> ChartData:
    given = {"title": f"Biểu đồ {LONG}", "period": "Năm 2024", "notes": NOTES, **more}
    names = tuple(categories)
    return ChartData(kind, categories=names, keys=names, series=tuple(rows), **given)  # type: ignore[arg-type]


def status(count: int) -> ChartData:
    names = ("Chưa triển khai", "Đang thực hiện", "Đã hoàn thành", "Chậm tiến độ", "Quá hạn")
    rows = [series(n, [(i * 7 + q * 3) % count + q for q in range(4)]) for i, n in enumerate(names)]
    rows += [series(UNREADABLE, [0, 1, 0, 2]), series(NO_RETURN, [3, 2, 1, 1])]
    return made(ChartKind.STATUS, QUARTERS, rows)


def target(count: int) -> ChartData:
    items = [LONG if n % 2 else f"Chỉ tiêu {n}" for n in range(max(4, count // 5))]
    goals: list[int | str | None] = [100, 40, None, "0.5"]
    done: list[int | str | None] = ["94.54", "43.1", 3, None]
    repeat = len(items)
    return made(
        ChartKind.TARGET,
        items,
        [
            series(TARGET, [goals[n % 4] for n in range(repeat)]),
            series(ACTUAL, [done[n % 4] for n in range(repeat)], provisional=(True,) * repeat),
        ],
        measures=tuple("%" if n % 4 < 2 else "cơ sở" for n in range(repeat)),
        reached=tuple((False, True, None, None)[n % 4] for n in range(repeat)),
    )


def punctuality(count: int, periods: Sequence[str] = QUARTERS) -> ChartData:
    matrix = tuple(
        tuple(STATES[(n * 5 + q) % len(STATES)] for q in range(len(periods))) for n in range(count)
    )
    rows = [series(name, [None] * len(periods)) for name in units(count)]
    return made(ChartKind.PUNCTUALITY, periods, rows, matrix=matrix)


def by_month(count: int) -> ChartData:
    return punctuality(count, MONTHS)


def progress(count: int) -> ChartData:
    rows = [
        series(
            f"{LONG[:60]} {n}",
            [5 + n, None if n == 1 else 9 + n, 14 + 2 * n, 20 + 3 * n],
            provisional=(False, True, True, False),
            measure="cơ sở",
        )
        for n in range(max(2, count // 6))
    ]
    return made(ChartKind.PROGRESS, QUARTERS, rows)


def breakdown(count: int) -> ChartData:
    areas = ("Kinh tế", "Văn hóa - xã hội", "Quốc phòng - an ninh", "Xây dựng hệ thống chính trị")
    rows = [
        series(area, [None if n % 11 == 5 else (n * 3 + i) % 9 for n in range(count)])
        for i, area in enumerate(areas)
    ]
    return made(ChartKind.BREAKDOWN, units(count), rows)


KINDS = (status, target, punctuality, by_month, progress, breakdown)
SIZES = (15, 60)
Maker = Callable[[int], ChartData]


@cache
def figure_of(kind: Maker, count: int) -> Figure:
    """A chart laid out; for looking only."""
    data = kind(count)
    with settings():
        figure = _MAKERS[data.kind](data, "vi")
        FigureCanvasAgg(figure).draw()
    return figure


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("kind", [status, target, punctuality, progress, breakdown])
def test_it_is_drawn(tmp_path: Path, kind: Maker, count: int) -> None:
    """Without a warning: a letter the font lacks would be one."""
    written = draw(kind(count), tmp_path / "BD")
    assert [p.name for p in written] == ["BD.png", "BD.svg"]
    pixels = matplotlib.image.imread(tmp_path / "BD.png")
    assert pixels.shape[1] == round(10.6 * DPI)
    assert (pixels[:, :, :3] < 0.9).any(axis=2).mean() > 0.01  # not blank
    svg = (tmp_path / "BD.svg").read_text("utf-8")
    assert svg.count("<path") > 50
    assert sorted(p.name for p in tmp_path.glob("[!.]*")) == ["BD.png", "BD.svg"]


@pytest.mark.parametrize("kind", [status, target])
def test_it_is_printed(tmp_path: Path, kind: Maker) -> None:
    """A PDF as wide as the chart, its letters letters; the same bytes for the same data."""
    first, again = (draw(kind(15), tmp_path / name, kinds=["pdf"]) for name in ("a", "b"))
    assert [p.name for p in first] == ["a.pdf"]
    data = first[0].read_bytes()
    assert data == again[0].read_bytes()
    width = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ", data)
    assert width is not None
    assert float(width[1]) == pytest.approx(10.6 * 72, abs=1)
    assert b"/FontFile2" in data  # TrueType, embedded whole letters
    assert b"CreationDate" not in data


@pytest.mark.parametrize("kind", [status, breakdown])
def test_the_same_data_give_the_same_bytes(tmp_path: Path, kind: Maker) -> None:
    first, again = (draw(kind(15), tmp_path / name) for name in ("a", "b"))
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert b"Matplotlib" not in first[0].read_bytes()
    assert not re.search(rb"\d{4}-\d\d-\d\dT", first[1].read_bytes())


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_legend_and_notes_keep_out_of_the_plot(kind: Maker, count: int) -> None:
    figure = figure_of(kind, count)
    legend = figure.legends[0].get_window_extent()
    notes = figure.texts[-1].get_window_extent()
    assert figure.texts[-1].get_text().startswith("Số liệu tạm tính")
    plot_bottom = min(axes.get_tightbbox().y0 for axes in figure.axes)
    assert notes.y0 >= 0
    assert notes.y1 <= legend.y0 + 1
    assert legend.y1 <= plot_bottom + 1
    assert legend.x0 >= 0
    assert legend.x1 <= figure.bbox.x1


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_label_covers_another(kind: Maker, count: int) -> None:
    figure = figure_of(kind, count)
    for axes in figure.axes:
        for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
            boxes = drawn(axes, labels)
            for one, other in pairwise(boxes):
                assert not one.shrunk(0.98, 0.9).overlaps(other.shrunk(0.98, 0.9))
        # none is cut at the edge
        assert all(box.x0 >= -1 for box in drawn(axes, axes.get_yticklabels()))


def drawn(axes: Axes, labels: Sequence[Text]) -> list[Bbox]:
    """The boxes of the labels that are shown: matplotlib keeps some beyond the axis."""
    (left, right), (low, high) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
    return [
        label.get_window_extent()
        for label in labels
        if label.get_text()
        and left <= label.get_position()[0] <= right
        and low <= label.get_position()[1] <= high
    ]


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("kind", [punctuality, by_month])
def test_words_stay_in_their_cell(kind: Maker, count: int) -> None:
    figure = figure_of(kind, count)
    for axes in figure.axes:
        width = axes.get_window_extent().width / len(axes.get_xticks())
        for words in axes.texts:
            assert words.get_window_extent().width <= width


def test_matrix_words_by_room() -> None:
    def said(count: int, kind: Maker) -> set[str]:
        return {t.get_text() for axes in figure_of(kind, count).axes for t in axes.texts}

    assert {"Chưa gửi", "chậm 12 ngày", "phải sửa", "phải sửa, chậm 105 ngày"} <= said(
        15, punctuality
    )
    assert said(60, punctuality) == {"Chưa gửi", "chậm 12 ngày", "phải sửa", "chậm 105 ngày", "–"}
    assert said(60, by_month) == {"12", "105", "–"}
    legend = figure_of(by_month, 60).legends[0]
    assert text("report.chart.days_in_cell") in [t.get_text() for t in legend.get_texts()]


def test_numbers_on_the_bars_add_up() -> None:
    """Every segment of a column says its number, on it or beside it."""
    data = status(15)
    found = sorted(t.get_text() for t in figure_of(status, 15).axes[0].texts)
    values = [v for s in data.series for v in s.values if v]
    assert found == sorted(str(v) for v in values)


def test_a_unit_without_return_is_no_zero() -> None:
    figure = figure_of(breakdown, 15)
    said = [t.get_text() for t in figure.axes[0].texts]
    assert said.count("chưa gửi") == 1
    assert "0" not in said


def test_a_hollow_mark_is_provisional() -> None:
    axes = figure_of(progress, 15).axes[0]
    hollow = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == 3  # two periods of two lines, less the one without a figure


def test_a_missing_figure_leaves_a_gap() -> None:
    lines = [x for x in figure_of(progress, 15).axes[0].lines if len(x.get_xdata()) > 1]
    assert list(lines[1].get_xdata()) == [0, 2, 3]


def grey(colour: str) -> float:
    return float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))


def test_series_differ_in_grey_and_past_the_last_colour() -> None:
    for one, other in combinations([style(n) for n in range(16)], 2):
        lightness = abs(grey(one.colour) - grey(other.colour))
        assert lightness > 0.08 or one.hatch != other.hatch
        assert (one.colour, one.hatch) != (other.colour, other.hatch)
    for one, other in pairwise([style(n) for n in range(6)]):
        assert abs(grey(one.colour) - grey(other.colour)) > 0.06
        assert one.hatch != other.hatch


@pytest.mark.parametrize("kind", list(ChartKind))
def test_an_empty_chart_says_so(tmp_path: Path, kind: ChartKind) -> None:
    note = "Chưa có số liệu nào của Quý I/2024."
    written = draw(made(kind, (), (), notes=(note,)), tmp_path / "BD")
    assert all(path.stat().st_size > 1000 for path in written)
    assert draw(made(kind, (), (), notes=()), tmp_path / "BD2")


EXTREMES = [
    made(ChartKind.STATUS, ("Quý I",), [series("a", [0])]),
    made(
        ChartKind.TARGET,
        ("x",),
        [series(TARGET, [0]), series(ACTUAL, [0])],
        measures=("",),
        reached=(True,),
    ),
    made(ChartKind.PROGRESS, ("Quý I",), [series("a", [0])]),
    made(ChartKind.PROGRESS, ("Quý I",), [series("a", [None])]),
    made(ChartKind.BREAKDOWN, ("A",), [series("a", [0])]),
    made(ChartKind.STATUS, ("Quý I",), [series("a", ["1000000000"]), series("b", ["0.5"])]),
]


@pytest.mark.parametrize("data", EXTREMES)
def test_extremes(tmp_path: Path, data: ChartData) -> None:
    assert draw(data, tmp_path / "BD")


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("1234567.85", "1.234.567,9", "1,234,567.9"),
        ("12.50", "12,5", "12.5"),
        ("3.00", "3", "3"),
        ("0", "0", "0"),
        ("0.04", "0,04", "0.04"),
        ("0.0004", "0,0004", "0.0004"),
        ("-0.25", "-0,3", "-0.3"),
        ("99.96", "100", "100"),
    ],
)
def test_numbers(value: str, vi: str, en: str) -> None:
    assert figure_text(Decimal(value), "vi") == vi
    assert figure_text(Decimal(value), "en") == en


def test_long_labels_are_cut_with_a_mark() -> None:
    assert wrapped(LONG, 40, 2).endswith(" …")
    assert wrapped("Ngắn", 40) == "Ngắn"
    assert "\n".join(wrapped(LONG, 40, 9).split("\n")).replace("\n", " ") == LONG


def test_a_picture_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "BD.svg").mkdir()
    with pytest.raises(ToolkitError) as refused:
        draw(status(15), tmp_path / "BD")
    assert refused.value.key == "export.cannot_write"
    assert sorted(p.name for p in tmp_path.glob("[!.]*")) == ["BD.png", "BD.svg"]

"""Both agencies side by side, and models followed by their own code, on the standard programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal as D
from functools import cache
from pathlib import Path

import pytest
from summary_cases import Book, came, summary

from toolkit.consolidate.chartdata import chart_data
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.following import Followed, followed
from toolkit.consolidate.side_by_side import side_by_side
from toolkit.programme.load import load_folder
from toolkit.programme.model import Programme
from toolkit.programme.standard import templates_folder
from toolkit.register.model import SubmissionDetail


@cache
def standard(name: str) -> Programme:
    return load_folder(templates_folder() / name)


# --- two agencies ---------------------------------------------------------------------------


def part(unit: str, form: str, status: str, rate: str, said: str = "") -> SubmissionDetail:
    answers = {
        (form, f"NV{n}", code): value
        for n in range(1, 9)
        for code, value in (("trang_thai", status), ("tien_do", D(rate)), ("ket_qua", said or None))
        if value is not None
    }
    return came(unit, "2024-Q1", answers)


PARTS = (
    part("305-DV", "DV", "Đã hoàn thành", "1", "Đã ký kế hoạch"),
    part("305-QS", "QS", "Đang thực hiện", "0.5"),
    part("HP-QS", "QS", "Đã hoàn thành", "1"),
)


def test_the_two_parts_of_each_task_stand_side_by_side() -> None:
    programme = standard("phoi-hop-2024")
    done = consolidate(programme, programme.period("2024-Q1"), PARTS)
    (shown,) = side_by_side(done)
    assert (shown.first.form.code, shown.second.form.code) == ("DV", "QS")
    assert [t.item.number for t in shown.tasks] == [str(n) for n in range(1, 9)]
    pairs = shown.tasks[0].pairs
    assert [p.place.code for p in pairs][:3] == ["HP", "303", "304"]
    assert len(pairs) == 16  # the city and 15 districts
    assert all(p.first and p.second for p in pairs)
    assert all(p.first.unit.parent == p.second.unit.parent == p.place.code
               for p in pairs if p.first and p.second)  # fmt: skip
    # Nothing else is laid side by side: both forms of other programmes ask their own units.
    for name, period in (("ke-hoach-dan-van", "2024-Q1"), ("phoi-hop-2021", "2021-Q1")):
        other = standard(name)
        assert side_by_side(consolidate(other, other.period(period), ())) == ()


def test_the_sheet_of_two_agencies(tmp_path: Path) -> None:
    book = summary(standard("phoi-hop-2024"), "2024-Q1", PARTS, tmp_path)
    rows = book.rows("Hai cơ quan", first=6)
    assert len(rows) == 8 * 17
    first = standard("phoi-hop-2024").item_lists["tasks"][0]
    assert rows[0] == [
        "1", first.text, "Tổng hợp",
        "Đã hoàn thành: 1", "100%\n1/16 đơn vị", first.parts[0],
        "Đang thực hiện: 1\nĐã hoàn thành: 1", "75%\n2/16 đơn vị", first.parts[1],
    ]  # fmt: skip
    by_place = {row[2]: row[3:] for row in rows[1:17]}
    assert by_place["Quận Lê Chân"] == [
        "Đã hoàn thành", "100%", "Đã ký kế hoạch", "Đang thực hiện", "50%", None
    ]  # fmt: skip
    assert by_place["Thành phố Hải Phòng"][:4] == ["chưa gửi", None, None, "Đã hoàn thành"]


def test_no_sheet_where_nothing_is_to_be_read_together(tmp_path: Path) -> None:
    book = summary(standard("ke-hoach-phuong"), "2024-H1", (), tmp_path)
    assert not {"Hai cơ quan", "Theo dõi theo mã"} & set(book.written.sheetnames)


# --- followed by code -----------------------------------------------------------------------


def registered(unit: str, period: str, *models: tuple[str, str]) -> SubmissionDetail:
    return came(unit, period, {
        ("DK", str(n), code): value
        for n, (key, name) in enumerate(models, 1)
        for code, value in (("ma", key), ("ten", name), ("linh_vuc", "Kinh tế"))
    })  # fmt: skip


def told(unit: str, period: str, *models: tuple[str, str, str]) -> SubmissionDetail:
    return came(unit, period, {
        ("TD", str(n), code): value
        for n, (key, name, status) in enumerate(models, 1)
        for code, value in (("ma", key), ("ten", name), ("trang_thai", status),
                            ("ngay_dang_ky", date(2023, 3, 1)))
    })  # fmt: skip


RETURNS = (
    registered("P1", "2023-DK1", ("P1-01", "Ngõ xanh sạch đẹp"), ("P1-02", "Camera an ninh")),
    registered("X1", "2023-DK1", ("01", "Ngõ sạch, xanh đẹp"), ("02", "Tiếng loa học bài")),
    registered("X1", "2023-DK2", ("03", "Vườn mẫu")),
    told("P1", "2023-M04", ("P1-01", "Ngõ xanh sạch đẹp", "Đang triển khai")),
    told("P1", "2023-M05", ("p1-01 ", "Ngõ xanh sạch đẹp", "Đang triển khai"),
         ("P1-09", "Không đăng ký", "Đã đăng ký")),
    told("P1", "2023-M06", ("P1-01", "Ngõ xanh - sạch - đẹp", "Được công nhận, biểu dương")),
    told("X1", "2023-M06", ("02", "Tiếng loa học bài", "Đang triển khai")),
    told("X1", "2023-M07", ("02", "Tiếng loa học bài", "Đã đăng ký")),
)  # fmt: skip


@pytest.fixture(scope="module")
def things() -> Mapping[tuple[str, str], Followed]:
    programme = standard("dan-van-kheo")
    # Whatever the order the returns came in.
    done = consolidate(programme, programme.period("2023"), tuple(reversed(RETURNS)))
    return {(one.unit.code, one.key): one for one in followed(done)}


def remarks(one: Followed) -> Sequence[str]:
    return [remark.code for remark in one.remarks]


def test_a_model_is_followed_by_its_code(things: Mapping[tuple[str, str], Followed]) -> None:
    one = things["P1", "P1-01"]
    assert one.name == "Ngõ xanh sạch đẹp"
    assert one.registered is not None
    assert one.registered.code == "2023-DK1"
    assert [(s.period.code, s.status) for s in one.steps] == [
        ("2023-M04", "Đang triển khai"),
        ("2023-M06", "Được công nhận, biểu dương"),
    ]
    assert one.status == "Được công nhận, biểu dương"


def test_what_does_not_fit_is_named(things: Mapping[tuple[str, str], Followed]) -> None:
    assert {key: remarks(one) for key, one in things.items()} == {
        ("P1", "P1-01"): ["renamed", "alike"],
        ("P1", "P1-02"): ["not_followed"],
        ("P1", "P1-09"): ["unregistered"],
        ("X1", "01"): ["not_followed", "alike"],
        ("X1", "02"): ["back"],
        ("X1", "03"): ["not_followed"],
    }
    assert things["X1", "03"].registered is not None
    alike = things["X1", "01"].remarks[-1]
    assert (alike.unit, alike.name) == ("Đảng bộ phường 1", "P1-01 Ngõ xanh sạch đẹp")


def test_the_sheet_of_models_followed(tmp_path: Path) -> None:
    book: Book = summary(standard("dan-van-kheo"), "2023", RETURNS, tmp_path)
    rows = book.rows("Theo dõi theo mã", first=6)
    assert [row[2] for row in rows] == ["P1-01", "P1-02", "P1-09", "01", "02", "03"]
    assert rows[0][4:7] == [
        "Đăng ký mô hình năm 2023",
        "Được công nhận, biểu dương",
        "Tháng 04/2023: Đang triển khai\nTháng 06/2023: Được công nhận, biểu dương",
    ]
    assert rows[4][7] == "Trạng thái lùi lại so với kỳ trước."


def test_the_chart_counts_each_model_once() -> None:
    """Told of month after month, a model stands where the newest return puts it."""
    programme = standard("dan-van-kheo")
    year = programme.period("2023")
    done = consolidate(programme, year, RETURNS)
    (chart,) = [c for c in programme.charts if c.code == "BD2"]
    data = chart_data(chart, programme, year, RETURNS, done)
    at = list(data.categories).index(programme.unit("P1").short)
    counted = {s.name: s.values[at] for s in data.series if s.values[at]}
    assert counted == {"Được công nhận, biểu dương": 1}
    (models,) = [c for c in programme.charts if c.code == "BD1"]
    by_field = chart_data(models, programme, year, RETURNS, done)
    at = list(by_field.categories).index(programme.unit("X1").short)
    # What is registered in two rounds adds up.
    assert {s.name: s.values[at] for s in by_field.series if s.values[at]} == {"Kinh tế": 3}

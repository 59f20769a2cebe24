"""Make ``samples/sap-nhap-2025``: a year in the middle of which the units change.

    python samples/make_sap_nhap_2025.py

Five district units end on 30/6/2025 and six wards, communes and a special zone begin on
1/7/2025: a merger, a split by shares, a split without shares, a change of name; one unit
moves below another superior. Which new unit carries on which old one is invented (so are
all figures); the names are those of units of Hải Phòng. No person is named. Everything
follows from one seed. ``so-lieu-goc.csv`` records what was typed, so that a test can work
out every figure both ways without our code.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sample_kit import Return, Typed, day, fault_table, fill_all, number, words, write_truth
from sample_words import MODELS

from toolkit.programme.build import build_workbook
from toolkit.programme.load import load
from toolkit.programme.model import Programme, Unit
from toolkit.template.layout import file_name

HERE = Path(__file__).parent
SAMPLE = HERE / "sap-nhap-2025"
SOURCE = SAMPLE / "nguon"  # the programme, a CSV file a sheet
SEED = 20250701
QUARTERS = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")

# Which old units a new one carries on in its running totals; of a split with its share.
HEIRS = {
    "HB": (("303", Decimal(1)), ("304", Decimal(1))),
    "AL": (("313", Decimal("0.6")),),
    "AQ": (("313", Decimal("0.4")),),
    "BLV": (("318", Decimal(1)),),
}
FAULTS = (
    ("Quý II", "Quận Ngô Quyền không gửi báo cáo"),
    ("Quý III", "Có một báo cáo vẫn gửi dưới tên Quận Hồng Bàng, đơn vị đã hết từ ngày 30/6"),
    ("Quý III", "Phường Hồng Bàng gửi lại số liệu quý I của các quận cũ dưới tên phường"),
    ("Quý IV", "Xã Quyết Thắng gửi chậm 4 ngày"),
)
DIFFICULTIES = (
    "Địa bàn rộng, cán bộ dân vận còn thiếu",
    "Trụ sở mới chưa ổn định",
    "Chưa có kinh phí riêng cho công tác dân vận",
)


class Reporter:
    """What a unit truthfully reports, quarter by quarter."""

    def __init__(self, unit: Unit, before: dict[str, dict[str, int]]) -> None:
        self.unit = unit
        self.random = random.Random(f"{SEED}-{unit.code}")
        self.sums = dict.fromkeys(("CT1", "CT2", "CT3"), 0)
        for old, share in HEIRS.get(unit.code, ()):
            for item, value in before[old].items():
                self.sums[item] += int(value * share)
        self.teams = self.random.randint(20, 90)

    def quarter(self, index: int) -> tuple[Typed, ...]:
        """The answers of quarter 0 … 3."""
        return (*self.indicators(), *self.models(index), *self.talks(index))

    def indicators(self) -> Iterable[Typed]:
        for item, most in (("CT1", 30), ("CT2", 400), ("CT3", 6)):
            plan = self.random.randint(1, most)
            done = self.random.randint(0, plan + plan // 4)
            self.sums[item] += done
            yield number("CT", item, "ke_hoach", plan)
            yield number("CT", item, "trong_ky", done)
            yield number("CT", item, "luy_ke", self.sums[item])

    def models(self, index: int) -> Iterable[Typed]:
        for row in range(1, self.random.randint(1, 3) + 1):
            area = self.random.choice(tuple(MODELS))
            key = str(row)
            yield words("MH", key, "ten", f"{self.random.choice(MODELS[area])} số {row}")
            yield words("MH", key, "linh_vuc", area)
            begin = date(2025, 1 + 3 * index, 1) + timedelta(days=self.random.randint(0, 80))
            yield day("MH", key, "bat_dau", begin)
            yield number("MH", key, "so_ho", self.random.randint(0, 90))

    def talks(self, index: int) -> Iterable[Typed]:
        meetings = self.random.randint(1, 7)
        visits = [self.random.randint(20, 200) for _ in range(meetings)]
        self.teams += self.random.randint(-1, 3)
        money = Decimal(self.random.randint(10, 900)) / 10
        for code, value in (
            ("so_cuoc", meetings),
            ("so_luot", sum(visits)),
            ("kinh_phi", money),
            ("to_dan_van", self.teams),
            ("dong_nhat", max(visits)),
        ):
            yield number("DT", code, code, value)
        held = date(2025, 3 + 3 * index, 1) + timedelta(days=self.random.randint(0, 27))
        yield day("DT", "gan_nhat", "gan_nhat", held)
        yield words("DT", "kho_khan", "kho_khan", self.random.choice(DIFFICULTIES))


def all_returns(programme: Programme) -> list[Return]:
    """Every return that is owed and came, with the faults of the list but the strays."""
    returns = []
    before: dict[str, dict[str, int]] = {}
    for unit in programme.units:  # the old units stand before the new ones
        owed = [code for code in QUARTERS if programme.forms_for(unit, programme.period(code))]
        reporter = Reporter(unit, before)
        for code in owed:
            period = programme.period(code)
            assert period.due is not None
            cells = reporter.quarter(QUARTERS.index(code))
            received = period.due - timedelta(days=reporter.random.randint(0, 6))
            if (unit.code, code) == ("QT", "2025-Q4"):
                received = period.due + timedelta(days=4)
            if (unit.code, code) != ("304", "2025-Q2"):
                name = file_name(unit, period)
                returns.append(Return(unit, period, name, received, cells, by_openpyxl=True))
        before[unit.code] = reporter.sums
    return sorted(returns, key=lambda r: (r.period.code, r.unit.order))


def strays(programme: Programme, returns: list[Return]) -> list[Return]:
    """The two files under a wrong name."""
    by_key = {(r.unit.code, r.period.code): r for r in returns}
    after = by_key["HB", "2025-Q3"]
    early = by_key["303", "2025-Q1"]
    third = after.period.due
    assert third is not None
    return [
        replace(
            after,
            name="Bao cao quy 3.xlsx",
            received=third - timedelta(days=7),
            named=programme.unit("303"),
        ),
        replace(
            early,
            name="So lieu bo sung.xlsx",
            received=third + timedelta(days=2),
            named=programme.unit("HB"),
        ),
    ]


def write_readme(target: Path) -> None:
    """What the folder is, how the units changed and which faults it holds."""
    target.write_text(
        "# Thư mục mẫu: đơn vị thay đổi giữa năm 2025\n\n"
        "Từ ngày 1/7/2025 không còn cấp huyện. Thư mục này cho thấy cách tổng hợp năm 2025 khi "
        "năm quận, huyện kết thúc ngày 30/6 và sáu xã, phường, đặc khu bắt đầu ngày 1/7 (trang "
        "`Kế thừa` của chương trình): hai quận nhập thành một phường, một huyện chia theo tỷ lệ "
        "60% và 40%, một huyện chia mà chưa có tỷ lệ, một huyện đổi tên thành đặc khu, một đơn "
        "vị chuyển sang cụm khác. Đơn vị nào nhận từ đơn vị nào và mọi số liệu đều là giả định; "
        "không có tên người thật. Thư mục do `samples/make_sap_nhap_2025.py` tạo ra.\n\n"
        "```sh\nbaocao run samples/sap-nhap-2025 --out ket-qua\n```\n\n"
        "Xem trang **Theo đơn vị mới** của `ket-qua/bao-cao/2025/tong-hop.xlsx`: mỗi số liệu "
        "tính theo hai cách, như báo cáo và theo đơn vị hiện nay. `so-lieu-goc.csv` ghi lại "
        "từng ô đã gõ.\n\n"
        "Các lỗi cố ý:\n\n" + fault_table(FAULTS),
        "utf-8",
    )


def main() -> None:
    """Make the whole sample anew."""
    shutil.rmtree(SAMPLE / "nhan-ve", ignore_errors=True)
    build_workbook(SOURCE, SAMPLE / "chuong-trinh.xlsx")
    programme = load(SAMPLE / "chuong-trinh.xlsx")
    returns = all_returns(programme)
    fill_all(programme, [*returns, *strays(programme, returns)], SAMPLE / "nhan-ve")
    write_truth(returns, SAMPLE / "so-lieu-goc.csv")
    write_readme(SAMPLE / "README.md")


if __name__ == "__main__":
    main()

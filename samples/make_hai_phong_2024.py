"""Make ``samples/hai-phong-2024``: a year of synthetic returns, as offices would send them.

    python samples/make_hai_phong_2024.py

The standard programme is started, its templates are distributed, and 15 districts fill them
in for four quarters: most in a running LibreOffice (some saved as .xls and .ods), some by
openpyxl. The faults of :data:`FAULTS` are then put in. Everything follows from one seed:
two runs give the same cells, and the same documents but for what LibreOffice itself writes.
``so-lieu-goc.csv`` records what was typed and what it means, so that a test can compute
every total without our reader. The figures are invented; no person is named.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sample_kit import (
    Return,
    Typed,
    day,
    fault_table,
    fill_all,
    late,
    number,
    path_of,
    with_cell,
    without_cell,
    words,
    write_truth,
)
from sample_words import DIFFICULTIES, MODELS, OWNERS, PLACES, PROPOSALS, RESULTS

from toolkit.programme.load import load
from toolkit.programme.model import Programme, Unit
from toolkit.programme.standard import start
from toolkit.template.layout import file_name

HERE = Path(__file__).parent
SAMPLE = HERE / "hai-phong-2024"
SEED = 20240101
QUARTERS = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")

# What is wrong on purpose; printed into the sample's README.md by write_readme().
FAULTS = (
    ("Quý I", "Huyện Cát Hải gửi chậm 5 ngày"),
    ("Quý I", "Quận Lê Chân gõ số dưới dạng chữ: `1.250` lượt người, `12,5` triệu đồng, `75%`"),
    ("Quý I", "Quận Đồ Sơn gửi tệp .ods, Quận Kiến An gửi tệp .xls"),
    ("Quý II", "Huyện Tiên Lãng và Huyện Bạch Long Vĩ không gửi báo cáo"),
    ("Quý II", "Huyện Vĩnh Bảo gửi thiếu một câu trả lời bắt buộc, ba ngày sau gửi lại bản đủ"),
    ("Quý II", "Quận Hải An ghi `Không có` vào ô số (hiểu là đã xác nhận bằng 0)"),
    ("Quý III", "Quận Hồng Bàng gửi nhầm: tệp quý III nhưng dùng lại biểu mẫu của quý II"),
    ("Quý III", "Huyện Thuỷ Nguyên có ô lỗi `#DIV/0!` ở số lượt người dự đối thoại"),
    ("Quý III", "Huyện An Lão bỏ trống một trạng thái nhiệm vụ bắt buộc"),
    ("Quý III", "Huyện An Dương ghi lũy kế nhỏ hơn số trong quý"),
    ("Quý IV", "Quận Ngô Quyền gửi hai lần cùng một tệp, tên khác nhau"),
    ("Quý IV", "Huyện Kiến Thuỵ gửi chậm 12 ngày; Quận Dương Kinh chậm 1 ngày"),
    ("Quý IV", "Quận Dương Kinh chọn lĩnh vực không có trong danh mục"),
    ("Quý IV", "Có một trang web lưu lại mang đuôi .xlsx và một tệp khóa `~$` của Excel"),
)


class District:
    """One district's year: what it would truthfully report, quarter by quarter."""

    def __init__(self, programme: Programme, unit: Unit) -> None:
        self.programme, self.unit = programme, unit
        self.random = random.Random(f"{SEED}-{unit.code}")
        self.sums: dict[str, int] = {}
        self.eager = self.random.choice((0.7, 0.9, 1.0, 1.1))

    def quarter(self, index: int) -> tuple[Typed, ...]:
        """The answers of quarter 0 … 3; to be called in order."""
        return (
            *self.tasks(index),
            *self.indicators(index),
            *self.models(index),
            *self.talks(index),
        )

    def tasks(self, index: int) -> Iterable[Typed]:
        due = {"Quý I": 0, "Quý II": 1, "Quý III": 2, "Quý IV": 3}
        for item in self.programme.item_lists["tasks"]:
            last = due.get(item.due, 3)
            share = min(1.0, (index + 1) / (last + 1) * self.eager)
            progress = Decimal(round(share * 20)) / 20
            if index < last and last - index > 1 and item.due.startswith("Quý"):
                progress = Decimal(0)
            if progress == 1:
                status = "Đã hoàn thành"
            elif progress == 0:
                status = "Chưa triển khai"
            elif index > last:
                status = "Quá hạn"
            elif index == last:
                status = "Chậm tiến độ"
            else:
                status = "Đang thực hiện"
            yield words("NV", item.code, "trang_thai", status)
            yield number("NV", item.code, "tien_do", progress)
            if progress:
                yield words("NV", item.code, "ket_qua", self.random.choice(RESULTS))

    def indicators(self, index: int) -> Iterable[Typed]:
        goals = {"CT1": 1.0, "CT2": 1.0, "CT3": 0.42, "CT4": 0.11}
        for item in self.programme.item_lists["indicators"]:
            total = int(self.programme.allotments[item.code, self.unit.code])
            goal = min(total, round(total * goals[item.code] * (self.eager + 0.05)))
            until = round(goal * (0.2, 0.45, 0.75, 1.0)[index])
            before = self.sums.get(item.code, 0)
            self.sums[item.code] = max(before, until)
            yield number("CT", item.code, "trong_ky", self.sums[item.code] - before)
            yield number("CT", item.code, "luy_ke", self.sums[item.code])

    def models(self, index: int) -> Iterable[Typed]:
        start_of = date(2024, 1 + 3 * index, 1)
        for row in range(1, self.random.randint(1, 4) + 1):
            area = self.random.choice(tuple(MODELS))
            begin = start_of + timedelta(days=self.random.randint(0, 60))
            place = self.random.choice(PLACES).format(n=self.random.randint(1, 30))
            name = f"{self.random.choice(MODELS[area])} {place.lower()}"
            key = str(row)
            yield words("MH", key, "ten", name)
            yield words("MH", key, "dia_chi", f"{place}, {self.unit.name}")
            yield words("MH", key, "linh_vuc", area)
            yield day("MH", key, "bat_dau", begin)
            yield day("MH", key, "ket_thuc", date(2024, 12, 31))
            yield words("MH", key, "chu_mo_hinh", self.random.choice(OWNERS))
            yield words("MH", key, "phu_trach", self.random.choice(("Tập thể", "Cá nhân")))
            yield number("MH", key, "so_ho", self.random.randint(0, 120))

    def talks(self, index: int) -> Iterable[Typed]:
        meetings = self.random.randint(1, 6)
        opinions = self.random.randint(5, 60)

        def answer(code: str, value: Decimal | int) -> Typed:
            return number("DT", code, code, value)

        yield answer("so_cuoc", meetings)
        yield answer("so_luot", meetings * self.random.randint(40, 220))
        yield answer("y_kien", opinions)
        yield answer("da_giai_quyet", opinions - self.random.randint(0, opinions // 3))
        yield answer("kinh_phi", Decimal(self.random.randint(10, 900)) / 10)
        held = date(2024, 3 + 3 * index, 1) + timedelta(days=self.random.randint(0, 27))
        yield day("DT", "cuoc_gan_nhat", "cuoc_gan_nhat", held)
        difficulty = self.random.choice(DIFFICULTIES)
        yield (
            replace(words("DT", "kho_khan", "kho_khan", difficulty), state="nil")
            if difficulty == "Không"
            else words("DT", "kho_khan", "kho_khan", difficulty)
        )
        if self.random.random() < 0.6:
            yield words("DT", "kien_nghi", "kien_nghi", self.random.choice(PROPOSALS))


def clean_returns(programme: Programme) -> dict[tuple[str, str], Return]:
    """Every unit's true return of every quarter, received in the week before it is due."""
    returns = {}
    for unit in programme.units:
        if unit.type == "thành phố":
            continue
        district = District(programme, unit)
        for index, code in enumerate(QUARTERS):
            period = programme.period(code)
            cells = district.quarter(index)
            assert period.due is not None
            received = period.due - timedelta(days=district.random.randint(0, 6))
            roman = ("I", "II", "III", "IV")[index]
            # A handful send the file as it was named, most name it in their own way.
            own_name = f"Báo cáo quý {roman} - {unit.name}.xlsx"
            name = own_name if district.random.random() < 0.6 else file_name(unit, period)
            returns[unit.code, code] = Return(
                unit,
                period,
                name,
                received,
                cells,
                by_openpyxl=district.random.random() < 0.12,
            )
    return returns


def inject(returns: dict[tuple[str, str], Return]) -> list[Return]:
    """The files that come in, with the faults of :data:`FAULTS`."""
    extra: list[Return] = []

    key = ("317", "2024-Q1")
    returns[key] = late(returns[key], 5)

    key = ("305", "2024-Q1")
    ret = replace(returns[key], by_openpyxl=False)
    for row, code, typed, value in (
        ("so_luot", "so_luot", "1.250", "1250"),
        ("kinh_phi", "kinh_phi", "12,5", "12.5"),
    ):
        ret = replace(
            ret,
            cells=with_cell(
                ret, "DT", row, code, kind="text", typed=typed, state="value", value=value
            ),
        )
    ret = replace(
        ret,
        cells=with_cell(
            ret, "NV", "NV3", "tien_do", kind="text", typed="75%", state="value", value="0.75"
        ),
    )
    ret = replace(
        ret,
        cells=with_cell(
            ret, "NV", "NV3", "trang_thai", typed="Đang thực hiện", value="Đang thực hiện"
        ),
    )
    returns[key] = ret
    for key, kind in ((("308", "2024-Q1"), "ods"), (("307", "2024-Q1"), "xls")):
        returns[key] = replace(returns[key], format=kind, by_openpyxl=False)

    del returns["315", "2024-Q2"], returns["318", "2024-Q2"]

    key = ("316", "2024-Q2")
    whole = returns[key]
    assert whole.period.due is not None
    first_day = whole.period.due - timedelta(days=4)
    extra.append(
        replace(
            whole,
            received=first_day,
            cells=without_cell(whole, "DT", "so_cuoc", "so_cuoc"),
            counts=False,
        )
    )
    returns[key] = replace(
        whole, received=first_day + timedelta(days=3), name=f"(gửi lại) {whole.name}"
    )

    key = ("306", "2024-Q2")
    ret = replace(returns[key], by_openpyxl=False)
    ret = replace(
        ret,
        cells=with_cell(
            ret, "DT", "kinh_phi", "kinh_phi", kind="text", typed="Không có", state="nil", value="0"
        ),
    )
    returns[key] = ret

    key = ("303", "2024-Q3")
    wrong = returns.pop(key)
    extra.append(
        replace(
            wrong,
            template=returns["303", "2024-Q2"].period,
            counts=False,
            by_openpyxl=False,
            name="Báo cáo quý III - Quận Hồng Bàng.xlsx",
        )
    )

    key = ("311", "2024-Q3")
    ret = replace(returns[key], by_openpyxl=False)
    returns[key] = replace(
        ret,
        cells=with_cell(
            ret,
            "DT",
            "so_luot",
            "so_luot",
            kind="formula",
            typed="=1/0",
            state="unreadable",
            value="",
        ),
    )

    key = ("313", "2024-Q3")
    returns[key] = replace(
        returns[key], cells=without_cell(returns[key], "NV", "NV4", "trang_thai")
    )

    key = ("312", "2024-Q3")
    ret = returns[key]
    quarter = next(c for c in ret.cells if (c.form, c.row, c.field) == ("CT", "CT3", "trong_ky"))
    assert Decimal(quarter.value) > 0
    returns[key] = replace(
        ret,
        cells=with_cell(
            ret,
            "CT",
            "CT3",
            "luy_ke",
            typed=float(Decimal(quarter.value) - 1),
            state="value" if Decimal(quarter.value) > 1 else "zero",
            value=str(Decimal(quarter.value) - 1),
        ),
    )

    for unit in ("314", "309"):
        key = (unit, "2024-Q4")
        returns[key] = late(returns[key], 12 if unit == "314" else 1)
    key = ("309", "2024-Q4")
    returns[key] = replace(
        returns[key],
        cells=with_cell(
            returns[key], "MH", "1", "linh_vuc", typed="Du lịch", state="unreadable", value=""
        ),
    )

    for key, kind in (
        (("311", "2024-Q2"), "xls"),
        (("306", "2024-Q4"), "xls"),
        (("313", "2024-Q4"), "ods"),
        (("304", "2024-Q2"), "ods"),
    ):
        returns[key] = replace(returns[key], format=kind, by_openpyxl=False)

    return sorted(
        (*returns.values(), *extra), key=lambda r: (r.period.code, r.unit.code, r.received)
    )


def write_readme(target: Path) -> None:
    """What the folder is and which faults it holds."""
    target.write_text(
        "# Thư mục mẫu: Hải Phòng 2024\n\n"
        "Số liệu trong thư mục này là số liệu giả định, tạo bởi "
        "`samples/make_hai_phong_2024.py`; không có tên người thật. Chương trình lấy từ hai kế "
        "hoạch của Ban Dân vận Thành ủy Hải Phòng (kế hoạch công tác năm 2023, kế hoạch phối hợp "
        "với Bộ Chỉ huy Quân sự thành phố năm 2024).\n\n"
        "`nhan-ve/` chứa báo cáo bốn quý của 15 quận, huyện, xếp theo ngày nhận. "
        "`so-lieu-goc.csv` ghi lại từng ô đã gõ và ý nghĩa của ô, để kiểm tra các tổng.\n\n"
        "Các lỗi cố ý:\n\n" + fault_table(FAULTS),
        "utf-8",
    )


def main() -> None:
    """Make the whole sample anew."""
    if SAMPLE.exists():
        shutil.rmtree(SAMPLE)
    start("ke-hoach-dan-van", SAMPLE, 2024)
    programme = load(SAMPLE / "chuong-trinh.xlsx")
    incoming = SAMPLE / "nhan-ve"
    returns = inject(clean_returns(programme))
    fill_all(programme, returns, incoming)
    again = next(r for r in returns if (r.unit.code, r.period.code) == ("304", "2024-Q4"))
    copy = path_of(again, incoming).with_name("bao cao quy 4 ngo quyen (1).xlsx")
    shutil.copyfile(path_of(again, incoming), copy)
    last = incoming / "2025-01-10"
    last.mkdir(exist_ok=True)
    (last / "Bao cao.xlsx").write_text(
        "<!DOCTYPE html><html><head><title>Đăng nhập</title></head>"
        "<body>Phiên làm việc đã hết hạn.</body></html>\n",
        "utf-8",
    )
    (last / "~$Báo cáo quý IV - Quận Lê Chân.xlsx").write_bytes(b"\x06Office" + b"\x00" * 158)
    write_truth(returns, SAMPLE / "so-lieu-goc.csv")
    write_readme(SAMPLE / "README.md")


if __name__ == "__main__":
    main()

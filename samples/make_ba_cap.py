"""Make ``samples/ba-cap``: three levels, each an office with a programme folder of its own.

    python samples/make_ba_cap.py

Cells (tổ dân phố, chi bộ) report to three wards, the wards report to the city board. Each
ward's programme has a sheet ``Chuyển lên`` by which ``baocao fill`` fills the city's template
out of the ward's own totals. ``so-lieu-goc.csv`` records what the cells typed, so that a test
can add up the city's figures directly. The figures are invented; no person is named.
"""

from __future__ import annotations

import csv
import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from sample_kit import Return, Typed, fill_all, number, words

from toolkit.programme.build import build_workbook
from toolkit.programme.load import load
from toolkit.programme.model import Programme, Unit
from toolkit.template.layout import file_name

HERE = Path(__file__).parent
SAMPLE = HERE / "ba-cap"
SEED = 20240630
PERIODS = ("2024-H1", "2024-H2")
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Ward:
    """A ward: its folder, its code and name in the city's programme, its cells."""

    folder: str
    code: str
    name: str
    cells: tuple[tuple[str, str, str], ...]  # code, name, type


WARDS = (
    Ward(
        "phuong-gia-sang",
        "GS",
        "Phường Gia Sàng",
        (
            ("GS-01", "Tổ dân phố số 1", "tổ dân phố"),
            ("GS-02", "Tổ dân phố số 2", "tổ dân phố"),
            ("GS-03", "Tổ dân phố số 3", "tổ dân phố"),
            ("GS-11", "Chi bộ Trường học Gia Sàng", "chi bộ"),
        ),
    ),
    Ward(
        "phuong-dong-quang",
        "DQ",
        "Phường Đồng Quang",
        (
            ("DQ-01", "Tổ dân phố số 1", "tổ dân phố"),
            ("DQ-02", "Tổ dân phố số 2", "tổ dân phố"),
            ("DQ-11", "Chi bộ Trạm y tế Đồng Quang", "chi bộ"),
        ),
    ),
    Ward(
        "phuong-tan-long",
        "TL",
        "Phường Tân Long",
        (
            ("TL-01", "Tổ dân phố số 1", "tổ dân phố"),
            ("TL-02", "Tổ dân phố số 2", "tổ dân phố"),
            ("TL-03", "Tổ dân phố số 3", "tổ dân phố"),
        ),
    ),
)
# Who does not answer: its ward's figures of that period are provisional.
SILENT = {("TL-03", "2024-H2")}
NIL = {("GS-11", "2024-H1")}  # says "Không có" where it has nothing

INDICATORS = (
    ("CT1", "1", "Cuộc tuyên truyền, vận động Nhân dân", "cuộc"),
    ("CT2", "2", "Hộ tham gia hiến đất, góp công", "hộ"),
    ("CT3", "3", "Kinh phí Nhân dân đóng góp", "triệu đồng"),
)
PERIOD_ROWS = (
    ("mã", "tên", "loại", "từ", "đến", "hạn nộp", "thuộc kỳ"),
    ("2024-H1", "6 tháng đầu năm 2024", "6 tháng", "01/01/2024", "30/06/2024", "10/07/2024",
     "2024"),
    ("2024-H2", "6 tháng cuối năm 2024", "6 tháng", "01/07/2024", "31/12/2024", "10/01/2025",
     "2024"),
    ("2024", "Năm 2024", "năm", "01/01/2024", "31/12/2024", "", ""),
)  # fmt: skip
FIELD_HEAD = (
    "biểu", "mã", "tiêu đề", "kiểu", "ĐVT", "bắt buộc", "danh mục", "nhỏ nhất", "công thức",
    "tổng hợp theo đơn vị", "tổng hợp theo kỳ", "điền sẵn", "độ rộng", "vai trò",
)  # fmt: skip
SHARED_FIELDS = (
    ("KQ", "noi_dung", "Nội dung", "văn bản", "", "", "", "", "", "không", "không", "nội dung",
     "44", ""),
    ("KQ", "dvt", "ĐVT", "văn bản", "", "", "", "", "", "không", "không", "ĐVT", "12", ""),
    ("KQ", "thuc_hien", "Thực hiện trong kỳ", "số thập phân", "", "có", "", "0", "", "cộng",
     "cộng", "", "14", "thực hiện"),
    ("KQ", "ghi_chu", "Ghi chú", "văn bản", "", "", "", "", "", "liệt kê", "liệt kê", "", "24",
     "ghi chú"),
    ("HD", "so_ho", "Số hộ được thăm hỏi, nắm tình hình", "số nguyên", "hộ", "có", "", "0", "",
     "cộng", "cộng", "", "", ""),
    ("HD", "y_kien", "Số ý kiến, kiến nghị của Nhân dân", "số nguyên", "ý kiến", "có", "", "0",
     "", "cộng", "cộng", "", "", ""),
    ("HD", "giai_quyet", "Số ý kiến đã được giải quyết", "số nguyên", "ý kiến", "có", "", "0",
     "", "cộng", "cộng", "", "", ""),
    ("HD", "ty_le", "Tỷ lệ giải quyết", "công thức", "%", "", "", "",
     "[giai_quyet]/[y_kien]", "tính lại", "tính lại", "", "", ""),
    ("HD", "kien_nghi", "Kiến nghị, đề xuất", "văn bản", "", "", "", "", "", "liệt kê",
     "liệt kê", "", "", ""),
)  # fmt: skip
RULES = (
    ("mã", "biểu", "quy tắc", "mức độ", "thông báo"),
    ("HD-01", "HD", "[giai_quyet] <= [y_kien]", "lỗi",
     "Số ý kiến đã giải quyết ({giai_quyet}) không thể lớn hơn số ý kiến ({y_kien})."),
)  # fmt: skip
UPWARD = (
    ("biểu nhận", "dòng nhận", "cột nhận", "biểu nguồn", "dòng nguồn", "cột nguồn"),
    ("KQ", "", "thuc_hien", "KQ", "", "thuc_hien"),
    ("HD", "so_ho", "so_ho", "HD", "", "so_ho"),
    ("HD", "y_kien", "y_kien", "HD", "", "y_kien"),
    ("HD", "giai_quyet", "giai_quyet", "HD", "", "giai_quyet"),
    ("HD", "kien_nghi", "kien_nghi", "HD", "", "kien_nghi"),
    ("HD", "so_mo_hinh", "so_mo_hinh", "MH", "", "số dòng"),
    ("DS", "", "noi_lam", "MH", "", "đơn vị"),
    ("DS", "", "ten", "MH", "", "ten"),
    ("DS", "", "so_ho", "MH", "", "so_ho"),
)


def programme_tables(ward: Ward | None) -> Mapping[str, Rows]:
    """The sheets of a programme by CSV file: a ward's, or the city's where it is None."""
    city = ward is None
    head = (
        ("Mục", "Giá trị"),
        ("mã", "DV-TP-2024" if city else "DV-PHUONG-2024"),
        ("tên", "Công tác dân vận ở cơ sở năm 2024"),
        ("năm", "2024"),
        ("cơ quan ban hành", "Ban Dân vận Thành ủy" if city else f"Khối Dân vận {ward.name}"),
        ("cơ quan cấp trên", "Thành ủy" if city else f"Đảng ủy {ward.name}"),
        ("thể thức", "đảng"),
    )
    units: list[Sequence[str]] = [("mã", "tên", "loại", "thứ tự")]
    if city:
        units += [(w.code, w.name, "phường", str(n)) for n, w in enumerate(WARDS, 1)]
    else:
        units += [(code, name, kind, str(n)) for n, (code, name, kind) in enumerate(ward.cells, 1)]
    models = "DS" if city else "MH"
    own = (
        ("DS", "noi_lam", "Nơi thực hiện", "văn bản", "", "có", "", "", "", "liệt kê", "liệt kê",
         "", "28", ""),
    )  # fmt: skip
    asked = (
        ("HD", "so_mo_hinh", "Số mô hình \"Dân vận khéo\" mới", "số nguyên", "mô hình", "có", "",
         "0", "", "cộng", "cộng", "", "", ""),
        ("HD", "danh_gia", "Tự đánh giá của phường", "danh mục", "", "có", "danh-gia", "", "",
         "đếm theo lựa chọn", "cuối kỳ", "", "", ""),
    )  # fmt: skip
    listed = (
        (models, "ten", "Tên mô hình", "văn bản", "", "có", "", "", "", "liệt kê", "liệt kê", "",
         "40", ""),
        (models, "so_ho", "Số hộ tham gia", "số nguyên", "hộ", "có", "", "0", "", "cộng", "cộng",
         "", "12", ""),
    )  # fmt: skip
    forms = (
        ("mã", "tên", "kiểu", "nguồn dòng", "kỳ", "số dòng trống", "dòng tổng cộng"),
        ("KQ", "Kết quả công tác dân vận", "dòng cố định", "Chỉ tiêu", "6 tháng", "", ""),
        ("HD", "Hoạt động dân vận ở cơ sở", "câu hỏi", "", "6 tháng", "", ""),
        (models, "Mô hình \"Dân vận khéo\" mới", "danh sách", "", "6 tháng",
         "24" if city else "6", "có"),
    )  # fmt: skip
    tables: dict[str, Rows] = {
        "chuong-trinh.csv": head,
        "don-vi.csv": units,
        "ky-bao-cao.csv": PERIOD_ROWS,
        "bieu.csv": forms,
        "cot.csv": (
            FIELD_HEAD,
            *SHARED_FIELDS,
            *(asked if city else ()),
            *(own if city else ()),
            *listed,
        ),
        "chi-tieu.csv": (("mã", "số hiệu", "nội dung", "ĐVT"), *INDICATORS),
        "quy-tac.csv": RULES,
    }
    if city:
        tables["danh-muc.csv"] = (
            ("mã", "giá trị"),
            ("danh-gia", "Tốt"),
            ("danh-gia", "Khá"),
            ("danh-gia", "Trung bình"),
        )
    else:
        tables["chuyen-len.csv"] = UPWARD
    return tables


def build(folder: Path, tables: Mapping[str, Rows]) -> Programme:
    """The programme workbook of a folder."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        for name, rows in tables.items():
            with (Path(place) / name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        build_workbook(Path(place), folder / "chuong-trinh.xlsx")
    return load(folder / "chuong-trinh.xlsx")


def answers(unit: Unit, period: str) -> Iterator[Typed]:
    """What a cell truthfully reports."""
    rng = random.Random(f"{SEED}-{unit.code}-{period}")
    quiet = (unit.code, period) in NIL

    def typed(form: str, row: str, field: str, value: Decimal | int) -> Typed:
        one = number(form, row, field, value)
        nothing = quiet and not value
        return replace(one, kind="text", typed="Không có", state="nil") if nothing else one

    yield typed("KQ", "CT1", "thuc_hien", 0 if quiet else rng.randint(1, 12))
    yield typed("KQ", "CT2", "thuc_hien", 0 if quiet else rng.randint(0, 40))
    yield typed("KQ", "CT3", "thuc_hien", 0 if quiet else Decimal(rng.randint(1, 999)) / 10)
    opinions = rng.randint(2, 30)
    yield typed("HD", "so_ho", "so_ho", rng.randint(10, 90))
    yield typed("HD", "y_kien", "y_kien", opinions)
    yield typed("HD", "giai_quyet", "giai_quyet", opinions - rng.randint(0, 2))
    if rng.random() < 0.5:
        said = rng.choice(("Đề nghị sửa chữa nhà văn hóa", "Đề nghị tập huấn nghiệp vụ dân vận"))
        yield words("HD", "kien_nghi", "kien_nghi", said)
    for row in range(1, rng.randint(0, 2) + 1):
        name = rng.choice(("Tuyến phố văn minh", "Tổ tự quản an toàn", "Ngày thứ bảy vì dân"))
        yield words("MH", str(row), "ten", f"{name} {row}")
        yield typed("MH", str(row), "so_ho", rng.randint(5, 60))


def returns(programme: Programme) -> Iterator[Return]:
    """What the cells of a ward send, three days before it is due."""
    for code in PERIODS:
        period = programme.period(code)
        assert period.due is not None
        for unit in programme.units:
            if (unit.code, code) not in SILENT:
                day = period.due - timedelta(days=3)
                cells = tuple(answers(unit, code))
                name = file_name(unit, period)
                yield Return(unit, period, name, day, cells, by_openpyxl=True)


def make() -> None:
    """Write the whole sample anew."""
    shutil.rmtree(SAMPLE, ignore_errors=True)
    build(SAMPLE / "thanh-pho", programme_tables(None))
    lines: list[Sequence[str]] = [("phường", "đơn vị", "kỳ", "biểu", "dòng", "cột", "giá trị")]
    for ward in WARDS:
        folder = SAMPLE / ward.folder
        programme = build(folder, programme_tables(ward))
        sent = list(returns(programme))
        fill_all(programme, sent, folder / "nhan-ve")
        lines += [
            (ward.code, ret.unit.code, ret.period.code, t.form, t.row, t.field, t.value)
            for ret in sent
            for t in ret.cells
        ]
    with (SAMPLE / "so-lieu-goc.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    (SAMPLE / "README.md").write_text(README, "utf-8")


README = """# Thư mục mẫu: ba cấp

Số liệu giả định, tạo bởi `samples/make_ba_cap.py`. Tổ dân phố, chi bộ báo cáo phường; phường báo \
cáo thành phố. Mỗi phường là một thư mục chương trình riêng (`phuong-…`), thành phố cũng vậy \
(`thanh-pho`).

```sh
baocao distribute -C samples/ba-cap/thanh-pho -p 2024-H1        # thành phố phát biểu mẫu cho phường
baocao receive -C samples/ba-cap/phuong-gia-sang                # phường nhận báo cáo của tổ, chi bộ
baocao fill -C samples/ba-cap/phuong-gia-sang \\
    samples/ba-cap/thanh-pho/gui-di/2024-H1/GS_Phuong-Gia-Sang_2024-H1.xlsx
```

`fill` điền các ô theo trang `Chuyển lên`, để lại ô `Tự đánh giá của phường` cho phường tự ghi, và \
lập danh sách nguồn của từng số. Kỳ `2024-H2`, Tổ dân phố số 3 của Phường Tân Long không gửi: số \
của phường này là tạm tính và được báo rõ. `so-lieu-goc.csv` ghi từng ô các tổ, chi bộ đã gõ.
"""

if __name__ == "__main__":
    make()

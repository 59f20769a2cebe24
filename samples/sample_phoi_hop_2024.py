"""``samples/phoi-hop-2024``: two agencies of Hải Phòng and their pairs in the districts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sample_kit import (
    Return,
    Typed,
    begin,
    copied,
    fill_all,
    in_order,
    late,
    left_blank,
    number,
    questions,
    resent,
    returns_of,
    retyped,
    rows,
    slips,
    words,
    write_readme,
    write_truth,
)
from sample_words import DIFFICULTIES, PROPOSALS, RESULTS, task_rows

from toolkit.programme.model import Period, Programme, Unit

SAMPLE = Path(__file__).parent / "phoi-hop-2024"
SEED = 20240203
DISTRICTS = ("303", "304", "305", "306", "307", "308", "309", "311", "312", "313", "314", "315",
             "316", "317", "318")  # fmt: skip
CITY = ("HP-DV", "HP-QS")
MONTHS = {"2024-Q1": 3, "2024-Q2": 6, "2024-Q3": 9, "2024-Q4": 12}


def pairs(*districts: str) -> tuple[str, ...]:
    """The board and the military command of each district."""
    return tuple(f"{code}-{side}" for code in districts for side in ("DV", "QS"))


SENT = {
    "2024-KH": tuple(f"{code}-DV" for code in DISTRICTS if code != "318"),
    "2024-Q1": (*CITY, *pairs("303", "305", "311")),
    "2024-Q2": CITY,
    "2024-H1": (*CITY, *pairs("303", "305", "311", "316")),
    "2024-Q3": CITY,
    "2024-Q4": (*CITY, *pairs("303", "305", "311", "316")),
    "2024": (*CITY, *pairs("303", "304", "305", "311", "312")),
}
FAULTS = (
    ("Kế hoạch", "Huyện Bạch Long Vĩ không gửi; Huyện Vĩnh Bảo gửi chậm 3 ngày"),
    ("Kế hoạch", "Quận Ngô Quyền ký kế hoạch ngày 05/02/2024, sau hạn 03/02/2024"),
    ("Kế hoạch", "Quận Dương Kinh ghi 6 nhiệm vụ nhưng chỉ liệt kê 5"),
    ("Kế hoạch", "Huyện An Lão: kế hoạch mới có một cơ quan ký (cảnh báo)"),
    ("Quý I", "Ban CHQS quận Lê Chân ghi \"Đã hoàn thành\" nhưng tiến độ mới 80%"),
    ("6 tháng", "Ban Dân vận Quận ủy Hồng Bàng tự đánh giá \"Còn hạn chế\" mà không ghi hạn chế"),
    ("6 tháng", "Ban CHQS huyện Thuỷ Nguyên để trống số vụ việc, hai ngày sau gửi lại bản đủ"),
    ("Quý IV", "Bộ CHQS thành phố gửi hai lần cùng một tệp, tên khác nhau"),
    ("Cả năm", "Ban CHQS quận Hồng Bàng gõ số dưới dạng chữ: `1.250` ngày công, `35,5` triệu đồng"),
    ("Cả năm", "Ban CHQS huyện An Dương ghi số mô hình được công nhận nhiều hơn số đã đăng ký"),
    ("Cả năm", "Ban Dân vận Quận ủy Ngô Quyền ghi `Không có` vào ô số vụ việc"),
)  # fmt: skip
PLANNED = (
    ("Phối hợp tuyên truyền Nghị quyết số 43-NQ/TW và Luật Thực hiện dân chủ ở cơ sở",
     "Chuẩn bị nội dung, báo cáo viên", "Tổ chức cho cán bộ, chiến sĩ học tập", "Quý I"),
    ("Vận động thanh niên lên đường nhập ngũ", "Tuyên truyền, động viên gia đình",
     "Tổ chức giao nhận quân", "Quý I"),
    ("Tết Quân - Dân, thăm hỏi gia đình chính sách", "Nắm danh sách, huy động quà tặng",
     "Huy động lực lượng, tổ chức thăm hỏi", "Quý I"),
    ("Xây dựng mô hình “Dân vận khéo” trong lực lượng vũ trang", "Hướng dẫn nghiệp vụ, thẩm định",
     "Xây dựng, đăng ký mô hình", "Thường xuyên"),
    ("Hành quân dã ngoại kết hợp làm công tác dân vận", "Chọn địa bàn, vận động Nhân dân",
     "Bố trí lực lượng, làm công trình", "Quý III"),
    ("Phối hợp nắm tình hình, giải quyết vụ việc phức tạp", "Nắm dư luận xã hội",
     "Trao đổi tình hình an ninh địa bàn", "Thường xuyên"),
    ("Tổng kết công tác phối hợp, xây dựng kế hoạch năm sau", "Chủ trì tổng kết",
     "Phối hợp tổng kết", "Quý IV"),
)  # fmt: skip
NEXT_YEAR = (
    "Tiếp tục phối hợp tuyên truyền, vận động Nhân dân; nhân rộng mô hình “Đơn vị dân vận tốt”",
    "Mở rộng hành quân dã ngoại làm công tác dân vận ở xã đảo, phường ven biển",
)


def answers(
    programme: Programme, unit: Unit, period: Period, dice: random.Random
) -> Iterator[Typed]:
    """What a unit truthfully reports for a period."""
    military = unit.code.endswith("QS")
    large = 6 if unit.code in CITY else 1
    if period.code == "2024-KH":
        yield from plan(unit, dice)
    elif period.code in MONTHS:
        eager = random.Random(f"{SEED}-{unit.code}").choice((0.75, 0.9, 1.0, 1.1))
        items = programme.item_lists["tasks"]
        yield from task_rows("QS" if military else "DV", items, MONTHS[period.code], eager, dice)
    elif period.code == "2024-H1":
        yield from questions("SK", {
            "hoi_nghi": dice.randint(1, 4) * large,
            "luot_nguoi": dice.randint(60, 480) * large,
            "mo_hinh": dice.randint(1, 5) * large,
            "hanh_quan": dice.randint(1, 3) if military else 0,
            "vu_viec": dice.randint(0, 2),
            "danh_gia": dice.choice(("Tốt", "Tốt", "Khá")),
            "ket_qua": dice.choice(RESULTS),
            "han_che": dice.choice((*DIFFICULTIES[:2], None)),
            "kien_nghi": dice.choice((*PROPOSALS, None)),
        })  # fmt: skip
    else:
        registered = dice.randint(2, 8) * large
        yield from questions("TK", {
            "dang_ky": registered,
            "cong_nhan": registered - dice.randint(0, 2),
            "hanh_quan": dice.randint(2, 6) if military else 0,
            "ngay_cong": dice.randint(200, 1800) if military else dice.randint(20, 200),
            "kinh_phi": Decimal(dice.randint(100, 900)) / 10,
            "vu_viec": dice.randint(0, 3),
            "ke_hoach": dice.choice(("Có", "Có", "Không")),
            "danh_gia": dice.choice(("Tốt", "Tốt", "Khá")),
            "ket_qua": dice.choice(RESULTS),
            "han_che": dice.choice((*DIFFICULTIES[:2], None)),
            "phuong_huong": dice.choice(NEXT_YEAR),
            "kien_nghi": dice.choice((*PROPOSALS, None)),
        })  # fmt: skip


def plan(unit: Unit, dice: random.Random) -> Iterator[Typed]:
    """The plan of a district: its particulars and its tasks."""
    tasks = dice.sample(PLANNED, dice.randint(4, 6))
    yield from questions("KHC", {
        "so_ky_hieu": f"{dice.randint(1, 19):02}-KHPH/BDV-BCHQS",
        "ngay_ky": date(2024, 1, 12) + timedelta(days=dice.randint(0, 18)),
        "hai_co_quan_ky": "Có",
        "so_nhiem_vu": len(tasks),
    })  # fmt: skip
    order = sorted(tasks, key=PLANNED.index)
    names = ("noi_dung", "phan_viec_1", "phan_viec_2", "thoi_gian")
    where = unit.short.removeprefix("DV ")
    for_here = ((f"{what}, {where}", *rest) for what, *rest in order)
    yield from rows("KH", (dict(zip(names, task, strict=True)) for task in for_here))


def with_faults(programme: Programme) -> list[Return]:
    """The files that come in, with the faults of :data:`FAULTS`."""
    sent = returns_of(programme, SENT, lambda u, p, d: answers(programme, u, p, d), SEED)
    key = ("316-DV", "2024-KH")
    sent[key] = late(sent[key], 3)
    key = ("304-DV", "2024-KH")
    signed = slips("KHC", "ngay_ky", "ngay_ky", "05/02/2024", "", "unreadable")
    sent[key] = retyped(sent[key], signed)
    key = ("309-DV", "2024-KH")
    held = len({c.row for c in sent[key].cells if c.form == "KH"})
    assert held == 5
    sent[key] = retyped(sent[key], number("KHC", "so_nhiem_vu", "so_nhiem_vu", held + 1))
    key = ("313-DV", "2024-KH")
    sent[key] = retyped(sent[key], words("KHC", "hai_co_quan_ky", "hai_co_quan_ky", "Không"))
    key = ("305-QS", "2024-Q1")
    sent[key] = retyped(
        sent[key],
        words("QS", "NV1", "trang_thai", "Đã hoàn thành"),
        number("QS", "NV1", "tien_do", Decimal("0.8")),
    )
    key = ("303-DV", "2024-H1")
    sent[key] = retyped(sent[key], words("SK", "danh_gia", "danh_gia", "Còn hạn chế"))
    sent[key] = left_blank(sent[key], "SK", "han_che", "han_che")
    key = ("311-QS", "2024-H1")
    first, again = resent(sent[key], "SK", "vu_viec")
    sent[key] = again
    key = ("303-QS", "2024")
    sent[key] = retyped(
        sent[key],
        slips("TK", "ngay_cong", "ngay_cong", "1.250", "1250"),
        slips("TK", "kinh_phi", "kinh_phi", "35,5", "35.5"),
    )
    key = ("312-QS", "2024")
    asked = next(c for c in sent[key].cells if c.field == "dang_ky")
    more = number("TK", "cong_nhan", "cong_nhan", int(asked.value) + 2)
    sent[key] = retyped(sent[key], more)
    key = ("304-DV", "2024")
    sent[key] = retyped(sent[key], slips("TK", "vu_viec", "vu_viec", "Không có", "0", "nil"))
    return in_order((*sent.values(), first))


def make() -> None:
    """Make the whole sample anew."""
    programme = begin("phoi-hop-2024", 2024, SAMPLE)
    returns = with_faults(programme)
    fill_all(programme, returns, SAMPLE / "nhan-ve")
    twice = next(r for r in returns if (r.unit.code, r.period.code) == ("HP-QS", "2024-Q4"))
    copied(twice, SAMPLE / "nhan-ve", "bao cao quy 4 cua BCHQS (1).xlsx")
    write_truth(returns, SAMPLE / "so-lieu-goc.csv")
    write_readme(
        SAMPLE / "README.md",
        title="phối hợp hai cơ quan, Hải Phòng 2024",
        about="Kế hoạch phối hợp của Ban Dân vận Thành ủy và Bộ Chỉ huy Quân sự thành phố: mỗi cơ "
        "quan báo cáo phần việc của mình; 15 quận, huyện đều có Ban Dân vận và Ban Chỉ huy Quân "
        "sự tương ứng. Có kế hoạch của quận, huyện (hạn 03/02/2024), bốn quý, sơ kết 6 tháng và "
        "tổng kết năm. Để thư mục nhỏ, sau kỳ kế hoạch chỉ hai cơ quan thành phố và ba đến năm "
        "quận, huyện gửi báo cáo; các đơn vị còn lại hiện là chưa gửi.",
        commands="""
cp -r samples/phoi-hop-2024 thu-nghiem
baocao run thu-nghiem
baocao status -C thu-nghiem --period 2024-KH
baocao page -C thu-nghiem --period 2024
baocao report -C thu-nghiem --period 2024
baocao slides -C thu-nghiem --period 2024
""",
        look="Xem trong `thu-nghiem/bao-cao/2024-Q1/tong-hop.xlsx` trang **Hai cơ quan**: phần "
        "việc và kết quả của hai bên đặt cạnh nhau theo từng nhiệm vụ. "
        "`thu-nghiem/bao-cao/2024-KH/tong-hop.xlsx` liệt kê nhiệm vụ trong kế hoạch của từng "
        "quận, huyện.",
        faults=FAULTS,
    )

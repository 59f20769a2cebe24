"""``samples/dan-van-kheo``: models registered and followed through the six steps."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sample_kit import (
    Return,
    Typed,
    begin,
    fill_all,
    in_order,
    late,
    number,
    questions,
    returns_of,
    retyped,
    rows,
    slips,
    typed,
    words,
    write_readme,
    write_truth,
)
from sample_words import DIFFICULTIES, OWNERS, PROPOSALS, RESULTS, task_rows

from toolkit.programme.model import Period, Programme, Unit

SAMPLE = Path(__file__).parent / "dan-van-kheo"
SEED = 20230725
PLACES = ("P1", "P2", "P3", "P4", "P5", "X1", "X2", "X3")  # at least five models each
OTHERS = ("CQ1", "CQ2", "CQ3", "CQ4", "DN1", "DN2", "TH1", "TH2", "TH3")  # at least one
FOLLOWED = ("P1", "P2", "X1", "TH1")  # whose monthly returns are in the sample
LATER = {"P1": 2, "X1": 1, "TH1": 1}  # registered in the second half of the year
SENT = {
    "2023-DK1": (*PLACES, *(unit for unit in OTHERS if unit != "DN2")),
    "2023-M03": FOLLOWED,
    "2023-M06": FOLLOWED,
    "2023-H1": ("BCD", "P1", "X1", "CQ1"),
    "2023-DK2": tuple(LATER),
    "2023-M09": FOLLOWED,
    "2023-KT": ("BCD",),
    "2023-M12": FOLLOWED,
    "2023-CN": ("BCD",),
    "2023": ("BCD", "P1", "P2", "X1", "CQ1", "TH1"),
}
FAULTS = (
    ("Đăng ký", "Phường 4 chỉ đăng ký 4 mô hình, chỉ tiêu ít nhất 5"),
    ("Đăng ký", "Doanh nghiệp 2 không gửi; Xã 3 gửi chậm 6 ngày"),
    ("Đăng ký", "Xã 2 ghi hai mô hình cùng một mã X2-02"),
    ("Đăng ký", "Công an thị xã ghi ngày kết thúc trước ngày bắt đầu"),
    ("Đăng ký", "Phường 2 và Phường 3 đăng ký hai mô hình tên gần giống nhau"),
    ("Tháng 6", "Xã 1 gõ sai mã X1-03 thành `X1-O3` (chữ O): theo dõi mà chưa đăng ký"),
    ("Tháng 6", "Phường 1 ghi ngày triển khai trước ngày giao nhiệm vụ"),
    ("Tháng 9", "Phường 2 đổi tên mô hình P2-02; ghi sơ kết `tháng 7/2023`, thiếu ngày (cảnh báo)"),
    ("Tháng 12", "Phường 2 ghi mô hình đã nhân rộng mà thiếu ngày nhân rộng"),
    ("6 tháng", "Xã 1 báo số mô hình đạt hiệu quả lớn hơn số đã đăng ký"),
    ("6 tháng", "Ban Chỉ đạo gửi chậm 2 ngày so với hạn 25/7"),
)  # fmt: skip
TOPICS = (
    ("Dân vận khéo trong hiến đất mở đường", "Kinh tế"),
    ("Tuyến phố văn minh, sạch đẹp", "Văn hóa - xã hội"),
    ("Camera giám sát an ninh", "Quốc phòng - an ninh"),
    ("Một cửa thân thiện, đúng hẹn", "Xây dựng hệ thống chính trị"),
    ("Tổ hợp tác trồng rau an toàn", "Kinh tế"),
    ("Bữa sáng cho học sinh khó khăn", "Văn hóa - xã hội"),
    ("Tiếng kẻng an toàn", "Quốc phòng - an ninh"),
    ("Chi bộ bốn tốt gắn với quần chúng", "Xây dựng hệ thống chính trị"),
    ("Góp vốn xoay vòng không lấy lãi", "Kinh tế"),
    ("Thu gom rác thải nhựa gây quỹ", "Văn hóa - xã hội"),
    ("Dân quân giúp dân ngày thứ bảy", "Quốc phòng - an ninh"),
    ("Ngày nghe dân nói", "Xây dựng hệ thống chính trị"),
    ("Cải tạo vườn tạp", "Kinh tế"),
    ("Cưới hỏi theo nếp sống mới", "Văn hóa - xã hội"),
)
WHERE = (
    "ở khu dân cư trung tâm",
    "do Hội Cựu chiến binh nòng cốt",
    "của Chi hội Phụ nữ",
    "tại vùng bãi ven sông",
    "qua nhóm Zalo liên gia",
)
ALIKE = {  # near enough to be asked about
    "P2-02": "Tổ dân phố tự quản về an ninh, trật tự",
    "P3-04": "Tổ dân phố tự quản an ninh trật tự",
}
STEPS = {  # by month: what a model of the first half is at, and one of the second
    3: ("Đã kiểm tra, giao nhiệm vụ", ""),
    6: ("Đang triển khai", ""),
    9: ("Đã sơ kết 3 tháng", "Đang triển khai"),
    12: ("Được công nhận, biểu dương", "Đã sơ kết 3 tháng"),
}
REACHED = ("Đã đăng ký", "Đã kiểm tra, giao nhiệm vụ", "Đang triển khai", "Đã sơ kết 3 tháng",
           "Đã sơ kết 6 tháng", "Được công nhận, biểu dương", "Được nhân rộng")  # fmt: skip
DATES = ("ngay_dang_ky", "ngay_giao", "ngay_trien_khai", "ngay_sk3", "ngay_sk6", "ngay_cong_nhan",
         "ngay_nhan_rong")  # fmt: skip
SPREAD = {"P1-01", "X1-01"}  # replicated elsewhere by the year's end
STOPPED = "P1-04"


@dataclass(frozen=True)
class Model:
    """A model: its own code, what it is, when it was registered."""

    code: str
    name: str
    area: str
    registered: date

    @property
    def days(self) -> tuple[date, ...]:
        """When it passes each step, from registration on."""
        gaps = (0, 24, 45, 140, 235, 290, 305)
        return tuple(self.registered + timedelta(days=gap) for gap in gaps)


def models() -> Mapping[str, tuple[Model, ...]]:
    """Every unit's models, those of the second half last; no two names alike but on purpose."""
    made: dict[str, tuple[Model, ...]] = {}
    total = 0
    for unit in (*PLACES, *OTHERS):
        first = 4 if unit == "P4" else 5 if unit in PLACES else 1
        own = []
        for n in range(1, first + LATER.get(unit, 0) + 1):
            topic, area = TOPICS[total % len(TOPICS)]
            code = f"{unit}-{n:02}"
            name = f"{topic} {WHERE[total // len(TOPICS)]}"
            if code in ALIKE:
                name, area = ALIKE[code], "Quốc phòng - an ninh"
            begun = date(2023, 2, 6) if n <= first else date(2023, 7, 10)
            own.append(Model(code, name, area, begun + timedelta(days=total % 11)))
            total += 1
        made[unit] = tuple(own)
    return made


MODELS = models()


def of_half(unit: str, half: int) -> list[Model]:
    """A unit's models registered in that half of the year."""
    return [m for m in MODELS[unit] if (m.registered.month < 7) == (half == 1)]


def answers(
    programme: Programme, unit: Unit, period: Period, dice: random.Random
) -> Iterator[Typed]:
    """What a unit truthfully reports for a period."""
    code = period.code
    if code in ("2023-DK1", "2023-DK2"):
        half = 1 if code == "2023-DK1" else 2
        yield from registration(unit, of_half(unit.code, half), dice)
    elif code.startswith("2023-M"):
        yield from followed(unit.code, int(code[-2:]), dice)
    elif unit.code == "BCD":
        yield from committee(programme, code, dice)
    else:
        yield from results(unit.code, code, dice)


def registration(unit: Unit, owned: list[Model], dice: random.Random) -> Iterator[Typed]:
    """The registration of models with all their particulars."""
    yield from rows("DK", ({
        "ma": m.code,
        "ten": m.name,
        "dia_chi": f"Khu {dice.randint(1, 9)}, {unit.short}",
        "linh_vuc": m.area,
        "bat_dau": m.registered + timedelta(days=20),
        "ket_thuc": date(2023, 12, 31),
        "noi_dung": "Tuyên truyền, vận động, phân công từng thành viên phụ trách hộ",
        "chu_mo_hinh": dice.choice(OWNERS),
        "hinh_thuc": dice.choice(("Tập thể", "Tập thể", "Cá nhân")),
        "phu_trach": dice.choice(("Chi bộ khu dân cư", "Bí thư Đoàn", "Ban Công tác Mặt trận")),
    } for m in owned))  # fmt: skip


def step_of(model: Model, month: int) -> str:
    """The newest step of a model at the end of a month; "" before it was registered."""
    if month == 12 and model.code in SPREAD:
        return "Được nhân rộng"
    return STEPS[month][0 if model.registered.month < 7 else 1]


def followed(unit: str, month: int, dice: random.Random) -> Iterator[Typed]:
    """Every model of a unit: its newest step, and the days of the steps behind it."""
    found = []
    for model in MODELS[unit]:
        step = step_of(model, month)
        if not step:
            continue
        passed = REACHED.index(step) + 1
        stopped = model.code == STOPPED and month >= 9
        row: dict[str, object] = {
            "ma": model.code,
            "ten": model.name,
            "trang_thai": "Dừng thực hiện" if stopped else step,
            **dict(zip(DATES[:passed], model.days, strict=False)),
        }
        if stopped:
            row = {k: v for k, v in row.items() if k not in DATES[3:]}
            row["kho_khan"] = "Thiếu kinh phí, nhóm nòng cốt chuyển công tác"
        elif dice.random() < 0.5:
            row["ket_qua"] = dice.choice(RESULTS)
        found.append(row)
    yield from rows("TD", found)


def results(unit: str, period: str, dice: random.Random) -> Iterator[Typed]:
    """The half-year or yearly return of a unit; figures from the beginning of the year."""
    year = random.Random(f"{SEED}-{unit}")
    registered = len(of_half(unit, 1) if period == "2023-H1" else MODELS[unit])
    good = registered - (1 if registered > 2 else 0)
    share = Decimal("0.5") if period == "2023-H1" else Decimal(1)
    yield from questions("BC", {
        "dang_ky": registered,
        "dang_lam": registered,
        "hieu_qua": good,
        "nhan_rong": 0 if period == "2023-H1" else min(good, 1),
        "luot_nguoi": int(year.randint(200, 2400) * share),
        "kinh_phi": Decimal(year.randint(20, 1200)) / 5 * share,
        "tiep_dan": int(year.randint(6, 40) * share),
        "ket_qua": dice.choice(RESULTS),
        "han_che": dice.choice((*DIFFICULTIES[:2], None)),
        "kien_nghi": dice.choice((*PROPOSALS, None)),
    })  # fmt: skip


def committee(programme: Programme, period: str, dice: random.Random) -> Iterator[Typed]:
    """What the steering committee reports: inspection, progress of the plan, recognition."""
    if period in ("2023-H1", "2023-KT"):
        half = period == "2023-H1"
        yield from questions("KT", {
            "doan": 2 if half else 3,
            "don_vi": 7 if half else 12,
            "mo_hinh": 18 if half else 41,
            "dat": 15 if half else 38,
            "bo_sung": 4 if half else 0,
            "ngay_bao_cao": date(2023, 7, 24) if half else date(2023, 12, 14),
            "nhan_xet": "Phong trào được triển khai đồng đều, mô hình thiết thực",
            "de_xuat": dice.choice(PROPOSALS),
        })  # fmt: skip
    if period in ("2023-H1", "2023"):
        items = programme.item_lists["tasks"]
        yield from task_rows("NV", items, 6 if period == "2023-H1" else 12, 1.0, dice)
    if period == "2023-CN":
        yield from recognised()


def recognised() -> Iterator[Typed]:
    """The list for the year-end conference: first-half models of the units followed."""
    owners = {"P1": "Phường 1", "P2": "Phường 2", "X1": "Xã 1", "TH1": "Trường học 1"}
    chosen = [
        (unit, m)
        for unit in owners
        for m in of_half(unit, 1)
        if m.code not in (STOPPED, "P2-05", "X1-05")
    ]
    titles = ("Khen thưởng", "Biểu dương", "Công nhận", "Công nhận")
    yield from rows("CN", ({
        "don_vi": owners[unit],
        "ma": m.code,
        "ten": m.name,
        "linh_vuc": m.area,
        "hinh_thuc": "Tập thể",
        "danh_hieu": "Khen thưởng" if m.code in SPREAD else titles[n % 4],
        "thanh_tich": "Hoạt động nền nếp, được Nhân dân đánh giá tốt",
    } for n, (unit, m) in enumerate(chosen)))  # fmt: skip


def with_faults(programme: Programme) -> list[Return]:
    """The files that come in, with the faults of :data:`FAULTS`."""
    sent = returns_of(programme, SENT, lambda u, p, d: answers(programme, u, p, d), SEED)
    key = ("X3", "2023-DK1")
    sent[key] = late(sent[key], 6)
    key = ("BCD", "2023-H1")
    sent[key] = late(sent[key], 2)
    key = ("X2", "2023-DK1")
    sent[key] = retyped(sent[key], words("DK", "3", "ma", "X2-02"))
    key = ("CQ3", "2023-DK1")
    sent[key] = retyped(sent[key], typed("DK", "1", "ket_thuc", date(2023, 1, 31)))
    key = ("X1", "2023-M06")
    sent[key] = retyped(sent[key], words("TD", "3", "ma", "X1-O3"))
    key = ("P1", "2023-M06")
    early = MODELS["P1"][1].days[1] - timedelta(days=9)
    sent[key] = retyped(sent[key], typed("TD", "2", "ngay_trien_khai", early))
    key = ("P2", "2023-M09")
    sent[key] = retyped(
        sent[key],
        words("TD", "2", "ten", "Khu phố không tội phạm, không tệ nạn"),
        slips("TD", "3", "ngay_sk3", "tháng 7/2023", "2023-07-01"),
    )
    key = ("P2", "2023-M12")
    sent[key] = retyped(sent[key], words("TD", "1", "trang_thai", "Được nhân rộng"))
    key = ("X1", "2023-H1")
    sent[key] = retyped(sent[key], number("BC", "hieu_qua", "hieu_qua", 8))
    return in_order(sent.values())


def make() -> None:
    """Make the whole sample anew."""
    programme = begin("dan-van-kheo", 2023, SAMPLE)
    returns = with_faults(programme)
    fill_all(programme, returns, SAMPLE / "nhan-ve")
    write_truth(returns, SAMPLE / "so-lieu-goc.csv")
    write_readme(
        SAMPLE / "README.md",
        title='phong trào thi đua "Dân vận khéo" của một thị xã, 2023',
        about="8 phường, xã đăng ký mỗi nơi ít nhất 5 mô hình, cơ quan, doanh nghiệp, trường học "
        "ít nhất 1; bốn đơn vị theo dõi từng mô hình qua sáu bước bằng mã riêng (tháng 3, 6, 9, "
        "12); có đăng ký bổ sung 6 tháng cuối năm, kiểm tra của Ban Chỉ đạo, danh sách công nhận. "
        "Tháng khác và đơn vị khác không có báo cáo tháng, để thư mục nhỏ.",
        commands="""
cp -r samples/dan-van-kheo thu-nghiem
baocao run thu-nghiem
baocao status -C thu-nghiem --period 2023-DK1
baocao page -C thu-nghiem --period 2023
baocao report -C thu-nghiem --period 2023
baocao slides -C thu-nghiem --period 2023
""",
        look="Xem `thu-nghiem/bao-cao/2023/tong-hop.xlsx`, trang **Theo dõi theo mã**: mỗi mô hình "
        "một dòng, qua từng bước, kèm chỗ cần xem lại (mã chưa đăng ký, tên đã đổi, tên gần "
        "giống).",
        faults=FAULTS,
    )

"""``samples/ke-hoach-phuong``: a ward office with its residential groups and party cells."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
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
    resent,
    returns_of,
    retyped,
    rows,
    slips,
    words,
    write_readme,
    write_truth,
)
from sample_words import MODELS, PROPOSALS, task_rows

from toolkit.programme.model import Period, Programme, Unit

SAMPLE = Path(__file__).parent / "ke-hoach-phuong"
SEED = 20240710
GROUPS = tuple(f"TDP{n:02}" for n in range(1, 11))
CELLS = (*(f"CB{n:02}" for n in range(1, 11)), "CB-QS", "CB-CA")
SENT = {
    "2024-H1": ("KDV", *GROUPS[:8], "CB01", "CB03", "CB08", "CB-QS"),
    "2024": ("KDV", *GROUPS, *(c for c in CELLS if c != "CB09")),
}
# Filled in by a spreadsheet program, and how saved; the others by openpyxl.
SAVED = {
    ("KDV", "2024-H1"): "xlsx",
    ("TDP04", "2024-H1"): "ods",
    ("CB-QS", "2024-H1"): "ods",
    ("TDP06", "2024"): "xlsx",
    ("TDP09", "2024"): "ods",
    ("TDP10", "2024"): "xls",
    ("CB07", "2024"): "ods",
}
FAULTS = (
    ("6 tháng", "Hai tổ dân phố và tám chi bộ chưa gửi báo cáo"),
    ("6 tháng", "Tổ dân phố 4 và Chi bộ Quân sự gửi tệp .ods"),
    ("6 tháng", "Tổ dân phố 7 gõ `12 cuộc` vào ô số cuộc họp, `1.200` vào ô lượt người"),
    ("6 tháng", "Tổ dân phố 3 trả lời, giải quyết nhiều ý kiến hơn số nhận được"),
    ("6 tháng", "Chi bộ tổ dân phố 8 để trống số lượt người dự, hai ngày sau gửi lại bản đủ"),
    ("Cả năm", "Chi bộ tổ dân phố 9 không gửi; Chi bộ Công an gửi chậm 6 ngày"),
    ("Cả năm", "Tổ dân phố 5: ba mức hài lòng cộng lại không bằng số phiếu hợp lệ"),
    ("Cả năm", "Tổ dân phố 10 (tệp .xls) ghi `Không có` vào ô số tiền đóng góp"),
    ("Cả năm", "Chi bộ tổ dân phố 1 ghi một nhiệm vụ \"Không thực hiện\" mà không ghi lý do"),
    ("Cả năm", "Tổ dân phố 8 chọn lĩnh vực `Môi trường`, không có trong danh mục"),
)  # fmt: skip
MOODS = (
    "Nhân dân phấn khởi, tin tưởng vào sự lãnh đạo của Đảng",
    "Nhân dân quan tâm đến thoát nước, vệ sinh môi trường ở ngõ",
    "Tình hình ổn định; một số hộ còn băn khoăn về đơn giá bồi thường",
)


def answers(
    programme: Programme, unit: Unit, period: Period, dice: random.Random
) -> Iterator[Typed]:
    """What a unit truthfully reports; its figures run from the beginning of the year."""
    whole = period.code == "2024"
    steady = random.Random(f"{SEED}-{unit.code}")
    items = programme.items(programme.form("NV"), unit)
    yield from task_rows("NV", items, 12 if whole else 6, steady.choice((0.9, 1.0, 1.1)), dice)
    if unit.code == "KDV":
        return
    year, share = activity(steady), 1 if whole else Decimal("0.5")
    figures = {code: int(value * share) for code, value in year.items()}
    yield from questions("HD", {
        **figures,
        "dong_gop": Decimal(steady.randint(0, 900)) / 10 * share,
        "tinh_hinh": dice.choice(MOODS),
        "kien_nghi": dice.choice((*PROPOSALS, None)),
    })  # fmt: skip
    yield from models(steady, 1 if whole else Decimal("0.8"))
    if whole and unit.type == "tổ dân phố":
        yield from survey(dice)


def activity(steady: random.Random) -> dict[str, int]:
    """A cell's counts of the year."""
    opinions = steady.randint(6, 30)
    return {
        "hop": steady.randint(8, 24),
        "luot_nguoi": steady.randint(300, 1400),
        "y_kien": opinions,
        "giai_quyet": opinions - steady.randint(0, 5),
        "ho_hien_dat": steady.randint(0, 45),
        "ton_giao": steady.randint(0, 2),
    }


def models(steady: random.Random, share: Decimal | int) -> Iterator[Typed]:
    """The models a cell is at work on, none to two; more households by the year's end."""
    areas = steady.sample(tuple(MODELS), steady.randint(0, 2))
    yield from rows("MH", ({
        "ten": steady.choice(MODELS[area]),
        "linh_vuc": area,
        "so_ho": int(steady.randint(15, 120) * share),
        "ket_qua": "Được Nhân dân hưởng ứng, duy trì nền nếp",
    } for area in areas))  # fmt: skip


def survey(dice: random.Random) -> Iterator[Typed]:
    """The paper survey of a residential group, its levels adding up."""
    handed = dice.choice((30, 40, 50))
    back = handed - dice.randint(0, 4)
    valid = back - dice.randint(0, 2)
    very = dice.randint(valid // 3, valid // 2)
    content = dice.randint(valid // 3, valid - very)
    yield from questions("KS", {
        "phat_ra": handed,
        "thu_ve": back,
        "hop_le": valid,
        "rat_hai_long": very,
        "hai_long": content,
        "chua_hai_long": valid - very - content,
        "biet": dice.randint(valid // 2, valid),
        "y_kien": dice.choice(("Đề nghị lắp thêm đèn chiếu sáng ngõ", None, None)),
    })  # fmt: skip


def with_faults(programme: Programme) -> list[Return]:
    """The files that come in, with the faults of :data:`FAULTS`."""
    sent = returns_of(programme, SENT, lambda u, p, d: answers(programme, u, p, d), SEED)
    key = ("TDP07", "2024-H1")
    sent[key] = retyped(
        sent[key],
        slips("HD", "hop", "hop", "12 cuộc", "12"),
        slips("HD", "luot_nguoi", "luot_nguoi", "1.200", "1200"),
    )
    key = ("TDP03", "2024-H1")
    asked = next(c for c in sent[key].cells if c.field == "y_kien" and c.form == "HD")
    sent[key] = retyped(sent[key], number("HD", "giai_quyet", "giai_quyet", int(asked.value) + 3))
    key = ("CB08", "2024-H1")
    first, sent[key] = resent(sent[key], "HD", "luot_nguoi")
    key = ("CB-CA", "2024")
    sent[key] = late(sent[key], 6)
    key = ("TDP05", "2024")
    content = next(c for c in sent[key].cells if c.field == "hai_long")
    sent[key] = retyped(sent[key], number("KS", "hai_long", "hai_long", int(content.value) - 1))
    key = ("TDP10", "2024")
    sent[key] = retyped(sent[key], slips("HD", "dong_gop", "dong_gop", "Không có", "0", "nil"))
    key = ("CB01", "2024")
    kept = [c for c in sent[key].cells if (c.row, c.field) != ("NV22", "ghi_chu")]
    sent[key] = retyped(
        replace(sent[key], cells=tuple(kept)),
        words("NV", "NV22", "trang_thai", "Không thực hiện"),
        number("NV", "NV22", "tien_do", Decimal("0.2")),
    )
    key = ("TDP08", "2024")
    sent[key] = retyped(
        sent[key], replace(words("MH", "1", "linh_vuc", "Môi trường"), state="unreadable", value="")
    )
    for key, kind in SAVED.items():
        sent[key] = replace(sent[key], format=kind, by_openpyxl=False)
    return in_order((*sent.values(), first))


def make() -> None:
    """Make the whole sample anew."""
    programme = begin("ke-hoach-phuong", 2024, SAMPLE)
    returns = with_faults(programme)
    fill_all(programme, returns, SAMPLE / "nhan-ve")
    write_truth(returns, SAMPLE / "so-lieu-goc.csv")
    write_readme(
        SAMPLE / "README.md",
        title="kế hoạch của một phường, Gia Sàng 2024",
        about="Khối Dân vận Đảng ủy phường, 10 tổ dân phố và 12 chi bộ báo cáo 6 tháng và cả năm; "
        "34 nhiệm vụ giữ nguyên số hiệu của kế hoạch; cuối năm có khảo sát bằng phiếu ở tổ dân "
        "phố. Một phần báo cáo được điền bằng LibreOffice và lưu đủ ba dạng .xlsx, .xls, .ods.",
        commands="""
cp -r samples/ke-hoach-phuong thu-nghiem
baocao run thu-nghiem
baocao page -C thu-nghiem --period 2024
baocao report -C thu-nghiem --period 2024
baocao slides -C thu-nghiem --period 2024
baocao remind -C thu-nghiem --period 2024-H1
""",
        look="Xem `thu-nghiem/bao-cao/2024/tong-hop.xlsx`: tiến độ từng nhiệm vụ, kết quả "
        "khảo sát, mô hình; `thu-nghiem/tra-lai/` có bản trả lại cho các đơn vị có ô phải sửa.",
        faults=FAULTS,
    )

"""``samples/phoi-hop-2021``: one return to two recipients, each with a register of its own."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from sample_kit import (
    Returns,
    Typed,
    begin,
    fill_all,
    in_order,
    late,
    left_blank,
    number,
    path_of,
    questions,
    returns_of,
    retyped,
    rows,
    slips,
    write_readme,
    write_truth,
)
from sample_words import DIFFICULTIES, MODELS, PROPOSALS, RESULTS, task_rows

from toolkit.programme.model import Period, Programme, Unit

SAMPLE = Path(__file__).parent / "phoi-hop-2021"
BOARD, COMMAND = "ban-dan-van", "bo-chi-huy-quan-su"
SEED = 20211231
PROVINCE = ("QN-DV", "QN-QS")
DISTRICTS = ("522", "524", "525", "527", "528", "529", "530", "531", "532", "533", "534", "535",
             "536")  # fmt: skip
MONTHS = {"2021-Q1": 3, "2021-Q2": 6, "2021-Q3": 9, "2021-Q4": 12}
SENT = {
    "2021-Q1": (*PROVINCE, *DISTRICTS),
    "2021-Q2": ("522", "527", "534"),
    "2021-H1": ("QN-QS", "534"),
    "2021-Q3": ("522",),
    "2021-Q4": ("522", "534"),
    "2021": (*PROVINCE, "534"),
}
FAULTS = (
    ("Quý I", "Huyện Sơn Tây chỉ gửi Ban Dân vận; Huyện Lý Sơn chỉ gửi Bộ Chỉ huy Quân sự"),
    ("Quý I", "Huyện Mộ Đức sửa số ngày công (từ 96 thành 69) nhưng chỉ gửi lại cho Ban Dân vận"),
    ("Quý I", "Huyện Ba Tơ gửi hai nơi hai bản, kinh phí ghi khác nhau"),
    ("Quý I", "Huyện Trà Bồng gửi Bộ Chỉ huy Quân sự chậm 4 ngày"),
    ("Quý I", "Huyện Minh Long có ô lỗi `#DIV/0!` ở số hộ nghèo được giúp đỡ"),
    ("Quý II", "Huyện Sơn Tịnh báo số mô hình ít hơn quý trước (cảnh báo)"),
    ("6 tháng", "Bộ Chỉ huy Quân sự mới lựa chọn 1 mô hình, kế hoạch yêu cầu 2 - 3"),
    ("Quý IV", "Thị xã Đức Phổ ghi có lượt người dự nhưng số buổi tuyên truyền bằng 0"),
    ("Cả năm", "Thị xã Đức Phổ để trống số cán bộ được bồi dưỡng"),
)  # fmt: skip
NEXT_YEAR = (
    "Phối hợp tuyên truyền Nghị quyết Đại hội XIII; giúp dân khắc phục hậu quả thiên tai",
    "Nhân rộng mô hình dân vận khéo trong lực lượng vũ trang ở xã miền núi, hải đảo",
)
FIRST, AGAIN = 96, 69  # working days: mistyped, then mended


def answers(
    programme: Programme, unit: Unit, period: Period, dice: random.Random
) -> Iterator[Typed]:
    """What a unit truthfully reports for a period."""
    steady = random.Random(f"{SEED}-{unit.code}")
    if period.code in MONTHS:
        items = programme.items(programme.form("NV"), unit)
        yield from task_rows("NV", items, MONTHS[period.code], steady.choice((0.9, 1.0, 1.1)), dice)
        if unit.code not in PROVINCE:
            yield from quarter(MONTHS[period.code], steady, dice)
        return
    if unit.code == "QN-QS":
        yield from models(1 if period.code == "2021-H1" else 3, dice)
    common = {
        "danh_gia": dice.choice(("Tốt", "Tốt", "Khá")),
        "ket_qua": dice.choice(RESULTS),
        "han_che": dice.choice((*DIFFICULTIES[:2], None)),
        "kien_nghi": dice.choice((*PROPOSALS, None)),
    }
    if period.code == "2021-H1":
        yield from questions("SK", {"hoi_nghi": "Có", **common})
    else:
        more = {"tap_huan": dice.randint(12, 90), "phuong_huong": dice.choice(NEXT_YEAR)}
        yield from questions("TK", {**common, **more})


def quarter(month: int, steady: random.Random, dice: random.Random) -> Iterator[Typed]:
    """The figures of a district in a quarter; New Year's gifts come in the first."""
    meetings = dice.randint(2, 9)
    yield from questions("SL", {
        "tuyen_truyen": meetings,
        "luot_nguoi": meetings * dice.randint(40, 160),
        "ket_nghia": dice.randint(0, 4),
        "hanh_quan": dice.randint(0, 3),
        "ngay_cong": dice.randint(40, 600),
        "kham_benh": dice.randint(0, 350),
        "ho_ngheo": dice.randint(2, 60),
        "banh_chung": dice.randint(50, 400) if month == 3 else 0,
        "kinh_phi": Decimal(dice.randint(50, 2500)) / 10,
        "vu_viec": dice.randint(0, 2),
        "mo_hinh": steady.randint(3, 9) + month // 3,
        "ket_qua": dice.choice(RESULTS),
        "kien_nghi": dice.choice((*PROPOSALS, None, None)),
    })  # fmt: skip


def models(count: int, dice: random.Random) -> Iterator[Typed]:
    """The models the military command has chosen to spread."""
    areas = dice.sample(tuple(MODELS), count)
    yield from rows("MH", ({
        "ten": dice.choice(MODELS[area]),
        "don_vi": f"Tiểu đoàn bộ binh số {n}",
        "linh_vuc": area,
        "noi_nhan_rong": "Ban Chỉ huy Quân sự các huyện miền núi",
        "so_don_vi": dice.randint(2, 6),
        "ket_qua": "Đã hướng dẫn, tổ chức tham quan học tập",
    } for n, area in enumerate(areas, start=1)))  # fmt: skip


def common_faults(sent: Returns) -> None:
    """What is wrong in the copies of both recipients alike."""
    key = ("531", "2021-Q1")
    broken = Typed("SL", "ho_ngheo", "ho_ngheo", "formula", "#DIV/0!", "unreadable", "")
    sent[key] = retyped(sent[key], broken)
    key = ("527", "2021-Q2")
    sent[key] = retyped(sent[key], number("SL", "mo_hinh", "mo_hinh", 2))
    key = ("534", "2021-Q4")
    sent[key] = retyped(sent[key], number("SL", "tuyen_truyen", "tuyen_truyen", 0))
    key = ("534", "2021")
    sent[key] = left_blank(sent[key], "TK", "tap_huan", "tap_huan")
    key = ("533", "2021-Q1")
    sent[key] = retyped(sent[key], number("SL", "ngay_cong", "ngay_cong", FIRST))


def apart(sent: Returns) -> tuple[Returns, Returns]:
    """What each of the two recipients gets: the same but for the differences of the list."""
    board, command = dict(sent), dict(sent)
    del command["530", "2021-Q1"], board["536", "2021-Q1"]
    key = ("533", "2021-Q1")
    mended = retyped(sent[key], number("SL", "ngay_cong", "ngay_cong", AGAIN))
    assert mended.period.due is not None
    board["533 (1)", "2021-Q1"] = replace(sent[key], counts=False)
    board[key] = replace(late(mended, 0), name=f"(đã sửa) {mended.name}")
    key = ("535", "2021-Q1")
    command[key] = retyped(sent[key], slips("SL", "kinh_phi", "kinh_phi", "125,5", "125.5"))
    key = ("525", "2021-Q1")
    command[key] = late(sent[key], 4)
    return board, command


def make() -> None:
    """Make the two folders anew."""
    shutil.rmtree(SAMPLE, ignore_errors=True)
    SAMPLE.mkdir()
    programme = begin("phoi-hop-2021", 2021, SAMPLE / BOARD)
    shutil.copytree(SAMPLE / BOARD, SAMPLE / COMMAND)
    sent = returns_of(programme, SENT, lambda u, p, d: answers(programme, u, p, d), SEED)
    common_faults(sent)
    pair = apart(sent)
    for folder, theirs in zip((BOARD, COMMAND), pair, strict=True):
        returns = in_order(theirs.values())
        fill_all(programme, returns, SAMPLE / folder / "nhan-ve")
        write_truth(returns, SAMPLE / folder / "so-lieu-goc.csv")
    # What comes late is the very file the other has.
    files = [
        path_of(theirs["525", "2021-Q1"], SAMPLE / folder / "nhan-ve")
        for folder, theirs in zip((BOARD, COMMAND), pair, strict=True)
    ]
    shutil.copyfile(*files)
    write_readme(
        SAMPLE / "README.md",
        title="một báo cáo gửi hai nơi, Quảng Ngãi 2021",
        about="Kế hoạch phối hợp của Ban Dân vận Tỉnh ủy và Bộ Chỉ huy Quân sự tỉnh: 13 huyện, thị "
        "xã, thành phố lập một báo cáo quý, gửi đồng thời hai nơi. Mỗi nơi một thư mục, một sổ: "
        "`ban-dan-van/` và `bo-chi-huy-quan-su/`. Quý I đủ các đơn vị; các kỳ sau chỉ một số đơn "
        "vị gửi, để thư mục nhỏ.",
        commands="""
cp -r samples/phoi-hop-2021 thu-nghiem
baocao run thu-nghiem/ban-dan-van
baocao run thu-nghiem/bo-chi-huy-quan-su
baocao reconcile -C thu-nghiem/ban-dan-van thu-nghiem/bo-chi-huy-quan-su
baocao page -C thu-nghiem/ban-dan-van --period 2021
baocao report -C thu-nghiem/ban-dan-van --period 2021
baocao slides -C thu-nghiem/ban-dan-van --period 2021
""",
        look="`reconcile` nêu đúng bốn chỗ khác nhau giữa hai sổ ở quý I: hai báo cáo chỉ một nơi "
        "có, một số đã sửa ở một nơi, một bản khác nội dung. Mỗi thư mục có `so-lieu-goc.csv` "
        "của mình.",
        faults=FAULTS,
    )

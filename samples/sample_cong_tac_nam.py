"""``samples/cong-tac-nam``: a city board's year by 3, 6, 9 and 12 months, with scores."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from pathlib import Path

import openpyxl
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
    slips,
    typed,
    without_cell,
    words,
    write_readme,
    write_truth,
)
from sample_words import DIFFICULTIES, DUE_MONTH, PROPOSALS, RESULTS, task_rows

from toolkit import workflow
from toolkit.folder import Folder
from toolkit.programme.model import Period, Programme, Unit

SAMPLE = Path(__file__).parent / "cong-tac-nam"
SEED = 20231231
OFFICES = ("P-CQ", "P-DT", "P-TG", "P-VP")
INSPECTORS = "P-KT"
DISTRICTS = ("303", "304", "305", "306", "307", "308", "309", "311", "312", "313", "314", "315",
             "316", "317", "318")  # fmt: skip
MONTHS = {"2023-3M": 3, "2023-6M": 6, "2023-9M": 9, "2023": 12}
SENT = {
    "2023-3M": (*OFFICES, INSPECTORS, "303", "305"),
    "2023-6M": (*OFFICES, INSPECTORS, "303", "305", "306", "311", "312"),
    "2023-9M": (*OFFICES, INSPECTORS, "303", "306", "312"),
    "2023": (*OFFICES, INSPECTORS, *(d for d in DISTRICTS if d != "315")),
}
BEHIND = ("314", "317")  # districts that say why they have not reached 40 %
FAULTS = (
    ("3 tháng", "Phòng Tôn giáo - Dân tộc gửi chậm 4 ngày"),
    ("6 tháng", "Huyện Thuỷ Nguyên ghi 41 xã có mô hình, lớn hơn tổng số 37"),
    ("6 tháng", "Quận Lê Chân để trống số vụ việc, hai ngày sau gửi lại bản đủ"),
    ("9 tháng", "Quận Hải An gửi nhầm: dùng lại tệp 6 tháng, chỉ sửa kỳ ở trang bìa"),
    ("9 tháng", "Huyện An Dương ghi số người đối thoại nhỏ hơn số đã báo cáo 6 tháng"),
    ("Cả năm", "Huyện Tiên Lãng không gửi; Huyện Vĩnh Bảo gửi chậm 8 ngày"),
    ("Cả năm", "Huyện Kiến Thuỵ, Huyện Cát Hải chưa đạt 40% cơ sở lập hồ sơ (cảnh báo, có lý do)"),
    ("Cả năm", "Quận Ngô Quyền tự chấm 16 điểm, điểm tối đa là 15"),
    ("Cả năm", "Quận Đồ Sơn chấm điểm tiêu chí 7 mà không ghi minh chứng"),
    ("Cả năm", "Quận Dương Kinh gõ điểm `9,5` dưới dạng chữ"),
    ("Cả năm", "Đoàn kiểm tra ghi ngày kết thúc 15/03/2022, còn sót năm trước"),
)  # fmt: skip
UNREVIEWED = {("318", "TC10"), ("318", "TC11")}
CUT = "Minh chứng chưa đầy đủ"
HEADS = 1  # the row of headings in the review file
FINDINGS = (
    "Đơn vị thực hiện nghiêm túc; kiến nghị bổ sung sổ theo dõi ý kiến Nhân dân",
    "Kiến nghị công khai kết quả giải quyết trên bảng tin và trang thông tin",
    "Kiến nghị tăng số cuộc đối thoại ở cấp xã",
)
EVIDENCE = ("Báo cáo số {n}-BC/BDV", "Kế hoạch số {n}-KH/BDV", "Biên bản kiểm tra số {n}")


def answers(
    programme: Programme, unit: Unit, period: Period, dice: random.Random
) -> Iterator[Typed]:
    """What a unit truthfully reports; figures run from the beginning of the year."""
    month = MONTHS[period.code]
    if unit.code == INSPECTORS:
        yield from inspections(programme, unit, month)
    elif unit.code in OFFICES:
        items = programme.items(programme.form("NV"), unit)
        yield from task_rows("NV", items, month, 1.0 if unit.code == "P-CQ" else 0.95, dice)
    else:
        yield from targets(programme, unit, month)
        yield from year_so_far(unit, month, dice)
        if month == 12:
            yield from scores(programme, unit, dice)


def targets(programme: Programme, unit: Unit, month: int) -> Iterator[Typed]:
    """The targets of a district, reached by the year's end but for those behind."""
    for item in programme.items(programme.form("CT"), unit):
        assert item.target is not None
        whole = programme.allotments[item.code, unit.code]
        goal = int((whole * item.target).to_integral_value(ROUND_CEILING))
        if unit.code in BEHIND and item.code == "CT3":
            goal -= 2
        share = {3: Decimal("0.15"), 6: Decimal("0.4"), 9: Decimal("0.7"), 12: Decimal(1)}[month]
        yield number("CT", item.code, "luy_ke", int(goal * share))
        if month == 12 and unit.code in BEHIND and item.code == "CT3":
            yield words("CT", item.code, "ghi_chu", "Một số cơ sở chưa đủ giấy tờ về đất")


def year_so_far(unit: Unit, month: int, dice: random.Random) -> Iterator[Typed]:
    """Talks, opinions, models: a part of the year's figures, which are the same every time."""
    year = random.Random(f"{SEED}-{unit.code}")
    opinions = year.randint(60, 400)
    figures = {
        "doi_thoai": year.randint(12, 60),
        "y_kien": opinions,
        "giai_quyet": opinions - year.randint(0, opinions // 6),
        "mo_hinh": year.randint(20, 90),
        "vu_viec": year.randint(0, 4),
    }
    yield from questions("TH", {
        **{code: value * month // 12 for code, value in figures.items()},
        "ket_qua": dice.choice(RESULTS),
        "han_che": dice.choice((*DIFFICULTIES[:2], None)),
        "kien_nghi": dice.choice((*PROPOSALS, None)),
    })  # fmt: skip


def scores(programme: Programme, unit: Unit, dice: random.Random) -> Iterator[Typed]:
    """The marks a district gives itself, each with its evidence."""
    good = random.Random(f"{SEED}-score-{unit.code}").choice((0, 1, 1, 2, 3))
    for item in programme.items(programme.form("TC"), unit):
        most = item.target
        assert most is not None
        off = Decimal(dice.randint(0, 2 * good)) / 2
        yield number("TC", item.code, "diem_tu_cham", max(most - off, most / 2))
        evidence = dice.choice(EVIDENCE).format(n=dice.randint(10, 180))
        yield words("TC", item.code, "minh_chung", evidence)


def inspections(programme: Programme, unit: Unit, month: int) -> Iterator[Typed]:
    """The inspections of the year: each is done in the quarter it is planned for."""
    for n, item in enumerate(programme.items(programme.form("KT"), unit), start=1):
        due = DUE_MONTH[item.due]
        done, begun = month >= due, month >= due - 3
        status = "Đã hoàn thành" if done else "Đang thực hiện" if begun else "Chưa triển khai"
        answers = {"trang_thai": status, "so_cuoc": n if done else 1 if begun else 0}
        more = {
            "so_don_vi": n + 2 if done else 0,
            "ngay": date(2023, due, 20) if done else None,
            "ket_luan": FINDINGS[n % len(FINDINGS)] if done else None,
        }
        for code, value in {**answers, **more}.items():
            if value is not None:
                yield typed("KT", item.code, code, value)


def reviewed(returns: Sequence[Return]) -> Mapping[tuple[str, str], tuple[Decimal, str]]:
    """The points the board gives for (unit, criterion), and why where they differ.

    Two districts come out equal; one is not reviewed yet in its last criteria.
    """
    found: dict[tuple[str, str], tuple[Decimal, str]] = {}
    for ret in returns:
        dice = random.Random(f"{SEED}-review-{ret.unit.code}")
        for cell in ret.cells:
            if cell.field != "diem_tu_cham":
                continue
            own, off = Decimal(cell.value), Decimal(dice.choice((0, 0, 0, 0, 1))) / 2
            if (ret.unit.code, cell.row) == ("304", "TC03"):
                found["304", "TC03"] = Decimal(13), "Chấm quá điểm tối đa, thẩm định lại"
            elif (ret.unit.code, cell.row) == ("308", "TC07"):
                found["308", "TC07"] = Decimal(10), "Không có minh chứng"
            elif (ret.unit.code, cell.row) not in UNREVIEWED:
                found[ret.unit.code, cell.row] = own - off, CUT if off else ""
    return found


def review(reviews: Mapping[tuple[str, str], tuple[Decimal, str]]) -> None:
    """``cham-diem/2023.xlsx`` with the reviewed points typed in, and their record."""
    with tempfile.TemporaryDirectory() as place:
        folder = Folder(SAMPLE, Path(place))
        workflow.receive(folder, workflow.load_programme(folder))
        (made,) = workflow.score(folder)
        assert made.file is not None
        book = openpyxl.load_workbook(made.file)
        (sheet,) = book.worksheets
        heads = {str(c.value).split(" (")[0].strip(): c.column for c in sheet[HEADS]}
        for row in range(HEADS + 1, sheet.max_row + 1):
            key = (str(sheet.cell(row, heads["mã đơn vị"]).value),
                   str(sheet.cell(row, heads["mã tiêu chí"]).value))  # fmt: skip
            if key in reviews:
                points, why = reviews[key]
                sheet.cell(row, heads["điểm thẩm định"]).value = float(points)
                sheet.cell(row, heads["ghi chú của người thẩm định"]).value = why or None
        book.save(made.file)
        workflow.score(folder)  # as the command leaves it
    with (SAMPLE / "diem-tham-dinh.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("unit", "criterion", "points"))
        out.writerows((*key, points) for key, (points, _) in reviews.items())


def with_faults(programme: Programme) -> list[Return]:
    """The files that come in, with the faults of :data:`FAULTS`."""
    sent = returns_of(programme, SENT, lambda u, p, d: answers(programme, u, p, d), SEED)
    key = ("P-TG", "2023-3M")
    sent[key] = late(sent[key], 4)
    key = ("311", "2023-6M")
    sent[key] = retyped(sent[key], number("CT", "CT1", "luy_ke", 41))
    key = ("305", "2023-6M")
    first, sent[key] = resent(sent[key], "TH", "vu_viec")
    key = ("306", "2023-9M")
    wrong = replace(sent.pop(key), template=programme.period("2023-6M"), counts=False)
    key = ("312", "2023-9M")
    before = next(c for c in sent["312", "2023-6M"].cells if (c.row, c.field) == ("CT2", "luy_ke"))
    sent[key] = retyped(sent[key], number("CT", "CT2", "luy_ke", int(before.value) - 3))
    key = ("316", "2023")
    sent[key] = late(sent[key], 8)
    key = ("304", "2023")
    sent[key] = retyped(sent[key], number("TC", "TC03", "diem_tu_cham", 16))
    key = ("308", "2023")
    sent[key] = replace(sent[key], cells=without_cell(sent[key], "TC", "TC07", "minh_chung"))
    key = ("309", "2023")
    sent[key] = retyped(sent[key], slips("TC", "TC01", "diem_tu_cham", "9,5", "9.5"))
    key = (INSPECTORS, "2023")
    last_year = replace(
        typed("KT", "NV39", "ngay", date(2022, 3, 15)), state="unreadable", value=""
    )
    sent[key] = retyped(sent[key], last_year)
    return in_order((*sent.values(), first, wrong))


def make() -> None:
    """Make the whole sample anew."""
    programme = begin("cong-tac-nam", 2023, SAMPLE)
    returns = with_faults(programme)
    fill_all(programme, returns, SAMPLE / "nhan-ve")
    write_truth(returns, SAMPLE / "so-lieu-goc.csv")
    review(reviewed(returns))
    write_readme(
        SAMPLE / "README.md",
        title="công tác năm của Ban Dân vận Thành ủy, Hải Phòng 2023",
        about="Bốn phòng báo cáo tiến độ 38 nhiệm vụ, đoàn kiểm tra báo cáo chương trình kiểm tra, "
        "giám sát; 15 quận, huyện báo cáo bốn chỉ tiêu (40% và 10% của 239 cơ sở) và tự chấm điểm "
        "cuối năm. Kỳ 3, 6, 9 tháng chỉ một số quận, huyện gửi, để thư mục nhỏ.",
        commands="""
cp -r samples/cong-tac-nam thu-nghiem
baocao run thu-nghiem
baocao score -C thu-nghiem
baocao trace -C thu-nghiem CT CT3 luy_ke --period 2023
baocao page -C thu-nghiem --period 2023
baocao report -C thu-nghiem --period 2023
baocao slides -C thu-nghiem --period 2023
""",
        look="Xem `thu-nghiem/bao-cao/2023/tong-hop.xlsx`: chỉ tiêu 40% tính trên số của từng "
        "quận, huyện rồi tính lại cho toàn thành phố; điểm và xếp loại từng nơi; chương trình "
        "kiểm tra, giám sát.",
        faults=FAULTS,
    )

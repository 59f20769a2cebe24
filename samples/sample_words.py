"""What made-up offices write: results, models, places, difficulties. No person is named."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from decimal import Decimal

from sample_kit import Typed, number, words

from toolkit.programme.model import Item

RESULTS = (
    "Đã ban hành văn bản hướng dẫn và tổ chức 01 hội nghị triển khai",
    "Phối hợp tổ chức 02 buổi tuyên truyền tại cơ sở",
    "Đã ký kế hoạch phối hợp, phân công rõ từng bộ phận",
    "Duy trì giao ban hằng tháng giữa hai cơ quan",
    "Tổ chức hành quân dã ngoại kết hợp làm đường giao thông",
    "Nắm tình hình Nhân dân ở các tổ dân phố, thôn có dự án",
)
MODELS = {
    "Kinh tế": ("Tổ tiết kiệm giúp nhau phát triển kinh tế", "Vườn mẫu, thu nhập cao"),
    "Văn hóa - xã hội": ("Tuyến đường hoa, ngõ văn minh", "Tiếng loa dân vận"),
    "Quốc phòng - an ninh": ("Dân quân giúp dân ngày thứ bảy", "Tổ tự quản an ninh trật tự"),
    "Xây dựng hệ thống chính trị": ("Chi bộ gần dân", "Một cửa thân thiện"),
}
PLACES = ("Tổ dân phố số {n}", "Khu dân cư số {n}", "Thôn {n}")
OWNERS = ("Hội Liên hiệp Phụ nữ", "Đoàn Thanh niên", "Hội Cựu chiến binh", "Hội Nông dân")
DIFFICULTIES = (
    "Kinh phí cho hoạt động dân vận ở cơ sở còn hạn chế",
    "Cán bộ làm công tác dân vận ở một số nơi còn kiêm nhiệm nhiều việc",
    "Không",
)
PROPOSALS = (
    "Đề nghị mở lớp tập huấn nghiệp vụ dân vận cho cơ sở",
    "Đề nghị cung cấp thêm tài liệu tuyên truyền",
)

EXCUSES = (
    "Chờ văn bản hướng dẫn của cấp trên",
    "Chưa bố trí được kinh phí",
    "Chuyển sang kỳ sau do bận công tác trọng tâm",
)
DUE_MONTH = {"Quý I": 3, "Quý II": 6, "Quý III": 9, "Quý IV": 12}


def task_rows(
    form: str, items: Iterable[Item], month: int, eager: float, dice: random.Random
) -> Iterator[Typed]:
    """The state of every task at the end of a month, by an office that is more or less eager.

    Whoever is behind says why, as the rules ask.
    """
    for item in items:
        due = DUE_MONTH.get(item.due.split(";")[0].strip(), 12)
        share = min(1.0, month / due * eager)
        progress = Decimal(round(share * 20)) / 20
        if due - month > 6:
            progress = Decimal(0)
        behind = month >= due and progress < 1
        status = "Đã hoàn thành" if progress == 1 else "Đang thực hiện"
        if not progress:
            status = "Chưa triển khai"
        elif behind:
            status = "Quá hạn" if month > due else "Chậm tiến độ"
        yield words(form, item.code, "trang_thai", status)
        yield number(form, item.code, "tien_do", progress)
        if progress:
            yield words(form, item.code, "ket_qua", dice.choice(RESULTS))
        if behind:
            yield words(form, item.code, "ghi_chu", dice.choice(EXCUSES))

"""What made-up offices write: results, models, places, difficulties. No person is named."""

from __future__ import annotations

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

"""A programme built by hand for the tests of the template room, on texts of the real plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from toolkit.findings import Severity
from toolkit.programme.language.tree import Binary, Expression, Number, Ref
from toolkit.programme.model import (
    Aggregation,
    ChoiceList,
    Field,
    FieldType,
    Form,
    FormKind,
    Item,
    Period,
    PeriodKind,
    Profile,
    Programme,
    Role,
    Rule,
    Unit,
)
from toolkit.template.layout import SheetLayout, layout

LONG_TASK = (
    "Tiếp tục tổ chức quán triệt, cụ thể hoá triển khai thực hiện các văn bản của Trung ương, "
    "Thành ủy về công tác dân vận: Nghị quyết số 43-NQ/TW, ngày 24/11/2023 của Ban Chấp hành "
    "Trung ương Đảng về “Tiếp tục phát huy truyền thống, sức mạnh đại đoàn kết toàn dân tộc, xây "
    "dựng đất nước ta ngày càng phồn vinh, hạnh phúc”; Luật Thực hiện dân chủ ở cơ sở; Quy chế số "
    "718-QC/QUTW, ngày 05/11/2021 của Quân ủy Trung ương về công tác dân vận của Quân đội nhân "
    "dân Việt Nam; Quyết định số 446-QĐ/TU, ngày 26/11/2021 của Ban Thường vụ Thành ủy về việc "
    "ban hành “Quy chế công tác dân vận của hệ thống chính trị tại thành phố Hải Phòng”; Chỉ thị "
    "số 07-CT/TU, ngày 08/9/2021 về “Đẩy mạnh thực hiện công tác dân vận trong phòng ngừa và xử "
    "lý “điểm nóng”, vụ việc phức tạp trên địa bàn thành phố”; Quyết định số 1155-QĐ/TU, ngày "
    "20/10/2023 về Quy chế đối thoại giữa người đứng đầu cấp ủy, chính quyền các cấp với Nhân dân "
    "(sửa đổi, bổ sung); Quy chế số 566-QC/ĐUQS, ngày 21/01/2022 của Đảng ủy Quân sự thành phố về "
    "“công tác dân vận của lực lượng vũ trang thành phố”"
)
LONG_PART = (
    "- Phối hợp chuẩn bị bài giảng nghiệp vụ công tác dân vận, thực hiện dân chủ ở cơ sở\n"
    "- Tham mưu xây dựng Chương trình hành động của Ban Thường vụ Thành ủy thực hiện Nghị quyết "
    "số 43-NQ/TW\n"
    "- Ban hành Hướng dẫn thực hiện tiêu chí đánh giá, chấm điểm, xếp loại kết quả thực hiện dân "
    "chủ ở cơ sở (theo Công văn số 1033-CV/TU, ngày 08/9/2023 của Thành ủy về bổ sung và lượng "
    "hoá một số tiêu chí trong đánh giá, xếp loại tổ chức đảng, tập thể, cá nhân cán bộ lãnh đạo, "
    "quản lý hằng năm)\n"
    "- Ban hành hướng dẫn thực hiện chỉ tiêu “100% người đứng đầu cấp ủy, chính quyền các cấp đối "
    "thoại với Nhân dân theo quy định”"
)

TASKS = (
    Item(
        code="NV01",
        number="1",
        text="Hướng dẫn Ban Dân vận các quận ủy, huyện ủy, Ban Chỉ huy Quân sự quận, huyện ký, "
        "triển khai kế hoạch phối hợp thực hiện công tác dân vận năm 2024",
        group="I. Công tác chỉ đạo, hướng dẫn",
        parts=(
            "Hướng dẫn, đôn đốc Ban Dân vận quận ủy, huyện ủy chủ trì, phối hợp với Ban Chỉ huy "
            "Quân sự các quận, huyện xây dựng kế hoạch phối hợp công tác năm 2024",
            "Chỉ đạo Ban Chỉ huy Quân sự các quận, huyện chủ động phối hợp với Ban Dân vận các "
            "quận ủy, huyện ủy xây dựng kế hoạch phối hợp công tác năm 2024",
        ),
        due="Quý I",
    ),
    Item(
        code="NV03",
        number="3",
        text=LONG_TASK,
        group="I. Công tác chỉ đạo, hướng dẫn",
        parts=(
            LONG_PART,
            "- Chủ trì tổ chức các Hội nghị quán triệt trong lực lượng vũ trang thành phố\n"
            "- Cụ thể hoá các văn bản của Trung ương, Thành ủy về công tác dân vận thành văn bản "
            "lãnh đạo, chỉ đạo, triển khai thực hiện",
        ),
        due="Quý II",
    ),
    Item(
        code="NV06",
        number="6",
        text="Phối hợp bám sát địa bàn, nắm chắc tình hình, tâm tư, nguyện vọng chính đáng của "
        "Nhân dân. Chủ động đánh giá, dự báo các vấn đề tiềm ẩn có thể phát sinh phức tạp; tham "
        "mưu với cấp ủy đảng, chính quyền các giải pháp công tác dân vận tham gia phòng ngừa và "
        "xử lý các vụ việc phức tạp ngay từ cơ sở, không để phát sinh thành “điểm nóng”, nhất là "
        "trong các lĩnh vực: đất đai, lao động, tôn giáo, môi trường. Thực hiện tốt chế độ thông "
        "tin, báo cáo giữa hai cơ quan",
        group="II. Nắm tình hình, tổng kết",
        parts=(
            "Phối hợp, hướng dẫn Ban Dân vận các quận, huyện phối hợp với Ban Chỉ huy quân sự nắm "
            "tình hình Nhân dân",
            "Chủ trì, chỉ đạo Ban Chỉ huy quân sự các quận, huyện bám sát địa bàn, nắm chắc tình "
            "hình Nhân dân",
        ),
        due="Thường xuyên",
    ),
    Item(
        code="NV07",
        number="7",
        text="Tham gia Hội thi “Dân vận khéo” lực lượng vũ trang Quân khu năm 2024",
        group="II. Nắm tình hình, tổng kết",
        parts=(
            "Phối hợp trao đổi, cung cấp thông tin, tài liệu nghiệp vụ công tác dân vận của Đảng "
            "bộ thành phố",
            "Chủ trì, chuẩn bị nhân lực, nội dung, điều kiện tham gia Hội thi",
        ),
        due="Quý III",
        unit_types=("quận", "huyện"),
    ),
    Item(
        code="NV08",
        number="8",
        text="Nhiệm vụ riêng của các huyện đảo",
        group="II. Nắm tình hình, tổng kết",
        due="Quý IV",
        unit_types=("huyện",),
    ),
)

INDICATORS = (
    Item(
        code="CT01",
        number="",
        text="Xã, phường, thị trấn có mô hình “Dân vận khéo”",
        target=Decimal(1),
        target_is_rate=True,
        unit_of_measure="xã, phường",
    ),
    Item(
        code="CT02",
        number="",
        text="Cơ sở tôn giáo được lập hồ sơ đăng ký đất đai (tổng số 239 cơ sở toàn thành phố)",
        target=Decimal("0.4"),
        target_is_rate=True,
        unit_of_measure="cơ sở",
    ),
    Item(
        code="CT03",
        number="",
        text="Người đứng đầu cấp ủy, chính quyền đối thoại trực tiếp với Nhân dân",
        target=Decimal(2),
        unit_of_measure="cuộc",
        extra={"Căn cứ": "Quyết định số 1155-QĐ/TU"},
    ),
)


def ratio(numerator: str, denominator: str) -> Expression:
    """``[numerator]/[denominator]``."""
    return Expression(
        f"[{numerator}]/[{denominator}]", Binary("/", Ref(numerator), Ref(denominator))
    )


def _task_form() -> Form:
    def field(code: str, title: str, type_: FieldType = FieldType.TEXT, **more: object) -> Field:
        return Field("BM01", code, title, type_, **more)  # type: ignore[arg-type]

    work, result = "Phân công nhiệm vụ", "Kết quả thực hiện"
    return Form(
        code="BM01",
        name="Kết quả thực hiện nhiệm vụ phối hợp công tác dân vận",
        kind=FormKind.FIXED,
        source="tasks",
        periods=("2024-Q1", "2024-Q2"),
        guidance="Cột “Trạng thái” chọn trong danh sách; cột “Kết quả, số liệu cụ thể” nêu rõ số "
        "hội nghị, số người tham dự, số văn bản đã ban hành trong kỳ.",
        fields=(
            field("noi_dung", "Nội dung", prefill="text"),
            field("phan_1", "Ban Dân vận Thành ủy", group=work, prefill="part1"),
            field("phan_2", "Bộ Chỉ huy Quân sự thành phố", group=work, prefill="part2"),
            field("thoi_gian", "Thời gian", prefill="due"),
            field(
                "trang_thai",
                "Trạng thái",
                FieldType.CHOICE,
                group=result,
                choices="trang_thai",
                required=True,
                role=Role.STATUS,
                over_units=Aggregation.SHARE,
                over_periods=Aggregation.LAST,
            ),
            field(
                "so_cuoc",
                "Số hoạt động",
                FieldType.INTEGER,
                group=result,
                unit_of_measure="cuộc",
                minimum=Decimal(0),
                over_units=Aggregation.SUM,
                over_periods=Aggregation.SUM,
            ),
            field("ngay", "Ngày hoàn thành", FieldType.DATE, group=result),
            field("ket_qua", "Kết quả, số liệu cụ thể", group=result, required=True),
            field("ghi_chu", "Ghi chú", role=Role.REMARK),
        ),
    )


def _indicator_form() -> Form:
    def field(code: str, title: str, type_: FieldType = FieldType.TEXT, **more: object) -> Field:
        return Field("BM02", code, title, type_, **more)  # type: ignore[arg-type]

    summed = {"over_units": Aggregation.SUM, "over_periods": Aggregation.SUM}
    return Form(
        code="BM02",
        name="Kết quả thực hiện các chỉ tiêu công tác dân vận",
        kind=FormKind.FIXED,
        source="indicators",
        periods=("2024-Q1", "2024-Q2"),
        total_row=True,
        fields=(
            field("chi_tieu", "Chỉ tiêu", prefill="text"),
            field("dvt", "ĐVT", prefill="unit"),
            field("muc_tieu", "Chỉ tiêu giao", FieldType.DECIMAL, prefill="target"),
            field(
                "giao", "Tổng số được giao", FieldType.INTEGER, prefill="allotment", role=Role.PLAN
            ),
            field(
                "thuc_hien",
                "Thực hiện trong kỳ",
                FieldType.INTEGER,
                required=True,
                minimum=Decimal(0),
                maximum=Decimal(100000),
                role=Role.ACTUAL,
                **summed,
            ),
            field(
                "ty_le",
                "Tỷ lệ %",
                FieldType.FORMULA,
                unit_of_measure="%",
                formula=ratio("thuc_hien", "giao"),
                role=Role.RATE,
                over_units=Aggregation.RECOMPUTE,
                over_periods=Aggregation.RECOMPUTE,
            ),
            field(
                "luy_ke",
                "Lũy kế từ đầu năm",
                FieldType.INTEGER,
                minimum=Decimal(0),
                role=Role.CUMULATIVE,
                over_units=Aggregation.SUM,
                over_periods=Aggregation.LAST,
            ),
            field("ghi_chu", "Ghi chú", role=Role.REMARK),
        ),
    )


def _model_form() -> Form:
    def field(code: str, title: str, type_: FieldType = FieldType.TEXT, **more: object) -> Field:
        return Field("BM03", code, title, type_, **more)  # type: ignore[arg-type]

    when = "Thời gian thực hiện"
    return Form(
        code="BM03",
        name="Đăng ký mô hình, điển hình “Dân vận khéo”",
        kind=FormKind.OPEN,
        periods=("2024-Q1", "2024-Q2"),
        blank_rows=12,
        total_row=True,
        guidance="Mỗi mô hình ghi một dòng. Xã, phường đăng ký tối thiểu 05 mô hình; cơ quan, "
        "doanh nghiệp, trường học ít nhất 01 mô hình.",
        fields=(
            field("ten", "Tên mô hình", required=True),
            field("dia_chi", "Địa chỉ"),
            field(
                "bat_dau",
                "Bắt đầu",
                FieldType.DATE,
                group=when,
                minimum=date(2024, 1, 1),
                maximum=date(2024, 12, 31),
            ),
            field("ket_thuc", "Kết thúc", FieldType.DATE, group=when),
            field("noi_dung", "Nội dung thực hiện"),
            field("chu", "Chủ mô hình"),
            field("phu_trach", "Phụ trách", FieldType.CHOICE, choices="phu_trach"),
            field(
                "linh_vuc",
                "Lĩnh vực",
                FieldType.CHOICE,
                choices="linh_vuc",
                required=True,
                over_units=Aggregation.SHARE,
            ),
            field(
                "kinh_phi",
                "Kinh phí",
                FieldType.DECIMAL,
                unit_of_measure="triệu đồng",
                minimum=Decimal(0),
                over_units=Aggregation.SUM,
                over_periods=Aggregation.SUM,
            ),
        ),
    )


def _question_form() -> Form:
    def field(code: str, title: str, type_: FieldType = FieldType.TEXT, **more: object) -> Field:
        return Field("BM04", code, title, type_, **more)  # type: ignore[arg-type]

    talks, opinion = "I. Đối thoại với Nhân dân", "II. Đánh giá chung"
    return Form(
        code="BM04",
        name="Một số nội dung khác / kiến nghị, đề xuất",
        kind=FormKind.QUESTIONS,
        periods=("2024-Q1",),
        fields=(
            field(
                "so_cuoc",
                "Số cuộc đối thoại của người đứng đầu cấp ủy, chính quyền đã tổ chức",
                FieldType.INTEGER,
                group=talks,
                unit_of_measure="cuộc",
                required=True,
                minimum=Decimal(0),
                help="Chỉ tính các cuộc đối thoại trực tiếp, có thông báo kết luận bằng văn bản.",
            ),
            field(
                "ke_hoach",
                "Số cuộc đối thoại theo kế hoạch năm",
                FieldType.INTEGER,
                group=talks,
                unit_of_measure="cuộc",
            ),
            field(
                "ty_le",
                "Tỷ lệ thực hiện so với kế hoạch",
                FieldType.FORMULA,
                group=talks,
                unit_of_measure="%",
                formula=ratio("so_cuoc", "ke_hoach"),
            ),
            field(
                "hai_long",
                "Tỷ lệ ý kiến của Nhân dân được trả lời, giải quyết",
                FieldType.RATE,
                group=talks,
                unit_of_measure="%",
                minimum=Decimal(0),
                maximum=Decimal(1),
            ),
            field("xep_loai", "Tự xếp loại", FieldType.CHOICE, group=opinion, choices="xep_loai"),
            field("ngay_hop", "Ngày họp sơ kết", FieldType.DATE, group=opinion),
            field("kien_nghi", "Kiến nghị, đề xuất với hai cơ quan", group=opinion),
        ),
    )


def _units() -> tuple[Unit, ...]:
    return (
        Unit("305", "Quận Lê Chân", "Lê Chân", "quận", order=1),
        Unit("311", "Huyện Thuỷ Nguyên", "Thuỷ Nguyên", "huyện", order=2),
        Unit("SO", "Sở Nội vụ", "Sở Nội vụ", "sở", order=3, valid_to=date(2023, 12, 31)),
    )


def programme(profile: Profile = Profile.PARTY) -> Programme:
    """Four forms, one of each kind and both item lists; 305 owes four in Q1, three in Q2."""
    return Programme(
        code="HP-2024",
        name="Kế hoạch phối hợp thực hiện công tác dân vận năm 2024",
        year=2024,
        issuers=("Ban Dân vận Thành ủy", "Bộ Chỉ huy Quân sự thành phố"),
        superior="Thành ủy Hải Phòng",
        profile=profile,
        recipients=(
            "Ban Dân vận Thành ủy Hải Phòng (bandanvan@haiphong.example)",
            "Phòng Chính trị, Bộ Chỉ huy Quân sự thành phố",
        ),
        issue="1",
        units=_units(),
        periods=(
            Period(
                "2024-Q1",
                "Quý I/2024",
                date(2024, 1, 1),
                date(2024, 3, 31),
                date(2024, 3, 14),
                PeriodKind.QUARTER,
                ("2024-H1",),
            ),
            Period(
                "2024-Q2",
                "Quý II/2024",
                date(2024, 4, 1),
                date(2024, 6, 30),
                None,
                PeriodKind.QUARTER,
                ("2024-H1",),
            ),
        ),
        forms=(_task_form(), _indicator_form(), _model_form(), _question_form()),
        choices=(
            ChoiceList(
                "trang_thai",
                ("Chưa triển khai", "Đang thực hiện", "Đã hoàn thành", "Chậm tiến độ"),
            ),
            ChoiceList("phu_trach", ("Tập thể", "Cá nhân")),
            ChoiceList(
                "linh_vuc",
                (
                    "Kinh tế",
                    "Văn hóa - xã hội",
                    "Quốc phòng - an ninh",
                    "Xây dựng hệ thống chính trị",
                ),
            ),
            # longer than the 255 characters a dropdown can hold in itself
            ChoiceList(
                "xep_loai", tuple(f"Loại {n}: hoàn thành nhiệm vụ ở mức {n}" for n in range(1, 13))
            ),
        ),
        item_lists={"tasks": TASKS, "indicators": INDICATORS},
        rules=(
            Rule(
                "QT01",
                "BM02",
                Expression(
                    "[luy_ke] >= [thuc_hien]", Binary(">=", Ref("luy_ke"), Number(Decimal(0)))
                ),
                Severity.WARNING,
                "Lũy kế nhỏ hơn thực hiện trong kỳ.",
            ),
        ),
        charts=(),
        allotments={("CT01", "305"): Decimal(15), ("CT02", "305"): Decimal(12)},
        fingerprint="0123456789abcdef" * 4,
    )


def _fields(kinds: list[tuple[FieldType, str, str]]) -> tuple[Field, ...]:
    return tuple(
        Field(
            "F",
            f"c{n}",
            f"Cột {n}",
            type_,
            group=group,
            prefill="" if type_ is FieldType.FORMULA else prefill,
            formula=Expression("1", Number(Decimal(1))) if type_ is FieldType.FORMULA else None,
        )
        for n, (type_, group, prefill) in enumerate(kinds)
    )


_columns = st.lists(
    st.tuples(
        st.sampled_from(FieldType),
        st.sampled_from(["", "Nhóm A", "Nhóm B"]),
        st.sampled_from(["", "", "text", "part1"]),
    ),
    min_size=1,
    max_size=12,
)
_items = st.lists(st.sampled_from(["", "I", "II"]), max_size=8)


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Programme, SheetLayout]:
    """A programme of one form of any shape, and the layout of its sheet for unit 305."""
    form = Form(
        "F",
        "Biểu",
        draw(st.sampled_from(FormKind)),
        _fields(draw(_columns)),
        source="tasks",
        periods=("2024-Q1",),
        blank_rows=draw(st.integers(0, 6)),
        total_row=draw(st.booleans()),
        guidance=draw(st.sampled_from(["", "Ghi đủ."])),
    )
    rows = tuple(Item(f"i{n}", "", "x", group=g) for n, g in enumerate(draw(_items)))
    whole = replace(
        programme(),
        forms=(form,),
        item_lists={"tasks": rows},
        issuers=draw(st.sampled_from([("A",), ("A", "B")])),
        superior=draw(st.sampled_from(["", "S"])),
    )
    return whole, layout(whole, whole.unit("305"), whole.period("2024-Q1")).sheets[0]

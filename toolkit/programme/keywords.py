"""The closed lists of words of a programme workbook: what each means, how it is written.

Vietnamese comes first and is what is written, English is accepted too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from toolkit.findings import Severity
from toolkit.programme.model import (
    Aggregation,
    ChartKind,
    FaultyAnswers,
    FieldType,
    FormKind,
    PeriodKind,
    Profile,
    Role,
    SuccessionKind,
)
from toolkit.text import match_key

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Keyword(Generic[E]):
    """A word of a closed list: what it means, how it is written, what else is accepted."""

    value: E
    vi: str
    others: tuple[str, ...] = ()


Keywords = tuple[Keyword[E], ...]


def lookup(table: Keywords[E], text: str) -> E | None:
    """The meaning of a keyword, or None for a word that is not in the table."""
    key = match_key(text)
    for word in table:
        if key in (match_key(word.vi), word.value, *map(match_key, word.others)):
            return word.value
    return None


def written(table: Keywords[E], value: E) -> str:
    """The Vietnamese word for a meaning; KeyError where the table has none."""
    for word in table:
        if word.value == value:
            return word.vi
    raise KeyError(value)


PROFILES: Keywords[Profile] = (
    Keyword(Profile.PARTY, "đảng"),
    Keyword(Profile.STATE, "nhà nước"),
)
PERIOD_KINDS: Keywords[PeriodKind] = (
    Keyword(PeriodKind.MONTH, "tháng"),
    Keyword(PeriodKind.QUARTER, "quý", ("quí",)),
    Keyword(PeriodKind.HALF, "6 tháng", ("sáu tháng", "half-year")),
    Keyword(PeriodKind.NINE_MONTHS, "9 tháng", ("chín tháng", "nine months")),
    Keyword(PeriodKind.YEAR, "năm"),
    Keyword(PeriodKind.OTHER, "khác"),
)
FORM_KINDS: Keywords[FormKind] = (
    Keyword(FormKind.FIXED, "dòng cố định"),
    Keyword(FormKind.OPEN, "danh sách"),
    Keyword(FormKind.QUESTIONS, "câu hỏi"),
)
FIELD_TYPES: Keywords[FieldType] = (
    Keyword(FieldType.TEXT, "văn bản"),
    Keyword(FieldType.INTEGER, "số nguyên"),
    Keyword(FieldType.DECIMAL, "số thập phân"),
    Keyword(FieldType.RATE, "tỷ lệ", ("tỉ lệ",)),
    Keyword(FieldType.DATE, "ngày"),
    Keyword(FieldType.CHOICE, "danh mục"),
    Keyword(FieldType.FORMULA, "công thức"),
)
AGGREGATIONS: Keywords[Aggregation] = (
    Keyword(Aggregation.SUM, "cộng"),
    Keyword(Aggregation.LAST, "cuối kỳ", ("cuối kì",)),
    Keyword(Aggregation.MAX, "lớn nhất"),
    Keyword(Aggregation.MIN, "nhỏ nhất"),
    Keyword(Aggregation.MEAN, "trung bình"),
    Keyword(Aggregation.WEIGHTED_MEAN, "bình quân gia quyền", ("weighted mean",)),
    Keyword(Aggregation.RECOMPUTE, "tính lại"),
    Keyword(Aggregation.COUNT, "đếm"),
    Keyword(Aggregation.DISTINCT, "đếm khác nhau"),
    Keyword(Aggregation.SHARE, "đếm theo lựa chọn"),
    Keyword(Aggregation.LIST, "liệt kê"),
    Keyword(Aggregation.NONE, "không"),
)
FAULTY_ANSWERS: Keywords[FaultyAnswers] = (
    Keyword(FaultyAnswers.EXCLUDE, "loại ra"),
    Keyword(FaultyAnswers.INCLUDE, "tính và đánh dấu"),
)
ROLES: Keywords[Role] = (
    Keyword(Role.TARGET, "chỉ tiêu"),
    Keyword(Role.PLAN, "kế hoạch"),
    Keyword(Role.ACTUAL, "thực hiện"),
    Keyword(Role.CUMULATIVE, "lũy kế"),
    Keyword(Role.RATE, "tỷ lệ", ("tỉ lệ",)),
    Keyword(Role.STATUS, "trạng thái"),
    Keyword(Role.REMARK, "ghi chú"),
    Keyword(Role.KEY, "mã riêng"),
    Keyword(Role.SELF_SCORE, "tự chấm", ("self-score",)),
    Keyword(Role.EVIDENCE, "minh chứng"),
)
SEVERITIES: Keywords[Severity] = (
    Keyword(Severity.ERROR, "lỗi"),
    Keyword(Severity.WARNING, "cảnh báo"),
)
SUCCESSION_KINDS: Keywords[SuccessionKind] = (
    Keyword(SuccessionKind.MERGE, "sáp nhập", ("nhập", "hợp nhất")),
    Keyword(SuccessionKind.SPLIT, "chia tách", ("tách", "chia")),
    Keyword(SuccessionKind.RENAME, "đổi tên"),
    Keyword(SuccessionKind.MOVE, "chuyển cấp trên"),
)
CHART_KINDS: Keywords[ChartKind] = (
    Keyword(ChartKind.STATUS, "trạng thái theo kỳ"),
    Keyword(ChartKind.TARGET, "chỉ tiêu - thực hiện"),
    Keyword(ChartKind.PUNCTUALITY, "ma trận đúng hạn"),
    Keyword(ChartKind.PROGRESS, "tiến độ lũy kế"),
    Keyword(ChartKind.BREAKDOWN, "theo lựa chọn"),
)


class Meaning(StrEnum):
    """The kinds of nothing that a wording can stand for (``Programme.wordings``)."""

    ZERO = "zero"
    NIL = "nil"
    NOT_APPLICABLE = "not_applicable"
    NOT_AVAILABLE = "not_available"
    MISSING = "missing"


MEANINGS: Keywords[Meaning] = (
    Keyword(Meaning.ZERO, "bằng 0"),
    Keyword(Meaning.NIL, "không có", ("không phát sinh",)),
    Keyword(Meaning.NOT_APPLICABLE, "không áp dụng", ("not applicable",)),
    Keyword(Meaning.NOT_AVAILABLE, "chưa có số liệu", ("not available",)),
    Keyword(Meaning.MISSING, "để trống", ("blank",)),
)
YES = ("có", "yes", "x", "true", "1")
NO = ("không", "no", "false", "0")


class Source(StrEnum):
    """The item lists, by the code they have in ``Programme.item_lists``."""

    TASKS = "tasks"
    INDICATORS = "indicators"
    CRITERIA = "criteria"


SOURCES: Keywords[Source] = (
    Keyword(Source.TASKS, "Nhiệm vụ"),
    Keyword(Source.INDICATORS, "Chỉ tiêu"),
    Keyword(Source.CRITERIA, "Tiêu chí"),
)


class Prefill(StrEnum):
    """The item columns a field can be filled from (``Field.prefill``)."""

    NUMBER = "number"
    TEXT = "text"
    GROUP = "group"
    LEAD = "lead"
    PART1 = "part1"
    PART2 = "part2"
    DUE = "due"
    TARGET = "target"
    UNIT = "unit"
    ALLOTMENT = "allotment"


PREFILLS: Keywords[Prefill] = (
    Keyword(Prefill.NUMBER, "số hiệu"),
    Keyword(Prefill.TEXT, "nội dung"),
    Keyword(Prefill.GROUP, "nhóm"),
    Keyword(Prefill.LEAD, "chủ trì"),
    Keyword(Prefill.PART1, "phần việc 1", ("part 1",)),
    Keyword(Prefill.PART2, "phần việc 2", ("part 2",)),
    Keyword(Prefill.DUE, "thời gian"),
    Keyword(Prefill.TARGET, "chỉ tiêu giao"),
    Keyword(Prefill.UNIT, "ĐVT", ("unit of measure",)),
    Keyword(Prefill.ALLOTMENT, "giao theo đơn vị"),
)

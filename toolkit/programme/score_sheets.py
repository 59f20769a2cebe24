"""The sheets Tiêu chí and Xếp loại as the programme workbook has them, and their words."""

from __future__ import annotations

from enum import StrEnum

from toolkit.programme.keywords import Keyword, Keywords
from toolkit.programme.sheet_spec import Column, ColumnKind, Sheet


class Method(StrEnum):
    """How the points of a criterion come about."""

    FORMULA = "formula"
    SELF = "self"


METHODS: Keywords[Method] = (
    Keyword(Method.FORMULA, "công thức"),
    Keyword(Method.SELF, "tự chấm", ("self-scored",)),
)


class Measure(StrEnum):
    """What a criterion can count beside the figures of the forms, and a band beside those.

    The last five stand for points and are known to the conditions of bands alone.
    """

    OWED = "owed"
    RECEIVED = "received"
    ON_TIME = "on_time"
    LATE = "late"
    RETURNED = "returned"
    TASKS = "tasks"
    TASKS_DONE = "tasks_done"
    TASKS_BEHIND = "tasks_behind"
    TASKS_OVERDUE = "tasks_overdue"
    TOTAL = "total"
    RATIO = "ratio"
    LOWEST = "lowest"
    BONUS = "bonus"
    INCOMPLETE = "incomplete"


MEASURES: Keywords[Measure] = (
    Keyword(Measure.OWED, "số báo cáo phải nộp", ("returns owed",)),
    Keyword(Measure.RECEIVED, "số báo cáo đã nộp", ("returns received",)),
    Keyword(Measure.ON_TIME, "số báo cáo đúng hạn", ("returns on time",)),
    Keyword(Measure.LATE, "số báo cáo chậm", ("returns late",)),
    Keyword(Measure.RETURNED, "số báo cáo phải sửa", ("returns to correct",)),
    Keyword(Measure.TASKS, "số nhiệm vụ", ("tasks",)),
    Keyword(Measure.TASKS_DONE, "số nhiệm vụ hoàn thành", ("tasks done",)),
    Keyword(Measure.TASKS_BEHIND, "số nhiệm vụ chậm", ("tasks behind",)),
    Keyword(Measure.TASKS_OVERDUE, "số nhiệm vụ quá hạn", ("tasks overdue",)),
)
POINTS: Keywords[Measure] = (
    Keyword(Measure.TOTAL, "tổng điểm", ("total",)),
    Keyword(Measure.RATIO, "tỷ lệ điểm", ("ratio of points",)),
    Keyword(Measure.LOWEST, "tỷ lệ điểm thấp nhất", ("lowest ratio",)),
    Keyword(Measure.BONUS, "tổng điểm thưởng", ("bonus points",)),
    Keyword(Measure.INCOMPLETE, "số tiêu chí chưa đủ căn cứ", ("criteria incomplete",)),
)

CRITERIA = Sheet(
    "criteria",
    "Tiêu chí",
    "Criteria",
    "tieu-chi.csv",
    (
        Column("code", "mã", "code", ColumnKind.CODE, required=True, width=9),
        Column("text", "nội dung", "text", required=True, width=44),
        Column("group", "nhóm", "group", width=16),
        Column("maximum", "điểm tối đa", "maximum", ColumnKind.NUMBER, required=True),
        Column(
            "method",
            "cách tính",
            "method",
            ColumnKind.KEYWORD,
            required=True,
            words=tuple(word.vi for word in METHODS),
        ),
        Column("formula", "công thức", "formula", width=50),
        Column("condition", "điều kiện", "condition", width=36),
        Column("bonus", "điểm thưởng", "bonus", ColumnKind.FLAG, words=("có", "không")),
        Column("unit_types", "đối tượng", "unit types", ColumnKind.CODES, refers="units.type"),
    ),
)
BANDS = Sheet(
    "bands",
    "Xếp loại",
    "Bands",
    "xep-loai.csv",
    (
        Column("name", "tên", "name", required=True, width=30),
        Column("least", "từ điểm", "from points", ColumnKind.NUMBER, required=True),
        Column("condition", "điều kiện", "condition", width=56),
        Column("share", "tỷ lệ tối đa", "largest share", ColumnKind.NUMBER),
        Column("unit_types", "đối tượng", "unit types", ColumnKind.CODES, refers="units.type"),
    ),
)

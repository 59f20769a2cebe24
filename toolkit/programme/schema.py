"""The table of sheets, headings and keywords of a programme workbook.

Reading, checking, building and the help in the built workbook all derive from here; nothing
else names a heading. Vietnamese comes first and is what is written, English is accepted too.
"""

from __future__ import annotations

from toolkit.programme.keywords import (
    AGGREGATIONS,
    CHART_KINDS,
    FAULTY_ANSWERS,
    FIELD_TYPES,
    FORM_KINDS,
    MEANINGS,
    NO,
    PERIOD_KINDS,
    PROFILES,
    ROLES,
    SEVERITIES,
    SUCCESSION_KINDS,
    YES,
    E,
    Keywords,
    Source,
)
from toolkit.programme.score_sheets import BANDS, CRITERIA
from toolkit.programme.sheet_spec import Column as Column
from toolkit.programme.sheet_spec import ColumnKind as ColumnKind
from toolkit.programme.sheet_spec import Sheet as Sheet
from toolkit.text import match_key


def _words(table: Keywords[E]) -> tuple[str, ...]:
    return tuple(word.vi for word in table)


_FLAG_WORDS = (YES[0], NO[0])
_CODE, _CODES, _TEXTS = ColumnKind.CODE, ColumnKind.CODES, ColumnKind.TEXTS
_NUMBER, _DATE, _LIMIT = ColumnKind.NUMBER, ColumnKind.DATE, ColumnKind.LIMIT
_FLAG, _KEYWORD = ColumnKind.FLAG, ColumnKind.KEYWORD

PROGRAMME = Sheet(
    "programme",
    "Chương trình",
    "Programme",
    "chuong-trinh.csv",
    (
        Column("key", "Mục", "Key", required=True, width=24),
        Column("value", "Giá trị", "Value", required=True, width=70),
        Column("remark", "Ghi chú", "Remark", width=40),
    ),
    required=True,
)
# The keys of the sheet Chương trình, in the order they are written.
PROGRAMME_KEYS: tuple[Column, ...] = (
    Column("code", "mã", "code", _CODE, required=True),
    Column("name", "tên", "name", required=True),
    Column("year", "năm", "year", _NUMBER, required=True),
    Column("issuer", "cơ quan ban hành", "issuer", _TEXTS, required=True),
    Column("superior", "cơ quan cấp trên", "superior"),
    Column("profile", "thể thức", "profile", _KEYWORD, required=True, words=_words(PROFILES)),
    Column("recipients", "nơi nhận báo cáo", "recipients", _TEXTS),
    Column("issue", "lần phát hành", "issue", _CODE),
    Column(
        "faulty_answers",
        "số liệu có lỗi",
        "faulty answers",
        _KEYWORD,
        words=_words(FAULTY_ANSWERS),
    ),
    Column("last_year", "chương trình năm trước", "last year's programme"),
)
UNITS = Sheet(
    "units",
    "Đơn vị",
    "Units",
    "don-vi.csv",
    (
        Column("code", "mã", "code", _CODE, required=True, width=9),
        Column("name", "tên", "name", required=True, width=26),
        Column("short", "tên ngắn", "short", width=16),
        Column("type", "loại", "type", required=True, width=12),
        Column("parent", "mã cấp trên", "parent", _CODE, refers="units.code", width=12),
        Column("aliases", "tên khác", "aliases", _TEXTS, width=40),
        Column("email", "email", "e-mail", width=24),
        Column("valid_from", "từ ngày", "from", _DATE),
        Column("valid_to", "đến ngày", "to", _DATE),
        Column("order", "thứ tự", "order", _NUMBER, width=9),
    ),
    required=True,
)
SUCCESSIONS = Sheet(
    "successions",
    "Kế thừa",
    "Successions",
    "ke-thua.csv",
    (
        Column(
            "predecessor",
            "đơn vị cũ",
            "predecessor",
            _CODE,
            required=True,
            refers="units.code",
            width=14,
        ),
        Column("successor", "đơn vị mới", "successor", _CODE, refers="units.code", width=14),
        Column("day", "ngày", "date", _DATE, required=True),
        Column(
            "kind",
            "loại",
            "kind",
            _KEYWORD,
            required=True,
            words=_words(SUCCESSION_KINDS),
            width=18,
        ),
        Column("share", "tỷ lệ", "share", _NUMBER, width=10),
        Column(
            "former",
            "cấp trên cũ",
            "former superior",
            _CODE,
            refers="units.code",
            width=14,
        ),
        Column("remark", "ghi chú", "remark", width=50),
    ),
)
PERIODS = Sheet(
    "periods",
    "Kỳ báo cáo",
    "Periods",
    "ky-bao-cao.csv",
    (
        Column("code", "mã", "code", _CODE, required=True),
        Column("name", "tên", "name", required=True, width=26),
        Column("kind", "loại", "kind", _KEYWORD, words=_words(PERIOD_KINDS)),
        Column("start", "từ", "from", _DATE, required=True),
        Column("end", "đến", "to", _DATE, required=True),
        Column("due", "hạn nộp", "due", _DATE),
        Column("within", "thuộc kỳ", "within", _CODES, width=26),
        Column("optional", "tùy chọn", "optional", _FLAG, words=_FLAG_WORDS, width=10),
    ),
    required=True,
)
FORMS = Sheet(
    "forms",
    "Biểu",
    "Forms",
    "bieu.csv",
    (
        Column("code", "mã", "code", _CODE, required=True, width=9),
        Column("name", "tên", "name", required=True, width=40),
        Column("kind", "kiểu", "kind", _KEYWORD, required=True, words=_words(FORM_KINDS)),
        Column("source", "nguồn dòng", "source", refers="sources", width=16),
        Column("unit_types", "đối tượng", "unit types", _CODES, refers="units.type", width=20),
        Column("periods", "kỳ", "periods", _CODES, width=14),
        Column("blank_rows", "số dòng trống", "blank rows", _NUMBER),
        Column("total_row", "dòng tổng cộng", "total row", _FLAG, words=_FLAG_WORDS),
        Column("guidance", "hướng dẫn", "guidance", width=60),
    ),
    required=True,
)
FIELDS = Sheet(
    "fields",
    "Cột",
    "Fields",
    "cot.csv",
    (
        Column("form", "biểu", "form", _CODE, required=True, refers="forms.code", width=9),
        Column("code", "mã", "code", _CODE, required=True, width=15),
        Column("title", "tiêu đề", "title", required=True, width=30),
        Column("group", "nhóm tiêu đề", "group", width=20),
        Column("type", "kiểu", "type", _KEYWORD, required=True, words=_words(FIELD_TYPES)),
        Column("unit_of_measure", "ĐVT", "unit of measure", width=10),
        Column("required", "bắt buộc", "required", _FLAG, words=_FLAG_WORDS, width=10),
        Column("choices", "danh mục", "choices", _CODE, refers="choices.code", width=14),
        Column("minimum", "nhỏ nhất", "min", _LIMIT),
        Column("maximum", "lớn nhất", "max", _LIMIT),
        Column("formula", "công thức", "formula", width=30),
        Column(
            "over_units",
            "tổng hợp theo đơn vị",
            "over units",
            _KEYWORD,
            words=_words(AGGREGATIONS),
            width=18,
        ),
        Column(
            "over_periods",
            "tổng hợp theo kỳ",
            "over periods",
            _KEYWORD,
            words=_words(AGGREGATIONS),
            width=18,
        ),
        Column("weight", "trọng số", "weight", _CODE, width=14),
        # Open: any further heading of the item sheet may stand here too.
        Column("prefill", "điền sẵn", "prefill", refers="prefills", width=16),
        Column("width", "độ rộng", "width", _NUMBER, width=9),
        Column("help", "giải thích", "help", width=40),
        Column("role", "vai trò", "role", _KEYWORD, words=_words(ROLES)),
    ),
    required=True,
)
CHOICES = Sheet(
    "choices",
    "Danh mục",
    "Choices",
    "danh-muc.csv",
    (
        Column("code", "mã", "code", _CODE, required=True, width=18),
        Column("value", "giá trị", "value", _TEXTS, required=True, width=50),
    ),
)
_ITEM_COLUMNS = (
    Column("code", "mã", "code", _CODE, required=True, width=9),
    Column("number", "số hiệu", "number", _CODE, width=9),
    Column("text", "nội dung", "text", required=True, width=50),
    Column("group", "nhóm", "group", width=16),
    Column("lead", "chủ trì", "lead", width=18),
    Column("part1", "phần việc 1", "part 1", width=40),
    Column("part2", "phần việc 2", "part 2", width=40),
    Column("due", "thời gian", "due", width=14),
    Column("unit_types", "đối tượng", "unit types", _CODES, refers="units.type", width=14),
    Column("target", "chỉ tiêu giao", "target", _NUMBER),
    Column("unit_of_measure", "ĐVT", "unit of measure", width=14),
)
TASKS = Sheet(
    Source.TASKS.value, "Nhiệm vụ", "Tasks", "nhiem-vu.csv", _ITEM_COLUMNS, open_headings=True
)
INDICATORS = Sheet(
    Source.INDICATORS.value,
    "Chỉ tiêu",
    "Indicators",
    "chi-tieu.csv",
    _ITEM_COLUMNS,
    open_headings=True,
)
ALLOTMENTS = Sheet(
    "allotments",
    "Giao chỉ tiêu",
    "Allotments",
    "giao-chi-tieu.csv",
    (
        Column("item", "mã chỉ tiêu", "item", _CODE, required=True, refers="indicators.code"),
        Column("unit", "mã đơn vị", "unit", _CODE, required=True, refers="units.code"),
        Column("value", "giá trị", "value", _NUMBER, required=True),
    ),
)
RULES = Sheet(
    "rules",
    "Quy tắc",
    "Rules",
    "quy-tac.csv",
    (
        Column("code", "mã", "code", _CODE, required=True, width=10),
        Column("form", "biểu", "form", _CODE, required=True, refers="forms.code", width=9),
        Column("rule", "quy tắc", "rule", required=True, width=50),
        Column("severity", "mức độ", "severity", _KEYWORD, words=_words(SEVERITIES)),
        Column("message", "thông báo", "message", required=True, width=50),
        Column("unit_types", "đối tượng", "unit types", _CODES, refers="units.type", width=16),
        Column("periods", "kỳ", "periods", _CODES, width=14),
    ),
)
CHARTS = Sheet(
    "charts",
    "Biểu đồ",
    "Charts",
    "bieu-do.csv",
    (
        Column("code", "mã", "code", _CODE, required=True, width=9),
        Column("title", "tên", "title", required=True, width=40),
        Column(
            "kind", "kiểu", "kind", _KEYWORD, required=True, words=_words(CHART_KINDS), width=22
        ),
        Column("form", "biểu", "form", _CODE, refers="forms.code", width=9),
        Column("category", "cột phân loại", "category", _CODE, width=16),
        Column("values", "cột giá trị", "values", _CODES, width=18),
        Column("items", "dòng", "items", _CODES, width=18),
    ),
)
WAIVERS = Sheet(
    "waivers",
    "Miễn trừ",
    "Waivers",
    "mien-tru.csv",
    (
        Column("unit", "đơn vị", "unit", _CODE, required=True, refers="units.code", width=16),
        Column("rule", "quy tắc", "rule", _CODE, required=True, refers="rules.code", width=18),
        Column("periods", "kỳ", "period", _CODES, width=20),
        Column("reason", "lý do", "reason", required=True, width=60),
    ),
)
WORDINGS = Sheet(
    "wordings",
    "Cách ghi",
    "Wording",
    "cach-ghi.csv",
    (
        Column("wording", "cách ghi", "wording", required=True, width=34),
        Column(
            "meaning",
            "nghĩa là",
            "meaning",
            _KEYWORD,
            required=True,
            words=_words(MEANINGS),
            width=22,
        ),
    ),
)
TRANSFERS = Sheet(
    "transfers",
    "Chuyển lên",
    "Upward",
    "chuyen-len.csv",
    (
        Column("to_form", "biểu nhận", "to form", _CODE, required=True, width=12),
        Column("to_row", "dòng nhận", "to row", _CODE, width=14),
        Column("to_field", "cột nhận", "to field", _CODE, required=True, width=16),
        Column("form", "biểu nguồn", "from form", _CODE, required=True, refers="forms.code"),
        Column("row", "dòng nguồn", "from row", _CODE, width=14),
        Column("field", "cột nguồn", "from field", _CODE, width=16),
    ),
)
SHEETS: tuple[Sheet, ...] = (
    PROGRAMME,
    UNITS,
    SUCCESSIONS,
    PERIODS,
    FORMS,
    FIELDS,
    CHOICES,
    TASKS,
    INDICATORS,
    ALLOTMENTS,
    RULES,
    CRITERIA,
    BANDS,
    CHARTS,
    WAIVERS,
    WORDINGS,
    TRANSFERS,
)
GUIDE_SHEET = "Hướng dẫn"


def find_sheet(name: str) -> Sheet | None:
    """The sheet that goes by that name, in Vietnamese or English."""
    key = match_key(name)
    return next((s for s in SHEETS if key in (match_key(s.vi), match_key(s.en))), None)


def ignored_sheet(name: str) -> bool:
    """Whether a sheet is none of the programme's: helpers (``_…``) and the guide."""
    return name.startswith("_") or match_key(name).startswith(match_key(GUIDE_SHEET))

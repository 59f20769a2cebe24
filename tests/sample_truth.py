"""What ``tong-hop.xlsx`` of the sample must show, worked out without our code.

From ``so-lieu-goc.csv`` (what was typed and what it means) and the programme's CSV files alone,
with fractions instead of decimals. Every data cell of every form sheet of a quarter and of the
year is predicted here, by row and column.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "samples" / "hai-phong-2024"
PROGRAMME = ROOT / "workbook_templates" / "ke-hoach-dan-van"
QUARTERS = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
YEAR = "2024"

FIRST_ROW, FIRST_COLUMN = 8, 3  # of the data of a form's sheet, as Excel counts
Value = Fraction | date | str | None
Grid = dict[tuple[int, int], object]  # (row, column) -> what the cell shows


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Answer:
    """``state`` is "none" where no return came."""

    state: str
    value: Value = None

    @property
    def counts(self) -> bool:
        return self.state in ("value", "zero", "nil")


NO_RETURN = Answer("none")
BLANK = Answer("missing")
WORDS = {"none": "chưa gửi", "missing": "để trống", "unreadable": "có lỗi", "na": "không áp dụng"}


@cache
def truth() -> list[dict[str, str]]:
    return table(SAMPLE / "so-lieu-goc.csv")


@cache
def units() -> dict[str, dict[str, str]]:
    rows = [u for u in table(PROGRAMME / "don-vi.csv") if u["loại"] in ("quận", "huyện")]
    return {u["mã"]: u for u in sorted(rows, key=lambda u: int(u["thứ tự"]))}


@cache
def fields() -> dict[tuple[str, str], dict[str, str]]:
    return {(f["biểu"], f["mã"]): f for f in table(PROGRAMME / "cot.csv")}


@cache
def items(name: str) -> dict[str, dict[str, str]]:
    return {i["mã"]: i for i in table(PROGRAMME / name)}


@cache
def choices(code: str) -> tuple[str, ...]:
    return tuple(c["giá trị"] for c in table(PROGRAMME / "danh-muc.csv") if c["mã"] == code)


@cache
def form_names() -> dict[str, str]:
    return {f["mã"]: f["tên"] for f in table(PROGRAMME / "bieu.csv")}


@cache
def period_names() -> dict[str, str]:
    return {p["mã"]: p["tên"] for p in table(PROGRAMME / "ky-bao-cao.csv")}


@cache
def allotted() -> dict[tuple[str, str], Fraction]:
    rows = table(PROGRAMME / "giao-chi-tieu.csv")
    return {(r["mã chỉ tiêu"], r["mã đơn vị"]): Fraction(r["giá trị"]) for r in rows}


def title(form: str, field: str) -> str:
    return fields()[form, field]["tiêu đề"]


def measured(form: str, field: str) -> str:
    """The title with its unit of measure, as a heading shows it."""
    unit = fields()[form, field]["ĐVT"]
    return f"{title(form, field)} ({unit})" if unit else title(form, field)


def column_heading(form: str, field: str) -> str:
    """The same over a column, where a unit that the title says already is not repeated."""
    said = fields()[form, field]["ĐVT"] in title(form, field)
    return title(form, field) if said else measured(form, field)


def meaning(form: str, field: str, state: str, value: str) -> Answer:
    if state not in ("value", "zero", "nil"):
        return Answer(state)
    kind = fields()[form, field]["kiểu"]
    if kind in ("số nguyên", "số thập phân", "tỷ lệ"):
        return Answer(state, Fraction(value))
    return Answer(state, date.fromisoformat(value) if kind == "ngày" else value)


@cache
def returns() -> dict[tuple[str, str], dict[tuple[str, str, str], Answer]]:
    """(unit, quarter) -> (form, row, field) -> answer; only the returns that count."""
    found: dict[tuple[str, str], dict[tuple[str, str, str], Answer]] = {}
    for row in truth():
        if row["counts"] == "yes":
            key = (row["form"], row["row"], row["field"])
            answers = found.setdefault((row["unit"], row["period"]), {})
            answers[key] = meaning(row["form"], row["field"], row["state"], row["value"])
    for (unit, _), answers in found.items():
        for item in items("chi-tieu.csv"):
            plan = allotted()[item, unit]
            answers["CT", item, "tong_so"] = Answer("value" if plan else "zero", plan)
            rate(answers, ("CT", item, "ty_le"), ("CT", item, "luy_ke"), ("CT", item, "tong_so"))
        rate(
            answers,
            ("DT", "ty_le_giai_quyet", "ty_le_giai_quyet"),
            ("DT", "da_giai_quyet", "da_giai_quyet"),
            ("DT", "y_kien", "y_kien"),
        )
    return found


def rate(answers: dict, target: tuple, over: tuple, under: tuple) -> None:
    a, b = answers.get(over, BLANK), answers.get(under, BLANK)
    if a.counts and b.counts and b.value:
        answers[target] = Answer("value" if a.value else "zero", Fraction(a.value) / b.value)


@cache
def kept_out() -> set[tuple[str, ...]]:
    """Answers that break the rule on running totals, and the rates that rest on them."""
    return {
        (unit, period, "CT", item, field)
        for (unit, period), answers in returns().items()
        for item in items("chi-tieu.csv")
        if (answers.get(("CT", item, "luy_ke"), BLANK).value or 0)
        < (answers.get(("CT", item, "trong_ky"), BLANK).value or 0)
        for field in ("luy_ke", "trong_ky", "ty_le")
    }


def answer(unit: str, period: str, form: str, row: str, field: str) -> Answer:
    """The answer as it enters figures."""
    came = returns().get((unit, period))
    if (unit, period, form, row, field) in kept_out():
        return Answer("unreadable")
    return NO_RETURN if came is None else came.get((form, row, field), BLANK)


def rows_of(unit: str, period: str, form: str) -> list[str] | None:
    """The filled rows of a list; None where no return came."""
    came = returns().get((unit, period))
    if came is None:
        return None
    return sorted({row for one, row, _ in came if one == form}, key=int)


# --- one unit over the quarters -------------------------------------------------------------


@dataclass(frozen=True)
class Own:
    """A unit's figure: what its cell shows, whether it counts, what it lacks."""

    value: Value  # None where nothing counts
    words: str = ""
    standing: str = "in"  # in, partial, missing, unreadable
    gaps: tuple[str, ...] = ()
    came: bool = True  # any return at all


def nothing(found: Sequence[Answer]) -> Own:
    states = {a.state for a in found}
    worst = next(s for s in ("unreadable", "missing", "none") if s in states)
    shown = "missing" if worst == "none" and states != {"none"} else worst
    came = states != {"none"}
    return Own(None, WORDS[shown], "unreadable" if worst == "unreadable" else "missing", (), came)


def added(unit: str, quarters: Sequence[str], form: str, row: str, field: str) -> Own:
    return combined(unit, quarters, form, row, field, lambda v: sum(v, Fraction(0)))


def combined(
    unit: str,
    quarters: Sequence[str],
    form: str,
    row: str,
    field: str,
    make: Callable[[list[Value]], Value],
) -> Own:
    found = [answer(unit, q, form, row, field) for q in quarters]
    counting = [a for a in found if a.counts]
    if not counting:
        return nothing(found)
    gaps = tuple(q for q, a in zip(quarters, found, strict=True) if not a.counts)
    value = make([a.value for a in counting])
    words = "không có" if all(a.state == "nil" for a in counting) else ""
    return Own(value, words, "partial" if gaps else "in", gaps)


def last(unit: str, quarters: Sequence[str], form: str, row: str, field: str) -> Own:
    found = [answer(unit, q, form, row, field) for q in quarters]
    places = [n for n, a in enumerate(found) if a.counts]
    if not places:
        return nothing(found)
    gaps = tuple(quarters[places[-1] + 1 :])
    return Own(found[places[-1]].value, "", "partial" if gaps else "in", gaps)


def opinions(unit: str, quarters: Sequence[str], form: str, row: str, field: str) -> list[str]:
    """The texts that say something ("không" does not)."""
    found = [answer(unit, q, form, row, field) for q in quarters]
    return [str(a.value) for a in found if a.state == "value"]


def listed(unit: str, quarters: Sequence[str], form: str, row: str, field: str) -> Own:
    return combined(unit, quarters, form, row, field, lambda v: "\n".join(dict.fromkeys(v)))


def count_rows(unit: str, quarters: Sequence[str], form: str) -> Own:
    found = [rows_of(unit, q, form) for q in quarters]
    gaps = tuple(q for q, rows in zip(quarters, found, strict=True) if rows is None)
    if len(gaps) == len(quarters):
        return nothing([NO_RETURN])
    total = Fraction(sum(len(rows) for rows in found if rows is not None))
    return Own(total, "", "partial" if gaps else "in", gaps)


def of_rows(unit: str, quarters: Sequence[str], form: str, field: str) -> tuple[Own, list[Value]]:
    """A field of a list over all rows: its sum, its gaps, and the answers that count."""
    values: list[Value] = []
    states: list[Answer] = []
    gaps = []
    for quarter in quarters:
        rows = rows_of(unit, quarter, form)
        found = [answer(unit, quarter, form, row, field) for row in rows or ()]
        states += found or [NO_RETURN]
        values += [a.value for a in found if a.counts]
        if rows is None or any(not a.counts for a in found):
            gaps.append(quarter)
    if not values:
        return nothing(states), []
    numeric = all(isinstance(v, Fraction) for v in values)
    total = sum(values, Fraction(0)) if numeric else None  # type: ignore[arg-type]
    return Own(total, "", "partial" if gaps else "in", tuple(gaps)), values


# --- coverage in words ----------------------------------------------------------------------

Owns = dict[str, Own]  # unit -> figure


def covered(figures: Sequence[tuple[str, Owns]]) -> tuple[str, str]:
    """ "14/15 đơn vị" and the units lacking, of (title, figures of the units)."""
    counts = [(name, sum(o.standing == "in" for o in owns.values())) for name, owns in figures]
    whole = len(units())
    if len({n for _, n in counts}) == 1:
        said = f"{counts[0][1]}/{whole} đơn vị"
    else:
        # the commonest number of units is said once, last; of equally common ones the first
        how_often = Counter(n for _, n in counts)
        common = max(how_often, key=lambda n: how_often[n])
        alone = [(name or "Số dòng đã ghi", n) for name, n in counts]
        if how_often[common] > 1:
            alone = [one for one in alone if one[1] != common] + [("các cột khác", common)]
        said = "\n".join(f"{name}: {n}/{whole}" for name, n in alone)
    if any(n < whole for _, n in counts):
        said += "\n(tạm tính)"
    groups: dict[str, list[str]] = {}
    for name, owns in figures:
        lacking = [lacking_unit(u, own) for u, own in owns.items() if own.standing != "in"]
        if lacking:
            groups.setdefault("; ".join(lacking), []).append(name or "Số dòng đã ghi")
    if len(groups) == 1 and len(next(iter(groups.values()))) == len(figures):
        return said, next(iter(groups))
    return said, "\n".join(f"{', '.join(names)}: {who}" for who, names in groups.items())


def lacking_unit(unit: str, own: Own) -> str:
    name = units()[unit]["tên ngắn"]
    if own.standing == "partial":
        return f"{name} ({', '.join(period_names()[q] for q in own.gaps)})"
    return f"{name} (có lỗi)" if own.standing == "unreadable" else name


def unit_note(unit: str, figures: Sequence[tuple[str, Owns]], came: bool) -> tuple[str, str]:
    """The two last cells of a unit's row."""
    own = [(name or "Số dòng đã ghi", owns[unit]) for name, owns in figures]
    faulty = [name for name, o in own if o.standing in ("missing", "unreadable")]
    gaps = [q for q in QUARTERS if any(q in o.gaps for _, o in own)]
    if faulty and not came:
        return "chưa gửi", ""
    said = []
    if faulty:
        said.append(f"thiếu: {', '.join(faulty)}")
    if gaps:
        said.append(f"thiếu: {', '.join(period_names()[q] for q in gaps)}")
    return ("chưa đủ" if said else "đã có"), "\n".join(said)


# --- the sheets -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column of a form's sheet: heading, each unit's cell, the total."""

    heading: str
    cells: dict[str, object]
    total: object


@dataclass(frozen=True)
class Block:
    """A row of a form: number, label, columns, the figures whose coverage is shown."""

    number: str
    label: str
    columns: list[Column]
    coverage: list[tuple[str, Owns]]
    target: tuple[object, str] | None = None


def shown(own: Own) -> object:
    return own.words if own.value is None else own.value


def numbers(heading: str, owns: Owns, total: object) -> Column:
    return Column(heading, {u: shown(o) for u, o in owns.items()}, total)


def present(owns: Owns) -> list[Fraction]:
    return [o.value for o in owns.values() if isinstance(o.value, Fraction)]


def tasks(quarters: Sequence[str]) -> list[Block]:
    made = []
    for code, item in items("nhiem-vu.csv").items():
        status = {u: last(u, quarters, "NV", code, "trang_thai") for u in units()}
        progress = {u: last(u, quarters, "NV", code, "tien_do") for u in units()}
        results = {u: listed(u, quarters, "NV", code, "ket_qua") for u in units()}
        columns = []
        for choice in choices("trang-thai"):
            ticks = {u: 1 if o.value == choice else None for u, o in status.items()}
            columns.append(Column(choice, ticks, sum(t or 0 for t in ticks.values())))
        mean = sum(present(progress), Fraction(0)) / len(present(progress))
        columns.append(numbers("Tiến độ (%)", progress, mean))
        said = sum(len(opinions(u, quarters, "NV", code, "ket_qua")) for u in units())
        columns.append(numbers("Kết quả nổi bật", results, said))
        coverage = [("Trạng thái", status), ("Tiến độ", progress)]
        made.append(Block(item["số hiệu"], item["nội dung"], columns, coverage))
    return made


def indicators(quarters: Sequence[str]) -> list[Block]:
    made = []
    for code, item in items("chi-tieu.csv").items():
        plan = {u: last(u, quarters, "CT", code, "tong_so") for u in units()}
        flow = {u: added(u, quarters, "CT", code, "trong_ky") for u in units()}
        stock = {u: last(u, quarters, "CT", code, "luy_ke") for u in units()}
        rates, over, under = {}, Fraction(0), Fraction(0)
        for unit in units():
            a, b = stock[unit], plan[unit]
            gaps = tuple(dict.fromkeys((*a.gaps, *b.gaps)))
            if a.value is None or b.value is None:
                rates[unit] = a if a.value is None else b
                continue
            over, under = over + a.value, under + b.value
            own = Fraction(a.value) / b.value if b.value else None
            rates[unit] = Own(own, WORDS["na"], "partial" if gaps else "in", gaps)
        columns = [
            numbers("Tổng số", plan, sum(present(plan))),
            numbers("Trong quý", flow, sum(present(flow))),
            numbers("Lũy kế từ đầu năm", stock, sum(present(stock))),
            numbers("Tỷ lệ (%)", rates, over / under),
        ]
        coverage = [
            ("Tổng số", plan),
            ("Trong quý", flow),
            ("Lũy kế từ đầu năm", stock),
            ("Tỷ lệ", rates),
        ]
        goal = Fraction(item["chỉ tiêu giao"].removeprefix(">= ").removesuffix("%")) / 100
        verdict = "Đạt" if over / under >= goal else "Chưa đạt"
        if any(o.standing != "in" for o in rates.values()):
            verdict += "\n(tạm tính)"
        made.append(Block(item["số hiệu"], item["nội dung"], columns, coverage, (goal, verdict)))
    return made


def models(quarters: Sequence[str]) -> list[Block]:
    rows = {u: count_rows(u, quarters, "MH") for u in units()}
    columns = [numbers("Số dòng đã ghi", rows, sum(present(rows)))]
    names = {u: of_rows(u, quarters, "MH", "ten")[0] for u in units()}
    areas = {u: of_rows(u, quarters, "MH", "linh_vuc") for u in units()}
    leads = {u: of_rows(u, quarters, "MH", "phu_trach") for u in units()}
    homes = {u: of_rows(u, quarters, "MH", "so_ho")[0] for u in units()}
    for found, code in ((areas, "linh-vuc"), (leads, "phu-trach")):
        for choice in choices(code):
            counts = {u: values.count(choice) or None for u, (_, values) in found.items()}
            columns.append(Column(choice, counts, sum(n or 0 for n in counts.values())))
    columns.append(numbers(column_heading("MH", "so_ho"), homes, sum(present(homes))))
    coverage = [
        ("", rows),
        ("Tên mô hình", names),
        ("Lĩnh vực", {u: own for u, (own, _) in areas.items()}),
        ("Số hộ tham gia", homes),
    ]
    return [Block("", form_names()["MH"], columns, coverage)]


def questions(quarters: Sequence[str]) -> list[Block]:
    made = []
    for number, (form, code) in enumerate([k for k in fields() if k[0] == "DT"], 1):
        owns, total = question(code, quarters)
        coverage = [(title(form, code), owns)]
        column = numbers("Kết quả", owns, total)
        made.append(Block(str(number), measured(form, code), [column], coverage))
    return made


def question(code: str, quarters: Sequence[str]) -> tuple[Owns, object]:
    if code == "ty_le_giai_quyet":
        return settled(quarters)
    if code == "cuoc_gan_nhat":
        owns = {u: combined(u, quarters, "DT", code, code, max) for u in units()}
        return owns, max(o.value for o in owns.values() if isinstance(o.value, date))
    if code in ("kho_khan", "kien_nghi"):
        owns = {u: listed(u, quarters, "DT", code, code) for u in units()}
        return owns, sum(len(opinions(u, quarters, "DT", code, code)) for u in units())
    owns = {u: added(u, quarters, "DT", code, code) for u in units()}
    return owns, sum(present(owns))


def settled(quarters: Sequence[str]) -> tuple[Owns, object]:
    """Like for like: a quarter enters only with both of its numbers."""
    owns, over, under = {}, Fraction(0), Fraction(0)
    for unit in units():
        pairs = [
            tuple(answer(unit, q, "DT", c, c) for c in ("da_giai_quyet", "y_kien"))
            for q in quarters
        ]
        both = [(a.value, b.value) for a, b in pairs if a.counts and b.counts]
        if not both:
            owns[unit] = nothing([x for pair in pairs for x in pair])
            continue
        gaps = [q for q, (a, b) in zip(quarters, pairs, strict=True) if not (a.counts and b.counts)]
        a, b = sum(x for x, _ in both), sum(y for _, y in both)
        over, under = over + a, under + b
        standing = "partial" if gaps else "in"
        owns[unit] = Own(a / b if b else None, WORDS["na"], standing, tuple(gaps))
    return owns, over / under


FORMS: dict[str, Callable[[Sequence[str]], list[Block]]] = {
    "NV": tasks,
    "CT": indicators,
    "MH": models,
    "DT": questions,
}


def quarters_of(period: str) -> tuple[str, ...]:
    return QUARTERS if period == YEAR else (period,)


def form_sheet(form: str, period: str) -> tuple[list[str], Grid]:
    """The headings of the value columns, and every data cell of the sheet."""
    blocks = FORMS[form](quarters_of(period))
    grid: Grid = {}
    row = FIRST_ROW
    for block in blocks:
        coverage, missing = covered(block.coverage)
        line = [block.number, block.label, *(c.total for c in block.columns), coverage, missing]
        line += list(block.target or ())
        put(grid, row, line)
        for unit in units():
            row += 1
            cells = [column.cells[unit] for column in block.columns]
            came = any((unit, q) in returns() for q in quarters_of(period))
            note = unit_note(unit, block.coverage, came)
            put(grid, row, [None, units()[unit]["tên"], *cells, *note])
        row += 1
    return [column.heading for column in blocks[0].columns], grid


def period_sheet(form: str) -> Grid:
    """The sheet of the single quarters of a form, in the year's workbook."""
    grid: Grid = {}
    whole = FORMS[form](QUARTERS)
    single = [FORMS[form]((quarter,)) for quarter in QUARTERS]
    row = FIRST_ROW
    for place, block in enumerate(whole):
        put(grid, row, [block.number, block.label])
        kept = [n for n, c in enumerate(block.columns) if not is_choice(form, c.heading)]
        for unit in units():
            row += 1
            cells = [single[q][place].columns[n].cells[unit] for n in kept for q in range(4)]
            put(grid, row, [None, units()[unit]["tên"], *cells])
        row += 1
    return grid


def is_choice(form: str, heading: str) -> bool:
    lists = {"NV": ("trang-thai",), "MH": ("linh-vuc", "phu-trach")}.get(form, ())
    return any(heading in choices(code) for code in lists)


def list_sheet(period: str) -> list[list[object]]:
    """The rows of the sheet that lists every model; without number, file and cell."""
    columns = [code for form, code in fields() if form == "MH"]
    made = []
    for quarter in quarters_of(period):
        for unit in units():
            for row in rows_of(unit, quarter, "MH") or ():
                found = [answer(unit, quarter, "MH", row, code) for code in columns]
                cells = [
                    a.value if a.counts else WORDS[a.state] if a != BLANK else None for a in found
                ]
                made.append([units()[unit]["tên"], period_names()[quarter], *cells])
    return made


def put(grid: Grid, row: int, line: Sequence[object]) -> None:
    for column, value in enumerate(line, 1):
        if value not in (None, ""):
            grid[row, column] = value


# --- reading --------------------------------------------------------------------------------


def as_shown(value: object) -> object:
    """What openpyxl read, as the predictions write it."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Fraction(value)
    return value or None


def same(expected: object, found: object) -> bool:
    if isinstance(expected, int | Fraction) and isinstance(found, Fraction):
        return abs(Fraction(expected) - found) <= abs(Fraction(expected)) / 10**14
    return expected == found


def day_number(value: date) -> int:
    return (value - date(1899, 12, 30)) // timedelta(days=1)

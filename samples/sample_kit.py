"""What the makers of samples share: cells typed, files filled, the record of the truth.

A sample is a programme folder with returns as offices send them. Its maker lists the returns
(:class:`Return`) with every cell typed (:class:`Typed`) and what the cell means; here they are
filled into the distributed templates, by a running LibreOffice or by openpyxl, and recorded in
``so-lieu-goc.csv``, so that a test can work out every total without our reader. The same
input gives the same bytes, but for what LibreOffice itself writes.
"""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl

from toolkit.programme.load import load
from toolkit.programme.model import Period, Programme, Unit
from toolkit.programme.standard import start
from toolkit.template.layout import META_SHEET, SheetLayout, WorkbookLayout, file_name, layout
from toolkit.template.write import write

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Typed:
    """What a unit types into one cell: a step kind of uno_fill, the value, and its meaning.

    ``state`` and ``value`` are what the cell means, by the rules of the programme.
    """

    form: str
    row: str
    field: str
    kind: str
    typed: object
    state: str = "value"
    value: str = ""


@dataclass(frozen=True)
class Return:
    """One file that comes in. ``counts``: whether its answers belong in the totals."""

    unit: Unit
    period: Period
    name: str
    received: date
    cells: tuple[Typed, ...]
    format: str = "xlsx"
    template: Period | None = None  # when an office used another period's template
    by_openpyxl: bool = False
    counts: bool = True
    named: Unit | None = None  # whose name it bears, where that was changed by hand


def number(form: str, row: str, code: str, value: Decimal | int) -> Typed:
    """A number typed as a number."""
    exact = Decimal(value)
    state = "zero" if exact == 0 else "value"
    return Typed(form, row, code, "number", float(exact), state, format(exact.normalize(), "f"))


def words(form: str, row: str, code: str, value: str) -> Typed:
    """A text."""
    return Typed(form, row, code, "text", value, "value", value)


def day(form: str, row: str, code: str, value: date) -> Typed:
    """A day."""
    return Typed(form, row, code, "date", value.isoformat(), "value", value.isoformat())


def with_cell(ret: Return, form: str, row: str, code: str, **changes: object) -> tuple[Typed, ...]:
    """The return's cells with one of them changed; the cell must be there."""
    hit = [c for c in ret.cells if (c.form, c.row, c.field) == (form, row, code)]
    assert len(hit) == 1, (form, row, code)
    return tuple(replace(c, **changes) if c is hit[0] else c for c in ret.cells)  # type: ignore[arg-type]


def without_cell(ret: Return, form: str, row: str, code: str) -> tuple[Typed, ...]:
    """The return's cells with one of them left blank."""
    kept = tuple(c for c in ret.cells if (c.form, c.row, c.field) != (form, row, code))
    assert len(kept) == len(ret.cells) - 1, (form, row, code)
    return kept


def late(ret: Return, days: int) -> Return:
    """The return received so many days after it was due."""
    assert ret.period.due is not None
    return replace(ret, received=ret.period.due + timedelta(days=days))


def position(plan: WorkbookLayout, cell: Typed) -> tuple[SheetLayout, int, int]:
    """The sheet, row and column of a typed cell in a template."""
    sheet = plan.sheet_for(cell.form)
    for slot in sheet.slots():
        if (slot.row_key, slot.field.code) == (cell.row, cell.field):
            return sheet, slot.row, slot.column
    raise LookupError(cell)


def fill_all(programme: Programme, returns: list[Return], target: Path) -> None:
    """Write every return below ``target``, in the folder of its day of receipt."""
    with tempfile.TemporaryDirectory() as scratch:
        jobs = []
        for n, ret in enumerate(returns):
            period = ret.template or ret.period
            plan = layout(programme, ret.unit, period)
            blank = Path(scratch) / f"{n:03}.xlsx"
            write(plan, blank)
            place = path_of(ret, target)
            place.parent.mkdir(parents=True, exist_ok=True)
            cells = [(*position(plan, c), c) for c in ret.cells]
            if ret.by_openpyxl:
                fill_with_openpyxl(blank, place, cells)
                cover_by_hand(place, plan, ret)
                continue
            steps = [[c.kind, s.sheet, row, column, c.typed] for s, row, column, c in cells]
            if ret.template is not None:
                # The office changed the period on the cover by hand.
                row, column = plan.cover.period
                steps.append(["unprotect", plan.cover.sheet])
                steps.append(["text", plan.cover.sheet, row, column, ret.period.name])
            jobs.append(
                {"source": str(blank), "target": str(place), "format": ret.format, "steps": steps}
            )
        file = Path(scratch) / "jobs.json"
        file.write_text(json.dumps(jobs), "utf-8")
        subprocess.run([python_with_uno(), str(HERE / "uno_fill.py"), str(file)], check=True)
    for ret in returns:
        settle(path_of(ret, target), ret.received)


def path_of(ret: Return, target: Path) -> Path:
    """Where a return lies: in the folder of the day it came."""
    name = str(Path(ret.name).with_suffix(f".{ret.format}"))
    return target / ret.received.isoformat() / name


def fill_with_openpyxl(
    blank: Path, target: Path, cells: list[tuple[SheetLayout, int, int, Typed]]
) -> None:
    """A return filled by a program other than a spreadsheet: no formula is computed."""
    book = openpyxl.load_workbook(blank)
    for sheet, row, column, cell in cells:
        value = date.fromisoformat(str(cell.typed)) if cell.kind == "date" else cell.typed
        book[sheet.sheet].cell(row, column).value = value  # type: ignore[union-attr]
    book.save(target)


def cover_by_hand(path: Path, plan: WorkbookLayout, ret: Return) -> None:
    """Another unit's name and code on a filled workbook, or another period on its cover."""
    if ret.named is None and ret.template is None:
        return
    book = openpyxl.load_workbook(path)
    cover = book[plan.cover.sheet]
    if ret.template is not None:
        cover.cell(*plan.cover.period).value = ret.period.name
    if ret.named is not None:
        cover.cell(*plan.cover.unit).value = ret.named.name
        for cells in book[META_SHEET].iter_rows(max_col=2):
            if cells[0].value == "unit":
                cells[1].value = ret.named.code
    book.save(path)


def python_with_uno() -> str:
    """A Python that can ``import uno``."""
    for candidate in ("/usr/bin/python3", "python3"):
        found = shutil.which(candidate)
        if (
            found
            and not subprocess.run(
                [found, "-c", "import uno"], capture_output=True, check=False
            ).returncode
        ):
            return found
    raise SystemExit("No Python with the uno module: install python3-uno (Debian).")


def settle(path: Path, received: date) -> None:
    """Set the document's dates to the eve of its receipt, so that a new run changes nothing."""
    if not zipfile.is_zipfile(path):
        return
    stamp = f"{received - timedelta(days=1)}T09:00:00"
    with zipfile.ZipFile(path) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            if name in ("docProps/core.xml", "meta.xml"):
                text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", stamp, data.decode())
                data = re.sub(r"(?<=editing-duration>)[^<]*", "PT0S", text).encode()
            info = zipfile.ZipInfo(name)
            # ODF wants its mimetype first and uncompressed.
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)


def write_truth(returns: list[Return], target: Path) -> None:
    """so-lieu-goc.csv: what was typed, and what it means."""
    head = ("counts", "file", "unit", "period", "form", "row", "field", "typed", "state", "value")
    with target.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(head)
        for ret in returns:
            name = path_of(ret, Path()).as_posix()
            for c in ret.cells:
                out.writerow(
                    (
                        "yes" if ret.counts else "no",
                        name,
                        ret.unit.code,
                        ret.period.code,
                        c.form,
                        c.row,
                        c.field,
                        c.typed,
                        c.state,
                        c.value,
                    )
                )


def fault_table(faults: Sequence[tuple[str, str]]) -> str:
    """(period, what is wrong) as a table of a README."""
    rows = "\n".join(f"| {when} | {what} |" for when, what in faults)
    return f"| Kỳ | Nội dung |\n|---|---|\n{rows}\n"


def typed(form: str, row: str, code: str, value: object) -> Typed:
    """A whole number, a decimal, a day or a text, each typed as what it is."""
    match value:
        case int() | Decimal():
            return number(form, row, code, value)
        case date():
            return day(form, row, code, value)
        case _:
            return words(form, row, code, str(value))


def questions(form: str, answers: Mapping[str, object]) -> Iterator[Typed]:
    """The answers of a form of questions, by code; None leaves one blank."""
    for code, value in answers.items():
        if value is not None:
            yield typed(form, code, code, value)


def rows(form: str, answers: Iterable[Mapping[str, object]]) -> Iterator[Typed]:
    """The rows of a list, each by field; None leaves a cell blank."""
    for n, row in enumerate(answers, start=1):
        for code, value in row.items():
            if value is not None:
                yield typed(form, str(n), code, value)


def slips(form: str, row: str, code: str, text: str, value: str, state: str = "value") -> Typed:
    """A text typed where a number is asked for, and what it means."""
    return Typed(form, row, code, "text", text, state, value)


def retyped(ret: Return, *cells: Typed) -> Return:
    """The return with these cells instead of what stands there; each must be there."""
    kept = ret
    for cell in cells:
        changes = {"kind": cell.kind, "typed": cell.typed, "state": cell.state, "value": cell.value}
        kept = replace(kept, cells=with_cell(kept, cell.form, cell.row, cell.field, **changes))
    return kept


def left_blank(ret: Return, form: str, row: str, code: str) -> Return:
    """The return with one of its cells left blank."""
    return replace(ret, cells=without_cell(ret, form, row, code))


Returns = dict[tuple[str, str], Return]
Answers = Callable[[Unit, Period, random.Random], Iterable[Typed]]


def returns_of(
    programme: Programme, sent: Mapping[str, Sequence[str]], answers: Answers, seed: int
) -> Returns:
    """What the units named for each period send, in the week before it is due.

    Each unit has dice of its own, so that one unit more changes nothing for the others. Most
    offices name the file in their own way.
    """
    found: Returns = {}
    for code, units in sent.items():
        period = programme.period(code)
        assert period.due is not None
        for name in units:
            unit = programme.unit(name)
            dice = random.Random(f"{seed}-{name}-{code}")
            received = period.due - timedelta(days=dice.randint(0, 6))
            title = f"Báo cáo {period.name} - {unit.short}.xlsx".replace("/", " năm ")
            file = title if dice.random() < 0.6 else file_name(unit, period)
            cells = tuple(answers(unit, period, dice))
            found[name, code] = Return(unit, period, file, received, cells, by_openpyxl=True)
    return found


def in_order(returns: Iterable[Return]) -> list[Return]:
    """Returns by period, unit and day."""
    return sorted(returns, key=lambda r: (r.period.end, r.period.code, r.unit.order, r.received))


def copied(ret: Return, target: Path, name: str) -> None:
    """The same file once more, under another name."""
    file = path_of(ret, target)
    shutil.copyfile(file, file.with_name(name))


def begin(name: str, year: int, target: Path) -> Programme:
    """A sample's folder anew, with the standard programme; its README stays out of it."""
    shutil.rmtree(target, ignore_errors=True)
    start(name, target, year)
    return load(target / "chuong-trinh.xlsx")


README = """# Thư mục mẫu: {title}

{about} Số liệu là giả định, tạo bởi `samples/make_samples.py`; không có tên người thật. \
`so-lieu-goc.csv` ghi lại từng ô đã gõ và ý nghĩa của ô, để kiểm tra các tổng.

Chép thư mục ra chỗ khác rồi chạy thử (trên Windows chép bằng tay, bỏ dòng `cp`):

```sh
{commands}
```

{look}

Các lỗi cố ý, như cơ quan thường gặp:

{faults}"""


def write_readme(
    target: Path,
    *,
    title: str,
    about: str,
    commands: str,
    look: str,
    faults: Sequence[tuple[str, str]],
) -> None:
    """What is in a sample, what to try, what to look at, and what is wrong on purpose."""
    text = README.format(
        title=title, about=about, commands=commands.strip(), look=look, faults=fault_table(faults)
    )
    target.write_text(text, "utf-8")


def resent(ret: Return, form: str, code: str) -> tuple[Return, Return]:
    """A question forgotten at first, and the whole return two days later."""
    first = replace(left_blank(ret, form, code, code), counts=False)
    again = replace(ret, received=ret.received + timedelta(days=2), name=f"(gửi lại) {ret.name}")
    return first, again

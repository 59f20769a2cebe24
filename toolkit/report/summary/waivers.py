"""The sheet of waivers: what units were excused from, why and on whose word."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Consolidation
from toolkit.consolidate.waivers import WaiverLine, waiver_lines
from toolkit.report.summary.pen import BODY_SIZE, SMALL_SIZE, Pen, height, page_setup, spread

_HEAD_ROW = 3
# Keys of the headings below report, and widths.
_COLUMNS = (
    ("head.tt", 6),
    ("head.unit", 24),
    ("waivers.rule", 20),
    ("head.period", 20),
    ("waivers.reason", 52),
    ("waivers.source", 30),
    ("waivers.touched", 12),
)


def has_waivers(consolidation: Consolidation) -> bool:
    """Whether there is anything to draw."""
    return bool(waiver_lines(consolidation))


def draw_waivers(sheet: Worksheet, consolidation: Consolidation, pen: Pen) -> None:
    """One row per unit and rule it was excused from."""
    formats, last = pen.formats, len(_COLUMNS) - 1
    spread(sheet, 0, (0, last), pen.say("title.waivers"), formats.title)
    sheet.set_row(0, 22)
    sheet.write_url(1, 0, f"internal:'{pen.say('sheet.overview')}'!A1", formats.link, pen.say("up"))
    heads = []
    for column, (key, width) in enumerate(_COLUMNS):
        sheet.write_string(_HEAD_ROW, column, pen.say(key), formats.head)
        sheet.set_column(column, column, width)
        heads.append((pen.say(key), width - 2.0, float(BODY_SIZE), True))
    sheet.set_row(_HEAD_ROW, height(*heads))
    lines = waiver_lines(consolidation)
    for number, line in enumerate(lines, 1):
        _draw(sheet, _HEAD_ROW + number, number, line, pen)
    sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + max(len(lines), 1), last)
    sheet.freeze_panes(_HEAD_ROW + 1, 0)
    page_setup(sheet, pen, last, (_HEAD_ROW, _HEAD_ROW))


def _draw(sheet: Worksheet, row: int, number: int, line: WaiverLine, pen: Pen) -> None:
    plain = pen.formats.boxed(font_size=SMALL_SIZE)
    centred = pen.formats.boxed(font_size=SMALL_SIZE, align="center")
    words = (
        line.unit.name,
        line.code,
        ", ".join(period.name for period in line.periods),
        line.reason,
        _source(line, pen),
    )
    sheet.write_number(row, 0, number, centred)
    for column, said in enumerate(words, 1):
        sheet.write_string(row, column, said, plain)
    sheet.write_number(row, len(words) + 1, line.places, centred)
    widths = [width for _, width in _COLUMNS[1:-1]]
    texts = [
        (said, float(width), float(SMALL_SIZE), False)
        for said, width in zip(words, widths, strict=True)
    ]
    sheet.set_row(row, height(*texts))


def _source(line: WaiverLine, pen: Pen) -> str:
    if line.decided is None:
        return pen.say("waivers.from_sheet")
    day = f"{line.decided:%d/%m/%Y}" if pen.lang == "vi" else f"{line.decided:%Y-%m-%d}"
    return pen.say("waivers.from_decision", day=day)

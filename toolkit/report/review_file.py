"""The review file ``cham-diem/PERIOD.xlsx``, written for the head office to fill in.

One row a unit and criterion: what the unit gave itself or the formula came to, the evidence,
and yellow cells for the reviewed score and a remark. Everything else is locked against slips
(no password). What was filled in before stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.score_model import CriterionScore, ScoreState, ScoreTable, UnitScore
from toolkit.errors import ToolkitError
from toolkit.messages import text
from toolkit.programme.reviews import REVIEW, Review
from toolkit.register.files import replacing
from toolkit.report.score_words import note_words
from toolkit.report.summary.pen import height
from toolkit.template.styles import BASE

_CREATED = datetime(2000, 1, 1)
_OWN, _POINTS, _DIFFERENCE, _REMARK = 5, 7, 8, 9
_SIZE = 11.0


def write_review_file(
    table: ScoreTable, reviews: Iterable[Review], target: Path, lang: str = "vi"
) -> int:
    """Write the file anew with all ``reviews`` in it; returns how many rows it has.

    Raises ToolkitError when it cannot be written (open in Excel, for example).
    """
    try:
        with replacing(target) as aside:
            return _write(table, {(r.unit, r.criterion): r for r in reviews}, aside, lang)
    except (OSError, FileCreateError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ToolkitError("export.cannot_write", file=target, reason=reason) from error


def _write(
    table: ScoreTable, given: Mapping[tuple[str, str], Review], target: Path, lang: str
) -> int:
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": dict(BASE),
    }
    book = Workbook(str(target), options)
    book.set_properties({"created": _CREATED})
    sheet = book.add_worksheet(REVIEW.vi)
    head = {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
    for index, column in enumerate(REVIEW.columns):
        typed = index in (_POINTS, _REMARK)
        look = book.add_format({**BASE, **head, "bg_color": "#FFE699" if typed else "#D9E2F3"})
        sheet.write_string(0, index, column.vi, look)
        sheet.set_column(index, index, column.width)
    sheet.set_row(0, 48)
    scored = [
        (one, score)
        for one in table.units
        for score in one.criteria
        if not _not_asked(score) or (one.unit.code, score.criterion.code) in given
    ]
    looks = _looks(book)
    for row, (one, score) in enumerate(scored, 1):
        _row(sheet, row, one, score, given.get((one.unit.code, score.criterion.code)), looks, lang)
    _finish(sheet, len(scored), lang)
    book.close()
    return len(scored)


def _not_asked(score: CriterionScore) -> bool:
    return score.state is ScoreState.NOT_APPLICABLE and any(
        note.key == "not_asked" for note in score.notes
    )


def _looks(book: Workbook) -> dict[str, Format]:
    base = {**BASE, "border": 1, "border_color": "#A6A6A6", "text_wrap": True, "valign": "vcenter"}
    number = {**base, "align": "center", "num_format": "0.00##"}
    open_ = {"bg_color": "#FFF9E5", "locked": False}
    return {
        "text": book.add_format(base),
        "code": book.add_format({**base, "align": "center", "num_format": "@"}),
        "number": book.add_format(number),
        "points": book.add_format({**number, **open_}),
        "remark": book.add_format({**base, **open_}),
    }


def _row(
    sheet: Worksheet,
    row: int,
    one: UnitScore,
    score: CriterionScore,
    review: Review | None,
    looks: Mapping[str, Format],
    lang: str,
) -> None:
    criterion = score.criterion
    basis = [score.evidence] if score.evidence else []
    basis += [note_words(n, lang) for n in score.notes if n.key in ("lacking", "partial", "capped")]
    words = (one.unit.code, one.unit.name, criterion.code, criterion.text)
    for index, said in enumerate(words):
        sheet.write_string(row, index, said, looks["code" if index in (0, 2) else "text"])
    sheet.write_number(row, 4, float(criterion.maximum), looks["number"])
    _number(sheet, row, _OWN, score.own, looks["number"])
    sheet.write_string(row, 6, "\n".join(basis), looks["text"])
    _number(sheet, row, _POINTS, review.points if review is not None else None, looks["points"])
    own, points = (xl_rowcol_to_cell(row, index) for index in (_OWN, _POINTS))
    formula = f'=IF(OR({own}="",{points}=""),"",{points}-{own})'
    sheet.write_formula(row, _DIFFERENCE, formula, looks["number"], _difference(score, review))
    remark = review.remark if review is not None else ""
    sheet.write_string(row, _REMARK, remark, looks["remark"])
    texts = zip(
        (one.unit.name, criterion.text, "\n".join(basis), remark),
        (REVIEW.columns[n].width for n in (1, 3, 6, _REMARK)),
        strict=True,
    )
    sheet.set_row(row, max(18.0, height(*((said, width, _SIZE, False) for said, width in texts))))
    _guard(sheet, row, criterion.maximum, lang)


def _difference(score: CriterionScore, review: Review | None) -> float | str:
    if score.own is None or review is None or review.points is None:
        return ""
    return float(review.points - score.own)


def _number(sheet: Worksheet, row: int, column: int, value: Decimal | None, look: Format) -> None:
    if value is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, float(value), look)


def _guard(sheet: Worksheet, row: int, maximum: Decimal, lang: str) -> None:
    """Only points between 0 and the maximum can be typed."""
    most = f"{maximum.normalize():f}"
    words = text("score.file.limits", lang, maximum=most.replace(".", "," if lang == "vi" else "."))
    sheet.data_validation(
        row,
        _POINTS,
        row,
        _POINTS,
        {
            "validate": "decimal",
            "criteria": "between",
            "minimum": 0,
            "maximum": float(maximum),
            "error_title": text("programme.build.list_title", lang),
            "error_message": words,
        },
    )


def _finish(sheet: Worksheet, rows: int, lang: str) -> None:
    last = len(REVIEW.columns) - 1
    sheet.autofilter(0, 0, max(rows, 1), last)
    sheet.freeze_panes(1, 4)
    options = {"autofilter": True, "format_columns": True, "format_rows": True}
    sheet.protect("", options)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f'&C&"Times New Roman"&10{text("report.page", lang)} &P/&N')
    sheet.ignore_errors({"number_stored_as_text": f"A1:C{rows + 1}"})

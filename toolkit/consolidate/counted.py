"""How the answers on record are counted, for whoever works the figures out anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toolkit.consolidate.model import ROWS, Part
from toolkit.consolidate.place import place
from toolkit.consolidate.tables import row_count
from toolkit.programme.model import FormKind, Period, Programme
from toolkit.register.model import SubmissionDetail
from toolkit.register.reading import AnswerRow

Key = tuple[str, str, str, str, str]  # period, unit, form, row, field


@dataclass(frozen=True, slots=True)
class Counted:
    """What the rows of answers alone do not tell.

    ``faulty`` are the answers with an error at their cell, as they are taken. ``lists`` has a
    row for each list (OPEN form) of each return, under the field ``#``: how many rows are
    filled in, with the state of a list without any.
    """

    faulty: dict[Key, Part]
    lists: tuple[AnswerRow, ...]


def counted(
    programme: Programme, periods: Iterable[Period], details: Sequence[SubmissionDetail]
) -> Counted:
    """How the answers of the returns of these periods are counted."""
    faulty: dict[Key, Part] = {}
    lists: list[AnswerRow] = []
    for period in periods:
        own = [d for d in details if d.submission.period == period.code]
        placement = place(programme, period, own)
        for one in placement.faulty:
            part = one.part
            faulty[part.period, part.unit, one.form, part.row, one.field] = part
        for form in programme.forms:
            if form.kind is not FormKind.OPEN:
                continue
            for source in placement.sources:
                came = placement.returns[source.unit, source.period].get(form.code)
                if came is None:
                    continue
                figure = row_count(came)
                sheet = figure.parts[0].sheet if figure.parts else ""
                lists.append(
                    (
                        source.period,
                        source.unit,
                        form.code,
                        "",
                        ROWS,
                        figure.state.value,
                        figure.value,
                        "",
                        source.file,
                        sheet,
                        "",
                        source.stored,
                    )
                )
    return Counted(faulty, tuple(lists))

"""The correction copy: the template of today with the sender's own answers, faults marked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from toolkit.correction.entries import Entry, entries_of, is_input, notes_of, still_faulty
from toolkit.correction.lists import Listing, write_faults, write_rest
from toolkit.correction.marks import any_of
from toolkit.correction.plan import FormPlan, Plan, make_plan
from toolkit.correction.rest import rest_of
from toolkit.findings import Severity
from toolkit.intake.model import Answer, Judgement, RawWorkbook
from toolkit.intake.own_checks import without_checks
from toolkit.intake.sheets import without_correction_lists
from toolkit.messages import text
from toolkit.programme.model import Programme
from toolkit.template.content import Content, FormContent, Mark, Place
from toolkit.template.layout import CHECK_SHEET, META_SHEET
from toolkit.template.write import write


def write_correction(
    programme: Programme,
    judgement: Judgement,
    raw: RawWorkbook,
    target: Path | BinaryIO,
    lang: str = "vi",
    *,
    previous: Iterable[Answer] = (),
) -> None:
    """Write the correction copy of a return to ``target``, a path or an open binary file.

    ``raw`` is the very file that was judged (``reader.read_bytes`` of its bytes). The copy is
    the template of today for its unit and period: what the sender typed stands in its cells,
    what fits none is listed with its place, faulty cells are marked as long as they are as
    they were sent. ``previous`` are the unit's answers of the period before, which the checks
    of the template may look back at. The same input gives the same bytes.

    Raises ValueError where unit or period is not known, or the unit owes nothing then, and
    ToolkitError (``template.not_written``) where the file cannot be written.
    """
    if not (judgement.unit and judgement.period):
        raise ValueError(f"{judgement.file}: no unit and period, so no template to copy into")
    sent = without_checks(without_correction_lists(raw))
    plan = make_plan(programme, judgement, sent, previous, lang)
    entries = entries_of(plan, judgement, lang)
    listing = Listing(plan, entries, rest_of(plan, judgement), _names(plan, lang), lang)
    forms = {code: _content(form, code, entries, lang) for code, form in sorted(plan.forms.items())}
    content = Content(
        forms,
        before=(partial(write_faults, listing),),
        after=(partial(write_rest, listing),) if listing.rest else (),
    )
    write(plan.layout, target, lang, content=content)


def _names(plan: Plan, lang: str) -> tuple[str, str]:
    """The names of the two lists; a form may bear one of them already."""
    taken = {sheet.sheet.casefold() for sheet in plan.layout.sheets}
    own = (META_SHEET, CHECK_SHEET, plan.layout.cover.sheet)
    taken |= {name.casefold() for name in own}
    names = []
    for key in ("faults", "rest"):
        name = text(f"correction.{key}.sheet", lang)
        while name.casefold() in taken:
            name += " 2"
        taken.add(name.casefold())
        names.append(name)
    return names[0], names[1]


def _content(form: FormPlan, code: str, entries: tuple[Entry, ...], lang: str) -> FormContent:
    def place(key: tuple[str, str]) -> Place:
        return form.slots[key].row, form.slots[key].column

    return FormContent(
        given={place(key): given for key, given in form.given.items()},
        notes={place(key): note for key, note in notes_of(form, code, entries, lang).items()},
        marks=_marks(form, code, entries),
    )


def _marks(form: FormPlan, code: str, entries: tuple[Entry, ...]) -> dict[Place, Mark]:
    """A mark on each cell to be typed that an entry speaks of; errors look graver."""
    formulas: dict[tuple[str, str], list[str]] = {}
    looks: dict[tuple[str, str], str] = {}
    for entry in entries:  # errors first
        for key in entry.cells if entry.form == code else ():
            if is_input(form, key):
                formulas.setdefault(key, []).append(still_faulty(form, entry, key))
                grave = entry.finding.severity is Severity.ERROR
                looks.setdefault(key, "mark_error" if grave else "mark_warning")
    return {
        (form.slots[key].row, form.slots[key].column): Mark(
            any_of(list(dict.fromkeys(found))), looks[key]
        )
        for key, found in formulas.items()
    }

"""The year-end outputs: the report, its template, the slides, and the check of their numbers."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.workflow.basis import basis_of, closed_editions
from toolkit.workflow.common import load_programme, periods_of
from toolkit.workflow.comparisons import Archive, last_year
from toolkit.workflow.control import verified
from toolkit.workflow.judging import current_details

if TYPE_CHECKING:
    from toolkit.consolidate.facts import Facts
    from toolkit.findings import Finding
    from toolkit.programme.model import Period, Profile, Programme

# What --profile says; the values are those of programme.model.Profile.
PROFILES = {"dang": "party", "nha-nuoc": "state"}


@dataclass(frozen=True, slots=True)
class Made:
    """A document written or checked: where, and what the check of its numbers found.

    ``kept`` is the earlier one where a person had worked on it, ``template`` the office's
    own where it was used, ``left_out`` the sections it has no place for.
    """

    period: Period
    file: Path
    findings: tuple[Finding, ...]
    kept: Path | None = None
    template: Path | None = None
    left_out: tuple[str, ...] = ()


def report(
    folder: Folder, period: str, *, profile: str | None = None, output: Path | None = None
) -> Made:
    """``bao-cao/PERIOD/bao-cao.docx`` in the official form, its numbers checked.

    Raises ToolkitError for an unknown period, where nothing is on record for it, and for a
    template that cannot be used; OSError where the file cannot be written.
    """
    from toolkit.report.official.write import write_report

    facts = _facts(folder, period)
    programme, when = facts.consolidation.programme, facts.consolidation.period
    template = next((path for path in folder.report_templates if path.is_file()), None)
    target = output or folder.reports(when.code) / "bao-cao.docx"
    kept = keep_edited(target)
    written = write_report(facts, _profile(programme, profile), target, template)
    findings = tuple(_check_report(target, facts, template))
    return Made(when, target, findings, kept, template, written.left_out)


def check_report(folder: Folder, period: str, file: Path) -> Made:
    """The numbers of a report, also one that a person has worked on.

    Raises ToolkitError as :func:`report`, and for a file that is no Word document.
    """
    facts = _facts(folder, period)
    template = next((path for path in folder.report_templates if path.is_file()), None)
    return Made(
        facts.consolidation.period,
        file,
        tuple(_check_report(file, facts, template)),
        None,
        template,
    )


def report_template(folder: Folder, profile: str | None = None) -> Path:
    """``bao-cao/mau.docx``, for the office to change; ToolkitError where it is there already."""
    from toolkit.report.official.write import write_template

    programme = load_programme(folder)
    target = folder.report_templates[0]
    if target.exists():
        raise ToolkitError("official.template_exists", file=target)
    write_template(programme, _profile(programme, profile), target)
    return target


def slides(folder: Folder, period: str, *, output: Path | None = None) -> Made:
    """``bao-cao/PERIOD/trinh-chieu.pptx``, ten slides, their numbers checked.

    Raises ToolkitError and OSError as :func:`report`.
    """
    from toolkit.report.slides.deck import write_deck

    facts = _facts(folder, period)
    when = facts.consolidation.period
    target = output or folder.reports(when.code) / "trinh-chieu.pptx"
    kept = keep_edited(target)
    write_deck(facts, target)
    return Made(when, target, tuple(_check_slides(target, facts)), kept)


def check_slides(folder: Folder, period: str, file: Path) -> Made:
    """The numbers of a deck, also one that a person has worked on; raises as check_report."""
    facts = _facts(folder, period)
    return Made(facts.consolidation.period, file, tuple(_check_slides(file, facts)))


def _profile(programme: Programme, asked: str | None) -> Profile:
    return type(programme.profile)(PROFILES[asked]) if asked else programme.profile


def _facts(folder: Folder, code: str) -> Facts:
    """The facts of a period, its totals held against the originals first.

    Those of a closed period come from its edition.
    """
    from toolkit.consolidate.facts import facts_of

    programme = load_programme(folder)
    (period,) = periods_of(programme, [code])
    now = Archive(programme, current_details(folder, programme))
    if not now.details:
        raise ToolkitError("error.nothing_received")
    base = basis_of(folder, now, period, closed_editions(folder).get(period.code))
    consolidation, compared = base.consolidated(last_year(folder, base.programme, None))
    if not consolidation.sources:
        raise ToolkitError("error.no_data_for_period", period=period.code)
    verified(folder, consolidation, base.details)
    return facts_of(consolidation, compared.periods)


def _check_report(file: Path, facts: Facts, template: Path | None) -> list[Finding]:
    from toolkit.report.numbers.documents import check_document, texts_of
    from toolkit.report.numbers.known import known_of

    own = texts_of(template) if template is not None else []
    return check_document(file, known_of(facts, own))


def _check_slides(file: Path, facts: Facts) -> list[Finding]:
    from toolkit.report.numbers.decks import check_deck
    from toolkit.report.numbers.known import known_of

    return check_deck(file, known_of(facts))


def keep_edited(target: Path) -> Path | None:
    """Set a document aside that a person has worked on, under the next free name.

    Ours bear a fixed day of change; every program that saves one puts its own there.
    """
    from toolkit.report.official.parts import is_untouched

    try:
        ours = not target.exists() or is_untouched(target.read_bytes())
    except zipfile.BadZipFile:
        ours = False
    if ours:
        return None
    number = 1
    while (aside := target.with_stem(f"{target.stem}-da-sua-{number}")).exists():
        number += 1
    target.rename(aside)
    return aside

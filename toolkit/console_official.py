"""What report, report-template and slides print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.console import findings
from toolkit.findings import has_errors
from toolkit.messages import text

if TYPE_CHECKING:
    from toolkit.workflow import Made


def made(done: Made, lang: str) -> list[str]:
    """A report or deck written, and what its check found."""
    out = [text("official.written", lang, period=done.period.name, file=done.file)]
    if done.template is not None:
        out.append(text("official.by_template", lang, file=done.template))
    if done.left_out:
        out.append(text("official.left_out", lang, marks=", ".join(done.left_out)))
    if done.kept is not None:
        out.append(text("official.kept", lang, file=done.kept))
    return out + _found(done, lang)


def checked(done: Made, lang: str) -> list[str]:
    """What the check of an edited report or deck found."""
    head = text("official.checked", lang, period=done.period.name, file=done.file)
    return [head, *_found(done, lang)]


def _found(done: Made, lang: str) -> list[str]:
    good = [] if has_errors(done.findings) else [text("official.numbers_good", lang)]
    return [*good, *findings(done.findings, lang)]


def template(file: Path, lang: str) -> list[str]:
    """The template of the report written."""
    return [text("official.template_written", lang, file=file)]

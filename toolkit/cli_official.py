"""The commands report, report-template and slides."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit import console_official, workflow
from toolkit.findings import has_errors
from toolkit.shell import CLEAN, FINDINGS, PATH, common, here, show
from toolkit.usage import Command, OneOf, language_of, option

_period = option("--period", "-p", help="period", required=True, metavar="period")
_profile = option("--profile", help="profile", type=OneOf(["dang", "nha-nuoc"]), metavar="profile")
_output = option("--output", "-o", help="document", type=PATH, metavar="file")
_checked = option("--check", "checked", help="check_file", type=PATH, metavar="file")


@click.command(cls=Command)
@_period
@_profile
@_output
@_checked
@common
@click.pass_context
def report(
    ctx: click.Context,
    period: str,
    profile: str | None,
    output: Path | None,
    checked: Path | None,
) -> int:
    """See the catalogue: help.report."""
    lang, place = language_of(ctx), here(ctx)
    if checked is not None:
        made = workflow.check_report(place, period, checked)
        show(console_official.checked(made, lang))
    else:
        made = workflow.report(place, period, profile=profile, output=output)
        show(console_official.made(made, lang))
    return FINDINGS if has_errors(made.findings) else CLEAN


@click.command("report-template", cls=Command)
@_profile
@common
@click.pass_context
def report_template(ctx: click.Context, profile: str | None) -> int:
    """See the catalogue: help.report-template."""
    file = workflow.report_template(here(ctx), profile)
    show(console_official.template(file, language_of(ctx)))
    return CLEAN


@click.command(cls=Command)
@_period
@_output
@_checked
@common
@click.pass_context
def slides(ctx: click.Context, period: str, output: Path | None, checked: Path | None) -> int:
    """See the catalogue: help.slides."""
    lang, place = language_of(ctx), here(ctx)
    if checked is not None:
        made = workflow.check_slides(place, period, checked)
        show(console_official.checked(made, lang))
    else:
        made = workflow.slides(place, period, output=output)
        show(console_official.made(made, lang))
    return FINDINGS if has_errors(made.findings) else CLEAN


COMMANDS = (report, report_template, slides)

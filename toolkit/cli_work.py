"""The commands of the work itself, from a new folder to the summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import click

from toolkit import console, console_plan, folder, workflow
from toolkit.findings import Finding, has_errors
from toolkit.intake.refused import IMBALANCE
from toolkit.messages import text
from toolkit.shell import (
    CANNOT,
    CLEAN,
    FINDINGS,
    PATH,
    common,
    here,
    period,
    periods,
    progress,
    received_at,
    show,
)
from toolkit.usage import Command, ListOf, OneOf, Year, argument, language_of, option

CHARTS = ("png", "svg", "pdf")  # the first two unless asked otherwise


def code_of(findings: Iterable[Finding]) -> int:
    """The exit code after what was found; cells that do not add up are worse than an error."""
    said = list(findings)
    if any(finding.code == IMBALANCE for finding in said):
        return CANNOT
    return FINDINGS if has_errors(said) else CLEAN


@click.command(cls=Command)
@common
@click.pass_context
def templates(ctx: click.Context) -> int:
    """See the catalogue: help.templates."""
    show(console.templates(workflow.templates(), language_of(ctx)))
    return CLEAN


@click.command(cls=Command)
@argument("name", "name", required=False)
@argument("target", "target", type=PATH, required=False)
@option("--from", "source", help="from", metavar="standard")
@option("--year", "-y", help="year", type=Year(), metavar="year")
@common
@click.pass_context
def new(
    ctx: click.Context,
    name: str | None,
    target: Path | None,
    source: str | None,
    year: int | None,
) -> int:
    """See the catalogue: help.new."""
    lang = language_of(ctx)
    if name is None and source is None:  # nothing asked for: what there is to start from
        show(console.templates(workflow.templates(), lang))
        return CLEAN
    if name is None or (target is None and source is None):
        lacking = ctx.command.params[0 if name is None else 1]
        raise click.MissingParameter(ctx=ctx, param=lacking)
    if source is not None and target is not None:
        raise click.UsageError(text("usage.from_and_folder", lang), ctx)
    within = ctx.ensure_object(dict).get("folder") or Path()
    place = target if target is not None else within / name
    show(console.created(workflow.new(source or name, place, year), place, lang))
    return CLEAN


@click.command("import-plan", cls=Command)
@argument("plan", "file", type=PATH)
@option("--programme", help="plan_programme", type=PATH, metavar="folder")
@option("--output", "-o", help="plan_output", type=PATH, metavar="file")
@common
@click.pass_context
def import_plan(ctx: click.Context, plan: Path, programme: Path | None, output: Path | None) -> int:
    """See the catalogue: help.import-plan."""
    lang = language_of(ctx)
    show(console_plan.imported(workflow.import_plan(plan, programme, output, lang), lang))
    return CLEAN


@click.command(cls=Command)
@periods
@option("--unit", "-u", "units", help="units", multiple=True, metavar="unit")
@option("--zip", "as_zip", help="zip", is_flag=True)
@common
@click.pass_context
def distribute(
    ctx: click.Context, periods: Sequence[str], units: Sequence[str], as_zip: bool
) -> int:
    """See the catalogue: help.distribute."""
    lang = language_of(ctx)
    made = workflow.distribute(
        here(ctx), periods, units, as_zip=as_zip, lang=lang, progress=progress(lang)
    )
    show(console.distributed(made, lang))
    return CLEAN


@click.command(cls=Command)
@argument("paths", "paths", type=PATH, nargs=-1)
@received_at
@common
@click.pass_context
def receive(ctx: click.Context, paths: Sequence[Path], received_at: date | None) -> int:
    """See the catalogue: help.receive."""
    lang, place = language_of(ctx), here(ctx)
    workflow.get_ready()
    programme = workflow.load_programme(place)
    received = workflow.receive(
        place,
        programme,
        paths,
        day=workflow.Day(received_at),
        lang=lang,
        progress=progress(lang),
    )
    show(console.received(received, programme, lang))
    return code_of(f for r in received for f in r.findings)


@click.command(cls=Command)
@argument("paths", "paths", type=PATH, nargs=-1, required=True)
@option("--json", "as_json", help="json", is_flag=True)
@common
@click.pass_context
def check(ctx: click.Context, paths: Sequence[Path], as_json: bool) -> int:
    """See the catalogue: help.check."""
    lang = language_of(ctx)
    results = workflow.check(paths, ctx.ensure_object(dict).get("folder"), progress=progress(lang))
    if as_json:
        show(console.as_json(workflow.checked_json(results, lang)))
    else:
        show(console.checked(results, lang))
    return code_of(f for r in results for f in r.findings)


@click.command(cls=Command)
@period
@option("--json", "as_json", help="json", is_flag=True)
@option("--xlsx", help="status_xlsx", type=PATH, metavar="file")
@common
@click.pass_context
def status(ctx: click.Context, period: str | None, as_json: bool, xlsx: Path | None) -> int:
    """See the catalogue: help.status."""
    lang, place = language_of(ctx), here(ctx)
    if as_json:
        show(console.as_json(workflow.status_json(place, period, lang)))
    if xlsx is None and as_json:
        return CLEAN
    table = workflow.status(place, period)
    if not as_json:
        show(console.status(table, lang))
    if xlsx is not None:
        workflow.write_status(table, xlsx, lang)
        # Beside --json the standard output holds the JSON alone.
        click.echo(text("cli.written", lang, file=xlsx), err=as_json)
    return CLEAN


@click.command(cls=Command)
@periods
@option("--last-year", help="last_year", type=PATH, metavar="folder")
@option("--again", help="make_again", is_flag=True)
@option("--json", "as_json", help="json", is_flag=True)
@common
@click.pass_context
def consolidate(
    ctx: click.Context,
    periods: Sequence[str],
    last_year: Path | None,
    again: bool,
    as_json: bool,
) -> int:
    """See the catalogue: help.consolidate."""
    lang = language_of(ctx)
    if as_json:
        show(console.as_json(workflow.figures_json(here(ctx), periods, year_before=last_year)))
        return CLEAN
    made = workflow.consolidate(
        here(ctx),
        periods,
        year_before=last_year,
        again=again,
        lang=lang,
        progress=progress(lang),
    )
    show(console.consolidated(made, lang))
    return code_of(f for one in made for f in one.findings)


@click.command(cls=Command)
@periods
@common
@click.pass_context
def score(ctx: click.Context, periods: Sequence[str]) -> int:
    """See the catalogue: help.score."""
    lang = language_of(ctx)
    made = workflow.score(here(ctx), periods, lang=lang, progress=progress(lang))
    show(console.scored(made, lang))
    return code_of(f for one in made for f in one.findings)


@click.command(cls=Command)
@periods
@option("--format", "kinds", help="chart_format", type=ListOf(CHARTS), metavar="chart_format")
@option("--again", help="make_again", is_flag=True)
@common
@click.pass_context
def charts(
    ctx: click.Context, periods: Sequence[str], kinds: Sequence[str] | None, again: bool
) -> int:
    """See the catalogue: help.charts."""
    lang = language_of(ctx)
    made = workflow.charts(
        here(ctx),
        periods,
        kinds=kinds or CHARTS[:2],
        again=again,
        lang=lang,
        progress=progress(lang),
    )
    show(console.drawn(made, lang))
    return CLEAN


@click.command(cls=Command)
@periods
@option("--output", "-o", help="page_output", type=PATH, metavar="file")
@common
@click.pass_context
def page(ctx: click.Context, periods: Sequence[str], output: Path | None) -> int:
    """See the catalogue: help.page."""
    lang = language_of(ctx)
    made = workflow.pages(here(ctx), periods, output, lang=lang, progress=progress(lang))
    show(console.paged(made, lang))
    return CLEAN


@click.command(cls=Command)
@periods
@option(
    "--format",
    "kind",
    help="format",
    type=OneOf(["csv", "parquet", "xlsx"]),
    default="csv",
    show_default=True,
)
@option(
    "--table",
    "table",
    help="table",
    type=OneOf(["answers", "figures", "comparisons"]),
    default="answers",
    show_default=True,
)
@option("--output", "-o", help="output", type=PATH, metavar="file")
@common
@click.pass_context
def export(
    ctx: click.Context, periods: Sequence[str], kind: str, table: str, output: Path | None
) -> int:
    """See the catalogue: help.export."""
    place, lang = here(ctx), language_of(ctx)
    if table == "answers":
        target, rows = workflow.export(place, periods, kind, output, lang)
    else:
        target, rows = workflow.export_figures(place, periods, table, kind, output, lang)
    click.echo(text("cli.exported", language_of(ctx), file=target, rows=rows))
    return CLEAN


@click.command("run", cls=Command)
@argument("target", "folder", type=PATH)
@option("--out", "-o", help="out", type=PATH, metavar="folder")
@received_at
@common
@click.pass_context
def run_all(ctx: click.Context, target: Path, out: Path | None, received_at: date | None) -> int:
    """See the catalogue: help.run."""
    lang = language_of(ctx)
    place = folder.find(target, out)
    workflow.get_ready()
    programme = workflow.load_programme(place)
    done = workflow.run(
        place, programme, day=workflow.Day(received_at), lang=lang, progress=progress(lang)
    )
    show(console.ran(done, programme, lang))
    return code_of(f for r in done.received for f in r.findings)


@click.command(cls=Command)
@argument("template", "file", type=PATH)
@period
@option("--output", "-o", help="output", type=PATH, metavar="file")
@common
@click.pass_context
def fill(ctx: click.Context, template: Path, period: str | None, output: Path | None) -> int:
    """See the catalogue: help.fill."""
    lang = language_of(ctx)
    done = workflow.fill(here(ctx), template, period=period or "", output=output, lang=lang)
    show(console.filled(done, lang))
    return code_of(done.findings)


COMMANDS = (
    templates,
    new,
    import_plan,
    distribute,
    receive,
    check,
    status,
    consolidate,
    score,
    charts,
    page,
    export,
    run_all,
    fill,
)

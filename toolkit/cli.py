"""The command line: options, progress bars, printing, exit codes. Decides nothing.

Exit codes: 0 clean, 1 findings of severity error, 2 cannot continue.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import click

from toolkit import (
    __version__,
    cli_decisions,
    cli_doctor,
    cli_editions,
    cli_official,
    console,
    console_doctor,
    console_plan,
    folder,
    workflow,
)
from toolkit.errors import ProgrammeError, ToolkitError
from toolkit.findings import Finding, has_errors
from toolkit.intake.refused import IMBALANCE
from toolkit.messages import LANGUAGES, text
from toolkit.register.written import noticing
from toolkit.shell import CANNOT, CLEAN, FINDINGS
from toolkit.shell import PATH as _PATH
from toolkit.shell import common as _common
from toolkit.shell import here as _here
from toolkit.shell import period as _period
from toolkit.shell import periods as _periods
from toolkit.shell import progress as _progress
from toolkit.shell import received_at as _received_at
from toolkit.shell import show as _show
from toolkit.text import harmless
from toolkit.usage import (
    Group,
    ListOf,
    OneOf,
    Year,
    argument,
    explained,
    language_of,
    option,
    version_option,
    words_of,
)

CHARTS = ("png", "svg", "pdf")  # the first two unless asked otherwise


def main(argv: Sequence[str] | None = None) -> None:
    """The entry point of ``baocao``: runs a command and exits with its code."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code; no traceback reaches the user."""
    lang = _language(argv)
    for stream in (sys.stdout, sys.stderr):
        # A Windows console or a pipe set to a legacy code page must not stop the run.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        with noticing() as kept:
            try:
                result = baocao.main(
                    list(argv), prog_name="baocao", standalone_mode=False, obj={"lang": lang}
                )
            finally:
                for line in console.kept_aside(kept, lang):
                    _say(line)
        return result if isinstance(result, int) else CLEAN
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except BrokenPipeError:
        # The reader of a pipe (head, more) has gone: nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Exception, KeyboardInterrupt) as error:  # the last net: said plainly, never shown raw
        _explain(error, lang)
        if "--debug" in argv:
            traceback.print_exception(error)
    return CANNOT


def _explain(error: BaseException, lang: str) -> None:
    """Say why the command cannot continue."""
    match error:
        case ProgrammeError():
            _show(console.findings(error.findings, lang))
            _say(text(error.key, lang, **error.params))
        case ToolkitError():
            _say(text(error.key, lang, **_params(error, lang)))
        case click.UsageError():
            _say(explained(error, lang))
        case click.Abort() | KeyboardInterrupt():
            _say(text("error.interrupted", lang))
        case OSError():
            reason = console_doctor.reason(error, lang)
            key = "os" if error.filename else "os_unnamed"
            _say(text(f"error.{key}", lang, file=error.filename, reason=reason))
        case _:
            _say(text("error.unexpected", lang, kind=type(error).__name__, reason=error))


def _params(error: ToolkitError, lang: str) -> Mapping[str, object]:
    """What fills the text of an error; the system's own reason in the user's words."""
    cause = console_doctor.system_error(error.__cause__)
    if cause is None or "reason" not in error.params:
        return error.params
    return {**error.params, "reason": console_doctor.reason(cause, lang)}


def _say(message: str) -> None:
    click.echo(harmless(message), err=True)


def _language(argv: Sequence[str]) -> str:
    """The language asked for, read before click runs: even its own errors are translated."""
    asked = [os.environ.get("BAOCAO_LANG", "vi"), *words_of(argv, "--lang")]
    return asked[-1] if asked[-1] in LANGUAGES else "vi"


def _code(findings: Iterable[Finding]) -> int:
    said = list(findings)
    if any(finding.code == IMBALANCE for finding in said):
        return CANNOT
    return FINDINGS if has_errors(said) else CLEAN


@click.group(cls=Group)
@_common
@version_option(__version__)
def baocao() -> None:
    """See the catalogue: help.baocao."""


@baocao.command()
@_common
@click.pass_context
def templates(ctx: click.Context) -> int:
    """See the catalogue: help.templates."""
    _show(console.templates(workflow.templates(), language_of(ctx)))
    return CLEAN


@baocao.command()
@argument("name", "name", required=False)
@argument("target", "target", type=_PATH, required=False)
@option("--from", "source", help="from", metavar="standard")
@option("--year", "-y", help="year", type=Year(), metavar="year")
@_common
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
        _show(console.templates(workflow.templates(), lang))
        return CLEAN
    if name is None or (target is None and source is None):
        lacking = ctx.command.params[0 if name is None else 1]
        raise click.MissingParameter(ctx=ctx, param=lacking)
    if source is not None and target is not None:
        raise click.UsageError(text("usage.from_and_folder", lang), ctx)
    within = ctx.ensure_object(dict).get("folder") or Path()
    place = target if target is not None else within / name
    _show(console.created(workflow.new(source or name, place, year), place, lang))
    return CLEAN


@baocao.command("import-plan")
@argument("plan", "file", type=_PATH)
@option("--programme", help="plan_programme", type=_PATH, metavar="folder")
@option("--output", "-o", help="plan_output", type=_PATH, metavar="file")
@_common
@click.pass_context
def import_plan(ctx: click.Context, plan: Path, programme: Path | None, output: Path | None) -> int:
    """See the catalogue: help.import-plan."""
    lang = language_of(ctx)
    _show(console_plan.imported(workflow.import_plan(plan, programme, output, lang), lang))
    return CLEAN


@baocao.command()
@_periods
@option("--unit", "-u", "units", help="units", multiple=True, metavar="unit")
@option("--zip", "as_zip", help="zip", is_flag=True)
@_common
@click.pass_context
def distribute(
    ctx: click.Context, periods: Sequence[str], units: Sequence[str], as_zip: bool
) -> int:
    """See the catalogue: help.distribute."""
    lang = language_of(ctx)
    made = workflow.distribute(
        _here(ctx), periods, units, as_zip=as_zip, lang=lang, progress=_progress(lang)
    )
    _show(console.distributed(made, lang))
    return CLEAN


@baocao.command()
@argument("paths", "paths", type=_PATH, nargs=-1)
@_received_at
@_common
@click.pass_context
def receive(ctx: click.Context, paths: Sequence[Path], received_at: date | None) -> int:
    """See the catalogue: help.receive."""
    lang, place = language_of(ctx), _here(ctx)
    programme = workflow.load_programme(place)
    received = workflow.receive(
        place,
        programme,
        paths,
        day=workflow.Day(received_at),
        lang=lang,
        progress=_progress(lang),
    )
    _show(console.received(received, programme, lang))
    return _code(f for r in received for f in r.findings)


@baocao.command()
@argument("paths", "paths", type=_PATH, nargs=-1, required=True)
@option("--json", "as_json", help="json", is_flag=True)
@_common
@click.pass_context
def check(ctx: click.Context, paths: Sequence[Path], as_json: bool) -> int:
    """See the catalogue: help.check."""
    lang = language_of(ctx)
    results = workflow.check(paths, ctx.ensure_object(dict).get("folder"), progress=_progress(lang))
    if as_json:
        _show(console.as_json(workflow.checked_json(results, lang)))
    else:
        _show(console.checked(results, lang))
    return _code(f for r in results for f in r.findings)


@baocao.command()
@_period
@option("--json", "as_json", help="json", is_flag=True)
@option("--xlsx", help="status_xlsx", type=_PATH, metavar="file")
@_common
@click.pass_context
def status(ctx: click.Context, period: str | None, as_json: bool, xlsx: Path | None) -> int:
    """See the catalogue: help.status."""
    lang, place = language_of(ctx), _here(ctx)
    table = workflow.status(place, period)
    if as_json:
        _show(console.as_json(workflow.status_json(place, period, lang)))
    else:
        _show(console.status(table, lang))
    if xlsx is not None:
        workflow.write_status(table, xlsx, lang)
        # Beside --json the standard output holds the JSON alone.
        click.echo(text("cli.written", lang, file=xlsx), err=as_json)
    return CLEAN


@baocao.command()
@_periods
@option("--last-year", help="last_year", type=_PATH, metavar="folder")
@option("--json", "as_json", help="json", is_flag=True)
@_common
@click.pass_context
def consolidate(
    ctx: click.Context, periods: Sequence[str], last_year: Path | None, as_json: bool
) -> int:
    """See the catalogue: help.consolidate."""
    lang = language_of(ctx)
    if as_json:
        _show(console.as_json(workflow.figures_json(_here(ctx), periods, year_before=last_year)))
        return CLEAN
    made = workflow.consolidate(
        _here(ctx), periods, year_before=last_year, lang=lang, progress=_progress(lang)
    )
    _show(console.consolidated(made, lang))
    return _code(f for one in made for f in one.findings)


@baocao.command()
@_periods
@_common
@click.pass_context
def score(ctx: click.Context, periods: Sequence[str]) -> int:
    """See the catalogue: help.score."""
    lang = language_of(ctx)
    made = workflow.score(_here(ctx), periods, lang=lang, progress=_progress(lang))
    _show(console.scored(made, lang))
    return _code(f for one in made for f in one.findings)


@baocao.command()
@_periods
@option("--format", "kinds", help="chart_format", type=ListOf(CHARTS), metavar="chart_format")
@_common
@click.pass_context
def charts(ctx: click.Context, periods: Sequence[str], kinds: Sequence[str] | None) -> int:
    """See the catalogue: help.charts."""
    lang = language_of(ctx)
    made = workflow.charts(
        _here(ctx), periods, kinds=kinds or CHARTS[:2], lang=lang, progress=_progress(lang)
    )
    _show(console.drawn(made, lang))
    return CLEAN


@baocao.command()
@_periods
@option("--output", "-o", help="page_output", type=_PATH, metavar="file")
@_common
@click.pass_context
def page(ctx: click.Context, periods: Sequence[str], output: Path | None) -> int:
    """See the catalogue: help.page."""
    lang = language_of(ctx)
    made = workflow.pages(_here(ctx), periods, output, lang=lang, progress=_progress(lang))
    _show(console.paged(made, lang))
    return CLEAN


@baocao.command()
@_periods
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
@option("--output", "-o", help="output", type=_PATH, metavar="file")
@_common
@click.pass_context
def export(
    ctx: click.Context, periods: Sequence[str], kind: str, table: str, output: Path | None
) -> int:
    """See the catalogue: help.export."""
    here, lang = _here(ctx), language_of(ctx)
    if table == "answers":
        target, rows = workflow.export(here, periods, kind, output, lang)
    else:
        target, rows = workflow.export_figures(here, periods, table, kind, output, lang)
    click.echo(text("cli.exported", language_of(ctx), file=target, rows=rows))
    return CLEAN


@baocao.command("run")
@argument("target", "folder", type=_PATH)
@option("--out", "-o", help="out", type=_PATH, metavar="folder")
@_received_at
@_common
@click.pass_context
def run_all(ctx: click.Context, target: Path, out: Path | None, received_at: date | None) -> int:
    """See the catalogue: help.run."""
    lang = language_of(ctx)
    place = folder.find(target, out)
    programme = workflow.load_programme(place)
    done = workflow.run(
        place, programme, day=workflow.Day(received_at), lang=lang, progress=_progress(lang)
    )
    _show(console.ran(done, programme, lang))
    return _code(f for r in done.received for f in r.findings)


@baocao.command()
@argument("template", "file", type=_PATH)
@_period
@option("--output", "-o", help="output", type=_PATH, metavar="file")
@_common
@click.pass_context
def fill(ctx: click.Context, template: Path, period: str | None, output: Path | None) -> int:
    """See the catalogue: help.fill."""
    lang = language_of(ctx)
    done = workflow.fill(_here(ctx), template, period=period or "", output=output, lang=lang)
    _show(console.filled(done, lang))
    return _code(done.findings)


# --- the way back to the units; figures traced, compared, published -------------------------

for _command in (
    *cli_official.COMMANDS,
    *cli_decisions.COMMANDS,
    *cli_editions.COMMANDS,
    *cli_doctor.COMMANDS,
):
    baocao.add_command(_command)

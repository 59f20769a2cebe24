"""The command line: options, progress bars, printing, exit codes. Decides nothing.

Exit codes: 0 clean, 1 findings of severity error, 2 cannot continue. Help texts and metavars
are catalogue keys; the classes below look them up in the language of the run.
"""

from __future__ import annotations

import copy
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from toolkit import __version__, console, folder, workflow
from toolkit.errors import ProgrammeError, ToolkitError
from toolkit.findings import Finding, has_errors
from toolkit.messages import LANGUAGES, text

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

CLEAN, FINDINGS, CANNOT = 0, 1, 2


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
        result = baocao.main(
            list(argv), prog_name="baocao", standalone_mode=False, obj={"lang": lang}
        )
        return result if isinstance(result, int) else CLEAN
    except ProgrammeError as error:
        click.echo("\n".join(console.findings(error.findings, lang)))
        _say(text(error.key, lang, **error.params))
    except ToolkitError as error:
        _say(text(error.key, lang, **error.params))
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.UsageError as error:
        _say(_usage(error, lang))
    except (click.Abort, KeyboardInterrupt):
        _say(text("error.interrupted", lang))
    except BrokenPipeError:
        # The reader of a pipe (head, more) has gone: nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _say(text("error.os", lang, file=error.filename or "", reason=error.strerror or error))
    except Exception as error:  # the last net: a fault of ours, said plainly
        _say(text("error.unexpected", lang, kind=type(error).__name__, reason=error))
    if "--debug" in argv:
        traceback.print_exc()
    return CANNOT


def _say(message: str) -> None:
    click.echo(message, err=True)


def _language(argv: Sequence[str]) -> str:
    """The language asked for, read before click runs: even its own errors are translated."""
    wanted = os.environ.get("BAOCAO_LANG", "vi")
    for i, word in enumerate(argv):
        if word == "--lang" and i + 1 < len(argv):
            wanted = argv[i + 1]
        elif word.startswith("--lang="):
            wanted = word.removeprefix("--lang=")
    return wanted if wanted in LANGUAGES else "vi"


def _usage(error: click.UsageError, lang: str) -> str:
    where = error.ctx.command_path if error.ctx else "baocao"
    if isinstance(error, click.NoSuchOption):
        return text("usage.no_such_option", lang, option=error.option_name, command=where)
    if isinstance(error, click.BadParameter):  # MissingParameter is one too
        label = ""
        if error.param is not None:
            label = error.param.make_metavar(error.ctx) if error.ctx else error.param.name or ""
            if isinstance(error.param, click.Option):
                label = error.param.opts[-1]
        if isinstance(error, click.MissingParameter):
            return text("usage.missing", lang, name=label, command=where)
        return text("usage.bad_value", lang, name=label, reason=error.message, command=where)
    return text("usage.other", lang, reason=error.message, command=where)


def _lang(ctx: click.Context) -> str:
    return str(ctx.find_root().ensure_object(dict).get("lang", "vi"))


class _Formatter(click.HelpFormatter):
    """A help page with its fixed words in the language of the run."""

    lang = "vi"

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        del prefix  # English
        super().write_usage(prog, args, prefix=text("usage.prefix", self.lang) + " ")

    def write_heading(self, heading: str) -> None:
        keys = {"Options": "usage.options", "Commands": "usage.commands"}
        super().write_heading(text(keys[heading], self.lang) if heading in keys else heading)


class _Context(click.Context):
    def make_formatter(self) -> click.HelpFormatter:
        formatter = _Formatter(width=self.terminal_width, max_width=self.max_content_width)
        formatter.lang = _lang(self)
        return formatter


class _Option(click.Option):
    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        shown = copy.copy(self)
        shown.help = text(f"option.{self.help}", _lang(ctx)) if self.help else None
        return click.Option.get_help_record(shown, ctx)

    def make_metavar(self, ctx: click.Context) -> str:
        return (
            text(f"metavar.{self.metavar}", _lang(ctx))
            if self.metavar
            else (super().make_metavar(ctx))
        )


class _Argument(click.Argument):
    def make_metavar(self, ctx: click.Context) -> str:
        label = text(f"metavar.{self.metavar}", _lang(ctx))
        return f"{label}..." if self.nargs == -1 else label


class _Command(click.Command):
    """A command whose help text is looked up by its name."""

    context_class = _Context

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            for paragraph in text(f"help.{self.name}", _lang(ctx)).split("\n\n"):
                formatter.write_text(paragraph)
                formatter.write_paragraph()

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        words = {"[OPTIONS]": "options_piece", "COMMAND [ARGS]...": "command_piece"}
        return [
            text(f"usage.{words[piece]}", _lang(ctx)) if piece in words else piece
            for piece in super().collect_usage_pieces(ctx)
        ]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = text("option.help", _lang(ctx))
        return option


class _Group(_Command, click.Group):
    command_class = _Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, text(f"short.{name}", _lang(ctx))) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.commands)  # in the order of the work, not of the alphabet


class _Day(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """A day as 2024-03-25 or 25/03/2024."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(str(value), pattern).date()
            except ValueError:
                continue
        return self.fail(
            text("usage.bad_day", _lang(ctx) if ctx else "vi", value=value), param, ctx
        )


def _progress(lang: str) -> workflow.Progress:
    def walk(items: Sequence[T], label: str) -> Iterator[T]:
        # Only a person at a terminal wants to see a bar; a log does not.
        if not sys.stderr.isatty() or len(items) < 2:
            yield from items
            return
        with click.progressbar(items, label=text(label, lang), file=sys.stderr) as bar:
            yield from bar

    return walk


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
    if value is not None and param.name is not None:
        ctx.ensure_object(dict)[param.name] = value


def _option(*names: str, help: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=_Option, help=help, **settings)


def _argument(name: str, metavar: str, **settings: Any) -> Callable[[F], F]:
    return click.argument(name, cls=_Argument, metavar=metavar, **settings)


def _common(function: F) -> F:
    """The options every command knows, before or after its name."""
    kept: dict[str, Any] = {"expose_value": False, "callback": _keep}
    for option in (
        _option("--debug", help="debug", is_flag=True, default=None, **kept),
        _option("--lang", help="lang", type=click.Choice(LANGUAGES), **kept),
        _option("-C", "folder", help="folder", type=_PATH, metavar="folder", **kept),
    ):
        function = option(function)
    return function


def _here(ctx: click.Context) -> folder.Folder:
    return folder.find(ctx.ensure_object(dict).get("folder"))


def _show(lines: Sequence[str]) -> None:
    click.echo("\n".join(lines))


def _code(findings: Iterable[Finding]) -> int:
    return FINDINGS if has_errors(findings) else CLEAN


_PATH = click.Path(path_type=Path)
_period = _option("--period", "-p", help="period", metavar="period")
_periods = _option("--period", "-p", "periods", help="periods", multiple=True, metavar="period")
_received_at = _option("--received-at", help="received_at", type=_Day(), metavar="day")


@click.group(cls=_Group)
@_common
@click.version_option(__version__, message="%(prog)s %(version)s", cls=_Option, help="version")
def baocao() -> None:
    """See the catalogue: help.baocao."""


@baocao.command()
@_common
@click.pass_context
def templates(ctx: click.Context) -> int:
    """See the catalogue: help.templates."""
    _show(console.templates(workflow.templates(), _lang(ctx)))
    return CLEAN


@baocao.command()
@_argument("name", "name")
@_argument("target", "target", type=_PATH)
@_option("--year", "-y", help="year", type=click.IntRange(1990, 2100), metavar="year")
@_common
@click.pass_context
def new(ctx: click.Context, name: str, target: Path, year: int | None) -> int:
    """See the catalogue: help.new."""
    _show(console.created(workflow.new(name, target, year), target, _lang(ctx)))
    return CLEAN


@baocao.command()
@_periods
@_option("--unit", "-u", "units", help="units", multiple=True, metavar="unit")
@_option("--zip", "as_zip", help="zip", is_flag=True)
@_common
@click.pass_context
def distribute(
    ctx: click.Context, periods: Sequence[str], units: Sequence[str], as_zip: bool
) -> int:
    """See the catalogue: help.distribute."""
    lang = _lang(ctx)
    made = workflow.distribute(
        _here(ctx), periods, units, as_zip=as_zip, lang=lang, progress=_progress(lang)
    )
    _show(console.distributed(made, lang))
    return CLEAN


@baocao.command()
@_argument("paths", "paths", type=_PATH, nargs=-1)
@_received_at
@_common
@click.pass_context
def receive(ctx: click.Context, paths: Sequence[Path], received_at: date | None) -> int:
    """See the catalogue: help.receive."""
    lang, place = _lang(ctx), _here(ctx)
    programme = workflow.load_programme(place)
    received = workflow.receive(
        place, programme, paths, day=workflow.Day(received_at), progress=_progress(lang)
    )
    _show(console.received(received, programme, lang))
    return _code(f for r in received for f in r.findings)


@baocao.command()
@_argument("paths", "paths", type=_PATH, nargs=-1, required=True)
@_option("--json", "as_json", help="json", is_flag=True)
@_common
@click.pass_context
def check(ctx: click.Context, paths: Sequence[Path], as_json: bool) -> int:
    """See the catalogue: help.check."""
    lang = _lang(ctx)
    results = workflow.check(paths, ctx.ensure_object(dict).get("folder"), progress=_progress(lang))
    if as_json:
        _show(console.as_json(workflow.checked_json(results, lang)))
    else:
        _show(console.checked(results, lang))
    return _code(f for r in results for f in r.findings)


@baocao.command()
@_period
@_option("--json", "as_json", help="json", is_flag=True)
@_option("--xlsx", help="status_xlsx", type=_PATH, metavar="file")
@_common
@click.pass_context
def status(ctx: click.Context, period: str | None, as_json: bool, xlsx: Path | None) -> int:
    """See the catalogue: help.status."""
    lang, place = _lang(ctx), _here(ctx)
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
@_common
@click.pass_context
def consolidate(ctx: click.Context, periods: Sequence[str]) -> int:
    """See the catalogue: help.consolidate."""
    lang = _lang(ctx)
    made = workflow.consolidate(_here(ctx), periods, lang=lang, progress=_progress(lang))
    _show(console.consolidated(made, lang))
    return CLEAN


@baocao.command()
@_periods
@_common
@click.pass_context
def charts(ctx: click.Context, periods: Sequence[str]) -> int:
    """See the catalogue: help.charts."""
    lang = _lang(ctx)
    made = workflow.charts(_here(ctx), periods, lang=lang, progress=_progress(lang))
    _show(console.drawn(made, lang))
    return CLEAN


@baocao.command()
@_periods
@_option(
    "--format",
    "kind",
    help="format",
    type=click.Choice(["csv", "parquet", "xlsx"]),
    default="csv",
    show_default=True,
)
@_option("--output", "-o", help="output", type=_PATH, metavar="file")
@_common
@click.pass_context
def export(ctx: click.Context, periods: Sequence[str], kind: str, output: Path | None) -> int:
    """See the catalogue: help.export."""
    target, rows = workflow.export(_here(ctx), periods, kind, output, _lang(ctx))
    click.echo(text("cli.exported", _lang(ctx), file=target, rows=rows))
    return CLEAN


@baocao.command("run")
@_argument("target", "folder", type=_PATH)
@_option("--out", "-o", help="out", type=_PATH, metavar="folder")
@_received_at
@_common
@click.pass_context
def run_all(ctx: click.Context, target: Path, out: Path | None, received_at: date | None) -> int:
    """See the catalogue: help.run."""
    lang = _lang(ctx)
    place = folder.find(target, out)
    programme = workflow.load_programme(place)
    done = workflow.run(
        place, programme, day=workflow.Day(received_at), lang=lang, progress=_progress(lang)
    )
    _show(console.ran(done, programme, lang))
    return _code(f for r in done.received for f in r.findings)

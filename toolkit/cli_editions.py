"""The commands trace, close, compare and rebuild."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from toolkit import console, console_editions, console_trace, workflow
from toolkit.shell import CLEAN, FINDINGS, PATH, common, here, of_period, show
from toolkit.usage import Command, argument, language_of, option


@click.command(cls=Command)
@argument("words", "figure", nargs=-1, required=True)
@option("--unit", "-u", help="trace_unit", default="", metavar="unit")
@option("--period", "-p", help="period", default="", metavar="period")
@option("--json", "as_json", help="json", is_flag=True)
@common
@click.pass_context
def trace(ctx: click.Context, words: Sequence[str], unit: str, period: str, as_json: bool) -> int:
    """See the catalogue: help.trace."""
    done = workflow.trace(here(ctx), words, unit, period)
    if as_json:
        show(console.as_json(console_trace.traced_json(done)))
    else:
        show(console_trace.traced(done, language_of(ctx)))
    return CLEAN


_edition = argument("edition", "edition")


@click.command(cls=Command)
@of_period
@option("--why", "-w", help="close_why", default="", metavar="why")
@common
@click.pass_context
def close(ctx: click.Context, period: str, why: str) -> int:
    """See the catalogue: help.close."""
    lang = language_of(ctx)
    show(console_editions.closed(workflow.close(here(ctx), period, why, lang=lang), lang))
    return CLEAN


@click.command(cls=Command)
@_edition
@argument("other", "other_edition", required=False, default="now")
@option("--all", "every", help="all_changes", is_flag=True)
@option("--json", "as_json", help="json", is_flag=True)
@common
@click.pass_context
def compare(ctx: click.Context, edition: str, other: str, every: bool, as_json: bool) -> int:
    """See the catalogue: help.compare."""
    lang = language_of(ctx)
    done = workflow.compare(here(ctx), edition, other)
    if as_json:
        show(console.as_json(console_editions.compared_json(done)))
    else:
        show(console_editions.compared(done, lang, every=every))
    return CLEAN


@click.command(cls=Command)
@_edition
@option("--out", "-o", help="rebuild_out", type=PATH, metavar="folder")
@common
@click.pass_context
def rebuild(ctx: click.Context, edition: str, out: Path | None) -> int:
    """See the catalogue: help.rebuild."""
    done = workflow.rebuild(here(ctx), edition, out)
    show(console_editions.rebuilt(done, language_of(ctx)))
    return CLEAN if done.sound else FINDINGS


COMMANDS: tuple[click.Command, ...] = (trace, close, compare, rebuild)

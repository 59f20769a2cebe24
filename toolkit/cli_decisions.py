"""The commands of the way back: decisions on returns, history, reminders, rules rehearsed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from toolkit import console_decisions, console_editions, console_plan, workflow
from toolkit.shell import (
    CLEAN,
    FINDINGS,
    PATH,
    common,
    here,
    of_period,
    of_unit,
    periods,
    progress,
    show,
    why,
)
from toolkit.usage import Command, Day, argument, language_of, option, too_many


@click.command(cls=Command)
@of_unit
@of_period
@why
@option("--waive", help="waive", multiple=True, metavar="rule")
@common
@click.pass_context
def accept(ctx: click.Context, unit: str, period: str, why: str, waive: Sequence[str]) -> int:
    """See the catalogue: help.accept."""
    done = workflow.accept(here(ctx), unit, period, why, waive)
    show(console_decisions.decided(done, language_of(ctx)))
    return CLEAN


@click.command("return", cls=Command)
@of_unit
@of_period
@why
@common
@click.pass_context
def send_back(ctx: click.Context, unit: str, period: str, why: str) -> int:
    """See the catalogue: help.return."""
    show(
        console_decisions.decided(
            workflow.send_back(here(ctx), unit, period, why), language_of(ctx)
        )
    )
    return CLEAN


@click.command(cls=Command)
@argument("whose", "unit_or_period", nargs=-1, required=True)
@why
@common
@click.pass_context
def reopen(ctx: click.Context, whose: Sequence[str], why: str) -> int:
    """See the catalogue: help.reopen."""
    lang, place = language_of(ctx), here(ctx)
    if len(whose) > 2:
        raise too_many(ctx, whose[2:])
    if len(whose) == 1:
        show(console_editions.reopened(workflow.reopen_period(place, whose[0], why), lang))
    else:
        show(console_decisions.decided(workflow.reopen(place, whose[0], whose[1], why), lang))
    return CLEAN


@click.command(cls=Command)
@of_unit
@of_period
@option("--all", "every", help="all", is_flag=True)
@common
@click.pass_context
def history(ctx: click.Context, unit: str, period: str, every: bool) -> int:
    """See the catalogue: help.history."""
    line = workflow.history(here(ctx), unit, period)
    show(console_decisions.history(line, language_of(ctx), every=every))
    return CLEAN


@click.command(cls=Command)
@option("--period", "-p", help="period", required=True, metavar="period")
@option("--out", "-o", help="remind_out", type=PATH, metavar="folder")
@option("--on", help="on", type=Day(), metavar="day")
@option("--by", help="by", type=Day(), metavar="day")
@common
@click.pass_context
def remind(
    ctx: click.Context, period: str, out: Path | None, on: date | None, by: date | None
) -> int:
    """See the catalogue: help.remind."""
    lang = language_of(ctx)
    show(
        console_decisions.reminded(
            workflow.remind(here(ctx), period, out, on=on, by=by, lang=lang), lang
        )
    )
    return CLEAN


@click.command(cls=Command)
@argument("other", "other", type=PATH)
@periods
@common
@click.pass_context
def reconcile(ctx: click.Context, other: Path, periods: Sequence[str]) -> int:
    """See the catalogue: help.reconcile."""
    done = workflow.reconcile(here(ctx), other, periods)
    show(console_plan.reconciled(done, language_of(ctx)))
    return CLEAN if done.agrees else FINDINGS


@click.command(cls=Command)
@argument("rule", "rule", required=False)
@common
@click.pass_context
def rehearse(ctx: click.Context, rule: str | None) -> int:
    """See the catalogue: help.rehearse."""
    lang = language_of(ctx)
    done = workflow.rehearse(here(ctx), rule or "", progress=progress(lang))
    show(console_decisions.rehearsed(done, lang))
    return FINDINGS if any(one.raised for one in done.rules) else CLEAN


COMMANDS = (accept, send_back, reopen, history, remind, reconcile, rehearse)

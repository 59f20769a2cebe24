"""What the modules of the command line share: the options every command knows, and printing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from toolkit import folder
from toolkit.messages import LANGUAGES, text
from toolkit.text import harmless
from toolkit.usage import Day, OneOf, argument, option

if TYPE_CHECKING:
    from toolkit.workflow.common import Progress

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

CLEAN, FINDINGS, CANNOT = 0, 1, 2  # the exit codes

PATH = click.Path(path_type=Path)


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
    if value is not None and param.name is not None:
        ctx.ensure_object(dict)[param.name] = value


def common(function: F) -> F:
    """The options every command knows, before or after its name."""
    kept: dict[str, Any] = {"expose_value": False, "callback": _keep}
    for known in (
        option("--debug", help="debug", is_flag=True, default=None, **kept),
        option("--lang", help="lang", type=OneOf(LANGUAGES), **kept),
        option("-C", "folder", help="folder", type=PATH, metavar="folder", **kept),
    ):
        function = known(function)
    return function


def here(ctx: click.Context) -> folder.Folder:
    """The folder of the programme asked for, else the nearest one."""
    return folder.find(ctx.ensure_object(dict).get("folder"))


def show(lines: Sequence[str]) -> None:
    """Print lines; what senders wrote in them does not steer the terminal."""
    click.echo(harmless("\n".join(lines)))


def say(message: str) -> None:
    """Print a line beside the output."""
    click.echo(harmless(message), err=True)


def progress(lang: str) -> Progress:
    """The bar that shows a person how far it is."""

    def walk(items: Sequence[T], label: str) -> Iterator[T]:
        # Only a person at a terminal wants to see a bar; a log does not.
        if not sys.stderr.isatty() or len(items) < 2:
            yield from items
            return
        with click.progressbar(items, label=text(label, lang), file=sys.stderr) as bar:
            yield from bar

    return walk


period = option("--period", "-p", help="period", metavar="period")
periods = option("--period", "-p", "periods", help="periods", multiple=True, metavar="period")
received_at = option("--received-at", help="received_at", type=Day(), metavar="day")
of_unit = argument("unit", "unit")
of_period = argument("period", "period")
why = option("--why", "-w", help="why", required=True, metavar="why")

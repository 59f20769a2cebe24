"""What the modules of the command line share: the options every command knows, and printing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from toolkit import folder
from toolkit.messages import LANGUAGES
from toolkit.usage import Day, OneOf, argument, option

F = TypeVar("F", bound=Callable[..., Any])

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
    """Print lines."""
    click.echo("\n".join(lines))


period = option("--period", "-p", help="period", metavar="period")
periods = option("--period", "-p", "periods", help="periods", multiple=True, metavar="period")
received_at = option("--received-at", help="received_at", type=Day(), metavar="day")
of_unit = argument("unit", "unit")
of_period = argument("period", "period")
why = option("--why", "-w", help="why", required=True, metavar="why")

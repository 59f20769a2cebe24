"""click in two languages: help pages, kinds of values, and what is wrong with a command line.

With ``cli`` the only importer of click. Help texts and metavars are catalogue keys; the
classes here look them up in the language of the run.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from importlib import import_module
from itertools import pairwise
from typing import Any, TypeVar

import click

from toolkit.messages import text

F = TypeVar("F", bound=Callable[..., Any])


def language_of(ctx: click.Context) -> str:
    """The language of the run."""
    return str(ctx.find_root().ensure_object(dict).get("lang", "vi"))


# --- what is wrong with a command line ----------------------------------------------------


class _Wrong(click.UsageError):
    """A fault that click has English words for only; ``key`` is ours in the catalogue."""

    def __init__(self, key: str, ctx: click.Context | None, **params: object) -> None:
        super().__init__(key, ctx)
        self.key, self.params = f"usage.{key}", params


def too_many(ctx: click.Context, words: Sequence[object]) -> click.UsageError:
    """The usage error about words that no argument is there for."""
    return _Wrong("too_many", ctx, words=" ".join(map(str, words)))


def explained(error: click.UsageError, lang: str) -> str:
    """One line that says what is wrong with the command line and where to look."""
    command = error.ctx.command_path if error.ctx else "baocao"
    return text("usage.line", lang, said=_said(error, lang), command=command)


def _said(error: click.UsageError, lang: str) -> str:
    if isinstance(error, _Wrong):
        return text(error.key, lang, **error.params)
    if isinstance(error, click.NoSuchOption):
        return text("usage.no_such_option", lang, option=error.option_name)
    if isinstance(error, click.MissingParameter):
        return text("usage.missing", lang, name=_label(error))
    if isinstance(error, click.BadParameter):
        return text("usage.bad_value", lang, name=_label(error), reason=error.message)
    if isinstance(error, click.BadOptionUsage):
        key = "no_value" if "not take" in error.message else "needs_value"
        return text(f"usage.{key}", lang, option=error.option_name)
    return text("usage.other", lang, reason=error.message)


def _label(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    if error.param is None:
        return ""
    name = error.param.make_metavar(error.ctx) if error.ctx else error.param.name or ""
    return name.removesuffix("...")


# --- kinds of values ----------------------------------------------------------------------


class Day(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """A day as 2024-03-25 or 25/03/2024."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a usage error where it is none."""
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(str(value), pattern).date()
            except ValueError:
                continue
        return self.fail(text("usage.bad_day", _spoken(ctx), value=value), param, ctx)


class Year(click.ParamType):  # type: ignore[type-arg]
    """A year that a programme can have."""

    name = "year"
    first, last = 1990, 2100

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The year; a usage error where it is none."""
        digits = str(value)
        if digits.isascii() and digits.isdigit() and self.first <= int(digits) <= self.last:
            return int(digits)
        said = text("usage.bad_year", _spoken(ctx), value=value, first=self.first, last=self.last)
        return self.fail(said, param, ctx)


class OneOf(click.Choice):  # type: ignore[type-arg]
    """One of a few words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word; a usage error where it is none of them."""
        if value in self.choices:
            return value
        known = ", ".join(map(str, self.choices))
        return self.fail(
            text("usage.bad_choice", _spoken(ctx), value=value, known=known), param, ctx
        )


class ListOf(OneOf):
    """Some of a few words, with commas between them; each once, in the order of the few."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The words; a usage error for one that is none of them."""
        asked = {super(ListOf, self).convert(w.strip(), param, ctx) for w in value.split(",")}
        return tuple(word for word in self.choices if word in asked)


def _spoken(ctx: click.Context | None) -> str:
    return language_of(ctx) if ctx else "vi"


# --- help pages ---------------------------------------------------------------------------


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
        formatter.lang = language_of(self)
        return formatter


class _Option(click.Option):
    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        lang = language_of(ctx)
        shown = copy.copy(self)
        shown.show_default = shown.required = False  # click's own words for them are English
        words = [text(f"option.{self.help}", lang)] if self.help else []
        if self.required:
            words.append(text("usage.required", lang))
        if self.show_default:
            words.append(text("usage.default", lang, value=self.default))
        shown.help = " ".join(words)
        return click.Option.get_help_record(shown, ctx)

    def make_metavar(self, ctx: click.Context) -> str:
        return (
            text(f"metavar.{self.metavar}", language_of(ctx))
            if self.metavar
            else (super().make_metavar(ctx))
        )


class _Argument(click.Argument):
    def make_metavar(self, ctx: click.Context) -> str:
        label = text(f"metavar.{self.metavar}", language_of(ctx))
        return f"{label}..." if self.nargs == -1 else label


class Command(click.Command):
    """A command whose help text is looked up by its name."""

    context_class = _Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.no_args_is_help = False

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; words too many are named in the language of the run."""
        ctx.allow_extra_args = True
        left = super().parse_args(ctx, args)
        if left:
            raise too_many(ctx, left)
        return left

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The paragraphs of help.<name>."""
        formatter.write_paragraph()
        with formatter.indentation():
            for paragraph in text(f"help.{self.name}", language_of(ctx)).split("\n\n"):
                formatter.write_text(paragraph)
                formatter.write_paragraph()

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The pieces of the usage line, in the language of the run."""
        words = {"[OPTIONS]": "options_piece", "COMMAND [ARGS]...": "command_piece"}
        return [
            text(f"usage.{words[piece]}", language_of(ctx)) if piece in words else piece
            for piece in super().collect_usage_pieces(ctx)
        ]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help, explained in the language of the run."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = text("option.help", language_of(ctx))
        return option


class Group(Command, click.Group):
    """The command line itself: alone, it shows its help page.

    ``late`` names its commands by the module that has them, in its ``COMMANDS``.
    """

    command_class = Command

    def __init__(self, *args: Any, late: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._late = {name: module for module, names in late.items() for name in names}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; its module is imported now."""
        if cmd_name in self._late and cmd_name not in self.commands:
            for command in import_module(self._late[cmd_name]).COMMANDS:
                self.add_command(command)
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; without a command, the help page."""
        left = click.Group.parse_args(self, ctx, args or ["--help"])
        # click keeps the name of the command apart; the attribute has had two names.
        named = ctx.__dict__.get("_protected_args") or ctx.__dict__.get("protected_args")
        if not (left or named):
            raise _Wrong("no_command", ctx, known=", ".join(self.list_commands(ctx)))
        return left

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named; a usage error that offers the nearest where there is none."""
        name = args[0]
        if name not in self._late and not name.startswith("-"):
            known = self.list_commands(ctx)
            near = get_close_matches(name, known, 1)
            if near:
                raise _Wrong("no_such_command_near", ctx, name=name, near=near[0])
            raise _Wrong("no_such_command", ctx, name=name, known=", ".join(known))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with its short text."""
        rows = [(name, text(f"short.{name}", language_of(ctx))) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the work, not of the alphabet."""
        del ctx
        return list(self._late)


def option(*names: str, help: str, **settings: Any) -> Callable[[F], F]:
    """An option; ``help`` is the key of its text below ``option``."""
    return click.option(*names, cls=_Option, help=help, **settings)


def version_option(version: str) -> Callable[[F], F]:
    """--version."""
    return click.version_option(
        version, message="%(prog)s %(version)s", cls=_Option, help="version"
    )


def argument(name: str, metavar: str, **settings: Any) -> Callable[[F], F]:
    """An argument; ``metavar`` is the key of its name below ``metavar``."""
    return click.argument(name, cls=_Argument, metavar=metavar, **settings)


def words_of(argv: Sequence[str], option: str) -> list[str]:
    """The values an option has in a command line that click has not read yet."""
    found = [value for word, value in pairwise(argv) if word == option]
    return found + [w.removeprefix(f"{option}=") for w in argv if w.startswith(f"{option}=")]

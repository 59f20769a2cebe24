"""Why a command cannot continue, said plainly."""

from __future__ import annotations

import traceback
from collections.abc import Mapping

import click

from toolkit import console, console_doctor
from toolkit.errors import ProgrammeError, ToolkitError
from toolkit.messages import text
from toolkit.shell import say, show
from toolkit.usage import explained


def explain(error: BaseException, lang: str, *, traced: bool) -> None:
    """Say why the command cannot continue, and where in the program if that is asked for."""
    _say(error, lang)
    if traced:
        traceback.print_exception(error)


def _say(error: BaseException, lang: str) -> None:
    match error:
        case ProgrammeError():
            show(console.findings(error.findings, lang))
            say(text(error.key, lang, **error.params))
        case ToolkitError():
            say(text(error.key, lang, **_params(error, lang)))
        case click.UsageError():
            say(explained(error, lang))
        case click.Abort() | KeyboardInterrupt():
            say(text("error.interrupted", lang))
        case OSError():
            reason = console_doctor.reason(error, lang)
            key = "os" if error.filename else "os_unnamed"
            say(text(f"error.{key}", lang, file=error.filename, reason=reason))
        case _:
            say(text("error.unexpected", lang, kind=type(error).__name__, reason=error))


def _params(error: ToolkitError, lang: str) -> Mapping[str, object]:
    """What fills the text of an error; the system's own reason in the user's words."""
    cause = console_doctor.system_error(error.__cause__)
    if cause is None or "reason" not in error.params:
        return error.params
    return {**error.params, "reason": console_doctor.reason(cause, lang)}

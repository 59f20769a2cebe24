"""The command line: exit codes, and which module has which command. Decides nothing.

Exit codes: 0 clean, 1 findings of severity error, 2 cannot continue.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence

import click

from toolkit import __version__
from toolkit.messages import LANGUAGES
from toolkit.register.written import noticing
from toolkit.shell import CANNOT, CLEAN, common, say
from toolkit.usage import Group, version_option, words_of

# In the order of the work. A module is imported when one of its commands is asked for, so
# that a help page starts at once.
COMMANDS = {
    "toolkit.cli_work": (
        "templates",
        "new",
        "import-plan",
        "distribute",
        "receive",
        "check",
        "status",
        "consolidate",
        "score",
        "charts",
        "page",
        "export",
        "run",
        "fill",
    ),
    "toolkit.cli_official": ("report", "report-template", "slides"),
    "toolkit.cli_decisions": (
        "accept",
        "return",
        "reopen",
        "history",
        "remind",
        "reconcile",
        "rehearse",
    ),
    "toolkit.cli_editions": ("trace", "close", "compare", "rebuild"),
    "toolkit.cli_doctor": ("doctor",),
}


def main(argv: Sequence[str] | None = None) -> None:
    """The entry point of ``baocao``: runs a command and exits with its code."""
    # Programme and answers are hundreds of thousands of objects that stay: with Python's own
    # thresholds a quarter of the time goes into looking through them again and again.
    gc.set_threshold(50_000, 20, 20)
    code = run(sys.argv[1:] if argv is None else argv)
    if argv is None:
        # The process ends: nothing is to be found by looking through all of it once more.
        gc.disable()
        gc.freeze()
    sys.exit(code)


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
                if kept:
                    from toolkit import console

                    for line in console.kept_aside(kept, lang):
                        say(line)
        return result if isinstance(result, int) else CLEAN
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except BrokenPipeError:
        # The reader of a pipe (head, more) has gone: nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Exception, KeyboardInterrupt) as error:  # the last net: said plainly, never shown raw
        from toolkit.cli_errors import explain

        explain(error, lang, traced="--debug" in argv)
    return CANNOT


def _language(argv: Sequence[str]) -> str:
    """The language asked for, read before click runs: even its own errors are translated."""
    asked = [os.environ.get("BAOCAO_LANG", "vi"), *words_of(argv, "--lang")]
    return asked[-1] if asked[-1] in LANGUAGES else "vi"


@click.group(cls=Group, late=COMMANDS)
@common
@version_option(__version__)
def baocao() -> None:
    """See the catalogue: help.baocao."""

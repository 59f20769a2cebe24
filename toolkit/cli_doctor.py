"""The command doctor."""

from __future__ import annotations

import click

from toolkit import console, console_doctor
from toolkit.shell import CLEAN, FINDINGS, common, here, progress, show
from toolkit.usage import Command, language_of, option


@click.command("doctor", cls=Command)
@option("--mend", help="mend", is_flag=True)
@option("--again", help="again", is_flag=True)
@option("--json", "as_json", help="json", is_flag=True)
@common
@click.pass_context
def doctor(ctx: click.Context, mend: bool, again: bool, as_json: bool) -> int:
    """See the catalogue: help.doctor."""
    from toolkit.workflow.doctor import doctor as examine

    lang = language_of(ctx)
    done = examine(here(ctx), mend=mend, again=again, lang=lang, progress=progress(lang))
    if as_json:
        show(console.as_json(console_doctor.examined_json(done, lang)))
    else:
        show(console_doctor.examined(done, lang, mend=mend))
    return CLEAN if done.clean else FINDINGS


COMMANDS: tuple[click.Command, ...] = (doctor,)
